//! What an answer of the server means for the rows that were sent: one pure function.
//!
//! The transport says what it saw ([`Reply`]), [`outcome`] says what follows ([`Outcome`]). Knows nothing of
//! sockets, retries or journals. Texts arrive redacted by the transport; here they are only shortened to one
//! line without control characters, because they end up on terminals and in CSV cells.

use std::time::{Duration, SystemTime};

/// The longest `Retry-After` that is obeyed; anything above counts as this.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// The longest server text that is passed on, in characters.
const LONGEST_TEXT: usize = 300;

/// What the transport saw of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A complete answer.
    Status {
        /// HTTP status code.
        code: u16,
        /// `Retry-After`, as [`retry_after`] reads it.
        retry_after: Option<Duration>,
        /// The beginning of the body, secrets and row values redacted.
        text: String,
    },
    /// No connection: name not resolved, connection refused, TLS handshake timed out.
    NotConnected {
        /// What the system said.
        why: String,
    },
    /// The connection was made, but the server's certificate is not trusted.
    Tls {
        /// What the TLS library said.
        why: String,
    },
    /// The connection broke before the whole body had been handed over.
    LostBeforeBody {
        /// What the system said.
        why: String,
    },
    /// The connection broke after the whole body had been handed over, before a complete answer.
    Lost {
        /// What the system said.
        why: String,
    },
    /// Nothing came in time.
    TimedOut {
        /// Whether the whole body had been handed over.
        body_sent: bool,
    },
}

/// What follows for the rows of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 200: the server took all of it.
    Acknowledged,
    /// 400: the server took none of it, because something in it is wrong.
    Refused {
        /// The server's reason, one line.
        reason: String,
    },
    /// 413: too large, none of it taken.
    TooLarge {
        /// The server's reason, one line.
        reason: String,
    },
    /// 401 or 403: the key is missing or not accepted; nothing taken.
    Credentials {
        /// What was answered.
        why: String,
    },
    /// Certainly not taken, and worth another attempt.
    TryAgain {
        /// The shortest wait that the server asks for.
        retry_after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// Taken or not: nobody can tell.
    InDoubt {
        /// The shortest wait that the server asks for.
        retry_after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// Certainly not taken, and another attempt would end the same way.
    Unexpected {
        /// What happened and what to look at.
        why: String,
    },
}

/// The meaning of `reply`.
///
/// Only 200 acknowledges: the documentation knows no other success, so a 202 or 204 is in doubt.
/// 502 and 504 come from a proxy that may have passed the request on, and a 500 may be raised after the
/// rows were stored. 503 and 429 are answers of a server that declines to begin (RFC 9110, RFC 6585).
#[must_use]
pub fn outcome(reply: Reply) -> Outcome {
    match reply {
        Reply::Status {
            code,
            retry_after,
            text,
        } => of_status(code, retry_after, &text),
        Reply::NotConnected { why } => Outcome::TryAgain {
            retry_after: None,
            why: format!("no connection: {}", one_line(&why)),
        },
        Reply::LostBeforeBody { why } => Outcome::TryAgain {
            retry_after: None,
            why: format!("connection lost while sending: {}", one_line(&why)),
        },
        Reply::TimedOut { body_sent: false } => Outcome::TryAgain {
            retry_after: None,
            why: "timed out while sending".to_owned(),
        },
        Reply::Lost { why } => Outcome::InDoubt {
            retry_after: None,
            why: format!("connection lost before the answer: {}", one_line(&why)),
        },
        Reply::TimedOut { body_sent: true } => Outcome::InDoubt {
            retry_after: None,
            why: "timed out before the answer".to_owned(),
        },
        Reply::Tls { why } => Outcome::Unexpected {
            why: format!(
                "the server's certificate is not accepted ({}): check --api-url, or name the authority with --ca-cert",
                one_line(&why)
            ),
        },
    }
}

fn of_status(code: u16, retry_after: Option<Duration>, text: &str) -> Outcome {
    let text = one_line(text);
    let answered = if text.is_empty() {
        format!("the server answered {}", named(code))
    } else {
        format!("the server answered {}: {text}", named(code))
    };
    match code {
        200 => Outcome::Acknowledged,
        400 => Outcome::Refused { reason: answered },
        413 => Outcome::TooLarge { reason: answered },
        401 | 403 => Outcome::Credentials { why: answered },
        408 | 425 | 429 | 503 => Outcome::TryAgain {
            retry_after,
            why: answered,
        },
        201..=299 | 500..=599 => Outcome::InDoubt {
            retry_after,
            why: answered,
        },
        300..=399 => Outcome::Unexpected {
            why: format!(
                "the server answered {}, a redirect; it is not followed, as the key would go with it: check --api-url",
                named(code)
            ),
        },
        404 | 405 => Outcome::Unexpected {
            why: format!("{answered}: check --api-url"),
        },
        407 => Outcome::Unexpected {
            why: format!("{answered}: check HTTPS_PROXY"),
        },
        _ => Outcome::Unexpected { why: answered },
    }
}

/// Reads a `Retry-After` header: seconds, or an HTTP date seen from `now` (RFC 9110, 10.2.3).
///
/// At most [`LONGEST_RETRY_AFTER`]. `None` for anything else, which then counts as no header at all.
#[must_use]
pub fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    let wait = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long wait, not a missing one.
        Duration::from_secs(header.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(header).ok()?;
        date.duration_since(now).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// The code with its name from RFC 9110, for people.
fn named(code: u16) -> String {
    let name = match code {
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return code.to_string(),
    };
    format!("{code} {name}")
}

/// `text` as one line without control characters, runs of blanks as one, and not longer than it needs to be.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(4 * LONGEST_TEXT));
    let mut length = 0;
    let mut blank = false;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            blank = !line.is_empty();
            continue;
        }
        if blank {
            line.push(' ');
            length += 1;
            blank = false;
        }
        if length >= LONGEST_TEXT {
            line.push('…');
            break;
        }
        line.push(character);
        length += 1;
    }
    line
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn status(code: u16) -> Outcome {
        outcome(Reply::Status {
            code,
            retry_after: Some(Duration::from_secs(7)),
            text: "why\nnot".to_owned(),
        })
    }

    #[test]
    fn only_200_acknowledges() {
        for code in 100..600 {
            assert_eq!(
                status(code) == Outcome::Acknowledged,
                code == 200,
                "status {code}"
            );
        }
    }

    #[test]
    fn every_answer_that_may_hide_an_applied_request_is_in_doubt() {
        for code in (201..300).chain([500, 501, 502, 504, 505, 507, 511, 520, 524, 599]) {
            assert!(
                matches!(
                    status(code),
                    Outcome::InDoubt {
                        retry_after: Some(_),
                        ..
                    }
                ),
                "status {code}"
            );
        }
        assert!(matches!(
            outcome(Reply::Lost { why: "eof".into() }),
            Outcome::InDoubt { .. }
        ));
        assert!(matches!(
            outcome(Reply::TimedOut { body_sent: true }),
            Outcome::InDoubt { .. }
        ));
    }

    #[test]
    fn what_certainly_was_not_begun_is_tried_again() {
        for code in [408, 425, 429, 503] {
            assert_eq!(
                match status(code) {
                    Outcome::TryAgain { retry_after, .. } => retry_after,
                    other => panic!("{code}: {other:?}"),
                },
                Some(Duration::from_secs(7))
            );
        }
        for reply in [
            Reply::NotConnected {
                why: "refused".into(),
            },
            Reply::LostBeforeBody {
                why: "reset".into(),
            },
            Reply::TimedOut { body_sent: false },
        ] {
            assert!(matches!(outcome(reply), Outcome::TryAgain { .. }));
        }
    }

    #[test]
    fn refusals_keep_the_reason_on_one_line() {
        assert_eq!(
            status(400),
            Outcome::Refused {
                reason: "the server answered 400 Bad Request: why not".into()
            }
        );
        assert_eq!(
            status(413),
            Outcome::TooLarge {
                reason: "the server answered 413 Content Too Large: why not".into()
            }
        );
    }

    #[test]
    fn a_missing_or_refused_key_is_about_credentials() {
        for code in [401, 403] {
            assert!(matches!(status(code), Outcome::Credentials { .. }));
        }
    }

    #[test]
    fn redirects_and_other_client_errors_stop_the_run_and_name_the_way_out() {
        for code in [301, 302, 307, 308] {
            match status(code) {
                Outcome::Unexpected { why } => {
                    assert!(why.contains("not followed") && why.contains("--api-url"));
                }
                other => panic!("{code}: {other:?}"),
            }
        }
        for code in [101, 404, 405, 407, 410, 415, 422, 451] {
            assert!(
                matches!(status(code), Outcome::Unexpected { .. }),
                "status {code}"
            );
        }
        match outcome(Reply::Tls {
            why: "unknown issuer".into(),
        }) {
            Outcome::Unexpected { why } => assert!(why.contains("--ca-cert")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn server_texts_lose_control_characters_and_excess() {
        assert_eq!(
            one_line("  \x1b[31mred\r\n\t alert\u{7}  "),
            "[31mred alert"
        );
        let long = one_line(&"я".repeat(1000));
        assert_eq!(long.chars().count(), LONGEST_TEXT + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let now = httpdate::parse_http_date("Fri, 01 Jan 2021 00:00:00 GMT").unwrap();
        let read = |header: &str| retry_after(header, now).map(|wait| wait.as_secs());
        assert_eq!(read(" 120 "), Some(120));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("Fri, 01 Jan 2021 00:02:00 GMT"), Some(120));
        assert_eq!(read("Thu, 31 Dec 2020 23:59:59 GMT"), Some(0));
        for nonsense in ["", "-1", "1.5", "soon", "+3"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn retry_after_is_capped_at_an_hour() {
        let now = SystemTime::UNIX_EPOCH;
        for header in [
            "86400",
            "99999999999999999999999999",
            "Fri, 01 Jan 2021 00:00:00 GMT",
        ] {
            assert_eq!(retry_after(header, now), Some(LONGEST_RETRY_AFTER));
        }
    }
}

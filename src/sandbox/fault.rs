//! Faults: which requests go wrong, and how. Pure rules; carrying them out is `serve`'s business.
//!
//! # SPEC
//!
//! A SPEC is a list of rules `WHEN:WHAT`, separated by commas. The first rule that matches a request
//! decides; a rule that is nothing but a delay adds its delay and lets the search go on.
//! Requests are numbered from 1 in order of arrival. Only POST requests count, and only they fail.
//!
//! | WHEN | matches |
//! | --- | --- |
//! | `3` | the third request |
//! | `4-6` | the fourth to the sixth |
//! | `10+` | the tenth and all after it |
//! | `*` | every request |
//! | `every3` | the third, the sixth, the ninth … |
//! | `profile=ID` | requests with a row of that `profile_id` or `appmetrica_device_id` |
//! | `attribute=NAME` | requests with a row that has that attribute |
//! | `rows>N` | requests of more than N rows |
//! | `bytes>SIZE` | requests whose body is larger; `k`, `M`, `G` are powers of 1000, `KiB`, `MiB`, `GiB` of 1024 |
//!
//! `profile`, `attribute` and `rows` look at requests that would be accepted; one that is refused
//! anyway (wrong key, malformed) does not match them.
//!
//! WHAT is one of these, or `delay`, or both, with `;` between them:
//!
//! | WHAT | effect |
//! | --- | --- |
//! | `200` … `599` | answer with that status; nothing is applied. 3xx send `Location: /elsewhere` |
//! | `drop-before` | read the request, close the connection without an answer; nothing is applied |
//! | `drop-after` | apply the request, then close the connection without an answer |
//! | `drop-connect` | close the connection as soon as the head is read, the body unread |
//! | `delay=250ms`, `delay=2s` | wait, then go on. The wait comes before anything is applied, and a client that gives up meanwhile does not stop that |
//!
//! After a status, more of it with `;`:
//!
//! | modifier | effect |
//! | --- | --- |
//! | `after` | apply the request first, then answer so |
//! | `retry-after=SECONDS` | send `Retry-After` in seconds |
//! | `retry-after=date+SECONDS` | send `Retry-After` as a date that far off |
//! | `text=TEXT` | the answer's body; `{key}`, `{query}` and `{body}` stand for the key, the raw query and the first 200 bytes of the body, for trying out that a client does not print them |
//!
//! ID, NAME and TEXT are percent-decoded, so that they can hold `%2C` (`,`), `%3B` (`;`) and `%3A` (`:`).
//!
//! A `drop-connect` whose WHEN, or a rule before it, looks into the body has to read that first, and
//! is then a `drop-before`. A request that would be refused is never applied, by `after` and `drop-after` neither.

mod spec;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use super::attributes::Names;
use super::staged::Staged;

pub use spec::FaultError;

/// What `ampost sandbox --help` says about `--fail`.
pub const FAIL_HELP: &str = "\
SPEC is a list of rules WHEN:WHAT, separated by commas; --fail may be repeated. The first rule that
matches decides, but delays add up. Requests are numbered from 1; only POST requests count.

WHEN  3              the third request
      4-6            the fourth to the sixth
      10+            the tenth and all after it
      *              every request
      every3         the third, the sixth, the ninth ...
      profile=ID     a request with that profile_id or appmetrica_device_id
      attribute=NAME a request with that attribute
      rows>N         a request of more than N rows
      bytes>SIZE     a request whose body is larger (k, M, G, KiB, MiB, GiB)

WHAT  503            answer with this status (200 to 599), apply nothing
      drop-before    close the connection without an answer, apply nothing
      drop-after     apply, then close the connection without an answer
      drop-connect   close the connection before the body is read
      delay=2s       wait first (ms or s); alone, or with another: delay=2s;503

After a status:
      ;after                       apply first, then answer so
      ;retry-after=SECONDS         send Retry-After
      ;retry-after=date+SECONDS    send it as a date
      ;text=TEXT                   send this text; {key}, {query}, {body} echo the request

ID, NAME and TEXT are percent-decoded: %2C is a comma, %3B a semicolon.

Examples
      --fail 3:503                           one hiccup
      --fail '4-6:429;retry-after=2'         a busy server
      --fail 2:drop-after                    applied, but the client cannot know
      --fail 'rows>5000:413,every10:500'     small requests only, and flaky
      --fail 'profile=c7:400;text=no%20such%20profile'";

/// Rules for what goes wrong; made from a SPEC with `parse()`. The default is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    /// Adds the rules of another SPEC after these.
    pub fn append(&mut self, mut more: Faults) {
        self.rules.append(&mut more.rules);
    }

    /// Whether there are no rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether request `number` is to be cut off with its body unread, and after what delay.
    pub(super) fn cut_at_head(&self, number: u64) -> Option<Duration> {
        let mut delay = Duration::ZERO;
        for rule in &self.rules {
            // What the body may decide cannot be decided now.
            if !rule.when.matches_number(number)? {
                continue;
            }
            delay += rule.what.delay;
            match rule.what.action {
                None => {}
                Some(Action::DropConnect) => return Some(delay),
                Some(_) => return None,
            }
        }
        None
    }

    /// What is to happen to a request that has been read.
    pub(super) fn decide(&self, facts: &Facts<'_>) -> Plan<'_> {
        let mut delay = Duration::ZERO;
        for rule in self.rules.iter().filter(|rule| rule.when.matches(facts)) {
            delay += rule.what.delay;
            if rule.what.action.is_some() {
                return Plan {
                    delay,
                    action: rule.what.action.as_ref(),
                };
            }
        }
        Plan {
            delay,
            action: None,
        }
    }
}

/// What rules look at.
pub(super) struct Facts<'a> {
    pub(super) number: u64,
    pub(super) bytes: u64,
    /// The rows, if they would be accepted.
    pub(super) content: Option<(&'a Staged, &'a Names)>,
}

/// What comes out: wait, then do the action, or go on as usual if there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan<'a> {
    pub(super) delay: Duration,
    pub(super) action: Option<&'a Action>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    when: When,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    /// Both ends included.
    Numbers(u64, u64),
    Every(u64),
    Profile(String),
    Attribute(String),
    MoreRows(u64),
    MoreBytes(u64),
}

impl When {
    /// Whether it matches, judged by the number alone; `None` if that is not enough.
    fn matches_number(&self, number: u64) -> Option<bool> {
        match self {
            When::Numbers(first, last) => Some((*first..=*last).contains(&number)),
            When::Every(step) => Some(number.is_multiple_of(*step)),
            _ => None,
        }
    }

    fn matches(&self, facts: &Facts<'_>) -> bool {
        let has = |test: &dyn Fn(&Staged, &Names) -> bool| {
            facts
                .content
                .is_some_and(|(staged, names)| test(staged, names))
        };
        match self {
            When::Numbers(..) | When::Every(_) => {
                self.matches_number(facts.number).unwrap_or_default()
            }
            When::Profile(id) => has(&|staged, _| staged.has_profile(id)),
            When::Attribute(name) => has(&|staged, names| staged.has_attribute(name, names)),
            When::MoreRows(limit) => has(&|staged, _| staged.rows.len() as u64 > *limit),
            When::MoreBytes(limit) => facts.bytes > *limit,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct What {
    delay: Duration,
    action: Option<Action>,
}

/// How a request goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Answer(FaultyAnswer),
    DropBefore,
    DropAfter,
    DropConnect,
}

/// An answer that the request itself is no reason for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FaultyAnswer {
    pub(super) status: u16,
    /// Apply the request before this answer.
    pub(super) after: bool,
    retry_after: Option<RetryAfter>,
    text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RetryAfter {
    Seconds(u32),
    Date(u32),
}

impl FaultyAnswer {
    /// The value of the `Retry-After` header.
    pub(super) fn retry_after(&self, now: SystemTime) -> Option<String> {
        Some(match self.retry_after? {
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::Date(seconds) => {
                httpdate::fmt_http_date(now + Duration::from_secs(seconds.into()))
            }
        })
    }

    /// The answer's body: the text with its places filled in, or the status in words.
    pub(super) fn body(&self, key: &str, query: &str, body: &[u8]) -> String {
        match &self.text {
            Some(text) => {
                let start = &body[..body.len().min(200)];
                text.replace("{key}", key)
                    .replace("{query}", query)
                    .replace("{body}", &String::from_utf8_lossy(start))
            }
            None => hyper::StatusCode::from_u16(self.status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or("Fault")
                .to_owned(),
        }
    }
}

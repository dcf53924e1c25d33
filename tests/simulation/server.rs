//! A model of the server: applies requests or not, and answers or not.

use std::collections::HashSet;
use std::time::Duration;

use ampost::post_api::reply::Reply;
use ampost::upload::UploadRequest;
use fastrand::Rng;

use super::job::Row;

/// What can go wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This status, nothing applied.
    Status(u16),
    /// This status, though the rows were applied.
    Applied(u16),
    NotConnected,
    LostWhileSending,
    TimedOutWhileSending,
    /// The connection is dropped before or after applying.
    Lost {
        applied: bool,
    },
    TimedOut {
        applied: bool,
    },
    Certificate,
}

/// All of them; a schedule draws its own selection.
pub(crate) const FAULTS: [Fault; 26] = [
    Fault::Status(503),
    Fault::Status(429),
    Fault::Status(408),
    Fault::NotConnected,
    Fault::LostWhileSending,
    Fault::TimedOutWhileSending,
    Fault::Lost { applied: false },
    Fault::Lost { applied: true },
    Fault::Lost { applied: true },
    Fault::TimedOut { applied: false },
    Fault::TimedOut { applied: true },
    Fault::TimedOut { applied: true },
    Fault::Status(500),
    Fault::Applied(500),
    Fault::Applied(500),
    Fault::Status(502),
    Fault::Applied(502),
    Fault::Status(504),
    Fault::Applied(504),
    Fault::Status(202),
    Fault::Applied(202),
    Fault::Status(403),
    Fault::Status(302),
    Fault::Status(404),
    Fault::Status(400),
    Fault::Certificate,
];

pub(crate) struct Server {
    /// Rows as they were applied.
    pub(crate) applied: Vec<usize>,
    /// Rows that were in a request answered 400 or 413.
    pub(crate) ever_refused: HashSet<usize>,
    /// Rows that were in a request answered 200.
    pub(crate) acknowledged: HashSet<usize>,
    pub(crate) requests: u64,
    pub(crate) max_body: usize,
    /// Refuses whatever comes.
    pub(crate) refuses_all: bool,
}

impl Server {
    pub(crate) fn new(max_body: usize) -> Self {
        Server {
            applied: Vec::new(),
            ever_refused: HashSet::new(),
            acknowledged: HashSet::new(),
            requests: 0,
            max_body,
            refuses_all: false,
        }
    }

    pub(crate) fn handle(
        &mut self,
        request: &UploadRequest<'_>,
        fault: Option<Fault>,
        rng: &mut Rng,
    ) -> Reply {
        self.requests += 1;
        let rows: Vec<Row> = Row::parse_all(request.rows);
        assert_eq!(rows.len(), request.row_count);
        let ids = || rows.iter().map(|row| row.id);
        let refuses = self.refuses_all || rows.iter().any(|row| row.bad);
        let too_large = request.header.len() + request.rows.len() > self.max_body;
        let mut apply = || {
            // A request that the server would refuse is not applied by its way of failing.
            if !refuses && !too_large {
                self.applied.extend(ids());
            }
        };
        match fault {
            None if too_large => {
                self.ever_refused.extend(ids());
                status(413, rng)
            }
            None if refuses => {
                self.ever_refused.extend(ids());
                status(400, rng)
            }
            None => {
                apply();
                self.acknowledged.extend(ids());
                status(200, rng)
            }
            Some(Fault::Status(code)) => {
                if code == 400 {
                    self.ever_refused.extend(ids());
                }
                status(code, rng)
            }
            Some(Fault::Applied(code)) => {
                apply();
                status(code, rng)
            }
            Some(Fault::Lost { applied }) => {
                if applied {
                    apply();
                }
                Reply::Lost { why: "eof".into() }
            }
            Some(Fault::TimedOut { applied }) => {
                if applied {
                    apply();
                }
                Reply::TimedOut { body_sent: true }
            }
            Some(Fault::NotConnected) => Reply::NotConnected {
                why: "refused".into(),
            },
            Some(Fault::LostWhileSending) => Reply::LostBeforeBody {
                why: "reset".into(),
            },
            Some(Fault::TimedOutWhileSending) => Reply::TimedOut { body_sent: false },
            Some(Fault::Certificate) => Reply::Tls {
                why: "unknown issuer".into(),
            },
        }
    }
}

fn status(code: u16, rng: &mut Rng) -> Reply {
    let asks = matches!(code, 429 | 503) && rng.bool();
    Reply::Status {
        code,
        retry_after: asks.then(|| Duration::from_secs(rng.u64(0..100))),
        text: String::new(),
    }
}

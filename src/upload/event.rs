//! What happens during an upload, for whoever shows or counts it.
//!
//! Events hold counts, lines and texts that may be shown; of a row's content only what a rejects file needs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::exit::Exit;
use crate::journal::PartName;

/// Something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request is about to go out.
    Sending {
        /// Which part it carries.
        part: PartId,
        /// Its rows.
        rows: u64,
        /// Length of its body.
        bytes: u64,
        /// 1 for the first attempt.
        attempt: u32,
    },
    /// A request failed and is going to be repeated after a wait.
    Waiting {
        /// Which part.
        part: PartId,
        /// The repetition that comes, from 1.
        retry: u32,
        /// Repetitions there are.
        of: u32,
        /// The wait.
        duration: Duration,
        /// What happened.
        why: String,
    },
    /// The server took a part.
    Acknowledged {
        /// Which part.
        part: PartId,
        /// Its rows.
        rows: u64,
        /// Length of its body.
        bytes: u64,
    },
    /// An earlier run delivered these rows; they are skipped.
    AlreadySent {
        /// Which part.
        part: PartId,
        /// Its rows.
        rows: u64,
    },
    /// A refused or too large part is going to be sent in halves.
    Split {
        /// Which part.
        part: PartId,
        /// Its rows.
        rows: u64,
        /// What the server said; `None` when the part is split before being sent, as too large.
        why: Option<String>,
    },
    /// The server refused a row.
    RowRefused(RowRefused),
    /// A part with counters may have been applied or not, and is not repeated.
    InDoubt {
        /// Which part.
        part: PartId,
        /// Its rows.
        rows: u64,
        /// The input lines of its first and last row. Lines in between belong to other parts, too.
        lines: (u64, u64),
        /// What happened.
        why: String,
    },
    /// A part left in doubt by an earlier run is given up, as the user chose.
    Abandoned {
        /// Which part.
        part: PartId,
        /// Its rows.
        rows: u64,
    },
    /// Rows of a profile in doubt follow: this lane sends no more, so that a profile's rows stay in order.
    Held {
        /// Where the lane holds.
        part: PartId,
        /// The input line of the row that must wait.
        line: u64,
    },
    /// Rows that are left for the next run.
    Left {
        /// How many.
        rows: u64,
    },
    /// The server took a part, but the journal could not be written to say so.
    Unrecorded {
        /// Which part.
        part: PartId,
        /// Its rows.
        rows: u64,
        /// The input lines of its first and last row.
        lines: (u64, u64),
        /// Whether the next run will find it in doubt; if not, it sends it once more, which is harmless.
        counters: bool,
    },
    /// The input is another than that of the earlier run; it is sent whole.
    InputChanged,
    /// A batch is done with.
    BatchEnd(Fate),
    /// Nothing new is begun from here on.
    Stopped(StopReason),
}

/// Names a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartId {
    /// The lane, from 0.
    pub lane: usize,
    /// The batch's number in its lane, from 0.
    pub batch: u64,
    /// Which part of the batch.
    pub part: PartName,
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.lane + 1, self.batch + 1)?;
        if self.part != PartName::WHOLE {
            write!(f, "/{}", self.part)?;
        }
        Ok(())
    }
}

/// A row that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRefused {
    /// The input line on which it begins.
    pub line: u64,
    /// The server's reason, one line, redacted.
    pub reason: Arc<str>,
    /// The input's own record, if the batch kept it.
    pub original: Option<Vec<u8>>,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Settled, and at least a part acknowledged, the last of it in this run.
    Acknowledged,
    /// Settled by an earlier run; nothing of it was sent.
    AlreadySent,
    /// At least a part is in doubt.
    InDoubt,
    /// At least a part is left for the next run, and none is in doubt.
    Left,
    /// Settled, and nothing of it acknowledged: all refused or given up.
    Unsent,
}

/// Why nothing new is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The key was refused.
    Credentials {
        /// What was answered.
        why: String,
    },
    /// A request failed as often as it was allowed to.
    Unavailable {
        /// Attempts made.
        attempts: u32,
        /// What happened last.
        why: String,
    },
    /// An answer that no further attempt would change.
    Unexpected {
        /// What happened and what to look at.
        why: String,
    },
    /// The server refused so many requests and accepted none.
    RefusesEverything {
        /// Requests refused.
        requests: u64,
        /// The latest reason.
        reason: String,
    },
    /// More rows were rejected than `--max-rejects` allows.
    TooManyRejects {
        /// The option's value.
        limit: u64,
    },
    /// The journal could not be written.
    Journal {
        /// What happened and what to do.
        why: String,
    },
    /// The input differs from that of the run that is being gone on with.
    InputChanged {
        /// The input line where the first differing batch begins.
        line: u64,
    },
    /// A batch with counters was counted by an earlier run.
    CountedBefore {
        /// The input line where it begins.
        line: u64,
    },
    /// The rows' source failed; it has the reason.
    Input,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl StopReason {
    /// The exit code of a run that stops for this. `sent`: whether any request went out before.
    #[must_use]
    pub fn exit(&self, sent: bool) -> Exit {
        match self {
            StopReason::Credentials { .. } => Exit::Credentials,
            StopReason::Unavailable { .. } => Exit::Unavailable,
            StopReason::Interrupted => Exit::Interrupted,
            StopReason::Terminated => Exit::Terminated,
            StopReason::CountedBefore { .. } if !sent => Exit::Usage,
            StopReason::Unexpected { .. }
            | StopReason::RefusesEverything { .. }
            | StopReason::TooManyRejects { .. }
            | StopReason::Journal { .. }
            | StopReason::InputChanged { .. }
            | StopReason::CountedBefore { .. }
            | StopReason::Input => Exit::Failed,
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopReason::Credentials { why } => write!(
                f,
                "{why}; check the post API key and the application ID (ampost verify-keys); run the same command again to go on"
            ),
            StopReason::Unavailable { attempts, why } => {
                let times = if *attempts == 1 {
                    "attempt"
                } else {
                    "attempts"
                };
                write!(
                    f,
                    "{why} ({attempts} {times}); run the same command again to go on"
                )
            }
            StopReason::Unexpected { why } | StopReason::Journal { why } => f.write_str(why),
            StopReason::RefusesEverything { requests, reason } => write!(
                f,
                "the server refuses everything: {requests} requests refused, none accepted; {reason}; \
                 check the application ID and the attributes; no row was rejected for it"
            ),
            StopReason::TooManyRejects { limit } => write!(
                f,
                "more rows were rejected than --max-rejects allows ({limit}); the rest was not sent"
            ),
            StopReason::InputChanged { line } => write!(
                f,
                "the input differs, from line {line} on, from what an earlier run of this job sent; \
                 give the same input again, or begin anew with --restart"
            ),
            StopReason::CountedBefore { line } => write!(
                f,
                "the batch that begins at line {line} holds counters and was delivered by an earlier run; \
                 to count it once more, use --again"
            ),
            StopReason::Input => f.write_str("the input could not be read to its end"),
            StopReason::Interrupted => {
                f.write_str("interrupted; run the same command again to go on")
            }
            StopReason::Terminated => {
                f.write_str("terminated; run the same command again to go on")
            }
        }
    }
}

/// The counts of an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows acknowledged in this run.
    pub rows_sent: u64,
    /// Rows that an earlier run delivered.
    pub rows_already_sent: u64,
    /// Rows that the server refused.
    pub rows_refused: u64,
    /// Rows in doubt.
    pub rows_in_doubt: u64,
    /// Rows in doubt since an earlier run, and given up.
    pub rows_abandoned: u64,
    /// Rows read, but left for the next run.
    pub rows_left: u64,
    /// Batches settled in this run with at least a part acknowledged.
    pub batches_acknowledged: u64,
    /// Batches settled by an earlier run.
    pub batches_already_sent: u64,
    /// Batches with a part in doubt.
    pub batches_in_doubt: u64,
    /// Batches left, in part or whole, for the next run.
    pub batches_left: u64,
    /// Batches of the input, as far as it was read.
    pub batches: u64,
    /// Requests made.
    pub requests: u64,
    /// Requests repeated.
    pub retries: u64,
    /// Bytes of the bodies that were acknowledged.
    pub bytes_sent: u64,
    /// Rows acknowledged that the journal does not know of, as it could not be written.
    pub rows_unrecorded: u64,
    /// Why the run stopped early, if it did.
    pub stopped: Option<StopReason>,
}

impl Summary {
    /// Adds what `event` says.
    pub fn count(&mut self, event: &Event) {
        match event {
            Event::Sending { .. } => self.requests += 1,
            Event::Waiting { .. } => self.retries += 1,
            Event::Acknowledged { rows, bytes, .. } => {
                self.rows_sent += rows;
                self.bytes_sent += bytes;
            }
            Event::AlreadySent { rows, .. } => self.rows_already_sent += rows,
            Event::RowRefused(_) => self.rows_refused += 1,
            Event::InDoubt { rows, .. } => self.rows_in_doubt += rows,
            Event::Abandoned { rows, .. } => self.rows_abandoned += rows,
            Event::Left { rows } => self.rows_left += rows,
            Event::Unrecorded { rows, .. } => self.rows_unrecorded += rows,
            Event::BatchEnd(fate) => {
                self.batches += 1;
                match fate {
                    Fate::Acknowledged => self.batches_acknowledged += 1,
                    Fate::AlreadySent => self.batches_already_sent += 1,
                    Fate::InDoubt => self.batches_in_doubt += 1,
                    Fate::Left => self.batches_left += 1,
                    Fate::Unsent => {}
                }
            }
            Event::Stopped(reason) => self.stopped = Some(reason.clone()),
            Event::Split { .. } | Event::Held { .. } | Event::InputChanged => {}
        }
    }

    /// Whether nothing is left to do for another run.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none() && self.batches_in_doubt == 0 && self.rows_left == 0
    }

    /// The exit code, as far as the upload decides it: `rejected` rows are those found wrong before sending.
    #[must_use]
    pub fn exit(&self, rejected: u64) -> Exit {
        match &self.stopped {
            Some(reason) => reason.exit(self.requests > 0),
            None if self.batches_in_doubt > 0 => Exit::InDoubt,
            None if self.rows_left > 0 => Exit::Unavailable,
            None if rejected + self.rows_refused > 0 => Exit::Rejected,
            None => Exit::Done,
        }
    }
}

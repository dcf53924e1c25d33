//! One lane's delivery as a pure state machine: [`LaneMachine::step`] says what to do next, the driver does it
//! and feeds the result back. No clock, no disk, no network: the threads and the simulation run the same machine.
//!
//! A lane sends its batches one after the other, and the parts of a batch in row order, so that the rows of
//! one profile arrive in file order. The rules for counters:
//!
//! - `sending` is durable in the journal before the part goes out, and its outcome is written before
//!   anything else is done, so that at any moment the journal knows what may have been applied;
//! - what is in doubt is not repeated. Its profiles are remembered, and the lane holds as soon as one of
//!   them comes up again: if the user has the part resent later, the order must still be right.

mod refuse;
mod settle;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::batch::Batch;
use crate::journal::{BatchPast, Digest, Entry, Recall, What};
use crate::post_api::reply::Outcome;

use super::UploadRequest;
use super::event::{Event, StopReason};
use super::part::Part;
use super::retry;
use super::run::Run;

/// What to do with parts that an earlier run left in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InDoubt {
    /// Leave them, report them again. (To ask before is up to whoever starts the run.)
    Hold,
    /// Send them again.
    Resend,
    /// Give them up.
    Skip,
}

/// How lanes behave.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Repetitions and waits.
    pub retry: retry::Policy,
    /// What to do with parts left in doubt.
    pub in_doubt: InDoubt,
    /// Requests a batch may cost beyond its first, in order to find the rows that the server refuses.
    pub extra_requests: u32,
    /// How a part is halved: [`Part::halves`]. A field only so that the simulation can plant a wrong order.
    #[doc(hidden)]
    pub halves: fn(&Part) -> [Part; 2],
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            retry: retry::Policy::default(),
            in_doubt: InDoubt::Hold,
            extra_requests: 256,
            halves: Part::halves,
        }
    }
}

/// What the driver is to do. Asking again before feeding the result gives the same step, but for `Emit`.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Give the next batch ([`LaneMachine::batch`]) or say there is none ([`LaneMachine::end`]).
    Take,
    /// Ask the journal about this batch; [`LaneMachine::recalled`].
    Recall {
        /// Its number.
        number: u64,
        /// SHA-256 of its body.
        sha256: Digest,
        /// Whether it holds counters.
        counters: bool,
    },
    /// Wait until so many rows may go out; [`LaneMachine::waited`].
    Pace {
        /// How many.
        rows: usize,
    },
    /// Write this to the journal; [`LaneMachine::recorded`].
    Record {
        /// What to write.
        entry: Entry,
        /// Whether it must be durable before going on.
        durable: bool,
    },
    /// Send [`LaneMachine::request`]; [`LaneMachine::replied`].
    Send,
    /// Wait, unless the run is stopped; [`LaneMachine::waited`].
    Wait {
        /// How long.
        duration: Duration,
    },
    /// Pass this on. Nothing is fed back.
    Emit(Event),
    /// There is nothing more to do.
    Finished,
}

/// One lane.
#[derive(Debug)]
pub struct LaneMachine<'run> {
    lane: usize,
    settings: &'run Settings,
    run: &'run Run,
    phase: Phase,
    /// Steps that come before what `phase` says.
    queue: VecDeque<Queued>,
    work: Option<Work>,
    /// Identities of the profiles in doubt.
    doubtful: HashSet<u64>,
    held: bool,
}

#[derive(Debug)]
enum Phase {
    Take,
    Recall,
    /// Find the next part to send.
    Choose,
    Pace(Attempt),
    /// Write `sending`.
    Announce(Attempt),
    Send(Attempt),
    Wait(Attempt, Duration),
    Finished,
}

#[derive(Debug)]
enum Queued {
    Emit(Event),
    Record {
        entry: Entry,
        durable: bool,
        /// Told if it cannot be written.
        otherwise: Option<Event>,
    },
}

#[derive(Clone, Debug)]
struct Attempt {
    part: Part,
    counters: bool,
    number: u32,
}

/// A batch under way.
#[derive(Debug)]
struct Work {
    batch: Batch,
    sha256: Digest,
    past: Option<Arc<BatchPast>>,
    /// What is still to be looked at, the next one last.
    todo: Vec<Part>,
    /// Requests made beyond the first, to isolate refused rows.
    extra: u32,
    acknowledged: bool,
    already_sent: bool,
    in_doubt: bool,
    left: u64,
}

impl<'run> LaneMachine<'run> {
    /// A lane at its beginning.
    #[must_use]
    pub fn new(lane: usize, settings: &'run Settings, run: &'run Run) -> Self {
        LaneMachine {
            lane,
            settings,
            run,
            phase: Phase::Take,
            queue: VecDeque::new(),
            work: None,
            doubtful: HashSet::new(),
            held: false,
        }
    }

    /// The lane's number.
    #[must_use]
    pub fn lane(&self) -> usize {
        self.lane
    }

    /// What to do next.
    pub fn step(&mut self) -> Step {
        loop {
            match self.queue.front() {
                Some(Queued::Record { entry, durable, .. }) => {
                    return Step::Record {
                        entry: entry.clone(),
                        durable: *durable,
                    };
                }
                Some(Queued::Emit(_)) => {
                    if let Some(Queued::Emit(event)) = self.queue.pop_front() {
                        return Step::Emit(event);
                    }
                }
                None => {}
            }
            if self.run.is_stopped() {
                if let Some(reason) = self.run.tell_stop() {
                    return Step::Emit(Event::Stopped(reason));
                }
                if self.turn_back() {
                    continue;
                }
            }
            match &self.phase {
                Phase::Take => return Step::Take,
                Phase::Finished => return Step::Finished,
                Phase::Recall => match &self.work {
                    Some(work) => {
                        return Step::Recall {
                            number: work.batch.number,
                            sha256: work.sha256,
                            counters: work.batch.has_counters(0..work.batch.rows.len()),
                        };
                    }
                    None => self.phase = Phase::Take,
                },
                Phase::Choose => self.choose(),
                Phase::Pace(attempt) => {
                    return Step::Pace {
                        rows: attempt.part.rows.len(),
                    };
                }
                Phase::Announce(attempt) => {
                    if attempt.counters
                        && let Some(entry) = self.entry(What::Sending, &attempt.part)
                    {
                        return Step::Record {
                            entry,
                            durable: true,
                        };
                    }
                    let attempt = attempt.clone();
                    self.announced(attempt);
                }
                Phase::Send(_) => return Step::Send,
                Phase::Wait(_, duration) => {
                    return Step::Wait {
                        duration: *duration,
                    };
                }
            }
        }
    }

    /// Feeds the next batch. Its rows must be of this lane, its number the next one.
    pub fn batch(&mut self, batch: Batch) {
        let sha256 = Digest::of(&[&batch.body]);
        self.work = Some(Work {
            todo: vec![Part::whole(&batch)],
            sha256,
            batch,
            past: None,
            extra: 0,
            acknowledged: false,
            already_sent: false,
            in_doubt: false,
            left: 0,
        });
        self.phase = if self.run.is_stopped() {
            Phase::Choose
        } else {
            Phase::Recall
        };
    }

    /// Says that there are no more batches.
    pub fn end(&mut self) {
        self.phase = Phase::Finished;
    }

    /// Feeds what the journal knows of the batch. `Err`: the journal failed, for this reason.
    pub fn recalled(&mut self, recall: Result<Recall, String>) {
        let line = self.first_line();
        let stop = match recall {
            Ok(Recall::Unknown) => None,
            Ok(Recall::Known(past)) => {
                if let Some(work) = &mut self.work {
                    work.past = Some(past);
                }
                None
            }
            Ok(Recall::Forgotten) => {
                self.emit(Event::InputChanged);
                None
            }
            Ok(Recall::Changed) => Some(StopReason::InputChanged { line }),
            Ok(Recall::Counted) => Some(StopReason::CountedBefore { line }),
            Err(why) => Some(StopReason::Journal { why }),
        };
        if let Some(reason) = stop {
            self.run.stop(reason);
        }
        self.phase = Phase::Choose;
    }

    /// Feeds the end of a wait, whether it came to its end or the run was stopped.
    pub fn waited(&mut self) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Choose) {
            Phase::Pace(attempt) => Phase::Announce(attempt),
            Phase::Wait(attempt, _) => Phase::Pace(attempt),
            other => other,
        };
    }

    /// Feeds how writing to the journal went. `Err`: nothing was written, for this reason.
    pub fn recorded(&mut self, result: Result<(), String>) {
        let failed = result.is_err();
        if let Err(why) = result {
            self.run.stop(StopReason::Journal { why });
        }
        if let Some(Queued::Record { .. }) = self.queue.front() {
            if let Some(Queued::Record { otherwise, .. }) = self.queue.pop_front()
                && failed
            {
                // Before anything that tells of what the entry was about.
                if let Some(event) = otherwise {
                    self.queue.push_front(Queued::Emit(event));
                }
            }
        } else if let Phase::Announce(attempt) = &self.phase
            && !failed
        {
            let attempt = attempt.clone();
            self.announced(attempt);
        }
    }

    /// The request to send, when [`Step::Send`] says so.
    #[must_use]
    pub fn request(&self) -> Option<UploadRequest<'_>> {
        let (Phase::Send(attempt), Some(work)) = (&self.phase, &self.work) else {
            return None;
        };
        let batch = &work.batch;
        Some(UploadRequest {
            part: self.id(&attempt.part),
            kind: batch.kind,
            header: batch.header(),
            rows: batch.row_bytes(attempt.part.rows.clone()),
            row_count: attempt.part.rows.len(),
        })
    }

    /// Feeds the outcome of the request. `random` is in 0..1, for the jitter of waits.
    pub fn replied(&mut self, outcome: &Outcome, random: f64) {
        let phase = std::mem::replace(&mut self.phase, Phase::Choose);
        let Phase::Send(attempt) = phase else {
            self.phase = phase;
            return;
        };
        let decision = retry::decide(
            &self.settings.retry,
            attempt.number,
            outcome,
            !attempt.counters,
            random,
        );
        self.settle(attempt, decision, outcome);
    }

    /// Lets go of a part that has not been sent yet, as the run was stopped. Says whether there was one.
    fn turn_back(&mut self) -> bool {
        match std::mem::replace(&mut self.phase, Phase::Choose) {
            Phase::Pace(attempt) | Phase::Announce(attempt) | Phase::Wait(attempt, _) => {
                self.put_back(attempt.part);
                true
            }
            Phase::Send(attempt) => {
                if attempt.counters {
                    self.record(What::Returned, &attempt.part, false, None);
                }
                self.put_back(attempt.part);
                true
            }
            other => {
                self.phase = other;
                false
            }
        }
    }
}

#[cfg(test)]
mod tests;

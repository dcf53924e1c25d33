//! The decisions of a lane: which part goes next, and what an outcome means for the part that was sent.

use std::time::Duration;

use crate::journal::{Entry, PartEntry, PartName, PartState, What};
use crate::post_api::reply::Outcome;
use crate::upload::event::{Event, Fate, PartId, StopReason};
use crate::upload::part::Part;
use crate::upload::retry::Decision;

use super::{Attempt, InDoubt, LaneMachine, Phase, Queued, Work};

impl LaneMachine<'_> {
    /// Finds the next part to send, dealing with those that are not to be sent on the way. Returns whenever
    /// something was queued that must be done before looking further.
    pub(super) fn choose(&mut self) {
        while self.queue.is_empty() {
            let Some(work) = &mut self.work else {
                self.phase = Phase::Take;
                return;
            };
            match work.todo.pop() {
                Some(part) => {
                    if let Some(attempt) = self.consider(part) {
                        self.phase = Phase::Pace(attempt);
                        return;
                    }
                }
                None => self.close(),
            }
        }
    }

    /// What is to be done about `part`: an attempt if it is to be sent.
    fn consider(&mut self, part: Part) -> Option<Attempt> {
        let work = self.work.as_mut()?;
        let rows = part.rows.len() as u64;
        if rows == 0 {
            return None;
        }
        let state = match &work.past {
            Some(past) => past.part(part.name),
            None => PartState::Open,
        };
        let counters = work.batch.has_counters(part.rows.clone());
        let in_doubt = match state {
            // A single row cannot have been split; whatever stands there, this ends the descent.
            PartState::Split if rows > 1 => {
                let [first, second] = (self.settings.halves)(&part);
                work.todo.extend([second, first]);
                return None;
            }
            PartState::Acknowledged => {
                work.already_sent = true;
                let part = self.id(&part);
                self.emit(Event::AlreadySent { part, rows });
                self.server_accepts();
                return None;
            }
            PartState::Refused => {
                self.refused_before(&part);
                return None;
            }
            PartState::Abandoned => {
                let part = self.id(&part);
                self.emit(Event::Abandoned { part, rows });
                return None;
            }
            // Doubt is about counters. If the columns were declared otherwise since, sending again is harmless.
            PartState::InDoubt => counters,
            PartState::Split | PartState::Open => false,
        };
        let ends_here = self.run.is_stopped() || self.held;
        if in_doubt && (ends_here || self.settings.in_doubt == InDoubt::Hold) {
            self.leave_in_doubt(&part, "left in doubt by an earlier run".to_owned());
            return None;
        }
        if ends_here {
            work.left += rows;
            return None;
        }
        if in_doubt && self.settings.in_doubt == InDoubt::Skip {
            self.record(What::Abandoned, &part, false, None);
            let part = self.id(&part);
            self.emit(Event::Abandoned { part, rows });
            return None;
        }
        if let Some(line) = first_doubtful(work, &part, &self.doubtful) {
            self.held = true;
            let held = Event::Held {
                part: self.id(&part),
                line,
            };
            self.emit(held);
            return self.consider(part);
        }
        // A part in doubt is resent as it was: halves of it would look as if they had never gone out.
        if !in_doubt && rows > 1 && part.body_len(&work.batch) > self.run.size_limit() {
            self.split(&part, None);
            return None;
        }
        Some(Attempt {
            part,
            counters,
            number: 1,
        })
    }

    /// Ends the batch.
    fn close(&mut self) {
        let Some(work) = self.work.take() else {
            return;
        };
        if work.left > 0 {
            self.emit(Event::Left { rows: work.left });
        }
        self.emit(Event::BatchEnd(if work.in_doubt {
            Fate::InDoubt
        } else if work.left > 0 {
            Fate::Left
        } else if work.acknowledged {
            Fate::Acknowledged
        } else if work.already_sent {
            Fate::AlreadySent
        } else {
            Fate::Unsent
        }));
    }

    /// `sending` is written, or need not be.
    pub(super) fn announced(&mut self, attempt: Attempt) {
        if let Some(work) = &self.work
            && !self.run.is_stopped()
        {
            let event = Event::Sending {
                part: self.id(&attempt.part),
                rows: attempt.part.rows.len() as u64,
                bytes: attempt.part.body_len(&work.batch) as u64,
                attempt: attempt.number,
            };
            self.emit(event);
        }
        self.phase = Phase::Send(attempt);
    }

    /// Does what was decided about a part that was sent.
    pub(super) fn settle(&mut self, attempt: Attempt, decision: Decision, outcome: &Outcome) {
        match decision {
            Decision::Done => self.acknowledged(&attempt),
            Decision::Retry { after } => self.retry(attempt, outcome, after),
            Decision::InDoubt => {
                self.record(What::InDoubt, &attempt.part, true, None);
                self.leave_in_doubt(&attempt.part, why(outcome));
            }
            Decision::Split => self.refused(&attempt, outcome),
            Decision::GiveUp => {
                let reason = StopReason::Unavailable {
                    attempts: attempt.number,
                    why: why(outcome),
                };
                self.give_back(attempt, reason);
            }
            Decision::Stop => {
                let why = why(outcome);
                let reason = match outcome {
                    Outcome::Credentials { .. } => StopReason::Credentials { why },
                    _ => StopReason::Unexpected { why },
                };
                self.give_back(attempt, reason);
            }
        }
    }

    fn acknowledged(&mut self, attempt: &Attempt) {
        let Some(work) = &mut self.work else {
            return;
        };
        work.acknowledged = true;
        let bytes = attempt.part.body_len(&work.batch) as u64;
        let lines = lines(work, &attempt.part);
        let rows = attempt.part.rows.len() as u64;
        let part = self.id(&attempt.part);
        let otherwise = Event::Unrecorded {
            part,
            rows,
            lines,
            counters: attempt.counters,
        };
        // Losing this to a power cut costs a question to the user, when there are counters in it, but only
        // a harmless repetition otherwise: those may wait for the next sync.
        let durable = attempt.counters;
        self.record(What::Acknowledged, &attempt.part, durable, Some(otherwise));
        self.emit(Event::Acknowledged { part, rows, bytes });
        self.server_accepts();
    }

    /// The server accepts rows of this job: what it refuses is the rows' fault, and can be told.
    fn server_accepts(&mut self) {
        for row in self.run.acknowledged() {
            self.emit(Event::RowRefused(row));
        }
    }

    fn retry(&mut self, mut attempt: Attempt, outcome: &Outcome, after: Duration) {
        if attempt.counters {
            // A kill during the wait must not leave it in doubt.
            self.record(What::Returned, &attempt.part, false, None);
        }
        let event = Event::Waiting {
            part: self.id(&attempt.part),
            retry: attempt.number,
            of: self.settings.retry.retries,
            duration: after,
            why: why(outcome),
        };
        self.emit(event);
        attempt.number += 1;
        self.phase = Phase::Wait(attempt, after);
    }

    /// Remembers the profiles of a part in doubt and reports it.
    fn leave_in_doubt(&mut self, part: &Part, why: String) {
        let Some(work) = &mut self.work else {
            return;
        };
        work.in_doubt = true;
        let rows = &work.batch.rows[part.rows.clone()];
        self.doubtful.extend(rows.iter().map(|row| row.identity));
        let event = Event::InDoubt {
            rows: rows.len() as u64,
            lines: lines(work, part),
            part: self.id(part),
            why,
        };
        self.emit(event);
    }

    /// Stops the run over a part that was certainly not applied.
    pub(super) fn give_back(&mut self, attempt: Attempt, reason: StopReason) {
        if attempt.counters {
            self.record(What::Returned, &attempt.part, false, None);
        }
        self.put_back(attempt.part);
        self.run.stop(reason);
    }

    pub(super) fn put_back(&mut self, part: Part) {
        if let Some(work) = &mut self.work {
            work.todo.push(part);
        }
    }

    pub(super) fn emit(&mut self, event: Event) {
        self.queue.push_back(Queued::Emit(event));
    }

    pub(super) fn record(
        &mut self,
        what: What,
        part: &Part,
        durable: bool,
        otherwise: Option<Event>,
    ) {
        if let Some(entry) = self.entry(what, part) {
            self.queue.push_back(Queued::Record {
                entry,
                durable,
                otherwise,
            });
        }
    }

    pub(super) fn entry(&self, event: What, part: &Part) -> Option<Entry> {
        let work = self.work.as_ref()?;
        let sha256 = if part.name == PartName::WHOLE {
            work.sha256
        } else {
            part.digest(&work.batch)
        };
        Some(Entry::Part(PartEntry {
            event,
            lane: self.lane,
            batch: work.batch.number,
            part: part.name,
            sha256,
            rows: part.rows.len() as u64,
            status: None,
        }))
    }

    pub(super) fn id(&self, part: &Part) -> PartId {
        PartId {
            lane: self.lane,
            batch: self.work.as_ref().map_or(0, |work| work.batch.number),
            part: part.name,
        }
    }

    pub(super) fn first_line(&self) -> u64 {
        let first = self.work.as_ref().and_then(|work| work.batch.rows.first());
        first.map_or(0, |row| row.line)
    }
}

/// The line of the first row of `part` whose profile is in doubt.
fn first_doubtful(
    work: &Work,
    part: &Part,
    doubtful: &std::collections::HashSet<u64>,
) -> Option<u64> {
    if doubtful.is_empty() {
        return None;
    }
    work.batch.rows[part.rows.clone()]
        .iter()
        .find(|row| doubtful.contains(&row.identity))
        .map(|row| row.line)
}

/// The lines of the first and the last row of `part`.
fn lines(work: &Work, part: &Part) -> (u64, u64) {
    let rows = &work.batch.rows[part.rows.clone()];
    let line = |row: Option<&crate::batch::BatchRow>| row.map_or(0, |row| row.line);
    (line(rows.first()), line(rows.last()))
}

pub(super) fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Acknowledged => String::new(),
        Outcome::Refused { reason } | Outcome::TooLarge { reason } => reason.clone(),
        Outcome::Credentials { why }
        | Outcome::TryAgain { why, .. }
        | Outcome::InDoubt { why, .. }
        | Outcome::Unexpected { why } => why.clone(),
    }
}

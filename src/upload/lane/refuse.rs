//! What a lane does about parts that the server refuses: halve them until the refused rows stand alone.

use std::sync::Arc;

use crate::journal::{Entry, PartEntry, What};
use crate::post_api::reply::Outcome;
use crate::upload::event::{Event, RowRefused, StopReason};
use crate::upload::part::Part;

use super::settle::why;
use super::{Attempt, LaneMachine, Queued};

impl LaneMachine<'_> {
    /// A part that the server will not take as it is.
    pub(super) fn refused(&mut self, attempt: &Attempt, outcome: &Outcome) {
        let Some(work) = &mut self.work else {
            return;
        };
        let part = &attempt.part;
        let reason = why(outcome);
        let several = part.rows.len() > 1;
        let too_large = matches!(outcome, Outcome::TooLarge { .. });
        if too_large {
            self.run.too_large(part.body_len(&work.batch));
            if several {
                return self.split(part, Some(reason));
            }
        }
        if let Some(requests) = self.run.refused() {
            let reason = StopReason::RefusesEverything { requests, reason };
            return self.give_back(attempt.clone(), reason);
        }
        // Each split makes two requests, and is only begun if both are affordable.
        if several && work.extra + 2 <= self.settings.extra_requests {
            work.extra += 2;
            return self.split(part, Some(reason));
        }
        self.reject(part, reason, if too_large { 413 } else { 400 });
    }

    pub(super) fn split(&mut self, part: &Part, why: Option<String>) {
        // Not durable by itself: whatever is sent next and needs to be durable makes this durable, too.
        self.record(What::Split, part, false, None);
        let event = Event::Split {
            part: self.id(part),
            rows: part.rows.len() as u64,
            why,
        };
        self.emit(event);
        if let Some(work) = &mut self.work {
            let [first, second] = (self.settings.halves)(part);
            work.todo.extend([second, first]);
        }
    }

    fn reject(&mut self, part: &Part, reason: String, status: u16) {
        if let Some(Entry::Part(entry)) = self.entry(What::Refused, part) {
            let status = Some(status);
            self.queue.push_back(Queued::Record {
                entry: Entry::Part(PartEntry { status, ..entry }),
                durable: false,
                otherwise: None,
            });
        }
        let rows = self.refusals(part, reason);
        for row in self.run.reject(rows) {
            self.emit(Event::RowRefused(row));
        }
    }

    /// Lists a part that an earlier run had refused: every run lists all rejected rows of its job.
    pub(super) fn refused_before(&mut self, part: &Part) {
        let status = match self.work.as_ref().and_then(|work| work.past.as_ref()) {
            Some(past) => past.refusal(part.name).unwrap_or(400),
            None => return,
        };
        let reason = format!("the server answered {status} in an earlier run");
        let rows = self.refusals(part, reason);
        self.run.rejected_locally(rows.len() as u64);
        for row in rows {
            self.emit(Event::RowRefused(row));
        }
    }

    fn refusals(&self, part: &Part, reason: String) -> Vec<RowRefused> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let reason: Arc<str> = match part.rows.len() {
            1 => reason.into(),
            rows => {
                let others = rows - 1;
                format!("{reason} (refused together with {others} other rows; not isolated)").into()
            }
        };
        let refusal = |index: usize| RowRefused {
            line: work.batch.rows[index].line,
            reason: Arc::clone(&reason),
            original: work.batch.originals.as_ref().map(|(bytes, ends)| {
                let start = if index == 0 { 0 } else { ends[index - 1] };
                bytes[start..ends[index]].to_vec()
            }),
        };
        part.rows.clone().map(refusal).collect()
    }
}

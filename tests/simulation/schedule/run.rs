//! One run of a simulated job: what the driver does, one thing of one lane at a time.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use ampost::batch::Batch;
use ampost::journal::{Entry, Geometry, Journal, Opened, Past, Start, Started, Verdict, What};
use ampost::post_api::reply::{Outcome, Reply, outcome};
use ampost::upload::lane::{LaneMachine, Settings, Step};
use ampost::upload::{Event, InDoubt, PartId, Run, StopReason, Summary};

use super::super::Plant;
use super::super::check;
use super::Schedule;

/// What is left when a run is over.
pub(crate) struct RunEnd {
    pub(crate) summary: Summary,
    /// Rows reported as refused.
    pub(crate) refused: Vec<u64>,
    /// Parts reported as acknowledged and written to the journal.
    pub(crate) told: Vec<PartId>,
    pub(crate) killed: Option<Killed>,
    unrecorded: Vec<PartId>,
    pub(super) policy: InDoubt,
    /// The end could not be written, or not for sure.
    pub(super) unsaid: bool,
}

#[expect(clippy::large_enum_variant, reason = "there is only ever one")]
pub(super) enum Ran {
    Ended(RunEnd),
    /// It could not even begin.
    NotBegun,
    /// There was nothing to do.
    FinishedBefore,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Killed {
    Process,
    Machine,
}

/// One lane in the scheduler's hands.
struct Lane<'run> {
    machine: LaneMachine<'run>,
    batches: VecDeque<Batch>,
    /// The server has done with the request, the answer is on its way.
    answer: Option<Reply>,
    /// Planted bug: written only after sending.
    late: Option<Entry>,
    finished: bool,
}

impl Schedule {
    /// One run.
    pub(super) fn run(&mut self, calm: bool) -> Result<Ran, String> {
        self.totals.runs += 1;
        let (full, bad) = if calm { (0, 0) } else { self.disk_faults };
        self.disk.fail(full, bad);
        // A kill may have been waiting for a write that never came.
        self.disk.restart();
        self.server.refuses_all = !calm && self.rng.u32(0..12) == 0;
        self.whims |= self.server.refuses_all;
        let (journal, opened) =
            Journal::on(Box::new(self.disk.clone()), "the simulated disk").map_err(text)?;
        let mut policy = InDoubt::Hold;
        let start = match opened {
            Opened::Fresh => Start::Fresh { counted: None },
            Opened::Finished(_) => return Ok(Ran::FinishedBefore),
            Opened::Unfinished(past) => {
                policy = self.decide(&past, calm)?;
                let compared = self.compares;
                Start::Resume { past, compared }
            }
        };
        trace!(self, "run begins, calm: {calm}, in doubt: {policy:?}");
        if let Err(error) = journal.begin(start, self.started()) {
            trace!(self, "{error}");
            self.disk.restart();
            return if calm {
                Err(text(error))
            } else {
                Ok(Ran::NotBegun)
            };
        }
        let settings = Settings {
            in_doubt: policy,
            ..self.settings
        };
        let run = Run::new(None);
        let mut end = RunEnd {
            summary: Summary::default(),
            refused: Vec::new(),
            told: Vec::new(),
            killed: None,
            unrecorded: Vec::new(),
            policy,
            unsaid: false,
        };
        let mut lanes: Vec<Lane<'_>> = (0..self.cut.lanes)
            .map(|lane| Lane {
                machine: LaneMachine::new(lane, &settings, &run),
                batches: self
                    .batches
                    .iter()
                    .filter(|batch| batch.lane == lane)
                    .cloned()
                    .collect(),
                answer: None,
                late: None,
                finished: false,
            })
            .collect();
        let mut steps = 0;
        while lanes.iter().any(|lane| !lane.finished) {
            steps += 1;
            if steps > 50_000 {
                return Err("a run does not come to its end".into());
            }
            if !calm && self.befall(&run) || self.disk.killed() {
                end.killed = Some(self.kill());
                return Ok(Ran::Ended(end));
            }
            self.now += Duration::from_millis(self.rng.u64(0..30));
            let lane = self.rng.usize(0..lanes.len());
            self.advance(&mut lanes[lane], &journal, &run, calm, &mut end)?;
        }
        self.close(&run, &journal, &mut end);
        Ok(Ran::Ended(end))
    }

    /// What the user has decided about the doubts that the journal names.
    fn decide(&mut self, past: &Past, calm: bool) -> Result<InDoubt, String> {
        let mut comparison = past.compare();
        for (batch, digest) in self.batches.iter().zip(&self.digests) {
            let counters = batch.has_counters(0..batch.rows.len());
            comparison.batch(batch.lane, batch.number, digest, counters);
        }
        if comparison.verdict() != Verdict::Same {
            return Err("the unchanged input looks changed".into());
        }
        let doubts = past.in_doubt();
        if doubts.is_empty() || !calm && self.rng.u32(0..8) == 0 {
            return Ok(InDoubt::Hold);
        }
        if !self.resends {
            return Ok(InDoubt::Skip);
        }
        for doubt in doubts {
            let id = PartId {
                lane: doubt.lane,
                batch: doubt.batch,
                part: doubt.part,
            };
            let rows = check::rows_of(&self.batches, &id);
            self.resent.extend(rows);
        }
        Ok(InDoubt::Resend)
    }

    fn started(&self) -> Started {
        Started {
            format: 1,
            version: "0".into(),
            resumed: false,
            job: "job".into(),
            application_id: "1".into(),
            api: "api".into(),
            geometry: Geometry {
                lanes: self.cut.lanes,
                batch_rows: self.cut.batch_rows,
                batch_bytes: 1_000_000_000,
            },
            counters: true,
            process: 1,
            time: 0,
        }
    }

    /// Kills and signals. Says whether the process is dead.
    fn befall(&mut self, run: &Run) -> bool {
        if self.rng.f64() < self.signal_rate {
            trace!(self, "signal");
            self.totals.signals += 1;
            run.stop(StopReason::Interrupted);
        }
        if self.rng.f64() < self.kill_rate {
            if self.rng.bool() {
                return true;
            }
            self.disk.kill_within_write();
        }
        false
    }

    fn kill(&mut self) -> Killed {
        self.totals.kills += 1;
        if self.rng.u32(0..3) == 0 {
            self.totals.power_cuts += 1;
            self.disk.power_cut();
            return Killed::Machine;
        }
        self.disk.restart();
        Killed::Process
    }

    /// Does one thing in one lane.
    fn advance(
        &mut self,
        lane: &mut Lane<'_>,
        journal: &Journal,
        run: &Run,
        calm: bool,
        end: &mut RunEnd,
    ) -> Result<(), String> {
        if lane.finished {
            return Ok(());
        }
        let machine = &mut lane.machine;
        if let Some(reply) = lane.answer.take() {
            if let Some(entry) = lane.late.take() {
                let _ = journal.record(&entry, true, self.now);
            }
            trace!(self, "lane {}: {reply:?}", machine.lane());
            let outcome = self.bent(outcome(reply));
            machine.replied(&outcome, self.rng.f64());
            return Ok(());
        }
        let step = machine.step();
        if !matches!(step, Step::Take | Step::Pace { .. }) {
            trace!(self, "lane {}: {step:?}", machine.lane());
        }
        match step {
            Step::Take => match lane.batches.pop_front() {
                Some(batch) => machine.batch(batch),
                None => machine.end(),
            },
            Step::Recall {
                number,
                sha256,
                counters,
            } => {
                let recall = journal.recall(machine.lane(), number, &sha256, counters);
                machine.recalled(recall.map_err(text));
            }
            Step::Record { entry, durable } => match self.bent_entry(entry, &mut lane.late) {
                Some(entry) => {
                    let durable = durable && self.plant != Plant::NothingDurable;
                    let result = journal.record(&entry, durable, self.now).map_err(text);
                    self.totals.disk_failures += u64::from(result.is_err());
                    machine.recorded(result);
                }
                None => machine.recorded(Ok(())),
            },
            Step::Pace { .. } => machine.waited(),
            Step::Wait { duration } => {
                self.now += duration;
                machine.waited();
            }
            Step::Send => {
                if run.is_stopped() {
                    return Err("a request was begun after the stop".into());
                }
                let request = machine.request().ok_or("nothing to send")?;
                let strikes = !calm && self.rng.f64() < self.fault_rate;
                let fault = strikes.then(|| *self.rng.choice(&self.faults).unwrap());
                lane.answer = Some(self.server.handle(&request, fault, &mut self.rng));
                self.totals.requests += 1;
            }
            Step::Emit(event) => note(end, event),
            Step::Finished => lane.finished = true,
        }
        Ok(())
    }

    /// The outcome, bent by a planted bug.
    fn bent(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::InDoubt { retry_after, why } if self.plant == Plant::DoubtRetried => {
                Outcome::TryAgain { retry_after, why }
            }
            outcome => outcome,
        }
    }

    /// The entry to write, bent by a planted bug; `None` if it is not written, or not now.
    fn bent_entry(&self, entry: Entry, late: &mut Option<Entry>) -> Option<Entry> {
        let Entry::Part(mut part) = entry else {
            return Some(entry);
        };
        match (self.plant, part.event) {
            (Plant::JournalAfterSending, What::Sending) => {
                *late = Some(entry);
                return None;
            }
            (Plant::AcknowledgementsUnrecorded, What::Acknowledged) => return None,
            (Plant::DoubtRecordedAsReturned, What::InDoubt) => part.event = What::Returned,
            _ => {}
        }
        Some(Entry::Part(part))
    }

    /// What the driver does at the end of a run.
    fn close(&mut self, run: &Run, journal: &Journal, end: &mut RunEnd) {
        match run.close() {
            Ok(rows) => rows
                .into_iter()
                .for_each(|row| note(end, Event::RowRefused(row))),
            Err(rows) => note(
                end,
                Event::Left {
                    rows: rows.len() as u64,
                },
            ),
        }
        if let Some(reason) = run.tell_stop() {
            note(end, Event::Stopped(reason));
        }
        if let Some(StopReason::RefusesEverything { .. }) = end.summary.stopped {
            self.totals.refused_everything += 1;
        }
        let finished = end.summary.finished(SystemTime::UNIX_EPOCH);
        if journal.finish(finished).is_err() {
            end.unsaid = true;
            if self.disk.killed() {
                end.killed = Some(self.kill());
            }
        }
    }
}

fn note(end: &mut RunEnd, event: Event) {
    end.summary.count(&event);
    match event {
        Event::RowRefused(row) => end.refused.push(row.line),
        Event::Unrecorded { part, .. } => end.unrecorded.push(part),
        Event::Acknowledged { part, .. } if !end.unrecorded.contains(&part) => end.told.push(part),
        _ => {}
    }
}

fn text(error: anyhow::Error) -> String {
    error.to_string()
}

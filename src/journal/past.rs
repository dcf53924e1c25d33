//! What an earlier run left behind, read from a journal.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::exit::Exit;

use super::entry::{Entry, FORMAT, Finished, Geometry, PartEntry, Started, What};
use super::name::{Digest, PartName};

/// All that a journal says about its job.
#[derive(Clone, Debug)]
pub struct Past {
    started: Started,
    finished: Option<Finished>,
    batches: HashMap<(usize, u64), Arc<BatchPast>>,
    counters: bool,
    /// How many starts there were.
    runs: u32,
    /// Delivered by runs before that are otherwise forgotten.
    counted: HashSet<Digest>,
}

/// What happened to one batch.
#[derive(Clone, Debug)]
pub struct BatchPast {
    sha256: Digest,
    parts: BTreeMap<PartName, PartPast>,
}

#[derive(Clone, Copy, Debug)]
struct PartPast {
    last: What,
    rows: u64,
    /// It went out while an earlier sending was still unresolved, because the user had it resent. What is
    /// said of the second sending does not settle the first, unless it is an acknowledgement.
    doubted: bool,
    /// What it was refused with, and by which start of a run.
    refused: Option<(u16, u32)>,
}

/// Where a part stands before this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// Never sent, or certainly not applied.
    Open,
    /// Refused by the server, so not applied either. It is not sent again: later rows of its profiles may
    /// have been applied since, and must not be overwritten if the server has changed its mind.
    Refused,
    /// Its halves take its place.
    Split,
    /// Delivered.
    Acknowledged,
    /// It went out, and nobody knows.
    InDoubt,
    /// It was in doubt, and the user chose not to send it again.
    Abandoned,
}

/// A part that an earlier run left in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The lane, from 0.
    pub lane: usize,
    /// The batch's number in its lane, from 0.
    pub batch: u64,
    /// Which part of the batch.
    pub part: PartName,
    /// Its rows.
    pub rows: u64,
}

impl Past {
    /// Reads the bytes of a journal; `place` is its path, for messages.
    ///
    /// Returns what it says (`None`: nothing yet) and how many bytes are good. The rest is a line torn by a
    /// power cut or a full disk: one without its line end, or, as some file systems leave it, one with NUL bytes.
    ///
    /// # Errors
    /// A damaged line anywhere else, or a format newer than [`FORMAT`].
    pub fn read(bytes: &[u8], place: &str) -> anyhow::Result<(Option<Past>, usize)> {
        let mut past: Option<Past> = None;
        let mut good = 0;
        let mut number = 0;
        while let Some(length) = memchr::memchr(b'\n', &bytes[good..]) {
            let line = &bytes[good..good + length];
            let next = good + length + 1;
            if next == bytes.len() && line.contains(&0) {
                break;
            }
            number += 1;
            let damaged = |why: &dyn std::fmt::Display| {
                Exit::Failed.error(format!(
                    "the journal {place} is damaged at line {number} ({why}); --restart begins the job anew, \
                     and what an earlier run delivered is then sent again"
                ))
            };
            let entry = Entry::from_line(line).map_err(|error| damaged(&error))?;
            match (entry, &mut past) {
                (Entry::Started(started), _) if started.format > FORMAT => {
                    return Err(Exit::Failed.error(format!(
                        "the journal {place} was written by ampost {}, in a format that this version does not \
                         know; use that version, or begin the job anew with --restart",
                        started.version
                    )));
                }
                (Entry::Started(started), _) if !started.geometry.is_possible() => {
                    return Err(damaged(&"impossible sizes of batches"));
                }
                (Entry::Started(started), Some(past)) if started.resumed => past.resume(started),
                (Entry::Started(started), past) => *past = Some(Past::new(started)),
                (Entry::Part(part), Some(past)) => past.part(part).map_err(|why| damaged(&why))?,
                (Entry::Counted(sha256), Some(past)) => {
                    past.counted.insert(sha256);
                }
                (Entry::Finished(finished), Some(past)) => past.finish(finished),
                (_, None) => return Err(damaged(&"it does not begin with the start of a run")),
            }
            good = next;
        }
        Ok((past, good))
    }

    fn new(started: Started) -> Self {
        Past {
            counters: started.counters,
            started,
            finished: None,
            runs: 1,
            batches: HashMap::new(),
            counted: HashSet::new(),
        }
    }

    fn resume(&mut self, started: Started) {
        self.counters |= started.counters;
        self.started = started;
        self.finished = None;
        self.runs += 1;
    }

    fn finish(&mut self, finished: Finished) {
        self.finished = Some(finished);
        if !finished.refused_all {
            return;
        }
        // What may have been applied after a refusal in the same lane must not be followed by the refused
        // rows, if the user chooses not to send it again. There the refusals stand.
        let doubtful: HashSet<usize> = self.in_doubt().iter().map(|doubt| doubt.lane).collect();
        for (&(lane, _), batch) in &mut self.batches {
            if doubtful.contains(&lane) {
                continue;
            }
            for part in Arc::make_mut(batch).parts.values_mut() {
                let of_this_run = part.refused.is_some_and(|(_, run)| run == self.runs);
                if part.last == What::Refused && of_this_run {
                    part.last = What::Returned;
                }
            }
        }
    }

    fn part(&mut self, entry: PartEntry) -> Result<(), &'static str> {
        let key = (entry.lane, entry.batch);
        let batch = match self.batches.get_mut(&key) {
            Some(batch) => Arc::make_mut(batch),
            None if entry.part == PartName::WHOLE => {
                let batch = Arc::new(BatchPast {
                    sha256: entry.sha256,
                    parts: BTreeMap::new(),
                });
                Arc::make_mut(self.batches.entry(key).or_insert(batch))
            }
            None => return Err("a part of a batch that was never split"),
        };
        if entry.part == PartName::WHOLE && entry.sha256 != batch.sha256 {
            return Err("one batch with two bodies");
        }
        self.counters |= entry.event == What::Sending;
        self.finished = None;
        let part = batch.parts.entry(entry.part).or_insert(PartPast {
            last: What::Returned,
            rows: entry.rows,
            doubted: false,
            refused: None,
        });
        match entry.event {
            What::Sending => part.doubted |= part.state() == PartState::InDoubt,
            What::Acknowledged | What::Refused | What::Split | What::Abandoned => {
                part.doubted = false;
            }
            What::Returned | What::InDoubt => {}
        }
        if entry.event == What::Refused {
            part.refused = Some((entry.status.unwrap_or(400), self.runs));
        }
        part.last = entry.event;
        Ok(())
    }

    /// How the rows were cut. A run that goes on must cut them the same way, whatever its options say.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        self.started.geometry
    }

    /// The latest start.
    #[must_use]
    pub fn started(&self) -> &Started {
        &self.started
    }

    /// The end of the latest run, if it came to an end by itself.
    #[must_use]
    pub fn finished(&self) -> Option<&Finished> {
        self.finished.as_ref()
    }

    /// Whether nothing is left to go on with.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.finished.is_some_and(|finished| finished.complete)
    }

    /// Whether counters were sent or may have been.
    #[must_use]
    pub fn has_counters(&self) -> bool {
        self.counters
    }

    /// What happened to a batch; `None` if nothing is known.
    #[must_use]
    pub fn batch(&self, lane: usize, number: u64) -> Option<&Arc<BatchPast>> {
        self.batches.get(&(lane, number))
    }

    /// The parts left in doubt, by lane and number.
    #[must_use]
    pub fn in_doubt(&self) -> Vec<Doubt> {
        let mut doubts: Vec<Doubt> = self
            .batches
            .iter()
            .flat_map(|(&(lane, number), batch)| {
                batch
                    .leaves()
                    .filter(|(_, part)| part.state() == PartState::InDoubt)
                    .map(move |(name, part)| Doubt {
                        lane,
                        batch: number,
                        part: name,
                        rows: part.rows,
                    })
            })
            .collect();
        doubts.sort_unstable();
        doubts
    }

    /// Bodies of whole batches of which at least a part was acknowledged, or is in doubt: to send one of
    /// them again with counters in it is to count twice. What runs before this job's last counted belongs to
    /// it as long as the job is unfinished.
    pub(super) fn delivered(&self) -> HashSet<Digest> {
        let mut delivered: HashSet<Digest> = self
            .batches
            .values()
            .filter(|batch| batch.may_have_been_applied())
            .map(|batch| batch.sha256)
            .collect();
        if !self.is_complete() {
            delivered.extend(&self.counted);
        }
        delivered
    }

    /// Bodies that runs before counted, and that are neither skipped nor sent.
    pub(super) fn counted(&self) -> &HashSet<Digest> {
        &self.counted
    }

    /// How many batches anything is known of.
    pub(super) fn known(&self) -> usize {
        self.batches.len()
    }
}

impl PartPast {
    fn state(self) -> PartState {
        match self.last {
            What::Sending | What::InDoubt => PartState::InDoubt,
            What::Returned if self.doubted => PartState::InDoubt,
            What::Returned => PartState::Open,
            What::Refused => PartState::Refused,
            What::Acknowledged => PartState::Acknowledged,
            What::Split => PartState::Split,
            What::Abandoned => PartState::Abandoned,
        }
    }
}

impl BatchPast {
    /// SHA-256 of the whole body.
    #[must_use]
    pub fn sha256(&self) -> Digest {
        self.sha256
    }

    /// Where a part stands.
    #[must_use]
    pub fn part(&self, name: PartName) -> PartState {
        self.parts
            .get(&name)
            .map_or(PartState::Open, |part| part.state())
    }

    /// The status that a part was refused with.
    #[must_use]
    pub fn refusal(&self, name: PartName) -> Option<u16> {
        let (status, _) = self.parts.get(&name)?.refused?;
        Some(status)
    }

    /// Whether the server has, or may have, applied any of it.
    #[must_use]
    pub fn may_have_been_applied(&self) -> bool {
        self.leaves().any(|(_, part)| {
            matches!(
                part.state(),
                PartState::Acknowledged | PartState::InDoubt | PartState::Abandoned
            )
        })
    }

    /// The parts that were not split, as far as anything is known of them.
    fn leaves(&self) -> impl Iterator<Item = (PartName, PartPast)> + '_ {
        self.parts
            .iter()
            .map(|(&name, &part)| (name, part))
            .filter(|(_, part)| part.state() != PartState::Split)
    }
}

#[cfg(test)]
pub(super) mod tests;

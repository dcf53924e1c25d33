//! What an earlier run left behind: reading a journal, and comparing it with the input of today.

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

    /// Begins a comparison with today's batches.
    #[must_use]
    pub fn compare(&self) -> Comparison<'_> {
        Comparison {
            past: self,
            delivered: self.delivered(),
            seen: 0,
            matched: 0,
            differs: false,
            counted: None,
        }
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

/// A comparison of a journal with the batches that the input gives today, cut with the journal's geometry.
#[derive(Debug)]
pub struct Comparison<'a> {
    past: &'a Past,
    delivered: HashSet<Digest>,
    seen: u64,
    matched: usize,
    differs: bool,
    counted: Option<(usize, u64)>,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against its being the same input.
    Same,
    /// The input has changed.
    Changed {
        /// A batch of today (lane, number) that holds counters and whose very body was, or may have been,
        /// applied already. To send the new input whole is certain to count it twice.
        counted: Option<(usize, u64)>,
    },
}

impl Comparison<'_> {
    /// Adds one of today's batches, in any order. `counters`: whether it holds any.
    pub fn batch(&mut self, lane: usize, number: u64, sha256: &Digest, counters: bool) {
        self.seen += 1;
        if let Some(batch) = self.past.batch(lane, number) {
            self.matched += 1;
            self.differs |= batch.sha256 != *sha256;
        }
        if counters && self.counted.is_none() && self.delivered.contains(sha256) {
            self.counted = Some((lane, number));
        }
    }

    /// The verdict, after the last batch.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        // A batch that the journal knows and the input no longer has is a change too, as is any number of
        // batches other than that of a finished run. An unfinished run cannot know of rows added at the end.
        let cut = self.matched != self.past.batches.len();
        let other_length = match self.past.finished {
            Some(finished) if finished.complete => finished.batches != self.seen,
            _ => false,
        };
        if self.differs || cut || other_length {
            Verdict::Changed {
                counted: self.counted,
            }
        } else {
            Verdict::Same
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::entry::tests::started;
    use super::*;

    const PLACE: &str = "/state/0123.jsonl";

    fn body(text: &str) -> Digest {
        Digest::of(&[text.as_bytes()])
    }

    fn part(event: What, batch: u64, name: &str, text: &str) -> Entry {
        Entry::Part(PartEntry {
            event,
            lane: 0,
            batch,
            part: name.parse().unwrap(),
            sha256: body(text),
            rows: 2,
            status: None,
        })
    }

    fn finished(complete: bool, batches: u64) -> Entry {
        Entry::Finished(Finished {
            complete,
            batches,
            rows_sent: 0,
            rows_rejected: 0,
            batches_in_doubt: 0,
            refused_all: false,
            time: 0,
        })
    }

    fn bytes(entries: &[Entry]) -> Vec<u8> {
        let mut all = Entry::Started(started()).to_line().unwrap();
        for entry in entries {
            all.extend(entry.to_line().unwrap());
        }
        all
    }

    fn past(entries: &[Entry]) -> Past {
        let bytes = bytes(entries);
        let (past, good) = Past::read(&bytes, PLACE).unwrap();
        assert_eq!(good, bytes.len());
        past.unwrap()
    }

    fn state(entries: &[Entry], name: &str) -> PartState {
        past(entries)
            .batch(0, 0)
            .unwrap()
            .part(name.parse().unwrap())
    }

    #[test]
    fn an_empty_journal_says_nothing() {
        assert!(matches!(Past::read(b"", PLACE), Ok((None, 0))));
        assert!(matches!(
            Past::read(b"{\"event\":\"sta", PLACE),
            Ok((None, 0))
        ));
    }

    #[test]
    fn a_torn_last_line_is_dropped_wherever_it_is_torn() {
        let whole = bytes(&[
            part(What::Sending, 0, "", "a"),
            part(What::Acknowledged, 0, "", "a"),
        ]);
        let last = Entry::to_line(&part(What::Acknowledged, 0, "", "a"))
            .unwrap()
            .len();
        for cut in 1..=last {
            let (past, good) = Past::read(&whole[..whole.len() - cut], PLACE).unwrap();
            assert_eq!(good, whole.len() - last);
            let batch = past.unwrap().batch(0, 0).unwrap().clone();
            assert_eq!(batch.part(PartName::WHOLE), PartState::InDoubt);
        }
    }

    #[test]
    fn a_tail_of_nul_bytes_is_torn_as_well() {
        let good = bytes(&[part(What::Sending, 0, "", "a")]);
        for tail in [&b"\0\0\0\0"[..], b"\0\0\0\"rows\":2}\n"] {
            let torn = [&good[..], tail].concat();
            assert_eq!(Past::read(&torn, PLACE).unwrap().1, good.len());
        }
    }

    #[test]
    fn a_damaged_line_elsewhere_names_file_line_and_way_out() {
        let mut damaged = bytes(&[part(What::Sending, 0, "", "a")]);
        let at = damaged.len() - 20;
        damaged[at] = b'"';
        damaged.extend(part(What::Acknowledged, 0, "", "a").to_line().unwrap());
        let message = Past::read(&damaged, PLACE).unwrap_err().to_string();
        for word in [PLACE, "line 2", "--restart"] {
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn lines_that_cannot_follow_one_another_are_damage() {
        let two_bodies = bytes(&[
            part(What::Sending, 0, "", "a"),
            part(What::Acknowledged, 0, "", "b"),
        ]);
        let no_whole = bytes(&[part(What::Sending, 0, "0", "a")]);
        let no_start = part(What::Sending, 0, "", "a").to_line().unwrap();
        for journal in [two_bodies, no_whole, no_start] {
            assert!(Past::read(&journal, PLACE).is_err());
        }
    }

    #[test]
    fn a_newer_format_is_not_guessed_at() {
        let mut newer = started();
        newer.format = FORMAT + 1;
        newer.version = "9.9.9".into();
        let line = Entry::Started(newer).to_line().unwrap();
        let message = Past::read(&line, PLACE).unwrap_err().to_string();
        assert!(message.contains("9.9.9"), "{message}");
    }

    #[test]
    fn the_last_word_about_a_part_counts() {
        use What::*;
        let of = |events: &[What]| {
            let entries: Vec<_> = events.iter().map(|&what| part(what, 0, "", "a")).collect();
            state(&entries, "")
        };
        assert_eq!(of(&[Sending]), PartState::InDoubt);
        assert_eq!(of(&[Sending, InDoubt]), PartState::InDoubt);
        assert_eq!(of(&[Sending, Returned]), PartState::Open);
        assert_eq!(of(&[Sending, Returned, Sending]), PartState::InDoubt);
        assert_eq!(of(&[Sending, Acknowledged]), PartState::Acknowledged);
        assert_eq!(of(&[Sending, InDoubt, Abandoned]), PartState::Abandoned);
        assert_eq!(of(&[Sending, Refused]), PartState::Refused);
    }

    #[test]
    fn a_resent_part_that_came_back_is_still_in_doubt_for_its_first_sending() {
        use What::*;
        let of = |events: &[What]| {
            let entries: Vec<_> = events.iter().map(|&what| part(what, 0, "", "a")).collect();
            state(&entries, "")
        };
        assert_eq!(of(&[Sending, Sending, Returned]), PartState::InDoubt);
        assert_eq!(
            of(&[Sending, InDoubt, Sending, Returned, Sending, Returned]),
            PartState::InDoubt
        );
        assert_eq!(
            of(&[Sending, Sending, Acknowledged]),
            PartState::Acknowledged
        );
    }

    #[test]
    fn a_split_leaves_the_halves_to_speak() {
        let entries = [
            part(What::Sending, 0, "", "ab"),
            part(What::Split, 0, "", "ab"),
            part(What::Acknowledged, 0, "0", "a"),
        ];
        assert_eq!(state(&entries, ""), PartState::Split);
        assert_eq!(state(&entries, "0"), PartState::Acknowledged);
        assert_eq!(state(&entries, "1"), PartState::Open);
        assert!(past(&entries).in_doubt().is_empty());
    }

    #[test]
    fn refusals_of_a_run_that_had_everything_refused_do_not_stand() {
        let end = |refused_all| match finished(false, 0) {
            Entry::Finished(end) => Entry::Finished(Finished { refused_all, ..end }),
            other => other,
        };
        let refused = part(What::Refused, 0, "", "a");
        let mut again = started();
        again.resumed = true;
        let resumed = Entry::Started(again);
        let of = |entries: &[Entry]| state(entries, "");
        assert_eq!(of(&[refused.clone(), end(false)]), PartState::Refused);
        assert_eq!(of(&[refused.clone(), end(true)]), PartState::Open);
        // Those of a run before it do,
        assert_eq!(
            of(&[refused.clone(), resumed, end(true)]),
            PartState::Refused
        );
        // and those that something in doubt may follow.
        let doubt = part(What::Sending, 1, "", "b");
        assert_eq!(of(&[refused, doubt, end(true)]), PartState::Refused);
    }

    #[test]
    fn a_fresh_start_forgets_what_stands_above_and_a_resumed_one_does_not() {
        let mut resumed = started();
        resumed.resumed = true;
        let sent = part(What::Sending, 0, "", "a");
        let kept = past(&[
            sent.clone(),
            finished(false, 1),
            Entry::Started(resumed.clone()),
        ]);
        assert_eq!(kept.in_doubt().len(), 1);
        assert!(kept.finished().is_none());
        let forgotten = past(&[sent, Entry::Started(started())]);
        assert!(forgotten.in_doubt().is_empty());
    }

    fn compare(entries: &[Entry], today: &[(&str, bool)]) -> Verdict {
        let past = past(entries);
        let mut comparison = past.compare();
        for (number, (text, counters)) in (0..).zip(today) {
            comparison.batch(0, number, &body(text), *counters);
        }
        comparison.verdict()
    }

    #[test]
    fn an_unchanged_input_is_the_same_and_an_unfinished_one_may_go_on_longer() {
        let known = [
            part(What::Acknowledged, 0, "", "a"),
            part(What::Acknowledged, 1, "", "b"),
        ];
        for today in [&["a", "b"][..], &["a", "b", "c"]] {
            let today: Vec<_> = today.iter().map(|text| (*text, true)).collect();
            assert_eq!(compare(&known, &today), Verdict::Same);
        }
    }

    #[test]
    fn another_body_or_another_length_is_a_change() {
        let known = [
            part(What::Acknowledged, 0, "", "a"),
            part(What::Acknowledged, 1, "", "b"),
        ];
        let changed = Verdict::Changed { counted: None };
        assert_eq!(compare(&known, &[("a", false), ("x", false)]), changed);
        assert_eq!(compare(&known, &[("a", false)]), changed);
        let mut done = known.to_vec();
        done.push(finished(true, 2));
        let longer = [("a", false), ("b", false), ("c", false)];
        assert_eq!(compare(&done, &longer), changed);
        assert_eq!(compare(&done, &longer[..2]), Verdict::Same);
    }

    #[test]
    fn a_changed_input_that_holds_a_counted_batch_says_which() {
        let known = [
            part(What::Sending, 0, "", "a"),
            part(What::Sending, 1, "", "b"),
            part(What::Returned, 1, "", "b"),
        ];
        let counted = |today: &[(&str, bool)]| match compare(&known, today) {
            Verdict::Changed { counted } => counted,
            Verdict::Same => panic!("changed"),
        };
        assert_eq!(counted(&[("new", true), ("a", true)]), Some((0, 1)));
        assert_eq!(counted(&[("new", true), ("a", false)]), None);
        assert_eq!(counted(&[("b", true), ("c", true)]), None);
    }
}

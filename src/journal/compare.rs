//! Comparing a journal with the input of today: is it the same, and if not, what would be counted twice?

use std::collections::HashSet;

use super::name::Digest;
use super::past::Past;

impl Past {
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
            self.differs |= batch.sha256() != *sha256;
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
        let cut = self.matched != self.past.known();
        let other_length = match self.past.finished() {
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
    use super::super::entry::{Entry, What};
    use super::super::past::tests::{body, finished, part, past};
    use super::*;

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

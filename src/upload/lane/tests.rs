//! Tests of a lane by itself: a script answers its requests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::VecDeque;

use super::*;
use crate::batch::{BatchRow, IdentifierKind};
use crate::journal::{FORMAT, Geometry, PartName, PartState, Past, Started};
use crate::upload::event::Summary;
use crate::upload::run::REFUSES_EVERYTHING;

const HEADER: &[u8] = b"h\n";

/// A batch of rows, each one line naming its profile; `c` marks a counter.
fn batch(number: u64, rows: &[&str]) -> Batch {
    let mut body = HEADER.to_vec();
    let rows = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            body.extend_from_slice(row.as_bytes());
            body.push(b'\n');
            BatchRow {
                end: body.len(),
                line: 1000 * number + index as u64,
                identity: u64::from(row.as_bytes()[0]),
                has_counters: row.contains('c'),
            }
        })
        .collect();
    Batch {
        lane: 0,
        number,
        kind: IdentifierKind::ProfileId,
        body,
        header_len: HEADER.len(),
        rows,
        originals: None,
    }
}

fn refused() -> Outcome {
    Outcome::Refused {
        reason: "no".into(),
    }
}

fn in_doubt() -> Outcome {
    Outcome::InDoubt {
        retry_after: None,
        why: "lost".into(),
    }
}

fn try_again() -> Outcome {
    Outcome::TryAgain {
        retry_after: None,
        why: "busy".into(),
    }
}

/// What a lane did.
#[derive(Default)]
struct Log {
    /// The rows of each request.
    sent: Vec<String>,
    /// Journal entries as `event part`.
    recorded: Vec<String>,
    journal: Vec<Entry>,
    events: Vec<Event>,
    summary: Summary,
    waits: usize,
}

impl Log {
    fn refused_lines(&self) -> Vec<u64> {
        let lines = self.events.iter().filter_map(|event| match event {
            Event::RowRefused(row) => Some(row.line),
            _ => None,
        });
        lines.collect()
    }
}

struct Play<'a> {
    settings: Settings,
    run: &'a Run,
    past: Option<Past>,
    /// Entries from this one on cannot be written.
    disk_full_from: usize,
}

impl<'a> Play<'a> {
    fn new(run: &'a Run) -> Self {
        Play {
            settings: Settings::default(),
            run,
            past: None,
            disk_full_from: usize::MAX,
        }
    }

    fn play(&self, batches: Vec<Batch>, mut answer: impl FnMut(&str) -> Outcome) -> Log {
        let mut log = Log::default();
        let mut batches: VecDeque<Batch> = batches.into();
        let mut lane = LaneMachine::new(0, &self.settings, self.run);
        loop {
            match lane.step() {
                Step::Take => match batches.pop_front() {
                    Some(batch) => lane.batch(batch),
                    None => lane.end(),
                },
                Step::Recall { number, .. } => {
                    let past = self.past.as_ref().and_then(|past| past.batch(0, number));
                    lane.recalled(Ok(match past {
                        Some(past) => Recall::Known(Arc::clone(past)),
                        None => Recall::Unknown,
                    }));
                }
                Step::Pace { .. } => lane.waited(),
                Step::Wait { .. } => {
                    log.waits += 1;
                    lane.waited();
                }
                Step::Record { entry, .. } => {
                    let Entry::Part(part) = &entry else {
                        panic!("{entry:?}");
                    };
                    if log.recorded.len() >= self.disk_full_from {
                        lane.recorded(Err("disk full".into()));
                        continue;
                    }
                    log.recorded.push(format!("{:?} {}", part.event, part.part));
                    log.journal.push(entry);
                    lane.recorded(Ok(()));
                }
                Step::Send => {
                    let request = lane.request().unwrap();
                    let rows = std::str::from_utf8(request.rows)
                        .unwrap()
                        .replace('\n', " ");
                    let outcome = answer(&rows);
                    log.sent.push(rows.trim_end().to_owned());
                    lane.replied(&outcome, 0.5);
                }
                Step::Emit(event) => {
                    log.summary.count(&event);
                    log.events.push(event);
                }
                Step::Finished => return log,
            }
        }
    }

    /// The same after a run that left these entries.
    fn after(mut self, entries: &[Entry]) -> Self {
        let started = Started {
            format: FORMAT,
            version: String::new(),
            resumed: false,
            job: String::new(),
            application_id: String::new(),
            api: String::new(),
            geometry: Geometry {
                lanes: 1,
                batch_rows: 1,
                batch_bytes: 1,
            },
            counters: true,
            process: 0,
            time: 0,
        };
        let mut bytes = Entry::Started(started).to_line().unwrap();
        for entry in entries {
            bytes.extend(entry.to_line().unwrap());
        }
        self.past = Past::read(&bytes, "test").unwrap().0;
        self
    }

    fn in_doubt(mut self, policy: InDoubt) -> Self {
        self.settings.in_doubt = policy;
        self
    }
}

#[test]
fn a_batch_that_replaces_is_recorded_only_when_acknowledged() {
    let run = Run::new(None);
    let log = Play::new(&run).play(vec![batch(0, &["a", "b"])], |_| Outcome::Acknowledged);
    assert_eq!(log.sent, ["a b"]);
    assert_eq!(log.recorded, ["Acknowledged "]);
    assert_eq!(log.summary.rows_sent, 2);
    assert_eq!(log.summary.bytes_sent, 6);
    assert_eq!(log.summary.batches_acknowledged, 1);
}

#[test]
fn a_batch_with_counters_is_announced_and_each_return_is_recorded() {
    let run = Run::new(None);
    let mut answers = vec![Outcome::Acknowledged, try_again(), try_again()];
    let log = Play::new(&run).play(vec![batch(0, &["ac"])], |_| answers.pop().unwrap());
    assert_eq!(
        log.recorded,
        [
            "Sending ",
            "Returned ",
            "Sending ",
            "Returned ",
            "Sending ",
            "Acknowledged "
        ]
    );
    assert_eq!((log.waits, log.summary.retries), (2, 2));
}

#[test]
fn doubt_about_rows_that_replace_is_retried() {
    let run = Run::new(None);
    let mut answers = vec![Outcome::Acknowledged, in_doubt()];
    let log = Play::new(&run).play(vec![batch(0, &["a"])], |_| answers.pop().unwrap());
    assert_eq!(log.sent, ["a", "a"]);
    assert!(log.summary.is_complete());
}

#[test]
fn doubt_about_counters_is_reported_and_the_lane_goes_on_until_the_profile_comes_again() {
    let run = Run::new(None);
    let batches = vec![
        batch(0, &["ac", "b"]),
        batch(1, &["d", "e"]),
        batch(2, &["f", "b"]),
        batch(3, &["g"]),
    ];
    let log = Play::new(&run).play(batches, |rows| {
        if rows.contains('c') {
            in_doubt()
        } else {
            Outcome::Acknowledged
        }
    });
    assert_eq!(log.sent, ["ac b", "d e"]);
    assert_eq!(log.recorded[..2], ["Sending ", "InDoubt "]);
    assert!(
        log.events
            .iter()
            .any(|event| matches!(event, Event::Held { line: 2001, .. }))
    );
    let sum = &log.summary;
    assert_eq!((sum.rows_in_doubt, sum.rows_left), (2, 3));
    assert_eq!((sum.batches_in_doubt, sum.batches_left), (1, 2));
    assert_eq!(sum.exit(0), crate::exit::Exit::InDoubt);
}

#[test]
fn a_refused_batch_is_halved_in_order_until_the_refused_rows_stand_alone() {
    let run = Run::new(None);
    let rows = ["a", "b", "!", "d", "e", "!"];
    let log = Play::new(&run).play(vec![batch(0, &rows)], |rows| {
        if rows.contains('!') {
            refused()
        } else {
            Outcome::Acknowledged
        }
    });
    assert_eq!(
        log.sent,
        [
            "a b ! d e !",
            "a b !",
            "a",
            "b !",
            "b",
            "!",
            "d e !",
            "d",
            "e !",
            "e",
            "!"
        ]
    );
    assert_eq!(log.refused_lines(), [2, 5]);
    assert_eq!((log.summary.rows_sent, log.summary.rows_refused), (4, 2));
    assert_eq!(log.summary.exit(0), crate::exit::Exit::Rejected);
}

#[test]
fn isolation_costs_no_more_requests_than_allowed_and_then_rejects_parts_whole() {
    let run = Run::new(None);
    let mut play = Play::new(&run);
    play.settings.extra_requests = 4;
    let rows: Vec<&str> = (0..16)
        .map(|row| if row == 0 { "a" } else { "!" })
        .collect();
    let log = play.play(vec![batch(0, &rows)], |rows| {
        if rows.contains('!') {
            refused()
        } else {
            Outcome::Acknowledged
        }
    });
    assert_eq!(log.sent.len(), 5);
    // Nothing was ever accepted, so they are held back until the run ends.
    let rejects = run.close().unwrap();
    assert_eq!(rejects.len(), 16);
    assert!(
        rejects[0]
            .reason
            .contains("together with 3 other rows; not isolated")
    );
}

#[test]
fn a_server_that_refuses_everything_is_recognised_and_no_row_blamed() {
    let run = Run::new(None);
    let rows = ["a"; 100];
    let log = Play::new(&run).play(vec![batch(0, &rows), batch(1, &rows)], |_| refused());
    assert_eq!(log.sent.len() as u64, REFUSES_EVERYTHING);
    assert!(matches!(
        log.summary.stopped,
        Some(StopReason::RefusesEverything { .. })
    ));
    assert!(log.refused_lines().is_empty());
    let held = run.close().unwrap_err();
    assert_eq!(log.summary.rows_left + held.len() as u64, 200);
}

#[test]
fn refused_rows_are_told_once_the_server_accepts_something() {
    let run = Run::new(None);
    let log = Play::new(&run).play(vec![batch(0, &["!", "a"])], |rows| {
        if rows.contains('!') {
            refused()
        } else {
            Outcome::Acknowledged
        }
    });
    assert_eq!(log.refused_lines(), [0]);
    let told = |wanted: fn(&Event) -> bool| log.events.iter().position(wanted).unwrap();
    assert!(
        told(|event| matches!(event, Event::Acknowledged { .. }))
            < told(|event| matches!(event, Event::RowRefused(_)))
    );
}

#[test]
fn a_refused_row_keeps_its_original_record() {
    let run = Run::new(None);
    let mut batch = batch(0, &["a", "!"]);
    batch.originals = Some((b"first\nsecond\n".to_vec(), vec![6, 13]));
    let log = Play::new(&run).play(vec![batch], |rows| {
        if rows.contains('!') {
            refused()
        } else {
            Outcome::Acknowledged
        }
    });
    assert!(log.events.iter().any(|event| matches!(
        event,
        Event::RowRefused(row) if row.original.as_deref() == Some(b"second\n")
    )));
}

#[test]
fn a_body_too_large_is_halved_and_later_ones_are_halved_before_they_go_out() {
    let run = Run::new(None);
    let rows = ["a", "b", "d", "e"];
    let too_large = |rows: &str| rows.len() > 4;
    let log = Play::new(&run).play(vec![batch(0, &rows), batch(1, &rows)], |rows| {
        if too_large(rows) {
            Outcome::TooLarge {
                reason: "413".into(),
            }
        } else {
            Outcome::Acknowledged
        }
    });
    assert_eq!(log.sent[..2], ["a b d e", "a b"]);
    assert_eq!(log.sent.iter().filter(|rows| too_large(rows)).count(), 1);
    assert_eq!(log.summary.rows_sent, 8);
}

#[test]
fn a_single_row_too_large_is_a_reject() {
    let run = Run::new(None);
    let log = Play::new(&run).play(vec![batch(0, &["a", "much"])], |rows| {
        if rows.contains("much") {
            Outcome::TooLarge {
                reason: "413".into(),
            }
        } else {
            Outcome::Acknowledged
        }
    });
    assert_eq!(log.refused_lines(), [1]);
    assert!(matches!(
        log.journal.iter().rev().find(|entry| matches!(entry, Entry::Part(part) if part.event == What::Refused)),
        Some(Entry::Part(part)) if part.status == Some(413)
    ));
}

#[test]
fn a_refused_key_leaves_everything_for_the_next_run() {
    let run = Run::new(None);
    let log = Play::new(&run).play(vec![batch(0, &["ac"]), batch(1, &["b"])], |_| {
        Outcome::Credentials { why: "403".into() }
    });
    assert_eq!(log.sent.len(), 1);
    assert_eq!(log.recorded, ["Sending ", "Returned "]);
    assert_eq!(log.summary.rows_left, 2);
    assert_eq!(log.summary.exit(0), crate::exit::Exit::Credentials);
}

#[test]
fn used_up_retries_leave_everything_for_the_next_run() {
    let run = Run::new(None);
    let mut play = Play::new(&run);
    play.settings.retry.retries = 3;
    let log = play.play(vec![batch(0, &["a"])], |_| try_again());
    assert_eq!(log.sent.len(), 4);
    assert_eq!(log.summary.exit(0), crate::exit::Exit::Unavailable);
}

#[test]
fn a_stop_lets_nothing_new_begin() {
    let run = Run::new(None);
    let log = Play::new(&run).play(vec![batch(0, &["ac"]), batch(1, &["b"])], |_| {
        run.stop(StopReason::Interrupted);
        try_again()
    });
    assert_eq!(log.sent.len(), 1);
    assert_eq!(log.recorded, ["Sending ", "Returned "]);
    assert_eq!(log.summary.exit(0), crate::exit::Exit::Interrupted);
}

#[test]
fn a_full_disk_stops_before_the_request_and_an_unwritten_acknowledgement_is_told() {
    for (full_from, sent, unrecorded) in [(0, 0, 0), (1, 1, 1)] {
        let run = Run::new(None);
        let mut play = Play::new(&run);
        play.disk_full_from = full_from;
        let batches = vec![batch(0, &["ac"]), batch(1, &["bc"])];
        let log = play.play(batches, |_| Outcome::Acknowledged);
        assert_eq!(log.sent.len(), sent);
        assert_eq!(log.summary.rows_unrecorded, unrecorded);
        assert!(matches!(
            log.summary.stopped,
            Some(StopReason::Journal { .. })
        ));
    }
}

/// A journal in which "" was split, "0" acknowledged and "1" is in doubt.
fn half_in_doubt() -> (Vec<&'static str>, Vec<Entry>) {
    let rows = vec!["ac", "bc"];
    let run = Run::new(None);
    let mut answers = vec![in_doubt(), Outcome::Acknowledged, refused()];
    let batches = vec![batch(0, &rows)];
    let log = Play::new(&run).play(batches, |_| answers.pop().unwrap());
    (rows, log.journal)
}

#[test]
fn a_resumed_batch_follows_its_splits_and_skips_what_was_acknowledged() {
    for (policy, sent, abandoned, doubt) in [
        (InDoubt::Resend, &["bc"][..], 0, 0),
        (InDoubt::Skip, &[], 1, 0),
        (InDoubt::Hold, &[], 0, 1),
    ] {
        let (rows, entries) = half_in_doubt();
        let run = Run::new(None);
        let play = Play::new(&run).after(&entries).in_doubt(policy);
        let log = play.play(vec![batch(0, &rows)], |_| Outcome::Acknowledged);
        assert_eq!(log.sent, sent);
        assert_eq!(log.summary.rows_already_sent, 1);
        assert_eq!(log.summary.rows_abandoned, abandoned);
        assert_eq!(log.summary.rows_in_doubt, doubt);
    }
}

#[test]
fn what_was_given_up_is_not_asked_about_again() {
    let (rows, mut entries) = half_in_doubt();
    let run = Run::new(None);
    let play = Play::new(&run).after(&entries).in_doubt(InDoubt::Skip);
    entries.extend(play.play(vec![batch(0, &rows)], |_| panic!()).journal);
    let again = Play::new(&run).after(&entries);
    let part = |name: &str| {
        let past = again.past.as_ref().unwrap();
        past.batch(0, 0)
            .unwrap()
            .part(name.parse::<PartName>().unwrap())
    };
    assert_eq!(part("1"), PartState::Abandoned);
}

#[test]
fn what_was_in_doubt_is_sent_freely_when_it_turns_out_to_hold_no_counters() {
    let run = Run::new(None);
    let entries = Play::new(&run)
        .play(vec![batch(0, &["ac"])], |_| in_doubt())
        .journal;
    let run = Run::new(None);
    let play = Play::new(&run).after(&entries);
    let mut batch = batch(0, &["ac"]);
    batch.rows[0].has_counters = false;
    let log = play.play(vec![batch], |_| Outcome::Acknowledged);
    assert_eq!(log.sent, ["ac"]);
}

#[test]
fn rows_refused_by_an_earlier_run_are_listed_and_not_sent() {
    let run = Run::new(None);
    let answer = |rows: &str| {
        if rows.contains('!') {
            refused()
        } else {
            Outcome::Acknowledged
        }
    };
    let batches = || vec![batch(0, &["a", "!"])];
    let entries = Play::new(&run).play(batches(), answer).journal;
    let run = Run::new(None);
    let log = Play::new(&run)
        .after(&entries)
        .play(batches(), |_| panic!());
    assert_eq!(log.refused_lines(), [1]);
    assert_eq!(log.summary.rows_already_sent, 1);
}

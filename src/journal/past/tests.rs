//! Tests of reading journals.

#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::super::entry::tests::started;
use super::*;

const PLACE: &str = "/state/0123.jsonl";

pub(in crate::journal) fn body(text: &str) -> Digest {
    Digest::of(&[text.as_bytes()])
}

pub(in crate::journal) fn part(event: What, batch: u64, name: &str, text: &str) -> Entry {
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

pub(in crate::journal) fn finished(complete: bool, batches: u64) -> Entry {
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

pub(in crate::journal) fn past(entries: &[Entry]) -> Past {
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

#[test]
fn whatever_is_in_the_file_reading_it_does_not_panic() {
    let whole = bytes(&[
        part(What::Sending, 0, "", "ab"),
        part(What::Split, 0, "", "ab"),
        part(What::Refused, 0, "0", "a"),
        part(What::Acknowledged, 0, "1", "b"),
        finished(false, 1),
        Entry::Counted(body("x")),
    ]);
    let mut rng = fastrand::Rng::with_seed(7);
    for _ in 0..2000 {
        let mut damaged = whole.clone();
        for _ in 0..rng.usize(1..4) {
            let at = rng.usize(0..damaged.len());
            match rng.u32(0..4) {
                0 => damaged[at] = rng.u8(..),
                1 => damaged.truncate(at + 1),
                2 => damaged.insert(at, b'\n'),
                _ => {
                    let line = damaged.clone();
                    damaged.extend_from_slice(&line[at..]);
                }
            }
        }
        if let Ok((Some(past), good)) = Past::read(&damaged, PLACE) {
            assert!(good <= damaged.len());
            let _ = (past.in_doubt(), past.delivered(), past.compare().verdict());
        }
    }
}

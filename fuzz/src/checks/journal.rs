//! The journal's reader: any bytes are read or refused, never guessed at, and what is cut off is one line.
//!
//! Inputs that begin with a NUL byte are bytes as they are; of all others a journal is built, two bytes a
//! line, and then damaged as the last byte says.

use std::collections::BTreeMap;

use ampost::journal::{Digest, PartName, PartState, Past};
use serde_json::Value;

const PLACE: &str = "state/0123.jsonl";

/// See the module.
pub fn check(data: &[u8]) {
    match data.split_first() {
        Some((0, raw)) => check_bytes(raw),
        _ => check_bytes(&build(data)),
    }
}

fn check_bytes(bytes: &[u8]) {
    let (past, good) = match Past::read(bytes, PLACE) {
        Ok(read) => read,
        Err(error) => {
            super::assert_printable(&format!("{error:#}"));
            let longer = [bytes, b"{}\n"].concat();
            assert!(
                Past::read(&longer, PLACE).is_err(),
                "damage does not heal by more lines"
            );
            return;
        }
    };
    assert!(good <= bytes.len());
    assert!(good == 0 || bytes[good - 1] == b'\n');
    assert_eq!(past.is_none(), good == 0);
    let torn = &bytes[good..];
    let ends = torn.iter().filter(|&&byte| byte == b'\n').count();
    assert!(
        ends == 0 || ends == 1 && torn.ends_with(b"\n") && torn.contains(&0),
        "more than one line is dropped"
    );
    let (again, again_good) = Past::read(&bytes[..good], PLACE).expect("what was good is good");
    assert_eq!(good, again_good);
    let Some(past) = past else {
        return;
    };
    let entries: Vec<Value> = bytes[..good]
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("a good line is JSON"))
        .collect();
    let parts = last_events(&entries);
    assert_eq!(
        shown(&past, &parts),
        shown(&again.expect("it says as much as before"), &parts)
    );
    check_states(&past, &parts);
    // Any beginning of a good journal is one: a kill leaves nothing else.
    for cut in [good / 2, good / 3, good.saturating_sub(1)] {
        let (_, kept) = Past::read(&bytes[..cut], PLACE).expect("a beginning");
        let whole = bytes[..cut]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        assert_eq!(kept, whole);
    }
}

/// Lane, number and path of halves.
type Part = (usize, u64, String);

/// What was said last of each part since the last run that began anew.
fn last_events(entries: &[Value]) -> BTreeMap<Part, String> {
    let mut parts = BTreeMap::new();
    for entry in entries {
        let event = entry["event"].as_str().unwrap_or_default();
        if event == "started" && entry["resumed"] == Value::Bool(false) {
            parts.clear();
        }
        if let (Some(lane), Some(batch), Some(part)) = (
            entry["lane"].as_u64(),
            entry["batch"].as_u64(),
            entry["part"].as_str(),
        ) && event != "started"
            && event != "counted"
            && event != "finished"
        {
            let lane = usize::try_from(lane).unwrap();
            parts.insert((lane, batch, part.to_owned()), event.to_owned());
        }
    }
    parts
}

fn name(text: &str) -> PartName {
    text.parse().expect("a good line has a good name")
}

/// All that can be asked of a journal, as text. Its own `Debug` has no fixed order.
fn shown(past: &Past, parts: &BTreeMap<Part, String>) -> String {
    let batches: Vec<String> = parts
        .keys()
        .map(|(lane, batch, part)| {
            let batch = past
                .batch(*lane, *batch)
                .expect("a batch that was spoken of");
            format!(
                "{} {:?} {}",
                batch.sha256(),
                batch.part(name(part)),
                batch.may_have_been_applied()
            )
        })
        .collect();
    format!(
        "{:?} {:?} {:?} {} {} {:?} {batches:?}",
        past.started(),
        past.finished(),
        past.geometry(),
        past.is_complete(),
        past.has_counters(),
        past.in_doubt()
    )
}

/// Nothing that may have been applied is taken for something that was not.
fn check_states(past: &Past, parts: &BTreeMap<Part, String>) {
    let doubts = past.in_doubt();
    for ((lane, number, part), last) in parts {
        let batch = past.batch(*lane, *number).expect("a batch");
        let state = batch.part(name(part));
        let listed = doubts
            .iter()
            .any(|d| (d.lane, d.batch, d.part) == (*lane, *number, name(part)));
        match last.as_str() {
            "sending" | "in_doubt" => assert_eq!(state, PartState::InDoubt),
            "acknowledged" => assert_eq!(state, PartState::Acknowledged),
            "split" => assert_eq!(state, PartState::Split),
            "abandoned" => assert_eq!(state, PartState::Abandoned),
            "refused" => assert!(matches!(state, PartState::Refused | PartState::Open)),
            "returned" => assert!(matches!(state, PartState::Open | PartState::InDoubt)),
            other => panic!("an unknown event was read: {other}"),
        }
        assert_eq!(listed, state == PartState::InDoubt);
        if matches!(state, PartState::InDoubt | PartState::Acknowledged) {
            assert!(batch.may_have_been_applied());
        }
    }
    for doubt in &doubts {
        assert!(parts.contains_key(&(doubt.lane, doubt.batch, doubt.part.to_string())));
    }
}

/// A journal of the lines that `data` names, and then what happened to it.
fn build(data: &[u8]) -> Vec<u8> {
    const EVENTS: [&str; 7] = [
        "sending",
        "acknowledged",
        "returned",
        "in_doubt",
        "refused",
        "split",
        "abandoned",
    ];
    const PARTS: [&str; 8] = ["", "0", "1", "00", "01", "10", "11", "010"];
    let mut journal = started(false).into_bytes();
    let mut lines = data.chunks_exact(2);
    for line in &mut lines {
        let (what, which) = (line[0], line[1]);
        let (lane, batch) = (which & 1, which >> 1 & 3);
        let sha256 = Digest::of(&[&[lane, batch, which >> 7]]);
        let text = match what {
            0..=0xdf => format!(
                "{{\"event\":\"{}\",\"lane\":{lane},\"batch\":{batch},\"part\":\"{}\",\"sha256\":\"{sha256}\",\"rows\":2}}\n",
                EVENTS[usize::from(what) % EVENTS.len()],
                PARTS[usize::from(which >> 3 & 7)],
            ),
            0xe0..=0xe7 => started(true),
            0xe8..=0xeb => started(false),
            0xec..=0xef => format!("{{\"event\":\"counted\",\"sha256\":\"{sha256}\"}}\n"),
            _ => format!(
                "{{\"event\":\"finished\",\"complete\":{},\"batches\":{batch},\"rows_sent\":1,\"rows_rejected\":0,\"batches_in_doubt\":0,\"refused_all\":{},\"time\":17}}\n",
                which & 1 == 1,
                which & 2 == 2
            ),
        };
        journal.extend_from_slice(text.as_bytes());
    }
    if let [damage] = lines.remainder() {
        let at = journal.len() * usize::from(*damage) / 256;
        match damage % 4 {
            0 => journal.truncate(at),
            1 => journal[at] ^= 1 << (damage >> 5),
            2 => journal[at..].fill(0),
            _ => {
                let end = journal.len() - 1;
                journal[at..end].fill(0);
            }
        }
    }
    journal
}

fn started(resumed: bool) -> String {
    format!(
        "{{\"event\":\"started\",\"format\":1,\"version\":\"0.1.0\",\"resumed\":{resumed},\"job\":\"crm.csv\",\"application_id\":\"1\",\"api\":\"https://api.example\",\"lanes\":2,\"batch_rows\":4,\"batch_bytes\":512,\"counters\":false,\"process\":17,\"time\":17}}\n"
    )
}

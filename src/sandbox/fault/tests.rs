//! The grammar of SPEC, and which rule wins.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use super::{Action, FAIL_HELP, Facts, Faults};

/// The statuses of requests 1 to `count`, 0 for none.
fn statuses(spec: &str, count: u64) -> Vec<u16> {
    let faults: Faults = spec.parse().unwrap();
    (1..=count)
        .map(|number| match decide(&faults, number, 0).0 {
            Some(Action::Answer(answer)) => answer.status,
            Some(_) => 1,
            None => 0,
        })
        .collect()
}

fn decide(faults: &Faults, number: u64, bytes: u64) -> (Option<Action>, Duration) {
    let plan = faults.decide(&Facts {
        number,
        bytes,
        content: None,
    });
    (plan.action.cloned(), plan.delay)
}

#[test]
fn requests_are_chosen_by_number() {
    assert_eq!(statuses("3:503", 5), [0, 0, 503, 0, 0]);
    assert_eq!(statuses("2-4:503", 5), [0, 503, 503, 503, 0]);
    assert_eq!(statuses("4+:503", 5), [0, 0, 0, 503, 503]);
    assert_eq!(statuses("*:503", 2), [503, 503]);
    assert_eq!(statuses("every3:503", 7), [0, 0, 503, 0, 0, 503, 0]);
    assert_eq!(statuses(" 1 : 503 , 2 : drop-after ", 3), [503, 1, 0]);
}

#[test]
fn the_first_matching_rule_wins_but_delays_add_up() {
    assert_eq!(
        statuses("2:500,every2:429,3+:503", 5),
        [0, 500, 503, 429, 503]
    );
    let faults: Faults = "*:delay=2s,2:delay=250ms,2:delay=10ms;500,2:delay=9s"
        .parse()
        .unwrap();
    let (action, delay) = decide(&faults, 2, 0);
    assert!(action.is_some());
    assert_eq!(delay, Duration::from_millis(2_260));
    assert_eq!(decide(&faults, 1, 0), (None, Duration::from_secs(2)));
}

#[test]
fn sizes_have_decimal_and_binary_units() {
    for (spec, limit) in [
        ("bytes>7:500", 7),
        ("bytes>2k:500", 2_000),
        ("bytes>2M:500", 2_000_000),
        ("bytes>2KiB:500", 2_048),
        ("bytes>2MiB:500", 2 << 20),
        ("bytes>1GiB:500", 1 << 30),
    ] {
        let faults: Faults = spec.parse().unwrap();
        assert!(decide(&faults, 1, limit).0.is_none());
        assert!(decide(&faults, 1, limit + 1).0.is_some());
    }
}

#[test]
fn later_specs_come_after_earlier_ones() {
    let mut faults: Faults = "1:500".parse().unwrap();
    faults.append("1:503,2:503".parse().unwrap());
    assert_eq!(faults, "1:500,1:503,2:503".parse().unwrap());
    assert!(Faults::default().is_empty() && !faults.is_empty());
}

#[test]
fn what_the_body_may_decide_is_not_decided_at_the_head() {
    let cut = |spec: &str| spec.parse::<Faults>().unwrap().cut_at_head(1);
    let now = Some(Duration::ZERO);
    assert_eq!(cut("1:drop-connect"), now);
    assert_eq!(cut("2:503,1:drop-connect"), now);
    assert_eq!(
        cut("1:delay=1s,1:drop-connect"),
        Some(Duration::from_secs(1))
    );
    assert_eq!(cut("1:drop-before"), None);
    assert_eq!(cut("1:503,1:drop-connect"), None);
    assert_eq!(cut("rows>1:503,1:drop-connect"), None);
    assert_eq!(cut("bytes>1:delay=1s,1:drop-connect"), None);
    assert_eq!(cut("2:drop-connect"), None);
}

#[test]
fn a_bad_spec_is_answered_with_its_rule_and_the_grammar() {
    for (spec, rule, problem) in [
        ("", "", "no colon"),
        ("1:503,", "", "no colon"),
        ("1:503,503", "503", "no colon"),
        ("0:503", "0:503", "numbered from 1"),
        ("every0:503", "every0:503", "numbered from 1"),
        ("6-4:503", "6-4:503", "runs backwards"),
        ("4-:503", "4-:503", "is no number"),
        ("x:503", "x:503", "is no WHEN"),
        (":503", ":503", "is no number"),
        ("+3:503", "+3:503", "is no WHEN"),
        ("rows>x:503", "rows>x:503", "is no number"),
        ("rows>:503", "rows>:503", "is no number"),
        ("bytes>1X:503", "bytes>1X:503", "is no size"),
        (
            "bytes>99999999999999999M:503",
            "bytes>99999999999999999M:503",
            "too large",
        ),
        ("profile=%z:503", "profile=%z:503", "not percent-encoded"),
        ("1:", "1:", "\"\" is no WHAT"),
        ("1:frob", "1:frob", "\"frob\" is no WHAT"),
        ("1:100", "1:100", "no status from 200 to 599"),
        ("1:600", "1:600", "no status from 200 to 599"),
        ("1:5xx", "1:5xx", "no status from 200 to 599"),
        ("1:503;drop-after", "1:503;drop-after", "one WHAT too many"),
        ("1:after", "1:after", "after needs a status before it"),
        (
            "1:drop-after;text=x",
            "1:drop-after;text=x",
            "text needs a status before it",
        ),
        (
            "1:503;retry-after=soon",
            "1:503;retry-after=soon",
            "is no number of seconds",
        ),
        ("1:503;retry-after", "1:503;retry-after", "is no WHAT"),
        ("1:delay=2", "1:delay=2", "is no duration"),
        ("1:delay=2m", "1:delay=2m", "is no duration"),
        ("1:delay=999999999s", "1:delay=999999999s", "is no duration"),
    ] {
        let error = spec.parse::<Faults>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("rule {rule:?}: ")), "{error}");
        assert!(error.contains(problem), "{spec}: {error}");
        assert!(error.contains("WHEN = 3 | 4-6 | 10+"), "{error}");
    }
}

#[test]
fn the_examples_in_the_help_can_be_read() {
    let (_, examples) = FAIL_HELP.split_once("Examples\n").unwrap();
    let mut count = 0;
    for line in examples.lines() {
        let spec = line.trim().strip_prefix("--fail ").unwrap();
        let spec = spec.split("  ").next().unwrap().trim_matches('\'');
        spec.parse::<Faults>().unwrap();
        count += 1;
    }
    assert_eq!(count, 5);
}

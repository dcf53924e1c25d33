//! Replays what fuzzing found, and a small corpus of what it saw, through the checks of the fuzz targets.
//!
//! The inputs are in `tests/data/fuzz`, a directory a target. New ones come from `cargo fuzz`, see
//! `fuzz/README.md`; here they run on stable Rust, without libFuzzer, with every test run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../fuzz/src/checks/mod.rs"]
#[allow(unreachable_pub)]
mod checks;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/fuzz")
        .join(target);
    let mut failed = Vec::new();
    let mut inputs = 0;
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let data = fs::read(&path).unwrap();
        inputs += 1;
        // The panic itself has told what is wrong; all are tried, and the failed ones named.
        if catch_unwind(AssertUnwindSafe(|| check(&data))).is_err() {
            failed.push(path);
        }
    }
    assert!(inputs > 0, "no inputs in {}", directory.display());
    assert!(
        failed.is_empty(),
        "the check of {target} fails for {failed:#?}"
    );
}

#[test]
fn headers_and_mappings_give_a_plan_or_problems() {
    replay("mapping", checks::mapping::check);
}

#[test]
fn every_row_of_a_file_arrives_as_it_was_or_is_rejected() {
    replay("rows", checks::rows::check);
}

#[test]
fn a_journal_is_read_or_refused_and_never_guessed_at() {
    replay("journal", checks::journal::check);
}

#[test]
fn answers_show_neither_the_key_nor_a_value() {
    replay("reply", checks::reply::check);
}

#[test]
fn contacts_are_normalised_by_the_rules_alone() {
    replay("contacts", checks::contacts::check);
}

#[test]
fn a_config_is_read_or_refused_without_its_key() {
    replay("config", checks::config::check);
}

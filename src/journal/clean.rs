//! Old journals. The rule: a journal nobody has touched for 90 days goes when its job was finished, after
//! 365 days in any case, and an empty or half-made one after a day. One in use never goes.
//!
//! After that, a finished file with counters is no longer recognised as such; `--again` is then not asked for.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::entry::Entry;
use super::storage::same_file;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long the journal of a finished job is kept.
pub const KEEP_FINISHED: Duration = Duration::from_secs(90 * DAY.as_secs());
/// How long any journal is kept.
pub const KEEP_UNFINISHED: Duration = Duration::from_secs(365 * DAY.as_secs());

/// Removes the journals in `dir` that the rule lets go, and says how many. Whatever cannot be looked at
/// or removed is left: this is housekeeping, not a reason to fail.
pub fn clean(dir: &Path, now: SystemTime) -> usize {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_journal(path) && remove_if_old(path, now).unwrap_or(false))
        .count()
}

fn is_journal(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let stem = name
        .strip_suffix(".jsonl")
        .or_else(|| name.strip_suffix(".jsonl.new"));
    stem.is_some_and(|stem| {
        stem.len() == 16
            && stem
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn remove_if_old(path: &Path, now: SystemTime) -> std::io::Result<bool> {
    let age = |file: &File| -> std::io::Result<Duration> {
        Ok(now
            .duration_since(file.metadata()?.modified()?)
            .unwrap_or_default())
    };
    let file = File::options().read(true).write(true).open(path)?;
    if age(&file)? < DAY || file.try_lock().is_err() || !same_file(&file, path) {
        return Ok(false);
    }
    // Once more under the lock: a run may have ended between the look and the lock.
    let age = age(&file)?;
    let half_made = path.extension().is_some_and(|extension| extension == "new");
    let old = half_made
        || age >= KEEP_UNFINISHED
        || file.metadata()?.len() == 0
        || (age >= KEEP_FINISHED && ends_complete(path)?);
    if old {
        std::fs::remove_file(path)?;
    }
    Ok(old)
}

fn ends_complete(path: &Path) -> std::io::Result<bool> {
    let bytes = std::fs::read(path)?;
    let last = bytes
        .strip_suffix(b"\n")
        .and_then(|bytes| bytes.rsplit(|&byte| byte == b'\n').next());
    Ok(last.is_some_and(
        |line| matches!(Entry::from_line(line), Ok(Entry::Finished(end)) if end.complete),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::path::PathBuf;

    const COMPLETE: &str = "{\"event\":\"finished\",\"complete\":true,\"batches\":1,\"rows_sent\":1,\"rows_rejected\":0,\"batches_in_doubt\":0,\"refused_all\":false,\"time\":0}\n";

    fn put(dir: &Path, name: &str, text: &str, days: u32, now: SystemTime) -> PathBuf {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(now - DAY * days).unwrap();
        path
    }

    #[test]
    fn journals_go_by_age_and_end_and_nothing_else_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let put = |name: &str, text: &str, days| put(dir.path(), name, text, days, now);
        let partial = COMPLETE.replace("true", "false");
        let gone = [
            put("00000000000000aa.jsonl", COMPLETE, 91),
            put("00000000000000ab.jsonl", &partial, 366),
            put("00000000000000ac.jsonl", "", 2),
            put("00000000000000ad.jsonl.new", &partial, 2),
        ];
        let kept = [
            put("00000000000000ba.jsonl", COMPLETE, 89),
            put("00000000000000bb.jsonl", &partial, 364),
            put("00000000000000bc.jsonl", "", 0),
            put("notes.jsonl", COMPLETE, 1000),
            put("00000000000000bd.txt", COMPLETE, 1000),
            put("0000000000000XYZ.jsonl", COMPLETE, 1000),
        ];
        assert_eq!(clean(dir.path(), now), gone.len());
        assert!(gone.iter().all(|path| !path.exists()));
        assert!(kept.iter().all(|path| path.exists()));
    }

    #[test]
    fn a_journal_in_use_stays_however_old() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let path = put(dir.path(), "00000000000000aa.jsonl", COMPLETE, 1000, now);
        let user = File::open(&path).unwrap();
        user.lock().unwrap();
        assert_eq!(clean(dir.path(), now), 0);
        drop(user);
        assert_eq!(clean(dir.path(), now), 1);
    }

    #[test]
    fn a_directory_that_is_not_there_has_no_old_journals() {
        assert_eq!(
            clean(Path::new("/nonexistent/ampost"), SystemTime::now()),
            0
        );
    }
}

//! Tests of the journal on real files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::atomic::{AtomicUsize, Ordering};

use super::entry::tests::started;
use super::*;

fn job() -> Job {
    Job {
        label: "/data/crm.csv".into(),
        application_id: "1234".into(),
        api: "https://api.appmetrica.yandex.com".into(),
    }
}

fn part(event: What, batch: u64, text: &str) -> Entry {
    Entry::Part(PartEntry {
        event,
        lane: 0,
        batch,
        part: PartName::WHOLE,
        sha256: Digest::of(&[text.as_bytes()]),
        rows: 2,
        status: None,
    })
}

fn body(text: &str) -> Digest {
    Digest::of(&[text.as_bytes()])
}

fn finished() -> Finished {
    Finished {
        complete: true,
        batches: 1,
        rows_sent: 2,
        rows_rejected: 0,
        batches_in_doubt: 0,
        refused_all: false,
        time: 0,
    }
}

const FRESH: Start = Start::Fresh { counted: None };

fn record(journal: &Journal, entries: &[Entry]) {
    for entry in entries {
        journal.record(entry, false, Duration::ZERO).unwrap();
    }
}

fn unfinished(dir: &Path) -> (Journal, Past) {
    match Journal::open(dir, &job()).unwrap() {
        (journal, Opened::Unfinished(past)) => (journal, past),
        (_, other) => panic!("{other:?}"),
    }
}

#[test]
fn a_job_is_its_input_its_application_and_its_server() {
    let mut names = HashSet::new();
    names.insert(job().file_name());
    for change in [
        |job: &mut Job| job.label.push('2'),
        |job: &mut Job| job.application_id.push('2'),
        |job: &mut Job| job.api.push('2'),
    ] {
        let mut other = job();
        change(&mut other);
        assert!(names.insert(other.file_name()));
    }
    assert!(names.iter().all(|name| name.len() == 16 + 6));
}

#[test]
fn what_is_recorded_is_there_when_the_journal_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, opened) = Journal::open(dir.path(), &job()).unwrap();
    assert!(matches!(opened, Opened::Fresh));
    journal.begin(FRESH, started()).unwrap();
    record(
        &journal,
        &[
            part(What::Sending, 0, "a"),
            part(What::Acknowledged, 0, "a"),
        ],
    );
    drop(journal);
    let (journal, past) = unfinished(dir.path());
    assert_eq!(
        past.batch(0, 0).unwrap().part(PartName::WHOLE),
        PartState::Acknowledged
    );
    journal
        .begin(
            Start::Resume {
                past,
                compared: true,
            },
            started(),
        )
        .unwrap();
    journal.finish(finished()).unwrap();
    drop(journal);
    let (_, opened) = Journal::open(dir.path(), &job()).unwrap();
    assert!(matches!(opened, Opened::Finished(past) if past.has_counters()));
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_journal() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("new/state");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let path = state.join(job().file_name());
    let (journal, _) = Journal::open(&state, &job()).unwrap();
    assert_eq!((mode(&state), mode(&path)), (0o700, 0o600));
    journal.begin(FRESH, started()).unwrap();
    assert_eq!(mode(&path), 0o600);
    drop(journal);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    Journal::open(&state, &job()).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_second_run_at_once_is_told_which_process_is_in_its_way() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), &job()).unwrap();
    let message = |dir: &Path| {
        let error = Journal::open(dir, &job()).err().expect("locked");
        assert_eq!(Exit::of(&error), Exit::Failed);
        error.to_string()
    };
    assert!(message(dir.path()).contains("another run"));
    // The journal is another file after this; the lock goes with it.
    journal.begin(FRESH, started()).unwrap();
    assert!(message(dir.path()).contains("process 17"));
    drop(journal);
    assert!(Journal::open(dir.path(), &job()).is_ok());
}

#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_is_an_error_before_anything_is_sent() {
    let error = Journal::open(Path::new("/dev/null/state"), &job())
        .err()
        .expect("no directory");
    assert!(error.to_string().contains("--state-dir"));
}

#[test]
fn a_torn_line_does_not_swallow_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), &job()).unwrap();
    journal.begin(FRESH, started()).unwrap();
    record(&journal, &[part(What::Sending, 0, "a")]);
    journal.storage.append(b"{\"event\":\"ackn").unwrap();
    drop(journal);
    let (journal, past) = unfinished(dir.path());
    assert_eq!(past.in_doubt().len(), 1);
    record(&journal, &[part(What::Acknowledged, 0, "a")]);
    drop(journal);
    assert!(unfinished(dir.path()).1.in_doubt().is_empty());
}

#[test]
fn forgetting_opens_what_is_damaged_beyond_reading() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(job().file_name()), "nonsense\nmore\n").unwrap();
    assert!(Journal::open(dir.path(), &job()).is_err());
    let journal = Journal::open_forgetting(dir.path(), &job()).unwrap();
    journal.begin(FRESH, started()).unwrap();
    drop(journal);
    let (_, past) = unfinished(dir.path());
    assert!(past.batch(0, 0).is_none());
}

/// Leaves a journal with one batch delivered, and opens it anew.
fn with_one_delivered(dir: &Path) -> (Journal, Past) {
    let (journal, _) = Journal::open(dir, &job()).unwrap();
    journal.begin(FRESH, started()).unwrap();
    record(
        &journal,
        &[
            part(What::Sending, 0, "a"),
            part(What::Acknowledged, 0, "a"),
        ],
    );
    drop(journal);
    unfinished(dir)
}

#[test]
fn an_input_that_was_not_compared_is_taken_as_new_as_long_as_nothing_rests_on_it() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, past) = with_one_delivered(dir.path());
    let resume = Start::Resume {
        past,
        compared: false,
    };
    journal.begin(resume, started()).unwrap();
    let recall = |number, text| journal.recall(0, number, &body(text), true).unwrap();
    assert!(matches!(recall(0, "x"), Recall::Forgotten));
    assert!(matches!(recall(1, "y"), Recall::Unknown));
    // Forgotten, but for what must not be counted twice: that outlives this run, too.
    assert!(matches!(recall(2, "a"), Recall::Counted));
    drop(journal);
    let (journal, past) = unfinished(dir.path());
    let resume = Start::Resume {
        past,
        compared: true,
    };
    journal.begin(resume, started()).unwrap();
    let recall = |counters| journal.recall(0, 2, &body("a"), counters).unwrap();
    assert!(matches!(recall(true), Recall::Counted));
    assert!(matches!(recall(false), Recall::Unknown));
}

#[test]
fn an_input_that_changes_after_something_was_skipped_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, past) = with_one_delivered(dir.path());
    let resume = Start::Resume {
        past,
        compared: false,
    };
    journal.begin(resume, started()).unwrap();
    let recall = |number, text| journal.recall(0, number, &body(text), false).unwrap();
    assert!(matches!(recall(0, "a"), Recall::Known(_)));
    assert!(matches!(recall(0, "x"), Recall::Changed));
}

#[test]
fn a_new_run_after_a_finished_one_can_beware_of_its_counters() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, past) = with_one_delivered(dir.path());
    let start = Start::Fresh {
        counted: Some(past),
    };
    journal.begin(start, started()).unwrap();
    let recall = |number, text| journal.recall(0, number, &body(text), true).unwrap();
    assert!(matches!(recall(0, "x"), Recall::Unknown));
    assert!(matches!(recall(1, "a"), Recall::Counted));
}

/// Counts syncs and makes them slow, or fails them.
struct Slow {
    syncs: std::sync::Arc<AtomicUsize>,
    fails: bool,
}

impl Storage for Slow {
    fn read_all(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
    fn append(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn sync(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        if self.fails {
            return Err(io::Error::other("bad sector"));
        }
        Ok(())
    }
    fn replace(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn truncate(&self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

fn slow(fails: bool) -> (Journal, std::sync::Arc<AtomicUsize>) {
    let syncs = std::sync::Arc::new(AtomicUsize::new(0));
    let storage = Slow {
        syncs: std::sync::Arc::clone(&syncs),
        fails,
    };
    let (journal, _) = Journal::on(Box::new(storage), "slow").unwrap();
    (journal, syncs)
}

#[test]
fn threads_that_need_durability_at_once_share_syncs() {
    let (journal, syncs) = slow(false);
    std::thread::scope(|scope| {
        for batch in 0..16 {
            let entry = part(What::Sending, batch, "a");
            let journal = &journal;
            scope.spawn(move || journal.record(&entry, true, Duration::ZERO).unwrap());
        }
    });
    assert!(
        syncs.load(Ordering::SeqCst) <= 8,
        "{}",
        syncs.load(Ordering::SeqCst)
    );
}

#[test]
fn entries_that_need_no_durability_are_synced_now_and_then() {
    let (journal, syncs) = slow(false);
    for millis in 0..1000 {
        let now = Duration::from_millis(millis);
        journal
            .record(&part(What::Acknowledged, millis, "a"), false, now)
            .unwrap();
    }
    assert_eq!(syncs.load(Ordering::SeqCst), 4);
}

#[test]
fn after_a_failed_sync_nothing_more_is_trusted() {
    let (journal, syncs) = slow(true);
    for _ in 0..2 {
        let error = journal
            .record(&part(What::Sending, 0, "a"), true, Duration::ZERO)
            .unwrap_err();
        assert!(error.to_string().contains("bad sector"));
    }
    assert_eq!(syncs.load(Ordering::SeqCst), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_found_before_anything_is_sent() {
    // /dev/full is a disk that is always full.
    let journal = Journal::on(Box::new(Full), "/dev/full").unwrap().0;
    let error = journal.begin(FRESH, started()).unwrap_err();
    assert!(error.to_string().contains("make room"), "{error}");
}

#[cfg(target_os = "linux")]
struct Full;

#[cfg(target_os = "linux")]
impl Storage for Full {
    fn read_all(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        use std::io::Write;
        std::fs::File::options()
            .write(true)
            .open("/dev/full")?
            .write_all(bytes)
    }
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        self.append(bytes)
    }
    fn truncate(&self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_journal_whose_batches_no_run_can_have_cut_is_damaged() {
    for (from, to) in [
        ("\"lanes\":2", "\"lanes\":0"),
        ("\"lanes\":2", "\"lanes\":99999999"),
        ("\"batch_rows\":", "\"batch_rows\":0"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (journal, _) = Journal::open(dir.path(), &job()).unwrap();
        let mut begun = started();
        begun.geometry.lanes = 2;
        journal
            .begin(Start::Fresh { counted: None }, begun)
            .unwrap();
        drop(journal);
        let path = dir.path().join(job().file_name());
        let text = std::fs::read_to_string(&path).unwrap();
        let mut changed = text.replacen(from, to, 1);
        if from.ends_with(':') {
            // The digits that were there follow the 0 and make another number of rows.
            changed = text.replacen(from, "\"batch_rows\":9999999", 1);
        }
        assert_ne!(changed, text);
        std::fs::write(&path, changed).unwrap();
        let error = Journal::open(dir.path(), &job()).err().unwrap().to_string();
        assert!(error.contains("damaged at line 1"), "{error}");
    }
}

/// A disk that takes what is written, but will have no room for what comes next.
struct NearlyFull;

impl Storage for NearlyFull {
    fn read_all(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn append(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn reserve(&self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn replace(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn nothing_with_counters_goes_out_when_its_outcome_would_find_no_room() {
    let (journal, _) = Journal::on(Box::new(NearlyFull), "there").unwrap();
    journal
        .begin(Start::Fresh { counted: None }, started())
        .unwrap();
    let announced = journal.record(&part(What::Sending, 0, "a"), true, Duration::ZERO);
    assert!(announced.is_err());
    // What was sent before is still noted.
    let acknowledged = part(What::Acknowledged, 0, "b");
    assert!(journal.record(&acknowledged, true, Duration::ZERO).is_ok());
}

//! The journal: what was sent and what became of it, on disk, so that a run killed at any moment can be
//! gone on with and no counter is counted twice.
//!
//! One file a job, `STATE_DIR/<16 hex digits>.jsonl`, mode 0600, one JSON object a line ([`Entry`]). It names
//! batches by lane, number and SHA-256 of their body and holds no key, no value and no profile's identifier.
//!
//! - A run holds a lock on the file; a second run of the job stops.
//! - `sending` is on disk before a part with counters goes out; what became of it is written afterwards.
//!   A `sending` with nothing after it is in doubt.
//! - `refused` stands: a refused row is not sent again, as later rows of its profile may have been applied
//!   since. Only when a run stopped because the server refused everything, its refusals are void.
//! - Threads that need durability at the same time share one sync; what only saves work (acknowledgements
//!   of parts that replace) is synced at most every [`SYNC_INTERVAL`] and at the end.
//! - The file is a prefix of what was written whatever happens: a torn last line is dropped when it is
//!   opened, a failed write is taken back. A job begun anew replaces the file by another in one go.
//! - Old journals go by the rule in [`clean`].
//!
//! Knows nothing of requests, retries or where rows come from.

pub mod clean;
mod compare;
mod entry;
mod name;
mod past;
mod storage;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::exit::Exit;

pub use compare::{Comparison, Verdict};
pub use entry::{Entry, FORMAT, Finished, Geometry, PartEntry, Started, What};
pub use name::{Digest, PartName};
pub use past::{BatchPast, Doubt, PartState, Past};
pub use storage::{FileStorage, OpenError, Storage};

/// How long an entry may wait for the sync of others when nothing depends on it.
pub const SYNC_INTERVAL: Duration = Duration::from_millis(200);

/// How much room is reserved ahead of the journal's end, and how much of it must be left before a part with
/// counters goes out: the outcomes of all lanes' requests under way, some hundred bytes each.
const RESERVE: u64 = 64 * 1024;
const MARGIN: u64 = 24 * 1024;

/// What makes two runs runs of one job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The input's absolute path, or the name given with `--job`.
    pub label: String,
    /// The application that is written to.
    pub application_id: String,
    /// Scheme and host of the API.
    pub api: String,
}

impl Job {
    /// The name of the job's journal.
    #[must_use]
    pub fn file_name(&self) -> String {
        let digest = Digest::of(&[
            self.label.as_bytes(),
            b"\0",
            self.application_id.as_bytes(),
            b"\0",
            self.api.as_bytes(),
        ]);
        format!("{digest:.16}.jsonl")
    }
}

/// What a journal says when it is opened.
#[derive(Debug)]
pub enum Opened {
    /// Nothing: the job is new.
    Fresh,
    /// A run that did not come to its end.
    Unfinished(Past),
    /// A run after which nothing was left to do.
    Finished(Past),
}

/// How to begin.
#[derive(Debug)]
pub enum Start {
    /// Anew; what stands in the journal is forgotten. But for bodies with counters delivered according to
    /// `counted`: they are remembered, and to meet one again is [`Recall::Counted`].
    Fresh {
        /// An earlier run whose counters must not be counted again, when the input cannot be compared first.
        counted: Option<Past>,
    },
    /// With what stands in the journal.
    Resume {
        /// What stands there.
        past: Past,
        /// Whether the input was compared with it already. If not, the first batch decides.
        compared: bool,
    },
}

/// What is known of a batch that is about to be sent.
#[derive(Clone, Debug)]
pub enum Recall {
    /// Nothing.
    Unknown,
    /// This.
    Known(Arc<BatchPast>),
    /// The input is another than before; as nothing was skipped or sent yet, the journal was begun anew.
    Forgotten,
    /// The input is another than before, and part of the run rests on its being the same.
    Changed,
    /// This very body, with counters, was delivered before, or may have been.
    Counted,
}

/// An open journal, shared by the lanes.
pub struct Journal {
    storage: Box<dyn Storage>,
    place: String,
    state: Mutex<State>,
    synced: Condvar,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct State {
    /// Length of the file, all of it whole lines.
    len: u64,
    /// Length up to which there certainly is room.
    reserved: u64,
    /// Entries appended, and of these how many are durable.
    appended: u64,
    durable: u64,
    syncing: bool,
    last_sync: Duration,
    /// Why nothing can be written any more.
    broken: Option<String>,
}

#[derive(Default)]
struct Memory {
    past: Option<Past>,
    compared: bool,
    counted: HashSet<Digest>,
    started: Option<Started>,
}

impl Journal {
    /// Opens the journal of `job` in `dir`, creating both as needed, and locks it.
    ///
    /// # Errors
    /// Another run of the job is under way; the directory cannot be written; the journal is damaged.
    pub fn open(dir: &Path, job: &Job) -> anyhow::Result<(Journal, Opened)> {
        let (storage, path) = Self::open_file(dir, job)?;
        Journal::on(Box::new(storage), &path.display().to_string())
    }

    /// Opens the journal of `job` without reading it, for `--restart`: [`Start::Fresh`] is then the only way on.
    ///
    /// # Errors
    /// As for [`Journal::open`], except that damage does not matter.
    pub fn open_forgetting(dir: &Path, job: &Job) -> anyhow::Result<Journal> {
        let (storage, path) = Self::open_file(dir, job)?;
        Ok(Journal::with(
            Box::new(storage),
            &path.display().to_string(),
            State::default(),
        ))
    }

    fn open_file(dir: &Path, job: &Job) -> anyhow::Result<(FileStorage, PathBuf)> {
        let path = dir.join(job.file_name());
        match FileStorage::open(&path) {
            Ok(storage) => Ok((storage, path)),
            Err(OpenError::Busy(bytes)) => {
                let process = match Past::read(&bytes, "") {
                    Ok((Some(past), _)) => format!(" (process {})", past.started().process),
                    _ => String::new(),
                };
                Err(Exit::Failed.error(format!(
                    "another run of this job is under way{process}, it holds {}; wait for it, or name this one with --job",
                    path.display()
                )))
            }
            Err(OpenError::Io(error)) => Err(Exit::Failed.error(format!(
                "cannot open the journal {}: {error}; nothing was sent; choose another place with --state-dir",
                path.display()
            ))),
        }
    }

    /// A journal on any storage. `place` is its path, for messages.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn on(storage: Box<dyn Storage>, place: &str) -> anyhow::Result<(Journal, Opened)> {
        let failed = |error: io::Error| {
            Exit::Failed.error(format!("cannot read the journal {place}: {error}"))
        };
        let bytes = storage.read_all().map_err(failed)?;
        let (past, good) = Past::read(&bytes, place)?;
        if good < bytes.len() {
            storage.truncate(good as u64).map_err(failed)?;
        }
        let state = State {
            len: good as u64,
            ..State::default()
        };
        let opened = match past {
            None => Opened::Fresh,
            Some(past) if past.is_complete() => Opened::Finished(past),
            Some(past) => Opened::Unfinished(past),
        };
        Ok((Journal::with(storage, place, state), opened))
    }

    fn with(storage: Box<dyn Storage>, place: &str, state: State) -> Self {
        Journal {
            storage,
            place: place.to_owned(),
            state: Mutex::new(state),
            synced: Condvar::new(),
            memory: Mutex::default(),
        }
    }

    /// The journal's path, for messages.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Writes the start of a run, durably: after this, the disk is known to work. `started.resumed` and, for a
    /// resumed run, `started.geometry` are set here.
    ///
    /// # Errors
    /// The disk is full or cannot be written.
    pub fn begin(&self, start: Start, mut started: Started) -> anyhow::Result<()> {
        let mut memory = lock(&self.memory);
        match start {
            Start::Fresh { counted } => {
                let counted = counted.map(|past| past.delivered()).unwrap_or_default();
                self.renew(&mut memory, &mut started, counted)?;
            }
            Start::Resume { past, compared } => {
                started.resumed = true;
                started.geometry = past.geometry();
                memory.counted.clone_from(past.counted());
                memory.past = Some(past);
                memory.compared = compared;
                memory.started = Some(started.clone());
                self.record(&Entry::Started(started), true, Duration::ZERO)?;
            }
        }
        Ok(())
    }

    /// Replaces the file by the start of a run that knows nothing but `counted`.
    fn renew(
        &self,
        memory: &mut Memory,
        started: &mut Started,
        counted: HashSet<Digest>,
    ) -> anyhow::Result<()> {
        started.resumed = false;
        let mut bytes = self.line(&Entry::Started(started.clone()))?;
        for &sha256 in &counted {
            bytes.extend(self.line(&Entry::Counted(sha256))?);
        }
        let mut state = lock(&self.state);
        self.storage
            .replace(&bytes)
            .map_err(|error| self.cannot_write(&error))?;
        state.len = bytes.len() as u64;
        state.reserved = 0;
        state.durable = state.appended;
        *memory = Memory {
            past: None,
            compared: true,
            counted,
            started: Some(started.clone()),
        };
        Ok(())
    }

    /// What is known of today's batch `number` of `lane` with this body. `counters`: whether it holds any.
    ///
    /// # Errors
    /// The journal had to be begun anew, and could not be written.
    pub fn recall(
        &self,
        lane: usize,
        number: u64,
        sha256: &Digest,
        counters: bool,
    ) -> anyhow::Result<Recall> {
        let mut memory = lock(&self.memory);
        let known = memory
            .past
            .as_ref()
            .map(|past| past.batch(lane, number).cloned());
        let mut answer = Recall::Unknown;
        match known {
            Some(Some(batch)) if batch.sha256() == *sha256 => {
                memory.compared = true;
                return Ok(Recall::Known(batch));
            }
            Some(Some(_)) if memory.compared => return Ok(Recall::Changed),
            Some(Some(_)) => {
                let mut started = memory
                    .started
                    .clone()
                    .ok_or_else(|| Exit::Failed.error("the journal was not begun"))?;
                let counted = memory
                    .past
                    .take()
                    .map(|past| past.delivered())
                    .unwrap_or_default();
                self.renew(&mut memory, &mut started, counted)?;
                answer = Recall::Forgotten;
            }
            // It is going to be sent, and the run then rests on what the journal says of the others.
            Some(None) => memory.compared = true,
            None => {}
        }
        if counters && memory.counted.contains(sha256) {
            answer = Recall::Counted;
        }
        Ok(answer)
    }

    /// Appends an entry; when `durable`, returns only after it would survive a power cut. `now` is any clock
    /// that goes forward, the same at every call.
    ///
    /// # Errors
    /// The disk is full or cannot be written. The entry is then not in the journal.
    pub fn record(&self, entry: &Entry, durable: bool, now: Duration) -> anyhow::Result<()> {
        let line = self.line(entry)?;
        let mut state = lock(&self.state);
        self.unbroken(&state)?;
        // A part is announced only when its outcome will find room, too: a full disk is to stop a run before
        // it sends, and not to leave in doubt what was accepted.
        let announces = matches!(entry, Entry::Part(part) if part.event == What::Sending);
        if announces && state.len + line.len() as u64 + MARGIN > state.reserved {
            let upto = state.len + RESERVE;
            self.storage
                .reserve(upto)
                .map_err(|error| self.cannot_write(&error))?;
            state.reserved = upto;
        }
        if let Err(error) = self.storage.append(&line) {
            // Half a line must not stay in front of the next one.
            if let Err(error) = self.storage.truncate(state.len) {
                state.broken = Some(error.to_string());
            }
            return Err(self.cannot_write(&error));
        }
        state.len += line.len() as u64;
        state.appended += 1;
        let due = now.saturating_sub(state.last_sync) >= SYNC_INTERVAL;
        if durable || due {
            state.last_sync = now;
            let upto = state.appended;
            self.sync(state, upto)?;
        }
        Ok(())
    }

    /// Writes the end of the run and makes all of it durable.
    ///
    /// # Errors
    /// As for [`Journal::record`].
    pub fn finish(&self, finished: Finished) -> anyhow::Result<()> {
        self.record(&Entry::Finished(finished), true, Duration::ZERO)?;
        // What was reserved and not needed goes back. If that fails, it is some kilobytes.
        let _ = self.storage.truncate(lock(&self.state).len);
        Ok(())
    }

    /// Returns once the first `upto` entries are durable. One thread syncs for all that wait.
    fn sync<'a>(&'a self, mut state: MutexGuard<'a, State>, upto: u64) -> anyhow::Result<()> {
        while state.durable < upto {
            self.unbroken(&state)?;
            if state.syncing {
                state = self
                    .synced
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.syncing = true;
            let covered = state.appended;
            drop(state);
            let result = self.storage.sync();
            state = lock(&self.state);
            state.syncing = false;
            match result {
                Ok(()) => state.durable = state.durable.max(covered),
                // After a failed sync the system may have dropped the data while a second sync succeeds:
                // nothing that is written from here on could be trusted.
                Err(error) => state.broken = Some(error.to_string()),
            }
            self.synced.notify_all();
        }
        Ok(())
    }

    fn line(&self, entry: &Entry) -> anyhow::Result<Vec<u8>> {
        entry.to_line().map_err(|error| self.cannot_write(&error))
    }

    fn unbroken(&self, state: &State) -> anyhow::Result<()> {
        match &state.broken {
            Some(why) => Err(self.cannot_write(&why)),
            None => Ok(()),
        }
    }

    fn cannot_write(&self, why: &dyn std::fmt::Display) -> anyhow::Error {
        Exit::Failed.error(format!(
            "cannot write the journal {}: {why}; make room there or choose another place with --state-dir",
            self.place
        ))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

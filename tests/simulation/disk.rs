//! A disk that fills up, dies in the middle of a line, and loses at a power cut what was not synced.

use std::io;
use std::sync::{Arc, Mutex};

use ampost::journal::Storage;
use fastrand::Rng;

/// One file on it. Clones are the same file.
#[derive(Clone)]
pub(crate) struct Disk(Arc<Mutex<State>>);

struct State {
    bytes: Vec<u8>,
    synced: usize,
    /// How often an append fails because the disk is full, and a sync for no reason, out of 1000.
    full: u32,
    bad: u32,
    /// The process is killed within the next write.
    kill: bool,
    killed: bool,
    /// Planted bug: a torn line is left standing.
    keeps_torn: bool,
    rng: Rng,
}

impl Disk {
    pub(crate) fn new(seed: u64, keeps_torn: bool) -> Self {
        Disk(Arc::new(Mutex::new(State {
            bytes: Vec::new(),
            synced: 0,
            full: 0,
            bad: 0,
            kill: false,
            killed: false,
            keeps_torn,
            rng: Rng::with_seed(seed),
        })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap())
    }

    /// How often writes and syncs fail from now on, out of 1000.
    pub(crate) fn fail(&self, full: u32, bad: u32) {
        self.with(|state| (state.full, state.bad) = (full, bad));
    }

    /// Has the process killed within its next write.
    pub(crate) fn kill_within_write(&self) {
        self.with(|state| state.kill = true);
    }

    pub(crate) fn killed(&self) -> bool {
        self.with(|state| state.killed)
    }

    /// The process is gone; what it wrote stays.
    pub(crate) fn restart(&self) {
        self.with(|state| (state.kill, state.killed) = (false, false));
    }

    /// The machine is gone; of what was not synced, any first part stays, perhaps followed by a few NUL bytes.
    pub(crate) fn power_cut(&self) {
        self.with(|state| {
            let keep = state.rng.usize(state.synced..=state.bytes.len());
            let lost = state.bytes.len() - keep;
            state.bytes.truncate(keep);
            if lost > 0 && state.rng.u32(0..4) == 0 {
                let zeros = state.rng.usize(1..=lost);
                state.bytes.extend(std::iter::repeat_n(0, zeros));
            }
            state.synced = state.bytes.len();
        });
        self.restart();
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.with(|state| state.bytes.clone())
    }
}

impl State {
    fn gone(&self) -> io::Result<()> {
        if self.killed {
            return Err(io::Error::other("killed"));
        }
        Ok(())
    }
}

impl Storage for Disk {
    fn read_all(&self) -> io::Result<Vec<u8>> {
        Ok(self.bytes())
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.with(|state| {
            state.gone()?;
            let full = state.rng.u32(0..1000) < state.full;
            if full || state.kill {
                state.killed = state.kill;
                let part = state.rng.usize(0..=bytes.len());
                state.bytes.extend_from_slice(&bytes[..part]);
                return Err(io::ErrorKind::StorageFull.into());
            }
            state.bytes.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.with(|state| {
            state.gone()?;
            if state.rng.u32(0..1000) < state.bad {
                return Err(io::Error::other("bad sector"));
            }
            state.synced = state.bytes.len();
            Ok(())
        })
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        self.with(|state| {
            state.gone()?;
            if state.rng.u32(0..1000) < state.full {
                return Err(io::ErrorKind::StorageFull.into());
            }
            if !state.kill || state.rng.bool() {
                state.bytes = bytes.to_vec();
                state.synced = bytes.len();
            }
            state.killed = state.kill;
            state.gone()
        })
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.with(|state| {
            state.gone()?;
            if !state.keeps_torn {
                state.bytes.truncate(usize::try_from(len).unwrap());
                state.synced = state.synced.min(state.bytes.len());
            }
            Ok(())
        })
    }
}

//! What the lanes of one run share: the stop, the size limit, and the rejects.
//!
//! Plain state behind locks, no effects: the simulation uses it as the threads do.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::event::{RowRefused, StopReason};

/// When so many requests of a run were refused and none was acknowledged, the fault is not in the rows.
pub const REFUSES_EVERYTHING: u64 = 64;

/// The state shared by the lanes of a run.
#[derive(Debug)]
pub struct Run {
    stop: Mutex<Option<StopReason>>,
    wake: Condvar,
    stopped: AtomicBool,
    told: AtomicBool,
    refusals: AtomicU64,
    size_limit: AtomicUsize,
    rejects: Mutex<Rejects>,
}

#[derive(Debug)]
struct Rejects {
    limit: Option<u64>,
    count: u64,
    /// Whether the server accepted anything of this job. Until then a refusal may be the server's fault, and
    /// nobody is told of refused rows yet.
    accepted: bool,
    held: Vec<RowRefused>,
}

impl Run {
    /// `max_rejects`: stop sending beyond so many rejected rows.
    #[must_use]
    pub fn new(max_rejects: Option<u64>) -> Self {
        Run {
            stop: Mutex::new(None),
            wake: Condvar::new(),
            stopped: AtomicBool::new(false),
            told: AtomicBool::new(false),
            refusals: AtomicU64::new(0),
            size_limit: AtomicUsize::new(usize::MAX),
            rejects: Mutex::new(Rejects {
                limit: max_rejects,
                count: 0,
                accepted: false,
                held: Vec::new(),
            }),
        }
    }

    /// Stops all lanes: requests under way finish, nothing new begins, waits end at once. The first reason
    /// counts; returns whether this is it.
    pub fn stop(&self, reason: StopReason) -> bool {
        let mut stop = lock(&self.stop);
        let first = stop.is_none();
        stop.get_or_insert(reason);
        self.stopped.store(true, Ordering::SeqCst);
        self.wake.notify_all();
        first
    }

    /// Whether nothing new may be begun.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Why the run was stopped.
    #[must_use]
    pub fn stop_reason(&self) -> Option<StopReason> {
        lock(&self.stop).clone()
    }

    /// Why the run was stopped, once: for the one who is going to tell the user.
    pub fn tell_stop(&self) -> Option<StopReason> {
        if !self.is_stopped() || self.told.swap(true, Ordering::SeqCst) {
            return None;
        }
        self.stop_reason()
    }

    /// Sleeps, in real time, until `duration` is over or the run is stopped.
    pub fn sleep(&self, duration: Duration) {
        let until = Instant::now().checked_add(duration);
        let mut stop = lock(&self.stop);
        while stop.is_none() {
            let left = match until {
                Some(until) => until.saturating_duration_since(Instant::now()),
                None => Duration::MAX,
            };
            if left.is_zero() {
                return;
            }
            stop = self
                .wake
                .wait_timeout(stop, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Notes that the server refused a body of `bytes` as too large. Three quarters, because a half by rows
    /// is often a little more than half of the bytes.
    pub(super) fn too_large(&self, bytes: usize) {
        self.size_limit.fetch_min(bytes / 4 * 3, Ordering::SeqCst);
    }

    /// The largest body worth sending.
    pub(super) fn size_limit(&self) -> usize {
        self.size_limit.load(Ordering::SeqCst)
    }

    /// Notes that the server accepts rows of this job; returns the refused rows that were held back until there was one.
    pub(super) fn acknowledged(&self) -> Vec<RowRefused> {
        let mut rejects = lock(&self.rejects);
        rejects.accepted = true;
        std::mem::take(&mut rejects.held)
    }

    /// Notes a refused request; `Some(n)` if it is now clear, after n of them, that everything is refused.
    pub(super) fn refused(&self) -> Option<u64> {
        let refusals = self.refusals.fetch_add(1, Ordering::SeqCst) + 1;
        let accepted = lock(&self.rejects).accepted;
        (refusals >= REFUSES_EVERYTHING && !accepted).then_some(refusals)
    }

    /// Notes rows that the server refused; returns those that can be told now. Stops the run beyond the limit.
    pub(super) fn reject(&self, mut rows: Vec<RowRefused>) -> Vec<RowRefused> {
        let mut rejects = lock(&self.rejects);
        rejects.count += rows.len() as u64;
        if !rejects.accepted {
            rejects.held.append(&mut rows);
        }
        self.check_limit(&rejects);
        rows
    }

    /// Notes `rows` that were found wrong before sending. Stops the run beyond the limit.
    pub fn rejected_locally(&self, rows: u64) {
        let mut rejects = lock(&self.rejects);
        rejects.count += rows;
        self.check_limit(&rejects);
    }

    fn check_limit(&self, rejects: &Rejects) {
        if let Some(limit) = rejects.limit
            && rejects.count > limit
        {
            self.stop(StopReason::TooManyRejects { limit });
        }
    }

    /// At the end: the refused rows still held back. They are rejects (`Ok`), unless the server refused
    /// everything: then they are left for the next run (`Err`).
    pub fn close(&self) -> Result<Vec<RowRefused>, Vec<RowRefused>> {
        let held = std::mem::take(&mut lock(&self.rejects).held);
        match self.stop_reason() {
            Some(StopReason::RefusesEverything { .. }) => Err(held),
            _ => Ok(held),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64) -> RowRefused {
        RowRefused {
            line,
            reason: "why".into(),
            original: None,
        }
    }

    #[test]
    fn refused_rows_are_held_back_until_the_server_accepts_something() {
        let run = Run::new(None);
        assert!(run.reject(vec![row(1)]).is_empty());
        assert_eq!(run.acknowledged(), [row(1)]);
        assert_eq!(run.reject(vec![row(2)]), [row(2)]);
        assert_eq!(run.close(), Ok(vec![]));
    }

    #[test]
    fn refused_rows_are_rejects_unless_everything_is_refused() {
        let ended = Run::new(None);
        ended.reject(vec![row(1)]);
        assert_eq!(ended.close(), Ok(vec![row(1)]));
        let stopped = Run::new(None);
        stopped.reject(vec![row(1)]);
        stopped.stop(StopReason::RefusesEverything {
            requests: 64,
            reason: String::new(),
        });
        assert_eq!(stopped.close(), Err(vec![row(1)]));
    }

    #[test]
    fn everything_is_refused_when_enough_was_and_nothing_accepted() {
        let run = Run::new(None);
        for _ in 1..REFUSES_EVERYTHING {
            assert_eq!(run.refused(), None);
        }
        assert_eq!(run.refused(), Some(REFUSES_EVERYTHING));
        run.acknowledged();
        assert_eq!(run.refused(), None);
    }

    #[test]
    fn local_and_server_rejects_count_together() {
        let run = Run::new(Some(2));
        run.rejected_locally(1);
        run.reject(vec![row(1)]);
        assert!(!run.is_stopped());
        run.rejected_locally(1);
        assert_eq!(
            run.stop_reason(),
            Some(StopReason::TooManyRejects { limit: 2 })
        );
    }

    #[test]
    fn the_first_reason_to_stop_counts() {
        let run = Run::new(None);
        assert!(run.stop(StopReason::Interrupted));
        assert!(!run.stop(StopReason::Terminated));
        assert_eq!(run.stop_reason(), Some(StopReason::Interrupted));
    }

    #[test]
    fn a_stop_ends_a_sleep_at_once() {
        let run = Run::new(None);
        let begin = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| run.sleep(Duration::MAX));
            scope.spawn(|| run.stop(StopReason::Interrupted));
        });
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
}

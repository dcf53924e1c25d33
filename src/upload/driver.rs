//! The threads that carry out what the lanes decide: at most `jobs` requests at once, each thread serving the
//! lanes that fall to it, each lane in the order of its batches.
//!
//! Everything here is effect without decision; the simulation stands in for it.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant, SystemTime};

use crate::batch::Batch;
use crate::journal::{Finished, Journal, Recall};
use crate::post_api::reply::outcome;

use super::Transport;
use super::event::{Event, StopReason, Summary};
use super::lane::{LaneMachine, Settings, Step};
use super::pace::Pace;
use super::run::Run;

/// Batches that may wait for a thread. One keeps it busy while the next is prepared; more cost memory only.
const QUEUED: usize = 1;

/// A clock and its waits.
pub trait Clock: Sync {
    /// Time since any fixed moment.
    fn now(&self) -> Duration;

    /// Waits, but no longer than until `run` is stopped.
    fn sleep(&self, duration: Duration, run: &Run);
}

/// The real clock.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration, run: &Run) {
        run.sleep(duration);
    }
}

/// All that an upload needs.
#[derive(Clone, Copy)]
pub struct Delivery<'env> {
    /// Lanes that the batches are cut into.
    pub lanes: usize,
    /// Requests under way at once.
    pub jobs: usize,
    /// Rows a second at the most.
    pub rate: Option<u64>,
    /// How lanes behave.
    pub settings: &'env Settings,
    /// The stop, shared with signal handlers.
    pub run: &'env Run,
    /// Makes the requests.
    pub transport: &'env dyn Transport,
    /// Where to note what was sent; it must have begun. Without one, nothing can be gone on with.
    pub journal: Option<&'env Journal>,
    /// The clock.
    pub clock: &'env dyn Clock,
    /// Told of everything, from any thread. Must be quick, as lanes wait for it.
    pub events: &'env (dyn Fn(&Event) + Sync),
}

/// A running upload.
pub struct Upload<'scope, 'env> {
    shared: Arc<Shared<'env>>,
    queues: Vec<SyncSender<Batch>>,
    threads: Vec<ScopedJoinHandle<'scope, ()>>,
}

/// The upload was stopped; [`Upload::finish`] says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

struct Shared<'env> {
    delivery: Delivery<'env>,
    pace: Mutex<Pace>,
    summary: Mutex<Summary>,
}

impl<'scope, 'env: 'scope> Upload<'scope, 'env> {
    /// Starts the threads.
    pub fn start(scope: &'scope Scope<'scope, '_>, delivery: Delivery<'env>) -> Self {
        let shared = Arc::new(Shared {
            pace: Mutex::new(Pace::new(delivery.rate)),
            summary: Mutex::default(),
            delivery,
        });
        let mut queues = Vec::new();
        let mut threads = Vec::new();
        for _ in 0..delivery.jobs.min(delivery.lanes).max(1) {
            let (queue, batches) = sync_channel(QUEUED);
            let shared = Arc::clone(&shared);
            queues.push(queue);
            threads.push(scope.spawn(move || shared.serve(&batches)));
        }
        Upload {
            shared,
            queues,
            threads,
        }
    }

    /// Hands over a batch, waiting until there is room for it. A lane's batches must come in order.
    ///
    /// # Errors
    /// The upload was stopped; the batch is not sent.
    pub fn send(&self, batch: Batch) -> Result<(), Stopped> {
        if self.shared.delivery.run.is_stopped() {
            return Err(Stopped);
        }
        let queue = &self.queues[batch.lane % self.queues.len()];
        queue.send(batch).map_err(|_| Stopped)
    }

    /// Ends the upload: waits for the lanes, closes the journal, sums up. `whole`: the input was read to its
    /// end. If not, what is queued is left as well.
    #[must_use]
    pub fn finish(self, whole: bool) -> Summary {
        let shared = self.shared;
        let run = shared.delivery.run;
        if !whole {
            run.stop(StopReason::Input);
        }
        drop(self.queues);
        for thread in self.threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        match run.close() {
            Ok(rows) => rows
                .into_iter()
                .for_each(|row| shared.emit(&Event::RowRefused(row))),
            Err(rows) => shared.emit(&Event::Left {
                rows: rows.len() as u64,
            }),
        }
        shared.tell_stop();
        if let Err(error) = shared.close_journal() {
            run.stop(StopReason::Journal {
                why: error.to_string(),
            });
            shared.tell_stop();
        }
        lock(&shared.summary).clone()
    }
}

impl Shared<'_> {
    /// One thread's work: batches as they come, then the end of each of its lanes.
    fn serve(&self, batches: &Receiver<Batch>) {
        let Delivery { settings, run, .. } = self.delivery;
        let mut lanes = BTreeMap::new();
        for batch in batches {
            let lane = batch.lane;
            let machine = lanes
                .entry(lane)
                .or_insert_with(|| LaneMachine::new(lane, settings, run));
            machine.batch(batch);
            self.advance(machine);
        }
        for machine in lanes.values_mut() {
            machine.end();
            self.advance(machine);
        }
    }

    /// Does what the lane says until it wants another batch.
    fn advance(&self, lane: &mut LaneMachine<'_>) {
        let Delivery {
            run,
            transport,
            journal,
            clock,
            ..
        } = self.delivery;
        let number = lane.lane();
        loop {
            match lane.step() {
                Step::Take | Step::Finished => return,
                Step::Emit(event) => self.emit(&event),
                Step::Recall {
                    number: batch,
                    sha256,
                    counters,
                } => lane.recalled(match journal {
                    Some(journal) => journal
                        .recall(number, batch, &sha256, counters)
                        .map_err(|error| error.to_string()),
                    None => Ok(Recall::Unknown),
                }),
                Step::Record { entry, durable } => lane.recorded(match journal {
                    Some(journal) => journal
                        .record(&entry, durable, clock.now())
                        .map_err(|error| error.to_string()),
                    None => Ok(()),
                }),
                Step::Pace { rows } => {
                    let wait = lock(&self.pace).reserve(clock.now(), rows);
                    if !wait.is_zero() {
                        clock.sleep(wait, run);
                    }
                    lane.waited();
                }
                Step::Wait { duration } => {
                    clock.sleep(duration, run);
                    lane.waited();
                }
                Step::Send => {
                    let Some(reply) = lane.request().map(|request| transport.send(&request)) else {
                        return;
                    };
                    lane.replied(&outcome(reply), fastrand::f64());
                }
            }
        }
    }

    fn emit(&self, event: &Event) {
        lock(&self.summary).count(event);
        (self.delivery.events)(event);
    }

    /// For a stop that no lane noticed, because all were done.
    fn tell_stop(&self) {
        if let Some(reason) = self.delivery.run.tell_stop() {
            self.emit(&Event::Stopped(reason));
        }
    }

    fn close_journal(&self) -> anyhow::Result<()> {
        let Some(journal) = self.delivery.journal else {
            return Ok(());
        };
        let finished = lock(&self.summary).finished(SystemTime::now());
        journal.finish(finished)
    }
}

impl Summary {
    /// The journal's last line for a run that ended so.
    #[must_use]
    pub fn finished(&self, now: SystemTime) -> Finished {
        Finished {
            complete: self.is_complete(),
            batches: self.batches,
            rows_sent: self.rows_sent,
            rows_rejected: self.rows_refused,
            batches_in_doubt: self.batches_in_doubt,
            refused_all: matches!(self.stopped, Some(StopReason::RefusesEverything { .. })),
            time: now
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

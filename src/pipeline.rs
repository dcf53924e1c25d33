//! Work on rows on all processors, its results in the file's order.
//!
//! A reader thread fills chunks, workers work on them, the caller consumes them in order. Chunk number i
//! goes to worker i mod n and is fetched from there again, so order needs no sorting; the queues between
//! are short, so a slow consumer slows the reader and memory stays constant; chunks come back and are used
//! again, so that in the steady state nothing is allocated. On one processor the same work is done in the
//! caller's thread. Knows nothing of what the work is.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::input::{InputError, Reader, Rows};

/// Chunks that may wait before and behind each worker. More would only cost memory.
const QUEUE: usize = 2;

/// How often a waiting consumer asks whether it is still to wait.
const PATIENCE: Duration = Duration::from_millis(100);

/// Some thousand rows and what a worker made of them.
#[derive(Debug, Default)]
pub struct Chunk<T> {
    /// The rows as read.
    pub rows: Rows,
    /// The worker's result; its buffers are used again for a later chunk.
    pub made: T,
    /// Why reading ended here, if it did not end well.
    error: Option<InputError>,
}

/// What the consumer wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next chunk.
    Continue,
    /// No more: the rest of the input stays unread.
    Stop,
}

/// How many workers serve best here: one per processor, and none beside the caller on a single one.
#[must_use]
pub fn default_threads() -> usize {
    thread::available_parallelism()
        .map_or(1, usize::from)
        .min(16)
}

/// Runs everything: `head` holds rows that were read already, `input` the rest. Each worker is made by
/// `new_worker` in its own thread. `consume` sees each chunk in order; `idle` is asked while there is none,
/// so that an interrupted run need not wait for its input.
///
/// # Errors
/// What the input had to say, after every chunk before it was consumed; and whatever `consume` returns.
pub fn run<T, N, W, E>(
    head: Rows,
    input: Reader,
    threads: usize,
    new_worker: N,
    consume: impl FnMut(&Chunk<T>) -> Result<Flow, E>,
    idle: impl Fn() -> Flow,
) -> Result<(), E>
where
    T: Default + Send + 'static,
    N: Fn() -> W + Clone + Send + 'static,
    W: FnMut(&Rows, &mut T),
    E: From<InputError>,
{
    if threads <= 1 {
        run_here(head, input, new_worker(), consume)
    } else {
        run_threads(head, input, threads, &new_worker, consume, idle)
    }
}

fn run_here<T: Default, E: From<InputError>>(
    head: Rows,
    mut input: Reader,
    mut work: impl FnMut(&Rows, &mut T),
    mut consume: impl FnMut(&Chunk<T>) -> Result<Flow, E>,
) -> Result<(), E> {
    let mut chunk = Chunk {
        rows: head,
        ..Chunk::default()
    };
    loop {
        work(&chunk.rows, &mut chunk.made);
        if consume(&chunk)? == Flow::Stop || !input.fill(&mut chunk.rows)? {
            return Ok(());
        }
    }
}

fn run_threads<T, N, W, E>(
    head: Rows,
    input: Reader,
    threads: usize,
    new_worker: &N,
    mut consume: impl FnMut(&Chunk<T>) -> Result<Flow, E>,
    idle: impl Fn() -> Flow,
) -> Result<(), E>
where
    T: Default + Send + 'static,
    N: Fn() -> W + Clone + Send + 'static,
    W: FnMut(&Rows, &mut T),
    E: From<InputError>,
{
    let (spare, spares) = sync_channel(threads * (2 * QUEUE + 2));
    let mut to_workers = Vec::with_capacity(threads);
    let mut from_workers = Vec::with_capacity(threads);
    for _ in 0..threads {
        let (to_worker, chunks) = sync_channel(QUEUE);
        let (done, from_worker) = sync_channel(QUEUE);
        to_workers.push(to_worker);
        from_workers.push(from_worker);
        let new_worker = new_worker.clone();
        thread::spawn(move || work(new_worker(), &chunks, &done));
    }
    // The threads are not joined: a reader may hang in a pipe that nobody writes to any more, and an
    // interrupted run is not to wait for that. They end when their queues do.
    thread::spawn(move || read(head, input, &to_workers, &spares));
    for worker in from_workers.iter().cycle() {
        let Some(mut chunk) = next(worker, &idle) else {
            break;
        };
        if let Some(error) = chunk.error.take() {
            return Err(error.into());
        }
        if consume(&chunk)? == Flow::Stop {
            break;
        }
        // A full queue of spares is no loss: the chunk is dropped.
        drop(spare.try_send(chunk));
    }
    Ok(())
}

/// Fills chunks and hands them to the workers in turn.
fn read<T: Default>(
    head: Rows,
    mut input: Reader,
    workers: &[SyncSender<Chunk<T>>],
    spares: &Receiver<Chunk<T>>,
) {
    let mut chunk = Chunk {
        rows: head,
        ..Chunk::default()
    };
    for worker in workers.iter().cycle() {
        let last = chunk.error.is_some();
        // A closed queue: the consumer has stopped, and so does reading.
        if worker.send(chunk).is_err() || last {
            return;
        }
        chunk = spares.try_recv().unwrap_or_default();
        match input.fill(&mut chunk.rows) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => chunk.error = Some(error),
        }
    }
}

fn work<T>(
    mut work: impl FnMut(&Rows, &mut T),
    chunks: &Receiver<Chunk<T>>,
    done: &SyncSender<Chunk<T>>,
) {
    while let Ok(mut chunk) = chunks.recv() {
        if chunk.error.is_none() {
            work(&chunk.rows, &mut chunk.made);
        }
        if done.send(chunk).is_err() {
            return;
        }
    }
}

/// The next chunk of a worker; `None` at the end, or when `idle` says to stop.
fn next<T>(worker: &Receiver<Chunk<T>>, idle: &impl Fn() -> Flow) -> Option<Chunk<T>> {
    loop {
        match worker.recv_timeout(PATIENCE) {
            Ok(chunk) => return Some(chunk),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if idle() == Flow::Stop => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

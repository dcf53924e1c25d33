//! How far an import is: a bar on a terminal, a line now and then elsewhere. indicatif lives only here.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;
use super::summary::{bytes, plural, thousands};

/// How often a line is printed where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// When progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// A redrawn bar.
    Bar,
    /// A line every 30 seconds.
    Lines,
    /// Nothing.
    Nothing,
}

/// The progress of one import, fed from several threads.
#[derive(Debug)]
pub struct Progress<'c> {
    console: &'c Console,
    bar: Option<ProgressBar>,
    lines: bool,
    started: Instant,
    last_line: Mutex<Instant>,
    /// Size of the input in bytes as it lies on the disk, if it is known.
    size: Option<u64>,
    input_bytes: AtomicU64,
    rows: AtomicU64,
    accepted_rows: AtomicU64,
    accepted_batches: AtomicU64,
    rejected: AtomicU64,
    waiting: Mutex<Option<String>>,
}

impl<'c> Progress<'c> {
    /// Progress over an input of `size` bytes, shown as `show` says.
    #[must_use]
    pub fn start(console: &'c Console, show: Show, size: Option<u64>) -> Progress<'c> {
        let bar = (show == Show::Bar).then(|| {
            let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr_with_hz(10));
            let template = match size {
                Some(_) => "{bar:24.cyan/dim} {percent:>3} % {wide_msg}",
                None => "{spinner} {wide_msg}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━━╌"));
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        console.attach(bar.clone());
        Progress {
            console,
            bar,
            lines: show == Show::Lines,
            started: Instant::now(),
            last_line: Mutex::new(Instant::now()),
            size,
            input_bytes: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            accepted_rows: AtomicU64::new(0),
            accepted_batches: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            waiting: Mutex::new(None),
        }
    }

    /// Rows were read; `input_bytes` is how much of the input that was, from its beginning.
    pub fn read(&self, rows: u64, input_bytes: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.input_bytes.store(input_bytes, Ordering::Relaxed);
        self.show();
    }

    /// Rows were rejected.
    pub fn rejected(&self, rows: u64) {
        self.rejected.fetch_add(rows, Ordering::Relaxed);
    }

    /// A request was accepted; `whole_batch` when its batch is settled with it.
    pub fn accepted(&self, rows: u64, whole_batch: bool) {
        self.accepted_rows.fetch_add(rows, Ordering::Relaxed);
        if whole_batch {
            self.accepted_batches.fetch_add(1, Ordering::Relaxed);
        }
        if let Ok(mut waiting) = self.waiting.lock() {
            *waiting = None;
        }
        self.show();
    }

    /// A lane waits; `text` says for what and how long. Shown until something is accepted again.
    pub fn waiting(&self, text: String) {
        if self.bar.is_some() {
            if let Ok(mut waiting) = self.waiting.lock() {
                *waiting = Some(text);
            }
            self.show();
        } else if self.lines {
            self.console.line(&text);
        }
    }

    /// Draws what there is to draw now.
    pub fn show(&self) {
        if let Some(bar) = &self.bar {
            if let Some(size) = self.size {
                bar.set_position(self.input_bytes.load(Ordering::Relaxed).min(size));
            }
            bar.set_message(self.message());
        } else if self.lines
            && let Ok(mut last) = self.last_line.lock()
            && last.elapsed() >= LINE_EVERY
        {
            *last = Instant::now();
            self.console.line(&self.line());
        }
    }

    fn message(&self) -> String {
        let mut text = self.counts();
        if let Some(left) = self.time_left() {
            text.push_str(&format!(" · {} left", indicatif::HumanDuration(left)));
        }
        if let Ok(waiting) = self.waiting.lock()
            && let Some(waiting) = waiting.as_ref()
        {
            text.push_str(" · ");
            text.push_str(waiting);
        }
        text
    }

    fn line(&self) -> String {
        let read = self.input_bytes.load(Ordering::Relaxed);
        let part = match self.size {
            Some(size) if size > 0 => {
                format!("{} % of {}: ", read.min(size) * 100 / size, bytes(size))
            }
            _ => format!("{} read: ", bytes(read)),
        };
        let left = self
            .time_left()
            .map(|left| format!(", {} left", indicatif::HumanDuration(left)))
            .unwrap_or_default();
        format!("{part}{}{left}", self.counts())
    }

    fn counts(&self) -> String {
        let rows = self.rows.load(Ordering::Relaxed);
        let seconds = self.started.elapsed().as_secs().max(1);
        let batches = self.accepted_batches.load(Ordering::Relaxed);
        let es = if batches == 1 { "" } else { "es" };
        format!(
            "{} · {} batch{es} accepted · {} rejected · {} rows/s",
            plural(rows, "row"),
            thousands(batches),
            thousands(self.rejected.load(Ordering::Relaxed)),
            thousands(rows / seconds)
        )
    }

    /// From the share of the input that is behind us; `None` while that says little.
    fn time_left(&self) -> Option<Duration> {
        let size = self.size?;
        let read = self.input_bytes.load(Ordering::Relaxed);
        let passed = self.started.elapsed();
        if read == 0 || read >= size || passed < Duration::from_secs(2) {
            return None;
        }
        // Thousandths are fine enough, and cannot overflow for any file there is.
        let done = (read.saturating_mul(1000) / size).max(1);
        let left = u64::try_from(passed.as_millis())
            .ok()?
            .saturating_mul(1000 - done.min(1000))
            / done;
        Some(Duration::from_secs(left / 1000))
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.console.attach(None);
    }
}

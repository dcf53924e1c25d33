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
    lines: Option<Mutex<Every>>,
    counts: Counts,
    waiting: Mutex<Option<String>>,
}

impl<'c> Progress<'c> {
    /// Progress over an input of `size` bytes, shown as `show` says.
    #[must_use]
    pub fn start(console: &'c Console, show: Show, size: Option<u64>) -> Progress<'c> {
        let bar = (show == Show::Bar).then(|| {
            let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr_with_hz(10));
            // Two lines: what does not fit into the terminal's width is cut, and a wait must be seen.
            let template = match size {
                Some(_) => "{bar:24.cyan/dim} {prefix}\n{wide_msg}",
                None => "{spinner} {prefix}\n{wide_msg}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━━╌"));
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        console.attach(bar.clone());
        let progress = Progress {
            console,
            bar,
            lines: (show == Show::Lines)
                .then(|| Mutex::new(Every::new(LINE_EVERY, Instant::now()))),
            counts: Counts::new(size, Instant::now()),
            waiting: Mutex::new(None),
        };
        progress.show();
        progress
    }

    /// Rows were read; `input_bytes` is how much of the input that was, from its beginning.
    pub fn read(&self, rows: u64, input_bytes: u64) {
        self.counts.rows.fetch_add(rows, Ordering::Relaxed);
        self.counts.read.store(input_bytes, Ordering::Relaxed);
        self.show();
    }

    /// Rows were rejected.
    pub fn rejected(&self, rows: u64) {
        self.counts.rejected.fetch_add(rows, Ordering::Relaxed);
    }

    /// A request was accepted; `whole_batch` when its batch is settled with it.
    pub fn accepted(&self, whole_batch: bool) {
        if whole_batch {
            self.counts.batches.fetch_add(1, Ordering::Relaxed);
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
        } else if self.lines.is_some() {
            self.console.line(&text);
        }
    }

    /// Draws what there is to draw now.
    pub fn show(&self) {
        let now = Instant::now();
        if let Some(bar) = &self.bar {
            if let Some(size) = self.counts.size {
                bar.set_position(self.counts.read.load(Ordering::Relaxed).min(size));
            }
            bar.set_prefix(self.counts.pace(now));
            let waiting = self.waiting.lock().ok().and_then(|waiting| waiting.clone());
            bar.set_message(match waiting {
                Some(waiting) => format!("{waiting} · {}", self.counts.so_far()),
                None => self.counts.so_far(),
            });
        } else if let Some(lines) = &self.lines
            && let Ok(mut every) = lines.lock()
            && every.is_due(now)
        {
            self.console.line(&self.counts.line(now));
        }
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

/// Says when a line is due.
#[derive(Debug)]
struct Every {
    interval: Duration,
    last: Instant,
}

impl Every {
    fn new(interval: Duration, now: Instant) -> Every {
        Every {
            interval,
            last: now,
        }
    }

    fn is_due(&mut self, now: Instant) -> bool {
        let due = now.duration_since(self.last) >= self.interval;
        if due {
            self.last = now;
        }
        due
    }
}

/// What is counted, and how it reads.
#[derive(Debug)]
struct Counts {
    started: Instant,
    /// Size of the input in bytes as it lies on the disk, if it is known.
    size: Option<u64>,
    /// How much of that has been read.
    read: AtomicU64,
    rows: AtomicU64,
    batches: AtomicU64,
    rejected: AtomicU64,
}

impl Counts {
    fn new(size: Option<u64>, started: Instant) -> Counts {
        Counts {
            started,
            size,
            read: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
        }
    }

    /// Share of the input, rate and time left.
    fn pace(&self, now: Instant) -> String {
        let read = self.read.load(Ordering::Relaxed);
        let rows = self.rows.load(Ordering::Relaxed);
        let seconds = now.duration_since(self.started).as_secs().max(1);
        let mut text = match self.size {
            Some(size) if size > 0 => {
                let percent = u128::from(read.min(size)) * 100 / u128::from(size);
                format!("{percent} % of {}", bytes(size))
            }
            _ => format!("{} read", bytes(read)),
        };
        text.push_str(&format!(" · {} rows/s", thousands(rows / seconds)));
        if let Some(left) = self.time_left(now) {
            text.push_str(&format!(" · {} left", indicatif::HumanDuration(left)));
        }
        text
    }

    /// Rows, batches, rejects.
    fn so_far(&self) -> String {
        let batches = self.batches.load(Ordering::Relaxed);
        let es = if batches == 1 { "" } else { "es" };
        format!(
            "{} · {} batch{es} accepted · {} rejected",
            plural(self.rows.load(Ordering::Relaxed), "row"),
            thousands(batches),
            thousands(self.rejected.load(Ordering::Relaxed)),
        )
    }

    /// All of it in a line of its own.
    fn line(&self, now: Instant) -> String {
        format!("{} · {}", self.pace(now), self.so_far())
    }

    /// From the share of the input that is behind us; `None` while that says little.
    fn time_left(&self, now: Instant) -> Option<Duration> {
        let size = self.size?;
        let read = self.read.load(Ordering::Relaxed);
        let passed = now.duration_since(self.started);
        if read == 0 || read >= size || passed < Duration::from_secs(2) {
            return None;
        }
        let left = passed.as_millis() * u128::from(size - read) / u128::from(read);
        u64::try_from(left / 1000).ok().map(Duration::from_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(size: Option<u64>, started: Instant) -> Counts {
        let counts = Counts::new(size, started);
        counts.read.store(1 << 20, Ordering::Relaxed);
        counts.rows.store(12_000, Ordering::Relaxed);
        counts.batches.store(1, Ordering::Relaxed);
        counts.rejected.store(3, Ordering::Relaxed);
        counts
    }

    #[test]
    fn a_line_is_due_every_thirty_seconds_and_not_before() {
        let start = Instant::now();
        let mut every = Every::new(LINE_EVERY, start);
        let due: Vec<u64> = (0..=100)
            .filter(|&second| every.is_due(start + Duration::from_secs(second)))
            .collect();
        assert_eq!(due, [30, 60, 90]);
    }

    #[test]
    fn a_line_has_share_rate_time_left_and_counts() {
        let start = Instant::now();
        assert_eq!(
            counts(Some(4 << 20), start).line(start + Duration::from_secs(60)),
            "25 % of 4.00 MiB · 200 rows/s · 3 minutes left · 12,000 rows · 1 batch accepted · 3 rejected"
        );
    }

    #[test]
    fn where_the_size_is_not_known_no_time_is_foretold() {
        let start = Instant::now();
        assert_eq!(
            counts(None, start).line(start + Duration::from_secs(60)),
            "1.00 MiB read · 200 rows/s · 12,000 rows · 1 batch accepted · 3 rejected"
        );
    }
}

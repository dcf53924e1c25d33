//! What becomes of each chunk besides its rows being sent: rejects told and written, counts, progress.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;

use crate::mapping::Noticed;
use crate::pipeline::Chunk;
use crate::prepare::Encoded;
use crate::rejects::{RecordFormat, RejectsFile};
use crate::report::summary::plural;
use crate::report::{Console, Progress, Summary};

/// How many rejected rows are told one by one on stderr.
const TOLD: u64 = 20;

/// Rejected rows of one run, whether they were found here or by the server.
pub(super) struct RejectLog<'c> {
    console: &'c Console,
    file: Mutex<Option<RejectsFile>>,
    /// The input's name and how its records are written.
    source: String,
    format: RecordFormat,
    count: AtomicU64,
    most: Option<u64>,
}

impl<'c> RejectLog<'c> {
    pub(super) fn new(
        console: &'c Console,
        file: Option<RejectsFile>,
        source: String,
        format: RecordFormat,
        most: Option<u64>,
    ) -> RejectLog<'c> {
        RejectLog {
            console,
            file: Mutex::new(file),
            source,
            format,
            count: AtomicU64::new(0),
            most,
        }
    }

    /// Whether originals are to be kept for the file.
    pub(super) fn keeps_originals(&self) -> bool {
        self.file.lock().is_ok_and(|file| file.is_some())
    }

    /// How records are written.
    pub(super) fn format(&self) -> RecordFormat {
        self.format
    }

    /// A rejected row, with its record for the file.
    pub(super) fn reject(
        &self,
        line: u64,
        reason: &str,
        original: Option<&[u8]>,
    ) -> anyhow::Result<()> {
        let before = self.count.fetch_add(1, Ordering::Relaxed);
        if before < TOLD {
            self.console
                .warning(format!("{}, line {line}: {reason}", self.source));
        }
        if let (Some(original), Ok(mut file)) = (original, self.file.lock())
            && let Some(file) = file.as_mut()
        {
            file.record(original, line, reason).with_context(|| {
                format!("cannot write to the rejects file {}", file.path().display())
            })?;
        }
        Ok(())
    }

    /// Hands the file to the operating system.
    pub(super) fn flush(&self) -> anyhow::Result<()> {
        if let Ok(mut file) = self.file.lock()
            && let Some(file) = file.as_mut()
        {
            file.flush().with_context(|| {
                format!("cannot write to the rejects file {}", file.path().display())
            })?;
        }
        Ok(())
    }

    /// Rows rejected so far.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether there are more than `--max-rejects`.
    pub(super) fn too_many(&self) -> bool {
        self.most.is_some_and(|most| self.count() > most)
    }

    /// Ends the file and tells where it is.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let count = self.count();
        if count > TOLD {
            self.console
                .warning(format!("{} more rejected", plural(count - TOLD, "row")));
        }
        let file = self.file.into_inner().unwrap_or(None);
        if let Some(file) = file {
            let path = file.path().to_owned();
            let rows = file
                .finish()
                .with_context(|| format!("cannot write to the rejects file {}", path.display()))?;
            if rows > 0 {
                self.console.say(format!(
                    "rejected rows are in {}; mend them there and import that file",
                    path.display()
                ));
            }
        } else if count > TOLD {
            self.console
                .say("to have all rejected rows in a file, add --rejects FILE");
        }
        Ok(())
    }
}

/// Counts of what was read.
#[derive(Default)]
pub(super) struct Intake {
    pub(super) rows_read: u64,
    pub(super) rows_skipped: u64,
    pub(super) noticed: Noticed,
    record: Vec<u8>,
}

impl Intake {
    /// Takes note of a chunk: its rejects go to the log, its counts to the summary and the bar.
    pub(super) fn chunk(
        &mut self,
        chunk: &Chunk<Encoded>,
        input_bytes: u64,
        rejects: &RejectLog<'_>,
        progress: &Progress<'_>,
    ) -> anyhow::Result<()> {
        let made = &chunk.made;
        let keep = rejects.keeps_originals();
        for (source, reject) in &made.rejects {
            let Some(row) = chunk.rows.get(*source) else {
                continue;
            };
            self.record.clear();
            if keep {
                rejects.format().write(row, &mut self.record);
            }
            rejects.reject(
                row.line(),
                &reject.to_string(),
                keep.then_some(&self.record),
            )?;
        }
        if !made.rejects.is_empty() {
            rejects.flush()?;
            progress.rejected(made.rejects.len() as u64);
        }
        self.rows_read += chunk.rows.len() as u64;
        self.rows_skipped += made.skipped;
        self.noticed.add(made.noticed);
        progress.read(chunk.rows.len() as u64, input_bytes);
        Ok(())
    }

    /// Writes the counts into the summary.
    pub(super) fn report(&self, rejects: &RejectLog<'_>, summary: &mut Summary) {
        summary.rows_read = self.rows_read;
        summary.rows_skipped = self.rows_skipped;
        summary.rows_rejected = rejects.count();
        summary.contacts_left_out = self.noticed.contacts_left_out;
        summary.long_values = self.noticed.long_values;
    }
}

//! The counts of a run, as text for people and as JSON for programs.
//!
//! "Accepted", never "updated": the API does not tell which profiles it knew.

use std::time::Duration;

use serde::Serialize;

/// The counts of an import. Serialised, it is the object that `--format json` prints.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub struct Summary {
    /// Whether this was a dry run, in which nothing is sent.
    pub dry_run: bool,
    /// Where the rows went, in words; nowhere in a dry run.
    pub destination: Option<String>,
    /// Data rows read from the file.
    pub rows_read: u64,
    /// Rows that the server accepted in this run.
    pub rows_sent: u64,
    /// Rows that an earlier run had sent.
    pub rows_already_sent: u64,
    /// Rows with nothing to send.
    pub rows_skipped: u64,
    /// Rows rejected, here or by the server.
    pub rows_rejected: u64,
    /// Rows of requests with counters that may or may not have been applied.
    pub rows_in_doubt: u64,
    /// Rows in doubt since an earlier run and left out, as `--in-doubt skip` asked.
    pub rows_abandoned: u64,
    /// Rows that were read and are left for the next run.
    pub rows_not_sent: u64,
    /// Rows that a dry run found ready to be sent.
    pub rows_ready: u64,
    /// Batches that the server accepted in this run.
    pub batches_acknowledged: u64,
    /// Batches not sent because an earlier run had sent them.
    pub batches_already_sent: u64,
    /// Batches in doubt.
    pub batches_in_doubt: u64,
    /// Batches that a dry run found ready to be sent.
    pub batches_ready: u64,
    /// Requests made again.
    pub retries: u64,
    /// Bytes of request bodies that the server accepted.
    pub bytes_sent: u64,
    /// Contacts that did not normalise and were left out of their rows.
    pub contacts_left_out: u64,
    /// String values longer than the 200 characters that AppMetrica keeps.
    pub long_values: u64,
    /// Time from the start to the end, in seconds.
    pub seconds: f64,
    /// The exit code that the program ends with.
    pub exit_code: u8,
    /// Why the run stopped early, if it did.
    pub stopped: Option<String>,
}

impl Summary {
    /// Sets the time that the run took.
    pub fn took(&mut self, time: Duration) {
        // Milliseconds are as exact as anybody needs.
        self.seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    }

    /// The summary as JSON, one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The summary as a few lines of text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = Vec::new();
        let mut line = |label: &str, text: String| lines.push(format!("  {label:<9} {text}"));
        line("read", plural(self.rows_read, "row"));
        if self.dry_run {
            line(
                "ready",
                format!(
                    "{} in {}; nothing was sent (dry run)",
                    plural(self.rows_ready, "row"),
                    batches(self.batches_ready)
                ),
            );
        } else {
            line(
                "accepted",
                format!(
                    "{} in {} ({})",
                    plural(self.rows_sent, "row"),
                    batches(self.batches_acknowledged),
                    bytes(self.bytes_sent)
                ),
            );
        }
        if self.batches_already_sent > 0 {
            line(
                "earlier",
                format!(
                    "{} in {} had been sent by an earlier run",
                    plural(self.rows_already_sent, "row"),
                    batches(self.batches_already_sent)
                ),
            );
        }
        if self.rows_skipped > 0 {
            line(
                "skipped",
                format!("{} with nothing to send", plural(self.rows_skipped, "row")),
            );
        }
        if self.rows_rejected > 0 || !self.dry_run {
            line("rejected", plural(self.rows_rejected, "row"));
        }
        if self.batches_in_doubt > 0 {
            line(
                "in doubt",
                format!(
                    "{} in {}: may or may not have been counted, and were not repeated",
                    plural(self.rows_in_doubt, "row"),
                    batches(self.batches_in_doubt)
                ),
            );
        }
        if self.rows_abandoned > 0 {
            line(
                "left out",
                format!(
                    "{} in doubt since an earlier run, as asked",
                    plural(self.rows_abandoned, "row")
                ),
            );
        }
        if self.rows_not_sent > 0 {
            line(
                "left",
                format!("{} not sent yet", plural(self.rows_not_sent, "row")),
            );
        }
        if self.contacts_left_out > 0 {
            line(
                "left out",
                format!(
                    "{} that did not normalise",
                    plural(self.contacts_left_out, "contact")
                ),
            );
        }
        if self.long_values > 0 {
            line(
                "long",
                format!(
                    "{} over 200 characters, which AppMetrica cuts",
                    plural(self.long_values, "value")
                ),
            );
        }
        if self.retries > 0 {
            line("repeated", plural(self.retries, "request"));
        }
        if let Some(destination) = &self.destination {
            line("to", destination.clone());
        }
        line("took", format!("{:.1} s", self.seconds));
        lines.join("\n")
    }
}

/// A count with its noun, thousands set apart: `1,204 rows`.
#[must_use]
pub fn plural(count: u64, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {noun}{s}", thousands(count))
}

fn batches(count: u64) -> String {
    if count == 1 {
        "1 batch".to_owned()
    } else {
        format!("{} batches", thousands(count))
    }
}

/// A number with its thousands set apart.
#[must_use]
pub fn thousands(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

/// A size in the unit that reads best.
#[must_use]
pub fn bytes(count: u64) -> String {
    indicatif::BinaryBytes(count).to_string()
}

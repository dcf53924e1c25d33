//! The plan as text: what was found in the file, what becomes of each column, and where it goes.

use std::time::Duration;

use crate::attribute::Type;
use crate::batch::IdentifierKind;
use crate::mapping::{Column, Meaning, Plan, Rule, Shape};
use crate::profile::printable;

use super::summary::{plural, thousands};

/// What is known before the first request.
#[derive(Debug)]
pub struct Preview<'a> {
    /// The file and what was found out about it: encoding, delimiter, compression, size.
    pub source: String,
    /// What each column means.
    pub plan: &'a Plan,
    /// Where the rows go, in words.
    pub destination: String,
    /// One row as it will be sent, masked.
    pub sample: Option<String>,
    /// How much there is to send.
    pub estimate: Estimate,
    /// Rows in a batch, at most, and requests under way at once.
    pub batch_rows: usize,
    /// See `batch_rows`.
    pub jobs: usize,
}

/// How much there is to send, as far as the first rows and the file's size tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// Every row has been looked at.
    Exact(Amount),
    /// From the share that the first rows are of the file.
    About(Amount),
    /// There are at least so many rows; the input does not tell more.
    AtLeast(u64),
}

/// Rows, the batches they make, and how long that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Rows of the file.
    pub rows: u64,
    /// Batches.
    pub batches: u64,
    /// How long sending them takes, if the server takes [`SECONDS_A_BATCH`] for each.
    pub time: Duration,
}

/// A guess, said to be one: nobody knows beforehand how fast the server will be.
pub const SECONDS_A_BATCH: u64 = 1;

impl Preview<'_> {
    /// The plan, several lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let shape = match self.plan.shape {
            Shape::Native => "a native file: attributes as JSON",
            Shape::Wide => "one column per attribute",
        };
        let mut lines = vec![format!("{}; {shape}", self.source)];
        let (ignored, sent): (Vec<&Column>, Vec<&Column>) = self
            .plan
            .columns
            .iter()
            .partition(|column| column.meaning == Meaning::Ignored);
        let width = sent
            .iter()
            .map(|c| shown(c).chars().count())
            .max()
            .unwrap_or(0)
            .min(32);
        let mut numbers = [0; 3];
        for column in sent {
            lines.push(format!(
                "  {:<width$}  {}{}",
                shown(column),
                becomes(column, &mut numbers),
                by(column)
            ));
        }
        if !ignored.is_empty() {
            let names: Vec<String> = ignored.into_iter().map(shown).collect();
            lines.push(format!("  not sent: {}", names.join(", ")));
        }
        match &self.sample {
            Some(sample) => lines.push(format!("as it is sent, masked: {sample}")),
            None => lines.push("none of the first rows can be sent".to_owned()),
        }
        lines.push(self.amount());
        lines.push(self.destination.clone());
        lines.join("\n")
    }

    fn amount(&self) -> String {
        let each = format!(
            "of up to {} rows, {} at a time",
            thousands(self.batch_rows as u64),
            self.jobs
        );
        let (about, amount) = match self.estimate {
            Estimate::Exact(amount) => ("", amount),
            Estimate::About(amount) => ("about ", amount),
            Estimate::AtLeast(rows) => {
                return format!(
                    "at least {}, in batches {each}; how many there are shows at the end",
                    plural(rows, "row")
                );
            }
        };
        let batches = if amount.batches == 1 {
            "1 batch".to_owned()
        } else {
            format!("{} batches", thousands(amount.batches))
        };
        format!(
            "{about}{}, {about}{batches} {each}; about {} if the server takes {SECONDS_A_BATCH} s for a batch",
            plural(amount.rows, "row"),
            indicatif::HumanDuration(amount.time)
        )
    }
}

/// A column's name for people.
fn shown(column: &Column) -> String {
    if column.name.is_empty() {
        format!("column {} (no name)", column.index + 1)
    } else {
        printable(&column.name)
    }
}

fn becomes(column: &Column, numbers: &mut [usize; 3]) -> String {
    match &column.meaning {
        Meaning::Identifier(IdentifierKind::ProfileId) => {
            "names the profile (profile_id)".to_owned()
        }
        Meaning::Identifier(IdentifierKind::DeviceId) => {
            "names the profile (appmetrica_device_id)".to_owned()
        }
        Meaning::Application => "must be the application".to_owned(),
        Meaning::Contact(contact) => {
            let index = numbers[*contact as usize];
            numbers[*contact as usize] += 1;
            let name = contact.attributes().get(index).copied().unwrap_or_default();
            format!("→ {name} (normalised and hashed)")
        }
        Meaning::Hashed(key) => format!("→ {} (a hash already)", key.name()),
        Meaning::Attribute(key, Type::Counter) => format!(
            "→ {}, counter: added to what is there",
            printable(key.name())
        ),
        Meaning::Attribute(key, kind) => format!("→ {}, {kind}", printable(key.name())),
        Meaning::Json => "→ attributes, as they stand in the JSON".to_owned(),
        Meaning::Ignored => "not sent".to_owned(),
    }
}

fn by(column: &Column) -> &'static str {
    match (column.rule, &column.meaning) {
        (Rule::Map, _) => "  [--map]",
        (Rule::MappingFile, _) => "  [mapping file]",
        (Rule::Declared, _) => "  [attributes] of the config",
        (Rule::Default, Meaning::Ignored) | (Rule::Header, _) => "",
        (Rule::Default, _) => "  [no rule: by its name]",
    }
}

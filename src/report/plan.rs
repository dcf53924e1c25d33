//! The plan as text: what was found in the file, what becomes of each column, and where it goes.

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
    /// Where the rows go, in words; `None` when they go nowhere.
    pub destination: Option<String>,
    /// One row as it will be sent, masked.
    pub sample: Option<String>,
    /// How many rows there are, and whether that is exact.
    pub rows: Option<(u64, bool)>,
    /// Rows in a batch, at most, and requests under way at once.
    pub batch_rows: usize,
    /// See `batch_rows`.
    pub jobs: usize,
}

impl Preview<'_> {
    /// The plan, several lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let shape = match self.plan.shape {
            Shape::Native => "a native file: attributes as JSON",
            Shape::Wide => "one column per attribute",
        };
        let mut lines = vec![format!("{}; {shape}", self.source)];
        let width = self
            .plan
            .columns
            .iter()
            .map(|c| printable(&c.name).chars().count())
            .max()
            .unwrap_or(0)
            .min(32);
        let mut numbers = [0; 3];
        for column in &self.plan.columns {
            let name = if column.name.is_empty() {
                "(no name)".to_owned()
            } else {
                printable(&column.name)
            };
            lines.push(format!(
                "  {name:<width$}  {}{}",
                becomes(column, &mut numbers),
                by(column)
            ));
        }
        if let Some(sample) = &self.sample {
            lines.push(format!("as it is sent, masked: {sample}"));
        }
        if let Some((rows, exact)) = self.rows {
            let about = if exact { "" } else { "about " };
            let batches = rows.div_ceil(self.batch_rows as u64).max(1);
            let batches = if batches == 1 {
                "1 batch".to_owned()
            } else {
                format!("{} batches", thousands(batches))
            };
            lines.push(format!(
                "{about}{}, {about}{batches} of up to {} rows, {} at a time",
                plural(rows, "row"),
                thousands(self.batch_rows as u64),
                self.jobs
            ));
        }
        match &self.destination {
            Some(destination) => lines.push(format!("to {destination}")),
            None => lines.push("nothing is sent (dry run)".to_owned()),
        }
        lines.join("\n")
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
        (Rule::Default, _) => "  [by its name]",
    }
}

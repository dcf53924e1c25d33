//! What the first rows of a file show before anything is sent: personal data in the clear, rows of another
//! application, numbers that would go as strings, and a sample of what is sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::{self, Key, Type, Value};
use crate::batch::IdentifierKind;
use crate::guard::ColumnWatch;
use crate::input::Rows;
use crate::profile::{Identifier, ProfileSink, printable};

use super::outcome::RowOutcome;
use super::plan::{Column, Meaning, Plan, Rule};
use super::row::{RowReader, clear_contact};

/// Rows that are looked at, at most: enough for a share, and no delay.
const ROWS: usize = 5_000;

/// What the first rows show.
#[derive(Debug, Default)]
pub struct Head {
    /// Reasons not to send anything.
    pub problems: Vec<String>,
    /// What the user should know.
    pub notices: Vec<String>,
    /// The first row that can be sent, as it will be sent, masked.
    pub sample: Option<String>,
    /// Whether a row holds a counter, or a number that may be one.
    pub has_counters: bool,
}

/// Looks at the first rows of a file.
#[must_use]
pub fn inspect(plan: &Plan, rows: &Rows) -> Head {
    let mut head = Head::default();
    for column in &plan.columns {
        match &column.meaning {
            Meaning::Attribute(_, Type::String) => inspect_text(column, rows, &mut head),
            Meaning::Application => inspect_application(column, plan, rows, &mut head),
            _ => {}
        }
    }
    let mut reader = RowReader::new(plan);
    for row in rows.iter().take(ROWS) {
        let mut sample = Sample::default();
        if let Ok(RowOutcome::Profile { has_counters, .. }) = reader.read(row, &mut sample) {
            head.has_counters |= has_counters;
            head.sample.get_or_insert_with(|| sample.finish());
        }
    }
    head
}

fn inspect_text(column: &Column, rows: &Rows, head: &mut Head) {
    let mut watch = ColumnWatch::default();
    let mut values = 0;
    let mut numbers = 0;
    for row in rows.iter().take(ROWS) {
        let value = row.field(column.index).unwrap_or_default();
        if value.is_empty() {
            continue;
        }
        watch.see(value);
        values += 1;
        // A code such as 007 is no number, and long digits are names, not amounts.
        numbers += usize::from(value.len() <= 15 && attribute::is_json_number(value));
    }
    if let Some(looks) = watch.verdict()
        && !column.allow_plain
    {
        head.problems.push(format!(
            "column \"{}\": {}",
            printable(&column.name),
            clear_contact(looks, &column.name)
        ));
    } else if column.rule == Rule::Default && values > 0 && values == numbers {
        let name = printable(&column.name);
        head.notices.push(format!(
            "column \"{name}\" is sent as a string, but holds nothing but numbers; if it is one, say so with --map \"{name}={name}:number\" (or :counter), or in the config's [attributes]"
        ));
    }
}

fn inspect_application(column: &Column, plan: &Plan, rows: &Rows, head: &mut Head) {
    let Some(ours) = plan.application_id else {
        return;
    };
    let other = rows
        .iter()
        .take(ROWS)
        .find(|row| row.field(column.index).unwrap_or_default().parse() != Ok(ours));
    if let Some(row) = other {
        head.problems.push(format!(
            "line {}, column \"{}\": the row is not for application {ours}, which the credentials are for; choose another with --app or --application-id",
            row.line(),
            printable(&column.name)
        ));
    }
}

/// A profile as text with personal values masked and hashes shortened.
#[derive(Debug, Default)]
struct Sample {
    identifier: String,
    attributes: Vec<String>,
}

impl Sample {
    fn finish(self) -> String {
        format!("{}  {{{}}}", self.identifier, self.attributes.join(","))
    }
}

impl ProfileSink for Sample {
    fn identifier(&mut self, identifier: Identifier<'_>) {
        let name = match identifier.kind {
            IdentifierKind::ProfileId => "profile_id",
            IdentifierKind::DeviceId => "appmetrica_device_id",
        };
        self.identifier = format!("{name} {}", masked(identifier.value));
    }

    fn attribute(&mut self, key: &Key, value: Value<'_>) {
        self.named_attribute(key.name(), value);
    }

    fn named_attribute(&mut self, name: &str, value: Value<'_>) {
        let value = match value {
            Value::Text(text) => format!("\"{}\"", masked(text)),
            Value::Number(digits) => digits.to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Hash(hash) => format!("\"{}…\"", &hash.as_str()[..8]),
        };
        self.attributes
            .push(format!("\"{}\":{value}", printable(name)));
    }
}

/// A value of which only as much is shown as recognising it takes.
#[must_use]
pub fn masked(text: &str) -> String {
    let length = text.chars().count();
    let keep = match length {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    printable(&text.chars().take(keep).chain(['…']).collect::<String>())
}

/// The attribute names in the rows of a native file, each once, with its type as far as it shows.
#[derive(Debug, Default)]
pub struct NativeNames {
    /// Name and type; a number of undeclared type is "number or counter".
    pub names: BTreeMap<String, &'static str>,
    /// What is wrong with rows, each kind once, with the first line it is on.
    pub problems: Vec<String>,
    seen: BTreeSet<String>,
}

impl NativeNames {
    /// Problems kept, at most.
    const MOST: usize = 20;

    /// Looks at more rows.
    pub fn see(&mut self, plan: &Plan, rows: &Rows) {
        let mut reader = RowReader::new(plan);
        for row in rows {
            let mut names = Names {
                plan,
                names: &mut self.names,
            };
            if let Err(reject) = reader.read(row, &mut names)
                && self.problems.len() < NativeNames::MOST
                && self.seen.insert(reject.to_string())
            {
                self.problems.push(format!("line {}: {reject}", row.line()));
            }
        }
    }
}

struct Names<'a> {
    plan: &'a Plan,
    names: &'a mut BTreeMap<String, &'static str>,
}

impl ProfileSink for Names<'_> {
    fn identifier(&mut self, _: Identifier<'_>) {}

    fn attribute(&mut self, key: &Key, value: Value<'_>) {
        self.named_attribute(key.name(), value);
    }

    fn named_attribute(&mut self, name: &str, value: Value<'_>) {
        if !self.names.contains_key(name) {
            let kind = match (value, self.plan.declared.get(name)) {
                (_, Some(declared)) => declared.as_str(),
                (Value::Text(_) | Value::Hash(_), None) => "string",
                (Value::Bool(_), None) => "bool",
                (Value::Number(_), None) => "number or counter (not declared)",
            };
            self.names.insert(name.to_owned(), kind);
        }
    }
}

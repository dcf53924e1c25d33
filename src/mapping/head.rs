//! What the first rows of a file show before anything is sent: personal data in the clear, rows of another
//! application, numbers that would go as strings, and a sample of what is sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::{self, Key, Type, Value};
use crate::batch::IdentifierKind;
use crate::guard::{ColumnWatch, Looks};
use crate::input::Rows;
use crate::profile::{Identifier, ProfileSink, printable};

use super::outcome::RowOutcome;
use super::plan::{Column, Meaning, Plan};
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
            Meaning::Attribute(_, Type::String) => inspect_text(column, plan, rows, &mut head),
            Meaning::Application => inspect_application(column, plan, rows, &mut head),
            Meaning::Json => inspect_native(plan, rows, &mut head),
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

fn inspect_text(column: &Column, plan: &Plan, rows: &Rows, head: &mut Head) {
    let mut watch = ColumnWatch::default();
    let mut seen = Texts::default();
    for row in rows.iter().take(ROWS) {
        let value = plan
            .habits
            .undo(row.field(column.index).unwrap_or_default());
        if !value.is_empty() {
            watch.see(value);
            seen.see(value);
        }
    }
    let name = printable(&column.name);
    if let Some(looks) = watch.verdict()
        && !column.allow_plain
    {
        head.problems.push(format!(
            "column \"{name}\": {}",
            clear_contact(looks, &column.name)
        ));
        return;
    }
    if !column.typed
        && let Some(notice) = seen.looks_numeric(&name, plan.decimal_comma)
    {
        head.notices.push(notice);
    }
    if seen.nulls > 0 {
        head.notices.push(format!(
            "column \"{name}\" has cells \\N, which are sent as this text; if they stand for no value, as ClickHouse and MySQL write it, add --null '\\N'"
        ));
    }
}

/// What the values of a string column have in common.
#[derive(Default)]
struct Texts {
    values: usize,
    numbers: usize,
    decimal_commas: usize,
    nulls: usize,
    scratch: String,
}

impl Texts {
    fn see(&mut self, value: &str) {
        // A code such as 007 is no number, and long digits are names, not amounts.
        const LONGEST: usize = 15;
        if value == "\\N" {
            self.nulls += 1;
            return;
        }
        self.values += 1;
        let value = value.trim();
        if value.len() > LONGEST && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if attribute::is_json_number(value) {
            self.numbers += 1;
        } else if attribute::read_decimal_comma(value, &mut self.scratch) {
            self.decimal_commas += 1;
        }
    }

    fn looks_numeric(&self, name: &str, comma_is_read: bool) -> Option<String> {
        if self.values == 0 || self.values != self.numbers + self.decimal_commas {
            return None;
        }
        let comma = if self.decimal_commas > 0 && !comma_is_read {
            " and --decimal-comma"
        } else {
            ""
        };
        Some(format!(
            "column \"{name}\" is sent as a string, but holds nothing but numbers; if it is one, say so with --map \"{name}={name}:number\" (or :counter){comma}, or in the config's [attributes]"
        ))
    }
}

/// What the first rows of a native file show of their attributes.
fn inspect_native(plan: &Plan, rows: &Rows, head: &mut Head) {
    let mut names = NativeNames::default();
    names.see(plan, rows);
    head.problems.extend(names.too_many());
    head.notices.extend(names.in_the_clear());
    head.notices.extend(names.disagreements);
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
    /// Name, type and the first line it is on; a number of undeclared type may be a counter.
    pub names: BTreeMap<String, (Kind, u64)>,
    /// What is wrong with rows, each kind once, with the first line it is on.
    pub problems: Vec<String>,
    /// Attributes that are of one type in one row and of another in a later one.
    pub disagreements: Vec<String>,
    /// String values longer than AppMetrica keeps.
    pub long_values: u64,
    told: BTreeSet<String>,
    watches: BTreeMap<String, ColumnWatch>,
}

/// The type of a value in a native file, as far as it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Known.
    Known(Type),
    /// A number that nobody declared.
    NumberOrCounter,
}

impl Kind {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Known(known) => known.as_str(),
            Kind::NumberOrCounter => "number or counter (not declared)",
        }
    }
}

impl NativeNames {
    /// Messages of a kind that are kept, at most.
    const MOST: usize = 20;

    /// Names that are kept, at most: a file whose names are data has no end of them.
    const MOST_NAMES: usize = 10_000;

    /// Looks at more rows.
    pub fn see(&mut self, plan: &Plan, rows: &Rows) {
        let mut reader = RowReader::new(plan);
        for row in rows {
            let mut names = Names {
                plan,
                line: row.line(),
                found: self,
            };
            if let Err(reject) = reader.read(row, &mut names)
                && self.problems.len() < NativeNames::MOST
                && self.told.insert(reject.to_string())
            {
                self.problems.push(format!("line {}: {reject}", row.line()));
            }
        }
        self.long_values += reader.take_noticed().long_values;
    }

    /// The message when all rows together have more attributes than an application can have.
    #[must_use]
    pub fn too_many(&self) -> Option<String> {
        let custom = |name: &str| attribute::check_name(name) == Ok(attribute::NameKind::Custom);
        let mut lines: Vec<u64> = self
            .names
            .iter()
            .filter(|(name, _)| custom(name))
            .map(|(_, (_, line))| *line)
            .collect();
        if lines.len() <= attribute::MAX_CUSTOM {
            return None;
        }
        lines.sort_unstable();
        Some(format!(
            "column \"attributes\": the rows have {} different attributes, the {}th of them on line {}, and an application has at most {}; leave some out of the JSON",
            lines.len(),
            attribute::MAX_CUSTOM + 1,
            lines[attribute::MAX_CUSTOM],
            attribute::MAX_CUSTOM
        ))
    }

    /// A message for each attribute whose strings look like e-mails or phones. A native file is sent as it is, so
    /// this does not stop anything.
    #[must_use]
    pub fn in_the_clear(&self) -> Vec<String> {
        let certain = self
            .watches
            .iter()
            .filter_map(|(name, watch)| Some((name, watch.verdict()?)));
        certain
            .map(|(name, looks)| {
                let (what, contact) = match looks {
                    Looks::Email => ("e-mail addresses", "email"),
                    Looks::Phone => ("phone numbers", "phone"),
                };
                let name = printable(name);
                format!(
                    "column \"attributes\": attribute \"{name}\" looks like {what} in the clear, and is sent as it is; personal data goes hashed, as appmetrica_1pd_{contact}_sha256_0 (ampost hash {contact})"
                )
            })
            .collect()
    }

    fn watch(&mut self, name: &str, text: &str) {
        if let Some(watch) = self.watches.get_mut(name) {
            watch.see(text);
        } else if self.watches.len() < NativeNames::MOST_NAMES {
            self.watches.entry(name.to_owned()).or_default().see(text);
        }
    }

    fn add(&mut self, name: &str, kind: Kind, line: u64) {
        match self.names.get(name) {
            None if self.names.len() < NativeNames::MOST_NAMES => {
                self.names.insert(name.to_owned(), (kind, line));
            }
            Some((before, first))
                if *before != kind && self.disagreements.len() < NativeNames::MOST =>
            {
                let name = printable(name);
                let (before, first) = (before.as_str(), *first);
                if self.told.insert(format!("type of {name}")) {
                    self.disagreements.push(format!(
                        "column \"attributes\": attribute \"{name}\" is a {before} on line {first} and a {} on line {line}; an attribute has one type",
                        kind.as_str()
                    ));
                }
            }
            _ => {}
        }
    }
}

struct Names<'a> {
    plan: &'a Plan,
    line: u64,
    found: &'a mut NativeNames,
}

impl ProfileSink for Names<'_> {
    fn identifier(&mut self, _: Identifier<'_>) {}

    fn attribute(&mut self, key: &Key, value: Value<'_>) {
        self.named_attribute(key.name(), value);
    }

    fn named_attribute(&mut self, name: &str, value: Value<'_>) {
        if let Value::Text(text) = value {
            self.found.watch(name, text);
        }
        let kind = match (value, self.plan.declared.get(name)) {
            // What disagrees with its declaration has been rejected already.
            (_, Some(declared)) => Kind::Known(*declared),
            (Value::Text(_) | Value::Hash(_), None) => Kind::Known(Type::String),
            (Value::Bool(_), None) => Kind::Known(Type::Bool),
            (Value::Number(_), None) => Kind::NumberOrCounter,
        };
        self.found.add(name, kind, self.line);
    }
}

//! Row after row by the plan: a profile for the sink, nothing, or a reject. Never a part of a row.
//!
//! This is the hot loop of the program. A [`RowReader`] belongs to one thread and owns every buffer that
//! reading needs, so that no row allocates.

use crate::attribute::{self, Key, Type, Value};
use crate::batch::IdentifierKind;
use crate::first_party::{self, Contact, Hash};
use crate::guard;
use crate::input::Row;
use crate::profile::{Identifier, ProfileSink, Reject};

use super::native;
use super::outcome::{InvalidContacts, Noticed, RowOutcome, Written};
use super::plan::{self, Column, Meaning, Plan, Shape};

/// Reads rows by a plan.
#[derive(Debug)]
pub struct RowReader<'p> {
    plan: &'p Plan,
    identifiers: [Option<&'p Column>; 2],
    application: Option<&'p Column>,
    json: Option<&'p Column>,
    /// The columns that become attributes, in the file's order.
    sending: Vec<&'p Column>,
    noticed: Noticed,
    scratch: Scratch,
}

/// Buffers that live as long as the reader.
#[derive(Debug, Default)]
struct Scratch {
    normalized: Vec<u8>,
    number: String,
    phones: Vec<Hash>,
    emails: Vec<Hash>,
}

impl<'p> RowReader<'p> {
    /// A reader of rows by `plan`.
    #[must_use]
    pub fn new(plan: &'p Plan) -> RowReader<'p> {
        let first = |wanted: &Meaning| plan.columns.iter().find(|c| c.meaning == *wanted);
        RowReader {
            plan,
            identifiers: [
                first(&Meaning::Identifier(IdentifierKind::ProfileId)),
                first(&Meaning::Identifier(IdentifierKind::DeviceId)),
            ],
            application: first(&Meaning::Application),
            json: first(&Meaning::Json),
            sending: plan
                .columns
                .iter()
                .filter(|c| {
                    matches!(
                        c.meaning,
                        Meaning::Contact(_) | Meaning::Hashed(_) | Meaning::Attribute(..)
                    )
                })
                .collect(),
            noticed: Noticed::default(),
            scratch: Scratch::default(),
        }
    }

    /// What was noticed since the last call.
    pub fn take_noticed(&mut self) -> Noticed {
        std::mem::take(&mut self.noticed)
    }

    /// Reads one row into `sink`. After an error or [`RowOutcome::Skipped`] the sink may hold the beginning
    /// of a profile, which the caller takes back.
    pub fn read(
        &mut self,
        row: Row<'_>,
        sink: &mut impl ProfileSink,
    ) -> Result<RowOutcome, Reject> {
        self.check_width(row)?;
        let identifier = match self.identifier(row)? {
            Some(identifier) => identifier,
            None if self.is_blank(row) => return Ok(RowOutcome::Skipped),
            None => return Err(self.no_identifier()),
        };
        self.check_application(row)?;
        sink.identifier(identifier);
        let written = match (self.plan.shape, self.json) {
            (Shape::Native, Some(json)) => {
                let text = row.field(json.index).unwrap_or_default();
                native::read(text, json, &self.plan.declared, &mut self.noticed, sink)?
            }
            _ => self.read_wide(row, sink)?,
        };
        if written.attributes == 0 {
            return Ok(RowOutcome::Skipped);
        }
        Ok(RowOutcome::Profile {
            kind: identifier.kind,
            identity: identifier.identity(),
            has_counters: written.has_counters,
        })
    }

    fn check_width(&self, row: Row<'_>) -> Result<(), Reject> {
        let columns = self.plan.columns.len();
        if row.len() == columns {
            return Ok(());
        }
        // Spreadsheets end rows with empty cells that the header does not have.
        if row.len() > columns
            && (columns..row.len()).all(|i| row.field(i).is_none_or(str::is_empty))
        {
            return Ok(());
        }
        let fields = match row.len() {
            1 => "1 field".to_owned(),
            count => format!("{count} fields"),
        };
        let advice = if row.len() > columns {
            "a value with the delimiter in it needs quotes, or another sign divides the columns (--delimiter)"
        } else {
            "cells are missing, or a value with a line end in it needs quotes"
        };
        Err(Reject::row(format!(
            "the row has {fields} and the header {columns}; {advice}"
        )))
    }

    fn identifier<'r>(&self, row: Row<'r>) -> Result<Option<Identifier<'r>>, Reject> {
        let mut found: Option<(Identifier<'r>, &Column)> = None;
        for column in self.identifiers.into_iter().flatten() {
            let Meaning::Identifier(kind) = column.meaning else {
                continue;
            };
            let value = self.cell(row, column);
            if value.trim().is_empty() {
                continue;
            }
            if found.is_some() {
                return Err(Reject::row(
                    "the row has both a profile ID and a device ID; the API takes only one of the two",
                ));
            }
            found = Some((Identifier { kind, value }, column));
        }
        let Some((identifier, column)) = found else {
            return Ok(None);
        };
        // Four bytes are at most two units, so a short value needs no count.
        if identifier.value.len() > attribute::MAX_IDENTIFIER_UNITS {
            let units = attribute::utf16_units(identifier.value);
            if units > attribute::MAX_IDENTIFIER_UNITS {
                return Err(Reject::cell(
                    &column.name,
                    format!(
                        "an identifier has at most {} characters, this one has {units}",
                        attribute::MAX_IDENTIFIER_UNITS
                    ),
                ));
            }
        }
        Ok(Some(identifier))
    }

    #[cold]
    fn no_identifier(&self) -> Reject {
        let columns: Vec<&str> = self
            .identifiers
            .into_iter()
            .flatten()
            .map(|c| c.name.as_str())
            .collect();
        match columns.as_slice() {
            [only] => Reject::cell(only, "the identifier is empty"),
            _ => Reject::row("the row has neither a profile ID nor a device ID"),
        }
    }

    /// Whether nothing in the row would be sent.
    fn is_blank(&self, row: Row<'_>) -> bool {
        self.sending
            .iter()
            .copied()
            .chain(self.json)
            .all(|column| self.cell(row, column).is_empty())
    }

    /// The value of a cell, without what its program put around it.
    fn cell<'r>(&self, row: Row<'r>, column: &Column) -> &'r str {
        self.plan
            .habits
            .undo(row.field(column.index).unwrap_or_default())
    }

    fn check_application(&self, row: Row<'_>) -> Result<(), Reject> {
        let (Some(column), Some(ours)) = (self.application, self.plan.application_id) else {
            return Ok(());
        };
        let theirs = row.field(column.index).unwrap_or_default();
        if theirs.parse() == Ok(ours) {
            return Ok(());
        }
        Err(Reject::cell(
            &column.name,
            format!(
                "the row is not for application {ours}, which this run sends to; choose another with --app or --application-id"
            ),
        ))
    }

    fn read_wide(&mut self, row: Row<'_>, sink: &mut impl ProfileSink) -> Result<Written, Reject> {
        self.scratch.phones.clear();
        self.scratch.emails.clear();
        let mut written = Written::default();
        let plan = self.plan;
        // By index, because the columns outlive the borrow that iterating would hold.
        for at in 0..self.sending.len() {
            let column = self.sending[at];
            let value = plan
                .habits
                .undo(row.field(column.index).unwrap_or_default());
            if value.is_empty() {
                continue;
            }
            match &column.meaning {
                Meaning::Contact(contact) => {
                    for value in several(value, *contact, plan) {
                        self.contact(value, *contact, column, &mut written, sink)?;
                    }
                    continue;
                }
                Meaning::Hashed(key) if first_party::is_hash(value) => {
                    sink.attribute(key, Value::Text(value))
                }
                Meaning::Hashed(_) => {
                    return Err(Reject::cell(
                        &column.name,
                        "a hash is 64 lowercase hexadecimal digits; map clear values to phone, email or telegram",
                    ));
                }
                Meaning::Attribute(key, kind) => {
                    written.has_counters |= *kind == Type::Counter;
                    self.scratch.write_typed(
                        value,
                        (key, *kind),
                        column,
                        self.plan,
                        &mut self.noticed,
                        sink,
                    )?;
                }
                _ => continue,
            }
            written.attributes += 1;
        }
        Ok(written)
    }

    /// Normalises and hashes a contact into the sink.
    #[inline]
    fn contact(
        &mut self,
        value: &str,
        contact: Contact,
        column: &Column,
        written: &mut Written,
        sink: &mut impl ProfileSink,
    ) -> Result<(), Reject> {
        let plan = self.plan;
        let normalized = &mut self.scratch.normalized;
        if let Err(refusal) = first_party::normalize(contact, value, plan.contact_rules, normalized)
        {
            return self.left_out(column, || refused(contact, value, refusal, plan));
        }
        // From here to the sink the hash stays where it was made: wrapped into a result or an option it
        // would be copied off its alignment right after it was written, and each such copy waits for
        // the write.
        let hash = first_party::hash(normalized);
        match self.scratch.place(contact, &hash, plan) {
            Place::Next(key) => {
                sink.attribute(key, Value::Hash(hash));
                written.attributes += 1;
                Ok(())
            }
            Place::Seen => Ok(()),
            Place::TooMany => self.left_out(column, || {
                format!(
                    "more than {} values of {} in the row, which a profile cannot have",
                    contact.max_values(),
                    contact.as_str()
                )
            }),
        }
    }

    /// A contact that is not sent: left out of its row, or the row's reject.
    #[cold]
    fn left_out(&mut self, column: &Column, reason: impl FnOnce() -> String) -> Result<(), Reject> {
        if self.plan.invalid_contacts == InvalidContacts::Skip {
            self.noticed.contacts_left_out += 1;
            return Ok(());
        }
        Err(Reject::cell(&column.name, reason()))
    }
}

/// Where a contact's hash goes.
enum Place<'p> {
    /// To the next attribute of its kind.
    Next(&'p Key),
    /// Nowhere: the row has had the same one.
    Seen,
    /// Nowhere: there is no attribute left for it.
    TooMany,
}

/// The contacts in a cell: one, unless `--split-contacts` allows more.
fn several<'v>(cell: &'v str, contact: Contact, plan: &Plan) -> impl Iterator<Item = &'v str> {
    let divides = plan.habits.several_contacts && contact != Contact::Telegram;
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        if !divides {
            return rest.take();
        }
        loop {
            let text = rest?;
            let (value, more) = match text.split_once(BETWEEN_CONTACTS) {
                Some((value, more)) => (value, Some(more)),
                None => (text, None),
            };
            rest = more;
            let value = value.trim();
            if !value.is_empty() {
                return Some(value);
            }
        }
    })
}

/// What programs put between several contacts in a cell.
const BETWEEN_CONTACTS: [char; 4] = [',', ';', '\n', '|'];

/// Why a contact is refused, with the option that would have it read where there is one.
#[cold]
fn refused(contact: Contact, value: &str, refusal: first_party::Refusal, plan: &Plan) -> String {
    let valid = |text: &str| {
        first_party::normalize(contact, text, plan.contact_rules, &mut Vec::new()).is_ok()
    };
    let marked = value.strip_prefix('\'').unwrap_or(value);
    let parts = || value.split(BETWEEN_CONTACTS).map(str::trim);
    if value == "\\N" {
        return format!("{refusal}; if \\N stands for no value, add --null '\\N'");
    }
    if marked != value && plan::is_marked(marked) && valid(marked) {
        return format!(
            "{refusal}; if the apostrophe is the exporting program's, add --strip-apostrophe"
        );
    }
    if parts().count() > 1
        && contact != Contact::Telegram
        && parts().all(|part| part.is_empty() || valid(part))
    {
        return format!("{refusal}; if the cell holds several, add --split-contacts");
    }
    refusal.to_string()
}

impl Scratch {
    /// Where a contact's hash goes.
    fn place<'p>(&mut self, contact: Contact, hash: &Hash, plan: &'p Plan) -> Place<'p> {
        let next = |key: Option<&'p Key>| key.map_or(Place::TooMany, Place::Next);
        let seen = match contact {
            Contact::Phone => &mut self.phones,
            Contact::Email => &mut self.emails,
            Contact::Telegram => return next(plan.contact_keys.get(contact, 0)),
        };
        if seen.contains(hash) {
            return Place::Seen;
        }
        let place = next(plan.contact_keys.get(contact, seen.len()));
        seen.push(*hash);
        place
    }

    /// Writes a cell as a value of the column's type. Each kind goes to the sink from its own branch:
    /// a value handed back would travel through memory together with the reject it might have been.
    fn write_typed(
        &mut self,
        value: &str,
        (key, kind): (&Key, Type),
        column: &Column,
        plan: &Plan,
        noticed: &mut Noticed,
        sink: &mut impl ProfileSink,
    ) -> Result<(), Reject> {
        match kind {
            Type::String => {
                if !column.allow_plain
                    && let Some(looks) = guard::certain(value)
                {
                    return Err(Reject::cell(
                        &column.name,
                        clear_contact(looks, &column.name),
                    ));
                }
                if value.len() > attribute::MAX_TEXT_UNITS
                    && attribute::utf16_units(value) > attribute::MAX_TEXT_UNITS
                {
                    noticed.long_values += 1;
                }
                sink.attribute(key, Value::Text(value));
            }
            Type::Bool => match attribute::read_bool(trim(value)) {
                Some(value) => sink.attribute(key, Value::Bool(value)),
                None => {
                    return Err(Reject::cell(
                        &column.name,
                        "not a bool; write true/false, 1/0, yes/no or да/нет",
                    ));
                }
            },
            Type::Number | Type::Counter if plan.decimal_comma => {
                if !attribute::read_decimal_comma(trim(value), &mut self.number) {
                    return Err(Reject::cell(
                        &column.name,
                        format!("not a {kind} with a decimal comma, such as 1 234,50"),
                    ));
                }
                sink.attribute(key, Value::Number(&self.number));
            }
            Type::Number | Type::Counter => {
                let digits = trim(value);
                if !attribute::is_json_number(digits) {
                    return Err(Reject::cell(&column.name, not_a_number(digits, kind)));
                }
                sink.attribute(key, Value::Number(digits));
            }
        }
        Ok(())
    }
}

/// White space around a number or a bool means nothing; inside a string it might.
fn trim(value: &str) -> &str {
    // Nearly every value begins and ends with a visible ASCII character, and is itself.
    let visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if visible(value.as_bytes().first()) && visible(value.as_bytes().last()) {
        return value;
    }
    value.trim_matches([' ', '\t', '\u{a0}'])
}

#[cold]
fn not_a_number(digits: &str, kind: Type) -> String {
    let mut scratch = String::new();
    if digits == "\\N" {
        format!("not a {kind}; if \\N stands for no value, add --null '\\N'")
    } else if is_grouped_by_commas(digits) {
        format!("not a {kind}: commas between the thousands; export the column without them")
    } else if attribute::read_decimal_comma(digits, &mut scratch) {
        format!(
            "not a {kind} as JSON has it; if the comma is the decimal sign, add --decimal-comma"
        )
    } else if digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit()) {
        format!("not a {kind}: it begins with 0; if it is a code, map the column as a string")
    } else {
        format!("not a {kind}; write it as 1234.50")
    }
}

/// Whether `text` is a number such as `1,234.00`.
fn is_grouped_by_commas(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    let groups = || whole.split(',').skip(1);
    // One comma alone may as well be the decimal sign.
    (groups().count() > 1 || text.contains('.'))
        && groups().count() > 0
        && groups().all(|group| group.len() == 3)
        && attribute::is_json_number(&text.replace(',', ""))
}

/// The message for personal data in a string column, with both ways on.
#[must_use]
pub fn clear_contact(looks: guard::Looks, column: &str) -> String {
    let (what, target) = match looks {
        guard::Looks::Email => ("an e-mail address", "email"),
        guard::Looks::Phone => ("a phone number", "phone"),
    };
    let column = crate::profile::printable(column);
    format!(
        "looks like {what} in the clear, which is not to be sent; have it hashed with --map \"{column}={target}\", or send it as it is with --allow-plain \"{column}\""
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_that_looks_trimmed_is(text in "[ \t\u{a0}\u{85}\u{3000}!~a1é\u{7f}\u{0}]{0,6}") {
            prop_assert_eq!(trim(&text), text.trim_matches([' ', '\t', '\u{a0}']));
        }
    }
}

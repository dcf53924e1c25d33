//! The plan: what each column of a file means, decided once from its header and the user's rules.
//!
//! Everything that can be wrong with a mapping is found here, all of it at once, before a row is read.

use std::collections::BTreeMap;

use crate::attribute::{Key, Type};
use crate::batch::IdentifierKind;
use crate::first_party::{self, Contact};

use super::columns::{
    check_allow_plain, check_columns, explicit_targets, header_targets, is_native, native_columns,
    wide_columns,
};
use super::outcome::InvalidContacts;

/// What the user said of columns, in the order in which it counts.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// `--map COLUMN=TARGET`, as typed: only the header tells which `=` divides the two.
    pub maps: Vec<String>,
    /// The mapping file's `[columns]`.
    pub mapping_file: Vec<(String, String)>,
    /// The config's `[attributes]`.
    pub declared: BTreeMap<String, Type>,
    /// `--only-mapped`.
    pub only_mapped: bool,
    /// `--allow-plain`, column names.
    pub allow_plain: Vec<String>,
    /// `--decimal-comma`.
    pub decimal_comma: bool,
    /// `--invalid-contacts`.
    pub invalid_contacts: InvalidContacts,
    /// `--telegram-keep-case`.
    pub telegram_keep_case: bool,
    /// `--null`, `--strip-apostrophe`, `--split-contacts`.
    pub habits: Habits,
    /// The application that is sent to; an `application_id` column must agree with it.
    pub application_id: Option<u64>,
}

/// What a program does to every value it exports, as the user says; taken back before a cell is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The text that stands for "no value" (`\N`).
    pub null: Option<String>,
    /// Whether an apostrophe is put before what a spreadsheet would take for a number or a formula.
    pub apostrophe: bool,
    /// Whether several phones or e-mails may share a cell.
    pub several_contacts: bool,
}

impl Habits {
    /// The value of a cell.
    #[must_use]
    pub fn undo<'c>(&self, cell: &'c str) -> &'c str {
        if self.null.as_deref() == Some(cell) {
            return "";
        }
        match cell.strip_prefix('\'') {
            Some(rest) if self.apostrophe && is_marked(rest) => rest,
            _ => cell,
        }
    }
}

/// Whether `text` is what spreadsheets would not leave as text, so that programs put an apostrophe before it.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.starts_with(|c: char| matches!(c, '+' | '-' | '=' | '@') || c.is_ascii_digit())
}

/// The two shapes of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A column of JSON, `attributes`, beside an identifier.
    Native,
    /// One column per attribute.
    Wide,
}

/// Which rule decided what a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `--map`.
    Map,
    /// The mapping file.
    MappingFile,
    /// The header itself.
    Header,
    /// The config's `[attributes]`.
    Declared,
    /// No rule: a string attribute of the column's name, or ignored with `--only-mapped`.
    Default,
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The profile's name.
    Identifier(IdentifierKind),
    /// Must equal the application that is sent to.
    Application,
    /// A contact to normalise and hash.
    Contact(Contact),
    /// A hash already.
    Hashed(Key),
    /// An attribute.
    Attribute(Key, Type),
    /// A JSON object of attributes (native files).
    Json,
    /// Not sent.
    Ignored,
}

/// One column of the file.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its place, from 0.
    pub index: usize,
    /// Its name in the header.
    pub name: String,
    /// What it means.
    pub meaning: Meaning,
    /// What decided that.
    pub rule: Rule,
    /// Whether clear e-mails and phones may be sent from it (`--allow-plain`).
    pub allow_plain: bool,
    /// Whether somebody named the attribute's type; otherwise it is a string because nobody did.
    pub typed: bool,
}

/// What each column of a file means.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The file's shape.
    pub shape: Shape,
    /// Every column, in the file's order.
    pub columns: Vec<Column>,
    /// Names of the hashed attributes by contact and index.
    pub contact_keys: ContactKeys,
    /// The rules that reading rows needs again.
    pub decimal_comma: bool,
    /// What to do with contacts that do not normalise.
    pub invalid_contacts: InvalidContacts,
    /// How the program that wrote the file marks its values.
    pub habits: Habits,
    /// How logins are normalised.
    pub contact_rules: first_party::Rules,
    /// The config's `[attributes]`, which settle what a number in native files is.
    pub declared: BTreeMap<String, Type>,
    /// The application that is sent to.
    pub application_id: Option<u64>,
    /// What the user should know, though nothing is wrong.
    pub notices: Vec<String>,
}

/// The keys of hashed contacts, by contact and index.
#[derive(Clone, Debug)]
pub struct ContactKeys([Vec<Key>; 3]);

impl ContactKeys {
    /// The keys of all documented names.
    #[must_use]
    pub fn new() -> ContactKeys {
        ContactKeys(Contact::ALL.map(|contact| {
            contact
                .attributes()
                .iter()
                .map(|name| Key::new(name))
                .collect()
        }))
    }

    /// The key of the `index`-th value of a contact; `None` when there are no more names.
    #[must_use]
    pub fn get(&self, contact: Contact, index: usize) -> Option<&Key> {
        self.0[contact as usize].get(index)
    }
}

impl Default for ContactKeys {
    fn default() -> Self {
        ContactKeys::new()
    }
}

impl Plan {
    /// Applies the rules to a header. All mistakes are returned, one message each.
    pub fn new(header: &[String], rules: &Rules) -> Result<Plan, Vec<String>> {
        let mut problems = Vec::new();
        let mut said = explicit_targets(header, rules, &mut problems);
        let native = is_native(header, &said);
        let mut notices = Vec::new();
        let columns = if native {
            native_columns(header, &said, &mut problems, &mut notices)
        } else {
            header_targets(header, rules, &mut said, &mut problems);
            wide_columns(header, said, rules, &mut problems, &mut notices)
        };
        check_allow_plain(header, rules, &mut problems);
        if problems.is_empty() {
            check_columns(&columns, header, &mut problems);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Plan {
            shape: if native { Shape::Native } else { Shape::Wide },
            columns,
            contact_keys: ContactKeys::new(),
            decimal_comma: rules.decimal_comma,
            invalid_contacts: rules.invalid_contacts,
            habits: rules.habits.clone(),
            contact_rules: first_party::Rules {
                telegram_keep_case: rules.telegram_keep_case,
            },
            declared: rules.declared.clone(),
            application_id: rules.application_id,
            notices,
        })
    }

    /// Whether rows of this plan may hold counters: a counter column, or a native file, where a number
    /// of undeclared type may be one.
    #[must_use]
    pub fn may_count(&self) -> bool {
        self.columns.iter().any(|column| {
            matches!(
                column.meaning,
                Meaning::Attribute(_, Type::Counter) | Meaning::Json
            )
        })
    }

    /// The names of the attributes that are counters: by the columns of a wide file, by the config in a
    /// native one.
    #[must_use]
    pub fn counter_names(&self) -> Vec<String> {
        let columns = self
            .columns
            .iter()
            .filter_map(|column| match &column.meaning {
                Meaning::Attribute(key, Type::Counter) => Some(key.name().to_owned()),
                _ => None,
            });
        let declared = self
            .declared
            .iter()
            .filter(|(_, kind)| self.shape == Shape::Native && **kind == Type::Counter)
            .map(|(name, _)| name.clone());
        columns.chain(declared).collect()
    }

    /// The identifier columns there are.
    pub fn identifier_kinds(&self) -> impl Iterator<Item = IdentifierKind> + '_ {
        self.columns
            .iter()
            .filter_map(|column| match column.meaning {
                Meaning::Identifier(kind) => Some(kind),
                _ => None,
            })
    }
}

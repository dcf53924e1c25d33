//! Attribute objects: names, which of them may be sent, and what their values must be.
//!
//! The rules are the Post API's, and the limits of the vendor's SDK where the API's documentation has
//! none. No value ever stands in a reason.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::decimal::Decimal;
use super::staged::Entry;

/// An app's settings hold up to 100 custom attributes, so no row can have more.
const MOST_CUSTOM: usize = 100;

/// The SDK's limit for an attribute's name, in characters.
const LONGEST_NAME: usize = 200;

/// A counter written with more characters can only be a mistake.
const LONGEST_COUNTER: usize = 400;

/// All attribute names that were ever seen: each stands in memory once and is judged once.
pub(super) struct Names {
    counters: HashSet<String>,
    numbers: HashMap<Box<str>, u32>,
    all: Vec<Name>,
    /// The number after the last one looked up: most rows name the same attributes in the same order.
    guess: usize,
}

struct Name {
    text: Box<str>,
    kind: Kind,
}

/// What an attribute's name says about its values.
enum Kind {
    /// Any scalar; it replaces.
    Custom,
    /// A number; it is added.
    Counter,
    /// A lowercase hex SHA-256; it replaces.
    Hash,
    /// Not to be sent, and why not.
    Refused(String),
}

impl Names {
    pub(super) fn new(counters: Vec<String>) -> Names {
        Names {
            counters: counters.into_iter().collect(),
            numbers: HashMap::new(),
            all: Vec::new(),
            guess: 0,
        }
    }

    /// The name with this number.
    pub(super) fn text(&self, number: u32) -> &str {
        &self.all[number as usize].text
    }

    /// Whether the values of the attribute with this number add up.
    pub(super) fn is_counter(&self, number: u32) -> bool {
        matches!(self.all[number as usize].kind, Kind::Counter)
    }

    /// The number of a name, if it was ever seen.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    fn number(&mut self, text: &str) -> Option<u32> {
        if let Some(name) = self.all.get(self.guess)
            && *name.text == *text
        {
            self.guess += 1;
            return u32::try_from(self.guess - 1).ok();
        }
        if let Some(number) = self.numbers.get(text) {
            self.guess = *number as usize + 1;
            return Some(*number);
        }
        let number = u32::try_from(self.all.len()).ok()?;
        let kind = if self.counters.contains(text) && !text.starts_with("appmetrica") {
            Kind::Counter
        } else {
            kind_of(text)
        };
        self.numbers.insert(text.into(), number);
        self.all.push(Name {
            text: text.into(),
            kind,
        });
        Some(number)
    }

    /// Reads a JSON object of scalars: its names and values go to `entries`, the values' JSON to `text`.
    pub(super) fn read_object(
        &mut self,
        json: &str,
        entries: &mut Vec<Entry>,
        text: &mut String,
    ) -> Result<(), String> {
        // Checked here, since serde_json's own words would quote a misplaced value.
        if !json.trim_start().starts_with('{') {
            return Err("attributes is not a JSON object".to_owned());
        }
        let mut object = Object {
            names: self,
            first: entries.len(),
            entries,
            text,
            problem: None,
        };
        let mut json = serde_json::Deserializer::from_str(json);
        let read = json.deserialize_map(&mut object);
        match (object.problem, read.and_then(|()| json.end())) {
            (Some(problem), _) => Err(problem),
            (None, Err(error)) => Err(format!("attributes is not valid JSON: {error}")),
            (None, Ok(())) => Ok(()),
        }
    }
}

/// What a name allows, in the API's and the SDK's rules.
fn kind_of(name: &str) -> Kind {
    if name.is_empty() {
        return Kind::Refused("an attribute's name is empty".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        return Kind::Refused(format!(
            "an attribute's name is longer than {LONGEST_NAME} characters"
        ));
    }
    if !name.starts_with("appmetrica") {
        return Kind::Custom;
    }
    let first_party = name.strip_prefix("appmetrica_1pd_").unwrap_or("");
    if first_party == "telegram_sha256" {
        return Kind::Hash;
    }
    for contact in ["phone", "email"] {
        let index = first_party
            .strip_prefix(contact)
            .and_then(|rest| rest.strip_prefix("_sha256_"));
        if let Some([b'0'..=b'9']) = index.map(str::as_bytes) {
            return Kind::Hash;
        }
        if let Some(rest) = first_party.strip_prefix(contact)
            && (rest == "_passed" || is_index(rest))
        {
            return Kind::Refused(format!(
                "attribute {name:?} is derived by the server; send appmetrica_1pd_{contact}_sha256_0 to _9"
            ));
        }
    }
    if matches!(first_party, "telegram" | "telegram_passed") {
        return Kind::Refused(format!(
            "attribute {name:?} is derived by the server; send appmetrica_1pd_telegram_sha256"
        ));
    }
    Kind::Refused(format!(
        "attribute {name:?}: names that begin with appmetrica are reserved"
    ))
}

fn is_index(text: &str) -> bool {
    text.strip_prefix('_')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Checks a value against what its name allows.
fn check(name: &Name, value: &str) -> Result<(), String> {
    let text = &name.text;
    let first = value.as_bytes().first().copied().unwrap_or(b'n');
    match first {
        b'{' | b'[' | b'n' => {
            return Err(format!(
                "attribute {text:?} is not a string, a number or a bool"
            ));
        }
        // A raw value's escapes are not looked into: half a surrogate pair would pass.
        b'"' if value.contains('\\') && serde_json::from_str::<String>(value).is_err() => {
            return Err(format!("attribute {text:?} is not a valid JSON string"));
        }
        _ => {}
    }
    match &name.kind {
        Kind::Custom => Ok(()),
        Kind::Counter if !matches!(first, b'-' | b'0'..=b'9') => {
            Err(format!("counter {text:?} is not a number"))
        }
        Kind::Counter
            if value.len() > LONGEST_COUNTER || Decimal::parse(value.as_bytes()).is_none() =>
        {
            Err(format!("counter {text:?} has too many digits"))
        }
        Kind::Counter => Ok(()),
        Kind::Hash => {
            let hex = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
            let is_hash = hex.is_some_and(|hex| {
                hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            });
            if is_hash {
                Ok(())
            } else {
                Err(format!(
                    "attribute {text:?} is not a SHA-256 as 64 lowercase hex digits"
                ))
            }
        }
        Kind::Refused(reason) => Err(reason.clone()),
    }
}

/// Takes an object apart as serde_json reads it, without building a tree.
struct Object<'a> {
    names: &'a mut Names,
    entries: &'a mut Vec<Entry>,
    text: &'a mut String,
    /// Where the entries of this object begin.
    first: usize,
    /// A reason of our own, as serde_json would add "at line 1 column 7" to it.
    problem: Option<String>,
}

impl Object<'_> {
    fn take(&mut self, number: u32, value: &str) -> Result<(), String> {
        let name = &self.names.all[number as usize];
        check(name, value)?;
        let siblings = &self.entries[self.first..];
        if siblings.iter().any(|entry| entry.name == number) {
            return Err(format!("attribute {:?} is there twice", name.text));
        }
        // The hashed contacts are no custom attributes; looked at only where it can matter.
        if siblings.len() >= MOST_CUSTOM
            && !matches!(name.kind, Kind::Hash)
            && siblings
                .iter()
                .filter(|entry| !matches!(self.names.all[entry.name as usize].kind, Kind::Hash))
                .count()
                >= MOST_CUSTOM
        {
            return Err(format!("more than {MOST_CUSTOM} custom attributes"));
        }
        let start = self.text.len();
        self.text.push_str(value);
        self.entries.push(Entry {
            name: number,
            value: start..self.text.len(),
        });
        Ok(())
    }
}

impl<'de> Visitor<'de> for &mut Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(number) = map.next_key_seed(Interned(self.names))? {
            let value: &RawValue = map.next_value()?;
            if let Err(problem) = self.take(number, value.get()) {
                self.problem = Some(problem);
                return Err(A::Error::custom("refused"));
            }
        }
        if self.entries.len() == self.first {
            self.problem = Some("attributes is an empty object".to_owned());
        }
        Ok(())
    }
}

/// Turns a name into its number without copying it.
struct Interned<'a>(&'a mut Names);

impl<'de> DeserializeSeed<'de> for Interned<'_> {
    type Value = u32;

    fn deserialize<D: serde::Deserializer<'de>>(self, name: D) -> Result<u32, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Interned<'_> {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<u32, E> {
        self.0
            .number(name)
            .ok_or_else(|| E::custom("too many different names"))
    }
}

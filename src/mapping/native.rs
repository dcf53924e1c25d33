//! The `attributes` cell of a native file: a JSON object of scalars, read without loss.
//!
//! Names and strings are written anew in the program's own form; numbers keep their digits. What the
//! API does not take (nested values, null, a name twice) rejects the row.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::attribute::{self, NameKind, Type, Value};
use crate::first_party;
use crate::profile::{ProfileSink, Reject, printable};

use super::outcome::{Noticed, Written};
use super::plan::Column;

/// Reads the JSON `text` into the sink.
pub(super) fn read(
    text: &str,
    column: &Column,
    declared: &BTreeMap<String, Type>,
    noticed: &mut Noticed,
    sink: &mut impl ProfileSink,
) -> Result<Written, Reject> {
    if text.is_empty() {
        return Ok(Written::default());
    }
    let mut reader = Object {
        declared,
        noticed,
        sink,
        names: Vec::new(),
        custom: 0,
        has_counters: false,
        reject: None,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json.deserialize_map(&mut reader).and_then(|()| json.end());
    let written = Written {
        attributes: reader.names.len(),
        has_counters: reader.has_counters,
    };
    match (reader.reject, result) {
        (Some(reason), _) => Err(Reject::cell(&column.name, reason)),
        (None, Ok(())) => Ok(written),
        // Only the place is told: serde_json's own words may quote the value.
        (None, Err(error)) if error.is_data() => Err(Reject::cell(
            &column.name,
            "not a JSON object; write {\"name\": value, …}",
        )),
        (None, Err(error)) => Err(Reject::cell(
            &column.name,
            format!(
                "not valid JSON at its character {}; write {{\"name\": value, …}}, in CSV with each quote doubled",
                error.column()
            ),
        )),
    }
}

struct Object<'a, 'j, S> {
    declared: &'a BTreeMap<String, Type>,
    noticed: &'a mut Noticed,
    sink: &'a mut S,
    names: Vec<Cow<'j, str>>,
    custom: usize,
    has_counters: bool,
    reject: Option<String>,
}

impl<'j, S: ProfileSink> Visitor<'j> for &mut Object<'_, 'j, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key::<Text<'j>>()? {
            let raw: &RawValue = map.next_value()?;
            if let Err(reason) = self.attribute(&name, raw.get()) {
                self.reject = Some(reason);
                return Err(A::Error::custom("rejected"));
            }
            self.names.push(name);
        }
        Ok(())
    }
}

impl<S: ProfileSink> Object<'_, '_, S> {
    fn attribute(&mut self, name: &str, raw: &str) -> Result<(), String> {
        let shown = || printable(name);
        let kind = attribute::check_name(name)
            .map_err(|error| format!("attribute \"{}\": {error}", shown()))?;
        if self.names.iter().any(|known| known == name) {
            return Err(format!("attribute \"{}\" stands there twice", shown()));
        }
        if kind == NameKind::Custom {
            self.custom += 1;
            if self.custom > attribute::MAX_CUSTOM {
                return Err(format!(
                    "more than {} attributes, which an application cannot have",
                    attribute::MAX_CUSTOM
                ));
            }
        }
        let declared = self.declared.get(name).copied();
        let disagrees = |is: &str, declared: Type| {
            Err(format!(
                "attribute \"{}\" is declared as {declared} in the config's [attributes], but is a {is} here",
                shown()
            ))
        };
        match raw.as_bytes().first() {
            Some(b'"') => {
                if let Some(declared) = declared
                    && declared != Type::String
                {
                    return disagrees("string", declared);
                }
                let Text(text) = serde_json::from_str(raw)
                    .map_err(|_| format!("attribute \"{}\": not a valid string", shown()))?;
                self.string(name, kind, &text)?;
            }
            Some(b't' | b'f') => match declared {
                None | Some(Type::Bool) => {
                    self.sink.named_attribute(name, Value::Bool(raw == "true"))
                }
                Some(declared) => return disagrees("bool", declared),
            },
            Some(b'-' | b'0'..=b'9') => match declared {
                _ if kind != NameKind::Custom => return Err(not_a_hash(name)),
                // Undeclared, it may be a counter, and is treated as one: repeating it could count twice.
                None | Some(Type::Counter) => {
                    self.has_counters = true;
                    self.sink.named_attribute(name, Value::Number(raw));
                }
                Some(Type::Number) => self.sink.named_attribute(name, Value::Number(raw)),
                Some(declared) => return disagrees("number", declared),
            },
            Some(b'n') => {
                return Err(format!(
                    "attribute \"{}\" is null; leave it out instead",
                    shown()
                ));
            }
            _ => {
                return Err(format!(
                    "attribute \"{}\" is an object or a list; the API takes strings, numbers and bools",
                    shown()
                ));
            }
        }
        Ok(())
    }

    fn string(&mut self, name: &str, kind: NameKind, text: &str) -> Result<(), String> {
        match kind {
            NameKind::FirstParty(_) if !first_party::is_hash(text) => return Err(not_a_hash(name)),
            NameKind::Custom if attribute::utf16_units(text) > attribute::MAX_TEXT_UNITS => {
                self.noticed.long_values += 1
            }
            _ => {}
        }
        self.sink.named_attribute(name, Value::Text(text));
        Ok(())
    }
}

fn not_a_hash(name: &str) -> String {
    format!("attribute \"{name}\" is to be a hash of 64 lowercase hexadecimal digits")
}

/// A JSON string, borrowed where it has no escapes.
struct Text<'j>(Cow<'j, str>);

impl<'j> serde::Deserialize<'j> for Text<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Text<'j>, D::Error> {
        struct Borrowing;
        impl<'j> Visitor<'j> for Borrowing {
            type Value = Text<'j>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'j str) -> Result<Text<'j>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'j>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowing)
    }
}

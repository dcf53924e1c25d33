//! Attributes: their names, types and limits, and how one is written as JSON.
//!
//! JSON is written straight into a CSV field here, both escapings in one pass, because that is the only
//! form in which attributes leave in bulk. Knows nothing of columns, files or requests.

use std::fmt;
use std::str::FromStr;

use crate::first_party::{Contact, Hash};

/// Longest attribute name that the vendor's SDK accepts, in UTF-16 units.
pub const MAX_NAME_UNITS: usize = 200;
/// Longest string value before the vendor's SDK cuts it, in UTF-16 units.
pub const MAX_TEXT_UNITS: usize = 200;
/// How many custom attributes an application can have; hashed first-party data does not count.
pub const MAX_CUSTOM: usize = 100;
/// Longest profile ID that the vendor's SDK accepts, in UTF-16 units.
pub const MAX_IDENTIFIER_UNITS: usize = 200;

/// What an attribute holds, as declared in the application's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text; replaces the stored value.
    String,
    /// A number; replaces the stored value.
    Number,
    /// True or false; replaces the stored value.
    Bool,
    /// A delta that is added to the stored value: sent twice, it counts twice.
    Counter,
}

impl Type {
    /// All types, in the order in which messages list them.
    pub const ALL: [Type; 4] = [Type::String, Type::Number, Type::Bool, Type::Counter];

    /// The type's name in mappings and in the config.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Type::String => "string",
            Type::Number => "number",
            Type::Bool => "bool",
            Type::Counter => "counter",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Type {
    type Err = String;

    fn from_str(text: &str) -> Result<Type, String> {
        Type::ALL
            .into_iter()
            .find(|t| t.as_str() == text)
            .ok_or_else(|| "a type is string, number, bool or counter".to_owned())
    }
}

/// One value, borrowed from wherever it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A string.
    Text(&'a str),
    /// A number by JSON's grammar, or a counter's delta: the digits as they were written.
    Number(&'a str),
    /// A bool.
    Bool(bool),
    /// A hashed contact.
    Hash(Hash),
}

/// An attribute's name, checked, with its encoded form at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    name: String,
    /// `,""name"":`, the name as JSON with the quotes doubled for CSV, behind the comma that parts it from
    /// an attribute before it.
    in_csv: Box<[u8]>,
}

impl Key {
    /// A key of a name that [`check_name`] has passed.
    #[must_use]
    pub fn new(name: &str) -> Key {
        let mut in_csv = Vec::with_capacity(name.len() + 6);
        in_csv.push(b',');
        write_string::<true>(&mut in_csv, name);
        in_csv.push(b':');
        Key {
            name: name.to_owned(),
            in_csv: in_csv.into_boxed_slice(),
        }
    }

    /// The name itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name and its colon, as they stand inside a quoted CSV field; with the comma before them
    /// unless the attribute is the `first`.
    #[must_use]
    pub fn in_csv(&self, first: bool) -> &[u8] {
        &self.in_csv[usize::from(first)..]
    }
}

/// Whose name an acceptable name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// One of the application's own attributes.
    Custom,
    /// One of the documented names for hashed first-party data.
    FirstParty(Contact),
}

/// Why a name cannot be sent. The message names the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameError {
    /// No name at all.
    Empty,
    /// Longer than [`MAX_NAME_UNITS`].
    TooLong(usize),
    /// A name that the server derives by itself; the right one is proposed.
    Derived(String),
    /// Any other name that begins with `appmetrica`.
    Reserved,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Empty => f.write_str("an attribute needs a name"),
            NameError::TooLong(units) => write!(
                f,
                "an attribute name has at most {MAX_NAME_UNITS} characters, this one has {units}"
            ),
            NameError::Derived(right) => write!(
                f,
                "AppMetrica derives this attribute by itself and it cannot be sent; send the hash as \"{right}\""
            ),
            NameError::Reserved => f.write_str(
                "names that begin with \"appmetrica\" are reserved; the ones that can be sent are \
                 appmetrica_1pd_phone_sha256_0 to _9, appmetrica_1pd_email_sha256_0 to _9 and \
                 appmetrica_1pd_telegram_sha256",
            ),
        }
    }
}

/// Checks an attribute's name against the documented limits and reserved names.
///
/// The names that the server derives (`appmetrica_1pd_phone_0`, `appmetrica_1pd_phone_passed` …) appear
/// in some published samples; they are answered with the name to send instead.
pub fn check_name(name: &str) -> Result<NameKind, NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    let units = utf16_units(name);
    if units > MAX_NAME_UNITS {
        return Err(NameError::TooLong(units));
    }
    // The SDK compares the prefix as it is; a different case is still somebody's mistake.
    if !name
        .get(..10)
        .is_some_and(|p| p.eq_ignore_ascii_case("appmetrica"))
    {
        return Ok(NameKind::Custom);
    }
    for contact in Contact::ALL {
        if contact.attributes().contains(&name) {
            return Ok(NameKind::FirstParty(contact));
        }
    }
    match derived_name(name) {
        Some(right) => Err(NameError::Derived(right)),
        None => Err(NameError::Reserved),
    }
}

/// The name to send instead of a derived one, if `name` is derived or nearly right.
fn derived_name(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let rest = lower.strip_prefix("appmetrica_1pd_")?;
    // A wrong index, or another slip in a name that is meant to be sent: nothing derives that one.
    if rest.contains("sha256") {
        return None;
    }
    let contact = Contact::ALL
        .into_iter()
        .find(|c| rest.starts_with(c.as_str()))?;
    let index = rest
        .rsplit('_')
        .next()
        .and_then(|digits| digits.parse::<usize>().ok())
        .unwrap_or(0);
    let names = contact.attributes();
    names
        .get(index)
        .or(names.first())
        .map(|&name| name.to_owned())
}

/// Length as the vendor's SDK counts it.
#[must_use]
pub fn utf16_units(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    }
}

/// Whether `text` is a number by JSON's grammar. Digits are only looked at, never computed with,
/// so there is no size or precision beyond which they would change.
#[must_use]
pub fn is_json_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    match bytes.get(at) {
        Some(b'0') => at += 1,
        Some(b'1'..=b'9') => at += digits(at),
        _ => return false,
    }
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == bytes.len()
}

/// Reads a number as people write it where the comma is the decimal sign: `1 234,50` becomes `1234.50`
/// in `out`. Spaces (also no-break, narrow and thin ones) may stand between groups of three digits.
/// A dot is refused: it may mean thousands or decimals, and guessing wrong multiplies by a thousand.
pub fn read_decimal_comma(text: &str, out: &mut String) -> bool {
    out.clear();
    let (whole, fraction) = match text.split_once(',') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    out.push_str(sign);
    let mut groups = digits.split([' ', '\u{a0}', '\u{2009}', '\u{202f}']);
    let first = groups.next().unwrap_or_default();
    out.push_str(first);
    let mut grouped = false;
    for group in groups {
        // Digits: "1 2e3" is no number, though the parts make one.
        if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        grouped = true;
        out.push_str(group);
    }
    if grouped && !(1..=3).contains(&first.len()) {
        return false;
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    !text.contains('.') && is_json_number(out)
}

/// Reads a bool as people and programs write it, in any case: `true`/`false`, `1`/`0`, `yes`/`no`,
/// `да`/`нет`; also `t`/`f` as PostgreSQL and `истина`/`ложь` as Excel and 1C write them.
#[must_use]
pub fn read_bool(text: &str) -> Option<bool> {
    const TRUE: [&str; 6] = ["true", "1", "yes", "да", "t", "истина"];
    const FALSE: [&str; 6] = ["false", "0", "no", "нет", "f", "ложь"];
    match text {
        "true" | "1" => return Some(true),
        "false" | "0" => return Some(false),
        _ => {}
    }
    // Nothing in the lists is longer; a long cell is not worth lowercasing.
    if text.len() > 12 {
        return None;
    }
    let lower = text.to_lowercase();
    if TRUE.contains(&lower.as_str()) {
        Some(true)
    } else if FALSE.contains(&lower.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// Writes a value as JSON; inside a quoted CSV field when `IN_CSV`, that is with its quotes doubled.
#[inline]
pub fn write_value<const IN_CSV: bool>(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Text(text) => write_string::<IN_CSV>(out, text),
        Value::Number(digits) => out.extend_from_slice(digits.as_bytes()),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Hash(hash) => {
            let quote: &[u8] = if IN_CSV { b"\"\"" } else { b"\"" };
            out.extend_from_slice(quote);
            out.extend_from_slice(hash.as_bytes());
            out.extend_from_slice(quote);
        }
    }
}

/// Bytes that JSON cannot hold as they are: control characters, the quote and the backslash.
const NEEDS_ESCAPE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// Writes a JSON string with the shortest escapes, non-ASCII as it is; its quotes doubled when `IN_CSV`.
pub fn write_string<const IN_CSV: bool>(out: &mut Vec<u8>, text: &str) {
    let quote: &[u8] = if IN_CSV { b"\"\"" } else { b"\"" };
    out.extend_from_slice(quote);
    let bytes = text.as_bytes();
    let mut clean = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if NEEDS_ESCAPE[usize::from(byte)] {
            out.extend_from_slice(&bytes[clean..at]);
            write_escape::<IN_CSV>(out, byte);
            clean = at + 1;
        }
    }
    out.extend_from_slice(&bytes[clean..]);
    out.extend_from_slice(quote);
}

#[cold]
fn write_escape<const IN_CSV: bool>(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(if IN_CSV { b"\\\"\"" } else { b"\\\"" }),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x08 => out.extend_from_slice(b"\\b"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\n' => out.extend_from_slice(b"\\n"),
        0x0c => out.extend_from_slice(b"\\f"),
        b'\r' => out.extend_from_slice(b"\\r"),
        other => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(other >> 4)]);
            out.push(HEX[usize::from(other & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_what_json_calls_a_number() {
        for good in [
            "0",
            "-0",
            "1",
            "10",
            "1234.50",
            "0.001",
            "1e5",
            "1E+5",
            "-1.5e-7",
            "123456789012345678901234567890",
        ] {
            assert!(is_json_number(good), "{good}");
        }
        for bad in [
            "", "-", "+1", "01", "007", ".5", "5.", "1e", "1e+", "1 000", "1,5", "NaN", "Infinity",
            "0x10", "٣", "1\n",
        ] {
            assert!(!is_json_number(bad), "{bad}");
        }
    }

    #[test]
    fn a_decimal_comma_becomes_a_dot_and_thousands_lose_their_spaces() {
        let mut out = String::new();
        for (text, number) in [
            ("1 234,50", "1234.50"),
            ("1\u{a0}234\u{a0}567,8", "1234567.8"),
            ("1\u{202f}234", "1234"),
            ("12\u{2009}345,00", "12345.00"),
            ("-5,5", "-5.5"),
            ("1234,5", "1234.5"),
            ("0,10", "0.10"),
        ] {
            assert!(read_decimal_comma(text, &mut out), "{text}");
            assert_eq!(out, number);
        }
        for bad in [
            "1.234,50", "1.5", "12 34,5", "1234 567", "1,2,3", ",5", "5,", " 1", "1  234", "",
            "01,5", "1 2e3", "1 e-5",
        ] {
            assert!(!read_decimal_comma(bad, &mut out), "{bad}");
        }
    }

    #[test]
    fn a_bool_is_read_in_any_case_and_in_both_languages() {
        for yes in ["true", "TRUE", "1", "Yes", "да", "ДА", "t", "ИСТИНА"] {
            assert_eq!(read_bool(yes), Some(true), "{yes}");
        }
        for no in ["false", "False", "0", "NO", "нет", "Нет", "f", "ложь"] {
            assert_eq!(read_bool(no), Some(false), "{no}");
        }
        for neither in ["", "maybe", "2", "y", " true", "true false true"] {
            assert_eq!(read_bool(neither), None, "{neither}");
        }
    }

    #[test]
    fn derived_names_are_answered_with_the_name_to_send() {
        let right = |name: &str| match check_name(name) {
            Err(NameError::Derived(right)) => right,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(
            right("appmetrica_1pd_phone_3"),
            "appmetrica_1pd_phone_sha256_3"
        );
        assert_eq!(
            right("appmetrica_1pd_email_0"),
            "appmetrica_1pd_email_sha256_0"
        );
        assert_eq!(
            right("appmetrica_1pd_telegram"),
            "appmetrica_1pd_telegram_sha256"
        );
        assert_eq!(
            right("appmetrica_1pd_phone_passed"),
            "appmetrica_1pd_phone_sha256_0"
        );
        assert_eq!(
            check_name("appmetrica_1pd_phone_sha256_10"),
            Err(NameError::Reserved)
        );
        assert_eq!(check_name("appmetrica_name"), Err(NameError::Reserved));
        assert_eq!(check_name("AppMetricaFoo"), Err(NameError::Reserved));
    }

    #[test]
    fn documented_first_party_names_and_ordinary_names_pass() {
        assert_eq!(
            check_name("appmetrica_1pd_phone_sha256_9"),
            Ok(NameKind::FirstParty(Contact::Phone))
        );
        assert_eq!(
            check_name("appmetrica_1pd_telegram_sha256"),
            Ok(NameKind::FirstParty(Contact::Telegram))
        );
        assert_eq!(check_name("уровень"), Ok(NameKind::Custom));
        assert_eq!(check_name(&"ы".repeat(200)), Ok(NameKind::Custom));
        assert_eq!(check_name(&"ы".repeat(201)), Err(NameError::TooLong(201)));
        assert_eq!(check_name(""), Err(NameError::Empty));
    }

    proptest! {
        #[test]
        fn a_string_is_written_as_serde_json_writes_it(text in any::<String>()) {
            let mut plain = Vec::new();
            write_string::<false>(&mut plain, &text);
            prop_assert_eq!(&plain, &serde_json::to_vec(&text).unwrap());
            let mut in_csv = Vec::new();
            write_string::<true>(&mut in_csv, &text);
            prop_assert_eq!(String::from_utf8(in_csv).unwrap(), String::from_utf8(plain).unwrap().replace('"', "\"\""));
        }

        #[test]
        fn the_number_grammar_agrees_with_serde_json(text in "[-+0-9.eE ]{0,12}") {
            let by_serde = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text)
                .is_ok_and(|raw| raw.get() == text);
            prop_assert_eq!(is_json_number(&text), by_serde);
        }
    }
}

//! What a row of a file must become, worked out plainly from the plan and the rules.

use std::collections::BTreeMap;

use ampost::attribute::{NameKind, Type, check_name};
use ampost::batch::IdentifierKind;
use ampost::first_party::Contact;
use ampost::guard;
use ampost::mapping::{Column, InvalidContacts, Meaning, Plan, Shape};
use serde_json::value::RawValue;

use super::contacts::{normal, sha256};
use super::json::Members;

/// A value as it must arrive.
#[derive(Debug, PartialEq)]
pub(crate) enum Sent {
    Text(String),
    /// Digit for digit.
    Number(String),
    Bool(bool),
}

/// A row's fate.
#[derive(Debug, PartialEq)]
pub(crate) enum Fate {
    Profile {
        kind: IdentifierKind,
        identifier: String,
        attributes: Vec<(String, Sent)>,
        has_counters: bool,
    },
    Skipped,
    Rejected,
}

/// The fate of `row`.
pub(crate) fn fate(plan: &Plan, row: &[String]) -> Fate {
    try_fate(plan, row).unwrap_or(Fate::Rejected)
}

/// None for a row that is rejected.
fn try_fate(plan: &Plan, row: &[String]) -> Option<Fate> {
    let width = plan.columns.len();
    if row.len() < width || row[width..].iter().any(|cell| !cell.is_empty()) {
        return None;
    }
    let cell = |column: &Column| row[column.index].as_str();
    let named: Vec<(IdentifierKind, &str)> = plan
        .columns
        .iter()
        .filter_map(|column| match column.meaning {
            Meaning::Identifier(kind) => Some((kind, cell(column))),
            _ => None,
        })
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    let is_sent = |column: &&Column| {
        !matches!(
            column.meaning,
            Meaning::Identifier(_) | Meaning::Application | Meaning::Ignored
        )
    };
    let (kind, identifier) = match named.as_slice() {
        [one] => *one,
        [] => {
            let blank = plan
                .columns
                .iter()
                .filter(is_sent)
                .all(|c| cell(c).is_empty());
            return blank.then_some(Fate::Skipped);
        }
        _ => return None,
    };
    if identifier.encode_utf16().count() > 200 {
        return None;
    }
    let mut attributes = Vec::new();
    let mut has_counters = false;
    let mut contacts = [Vec::new(), Vec::new(), Vec::new()];
    for column in &plan.columns {
        let value = cell(column);
        if column.meaning == Meaning::Application
            && let Some(ours) = plan.application_id
            && value.parse() != Ok(ours)
        {
            return None;
        }
        if value.is_empty() {
            continue;
        }
        match &column.meaning {
            Meaning::Contact(contact) => {
                if let Some(attribute) = hashed(plan, *contact, value, &mut contacts)? {
                    attributes.push(attribute);
                }
            }
            Meaning::Hashed(key) => {
                if !is_hash(value) {
                    return None;
                }
                attributes.push((key.name().to_owned(), Sent::Text(value.to_owned())));
            }
            Meaning::Attribute(key, kind) => {
                has_counters |= *kind == Type::Counter;
                attributes.push((key.name().to_owned(), typed(plan, column, *kind, value)?));
            }
            Meaning::Json if plan.shape == Shape::Native => {
                has_counters |= native(value, &plan.declared, &mut attributes)?;
            }
            _ => {}
        }
    }
    if attributes.is_empty() {
        return Some(Fate::Skipped);
    }
    Some(Fate::Profile {
        kind,
        identifier: identifier.to_owned(),
        attributes,
        has_counters,
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b"0123456789abcdef".contains(&b))
}

/// `None`: the row is rejected; `Some(None)`: the value is left out of it.
fn hashed(
    plan: &Plan,
    contact: Contact,
    value: &str,
    seen: &mut [Vec<String>; 3],
) -> Option<Option<(String, Sent)>> {
    let Some(normal) = normal(contact, value, plan.contact_rules) else {
        return match plan.invalid_contacts {
            InvalidContacts::Skip => Some(None),
            InvalidContacts::Reject => None,
        };
    };
    let hash = sha256(&normal);
    let seen = &mut seen[contact as usize];
    if seen.contains(&hash) {
        return Some(None);
    }
    let name = match contact {
        Contact::Phone => format!("appmetrica_1pd_phone_sha256_{}", seen.len()),
        Contact::Email => format!("appmetrica_1pd_email_sha256_{}", seen.len()),
        Contact::Telegram => "appmetrica_1pd_telegram_sha256".to_owned(),
    };
    seen.push(hash.clone());
    Some(Some((name, Sent::Text(hash))))
}

fn typed(plan: &Plan, column: &Column, kind: Type, value: &str) -> Option<Sent> {
    let trimmed = value.trim_matches([' ', '\t', '\u{a0}']);
    match kind {
        Type::String if !column.allow_plain && guard::certain(value).is_some() => None,
        Type::String => Some(Sent::Text(value.to_owned())),
        Type::Bool => match trimmed.to_lowercase().as_str() {
            "true" | "1" | "yes" | "да" | "t" | "истина" => Some(Sent::Bool(true)),
            "false" | "0" | "no" | "нет" | "f" | "ложь" => Some(Sent::Bool(false)),
            _ => None,
        },
        Type::Number | Type::Counter if plan.decimal_comma => with_comma(trimmed).map(Sent::Number),
        Type::Number | Type::Counter => {
            is_number(trimmed).then(|| Sent::Number(trimmed.to_owned()))
        }
    }
}

/// Whether JSON calls it a number, by serde_json.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get() == text)
}

/// A comma for the decimal sign, groups of three digits divided by a space, no dot.
fn with_comma(text: &str) -> Option<String> {
    if text.contains('.') {
        return None;
    }
    let (whole, rest) = match text.find(',') {
        Some(at) => (&text[..at], format!(".{}", &text[at + 1..])),
        None => (text, String::new()),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let groups: Vec<&str> = digits
        .split([' ', '\u{a0}', '\u{2009}', '\u{202f}'])
        .collect();
    let all_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if groups.len() > 1
        && !((1..=3).contains(&groups[0].len())
            && groups.iter().all(|group| all_digits(group))
            && groups[1..].iter().all(|group| group.len() == 3))
    {
        return None;
    }
    let number = format!("{sign}{}{rest}", groups.concat());
    is_number(&number).then_some(number)
}

/// Whether there may be counters; `None` if the row is rejected.
fn native(
    json: &str,
    declared: &BTreeMap<String, Type>,
    attributes: &mut Vec<(String, Sent)>,
) -> Option<bool> {
    let Members(members) = serde_json::from_str(json).ok()?;
    let mut has_counters = false;
    let mut custom = 0;
    for (name, raw) in members {
        let kind = check_name(&name).ok()?;
        custom += usize::from(kind == NameKind::Custom);
        if custom > 100 || attributes.iter().any(|(known, _)| *known == name) {
            return None;
        }
        let (is, value) = match raw.get().as_bytes()[0] {
            b'"' => (
                Type::String,
                Sent::Text(serde_json::from_str(raw.get()).ok()?),
            ),
            b't' => (Type::Bool, Sent::Bool(true)),
            b'f' => (Type::Bool, Sent::Bool(false)),
            b'-' | b'0'..=b'9' => {
                let said = declared.get(&name).copied();
                has_counters |= said.is_none_or(|said| said == Type::Counter);
                let is = if said == Some(Type::Counter) {
                    Type::Counter
                } else {
                    Type::Number
                };
                (is, Sent::Number(raw.get().to_owned()))
            }
            _ => return None,
        };
        if declared.get(&name).is_some_and(|&said| said != is) {
            return None;
        }
        match (kind, &value) {
            (NameKind::Custom, _) => {}
            (NameKind::FirstParty(_), Sent::Text(text)) if is_hash(text) => {}
            (NameKind::FirstParty(_), _) => return None,
        }
        attributes.push((name, value));
    }
    Some(has_counters)
}

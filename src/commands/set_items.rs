//! The attributes of `ampost set`: HTTPie's grammar, with `+=` and `-=` besides, to the JSON that is sent.

use std::collections::BTreeMap;

use crate::attribute::{self, NameKind, Type, Value};
use crate::exit::Exit;
use crate::first_party;
use crate::nearest::nearest;
use crate::post_api::wire::JsonObject;
use crate::profile::printable;

/// The attributes so far, as the JSON that is sent.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) json: JsonObject,
    names: Vec<String>,
    pub(super) counters: Vec<String>,
    custom: usize,
    pub(super) has_counters: bool,
}

impl Attributes {
    /// Takes an item of the command line: HTTPie's grammar, with `+=` and `-=` besides.
    pub(super) fn item(
        &mut self,
        item: &str,
        declared: &BTreeMap<String, Type>,
    ) -> anyhow::Result<()> {
        let (name, operator, text) = split(item).ok_or_else(|| {
            Exit::Usage.error(format!(
                "\"{}\" is not an attribute; write name=text, name:=JSON, name+=1 or name-=1",
                // What stands here may be a value whose name was forgotten.
                crate::mapping::head::masked(item)
            ))
        })?;
        let shown = printable(&name);
        let usage = |reason: String| Exit::Usage.error(format!("attribute \"{shown}\": {reason}"));
        let kind = attribute::check_name(&name).map_err(|error| usage(error.to_string()))?;
        let declared = declared.get(&name).copied();
        match operator {
            Operator::Text => {
                agree(declared, Type::String, &usage)?;
                if matches!(kind, NameKind::FirstParty(_)) && !first_party::is_hash(text) {
                    return Err(usage("is to be a hash of 64 lowercase hexadecimal digits; give clear values with --phone, --email, --telegram".to_owned()));
                }
                self.push(&name, Value::Text(text))
            }
            Operator::Json => self.json(&name, text, kind, declared, &usage),
            Operator::Add | Operator::Subtract => {
                agree(declared, Type::Counter, &usage)?;
                let delta = delta(text, operator == Operator::Subtract).ok_or_else(|| {
                    usage("a counter is changed by a number, such as visits+=1".to_owned())
                })?;
                self.has_counters = true;
                self.counters.push(name.clone());
                self.push(&name, Value::Number(&delta))
            }
        }
    }

    fn json(
        &mut self,
        name: &str,
        text: &str,
        kind: NameKind,
        declared: Option<Type>,
        usage: &dyn Fn(String) -> anyhow::Error,
    ) -> anyhow::Result<()> {
        let text = text.trim_matches([' ', '\t', '\n', '\r']);
        if matches!(kind, NameKind::FirstParty(_)) {
            return Err(usage("is a hash; write it as name=HASH".to_owned()));
        }
        match text.as_bytes().first() {
            Some(b'"') => {
                let string: String = serde_json::from_str(text).map_err(|_| {
                    usage("is not valid JSON; a string is written as :='\"text\"'".to_owned())
                })?;
                agree(declared, Type::String, usage)?;
                self.push(name, Value::Text(&string))
            }
            _ if text == "true" || text == "false" => {
                agree(declared, Type::Bool, usage)?;
                self.push(name, Value::Bool(text == "true"))
            }
            _ if attribute::is_json_number(text) => {
                agree(declared, Type::Number, usage)?;
                self.push(name, Value::Number(text))
            }
            _ => {
                let near = nearest(text, ["true", "false"])
                    .map(|near| format!("; did you mean {near}?"))
                    .unwrap_or_else(|| ".".to_owned());
                Err(usage(format!(
                    "is to be a JSON number, true, false or a string in quotes{near} Text without quotes is written as name=text"
                )))
            }
        }
    }

    pub(super) fn push(&mut self, name: &str, value: Value<'_>) -> anyhow::Result<()> {
        if self.names.iter().any(|known| known == name) {
            return Err(
                Exit::Usage.error(format!("attribute \"{}\" is given twice", printable(name)))
            );
        }
        self.custom += usize::from(attribute::check_name(name) == Ok(NameKind::Custom));
        if self.custom > attribute::MAX_CUSTOM {
            return Err(Exit::Usage.error(format!(
                "more than {} attributes, which an application cannot have",
                attribute::MAX_CUSTOM
            )));
        }
        self.names.push(name.to_owned());
        self.json.push(name, value);
        Ok(())
    }
}

/// Whether the type written agrees with the config's `[attributes]`.
fn agree(
    declared: Option<Type>,
    written: Type,
    usage: &dyn Fn(String) -> anyhow::Error,
) -> anyhow::Result<()> {
    match declared {
        Some(declared) if declared != written => {
            let way = match declared {
                Type::String => "name=text",
                Type::Number => "name:=12.5",
                Type::Bool => "name:=true",
                Type::Counter => "name+=1",
            };
            Err(usage(format!(
                "is declared as {declared} in the config's [attributes]; write it as {way}"
            )))
        }
        _ => Ok(()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Text,
    Json,
    Add,
    Subtract,
}

/// Divides an item at its first operator. A backslash before `=`, `:`, `+`, `-` makes it part of the name;
/// the value is taken as it is.
fn split(item: &str) -> Option<(String, Operator, &str)> {
    let mut name = String::new();
    let mut characters = item.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|&(_, next)| next);
        match (c, next) {
            ('\\', Some(next @ ('=' | ':' | '+' | '-' | '\\'))) => {
                characters.next();
                name.push(next);
            }
            ('=', _) => return Some((name, Operator::Text, &item[at + 1..])),
            (':', Some('=')) => return Some((name, Operator::Json, &item[at + 2..])),
            ('+', Some('=')) => return Some((name, Operator::Add, &item[at + 2..])),
            ('-', Some('=')) => return Some((name, Operator::Subtract, &item[at + 2..])),
            _ => name.push(c),
        }
    }
    None
}

/// A counter's change as a JSON number; `None` when the text is none.
fn delta(text: &str, negative: bool) -> Option<String> {
    if !attribute::is_json_number(text) {
        return None;
    }
    Some(match (negative, text.strip_prefix('-')) {
        (false, _) => text.to_owned(),
        (true, Some(positive)) => positive.to_owned(),
        (true, None) => format!("-{text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_divided_at_its_first_operator() {
        let parts =
            |item| split(item).map(|(name, operator, text)| (name, operator, text.to_owned()));
        let expect =
            |name: &str, operator, text: &str| Some((name.to_owned(), operator, text.to_owned()));
        assert_eq!(parts("tier=gold"), expect("tier", Operator::Text, "gold"));
        assert_eq!(
            parts("url=http://x:=y"),
            expect("url", Operator::Text, "http://x:=y")
        );
        assert_eq!(parts("ltv:=1.50"), expect("ltv", Operator::Json, "1.50"));
        assert_eq!(parts("n+=1"), expect("n", Operator::Add, "1"));
        assert_eq!(parts("a-b-=1"), expect("a-b", Operator::Subtract, "1"));
        assert_eq!(parts(r"a\=b=c\=d"), expect("a=b", Operator::Text, r"c\=d"));
        assert_eq!(parts(r"t\:=x"), expect("t:", Operator::Text, "x"));
        assert_eq!(parts("empty="), expect("empty", Operator::Text, ""));
        assert_eq!(parts("gold"), None);
    }

    #[test]
    fn a_delta_keeps_its_digits_and_turns_its_sign() {
        assert_eq!(delta("1.50", true).as_deref(), Some("-1.50"));
        assert_eq!(delta("-2", true).as_deref(), Some("2"));
        assert_eq!(delta("-2", false).as_deref(), Some("-2"));
        assert_eq!(delta("+2", false), None);
        assert_eq!(delta("1,5", false), None);
    }
}

//! `ampost set`: attributes of one profile, in one request.

use std::collections::BTreeMap;

use serde_json::json;

use crate::attribute::{self, NameKind, Type, Value};
use crate::batch::IdentifierKind;
use crate::cli::SetArgs;
use crate::config::Environment;
use crate::exit::Exit;
use crate::first_party::{self, Contact, Hash, Rules};
use crate::nearest::nearest;
use crate::options::Credentials;
use crate::post_api::reply::Outcome;
use crate::post_api::resource::{Address, Resource, identifier_name};
use crate::post_api::wire::JsonObject;
use crate::profile::printable;
use crate::report::Console;

use super::setup::{self, Setup};
use super::single;

/// Runs the command.
pub(super) fn run(args: &SetArgs, console: &Console) -> anyhow::Result<Exit> {
    let environment = Environment::process();
    let setup = Setup::load(&args.credentials, &environment)?;
    let mut attributes = Attributes::default();
    for item in &args.attributes {
        attributes.item(item, setup.declared())?;
    }
    if let Err(reasons) = contacts(args, &mut attributes)? {
        return rejected(&reasons, console);
    }
    let (kind, id) = match (&args.identity.profile_id, &args.identity.device_id) {
        (Some(id), _) => (IdentifierKind::ProfileId, id),
        (None, Some(id)) => (IdentifierKind::DeviceId, id),
        (None, None) => {
            return Err(
                Exit::Usage.error("say whose attributes: --profile-id ID or --device-id ID")
            );
        }
    };
    check_identifier(id)?;
    let has_counters = attributes.has_counters;
    let json = attributes.json.finish();
    if args.dry_run {
        let api_url = setup.api_url()?.value;
        let application_id = setup.application_id()?.value;
        // Nothing is sent, so no key is needed, and none is shown.
        let address = Address::one(api_url.as_str(), Resource::PROFILES, None, application_id);
        return dry_run(with(address, kind, id, &json), console);
    }
    let sandbox = setup::own_sandbox(args.sandbox, attributes.counters)?;
    let credentials = setup.credentials_for(sandbox.as_ref(), console)?;
    let address = Address::one(
        credentials.api_url.as_str(),
        Resource::PROFILES,
        Some(&credentials.key),
        credentials.application_id,
    );
    let address = with(address, kind, id, &json);
    let http = setup::http(&credentials, &args.connection, 1)?;
    let policy = setup::policy(&args.connection);
    let (outcome, retries) = single::post(
        &http,
        &address,
        &credentials.key,
        &policy,
        !has_counters,
        console,
    );
    report(&outcome, retries, &credentials, console)
}

/// The address with the profile and its attributes.
fn with(mut address: Address, kind: IdentifierKind, id: &str, json: &str) -> Address {
    address.push_personal(identifier_name(kind), id);
    address.push_personal("attributes", json);
    address
}

fn dry_run(address: Address, console: &Console) -> anyhow::Result<Exit> {
    let request = format!("POST {}", address.without_key());
    if console.wants_json() {
        console.result(
            &json!({"acknowledged": false, "dry_run": true, "request": request, "exit_code": 0})
                .to_string(),
        )?;
    } else {
        console.result(&format!("{request}\nContent-Length: 0"))?;
    }
    Ok(Exit::Done)
}

/// The result in words or as JSON, and its exit code.
fn report(
    outcome: &Outcome,
    retries: u32,
    credentials: &Credentials,
    console: &Console,
) -> anyhow::Result<Exit> {
    let said = single::describe(outcome);
    let (exit, text) = match outcome {
        Outcome::Acknowledged => (
            Exit::Done,
            format!(
                "accepted by {} for application {}",
                credentials.api_url.as_str(),
                credentials.application_id
            ),
        ),
        Outcome::Refused { .. } | Outcome::TooLarge { .. } => (
            Exit::Rejected,
            format!(
                "{said}. Nothing was set; check the attributes and the application ID with: ampost verify-keys"
            ),
        ),
        Outcome::Credentials { .. } => (
            Exit::Credentials,
            format!("{said}. The post API key is not accepted; check it with: ampost verify-keys"),
        ),
        Outcome::TryAgain { .. } => (
            Exit::Unavailable,
            format!("{said}. Nothing was set; run the same command again later"),
        ),
        Outcome::InDoubt { .. } if retries > 0 => (
            Exit::Unavailable,
            format!(
                "{said}. Whether it was set is not known; running the same command again does no harm"
            ),
        ),
        Outcome::InDoubt { .. } => (
            Exit::InDoubt,
            format!(
                "{said}. The counter may or may not have been changed, and the request was not repeated, as it could count twice"
            ),
        ),
        Outcome::Unexpected { .. } => (Exit::Failed, format!("{said}. Nothing was set")),
    };
    if console.wants_json() {
        let acknowledged = exit == Exit::Done;
        let reason = (!acknowledged).then_some(&text);
        let json = json!({"acknowledged": acknowledged, "retries": retries, "reason": reason, "exit_code": exit.code()});
        console.last_result(&json.to_string())?;
    } else if exit == Exit::Done {
        console.say(&text);
    }
    if exit != Exit::Done {
        console.error(text);
    }
    Ok(exit)
}

fn rejected(reasons: &[String], console: &Console) -> anyhow::Result<Exit> {
    for reason in reasons {
        console.error(reason);
    }
    console.say("nothing was sent");
    if console.wants_json() {
        let json = json!({"acknowledged": false, "retries": 0, "reason": reasons.join("; "), "exit_code": Exit::Rejected.code()});
        console.last_result(&json.to_string())?;
    }
    Ok(Exit::Rejected)
}

fn check_identifier(id: &str) -> anyhow::Result<()> {
    let units = attribute::utf16_units(id);
    if units > attribute::MAX_IDENTIFIER_UNITS {
        return Err(Exit::Usage.error(format!(
            "the identifier has {units} characters; at most {} are taken",
            attribute::MAX_IDENTIFIER_UNITS
        )));
    }
    if id.trim().is_empty() {
        return Err(Exit::Usage.error("the identifier is empty"));
    }
    Ok(())
}

/// Hashes the contacts; the inner error holds a reason for each that does not normalise.
fn contacts(
    args: &SetArgs,
    attributes: &mut Attributes,
) -> anyhow::Result<Result<(), Vec<String>>> {
    let rules = Rules {
        telegram_keep_case: args.telegram_keep_case,
    };
    let mut refused = Vec::new();
    let mut normalized = Vec::new();
    for (contact, option, values) in [
        (Contact::Phone, "--phone", &args.phone),
        (Contact::Email, "--email", &args.email),
        (Contact::Telegram, "--telegram", &args.telegram),
    ] {
        let most = contact.max_values();
        let mut hashes: Vec<Hash> = Vec::new();
        for (at, value) in values.iter().enumerate() {
            match first_party::normalize_and_hash(contact, value, rules, &mut normalized) {
                Ok(hash) => {
                    if !hashes.contains(&hash) {
                        hashes.push(hash);
                    }
                }
                Err(refusal) if values.len() > 1 => {
                    refused.push(format!("{option} number {}: {refusal}", at + 1))
                }
                Err(refusal) => refused.push(format!("{option}: {refusal}")),
            }
        }
        if hashes.len() > most {
            return Err(Exit::Usage.error(format!(
                "{option} has {} different values; a profile has at most {most}",
                hashes.len()
            )));
        }
        for (name, hash) in contact.attributes().iter().zip(hashes) {
            attributes.push(name, Value::Hash(hash))?;
        }
    }
    Ok(if refused.is_empty() {
        Ok(())
    } else {
        Err(refused)
    })
}

/// The attributes so far, as the JSON that is sent.
#[derive(Default)]
struct Attributes {
    json: JsonObject,
    names: Vec<String>,
    counters: Vec<String>,
    custom: usize,
    has_counters: bool,
}

impl Attributes {
    /// Takes an item of the command line: HTTPie's grammar, with `+=` and `-=` besides.
    fn item(&mut self, item: &str, declared: &BTreeMap<String, Type>) -> anyhow::Result<()> {
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

    fn push(&mut self, name: &str, value: Value<'_>) -> anyhow::Result<()> {
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

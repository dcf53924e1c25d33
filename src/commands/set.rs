//! `ampost set`: attributes of one profile, in one request.

use serde_json::json;

use crate::attribute::{self, Value};
use crate::batch::IdentifierKind;
use crate::cli::SetArgs;
use crate::config::Environment;
use crate::exit::Exit;
use crate::first_party::{self, Contact, Hash, Rules};
use crate::options::Credentials;
use crate::post_api::reply::Outcome;
use crate::post_api::resource::{Address, Resource, identifier_name};
use crate::report::Console;

use super::set_items::Attributes;
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

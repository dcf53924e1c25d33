//! Walks through the columns that nothing names and asks what they are. Whatever it can do, `--map` can.

use std::io::{self, IsTerminal};

use crate::attribute::{self, Type};
use crate::cli::ImportArgs;
use crate::first_party::{self, Contact};
use crate::guard::{self, Looks};
use crate::input::Rows;
use crate::mapping::head::masked;
use crate::mapping::{Meaning, Plan, Rule, Rules, Target};
use crate::profile::printable;
use crate::prompt::{Prompt, Terminal};
use crate::report::Console;

/// Values that are shown of a column.
const SHOWN: usize = 3;

/// Asks, on a terminal, what the columns are that no rule names; the answers become rules.
///
/// Runs when `--save-mapping` asks for it, or when the file cannot be sent as it is because no column names
/// the profile. Without a terminal there is nobody to ask.
pub(super) fn run(
    args: &ImportArgs,
    rules: &mut Rules,
    header: &[String],
    rows: &Rows,
    console: &Console,
) -> anyhow::Result<()> {
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let unmapped = args.mapping.map.is_empty() && args.mapping.mapping.is_none();
    let wanted = args.save_mapping.is_some() || (unmapped && Plan::new(header, rules).is_err());
    if !terminal || args.yes || !wanted {
        return Ok(());
    }
    console.say("What are the columns of this file? Enter accepts what is proposed.");
    // With the profile named, the plan says which columns nothing names.
    let mut has_identifier = names_profile(header, rules);
    for (index, name) in header.iter().enumerate() {
        if name.is_empty() || is_named(index, name, header, rules) {
            continue;
        }
        let values: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.field(index))
            .filter(|value| !value.is_empty())
            .take(200)
            .collect();
        let proposed = propose(name, &values, !has_identifier);
        let samples: Vec<String> = values
            .iter()
            .take(SHOWN)
            .map(|value| masked(value))
            .collect();
        let samples = if samples.is_empty() {
            "empty".to_owned()
        } else {
            samples.join(", ")
        };
        console.say(format!("\n{}: {samples}", printable(name)));
        let target = ask(name, &proposed)?;
        has_identifier |= matches!(target, Target::Identifier(_));
        rules.mapping_file.push((name.clone(), target.to_text()));
    }
    Ok(())
}

fn ask(column: &str, proposed: &Target) -> anyhow::Result<Target> {
    let text = Terminal::new().text(
        "  becomes (profile_id, device_id, phone, email, telegram, ignore, NAME or NAME:TYPE)",
        Some(&proposed.to_text()),
        &|answer: &str| Target::parse(answer).map(|_| ()),
    )?;
    Ok(Target::parse(&text).unwrap_or_else(|_| Target::Attribute(column.to_owned(), None)))
}

/// Whether some rule, or the header, already says what the column is.
fn is_named(index: usize, name: &str, header: &[String], rules: &Rules) -> bool {
    if rules.declared.contains_key(name)
        || rules.mapping_file.iter().any(|(column, _)| column == name)
    {
        return true;
    }
    let with_identifier = Rules {
        maps: rules.maps.clone(),
        mapping_file: rules.mapping_file.clone(),
        ..Rules::default()
    };
    match Plan::new(header, &with_identifier) {
        Ok(plan) => plan
            .columns
            .get(index)
            .is_some_and(|column| column.rule != Rule::Default),
        Err(_) => {
            matches!(Target::from_header(name), Ok(Some(_)) | Err(_))
                || rules.maps.iter().any(|map| {
                    map.strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with('='))
                })
        }
    }
}

fn names_profile(header: &[String], rules: &Rules) -> bool {
    Plan::new(header, rules).is_ok_and(|plan| {
        plan.columns
            .iter()
            .any(|column| matches!(column.meaning, Meaning::Identifier(_)))
    }) || header
        .iter()
        .any(|name| name == "profile_id" || name == "appmetrica_device_id")
}

/// What a column most likely is, by its name and its first values.
fn propose(name: &str, values: &[&str], may_be_identifier: bool) -> Target {
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let most = |test: &dyn Fn(&str) -> bool| {
        !values.is_empty()
            && values.iter().filter(|value| test(value)).count() * 10 >= values.len() * 8
    };
    let normalizes = |contact: Contact| {
        most(&|value| {
            let rules = first_party::Rules {
                telegram_keep_case: false,
            };
            first_party::normalize(contact, value, rules, &mut Vec::new()).is_ok()
        })
    };
    if has(&["phone", "телефон", "тел.", "mobile", "моб"]) && normalizes(Contact::Phone)
        || most(&|value| guard::certain(value) == Some(Looks::Phone))
    {
        return Target::Contact(Contact::Phone);
    }
    if most(&|value| guard::certain(value) == Some(Looks::Email)) {
        return Target::Contact(Contact::Email);
    }
    if has(&["telegram", "телеграм", "tg"]) && normalizes(Contact::Telegram) {
        return Target::Contact(Contact::Telegram);
    }
    if may_be_identifier && has(&["profile", "customer", "client", "user", "клиент", "id"]) {
        return Target::Identifier(crate::batch::IdentifierKind::ProfileId);
    }
    // Names of people have no place in attributes.
    if has(&[
        "фио",
        "имя",
        "фамилия",
        "отчество",
        "full name",
        "first name",
        "last name",
        "surname",
        "адрес",
        "address",
        "паспорт",
        "passport",
    ]) {
        return Target::Ignore;
    }
    let kind = if most(&|value| attribute::is_json_number(value) && value.len() <= 15) {
        Type::Number
    } else if most(&|value| attribute::read_bool(value).is_some()) {
        Type::Bool
    } else {
        Type::String
    };
    match attribute::check_name(name) {
        Ok(attribute::NameKind::Custom) => Target::Attribute(name.to_owned(), Some(kind)),
        _ => Target::Ignore,
    }
}

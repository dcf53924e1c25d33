//! Walks through the columns that nothing names and asks what they are. Whatever it can do, `--map` can.

use std::io::{self, IsTerminal};

use anyhow::Context;

use crate::attribute::{self, Type};
use crate::cli::ImportArgs;
use crate::exit::Exit;
use crate::first_party::{self, Contact};
use crate::guard::{self, Looks};
use crate::input::Rows;
use crate::mapping::head::masked;
use crate::mapping::{Plan, Rules, Target, columns, target};
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
    let named = columns::named_columns(header, rules);
    let unknown: Vec<usize> = (0..header.len()).filter(|&index| !named[index]).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    console.say(
        "What are the columns of this file? Enter accepts what is proposed. Each becomes one of\n  \
         profile_id, device_id     what names the profile\n  \
         phone, email, telegram    normalised and hashed\n  \
         NAME:TYPE                 an attribute; string, number, bool or counter\n  \
         ignore                    not sent",
    );
    let mut has_identifier = columns::names_profile(header, rules);
    for (count, &index) in unknown.iter().enumerate() {
        let values: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.field(index))
            .map(|cell| rules.habits.undo(cell))
            .filter(|value| !value.is_empty())
            .take(200)
            .collect();
        let name = &header[index];
        console.say(format!(
            "\n{} of {}, {}: {}",
            count + 1,
            unknown.len(),
            printable(name),
            samples(&values)
        ));
        let proposed = propose(name, &values, !has_identifier, rules.decimal_comma);
        let target = ask(&proposed, header, rules)?;
        has_identifier |= matches!(target, Target::Identifier(_));
        rules
            .mapping_file
            .push((columns::reference(index, header), target.to_text()));
    }
    if args.save_mapping.is_none() {
        console.notice("to keep these answers for the next run, add --save-mapping FILE");
    }
    Ok(())
}

/// A few values, each shown only as far as recognising it takes.
fn samples(values: &[&str]) -> String {
    let shown: Vec<String> = values
        .iter()
        .take(SHOWN)
        .map(|value| masked(value))
        .collect();
    if shown.is_empty() {
        "no value in the first rows".to_owned()
    } else {
        shown.join(", ")
    }
}

fn ask(proposed: &Target, header: &[String], rules: &Rules) -> anyhow::Result<Target> {
    let read = |answer: &str| {
        let target = Target::parse(answer)?;
        columns::check_spelling(&target, header, &rules.declared)?;
        Ok(target)
    };
    let text = Terminal::new()
        .text("becomes", Some(&proposed.to_text()), &|answer: &str| {
            read(answer).map(|_| ())
        })
        .context("nothing was sent")?;
    read(&text).map_err(|error| Exit::Usage.error(error))
}

/// What a column most likely is, by its name and its first values.
fn propose(name: &str, values: &[&str], may_be_identifier: bool, decimal_comma: bool) -> Target {
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
    if may_be_identifier && target::may_name_profile(name) {
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
    // A type that one value in ten does not have would have that many rows rejected.
    let all =
        |test: &dyn Fn(&str) -> bool| !values.is_empty() && values.iter().all(|value| test(value));
    let kind = if all(&|value| is_amount(value, decimal_comma)) {
        Type::Number
    } else if all(&|value| attribute::read_bool(value).is_some()) {
        Type::Bool
    } else {
        Type::String
    };
    match attribute::check_name(name) {
        // A header that is nearly a rule (`ltv:numbr`) is no name to propose.
        _ if Target::from_header(name).is_err() => Target::Ignore,
        Ok(attribute::NameKind::Custom) => Target::Attribute(name.to_owned(), Some(kind)),
        _ => Target::Ignore,
    }
}

/// Whether a value is a number to compute with. Long digits are names, not amounts.
fn is_amount(value: &str, decimal_comma: bool) -> bool {
    let value = value.trim();
    value.chars().count() <= 15
        && if decimal_comma {
            attribute::read_decimal_comma(value, &mut String::new())
        } else {
            attribute::is_json_number(value)
        }
}

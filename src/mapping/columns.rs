//! From a header and the user's rules to what each column means, with all that can be wrong with it.

use std::collections::BTreeMap;

use crate::attribute::{self, Key, Type};
use crate::first_party::Contact;
use crate::nearest::nearest;
use crate::profile::printable;

use super::plan::{Column, Meaning, Rule, Rules};
use super::target::{REJECT_COLUMNS, Target};
use crate::batch::IdentifierKind;

/// A target for a column, and the rule that gave it.
pub(super) type Said = Option<(Target, Rule)>;

/// What `--map` and the mapping file say, in that order.
pub(super) fn explicit_targets(
    header: &[String],
    rules: &Rules,
    problems: &mut Vec<String>,
) -> Vec<Said> {
    let mut said: Vec<Said> = vec![None; header.len()];
    let mut mapped_twice = vec![false; header.len()];
    for map in &rules.maps {
        match split_map(map, header) {
            Ok((column, target)) => match Target::parse(target) {
                Ok(target) => {
                    if said[column].is_some() && !mapped_twice[column] {
                        mapped_twice[column] = true;
                        problems.push(format!(
                            "--map names the column \"{}\" twice",
                            printable(&header[column])
                        ));
                    }
                    said[column] = Some((target, Rule::Map));
                }
                Err(error) => problems.push(format!("--map {}: {error}", printable(map))),
            },
            Err(error) => problems.push(error),
        }
    }
    for (name, target) in &rules.mapping_file {
        match find_column(name, header) {
            Ok(column) => match Target::parse(target) {
                Ok(target) => {
                    said[column].get_or_insert((target, Rule::MappingFile));
                }
                Err(error) => problems.push(format!(
                    "mapping file, column \"{}\": {error}",
                    printable(name)
                )),
            },
            Err(error) => problems.push(format!("mapping file: {error}")),
        }
    }
    said
}

/// What the header of a wide file says of the columns that nothing else names.
pub(super) fn header_targets(
    header: &[String],
    rules: &Rules,
    said: &mut [Said],
    problems: &mut Vec<String>,
) {
    for (column, cell) in header.iter().enumerate() {
        if said[column].is_some() || cell.is_empty() {
            continue;
        }
        match Target::from_header(cell) {
            Ok(Some(target)) => said[column] = Some((target, Rule::Header)),
            Ok(None) => {}
            Err(_) if rules.only_mapped => {}
            Err(error) => problems.push(format!(
                "column \"{}\": {error}. To leave the column out: --map \"{}=ignore\"",
                printable(cell),
                printable(cell)
            )),
        }
    }
}

/// Divides `COLUMN=TARGET` at the `=` that leaves a column of this file on its left.
fn split_map<'a>(map: &'a str, header: &[String]) -> Result<(usize, &'a str), String> {
    let mut unknown = None;
    for (at, _) in map.match_indices('=') {
        let (name, target) = (&map[..at], &map[at + 1..]);
        match find_column(name, header) {
            Ok(column) => return Ok((column, target)),
            Err(error) => unknown = unknown.or(Some(error)),
        }
    }
    Err(match unknown {
        Some(error) => format!("--map: {error}"),
        None => format!(
            "--map {}: write it as COLUMN=TARGET, for example --map customer_id=profile_id",
            printable(map)
        ),
    })
}

/// The place of the column of that name; the message for people when there is none, or two.
pub fn find_column(name: &str, header: &[String]) -> Result<usize, String> {
    let mut places = (0..header.len()).filter(|&i| header[i] == name);
    match (places.next(), places.next()) {
        (Some(first), Some(second)) => Err(format!(
            "the file has two columns named \"{}\" (columns {} and {}); rename one of them in the file",
            printable(name),
            first + 1,
            second + 1
        )),
        (Some(column), None) => Ok(column),
        (None, _) => {
            let near = nearest(
                name,
                header.iter().map(String::as_str).filter(|c| !c.is_empty()),
            )
            .map(|near| format!(" Did you mean \"{}\"?", printable(near)))
            .unwrap_or_default();
            Err(format!(
                "there is no column \"{}\".{near} The file has: {}",
                printable(name),
                list(header)
            ))
        }
    }
}

/// The column names for a message.
fn list(header: &[String]) -> String {
    const MOST: usize = 30;
    let mut names: Vec<String> = header
        .iter()
        .take(MOST)
        .map(|name| printable(name))
        .collect();
    if header.len() > MOST {
        names.push(format!("and {} more", header.len() - MOST));
    }
    names.join(", ")
}

/// A file is native when it has `attributes` beside an identifier, and nobody says otherwise.
pub(super) fn is_native(header: &[String], said: &[Said]) -> bool {
    let has = |name: &str| header.iter().any(|cell| cell == name);
    let renamed = header.iter().zip(said).any(|(cell, said)| {
        cell == "attributes" && matches!(said, Some((_, Rule::Map | Rule::MappingFile)))
    });
    has("attributes") && (has("profile_id") || has("appmetrica_device_id")) && !renamed
}

pub(super) fn native_columns(
    header: &[String],
    said: &[Said],
    problems: &mut Vec<String>,
    notices: &mut Vec<String>,
) -> Vec<Column> {
    let mut ignored = Vec::new();
    let columns = header
        .iter()
        .zip(said)
        .enumerate()
        .map(|(index, (name, said))| {
            let meaning = match (name.as_str(), said) {
                (_, Some((target, rule @ (Rule::Map | Rule::MappingFile)))) if *target != Target::Ignore => {
                    problems.push(format!(
                        "column \"{}\" is mapped to \"{target}\", but the file has its attributes as JSON in the column \"attributes\"; \
                         leave the mapping out, or map \"attributes\" too (for example to \"ignore\") to have the file read column by column",
                        printable(name)
                    ));
                    return Column { index, name: name.clone(), meaning: Meaning::Ignored, rule: *rule, allow_plain: false };
                }
                (_, Some((_, Rule::Map | Rule::MappingFile))) => Meaning::Ignored,
                ("profile_id", _) => Meaning::Identifier(IdentifierKind::ProfileId),
                ("appmetrica_device_id", _) => Meaning::Identifier(IdentifierKind::DeviceId),
                ("application_id", _) => Meaning::Application,
                ("attributes", _) => Meaning::Json,
                _ => {
                    if !REJECT_COLUMNS.contains(&name.as_str()) {
                        ignored.push(printable(name));
                    }
                    Meaning::Ignored
                }
            };
            Column { index, name: name.clone(), meaning, rule: Rule::Header, allow_plain: false }
        })
        .collect();
    if !ignored.is_empty() {
        notices.push(format!(
            "the attributes are read from the column \"attributes\"; not sent: {}",
            ignored.join(", ")
        ));
    }
    columns
}

pub(super) fn wide_columns(
    header: &[String],
    said: Vec<Said>,
    rules: &Rules,
    problems: &mut Vec<String>,
    notices: &mut Vec<String>,
) -> Vec<Column> {
    let mut unnamed = Vec::new();
    let columns = header
        .iter()
        .zip(said)
        .enumerate()
        .map(|(index, (name, said))| {
            let (meaning, rule) = match said {
                Some((target, rule)) => (meaning(target, name, rules, problems), rule),
                None if name.is_empty() => {
                    unnamed.push((index + 1).to_string());
                    (Meaning::Ignored, Rule::Default)
                }
                None if name == "application_id" => (Meaning::Application, Rule::Header),
                None => match rules.declared.get(name) {
                    Some(&declared) => {
                        (Meaning::Attribute(Key::new(name), declared), Rule::Declared)
                    }
                    None if rules.only_mapped => (Meaning::Ignored, Rule::Default),
                    None => (
                        Meaning::Attribute(Key::new(name), Type::String),
                        Rule::Default,
                    ),
                },
            };
            Column {
                index,
                name: name.clone(),
                meaning,
                rule,
                allow_plain: rules.allow_plain.contains(name),
            }
        })
        .collect();
    if !unnamed.is_empty() {
        let (word, have) = if unnamed.len() == 1 {
            ("column", "has")
        } else {
            ("columns", "have")
        };
        notices.push(format!(
            "{word} {} {have} no name in the header and cannot be sent",
            unnamed.join(", ")
        ));
    }
    columns
}

fn meaning(target: Target, column: &str, rules: &Rules, problems: &mut Vec<String>) -> Meaning {
    match target {
        Target::Identifier(kind) => Meaning::Identifier(kind),
        Target::Contact(contact) => Meaning::Contact(contact),
        Target::Hashed(name) => Meaning::Hashed(Key::new(&name)),
        Target::Ignore => Meaning::Ignored,
        Target::Attribute(name, said) => {
            let declared = rules.declared.get(&name).copied();
            if let (Some(said), Some(declared)) = (said, declared)
                && said != declared
            {
                problems.push(format!(
                    "column \"{}\": \"{}\" is declared as {declared} in the config's [attributes], but mapped as {said}; change one of them",
                    printable(column),
                    printable(&name)
                ));
            }
            Meaning::Attribute(Key::new(&name), said.or(declared).unwrap_or(Type::String))
        }
    }
}

pub(super) fn check_allow_plain(header: &[String], rules: &Rules, problems: &mut Vec<String>) {
    for name in &rules.allow_plain {
        if let Err(error) = find_column(name, header) {
            problems.push(format!("--allow-plain: {error}"));
        }
    }
}

/// What only all columns together can get wrong.
pub(super) fn check_columns(columns: &[Column], header: &[String], problems: &mut Vec<String>) {
    let mut owner: BTreeMap<&str, &Column> = BTreeMap::new();
    let mut contacts = [0_usize; 3];
    let mut custom = 0;
    let mut identifiers: [Option<&Column>; 2] = [None, None];
    for column in columns {
        match &column.meaning {
            Meaning::Identifier(kind) => {
                if let Some(other) = identifiers[*kind as usize].replace(column) {
                    problems.push(two_columns("identifier of the same kind", other, column));
                }
            }
            Meaning::Contact(contact) => contacts[*contact as usize] += 1,
            Meaning::Hashed(key) | Meaning::Attribute(key, _) => {
                if matches!(column.meaning, Meaning::Attribute(..)) {
                    custom += 1;
                }
                if let Err(error) = attribute::check_name(key.name()) {
                    problems.push(format!("column \"{}\": {error}", printable(&column.name)));
                }
                if let Some(other) = owner.insert(key.name(), column) {
                    problems.push(two_columns(
                        &format!("attribute \"{}\"", printable(key.name())),
                        other,
                        column,
                    ));
                }
            }
            Meaning::Application | Meaning::Json | Meaning::Ignored => {}
        }
    }
    if identifiers.iter().all(Option::is_none) {
        problems.push(format!(
            "no column names the profile: say which one does with --map COLUMN=profile_id or --map COLUMN=device_id. The file has: {}",
            list(header)
        ));
    }
    check_contacts(columns, contacts, problems);
    if custom > attribute::MAX_CUSTOM {
        problems.push(format!(
            "the file has {custom} attribute columns, and an application has at most {} attributes; leave some out with --only-mapped or --map COLUMN=ignore",
            attribute::MAX_CUSTOM
        ));
    }
    let sends = columns.iter().any(|c| {
        matches!(
            c.meaning,
            Meaning::Contact(_) | Meaning::Hashed(_) | Meaning::Attribute(..) | Meaning::Json
        )
    });
    if !sends {
        problems.push("no column would be sent: there is nothing but the identifier".to_owned());
    }
}

fn check_contacts(columns: &[Column], counts: [usize; 3], problems: &mut Vec<String>) {
    for contact in Contact::ALL {
        let count = counts[contact as usize];
        let most = contact.max_values();
        if count > most {
            problems.push(format!(
                "{count} columns are mapped to {}, and a profile has at most {most}; map the others to \"ignore\"",
                contact.as_str()
            ));
        }
        let hashed = columns.iter().find(|column| match &column.meaning {
            Meaning::Hashed(key) => {
                attribute::check_name(key.name()) == Ok(attribute::NameKind::FirstParty(contact))
            }
            _ => false,
        });
        if let Some(hashed) = hashed
            && count > 0
        {
            problems.push(format!(
                "column \"{}\" holds hashes of {} while another column holds clear values: both would claim the same attribute; map one of them to \"ignore\"",
                printable(&hashed.name),
                contact.as_str()
            ));
        }
    }
}

fn two_columns(what: &str, first: &Column, second: &Column) -> String {
    format!(
        "columns {} (\"{}\") and {} (\"{}\") are both the {what}; map one of them to \"ignore\" or to another name",
        first.index + 1,
        printable(&first.name),
        second.index + 1,
        printable(&second.name)
    )
}

//! From a header and the user's rules to what each column means, with all that can be wrong with it.

use std::collections::BTreeMap;

use crate::attribute::{self, Key, Type};
use crate::batch::IdentifierKind;
use crate::first_party::Contact;
use crate::nearest::nearest;
use crate::profile::printable;

use super::plan::{Column, Meaning, Rule, Rules};
use super::target::{self, REJECT_COLUMNS, Target};

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

/// The place of the column of that name, or of that number (`#3`); the message for people when there is none,
/// or several.
///
/// # Errors
/// No such column, or more than one.
pub fn find_column(name: &str, header: &[String]) -> Result<usize, String> {
    let places: Vec<usize> = (0..header.len()).filter(|&i| header[i] == name).collect();
    if let (false, [first, .., last]) = (name.is_empty(), places.as_slice()) {
        return Err(format!(
            "the file has {} columns named \"{}\"; tell them apart by their numbers, \"#{}\" and \"#{}\"",
            places.len(),
            printable(name),
            first + 1,
            last + 1
        ));
    }
    if let [only] = places.as_slice() {
        return Ok(*only);
    }
    if let Some(number) = name.strip_prefix('#').and_then(|n| n.parse().ok())
        && (1..=header.len()).contains(&number)
    {
        return Ok(number - 1);
    }
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

/// How a rule names the column: by its name, or by its number where that says too little.
#[must_use]
pub fn reference(index: usize, header: &[String]) -> String {
    match header.get(index) {
        Some(name) if find_column(name, header) == Ok(index) => name.clone(),
        _ => format!("#{}", index + 1),
    }
}

/// The column names for a message. Columns without a name are left out: nothing can be said of them.
fn list(header: &[String]) -> String {
    const MOST: usize = 30;
    let named = || header.iter().filter(|name| !name.is_empty());
    let mut names: Vec<String> = named().take(MOST).map(|name| printable(name)).collect();
    if named().count() > MOST {
        names.push(format!("and {} more", named().count() - MOST));
    }
    names.join(", ")
}

/// The message for a file in which no column names the profile.
fn no_identifier(header: &[String]) -> String {
    let likely = header
        .iter()
        .position(|name| target::may_name_profile(name))
        .map(|index| printable(&reference(index, header)));
    let example = match &likely {
        Some(name) if header.len() > 1 => format!("for example --map \"{name}=profile_id\""),
        _ => "with --map COLUMN=profile_id".to_owned(),
    };
    let advice = match header {
        [_] => ". If that is more than one column, name what divides them with --delimiter",
        _ if likely.is_none() => ". The first line of the file must name the columns",
        _ => "",
    };
    format!(
        "no column names the profile; say which one does, {example} (or device_id). The file has: {}{advice}",
        list(header)
    )
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
                    return Column { index, name: name.clone(), meaning: Meaning::Ignored, rule: *rule, allow_plain: false, typed: true };
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
            Column { index, name: name.clone(), meaning, rule: Rule::Header, allow_plain: false, typed: true }
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
            let typed = !matches!(&said, None | Some((Target::Attribute(_, None), _)));
            let (meaning, rule) = match said {
                Some((target, rule)) => {
                    misspelt(&target, rule, name, header, rules, problems);
                    (meaning(target, name, rules, problems), rule)
                }
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
                allow_plain: rules
                    .allow_plain
                    .iter()
                    .any(|wanted| find_column(wanted, header) == Ok(index)),
                typed: typed || rule == Rule::Declared,
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

/// A target that is nearly one of the fixed words is a slip of the finger, not an attribute's name.
fn misspelt(
    target: &Target,
    rule: Rule,
    column: &str,
    header: &[String],
    rules: &Rules,
    problems: &mut Vec<String>,
) {
    if !matches!(rule, Rule::Map | Rule::MappingFile) {
        return;
    }
    if let Err(error) = check_spelling(target, header, &rules.declared) {
        problems.push(format!("column \"{}\": {error}", printable(column)));
    }
}

/// Refuses an attribute's name that is nearly `email`, `profile_id` or another fixed word, unless the name
/// is declared, is a column's, or comes with a type.
///
/// # Errors
/// What was probably meant, and how to insist.
pub fn check_spelling(
    target: &Target,
    header: &[String],
    declared: &BTreeMap<String, Type>,
) -> Result<(), String> {
    let Target::Attribute(name, None) = target else {
        return Ok(());
    };
    if declared.contains_key(name) || header.contains(name) {
        return Ok(());
    }
    match target::fixed_word_near(name) {
        Some(word) => Err(format!(
            "\"{}\" is no target: did you mean \"{word}\"? If it is to be an attribute of that name, give its type: \"{}:string\"",
            printable(name),
            printable(name)
        )),
        None => Ok(()),
    }
}

/// Which columns need no question: a rule of the user's names them, or the header does, or they cannot be sent.
#[must_use]
pub fn named_columns(header: &[String], rules: &Rules) -> Vec<bool> {
    let said = explicit_targets(header, rules, &mut Vec::new());
    if is_native(header, &said) {
        return vec![true; header.len()];
    }
    header
        .iter()
        .zip(said)
        .map(|(cell, said)| {
            said.is_some()
                || cell.is_empty()
                || cell == "application_id"
                || rules.declared.contains_key(cell)
                || matches!(Target::from_header(cell), Ok(Some(_)))
        })
        .collect()
}

/// Whether a rule of the user's or the header says which column names the profile.
#[must_use]
pub fn names_profile(header: &[String], rules: &Rules) -> bool {
    let said = explicit_targets(header, rules, &mut Vec::new());
    header.iter().zip(said).any(|(cell, said)| match said {
        Some((target, _)) => matches!(target, Target::Identifier(_)),
        None => matches!(Target::from_header(cell), Ok(Some(Target::Identifier(_)))),
    })
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
                    problems.push(two_columns(
                        "identifier of the same kind",
                        other,
                        column,
                        header,
                    ));
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
                        header,
                    ));
                }
            }
            Meaning::Application | Meaning::Json | Meaning::Ignored => {}
        }
    }
    if identifiers.iter().all(Option::is_none) {
        problems.push(no_identifier(header));
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
        problems.push(
            "no column would be sent besides the identifier: map another one to what it is, or leave out --only-mapped or the \"ignore\" that hides it"
                .to_owned(),
        );
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

fn two_columns(what: &str, first: &Column, second: &Column, header: &[String]) -> String {
    format!(
        "columns {} (\"{}\") and {} (\"{}\") are both the {what}; give one of them another name, or leave it out with --map \"{}=ignore\"",
        first.index + 1,
        printable(&first.name),
        second.index + 1,
        printable(&second.name),
        printable(&reference(second.index, header))
    )
}

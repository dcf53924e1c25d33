//! Mapping files: TOML with one table, `[columns]`, of `"column" = "target"`.

use toml_edit::{DocumentMut, Item, Table, value};

use crate::nearest::nearest;
use crate::profile::printable;

use super::columns::reference;
use super::plan::{Column, Meaning, Plan, Rule, Shape};
use super::target::Target;

/// Reads the text of a mapping file.
///
/// # Errors
/// What is wrong with it and on which line, in words.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    // A mark before the first line is what some editors write.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = toml_edit::Document::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        format!("line {line}: not valid TOML: {}", error.message())
    })?;
    let mut columns = Vec::new();
    let mut has_table = false;
    for (key, item) in document.iter() {
        let line = item.span().map_or(1, |span| line_of(text, span.start));
        if key != "columns" {
            let near = nearest(key, ["columns"]).map_or("", |_| " Did you mean [columns]?");
            return Err(format!(
                "line {line}: there is no setting \"{}\" in a mapping file.{near}",
                printable(key)
            ));
        }
        let Some(table) = item.as_table_like() else {
            return Err(format!(
                "line {line}: [columns] is to be a table of \"column\" = \"target\""
            ));
        };
        has_table = true;
        for (column, target) in table.iter() {
            let line = target.span().map_or(line, |span| line_of(text, span.start));
            let Some(target) = target.as_str() else {
                return Err(format!(
                    "line {line}: the target of the column \"{}\" is to be a text, such as \"ltv:number\"",
                    printable(column)
                ));
            };
            columns.push((column.to_owned(), target.to_owned()));
        }
    }
    // An empty one is what is written of a file whose header says it all.
    if !has_table {
        return Err("there is no [columns] table in it".to_owned());
    }
    Ok(columns)
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&b| b == b'\n').count() + 1
}

/// A mapping file that gives the same plan for the same header, whatever the config says. Columns that
/// share their name are told apart by their number.
#[must_use]
pub fn write(plan: &Plan) -> String {
    let mut columns = Table::new();
    let header: Vec<String> = plan.columns.iter().map(|c| c.name.clone()).collect();
    for column in &plan.columns {
        if let Some(target) = target(plan.shape, column) {
            columns.insert(&reference(column.index, &header), value(target.to_text()));
        }
    }
    let mut document = DocumentMut::new();
    document.insert("columns", Item::Table(columns));
    format!(
        "# What each column of the file is. Use it with: ampost import FILE --mapping THIS_FILE\n\
         # Targets: profile_id, device_id, phone, email, telegram, ignore, NAME, NAME:string|number|bool|counter\n{document}"
    )
}

/// The target that gives a column its meaning, unless the header itself does.
fn target(shape: Shape, column: &Column) -> Option<Target> {
    match &column.meaning {
        // A native file says by itself what it is, and no mapping may name what is sent from it.
        Meaning::Ignored if shape == Shape::Native => {
            ["profile_id", "appmetrica_device_id", "application_id"]
                .contains(&column.name.as_str())
                .then_some(Target::Ignore)
        }
        _ if shape == Shape::Native => None,
        Meaning::Identifier(kind) => Some(Target::Identifier(*kind)),
        Meaning::Contact(contact) => Some(Target::Contact(*contact)),
        Meaning::Hashed(key) => Some(Target::Hashed(key.name().to_owned())),
        Meaning::Attribute(key, kind) => {
            Some(Target::Attribute(key.name().to_owned(), Some(*kind)))
        }
        Meaning::Application | Meaning::Json => None,
        Meaning::Ignored if column.rule == Rule::Header || column.name.is_empty() => None,
        Meaning::Ignored => Some(Target::Ignore),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::mapping::{Plan, Rules};

    #[test]
    fn what_is_written_gives_the_same_plan_again() {
        let header: Vec<String> = ["Клиент", "a \"b\"", "phone", "x.y", "Траты"]
            .map(str::to_owned)
            .into();
        let rules = Rules {
            maps: vec![
                "Клиент=profile_id".to_owned(),
                "Траты=ltv:number".to_owned(),
                "x.y=ignore".to_owned(),
            ],
            ..Rules::default()
        };
        let plan = Plan::new(&header, &rules).unwrap();
        let columns = parse(&write(&plan)).unwrap();
        let again = Plan::new(
            &header,
            &Rules {
                mapping_file: columns,
                ..Rules::default()
            },
        )
        .unwrap();
        let meanings = |plan: &Plan| {
            plan.columns
                .iter()
                .map(|c| c.meaning.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(meanings(&plan), meanings(&again));
    }

    #[test]
    fn columns_that_share_a_name_are_numbered_and_those_of_native_files_left_to_the_header() {
        for (header, only_mapped) in [
            (&["profile_id", "phone", "phone", "note", "note"][..], true),
            (&["profile_id", "application_id", "attributes"], false),
        ] {
            let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
            let rules = Rules {
                only_mapped,
                ..Rules::default()
            };
            let written = write(&Plan::new(&header, &rules).unwrap());
            assert_eq!(written.contains("#3"), only_mapped, "{written}");
            // The file alone says it all: no option is needed besides.
            let again = Rules {
                mapping_file: parse(&written).unwrap(),
                ..Rules::default()
            };
            assert!(Plan::new(&header, &again).is_ok(), "{written}");
        }
    }

    #[test]
    fn mistakes_are_named_by_line() {
        assert!(
            parse("[colums]\na = \"b\"\n")
                .unwrap_err()
                .contains("Did you mean [columns]")
        );
        assert!(
            parse("[columns]\na = 1\n")
                .unwrap_err()
                .starts_with("line 2")
        );
        assert!(parse("[columns\n").unwrap_err().contains("line 1"));
        assert!(parse("").unwrap_err().contains("[columns]"));
    }
}

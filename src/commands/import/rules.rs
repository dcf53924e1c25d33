//! From mapping options, mapping file and config to the rules for columns, and from these to a plan.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use anyhow::Context;

use crate::attribute::Type;
use crate::cli::{self, MappingArgs};
use crate::exit::Exit;
use crate::mapping::{Habits, InvalidContacts, Plan, Rules, file};

/// The largest mapping file; far larger than any is.
const LONGEST_MAPPING: u64 = 1 << 20;

/// Gathers the rules.
///
/// # Errors
/// A mapping file that cannot be read or understood.
pub(in crate::commands) fn gather(
    args: &MappingArgs,
    declared: BTreeMap<String, Type>,
    application_id: Option<u64>,
) -> anyhow::Result<Rules> {
    let mapping_file = match &args.mapping {
        None => Vec::new(),
        Some(path) => {
            let mut text = String::new();
            let read = File::open(path)
                .and_then(|file| file.take(LONGEST_MAPPING + 1).read_to_string(&mut text))
                .with_context(|| format!("cannot read the mapping file {}", path.display()))?;
            if read as u64 > LONGEST_MAPPING {
                return Err(Exit::Usage.error(format!(
                    "mapping file {}: is larger than 1 MiB, so it is no mapping file",
                    path.display()
                )));
            }
            file::parse(&text).map_err(|error| {
                Exit::Usage.error(format!("mapping file {}: {error}", path.display()))
            })?
        }
    };
    Ok(Rules {
        maps: args.map.clone(),
        mapping_file,
        declared,
        only_mapped: args.only_mapped,
        allow_plain: args.allow_plain.clone(),
        decimal_comma: args.decimal_comma,
        invalid_contacts: match args.invalid_contacts {
            cli::InvalidContacts::Reject => InvalidContacts::Reject,
            cli::InvalidContacts::Skip => InvalidContacts::Skip,
        },
        telegram_keep_case: args.telegram_keep_case,
        habits: Habits {
            null: args.null.clone(),
            apostrophe: args.strip_apostrophe,
            several_contacts: args.split_contacts,
        },
        application_id,
    })
}

/// The plan for a header.
///
/// # Errors
/// Usage, with every problem there is on a line of its own.
pub(in crate::commands) fn plan(
    header: &[String],
    rules: &Rules,
    source: &str,
) -> anyhow::Result<Plan> {
    Plan::new(header, rules).map_err(|problems| several(source, &problems))
}

/// Several problems with an input as one error.
pub(in crate::commands) fn several(source: &str, problems: &[String]) -> anyhow::Error {
    match problems {
        [only] => Exit::Usage.error(format!("{source}: {only}. Nothing was sent")),
        many => Exit::Usage.error(format!(
            "{source}: nothing was sent, because\n  - {}",
            many.join("\n  - ")
        )),
    }
}

//! `ampost verify-keys`: are key, application ID and attribute names right?

use serde::Serialize;

use crate::attribute::{Key, Type, Value};
use crate::cli::{ConnectionArgs, VerifyKeysArgs};
use crate::config::Environment;
use crate::exit::Exit;
use crate::input::{Origin, Reader, Rows};
use crate::mapping::{Meaning, Plan, RowReader, Shape, head};
use crate::options::Credentials;
use crate::post_api::reply::Outcome;
use crate::post_api::resource::{Address, Resource};
use crate::profile::{Identifier, ProfileSink};
use crate::report::Console;
use crate::report::console::Verbosity;
use crate::report::summary::plural;

use super::import::{rules, source};
use super::setup::{self, Setup};
use super::single;

/// What was found, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Report {
    application_id: u64,
    application_id_from: String,
    post_api_key: String,
    post_api_key_from: String,
    api_url: String,
    /// `null` when the server was not asked, or did not say.
    key_accepted: Option<bool>,
    server: Option<String>,
    file: Option<FileReport>,
    exit_code: u8,
}

/// What was found of the file's attribute keys.
#[derive(Debug, Default, Serialize)]
struct FileReport {
    name: String,
    attributes: Vec<AttributeReport>,
    notices: Vec<String>,
    problems: Vec<String>,
    /// String values over the 200 characters that AppMetrica keeps.
    long_values: u64,
}

/// One attribute key that an import of the file would send.
#[derive(Debug, Serialize)]
struct AttributeReport {
    name: String,
    r#type: &'static str,
    column: String,
}

/// Runs the command.
pub(super) fn run(args: &VerifyKeysArgs, console: &Console) -> anyhow::Result<Exit> {
    let environment = Environment::process();
    let setup = Setup::load(&args.credentials, &environment)?;
    let sandbox = setup::own_sandbox(args.sandbox, Vec::new())?;
    let credentials = setup.credentials_for(sandbox.as_ref(), console)?;
    let mut report = Report {
        application_id: credentials.application_id,
        application_id_from: credentials.application_id_from.to_string(),
        post_api_key: credentials.key.masked(),
        post_api_key_from: credentials.key_from.to_string(),
        api_url: credentials.api_url.as_str().to_owned(),
        key_accepted: None,
        server: None,
        file: None,
        exit_code: 0,
    };
    let mut exit = Exit::Done;
    if let Some(path) = &args.file {
        let file = check_file(args, &Origin::from_argument(path), &setup, &credentials)?;
        if !file.problems.is_empty() {
            exit = Exit::Usage;
        }
        report.file = Some(file);
    }
    if !args.offline {
        let outcome = ask(&credentials, &args.connection, console)?;
        let (accepted, said, code) = judge(&outcome);
        report.key_accepted = accepted;
        report.server = Some(said);
        // A refused key is the first thing to mend.
        exit = if code == Exit::Done { exit } else { code };
    }
    report.exit_code = exit.code();
    tell(&report, console)?;
    Ok(exit)
}

/// Asks the server whether it knows the key, with a request that names no profile and so cannot write.
pub(super) fn ask(
    credentials: &Credentials,
    connection: &ConnectionArgs,
    console: &Console,
) -> anyhow::Result<Outcome> {
    let address = Address::one(
        credentials.api_url.as_str(),
        Resource::PROFILES,
        Some(&credentials.key),
        credentials.application_id,
    );
    let http = setup::http(credentials, connection, 1)?;
    Ok(single::post(
        &http,
        &address,
        &credentials.key,
        &setup::policy(connection),
        true,
        console,
    )
    .0)
}

/// Whether the key is accepted, what to say of it, and the exit code.
pub(super) fn judge(outcome: &Outcome) -> (Option<bool>, String, Exit) {
    let said = single::describe(outcome);
    match outcome {
        // Without a profile there is nothing to apply, so a 400 comes from behind the key check.
        Outcome::Acknowledged | Outcome::Refused { .. } => {
            (Some(true), "the key is accepted".to_owned(), Exit::Done)
        }
        Outcome::Credentials { .. } => (
            Some(false),
            format!(
                "{said}. The key is not accepted: copy it again from the application's settings in AppMetrica, and see that it belongs to this application"
            ),
            Exit::Credentials,
        ),
        Outcome::TryAgain { .. } | Outcome::InDoubt { .. } => (
            None,
            format!("{said}. Whether the key is accepted is not known; try again later"),
            Exit::Unavailable,
        ),
        Outcome::TooLarge { .. } | Outcome::Unexpected { .. } => (
            None,
            format!("{said}. Whether the key is accepted is not known"),
            Exit::Failed,
        ),
    }
}

fn check_file(
    args: &VerifyKeysArgs,
    origin: &Origin,
    setup: &Setup<'_>,
    credentials: &Credentials,
) -> anyhow::Result<FileReport> {
    let name = origin.to_string();
    let mut input = source::open_origin(origin, &args.input)?;
    let rules = rules::gather(
        &args.mapping,
        setup.declared().clone(),
        Some(credentials.application_id),
    )?;
    let plan = match Plan::new(input.header(), &rules) {
        Ok(plan) => plan,
        Err(problems) => {
            return Ok(FileReport {
                name,
                problems,
                ..FileReport::default()
            });
        }
    };
    let mut report = FileReport {
        name,
        attributes: attributes(&plan),
        notices: plan.notices.clone(),
        ..FileReport::default()
    };
    look_at_rows(&plan, &mut input, &mut report)?;
    Ok(report)
}

/// What only the rows show: the names in a native file, clear personal data, values that are too long.
fn look_at_rows(plan: &Plan, input: &mut Reader, report: &mut FileReport) -> anyhow::Result<()> {
    let mut rows = Rows::default();
    let mut names = head::NativeNames::default();
    let mut reader = RowReader::new(plan);
    let mut first = true;
    while input.fill(&mut rows)? {
        if first && plan.shape == Shape::Wide {
            let head = head::inspect(plan, &rows);
            report.problems.extend(head.problems);
            report.notices.extend(head.notices);
        }
        first = false;
        if plan.shape == Shape::Native {
            // The names of a native file stand in its rows, so all of them are looked at.
            names.see(plan, &rows);
            continue;
        }
        for row in &rows {
            // A row that would be rejected is the import's business.
            drop(reader.read(row, &mut Nowhere));
        }
        report.long_values += reader.take_noticed().long_values;
    }
    report.long_values += names.long_values;
    report.problems.extend(names.too_many());
    report.notices.extend(names.in_the_clear());
    for (name, (kind, _)) in names.names {
        report.attributes.push(AttributeReport {
            name,
            r#type: kind.as_str(),
            column: "attributes".to_owned(),
        });
    }
    report.problems.extend(names.disagreements);
    report.problems.extend(names.problems);
    Ok(())
}

/// Takes a profile and keeps nothing of it.
struct Nowhere;

impl ProfileSink for Nowhere {
    fn identifier(&mut self, _: Identifier<'_>) {}
    fn attribute(&mut self, _: &Key, _: Value<'_>) {}
    fn named_attribute(&mut self, _: &str, _: Value<'_>) {}
}

/// The attribute keys that a wide file's columns become.
fn attributes(plan: &Plan) -> Vec<AttributeReport> {
    let mut numbers = [0; 3];
    plan.columns
        .iter()
        .filter_map(|column| {
            let (name, kind) = match &column.meaning {
                Meaning::Attribute(key, kind) => (key.name().to_owned(), kind.as_str()),
                Meaning::Hashed(key) => (key.name().to_owned(), Type::String.as_str()),
                Meaning::Contact(contact) => {
                    let key = plan
                        .contact_keys
                        .get(*contact, numbers[*contact as usize])?;
                    numbers[*contact as usize] += 1;
                    (key.name().to_owned(), Type::String.as_str())
                }
                _ => return None,
            };
            Some(AttributeReport {
                name,
                r#type: kind,
                column: column.name.clone(),
            })
        })
        .collect()
}

fn tell(report: &Report, console: &Console) -> anyhow::Result<()> {
    if console.wants_json() {
        return console.last_result(&serde_json::to_string(report)?);
    }
    let mut lines = vec![
        format!(
            "application ID  {} ({})",
            report.application_id, report.application_id_from
        ),
        format!(
            "post API key    {} ({})",
            report.post_api_key, report.post_api_key_from
        ),
        format!("API address     {}", report.api_url),
    ];
    match &report.server {
        Some(said) => lines.push(format!("server          {said}")),
        None => lines.push("server          not asked".to_owned()),
    }
    if let Some(file) = &report.file {
        lines.push(format!(
            "file            {}: {} attribute keys",
            file.name,
            file.attributes.len()
        ));
        for attribute in &file.attributes {
            let name = crate::profile::printable(&attribute.name);
            let column = crate::profile::printable(&attribute.column);
            lines.push(format!(
                "  {name}  {}, from column \"{column}\"",
                attribute.r#type
            ));
        }
        if file.long_values > 0 {
            lines.push(format!(
                "  {} over 200 characters, which AppMetrica cuts",
                plural(file.long_values, "value")
            ));
        }
        for problem in &file.problems {
            lines.push(format!("  problem: {problem}"));
        }
        if console.verbosity() > Verbosity::Quiet {
            lines.extend(
                file.notices
                    .iter()
                    .map(|notice| format!("  note: {notice}")),
            );
        }
    }
    console.last_result(&lines.join("\n"))
}

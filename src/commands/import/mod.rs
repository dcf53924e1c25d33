//! `ampost import`: the only place that sees the whole way of a row.

mod deliver;
mod dry_run;
mod intake;
mod preview;
mod resume;
pub(super) mod rules;
mod signals;
pub(super) mod source;
mod telling;
mod wizard;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::batch::Shape;
use crate::cli::{ImportArgs, ProgressWhen};
use crate::config::Environment;
use crate::exit::Exit;
use crate::input::{InputError, Origin, Reader, Rows};
use crate::mapping::{Plan, file, head};
use crate::options::Credentials;
use crate::pipeline;
use crate::rejects::{RecordFormat, RejectsFile};
use crate::report::console::Verbosity;
use crate::report::progress::Show;
use crate::report::summary::plural;
use crate::report::{Console, Progress, Summary};

use crate::sandbox::Running;

use super::setup::{self, Setup};
use intake::RejectLog;

/// An input that is ready to be read, and what is to become of its rows.
struct Job {
    input: Reader,
    /// The first rows, read already; `None` for a file without any.
    head: Option<Rows>,
    plan: Arc<Plan>,
    application_id: u64,
    threads: usize,
}

/// Runs the command.
pub(super) fn run(args: &ImportArgs, console: &Console) -> anyhow::Result<Exit> {
    let started = Instant::now();
    check_outputs(args, console)?;
    let environment = Environment::process();
    let setup = Setup::load(&args.credentials, &environment)?;
    let origin = source::origin(args.file.as_deref())?;
    for (path, option) in [
        (&args.output, "--output"),
        (&args.rejects.rejects, "--rejects"),
        (&args.save_mapping, "--save-mapping"),
    ] {
        source::refuse_input_as_output(&origin, path.as_deref(), option)?;
    }
    let name = origin.to_string();
    let mut input = source::open_origin(&origin, &args.input).map_err(nothing_sent)?;
    source::notices(input.found(), console);
    let application_id = setup.application_id_if_given()?.map(|found| found.value);
    let mut rules = rules::gather(&args.mapping, setup.declared().clone(), application_id)?;
    let mut rows = Rows::default();
    let has_rows = input
        .fill(&mut rows)
        .map_err(|error| nothing_sent(error.into()))?;
    wizard::run(args, &mut rules, input.header(), &rows, console)?;
    let plan = rules::plan(input.header(), &rules, &name)?;
    save_mapping(args.save_mapping.as_deref(), &plan, console)?;
    let shown = head::inspect(&plan, &rows);
    if !shown.problems.is_empty() {
        return Err(rules::several(&name, &shown.problems));
    }
    for notice in plan.notices.iter().chain(&shown.notices) {
        console.notice(notice);
    }
    if !has_rows {
        console.notice(format!(
            "{name} has a header and no rows; there is nothing to send"
        ));
    }
    let target = Target::choose(args, &setup, &plan, console)?;
    if !preview::show(args, &input, &plan, &shown, &rows, &target, console)? {
        console.say("nothing was sent");
        return Ok(Exit::Usage);
    }
    let job = Job {
        head: has_rows.then_some(rows),
        application_id: target.application_id().unwrap_or(0),
        threads: pipeline::default_threads(),
        plan: Arc::new(plan),
        input,
    };
    let (mut summary, exit) = carry_out(args, job, target, &origin, &environment, console)?;
    summary.took(started.elapsed());
    summary.exit_code = exit.code();
    tell(&summary, exit, args, console)?;
    Ok(exit)
}

/// Sends the rows, or only prepares them.
fn carry_out(
    args: &ImportArgs,
    job: Job,
    target: Target,
    origin: &Origin,
    environment: &Environment,
    console: &Console,
) -> anyhow::Result<(Summary, Exit)> {
    let show = progress_shown(args.progress, console);
    let size = job.input.found().size;
    let shape = Shape {
        lanes: args.delivery.jobs,
        rows: args.delivery.batch_rows,
        bytes: args.delivery.batch_bytes,
    };
    match target {
        Target::Nowhere(_) => {
            let rejects = reject_log(args, &job, &origin.to_string(), false, console)?;
            let progress = Progress::start(console, show, size);
            let summary = dry_run::run(job, shape, args.output.as_deref(), &rejects, &progress);
            drop(progress);
            rejects.finish()?;
            let summary = summary?;
            let exit = if summary.rows_rejected > 0 {
                Exit::Rejected
            } else {
                Exit::Done
            };
            Ok((summary, exit))
        }
        Target::Server(server) => deliver::run(
            Delivery {
                args,
                job,
                shape,
                origin,
                state_dir: environment
                    .base_directory("XDG_STATE_HOME", ".local/state")
                    .map(|dir| dir.join("ampost")),
                show,
                size,
            },
            &server,
            console,
        ),
    }
}

/// What is to be delivered, and how.
struct Delivery<'a> {
    args: &'a ImportArgs,
    job: Job,
    shape: Shape,
    origin: &'a Origin,
    /// Where journals are when the options do not say: the user's state directory.
    state_dir: Option<PathBuf>,
    show: Show,
    size: Option<u64>,
}

/// An input that cannot be read, told to someone who wants to know what became of the sending.
fn nothing_sent(error: anyhow::Error) -> anyhow::Error {
    if error.downcast_ref::<InputError>().is_none() {
        return error;
    }
    Exit::of(&error).error(telling::with_outcome(
        &format!("{error:#}"),
        "Nothing was sent.",
    ))
}

/// Where the rows go.
enum Target {
    /// Nowhere: a dry run, with the application ID if it is known.
    Nowhere(Option<u64>),
    /// The API, or a sandbox in its place.
    Server(Box<Server>),
}

/// A server and what opens its door.
struct Server {
    credentials: Credentials,
    /// An in-process sandbox lives as long as the run.
    sandbox: Option<Running>,
}

impl Server {
    /// Where rows go, in words.
    fn describe(&self) -> String {
        match &self.sandbox {
            Some(sandbox) => {
                let profiles = match sandbox.totals().profiles {
                    0 => String::new(),
                    held => format!(", which now holds {}", plural(held, "profile")),
                };
                format!("a sandbox inside the program{profiles}; nothing leaves this machine")
            }
            None => format!(
                "application {} ({}) at {}",
                self.credentials.application_id,
                self.credentials.application_id_from,
                self.credentials.api_url.as_str()
            ),
        }
    }
}

impl Target {
    fn choose(
        args: &ImportArgs,
        setup: &Setup<'_>,
        plan: &Plan,
        console: &Console,
    ) -> anyhow::Result<Target> {
        if args.dry_run {
            // The API-ready CSV names the application; checking a file does not need one.
            let application_id = match setup.application_id_if_given()? {
                None if args.output.is_some() => Some(setup.application_id()?),
                known => known,
            };
            return Ok(Target::Nowhere(application_id.map(|found| found.value)));
        }
        let sandbox = setup::own_sandbox(args.sandbox, plan.counter_names())?;
        let credentials = setup.credentials_for(sandbox.as_ref(), console)?;
        Ok(Target::Server(Box::new(Server {
            credentials,
            sandbox,
        })))
    }

    fn application_id(&self) -> Option<u64> {
        match self {
            Target::Nowhere(application_id) => *application_id,
            Target::Server(server) => Some(server.credentials.application_id),
        }
    }
}

/// Standard output holds one thing.
fn check_outputs(args: &ImportArgs, console: &Console) -> anyhow::Result<()> {
    if console.wants_json() && csv_on_stdout(args) {
        return Err(Exit::Usage.error(
            "--output - and --format json both want standard output; write the CSV to a file",
        ));
    }
    Ok(())
}

fn csv_on_stdout(args: &ImportArgs) -> bool {
    args.output.as_deref() == Some(Path::new("-"))
}

fn save_mapping(path: Option<&Path>, plan: &Plan, console: &Console) -> anyhow::Result<()> {
    use anyhow::Context;
    let Some(path) = path else { return Ok(()) };
    std::fs::write(path, file::write(plan))
        .with_context(|| format!("cannot write the mapping to {}", path.display()))?;
    console.say(format!(
        "the mapping is in {}; use it again with --mapping {}",
        path.display(),
        path.display()
    ));
    Ok(())
}

fn progress_shown(when: ProgressWhen, console: &Console) -> Show {
    let terminal = io::stderr().is_terminal();
    match when {
        ProgressWhen::Never => Show::Nothing,
        ProgressWhen::Auto if console.verbosity() == Verbosity::Quiet => Show::Nothing,
        ProgressWhen::Auto | ProgressWhen::Always if terminal => Show::Bar,
        ProgressWhen::Auto | ProgressWhen::Always => Show::Lines,
    }
}

/// The log of rejects with its file, if one was asked for. `ours`: an existing file is one that an earlier,
/// unfinished run of the same job made, and is made anew.
fn reject_log<'c>(
    args: &ImportArgs,
    job: &Job,
    source: &str,
    ours: bool,
    console: &'c Console,
) -> anyhow::Result<RejectLog<'c>> {
    let found = job.input.found();
    let format = RecordFormat {
        delimiter: found.delimiter,
        columns: job.input.header().len(),
        mark: found.encoding != "UTF-8",
    };
    let file = match &args.rejects.rejects {
        None => None,
        Some(path) => Some(RejectsFile::create(
            path,
            job.input.header(),
            format,
            ours,
            args.rejects.overwrite_rejects,
        )?),
    };
    Ok(RejectLog::new(
        console,
        file,
        source.to_owned(),
        format,
        args.rejects.max_rejects,
    ))
}

/// Tells the summary: on stdout, or on stderr when the CSV has that.
fn tell(summary: &Summary, exit: Exit, args: &ImportArgs, console: &Console) -> anyhow::Result<()> {
    if console.wants_json() {
        return console.last_result(&summary.to_json());
    }
    if csv_on_stdout(args) {
        console.say(summary.to_text());
        return Ok(());
    }
    if console.verbosity() == Verbosity::Quiet && exit == Exit::Done {
        return Ok(());
    }
    console.last_result(&summary.to_text())
}

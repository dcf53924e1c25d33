//! What an earlier run of the same job means for this one, decided before anything is sent.
//!
//! A file is prepared once without being sent and compared with the journal, batch by batch: only then is
//! it certain what may be skipped, and whether anything would be counted twice. Standard input cannot be
//! read twice; there the journal compares as the batches come.

use std::cell::Cell;
use std::fs;
use std::time::SystemTime;

use crate::batch::{Batch, Batcher, NewRow, Shape};
use crate::cli::{self, ImportArgs};
use crate::exit::Exit;
use crate::input::{Origin, Rows};
use crate::journal::{Digest, Job as JournalJob, Journal, Opened, Past, Start, Verdict, clean};
use crate::pipeline::{self, Chunk, Flow};
use crate::post_api::wire::{self, Layout};
use crate::prepare::{self, Encoded};
use crate::prompt::{Prompt, Terminal};
use crate::report::Console;
use crate::report::summary::plural;
use crate::upload::InDoubt;

use super::{Delivery, Server, source};

/// How this run begins.
pub(super) struct Decided {
    /// Where what is sent is noted; `None` where there is nothing to go on with later.
    pub(super) journal: Option<Journal>,
    start: Cell<Option<Start>>,
    /// How rows are cut: as this run's options say, or as the run did that is gone on with.
    pub(super) shape: Shape,
    /// What to do with parts in doubt.
    pub(super) in_doubt: InDoubt,
    /// Whether an unfinished run is gone on with.
    pub(super) resumes: bool,
}

impl Decided {
    /// The start for the journal, once.
    pub(super) fn take_start(&self) -> Option<Start> {
        self.start.take()
    }

    fn fresh(journal: Option<Journal>, shape: Shape, counted: Option<Past>) -> Decided {
        Decided {
            start: Cell::new(journal.is_some().then_some(Start::Fresh { counted })),
            journal,
            shape,
            in_doubt: InDoubt::Hold,
            resumes: false,
        }
    }
}

/// The job's name: `--job`, else the file's absolute path; standard input has none by itself.
pub(super) fn label(args: &ImportArgs, origin: &Origin) -> Option<String> {
    match (&args.resume.job, origin) {
        (Some(name), _) => Some(name.clone()),
        (None, Origin::Path(path)) => {
            let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            Some(path.display().to_string())
        }
        (None, Origin::Stdin) => None,
    }
}

/// Opens the journal and decides.
///
/// # Errors
/// Another run is under way, the disk, or what only the user can decide: exit codes 1, 2 and 6.
pub(super) fn decide(
    delivery: &Delivery<'_>,
    server: &Server,
    console: &Console,
) -> anyhow::Result<Decided> {
    let args = delivery.args;
    let shape = delivery.shape;
    // An in-process sandbox forgets everything with the run, so there is nothing to go on with.
    if server.sandbox.is_some() {
        return Ok(Decided::fresh(None, shape, None));
    }
    let Some(label) = label(args, delivery.origin) else {
        if delivery.job.plan.may_count() {
            console.notice("standard input has no name, so this run cannot be gone on with if it is interrupted, and counters could count twice; give it one with --job NAME");
        }
        return Ok(Decided::fresh(None, shape, None));
    };
    let dir = args.resume.state_dir.as_ref().or(delivery.state_dir.as_ref()).ok_or_else(|| {
        Exit::Usage.error("neither XDG_STATE_HOME nor HOME says where to keep the journal; name a directory with --state-dir")
    })?;
    clean::clean(dir, SystemTime::now());
    let job = JournalJob {
        label,
        application_id: server.credentials.application_id.to_string(),
        api: server.credentials.api_url.as_str().to_owned(),
    };
    if args.resume.restart {
        return Ok(Decided::fresh(
            Some(Journal::open_forgetting(dir, &job)?),
            shape,
            None,
        ));
    }
    let (journal, opened) = Journal::open(dir, &job)?;
    match opened {
        Opened::Fresh => Ok(Decided::fresh(Some(journal), shape, None)),
        Opened::Finished(past) => finished(delivery, journal, past),
        Opened::Unfinished(past) => unfinished(delivery, journal, past, console),
    }
}

/// A file that an earlier run finished.
fn finished(delivery: &Delivery<'_>, journal: Journal, past: Past) -> anyhow::Result<Decided> {
    let shape = delivery.shape;
    if delivery.args.resume.again || !past.has_counters() {
        return Ok(Decided::fresh(Some(journal), shape, None));
    }
    if !can_be_read_twice(delivery) {
        return Ok(Decided::fresh(Some(journal), shape, Some(past)));
    }
    match compare(delivery, &past)? {
        Verdict::Same => Err(Exit::Usage.error(format!(
            "{} holds counters and was sent by an earlier run, which came to its end; to count it once more, add --again. Nothing was sent",
            delivery.origin
        ))),
        Verdict::Changed { counted: Some(_) } => Err(counted_before(delivery)),
        Verdict::Changed { counted: None } => Ok(Decided::fresh(Some(journal), shape, None)),
    }
}

/// A file of which an earlier run left something.
fn unfinished(
    delivery: &Delivery<'_>,
    journal: Journal,
    past: Past,
    console: &Console,
) -> anyhow::Result<Decided> {
    let compared = can_be_read_twice(delivery);
    if compared {
        match compare(delivery, &past)? {
            Verdict::Same => {}
            Verdict::Changed { counted: Some(_) } if !delivery.args.resume.again => {
                return Err(counted_before(delivery));
            }
            Verdict::Changed { .. } => {
                console.warning(format!(
                    "{} has changed since the run that did not come to its end; it is sent whole, and what was left of the other is forgotten",
                    delivery.origin
                ));
                return Ok(Decided::fresh(Some(journal), delivery.shape, None));
            }
        }
    }
    let in_doubt = decide_in_doubt(delivery, &past, console)?;
    let shape = shape_of(&past);
    if shape != delivery.shape {
        console.notice(format!(
            "going on with the batches of the earlier run: lanes {}, at most {} rows and {} bytes a request",
            shape.lanes, shape.rows, shape.bytes
        ));
    } else {
        console.notice("going on with an earlier run that did not come to its end");
    }
    Ok(Decided {
        journal: Some(journal),
        start: Cell::new(Some(Start::Resume { past, compared })),
        shape,
        in_doubt,
        resumes: true,
    })
}

fn counted_before(delivery: &Delivery<'_>) -> anyhow::Error {
    Exit::Usage.error(format!(
        "{} has changed, but still holds batches with counters that an earlier run sent: sending it whole would count them twice. \
         Put the earlier file back to go on with it, or send this one whole all the same with --restart. Nothing was sent",
        delivery.origin
    ))
}

/// What to do with parts that an earlier run left in doubt.
fn decide_in_doubt(
    delivery: &Delivery<'_>,
    past: &Past,
    console: &Console,
) -> anyhow::Result<InDoubt> {
    let doubts = past.in_doubt();
    if let Some(decided) = in_doubt(delivery.args.resume.in_doubt) {
        return Ok(decided);
    }
    if doubts.is_empty() {
        return Ok(InDoubt::Hold);
    }
    let rows: u64 = doubts.iter().map(|doubt| doubt.rows).sum();
    let what = format!(
        "an earlier run left {} with counters in doubt ({}): they may or may not have been counted",
        plural(doubts.len() as u64, "request"),
        plural(rows, "row")
    );
    let mut terminal = Terminal::new();
    if !terminal.available() {
        return Err(Exit::InDoubt.error(format!(
            "{what}. Decide with --in-doubt resend (they may count twice) or --in-doubt skip (they may be missing). Nothing was sent"
        )));
    }
    console.say(what);
    let choices = [
        "send them again (they may count twice)".to_owned(),
        "leave them out (they may be missing)".to_owned(),
        "stop here".to_owned(),
    ];
    match terminal.select("What is to be done with them?", &choices, 2)? {
        0 => Ok(InDoubt::Resend),
        1 => Ok(InDoubt::Skip),
        _ => Err(Exit::InDoubt.error("nothing was sent; the requests are still in doubt")),
    }
}

/// How the rows were cut by the run that the journal tells of.
fn shape_of(past: &Past) -> Shape {
    let geometry = past.geometry();
    Shape {
        lanes: geometry.lanes,
        rows: geometry.batch_rows,
        bytes: geometry.batch_bytes,
    }
}

/// Whether the input is a file that stays as it is while it is read twice.
fn can_be_read_twice(delivery: &Delivery<'_>) -> bool {
    matches!(delivery.origin, Origin::Path(path) if fs::metadata(path).is_ok_and(|data| data.is_file()))
}

/// Prepares the input without sending it and compares its batches with the journal's.
fn compare(delivery: &Delivery<'_>, past: &Past) -> anyhow::Result<Verdict> {
    let shape = shape_of(past);
    let mut input = source::open_origin(delivery.origin, &delivery.args.input)?;
    let mut comparison = past.compare();
    let mut batcher = Batcher::new(shape, wire::header);
    let mut see = |batch: &Batch| {
        let counters = batch.has_counters(0..batch.rows.len());
        comparison.batch(
            batch.lane,
            batch.number,
            &Digest::of(&[&batch.body]),
            counters,
        );
    };
    let mut head = Rows::default();
    if input.fill(&mut head)? {
        pipeline::run(
            head,
            input,
            delivery.job.threads,
            prepare::encoder(
                &delivery.job.plan,
                delivery.job.application_id,
                Layout::OneKind,
            ),
            |chunk: &Chunk<Encoded>| -> anyhow::Result<Flow> {
                for (row, bytes) in chunk.made.profiles() {
                    let complete = batcher.push(NewRow {
                        bytes,
                        kind: row.kind,
                        identity: row.identity,
                        line: 0,
                        has_counters: row.has_counters,
                        original: None,
                    });
                    if let Some(batch) = complete {
                        see(&batch);
                    }
                }
                Ok(Flow::Continue)
            },
            || Flow::Continue,
        )?;
    }
    while let Some(batch) = batcher.finish() {
        see(&batch);
    }
    Ok(comparison.verdict())
}

/// `--in-doubt` as the lanes have it; `None` when the user is to be asked.
fn in_doubt(wanted: cli::InDoubt) -> Option<InDoubt> {
    match wanted {
        cli::InDoubt::Ask => None,
        cli::InDoubt::Resend => Some(InDoubt::Resend),
        cli::InDoubt::Skip => Some(InDoubt::Skip),
    }
}

//! What is told of an upload while it runs, and at its end.

use crate::exit::Exit;
use crate::mapping::{Plan, Shape};
use crate::report::summary::plural;
use crate::report::{Console, Progress, Summary};
use crate::upload::{self, Event, Fate, StopReason};

use super::intake::RejectLog;

/// Passes an event on to progress, rejects and console.
///
/// # Errors
/// The rejects file cannot be written.
pub(super) fn event(
    event: &Event,
    source: &str,
    plan: &Plan,
    rejects: &RejectLog<'_>,
    progress: &Progress<'_>,
    console: &Console,
) -> anyhow::Result<()> {
    match event {
        Event::Sending { part, rows, bytes, attempt } => {
            console.detail(format!("request {part}: {} ({bytes} bytes), attempt {attempt}", plural(*rows, "row")));
        }
        Event::Waiting { part, retry, of, duration, why } => {
            console.detail(format!("request {part}: {why}"));
            progress.waiting(format!("waiting {:.1} s, retry {retry} of {of}: {why}", duration.as_secs_f64()));
        }
        Event::Acknowledged { part, .. } => {
            console.detail(format!("request {part}: accepted"));
            progress.accepted(false);
        }
        Event::AlreadySent { part, rows } => console.detail(format!("request {part}: {} sent by an earlier run, skipped", plural(*rows, "row"))),
        Event::Split { part, rows, why } => {
            let why = why.as_deref().unwrap_or("larger than what the server took");
            console.detail(format!("request {part}: {why}; its {} are sent in halves", plural(*rows, "row")));
        }
        Event::RowRefused(row) => {
            progress.rejected(1);
            rejects.reject(row.line, &row.reason, row.original.as_deref())?;
            rejects.flush()?;
        }
        Event::InDoubt { part, rows, lines: (first, last), why } => {
            let undeclared = match plan.shape {
                Shape::Native => "; in a native file a number of undeclared type may be a counter: if it is not, declare it in the config's [attributes]",
                Shape::Wide => "",
            };
            console.warning(format!(
                "{source}, lines {first} to {last}: {} of request {part} with counters in doubt, not repeated: {why}{undeclared}",
                plural(*rows, "row")
            ));
        }
        Event::Abandoned { part, rows } => console.detail(format!("request {part}: {} in doubt are left out, as asked", plural(*rows, "row"))),
        Event::Held { line, .. } => console.warning(format!(
            "{source}, line {line}: the profile has a row in doubt before this one; to keep their order, this row and what follows it in its lane wait for the next run"
        )),
        Event::Unrecorded { rows, lines: (first, last), counters, .. } => {
            let next = if *counters { "the next run will find them in doubt" } else { "the next run will send them once more, which does no harm" };
            console.warning(format!("{source}, lines {first} to {last}: {} were accepted, but the journal could not be written; {next}", plural(*rows, "row")));
        }
        Event::InputChanged => console.warning("the input has changed since the run that did not come to its end; it is sent whole"),
        Event::BatchEnd(Fate::Acknowledged) => progress.accepted(true),
        Event::BatchEnd(_) | Event::Left { .. } | Event::Stopped(_) => {}
    }
    Ok(())
}

/// A message about the input and, behind it, what that meant for the sending.
pub(super) fn with_outcome(message: &str, outcome: &str) -> String {
    match message {
        // A list of proposals ends without a full stop, and nothing may stand in its last line.
        lines if lines.contains('\n') => format!("{lines}\n{outcome}"),
        whole if whole.ends_with(['.', '?', '!']) => format!("{whole} {outcome}"),
        cut => format!("{cut}. {outcome}"),
    }
}

/// Tells how the upload ended; returns the exit code.
pub(super) fn end(
    uploaded: &upload::Summary,
    failed: Option<anyhow::Error>,
    rejected: u64,
    may_count: bool,
    has_journal: bool,
    console: &Console,
    summary: &mut Summary,
) -> Exit {
    if let Some(error) = failed {
        let sent = if uploaded.requests == 0 {
            "Nothing was sent."
        } else {
            "What the summary counts as accepted was sent, the rest was not; when the input is mended, run the same command again to go on."
        };
        let error_text = format!("{error:#}");
        console.error(with_outcome(&error_text, sent));
        summary.stopped = Some(error_text);
        return Exit::of(&error);
    }
    let exit = match &uploaded.stopped {
        Some(StopReason::TooManyRejects { .. }) => Exit::Rejected,
        _ => uploaded.exit(rejected - uploaded.rows_refused.min(rejected)),
    };
    if let Some(reason) = &uploaded.stopped {
        console.error(reason.to_string());
        if !has_journal && may_count && uploaded.requests > 0 {
            console.warning("this run kept no journal: run again, it begins anew and counts again what was accepted");
        }
    }
    if uploaded.batches_in_doubt > 0 {
        console.error(format!(
            "{} in doubt: they may or may not have been counted. Run the same command again with --in-doubt resend (they may count twice) or --in-doubt skip (they may be missing)",
            plural(uploaded.rows_in_doubt, "row")
        ));
    }
    if uploaded.stopped.is_none() && uploaded.rows_left > 0 {
        console.error(format!(
            "{} not sent yet; run the same command again to go on",
            plural(uploaded.rows_left, "row")
        ));
    }
    exit
}

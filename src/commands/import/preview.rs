//! The plan before anything is sent, and the question whether to go on.

use std::io::{self, IsTerminal};
use std::sync::atomic::Ordering;

use crate::cli::ImportArgs;
use crate::input::{Reader, Rows};
use crate::mapping::Plan;
use crate::mapping::head::Head;
use crate::prompt::{Prompt, Terminal};
use crate::report::Console;
use crate::report::plan::Preview;

use super::{Target, source};

/// Shows the plan on a terminal, and in a dry run; asks on a terminal. `false` when the answer was no.
pub(super) fn show(
    args: &ImportArgs,
    input: &Reader,
    plan: &Plan,
    head: &Head,
    rows: &Rows,
    target: &Target,
    console: &Console,
) -> anyhow::Result<bool> {
    let asks =
        !args.yes && !args.dry_run && io::stderr().is_terminal() && io::stdin().is_terminal();
    if !asks && !args.dry_run {
        return Ok(true);
    }
    let found = input.found();
    let preview = Preview {
        source: source::describe(&name(args), found, input.header().len()),
        plan,
        destination: destination(target),
        sample: head.sample.clone(),
        rows: estimate(input, rows),
        batch_rows: args.delivery.batch_rows,
        jobs: args.delivery.jobs,
    };
    console.say(preview.to_text());
    if asks {
        Terminal::new().confirm("Send it?", true)
    } else {
        Ok(true)
    }
}

fn name(args: &ImportArgs) -> String {
    match &args.file {
        Some(path) if path.as_os_str() != "-" => path.display().to_string(),
        _ => "standard input".to_owned(),
    }
}

fn destination(target: &Target) -> Option<String> {
    match target {
        Target::Nowhere(_) => None,
        Target::Server(server) => Some(server.describe()),
    }
}

/// How many rows there will be: exact when all have been read, else from the size of the first ones.
fn estimate(input: &Reader, rows: &Rows) -> Option<(u64, bool)> {
    let size = input.found().size?;
    let read = input.progress().load(Ordering::Relaxed);
    let count = rows.len() as u64;
    if read == 0 || count == 0 {
        return None;
    }
    if read >= size && size < 64 * 1024 {
        return Some((count, true));
    }
    Some(((count.saturating_mul(size) / read).max(count), false))
}

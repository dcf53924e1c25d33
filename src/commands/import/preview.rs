//! The plan before anything is sent, and the question whether to go on.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::Context;

use crate::batch::{BatchCount, Shape};
use crate::cli::ImportArgs;
use crate::input::{Compression, Reader, Row, Rows};
use crate::mapping::head::Head;
use crate::mapping::{Plan, RowReader};
use crate::post_api::wire::{self, Layout};
use crate::prepare::{self, Encoded};
use crate::prompt::{Prompt, Terminal};
use crate::report::Console;
use crate::report::plan::{Amount, Estimate, Preview, SECONDS_A_BATCH};

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
    let preview = Preview {
        source: source::describe(&name(args), input.found(), input.header().len()),
        plan,
        destination: destination(target),
        sample: head.sample.clone(),
        estimate: estimate(args, input, plan, rows),
        batch_rows: args.delivery.batch_rows,
        jobs: args.delivery.jobs,
    };
    console.say(preview.to_text());
    if asks {
        Terminal::new()
            .confirm("Send it?", true)
            .context("nothing was sent")
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

fn destination(target: &Target) -> String {
    match target {
        Target::Nowhere(None) => "nothing is sent (dry run)".to_owned(),
        Target::Nowhere(Some(application)) => {
            format!("for application {application}; nothing is sent (dry run)")
        }
        Target::Server(server) => format!("to {}", server.describe()),
    }
}

/// How much there is to send: exact when all rows have been read, else from the size of the first ones.
fn estimate(args: &ImportArgs, input: &Reader, plan: &Plan, rows: &Rows) -> Estimate {
    let shape = Shape {
        lanes: args.delivery.jobs,
        rows: args.delivery.batch_rows,
        bytes: args.delivery.batch_bytes,
    };
    // The application's number is a few bytes of each row: any will do.
    let mut encoded = Encoded::default();
    let mut reader = RowReader::new(plan);
    prepare::encode(rows, &mut encoded, &mut reader, "1000000", Layout::OneKind);
    let seen = rows.len() as u64;
    let sent = encoded.profiles.len() as u64;
    if input.is_at_end() {
        let mut count = BatchCount::new(shape, wire::header);
        for (row, bytes) in encoded.profiles() {
            count.push(row.kind, row.identity, bytes.len());
        }
        return Estimate::Exact(amount(args, seen, sent, count.batches()));
    }
    // How far a compressed file would unfold, nobody says.
    let (Some(size), Compression::None) = (input.found().size, input.found().compression) else {
        return Estimate::AtLeast(seen);
    };
    let length: u64 = rows
        .iter()
        .map(|row| length_in_file(row, input.found().encoding))
        .sum();
    let all = (seen.saturating_mul(size) / length.max(1)).max(seen);
    let sent = all.saturating_mul(sent) / seen.max(1);
    let row_bytes = (encoded.bytes.len() / encoded.profiles.len().max(1)).max(1);
    let fit = (shape.bytes / row_bytes).clamp(1, shape.rows) as u64;
    let lanes = shape.lanes as u64;
    // Each lane ends with a batch that is not full.
    let batches = sent.div_ceil(lanes).div_ceil(fit) * lanes;
    Estimate::About(amount(args, all, sent, batches))
}

/// About how many bytes the row takes in the file: quotes are not known any more.
fn length_in_file(row: Row<'_>, encoding: &str) -> u64 {
    let characters = || {
        row.iter()
            .map(|field| field.chars().count() as u64)
            .sum::<u64>()
    };
    // A delimiter behind each field, the last one's being the line end.
    let signs = row.len() as u64;
    match encoding {
        "UTF-8" => row.iter().map(|field| field.len() as u64).sum::<u64>() + signs,
        "UTF-16LE" | "UTF-16BE" => 2 * (characters() + signs),
        _ => characters() + signs,
    }
}

fn amount(args: &ImportArgs, rows: u64, sent: u64, batches: u64) -> Amount {
    let requests = batches.div_ceil(args.delivery.jobs as u64) * SECONDS_A_BATCH;
    let paced = args.delivery.rate.map_or(0, |rate| sent / rate);
    Amount {
        rows,
        batches,
        time: Duration::from_secs(requests.max(paced)),
    }
}

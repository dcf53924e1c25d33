//! `import --dry-run`: the same way as an import, with nothing at its end but a count, or a file.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::atomic::Ordering;

use anyhow::Context;

use crate::batch::{BatchCount, IdentifierKind, Shape};
use crate::pipeline::{self, Chunk, Flow};
use crate::post_api::wire::{self, Layout};
use crate::prepare::{self, Encoded};
use crate::report::console::stdout_error;
use crate::report::{Progress, Summary};

use super::Job;
use super::intake::{Intake, RejectLog};

/// Reads, maps and encodes everything; sends nothing.
pub(super) fn run(
    job: Job,
    shape: Shape,
    output: Option<&Path>,
    rejects: &RejectLog<'_>,
    progress: &Progress<'_>,
) -> anyhow::Result<Summary> {
    let kinds: Vec<IdentifierKind> = job.plan.identifier_kinds().collect();
    let (layout, header) = match kinds.as_slice() {
        [only] => (Layout::OneKind, wire::header(*only)),
        _ if output.is_some() => (Layout::BothKinds, wire::header_of_both().to_owned()),
        _ => (Layout::OneKind, String::new()),
    };
    let mut out = Output::open(output)?;
    out.write(header.as_bytes())?;
    let mut intake = Intake::default();
    let mut count = BatchCount::new(shape, wire::header);
    let mut rows_ready = 0;
    let read = job.input.progress();
    let mut stopped = ControlFlow::Continue(());
    if let Some(head) = job.head {
        pipeline::run(
            head,
            job.input,
            job.threads,
            prepare::encoder(&job.plan, job.application_id, layout),
            |chunk: &Chunk<Encoded>| -> anyhow::Result<Flow> {
                intake.chunk(chunk, read.load(Ordering::Relaxed), rejects, progress)?;
                if rejects.too_many() {
                    stopped = ControlFlow::Break(());
                    return Ok(Flow::Stop);
                }
                for (row, bytes) in chunk.made.profiles() {
                    count.push(row.kind, row.identity, bytes.len());
                }
                rows_ready += chunk.made.profiles.len() as u64;
                out.write(&chunk.made.bytes)?;
                Ok(Flow::Continue)
            },
            || Flow::Continue,
        )?;
    }
    out.finish()?;
    let mut summary = Summary {
        dry_run: true,
        rows_ready,
        batches_ready: count.batches(),
        ..Summary::default()
    };
    intake.report(rejects, &mut summary);
    if stopped.is_break() {
        summary.stopped = Some("more rows rejected than --max-rejects allows".to_owned());
    }
    Ok(summary)
}

/// Where the API-ready CSV goes.
enum Output<'p> {
    Nowhere,
    Stdout(io::Stdout),
    File(BufWriter<std::fs::File>, &'p Path),
}

impl<'p> Output<'p> {
    fn open(path: Option<&'p Path>) -> anyhow::Result<Output<'p>> {
        match path {
            None => Ok(Output::Nowhere),
            Some(path) if path == Path::new("-") => Ok(Output::Stdout(io::stdout())),
            // It holds what the export held: for its owner's eyes.
            Some(path) => OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(path)
                .and_then(|file| {
                    // A file that was there keeps its mode otherwise; a pipe or a device has its own.
                    if file.metadata()?.is_file() {
                        file.set_permissions(Permissions::from_mode(0o600))?;
                    }
                    Ok(file)
                })
                .map(|file| Output::File(BufWriter::with_capacity(64 * 1024, file), path))
                .with_context(|| format!("cannot write {}", path.display())),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match self {
            Output::Nowhere => Ok(()),
            Output::Stdout(out) => out.lock().write_all(bytes).map_err(stdout_error),
            Output::File(file, path) => file
                .write_all(bytes)
                .with_context(|| format!("cannot write {}", path.display())),
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Output::Nowhere => Ok(()),
            Output::Stdout(mut out) => out.flush().map_err(stdout_error),
            Output::File(mut file, path) => file
                .flush()
                .with_context(|| format!("cannot write {}", path.display())),
        }
    }
}

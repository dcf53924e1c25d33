//! `import` to a server: journal, lanes, signals, and what they add up to.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::batch::{Batcher, NewRow, Shape};
use crate::exit::Exit;
use crate::journal::{Geometry, Started};
use crate::pipeline::{self, Chunk, Flow};
use crate::post_api::reply::Reply;
use crate::post_api::resource::{Address, Resource};
use crate::post_api::wire::{self, Layout};
use crate::prepare::{self, Encoded};
use crate::report::{Console, Progress, Summary};
use crate::secret::PostApiKey;
use crate::transport::Http;
use crate::upload::driver::{Delivery as Uploading, SystemClock, Upload};
use crate::upload::lane::Settings;
use crate::upload::{self, Run, StopReason, Transport, UploadRequest};

use super::super::setup;
use super::intake::{Intake, RejectLog};
use super::resume::{self, Decided};
use super::{Delivery, Job, Server, signals, telling};

/// Delivers; the summary and the exit code say how far that went.
pub(super) fn run(
    delivery: Delivery<'_>,
    server: &Server,
    console: &Console,
) -> anyhow::Result<(Summary, Exit)> {
    let args = delivery.args;
    let source = delivery.origin.to_string();
    let decided = resume::decide(&delivery, server, console)?;
    let shape = decided.shape;
    let rejects = super::reject_log(args, &delivery.job, &source, decided.resumes, console)?;
    begin_journal(&decided, &delivery, server)?;
    let uploader = Uploader {
        http: setup::http(&server.credentials, &args.connection, args.delivery.jobs)?,
        address: Address::many(
            server.credentials.api_url.as_str(),
            Resource::PROFILES,
            &server.credentials.key,
        ),
        key: &server.credentials.key,
    };
    let run = Arc::new(Run::new(args.rejects.max_rejects));
    signals::watch(&run, console)?;
    let settings = Settings {
        retry: setup::policy(&args.connection),
        in_doubt: decided.in_doubt,
        ..Settings::default()
    };
    let may_count = delivery.job.plan.may_count();
    let plan = Arc::clone(&delivery.job.plan);
    let progress = Progress::start(console, delivery.show, delivery.size);
    let clock = SystemClock::default();
    let events = |event: &upload::Event| {
        if let Err(error) = telling::event(event, &source, &plan, &rejects, &progress, console) {
            run.stop(StopReason::Unexpected {
                why: format!("{error:#}"),
            });
        }
    };
    let mut intake = Intake::default();
    let (uploaded, fed) = std::thread::scope(|scope| {
        let upload = Upload::start(
            scope,
            Uploading {
                lanes: shape.lanes,
                jobs: args.delivery.jobs,
                rate: args.delivery.rate,
                settings: &settings,
                run: &run,
                transport: &uploader,
                journal: decided.journal.as_ref(),
                clock: &clock,
                events: &events,
            },
        );
        let fed = feed(
            delivery.job,
            shape,
            &upload,
            &run,
            &mut intake,
            &rejects,
            &progress,
        );
        (upload.finish(fed.is_ok()), fed)
    });
    drop(progress);
    let mut summary = sum_up(&uploaded);
    summary.destination = Some(server.describe());
    intake.report(&rejects, &mut summary);
    // What was read and came to nothing else: rows that the lanes left, and rows that never reached one.
    let settled = summary.rows_sent
        + summary.rows_already_sent
        + summary.rows_skipped
        + summary.rows_rejected
        + summary.rows_in_doubt
        + summary.rows_abandoned;
    summary.rows_not_sent = summary.rows_read.saturating_sub(settled);
    rejects.finish()?;
    let exit = telling::end(
        &uploaded,
        fed.err(),
        summary.rows_rejected,
        may_count,
        decided.journal.is_some(),
        console,
        &mut summary,
    );
    Ok((summary, exit))
}

/// Reads the input to its end, or to the stop, and hands its batches to the lanes.
fn feed(
    job: Job,
    shape: Shape,
    upload: &Upload<'_, '_>,
    run: &Run,
    intake: &mut Intake,
    rejects: &RejectLog<'_>,
    progress: &Progress<'_>,
) -> anyhow::Result<()> {
    let Some(head) = job.head else { return Ok(()) };
    let keep = rejects.keeps_originals();
    let format = rejects.format();
    let read = job.input.progress();
    let mut batcher = Batcher::new(shape, wire::header);
    let mut original = Vec::new();
    pipeline::run(
        head,
        job.input,
        job.threads,
        prepare::encoder(&job.plan, job.application_id, Layout::OneKind),
        |chunk: &Chunk<Encoded>| -> anyhow::Result<Flow> {
            intake.chunk(chunk, read.load(Ordering::Relaxed), rejects, progress)?;
            run.rejected_locally(chunk.made.rejects.len() as u64);
            for (row, bytes) in chunk.made.profiles() {
                let Some(source) = chunk.rows.get(row.source) else {
                    continue;
                };
                if keep {
                    original.clear();
                    format.write(source, &mut original);
                }
                let complete = batcher.push(NewRow {
                    bytes,
                    kind: row.kind,
                    identity: row.identity,
                    line: source.line(),
                    has_counters: row.has_counters,
                    original: keep.then_some(&original),
                });
                if let Some(batch) = complete
                    && upload.send(batch).is_err()
                {
                    return Ok(Flow::Stop);
                }
            }
            Ok(if run.is_stopped() {
                Flow::Stop
            } else {
                Flow::Continue
            })
        },
        || {
            if run.is_stopped() {
                Flow::Stop
            } else {
                Flow::Continue
            }
        },
    )?;
    while let Some(batch) = batcher.finish() {
        if upload.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

/// The first write to the disk: a full one is found out before anything is sent.
fn begin_journal(
    decided: &Decided,
    delivery: &Delivery<'_>,
    server: &Server,
) -> anyhow::Result<()> {
    let (Some(journal), Some(start)) = (&decided.journal, decided.take_start()) else {
        return Ok(());
    };
    let shape = decided.shape;
    journal.begin(
        start,
        Started {
            format: crate::journal::FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            resumed: false,
            job: resume::label(delivery.args, delivery.origin).unwrap_or_default(),
            application_id: server.credentials.application_id.to_string(),
            api: server.credentials.api_url.as_str().to_owned(),
            geometry: Geometry {
                lanes: shape.lanes,
                batch_rows: shape.rows,
                batch_bytes: shape.bytes,
            },
            counters: delivery.job.plan.may_count(),
            process: std::process::id(),
            time: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_secs()),
        },
    )
}

/// The API as the lanes see it.
struct Uploader<'a> {
    http: Http,
    address: Address,
    key: &'a PostApiKey,
}

impl Transport for Uploader<'_> {
    fn send(&self, request: &UploadRequest<'_>) -> Reply {
        self.http.post(
            request.part.lane,
            &self.address,
            self.key,
            Some(wire::CSV_MEDIA_TYPE),
            request.header,
            request.rows,
        )
    }
}

fn sum_up(uploaded: &upload::Summary) -> Summary {
    Summary {
        rows_sent: uploaded.rows_sent,
        rows_already_sent: uploaded.rows_already_sent,
        rows_in_doubt: uploaded.rows_in_doubt,
        rows_abandoned: uploaded.rows_abandoned,
        batches_acknowledged: uploaded.batches_acknowledged,
        batches_already_sent: uploaded.batches_already_sent,
        batches_in_doubt: uploaded.batches_in_doubt,
        retries: uploaded.retries,
        bytes_sent: uploaded.bytes_sent,
        stopped: uploaded.stopped.as_ref().map(ToString::to_string),
        ..Summary::default()
    }
}

//! Tests of the threads, with real ones and a transport in memory.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::batch::{BatchRow, IdentifierKind};
use crate::exit::Exit;
use crate::journal::{FORMAT, Geometry, Job, Opened, Start, Started};
use crate::post_api::reply::Reply;
use crate::upload::UploadRequest;

fn batch(lane: usize, number: u64) -> Batch {
    let body = format!("h\n{lane}.{number}\n").into_bytes();
    Batch {
        lane,
        number,
        kind: IdentifierKind::ProfileId,
        header_len: 2,
        rows: vec![BatchRow {
            end: body.len(),
            line: number,
            identity: lane as u64,
            has_counters: true,
        }],
        body,
        originals: None,
    }
}

fn status(code: u16) -> Reply {
    Reply::Status {
        code,
        retry_after: None,
        text: String::new(),
    }
}

struct Fake<F> {
    answer: F,
    sent: Mutex<Vec<(usize, u64)>>,
    now: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl<F: Fn(usize, u64) -> Reply + Sync> Fake<F> {
    fn new(answer: F) -> Self {
        Fake {
            answer,
            sent: Mutex::default(),
            now: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        }
    }
}

impl<F: Fn(usize, u64) -> Reply + Sync> Transport for Fake<F> {
    fn send(&self, request: &UploadRequest<'_>) -> Reply {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let (lane, number) = (request.part.lane, request.part.batch);
        assert_eq!(request.rows, format!("{lane}.{number}\n").as_bytes());
        lock(&self.sent).push((lane, number));
        std::thread::sleep(Duration::from_millis(2));
        self.now.fetch_sub(1, Ordering::SeqCst);
        (self.answer)(lane, number)
    }
}

/// Uploads `per_lane` batches in each of `lanes` lanes.
fn upload(
    lanes: usize,
    jobs: usize,
    per_lane: u64,
    run: &Run,
    transport: &dyn Transport,
    journal: Option<&Journal>,
) -> Summary {
    let settings = Settings::default();
    let clock = SystemClock::default();
    std::thread::scope(|scope| {
        let delivery = Delivery {
            lanes,
            jobs,
            rate: None,
            settings: &settings,
            run,
            transport,
            journal,
            clock: &clock,
            events: &|_| {},
        };
        let upload = Upload::start(scope, delivery);
        let all = (0..per_lane).flat_map(|number| (0..lanes).map(move |lane| (lane, number)));
        for (lane, number) in all {
            if upload.send(batch(lane, number)).is_err() {
                break;
            }
        }
        upload.finish(true)
    })
}

#[test]
fn more_lanes_than_jobs_are_shared_out_and_each_keeps_its_order() {
    let run = Run::new(None);
    let transport = Fake::new(|_, _| status(200));
    let summary = upload(5, 2, 10, &run, &transport, None);
    assert_eq!(summary.rows_sent, 50);
    assert_eq!(summary.exit(0), Exit::Done);
    assert!(transport.most_at_once.load(Ordering::SeqCst) <= 2);
    let sent = transport.sent.into_inner().unwrap();
    for lane in 0..5 {
        let numbers: Vec<u64> = sent
            .iter()
            .filter(|(other, _)| *other == lane)
            .map(|(_, number)| *number)
            .collect();
        assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    }
}

#[test]
fn a_refused_key_stops_all_lanes_and_the_producer() {
    let run = Run::new(None);
    let transport = Fake::new(|_, number| status(if number == 3 { 403 } else { 200 }));
    let summary = upload(3, 3, 1000, &run, &transport, None);
    assert_eq!(summary.exit(0), Exit::Credentials);
    assert!(summary.rows_left > 0 && summary.batches < 100);
}

#[test]
fn a_signal_ends_a_long_wait_at_once() {
    let run = Run::new(None);
    let transport = Fake::new(|_, _| Reply::Status {
        code: 503,
        retry_after: Some(Duration::from_secs(3600)),
        text: String::new(),
    });
    let begin = Instant::now();
    let summary = std::thread::scope(|scope| {
        scope.spawn(|| {
            while transport.sent.lock().unwrap().is_empty() {
                std::thread::yield_now();
            }
            run.stop(StopReason::Terminated);
        });
        upload(1, 1, 1, &run, &transport, None)
    });
    assert!(begin.elapsed() < Duration::from_secs(60));
    assert_eq!(summary.exit(0), Exit::Terminated);
    assert_eq!(summary.rows_left, 1);
}

#[test]
fn an_input_that_fails_leaves_what_is_queued_and_tells_so() {
    let run = Run::new(None);
    let settings = Settings::default();
    let clock = SystemClock::default();
    let transport = Fake::new(|_, _| status(200));
    let told = Mutex::new(Vec::new());
    let events = |event: &Event| told.lock().unwrap().push(event.clone());
    let summary = std::thread::scope(|scope| {
        let delivery = Delivery {
            lanes: 1,
            jobs: 1,
            rate: Some(1_000_000),
            settings: &settings,
            run: &run,
            transport: &transport,
            journal: None,
            clock: &clock,
            events: &events,
        };
        Upload::start(scope, delivery).finish(false)
    });
    assert_eq!(summary.stopped, Some(StopReason::Input));
    assert_eq!(
        told.into_inner().unwrap(),
        [Event::Stopped(StopReason::Input)]
    );
}

fn started() -> Started {
    Started {
        format: FORMAT,
        version: "0".into(),
        resumed: false,
        job: "job".into(),
        application_id: "1".into(),
        api: "api".into(),
        geometry: Geometry {
            lanes: 2,
            batch_rows: 1,
            batch_bytes: 1,
        },
        counters: true,
        process: 1,
        time: 0,
    }
}

#[test]
fn what_a_run_left_the_next_one_goes_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let job = Job {
        label: "job".into(),
        application_id: "1".into(),
        api: "api".into(),
    };
    let (journal, _) = Journal::open(dir.path(), &job).unwrap();
    journal
        .begin(Start::Fresh { counted: None }, started())
        .unwrap();
    let run = Run::new(None);
    let transport = Fake::new(|lane, number| match (lane, number) {
        (0, 5) => status(403),
        _ => status(200),
    });
    let first = upload(2, 2, 10, &run, &transport, Some(&journal));
    assert_eq!(first.exit(0), Exit::Credentials);
    drop(journal);

    let (journal, opened) = Journal::open(dir.path(), &job).unwrap();
    let Opened::Unfinished(past) = opened else {
        panic!("{opened:?}");
    };
    assert!(past.in_doubt().is_empty());
    let resume = Start::Resume {
        past,
        compared: false,
    };
    journal.begin(resume, started()).unwrap();
    let run = Run::new(None);
    let transport = Fake::new(|_, _| status(200));
    let second = upload(2, 1, 10, &run, &transport, Some(&journal));
    assert_eq!(second.exit(0), Exit::Done);
    assert_eq!(second.rows_already_sent, first.rows_sent);
    assert_eq!(first.rows_sent + second.rows_sent, 20);
    drop(journal);
    assert!(matches!(
        Journal::open(dir.path(), &job).unwrap().1,
        Opened::Finished(_)
    ));
}

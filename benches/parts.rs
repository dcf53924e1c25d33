//! The parts of preparing a row, each for itself: hashing contacts, encoding mapped rows, cutting batches.
//! `cargo bench --bench parts`; `benches/input.rs` has reading.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write;
use std::hint::black_box;
use std::io::Cursor;

use ampost::batch::{Batcher, NewRow, Shape};
use ampost::first_party::{Contact, Rules as ContactRules, normalize_and_hash};
use ampost::input::{Options, Reader, Rows};
use ampost::mapping::{Plan, RowReader, Rules};
use ampost::post_api::wire::{self, Layout};
use ampost::prepare::{self, Encoded};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROWS: u64 = 2_000;

fn hashing(c: &mut Criterion) {
    let rules = ContactRules::default();
    let mut group = c.benchmark_group("normalise and hash");
    group.throughput(Throughput::Elements(1));
    for (name, contact, value) in [
        ("phone", Contact::Phone, "+7 (900) 123-45-67"),
        ("e-mail", Contact::Email, "First.Last123+crm@Example.com"),
        (
            "e-mail, gmail",
            Contact::Email,
            "First.Last123@googlemail.com",
        ),
        ("telegram", Contact::Telegram, "@example_login"),
    ] {
        let mut scratch = Vec::with_capacity(128);
        group.bench_function(name, |b| {
            b.iter(|| normalize_and_hash(contact, black_box(value), rules, &mut scratch).unwrap());
        });
    }
    group.finish();
}

/// Rows as they come from the reader, and the plan for them.
fn sample() -> (Rows, Plan) {
    let mut csv = String::from("profile_id,phone,email,tier,ltv:number,vip:bool,visits:counter\n");
    for n in 0..ROWS {
        let _ = writeln!(
            csv,
            "c{n:09},8900{n:07},User.{n}@example.com,gold,{n}.50,true,{}",
            n % 40
        );
    }
    let mut reader =
        Reader::from_reader(Cursor::new(csv.into_bytes()), "bench", &Options::default()).unwrap();
    let plan = Plan::new(reader.header(), &Rules::default()).unwrap();
    let mut rows = Rows::new();
    assert!(reader.fill(&mut rows).unwrap());
    (rows, plan)
}

fn encoding(c: &mut Criterion) {
    let (rows, plan) = sample();
    let mut group = c.benchmark_group("rows");
    group.throughput(Throughput::Elements(rows.len() as u64));
    let mut encoded = Encoded::default();
    group.bench_function("map and encode", |b| {
        let mut reader = RowReader::new(&plan);
        b.iter(|| {
            prepare::encode(
                black_box(&rows),
                &mut encoded,
                &mut reader,
                "1234567",
                Layout::OneKind,
            )
        });
    });
    group.bench_function("cut into batches", |b| {
        let shape = Shape {
            lanes: 4,
            rows: 500,
            bytes: 1 << 24,
        };
        b.iter(|| {
            let mut batcher = Batcher::new(shape, wire::header);
            let mut bytes = 0;
            for (row, encoded) in encoded.profiles() {
                let complete = batcher.push(NewRow {
                    bytes: encoded,
                    kind: row.kind,
                    identity: row.identity,
                    line: 0,
                    has_counters: row.has_counters,
                    original: None,
                });
                bytes += complete.map_or(0, |batch| batch.body.len());
            }
            bytes
        });
    });
    group.finish();
}

criterion_group!(benches, hashing, encoding);
criterion_main!(benches);

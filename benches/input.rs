//! Reading rows in bulk, with the plain `csv` crate's reading of the same bytes beside it as the floor.
//!
//! Must not measure what rows mean: it only looks at every field, as a mapping would.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use ampost::input::{EncodingChoice, Options, Reader, Rows};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROWS: u64 = 100_000;

/// A table like `gen_crm.py`'s: eight columns, about eighty bytes a row, one value in five quoted or Cyrillic.
fn table(quoted: bool) -> Vec<u8> {
    let tiers = [
        "bronze",
        "silver",
        "gold",
        "\"platinum, \"\"black\"\"\"",
        "серебро",
    ];
    let mut text = "customer_id,phone,email,telegram,tier,ltv,vip,visits\n".to_owned();
    for row in 0..ROWS {
        let number = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 34;
        let tier = tiers[usize::try_from(number % 5).unwrap_or(0)];
        let cells = [
            format!("c{row:09}"),
            format!("+7 (900) 000-{:02}-{:02}", number % 100, number / 100 % 100),
            format!("user.{number:x}+crm@example.com"),
            String::new(),
            tier.to_owned(),
            format!("{}.{:02}", number % 10_000, number % 100),
            (number % 7 == 0).to_string(),
            (number % 40).to_string(),
        ];
        for (index, cell) in cells.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = if quoted && !cell.starts_with('"') {
                write!(text, "{comma}\"{cell}\"")
            } else {
                write!(text, "{comma}{cell}")
            };
        }
        text.push('\n');
    }
    text.into_bytes()
}

fn with_csv_crate(bytes: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut seen = 0;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        for field in &record {
            seen += black_box(field).len();
        }
    }
    seen
}

fn with_reader(bytes: &Arc<[u8]>, options: &Options, rows: &mut Rows) -> usize {
    let Ok(mut reader) = Reader::from_reader(Cursor::new(Arc::clone(bytes)), "bench", options)
    else {
        return 0;
    };
    let mut seen = 0;
    while reader.fill(rows).unwrap_or(false) {
        for row in &*rows {
            for field in row {
                seen += black_box(field).len();
            }
        }
    }
    seen
}

fn read_rows(criterion: &mut Criterion) {
    for (name, quoted) in [("plain", false), ("quoted", true)] {
        let bytes: Arc<[u8]> = table(quoted).into();
        let ansi: Arc<[u8]> = encoding_rs::WINDOWS_1251
            .encode(&String::from_utf8_lossy(&bytes))
            .0
            .into_owned()
            .into();
        let mut rows = Rows::new();
        let mut group = criterion.benchmark_group(format!("rows/{name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("csv crate, ByteRecord", |bencher| {
            bencher.iter(|| with_csv_crate(&bytes));
        });
        group.bench_function("Reader", |bencher| {
            bencher.iter(|| with_reader(&bytes, &Options::default(), &mut rows));
        });
        group.bench_function("Reader, windows-1251", |bencher| {
            let options = Options {
                encoding: EncodingChoice::Label(encoding_rs::WINDOWS_1251),
                ..Options::default()
            };
            bencher.iter(|| with_reader(&ansi, &options, &mut rows));
        });
        group.finish();
    }
}

criterion_group!(benches, read_rows);
criterion_main!(benches);

//! From the bytes of a file to batches: every row that is sent parses back to what stood in the file, all
//! others are skipped or rejected for a reason, and batches keep their limits.
//!
//! The first four bytes choose options, the rest is the file:
//! encoding (low three bits), quotes off (0x08), repeat the file to some 100 KB (all of 0xf0);
//! delimiter (low three bits), how the file is read in pieces (next two);
//! rules (a bit each); shape of batches.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use ampost::attribute::Type;
use ampost::batch::{Batch, BatchCount, Batcher, IdentifierKind, NewRow, Shape};
use ampost::input::{DelimiterChoice, Options, Reader, Rows};
use ampost::mapping::{InvalidContacts, Plan, RowReader, Rules, head};
use ampost::post_api::wire::{self, Layout};
use ampost::prepare::{Encoded, encode};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::expected::{Fate, Sent, fate};
use super::json::Members;

const ENCODINGS: [&str; 8] = [
    "auto",
    "utf-8",
    "utf-16le",
    "windows-1251",
    "koi8-r",
    "gb18030",
    "shift_jis",
    "iso-2022-jp",
];
const DELIMITERS: [&str; 8] = ["auto", ",", ";", "tab", "|", "space", "^", "\\t"];
const APPLICATION: u64 = 424_242;

/// More text than that is not worth an execution: a small archive can hold a large file.
const ENOUGH: usize = 4 * 1024 * 1024;

/// See the module.
pub fn check(data: &[u8]) {
    let Some((&[encoding, delimiter, rules, shape], file)) = data.split_first_chunk() else {
        return;
    };
    let options = Options {
        encoding: ENCODINGS[usize::from(encoding % 8)].parse().unwrap(),
        delimiter: DELIMITERS[usize::from(delimiter % 8)].parse().unwrap(),
        quotes: encoding & 8 == 0,
    };
    let file = if encoding & 0xf0 == 0xf0 {
        file.repeat(100_000 / file.len().max(1))
    } else {
        file.to_vec()
    };
    let piece = [usize::MAX, 1, 7, 1000][usize::from(delimiter >> 3 & 3)];
    let source = Pieces {
        file: Cursor::new(file.clone()),
        // A byte at a time is for small files.
        piece: if file.len() > 10_000 {
            piece.max(1000)
        } else {
            piece
        },
    };
    let mut reader = match Reader::from_reader(source, "crm.csv", &options) {
        Ok(reader) => reader,
        Err(error) => return super::assert_printable(&error.to_string()),
    };
    let (chunks, whole) = read(&mut reader);
    let rows: Vec<Vec<String>> = cells(&chunks);
    check_reading(&file, &options, &reader, &rows, whole);
    let Ok(plan) = Plan::new(reader.header(), &mapping_rules(rules)) else {
        return;
    };
    let layout = if rules & 0x20 == 0 {
        Layout::OneKind
    } else {
        Layout::BothKinds
    };
    check_rows(&Arc::new(plan), &chunks, layout, &batch_shape(shape));
}

fn mapping_rules(bits: u8) -> Rules {
    Rules {
        declared: BTreeMap::from([
            ("ltv".to_owned(), Type::Number),
            ("visits".to_owned(), Type::Counter),
            ("vip".to_owned(), Type::Bool),
            ("tier".to_owned(), Type::String),
        ]),
        decimal_comma: bits & 1 != 0,
        invalid_contacts: if bits & 2 == 0 {
            InvalidContacts::Reject
        } else {
            InvalidContacts::Skip
        },
        telegram_keep_case: bits & 4 != 0,
        only_mapped: bits & 8 != 0,
        application_id: (bits & 16 == 0).then_some(APPLICATION),
        ..Rules::default()
    }
}

fn batch_shape(bits: u8) -> Shape {
    Shape {
        lanes: usize::from(bits & 3) + 1,
        rows: usize::from(bits >> 2 & 7) + 1,
        bytes: 60 + 40 * usize::from(bits >> 5),
    }
}

/// A source that gives a few bytes at a time.
struct Pieces {
    file: Cursor<Vec<u8>>,
    piece: usize,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let length = out.len().min(self.piece);
        self.file.read(&mut out[..length])
    }
}

/// The chunks, and whether they are all of the file.
fn read(reader: &mut Reader) -> (Vec<Rows>, bool) {
    let mut chunks = Vec::new();
    let mut text = 0;
    loop {
        // One that was used before, so that what was left in it would show.
        let mut rows = Rows::new();
        match reader.fill(&mut rows) {
            Ok(true) => {
                assert!(!rows.is_empty());
                text += rows.iter().flatten().map(str::len).sum::<usize>() + rows.len();
                chunks.push(rows);
                if text > ENOUGH {
                    return (chunks, false);
                }
            }
            Ok(false) => return (chunks, true),
            Err(error) => {
                super::assert_printable(&error.to_string());
                assert!(
                    !matches!(reader.fill(&mut rows), Ok(true)),
                    "no rows after an error"
                );
                return (chunks, false);
            }
        }
    }
}

fn cells(chunks: &[Rows]) -> Vec<Vec<String>> {
    let mut line = 0;
    let rows = chunks.iter().flat_map(|chunk| chunk.iter());
    rows.map(|row| {
        assert!(row.line() > line, "each row begins on a line of its own");
        line = row.line();
        row.iter().map(str::to_owned).collect()
    })
    .collect()
}

/// The cells are those that the csv crate reads from the text that encoding_rs decodes.
fn check_reading(
    file: &[u8],
    options: &Options,
    reader: &Reader,
    rows: &[Vec<String>],
    whole: bool,
) {
    let found = reader.found();
    if found.compression != ampost::input::Compression::None {
        return;
    }
    let (encoding, mark): (&Encoding, usize) = match file {
        [0xef, 0xbb, 0xbf, ..] => (UTF_8, 3),
        [0xff, 0xfe, ..] => (UTF_16LE, 2),
        [0xfe, 0xff, ..] => (UTF_16BE, 2),
        _ => match options.encoding {
            ampost::input::EncodingChoice::Auto => (UTF_8, 0),
            ampost::input::EncodingChoice::Label(encoding) => (encoding, 0),
        },
    };
    assert_eq!(found.encoding, encoding.name());
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&file[mark..])
    else {
        assert!(!whole, "bytes that are not {} were read", encoding.name());
        return;
    };
    let mut text = text.trim_start_matches('\u{feff}');
    if found.sep_line {
        text = &text[text.find(['\r', '\n']).unwrap_or(text.len())..];
    }
    if let DelimiterChoice::Byte(byte) = options.delimiter {
        assert_eq!(found.delimiter, byte);
    }
    let mut expected = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(found.delimiter)
        .quoting(options.quotes)
        .from_reader(text.as_bytes());
    let mut expected = expected.records().map(|record| {
        let record = record.expect("text that is UTF-8");
        record.iter().map(str::to_owned).collect::<Vec<String>>()
    });
    assert_eq!(Some(reader.header()), expected.next().as_deref());
    let mut count = 0;
    for (row, expected) in rows.iter().zip(&mut expected) {
        assert_eq!(*row, expected);
        count += 1;
    }
    assert_eq!(count, rows.len(), "rows that are not in the file");
    assert!(
        !whole || expected.next().is_none(),
        "a row of the file is missing"
    );
}

fn check_rows(plan: &Arc<Plan>, chunks: &[Rows], layout: Layout, shape: &Shape) {
    let mut batcher = Batcher::new(*shape, wire::header);
    let mut count = BatchCount::new(*shape, wire::header);
    let mut reader = RowReader::new(plan);
    let mut encoded = Encoded::default();
    let mut batches = Vec::new();
    let mut sent: Vec<(u64, Vec<u8>)> = Vec::new();
    for rows in chunks {
        encode(
            rows,
            &mut encoded,
            &mut reader,
            &APPLICATION.to_string(),
            layout,
        );
        check_chunk(plan, rows, &encoded, layout);
        for (row, bytes) in encoded.profiles() {
            let line = rows.get(row.source).expect("its source").line();
            sent.push((line, bytes.to_vec()));
            count.push(row.kind, row.identity, bytes.len());
            batches.extend(batcher.push(NewRow {
                bytes,
                kind: row.kind,
                identity: row.identity,
                line,
                has_counters: row.has_counters,
                original: Some(bytes),
            }));
        }
        let head = head::inspect(plan, rows);
        for text in head
            .problems
            .iter()
            .chain(&head.notices)
            .chain(&head.sample)
        {
            super::assert_printable(text);
        }
    }
    while let Some(batch) = batcher.finish() {
        batches.push(batch);
    }
    check_batches(&batches, sent, shape);
    assert!(
        count.batches() >= batches.len() as u64,
        "{} batches were announced and {} are there",
        count.batches(),
        batches.len()
    );
}

/// Each row is in one of the three places, and those that are sent say what the file says.
fn check_chunk(plan: &Plan, rows: &Rows, encoded: &Encoded, layout: Layout) {
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(false)
        .from_reader(encoded.bytes.as_slice())
        .into_records();
    let mut profiles = encoded.profiles().peekable();
    let mut rejects = encoded.rejects.iter().peekable();
    let mut skipped = 0;
    for (source, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(str::to_owned).collect();
        let rejected = rejects.next_if(|(at, _)| *at == source);
        let profile = profiles.next_if(|(row, _)| row.source == source);
        match fate(plan, &cells) {
            Fate::Rejected => {
                assert!(profile.is_none(), "sent, and should be rejected: {cells:?}");
                let (_, reject) = rejected.unwrap_or_else(|| panic!("not rejected: {cells:?}"));
                super::assert_printable(&reject.to_string());
                check_reject(plan, &reject.reason, &cells);
            }
            Fate::Skipped => {
                assert!(profile.is_none() && rejected.is_none(), "{cells:?}");
                skipped += 1;
            }
            Fate::Profile {
                kind,
                identifier,
                attributes,
                has_counters,
            } => {
                let (row, bytes) =
                    profile.unwrap_or_else(|| panic!("not sent: {cells:?}, {:?}", rejected));
                assert_eq!((row.kind, row.has_counters), (kind, has_counters));
                assert!(bytes.ends_with(b"\n"));
                let record = records.next().expect("a record").expect("that is CSV");
                check_record(&record, layout, kind, &identifier, &attributes);
            }
        }
    }
    assert!(profiles.next().is_none() && rejects.next().is_none());
    assert!(records.next().is_none());
    assert_eq!(skipped, encoded.skipped);
}

fn check_record(
    record: &csv::StringRecord,
    layout: Layout,
    kind: IdentifierKind,
    identifier: &str,
    attributes: &[(String, Sent)],
) {
    let fields: Vec<&str> = record.iter().collect();
    let application = APPLICATION.to_string();
    let expected = match (layout, kind) {
        (Layout::OneKind, _) => vec![&application, identifier],
        (Layout::BothKinds, IdentifierKind::ProfileId) => vec![&application, identifier, ""],
        (Layout::BothKinds, IdentifierKind::DeviceId) => vec![&application, "", identifier],
    };
    let (json, before) = fields.split_last().expect("fields");
    assert_eq!(before, expected);
    let Members(members) = serde_json::from_str(json).expect("JSON");
    let sent: Vec<(String, Sent)> = members
        .into_iter()
        .map(|(name, raw)| {
            let value = match raw.get().as_bytes()[0] {
                b'"' => Sent::Text(serde_json::from_str(raw.get()).expect("a string")),
                b't' => Sent::Bool(true),
                b'f' => Sent::Bool(false),
                _ => Sent::Number(raw.get().to_owned()),
            };
            (name, value)
        })
        .collect();
    assert_eq!(sent, attributes);
}

/// A reason names columns and counts, and in native files attributes; no value with digits in it.
fn check_reject(plan: &Plan, reason: &str, cells: &[String]) {
    const WORDS: [&str; 3] = [
        "write it as 1234.50",
        "such as 1 234,50",
        "true/false, 1/0, yes/no",
    ];
    for cell in cells.iter().filter(|cell| cell.chars().count() >= 6) {
        let telling = cell.bytes().any(|b| b.is_ascii_digit());
        let public = plan
            .columns
            .iter()
            .any(|column| column.name.contains(cell.as_str()))
            || WORDS.iter().any(|word| word.contains(cell.as_str()))
            || APPLICATION.to_string().contains(cell.as_str());
        assert!(
            !telling || public || !reason.contains(cell.as_str()),
            "{cell:?} in {reason:?}"
        );
    }
}

fn check_batches(batches: &[Batch], mut sent: Vec<(u64, Vec<u8>)>, shape: &Shape) {
    let mut arrived = Vec::new();
    let mut numbers = vec![0; shape.lanes];
    let mut last_line: BTreeMap<u64, u64> = BTreeMap::new();
    for batch in batches {
        assert_eq!(
            batch.number, numbers[batch.lane],
            "numbers follow each other"
        );
        numbers[batch.lane] += 1;
        assert!(!batch.rows.is_empty() && batch.rows.len() <= shape.rows);
        assert!(batch.body.len() <= shape.bytes || batch.rows.len() == 1);
        assert_eq!(batch.header(), wire::header(batch.kind).as_bytes());
        let (records, ends) = batch.originals.as_ref().expect("originals");
        assert_eq!(records.as_slice(), &batch.body[batch.header_len..]);
        assert_eq!(ends.len(), batch.rows.len());
        for (index, row) in batch.rows.iter().enumerate() {
            assert_eq!(shape.lane(row.identity), batch.lane);
            let before = last_line.insert(row.identity, row.line);
            assert!(
                before.is_none_or(|before| before < row.line),
                "out of order"
            );
            let bytes = batch.row_bytes(index..index + 1);
            arrived.push((row.line, bytes.to_vec()));
        }
        assert_eq!(
            batch.row_bytes(0..batch.rows.len()),
            &batch.body[batch.header_len..]
        );
    }
    arrived.sort();
    sent.sort();
    assert!(
        arrived == sent,
        "rows were lost or doubled between mapping and batches"
    );
}

//! Tests of the input as a whole: bytes in, header and rows or an error out.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dialects;
mod encodings;
mod exports;
mod packed;
mod random;
mod records;
mod refusals;

use std::io::{self, Read, Write};

use super::reader::Sizes;
use super::*;

/// A whole table: the header, and each row with the line it begins on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

/// Gives a few bytes a read: as many as the pattern says, over and over.
struct Dribble {
    bytes: Vec<u8>,
    at: usize,
    pattern: Vec<usize>,
    turn: usize,
}

impl Dribble {
    fn new(bytes: &[u8], pattern: &[usize]) -> Dribble {
        Dribble {
            bytes: bytes.to_vec(),
            at: 0,
            pattern: pattern.to_vec(),
            turn: 0,
        }
    }
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = self.pattern[self.turn % self.pattern.len()];
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = wanted.min(buffer.len()).min(self.bytes.len() - self.at);
        buffer[..length].copy_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

fn read_all(reader: &mut Reader) -> Result<Table, InputError> {
    let mut table = Table {
        header: reader.header().to_vec(),
        rows: Vec::new(),
    };
    let mut rows = Rows::new();
    while reader.fill(&mut rows)? {
        assert!(!rows.is_empty());
        table.rows.extend(
            rows.iter()
                .map(|row| (row.line(), row.iter().map(str::to_owned).collect())),
        );
    }
    assert!(!reader.fill(&mut rows)?, "the end stays the end");
    Ok(table)
}

fn open(bytes: &[u8], options: &Options) -> Result<Reader, InputError> {
    Reader::from_reader(io::Cursor::new(bytes.to_vec()), "crm.csv", options)
}

fn read_with(bytes: &[u8], options: &Options) -> Result<Table, InputError> {
    read_all(&mut open(bytes, options)?)
}

fn read(bytes: impl AsRef<[u8]>) -> Result<Table, InputError> {
    read_with(bytes.as_ref(), &Options::default())
}

fn message(bytes: impl AsRef<[u8]>) -> String {
    read(bytes).unwrap_err().to_string()
}

fn encoded(label: &str) -> Options {
    Options {
        encoding: label.parse().unwrap(),
        ..Options::default()
    }
}

/// Header and rows without lines, for tests that look only at fields.
fn fields(table: &Table) -> Vec<Vec<&str>> {
    std::iter::once(&table.header)
        .chain(table.rows.iter().map(|(_, fields)| fields))
        .map(|fields| fields.iter().map(String::as_str).collect())
        .collect()
}

fn lines(table: &Table) -> Vec<u64> {
    table.rows.iter().map(|(line, _)| *line).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

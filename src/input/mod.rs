//! Bytes to rows: a CSV file as a CRM, a spreadsheet or a database writes it, read without being cleaned first.
//!
//! [`Reader::open`] recognises compression, encoding and delimiter from the file itself and reads the header;
//! [`Reader::fill`] then gives the rows, a chunk at a time, into memory that is used again. The steps, each
//! in its file: `open` and `zstd` (bytes, unpacked), `sniff` (what is no CSV), `encoding` and `text` (UTF-8),
//! `dialect` (delimiter), `parse` (records and their lines), `rows` (the chunk), `reader` (all together).
//!
//! # Rules
//! - A byte order mark decides the encoding, even against the option; without one it is the option, else UTF-8.
//!   So a file of rejects, which is written as UTF-8 with a mark, can be sent again with the first run's options.
//!   Bytes that the encoding does not have are an error. Nothing is replaced or dropped.
//! - The delimiter is the option, else that of Excel's `sep=` line, else the sign that stands most often in the
//!   header outside quotes, of `,` `;` tab `|`. Where two are as frequent: the one that the second line has as
//!   often; failing that, the first of tab, `;`, `|`, `,`. One column needs none.
//! - Records are read as the `csv` crate reads them: LF, CRLF and CR end them, blank lines are passed over, a
//!   quote within an unquoted value is a character. But a quote left open at the end of the file is an error
//!   here, and so is a record longer than [`RECORD_LIMIT`].
//! - Rows may have more or fewer fields than the header. That is for the mapping to judge.
//!
//! This module must not know what a column means, nor of hashing, HTTP or the command line.

mod dialect;
mod encoding;
mod error;
mod open;
mod parse;
mod reader;
mod readings;
mod rows;
mod sniff;
mod text;
mod zstd;

#[cfg(test)]
mod tests;

pub use dialect::{DelimiterChoice, UnknownDelimiter};
pub use encoding::{EncodingChoice, EncodingFrom, UnknownEncoding};
pub use error::{Column, InputError, InputErrorKind};
pub use open::{Compression, Origin};
pub use parse::{FIELDS_LIMIT, RECORD_LIMIT};
pub use reader::{Found, Options, Reader};
pub use readings::HeaderReadings;
pub use rows::{Fields, Row, Rows, RowsIter};
pub use sniff::FileType;

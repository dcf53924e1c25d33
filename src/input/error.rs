//! What can go wrong while a file is opened and read, in words a stranger can act on.
//!
//! A message says what happened, where (file, line, column) and what to do next. It shows the header
//! line where that helps, never a row's values: those may be personal. Knows nothing of exit codes.

use std::fmt;
use std::io;

use super::open::Compression;
use super::readings::HeaderReadings;
use super::sniff::FileType;

/// Which column an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// By the name in the header.
    Named(String),
    /// By its number, from 1, where it has no name.
    Number(usize),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Column::Named(name) => write!(f, "column \"{}\"", printable(name, 60)),
            Column::Number(number) => write!(f, "column {number}"),
        }
    }
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputErrorKind {
    /// There is no such file.
    NotFound,
    /// The file may not be read.
    PermissionDenied,
    /// The path names a directory.
    IsDirectory,
    /// Reading failed.
    Io(io::Error),
    /// There is no header line: the file is empty, or a byte order mark or blank lines are all it holds.
    Empty,
    /// A compressed file stops before its end.
    ArchiveEndsEarly(Compression),
    /// A compressed file cannot be unpacked.
    ArchiveDamaged(Compression, io::Error),
    /// Something else than CSV.
    NotCsv(FileType),
    /// UTF-16 text without a byte order mark; the value is the label for `--encoding`.
    Utf16WithoutBom(&'static str),
    /// Bytes that the encoding does not have.
    Undecodable {
        /// The encoding that was read.
        encoding: &'static str,
        /// How the header line would read in others.
        readings: HeaderReadings,
    },
    /// A quote is still open at the end of the file.
    QuoteLeftOpen {
        /// The line with the opening quote.
        opened: u64,
    },
    /// A record beyond [`super::RECORD_LIMIT`] or [`super::FIELDS_LIMIT`].
    RecordTooLong {
        /// The line with the opening quote of the field that was being read, if it was a quoted one.
        opened: Option<u64>,
    },
    /// The delimiter asked for cannot be one.
    Delimiter(u8),
}

/// Why an input cannot be read (further).
#[derive(Debug)]
pub struct InputError {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: String,
    line: Option<u64>,
    column: Option<Column>,
    kind: InputErrorKind,
}

impl InputError {
    /// An error about the file `file` as a whole.
    pub(super) fn new(file: &str, kind: InputErrorKind) -> InputError {
        InputError {
            inner: Box::new(Inner {
                file: file.to_owned(),
                line: None,
                column: None,
                kind,
            }),
        }
    }

    /// The same error, at line `line`.
    pub(super) fn at(mut self, line: u64, column: Option<Column>) -> InputError {
        self.inner.line = Some(line);
        self.inner.column = column;
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &InputErrorKind {
        &self.inner.kind
    }

    /// The line on which the record in question begins, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.inner.line
    }

    /// The column in question.
    #[must_use]
    pub fn column(&self) -> Option<&Column> {
        self.inner.column.as_ref()
    }
}

impl std::error::Error for InputError {}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            file, line, column, ..
        } = &*self.inner;
        write!(f, "{}", printable(file, usize::MAX))?;
        if let Some(line) = line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.inner.kind)
    }
}

impl fmt::Display for InputErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputErrorKind::NotFound => {
                f.write_str("no such file. Check the path; `-` reads standard input.")
            }
            InputErrorKind::PermissionDenied => {
                f.write_str("permission denied. Make the file readable for this user.")
            }
            InputErrorKind::IsDirectory => {
                f.write_str("this is a directory. Name a CSV file in it.")
            }
            InputErrorKind::Io(error) => write!(f, "reading failed: {error}."),
            InputErrorKind::Empty => f.write_str(
                "there is no header line: the file is empty. The first line must name the columns.",
            ),
            InputErrorKind::ArchiveEndsEarly(compression) => write!(
                f,
                "the {compression} archive ends early, it was cut off. Fetch or make it again."
            ),
            InputErrorKind::ArchiveDamaged(compression, error) => write!(
                f,
                "the {compression} archive is damaged ({error}). Fetch or make it again."
            ),
            InputErrorKind::NotCsv(file_type) => write!(f, "{file_type}"),
            InputErrorKind::Utf16WithoutBom(label) => write!(
                f,
                "this looks like UTF-16 without a byte order mark. Try --encoding {label}."
            ),
            InputErrorKind::Undecodable { encoding, readings } => {
                write!(f, "bytes that are not {encoding}. {readings}")
            }
            InputErrorKind::QuoteLeftOpen { opened } => write!(
                f,
                "a quote opened on line {opened} is still open at the end of the file. {QUOTE_ADVICE}"
            ),
            InputErrorKind::RecordTooLong { opened } => {
                f.write_str("the record that begins here has more than 1 MiB of text, or more than 65,536 fields. ")?;
                match opened {
                    Some(line) => write!(
                        f,
                        "A quote was probably left open on line {line}. {QUOTE_ADVICE}"
                    ),
                    None => f.write_str("Is this a CSV file, with line ends?"),
                }
            }
            InputErrorKind::Delimiter(byte) => write!(
                f,
                "'{}' cannot be a delimiter. Use --delimiter with , ; | tab or another ASCII sign.",
                byte.escape_ascii()
            ),
        }
    }
}

const QUOTE_ADVICE: &str = "Close it; or double it (\"\") where it belongs to the value; or read the \
     file with --no-quotes if it does not quote values at all.";

/// `text` fit for a terminal: at most `max` characters, control and invisible formatting characters escaped.
pub(super) fn printable(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(256));
    for (count, c) in text.chars().enumerate() {
        if count == max {
            out.push('…');
            break;
        }
        match c {
            '\t' => out.push_str("\\t"),
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => out.extend(c.escape_unicode()),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

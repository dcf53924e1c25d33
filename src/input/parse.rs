//! Text to records, by csv-core's state machine, with the line that each record begins on.
//!
//! Writes straight into a chunk's arena. Must not know of files, encodings or headers.

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::rows::Filling;
use super::text::{Text, TextError};

/// The most bytes a record may have, without its delimiters and quotes. A quote left open would
/// otherwise swallow the file, and the memory with it.
pub const RECORD_LIMIT: usize = 1024 * 1024;

/// The most fields a record may have.
pub const FIELDS_LIMIT: usize = 64 * 1024;

/// Why there is no next record.
#[derive(Debug)]
pub(super) enum ParseError {
    /// The text ended in an error, in (or before) the record that begins on `line`, in field `field`, from 0.
    Text {
        error: TextError,
        line: u64,
        field: usize,
    },
    /// The record that begins on `line` has a quote, opened on `opened`, that the end of the file leaves open.
    QuoteLeftOpen { line: u64, opened: u64 },
    /// The record that begins on `line` is too long; `opened` is where the quoted field in it opened.
    TooLong { line: u64, opened: Option<u64> },
}

/// Reads records from a text.
pub(super) struct Parser {
    text: Text,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    core: csv_core::Reader,
    record_limit: usize,
    /// The line at `at`, from 1.
    line: u64,
    /// Whether `buffer` has a CR that no LF follows, which ends a line by itself.
    has_lone_cr: bool,
    /// Whether the text before `buffer` ended in a CR; what comes next decides whether that was a lone one.
    after_cr: bool,
    /// Met while the buffer was first filled; told once that has been parsed.
    error: Option<TextError>,
}

impl Parser {
    /// Fills the buffer of `size` bytes (or more, if `text` read ahead more) with what `text` read ahead.
    pub(super) fn new(text: Text, size: usize, record_limit: usize) -> Parser {
        let mut parser = Parser {
            text,
            buffer: vec![0; size].into_boxed_slice(),
            at: 0,
            end: 0,
            core: csv_core::Reader::new(),
            record_limit,
            line: 1,
            has_lone_cr: false,
            after_cr: false,
            error: None,
        };
        // Room for one more character must be left, or a decoder makes no progress.
        while parser.text.has_head() && parser.buffer.len() - parser.end >= 16 {
            match parser.text.read(&mut parser.buffer[parser.end..]) {
                Ok(0) => break,
                Ok(read) => parser.end += read,
                Err(error) => {
                    parser.error = Some(error);
                    break;
                }
            }
        }
        // A program that adds a mark to text that has one: no column is named by it.
        while parser.unread().starts_with("\u{feff}".as_bytes()) {
            parser.at += 3;
        }
        parser.look_for_lone_cr();
        parser
    }

    /// The text that is in the buffer and was not parsed yet.
    pub(super) fn unread(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// Passes over `length` bytes that hold no line end.
    pub(super) fn skip(&mut self, length: usize) {
        self.at = (self.at + length).min(self.end);
    }

    /// From here on, fields are delimited by `delimiter`, and quotes mean something if `quotes`.
    pub(super) fn set_dialect(&mut self, delimiter: u8, quotes: bool) {
        self.core = ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(quotes)
            .build();
    }

    /// The next record into `filling`; false at the end of the text.
    pub(super) fn next_record(&mut self, filling: &mut Filling) -> Result<bool, ParseError> {
        if !self.skip_blank_lines()? {
            return Ok(false);
        }
        let line = self.line;
        let (text_start, fields_start) = (filling.used, filling.fields);
        let (text_limit, fields_limit) = (
            text_start + self.record_limit + 1,
            fields_start + FIELDS_LIMIT + 1,
        );
        let mut last = false;
        loop {
            // At the end of the text a line end closes the last record, if it had none.
            let input = if last {
                &b"\n"[..]
            } else {
                &self.buffer[self.at..self.end]
            };
            let text_room = filling.text.len().min(text_limit);
            let fields_room = filling.ends.len().min(fields_limit);
            let lines = self.core.line();
            let (result, read, written, fields) = self.core.read_record(
                input,
                &mut filling.text[filling.used..text_room],
                &mut filling.ends[filling.fields..fields_room],
            );
            filling.used += written;
            filling.fields += fields;
            if !last {
                self.line += self.core.line() - lines;
                if self.has_lone_cr {
                    self.line += lone_crs(&self.buffer[..self.end], self.at, self.at + read);
                }
                self.at += read;
            }
            if filling.used == text_limit || filling.fields == fields_limit {
                let opened = self
                    .in_quotes()
                    .then(|| open_field_line(filling, text_start, fields_start, line));
                return Err(ParseError::TooLong { line, opened });
            }
            match result {
                ReadRecordResult::Record => {
                    filling.close_record(line);
                    return Ok(true);
                }
                ReadRecordResult::OutputFull => {
                    let length = (filling.text.len() * 2 + 1024).min(text_limit);
                    filling.make_room(length, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    let length = (filling.ends.len() * 2 + 64).min(fields_limit);
                    filling.make_room(0, length);
                }
                ReadRecordResult::InputEmpty if last => {
                    let opened = open_field_line(filling, text_start, fields_start, line);
                    return Err(ParseError::QuoteLeftOpen { line, opened });
                }
                ReadRecordResult::InputEmpty => {
                    let read = self.refill().map_err(|error| ParseError::Text {
                        error,
                        line,
                        field: filling.fields - fields_start,
                    })?;
                    last = !read;
                }
                // Only an empty input brings this about, and none is ever given.
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Passes over line ends, up to the first byte of a record; false at the end of the text.
    fn skip_blank_lines(&mut self) -> Result<bool, ParseError> {
        loop {
            while let Some(&byte) = self.buffer[..self.end].get(self.at) {
                match byte {
                    b'\n' => self.line += 1,
                    b'\r' => self.line += lone_crs(&self.buffer[..self.end], self.at, self.at + 1),
                    _ => return Ok(true),
                }
                self.at += 1;
            }
            let read = self.refill().map_err(|error| ParseError::Text {
                error,
                line: self.line + u64::from(self.after_cr),
                field: 0,
            })?;
            if !read {
                return Ok(false);
            }
        }
    }

    /// More text, once all in the buffer has been parsed; false at the end.
    fn refill(&mut self) -> Result<bool, TextError> {
        if self.end > 0 {
            self.after_cr = self.buffer[self.end - 1] == b'\r';
        }
        self.at = 0;
        self.end = 0;
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.end = self.text.read(&mut self.buffer)?;
        let Some(first) = self.buffer[..self.end].first() else {
            return Ok(false);
        };
        if self.after_cr && *first != b'\n' {
            self.line += 1;
        }
        self.after_cr = false;
        self.look_for_lone_cr();
        Ok(true)
    }

    fn look_for_lone_cr(&mut self) {
        let text = &self.buffer[self.at..self.end];
        self.has_lone_cr = memchr::memchr_iter(b'\r', text)
            .any(|position| text.get(position + 1).is_some_and(|next| *next != b'\n'));
    }

    /// Whether the state machine is within quotes: there, a line end does not end the record.
    /// Moves the machine on, so it is for a parser that has failed. (A clone would be of no use: csv-core
    /// 0.1.13 clones a machine without its tables.)
    fn in_quotes(&mut self) -> bool {
        let (result, ..) = self.core.read_record(b"\n", &mut [0; 2], &mut [0; 2]);
        result == ReadRecordResult::InputEmpty
    }
}

/// How many of the CRs in `text[from..to]` end a line by themselves. One at the very end of `text`
/// is left out: what follows it is not known yet.
fn lone_crs(text: &[u8], from: usize, to: usize) -> u64 {
    memchr::memchr_iter(b'\r', &text[from..to])
        .filter(|position| {
            text.get(from + position + 1)
                .is_some_and(|next| *next != b'\n')
        })
        .map(|_| 1)
        .sum()
}

/// The line on which the field begins that was being read: the record's, plus the line ends in the fields
/// before, which are in the arena as they were in the file.
fn open_field_line(filling: &Filling, text_start: usize, fields_start: usize, line: u64) -> u64 {
    let mut from = text_start;
    let mut lines = 0;
    for end in &filling.ends[fields_start..filling.fields] {
        let field = &filling.text[from..text_start + end];
        from = text_start + end;
        let crlf = field.windows(2).filter(|pair| *pair == b"\r\n").count();
        let ends = field
            .iter()
            .filter(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        lines += ends - crlf;
    }
    line + lines as u64
}

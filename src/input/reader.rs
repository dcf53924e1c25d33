//! The reader: opens an input, decides encoding and dialect from its head, and gives it chunk by chunk.
//!
//! Must not know what a column means: cells and rows are given as they are, ragged ones too.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::dialect::{self, DelimiterChoice};
use super::encoding::{self, EncodingChoice, EncodingFrom};
use super::error::{Column, InputError, InputErrorKind};
use super::open::{self, Compression, Origin};
use super::parse::{ParseError, Parser, RECORD_LIMIT};
use super::readings::HeaderReadings;
use super::rows::Rows;
use super::sniff::{self, Nuls};
use super::text::{self, Text, TextError};

/// What the user says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The encoding; a byte order mark wins over it.
    pub encoding: EncodingChoice,
    /// The delimiter; this wins over a `sep=` line.
    pub delimiter: DelimiterChoice,
    /// Whether `"` quotes. Off, it is a character like any other, and no value can hold a line end.
    pub quotes: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            encoding: EncodingChoice::Auto,
            delimiter: DelimiterChoice::Auto,
            quotes: true,
        }
    }
}

/// What the head of a file told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How the file is packed.
    pub compression: Compression,
    /// The encoding's name, as the WHATWG Encoding Standard has it.
    pub encoding: &'static str,
    /// How the encoding was decided.
    pub encoding_from: EncodingFrom,
    /// Another encoding was asked for, but the head is UTF-8 with letters beyond ASCII: most likely the
    /// option is wrong and names and values come out garbled. Worth a notice.
    pub seems_utf8: bool,
    /// The delimiter.
    pub delimiter: u8,
    /// Whether a `sep=` line stands before the header.
    pub sep_line: bool,
    /// The size of the file as it is (packed, if it is packed), in bytes; None for a pipe.
    pub size: Option<u64>,
}

/// Sizes of the reader's buffers; tests make them small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// What is read to decide on encoding and dialect.
    pub(super) head: usize,
    /// The buffer of decoded text; a decoded head may be three times as long as it was.
    pub(super) text: usize,
    /// A chunk is full with that much text,
    pub(super) chunk: usize,
    /// or that many rows.
    pub(super) rows: usize,
    /// The longest record.
    pub(super) record: usize,
}

impl Default for Sizes {
    fn default() -> Sizes {
        Sizes {
            head: 64 * 1024,
            text: 192 * 1024,
            chunk: 256 * 1024,
            rows: 8192,
            record: RECORD_LIMIT,
        }
    }
}

/// Reads an input row by row, many rows at once.
pub struct Reader {
    name: String,
    header: Vec<String>,
    found: Found,
    progress: Arc<AtomicU64>,
    encoding: &'static encoding_rs::Encoding,
    /// The file's first bytes, for the header's readings should the encoding turn out to be wrong.
    head: Vec<u8>,
    parser: Parser,
    sizes: Sizes,
    /// Told by the next `fill`, as this one gave the rows before it.
    failed: Option<InputError>,
    ended: bool,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("name", &self.name)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens `origin`, decides encoding and dialect, and reads the header.
    ///
    /// # Errors
    /// When the file cannot be read, is not CSV, has no header, or has a header that cannot be decoded.
    pub fn open(origin: &Origin, options: &Options) -> Result<Reader, InputError> {
        let (raw, size) = open::open(origin)?;
        Reader::build(raw, size, &origin.to_string(), options, Sizes::default())
    }

    /// The same for any source of bytes, called `name` in messages.
    ///
    /// # Errors
    /// As for [`Reader::open`].
    pub fn from_reader(
        raw: impl Read + Send + 'static,
        name: &str,
        options: &Options,
    ) -> Result<Reader, InputError> {
        Reader::build(raw, None, name, options, Sizes::default())
    }

    pub(super) fn build(
        raw: impl Read + Send + 'static,
        size: Option<u64>,
        name: &str,
        options: &Options,
        sizes: Sizes,
    ) -> Result<Reader, InputError> {
        let fail = |kind| InputError::new(name, kind);
        if let DelimiterChoice::Byte(byte) = options.delimiter
            && !dialect::is_possible(byte)
        {
            return Err(fail(InputErrorKind::Delimiter(byte)));
        }
        let opened = open::unpack(raw).map_err(|error| fail(InputErrorKind::Io(error)))?;
        let (compression, progress, mut bytes) =
            (opened.compression, opened.progress, opened.bytes);
        let (head, error) = text::read_head(&mut *bytes, sizes.head);
        if let Some(error) = error {
            return Err(fail(open::classify(error, compression)));
        }
        if let Some(file_type) = sniff::not_csv(&head) {
            return Err(fail(InputErrorKind::NotCsv(file_type)));
        }
        let (encoding, encoding_from, mark) = encoding::decide(&head, options.encoding);
        let is_utf16 = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
        if !is_utf16 {
            match sniff::nuls(&head) {
                Nuls::Few => {}
                Nuls::Utf16(label) => return Err(fail(InputErrorKind::Utf16WithoutBom(label))),
                Nuls::Binary => {
                    return Err(fail(InputErrorKind::NotCsv(sniff::FileType::Binary)));
                }
            }
        }
        let seems_utf8 = encoding_from == EncodingFrom::Option
            && encoding != encoding_rs::UTF_8
            && encoding::seems_utf8(&head);
        let kept = head[mark..].iter().copied().take(8 * 1024).collect();
        let text = Text::new(bytes, head, mark, encoding);
        let mut reader = Reader {
            name: name.to_owned(),
            header: Vec::new(),
            found: Found {
                compression,
                encoding: encoding.name(),
                encoding_from,
                seems_utf8,
                delimiter: b',',
                sep_line: false,
                size,
            },
            progress,
            encoding,
            head: kept,
            parser: Parser::new(text, sizes.text.max(sizes.head * 3 + 16), sizes.record),
            sizes,
            failed: None,
            ended: false,
        };
        reader.decide_dialect(options);
        reader.read_header()?;
        Ok(reader)
    }

    fn decide_dialect(&mut self, options: &Options) {
        let named = dialect::sep_line(self.parser.unread());
        if let Some((_, length)) = named {
            self.parser.skip(length);
        }
        self.found.sep_line = named.is_some();
        self.found.delimiter = match (options.delimiter, named) {
            (DelimiterChoice::Byte(byte), _) | (DelimiterChoice::Auto, Some((byte, _))) => byte,
            (DelimiterChoice::Auto, None) => {
                dialect::delimiter(self.parser.unread(), options.quotes)
            }
        };
        self.parser
            .set_dialect(self.found.delimiter, options.quotes);
    }

    fn read_header(&mut self) -> Result<(), InputError> {
        let mut rows = Rows::new();
        let mut filling = rows.begin();
        filling.make_room(4096, 128);
        let found = self.parser.next_record(&mut filling);
        rows.finish(filling)
            .map_err(|(line, field)| self.undecodable(line, field))?;
        match (found, rows.get(0)) {
            (Err(error), _) => Err(self.explain(error)),
            (Ok(true), Some(row)) => {
                self.header = row.iter().map(str::to_owned).collect();
                Ok(())
            }
            (Ok(_), _) => Err(InputError::new(&self.name, InputErrorKind::Empty)),
        }
    }

    /// The header's cells, as they are: blank ones, and names that come twice, are the caller's to judge.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// What the head of the file told.
    #[must_use]
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// The bytes read of the file as it is (packed, if it is packed), to be set against [`Found::size`].
    #[must_use]
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.progress)
    }

    /// Whether the last [`Reader::fill`] gave the last rows there are. False says nothing: the end may be next.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.ended && self.failed.is_none()
    }

    /// Empties `rows` and fills it with the next rows; false when there are no more.
    ///
    /// # Errors
    /// When the file cannot be read, unpacked, decoded or parsed any further. All the rows before that
    /// place have been given; afterwards there are no more.
    pub fn fill(&mut self, rows: &mut Rows) -> Result<bool, InputError> {
        if let Some(error) = self.failed.take() {
            rows.clear();
            return Err(error);
        }
        if self.ended {
            rows.clear();
            return Ok(false);
        }
        let mut filling = rows.begin();
        filling.make_room(self.sizes.chunk + self.sizes.chunk / 8, self.sizes.rows);
        let mut error = None;
        while filling.used < self.sizes.chunk && filling.rows() < self.sizes.rows {
            match self.parser.next_record(&mut filling) {
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    break;
                }
                Err(failed) => {
                    error = Some(self.explain(failed));
                    break;
                }
            }
        }
        // A row that is not UTF-8 comes before whatever ended the chunk.
        if let Err((line, field)) = rows.finish(filling) {
            error = Some(self.undecodable(line, field));
        }
        self.ended |= error.is_some();
        match error {
            Some(error) if rows.is_empty() => Err(error),
            error => {
                self.failed = error;
                Ok(!rows.is_empty())
            }
        }
    }

    fn explain(&self, error: ParseError) -> InputError {
        let fail = |kind| InputError::new(&self.name, kind);
        match error {
            ParseError::Text {
                error: TextError::Undecodable,
                line,
                field,
            } => self.undecodable(line, field),
            ParseError::Text {
                error: TextError::Io(error),
                line,
                ..
            } => fail(open::classify(error, self.found.compression)).at(line, None),
            ParseError::QuoteLeftOpen { line, opened } => {
                fail(InputErrorKind::QuoteLeftOpen { opened }).at(line, None)
            }
            ParseError::TooLong { line, opened } => {
                fail(InputErrorKind::RecordTooLong { opened }).at(line, None)
            }
        }
    }

    fn undecodable(&self, line: u64, field: usize) -> InputError {
        let column = match self.header.get(field) {
            Some(name) if !name.trim().is_empty() => Column::Named(name.clone()),
            _ => Column::Number(field + 1),
        };
        let kind = InputErrorKind::Undecodable {
            encoding: self.found.encoding,
            readings: match self.found.encoding_from {
                EncodingFrom::ByteOrderMark => HeaderReadings::marked(),
                _ => HeaderReadings::new(&self.head, self.encoding),
            },
        };
        InputError::new(&self.name, kind).at(line, Some(column))
    }
}

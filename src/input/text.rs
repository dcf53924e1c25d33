//! A file's bytes as UTF-8, streamed through one buffer, with nothing replaced in silence.
//!
//! UTF-8 itself passes through unchecked: the reader checks a whole chunk of fields at once, which is
//! cheaper. Other encodings are decoded here and stop at the first bytes they do not have. Must not
//! know of rows.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

const RAW_SIZE: usize = 64 * 1024;

/// Why no more text comes.
#[derive(Debug)]
pub(super) enum TextError {
    /// Reading failed.
    Io(io::Error),
    /// Bytes that the encoding does not have.
    Undecodable,
}

/// The decoded text of an input.
pub(super) struct Text {
    bytes: Box<dyn Read + Send>,
    /// What was read ahead to decide on the encoding, from `head_at` on still to be given.
    head: Vec<u8>,
    head_at: usize,
    /// None for UTF-8.
    decoding: Option<Decoding>,
    /// Told once the text before it has been given.
    error: Option<TextError>,
    ended: bool,
}

struct Decoding {
    decoder: Decoder,
    not_text: NotText,
    raw: Box<[u8]>,
    at: usize,
    end: usize,
    raw_ended: bool,
    /// Where in `raw` the first byte is that is no text, if one is.
    bad: Option<usize>,
}

impl Text {
    /// `head` is what was read of `bytes` already; its first `mark` bytes are a byte order mark.
    pub(super) fn new(
        bytes: Box<dyn Read + Send>,
        head: Vec<u8>,
        mark: usize,
        encoding: &'static Encoding,
    ) -> Text {
        Text {
            bytes,
            head,
            head_at: mark,
            decoding: (encoding != UTF_8).then(|| Decoding {
                decoder: encoding.new_decoder_without_bom_handling(),
                not_text: NotText::new(encoding),
                raw: vec![0; RAW_SIZE].into_boxed_slice(),
                at: 0,
                end: 0,
                raw_ended: false,
                bad: None,
            }),
            error: None,
            ended: false,
        }
    }

    /// Whether bytes that were read ahead are still to be given.
    pub(super) fn has_head(&self) -> bool {
        self.head_at < self.head.len()
    }

    /// The next piece of text into `out`, which has room for a few characters at least; 0 at the end.
    /// An error comes after all the text before it, and once.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize, TextError> {
        if let Some(error) = self.error.take() {
            self.ended = true;
            return Err(error);
        }
        if self.ended {
            return Ok(0);
        }
        let given = if self.decoding.is_some() {
            self.decode(out)
        } else {
            self.raw(out).map_err(TextError::Io)
        };
        match given {
            Ok(0) => {
                self.ended = true;
                Ok(0)
            }
            Ok(length) => Ok(length),
            Err(error) => {
                self.ended = true;
                Err(error)
            }
        }
    }

    /// Bytes as they are, those read ahead first.
    fn raw(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ahead = &self.head[self.head_at..];
        if !ahead.is_empty() {
            let length = ahead.len().min(out.len());
            out[..length].copy_from_slice(&ahead[..length]);
            self.head_at += length;
            if !self.has_head() {
                self.head = Vec::new();
                self.head_at = 0;
            }
            return Ok(length);
        }
        self.bytes.read(out)
    }

    fn decode(&mut self, out: &mut [u8]) -> Result<usize, TextError> {
        // Taken out for the time, so that `raw` can borrow the rest.
        let Some(mut decoding) = self.decoding.take() else {
            return Ok(0);
        };
        let given = self.decode_with(&mut decoding, out);
        self.decoding = Some(decoding);
        given
    }

    fn decode_with(&mut self, decoding: &mut Decoding, out: &mut [u8]) -> Result<usize, TextError> {
        loop {
            if decoding.at == decoding.end && !decoding.raw_ended {
                decoding.at = 0;
                decoding.end = self.raw(&mut decoding.raw).map_err(TextError::Io)?;
                decoding.raw_ended = decoding.end == 0;
                decoding.bad = decoding.not_text.first(&decoding.raw[..decoding.end]);
            }
            if decoding.bad == Some(decoding.at) {
                return Err(TextError::Undecodable);
            }
            let end = decoding.bad.unwrap_or(decoding.end);
            let (result, read, written) = decoding.decoder.decode_to_utf8_without_replacement(
                &decoding.raw[decoding.at..end],
                out,
                decoding.raw_ended,
            );
            decoding.at += read;
            match result {
                DecoderResult::Malformed(..) if written == 0 => return Err(TextError::Undecodable),
                DecoderResult::Malformed(..) => {
                    self.error = Some(TextError::Undecodable);
                    return Ok(written);
                }
                DecoderResult::InputEmpty if decoding.raw_ended => {
                    // The decoder must not be asked again after its last word.
                    self.ended = true;
                    return Ok(written);
                }
                // Half a character was all there was: read on.
                DecoderResult::InputEmpty if written == 0 => {}
                DecoderResult::InputEmpty | DecoderResult::OutputFull => return Ok(written),
            }
        }
    }
}

/// The bytes that a single-byte encoding leaves undefined, or has a control character of the C1 set for.
///
/// The WHATWG tables decode them all, to C1 controls. No table of people's data has those; UTF-8 read as
/// windows-1251 has one in each capital `И`. So they are taken for the sign of a wrong encoding that they are.
struct NotText(Option<Box<[bool; 256]>>);

impl NotText {
    fn new(encoding: &'static Encoding) -> NotText {
        if !encoding.is_single_byte() {
            return NotText(None);
        }
        let mut table = Box::new([false; 256]);
        for byte in 0x80..=0xff_u8 {
            let byte_alone = [byte];
            // Nothing is decoded where the decoder itself stops.
            let c1 = encoding
                .decode_without_bom_handling_and_without_replacement(&byte_alone)
                .is_some_and(|text| text.chars().any(char::is_control));
            table[usize::from(byte)] = c1;
        }
        NotText(table.contains(&true).then_some(table))
    }

    fn first(&self, raw: &[u8]) -> Option<usize> {
        let table = self.0.as_ref()?;
        raw.iter().position(|byte| table[usize::from(*byte)])
    }
}

/// Reads `size` bytes, or all there are. What was read is kept with an error that came after it.
pub(super) fn read_head(
    bytes: &mut (dyn Read + Send),
    size: usize,
) -> (Vec<u8>, Option<io::Error>) {
    let mut head = vec![0; size];
    let mut filled = 0;
    let mut error = None;
    while filled < size {
        match bytes.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(failed) => {
                error = Some(failed);
                break;
            }
        }
    }
    head.truncate(filled);
    (head, error)
}

//! The delimiter of a file, from its first lines: Excel's `sep=` line, else the signs of the header.
//!
//! Must not know of encodings (it is given UTF-8) nor what a column means.

use std::fmt;
use std::str::FromStr;

/// The delimiter asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DelimiterChoice {
    /// From the `sep=` line or the header.
    #[default]
    Auto,
    /// This one: ASCII, no letter, digit, quote or line end.
    Byte(u8),
}

/// A delimiter that cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownDelimiter;

impl fmt::Display for UnknownDelimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a delimiter is one ASCII sign: , ; | tab, or auto to find it in the header")
    }
}

impl std::error::Error for UnknownDelimiter {}

impl FromStr for DelimiterChoice {
    type Err = UnknownDelimiter;

    fn from_str(text: &str) -> Result<DelimiterChoice, UnknownDelimiter> {
        let byte = match text.to_ascii_lowercase().as_str() {
            "auto" => return Ok(DelimiterChoice::Auto),
            "tab" | "\\t" => b'\t',
            "comma" => b',',
            "semicolon" => b';',
            "pipe" => b'|',
            "space" => b' ',
            other => match other.as_bytes() {
                [byte] => *byte,
                _ => return Err(UnknownDelimiter),
            },
        };
        if is_possible(byte) {
            Ok(DelimiterChoice::Byte(byte))
        } else {
            Err(UnknownDelimiter)
        }
    }
}

/// Whether `byte` can delimit at all. Bytes beyond ASCII are parts of characters.
pub(super) fn is_possible(byte: u8) -> bool {
    byte.is_ascii()
        && byte != 0
        && !byte.is_ascii_alphanumeric()
        && !matches!(byte, b'"' | b'\r' | b'\n')
}

/// The signs looked for. Of two that are as frequent, the earlier one wins: a comma is the likeliest
/// to belong to a column's name (`Сумма, руб.`), a tab the least.
const CANDIDATES: [u8; 4] = [b'\t', b';', b'|', b','];

/// Excel's first line `sep=;`, which only names the delimiter: that, and the length of the line without its end.
pub(super) fn sep_line(text: &[u8]) -> Option<(u8, usize)> {
    let end = text
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))
        .unwrap_or(text.len());
    let line = &text[..end];
    // A program that quotes all it writes quotes this line too.
    let line = line
        .strip_prefix(b"\"")
        .and_then(|inner| inner.strip_suffix(b"\""))
        .unwrap_or(line);
    let (name, delimiter) = line.split_at_checked(4)?;
    match delimiter {
        [byte] if name.eq_ignore_ascii_case(b"sep=") && is_possible(*byte) => Some((*byte, end)),
        _ => None,
    }
}

/// The delimiter of the header that `text` begins with: the most frequent candidate outside quotes.
///
/// Where two are as frequent, the one that the second line has as often, else the first in the
/// order tab, semicolon, pipe, comma. Without any there is one column, and a comma serves.
pub(super) fn delimiter(text: &[u8], quotes: bool) -> u8 {
    let (header, rest) = count(text, quotes);
    let most = header.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return b',';
    }
    let mut tied = (0..CANDIDATES.len()).filter(|&index| header[index] == most);
    let first = tied.next().unwrap_or(0);
    let mut winner = first;
    let mut others = tied.peekable();
    if others.peek().is_some() {
        let (second, _) = count(rest, quotes);
        if let Some(agreeing) = std::iter::once(first)
            .chain(others)
            .find(|&index| second[index] == most)
        {
            winner = agreeing;
        }
    }
    CANDIDATES[winner]
}

/// How often each candidate stands outside quotes in the first record of `text`, and what follows it.
fn count(text: &[u8], quotes: bool) -> ([usize; CANDIDATES.len()], &[u8]) {
    let mut counts = [0; CANDIDATES.len()];
    let blank = text
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    let text = &text[blank..];
    let mut quoted = false;
    // A quote opens only at the start of a value; which sign ends a value is not known yet, so any may.
    let mut at_start = true;
    for (position, &byte) in text.iter().enumerate() {
        if quoted {
            // A doubled quote closes and opens again, which comes to the same.
            quoted = byte != b'"';
            at_start = !quoted;
            continue;
        }
        match byte {
            b'"' if quotes && at_start => quoted = true,
            b'\r' | b'\n' => return (counts, &text[position..]),
            _ => {
                let candidate = CANDIDATES.iter().position(|&sign| sign == byte);
                if let Some(index) = candidate {
                    counts[index] += 1;
                }
                at_start = candidate.is_some();
            }
        }
    }
    (counts, &[])
}

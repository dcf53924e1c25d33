//! How a header line would read in the likeliest encodings, so that a person can pick the right one.
//!
//! Only the header is ever shown: it names columns, while rows may name people.

use std::fmt;

use encoding_rs::{Encoding, IBM866, KOI8_R, UTF_8, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

use super::error::printable;

/// Likeliest first: where two readings look as good, the first is shown first.
const CANDIDATES: [&Encoding; 5] = [WINDOWS_1251, KOI8_R, WINDOWS_1252, IBM866, UTF_16LE];

const SHOWN_CHARACTERS: usize = 100;
const LINE_LIMIT: usize = 4096;

/// What the bytes of a header line tell about the encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderReadings {
    hint: Hint,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hint {
    /// The header is ASCII and reads the same in nearly all encodings.
    Ascii,
    /// The file's byte order mark says which encoding it has, so the bytes are damage.
    Marked,
    /// The header is UTF-8, so the file probably is, and the bytes are damage.
    Utf8,
    /// Label and reading, best first.
    Readings(Vec<(&'static str, String)>),
}

impl HeaderReadings {
    /// From `head`, the file's first bytes after any byte order mark, read in vain as `tried`.
    pub(super) fn new(head: &[u8], tried: &'static Encoding) -> HeaderReadings {
        let line = header_line(head);
        let utf16 = line.contains(&0);
        let hint = if line.is_ascii() && !utf16 {
            Hint::Ascii
        } else if std::str::from_utf8(line).is_ok() && !utf16 {
            Hint::Utf8
        } else {
            let mut readings: Vec<(i64, &'static str, String)> = CANDIDATES
                .iter()
                .filter(|encoding| **encoding != tried && (**encoding == UTF_16LE) == utf16)
                .filter_map(|encoding| read(line, encoding))
                .collect();
            readings.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
            Hint::Readings(
                readings
                    .into_iter()
                    .map(|(_, label, text)| (label, text))
                    .collect(),
            )
        };
        let hint = match hint {
            // Valid UTF-8 beyond ASCII while another encoding was asked for is a reading like the others.
            Hint::Utf8 if tried != UTF_8 => Hint::Readings(
                read(line, UTF_8)
                    .map(|(_, label, text)| (label, text))
                    .into_iter()
                    .collect(),
            ),
            other => other,
        };
        HeaderReadings { hint }
    }

    /// For a file whose byte order mark names the encoding: no other one comes into question.
    pub(super) fn marked() -> HeaderReadings {
        HeaderReadings { hint: Hint::Marked }
    }

    /// Encoding and header as it would read in it, likeliest first; empty where the header tells nothing.
    #[must_use]
    pub fn list(&self) -> &[(&'static str, String)] {
        match &self.hint {
            Hint::Readings(list) => list,
            Hint::Ascii | Hint::Marked | Hint::Utf8 => &[],
        }
    }
}

impl fmt::Display for HeaderReadings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hint {
            Hint::Ascii => f.write_str(
                "The header is plain ASCII and does not show which encoding the file has. Name it: \
                 programs on a Russian Windows write --encoding windows-1251, on a Western one windows-1252.",
            ),
            Hint::Marked => f.write_str(
                "The file's byte order mark says that it is, so this place is probably damaged. Mend it, or export the file again.",
            ),
            Hint::Utf8 => f.write_str(
                "The header is UTF-8, so this place is probably damaged. Mend it, or export the file again.",
            ),
            Hint::Readings(list) if list.is_empty() => {
                f.write_str("Name the file's encoding with --encoding.")
            }
            Hint::Readings(list) => {
                f.write_str("Run again with the line that shows the header as it should read:")?;
                for (label, text) in list {
                    write!(f, "\n  --encoding {label:<13} {text}")?;
                }
                Ok(())
            }
        }
    }
}

fn header_line(head: &[u8]) -> &[u8] {
    // In UTF-16 the line end is followed by its NUL, which the decoder then finds missing: both are cut.
    let start = head
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    let head = &head[start..];
    let end = head
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))
        .unwrap_or(head.len());
    &head[..end.min(LINE_LIMIT)]
}

fn read(line: &[u8], encoding: &'static Encoding) -> Option<(i64, &'static str, String)> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(line)?;
    // Control characters beyond the tab mean that it is another encoding.
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return None;
    }
    let label = match encoding.name() {
        "UTF-16LE" => "utf-16le",
        "UTF-8" => "utf-8",
        "KOI8-R" => "koi8-r",
        "IBM866" => "ibm866",
        name => name,
    };
    Some((score(&text), label, printable(&text, SHOWN_CHARACTERS)))
}

/// How much `text` looks like words: neighbours of one script, in a natural order of case, and no box drawings.
fn score(text: &str) -> i64 {
    #[derive(PartialEq, Clone, Copy)]
    enum Script {
        Latin,
        AccentedLatin,
        Other,
    }
    let script = |c: char| match c {
        'a'..='z' | 'A'..='Z' => Script::Latin,
        '\u{c0}'..='\u{24f}' => Script::AccentedLatin,
        _ => Script::Other,
    };
    let mut score = 0;
    let mut before: Option<char> = None;
    for c in text.chars() {
        if c.is_alphabetic() {
            if let Some(previous) = before {
                score += match (script(previous), script(c)) {
                    // Two accented letters in a row are rare; Cyrillic read as Latin is full of them.
                    (Script::AccentedLatin, Script::AccentedLatin) => -1,
                    (Script::Other, Script::Other) | (Script::Latin, Script::Latin) => {
                        1 - 2 * i64::from(previous.is_lowercase() && c.is_uppercase())
                    }
                    (Script::Other, _) | (_, Script::Other) => -2,
                    _ => 1,
                };
            }
            before = Some(c);
        } else {
            before = None;
            if !c.is_ascii() && !matches!(c, '№' | '«' | '»' | '–' | '—' | '…' | '\u{a0}')
            {
                score -= 2;
            }
        }
    }
    score
}

//! Which encoding a file is in: a byte order mark, else what was asked for, else UTF-8.
//!
//! The mark wins over the option. A run's rejects are written as UTF-8 with a mark, so they can be
//! mended and sent again with the very options of the first run. Nothing is ever guessed from the data.

use std::fmt;
use std::str::FromStr;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use crate::nearest::nearest;

/// The encoding asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EncodingChoice {
    /// By the byte order mark, else UTF-8.
    #[default]
    Auto,
    /// This one, unless a byte order mark says otherwise.
    Label(&'static Encoding),
}

/// Spellings that people use and that the WHATWG list of labels lacks, without the signs between.
const ALIASES: &[(&str, &str)] = &[
    ("utf8bom", "utf-8"),
    ("utf8sig", "utf-8"),
    ("win1251", "windows-1251"),
    ("win1252", "windows-1252"),
    ("ansi1251", "windows-1251"),
    ("1251", "windows-1251"),
    ("1252", "windows-1252"),
    ("866", "ibm866"),
    ("dos866", "ibm866"),
    ("utf16le", "utf-16le"),
    ("utf16be", "utf-16be"),
    ("utf16", "utf-16"),
    ("ucs2", "utf-16"),
];

/// Names offered when a label is unknown.
const KNOWN: &[&str] = &[
    "auto",
    "utf-8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "koi8-r",
    "koi8-u",
    "ibm866",
    "macintosh",
    "x-mac-cyrillic",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-9",
    "iso-8859-15",
    "gbk",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "iso-2022-jp",
];

/// An encoding's name that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEncoding {
    nearest: Option<&'static str>,
}

impl fmt::Display for UnknownEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such encoding")?;
        match self.nearest {
            Some(nearest) => write!(f, "; did you mean {nearest}?"),
            None => f.write_str("; known are auto, utf-8, utf-16, windows-1251, windows-1252, koi8-r and the others of the WHATWG Encoding Standard"),
        }
    }
}

impl std::error::Error for UnknownEncoding {}

impl FromStr for EncodingChoice {
    type Err = UnknownEncoding;

    fn from_str(label: &str) -> Result<EncodingChoice, UnknownEncoding> {
        let label = label.trim();
        if label.eq_ignore_ascii_case("auto") {
            return Ok(EncodingChoice::Auto);
        }
        let plain: String = label
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let alias = ALIASES
            .iter()
            .find(|(name, _)| *name == plain)
            .map(|(_, label)| *label);
        Encoding::for_label(alias.unwrap_or(label).as_bytes())
            // Labels that browsers must not decode lead to this one, which is no encoding.
            .filter(|encoding| *encoding != REPLACEMENT)
            .map(EncodingChoice::Label)
            .ok_or_else(|| UnknownEncoding {
                nearest: nearest(label, KNOWN.iter().copied()),
            })
    }
}

/// How an encoding was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingFrom {
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// It was asked for.
    Option,
    /// Neither: UTF-8.
    Default,
}

/// The encoding for a file that begins with `head`, how it was decided, and the length of the mark.
pub(super) fn decide(
    head: &[u8],
    choice: EncodingChoice,
) -> (&'static Encoding, EncodingFrom, usize) {
    // Written out rather than left to `Encoding::for_bom`: the three marks are the contract.
    let mark: Option<(&'static Encoding, usize)> = match head {
        [0xef, 0xbb, 0xbf, ..] => Some((UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
        _ => None,
    };
    match (mark, choice) {
        (Some((encoding, length)), _) => (encoding, EncodingFrom::ByteOrderMark, length),
        (None, EncodingChoice::Label(encoding)) => (encoding, EncodingFrom::Option, 0),
        (None, EncodingChoice::Auto) => (UTF_8, EncodingFrom::Default, 0),
    }
}

/// Whether `head` is valid UTF-8 with something beyond ASCII in it; a sequence cut off at its end is no fault.
/// Text in another encoding practically never is.
pub(super) fn seems_utf8(head: &[u8]) -> bool {
    !head.is_ascii()
        && match std::str::from_utf8(head) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none() && !head[..error.valid_up_to()].is_ascii(),
        }
}

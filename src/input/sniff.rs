//! Recognises, from a file's first bytes, what is not CSV at all, so that the message can say what it is.
//!
//! Only ever refuses what cannot be a table of text; whether the text is a good table is not judged here.

use std::fmt;

/// A kind of file that people hand in instead of CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileType {
    /// A ZIP archive; workbooks (.xlsx, .ods) are such.
    Zip,
    /// A workbook of Excel 97-2003 (.xls).
    Xls,
    /// A PDF document.
    Pdf,
    /// An HTML page; some CRMs name such a table .xls.
    Html,
    /// XML.
    Xml,
    /// JSON, or JSON lines.
    Json,
    /// Parquet.
    Parquet,
    /// An SQLite database.
    Sqlite,
    /// Compressed in a way that is not read here; the value is its name.
    Archive(&'static str),
    /// Bytes that are no text.
    Binary,
}

impl fmt::Display for FileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let as_csv = "save it as \"CSV UTF-8\"";
        match self {
            FileType::Zip => write!(
                f,
                "this is a ZIP archive or an Excel workbook (.xlsx), not CSV. \
                 Open the workbook and {as_csv}; unpack a ZIP first."
            ),
            FileType::Xls => write!(
                f,
                "this is an Excel workbook (.xls), not CSV. Open it and {as_csv}."
            ),
            FileType::Pdf => f.write_str("this is a PDF document, not CSV. Export the data as CSV."),
            FileType::Html => write!(
                f,
                "this is an HTML page, not CSV (some programs name such a table .xls). \
                 Export as CSV, or open it in a spreadsheet program and {as_csv}."
            ),
            FileType::Xml => f.write_str("this is XML, not CSV. Export the data as CSV."),
            FileType::Json => f.write_str(
                "this is JSON, not CSV. Write it as CSV with a header line, \
                 for example with jq's @csv, or set single profiles with `ampost set`.",
            ),
            FileType::Parquet => f.write_str("this is a Parquet file, not CSV. Write it as CSV."),
            FileType::Sqlite => f.write_str(
                "this is an SQLite database, not CSV. Export a table: sqlite3 -header -csv FILE QUERY.",
            ),
            FileType::Archive(name) => write!(
                f,
                "this is compressed with {name}, which is not read here. \
                 Unpack it first; gzip and zstd are read as they are."
            ),
            FileType::Binary => f.write_str("this is not text. A CSV file is wanted."),
        }
    }
}

/// What `head`, the first bytes of the unpacked file, says it is, if that is not a table of text.
pub(super) fn not_csv(head: &[u8]) -> Option<FileType> {
    const MAGIC: &[(&[u8], FileType)] = &[
        (b"PK\x03\x04", FileType::Zip),
        (b"PK\x05\x06", FileType::Zip),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType::Xls),
        (b"%PDF-", FileType::Pdf),
        (b"PAR1", FileType::Parquet),
        (b"SQLite format 3\0", FileType::Sqlite),
        (b"\xfd7zXZ\0", FileType::Archive("xz")),
        (b"7z\xbc\xaf\x27\x1c", FileType::Archive("7-Zip")),
        (b"Rar!\x1a\x07", FileType::Archive("RAR")),
        (b"\x1f\x8b", FileType::Archive("gzip twice")),
        (b"\x28\xb5\x2f\xfd", FileType::Archive("zstd twice")),
    ];
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*found);
    }
    // Three letters and a digit could begin a header, so the block's own mark is asked for as well.
    if head.starts_with(b"BZh") && head.get(4..10) == Some(b"1AY&SY") {
        return Some(FileType::Archive("bzip2"));
    }
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    match text.first()? {
        b'<' => markup(text),
        b'{' => matches!(
            text[1..].trim_ascii_start().first(),
            None | Some(b'"' | b'}')
        )
        .then_some(FileType::Json),
        // "[" may well begin a column's name: only a list of objects, lists or strings is JSON.
        b'[' => matches!(
            text[1..].trim_ascii_start().first(),
            Some(b'{' | b'[' | b'"')
        )
        .then_some(FileType::Json),
        _ => None,
    }
}

fn markup(text: &[u8]) -> Option<FileType> {
    let begins = |tag: &[u8]| {
        text.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    if begins(b"<?xml") {
        // XHTML, and the "XML Spreadsheet" of old Excels.
        return Some(FileType::Xml);
    }
    [
        &b"<!doctype"[..],
        b"<html",
        b"<head",
        b"<body",
        b"<table",
        b"<meta",
        b"<!--",
    ]
    .iter()
    .any(|tag| begins(tag))
    .then_some(FileType::Html)
}

/// What NUL bytes say of a head that has no byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nuls {
    /// Few or none: nothing follows from them.
    Few,
    /// Every second byte: UTF-16, with this label.
    Utf16(&'static str),
    /// Many, anywhere.
    Binary,
}

/// Whether control characters of many kinds are frequent, other than tabs, line and page ends and escapes. No
/// encoding of text that ASCII is a part of has letters there; a single one may be somebody's delimiter.
fn has_many_controls(head: &[u8]) -> bool {
    const FEWEST_KINDS: u32 = 4;
    let is_control = |byte: u8| matches!(byte, 0x00..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f);
    let controls = || head.iter().copied().filter(|&byte| is_control(byte));
    let kinds = controls().fold(0_u32, |kinds, byte| kinds | 1 << byte);
    kinds.count_ones() >= FEWEST_KINDS && controls().count() * 20 > head.len()
}

/// Counts NULs in `head`. UTF-16 text has one beside each ASCII character, so that even a table in
/// Cyrillic has plenty: delimiters, digits, line ends.
pub(super) fn nuls(head: &[u8]) -> Nuls {
    let (mut even, mut odd) = (0_usize, 0_usize);
    for position in memchr::memchr_iter(0, head) {
        if position % 2 == 0 {
            even += 1;
        } else {
            odd += 1;
        }
    }
    if (even + odd) * 20 < head.len() || even + odd == 0 {
        if has_many_controls(head) {
            Nuls::Binary
        } else {
            Nuls::Few
        }
    } else if odd > even * 9 {
        Nuls::Utf16("utf-16le")
    } else if even > odd * 9 {
        Nuls::Utf16("utf-16be")
    } else {
        Nuls::Binary
    }
}

//! CSV bodies: header, rows, RFC 4180. Knows nothing of HTTP and keys.

use super::attributes::Names;
use super::staged::{Identifier, Staged};

/// At most so many rows a request, by the documentation.
pub(super) const MOST_ROWS: usize = 100_000;

/// Checks a whole body and stages its rows.
///
/// # Errors
/// A plain text reason that names the row (from 1, the header not counted) but no value.
pub(super) fn read(body: &[u8], names: &mut Names) -> Result<Staged, String> {
    let body = std::str::from_utf8(body).map_err(|error| {
        format!(
            "the body is not UTF-8: bad byte at offset {}",
            error.valid_up_to()
        )
    })?;
    let (identifier, rows) = split_header(body)?;
    if rows.is_empty() {
        return Err("the body has no rows".to_owned());
    }
    check_quoting(rows.as_bytes())?;

    let mut staged = Staged::new(identifier);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(rows.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    while reader
        .read_record(&mut record)
        .map_err(|_| format!("row {}: not CSV", row + 1))?
    {
        row += 1;
        if row > MOST_ROWS {
            return Err(format!("more than {MOST_ROWS} rows"));
        }
        if record.len() != 3 {
            return Err(format!("row {row}: {} fields instead of 3", record.len()));
        }
        staged
            .push(&record[0], &record[1], &record[2], names)
            .map_err(|reason| format!("row {row}: {reason}"))?;
    }
    Ok(staged)
}

/// The kind of identifier that the header names, and what comes after the header's line.
fn split_header(body: &str) -> Result<(Identifier, &str), String> {
    let (header, rows) = body.split_once('\n').unwrap_or((body, ""));
    let header = header.strip_suffix('\r').unwrap_or(header);
    match header {
        "application_id,profile_id,attributes" => Ok((Identifier::Profile, rows)),
        "application_id,appmetrica_device_id,attributes" => Ok((Identifier::Device, rows)),
        _ => Err(
            "the header is neither application_id,profile_id,attributes \
             nor application_id,appmetrica_device_id,attributes"
                .to_owned(),
        ),
    }
}

/// Refuses what the csv crate would read charitably: quotes inside a plain field, text after a closing
/// quote, a quote that is never closed, empty lines, and a CR alone as a line's end.
fn check_quoting(rows: &[u8]) -> Result<(), String> {
    enum At {
        FieldStart,
        Plain,
        Closed,
    }
    let mut at = At::FieldStart;
    let mut row = 1;
    let mut row_start = 0;
    let mut offset = 0;
    while let Some(byte) = rows.get(offset) {
        at = match (at, byte) {
            (At::FieldStart, b'"') => {
                offset = closing_quote(rows, offset)
                    .ok_or_else(|| format!("row {row}: a quote is never closed"))?;
                At::Closed
            }
            (_, b',') => At::FieldStart,
            (_, b'\n') => {
                if matches!(&rows[row_start..offset], b"" | b"\r") {
                    return Err(format!("row {row} is an empty line"));
                }
                row += 1;
                row_start = offset + 1;
                At::FieldStart
            }
            (here, b'\r') => {
                if rows.get(offset + 1) != Some(&b'\n') {
                    return Err(format!("row {row}: a carriage return that ends no line"));
                }
                here
            }
            (At::Plain, b'"') => {
                return Err(format!("row {row}: a quote inside a field without quotes"));
            }
            (At::Closed, _) => return Err(format!("row {row}: text after a closing quote")),
            (At::FieldStart | At::Plain, _) => At::Plain,
        };
        offset += 1;
    }
    Ok(())
}

/// Where the quoted field that begins at `start` is closed; doubled quotes do not close it.
fn closing_quote(rows: &[u8], start: usize) -> Option<usize> {
    let mut from = start + 1;
    loop {
        let quote = from + memchr::memchr(b'"', rows.get(from..)?)?;
        if rows.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        from = quote + 2;
    }
}

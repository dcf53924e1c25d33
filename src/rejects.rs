//! The rejects file: rows that were not sent, as the input had them, each with its line and the reason.
//!
//! Mended, it can be imported as it is: the columns are the input's own, and the two that are added are
//! ignored by name. It holds personal data, so it is readable by its owner only, and an existing file is
//! never written over unless that was asked for. Knows nothing of why rows are rejected.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::exit::Exit;
use crate::input::Row;
use crate::mapping::target::REJECT_COLUMNS;

/// An open rejects file.
#[derive(Debug)]
pub struct RejectsFile {
    path: PathBuf,
    file: BufWriter<File>,
    format: RecordFormat,
    rows: u64,
}

/// How records are written: as the input was, so that the same options read them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordFormat {
    /// The input's delimiter.
    pub delimiter: u8,
    /// How many columns the header has.
    pub columns: usize,
    /// Whether to begin with a byte order mark: needed when the input was not UTF-8, since the same
    /// `--encoding` will be given again, and a mark wins over it.
    pub mark: bool,
}

impl RecordFormat {
    /// Writes a row's fields, as many as the header has, without a line end; what the row has beyond
    /// the header follows after the two added columns.
    pub fn write(&self, row: Row<'_>, out: &mut Vec<u8>) {
        for column in 0..self.columns {
            if column > 0 {
                out.push(self.delimiter);
            }
            self.write_field(row.field(column).unwrap_or_default(), out);
        }
    }

    /// Writes one field, quoted where it must be.
    pub fn write_field(&self, field: &str, out: &mut Vec<u8>) {
        let special = |b: &u8| *b == self.delimiter || matches!(b, b'"' | b'\n' | b'\r');
        // An only, empty field would be a blank line, which readers skip.
        let vanishes = field.is_empty() && self.columns == 1;
        if !vanishes && !field.as_bytes().iter().any(special) {
            out.extend_from_slice(field.as_bytes());
            return;
        }
        out.push(b'"');
        for &byte in field.as_bytes() {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    }
}

impl RejectsFile {
    /// Creates the file with its header.
    ///
    /// An existing file with anything in it is refused, unless `overwrite`, or unless it is `ours`, of an
    /// unfinished run that is taken up again and finds every reject anew, and looks like it.
    pub fn create(
        path: &Path,
        header: &[String],
        format: RecordFormat,
        ours: bool,
        overwrite: bool,
    ) -> anyhow::Result<RejectsFile> {
        let existing = fs::symlink_metadata(path).ok();
        if let Some(existing) = &existing
            && !overwrite
            && (!existing.is_file() || existing.len() > 0)
            && !(ours && existing.is_file() && begins_with(path, &header_line(header, format)))
        {
            return Err(Exit::Usage.error(format!(
                "the rejects file {} exists already and is not written over; move it away, name another, or add --overwrite-rejects. Nothing was sent",
                path.display()
            )));
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .and_then(|file| {
                // A file that was there keeps its mode otherwise.
                file.set_permissions(fs::Permissions::from_mode(0o600))?;
                Ok(file)
            })
            .with_context(|| {
                format!(
                    "cannot write the rejects file {}; nothing was sent",
                    path.display()
                )
            })?;
        let mut rejects = RejectsFile {
            path: path.to_owned(),
            file: BufWriter::new(file),
            format,
            rows: 0,
        };
        rejects.write_header(header).with_context(|| {
            format!(
                "cannot write the rejects file {}; nothing was sent",
                path.display()
            )
        })?;
        Ok(rejects)
    }

    fn write_header(&mut self, header: &[String]) -> io::Result<()> {
        self.file.write_all(&header_line(header, self.format))?;
        self.file.flush()
    }

    /// Appends a rejected row: its record as written by [`RecordFormat::write`], its line and the reason.
    pub fn record(&mut self, original: &[u8], line: u64, reason: &str) -> io::Result<()> {
        let mut record = original.to_vec();
        record.push(self.format.delimiter);
        record.extend_from_slice(line.to_string().as_bytes());
        record.push(self.format.delimiter);
        self.format.write_field(reason, &mut record);
        record.push(b'\n');
        self.rows += 1;
        self.file.write_all(&record)
    }

    /// Hands everything to the operating system: called after each unit of work, since a later one may fail.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// Ends the file; one without rows is removed, so that its being there means that there is work to do.
    pub fn finish(mut self) -> io::Result<u64> {
        self.file.flush()?;
        if self.rows == 0 {
            fs::remove_file(&self.path)?;
        } else {
            self.file.get_ref().sync_all()?;
        }
        Ok(self.rows)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The input's columns and the two that are added. Mended rejects that are rejected again have these
/// already, and get them once more: the last ones are the newest.
fn header_line(header: &[String], format: RecordFormat) -> Vec<u8> {
    let mut line = Vec::new();
    if format.mark {
        line.extend_from_slice("\u{feff}".as_bytes());
    }
    for (at, name) in header
        .iter()
        .map(String::as_str)
        .chain(REJECT_COLUMNS)
        .enumerate()
    {
        if at > 0 {
            line.push(format.delimiter);
        }
        format.write_field(name, &mut line);
    }
    line.push(b'\n');
    line
}

fn begins_with(path: &Path, line: &[u8]) -> bool {
    let mut start = Vec::with_capacity(line.len());
    File::open(path)
        .and_then(|file| file.take(line.len() as u64).read_to_end(&mut start))
        .is_ok_and(|_| start == line)
}

//! Rows of a chunk: one arena of text for all of them, filled again and again without allocating.
//!
//! The text is checked to be UTF-8 once a chunk, and every field to begin and end between characters,
//! so that handing out a `&str` costs no more than cutting it. Must not know where rows come from.

/// A record within a chunk.
#[derive(Clone, Copy, Debug)]
struct Record {
    /// End of its text in the chunk's text.
    text_end: usize,
    /// End of its field ends in the chunk's.
    ends_end: usize,
    /// The line it begins on.
    line: u64,
}

/// A chunk of rows. Make one, and hand it to [`super::Reader::fill`] again and again.
#[derive(Debug, Default)]
pub struct Rows {
    text: String,
    /// The end of each field, from the start of its record.
    ends: Vec<usize>,
    records: Vec<Record>,
}

impl Rows {
    /// An empty chunk; it gets its memory when it is first filled.
    #[must_use]
    pub fn new() -> Rows {
        Rows::default()
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Row `index`, from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Row<'_>> {
        let record = self.records.get(index)?;
        let (text_start, ends_start) = match index.checked_sub(1) {
            Some(before) => {
                let before = self.records[before];
                (before.text_end, before.ends_end)
            }
            None => (0, 0),
        };
        Some(Row {
            text: &self.text[text_start..record.text_end],
            ends: &self.ends[ends_start..record.ends_end],
            line: record.line,
        })
    }

    /// All rows, in the order of the file.
    pub fn iter(&self) -> RowsIter<'_> {
        RowsIter {
            rows: self,
            next: 0,
            text_start: 0,
            ends_start: 0,
        }
    }

    /// Leaves no rows, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.text.clear();
    }

    /// Takes the memory out to be filled.
    pub(super) fn begin(&mut self) -> Filling {
        let mut records = std::mem::take(&mut self.records);
        records.clear();
        Filling {
            text: std::mem::take(&mut self.text).into_bytes(),
            used: 0,
            ends: std::mem::take(&mut self.ends),
            fields: 0,
            records,
        }
    }

    /// Puts the filled memory back, with the rows before the first one that is not UTF-8.
    /// `Err` is that row's line and field, from 0.
    pub(super) fn finish(&mut self, filling: Filling) -> Result<(), (u64, usize)> {
        let Filling {
            mut text,
            ends,
            mut records,
            ..
        } = filling;
        text.truncate(records.last().map_or(0, |record| record.text_end));
        let bad = match String::from_utf8(text) {
            Ok(text) if is_cut_well(&text, &ends, &records) => {
                self.text = text;
                None
            }
            Ok(text) => Some(text.into_bytes()),
            Err(error) => Some(error.into_bytes()),
        };
        let Some(mut text) = bad else {
            self.ends = ends;
            self.records = records;
            return Ok(());
        };
        let Some((index, bad)) = first_bad(&text, &ends, &records) else {
            // Fields that are all UTF-8 make text that is: not reachable.
            self.ends = ends;
            return Err((0, 0));
        };
        records.truncate(index);
        text.truncate(records.last().map_or(0, |record| record.text_end));
        self.text = String::from_utf8(text).unwrap_or_default();
        self.ends = ends;
        self.records = records;
        Err(bad)
    }
}

impl<'a> IntoIterator for &'a Rows {
    type Item = Row<'a>;
    type IntoIter = RowsIter<'a>;

    fn into_iter(self) -> RowsIter<'a> {
        self.iter()
    }
}

/// Whether all fields begin and end between characters. Bytes that are UTF-8 as a whole need not be so
/// in each field: a character may be cut in two by a delimiter, which is gone from the text.
fn is_cut_well(text: &str, ends: &[usize], records: &[Record]) -> bool {
    if text.is_ascii() {
        return true;
    }
    let (mut start, mut ends_start) = (0, 0);
    let mut torn = false;
    for record in records {
        let bytes = &text.as_bytes()[start..record.text_end];
        // Not left at the first torn one: there hardly ever is any, and a loop that only adds up is faster.
        torn |= bytes.first().is_some_and(|byte| is_continuation(*byte));
        for &end in &ends[ends_start..record.ends_end] {
            torn |= bytes.get(end).is_some_and(|byte| is_continuation(*byte));
        }
        start = record.text_end;
        ends_start = record.ends_end;
    }
    !torn
}

/// Whether `byte` is one of a character's bytes beyond its first.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// The first record with a field that is not UTF-8, with its line and the field's index.
fn first_bad(text: &[u8], ends: &[usize], records: &[Record]) -> Option<(usize, (u64, usize))> {
    let (mut start, mut ends_start) = (0, 0);
    for (index, record) in records.iter().enumerate() {
        let mut from = start;
        for (field, end) in ends[ends_start..record.ends_end].iter().enumerate() {
            if std::str::from_utf8(&text[from..start + end]).is_err() {
                return Some((index, (record.line, field)));
            }
            from = start + end;
        }
        start = record.text_end;
        ends_start = record.ends_end;
    }
    None
}

/// A row of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    text: &'a str,
    ends: &'a [usize],
    line: u64,
}

impl<'a> Row<'a> {
    /// The line of the file on which the row begins, from 1. Line ends within quoted fields, blank lines
    /// and a `sep=` line count as lines.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many fields there are; it need not be as many as the header has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no fields. The reader never gives such a row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Field `index`, from 0, without its quotes; None where the row is too short.
    #[inline]
    #[must_use]
    pub fn field(&self, index: usize) -> Option<&'a str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..end)
    }

    /// All fields in order.
    pub fn iter(&self) -> Fields<'a> {
        Fields {
            text: self.text,
            start: 0,
            ends: self.ends.iter(),
        }
    }
}

impl<'a> IntoIterator for Row<'a> {
    type Item = &'a str;
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

/// The fields of a row.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    text: &'a str,
    start: usize,
    ends: std::slice::Iter<'a, usize>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let end = *self.ends.next()?;
        let field = self.text.get(self.start..end);
        self.start = end;
        field
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ends.size_hint()
    }
}

impl ExactSizeIterator for Fields<'_> {}

/// The rows of a chunk.
#[derive(Clone, Debug)]
pub struct RowsIter<'a> {
    rows: &'a Rows,
    next: usize,
    text_start: usize,
    ends_start: usize,
}

impl<'a> Iterator for RowsIter<'a> {
    type Item = Row<'a>;

    #[inline]
    fn next(&mut self) -> Option<Row<'a>> {
        let record = self.rows.records.get(self.next)?;
        let row = Row {
            text: &self.rows.text[self.text_start..record.text_end],
            ends: &self.rows.ends[self.ends_start..record.ends_end],
            line: record.line,
        };
        self.next += 1;
        self.text_start = record.text_end;
        self.ends_start = record.ends_end;
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.rows.records.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for RowsIter<'_> {}

/// A chunk while it is filled: buffers at their full length, with how far they are used.
pub(super) struct Filling {
    pub(super) text: Vec<u8>,
    pub(super) used: usize,
    pub(super) ends: Vec<usize>,
    pub(super) fields: usize,
    records: Vec<Record>,
}

impl Filling {
    /// Room for `bytes` of text and `fields` fields.
    pub(super) fn make_room(&mut self, bytes: usize, fields: usize) {
        if self.text.len() < bytes {
            self.text.resize(bytes, 0);
        }
        if self.ends.len() < fields {
            self.ends.resize(fields, 0);
        }
    }

    /// What was put in since the last record is a record, which begins on `line`.
    pub(super) fn close_record(&mut self, line: u64) {
        self.records.push(Record {
            text_end: self.used,
            ends_end: self.fields,
            line,
        });
    }

    pub(super) fn rows(&self) -> usize {
        self.records.len()
    }
}

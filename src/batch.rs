//! Batches: encoded rows grouped for one request, by rows and by encoded bytes, one lane a profile.
//!
//! A batch is the unit that is sent, journalled, split and counted. Everything here is pure and
//! deterministic: the same rows and the same [`Shape`] give the same batches, byte for byte, which is
//! what lets a second run skip what a first one delivered. It knows nothing of retries, journals or URLs.

use std::ops::Range;

/// How the profiles of a batch are named. The API takes only one kind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// `profile_id`, the company's own identifier.
    ProfileId,
    /// `appmetrica_device_id`, the SDK's identifier of an installation.
    DeviceId,
}

/// One row of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Where the row ends in [`Batch::body`]; it begins where the one before it ended.
    pub end: usize,
    /// Line of the input on which the row begins, from 1.
    pub line: u64,
    /// Hash of the row's identifier. Equal for equal identifiers; never written anywhere.
    pub identity: u64,
    /// Whether the row holds a counter (or a number that may be one), so that sending it twice may count twice.
    pub has_counters: bool,
}

/// Encoded rows for one request.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The lane that the batch belongs to, from 0.
    pub lane: usize,
    /// Its number within the lane, from 0.
    pub number: u64,
    /// How its profiles are named.
    pub kind: IdentifierKind,
    /// The header line and the rows, ready to send.
    pub body: Vec<u8>,
    /// Length of the header line at the start of `body`.
    pub header_len: usize,
    /// The rows, in input order.
    pub rows: Vec<BatchRow>,
    /// The input's own records of the rows as CSV lines, kept only when a rejects file was asked for:
    /// `originals.1[i]` is the end of row i's record in `originals.0`.
    pub originals: Option<(Vec<u8>, Vec<usize>)>,
}

impl Batch {
    /// Whether any of the rows `range` holds a counter.
    #[must_use]
    pub fn has_counters(&self, range: Range<usize>) -> bool {
        self.rows[range].iter().any(|row| row.has_counters)
    }

    /// The bytes of the rows `range`, without the header.
    #[must_use]
    pub fn row_bytes(&self, range: Range<usize>) -> &[u8] {
        let start = if range.start == 0 {
            self.header_len
        } else {
            self.rows[range.start - 1].end
        };
        let end = if range.end == 0 {
            self.header_len
        } else {
            self.rows[range.end - 1].end
        };
        &self.body[start..end]
    }

    /// The header line with its line end.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.body[..self.header_len]
    }
}

/// How rows are grouped. The same for every run of a job, or batches would not be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many lanes there are; a profile's rows all go through one.
    pub lanes: usize,
    /// Rows in a batch, at most.
    pub rows: usize,
    /// Bytes of a batch's body, header included, at most; a longer single row makes a batch of its own.
    pub bytes: usize,
}

impl Shape {
    /// The lane of a profile.
    #[must_use]
    pub fn lane(&self, identity: u64) -> usize {
        let lanes = self.lanes.max(1) as u64;
        usize::try_from(identity % lanes).unwrap_or(0)
    }
}

/// A row on its way into a batch.
#[derive(Clone, Copy, Debug)]
pub struct NewRow<'a> {
    /// The encoded row with its line end.
    pub bytes: &'a [u8],
    /// How its profile is named.
    pub kind: IdentifierKind,
    /// See [`BatchRow::identity`].
    pub identity: u64,
    /// See [`BatchRow::line`].
    pub line: u64,
    /// See [`BatchRow::has_counters`].
    pub has_counters: bool,
    /// The input's own record as a CSV line, if it is to be kept.
    pub original: Option<&'a [u8]>,
}

/// How full a batch is: the one place that decides when the next one begins.
#[derive(Clone, Copy, Debug, Default)]
struct Fill {
    rows: usize,
    bytes: usize,
}

impl Fill {
    /// Whether a row of `bytes` still fits.
    fn has_room(self, bytes: usize, header: usize, shape: Shape) -> bool {
        self.rows == 0 || (self.rows < shape.rows && header + self.bytes + bytes <= shape.bytes)
    }

    fn add(&mut self, bytes: usize) {
        self.rows += 1;
        self.bytes += bytes;
    }
}

/// Groups rows into batches.
#[derive(Debug)]
pub struct Batcher {
    shape: Shape,
    headers: [Vec<u8>; 2],
    /// By lane and kind of identifier.
    building: Vec<[Option<Batch>; 2]>,
    numbers: Vec<u64>,
    /// Bytes and rows of the largest batch so far: the next ones are given that much room at once, so that
    /// no batch is copied while it grows.
    room: (usize, usize),
}

const KINDS: [IdentifierKind; 2] = [IdentifierKind::ProfileId, IdentifierKind::DeviceId];

impl Batcher {
    /// An empty batcher; `header` gives the header line of a body by the kind of its identifiers.
    #[must_use]
    pub fn new(shape: Shape, header: impl Fn(IdentifierKind) -> String) -> Batcher {
        let lanes = shape.lanes.max(1);
        Batcher {
            shape,
            headers: KINDS.map(|kind| header(kind).into_bytes()),
            building: (0..lanes).map(|_| [None, None]).collect(),
            numbers: vec![0; lanes],
            room: (0, 0),
        }
    }

    /// Takes a row; returns the batch that had no room for it, now complete.
    pub fn push(&mut self, row: NewRow<'_>) -> Option<Batch> {
        let lane = self.shape.lane(row.identity);
        let kind = row.kind as usize;
        let full = self.building[lane][kind].as_ref().is_some_and(|batch| {
            !fill(batch).has_room(row.bytes.len(), batch.header_len, self.shape)
        });
        let complete = if full {
            self.complete(lane, kind)
        } else {
            None
        };
        let header = &self.headers[kind];
        let (bytes, rows) = self.room;
        let batch = self.building[lane][kind].get_or_insert_with(|| {
            let mut body = Vec::with_capacity(bytes);
            body.extend_from_slice(header);
            Batch {
                lane,
                number: 0,
                kind: row.kind,
                body,
                header_len: header.len(),
                rows: Vec::with_capacity(rows),
                originals: row.original.map(|_| (Vec::new(), Vec::new())),
            }
        });
        batch.body.extend_from_slice(row.bytes);
        batch.rows.push(BatchRow {
            end: batch.body.len(),
            line: row.line,
            identity: row.identity,
            has_counters: row.has_counters,
        });
        if let (Some((records, ends)), Some(original)) = (batch.originals.as_mut(), row.original) {
            records.extend_from_slice(original);
            ends.push(records.len());
        }
        complete
    }

    /// The batches that are not full, lane by lane. Call until there is none.
    pub fn finish(&mut self) -> Option<Batch> {
        for lane in 0..self.building.len() {
            for kind in 0..KINDS.len() {
                if self.building[lane][kind].is_some() {
                    return self.complete(lane, kind);
                }
            }
        }
        None
    }

    /// Batches are numbered as they are completed, in the order in which their lane sends them.
    fn complete(&mut self, lane: usize, kind: usize) -> Option<Batch> {
        let mut batch = self.building[lane][kind].take()?;
        batch.number = self.numbers[lane];
        self.room = (
            self.room.0.max(batch.body.len()),
            self.room.1.max(batch.rows.len()),
        );
        self.numbers[lane] += 1;
        Some(batch)
    }
}

fn fill(batch: &Batch) -> Fill {
    Fill {
        rows: batch.rows.len(),
        bytes: batch.body.len() - batch.header_len,
    }
}

/// Counts the batches that a [`Batcher`] would make, without keeping a row.
#[derive(Debug)]
pub struct BatchCount {
    shape: Shape,
    header: usize,
    filling: Vec<[Fill; 2]>,
    batches: u64,
}

impl BatchCount {
    /// Nothing counted yet; `header` as for [`Batcher::new`].
    #[must_use]
    pub fn new(shape: Shape, header: impl Fn(IdentifierKind) -> String) -> BatchCount {
        BatchCount {
            shape,
            header: KINDS
                .map(|kind| header(kind).len())
                .into_iter()
                .max()
                .unwrap_or(0),
            filling: vec![[Fill::default(); 2]; shape.lanes.max(1)],
            batches: 0,
        }
    }

    /// Counts a row of `bytes` encoded bytes.
    pub fn push(&mut self, kind: IdentifierKind, identity: u64, bytes: usize) {
        let fill = &mut self.filling[self.shape.lane(identity)][kind as usize];
        if !fill.has_room(bytes, self.header, self.shape) {
            *fill = Fill::default();
        }
        if fill.rows == 0 {
            self.batches += 1;
        }
        fill.add(bytes);
    }

    /// How many batches so far, the ones that are not full included.
    #[must_use]
    pub fn batches(&self) -> u64 {
        self.batches
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn header(kind: IdentifierKind) -> String {
        crate::post_api::wire::header(kind)
    }

    fn all(batcher: &mut Batcher, rows: &[(u64, bool, usize)]) -> Vec<Batch> {
        let mut batches = Vec::new();
        for (line, &(identity, device, length)) in rows.iter().enumerate() {
            let bytes = vec![b'x'; length];
            let kind = if device {
                IdentifierKind::DeviceId
            } else {
                IdentifierKind::ProfileId
            };
            batches.extend(batcher.push(NewRow {
                bytes: &bytes,
                kind,
                identity,
                line: line as u64,
                has_counters: false,
                original: Some(&bytes[..1]),
            }));
        }
        while let Some(batch) = batcher.finish() {
            batches.push(batch);
        }
        batches
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_batch_within_the_limits_and_in_order(
            rows in proptest::collection::vec((0_u64..20, any::<bool>(), 1_usize..60), 0..200),
            lanes in 1_usize..6,
            most_rows in 1_usize..10,
            most_bytes in 60_usize..400,
        ) {
            let shape = Shape { lanes, rows: most_rows, bytes: most_bytes };
            let batches = all(&mut Batcher::new(shape, header), &rows);
            let mut lines: Vec<u64> = batches.iter().flat_map(|b| b.rows.iter().map(|r| r.line)).collect();
            lines.sort_unstable();
            prop_assert_eq!(lines, (0..rows.len() as u64).collect::<Vec<_>>());
            for batch in &batches {
                prop_assert!(batch.rows.len() <= most_rows);
                prop_assert!(batch.body.len() <= most_bytes || batch.rows.len() == 1);
                prop_assert_eq!(batch.originals.as_ref().unwrap().1.len(), batch.rows.len());
                let joined: usize = (0..batch.rows.len()).map(|i| batch.row_bytes(i..i + 1).len()).sum();
                prop_assert_eq!(joined + batch.header_len, batch.body.len());
            }
            // In the order of sending, a profile's rows of one kind stand in input order.
            for identity in 0..20 {
                for kind in KINDS {
                    let mut sent: Vec<(usize, u64, u64)> = batches.iter().filter(|b| b.kind == kind)
                        .flat_map(|b| b.rows.iter().filter(|r| r.identity == identity).map(|r| (b.lane, b.number, r.line)))
                        .collect();
                    sent.sort_by_key(|&(_, number, _)| number);
                    prop_assert!(sent.windows(2).all(|w| w[0].0 == w[1].0 && w[0].2 < w[1].2));
                }
            }
            let mut count = BatchCount::new(shape, |_| header(IdentifierKind::ProfileId));
            let one_kind: Vec<_> = rows.iter().map(|&(i, _, l)| (i, false, l)).collect();
            for &(identity, _, length) in &one_kind {
                count.push(IdentifierKind::ProfileId, identity, length);
            }
            let made = all(&mut Batcher::new(shape, header), &one_kind);
            prop_assert_eq!(count.batches(), made.len() as u64);
        }
    }
}

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

//! Parts: contiguous ranges of a batch's rows that are sent as one request. They only ever come from halving.

use std::ops::Range;

use crate::batch::Batch;
use crate::journal::{Digest, PartName};

/// A part of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its path of halves.
    pub name: PartName,
    /// Its rows, as indices into [`Batch::rows`].
    pub rows: Range<usize>,
}

impl Part {
    /// The whole of `batch`.
    #[must_use]
    pub fn whole(batch: &Batch) -> Self {
        Part {
            name: PartName::WHOLE,
            rows: 0..batch.rows.len(),
        }
    }

    /// The two halves, in row order. The left one is the smaller when the rows are odd in number.
    #[must_use]
    pub fn halves(&self) -> [Part; 2] {
        let middle = self.rows.start + self.rows.len() / 2;
        let [left, right] = self.name.halves();
        [
            Part {
                name: left,
                rows: self.rows.start..middle,
            },
            Part {
                name: right,
                rows: middle..self.rows.end,
            },
        ]
    }

    /// Length of the request body that the part makes.
    #[must_use]
    pub fn body_len(&self, batch: &Batch) -> usize {
        batch.header_len + batch.row_bytes(self.rows.clone()).len()
    }

    /// SHA-256 of that body.
    #[must_use]
    pub fn digest(&self, batch: &Batch) -> Digest {
        Digest::of(&[batch.header(), batch.row_bytes(self.rows.clone())])
    }
}

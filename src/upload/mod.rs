//! Delivery: the decisions, pure ([`lane`], [`retry`], [`pace`]), and the threads that carry them out ([`driver`]).
//!
//! Knows batches, replies and the journal's entries; not where rows come from, what a URL looks like, or where
//! events go.

pub mod driver;
pub mod event;
pub mod lane;
pub mod pace;
pub mod part;
pub mod retry;
pub mod run;

use crate::batch::IdentifierKind;
use crate::post_api::reply::Reply;

pub use event::{Event, Fate, PartId, RowRefused, StopReason, Summary};
pub use lane::InDoubt;
pub use run::Run;

/// One request to make: a body in two pieces.
#[derive(Clone, Copy, Debug)]
pub struct UploadRequest<'a> {
    /// Which part it carries; `part.lane` chooses the connection.
    pub part: PartId,
    /// How its profiles are named.
    pub kind: IdentifierKind,
    /// The header line with its line end.
    pub header: &'a [u8],
    /// The rows.
    pub rows: &'a [u8],
    /// How many rows.
    pub row_count: usize,
}

/// Makes requests. Called by several threads at once, but never twice at once for one lane.
pub trait Transport: Sync {
    /// Makes one request and says what came of it. Never repeats it by itself, and redacts every text.
    fn send(&self, request: &UploadRequest<'_>) -> Reply;
}

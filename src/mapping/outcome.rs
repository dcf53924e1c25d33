//! What becomes of a row, and what is noticed on the way.

use crate::batch::IdentifierKind;

/// What happens to a contact that does not normalise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvalidContacts {
    /// Its row is rejected.
    #[default]
    Reject,
    /// It is left out of its row.
    Skip,
}

/// What became of a row that is not rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// A profile was written into the sink.
    Profile {
        /// How it is named.
        kind: IdentifierKind,
        /// See [`crate::profile::Identifier::identity`].
        identity: u64,
        /// Whether it holds a counter, or a number that may be one.
        has_counters: bool,
    },
    /// There is nothing in the row to send.
    Skipped,
}

/// What was noticed while reading, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Contacts that did not normalise and were left out (`--invalid-contacts skip`).
    pub contacts_left_out: u64,
    /// String values longer than the vendor's SDK keeps.
    pub long_values: u64,
}

impl Noticed {
    /// Adds what another thread noticed.
    pub fn add(&mut self, other: Noticed) {
        self.contacts_left_out += other.contacts_left_out;
        self.long_values += other.long_values;
    }
}

/// How much of a row went into the sink.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    pub(super) attributes: usize,
    pub(super) has_counters: bool,
}

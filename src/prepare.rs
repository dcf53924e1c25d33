//! From rows to encoded rows: the work that the pipeline's workers do.
//!
//! Knows mapping and the wire format; nothing of threads, batches or the network.

use std::sync::Arc;

use crate::batch::IdentifierKind;
use crate::input::Rows;
use crate::mapping::Noticed;
use crate::mapping::{Plan, RowOutcome, RowReader};
use crate::post_api::wire::{Layout, RowWriter};
use crate::profile::Reject;

/// One encoded row.
#[derive(Clone, Copy, Debug)]
pub struct EncodedRow {
    /// Where it ends in [`Encoded::bytes`].
    pub end: usize,
    /// Which of the chunk's rows it was made of.
    pub source: usize,
    /// How its profile is named.
    pub kind: IdentifierKind,
    /// See [`crate::profile::Identifier::identity`].
    pub identity: u64,
    /// Whether sending it twice may count twice.
    pub has_counters: bool,
}

/// What some thousand rows became.
#[derive(Debug, Default)]
pub struct Encoded {
    /// The encoded rows, one behind the other.
    pub bytes: Vec<u8>,
    /// What stands in `bytes`, in the file's order.
    pub profiles: Vec<EncodedRow>,
    /// Rows that are not sent, by their place among the chunk's rows.
    pub rejects: Vec<(usize, Reject)>,
    /// Rows with nothing to send.
    pub skipped: u64,
    /// What else was noticed.
    pub noticed: Noticed,
}

impl Encoded {
    /// The encoded rows with what belongs to each.
    pub fn profiles(&self) -> impl Iterator<Item = (&EncodedRow, &[u8])> {
        let mut start = 0;
        self.profiles.iter().map(move |row| {
            let bytes = &self.bytes[start..row.end];
            start = row.end;
            (row, bytes)
        })
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.profiles.clear();
        self.rejects.clear();
        self.skipped = 0;
    }
}

/// Maps and encodes the rows of a chunk.
pub type Worker = Box<dyn FnMut(&Rows, &mut Encoded)>;

/// Makes workers that map and encode rows for `application_id`.
pub fn encoder(
    plan: &Arc<Plan>,
    application_id: u64,
    layout: Layout,
) -> impl Fn() -> Worker + Clone + Send + use<> {
    let plan = Arc::clone(plan);
    let application = application_id.to_string();
    move || {
        let (plan, application) = (Arc::clone(&plan), application.clone());
        Box::new(move |rows, encoded| {
            // Made anew for each chunk: a few small vectors for some thousand rows.
            let mut reader = RowReader::new(&plan);
            encode(rows, encoded, &mut reader, &application, layout);
        })
    }
}

/// Maps and encodes rows into `encoded`, whose buffers are used again.
pub fn encode(
    rows: &Rows,
    encoded: &mut Encoded,
    reader: &mut RowReader<'_>,
    application: &str,
    layout: Layout,
) {
    encoded.clear();
    for (source, row) in rows.iter().enumerate() {
        let mut writer = RowWriter::new(&mut encoded.bytes, application, layout);
        match reader.read(row, &mut writer) {
            Ok(RowOutcome::Profile {
                kind,
                identity,
                has_counters,
            }) => {
                writer.finish();
                encoded.profiles.push(EncodedRow {
                    end: encoded.bytes.len(),
                    source,
                    kind,
                    identity,
                    has_counters,
                });
            }
            Ok(RowOutcome::Skipped) => {
                writer.take_back();
                encoded.skipped += 1;
            }
            Err(reject) => {
                writer.take_back();
                encoded.rejects.push((source, reject));
            }
        }
    }
    encoded.noticed = reader.take_noticed();
}

//! What stands in a journal: one JSON object a line.
//!
//! A line holds no key, no value and no identifier of a profile; bodies appear as digests only.

use serde::{Deserialize, Serialize};

use super::name::{Digest, PartName};

/// The format that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// How rows are cut into lanes and batches. A resumed run must cut as the run before it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Geometry {
    /// Lanes, that is, the divisor of the identifier's hash.
    pub lanes: usize,
    /// Most rows a batch.
    pub batch_rows: usize,
    /// Most bytes a batch.
    pub batch_bytes: usize,
}

impl Geometry {
    /// Whether any run can have cut like this. A file that says otherwise was tampered with, and cutting by it
    /// would deliver again what was delivered, or ask for all memory there is.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        const MOST_LANES: usize = 1024;
        const MOST_ROWS: usize = 100_000;
        const MOST_BYTES: usize = 1_000_000_000;
        (1..=MOST_LANES).contains(&self.lanes)
            && (1..=MOST_ROWS).contains(&self.batch_rows)
            && (1..=MOST_BYTES).contains(&self.batch_bytes)
    }
}

/// A run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// [`FORMAT`] of the lines that follow.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Whether the run goes on with what stands above. If not, everything above is forgotten.
    pub resumed: bool,
    /// The input's path, or the name given with `--job`.
    pub job: String,
    /// The application that is written to.
    pub application_id: String,
    /// Scheme and host of the API.
    pub api: String,
    /// How the rows are cut.
    #[serde(flatten)]
    pub geometry: Geometry,
    /// Whether rows may hold counters.
    pub counters: bool,
    /// The process, so that a second run can say which one is in its way.
    pub process: u32,
    /// Seconds since 1970.
    pub time: u64,
}

/// What happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is about to go out. Written, and made durable, only for parts with counters.
    Sending,
    /// The server took it.
    Acknowledged,
    /// It went out and certainly was not applied.
    Returned,
    /// It may have been applied or not.
    InDoubt,
    /// The server refused it for what is in it; not applied, and not sent again.
    Refused,
    /// It was not applied; its halves take its place.
    Split,
    /// It was in doubt, and the user chose not to send it again.
    Abandoned,
}

/// Something happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartEntry {
    /// What happened.
    pub event: What,
    /// The lane, from 0.
    pub lane: usize,
    /// The batch's number in its lane, from 0.
    pub batch: u64,
    /// Which part of the batch.
    pub part: PartName,
    /// SHA-256 of the part's body, header included.
    pub sha256: Digest,
    /// Rows of the part.
    pub rows: u64,
    /// The status that it was refused with. Not the server's text: it may quote a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// A run ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// Whether every row was acknowledged, rejected or given up by the user, so that there is nothing to go on with.
    pub complete: bool,
    /// Batches that the input was cut into. Only meaningful when `complete`.
    pub batches: u64,
    /// Rows acknowledged in this run.
    pub rows_sent: u64,
    /// Rows that the server refused in this run.
    pub rows_rejected: u64,
    /// Batches left in doubt.
    pub batches_in_doubt: u64,
    /// The run stopped because the server refused everything: its refusals are not the rows' fault.
    pub refused_all: bool,
    /// Seconds since 1970.
    pub time: u64,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A run began.
    Started(Started),
    /// A body with counters that an earlier run delivered, or may have, and that must not be counted again.
    Counted(Digest),
    /// Something happened to a part.
    Part(PartEntry),
    /// A run ended by itself.
    Finished(Finished),
}

#[derive(Serialize, Deserialize)]
struct Counted {
    sha256: Digest,
}

impl Entry {
    /// The line, line end included.
    ///
    /// # Errors
    /// None in practice; serialisation to memory does not fail for these types.
    pub fn to_line(&self) -> serde_json::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Named<'a, T> {
            event: &'static str,
            #[serde(flatten)]
            entry: &'a T,
        }
        let mut line = match self {
            Entry::Started(entry) => serde_json::to_vec(&Named {
                event: "started",
                entry,
            }),
            Entry::Counted(sha256) => serde_json::to_vec(&Named {
                event: "counted",
                entry: &Counted { sha256: *sha256 },
            }),
            Entry::Part(entry) => serde_json::to_vec(entry),
            Entry::Finished(entry) => serde_json::to_vec(&Named {
                event: "finished",
                entry,
            }),
        }?;
        line.push(b'\n');
        Ok(line)
    }

    /// Reads a line without its line end. `event` comes first, as it is written; unknown fields are ignored,
    /// so that later formats can add some.
    ///
    /// # Errors
    /// Not JSON, an unknown event, or a field missing or of the wrong type.
    pub fn from_line(line: &[u8]) -> serde_json::Result<Entry> {
        let is = |event: &[u8]| {
            let rest = line.strip_prefix(b"{\"event\":\"");
            rest.is_some_and(|rest| rest.starts_with(event))
        };
        Ok(if is(b"started\"") {
            Entry::Started(serde_json::from_slice(line)?)
        } else if is(b"finished\"") {
            Entry::Finished(serde_json::from_slice(line)?)
        } else if is(b"counted\"") {
            Entry::Counted(serde_json::from_slice::<Counted>(line)?.sha256)
        } else {
            Entry::Part(serde_json::from_slice(line)?)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    pub(crate) fn started() -> Started {
        Started {
            format: FORMAT,
            version: "0.1.0".into(),
            resumed: false,
            job: "/data/crm.csv".into(),
            application_id: "1234".into(),
            api: "https://api.appmetrica.yandex.com".into(),
            geometry: Geometry {
                lanes: 4,
                batch_rows: 10_000,
                batch_bytes: 16 << 20,
            },
            counters: true,
            process: 17,
            time: 1_700_000_000,
        }
    }

    #[test]
    fn lines_read_back_as_written() {
        let entries = [
            Entry::Started(started()),
            Entry::Counted(Digest::of(&[])),
            Entry::Part(PartEntry {
                event: What::InDoubt,
                lane: 1,
                batch: 2,
                part: "01".parse().unwrap(),
                sha256: Digest::of(&[b"x"]),
                rows: 3,
                status: None,
            }),
            Entry::Finished(Finished {
                complete: true,
                batches: 9,
                rows_sent: 8,
                rows_rejected: 1,
                batches_in_doubt: 0,
                refused_all: false,
                time: 1_700_000_001,
            }),
        ];
        for entry in entries {
            let line = entry.to_line().unwrap();
            assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1);
            assert_eq!(Entry::from_line(&line).unwrap(), entry);
        }
    }

    #[test]
    fn a_part_line_reads_well() {
        let entry = Entry::Part(PartEntry {
            event: What::Sending,
            lane: 0,
            batch: 12,
            part: PartName::WHOLE,
            sha256: Digest::of(&[]),
            rows: 10_000,
            status: None,
        });
        assert_eq!(
            String::from_utf8(entry.to_line().unwrap()).unwrap(),
            "{\"event\":\"sending\",\"lane\":0,\"batch\":12,\"part\":\"\",\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"rows\":10000}\n"
        );
    }

    #[test]
    fn what_is_no_entry_is_an_error() {
        for line in [
            "",
            "{}",
            "null",
            "{\"event\":\"started\"}",
            "{\"event\":\"sung\",\"lane\":0}",
            "{\"event\":\"sending\",\"lane\":-1,\"batch\":0,\"part\":\"\",\"sha256\":\"\",\"rows\":1}",
        ] {
            assert!(Entry::from_line(line.as_bytes()).is_err(), "{line}");
        }
    }
}

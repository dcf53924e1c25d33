//! The input of a simulated job, and how it is cut into batches.

use ampost::batch::{Batch, BatchRow, IdentifierKind};
use fastrand::Rng;

const HEADER: &[u8] = b"h\n";

/// One row. Its text tells the model server all that it needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: usize,
    pub(crate) profile: u64,
    pub(crate) counter: bool,
    /// The server refuses it.
    pub(crate) bad: bool,
}

impl Row {
    fn write(self, body: &mut Vec<u8>) {
        let kind = if self.counter { 'c' } else { 'r' };
        let mark = if self.bad { '!' } else { '.' };
        let Row { id, profile, .. } = self;
        body.extend_from_slice(format!("{id},{profile},{kind}{mark}\n").as_bytes());
    }

    pub(crate) fn parse_all(bytes: &[u8]) -> Vec<Row> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.lines()
            .map(|line| {
                let mut fields = line.split(',');
                let mut next = || fields.next().unwrap();
                let (id, profile, marks) = (next(), next(), next());
                Row {
                    id: id.parse().unwrap(),
                    profile: profile.parse().unwrap(),
                    counter: marks.starts_with('c'),
                    bad: marks.ends_with('!'),
                }
            })
            .collect()
    }
}

/// Draws rows: few profiles, so that many rows are about the same one.
pub(crate) fn rows(rng: &mut Rng) -> Vec<Row> {
    let count = match rng.u32(0..40) {
        0 => 60,
        1..10 => rng.usize(1..=4),
        _ => rng.usize(4..=14),
    };
    let profiles = rng.u64(1..=6);
    let counters = *rng.choice(&[0.0, 0.2, 0.6, 1.0]).unwrap();
    let bad = *rng.choice(&[0.0, 0.0, 0.0, 0.1, 0.3, 1.0]).unwrap();
    (0..count)
        .map(|id| Row {
            id,
            profile: rng.u64(0..profiles),
            counter: rng.f64() < counters,
            bad: rng.f64() < bad,
        })
        .collect()
}

/// How rows are cut; two of the fields are planted bugs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) lanes: usize,
    pub(crate) batch_rows: usize,
    /// Planted bug: lanes in turn, whatever the identifier.
    pub(crate) round_robin: bool,
    /// Planted bug: no two rows seem to be about one profile, so that a lane never holds.
    pub(crate) forgets_profiles: bool,
}

/// The batches in the order in which the input fills them. Rows of one profile share a lane.
pub(crate) fn batches(rows: &[Row], cut: Cut) -> Vec<Batch> {
    let mut open: Vec<Vec<Row>> = vec![Vec::new(); cut.lanes];
    let mut numbers = vec![0; cut.lanes];
    let mut done = Vec::new();
    let mut close = |lane: usize, rows: &mut Vec<Row>| {
        done.push(batch(lane, numbers[lane], rows, cut));
        numbers[lane] += 1;
        rows.clear();
    };
    for &row in rows {
        let identity = if cut.round_robin {
            row.id as u64
        } else {
            hash(row.profile)
        };
        let lane = usize::try_from(identity % cut.lanes as u64).unwrap();
        open[lane].push(row);
        if open[lane].len() == cut.batch_rows {
            close(lane, &mut open[lane]);
        }
    }
    for (lane, rows) in open.iter_mut().enumerate() {
        if !rows.is_empty() {
            close(lane, rows);
        }
    }
    done
}

fn batch(lane: usize, number: u64, rows: &[Row], cut: Cut) -> Batch {
    let mut body = HEADER.to_vec();
    let rows = rows
        .iter()
        .map(|row| {
            row.write(&mut body);
            BatchRow {
                end: body.len(),
                line: row.id as u64,
                identity: if cut.forgets_profiles {
                    row.id as u64
                } else {
                    hash(row.profile)
                },
                has_counters: row.counter,
            }
        })
        .collect();
    Batch {
        lane,
        number,
        kind: IdentifierKind::ProfileId,
        body,
        header_len: HEADER.len(),
        rows,
        originals: None,
    }
}

fn hash(profile: u64) -> u64 {
    (profile + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 7
}

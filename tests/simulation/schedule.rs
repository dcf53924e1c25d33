//! One schedule: a job, and everything that befalls it until it has run to an end. All of it follows from a seed.

macro_rules! trace {
    ($schedule:expr, $($what:tt)*) => {
        if let Some(trace) = &mut $schedule.trace {
            trace.push(format!($($what)*));
        }
    };
}

mod run;

use std::collections::HashSet;
use std::time::Duration;

use ampost::batch::Batch;
use ampost::journal::Digest;
use ampost::upload::lane::Settings;
use ampost::upload::part::Part;
use ampost::upload::retry::Policy;
use ampost::upload::{InDoubt, StopReason};
use fastrand::Rng;

use super::Plant;
use super::check;
use super::disk::Disk;
use super::job::{self, Cut, Row};
use super::server::{FAULTS, Fault, Server};
use super::totals::Totals;
use run::Ran;
pub(crate) use run::{Killed, RunEnd};

/// After so many runs nothing goes wrong any more, so that the job can come to its end.
const ROUGH_RUNS: usize = 6;
const CALM_RUNS: usize = 4;

/// A job under way.
pub(crate) struct Schedule {
    pub(crate) rows: Vec<Row>,
    pub(crate) batches: Vec<Batch>,
    digests: Vec<Digest>,
    cut: Cut,
    pub(crate) server: Server,
    pub(crate) disk: Disk,
    /// Rows of parts in doubt that the user had resent: they may be applied twice.
    pub(crate) resent: HashSet<usize>,
    /// The server refuses rows now and then that it takes at other times.
    pub(crate) whims: bool,
    pub(crate) totals: Totals,
    /// What happened, if anybody wants to read it.
    pub(crate) trace: Option<Vec<String>>,
    rng: Rng,
    plant: Plant,
    faults: Vec<Fault>,
    fault_rate: f64,
    kill_rate: f64,
    signal_rate: f64,
    disk_faults: (u32, u32),
    settings: Settings,
    resends: bool,
    compares: bool,
    now: Duration,
}

impl Schedule {
    pub(crate) fn new(seed: u64, plant: Plant, traced: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rows = job::rows(&mut rng);
        let cut = Cut {
            lanes: rng.usize(1..=3),
            batch_rows: rng.usize(1..=6),
            round_robin: plant == Plant::LanesInTurn,
            forgets_profiles: plant == Plant::NeverHolds,
        };
        let count = rng.usize(1..=8);
        let faults: Vec<Fault> = (0..count).filter_map(|_| rng.choice(FAULTS)).collect();
        let pick = |rng: &mut Rng, rates: &[f64]| *rng.choice(rates).unwrap();
        let max_body = if rng.u32(0..5) == 0 {
            rng.usize(8..60)
        } else {
            usize::MAX
        };
        let settings = Settings {
            retry: Policy {
                retries: rng.u32(0..=3),
                ..Policy::default()
            },
            in_doubt: InDoubt::Hold,
            extra_requests: if rng.u32(0..4) == 0 {
                rng.u32(0..8)
            } else {
                256
            },
            halves: if plant == Plant::RightHalfFirst {
                |part| {
                    let [left, right] = part.halves();
                    [right, left]
                }
            } else {
                Part::halves
            },
        };
        let batches = job::batches(&rows, cut);
        Schedule {
            digests: batches
                .iter()
                .map(|batch| Digest::of(&[&batch.body]))
                .collect(),
            batches,
            server: Server::new(max_body),
            disk: Disk::new(seed, plant == Plant::TornLineStays),
            resent: HashSet::new(),
            whims: faults.contains(&Fault::Status(400)),
            totals: Totals {
                schedules: 1,
                rows: rows.len() as u64,
                ..Totals::default()
            },
            trace: traced.then(Vec::new),
            fault_rate: pick(&mut rng, &[0.0, 0.1, 0.3, 0.6]),
            kill_rate: pick(&mut rng, &[0.0, 0.01, 0.03, 0.1]),
            signal_rate: pick(&mut rng, &[0.0, 0.0, 0.02]),
            disk_faults: *rng.choice(&[(0, 0), (0, 0), (30, 0), (10, 10)]).unwrap(),
            resends: rng.bool(),
            compares: rng.u32(0..4) > 0,
            now: Duration::ZERO,
            rows,
            cut,
            rng,
            plant,
            faults,
            settings,
        }
    }

    /// Runs the job until it has come to its end, and checks everything on the way.
    pub(crate) fn play(&mut self) -> Result<(), String> {
        trace!(self, "rows {:?}", self.rows);
        trace!(self, "{:?}, faults {:?}", self.cut, self.faults);
        let mut unsaid = None;
        for run in 0..ROUGH_RUNS + CALM_RUNS {
            let calm = run >= ROUGH_RUNS;
            let end = match self.run(calm)? {
                Ran::Ended(end) => end,
                Ran::NotBegun => continue,
                // The last run finished, but could not be sure of having written so.
                Ran::FinishedBefore => {
                    let (end, past) = unsaid.ok_or("a finished job was begun again")?;
                    return check::at_end(self, &end, past);
                }
            };
            trace!(self, "end of run {run}: {:?} {:?}", end.killed, end.summary);
            let past = check::after_run(self, &end)?;
            if end.unsaid {
                unsaid = Some((end, past));
                continue;
            }
            if end.killed.is_some() {
                continue;
            }
            // A run that ended by itself with doubts, and a user who does not say what to do about them, is an end too.
            let in_doubt = end.summary.stopped.is_none() && end.summary.batches_in_doubt > 0;
            let asks_in_vain = in_doubt && !calm && self.rng.u32(0..3) == 0;
            if end.summary.is_complete() || asks_in_vain {
                return check::at_end(self, &end, past);
            }
            let hopeless = matches!(
                end.summary.stopped,
                Some(StopReason::RefusesEverything { .. })
            );
            if calm && hopeless {
                return check::at_end(self, &end, past);
            }
            if calm && end.policy == InDoubt::Hold && !in_doubt {
                return Err(format!("a calm run did not finish: {:?}", end.summary));
            }
        }
        Err("the job does not come to its end".into())
    }
}

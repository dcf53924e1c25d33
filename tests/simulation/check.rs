//! What must hold after every run and at the end of every job.

use std::collections::{HashMap, HashSet};

use ampost::batch::Batch;
use ampost::journal::{BatchPast, PartName, PartState, Past};
use ampost::upload::PartId;
use ampost::upload::part::Part;

use super::schedule::{Killed, RunEnd, Schedule};

/// The rows that a part carries.
pub(crate) fn rows_of(batches: &[Batch], id: &PartId) -> Vec<usize> {
    let batch = batches
        .iter()
        .find(|batch| (batch.lane, batch.number) == (id.lane, id.batch))
        .unwrap();
    let mut part = Part::whole(batch);
    for half in id.part.to_string().bytes() {
        let [left, right] = part.halves();
        part = if half == b'0' { left } else { right };
    }
    ids(batch, &part).collect()
}

fn ids<'a>(batch: &'a Batch, part: &Part) -> impl Iterator<Item = usize> + 'a {
    batch.rows[part.rows.clone()]
        .iter()
        .map(|row| usize::try_from(row.line).unwrap())
}

fn read(schedule: &Schedule) -> Result<Option<Past>, String> {
    let (past, _) = Past::read(&schedule.disk.bytes(), "the simulated disk")
        .map_err(|error| error.to_string())?;
    Ok(past)
}

/// After every run, however it ended.
pub(crate) fn after_run(schedule: &Schedule, end: &RunEnd) -> Result<Option<Past>, String> {
    let past = read(schedule)?;
    let batches = &schedule.batches;
    for told in &end.told {
        let counts = rows_of(batches, told)
            .iter()
            .any(|&id| schedule.rows[id].counter);
        // A power cut may take what need not be durable.
        if end.killed == Some(Killed::Machine) && !counts {
            continue;
        }
        let state = past
            .as_ref()
            .and_then(|past| past.batch(told.lane, told.batch))
            .map(|batch| batch.part(told.part));
        if state != Some(PartState::Acknowledged) {
            return Err(format!(
                "{told} was acknowledged, the journal has it as {state:?}"
            ));
        }
    }
    for &id in &end.refused {
        let id = usize::try_from(id).unwrap();
        if !schedule.server.ever_refused.contains(&id) {
            return Err(format!("row {id} was declared refused, but was not"));
        }
    }
    if end.killed.is_none() {
        let sum = &end.summary;
        let accounted = sum.rows_sent
            + sum.rows_already_sent
            + sum.rows_refused
            + sum.rows_in_doubt
            + sum.rows_abandoned
            + sum.rows_left;
        if accounted != schedule.rows.len() as u64 {
            return Err(format!("rows do not add up: {sum:?}"));
        }
    }
    order(schedule)?;
    Ok(past)
}

/// No counter is applied twice, and rows of one profile are applied in order, but for repetitions.
fn order(schedule: &Schedule) -> Result<(), String> {
    let mut last: HashMap<u64, usize> = HashMap::new();
    let mut times = vec![0; schedule.rows.len()];
    for &id in &schedule.server.applied {
        times[id] += 1;
        let row = schedule.rows[id];
        if row.counter && times[id] > 1 && !schedule.resent.contains(&id) {
            return Err(format!("the counter of row {id} was applied twice"));
        }
        if times[id] > 1 {
            continue;
        }
        if let Some(before) = last.insert(row.profile, id)
            && before > id
            && !schedule.whims
        {
            let profile = row.profile;
            return Err(format!(
                "row {id} of profile {profile} was applied after row {before}"
            ));
        }
    }
    Ok(())
}

/// When the job has run to its end.
pub(crate) fn at_end(
    schedule: &mut Schedule,
    end: &RunEnd,
    past: Option<Past>,
) -> Result<(), String> {
    let past = past.ok_or("no journal at the end")?;
    let refused: HashSet<usize> = end
        .refused
        .iter()
        .map(|&id| usize::try_from(id).unwrap())
        .collect();
    if refused.len() != end.refused.len() {
        return Err("a row was rejected twice in one run".into());
    }
    let states = states(schedule, &past);
    let mut left = 0;
    for (id, row) in schedule.rows.iter().enumerate() {
        let times = schedule
            .server
            .applied
            .iter()
            .filter(|&&other| other == id)
            .count();
        let resent = schedule.resent.contains(&id);
        match states[id] {
            PartState::Acknowledged => {
                schedule.totals.acknowledged += 1;
                if times == 0 || !schedule.server.acknowledged.contains(&id) {
                    return Err(format!("row {id} is not applied, the journal says it is"));
                }
                if refused.contains(&id) {
                    return Err(format!("row {id} is acknowledged and rejected"));
                }
            }
            PartState::Abandoned => schedule.totals.abandoned += 1,
            PartState::InDoubt => schedule.totals.in_doubt += 1,
            PartState::Refused if refused.contains(&id) => {
                schedule.totals.rejected += 1;
                if row.counter && times > 0 && !resent {
                    return Err(format!("row {id} was rejected, but is applied"));
                }
            }
            PartState::Open | PartState::Refused | PartState::Split => {
                left += 1;
                if row.counter && times > 0 && !resent {
                    return Err(format!(
                        "row {id} is to be sent by the next run, but is applied"
                    ));
                }
            }
        }
    }
    if left != end.summary.rows_left {
        return Err(format!("{left} rows are lost: {:?}", end.summary));
    }
    if end.summary.is_complete() {
        if left > 0 || !past.is_complete() || !past.in_doubt().is_empty() {
            return Err("a finished job has something left".into());
        }
        latest(schedule, &refused)?;
    }
    Ok(())
}

/// Where each row stands according to the journal.
fn states(schedule: &Schedule, past: &Past) -> Vec<PartState> {
    let mut states = vec![PartState::Open; schedule.rows.len()];
    for batch in &schedule.batches {
        if let Some(known) = past.batch(batch.lane, batch.number) {
            descend(batch, known, &Part::whole(batch), &mut states);
        }
    }
    states
}

fn descend(batch: &Batch, known: &BatchPast, part: &Part, states: &mut [PartState]) {
    let state = known.part(part.name);
    if state == PartState::Split {
        for half in part.halves() {
            assert_ne!(half.name, PartName::WHOLE);
            descend(batch, known, &half, states);
        }
        return;
    }
    for id in ids(batch, part) {
        states[id] = state;
    }
}

/// The last applications of a profile's rows are in order, whatever was repeated on the way: each profile is
/// as if its rows had been applied one after the other.
fn latest(schedule: &Schedule, refused: &HashSet<usize>) -> Result<(), String> {
    let mut last = HashMap::new();
    for (at, &id) in schedule.server.applied.iter().enumerate() {
        last.insert(id, at);
    }
    let mut ends: HashMap<u64, (usize, usize)> = HashMap::new();
    for (id, row) in schedule.rows.iter().enumerate() {
        let Some(&at) = last.get(&id) else { continue };
        // Applied, but not acknowledged, and refused when it was repeated: the rejects name it.
        if schedule.whims && refused.contains(&id) {
            continue;
        }
        if let Some((before, earlier)) = ends.insert(row.profile, (at, id))
            && before > at
        {
            return Err(format!(
                "profile {} ends with row {earlier} after row {id}",
                row.profile
            ));
        }
    }
    Ok(())
}

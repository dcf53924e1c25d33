//! What all schedules together came to.

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) schedules: u64,
    pub(crate) runs: u64,
    pub(crate) requests: u64,
    pub(crate) kills: u64,
    pub(crate) power_cuts: u64,
    pub(crate) signals: u64,
    pub(crate) rows: u64,
    pub(crate) acknowledged: u64,
    pub(crate) rejected: u64,
    pub(crate) abandoned: u64,
    pub(crate) in_doubt: u64,
    pub(crate) refused_everything: u64,
    pub(crate) disk_failures: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Totals) {
        self.schedules += other.schedules;
        self.runs += other.runs;
        self.requests += other.requests;
        self.kills += other.kills;
        self.power_cuts += other.power_cuts;
        self.signals += other.signals;
        self.rows += other.rows;
        self.acknowledged += other.acknowledged;
        self.rejected += other.rejected;
        self.abandoned += other.abandoned;
        self.in_doubt += other.in_doubt;
        self.refused_everything += other.refused_everything;
        self.disk_failures += other.disk_failures;
    }
}

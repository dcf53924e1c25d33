//! What to do after an outcome: one pure function of attempt, outcome, idempotence and a random number.
//!
//! Knows no clock and never sleeps; whoever asks does the waiting.

use std::time::Duration;

use crate::post_api::reply::Outcome;

/// How often and how patiently a request is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Attempts after the first.
    pub retries: u32,
    /// The first wait, before jitter.
    pub base: Duration,
    /// The longest wait, before jitter; a server's `Retry-After` may exceed it.
    pub cap: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            retries: 8,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(60),
        }
    }
}

/// What follows for a part that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Delivered.
    Done,
    /// Send the same part again after this wait.
    Retry {
        /// The wait, jitter included.
        after: Duration,
    },
    /// It may have been applied and must not be repeated: note it and go on with other rows.
    InDoubt,
    /// The part as it stands will never be taken: halve it, or reject it if it is a single row.
    Split,
    /// All attempts are used up: stop, the next run goes on here.
    GiveUp,
    /// No attempt can succeed: stop.
    Stop,
}

/// Decides after attempt number `attempt` (from 1).
///
/// `idempotent`: applying the part twice equals applying it once. Only then an outcome in doubt is retried.
/// `random` is in 0..1 and spreads the waits of several lanes: half of each wait is fixed, half random.
/// A `Retry-After` is a lower bound of the wait; a little jitter is added to it, for the same reason.
#[must_use]
pub fn decide(
    policy: &Policy,
    attempt: u32,
    outcome: &Outcome,
    idempotent: bool,
    random: f64,
) -> Decision {
    let retry_after = match outcome {
        Outcome::Acknowledged => return Decision::Done,
        Outcome::Refused { .. } | Outcome::TooLarge { .. } => return Decision::Split,
        Outcome::Credentials { .. } | Outcome::Unexpected { .. } => return Decision::Stop,
        Outcome::InDoubt { .. } if !idempotent => return Decision::InDoubt,
        Outcome::InDoubt { retry_after, .. } | Outcome::TryAgain { retry_after, .. } => retry_after,
    };
    if attempt > policy.retries {
        return Decision::GiveUp;
    }
    let random = random.clamp(0.0, 1.0);
    let backoff = backoff(policy, attempt).mul_f64(0.5 + random / 2.0);
    let asked = retry_after.map_or(Duration::ZERO, |wait| wait + policy.base.mul_f64(random));
    Decision::Retry {
        after: backoff.max(asked),
    }
}

/// The wait after attempt number `attempt`, before jitter: doubling from the base up to the cap.
fn backoff(policy: &Policy, attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    policy.base.saturating_mul(1 << doublings).min(policy.cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(retry_after: Option<u64>) -> Outcome {
        Outcome::TryAgain {
            retry_after: retry_after.map(Duration::from_secs),
            why: String::new(),
        }
    }

    fn doubt() -> Outcome {
        Outcome::InDoubt {
            retry_after: None,
            why: String::new(),
        }
    }

    fn wait(attempt: u32, outcome: &Outcome, random: f64) -> Duration {
        match decide(&Policy::default(), attempt, outcome, false, random) {
            Decision::Retry { after } => after,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_double_from_half_a_second_to_a_minute() {
        let waits: Vec<_> = (1..=8)
            .map(|attempt| wait(attempt, &again(None), 1.0).as_millis())
            .collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    }

    #[test]
    fn jitter_takes_away_at_most_half() {
        assert_eq!(
            wait(3, &again(None), 0.0),
            Duration::from_secs(2).mul_f64(0.5)
        );
        assert_eq!(
            wait(3, &again(None), 0.5),
            Duration::from_secs(2).mul_f64(0.75)
        );
    }

    #[test]
    fn retry_after_is_a_lower_bound_only() {
        assert_eq!(wait(1, &again(Some(90)), 0.0), Duration::from_secs(90));
        assert!(wait(1, &again(Some(90)), 0.9) > Duration::from_secs(90));
        assert_eq!(wait(8, &again(Some(1)), 1.0), Duration::from_secs(60));
    }

    #[test]
    fn attempts_end_after_the_retries() {
        let policy = Policy {
            retries: 2,
            ..Policy::default()
        };
        let decide = |attempt| decide(&policy, attempt, &again(None), true, 0.5);
        assert!(matches!(decide(2), Decision::Retry { .. }));
        assert_eq!(decide(3), Decision::GiveUp);
        let huge = Policy {
            retries: u32::MAX,
            ..policy
        };
        assert!(matches!(
            super::decide(&huge, u32::MAX, &again(None), true, 0.5),
            Decision::Retry { .. }
        ));
    }

    #[test]
    fn doubt_is_retried_only_when_twice_is_harmless() {
        let policy = Policy::default();
        assert_eq!(decide(&policy, 1, &doubt(), false, 0.5), Decision::InDoubt);
        assert!(matches!(
            decide(&policy, 1, &doubt(), true, 0.5),
            Decision::Retry { .. }
        ));
        assert_eq!(decide(&policy, 9, &doubt(), true, 0.5), Decision::GiveUp);
    }

    #[test]
    fn refusals_are_never_retried_as_they_are() {
        let policy = Policy::default();
        let decide = |outcome| decide(&policy, 1, &outcome, true, 0.5);
        let text = String::new;
        assert_eq!(decide(Outcome::Refused { reason: text() }), Decision::Split);
        assert_eq!(
            decide(Outcome::TooLarge { reason: text() }),
            Decision::Split
        );
        assert_eq!(decide(Outcome::Credentials { why: text() }), Decision::Stop);
        assert_eq!(decide(Outcome::Unexpected { why: text() }), Decision::Stop);
        assert_eq!(decide(Outcome::Acknowledged), Decision::Done);
    }
}

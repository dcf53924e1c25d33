//! `--rate`: at most so many rows a second, over all lanes together.
//!
//! Pure: the clock is passed in and waiting is left to the caller. Knows nothing of what the rows are.

use std::time::Duration;

/// A limiter. A request goes out at once when the rows before it are paid for, and then pays for its own:
/// over any stretch of time the rate is kept but for one request.
#[derive(Clone, Debug)]
pub struct Pace {
    seconds_a_row: f64,
    free_at: Duration,
}

impl Pace {
    /// `rows_a_second`: `None` or 0 is no limit.
    #[must_use]
    pub fn new(rows_a_second: Option<u64>) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate needs no more digits than a f64 has"
        )]
        let seconds_a_row = match rows_a_second {
            None | Some(0) => 0.0,
            Some(rate) => 1.0 / rate as f64,
        };
        Pace {
            seconds_a_row,
            free_at: Duration::ZERO,
        }
    }

    /// Books `rows` at the time `now` and says how long to wait before they may go out.
    pub fn reserve(&mut self, now: Duration, rows: usize) -> Duration {
        let begin = self.free_at.max(now);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a request has at most 100,000 rows"
        )]
        let cost =
            Duration::try_from_secs_f64(rows as f64 * self.seconds_a_row).unwrap_or(Duration::MAX);
        self.free_at = begin.saturating_add(cost);
        begin - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn without_a_rate_nothing_waits() {
        for rate in [None, Some(0)] {
            let mut pace = Pace::new(rate);
            for _ in 0..10 {
                assert_eq!(pace.reserve(SECOND, 100_000), Duration::ZERO);
            }
        }
    }

    #[test]
    fn each_request_waits_until_those_before_it_are_paid_for() {
        let mut pace = Pace::new(Some(100));
        assert_eq!(pace.reserve(SECOND, 50), Duration::ZERO);
        assert_eq!(pace.reserve(SECOND, 100), SECOND / 2);
        assert_eq!(pace.reserve(SECOND, 1), SECOND * 3 / 2);
    }

    #[test]
    fn idle_time_is_not_saved_up() {
        let mut pace = Pace::new(Some(100));
        assert_eq!(pace.reserve(Duration::ZERO, 100), Duration::ZERO);
        assert_eq!(pace.reserve(60 * SECOND, 100), Duration::ZERO);
        assert_eq!(pace.reserve(60 * SECOND, 100), SECOND);
    }

    #[test]
    fn a_tiny_rate_and_many_rows_do_not_overflow() {
        let mut pace = Pace::new(Some(1));
        for _ in 0..3 {
            let _ = pace.reserve(Duration::ZERO, usize::MAX);
        }
        assert!(pace.reserve(Duration::ZERO, 1) > SECOND);
    }
}

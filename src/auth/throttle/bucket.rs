//! A token bucket: so many at once, so many a minute in the long run.

use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Bucket {
    burst: f64,
    per_second: f64,
    tokens: f64,
    /// When `tokens` was right; `None` before the first use.
    at: Option<Instant>,
}

impl Bucket {
    /// A full bucket. Limits below one are taken as one: a limit of nothing would be a lock-out of everybody.
    pub(super) fn new(burst: u32, per_minute: u32) -> Bucket {
        let burst = f64::from(burst.max(1));
        Bucket { burst, per_second: f64::from(per_minute.max(1)) / 60.0, tokens: burst, at: None }
    }

    /// How long until one may be taken; zero for now.
    pub(super) fn wait(&mut self, now: Instant) -> Duration {
        self.refill(now);
        Duration::from_secs_f64((1.0 - self.tokens).max(0.0) / self.per_second)
    }

    /// Takes one. The caller has seen that [`Self::wait`] is zero.
    pub(super) fn take(&mut self, now: Instant) {
        self.refill(now);
        self.tokens = (self.tokens - 1.0).max(0.0);
    }

    /// Puts one back that was not used.
    pub(super) fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.burst);
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at.unwrap_or(now));
        self.tokens = (self.tokens + passed.as_secs_f64() * self.per_second).min(self.burst);
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
    }
}

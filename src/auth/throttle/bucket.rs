//! A token bucket whose tokens can be given back: so many at once, then one more each time a while has passed.

use std::time::{Duration, Instant};

use crate::config::Rate;

#[derive(Debug)]
pub(super) struct Bucket {
    burst: f64,
    every: Duration,
    tokens: f64,
    /// When `tokens` was right; `None` before the first use.
    at: Option<Instant>,
}

impl Bucket {
    /// A full bucket. A burst of none is taken as one: it would be a lock-out of everybody.
    pub(super) fn new(Rate { burst, every }: Rate) -> Bucket {
        let burst = f64::from(burst.max(1));
        Bucket { burst, every, tokens: burst, at: None }
    }

    /// How long until one may be taken; zero for now.
    pub(super) fn wait(&mut self, now: Instant) -> Duration {
        self.refill(now);
        self.every.mul_f64((1.0 - self.tokens).max(0.0))
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
        self.tokens = match self.every.is_zero() {
            true => self.burst,
            false => (self.tokens + passed.as_secs_f64() / self.every.as_secs_f64()).min(self.burst),
        };
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
    }
}

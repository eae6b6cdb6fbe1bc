//! Token buckets: so many at once, then one more each time a while has passed.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Rate;

/// One bucket, full at first.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// When the bucket would have been empty, moved on by each token: the whole state in one instant (GCRA).
    empty_at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub fn full(now: Instant) -> Bucket {
        Bucket { empty_at: now }
    }

    /// Takes a token, or says how long to wait for one.
    ///
    /// # Errors
    /// The time until a token is there.
    pub fn take(&mut self, now: Instant, rate: Rate) -> Result<(), Duration> {
        if rate.every.is_zero() {
            return Ok(());
        }
        let next = self.empty_at.max(now) + rate.every;
        let ahead = next - now;
        let most = rate.every * rate.burst.max(1);
        if ahead > most {
            return Err(ahead - most);
        }
        self.empty_at = next;
        Ok(())
    }

    /// Puts the token that was just taken back: what it was taken for did not come about.
    fn give_back(&mut self, rate: Rate) {
        self.empty_at -= rate.every;
    }

    fn is_full(&self, now: Instant) -> bool {
        self.empty_at <= now
    }
}

/// A bucket for each of many. A full one is like one that was never used, so only those are kept that are not.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    most: usize,
    buckets: HashMap<K, Bucket>,
}

impl<K: Hash + Eq + Copy> Buckets<K> {
    /// Buckets of this rate, all full; at most `most` are remembered, and beyond, those that are nearest to full are
    /// forgotten.
    pub fn new(rate: Rate, most: usize) -> Buckets<K> {
        Buckets { rate, most: most.max(1), buckets: HashMap::new() }
    }

    /// Takes a token of `key`.
    ///
    /// # Errors
    /// The time until there is one.
    pub fn take(&mut self, key: K, now: Instant) -> Result<(), Duration> {
        if self.buckets.len() >= self.most && !self.buckets.contains_key(&key) {
            self.forget(now);
        }
        self.buckets.entry(key).or_insert_with(|| Bucket::full(now)).take(now, self.rate)
    }

    /// Takes a token of `key`, and one of `other` as well or none of either.
    ///
    /// # Errors
    /// The time until both have one.
    pub fn take_with(&mut self, key: K, other: &mut Bucket, rate: Rate, now: Instant) -> Result<(), Duration> {
        other.take(now, rate)?;
        self.take(key, now).inspect_err(|_| other.give_back(rate))
    }

    /// Forgets all that are full, and, if too few were, half of the others.
    fn forget(&mut self, now: Instant) {
        self.buckets.retain(|_, bucket| !bucket.is_full(now));
        if self.buckets.len() < self.most {
            return;
        }
        let mut ends: Vec<Instant> = self.buckets.values().map(|bucket| bucket.empty_at).collect();
        let (_, middle, _) = ends.select_nth_unstable(self.most / 2);
        let middle = *middle;
        self.buckets.retain(|_, bucket| bucket.empty_at > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::per_second(20, 10);

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let now = Instant::now();
        let mut bucket = Bucket::full(now);
        assert!((0..20).all(|_| bucket.take(now, RATE).is_ok()));
        assert_eq!(bucket.take(now, RATE), Err(Duration::from_millis(100)));
        let later = now + Duration::from_secs(1);
        assert_eq!((0..20).filter(|_| bucket.take(later, RATE).is_ok()).count(), 10);
        assert!((0..10_000).all(|_| bucket.take(now, Rate::OFF).is_ok()));
    }

    #[test]
    fn each_has_a_bucket_of_its_own_and_full_ones_take_no_place() {
        let now = Instant::now();
        let mut buckets = Buckets::new(RATE, 100);
        assert!((0..20).all(|_| buckets.take(1, now).is_ok()));
        assert!(buckets.take(1, now).is_err() && buckets.take(2, now).is_ok());
        for key in 3..10_000 {
            let _ = buckets.take(key, now);
            assert!(buckets.buckets.len() <= 100);
        }
        assert!(buckets.take(1, now).is_err(), "what was used most is remembered");
        let later = now + Duration::from_secs(10);
        let _ = (10_000..10_100).map(|key| buckets.take(key, later)).count();
        assert!(buckets.buckets.len() <= 100 && buckets.take(1, later).is_ok());
    }

    #[test]
    fn what_the_person_may_not_costs_the_socket_nothing() {
        let now = Instant::now();
        let (mut people, mut socket) = (Buckets::new(Rate::per_second(5, 1), 10), Bucket::full(now));
        let taken = (0..100).filter(|_| people.take_with(1, &mut socket, RATE, now).is_ok()).count();
        assert_eq!(taken, 5);
        assert_eq!((0..100).filter(|_| socket.take(now, RATE).is_ok()).count(), 15);
    }
}

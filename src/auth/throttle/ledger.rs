//! Wrong tries by somebody or at something, with the pause that follows from them. Bounded: what was quiet longest is
//! forgotten first.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::{Duration, Instant};

/// How tries slow down: some are free, then each is followed by a pause twice as long as the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Tries before the first pause; at least one.
    pub free: u32,
    /// The first pause.
    pub first_pause: Duration,
    /// The longest pause. Also a patient attacker waits it each time, and nobody waits longer.
    pub longest_pause: Duration,
    /// After this long without a try everything is forgotten; at least the longest pause.
    pub memory: Duration,
}

#[derive(Debug)]
pub(super) struct Ledger<K> {
    pace: Pace,
    capacity: usize,
    entries: HashMap<K, Entry>,
    /// The same keys by their last try, oldest first.
    by_age: BTreeSet<(Instant, K)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    wrong: u32,
    last: Instant,
}

impl<K: Copy + Ord + Hash> Ledger<K> {
    pub(super) fn new(pace: Pace, capacity: usize) -> Ledger<K> {
        let pace = Pace { free: pace.free.max(1), memory: pace.memory.max(pace.longest_pause), ..pace };
        Ledger { pace, capacity: capacity.max(1), entries: HashMap::new(), by_age: BTreeSet::new() }
    }

    /// How long `key` must wait; zero for now.
    pub(super) fn wait(&self, key: &K, now: Instant) -> Duration {
        self.entries.get(key).map_or(Duration::ZERO, |entry| {
            self.pace.pause_after(entry.wrong).saturating_sub(now.saturating_duration_since(entry.last))
        })
    }

    /// Counts one try. Returns how many are left before a pause, and the pause once none is.
    pub(super) fn charge(&mut self, key: K, now: Instant) -> (u32, Duration) {
        self.forget_quiet(now);
        let before = self.entries.get(&key).map_or(0, |entry| entry.wrong);
        self.forget(&key);
        if self.entries.len() >= self.capacity
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.entries.remove(&oldest);
        }
        let wrong = before.saturating_add(1);
        self.entries.insert(key, Entry { wrong, last: now });
        self.by_age.insert((now, key));
        (self.pace.free.saturating_sub(wrong), self.pace.pause_after(wrong))
    }

    /// Takes one try back; the pause becomes the one that the others have earned.
    pub(super) fn refund(&mut self, key: &K) {
        match self.entries.get_mut(key) {
            Some(entry) if entry.wrong > 1 => entry.wrong -= 1,
            Some(_) => self.forget(key),
            None => {}
        }
    }

    /// Starts anew.
    pub(super) fn forget(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.by_age.remove(&(entry.last, *key));
        }
    }

    fn forget_quiet(&mut self, now: Instant) {
        while let Some((last, key)) = self.by_age.first().copied()
            && now.saturating_duration_since(last) >= self.pace.memory
        {
            self.by_age.pop_first();
            self.entries.remove(&key);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.entries.len(), self.by_age.len());
        self.entries.len()
    }
}

impl Pace {
    /// The pause after this many wrong tries.
    fn pause_after(&self, wrong: u32) -> Duration {
        match wrong.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(beyond) => {
                let factor = 2_u32.saturating_pow(beyond);
                self.first_pause.saturating_mul(factor).min(self.longest_pause)
            }
        }
    }
}

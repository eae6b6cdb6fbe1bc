//! Chance from a seed: the same number gives the same life, on every machine. No other source of randomness is used.

use uuid::Builder;

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, and any number is a good seed.
#[derive(Debug, Clone)]
pub struct Seed(u64);

impl Seed {
    pub fn new(number: u64) -> Seed {
        Seed(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).expect("low is not above high") + 1;
        low + i64::try_from(self.next() % span).expect("spans are small")
    }

    /// Below `count`, for an index.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % (count as u64)).expect("an index")
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { Some(&from[self.below(from.len())]) }
    }

    /// A client id, as text.
    pub fn client_id(&mut self) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes());
        Builder::from_random_bytes(bytes).into_uuid().hyphenated().to_string()
    }
}

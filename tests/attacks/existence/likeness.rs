//! Whether two samples of times can be told apart, by their ranks alone (Mann and Whitney): a few slow ones, as every
//! machine has them, count no more than any others.

use std::fmt;
use std::time::Duration;

/// What came of a comparison.
pub struct Likeness {
    /// How many standard deviations the ranks are from those of one population; beyond 3.3 either way, one comparison of
    /// a thousand is so by chance.
    pub z: f64,
    medians: [Duration; 2],
}

impl Likeness {
    /// Compares them.
    pub fn of(one: &[Duration], other: &[Duration]) -> Likeness {
        let mut all: Vec<(Duration, bool)> =
            one.iter().map(|time| (*time, true)).chain(other.iter().map(|time| (*time, false))).collect();
        all.sort_unstable();
        // Nanoseconds hardly ever tie, so each has the rank of its place.
        let ranks: f64 = all.iter().zip(1..).filter(|((_, is_one), _)| *is_one).map(|(_, rank)| f64::from(rank)).sum();
        let (n, m) = (one.len() as f64, other.len() as f64);
        let u = ranks - n * (n + 1.0) / 2.0;
        Likeness { z: (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt(), medians: [median(one), median(other)] }
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "medians {:?} and {:?}, z = {:.2}", self.medians[0], self.medians[1], self.z)
    }
}

#[test]
fn samples_of_one_kind_are_alike_and_of_two_kinds_are_not() {
    let times = |from: u64| (0..500).map(|n| Duration::from_nanos(from + (n * 7_919) % 1_000_003)).collect::<Vec<_>>();
    assert!(Likeness::of(&times(0), &times(1)).z.abs() < 0.5);
    assert!(Likeness::of(&times(0), &times(200_000)).z < -3.3);
}

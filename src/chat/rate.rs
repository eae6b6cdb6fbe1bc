//! A token bucket: so many at once, so many a second for ever.

use std::time::Duration;

use tokio::time::Instant;

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

    /// Takes a token, or says how long to wait for one. `rate` tokens a second, `burst` at once; zero means no limit.
    ///
    /// # Errors
    /// The time until a token is there.
    pub fn take(&mut self, now: Instant, rate: u32, burst: u32) -> Result<(), Duration> {
        if rate == 0 {
            return Ok(());
        }
        let one = Duration::from_secs(1) / rate;
        let next = self.empty_at.max(now) + one;
        let ahead = next - now;
        let most = one * burst.max(1);
        if ahead > most {
            return Err(ahead - most);
        }
        self.empty_at = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let now = Instant::now();
        let mut bucket = Bucket::full(now);
        assert!((0..20).all(|_| bucket.take(now, 10, 20).is_ok()));
        assert_eq!(bucket.take(now, 10, 20), Err(Duration::from_millis(100)));
        let later = now + Duration::from_secs(1);
        assert_eq!((0..20).filter(|_| bucket.take(later, 10, 20).is_ok()).count(), 10);
    }
}

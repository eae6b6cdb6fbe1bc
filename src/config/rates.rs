//! How often something may be done: values of the settings that limit it. What is limited, and whose doing is counted
//! together, is for whoever reads the setting.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::values::{ValueError, duration};

/// So many at once, then one more each time a while has passed: `400,100/s`. `off` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once; at least one.
    pub burst: u32,
    /// After how long there is one more; zero is no limit.
    pub every: Duration,
}

/// How tries slow down: some are free, then each is followed by a pause twice as long as the one before, up to a longest
/// one: `5,10s,5m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Tries before the first pause; at least one.
    pub free: u32,
    /// The first pause.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Rate {
    /// No limit.
    pub const OFF: Rate = Rate { burst: 1, every: Duration::ZERO };

    /// `burst` at once, then `number` a second.
    #[must_use]
    pub const fn per_second(burst: u32, number: u32) -> Rate {
        Rate::per(Duration::from_secs(1), burst, number)
    }

    /// `burst` at once, then `number` a minute.
    #[must_use]
    pub const fn per_minute(burst: u32, number: u32) -> Rate {
        Rate::per(Duration::from_secs(60), burst, number)
    }

    const fn per(time: Duration, burst: u32, number: u32) -> Rate {
        match time.checked_div(number) {
            Some(every) => Rate { burst, every },
            None => Rate::OFF,
        }
    }
}

impl FromStr for Rate {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Rate, ValueError> {
        let wrong = || {
            ValueError::new("write how many at once, then how many in the long run, as in 400,100/s or 20,60/h, or off")
        };
        if text.trim() == "off" {
            return Ok(Rate::OFF);
        }
        let (burst, rest) = text.split_once(',').ok_or_else(wrong)?;
        let (number, unit) = rest.split_once('/').ok_or_else(wrong)?;
        let time = match unit.trim() {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(wrong()),
        };
        let count = |text: &str| text.trim().parse::<u32>().ok().filter(|number| (1..=1_000_000).contains(number));
        let (burst, number) = (count(burst).ok_or_else(wrong)?, count(number).ok_or_else(wrong)?);
        Ok(Rate::per(Duration::from_secs(time), burst, number))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.every.is_zero() { f.write_str("off") } else { write!(f, "{},1 every {:?}", self.burst, self.every) }
    }
}

impl FromStr for Tries {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Tries, ValueError> {
        let wrong =
            || ValueError::new("write how many tries are free, then the first and the longest pause, as in 5,10s,5m");
        let mut parts = text.split(',').map(str::trim);
        let (Some(free), Some(first), Some(longest), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let free = free.parse().ok().filter(|free| *free > 0).ok_or_else(wrong)?;
        let (first_pause, longest_pause) = (duration(first)?, duration(longest)?);
        if first_pause > longest_pause {
            return Err(ValueError::new("the first pause is not longer than the longest"));
        }
        Ok(Tries { free, first_pause, longest_pause })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_says_how_many_at_once_and_how_many_in_the_long_run() {
        assert_eq!("400,100/s".parse(), Ok(Rate { burst: 400, every: Duration::from_millis(10) }));
        assert_eq!(" 20, 60/h".parse(), Ok(Rate { burst: 20, every: Duration::from_secs(60) }));
        assert_eq!("off".parse(), Ok(Rate::OFF));
        for text in
            ["", "400", "400,100", "100/s", "0,1/s", "1,0/s", "-1,1/s", "1,1/y", "1,1/s,", "1.5,1/s", "9999999,1/s"]
        {
            assert!(text.parse::<Rate>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn tries_say_how_many_are_free_and_how_long_pauses_grow() {
        let pauses = |first, longest| (Duration::from_secs(first), Duration::from_secs(longest));
        let Tries { free, first_pause, longest_pause } = "5, 10s, 5m".parse().unwrap();
        assert_eq!((free, (first_pause, longest_pause)), (5, pauses(10, 300)));
        for text in ["", "5", "5,10s", "0,1s,2s", "5,2m,1m", "5,1s,2s,3s", "x,1s,2s", "5,1y,2s"] {
            assert!(text.parse::<Tries>().is_err(), "{text:?}");
        }
    }
}

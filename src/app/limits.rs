//! The settings of limits as the parts that keep them have them, and the one limit that is the system's: open files.

use std::time::Duration;

use crate::auth::{Pace, ThrottleLimits};
use crate::config::{LimitSettings, Rate, Settings, Tries};
use crate::connection::door::DoorLimits;

/// Files that everything but connections may need: the database with its readers, the log, the page's files being read.
const OTHER_FILES: usize = 256;
/// How long wrong passwords are remembered after the last one.
const GUESSES_FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// How many wrong passwords are too many.
pub(super) fn of_guesses(settings: &LimitSettings) -> ThrottleLimits {
    let pace = |Tries { free, first_pause, longest_pause }| Pace {
        free,
        first_pause,
        longest_pause,
        memory: GUESSES_FORGOTTEN_AFTER,
    };
    ThrottleLimits {
        account: pace(settings.login_account),
        address: pace(settings.login_address),
        device: pace(settings.login_device),
        strangers: settings.login_strangers,
        remembered: remembered(settings.login_strangers),
    }
}

/// As many accounts as strangers can name in the time for which each is remembered: a flood of names must not push out the
/// one that it is after. Bounded, where a raised limit would take more memory than that is worth.
fn remembered(strangers: Rate) -> usize {
    let named =
        u32::try_from(GUESSES_FORGOTTEN_AFTER.as_nanos() / strangers.every.as_nanos().max(1)).unwrap_or(u32::MAX);
    let all = named.saturating_add(strangers.burst);
    usize::try_from(all).unwrap_or(usize::MAX).clamp(10_000, 200_000)
}

/// How long and how many connections may stand in the door.
pub(super) fn of_door(settings: &Settings) -> DoorLimits {
    let limits = &settings.limits;
    DoorLimits {
        head_within: limits.head_within,
        keep_alive: limits.keep_alive,
        read_within: limits.read_within,
        strangers_per_address: limits.strangers_address.get(),
        strangers: limits.strangers.get(),
        trusted_proxies: settings.trusted_proxies.clone(),
    }
}

/// As many connections as wanted, if the system gives so many open files: beyond, further ones wait instead of failing,
/// and taking the database along. What a shell allows is often far less than what the system would.
pub(super) fn connections(wanted: usize) -> usize {
    let mut files = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: one valid place for the answer.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut files) } != 0 {
        return wanted;
    }
    let needed = u64::try_from(wanted.saturating_add(OTHER_FILES)).unwrap_or(u64::MAX);
    if files.rlim_cur < needed {
        let more = libc::rlimit { rlim_cur: needed.min(files.rlim_max), ..files };
        // SAFETY: a valid value; the limit only grows, up to what we may.
        if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const more) } == 0 {
            files = more;
        }
    }
    let given = usize::try_from(files.rlim_cur).unwrap_or(usize::MAX);
    let possible = given.saturating_sub(OTHER_FILES).max(1);
    if possible < wanted {
        tracing::info!(possible, wanted, "the system gives too few open files for so many connections (ulimit -n)");
    }
    wanted.min(possible)
}

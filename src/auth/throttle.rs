//! The brake on guessing passwords: growing pauses for each account and each address, and a limit for strangers in all.
//! Nobody is ever locked out: a browser that has logged in before keeps a pace of its own, which strangers cannot use up.
//! Pure: the time is passed in, nothing is stored, a restart forgets.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::device::DeviceId;
use super::pool::Lane;
use crate::config::Rate;
use crate::domain::UsernameKey;

mod bucket;
mod ledger;

use bucket::Bucket;
use ledger::Ledger;
pub use ledger::Pace;

/// Who may try a password now. Each try is counted when it is admitted, so that many at once are no way around.
#[derive(Debug)]
pub struct Throttle {
    accounts: Ledger<AccountKey>,
    addresses: Ledger<AddressKey>,
    devices: Ledger<DeviceId>,
    strangers: Bucket,
}

/// How many wrong passwords are too many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThrottleLimits {
    /// Strangers at one account, from everywhere together.
    pub account: Pace,
    /// One address (IPv6: one /64) at all accounts together.
    pub address: Pace,
    /// A browser at the account it has logged in to before.
    pub device: Pace,
    /// Strangers in all.
    pub strangers: Rate,
    /// Most accounts, addresses and devices remembered, each; beyond, the one that was quiet longest is forgotten.
    pub remembered: usize,
}

/// One try: at which account, from where, in which browser.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    account: AccountKey,
    address: AddressKey,
    device: Option<DeviceId>,
}

/// Whether a password may be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Check it.
    Allowed {
        /// How many tries are left before a pause, should this one be wrong.
        tries_left: u32,
        /// The pause that follows at once if this one is wrong; zero while tries are left.
        pause: Duration,
    },
    /// Do not, and say how long to wait. Asking in vain never makes it longer.
    Wait(Duration),
}

/// An account as somebody named it, whether it exists or not: both are counted alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey([u8; 16]);

/// An address as far as one person has one: an IPv6 customer has at least a /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressKey {
    /// As it is.
    V4([u8; 4]),
    /// Its first half.
    V6([u8; 8]),
}

impl Throttle {
    /// A throttle that has seen nothing yet.
    #[must_use]
    pub fn new(limits: ThrottleLimits) -> Throttle {
        Throttle {
            accounts: Ledger::new(limits.account, limits.remembered),
            addresses: Ledger::new(limits.address, limits.remembered),
            devices: Ledger::new(limits.device, limits.remembered),
            strangers: Bucket::new(limits.strangers),
        }
    }

    /// Asks for one check, and counts it as wrong until [`Self::succeeded`] or [`Self::withdrawn`] says otherwise.
    pub fn admit(&mut self, attempt: &Attempt, now: Instant) -> Decision {
        let wait = match attempt.device {
            Some(device) => self.devices.wait(&device, now),
            None => {
                let subject = self.accounts.wait(&attempt.account, now).max(self.addresses.wait(&attempt.address, now));
                subject.max(self.strangers.wait(now))
            }
        };
        if !wait.is_zero() {
            return Decision::Wait(wait);
        }
        let (tries_left, pause) = match attempt.device {
            Some(device) => self.devices.charge(device, now),
            None => {
                self.strangers.take(now);
                let (account_tries, account_pause) = self.accounts.charge(attempt.account, now);
                let (address_tries, address_pause) = self.addresses.charge(attempt.address, now);
                (account_tries.min(address_tries), account_pause.max(address_pause))
            }
        };
        Decision::Allowed { tries_left, pause }
    }

    /// The password was right. Takes back this try only: who owns one account could else clear the way for guesses at
    /// others by logging in now and then. A known device starts anew, for it can try no other account.
    pub fn succeeded(&mut self, attempt: &Attempt) {
        match attempt.device {
            Some(device) => self.devices.forget(&device),
            None => self.withdrawn(attempt),
        }
    }

    /// The password was not checked after all (the pool was busy, the store failed).
    pub fn withdrawn(&mut self, attempt: &Attempt) {
        match attempt.device {
            Some(device) => self.devices.refund(&device),
            None => {
                self.strangers.give_back();
                self.accounts.refund(&attempt.account);
                self.addresses.refund(&attempt.address);
            }
        }
    }
}

impl Default for ThrottleLimits {
    /// Five wrong passwords, then pauses of 10 s, 20 s, 40 s … 5 min for strangers at one account: at most seven checks
    /// in any minute, and fewer than 400 in a day. An address may stand for a whole school, so it has 20 tries.
    fn default() -> ThrottleLimits {
        let (second, minute, hour) = (Duration::from_secs(1), Duration::from_secs(60), Duration::from_secs(3600));
        ThrottleLimits {
            account: Pace { free: 5, first_pause: 10 * second, longest_pause: 5 * minute, memory: hour },
            address: Pace { free: 20, first_pause: 5 * second, longest_pause: 15 * minute, memory: hour },
            device: Pace { free: 5, first_pause: 5 * second, longest_pause: minute, memory: hour },
            strangers: Rate::per_minute(60, 120),
            // Admitted strangers reach 7,260 new keys within the hour that they are remembered: a flood of names
            // cannot push out the account it is after.
            remembered: 10_000,
        }
    }
}

impl Attempt {
    /// A try at the account called `name` (as typed) from `address`. `device` is for a browser whose device cookie
    /// names the user of that account, and for no other.
    #[must_use]
    pub fn new(name: &str, address: IpAddr, device: Option<DeviceId>) -> Attempt {
        Attempt { account: AccountKey::of(name), address: AddressKey::of(address), device }
    }

    /// The lane of the password pool in which this try waits.
    #[must_use]
    pub fn lane(&self) -> Lane {
        if self.device.is_some() { Lane::Known } else { Lane::Stranger }
    }
}

impl AccountKey {
    /// The account that `name` means, in whatever case or form; names that no user can have are told apart as typed.
    /// Hashed, so that every key has one size.
    #[must_use]
    pub fn of(name: &str) -> AccountKey {
        let mut hash = Sha256::new();
        match UsernameKey::fold(name) {
            Some(key) => hash.update(key.as_str()),
            // No username holds a space, so these never meet the folded ones.
            None => hash.update(format!(" {}", name.trim())),
        }
        let digest: [u8; 32] = hash.finalize().into();
        AccountKey(digest[..16].try_into().expect("half of 32 is 16"))
    }
}

impl AddressKey {
    /// That of an address; of an IPv4 address mapped into IPv6, that of the IPv4 address.
    #[must_use]
    pub fn of(address: IpAddr) -> AddressKey {
        match address.to_canonical() {
            IpAddr::V4(address) => AddressKey::V4(address.octets()),
            IpAddr::V6(address) => AddressKey::V6(address.octets()[..8].try_into().expect("half of 16 is 8")),
        }
    }
}

#[cfg(test)]
mod tests;

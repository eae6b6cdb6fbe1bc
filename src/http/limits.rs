//! How much one person, or one address without a session, may ask over HTTP. Addresses count only where no session can
//! be shown: many people may share one.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::refused::Refused;
use crate::auth::AddressKey;
use crate::chat::rate::Buckets;
use crate::config::LimitSettings;
use crate::domain::UserId;
use crate::protocol::ErrorCode;

/// Most people, and most addresses, that are remembered.
const REMEMBERED: usize = 10_000;

/// Who has asked how much.
pub struct Limits {
    requests: Mutex<Buckets<UserId>>,
    sign_ups: Mutex<Buckets<AddressKey>>,
    judged: Mutex<Buckets<AddressKey>>,
    /// How long a body may take to arrive.
    pub body_within: Duration,
}

impl Limits {
    /// Nobody has asked anything yet.
    pub fn new(settings: &LimitSettings) -> Limits {
        Limits {
            requests: Mutex::new(Buckets::new(settings.requests_user, REMEMBERED)),
            sign_ups: Mutex::new(Buckets::new(settings.signup_address, REMEMBERED)),
            judged: Mutex::new(Buckets::new(settings.judge_address, REMEMBERED)),
            body_within: settings.body_within,
        }
    }

    /// One request of somebody who is signed in.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn request_of(&self, user: UserId) -> Result<(), Refused> {
        take(&self.requests, user, ErrorCode::RateLimited)
    }

    /// One sign-up, whether or not it comes to anything.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub fn sign_up_from(&self, address: IpAddr) -> Result<(), Refused> {
        take(&self.sign_ups, AddressKey::of(address), ErrorCode::TooManyAttempts)
    }

    /// One password to be judged for nobody in particular.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn judge_for(&self, address: IpAddr) -> Result<(), Refused> {
        take(&self.judged, AddressKey::of(address), ErrorCode::RateLimited)
    }
}

fn take<K: std::hash::Hash + Eq + Copy>(of: &Mutex<Buckets<K>>, key: K, code: ErrorCode) -> Result<(), Refused> {
    let mut buckets = of.lock().unwrap_or_else(PoisonError::into_inner);
    buckets.take(key, Instant::now()).map_err(|wait| Refused::new(code).again_after(wait))
}

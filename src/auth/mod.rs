//! Proving who somebody is: passwords, session tokens, device cookies and the brake on guessing. Nothing here knows
//! actors, SQL or HTTP; nothing here logs a secret, and no secret type shows itself in `Debug`.

mod device;
mod hasher;
mod link;
mod password;
mod pool;
mod secret;
mod throttle;
mod token;

pub use device::{DEVICE_COOKIE_LIFE_MILLIS, DeviceCookie, DeviceId};
pub use hasher::{HashCost, Hasher, PasswordHash, Verdict};
pub use link::{CodeHash, ConsoleCode, LinkToken};
pub use password::{
    PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARS, PASSWORD_MIN_SCORE, Password, PasswordPolicy, PasswordTooLong, Strength,
    Weakness,
};
pub use pool::{Busy, Failed, Lane, PasswordPool, Pending, PoolSize};
pub use secret::ServerSecret;
pub use throttle::{AccountKey, AddressKey, Attempt, Decision, Pace, Throttle, ThrottleLimits};
pub use token::{CookieNames, SessionToken, TokenHash};

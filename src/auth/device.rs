//! Device cookies: a browser that has logged in as somebody before may try again at its own pace, however hard
//! strangers guess at that account. The cookie proves nothing else: it signs nobody in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::secret::{ServerSecret, keyed, random_bytes};
use crate::clock::Timestamp;
use crate::domain::{SessionId, UserId};

/// How long a device cookie is good for: 400 days, the longest that browsers keep any cookie (RFC 6265bis, 5.5).
pub const DEVICE_COOKIE_LIFE_MILLIS: i64 = 400 * 24 * 60 * 60 * 1000;

/// One browser, as far as [`super::Throttle`] tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId([u8; 16]);

impl DeviceId {
    /// What stands for a device that has proved itself by a session, where no device cookie is shown.
    #[must_use]
    pub fn of_session(session: SessionId) -> DeviceId {
        let mut id = *b"session.........";
        id[8..].copy_from_slice(&session.get().to_be_bytes());
        DeviceId(id)
    }
}

/// What a browser shows that has logged in before: as whom, which browser, since when. Signed by the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceCookie {
    user: UserId,
    device: DeviceId,
    issued: Timestamp,
}

impl DeviceCookie {
    /// A cookie for a browser in which `user` has just logged in.
    #[must_use]
    pub fn issue(user: UserId, now: Timestamp) -> DeviceCookie {
        DeviceCookie { user, device: DeviceId(random_bytes()), issued: now }
    }

    /// The cookie's value: what it says, then an HMAC-SHA-256 over it.
    #[must_use]
    pub fn sign(&self, secret: &ServerSecret) -> String {
        let said = self.said();
        let signature = signature(secret, &said).finalize().into_bytes();
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Reads a cookie's value. `None` if this server did not sign it, or more than [`DEVICE_COOKIE_LIFE_MILLIS`] ago.
    #[must_use]
    pub fn verify(text: &str, secret: &ServerSecret, now: Timestamp) -> Option<DeviceCookie> {
        let (said, signed) = text.rsplit_once('.')?;
        signature(secret, said).verify_slice(&URL_SAFE_NO_PAD.decode(signed).ok()?).ok()?;
        let mut parts = said.split('.');
        let user = UserId::new(parts.next()?.parse().ok()?);
        let device = DeviceId(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?);
        let issued = Timestamp::from_millis(parts.next()?.parse().ok()?);
        let is_fresh = now <= issued.plus_millis(DEVICE_COOKIE_LIFE_MILLIS);
        (is_fresh && parts.next().is_none()).then_some(DeviceCookie { user, device, issued })
    }

    /// The device, if it has logged in as `user` before. For another user's log-in it is a stranger.
    #[must_use]
    pub fn device_of(&self, user: UserId) -> Option<DeviceId> {
        (self.user == user).then_some(self.device)
    }

    fn said(&self) -> String {
        format!("{}.{}.{}", self.user, URL_SAFE_NO_PAD.encode(self.device.0), self.issued.millis())
    }
}

impl fmt::Debug for DeviceCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceCookie(user {})", self.user)
    }
}

fn signature(secret: &ServerSecret, said: &str) -> Hmac<Sha256> {
    let mut mac = keyed::<Hmac<Sha256>>(&secret.key_for("chinwag device cookie 1"));
    mac.update(said.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn a_device_is_known_for_its_user_and_a_stranger_for_others() {
        let secret = ServerSecret::generate();
        let cookie = DeviceCookie::issue(UserId::new(7), NOW);
        let read = DeviceCookie::verify(&cookie.sign(&secret), &secret, NOW).unwrap();
        assert_eq!(read, cookie);
        assert!(read.device_of(UserId::new(7)).is_some());
        assert_eq!(read.device_of(UserId::new(8)), None);
    }

    #[test]
    fn no_changed_cookie_is_believed() {
        let secret = ServerSecret::generate();
        let signed = DeviceCookie::issue(UserId::new(7), NOW).sign(&secret);
        for at in 0..signed.len() {
            let mut forged = signed.clone().into_bytes();
            forged[at] = if forged[at] == b'8' { b'9' } else { b'8' };
            assert_eq!(DeviceCookie::verify(&String::from_utf8(forged).unwrap(), &secret, NOW), None, "byte {at}");
            assert_eq!(DeviceCookie::verify(&signed[..at], &secret, NOW), None);
        }
        assert_eq!(DeviceCookie::verify(&signed, &ServerSecret::generate(), NOW), None);
    }

    #[test]
    fn a_cookie_ends_after_four_hundred_days() {
        let secret = ServerSecret::generate();
        let signed = DeviceCookie::issue(UserId::new(7), NOW).sign(&secret);
        let end = NOW.plus_millis(DEVICE_COOKIE_LIFE_MILLIS);
        assert!(DeviceCookie::verify(&signed, &secret, end).is_some());
        assert_eq!(DeviceCookie::verify(&signed, &secret, end.plus_millis(1)), None);
    }
}

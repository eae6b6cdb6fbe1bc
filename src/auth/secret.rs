//! The server's secret: 32 random bytes in a file of the data directory, without which no password digest can be
//! checked. Reading and writing that file is the application's; this type makes secrets and derives keys from them.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The secret all keys of one server derive from. Losing it makes every password useless, so it is backed up with the
/// database and never replaced while there are users.
#[derive(Clone)]
pub struct ServerSecret([u8; ServerSecret::BYTES]);

impl ServerSecret {
    /// Length of a secret, in bytes.
    pub const BYTES: usize = 32;

    /// A new secret from the system's generator.
    ///
    /// # Panics
    /// If the system has no random numbers to give, where going on would be unsafe.
    #[must_use]
    pub fn generate() -> ServerSecret {
        ServerSecret(random_bytes())
    }

    /// The secret that was kept as `bytes`.
    #[must_use]
    pub fn from_bytes(bytes: [u8; ServerSecret::BYTES]) -> ServerSecret {
        ServerSecret(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; ServerSecret::BYTES] {
        &self.0
    }

    /// The key for one `purpose`. Keys of different purposes tell nothing about each other, so a signature made for
    /// one can never be used for another.
    #[must_use]
    pub fn key_for(&self, purpose: &str) -> [u8; 32] {
        let mut mac = keyed::<Hmac<Sha256>>(&self.0);
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(…)")
    }
}

/// An HMAC under `key`.
pub(super) fn keyed<M: Mac + hmac::digest::KeyInit>(key: &[u8]) -> M {
    <M as Mac>::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// Fresh random bytes from the system's generator.
///
/// # Panics
/// If the system has none to give.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_purpose_and_by_secret() {
        let (one, other) = (ServerSecret::generate(), ServerSecret::generate());
        assert_ne!(one.key_for("a"), one.key_for("b"));
        assert_ne!(one.key_for("a"), other.key_for("a"));
        assert_eq!(one.key_for("a"), ServerSecret::from_bytes(*one.as_bytes()).key_for("a"));
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", ServerSecret::from_bytes([65; 32])), "ServerSecret(…)");
    }
}

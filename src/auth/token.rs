//! Session tokens: what a cookie or a program carries to prove its session. The store only ever sees the SHA-256 of a
//! token, so reading the database signs nobody in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::secret::random_bytes;

/// 256 random bits, written as 43 characters of base64url. `Debug` shows nothing.
#[derive(Clone)]
pub struct SessionToken([u8; 32]);

/// SHA-256 of a token: what is stored and looked for. Compared in constant time. A slow hash would add nothing, since
/// 256 random bits cannot be guessed.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

/// What our cookies are called on one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieNames {
    /// The cookie with the session's token.
    pub session: &'static str,
    /// The cookie that says who has logged in here before.
    pub device: &'static str,
}

impl SessionToken {
    /// A new token, for a new session.
    #[must_use]
    pub fn generate() -> SessionToken {
        SessionToken(random_bytes())
    }

    /// Reads a cookie's value, or a token as a program keeps it. `None` for anything that we never wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<SessionToken> {
        // Decoding refuses other lengths, other letters and spare bits, so each token has one written form.
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(SessionToken)
    }

    /// Reads the value of an `Authorization` header (RFC 6750; the scheme's case does not matter).
    #[must_use]
    pub fn from_authorization(header: &str) -> Option<SessionToken> {
        let (scheme, token) = header.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") { SessionToken::parse(token.trim()) } else { None }
    }

    /// The written form, for the cookie or the one answer that carries it. Never for a log.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl TokenHash {
    /// A hash read back from the store.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> TokenHash {
        TokenHash(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &TokenHash) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

impl CookieNames {
    /// The names behind http or https. `__Host-` makes browsers refuse the cookie from a subdomain or over http, and
    /// needs `Secure` and `Path=/`; plain http at home cannot have it.
    #[must_use]
    pub fn new(is_https: bool) -> CookieNames {
        if is_https {
            CookieNames { session: "__Host-chinwag_session", device: "__Host-chinwag_device" }
        } else {
            CookieNames { session: "chinwag_session", device: "chinwag_device" }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_survives_its_cookie() {
        let token = SessionToken::generate();
        assert_eq!(token.expose().len(), 43);
        assert_eq!(SessionToken::parse(&token.expose()).unwrap().hash(), token.hash());
    }

    #[test]
    fn no_two_sessions_share_a_token() {
        assert_ne!(SessionToken::generate().hash(), SessionToken::generate().hash());
    }

    #[test]
    fn the_hash_is_sha_256_of_the_token_and_tells_nothing_of_it() {
        let token = SessionToken([0; 32]);
        assert_eq!(token.hash().as_bytes()[..4], [0x66, 0x68, 0x7a, 0xad]);
        assert_eq!(TokenHash::from_bytes(*token.hash().as_bytes()), token.hash());
    }

    #[test]
    fn a_bearer_is_read_and_other_schemes_are_not() {
        let token = SessionToken::generate();
        let read = |header: String| SessionToken::from_authorization(&header).map(|token| token.hash());
        assert_eq!(read(format!("Bearer {}", token.expose())), Some(token.hash()));
        assert_eq!(read(format!("bearer {}", token.expose())), Some(token.hash()));
        assert_eq!(read(format!("Basic {}", token.expose())), None);
        assert_eq!(read(token.expose()), None);
    }

    #[test]
    fn a_token_does_not_show_itself() {
        let token = SessionToken::generate();
        assert_eq!(format!("{token:?} {:?}", token.hash()), "SessionToken(…) TokenHash(…)");
    }

    #[test]
    fn behind_https_the_cookie_is_bound_to_its_host() {
        assert_eq!(CookieNames::new(true).session, "__Host-chinwag_session");
        assert_eq!(CookieNames::new(false).session, "chinwag_session");
    }

    proptest! {
        #[test]
        fn each_token_has_one_written_form(text in "[A-Za-z0-9_-]{40,46}|\\PC{0,60}") {
            if let Some(token) = SessionToken::parse(&text) {
                prop_assert_eq!(token.expose(), text);
            }
        }
    }
}

//! Secrets that stand in for a person once: the code on the console, by which the first admin is known, and the tokens of
//! links. Only hashes of them are kept; none shows itself in `Debug`, and a right one is told from a wrong one in constant
//! time.

use std::fmt;

use sha2::{Digest, Sha256};

use super::secret::random_bytes;
use super::token::{SessionToken, TokenHash};

/// Letters and digits that nobody takes for one another when reading them off a screen (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 20 letters of five bits: 100 random bits, which nobody guesses, at whatever pace.
const CODE_LETTERS: usize = 20;

/// The code that the console shows while nobody runs the server.
pub struct ConsoleCode([u8; CODE_LETTERS]);

/// What is kept of it.
#[derive(Clone, Copy)]
pub struct CodeHash(TokenHash);

/// 256 random bits behind a link's `#`, which a browser sends to no server.
pub struct LinkToken(SessionToken);

impl ConsoleCode {
    /// A new one.
    #[must_use]
    pub fn generate() -> ConsoleCode {
        let bytes: [u8; CODE_LETTERS] = random_bytes();
        ConsoleCode(bytes.map(|byte| LETTERS[usize::from(byte % 32)]))
    }

    /// As it is shown: `K7QF-9M2X-…`.
    #[must_use]
    pub fn expose(&self) -> String {
        let groups: Vec<String> =
            self.0.chunks(4).map(|group| group.iter().map(|&byte| char::from(byte)).collect()).collect();
        groups.join("-")
    }

    /// What to keep of it.
    #[must_use]
    pub fn hash(&self) -> CodeHash {
        CodeHash::of(&self.expose())
    }
}

impl CodeHash {
    fn of(typed: &str) -> CodeHash {
        let letters =
            typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            });
        // One more than a code has: a longer text is another one.
        let letters: String = letters.take(CODE_LETTERS + 1).collect();
        CodeHash(TokenHash::from_bytes(Sha256::digest(letters).into()))
    }

    /// Whether that is the code, however it is written: small letters, other dashes, O for 0.
    #[must_use]
    pub fn is_of(&self, typed: &str) -> bool {
        self.0 == CodeHash::of(typed).0
    }
}

impl LinkToken {
    /// A new one.
    #[must_use]
    pub fn generate() -> LinkToken {
        LinkToken(SessionToken::generate())
    }

    /// Reads one; `None` for what was never one.
    #[must_use]
    pub fn parse(text: &str) -> Option<LinkToken> {
        SessionToken::parse(text).map(LinkToken)
    }

    /// The written form, for the one answer that carries it.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0.expose()
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        self.0.hash()
    }
}

impl fmt::Debug for ConsoleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsoleCode(…)")
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed_and_no_other_is() {
        let code = ConsoleCode(*b"K7QF9M2X01ZZABCDEFGH");
        assert_eq!(code.expose(), "K7QF-9M2X-01ZZ-ABCD-EFGH");
        let hash = code.hash();
        for typed in ["K7QF-9M2X-01ZZ-ABCD-EFGH", " k7qf 9m2x olzz abcd efgh ", "k7qf9m2xoizzabcdefgh"] {
            assert!(hash.is_of(typed), "{typed}");
        }
        for typed in ["", "K7QF-9M2X-01ZZ-ABCD", "K7QF-9M2X-01ZZ-ABCD-EFGHJ", "K7QF-9M2X-01ZZ-ABCD-EFGJ"] {
            assert!(!hash.is_of(typed), "{typed}");
        }
    }

    #[test]
    fn no_two_codes_are_alike_and_neither_they_nor_tokens_show_themselves() {
        let (one, other) = (ConsoleCode::generate(), ConsoleCode::generate());
        assert!(!one.hash().is_of(&other.expose()) && one.hash().is_of(&one.expose()));
        assert_eq!(format!("{one:?} {:?}", LinkToken::generate()), "ConsoleCode(…) LinkToken(…)");
    }
}

//! Turning passwords into what the store keeps, and checking them against it. Slow on purpose (cost 12: about 234 ms),
//! so it runs on [`super::PasswordPool`]'s threads and never on an async worker.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha384;
use subtle::ConstantTimeEq;

use super::password::Password;
use super::secret::{ServerSecret, keyed, random_bytes};

/// Names how a stored hash was made: bcrypt over base64 of HMAC-SHA-384. Another scheme gets another prefix.
const SCHEME: &str = "cw1";

/// bcrypt over a keyed digest of the whole password. The digest has 64 characters of base64, so bcrypt's limits (it
/// reads 72 bytes and stops at NUL) never show, and a stolen database without the server's secret is of no use.
pub struct Hasher {
    key: [u8; 32],
    cost: HashCost,
    /// What a log-in without an account is checked against; matches nothing.
    dummy: PasswordHash,
}

/// bcrypt's cost: each step doubles the time. 10, 11, 12 take 59, 117, 234 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HashCost(u32);

/// A password hash as stored: the scheme's prefix, then bcrypt's own form with cost and salt.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    text: String,
    cost: HashCost,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, or no such user.
    Wrong,
    /// The user's password.
    Right {
        /// The stored hash has another cost than new ones: hash the password anew and store that.
        needs_rehash: bool,
    },
}

impl Hasher {
    /// A hasher for the passwords of the server with this `secret`.
    #[must_use]
    pub fn new(secret: &ServerSecret, cost: HashCost) -> Hasher {
        Hasher { key: secret.key_for("chinwag password digest 1"), cost, dummy: PasswordHash::matching_nothing(cost) }
    }

    /// Hashes a new password with a new salt.
    #[must_use]
    pub fn hash(&self, password: &Password) -> PasswordHash {
        PasswordHash::bcrypt(&self.digest(password), self.cost, random_bytes())
    }

    /// Checks `password` against the `stored` hash. Without one (no such user) it takes the same time and is wrong; a
    /// hash of a lower cost takes the time of the present one when the password is wrong, so that neither tells
    /// whether a name exists.
    #[must_use]
    pub fn verify(&self, password: &Password, stored: Option<&PasswordHash>) -> Verdict {
        let digest = self.digest(password);
        let hash = stored.unwrap_or(&self.dummy);
        if hash.matches(&digest) && stored.is_some() {
            return Verdict::Right { needs_rehash: self.needs_rehash(hash) };
        }
        // 2^10 and then 2^10 + 2^11 rounds more make the 2^12 of cost 12.
        for cost in hash.cost.0..self.cost.0 {
            let _ = PasswordHash::bcrypt(&digest, HashCost(cost), random_bytes());
        }
        Verdict::Wrong
    }

    /// Whether a hash was made with another cost than new ones are.
    #[must_use]
    pub fn needs_rehash(&self, stored: &PasswordHash) -> bool {
        stored.cost != self.cost
    }

    /// 64 characters of base64 over the whole password.
    fn digest(&self, password: &Password) -> String {
        let mut mac = keyed::<Hmac<Sha384>>(&self.key);
        mac.update(password.expose().as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl HashCost {
    /// Lowest cost; bcrypt knows none below. For tests: a real server takes 10 or more.
    pub const MIN: HashCost = HashCost(4);
    /// Highest cost, nearly four seconds a password: beyond, nobody could log in.
    pub const MAX: HashCost = HashCost(16);

    /// The cost, if it is between [`Self::MIN`] and [`Self::MAX`].
    #[must_use]
    pub fn parse(cost: u32) -> Option<HashCost> {
        (HashCost::MIN.0..=HashCost::MAX.0).contains(&cost).then_some(HashCost(cost))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for HashCost {
    fn default() -> HashCost {
        HashCost(12)
    }
}

impl PasswordHash {
    /// Reads a stored hash. `None` if it is of a scheme that this program does not know.
    #[must_use]
    pub fn parse(text: &str) -> Option<PasswordHash> {
        let parts: bcrypt::HashParts = text.strip_prefix(SCHEME)?.parse().ok()?;
        let cost = HashCost::parse(parts.get_cost())?;
        Some(PasswordHash { text: text.to_owned(), cost })
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn bcrypt(digest: &str, cost: HashCost, salt: [u8; 16]) -> PasswordHash {
        let parts = bcrypt::hash_with_salt(digest, cost.0, salt).expect("the cost is in bcrypt's range");
        PasswordHash { text: format!("{SCHEME}{parts}"), cost }
    }

    fn matches(&self, digest: &str) -> bool {
        let parts: bcrypt::HashParts =
            self.text.strip_prefix(SCHEME).and_then(|text| text.parse().ok()).expect("checked when it was made");
        let tried = PasswordHash::bcrypt(digest, self.cost, parts.get_salt_raw());
        tried.text.as_bytes().ct_eq(self.text.as_bytes()).into()
    }

    /// A hash with a random salt and a random result: it costs a check its time, and no password is known for it.
    fn matching_nothing(cost: HashCost) -> PasswordHash {
        let base64 = GeneralPurpose::new(&base64::alphabet::BCRYPT, NO_PAD);
        let (salt, result) = (base64.encode(random_bytes::<16>()), base64.encode(random_bytes::<23>()));
        PasswordHash { text: format!("{SCHEME}$2b${:02}${salt}{result}", cost.0), cost }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordHash({SCHEME}, cost {})", self.cost.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RIGHT: Verdict = Verdict::Right { needs_rehash: false };

    fn hasher() -> Hasher {
        Hasher::new(&ServerSecret::from_bytes([7; 32]), HashCost::MIN)
    }

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_password_verifies_and_another_does_not() {
        let stored = hasher().hash(&password("correct horse"));
        assert_eq!(hasher().verify(&password("correct horse"), Some(&stored)), RIGHT);
        assert_eq!(hasher().verify(&password("correct horsf"), Some(&stored)), Verdict::Wrong);
    }

    #[test]
    fn a_difference_in_byte_one_thousand_counts() {
        let (one, other) = ("a".repeat(999) + "x", "a".repeat(999) + "y");
        let stored = hasher().hash(&password(&one));
        assert_eq!(hasher().verify(&password(&one), Some(&stored)), RIGHT);
        assert_eq!(hasher().verify(&password(&other), Some(&stored)), Verdict::Wrong);
        assert_eq!(hasher().verify(&password(&one[..72]), Some(&stored)), Verdict::Wrong);
    }

    #[test]
    fn a_difference_after_nul_counts() {
        let stored = hasher().hash(&password("before\0after"));
        assert_eq!(hasher().verify(&password("before\0after"), Some(&stored)), RIGHT);
        assert_eq!(hasher().verify(&password("before\0other"), Some(&stored)), Verdict::Wrong);
        assert_eq!(hasher().verify(&password("before"), Some(&stored)), Verdict::Wrong);
    }

    #[test]
    fn the_stored_form_names_its_scheme_and_reads_back() {
        let stored = hasher().hash(&password("x"));
        assert!(stored.as_str().starts_with("cw1$2b$04$"), "{}", stored.as_str());
        assert_eq!(stored.as_str().len(), 63);
        assert_eq!(PasswordHash::parse(stored.as_str()), Some(stored));
    }

    #[test]
    fn hashes_of_unknown_schemes_are_not_read() {
        let stored = hasher().hash(&password("x"));
        for text in
            ["", "plain", "cw1", "cw1$2b$04$short", &stored.as_str()[3..], &stored.as_str().replace("cw1", "cw2")]
        {
            assert_eq!(PasswordHash::parse(text), None, "{text:?}");
        }
        assert_eq!(PasswordHash::parse(&stored.as_str().replace("$04$", "$31$")), None);
    }

    #[test]
    fn one_password_never_hashes_to_the_same_text() {
        assert_ne!(hasher().hash(&password("x")), hasher().hash(&password("x")));
    }

    #[test]
    fn without_the_servers_secret_a_hash_is_of_no_use() {
        let stored = hasher().hash(&password("x"));
        let other = Hasher::new(&ServerSecret::from_bytes([8; 32]), HashCost::MIN);
        assert_eq!(other.verify(&password("x"), Some(&stored)), Verdict::Wrong);
    }

    #[test]
    fn a_hash_of_a_lower_cost_verifies_and_asks_to_be_renewed() {
        let stored = hasher().hash(&password("x"));
        let raised = Hasher::new(&ServerSecret::from_bytes([7; 32]), HashCost::parse(5).unwrap());
        assert_eq!(raised.verify(&password("x"), Some(&stored)), Verdict::Right { needs_rehash: true });
        assert_eq!(raised.verify(&password("y"), Some(&stored)), Verdict::Wrong);
        assert!(!raised.needs_rehash(&raised.hash(&password("x"))));
    }

    #[test]
    fn a_name_without_a_user_is_wrong_with_every_password() {
        assert_eq!(hasher().verify(&password(""), None), Verdict::Wrong);
    }

    #[test]
    fn a_name_without_a_user_costs_the_same_bcrypt() {
        let hasher = Hasher::new(&ServerSecret::generate(), HashCost::parse(6).unwrap());
        let dummy = PasswordHash::parse(hasher.dummy.as_str()).expect("the dummy is a hash like any other");
        assert_eq!(dummy.cost, HashCost::parse(6).unwrap());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn only_the_same_password_verifies(one in "\\PC{0,200}", other in "\\PC{0,200}") {
            let stored = hasher().hash(&password(&one));
            let is_same = password(&one) == password(&other);
            prop_assert_eq!(hasher().verify(&password(&other), Some(&stored)) == RIGHT, is_same);
            prop_assert_eq!(hasher().verify(&password(&one), Some(&stored)), RIGHT);
        }
    }
}

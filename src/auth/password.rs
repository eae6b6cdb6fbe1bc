//! Passwords as people choose them, and the rule for how strong they must be. Never hashes: that costs a quarter of a
//! second and belongs to [`super::PasswordPool`].

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zxcvbn::zxcvbn;

/// Shortest password, in characters. NIST SP 800-63B-4 asks 15 where a password stands alone; we ask 8 that zxcvbn
/// finds hard to guess.
pub const PASSWORD_MIN_CHARS: usize = 8;

/// Longest password, in bytes as typed. Every one of them counts.
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// Lowest zxcvbn score of a new password: about 10^8 guesses and more.
pub const PASSWORD_MIN_SCORE: u8 = 3;

/// How much of a password its strength is judged by, in characters. zxcvbn stops at 100, but there a password made of
/// signs that may stand for letters (`4a@8({[<6g…`) takes it 380–520 ms of a core; at 40 it takes 63 ms, others under
/// 10 ms. A password whose first 40 characters are easy to guess is repetition, and gains little from its end.
const JUDGED_CHARS: usize = 40;

/// A password as typed, in NFKC, so that the same keys give the same password on every system (NIST SP 800-63B-4,
/// 3.1.1.2). Controls and NUL are characters like any other. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// The password has more than [`PASSWORD_MAX_BYTES`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A password has at most {PASSWORD_MAX_BYTES} bytes.")]
pub struct PasswordTooLong;

/// How hard new passwords must be to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub min_chars: usize,
    /// Lowest zxcvbn score, 0–4.
    pub min_score: u8,
}

/// How hard a password is to guess, and how it could become harder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// zxcvbn's score, 0–4; for a password that is too short at most 2.
    pub score: u8,
    /// Whether the policy takes it.
    pub is_enough: bool,
    /// What is wrong with it, as a sentence.
    pub warning: Option<String>,
    /// What to do about it, as sentences.
    pub suggestions: Vec<String>,
}

/// Why a password is too easy to guess.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This password is too easy to guess.")]
pub struct Weakness {
    /// zxcvbn's score, 0–4.
    pub score: u8,
    /// What is wrong with it, as a sentence.
    pub warning: Option<String>,
    /// What to do about it, as sentences.
    pub suggestions: Vec<String>,
}

impl Password {
    /// Normalises `text`. Any text is a password that somebody might have; whether it may become a new one is for
    /// [`PasswordPolicy::check`].
    ///
    /// # Errors
    /// [`PasswordTooLong`] past [`PASSWORD_MAX_BYTES`].
    pub fn parse(text: &str) -> Result<Password, PasswordTooLong> {
        if text.len() > PASSWORD_MAX_BYTES { Err(PasswordTooLong) } else { Ok(Password(text.nfkc().collect())) }
    }

    /// What the digest is made of.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Default for PasswordPolicy {
    fn default() -> PasswordPolicy {
        PasswordPolicy { min_chars: PASSWORD_MIN_CHARS, min_score: PASSWORD_MIN_SCORE }
    }
}

impl PasswordPolicy {
    /// Whether `password` may become the password of somebody `about` whom these words are known (username, display
    /// name): an attacker tries them first.
    ///
    /// # Errors
    /// [`Weakness`] with advice when it is too short or too easy to guess.
    pub fn check(&self, password: &Password, about: &[&str]) -> Result<(), Weakness> {
        let Strength { score, is_enough, warning, suggestions } = self.assess(password, about);
        if is_enough { Ok(()) } else { Err(Weakness { score, warning, suggestions }) }
    }

    /// The same judgement with its score, for the meter beside the field. Takes milliseconds, in the worst case 63, so
    /// an async worker leaves it to another thread.
    #[must_use]
    pub fn assess(&self, password: &Password, about: &[&str]) -> Strength {
        let judged: String = password.expose().chars().take(JUDGED_CHARS).collect();
        let entropy = zxcvbn(&judged, &known_words(about));
        let mut score = u8::from(entropy.score());
        let (mut warning, mut suggestions) = (None, Vec::new());
        if let Some(feedback) = entropy.feedback() {
            warning = feedback.warning().map(|warning| warning.to_string());
            suggestions = feedback.suggestions().iter().map(ToString::to_string).collect();
        }
        let is_too_short = password.expose().chars().count() < self.min_chars;
        if is_too_short {
            score = score.min(2);
            warning = Some(format!("A password has at least {} characters.", self.min_chars));
        }
        Strength { score, is_enough: score >= self.min_score && !is_too_short, warning, suggestions }
    }
}

/// The words themselves, their parts, and our own name, which stands on the page.
fn known_words<'a>(about: &[&'a str]) -> Vec<&'a str> {
    let parts = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).filter(|part| part.len() > 2);
    about.iter().copied().chain(parts).chain(["chinwag"]).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn strength(text: &str) -> Strength {
        PasswordPolicy::default().assess(&Password::parse(text).unwrap(), &["Bob.Hargreaves", "Robert"])
    }

    #[rstest]
    #[case("")]
    #[case("tK9!xq2")]
    #[case("password")]
    #[case("Passw0rd!")]
    #[case("qwertyuiop")]
    #[case("aaaaaaaaaaaaaaaaaaaa")]
    #[case("bob.hargreaves")]
    #[case("Hargreaves1")]
    #[case("chinwag2")]
    #[case("19.04.1987")]
    fn an_easy_password_is_refused_with_advice(#[case] text: &str) {
        let weakness =
            PasswordPolicy::default().check(&Password::parse(text).unwrap(), &["Bob.Hargreaves"]).unwrap_err();
        assert!(weakness.score < PASSWORD_MIN_SCORE);
        assert!(weakness.warning.is_some() || !weakness.suggestions.is_empty());
    }

    #[rstest]
    #[case("correct horse battery staple")]
    #[case("tK9!xq2w#Lm")]
    #[case("мой кот любит рыбу и сметану")]
    #[case("vergissmeinnicht-laterne-9")]
    fn a_hard_password_is_taken_whatever_it_is_made_of(#[case] text: &str) {
        let strength = strength(text);
        assert!(strength.is_enough, "{strength:?}");
        assert!(strength.warning.is_none());
    }

    #[test]
    fn seven_characters_are_too_few_however_random() {
        let strength = PasswordPolicy { min_score: 0, ..PasswordPolicy::default() };
        assert!(!strength.assess(&Password::parse("x8$Kq0z").unwrap(), &[]).is_enough);
    }

    #[test]
    fn a_thousand_and_twenty_four_bytes_fit_and_one_more_does_not() {
        assert!(Password::parse(&"é".repeat(512)).is_ok());
        assert_eq!(Password::parse(&"a".repeat(1025)), Err(PasswordTooLong));
    }

    #[test]
    fn the_same_keys_give_the_same_password_on_every_system() {
        assert_eq!(Password::parse("Cafe\u{301} ﬁve"), Password::parse("Café five"));
    }

    #[test]
    fn a_password_does_not_show_itself() {
        assert_eq!(format!("{:?}", Password::parse("canary-31337").unwrap()), "Password(…)");
    }

    #[test]
    fn what_comes_after_forty_characters_cannot_make_judging_slow() {
        let start = "x8$Kq0z!".repeat(5);
        assert_eq!(strength(&(start.clone() + &"4a@8({[<6gi1!|l0o$57+%x".repeat(40))), strength(&start));
    }
}

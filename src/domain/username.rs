//! Usernames: what people log in with and are found by. A name is compared by its folded key and kept apart from its
//! look-alikes by its skeleton. Never decides whether a name is free: that is the store's unique constraint.

mod offer;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use precis_profiles::precis_core::profile::PrecisFastInvocation;
use precis_profiles::{UsernameCaseMapped, UsernameCasePreserved};
use unicode_normalization::char::is_combining_mark;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton};

/// Shortest username, in characters.
pub const USERNAME_MIN_CHARS: usize = 2;

/// Longest username, in characters after normalisation.
pub const USERNAME_MAX_CHARS: usize = 32;

/// Longest input looked at, in bytes: 32 characters of four bytes, each decomposed into at most four. Longer input
/// is refused before any table is asked.
const INPUT_MAX_BYTES: usize = USERNAME_MAX_CHARS * 4 * 4;

/// Most combining marks in a row. Vietnamese and Thai need two; more only draws over the lines around it.
const MARKS_MAX: usize = 2;

/// Names that a reader would take for the program or its keepers. Their look-alikes are reserved too.
const TITLES: [&str; 20] = [
    "admin",
    "administrator",
    "chinwag",
    "everybody",
    "everyone",
    "helpdesk",
    "moderator",
    "official",
    "operator",
    "owner",
    "postmaster",
    "root",
    "security",
    "server",
    "staff",
    "support",
    "sysadmin",
    "sysop",
    "system",
    "webmaster",
];

/// Words that mean something else where names stand. Their look-alikes are free: `Ali` looks like `all`.
const WORDS: [&str; 17] = [
    "abuse",
    "all",
    "anonymous",
    "bot",
    "channel",
    "deleted",
    "group",
    "guest",
    "help",
    "here",
    "info",
    "me",
    "mod",
    "nobody",
    "null",
    "undefined",
    "user",
];

static TITLE_SKELETONS: LazyLock<HashSet<String>> = LazyLock::new(|| TITLES.map(skeleton_of).into());

/// A username that follows the rules: 2–32 letters and digits, with single `.`, `_` or `-` between them, in one script
/// or one mixed with Latin. Two usernames are equal when their keys are.
#[derive(Clone)]
pub struct Username {
    text: String,
    key: UsernameKey,
    skeleton: String,
}

/// The folded form of a username: two names with the same key are the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsernameKey(String);

/// Why a name is not a username. [`Self::code`] is the wire name and never changes; texts may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Fewer than [`USERNAME_MIN_CHARS`] characters.
    #[error("A username has at least {USERNAME_MIN_CHARS} characters.")]
    TooShort,
    /// More than [`USERNAME_MAX_CHARS`] characters.
    #[error("A username has at most {USERNAME_MAX_CHARS} characters.")]
    TooLong,
    /// A space, a sign, a control or an invisible character.
    #[error("A username has only letters, digits, and . _ - between them.")]
    Character,
    /// `.`, `_` or `-` at an end, or two of them in a row.
    #[error("In a username each . _ - stands alone between letters or digits.")]
    Separator,
    /// Scripts or digits that are not written together, as in Latin with Cyrillic.
    #[error("A username keeps to letters and digits of one script.")]
    MixedScripts,
    /// A name kept for the program, or one that looks like it.
    #[error("This username is reserved.")]
    Reserved,
}

impl Username {
    /// Trims, normalises and checks `text`, which people choose for themselves.
    ///
    /// # Errors
    /// One [`UsernameError`] for each rule; [`UsernameError::Reserved`] comes last, so it is returned only for
    /// names that are right otherwise.
    pub fn parse(text: &str) -> Result<Username, UsernameError> {
        let username = Username::parse_by_operator(text)?;
        // Every title is its own twin, so the skeletons answer for the titles too.
        let is_reserved = WORDS.contains(&username.key()) || TITLE_SKELETONS.contains(username.skeleton());
        if is_reserved { Err(UsernameError::Reserved) } else { Ok(username) }
    }

    /// As [`Self::parse`], but also takes reserved names: whoever runs the server may well call themselves `admin`.
    ///
    /// # Errors
    /// Any [`UsernameError`] but [`UsernameError::Reserved`].
    pub fn parse_by_operator(text: &str) -> Result<Username, UsernameError> {
        let trimmed = text.trim();
        check_characters(trimmed)?;
        let text = enforce_preserved(trimmed)?;
        match text.chars().count() {
            count if count < USERNAME_MIN_CHARS => return Err(UsernameError::TooShort),
            count if count > USERNAME_MAX_CHARS => return Err(UsernameError::TooLong),
            _ => {}
        }
        // Width mapping can turn a letter into another one, so the normalised name is looked at once more.
        check_characters(&text)?;
        check_separators(&text)?;
        check_scripts(&text)?;
        let key = UsernameKey::fold(&text).ok_or(UsernameError::Character)?;
        let skeleton = skeleton_of(&text);
        Ok(Username { text, key, skeleton })
    }

    /// The name as its owner writes it: the form to show.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The folded form: unique in the store, and what log-ins look for.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key.0
    }

    /// What the name looks like (UTS 39): unique in the store, so that nobody can be mistaken for somebody else.
    #[must_use]
    pub fn skeleton(&self) -> &str {
        &self.skeleton
    }
}

impl UsernameKey {
    /// Folds what somebody typed to log in or to find a person. `None` for text that no username can fold to, which is
    /// no reason for another answer than 'wrong'.
    #[must_use]
    pub fn fold(text: &str) -> Option<UsernameKey> {
        let trimmed = text.trim();
        if trimmed.len() > INPUT_MAX_BYTES {
            return None;
        }
        let folded = UsernameCaseMapped::enforce(trimmed).ok()?;
        // Final sigma is a matter of position, and lower-casing İ leaves a dot above an i that already has one.
        let key = folded.replace('ς', "σ").replace("i\u{307}", "i");
        (key.chars().count() <= USERNAME_MAX_CHARS).then_some(UsernameKey(key))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UsernameError {
    /// The code that travels.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            UsernameError::Reserved => "username_reserved",
            _ => "username_invalid",
        }
    }
}

impl PartialEq for Username {
    fn eq(&self, other: &Username) -> bool {
        self.key == other.key
    }
}

impl Eq for Username {}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Username({:?})", self.text)
    }
}

/// The compatibility profile of RFC 8265 without its case mapping: full-width letters become ordinary ones, NFC, and
/// the bidi rule for names from right to left.
fn enforce_preserved(text: &str) -> Result<String, UsernameError> {
    UsernameCasePreserved::enforce(text).map(Cow::into_owned).map_err(|_| UsernameError::Character)
}

/// Letters, digits, marks on letters and separators only. The empty name is too short, not wrong.
fn check_characters(text: &str) -> Result<(), UsernameError> {
    if text.is_empty() {
        return Err(UsernameError::TooShort);
    }
    if text.len() > INPUT_MAX_BYTES {
        return Err(UsernameError::TooLong);
    }
    let mut previous = '-';
    let mut marks = 0;
    for character in text.chars() {
        if is_combining_mark(character) {
            marks += 1;
            // A dot above an i hides in the dot that is there already; a mark on nothing draws on its neighbour.
            let is_hidden_dot = character == '\u{307}' && matches!(previous, 'i' | 'j' | 'ı' | 'l');
            if marks > MARKS_MAX || is_separator(previous) || is_hidden_dot {
                return Err(UsernameError::Character);
            }
        } else if character.is_alphanumeric() || is_separator(character) {
            marks = 0;
            previous = character;
        } else {
            return Err(UsernameError::Character);
        }
    }
    Ok(())
}

fn check_separators(text: &str) -> Result<(), UsernameError> {
    let mut was_separator = true;
    for character in text.chars() {
        if was_separator && is_separator(character) {
            return Err(UsernameError::Separator);
        }
        was_separator = is_separator(character);
    }
    if was_separator { Err(UsernameError::Separator) } else { Ok(()) }
}

/// UTS 39, 'moderately restrictive': one script, or Latin with one that does not look like it. Digits are of one kind.
fn check_scripts(text: &str) -> Result<(), UsernameError> {
    let has_ascii_digit = text.chars().any(|character| character.is_ascii_digit());
    let has_other_digit = text.chars().any(|character| character.is_numeric() && !character.is_ascii());
    let is_restricted = text.check_restriction_level(RestrictionLevel::ModeratelyRestrictive);
    if is_restricted && !(has_ascii_digit && has_other_digit) { Ok(()) } else { Err(UsernameError::MixedScripts) }
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | '_' | '-')
}

/// The UTS 39 skeleton, made coarser for names that are shown in any case: taken once as written and once in lower
/// case, so that `paypaI`, `paypa1` and `paypal` fall together, and with `i` as `l` and `vv` as `w`.
fn skeleton_of(text: &str) -> String {
    let as_written: String = skeleton(text).collect();
    let lower: String = as_written.to_lowercase();
    let folded: String = skeleton(&lower).collect();
    folded.replace('i', "l").replace("vv", "w")
}

#[cfg(test)]
mod tests;

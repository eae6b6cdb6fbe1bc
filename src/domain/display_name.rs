//! Display names: what a person is called on the page. Anything people write as a name, as long as it shows, stays in
//! its line and says nothing invisible. Never unique, and never what anybody logs in with.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest display name, in characters after normalisation.
pub const DISPLAY_NAME_MAX_CHARS: usize = 64;

/// Longest input looked at, in bytes: longer text is refused before it is normalised.
const INPUT_MAX_BYTES: usize = 4 * 1024;

/// Most combining marks in a row; no written language needs more on one letter.
const MARKS_MAX: usize = 4;

const ZERO_WIDTH_JOINER: char = '\u{200d}';
const EMOJI_PRESENTATION: char = '\u{fe0f}';

/// A name to show: 1–64 characters in NFC, without white space at its ends or doubled inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

/// Why a text cannot be shown as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisplayNameError {
    /// Nothing that could be seen.
    #[error("Write a name to show.")]
    Empty,
    /// More than [`DISPLAY_NAME_MAX_CHARS`] characters.
    #[error("A display name has at most {DISPLAY_NAME_MAX_CHARS} characters.")]
    TooLong,
    /// A control, an invisible character or one that changes the direction of the text around it.
    #[error("A display name has no line breaks and no invisible characters.")]
    Character,
}

impl DisplayName {
    /// Trims and normalises `text`, and makes each run of white space one space.
    ///
    /// # Errors
    /// [`DisplayNameError`], one variant for each rule.
    pub fn parse(text: &str) -> Result<DisplayName, DisplayNameError> {
        let name = line(text)?;
        match name.chars().count() {
            0 => Err(DisplayNameError::Empty),
            count if count > DISPLAY_NAME_MAX_CHARS => Err(DisplayNameError::TooLong),
            _ => Ok(DisplayName(name)),
        }
    }

    /// The text to show.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DisplayNameError {
    /// The code that travels.
    #[must_use]
    pub fn code(self) -> &'static str {
        "display_name_invalid"
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A username always reads well as a name, so it is what people are called until they say otherwise.
impl From<&super::Username> for DisplayName {
    fn from(username: &super::Username) -> DisplayName {
        DisplayName(username.as_str().to_owned())
    }
}

/// A text that people write about themselves, tidied: in NFC, on one line, without white space at its ends or doubled
/// inside. May be empty, and as long as the input.
///
/// # Errors
/// [`DisplayNameError::TooLong`] before anything is looked at, [`DisplayNameError::Character`].
pub(super) fn line(text: &str) -> Result<String, DisplayNameError> {
    if text.len() > INPUT_MAX_BYTES {
        return Err(DisplayNameError::TooLong);
    }
    let normal: String = text.trim().nfc().collect();
    check_characters(&normal)?;
    Ok(normal.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn check_characters(name: &str) -> Result<(), DisplayNameError> {
    let characters: Vec<char> = name.chars().collect();
    let mut marks = 0;
    for (at, &character) in characters.iter().enumerate() {
        marks = if is_combining_mark(character) { marks + 1 } else { 0 };
        let starts_with_mark = marks > 0 && (at == 0 || characters[at - 1].is_whitespace());
        let is_refused = match character {
            EMOJI_PRESENTATION => !characters[..at].last().is_some_and(|c| is_emoji(*c) || is_keycap_base(*c)),
            ZERO_WIDTH_JOINER => !joins_emoji(&characters[..at], &characters[at + 1..]),
            _ => starts_with_mark || marks > MARKS_MAX || is_unshowable(character),
        };
        if is_refused {
            return Err(DisplayNameError::Character);
        }
    }
    Ok(())
}

/// Whether a joiner stands between two emoji, as in a family; skin tones and presentation belong to the first.
fn joins_emoji(before: &[char], after: &[char]) -> bool {
    let first = before.iter().rev().find(|c| **c != EMOJI_PRESENTATION && !is_skin_tone(**c));
    first.is_some_and(|c| is_emoji(*c)) && after.first().is_some_and(|c| is_emoji(*c))
}

fn is_skin_tone(character: char) -> bool {
    matches!(character, '\u{1f3fb}'..='\u{1f3ff}')
}

/// The blocks that hold emoji. Wider than the emoji property on purpose: a new emoji needs no new program.
fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

fn is_keycap_base(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '#' | '*' | '©' | '®' | '™')
}

/// Controls, separators of lines, directions, the default-ignorable code points of Unicode, blanks that are no white
/// space, private use and what will never be a character.
fn is_unshowable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{10ffff}')
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("  Bob   Hargreaves ", "Bob Hargreaves")]
    #[case("Bob\u{a0}\u{2003}H.", "Bob H.")]
    #[case("Jose\u{301}", "José")]
    #[case("O’Neil & Söhne (4)", "O’Neil & Söhne (4)")]
    #[case("محمد", "محمد")]
    #[case("👩‍👩‍👧‍👦 Family", "👩‍👩‍👧‍👦 Family")]
    #[case("👩🏽‍🚀", "👩🏽‍🚀")]
    #[case("🏳️‍🌈 ❤️ 1️⃣", "🏳️‍🌈 ❤️ 1️⃣")]
    #[case("<script>alert(1)</script>", "<script>alert(1)</script>")]
    fn names_are_tidied_and_shown_as_written(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(DisplayName::parse(text).unwrap().as_str(), shown);
    }

    #[rstest]
    #[case("", DisplayNameError::Empty)]
    #[case(" \u{2003} ", DisplayNameError::Empty)]
    #[case("Bob\nHargreaves", DisplayNameError::Character)]
    #[case("Bob\0", DisplayNameError::Character)]
    #[case("Bob\u{2028}x", DisplayNameError::Character)]
    #[case("\u{202e}boB", DisplayNameError::Character)]
    #[case("Bob\u{2067}", DisplayNameError::Character)]
    #[case("Bob\u{200f}", DisplayNameError::Character)]
    #[case("B\u{200b}ob", DisplayNameError::Character)]
    #[case("B\u{200d}ob", DisplayNameError::Character)]
    #[case("👩\u{200d}", DisplayNameError::Character)]
    #[case("\u{200d}👩", DisplayNameError::Character)]
    #[case("B\u{fe0f}ob", DisplayNameError::Character)]
    #[case("\u{3164}", DisplayNameError::Character)]
    #[case("\u{2800}", DisplayNameError::Character)]
    #[case("\u{301}Bob", DisplayNameError::Character)]
    #[case("B\u{324}\u{325}\u{326}\u{32d}\u{32e}ob", DisplayNameError::Character)]
    fn what_would_not_show_is_refused(#[case] text: &str, #[case] reason: DisplayNameError) {
        assert_eq!(DisplayName::parse(text), Err(reason), "{text:?}");
    }

    #[test]
    fn sixty_four_characters_fit_and_one_more_does_not() {
        assert!(DisplayName::parse(&"ü".repeat(64)).is_ok());
        assert_eq!(DisplayName::parse(&"ü".repeat(65)), Err(DisplayNameError::TooLong));
        assert_eq!(DisplayName::parse(&" ".repeat(1 << 20)), Err(DisplayNameError::TooLong));
    }

    proptest! {
        #[test]
        fn a_parsed_name_parses_to_itself(text in "\\PC{0,80}|[ a-z\u{300}-\u{303}👩🏽\u{200d}\u{fe0f}]{0,20}") {
            if let Ok(name) = DisplayName::parse(&text) {
                let again = DisplayName::parse(name.as_str());
                prop_assert_eq!(again, Ok(name));
            }
        }
    }
}

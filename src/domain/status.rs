//! Status texts: what a person says of themselves, on one line. By the same rules as display names, and never a promise
//! about whether they are here: that is presence.

use super::display_name::{self, DisplayNameError};

/// Longest status, in characters after normalisation.
pub const STATUS_MAX_CHARS: usize = 80;

/// A status to show: 1–80 characters in NFC on one line, emoji among them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Status(String);

/// Why a text cannot be a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// More than [`STATUS_MAX_CHARS`] characters.
    #[error("A status has at most {STATUS_MAX_CHARS} characters.")]
    TooLong,
    /// A control, an invisible character or one that changes the direction of the text around it.
    #[error("A status has no line breaks and no invisible characters.")]
    Character,
}

impl Status {
    /// Tidies `text` as names are tidied; `None` when nothing is left, which takes a status away.
    ///
    /// # Errors
    /// [`StatusError`], one variant for each rule.
    pub fn parse(text: &str) -> Result<Option<Status>, StatusError> {
        let line = display_name::line(text).map_err(|error| match error {
            DisplayNameError::TooLong => StatusError::TooLong,
            DisplayNameError::Empty | DisplayNameError::Character => StatusError::Character,
        })?;
        match line.chars().count() {
            0 => Ok(None),
            count if count > STATUS_MAX_CHARS => Err(StatusError::TooLong),
            _ => Ok(Some(Status(line))),
        }
    }

    /// The text to show.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("  On  the train ", Some("On the train"))]
    #[case("🏖️ Back on Monday", Some("🏖️ Back on Monday"))]
    #[case("", None)]
    #[case(" \u{2003} ", None)]
    fn a_status_is_tidied_and_blank_is_none(#[case] text: &str, #[case] shown: Option<&str>) {
        assert_eq!(Status::parse(text).unwrap().as_ref().map(Status::as_str), shown);
    }

    #[rstest]
    #[case("two\nlines", StatusError::Character)]
    #[case("\u{202e}desrever", StatusError::Character)]
    #[case("\u{200b}", StatusError::Character)]
    #[case(&"x".repeat(81), StatusError::TooLong)]
    #[case(&" ".repeat(1 << 20), StatusError::TooLong)]
    fn what_would_not_stay_on_its_line_is_refused(#[case] text: &str, #[case] reason: StatusError) {
        assert_eq!(Status::parse(text), Err(reason));
        assert!(Status::parse(&"é".repeat(80)).is_ok());
    }
}

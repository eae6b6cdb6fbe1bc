//! The text of a message. Never trims inside, never formats: what was written is what is kept.

/// Largest message body, in bytes of UTF-8 after trimming. JSON escapes one byte as at most six, so a body of this
/// size always fits one frame of 65,536 bytes (actix-http `ws/codec.rs`, default `max_size`).
pub const BODY_MAX_BYTES: usize = 8 * 1024;

/// A message's text: not blank, at most [`BODY_MAX_BYTES`], no NUL and no other control than tab and line ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Body(Box<str>);

/// Why a text cannot be a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing but white space.
    #[error("a message needs some text")]
    Empty,
    /// Longer than [`BODY_MAX_BYTES`].
    #[error("a message has at most {BODY_MAX_BYTES} bytes")]
    TooLong,
    /// A control character that no keyboard writes.
    #[error("a message has no control characters besides tab and line ends")]
    Control,
}

impl Body {
    /// Trims `text` at its end and of leading blank lines, and checks it. There is no other way to a `Body`.
    ///
    /// # Errors
    /// [`BodyError`] says what is wrong; nothing is repaired silently beyond the trimming.
    pub fn parse(text: &str) -> Result<Body, BodyError> {
        let trimmed = text.trim_end().trim_start_matches(['\n', '\r']);
        if trimmed.trim_start().is_empty() {
            return Err(BodyError::Empty);
        }
        if trimmed.len() > BODY_MAX_BYTES {
            return Err(BodyError::TooLong);
        }
        if trimmed.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(BodyError::Control);
        }
        Ok(Body(trimmed.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_of_the_first_line_is_kept_because_code_needs_it() {
        assert_eq!(Body::parse("\n    let x = 1;\n\n").unwrap().as_str(), "    let x = 1;");
    }

    #[test]
    fn blank_text_is_no_message() {
        for blank in ["", "   ", "\n\t\r\n", "\u{2003}"] {
            assert_eq!(Body::parse(blank), Err(BodyError::Empty), "{blank:?}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_after_trimming() {
        assert!(Body::parse(&format!("{}   ", "x".repeat(BODY_MAX_BYTES))).is_ok());
        assert_eq!(Body::parse(&"é".repeat(BODY_MAX_BYTES / 2 + 1)), Err(BodyError::TooLong));
    }

    #[test]
    fn controls_are_refused_but_line_ends_and_tabs_stay() {
        assert!(Body::parse("a\tb\r\nc").is_ok());
        assert_eq!(Body::parse("a\0b"), Err(BodyError::Control));
        assert_eq!(Body::parse("a\u{1b}[31mb"), Err(BodyError::Control));
    }
}

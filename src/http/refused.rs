//! The one mapping of everything that can go wrong to a status, a code and a sentence. What failed inside goes to the
//! log, never to the client.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use crate::auth::{Busy, Failed, PasswordTooLong, Weakness};
use crate::chat::error_code;
use crate::domain::{BodyError, DisplayNameError, GroupNameError, PictureError, StatusError, UsernameError};
use crate::guarded::Panicked;
use crate::protocol::ErrorCode;
use crate::store::{Refusal, StoreError};

/// A request that was refused: the one JSON shape of errors.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize)]
#[error("{code}: {message}")]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// The stable name.
    pub code: ErrorCode,
    /// A sentence for people; may change.
    pub message: Cow<'static, str>,
    /// Which field of the request it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
    /// When waiting helps: for how long. Also the `Retry-After` header, in whole seconds.
    #[serde(rename = "retryAfterMs", skip_serializing_if = "Option::is_none", serialize_with = "millis")]
    pub retry_after: Option<Duration>,
    /// How a password could become harder to guess.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Box<Feedback>>,
    /// With a username that is taken: a free one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Box<str>>,
    /// The methods that an address does take, for `Allow`.
    #[serde(skip)]
    pub allow: Option<String>,
}

/// Advice on a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Feedback {
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// What to do about it.
    pub suggestions: Vec<String>,
}

/// The status that goes with each code.
pub fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidJson
        | ErrorCode::UnknownType
        | ErrorCode::HelloRequired
        | ErrorCode::HelloRepeated
        | ErrorCode::BadQuery => StatusCode::BAD_REQUEST,
        ErrorCode::MissingField
        | ErrorCode::InvalidField
        | ErrorCode::BodyEmpty
        | ErrorCode::BodyTooLong
        | ErrorCode::ReceiptBeyondHead
        | ErrorCode::TooMany
        | ErrorCode::UsernameInvalid
        | ErrorCode::UsernameReserved
        | ErrorCode::PasswordWeak
        | ErrorCode::PasswordTooLong
        | ErrorCode::DisplayNameInvalid
        | ErrorCode::PictureInvalid
        | ErrorCode::SearchTooLong => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::Unauthenticated | ErrorCode::WrongCredentials => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden
        | ErrorCode::OriginRefused
        | ErrorCode::SignUpClosed
        | ErrorCode::InvitationNeeded
        | ErrorCode::InvitationOver
        | ErrorCode::CodeWrong
        | ErrorCode::LinkOver => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::ClientIdReused
        | ErrorCode::VersionConflict
        | ErrorCode::Deleted
        | ErrorCode::DraftConflict
        | ErrorCode::AdminExists
        | ErrorCode::LastAdmin
        | ErrorCode::UsernameTaken
        | ErrorCode::UsernameLookalike => StatusCode::CONFLICT,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::TooSlow => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::RateLimited | ErrorCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Damaged | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Busy | ErrorCode::Unknown | ErrorCode::Starting => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl Refused {
    /// A refusal with the code's own sentence.
    pub fn new(code: ErrorCode) -> Refused {
        let message = code.sentence().into();
        Refused { code, message, field: None, retry_after: None, feedback: None, suggestion: None, allow: None }
    }

    /// About this field of the request.
    pub fn about(mut self, field: impl Into<Cow<'static, str>>) -> Refused {
        self.field = Some(field.into());
        self
    }

    /// With a better sentence.
    pub fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Refused {
        self.message = message.into();
        self
    }

    /// Try again after this long.
    pub fn again_after(mut self, wait: Duration) -> Refused {
        self.retry_after = Some(wait);
        self
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        status(self.code)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(wait) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, wait.as_millis().div_ceil(1000).to_string()));
        }
        if let Some(methods) = &self.allow {
            response.insert_header((header::ALLOW, methods.as_str()));
        }
        if self.code == ErrorCode::Unauthenticated {
            // RFC 9110, 11.6.1 wants a challenge with every 401; `Bearer` makes no browser open a dialogue.
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.json(self)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        let refused = Refused::new(error_code(&refusal));
        match refusal {
            Refusal::UsernameTaken | Refusal::UsernameLookalike => refused.about("username"),
            Refusal::Busy => refused.again_after(Duration::from_secs(1)),
            _ => refused,
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Refused {
        tracing::error!(%error, "a question to the store failed");
        if matches!(error, StoreError::Damaged { .. } | StoreError::Corrupt(_)) {
            return Refused::new(ErrorCode::Damaged);
        }
        if matches!(error, StoreError::SearchTooLong) {
            return Refused::new(ErrorCode::SearchTooLong).about("q");
        }
        Refused::new(ErrorCode::Busy).again_after(Duration::from_secs(1))
    }
}

impl From<Busy> for Refused {
    fn from(busy: Busy) -> Refused {
        Refused::new(ErrorCode::Busy).again_after(busy.retry_after)
    }
}

impl From<Failed> for Refused {
    fn from(_: Failed) -> Refused {
        Refused::new(ErrorCode::Busy).again_after(Duration::from_secs(1))
    }
}

impl From<actix::MailboxError> for Refused {
    fn from(_: actix::MailboxError) -> Refused {
        Refused::new(ErrorCode::Busy).again_after(Duration::from_secs(1))
    }
}

impl From<Panicked> for Refused {
    fn from(_: Panicked) -> Refused {
        Refused::new(ErrorCode::Internal)
    }
}

impl From<UsernameError> for Refused {
    fn from(error: UsernameError) -> Refused {
        let code = match error {
            UsernameError::Reserved => ErrorCode::UsernameReserved,
            _ => ErrorCode::UsernameInvalid,
        };
        Refused::new(code).saying(error.to_string()).about("username")
    }
}

impl From<DisplayNameError> for Refused {
    fn from(error: DisplayNameError) -> Refused {
        Refused::new(ErrorCode::DisplayNameInvalid).saying(error.to_string()).about("displayName")
    }
}

impl From<StatusError> for Refused {
    fn from(error: StatusError) -> Refused {
        Refused::new(ErrorCode::InvalidField).saying(error.to_string()).about("status")
    }
}

impl From<PictureError> for Refused {
    fn from(error: PictureError) -> Refused {
        let code = match error {
            PictureError::Kind => ErrorCode::UnsupportedMediaType,
            PictureError::Bytes => ErrorCode::TooLarge,
            PictureError::Broken | PictureError::Pixels => ErrorCode::PictureInvalid,
        };
        Refused::new(code).saying(error.to_string())
    }
}

impl From<GroupNameError> for Refused {
    fn from(error: GroupNameError) -> Refused {
        Refused::new(ErrorCode::InvalidField).saying(sentence(&error)).about("name")
    }
}

impl From<PasswordTooLong> for Refused {
    fn from(error: PasswordTooLong) -> Refused {
        Refused::new(ErrorCode::PasswordTooLong).saying(error.to_string()).about("password")
    }
}

impl From<Weakness> for Refused {
    fn from(weakness: Weakness) -> Refused {
        let feedback = Feedback { warning: weakness.warning, suggestions: weakness.suggestions };
        Refused { feedback: Some(Box::new(feedback)), ..Refused::new(ErrorCode::PasswordWeak).about("password") }
    }
}

impl From<BodyError> for Refused {
    fn from(error: BodyError) -> Refused {
        let code = match error {
            BodyError::Empty => ErrorCode::BodyEmpty,
            BodyError::TooLong => ErrorCode::BodyTooLong,
            BodyError::Control => ErrorCode::InvalidField,
        };
        Refused::new(code).saying(sentence(&error)).about("body")
    }
}

/// An error's words as a sentence for people.
fn sentence(words: &impl ToString) -> String {
    let words = words.to_string();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

fn millis<S: serde::Serializer>(wait: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    let millis = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    millis.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_the_status_that_the_protocol_names() {
        for (code, expected) in [
            ("unauthenticated", 401),
            ("wrong_credentials", 401),
            ("origin_refused", 403),
            ("sign_up_closed", 403),
            ("invitation_needed", 403),
            ("invitation_over", 403),
            ("code_wrong", 403),
            ("link_over", 403),
            ("admin_exists", 409),
            ("last_admin", 409),
            ("username_taken", 409),
            ("username_invalid", 422),
            ("username_reserved", 422),
            ("username_lookalike", 409),
            ("password_weak", 422),
            ("password_too_long", 422),
            ("display_name_invalid", 422),
            ("bad_query", 400),
            ("search_too_long", 422),
            ("unsupported_media_type", 415),
            ("too_large", 413),
            ("too_slow", 408),
            ("method_not_allowed", 405),
            ("not_found", 404),
            ("too_many_attempts", 429),
            ("starting", 503),
            ("damaged", 500),
            ("internal", 500),
        ] {
            let code = ErrorCode::ALL.iter().find(|known| known.as_str() == code).expect(code);
            assert_eq!(status(*code).as_u16(), expected, "{code}");
        }
        assert!(ErrorCode::ALL.iter().all(|code| status(*code).as_u16() >= 400));
    }

    #[test]
    fn passing_refusals_are_those_that_clients_retry_by_status_too() {
        for code in ErrorCode::ALL {
            assert_eq!(code.is_passing(), matches!(status(*code).as_u16(), 429 | 503), "{code}");
        }
    }

    #[test]
    fn a_refusal_is_one_flat_object_without_empty_fields() {
        let refused = Refused::from(BodyError::Empty);
        let json = serde_json::to_value(&refused).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"code": "body_empty", "message": "A message needs some text.", "field": "body"})
        );
        let wait = Refused::new(ErrorCode::TooManyAttempts).again_after(Duration::from_millis(1500));
        assert_eq!(serde_json::to_value(&wait).unwrap()["retryAfterMs"], 1500);
        assert_eq!(wait.error_response().headers().get("retry-after").unwrap(), "2");
    }

    #[test]
    fn what_failed_inside_is_never_told() {
        let error = StoreError::Damaged { path: "/home/ann/chinwag.db".into(), reason: "row 7 of users".into() };
        let refused = Refused::from(error);
        assert_eq!((refused.code, refused.retry_after), (ErrorCode::Damaged, None));
        let told = serde_json::to_string(&refused).unwrap();
        assert!(!told.contains("users") && !told.contains("chinwag.db"));
    }
}

//! Why something was refused: one stable name per reason, for the socket and for HTTP alike. Names never change once
//! released; sentences may. Nothing here knows which status an HTTP answer has.

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[$about:meta])* $name:ident $wire:literal $sentence:literal)*) => {
        /// The reason of a refusal, by its wire name. A client decides by this name, never by the sentence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(
                #[doc = concat!("`", $wire, "`.")]
                $(#[$about])*
                $name,
            )*
        }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name),*];

            /// The wire name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ErrorCode::$name => $wire),*
                }
            }

            /// The sentence that is said where the place of the refusal knows nothing better.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(ErrorCode::$name => $sentence),*
                }
            }
        }
    };
}

codes! {
    /// The frame or request body is not one JSON object, is nested too deeply, has a field twice or half a surrogate
    /// pair.
    InvalidJson "invalid_json" "This is not one well-formed JSON object."
    /// No frame has this `type`.
    UnknownType "unknown_type" "There is no such type of frame."
    /// `field` is not there.
    MissingField "missing_field" "A field is missing."
    /// `field` has the wrong type, is out of range or has characters that cannot stand there.
    InvalidField "invalid_field" "A field has a value that cannot be."
    /// Something was sent before `hello`.
    HelloRequired "hello_required" "The first frame must be hello."
    /// `hello` was sent twice on one connection.
    HelloRepeated "hello_repeated" "There has been a hello on this connection already."
    /// Not there, or not yours to know of; the two look the same. Over HTTP also: no such address.
    NotFound "not_found" "There is no such thing, or it is not yours."
    /// You may see it, but it is not yours to change.
    Forbidden "forbidden" "That is not yours to change."
    /// Nothing but white space.
    BodyEmpty "body_empty" "A message needs some text."
    /// More bytes than a message or a draft may have.
    BodyTooLong "body_too_long" "This text is too long."
    /// You used this client id before, for something else. Nothing was stored.
    ClientIdReused "client_id_reused" "This client id was used for another message."
    /// The message has a newer version than the one named; `current` is that version.
    VersionConflict "version_conflict" "The message has changed since."
    /// The message was deleted.
    Deleted "deleted" "The message was deleted."
    /// The draft has a newer version than the one named; `draft` is that version, absent if it was cleared.
    DraftConflict "draft_conflict" "The draft has changed on another device."
    /// A receipt or cursor names a message that does not exist yet.
    ReceiptBeyondHead "receipt_beyond_head" "There is no such message yet."
    /// Too much in too short a time. Passing.
    RateLimited "rate_limited" "That was too much at once. Wait a moment."
    /// Too much is waiting already; nothing was tried. Passing.
    Busy "busy" "The server is busy. Try again in a moment."
    /// The database failed, and it is not known whether this was stored. Ask again with the same client id: that stores
    /// it once, whatever happened. Passing.
    Unknown "unknown" "It is not known whether this was stored. Try again."
    /// The server itself failed at this, by a fault that is in its log. It would have changed nothing. On a socket the
    /// connection is closed then.
    Internal "internal" "The server failed at this. Whoever runs it finds the reason in its log."
    /// More than there may be of something.
    TooMany "too_many" "That is more than there may be."
    /// HTTP and the upgrade: there is no session, or it has ended.
    Unauthenticated "unauthenticated" "Log in first."
    /// HTTP: wrong name or wrong password, without telling which.
    WrongCredentials "wrong_credentials" "The username or the password is wrong."
    /// HTTP and the upgrade: a page of another site asked with this browser's cookie.
    OriginRefused "origin_refused" "Requests from that site are not accepted here."
    /// HTTP: somebody has this username.
    UsernameTaken "username_taken" "This username is taken."
    /// HTTP: not a username.
    UsernameInvalid "username_invalid" "This cannot be a username."
    /// HTTP: kept for the program itself.
    UsernameReserved "username_reserved" "This username is reserved."
    /// HTTP: cannot be told from a taken username by eye.
    UsernameLookalike "username_lookalike" "This username looks like one that is taken."
    /// HTTP: too easy to guess; `feedback` says how to do better.
    PasswordWeak "password_weak" "This password is too easy to guess."
    /// HTTP: more than 1,024 bytes.
    PasswordTooLong "password_too_long" "This password is too long."
    /// HTTP: not a display name.
    DisplayNameInvalid "display_name_invalid" "This cannot be a display name."
    /// HTTP: a picture that cannot be read, or has too many pixels.
    PictureInvalid "picture_invalid" "This picture cannot be used."
    /// HTTP: nothing can be looked for by this text; the sentence says why.
    BadQuery "bad_query" "Nothing can be looked for like this."
    /// HTTP: a search that took too long and was given up; for longer or rarer words it need not.
    SearchTooLong "search_too_long" "This search took too long. Look for a longer or rarer word, or in one conversation."
    /// HTTP: a body that is not `application/json`.
    UnsupportedMediaType "unsupported_media_type" "Send JSON, with the content type application/json."
    /// HTTP: the request's body is too large.
    TooLarge "too_large" "This request is too large."
    /// HTTP: the request's body did not arrive in time.
    TooSlow "too_slow" "This request took too long to arrive."
    /// HTTP: the address does not know this method.
    MethodNotAllowed "method_not_allowed" "This address does not take that method."
    /// HTTP: nobody may sign up now, an admin has closed the door.
    SignUpClosed "sign_up_closed" "Nobody can sign up here now."
    /// HTTP: signing up takes an invitation, and the request had none.
    InvitationNeeded "invitation_needed" "Signing up here needs an invitation."
    /// HTTP: there is no such invitation, or it has expired, has no place left or was taken back.
    InvitationOver "invitation_over" "This invitation does not hold any more."
    /// HTTP: that is not the code on the server's console.
    CodeWrong "code_wrong" "That is not the code that the server printed when it started."
    /// HTTP: there is an admin, so the console's code has done its work.
    AdminExists "admin_exists" "This server has an admin already."
    /// HTTP: without this person nobody could run the server.
    LastAdmin "last_admin" "This is the last admin. Make somebody else one first."
    /// HTTP: there is no such link for a new password, or it has expired or was used.
    LinkOver "link_over" "This link does not hold any more."
    /// HTTP: too many attempts to log in or sign up. Passing.
    TooManyAttempts "too_many_attempts" "Too many attempts. Wait a while."
    /// HTTP: the server's own files are damaged. Waiting does not help; whoever runs it is told what does.
    Damaged "damaged" "The server's database is damaged. Only whoever runs it can help."
    /// HTTP: the server is starting and not ready yet. Passing.
    Starting "starting" "The server is starting. Try again in a moment."
}

impl ErrorCode {
    /// Whether the same request, with the same client id, may succeed later without any change. All others are final:
    /// repeating them brings the same answer.
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            ErrorCode::RateLimited
                | ErrorCode::Busy
                | ErrorCode::Unknown
                | ErrorCode::TooManyAttempts
                | ErrorCode::Starting
        )
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_a_name_of_its_own_and_a_sentence() {
        let names: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{code}");
            assert!(code.sentence().ends_with('.'), "{code}");
        }
    }

    #[test]
    fn only_what_waiting_can_cure_is_passing() {
        let passing: Vec<&str> =
            ErrorCode::ALL.iter().filter(|code| code.is_passing()).map(|code| code.as_str()).collect();
        assert_eq!(passing, ["rate_limited", "busy", "unknown", "too_many_attempts", "starting"]);
    }
}

//! Sign-ins, as far as other people's code needs to speak of them.

use serde::Serialize;

/// How a session authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// A browser's cookie.
    Browser,
    /// A program's bearer token.
    Token,
}

/// Why a session ended; told to its windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its own log-out.
    LoggedOut,
    /// Signed out from another device.
    Revoked,
    /// Its time was over.
    Expired,
    /// The user was disabled.
    Disabled,
    /// The password changed elsewhere.
    PasswordChanged,
}

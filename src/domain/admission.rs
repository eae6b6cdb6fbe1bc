//! Who may join the server, and by what. Says nothing of what somebody who has joined may do.

use serde::Serialize;

use super::{InvitationId, UserId};
use crate::clock::Timestamp;

/// Most places that one invitation may have.
pub const INVITATION_PLACES_MAX: i64 = 1_000;

/// Longest that an invitation may hold, in hours: a year.
pub const INVITATION_HOURS_MAX: i64 = 366 * 24;

/// Who may sign up. An admin's choice for the whole server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Whoever reaches it.
    Open,
    /// Whoever has an invitation with a place left.
    Invitation,
    /// Nobody. Invitations rest.
    Closed,
}

/// A link by which a number of people may sign up until a moment. Its token is known to whoever has the link, and to
/// nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// The admin who made it.
    pub made_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// From then on it holds no more.
    pub expires_at: Timestamp,
    /// How many may use it.
    pub places: i64,
    /// How many have.
    pub used: i64,
}

impl SignUp {
    /// Reads the wire's and the store's word for it.
    pub fn parse(word: &str) -> Option<SignUp> {
        match word {
            "open" => Some(SignUp::Open),
            "invitation" => Some(SignUp::Invitation),
            "closed" => Some(SignUp::Closed),
            _ => None,
        }
    }

    /// The wire's and the store's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            SignUp::Open => "open",
            SignUp::Invitation => "invitation",
            SignUp::Closed => "closed",
        }
    }
}

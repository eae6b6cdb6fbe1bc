//! What is asked of the store, and changed in it, by and about those who run the server. Nothing here reads a message, a conversation or who
//! talks with whom.

use super::StoreError;
use crate::clock::Timestamp;
use crate::domain::{Invitation, InvitationId, SignUp, User, UserId};

/// Who runs the server, who may join, and who is there.
pub trait AdminReads {
    /// How the server is governed now.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn governance(&mut self) -> Result<Governance, StoreError>;

    /// Whether somebody is an admin and not disabled.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn is_admin(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// People by folded username, as [`UserReads::users_page`](super::UserReads::users_page), with what an admin may know.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn people_page(&mut self, after: Option<&str>, query: Option<&str>, limit: usize)
    -> Result<PeoplePage, StoreError>;

    /// Invitations that have not expired, the newest first.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn invitations(&mut self, now: Timestamp) -> Result<Vec<Invitation>, StoreError>;

    /// Whether the invitation with this token's hash has a place left.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn has_place(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError>;

    /// Whose the link for a new password with this token's hash is, if it holds.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn password_link(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<User>, StoreError>;
}

/// How the server is governed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Governance {
    /// Who may sign up.
    pub sign_up: SignUp,
    /// Somebody runs it. Once so, always so.
    pub has_admin: bool,
}

/// A person as whoever runs the server sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPerson {
    /// Who.
    pub user: User,
    /// When they signed up.
    pub created_at: Timestamp,
    /// They run the server too.
    pub is_admin: bool,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeoplePage {
    /// In order of folded username.
    pub people: Vec<RunPerson>,
    /// Where the next page starts, if there is one.
    pub next: Option<String>,
    /// How many people there are in all.
    pub total: i64,
}

/// By what somebody signs up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// By the door, which has to be open.
    Door,
    /// By an invitation with this token's SHA-256. An open door needs none; a place of it is taken all the same.
    Invitation([u8; 32]),
    /// As the first admin: the console's code was checked.
    Code,
    /// As an admin, by whoever owns the data directory.
    Owner,
}

/// What only an admin may do. None of it reads or changes what people write to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Administration {
    /// Who may sign up from now on.
    SetSignUp(SignUp),
    /// A new invitation.
    Invite {
        /// SHA-256 of its token.
        token_hash: [u8; 32],
        /// Until when it holds.
        expires_at: Timestamp,
        /// For how many.
        places: i64,
    },
    /// Takes an invitation back.
    Uninvite(InvitationId),
    /// Makes somebody an admin, or no longer one; never the last one.
    SetAdmin {
        /// Whom.
        user: UserId,
        /// From now on, or no longer.
        is_admin: bool,
    },
    /// As [`Write::SetDisabled`](super::Write::SetDisabled).
    SetDisabled {
        /// Whom.
        user: UserId,
        /// Disabled from now on.
        disabled: bool,
    },
    /// A link by which somebody sets a new password, in place of an older one. Never one's own: whoever sits down at an
    /// admin's open page must not get the account with it.
    LinkPassword {
        /// Whose.
        user: UserId,
        /// SHA-256 of its token.
        token_hash: [u8; 32],
        /// Until when it holds.
        expires_at: Timestamp,
    },
}

//! Everything that changes the store, as data: what is asked. What came of it, or why not, is [`Stored`] and
//! [`Refusal`]. One batch is one transaction; each write stands in its own savepoint.

use super::{Administration, Admission, Import, Refusal, StoreError, Stored};
use crate::clock::Timestamp;
use crate::domain::{
    Body, ClientId, ConversationId, DisplayName, Emoji, EndReason, GroupName, Hue, LateId, Mute, Picture, Pronoun,
    ReceiptKind, Seq, SessionId, SessionKind, Status, Target, UserId, Username, Version,
};

/// The single writer.
pub trait WriteStore: Send {
    /// Applies `writes` in order, in one transaction that is durable when this returns `Ok`. The answers stand in the
    /// order of the writes; a refused write changes nothing and leaves its neighbours alone. `at` is the time of all.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database was not to be had, and nothing was tried.
    /// Any other [`StoreError`] when the transaction as a whole failed: then nothing of it counts as stored, but it is not known
    /// whether it was (the commit may have reached the disk), so callers say 'unknown', never 'no'. The store has
    /// reopened its connection or will do so at the next call.
    fn apply(&mut self, writes: &[Write], at: Timestamp) -> Result<Vec<Result<Stored, Refusal>>, StoreError>;

    /// Housekeeping between batches: checkpoints, and that deleted text leaves every file in time. Never on a message's way.
    ///
    /// # Errors
    /// [`StoreError`] when the database failed; nothing is lost by that.
    fn tidy(&mut self, at: Timestamp) -> Result<(), StoreError>;
}

/// A change somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Sign-up, with the session that goes with it (none from the command line).
    CreateUser {
        /// Who.
        user: NewUser,
        /// Their first session; its `user` is ignored.
        session: Option<NewSession>,
    },
    /// Sign-up by somebody who must show that they may.
    SignUp {
        /// Who.
        user: NewUser,
        /// Their first session (none from the command line); its `user` is ignored.
        session: Option<NewSession>,
        /// By what.
        by: Admission,
    },
    /// Makes this person the first admin. The console's code was checked.
    TakeServer {
        /// Who.
        user: UserId,
    },
    /// What only an admin may do.
    Administer {
        /// The admin; `None`: whoever owns the data directory.
        by: Option<UserId>,
        /// What.
        what: Administration,
    },
    /// A new password by a link that an admin made. Ends every session of the user, and the link.
    RedeemPasswordLink {
        /// SHA-256 of the link's token.
        token_hash: [u8; 32],
        /// In the scheme of [`crate::auth`].
        hash: String,
    },
    /// Name, pronoun, hue and status; `None` leaves a field as it is, `Some(None)` clears the pronoun or the status.
    ChangeProfile {
        /// Whose.
        user: UserId,
        /// New display name.
        display_name: Option<DisplayName>,
        /// New pronoun, or none.
        pronoun: Option<Option<Pronoun>>,
        /// New hue.
        hue: Option<Hue>,
        /// New status, or none.
        status: Option<Option<Status>>,
    },
    /// Somebody's own picture, or initials again.
    SetPicture {
        /// Whose.
        user: UserId,
        /// `None`: no picture.
        picture: Option<Picture>,
    },
    /// Whether others are told what somebody reads, and they what others read.
    SetReadReceipts {
        /// Whose choice.
        user: UserId,
        /// From now on, or no longer.
        are_on: bool,
    },
    /// A new password hash. Ends every session of the user but `keep`.
    SetPassword {
        /// Whose.
        user: UserId,
        /// In the scheme of [`crate::auth`].
        hash: String,
        /// Below today's policy: the page asks for a stronger one.
        is_weak: bool,
        /// The session that asked.
        keep: Option<SessionId>,
    },
    /// The same password hashed anew at a raised cost. Ends nothing. Changes nothing if the hash is no longer `old`.
    RenewHash {
        /// Whose.
        user: UserId,
        /// What it replaces.
        old: String,
        /// The new hash.
        new: String,
    },
    /// Disables or enables a user. Disabling ends every session. The last admin cannot be disabled.
    SetDisabled {
        /// Whom.
        user: UserId,
        /// Disabled from now on.
        disabled: bool,
    },
    /// Log-in.
    OpenSession(NewSession),
    /// Log-out, revocation, 'sign out all others'.
    EndSessions {
        /// Whose.
        user: UserId,
        /// Which of them.
        which: WhichSessions,
        /// Told to the windows that close.
        reason: EndReason,
    },
    /// A window of this session is open: its deadline rests, its use is renewed.
    SessionInUse {
        /// Which.
        session: SessionId,
    },
    /// The last window of this session has gone. Sessions kept signed in and bearer sessions have no such deadline.
    SessionLeft {
        /// Which.
        session: SessionId,
        /// When it ends unless a window opens again.
        ends_at: Timestamp,
    },
    /// At a start: sessions that were in use when the program stopped live until `ends_at` unless a window opens.
    RestDeadlines {
        /// Deadline for sessions without one.
        ends_at: Timestamp,
    },
    /// Ends every session whose deadline, idle time or longest life has passed.
    ExpireSessions,
    /// A message.
    Append(NewMessage),
    /// New text for one's own message.
    Edit {
        /// Who asks.
        user: UserId,
        /// Idempotency, as for messages.
        client_id: ClientId,
        /// Where.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
        /// The version it replaces.
        version: Version,
        /// The new text.
        body: Body,
    },
    /// Takes one's own message back: a tombstone stays, the text goes.
    Delete {
        /// Who asks.
        user: UserId,
        /// Idempotency, as for messages.
        client_id: ClientId,
        /// Where.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
        /// The version it replaces.
        version: Version,
    },
    /// Sets an emoji on a message, or takes it back.
    React {
        /// Who asks.
        user: UserId,
        /// Idempotency, as for messages.
        client_id: ClientId,
        /// Where.
        conversation: ConversationId,
        /// Which.
        seq: Seq,
        /// The emoji.
        emoji: Emoji,
        /// Set, or taken back.
        is_on: bool,
    },
    /// A client's confirmation up to `up_to`.
    Confirm {
        /// The member.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// Delivered or read.
        kind: ReceiptKind,
        /// Up to this message.
        up_to: Seq,
    },
    /// Moves the unread cursor, back or forth, never a receipt.
    SetCursor {
        /// Whose.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// The last message that counts as seen.
        cursor: Seq,
    },
    /// A draft built on `version` (0: on none). Empty text clears it.
    SetDraft {
        /// Whose.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// The text.
        text: String,
        /// What it builds on.
        version: Version,
    },
    /// Mutes a conversation for one of its members, or takes that back.
    SetMute {
        /// Whose choice.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// `None`: no longer.
        mute: Option<Mute>,
    },
    /// The user has seen these late notices; others' and unknown ids are passed over.
    SeeLate {
        /// Who.
        user: UserId,
        /// Which.
        ids: Vec<LateId>,
    },
    /// Presence turned from offline to online: keeps, for each conversation with undelivered messages, the newest seq.
    RecordReturn {
        /// Who.
        user: UserId,
        /// From when they were away.
        offline_since: Timestamp,
    },
    /// Presence turned to online (`None`) without a return, or to offline from this moment on.
    RecordPresence {
        /// Who.
        user: UserId,
        /// `None` while online.
        offline_since: Option<Timestamp>,
    },
    /// Blocks somebody, or takes that back.
    SetBlock {
        /// Who asks.
        user: UserId,
        /// Whom.
        other: UserId,
        /// From now on, or no longer.
        is_blocked: bool,
    },
    /// Finds or makes the direct conversation of two people.
    OpenDirect {
        /// Who asks.
        user: UserId,
        /// With whom.
        other: UserId,
    },
    /// Makes a group of `user` (owner) and `members`.
    CreateGroup {
        /// Who asks.
        user: UserId,
        /// The asker's name for this request: a repeat makes no second group.
        client_id: Option<ClientId>,
        /// Its name.
        name: GroupName,
        /// The others.
        members: Vec<UserId>,
    },
    /// Adds people to a group. Owners only.
    AddMembers {
        /// Who asks.
        user: UserId,
        /// Which group.
        conversation: ConversationId,
        /// Whom.
        members: Vec<UserId>,
    },
    /// Removes a person (owners), or leaves (anybody, themselves). The last owner's leaving makes the longest member one.
    RemoveMember {
        /// Who asks.
        user: UserId,
        /// Which group.
        conversation: ConversationId,
        /// Whom.
        member: UserId,
    },
    /// Renames a group. Owners only.
    RenameGroup {
        /// Who asks.
        user: UserId,
        /// Which group.
        conversation: ConversationId,
        /// The new name.
        name: GroupName,
    },
    /// A history that happened elsewhere: all of it or nothing.
    Import(Box<Import>),
}

/// What sign-up and the command line know of a new person.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// The name to log in with.
    pub username: Username,
    /// The name others read.
    pub display_name: DisplayName,
    /// In the scheme of [`crate::auth`].
    pub password_hash: String,
    /// Below today's policy (imports): the page asks for a stronger one.
    pub password_is_weak: bool,
}

/// A session to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// SHA-256 of the token; the token itself never comes here.
    pub token_hash: [u8; 32],
    /// Cookie or bearer.
    pub kind: SessionKind,
    /// 'Keep me signed in'.
    pub keep: bool,
    /// What the device list shows: browser and system, at most 80 characters.
    pub label: String,
    /// When it ends unless a window opens; `None` for kept and bearer sessions.
    pub ends_at: Option<Timestamp>,
}

/// Which of a user's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichSessions {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// All.
    All,
}

/// A message to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Taken from the session, never from a frame.
    pub sender: UserId,
    /// Unique per sender for ever.
    pub client_id: ClientId,
    /// Where to.
    pub target: Target,
    /// The text.
    pub body: Body,
    /// Which message it answers.
    pub reply_to: Option<Seq>,
    /// The client's clock.
    pub written_at: Option<Timestamp>,
}

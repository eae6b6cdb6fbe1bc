//! Everything that is asked of the store without changing it. Each call answers from one snapshot.

use super::{AdminReads, SearchReads, StoreError};
use crate::clock::Timestamp;
use crate::domain::{
    Blocks, Conversation, ConversationId, Late, MemberRange, Message, Picture, PictureHash, Receipt, ReceiptCounts,
    Rev, Seq, SessionId, SessionKind, User, UserId, Username, UsernameKey,
};

/// All reads.
pub trait ReadStore:
    UserReads + AdminReads + SessionReads + ConversationReads + MessageReads + ResumeReads + SearchReads
{
}

impl<T: UserReads + AdminReads + SessionReads + ConversationReads + MessageReads + ResumeReads + SearchReads> ReadStore
    for T
{
}

/// People.
pub trait UserReads {
    /// One person.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError>;

    /// What log-in checks.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn credentials(&mut self, key: &UsernameKey) -> Result<Option<Credentials>, StoreError>;

    /// Whether nobody has this name or one that looks like it.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn is_free(&mut self, username: &Username) -> Result<bool, StoreError>;

    /// What a change of one's own password checks.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn credentials_of(&mut self, id: UserId) -> Result<Option<Credentials>, StoreError>;

    /// People by folded username, after `after`, at most `limit`; with `query`, those whose username or display name
    /// contains it, whatever the case.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn users_page(&mut self, after: Option<&str>, query: Option<&str>, limit: usize) -> Result<UserPage, StoreError>;

    /// The picture that somebody has now, if it is this one.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn picture(&mut self, user: UserId, hash: PictureHash) -> Result<Option<Picture>, StoreError>;

    /// How many people there are.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn user_count(&mut self) -> Result<i64, StoreError>;

    /// Everybody's presence as last recorded, for a start and for those who are not connected.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn recorded_presence(&mut self) -> Result<Vec<PersonPresence>, StoreError>;

    /// Who has blocked whom, for a start.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn blocks(&mut self) -> Result<Blocks, StoreError>;

    /// Whom somebody has blocked.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn blocked_by(&mut self, user: UserId) -> Result<Vec<User>, StoreError>;
}

/// A person as recorded in the store: offline since a moment, or online (as far as it knew).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonPresence {
    /// Who.
    pub user: UserId,
    /// `None`: was online. A person who never connected counts as offline since their sign-up.
    pub offline_since: Option<Timestamp>,
}

/// What log-in needs to know, and what else of an account is its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who.
    pub user: User,
    /// The stored hash.
    pub password_hash: String,
    /// Below today's policy.
    pub password_is_weak: bool,
    /// They tell others what they read, and are told what others read.
    pub read_receipts: bool,
}

/// A page of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// In order of folded username.
    pub users: Vec<User>,
    /// Where the next page starts, if there is one.
    pub next: Option<String>,
    /// The directory's revision.
    pub people_rev: Rev,
    /// How many people there are in all.
    pub total: i64,
}

/// Sessions.
pub trait SessionReads {
    /// The live session of this token hash: not past its deadline, idle time or longest life at `now`, and its user not
    /// disabled.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn session(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<SessionRow>, StoreError>;

    /// A user's live sessions, the most recently used first.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError>;
}

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Cookie or bearer.
    pub kind: SessionKind,
    /// 'Keep me signed in'.
    pub keep: bool,
    /// Device.
    pub label: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last renewed by use (at most once an hour).
    pub last_used_at: Timestamp,
    /// Its deadline, while no window of it is open.
    pub ends_at: Option<Timestamp>,
}

/// Conversations, as one viewer sees them.
pub trait ConversationReads {
    /// The viewer's conversations, newest first, before (`last_at`, `id`) of `before`. Conversations in which nothing
    /// was ever said are listed too.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn conversations(
        &mut self,
        viewer: UserId,
        before: Option<(Timestamp, ConversationId)>,
        limit: usize,
    ) -> Result<ConversationPage, StoreError>;

    /// One of them, with everybody it names; `None` also when it is not the viewer's.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn conversation(
        &mut self,
        viewer: UserId,
        id: ConversationId,
    ) -> Result<Option<(Conversation, Vec<User>)>, StoreError>;

    /// Everybody else who is in, as far as the viewer may know, after `after` (is no owner, user), with `query` in lower
    /// case somewhere in their names; `None` when the conversation is not the viewer's.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn members(
        &mut self,
        viewer: UserId,
        id: ConversationId,
        after: Option<(bool, UserId)>,
        query: &str,
        limit: usize,
    ) -> Result<Option<MemberPage>, StoreError>;
}

/// A page of a conversation's members.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemberPage {
    /// Without the viewer: owners first, then by id.
    pub members: Vec<MemberRange>,
    /// Who they are.
    pub users: Vec<User>,
    /// There are more of them.
    pub has_more: bool,
}

/// A page of conversations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConversationPage {
    /// Newest first.
    pub conversations: Vec<Conversation>,
    /// Everybody named in them.
    pub users: Vec<User>,
    /// There are older ones.
    pub has_more: bool,
}

/// Messages.
pub trait MessageReads {
    /// A page of a conversation's history; `None` when it is not the viewer's.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn messages(
        &mut self,
        viewer: UserId,
        conversation: ConversationId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<Option<MessagePage>, StoreError>;

    /// What changed after a revision, oldest change first, at most `limit` messages; `None` when the conversation is
    /// not the viewer's.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn changes(
        &mut self,
        viewer: UserId,
        conversation: ConversationId,
        after: Rev,
        limit: usize,
    ) -> Result<Option<ChangesSince>, StoreError>;

    /// How far these messages of these authors have come; authors who are not in any more are left out.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn receipt_counts(
        &mut self,
        conversation: ConversationId,
        messages: &[(UserId, Seq)],
    ) -> Result<Vec<(UserId, ReceiptCounts)>, StoreError>;
}

/// Which page of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The newest messages.
    Newest,
    /// Those just before this seq.
    Before(Seq),
    /// Those just after this seq.
    After(Seq),
    /// Half before, half from this seq on.
    Around(Seq),
}

/// A page of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagePage {
    /// In order of seq.
    pub messages: Vec<Message>,
    /// Every other member's and the viewer's ranges that overlap the page; in a crowd the viewer's alone.
    pub receipts: Vec<Receipt>,
    /// In a crowd: how far the newest 50 of the viewer's own messages on the page have come.
    pub counts: Vec<ReceiptCounts>,
    /// The viewer's late notices that stand on the page, seen ones too.
    pub late: Vec<Late>,
    /// The conversation's revision in this snapshot.
    pub rev: Rev,
    /// Newest seq the viewer may see.
    pub head: Seq,
    /// First seq the viewer may see.
    pub first: Seq,
}

/// An answer to 'what changed after'.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangesSince {
    /// All of it up to `Changes::rev`.
    Changes(Changes),
    /// More than [`ChangesSince::LIMIT`] changes, or a revision that this history does not have: load the newest page
    /// instead.
    Reset {
        /// The conversation's revision.
        rev: Rev,
        /// Its newest seq.
        head: Seq,
    },
}

impl ChangesSince {
    /// Changes beyond which a client is told to start over.
    pub const LIMIT: i64 = 2_000;
}

/// A complete run of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Everything in (`after`, `rev`] is here.
    pub after: Rev,
    /// Where the run ends.
    pub rev: Rev,
    /// Messages new, edited or deleted, in their newest form, by seq.
    pub messages: Vec<Message>,
    /// Receipts; in a crowd the viewer's own.
    pub receipts: Vec<Receipt>,
    /// As of a [`MessagePage`].
    pub counts: Vec<ReceiptCounts>,
    /// There is more after `rev`.
    pub has_more: bool,
}

/// What a returning client needs, in one snapshot.
pub trait ResumeReads {
    /// Everything `ready` and the frames after it carry.
    ///
    /// # Errors
    /// [`StoreError`], as all reads.
    fn resume(&mut self, from: &ResumeFrom) -> Result<Option<Resumed>, StoreError>;
}

/// What a client says it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeFrom {
    /// Who asks.
    pub user: UserId,
    /// Newest directory revision seen.
    pub people_rev: Rev,
    /// Conversations it keeps, each with its newest revision.
    pub conversations: Vec<Held>,
}

/// One conversation a client keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub conversation: ConversationId,
    /// Newest revision it has seen, a complete prefix.
    pub rev: Rev,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Resumed {
    /// The user.
    pub user: User,
    /// Below today's policy.
    pub password_is_weak: bool,
    /// They tell others what they read, and are told what others read.
    pub read_receipts: bool,
    /// The account's revision.
    pub account_rev: Rev,
    /// The directory's revision.
    pub people_rev: Rev,
    /// Unread in all conversations together.
    pub unread_total: i64,
    /// Whom they have blocked, at most [`BLOCKED_MAX`](crate::domain::BLOCKED_MAX).
    pub blocked: Vec<UserId>,
    /// The newest 50, with everybody they name.
    pub page: ConversationPage,
    /// People changed after the client's directory revision, at most 200.
    pub people: Vec<User>,
    /// More than that changed, or the client's revision was never reached: reload the directory.
    pub people_reset: bool,
    /// Unseen late notices, newest first, at most 50.
    pub late: Vec<Late>,
    /// There are more of them.
    pub has_more_late: bool,
    /// Conversations of the client's that moved; a `Reset` also for those that are no longer the user's.
    pub changes: Vec<(ConversationId, ChangesSince)>,
}

//! The server's longer frames, field by field. Over HTTP some of them travel without `type`.

use std::borrow::Cow;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::domain::{
    ClientId, Conversation, ConversationId, Draft, Late, Mentions, Message, Presence, Receipt, ReceiptCounts, Rev, Seq,
    SessionId, User, UserId,
};
use crate::protocol::{DecodeError, ErrorCode, Ref, limits};

/// What `ready` carries.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready<'a> {
    /// Who is logged in.
    pub user: &'a User,
    /// Which of their sessions this is.
    pub session: SessionView,
    /// The account's revision.
    pub account_rev: Rev,
    /// The directory's revision.
    pub people_rev: Rev,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Milliseconds between two `beat`s.
    pub heartbeat_ms: u64,
    /// The password is below today's policy: ask for a stronger one. Left out when it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub weak_password: bool,
    /// Others are told what this user reads, and the user what others read; `PATCH /api/v1/me` changes it.
    pub read_receipts: bool,
    /// What this server accepts.
    pub limits: Limits,
    /// Unread in all conversations together, listed or not.
    pub unread_total: i64,
    /// Whom the user has blocked, up to 200.
    pub blocked: &'a [UserId],
    /// Up to 50, newest first.
    pub conversations: &'a [Conversation],
    /// There are more: `GET /api/v1/conversations`.
    pub more_conversations: bool,
    /// Everybody named in `conversations`, and everybody changed since `hello`'s `peopleRev`, up to 200.
    pub users: &'a [User],
    /// Too many people changed: reload them from `GET /api/v1/users`. Left out when not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub people_reset: bool,
    /// Of `users`.
    pub presence: &'a [Presence],
    /// Up to 50 notices that wait to be seen, newest first.
    pub late: &'a [Late],
    /// There are more of them.
    pub more_late: bool,
}

/// A session, as its own client sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Its name in the device list.
    pub id: SessionId,
    /// 'Keep me signed in' was ticked: what a client stores may outlive the window.
    pub keep: bool,
}

/// What a server accepts, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// [`limits::BODY_MAX_BYTES`].
    pub body_max_bytes: usize,
    /// [`limits::FRAME_MAX_BYTES`].
    pub frame_max_bytes: usize,
    /// [`limits::DRAFT_MAX_BYTES`].
    pub draft_max_bytes: usize,
}

impl Limits {
    /// Those of this version.
    pub const OURS: Limits = Limits {
        body_max_bytes: limits::BODY_MAX_BYTES,
        frame_max_bytes: limits::FRAME_MAX_BYTES,
        draft_max_bytes: limits::DRAFT_MAX_BYTES,
    };
}

/// What `changes` carries, and `GET …/changes` without the `type`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChangesFrame<'a> {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The run begins after this revision.
    pub after: Rev,
    /// The run ends with this revision. Once it is applied, the client's `rev` of the conversation is this.
    pub rev: Rev,
    /// New, edited and deleted ones, each in its newest form, by seq.
    pub messages: &'a [Message],
    /// In order of rev. In a group of more than 50 members the viewer's own.
    pub receipts: &'a [Receipt],
    /// In such a group: how far the newest 50 of the viewer's own messages among these have come. Else left out.
    #[serde(skip_serializing_if = "<[ReceiptCounts]>::is_empty")]
    pub counts: &'a [ReceiptCounts],
    /// Go on with `GET …/changes?after=` this `rev`, until this is false.
    pub more: bool,
}

/// What `message.stored` carries, and the answer of `POST …/messages` without `type` and `ref`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredMessage {
    /// `ref`: which request.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<Ref>,
    /// Which message.
    pub client_id: ClientId,
    /// Where it stands; new to the client if it was sent with `to`.
    pub conversation: ConversationId,
    /// Its place.
    pub seq: Seq,
    /// The conversation's revision it made.
    pub rev: Rev,
    /// When it was stored.
    pub at: Timestamp,
    /// Whom it mentions, in a group.
    #[serde(flatten)]
    pub mentions: Mentions,
}

/// What `error` carries.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure<'a> {
    /// `ref`: which request, if it had one that could be read.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<Ref>,
    /// The reason, by its stable name.
    pub code: ErrorCode,
    /// A sentence for people. Its words may change.
    pub message: Cow<'a, str>,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// How long to wait before asking again, in milliseconds, for reasons that pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// For [`ErrorCode::DraftConflict`]: the draft now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<&'a Draft>,
    /// For [`ErrorCode::VersionConflict`]: the message now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<&'a Message>,
}

impl Failure<'_> {
    /// The reason with its own sentence and nothing else.
    pub const fn new(reference: Option<Ref>, code: ErrorCode) -> Failure<'static> {
        Failure {
            reference,
            code,
            message: Cow::Borrowed(code.sentence()),
            field: None,
            retry_after_ms: None,
            draft: None,
            current: None,
        }
    }
}

impl<'a> From<&'a DecodeError> for Failure<'a> {
    fn from(e: &'a DecodeError) -> Failure<'a> {
        let message = Cow::Borrowed(&*e.message);
        Failure { message, field: e.field, ..Failure::new(e.reference, e.code) }
    }
}

/// Why the server closes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodbyeReason {
    /// `restart`: it will be back in a moment.
    Restart,
    /// `overload`: it has too much to do, or this client reads too slowly.
    Overload,
}

//! What the server says. A [`ServerFrame`] borrows what it tells and is encoded once, however many connections get it.
//! Nothing here decides who may hear what: views come in already made for their reader.

mod parts;

use bytestring::ByteString;
use serde::Serialize;

use super::Ref;
use crate::clock::Timestamp;
use crate::domain::{
    Conversation, ConversationId, Draft, EndReason, Late, LateId, Mentions, Message, Mute, Presence, ReactionChange,
    Receipt, ReceiptCounts, Rev, Seq, User, UserId, Version,
};

pub use parts::{ChangesFrame, Failure, GoodbyeReason, Limits, Ready, SessionView, StoredMessage};

/// One frame of the server, by its `type`, which is always the first field. Optional fields are left out, never null.
/// Clients ignore fields and types they do not know.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
pub enum ServerFrame<'a> {
    /// `ready`: the answer to `hello`, with all that the first page needs. Fields: [`Ready`].
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.ready.json")]
    /// ```
    #[serde(rename = "ready")]
    Ready(Ready<'a>),

    /// `changes`: all that the viewer may see of one conversation's changes in (`after`, `rev`]. Fields:
    /// [`ChangesFrame`].
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.changes.json")]
    /// ```
    #[serde(rename = "changes")]
    Changes(ChangesFrame<'a>),

    /// `reset`: too much has changed (more than [`CHANGES_MAX`](super::limits::CHANGES_MAX)), the conversation is not
    /// the user's any more, or the server was restored from a backup and your copy is of a history that is no more.
    /// Drop all that is kept of it, receipts too, and load the newest page.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.reset.json")]
    /// ```
    #[serde(rename = "reset")]
    Reset {
        /// Which conversation.
        conversation: ConversationId,
        /// Its revision.
        rev: Rev,
        /// Its newest seq.
        head: Seq,
    },

    /// `message.stored`: the message is on the disk. Only to the connection that sent it; a repeated `clientId` gets
    /// the first result again. Fields: [`StoredMessage`].
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message.stored.json")]
    /// ```
    #[serde(rename = "message.stored")]
    Stored(StoredMessage),

    /// `message`: a new message, to every connection of every member but the one that sent it.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message-event.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message-mention.json")]
    /// ```
    #[serde(rename = "message")]
    Message {
        /// In full.
        message: &'a Message,
    },

    /// `message.changed`: a message was edited or deleted, or somebody has set or taken back a reaction (`reaction` says
    /// which); this is its newest form. To every connection of every member, also to the one that asked, before its
    /// `ok`.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message.changed-mention.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message.changed.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message.changed-deleted.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.message.changed-reaction.json")]
    /// ```
    #[serde(rename = "message.changed")]
    MessageChanged {
        /// In full.
        message: &'a Message,
        /// `mentions` and `mentionsAll` of the form before, if it mentioned anybody.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<Mentions>,
        /// Who set which emoji, or took it back, if that is what changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        reaction: Option<&'a ReactionChange>,
    },

    /// `receipt`: a member's client confirmed messages. To the authors it newly covers, and to the member's own
    /// connections. What was read with read receipts switched off makes none.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.receipt.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.receipt-late.json")]
    /// ```
    #[serde(rename = "receipt")]
    Receipt {
        /// Where.
        conversation: ConversationId,
        /// Who, what, from where to where, when.
        receipt: &'a Receipt,
    },

    /// `receipt.counts`: how far this user's newest message in a group of more than 50 members has come, where single
    /// receipts are not told. At most once a second, while it changes.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.receipt.counts.json")]
    /// ```
    #[serde(rename = "receipt.counts")]
    ReceiptCounts {
        /// Where.
        conversation: ConversationId,
        /// Which message, and how many have it.
        #[serde(flatten)]
        counts: ReceiptCounts,
    },

    /// `late`: somebody came back and received messages of this user late. The same `id` again replaces what was told
    /// before: the count has grown.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.late.json")]
    /// ```
    #[serde(rename = "late")]
    Late {
        /// The notice.
        late: &'a Late,
    },

    /// `late.seen`: these notices were seen on one of the user's devices.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.late.seen.json")]
    /// ```
    #[serde(rename = "late.seen")]
    LateSeen {
        /// Which.
        ids: &'a [LateId],
    },

    /// `cursor`: the user's unread cursor or count moved; to all their connections. Between two of them, each `message`
    /// of somebody else, of kind `text` and above the cursor, adds one to the count.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.cursor.json")]
    /// ```
    #[serde(rename = "cursor")]
    Cursor {
        /// Where.
        conversation: ConversationId,
        /// The cursor now.
        cursor: Seq,
        /// Others' text messages above it, without deleted ones.
        unread: i64,
        /// How many of them mention the user.
        mentioned: i64,
        /// The account's revision.
        account_rev: Rev,
    },

    /// `draft`: a draft changed on another device of the user. Without `draft` it was cleared.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.draft.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.draft-cleared.json")]
    /// ```
    #[serde(rename = "draft")]
    Draft {
        /// Where.
        conversation: ConversationId,
        /// The draft now.
        #[serde(skip_serializing_if = "Option::is_none")]
        draft: Option<&'a Draft>,
        /// The account's revision.
        account_rev: Rev,
    },

    /// `mute`: this user has muted a conversation, or with no `muted` has taken that back; to their own connections only.
    /// A client makes no sound and shows no notification for what comes there, unless it is `muted` with an `until` that
    /// has passed.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.mute.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.mute-ended.json")]
    /// ```
    #[serde(rename = "mute")]
    Mute {
        /// Where.
        conversation: ConversationId,
        /// How long.
        #[serde(skip_serializing_if = "Option::is_none")]
        muted: Option<&'a Mute>,
        /// The account's revision.
        account_rev: Rev,
    },

    /// `account`: the user has switched read receipts on or off; to their own connections only.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.account.json")]
    /// ```
    #[serde(rename = "account")]
    Account {
        /// From now on, or no longer.
        read_receipts: bool,
        /// The account's revision.
        account_rev: Rev,
    },

    /// `block`: this user has blocked somebody, or has taken that back; to their own connections only.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.block.json")]
    /// ```
    #[serde(rename = "block")]
    Block {
        /// Whom.
        user: UserId,
        /// From now on, or no longer.
        #[serde(rename = "blocked")]
        is_blocked: bool,
        /// The account's revision.
        account_rev: Rev,
    },

    /// `presence`: how the named people are here now. Changes of a moment are gathered into one frame.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.presence.json")]
    /// ```
    #[serde(rename = "presence")]
    Presence {
        /// Each person once.
        users: &'a [Presence],
    },

    /// `typing`: a member types, or no longer does. Show it for at most 5 s after each `on`.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.typing.json")]
    /// ```
    #[serde(rename = "typing")]
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// Whether they type.
        #[serde(rename = "on")]
        is_on: bool,
    },

    /// `user`: somebody is new or has changed; to everybody.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.user.json")]
    /// ```
    #[serde(rename = "user")]
    User {
        /// As they are now.
        user: &'a User,
        /// The directory's revision.
        people_rev: Rev,
    },

    /// `conversation`: new to this user (then always before its first message), or its members or name changed.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.conversation.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.conversation-group.json")]
    /// ```
    #[serde(rename = "conversation")]
    Conversation {
        /// As this user sees it.
        conversation: &'a Conversation,
    },

    /// `ok`: done. To the connection that asked.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.ok.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.ok-edit.json")]
    /// ```
    #[serde(rename = "ok")]
    Ok {
        /// `ref`: which request.
        #[serde(rename = "ref")]
        reference: Ref,
        /// The conversation's revision, if it made one.
        #[serde(skip_serializing_if = "Option::is_none")]
        rev: Option<Rev>,
        /// The version of the message or draft, if it made one.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<Version>,
    },

    /// `error`: refused, and nothing has changed (but see [`ErrorCode::Unknown`](super::ErrorCode::Unknown)). The
    /// connection goes on. Fields: [`Failure`].
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.error.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.error-busy.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.error-version-conflict.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/server.error-draft-conflict.json")]
    /// ```
    #[serde(rename = "error")]
    Error(Failure<'a>),

    /// `session.ended`: then the connection is closed with 4001.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.session.ended.json")]
    /// ```
    #[serde(rename = "session.ended")]
    SessionEnded {
        /// `logged_out`, `revoked` (from another device), `expired`, `disabled` or `password_changed`.
        reason: EndReason,
    },

    /// `goodbye`: then the connection is closed, with 1012 for `restart` and 1013 for `overload`.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.goodbye.json")]
    /// ```
    #[serde(rename = "goodbye")]
    Goodbye {
        /// Why.
        reason: GoodbyeReason,
        /// How long to wait before reconnecting, in milliseconds.
        retry_after_ms: u64,
    },

    /// `beat`: every `heartbeatMs`, because JavaScript cannot see WebSocket pings. Nothing for 2.5 times that long: the
    /// connection is dead.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/server.beat.json")]
    /// ```
    #[serde(rename = "beat")]
    Beat {
        /// The server's clock.
        at: Timestamp,
    },
}

impl ServerFrame<'_> {
    /// The frame as it travels. Clones of the result share its bytes.
    pub fn encode(&self) -> ByteString {
        serde_json::to_string(self).expect("frames hold nothing that JSON cannot say").into()
    }
}

//! What a client may say. [`decode`] is the only way from text to a [`ClientFrame`]; who may do what, and whether the
//! things named exist, is not known here.

mod decode;
mod fields;

use std::borrow::Cow;

use serde::Serialize;

use super::ErrorCode;
use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, ConversationId, Emoji, LateId, Rev, Seq, Target, UserId, Version};

pub use decode::decode;

/// One frame of a client, by its `type`. All fields are required unless it says 'optional'; optional ones are left out,
/// never null. Fields that are not listed are ignored.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientFrame {
    /// `hello`: what the client has. Always first, within [`HELLO_WITHIN`](super::limits::HELLO_WITHIN), once a
    /// connection. Answered by `ready`, then one `changes` or `reset` for each named conversation that moved.
    ///
    /// - `accountRev`, `peopleRev`: the newest ones seen, 0 for none.
    /// - `conversations`: `[conversation, rev]` for each conversation the client keeps messages of, up to 200, each
    ///   once. `rev` is the newest up to which the client has seen everything.
    /// - `idle`: whether no window of this client is in use.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.hello.json")]
    /// ```
    Hello {
        /// `accountRev`.
        account_rev: Rev,
        /// `peopleRev`.
        people_rev: Rev,
        /// `conversations`.
        conversations: Vec<(ConversationId, Rev)>,
        /// `idle`.
        is_idle: bool,
    },

    /// `message.send`: a message. Answered by `message.stored` once it is on the disk, or by `error`.
    ///
    /// - `clientId`: a UUID with hyphens that this user never used before; sending it again never stores twice.
    /// - `conversation` or `to`: exactly one of them. `to` is a user; it finds or opens the direct conversation with
    ///   them.
    /// - `body`: 1 to 8,192 bytes of UTF-8 after trimming (white space at the end, blank lines at the beginning), no
    ///   control characters but tab and line ends.
    /// - `replyTo`, optional: the seq of the message it answers, in the same conversation.
    /// - `writtenAt`, optional: the client's clock when it was written, in milliseconds. Shown, never used for order.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.message.send.json")]
    /// ```
    /// ```json
    #[doc = include_str!("../../tests/frames/client.message.send-first.json")]
    /// ```
    MessageSend {
        /// `clientId`.
        client_id: ClientId,
        /// `conversation` or `to`.
        target: Target,
        /// `body`.
        body: Body,
        /// `replyTo`.
        reply_to: Option<Seq>,
        /// `writtenAt`.
        written_at: Option<Timestamp>,
    },

    /// `message.edit`: new text for one's own message. Everybody gets `message.changed`, the asker before its `ok`,
    /// which carries the new `rev` and `version`.
    ///
    /// - `clientId`: a new one for this edit; repeating it changes nothing twice.
    /// - `conversation`, `seq`: which message.
    /// - `version`: the version it replaces. If the message has a newer one: `version_conflict`, with `current`.
    /// - `body`: as in `message.send`.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.message.edit.json")]
    /// ```
    MessageEdit {
        /// `clientId`.
        client_id: ClientId,
        /// `conversation`.
        conversation: ConversationId,
        /// `seq`.
        seq: Seq,
        /// `version`.
        version: Version,
        /// `body`.
        body: Body,
    },

    /// `message.delete`: takes one's own message back. Its place stays, its text goes. Fields and answer as for
    /// `message.edit`, without `body`.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.message.delete.json")]
    /// ```
    MessageDelete {
        /// `clientId`.
        client_id: ClientId,
        /// `conversation`.
        conversation: ConversationId,
        /// `seq`.
        seq: Seq,
        /// `version`.
        version: Version,
    },

    /// `reaction.set`: sets an emoji on a message, one's own or another's, or takes it back. Each is one person's, so no
    /// version is named and two people never conflict. Everybody gets `message.changed`, the asker before its `ok`, which
    /// carries the new `rev`; what is so already is answered by `ok` alone.
    ///
    /// - `clientId`: a new one for each change; repeating it changes nothing twice.
    /// - `conversation`, `seq`: which message. Withheld ones and events are refused: `forbidden`.
    /// - `emoji`: one emoji, up to [`EMOJI_MAX_BYTES`](super::limits::EMOJI_MAX_BYTES). Kept and told in its
    ///   fully-qualified form.
    /// - `on`: true sets it, false takes it back. `too_many` beyond [`REACTIONS_EACH_MAX`](super::limits::REACTIONS_EACH_MAX)
    ///   of one person on one message, [`REACTION_EMOJI_MAX`](super::limits::REACTION_EMOJI_MAX) different ones, or
    ///   [`REACTIONS_MAX`](super::limits::REACTIONS_MAX) in all.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.reaction.set.json")]
    /// ```
    ReactionSet {
        /// `clientId`.
        client_id: ClientId,
        /// `conversation`.
        conversation: ConversationId,
        /// `seq`.
        seq: Seq,
        /// `emoji`.
        emoji: Emoji,
        /// `on`.
        is_on: bool,
    },

    /// `receipt.delivered`: this client holds every message of the conversation up to `seq`, without a hole.
    ///
    /// - `conversation`, `seq`: up to which message; not above the newest.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.receipt.delivered.json")]
    /// ```
    ReceiptDelivered {
        /// `conversation`.
        conversation: ConversationId,
        /// `seq`.
        seq: Seq,
    },

    /// `receipt.read`: the person was at or past `seq`. Implies that it was delivered. Fields as above.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.receipt.read.json")]
    /// ```
    ReceiptRead {
        /// `conversation`.
        conversation: ConversationId,
        /// `seq`.
        seq: Seq,
    },

    /// `typing`: begins, goes on or ends. Repeat `on` at most every 3 s; it ends by itself after 5 s without.
    ///
    /// - `conversation`; `on`: true or false.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.typing.json")]
    /// ```
    Typing {
        /// `conversation`.
        conversation: ConversationId,
        /// `on`.
        is_on: bool,
    },

    /// `presence.set`: whether this client is in use. A user is idle while all their connections are.
    ///
    /// - `idle`: true or false.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.presence.set.json")]
    /// ```
    PresenceSet {
        /// `idle`.
        is_idle: bool,
    },

    /// `presence.watch`: whose presence this connection wants to hear of from now on; nobody's until then. Replaces the
    /// set named before. Answered by one `presence` frame with all of them, then `ok` if it had a `ref`.
    ///
    /// - `users`: up to 200 users, in any order.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.presence.watch.json")]
    /// ```
    PresenceWatch {
        /// `users`, ascending, each once.
        users: Vec<UserId>,
    },

    /// `draft.set`: the unsent text of a conversation, kept for the user's other devices. The `ok` carries the draft's
    /// new `version`.
    ///
    /// - `conversation`.
    /// - `text`: up to 8,192 bytes, kept as it is; empty clears the draft.
    /// - `version`: the version it builds on, 0 for none. If there is a newer one: `draft_conflict`, with that `draft`.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.draft.set.json")]
    /// ```
    DraftSet {
        /// `conversation`.
        conversation: ConversationId,
        /// `text`.
        text: String,
        /// `version`.
        version: Version,
    },

    /// `cursor.set`: moves the unread cursor, back or forth. 'Mark unread from here' sets it to the seq before.
    ///
    /// - `conversation`; `seq`: the last message that counts as seen, 0 for none.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.cursor.set.json")]
    /// ```
    CursorSet {
        /// `conversation`.
        conversation: ConversationId,
        /// `seq`.
        seq: Seq,
    },

    /// `late.seen`: the user has seen these late notices; they are not told again at the next `hello`.
    ///
    /// - `ids`: up to 200 notices; unknown ones are passed over.
    ///
    /// ```json
    #[doc = include_str!("../../tests/frames/client.late.seen.json")]
    /// ```
    LateSeen {
        /// `ids`, ascending, each once.
        ids: Vec<LateId>,
    },
}

/// A frame with its `ref`.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Repeated by the answer.
    pub reference: Option<Ref>,
    /// What is asked.
    pub frame: ClientFrame,
}

/// A client's own number for a request, from 0 to 2⁵³ − 1. Means nothing to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Ref(u64);

impl Ref {
    /// Wraps a number.
    pub const fn new(number: u64) -> Ref {
        Ref(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Why a text is no frame. Never holds anything of the text, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct DecodeError {
    /// The frame's `ref`, wherever it could be found.
    pub reference: Option<Ref>,
    /// What kind of fault it is.
    pub code: ErrorCode,
    /// Which field is at fault, by its wire name.
    pub field: Option<&'static str>,
    /// A sentence for people.
    pub message: Cow<'static, str>,
}

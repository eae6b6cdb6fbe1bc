//! Messages and what is said about them, as every other part of the program sees them.

use serde::{Deserialize, Serialize};

use super::{ClientId, ConversationId, LateId, Mentions, Reactions, ReceiptKind, Rev, Seq, UserId, Version};
use crate::clock::Timestamp;

/// One message in its newest form. Named by (`conversation`, `seq`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Where it lives.
    pub conversation: ConversationId,
    /// Its place.
    pub seq: Seq,
    /// The conversation's revision that brought this form, or its newest reaction.
    pub rev: Rev,
    /// Who wrote it, or, for an event, who did it.
    pub sender: UserId,
    /// Text of a person or a system line.
    pub kind: MessageKind,
    /// The sender's own id for it; system lines have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The text; empty for events, and once deleted or withheld.
    pub body: String,
    /// When it was stored.
    pub at: Timestamp,
    /// The sender's clock when it was written, if the client told. Shown, never used for order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Timestamp>,
    /// The message this one answers, in the same conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// 1 as first written, one more with each edit or deletion.
    pub version: Version,
    /// When it was last edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted; the text is gone then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Kept from this viewer because they blocked its sender.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// What happened, for events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    /// What people have set on it; list rows have none.
    #[serde(skip_serializing_if = "Reactions::is_empty")]
    pub reactions: Reactions,
    /// The body is only the beginning (list rows).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Whom it mentions, in a group.
    #[serde(flatten)]
    pub mentions: Mentions,
}

impl Message {
    /// What whoever blocked its sender sees of it, for ever: that there is a place.
    pub fn withhold(self) -> Message {
        Message {
            body: String::new(),
            written_at: None,
            reply_to: None,
            edited_at: None,
            withheld: true,
            reactions: Reactions::default(),
            ..self
        }
    }
}

/// Text of a person or a system line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// Written by a person.
    Text,
    /// A system line: it has a seq, but no receipts and no unread.
    Event,
}

/// What happened in a group, told as a line of its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// The group was made by the line's sender.
    #[serde(rename = "group.created")]
    Created {
        /// Its first name.
        name: String,
    },
    /// The group has a new name.
    #[serde(rename = "group.renamed")]
    Renamed {
        /// The new name.
        name: String,
    },
    /// Somebody was added.
    #[serde(rename = "member.added")]
    Added {
        /// Who.
        user: UserId,
    },
    /// Somebody was removed by the line's sender.
    #[serde(rename = "member.removed")]
    Removed {
        /// Who.
        user: UserId,
    },
    /// The line's sender left.
    #[serde(rename = "member.left")]
    Left,
}

/// What one member's client confirmed in one go: the messages `from..=up_to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The member.
    pub user: UserId,
    /// Delivered or read.
    pub kind: ReceiptKind,
    /// First message it covers.
    pub from: Seq,
    /// Last message it covers.
    pub up_to: Seq,
    /// When the confirmation was stored.
    pub at: Timestamp,
    /// The conversation's revision it made.
    pub rev: Rev,
    /// Late: the moment from which the member had been away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// How far one of the viewer's messages has come in a group too large for single receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReceiptCounts {
    /// Which message.
    pub seq: Seq,
    /// How many members have it.
    pub delivered: i64,
    /// How many have read it.
    pub read: i64,
    /// Of how many: members who were in when it was said, still are, and can log in; without its sender.
    pub of: i64,
}

/// Told to a sender: `user` came back and received `count` of the sender's messages late. One for each sender,
/// conversation and return; grows as confirmations arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Late {
    /// Its name; a grown notice keeps it.
    pub id: LateId,
    /// Where the messages are.
    pub conversation: ConversationId,
    /// Who came back.
    pub user: UserId,
    /// How many of the sender's messages they have received late so far.
    pub count: i64,
    /// When they came back.
    pub at: Timestamp,
    /// From when they had been away.
    pub offline_since: Timestamp,
    /// The line stands after this message, the newest when they came back.
    pub after_seq: Seq,
    /// When the oldest of the messages was stored.
    pub oldest_at: Timestamp,
}

/// Unsent text that follows its writer to every device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// Grows with each change; a change names the version it builds on.
    pub version: Version,
    /// When it was last changed.
    pub at: Timestamp,
}

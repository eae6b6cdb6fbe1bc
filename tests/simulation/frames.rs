//! The server's frames as a client reads them that knows the wire and nothing of our types.

use chinwag::domain;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type")]
pub enum Frame {
    #[serde(rename = "ready")]
    Ready(Ready),
    #[serde(rename = "changes")]
    Changes(Changes),
    #[serde(rename = "reset")]
    Reset { conversation: i64 },
    #[serde(rename = "message.stored", rename_all = "camelCase")]
    Stored {
        r#ref: Option<u64>,
        client_id: String,
        conversation: i64,
        seq: i64,
        rev: i64,
        #[serde(flatten)]
        mentions: Mentions,
    },
    #[serde(rename = "message")]
    Message { message: Message },
    #[serde(rename = "message.changed")]
    Changed { message: Message, before: Option<Mentions>, reaction: Option<ReactionChange> },
    #[serde(rename = "receipt")]
    Receipt { conversation: i64, receipt: Receipt },
    #[serde(rename = "late")]
    Late { late: Late },
    #[serde(rename = "late.seen")]
    LateSeen { ids: Vec<i64> },
    #[serde(rename = "cursor", rename_all = "camelCase")]
    Cursor { conversation: i64, cursor: i64, unread: i64, mentioned: i64, account_rev: i64 },
    #[serde(rename = "typing")]
    Typing { conversation: i64, user: i64 },
    #[serde(rename = "account", rename_all = "camelCase")]
    Account { read_receipts: bool, account_rev: i64 },
    #[serde(rename = "presence")]
    Presence { users: Vec<Presence> },
    #[serde(rename = "conversation")]
    Conversation { conversation: Row },
    #[serde(rename = "ok")]
    Ok { r#ref: u64, rev: Option<i64>, version: Option<i64> },
    #[serde(rename = "error", rename_all = "camelCase")]
    Error { r#ref: Option<u64>, code: String, retry_after_ms: Option<i64> },
    #[serde(rename = "goodbye", rename_all = "camelCase")]
    Goodbye { retry_after_ms: i64 },
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    pub account_rev: i64,
    pub people_rev: i64,
    pub unread_total: i64,
    pub read_receipts: bool,
    pub conversations: Vec<Row>,
    pub late: Vec<Late>,
    pub presence: Vec<Presence>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Presence {
    pub user: i64,
    pub state: String,
}

/// A conversation as a list row tells it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub id: i64,
    pub kind: String,
    pub rev: i64,
    pub head: i64,
    pub first: i64,
    pub members: Vec<Member>,
    pub unread: i64,
    pub mentioned: i64,
    pub cursor: i64,
    pub delivered_up_to: i64,
    pub read_up_to: i64,
    pub receipts: Vec<Receipt>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Member {
    pub user: i64,
    pub from: i64,
    pub until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub conversation: i64,
    pub seq: i64,
    pub rev: i64,
    pub sender: i64,
    pub kind: String,
    pub client_id: Option<String>,
    pub body: String,
    pub version: i64,
    pub deleted_at: Option<i64>,
    #[serde(flatten)]
    pub mentions: Mentions,
    #[serde(default)]
    pub reactions: Vec<Reaction>,
}

/// Whom a form of a message mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Mentions {
    #[serde(rename = "mentions", default)]
    pub users: Vec<i64>,
    #[serde(rename = "mentionsAll", default)]
    pub all: bool,
}

impl Mentions {
    pub fn names(&self, user: i64) -> bool {
        self.all || self.users.contains(&user)
    }
}

/// An emoji on a message; in a world of so few people it names them all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reaction {
    pub emoji: String,
    pub count: usize,
    pub users: Vec<i64>,
    #[serde(default)]
    pub mine: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReactionChange {
    pub user: i64,
    pub emoji: String,
    pub on: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    pub user: i64,
    pub kind: String,
    pub from: i64,
    pub up_to: i64,
    pub rev: i64,
    pub since: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Late {
    pub id: i64,
    pub conversation: i64,
    pub user: i64,
    pub count: i64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Changes {
    pub conversation: i64,
    pub after: i64,
    pub rev: i64,
    pub messages: Vec<Message>,
    pub receipts: Vec<Receipt>,
    pub more: bool,
}

/// What HTTP answers, it answers in the same words: through JSON, as the wire does.
fn reread<T: for<'a> Deserialize<'a>>(value: &impl serde::Serialize) -> T {
    let text = serde_json::to_string(value).expect("the program's own types are JSON");
    serde_json::from_str(&text).expect("and read as the wire says")
}

impl From<&domain::Message> for Message {
    fn from(message: &domain::Message) -> Message {
        reread(message)
    }
}

impl From<&domain::Mentions> for Mentions {
    fn from(mentions: &domain::Mentions) -> Mentions {
        Mentions { users: mentions.users.iter().map(|user| user.get()).collect(), all: mentions.all }
    }
}

impl Reaction {
    /// All of a message's, in the words of the wire.
    pub fn all(reactions: &domain::Reactions) -> Vec<Reaction> {
        reread(reactions)
    }
}

impl From<&domain::Receipt> for Receipt {
    fn from(receipt: &domain::Receipt) -> Receipt {
        reread(receipt)
    }
}

/// What a page of a history tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub messages: Vec<Message>,
    pub receipts: Vec<Receipt>,
    pub rev: i64,
    pub head: i64,
}

impl From<&chinwag::store::MessagePage> for Page {
    fn from(page: &chinwag::store::MessagePage) -> Page {
        Page {
            messages: page.messages.iter().map(Message::from).collect(),
            receipts: page.receipts.iter().map(Receipt::from).collect(),
            rev: page.rev.get(),
            head: page.head.get(),
        }
    }
}

impl From<&chinwag::store::Changes> for Changes {
    fn from(changes: &chinwag::store::Changes) -> Changes {
        Changes {
            conversation: changes.conversation.get(),
            after: changes.after.get(),
            rev: changes.rev.get(),
            messages: changes.messages.iter().map(Message::from).collect(),
            receipts: changes.receipts.iter().map(Receipt::from).collect(),
            more: changes.has_more,
        }
    }
}

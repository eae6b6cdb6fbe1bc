//! People, conversations, messages and frames for the tests.

use serde_json::{Value, json};

use super::{AWAY, START};
use crate::domain::{
    Body, ClientId, Conversation, ConversationId, ConversationKind, Hue, MemberRange, Mentions, Message, MessageKind,
    Reactions, Rev, Role, Seq, Target, User, UserId, Version,
};
use crate::store::{Audience, Changes, ChangesSince, ConversationPage, CursorMoved, NewMessage, Resumed, Stored};

pub const ANN: UserId = UserId::new(1);
pub const BOB: UserId = UserId::new(2);
pub const CAT: UserId = UserId::new(3);
/// In no conversation.
pub const DAN: UserId = UserId::new(4);

/// Of Ann and Bob.
pub const DIRECT: ConversationId = ConversationId::new(31);
/// Of Ann, Bob and Cat.
pub const GROUP: ConversationId = ConversationId::new(32);

/// Somebody.
pub fn user(id: UserId) -> User {
    let username = format!("user{id}");
    User {
        id,
        display_name: username.clone(),
        username,
        hue: Hue::of(id),
        pronoun: None,
        status: None,
        picture: None,
        disabled: false,
    }
}

/// A message as stored.
pub fn message(conversation: ConversationId, seq: i64, rev: i64, sender: UserId) -> Message {
    Message {
        conversation,
        seq: Seq::new(seq),
        rev: Rev::new(rev),
        sender,
        kind: MessageKind::Text,
        client_id: Some(ClientId::fresh()),
        body: "Lunch at one?".to_owned(),
        at: START,
        written_at: None,
        reply_to: None,
        version: Version::FIRST,
        edited_at: None,
        deleted_at: None,
        withheld: false,
        event: None,
        reactions: Reactions::default(),
        cut: false,
        mentions: Mentions::default(),
    }
}

/// That it was stored, for the first time.
pub fn appended(message: Message, audience: &Audience) -> Stored {
    Stored::Appended {
        message,
        audience: audience.clone(),
        withheld_from: None,
        opened: None,
        is_repeat: false,
        cursor: None,
    }
}

/// A conversation at a revision, as any of its members sees it.
pub fn conversation(id: ConversationId, rev: i64, members: &[UserId]) -> Conversation {
    let member = |&user| MemberRange { user, role: Role::Member, from: Seq::new(1), until: None };
    Conversation {
        id,
        kind: if members.len() == 2 { ConversationKind::Direct } else { ConversationKind::Group },
        name: None,
        rev: Rev::new(rev),
        head: Seq::ZERO,
        first: Seq::new(1),
        members: members.iter().map(member).collect(),
        member_count: i64::try_from(members.len()).unwrap(),
        last_message: None,
        last_at: AWAY,
        unread: 0,
        mentioned: 0,
        cursor: Seq::ZERO,
        delivered_up_to: Seq::ZERO,
        read_up_to: Seq::ZERO,
        receipts: Vec::new(),
        counts: Vec::new(),
        muted: None,
        draft: None,
    }
}

/// Nothing new for somebody who is in no conversation.
pub fn resumed(who: UserId) -> Resumed {
    Resumed {
        user: user(who),
        password_is_weak: false,
        read_receipts: true,
        account_rev: Rev::ZERO,
        people_rev: Rev::ZERO,
        unread_total: 0,
        blocked: Vec::new(),
        page: ConversationPage::default(),
        people: Vec::new(),
        people_reset: false,
        late: Vec::new(),
        has_more_late: false,
        changes: Vec::new(),
    }
}

/// A run of changes up to `rev` that is complete.
pub fn changes(conversation: ConversationId, after: i64, rev: i64, messages: Vec<Message>) -> ChangesSince {
    let (after, rev) = (Rev::new(after), Rev::new(rev));
    ChangesSince::Changes(Changes {
        conversation,
        after,
        rev,
        messages,
        receipts: Vec::new(),
        counts: Vec::new(),
        has_more: false,
    })
}

/// The unread cursor of [`DIRECT`].
pub fn cursor(seq: i64, unread: i64, account_rev: i64) -> CursorMoved {
    let account_rev = Rev::new(account_rev);
    CursorMoved { conversation: DIRECT, cursor: Seq::new(seq), unread, mentioned: 0, account_rev }
}

/// A frame that sends a message.
pub fn send(conversation: ConversationId, reference: u64) -> Value {
    let client_id = ClientId::fresh().to_string();
    json!({"type": "message.send", "ref": reference, "clientId": client_id, "conversation": conversation,
        "body": "Lunch at one?"})
}

/// A frame that begins or ends typing.
pub fn typing(conversation: ConversationId, on: bool) -> Value {
    json!({"type": "typing", "conversation": conversation, "on": on})
}

/// A message to be.
pub fn new_message(sender: UserId, conversation: ConversationId) -> NewMessage {
    NewMessage {
        sender,
        client_id: ClientId::fresh(),
        target: Target::Conversation(conversation),
        body: Body::parse("Lunch at one?").unwrap(),
        reply_to: None,
        written_at: None,
    }
}

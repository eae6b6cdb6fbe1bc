//! The evening of the 8:40, as values: what the server's golden files say.

use crate::clock::Timestamp;
use crate::domain::{
    ClientId, Conversation, ConversationId, ConversationKind, Draft, Emoji, Event, Given, Hue, Late, LateId,
    MemberRange, Mentions, Message, MessageKind, PictureHash, Presence, PresenceState, Pronoun, ReactionChange,
    Reactions, Receipt, ReceiptCounts, ReceiptKind, Rev, Role, Seq, User, UserId, Version,
};

pub const ALICE: UserId = UserId::new(4);
pub const BOB: UserId = UserId::new(7);
pub const CARA: UserId = UserId::new(9);
pub const DAVE: UserId = UserId::new(12);
pub const DIRECT: ConversationId = ConversationId::new(3);
pub const GROUP: ConversationId = ConversationId::new(9);

/// A moment of Friday, 5 June 2026 (UTC).
pub fn at(hour: i64, minute: i64, second: i64, millis: i64) -> Timestamp {
    Timestamp::from_millis(1_780_617_600_000 + ((hour * 60 + minute) * 60 + second) * 1000 + millis)
}

/// When Bob’s signal was gone.
pub fn away() -> Timestamp {
    at(13, 31, 40, 0)
}

/// When he was back.
pub fn back() -> Timestamp {
    at(17, 45, 3, 120)
}

pub fn client_id(id: &str) -> ClientId {
    ClientId::new(id.parse().unwrap())
}

fn user(id: UserId, username: &str, display_name: &str, hue: i64, pronoun: Option<Pronoun>) -> User {
    User {
        id,
        username: username.into(),
        display_name: display_name.into(),
        hue: Hue::parse(hue).unwrap(),
        pronoun,
        status: None,
        picture: None,
        disabled: false,
    }
}

pub fn alice() -> User {
    user(ALICE, "alice", "Alice Marsh", 20, Some(Pronoun::She))
}

pub fn bob() -> User {
    let picture = PictureHash::parse("9f86d081884c7d659a2feaa0c55ad015");
    let status = Some("🚆 On the train".into());
    User { status, picture, ..user(BOB, "bob", "Bob Hargreaves", 250, Some(Pronoun::He)) }
}

pub fn cara() -> User {
    user(CARA, "Cara", "Cara", 145, None)
}

pub fn dave() -> User {
    User { disabled: true, ..user(DAVE, "dave", "Dave", 95, Some(Pronoun::They)) }
}

pub fn presence(user: UserId, state: PresenceState) -> Presence {
    Presence { user, state, last_seen: None, idle_since: None }
}

fn message(seq: i64, rev: i64, sender: UserId, id: &str, body: &str, at: Timestamp) -> Message {
    Message {
        conversation: DIRECT,
        seq: Seq::new(seq),
        rev: Rev::new(rev),
        sender,
        kind: MessageKind::Text,
        client_id: Some(client_id(id)),
        body: body.into(),
        at,
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

/// Bob’s answer.
pub fn answer() -> Message {
    let text = "Yes! Sorry, no signal past Mytholmroyd. The 8:40 is perfect.";
    Message {
        written_at: Some(at(17, 51, 11, 940)),
        reply_to: Some(Seq::new(12)),
        ..message(15, 47, BOB, "019e98e9-1244-7b13-a1f4-5e6d7c8b9a53", text, at(17, 51, 12, 77))
    }
}

pub fn edited() -> Message {
    let text = "Brilliant. Platform 4, I’ll have the tickets.";
    Message {
        written_at: Some(at(17, 52, 9, 3)),
        reply_to: Some(Seq::new(15)),
        version: Version::new(2),
        edited_at: Some(at(17, 53, 30, 0)),
        ..message(16, 49, ALICE, "019e98e9-f12b-7e91-b3c2-1a2b3c4d5e54", text, at(17, 52, 9, 310))
    }
}

/// Bob’s answer, on which Alice has set a heart after a thumb.
pub fn reacted() -> (Message, ReactionChange) {
    let (thumb, heart) = (Emoji::parse("👍").unwrap(), Emoji::parse("❤️").unwrap());
    let given = |user, emoji: &Emoji, rev| Given { user, emoji: emoji.clone(), rev: Rev::new(rev), is_withheld: false };
    let all = [given(ALICE, &thumb, 51), given(ALICE, &heart, 52)];
    let message = Message { rev: Rev::new(52), reactions: Reactions::of_all(&all), ..answer() };
    (message, ReactionChange { user: ALICE, emoji: heart, is_on: true })
}

pub fn deleted() -> Message {
    Message {
        version: Version::new(2),
        deleted_at: Some(at(17, 54, 2, 0)),
        ..message(13, 50, ALICE, "019e9818-6ba8-7d02-8a55-0c9d8e7f6a52", "", at(14, 3, 18, 0))
    }
}

pub fn withheld() -> Message {
    let id = "019e98f5-b47c-7d8c-9e5f-4d5e6f7a8b57";
    Message { withheld: true, ..message(17, 51, BOB, id, "", at(18, 5, 0, 0)) }
}

/// Bob added Cara to the group.
pub fn added() -> Message {
    Message {
        conversation: GROUP,
        client_id: None,
        kind: MessageKind::Event,
        event: Some(Event::Added { user: CARA }),
        ..message(3, 4, BOB, "019e98f5-b47c-7d8c-9e5f-4d5e6f7a8b57", "", at(18, 0, 0, 0))
    }
}

/// Bob asks Cara in the group.
pub fn mentioning() -> Message {
    let id = "019e98f6-1c2d-7a3b-8c4d-5e6f70819258";
    Message {
        conversation: GROUP,
        mentions: Mentions { users: vec![CARA], all: false },
        ..message(4, 5, BOB, id, "@cara, will you bring the bread?", at(18, 1, 0, 0))
    }
}

/// The same, asked of everybody instead.
pub fn mentioning_all() -> Message {
    Message {
        rev: Rev::new(6),
        body: "@all, who brings the bread?".into(),
        version: Version::new(2),
        edited_at: Some(at(18, 2, 0, 0)),
        mentions: Mentions { users: Vec::new(), all: true },
        ..mentioning()
    }
}

fn receipt(kind: ReceiptKind, at: Timestamp, rev: i64, since: Option<Timestamp>) -> Receipt {
    Receipt { user: BOB, kind, from: Seq::new(12), up_to: Seq::new(14), at, rev: Rev::new(rev), since }
}

pub fn delivered_late() -> Receipt {
    receipt(ReceiptKind::Delivered, back(), 45, Some(away()))
}

pub fn read() -> Receipt {
    receipt(ReceiptKind::Read, at(17, 50, 40, 0), 46, None)
}

pub fn late() -> Late {
    Late {
        id: LateId::new(5),
        conversation: DIRECT,
        user: BOB,
        count: 3,
        at: back(),
        offline_since: away(),
        after_seq: Seq::new(14),
        oldest_at: at(14, 2, 0, 412),
    }
}

pub fn draft(text: &str, version: i64, at: Timestamp) -> Draft {
    Draft { text: text.into(), version: Version::new(version), at }
}

fn member(user: UserId, role: Role, from: i64, until: Option<i64>) -> MemberRange {
    MemberRange { user, role, from: Seq::new(from), until: until.map(Seq::new) }
}

/// Alice’s and Bob’s conversation, just opened.
pub fn opened() -> Conversation {
    Conversation {
        id: DIRECT,
        kind: ConversationKind::Direct,
        name: None,
        rev: Rev::ZERO,
        head: Seq::ZERO,
        first: Seq::new(1),
        members: vec![member(ALICE, Role::Member, 1, None), member(BOB, Role::Member, 1, None)],
        member_count: 2,
        last_message: None,
        last_at: at(9, 0, 0, 0),
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

/// The same in the evening, as Alice sees it.
pub fn direct() -> Conversation {
    let answer = answer();
    Conversation {
        rev: answer.rev,
        head: answer.seq,
        last_at: answer.at,
        last_message: Some(answer),
        unread: 1,
        cursor: Seq::new(14),
        delivered_up_to: Seq::new(14),
        read_up_to: Seq::new(14),
        receipts: vec![delivered_late(), read()],
        draft: Some(draft("Brilliant.", 1, at(17, 51, 50, 0))),
        ..opened()
    }
}

/// Of a message in a large group.
pub fn counts() -> ReceiptCounts {
    ReceiptCounts { seq: Seq::new(41), delivered: 12, read: 3, of: 899 }
}

/// A group, as Cara sees it.
pub fn group() -> Conversation {
    let joined = Seq::new(3);
    Conversation {
        id: GROUP,
        kind: ConversationKind::Group,
        name: Some("Sunday lunch".into()),
        rev: Rev::new(4),
        head: joined,
        first: joined,
        members: vec![
            member(BOB, Role::Owner, 1, None),
            member(ALICE, Role::Member, 1, Some(2)),
            member(CARA, Role::Member, 3, None),
        ],
        last_at: added().at,
        last_message: Some(added()),
        cursor: joined,
        delivered_up_to: joined,
        read_up_to: joined,
        ..opened()
    }
}

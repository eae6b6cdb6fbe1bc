//! Rows as domain values, by position. A row that this program never wrote is an error, not a guess.

use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::domain::{
    ClientId, ConversationId, ConversationKind, Emoji, Event, Given, Hue, Late, LateId, Mentions, Message, MessageKind,
    PictureHash, Pronoun, Reactions, Receipt, ReceiptKind, Rev, Role, Seq, SessionId, SessionKind, User, UserId,
    Version,
};
use crate::store::SessionRow;

/// Columns of a message, as every statement that selects one lists them; what else it selects follows.
pub const MESSAGE_COLUMNS: usize = 17;

/// Columns of a receipt; what else a statement selects follows.
pub const RECEIPT_COLUMNS: usize = 7;

/// Columns of a user; what else a statement selects follows.
pub const USER_COLUMNS: usize = 8;

/// id, username, display name, hue, pronoun, disabled_at, status, picture.
pub fn user(row: &Row<'_>) -> Result<User> {
    let id = UserId::new(row.get(0)?);
    let hue = match row.get::<_, Option<i64>>(3)? {
        None => Hue::of(id),
        Some(degrees) => Hue::parse(degrees).ok_or_else(|| unreadable(3, "hue"))?,
    };
    let pronoun = match row.get_ref(4)?.as_str_or_null()? {
        None => None,
        Some("he") => Some(Pronoun::He),
        Some("she") => Some(Pronoun::She),
        Some("they") => Some(Pronoun::They),
        Some(_) => return Err(unreadable(4, "pronoun")),
    };
    Ok(User {
        id,
        username: row.get(1)?,
        display_name: row.get(2)?,
        hue,
        pronoun,
        status: row.get(6)?,
        picture: row.get::<_, Option<[u8; 16]>>(7)?.map(PictureHash::from_bytes),
        disabled: row.get::<_, Option<i64>>(5)?.is_some(),
    })
}

/// Whether a message is kept from the other person, by the columns that `MESSAGE_COLUMNS` counts.
pub fn is_withheld(row: &Row<'_>) -> Result<bool> {
    row.get(14)
}

/// The columns that `MESSAGE_COLUMNS` counts, as `viewer` may see them. There is no other way for a text to leave the
/// store, so none leaves with bits that flipped on the disk.
pub fn message(row: &Row<'_>, viewer: UserId) -> Result<Message> {
    let kind = match row.get::<_, i64>(4)? {
        0 => MessageKind::Text,
        1 => MessageKind::Event,
        _ => return Err(unreadable(4, "message kind")),
    };
    let client_id = row.get::<_, Option<[u8; 16]>>(5)?.map(|bytes| ClientId::new(Uuid::from_bytes(bytes)));
    let event = match row.get_ref(13)?.as_str_or_null()? {
        None => None,
        Some(json) => Some(serde_json::from_str::<Event>(json).map_err(|_| unreadable(13, "event"))?),
    };
    let mut message = Message {
        conversation: ConversationId::new(row.get(0)?),
        seq: Seq::new(row.get(1)?),
        rev: Rev::new(row.get(2)?),
        sender: UserId::new(row.get(3)?),
        kind,
        client_id,
        body: row.get(6)?,
        at: Timestamp::from_millis(row.get(7)?),
        written_at: moment(row, 8)?,
        reply_to: row.get::<_, Option<i64>>(9)?.map(Seq::new),
        version: Version::new(row.get(10)?),
        edited_at: moment(row, 11)?,
        deleted_at: moment(row, 12)?,
        withheld: is_withheld(row)?,
        event,
        reactions: Reactions::default(),
        cut: false,
        mentions: mentions(row, 16)?,
    };
    if row.get::<_, u32>(15)? != checksum(&message, row.get_ref(13)?.as_str_or_null()?) {
        return Err(unreadable(15, "message: it does not have the checksum it was stored with"));
    }
    let is_kept = message.withheld && message.sender != viewer;
    message.withheld = false;
    Ok(if is_kept { message.withhold() } else { message })
}

/// version, body, when it was written, rev, checksum, mentions: the form of a group's message that an edit replaced. What edits
/// leave alone is as in its `newest` form.
pub fn earlier_form(row: &Row<'_>, newest: Message) -> Result<Message> {
    let version = Version::new(row.get(0)?);
    let written = Timestamp::from_millis(row.get(2)?);
    let edited_at = (version != Version::FIRST).then_some(written);
    let (body, rev, mentions) = (row.get(1)?, Rev::new(row.get(3)?), mentions(row, 5)?);
    let form = Message { version, body, rev, edited_at, mentions, ..newest };
    if row.get::<_, u32>(4)? != checksum(&form, None) {
        return Err(unreadable(4, "earlier form of a message: it does not have the checksum it was stored with"));
    }
    Ok(form)
}

/// What a message's row must add up to; `withheld` and `event` as they stand in the row.
pub fn checksum(message: &Message, event: Option<&str>) -> u32 {
    let kind = i64::from(message.kind == MessageKind::Event);
    let withheld = i64::from(message.withheld);
    let numbers = [
        Some(message.conversation.get()),
        Some(message.seq.get()),
        Some(message.rev.get()),
        Some(message.sender.get()),
        Some(kind),
        Some(withheld),
        Some(message.at.millis()),
        message.written_at.map(Timestamp::millis),
        message.reply_to.map(Seq::get),
        Some(message.version.get()),
        message.edited_at.map(Timestamp::millis),
        message.deleted_at.map(Timestamp::millis),
    ];
    let mut sum = crc32fast::Hasher::new();
    for number in numbers {
        sum.update(&[u8::from(number.is_some())]);
        sum.update(&number.unwrap_or_default().to_le_bytes());
    }
    let client_id = message.client_id.as_ref().map(ClientId::as_bytes);
    let mentions = mentions_text(&message.mentions);
    let (mentions, event) = (mentions.as_deref().map(str::as_bytes), event.map(str::as_bytes));
    // Each part after its length, so that no two rows run together into one.
    for part in [client_id.map(|bytes| &bytes[..]), Some(message.body.as_bytes()), event, mentions] {
        sum.update(&part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes());
        sum.update(part.unwrap_or_default());
    }
    sum.finalize()
}

/// conversation, seq, user, emoji, rev, at, withheld, checksum: an emoji of somebody, with its message's place. None leaves
/// the store with bits that flipped on the disk.
pub fn reaction(row: &Row<'_>) -> Result<(Seq, Given)> {
    let (conversation, seq) = (ConversationId::new(row.get(0)?), Seq::new(row.get(1)?));
    let emoji = Emoji::parse(row.get_ref(3)?.as_str()?).map_err(|_| unreadable(3, "emoji"))?;
    let (user, rev) = (UserId::new(row.get(2)?), Rev::new(row.get(4)?));
    let given = Given { user, emoji, rev, is_withheld: row.get(6)? };
    let at = Timestamp::from_millis(row.get(5)?);
    if row.get::<_, u32>(7)? != reaction_checksum(conversation, seq, &given, at) {
        return Err(unreadable(7, "reaction: it does not have the checksum it was stored with"));
    }
    Ok((seq, given))
}

/// What a reaction's row must add up to.
pub fn reaction_checksum(conversation: ConversationId, seq: Seq, given: &Given, at: Timestamp) -> u32 {
    let withheld = i64::from(given.is_withheld);
    let mut sum = crc32fast::Hasher::new();
    for number in [conversation.get(), seq.get(), given.user.get(), given.rev.get(), at.millis(), withheld] {
        sum.update(&number.to_le_bytes());
    }
    sum.update(given.emoji.as_str().as_bytes());
    sum.finalize()
}

/// Everybody, where a mention names one person by their id.
pub const EVERYBODY: i64 = 0;

/// Whom a form of a message mentions, in column `at`.
fn mentions(row: &Row<'_>, at: usize) -> Result<Mentions> {
    let Some(text) = row.get_ref(at)?.as_str_or_null()? else { return Ok(Mentions::default()) };
    let ids: Vec<i64> =
        text.split(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| unreadable(at, "mentions"))?;
    let all = ids.first() == Some(&EVERYBODY);
    Ok(Mentions { users: ids.into_iter().filter(|id| *id != EVERYBODY).map(UserId::new).collect(), all })
}

/// The same as stored, everybody first.
pub fn mentions_text(mentions: &Mentions) -> Option<String> {
    let users = mentions.users.iter().map(|user| user.get());
    let ids: Vec<String> =
        mentions.all.then_some(EVERYBODY).into_iter().chain(users).map(|id| id.to_string()).collect();
    (!ids.is_empty()).then(|| ids.join(","))
}

/// Under whom a form counts: where everybody is mentioned, nobody counts twice.
pub fn counted_under(mentions: &Mentions) -> Vec<i64> {
    if mentions.all { vec![EVERYBODY] } else { mentions.users.iter().map(|user| user.get()).collect() }
}

/// user, kind, from, up to, at, rev, since.
pub fn receipt(row: &Row<'_>) -> Result<Receipt> {
    let kind = match row.get::<_, i64>(1)? {
        0 => ReceiptKind::Delivered,
        1 => ReceiptKind::Read,
        _ => return Err(unreadable(1, "receipt kind")),
    };
    Ok(Receipt {
        user: UserId::new(row.get(0)?),
        kind,
        from: Seq::new(row.get(2)?),
        up_to: Seq::new(row.get(3)?),
        at: Timestamp::from_millis(row.get(4)?),
        rev: Rev::new(row.get(5)?),
        since: moment(row, 6)?,
    })
}

/// What was read while its member had read receipts switched off: kept, and read by nothing.
pub const HIDDEN_READ: i64 = 2;

/// A receipt's kind as stored.
pub const fn receipt_kind(kind: ReceiptKind) -> i64 {
    match kind {
        ReceiptKind::Delivered => 0,
        ReceiptKind::Read => 1,
    }
}

/// id, conversation, user, count, at, offline since, after, oldest.
pub fn late(row: &Row<'_>) -> Result<Late> {
    Ok(Late {
        id: LateId::new(row.get(0)?),
        conversation: ConversationId::new(row.get(1)?),
        user: UserId::new(row.get(2)?),
        count: row.get(3)?,
        at: Timestamp::from_millis(row.get(4)?),
        offline_since: Timestamp::from_millis(row.get(5)?),
        after_seq: Seq::new(row.get(6)?),
        oldest_at: Timestamp::from_millis(row.get(7)?),
    })
}

/// id, user, kind, keep, label, created, last used, expires.
pub fn session(row: &Row<'_>) -> Result<SessionRow> {
    let kind = match row.get_ref(2)?.as_str()? {
        "browser" => SessionKind::Browser,
        "token" => SessionKind::Token,
        _ => return Err(unreadable(2, "session kind")),
    };
    let keep: bool = row.get(3)?;
    let rests_on_windows = kind == SessionKind::Browser && !keep;
    Ok(SessionRow {
        id: SessionId::new(row.get(0)?),
        user: UserId::new(row.get(1)?),
        kind,
        keep,
        label: row.get(4)?,
        created_at: Timestamp::from_millis(row.get(5)?),
        last_used_at: Timestamp::from_millis(row.get(6)?),
        ends_at: moment(row, 7)?.filter(|_| rests_on_windows),
    })
}

/// A session's kind as stored.
pub const fn session_kind(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Browser => "browser",
        SessionKind::Token => "token",
    }
}

/// A pronoun as stored.
pub const fn pronoun(pronoun: Pronoun) -> &'static str {
    match pronoun {
        Pronoun::He => "he",
        Pronoun::She => "she",
        Pronoun::They => "they",
    }
}

/// A member's role in column `at`.
pub fn role(row: &Row<'_>, at: usize) -> Result<Role> {
    match row.get_ref(at)?.as_str()? {
        "owner" => Ok(Role::Owner),
        "member" => Ok(Role::Member),
        _ => Err(unreadable(at, "role")),
    }
}

/// A role as stored.
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Member => "member",
    }
}

/// A conversation's kind in column `at`.
pub fn conversation_kind(row: &Row<'_>, at: usize) -> Result<ConversationKind> {
    match row.get_ref(at)?.as_str()? {
        "direct" => Ok(ConversationKind::Direct),
        "group" => Ok(ConversationKind::Group),
        _ => Err(unreadable(at, "conversation kind")),
    }
}

/// A conversation's kind as stored.
pub const fn conversation_kind_name(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "direct",
        ConversationKind::Group => "group",
    }
}

/// A moment in column `at`, if there is one.
pub fn moment(row: &Row<'_>, at: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_millis))
}

/// What this program never wrote.
pub fn unreadable(column: usize, what: &str) -> Error {
    Error::FromSqlConversionFailure(column, Type::Null, format!("unreadable {what}").into())
}

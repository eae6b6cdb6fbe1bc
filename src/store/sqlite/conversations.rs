//! Conversations as one viewer sees them, asked of any connection. Whoever was removed sees everything as it stood then.

use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::discretion::Discretion;
use super::people::{self, limit_of};
use super::{crowd, messages, receipts, row, sql};
use crate::clock::Timestamp;
use crate::domain::{
    CROWD, Conversation, ConversationId, ConversationKind, Draft, Event, LISTED_MEMBERS, MemberRange, Message,
    MessageKind, Mute, PREVIEW_CHARS, Rev, Seq, User, UserId, Version,
};
use crate::store::{ConversationPage, MemberPage};

/// A conversation's own row.
#[derive(Debug, Clone)]
pub struct Head {
    /// Direct or group.
    pub kind: ConversationKind,
    /// A group's name.
    pub name: Option<String>,
    /// Newest seq.
    pub seq: Seq,
    /// Newest revision.
    pub rev: Rev,
    /// When something was last said, or when it was made; in a viewer's sight, of what their list shows.
    pub last_at: Timestamp,
    /// How many are in now.
    pub member_count: i64,
}

/// What one viewer may see of a conversation.
#[derive(Debug, Clone)]
pub struct Sight {
    /// Which.
    pub conversation: ConversationId,
    /// The conversation, as it stood when the viewer's membership ended, if it has.
    pub head: Head,
    /// Their ranges, oldest first; never empty.
    pub ranges: Vec<MemberRange>,
    /// Still a member.
    pub is_member: bool,
    /// Up to here their list shows it: newer messages are withheld from them.
    pub listed: Seq,
    /// Unread cursor.
    pub cursor: Seq,
    /// Delivered up to here.
    pub delivered: Seq,
    /// Read up to here.
    pub read: Seq,
}

impl Sight {
    /// Whose sight this is.
    pub fn viewer(&self) -> UserId {
        self.ranges[0].user
    }

    /// First seq the viewer may see.
    pub fn first(&self) -> Seq {
        self.ranges.first().map_or(Seq::new(1), |range| range.from)
    }

    /// Whether there are too many members for single receipts.
    pub fn is_crowd(&self) -> bool {
        self.head.member_count > limit_of(CROWD)
    }

    /// The revision at which the viewer left.
    pub fn left_at(&self) -> Option<Rev> {
        (!self.is_member).then_some(self.head.rev)
    }

    /// The seq whose members the viewer may know of.
    fn horizon(&self) -> i64 {
        if self.is_member { i64::MAX } else { self.head.seq.get() }
    }

    /// Whether this place is theirs to see.
    pub fn may_see(&self, seq: Seq) -> bool {
        seq <= self.head.seq && self.ranges.iter().any(|range| range.may_see(seq))
    }
}

/// A conversation's own row.
pub fn head(connection: &Connection, id: ConversationId) -> Result<Option<Head>> {
    connection
        .prepare_cached(sql::conversations::BY_ID)?
        .query_row([id.get()], |row| {
            Ok(Head {
                kind: row::conversation_kind(row, 0)?,
                name: row.get(1)?,
                seq: Seq::new(row.get(2)?),
                rev: Rev::new(row.get(3)?),
                last_at: Timestamp::from_millis(row.get(4)?),
                member_count: row.get(5)?,
            })
        })
        .optional()
}

/// What `viewer` may see of it; `None` when it is not theirs.
pub fn sight(connection: &Connection, viewer: UserId, id: ConversationId) -> Result<Option<Sight>> {
    let mut statement = connection.prepare_cached(sql::members::RANGES)?;
    let mut rows = statement.query((id.get(), viewer.get()))?;
    let mut ranges = Vec::new();
    let mut newest = None;
    while let Some(row) = rows.next()? {
        let until = row.get::<_, Option<i64>>(1)?.map(Seq::new);
        let from = Seq::new(row.get(0)?);
        ranges.push(MemberRange { user: viewer, role: row::role(row, 2)?, from, until });
        let ended = match until {
            None => None,
            Some(seq) => {
                let at = Timestamp::from_millis(row.get(7)?);
                Some((seq, Rev::new(row.get(6)?), at, row.get::<_, Option<String>>(8)?))
            }
        };
        let listed = match row.get::<_, Option<i64>>(9)? {
            None => None,
            Some(seq) => Some((Seq::new(seq), Timestamp::from_millis(row.get(10)?))),
        };
        newest = Some((Seq::new(row.get(3)?), Seq::new(row.get(4)?), Seq::new(row.get(5)?), ended, listed));
    }
    let Some((cursor, delivered, read, ended, listed)) = newest else { return Ok(None) };
    let Some(mut head) = head(connection, id)? else { return Ok(None) };
    let is_member = ended.is_none();
    if let Some((seq, rev, last_at, name)) = ended {
        head = Head { name, seq, rev, last_at, ..head };
    }
    let listed = match listed {
        None => head.seq,
        Some((seq, at)) => {
            head.last_at = at;
            seq
        }
    };
    Ok(Some(Sight { conversation: id, head, ranges, is_member, listed, cursor, delivered, read }))
}

/// Everybody else who is in, as far as the viewer may know.
pub fn others(connection: &Connection, sight: &Sight, limit: usize) -> Result<Vec<MemberRange>> {
    let viewer = sight.viewer();
    connection
        .prepare_cached(sql::members::LISTED)?
        .query_map((sight.conversation.get(), viewer.get(), sight.horizon(), limit_of(limit)), other)?
        .collect()
}

fn other(row: &Row<'_>) -> Result<MemberRange> {
    let user = UserId::new(row.get(0)?);
    Ok(MemberRange { user, role: row::role(row, 1)?, from: Seq::new(row.get(2)?), until: None })
}

/// The view, and everybody it names.
pub fn view(
    connection: &Connection,
    viewer: UserId,
    id: ConversationId,
) -> Result<Option<(Conversation, Vec<UserId>)>> {
    view_for(connection, id, &Discretion::of(connection, viewer)?, viewer)
}

/// The same for a viewer of whom it is known already what is kept from them.
fn view_for(
    connection: &Connection,
    id: ConversationId,
    discretion: &Discretion,
    viewer: UserId,
) -> Result<Option<(Conversation, Vec<UserId>)>> {
    let Some(sight) = sight(connection, viewer, id)? else { return Ok(None) };
    let mut members = sight.ranges.clone();
    let others = others(connection, &sight, LISTED_MEMBERS - 1)?;
    let member_count = match (sight.is_member, others.len() == LISTED_MEMBERS - 1) {
        (true, _) => sight.head.member_count,
        (false, false) => limit_of(others.len()),
        (false, true) => connection
            .prepare_cached(sql::members::COUNT)?
            .query_row((id.get(), viewer.get(), sight.horizon()), |row| row.get(0))?,
    };
    let mut newest_receipts = Vec::new();
    if !sight.is_crowd() {
        for other in &others {
            newest_receipts.extend(receipts::newest(connection, &sight, other.user, discretion)?);
        }
    }
    members.extend(others);
    let last_message = messages::newest_listed(connection, &sight)?.map(cut);
    let counts = match &last_message {
        Some(message) if sight.is_crowd() => crowd::counts_of(connection, id, viewer, std::slice::from_ref(message))?,
        _ => Vec::new(),
    };
    let draft = draft(connection, viewer, id)?.filter(|draft| !draft.text.is_empty());
    let mut named: Vec<UserId> = members.iter().map(|member| member.user).collect();
    if let Some(message) = &last_message {
        named.push(message.sender);
        named.extend(names_in(message));
    }
    let view = Conversation {
        id,
        kind: sight.head.kind,
        rev: sight.head.rev,
        head: sight.head.seq,
        first: sight.first(),
        members,
        member_count,
        last_message,
        last_at: sight.head.last_at,
        unread: messages::unread(connection, id, sight.cursor, sight.head.seq, viewer)?,
        mentioned: messages::mentioned(connection, id, (sight.cursor, sight.head.seq), viewer, sight.left_at())?,
        cursor: sight.cursor,
        delivered_up_to: sight.delivered,
        read_up_to: sight.read,
        receipts: newest_receipts,
        counts,
        muted: mute(connection, viewer, id)?,
        draft,
        name: sight.head.name,
    };
    Ok(Some((view, named)))
}

/// A page of the viewer's conversations, newest first.
pub fn page(
    connection: &Connection,
    viewer: UserId,
    before: Option<(Timestamp, ConversationId)>,
    limit: usize,
) -> Result<ConversationPage> {
    let (before_at, before_id) = before.map_or((i64::MAX, i64::MAX), |(at, id)| (at.millis(), id.get()));
    let mut statement = connection.prepare_cached(sql::conversations::PAGE)?;
    let one_more = limit_of(limit.saturating_add(1));
    let ids: Vec<i64> = statement
        .query_map((viewer.get(), before_at, before_id, one_more), |row| row.get(0))?
        .collect::<Result<_>>()?;
    let has_more = ids.len() > limit;
    let discretion = Discretion::of(connection, viewer)?;
    let mut named = Vec::new();
    let mut conversations = Vec::with_capacity(ids.len().min(limit));
    for id in ids.into_iter().take(limit) {
        if let Some((view, names)) = view_for(connection, ConversationId::new(id), &discretion, viewer)? {
            conversations.push(view);
            named.extend(names);
        }
    }
    Ok(ConversationPage { conversations, users: people::users(connection, named)?, has_more })
}

/// One view with everybody it names.
pub fn one(connection: &Connection, viewer: UserId, id: ConversationId) -> Result<Option<(Conversation, Vec<User>)>> {
    let Some((view, named)) = view(connection, viewer, id)? else { return Ok(None) };
    Ok(Some((view, people::users(connection, named)?)))
}

/// A page of everybody else who is in, as far as the viewer may know.
pub fn members(
    connection: &Connection,
    viewer: UserId,
    id: ConversationId,
    after: Option<(bool, UserId)>,
    query: &str,
    limit: usize,
) -> Result<Option<MemberPage>> {
    let Some(sight) = sight(connection, viewer, id)? else { return Ok(None) };
    let (is_no_owner, last) = after.map_or((false, 0), |(is_no_owner, user)| (is_no_owner, user.get()));
    let one_more = limit_of(limit.saturating_add(1));
    let mut members: Vec<MemberRange> = connection
        .prepare_cached(sql::members::PAGE)?
        .query_map((id.get(), viewer.get(), sight.horizon(), is_no_owner, last, query, one_more), other)?
        .collect::<Result<_>>()?;
    let has_more = members.len() > limit;
    members.truncate(limit);
    let users = people::users(connection, members.iter().map(|member| member.user).collect())?;
    Ok(Some(MemberPage { members, users, has_more }))
}

/// Unread in all of the viewer's conversations together.
pub fn unread_total(connection: &Connection, viewer: UserId) -> Result<i64> {
    let mut statement = connection.prepare_cached(sql::conversations::UNREAD_PLACES)?;
    let places = statement.query_map([viewer.get()], |row| {
        Ok((ConversationId::new(row.get(0)?), Seq::new(row.get(1)?), Seq::new(row.get(2)?)))
    })?;
    let mut total = 0;
    for place in places {
        let (conversation, cursor, last) = place?;
        total += messages::unread(connection, conversation, cursor, last, viewer)?;
    }
    Ok(total)
}

/// A member's draft row; its text is empty once cleared.
pub fn draft(connection: &Connection, user: UserId, id: ConversationId) -> Result<Option<Draft>> {
    connection
        .prepare_cached(sql::drafts::BY_PLACE)?
        .query_row((id.get(), user.get()), |row| {
            let (text, at) = (row.get(0)?, Timestamp::from_millis(row.get(2)?));
            Ok(Draft { text, version: Version::new(row.get(1)?), at })
        })
        .optional()
}

/// Whether a member has muted it.
pub fn mute(connection: &Connection, user: UserId, id: ConversationId) -> Result<Option<Mute>> {
    connection
        .prepare_cached(sql::mutes::BY_PLACE)?
        .query_row((id.get(), user.get()), |row| Ok(Mute { until: row::moment(row, 0)? }))
        .optional()
}

fn names_in(message: &Message) -> Option<UserId> {
    match (message.kind, &message.event) {
        (MessageKind::Event, Some(Event::Added { user } | Event::Removed { user })) => Some(*user),
        _ => None,
    }
}

/// Shortens the body to what a list row shows.
fn cut(mut message: Message) -> Message {
    if let Some((end, _)) = message.body.char_indices().nth(PREVIEW_CHARS) {
        message.body.truncate(end);
        message.cut = true;
    }
    message
}

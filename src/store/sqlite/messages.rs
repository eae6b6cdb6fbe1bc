//! Messages as one viewer sees them, asked of any connection: pages of a history, and what changed after a revision.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Result};

use super::conversations::{self, Sight};
use super::discretion::Discretion;
use super::people::limit_of;
use super::{crowd, reactions, receipts, row, sql};
use crate::domain::{ConversationId, Message, Rev, Seq, UserId};
use crate::store::{Anchor, Changes, ChangesSince, MessagePage};

/// A page of the history; `None` when the conversation is not the viewer's.
pub fn page(
    connection: &Connection,
    viewer: UserId,
    conversation: ConversationId,
    anchor: Anchor,
    limit: usize,
) -> Result<Option<MessagePage>> {
    let Some(sight) = conversations::sight(connection, viewer, conversation)? else { return Ok(None) };
    let all = (Seq::new(1), sight.head.seq);
    let mut messages = match anchor {
        Anchor::Newest => down(connection, &sight, all, limit)?,
        Anchor::Before(seq) => down(connection, &sight, (all.0, seq.previous()), limit)?,
        Anchor::After(seq) => up(connection, &sight, (seq.next(), all.1), limit)?,
        Anchor::Around(seq) => {
            let mut messages = down(connection, &sight, (all.0, seq.previous()), limit / 2)?;
            messages.append(&mut up(connection, &sight, (seq, all.1), limit - limit / 2)?);
            messages
        }
    };
    reactions::dress(connection, &sight, &mut messages)?;
    let mut page = MessagePage {
        receipts: Vec::new(),
        counts: Vec::new(),
        late: Vec::new(),
        rev: sight.head.rev,
        head: sight.head.seq,
        first: sight.first(),
        messages,
    };
    if let (Some(first), Some(last)) = (page.messages.first(), page.messages.last()) {
        let span = (first.seq, last.seq);
        let discretion = Discretion::of(connection, viewer)?;
        receipts::overlapping(connection, &sight, viewer, span, &discretion, &mut page.receipts)?;
        if sight.is_crowd() {
            page.counts = crowd::counts_of(connection, conversation, viewer, &page.messages)?;
        } else {
            for other in conversations::others(connection, &sight, usize::MAX)? {
                receipts::overlapping(connection, &sight, other.user, span, &discretion, &mut page.receipts)?;
            }
        }
        page.late = receipts::late_on_page(connection, viewer, conversation, span)?;
    }
    Ok(Some(page))
}

/// What changed after a revision, oldest change first, at most `limit` messages.
pub fn changes(
    connection: &Connection,
    viewer: UserId,
    conversation: ConversationId,
    after: Rev,
    limit: usize,
) -> Result<Option<ChangesSince>> {
    let Some(sight) = conversations::sight(connection, viewer, conversation)? else { return Ok(None) };
    let (rev, head) = (sight.head.rev, sight.head.seq);
    // A client that is ahead has seen what a restored backup does not have: its copy is of another history.
    if after > rev || rev.get() - after.get() > ChangesSince::LIMIT {
        return Ok(Some(ChangesSince::Reset { rev, head }));
    }
    let mut moves = changed_places(connection, conversation, (after, rev))?;
    moves.extend(new_places(connection, &sight, after)?);
    moves.extend(places_changed_again(connection, &sight, after)?);
    moves.sort_unstable();
    let mut wanted = BTreeSet::new();
    let mut end = rev;
    let mut has_more = false;
    let mut complete_up_to = after;
    for (moved, seq) in moves {
        if !sight.may_see(seq) {
            continue;
        }
        if wanted.len() == limit && !wanted.contains(&seq) {
            (end, has_more) = (complete_up_to, true);
            break;
        }
        wanted.insert(seq);
        complete_up_to = moved;
    }
    let mut messages = Vec::with_capacity(wanted.len());
    for seq in wanted {
        messages.extend(at(connection, &sight, seq)?);
    }
    reactions::dress(connection, &sight, &mut messages)?;
    let discretion = Discretion::of(connection, viewer)?;
    let (receipts, counts) = if sight.is_crowd() {
        let counts = crowd::counts_of(connection, conversation, viewer, &messages)?;
        (receipts::changed_of(connection, conversation, viewer, (after, end), &discretion)?, counts)
    } else {
        (receipts::changed(connection, conversation, (after, end), &discretion)?, Vec::new())
    };
    Ok(Some(ChangesSince::Changes(Changes { conversation, after, rev: end, messages, receipts, counts, has_more })))
}

/// Revisions and places of old messages that changed after `after`.
fn changed_places(
    connection: &Connection,
    conversation: ConversationId,
    (after, up_to): (Rev, Rev),
) -> Result<Vec<(Rev, Seq)>> {
    connection
        .prepare_cached(sql::changes::AFTER)?
        .query_map((conversation.get(), after.get(), up_to.get()), |row| {
            Ok((Rev::new(row.get(0)?), Seq::new(row.get(1)?)))
        })?
        .collect()
}

/// The same for whoever has left, where a later change hides the one that was still theirs to hear of: only the newest is
/// kept among the changes. Of what was deleted after they left no earlier form is left to tell.
fn places_changed_again(connection: &Connection, sight: &Sight, after: Rev) -> Result<Vec<(Rev, Seq)>> {
    let mut found = Vec::new();
    if sight.is_member || after >= sight.head.rev {
        return Ok(found);
    }
    for (_, seq) in changed_places(connection, sight.conversation, (sight.head.rev, Rev::new(i64::MAX)))? {
        if sight.may_see(seq)
            && let Some(message) = at(connection, sight, seq)?
        {
            let mut form = [message];
            reactions::dress(connection, sight, &mut form)?;
            let [Message { rev, .. }] = form;
            if rev > after && rev <= sight.head.rev {
                found.push((rev, seq));
            }
        }
    }
    Ok(found)
}

/// Revisions and places of messages that are new after `after`: walks back from the head and stops at the first that
/// is not.
fn new_places(connection: &Connection, sight: &Sight, after: Rev) -> Result<Vec<(Rev, Seq)>> {
    let mut statement = connection.prepare_cached(sql::messages::FIRST_REVS_DOWN)?;
    let mut rows = statement.query((sight.conversation.get(), sight.head.seq.get()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let first_rev = Rev::new(row.get(1)?);
        if first_rev <= after {
            break;
        }
        found.push((first_rev, Seq::new(row.get(0)?)));
    }
    Ok(found)
}

/// One message.
fn at(connection: &Connection, sight: &Sight, seq: Seq) -> Result<Option<Message>> {
    connection
        .prepare_cached(sql::messages::BY_SEQ)?
        .query_row((sight.conversation.get(), seq.get()), |row| row::message(row, sight.viewer()))
        .optional()?
        .map(|message| as_it_stood(connection, sight, message))
        .transpose()
}

/// The form that stood when the viewer's membership ended: later ones are not theirs. A deletion takes all of them away,
/// whoever left before.
pub fn as_it_stood(connection: &Connection, sight: &Sight, message: Message) -> Result<Message> {
    if message.rev <= sight.head.rev || message.deleted_at.is_some() {
        return Ok(message);
    }
    let mut statement = connection.prepare_cached(sql::messages::VERSION_AT)?;
    let mut rows = statement.query((sight.conversation.get(), message.seq.get(), sight.head.rev.get()))?;
    match rows.next()? {
        Some(row) => row::earlier_form(row, message),
        None => Err(row::unreadable(0, "message: an earlier form of it is missing")),
    }
}

/// The newest message that the viewer's list shows.
pub fn newest_listed(connection: &Connection, sight: &Sight) -> Result<Option<Message>> {
    if sight.listed == Seq::ZERO {
        return Ok(None);
    }
    let viewer = sight.viewer();
    connection
        .prepare_cached(sql::messages::NEWEST_LISTED)?
        .query_row((sight.conversation.get(), sight.listed.get(), viewer.get()), |row| row::message(row, viewer))
        .optional()?
        .map(|message| as_it_stood(connection, sight, message))
        .transpose()
}

/// Others' texts above `cursor` up to `last`, without deleted and withheld ones.
pub fn unread(
    connection: &Connection,
    conversation: ConversationId,
    cursor: Seq,
    last: Seq,
    user: UserId,
) -> Result<i64> {
    if cursor >= last {
        return Ok(0);
    }
    connection
        .prepare_cached(sql::messages::UNREAD)?
        .query_row((conversation.get(), cursor.get(), last.get(), user.get()), |row| row.get(0))
}

/// How many of these mention the user. Members count what stands there now, whoever has left what stood there when they
/// did: at revision `left`.
pub fn mentioned(
    connection: &Connection,
    conversation: ConversationId,
    (cursor, last): (Seq, Seq),
    user: UserId,
    left: Option<Rev>,
) -> Result<i64> {
    if cursor >= last {
        return Ok(0);
    }
    let rev = left.map_or(i64::MAX, Rev::get);
    connection
        .prepare_cached(sql::mentions::COUNT)?
        .query_row((conversation.get(), cursor.get(), last.get(), user.get(), rev), |row| row.get(0))
}

/// The newest `limit` messages of `low..=high` that the viewer may see, in order of seq.
fn down(connection: &Connection, sight: &Sight, (low, high): (Seq, Seq), limit: usize) -> Result<Vec<Message>> {
    let mut found = Vec::new();
    for range in sight.ranges.iter().rev() {
        let (from, to) = (low.max(range.from), high.min(range.until.unwrap_or(sight.head.seq)));
        if from > to || found.len() >= limit {
            continue;
        }
        let mut statement = connection.prepare_cached(sql::messages::PAGE_DOWN)?;
        let place = (sight.conversation.get(), from.get(), to.get(), limit_of(limit - found.len()));
        for message in statement.query_map(place, |row| row::message(row, sight.viewer()))? {
            found.push(as_it_stood(connection, sight, message?)?);
        }
    }
    found.reverse();
    Ok(found)
}

/// The oldest `limit` messages of `low..=high` that the viewer may see, in order of seq.
fn up(connection: &Connection, sight: &Sight, (low, high): (Seq, Seq), limit: usize) -> Result<Vec<Message>> {
    let mut found = Vec::new();
    for range in &sight.ranges {
        let (from, to) = (low.max(range.from), high.min(range.until.unwrap_or(sight.head.seq)));
        if from > to || found.len() >= limit {
            continue;
        }
        let mut statement = connection.prepare_cached(sql::messages::PAGE_UP)?;
        let place = (sight.conversation.get(), from.get(), to.get(), limit_of(limit - found.len()));
        for message in statement.query_map(place, |row| row::message(row, sight.viewer()))? {
            found.push(as_it_stood(connection, sight, message?)?);
        }
    }
    Ok(found)
}

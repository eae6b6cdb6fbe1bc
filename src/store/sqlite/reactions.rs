//! Reactions of messages as one viewer sees them, asked of any connection. A message's own row knows nothing of them:
//! its form stays what it was, and whoever has left finds it by its own revision.

use rusqlite::{Connection, Result};

use super::conversations::Sight;
use super::{row, sql};
use crate::domain::{ConversationId, Given, Message, Reactions, Rev, Seq};

/// Puts on each of `messages`, which are in order of seq, what the viewer may see of its reactions, and makes its revision
/// that of their newest change. Asks once for each run of neighbours.
pub fn dress(connection: &Connection, sight: &Sight, messages: &mut [Message]) -> Result<()> {
    for run in messages.chunk_by_mut(|one, next| one.seq.next() == next.seq) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let span = (first.seq, last.seq);
        let revs = newest(connection, sight.conversation, span)?;
        if revs.is_empty() {
            continue;
        }
        let given = given(connection, sight.conversation, span)?;
        for message in run {
            let Ok(at) = revs.binary_search_by_key(&message.seq, |(seq, _)| *seq) else { continue };
            // Whoever has left is not told when it changed later, but may hold what was taken back before: to them it is
            // as new as the last that they could hear of.
            message.rev = message.rev.max(revs[at].1.min(sight.head.rev));
            if message.withheld || message.deleted_at.is_some() {
                continue;
            }
            let from = given.partition_point(|(seq, _)| *seq < message.seq);
            let until = given.partition_point(|(seq, _)| *seq <= message.seq);
            let own: Vec<Given> = given[from..until].iter().map(|(_, one)| one.clone()).collect();
            message.reactions = Reactions::seen_by(sight.viewer(), &own, sight.head.rev);
        }
    }
    Ok(())
}

/// What is set on one message.
pub fn given_at(connection: &Connection, conversation: ConversationId, seq: Seq) -> Result<Vec<Given>> {
    Ok(given(connection, conversation, (seq, seq))?.into_iter().map(|(_, one)| one).collect())
}

/// When one message's reactions last changed.
pub fn newest_at(connection: &Connection, conversation: ConversationId, seq: Seq) -> Result<Option<Rev>> {
    Ok(newest(connection, conversation, (seq, seq))?.pop().map(|(_, rev)| rev))
}

fn newest(connection: &Connection, conversation: ConversationId, (low, high): (Seq, Seq)) -> Result<Vec<(Seq, Rev)>> {
    connection
        .prepare_cached(sql::reactions::NEWEST)?
        .query_map((conversation.get(), low.get(), high.get()), |row| {
            Ok((Seq::new(row.get(0)?), Rev::new(row.get(1)?)))
        })?
        .collect()
}

fn given(connection: &Connection, conversation: ConversationId, (low, high): (Seq, Seq)) -> Result<Vec<(Seq, Given)>> {
    connection
        .prepare_cached(sql::reactions::IN_RANGE)?
        .query_map((conversation.get(), low.get(), high.get()), row::reaction)?
        .collect()
}

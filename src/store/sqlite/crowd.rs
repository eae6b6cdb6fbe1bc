//! How many have what, in a group too large for single receipts. One walk over the members answers for any number of
//! messages: who came in after a message has a cursor at or above it, so two sorted lists tell those apart.

use rusqlite::{Connection, Result};

use super::sql;
use crate::domain::{ConversationId, Message, MessageKind, ReceiptCounts, Seq, UserId};

/// Most messages of one page that are counted: its newest.
const COUNTED: usize = 50;

/// One member's from, delivered, and read as far as others may know.
type Place = (Seq, Seq, Seq);

/// How far everybody is who counts.
#[derive(Debug)]
pub struct Standing {
    /// With whether they are told what others read.
    members: Vec<(UserId, Place, bool)>,
    from: Vec<Seq>,
    delivered: Vec<Seq>,
    read: Vec<Seq>,
}

impl Standing {
    /// As it is in this snapshot.
    pub fn of(connection: &Connection, conversation: ConversationId) -> Result<Standing> {
        let members: Vec<(UserId, Place, bool)> = connection
            .prepare_cached(sql::members::STANDING)?
            .query_map([conversation.get()], |row| {
                let place = (Seq::new(row.get(1)?), Seq::new(row.get(2)?), Seq::new(row.get(3)?));
                Ok((UserId::new(row.get(0)?), place, row.get(4)?))
            })?
            .collect::<Result<_>>()?;
        let sorted = |pick: fn(&Place) -> Seq| {
            let mut seqs: Vec<Seq> = members.iter().map(|(_, place, _)| pick(place)).collect();
            seqs.sort_unstable();
            seqs
        };
        let (from, delivered, read) = (sorted(|place| place.0), sorted(|place| place.1), sorted(|place| place.2));
        Ok(Standing { members, from, delivered, read })
    }

    /// How far a message has come; `None` if its author is not in. Read by nobody, as far as an author knows who has read
    /// receipts switched off.
    pub fn counts(&self, author: UserId, seq: Seq) -> Option<ReceiptCounts> {
        let at = self.members.binary_search_by_key(&author, |(user, ..)| *user).ok()?;
        let (_, own, sees_reads) = self.members[at];
        let reaching = |seqs: &[Seq]| seqs.len() - seqs.partition_point(|&other| other < seq);
        let came_later = self.from.len() - self.from.partition_point(|&from| from <= seq);
        let without = |all: usize, is_authors: bool| {
            i64::try_from(all - came_later).unwrap_or(i64::MAX) - i64::from(is_authors && own.0 <= seq)
        };
        Some(ReceiptCounts {
            seq,
            delivered: without(reaching(&self.delivered), own.1 >= seq),
            read: if sees_reads { without(reaching(&self.read), own.2 >= seq) } else { 0 },
            of: without(self.members.len(), true),
        })
    }
}

/// Of the viewer's own texts among `messages`, the newest ones. Asks nothing if there are none.
pub fn counts_of(
    connection: &Connection,
    conversation: ConversationId,
    viewer: UserId,
    messages: &[Message],
) -> Result<Vec<ReceiptCounts>> {
    let is_counted = |message: &&Message| message.sender == viewer && message.kind == MessageKind::Text;
    let mut seqs: Vec<Seq> =
        messages.iter().rev().filter(is_counted).map(|message| message.seq).take(COUNTED).collect();
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    seqs.reverse();
    let standing = Standing::of(connection, conversation)?;
    Ok(seqs.into_iter().filter_map(|seq| standing.counts(viewer, seq)).collect())
}

//! The store's rows against the ledger: read with SQL of its own, past everything the product does to read them.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use crate::ledger::{Ledger, ensure};
use crate::room::Room;

type Check = Result<(), String>;

/// Which revision of each conversation was compared last.
#[derive(Default)]
pub struct Audit {
    seen: HashMap<i64, i64>,
}

impl Audit {
    /// Compares everything again the next time.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    pub fn compare(&mut self, raw: &Connection, ledger: &Ledger) -> Check {
        let heads: Vec<(i64, i64, i64)> = rows(raw, "SELECT id, head_seq, head_rev FROM conversations", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        });
        ensure(heads.len() == ledger.rooms.len(), || format!("{} conversations are stored", heads.len()))?;
        let mut has_moved = false;
        for (id, head, rev) in heads {
            let room = ledger.rooms.get(&id).ok_or("a conversation that nobody opened is stored")?;
            ensure((head, rev) == (room.head(), room.rev), || {
                format!("conversation {id} is at seq {head}, rev {rev} and not at {}, {}", room.head(), room.rev)
            })?;
            let before = self.seen.insert(id, rev).unwrap_or_default();
            if before != rev {
                has_moved = true;
                messages(raw, id, before, room)?;
                reactions(raw, id, before, room)?;
                members(raw, id, room)?;
            }
        }
        if has_moved { notices(raw, ledger) } else { Ok(()) }
    }
}

fn rows<T>(
    raw: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut statement = raw.prepare_cached(sql).unwrap();
    statement.query_map(parameters, read).unwrap().map(Result::unwrap).collect()
}

/// Dense, and each row as the ledger has it.
fn messages(raw: &Connection, id: i64, after: i64, room: &Room) -> Check {
    let sql = "SELECT count(*), coalesce(min(seq), 1), coalesce(max(seq), 0) FROM messages WHERE conversation = ?1";
    let (count, first, last) = rows(raw, sql, [id], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)))[0];
    ensure((count, first, last) == (room.head(), 1, room.head()), || {
        format!("conversation {id} has {count} messages from {first} to {last}, but {} were stored", room.head())
    })?;
    let sql = "SELECT seq, rev, sender, client_id, body, version, deleted_at IS NOT NULL FROM messages \
               WHERE conversation = ?1 AND rev > ?2";
    let stored = rows(raw, sql, [id, after], |row| {
        let place: (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let content: (String, i64, bool) = (row.get(4)?, row.get(5)?, row.get(6)?);
        Ok((place, row.get::<_, Option<Vec<u8>>>(3)?, content))
    });
    for ((seq, rev, sender), client_id, (body, version, is_deleted)) in stored {
        let known = &room.messages[usize::try_from(seq - 1).expect("counted above")];
        let is_same = (rev, sender, version) == (known.rev.get(), known.sender.get(), known.version.get())
            && client_id.as_deref() == known.client_id.as_ref().map(|id| id.as_bytes().as_slice())
            && (body.as_str(), is_deleted) == (known.body.as_str(), known.deleted_at.is_some());
        ensure(is_same, || format!("message {seq} of conversation {id} is not what was stored"))?;
    }
    Ok(())
}

/// All that are set and no others.
fn reactions(raw: &Connection, id: i64, after: i64, room: &Room) -> Check {
    let sql = "SELECT count(*) FROM reactions WHERE conversation = ?1";
    let count: i64 = rows(raw, sql, [id], |row| row.get(0))[0];
    let known: usize = room.reactions.values().map(Vec::len).sum();
    ensure(usize::try_from(count) == Ok(known), || format!("conversation {id} has {count} reactions and not {known}"))?;
    let sql = "SELECT seq, user, emoji, rev FROM reactions WHERE conversation = ?1 AND rev > ?2";
    let stored = rows(raw, sql, [id, after], |row| {
        Ok((row.get::<_, i64>(0)?, (row.get::<_, i64>(1)?, row.get::<_, String>(2)?, row.get::<_, i64>(3)?)))
    });
    for (seq, given) in stored {
        let is_known = room.reactions.get(&seq).is_some_and(|all| all.contains(&given));
        ensure(is_known, || format!("{given:?} stands on message {seq} of conversation {id}"))?;
    }
    Ok(())
}

fn members(raw: &Connection, id: i64, room: &Room) -> Check {
    let sql = "SELECT user, from_seq, until_seq, delivered, read FROM members WHERE conversation = ?1 \
               ORDER BY user, from_seq";
    let stored: Vec<(i64, i64, Option<i64>, i64, i64)> =
        rows(raw, sql, [id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
    let mut known: Vec<_> = room
        .seats
        .iter()
        .map(|seat| (seat.user, seat.from, seat.until.map(|until| until.0), seat.delivered, seat.read))
        .collect();
    known.sort_unstable();
    ensure(stored == known, || format!("members of conversation {id} are {stored:?} and not {known:?}"))?;
    let sql = "SELECT count(*) FROM receipts r JOIN receipts s ON s.conversation = r.conversation AND s.user = r.user \
               AND s.kind = r.kind AND s.up_to > r.up_to AND (s.from_seq <= r.up_to OR s.rev <= r.rev) \
               WHERE r.conversation = ?1";
    let crossing: i64 = rows(raw, sql, [id], |row| row.get(0))[0];
    ensure(crossing == 0, || format!("receipts of conversation {id} overlap or go back"))
}

fn notices(raw: &Connection, ledger: &Ledger) -> Check {
    let sql = "SELECT conversation, sender, user, \"return\", count FROM notices \
               ORDER BY conversation, sender, user, \"return\"";
    let stored: Vec<((i64, i64, i64, i64), i64)> =
        rows(raw, sql, [], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), row.get(4)?)));
    let known: Vec<_> = ledger.notices.iter().map(|(key, count)| (*key, *count)).collect();
    ensure(stored == known, || format!("late notices are {stored:?} and not {known:?}"))
}

/// A member's unread cursor.
pub fn cursor(raw: &Connection, conversation: i64, user: i64) -> i64 {
    let sql = "SELECT cursor FROM members WHERE conversation = ?1 AND user = ?2 ORDER BY from_seq DESC LIMIT 1";
    rows(raw, sql, [conversation, user], |row| row.get(0))[0]
}

/// A sender's unseen notices: id and count.
pub fn unseen(raw: &Connection, sender: i64) -> Vec<(i64, i64)> {
    let sql = "SELECT id, count FROM notices WHERE sender = ?1 AND is_seen = 0";
    rows(raw, sql, [sender], |row| Ok((row.get(0)?, row.get(1)?)))
}

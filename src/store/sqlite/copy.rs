//! Copies of a database for backups: taken of a live one at one point in time, checked row by row, and marked, so that
//! whoever opens one as a server's database begins a new line of revisions. Never changes the original.
//!
//! `VACUUM INTO` reads one snapshot: what was committed before is in the copy, what comes after is not, and the writer
//! never waits, because in WAL mode readers hold up nobody. SQLite's backup API would begin anew with each commit of
//! another connection and would take deleted text along in free pages; this leaves them out.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Result as SqlResult, Transaction, TransactionBehavior};
use uuid::Uuid;

use super::fault::in_file;
use super::migrate::{self, Found};
use super::open::{BUSY_TIMEOUT, OpenError, named};
use super::{row, sql};
use crate::domain::{Rev, UserId};
use crate::store::StoreError;

#[cfg(test)]
mod tests;

/// `PRAGMA user_version` of a copy that no server has opened yet. A server's own database has 0.
const MARK: i64 = 1;

/// A new line begins up to so many lines above the old one, at random: two restores of one backup begin two histories.
/// The largest number of the wire, 2^53, allows 512 restores of what was itself restored, at the very least.
const LINES: u128 = 4_096;

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// How many people.
    pub people: i64,
    /// How many conversations.
    pub conversations: i64,
    /// How many messages, with system lines and deleted ones.
    pub messages: i64,
}

/// Copies the database `from` as it stands now into `to`, an empty file, which is neither synced nor checked yet.
/// `is_alone`: no other process has it open, so its journal is looked at before SQLite drops what lies behind damage.
///
/// # Errors
/// [`OpenError`]; what `to` holds then is worth nothing.
pub fn copy(from: &Path, to: &Path, is_alone: bool) -> Result<(), OpenError> {
    let look = if is_alone { migrate::look_at } else { migrate::look_into };
    require_schema(from, &look(from, &migrate::runner())?)?;
    let take = || -> SqlResult<()> {
        let connection = reading(from)?;
        // Nothing is written but the copy, which whoever keeps it syncs.
        connection.pragma_update(None, "synchronous", "off")?;
        connection.execute(sql::copies::TAKE, [to.to_str().ok_or(rusqlite::Error::InvalidPath(to.into()))?])?;
        Ok(())
    };
    take().map_err(|error| named(from, error.into()))?;
    mark(to).map_err(|error| named(to, error.into()))
}

/// Nobody else looks at the copy yet, and what an interruption leaves of it is thrown away: it needs no journal.
fn mark(copy: &Path) -> SqlResult<()> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update_and_check(None, "journal_mode", "off", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "user_version", MARK)
}

fn require_schema(path: &Path, found: &Found) -> Result<(), OpenError> {
    match found {
        Found::Version(_) => Ok(()),
        Found::Empty => Err(OpenError::NotOurs { path: path.into() }),
    }
}

fn reading(path: &Path) -> SqlResult<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// Checks all of a copy that nobody uses: SQLite's own structures and references, each message's and reaction's checksum,
/// and that no conversation has a hole. Of an older schema, which is migrated when it is first served, only what SQLite knows.
///
/// # Errors
/// [`OpenError`] when it is newer than this program, damaged or no database of ours.
pub fn inspect(path: &Path) -> Result<Contents, OpenError> {
    let runner = migrate::runner();
    let found = migrate::look_at(path, &runner)?;
    require_schema(path, &found)?;
    let check = || -> Result<Contents, StoreError> {
        let connection = reading(path)?;
        check_structure(&connection)?;
        if found == Found::Version(migrate::known_version(&runner)) {
            check_messages(&connection)?;
            check_reactions(&connection)?;
        }
        let counts = connection.query_row(sql::copies::COUNTS, [], |row| {
            Ok(Contents { people: row.get(0)?, conversations: row.get(1)?, messages: row.get(2)? })
        })?;
        Ok(counts)
    };
    check().map_err(|error| named(path, in_file(error, path)))
}

fn check_structure(connection: &Connection) -> Result<(), StoreError> {
    let mut said = String::new();
    connection.pragma(None, "integrity_check", 1, |row| {
        said = row.get(0)?;
        Ok(())
    })?;
    if said != "ok" {
        return Err(StoreError::Corrupt(said));
    }
    let mut strays = 0;
    connection.pragma_query(None, "foreign_key_check", |_| {
        strays += 1;
        Ok(())
    })?;
    if strays > 0 {
        return Err(StoreError::Corrupt(format!("{strays} rows refer to others that are not there")));
    }
    Ok(())
}

/// Reads every message as the store would, so that none with flipped bits passes, and counts seqs without a hole.
fn check_messages(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql::copies::MESSAGES)?;
    let mut rows = statement.query([])?;
    let mut last = None;
    let mut mentions = 0;
    while let Some(found) = rows.next()? {
        let message = row::message(found, UserId::new(0))?;
        let expected = match last {
            Some((conversation, seq)) if conversation == message.conversation => seq + 1,
            _ => 1,
        };
        if message.seq.get() != expected {
            let place = message.conversation.get();
            return Err(StoreError::Corrupt(format!("conversation {place} has no message {expected}")));
        }
        for user in row::counted_under(&message.mentions) {
            let place = (message.conversation.get(), user, expected);
            if !connection.prepare_cached(sql::copies::MENTION)?.exists(place)? {
                return Err(StoreError::Corrupt("a message mentions somebody who is not counted".into()));
            }
            mentions += 1;
        }
        last = Some((message.conversation, expected));
    }
    if connection.query_row(sql::copies::MENTIONS, [], |row| row.get::<_, i64>(0))? != mentions {
        return Err(StoreError::Corrupt("more people are counted as mentioned than messages mention".into()));
    }
    if connection.prepare(sql::copies::WRONG_HEADS)?.exists([])? {
        return Err(StoreError::Corrupt("a conversation does not end with its newest message".into()));
    }
    Ok(())
}

fn check_reactions(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql::copies::REACTIONS)?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        row::reaction(found)?;
    }
    Ok(())
}

/// Begins a new line of revisions in a database that was a copy. Clients may have seen what came after the backup and
/// was lost; every revision they hold is now far below, so they are told to start over instead of being told only what
/// is above, of another history. Links that were for one use end: they may have been used since.
pub fn begin_new_line_if_copied(connection: &mut Connection) -> SqlResult<()> {
    if connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? != MARK {
        return Ok(());
    }
    let lines = 1 + Uuid::new_v4().as_u128() % LINES;
    let by = Rev::PER_LINE * i64::try_from(lines).expect("a few thousand");
    let lift = Transaction::new(connection, TransactionBehavior::Immediate)?;
    lift.execute(sql::copies::LIFT_CONVERSATIONS, [by])?;
    lift.execute(sql::copies::LIFT_COUNTERS, [by])?;
    lift.execute(sql::copies::END_INVITATIONS, [])?;
    lift.execute(sql::copies::END_PASSWORD_LINKS, [])?;
    lift.execute(sql::search::RENEW_SOURCE, [])?;
    lift.pragma_update(None, "user_version", 0)?;
    lift.commit()
}

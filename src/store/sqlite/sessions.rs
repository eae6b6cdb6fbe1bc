//! Sessions, as asked of any connection, and how long they live.

use rusqlite::{Connection, OptionalExtension, Result};

use super::{row, sql};
use crate::clock::Timestamp;
use crate::domain::{SessionId, SessionKind, UserId};
use crate::store::SessionRow;

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A kept or bearer session that is not used for this long ends.
pub const IDLE_MS: i64 = 30 * DAY_MS;

/// A kept session ends this long after it began, however much it is used.
pub const LONGEST_MS: i64 = 365 * DAY_MS;

/// Use is written down at most this often, so that reading along costs no write.
pub const RENEWAL_MS: i64 = HOUR_MS;

/// When a session ends if nothing more is heard of it; `None` while a window of it is open, unless it is kept.
pub fn expiry(
    kind: SessionKind,
    keep: bool,
    created_at: Timestamp,
    last_used_at: Timestamp,
    ends_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let idle = last_used_at.plus_millis(IDLE_MS);
    match (kind, keep) {
        (SessionKind::Token, _) => Some(idle),
        (SessionKind::Browser, true) => Some(idle.min(created_at.plus_millis(LONGEST_MS))),
        (SessionKind::Browser, false) => ends_at,
    }
}

/// The live session of a token.
pub fn by_token(connection: &Connection, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<SessionRow>> {
    connection.prepare_cached(sql::sessions::BY_TOKEN)?.query_row((token_hash, now.millis()), row::session).optional()
}

/// One session, live or not, with its stored expiry.
pub fn by_id(connection: &Connection, id: SessionId) -> Result<Option<(SessionRow, Option<Timestamp>)>> {
    connection
        .prepare_cached(sql::sessions::BY_ID)?
        .query_row([id.get()], |row| Ok((row::session(row)?, row::moment(row, 7)?)))
        .optional()
}

/// A person's live sessions.
pub fn of(connection: &Connection, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>> {
    connection.prepare_cached(sql::sessions::BY_USER)?.query_map((user.get(), now.millis()), row::session)?.collect()
}

//! People, as asked of any connection.

use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::{row, sql};
use crate::domain::{Picture, PictureHash, PictureKind, Rev, User, UserId, Username};
use crate::store::{Credentials, PersonPresence, UserPage};

/// The counters that lie beside everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revisions {
    /// The directory's.
    pub people: Rev,
    /// The newest that any account has. One counter for all of them: each account's revisions grow, with jumps, and a
    /// private change dirties no row of the person's.
    pub account: Rev,
    /// How many people there are.
    pub people_count: i64,
}

/// Reads the counters.
pub fn revisions(connection: &Connection) -> Result<Revisions> {
    connection.prepare_cached(sql::store::REVISIONS)?.query_row([], |row| {
        Ok(Revisions { people: Rev::new(row.get(0)?), account: Rev::new(row.get(1)?), people_count: row.get(2)? })
    })
}

/// One person.
pub fn user(connection: &Connection, id: UserId) -> Result<Option<User>> {
    connection.prepare_cached(sql::users::BY_ID)?.query_row([id.get()], row::user).optional()
}

/// Those people of `ids` that there are, each once, by id.
pub fn users(connection: &Connection, mut ids: Vec<UserId>) -> Result<Vec<User>> {
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| user(connection, id).transpose()).collect()
}

/// What log-in checks.
pub fn credentials(connection: &Connection, key: &str) -> Result<Option<Credentials>> {
    connection.prepare_cached(sql::users::CREDENTIALS_BY_KEY)?.query_row([key], credentials_row).optional()
}

/// Whether nobody has this name or one that looks like it.
pub fn is_free(connection: &Connection, username: &Username) -> Result<bool> {
    let is_taken = connection.prepare_cached(sql::users::ID_BY_KEY)?.exists([username.key()])?;
    Ok(!is_taken && !connection.prepare_cached(sql::users::ID_BY_SKELETON)?.exists([username.skeleton()])?)
}

/// What a change of password checks.
pub fn credentials_of(connection: &Connection, id: UserId) -> Result<Option<Credentials>> {
    connection.prepare_cached(sql::users::CREDENTIALS_BY_ID)?.query_row([id.get()], credentials_row).optional()
}

fn credentials_row(row: &Row<'_>) -> Result<Credentials> {
    Ok(Credentials {
        user: row::user(row)?,
        password_hash: row.get(row::USER_COLUMNS)?,
        password_is_weak: row.get(row::USER_COLUMNS + 1)?,
        read_receipts: row.get(row::USER_COLUMNS + 2)?,
    })
}

/// The picture that somebody has now, if it is this one. One whose bytes changed on the disk is an error, as a text is.
pub fn picture(connection: &Connection, user: UserId, hash: PictureHash) -> Result<Option<Picture>> {
    connection
        .prepare_cached(sql::pictures::BY_HASH)?
        .query_row((user.get(), hash.as_bytes()), |row| {
            let kind = PictureKind::of_media_type(row.get_ref(0)?.as_str()?);
            let kind = kind.ok_or_else(|| row::unreadable(0, "media type"))?;
            let picture = Picture::kept(kind, row.get_ref(1)?.as_blob()?.into());
            if picture.hash() == hash { Ok(picture) } else { Err(row::unreadable(1, "picture")) }
        })
        .optional()
}

/// A page of the directory.
pub fn page(connection: &Connection, after: Option<&str>, query: Option<&str>, limit: usize) -> Result<UserPage> {
    let revisions = revisions(connection)?;
    let after = after.unwrap_or_default();
    let one_more = limit_of(limit.saturating_add(1));
    let with_key = |row: &Row<'_>| Ok((row::user(row)?, row.get::<_, String>(row::USER_COLUMNS)?));
    let mut found: Vec<(User, String)> = Vec::new();
    match query {
        None => {
            for user in connection.prepare_cached(sql::users::PAGE)?.query_map((after, one_more), with_key)? {
                found.push(user?);
            }
        }
        Some(text) => {
            let parameters = (after, one_more, text.to_lowercase());
            for user in connection.prepare_cached(sql::users::SEARCH)?.query_map(parameters, with_key)? {
                found.push(user?);
            }
        }
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(_, key)| key.clone());
    let users = found.into_iter().map(|(user, _)| user).collect();
    Ok(UserPage { users, next, people_rev: revisions.people, total: revisions.people_count })
}

/// Who changed after a revision of the directory, at most `limit`.
pub fn changed_after(connection: &Connection, after: Rev, limit: usize) -> Result<Vec<User>> {
    connection
        .prepare_cached(sql::users::CHANGED_AFTER)?
        .query_map((after.get(), limit_of(limit)), row::user)?
        .collect()
}

/// Everybody's recorded presence.
pub fn presence(connection: &Connection) -> Result<Vec<PersonPresence>> {
    connection
        .prepare_cached(sql::users::PRESENCE)?
        .query_map([], |row| {
            Ok(PersonPresence { user: UserId::new(row.get(0)?), offline_since: row::moment(row, 1)? })
        })?
        .collect()
}

/// A number of rows as SQL takes it.
pub fn limit_of(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

//! Who is kept apart from whom, as asked of any connection.

use rusqlite::{Connection, Result};

use super::{people, sql};
use crate::domain::{Blocks, User, UserId};

/// All of them.
pub fn all(connection: &Connection) -> Result<Blocks> {
    connection
        .prepare_cached(sql::blocks::ALL)?
        .query_map([], |row| Ok((UserId::new(row.get(0)?), UserId::new(row.get(1)?))))?
        .collect()
}

/// Whom somebody has blocked, by id.
pub fn of(connection: &Connection, user: UserId) -> Result<Vec<UserId>> {
    connection.prepare_cached(sql::blocks::OF)?.query_map([user.get()], |row| Ok(UserId::new(row.get(0)?)))?.collect()
}

/// The same as people.
pub fn people_of(connection: &Connection, user: UserId) -> Result<Vec<User>> {
    people::users(connection, of(connection, user)?)
}

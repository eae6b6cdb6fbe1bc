//! Reading a PyChat database, in either of its two schemas. Opens it read-only and believes nothing: any column may hold
//! any type.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row};

/// Everything in it, as it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OldChat {
    /// In order of id.
    pub users: Vec<OldUser>,
    /// In order of id.
    pub messages: Vec<OldMessage>,
}

/// A row of `user`.
#[derive(Debug, Clone, PartialEq)]
pub struct OldUser {
    /// `id`.
    pub id: i64,
    /// `username`, if it is a text.
    pub username: Option<String>,
    /// `password`, in clear text.
    pub password: Option<String>,
}

/// A row of `message`.
#[derive(Debug, Clone, PartialEq)]
pub struct OldMessage {
    /// `id`.
    pub id: i64,
    /// Who wrote it.
    pub sender: Old,
    /// To whom.
    pub recipient: Old,
    /// The text, if it is one.
    pub text: Option<String>,
    /// When.
    pub date: Old,
}

/// A value of an old database.
#[derive(Debug, Clone, PartialEq)]
pub enum Old {
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// A text.
    Text(String),
    /// Nothing, or bytes.
    Nothing,
}

/// Why a file cannot be read as a PyChat database.
#[derive(Debug, thiserror::Error)]
pub enum OldChatError {
    /// SQLite cannot read it.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] rusqlite::Error),
    /// Its tables are others.
    #[error("it is no PyChat database: it has no tables user and message with the columns that PyChat has")]
    NotPychat,
}

/// Reads all of the file at `path`, from one snapshot.
///
/// # Errors
/// [`OldChatError`].
pub fn read(path: &Path) -> Result<OldChat, OldChatError> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let snapshot = connection.transaction()?;
    let users = columns(&snapshot, "user")?;
    let messages = columns(&snapshot, "message")?;
    let has = |columns: &[String], wanted: &[&str]| wanted.iter().all(|name| columns.iter().any(|own| own == name));
    if !has(&users, &["id", "username", "password"]) {
        return Err(OldChatError::NotPychat);
    }
    let statement = if has(&messages, &["id", "sender_id", "recipient_id", "message", "date"]) {
        include_str!("../../sql/pychat/messages.sql")
    } else if has(&messages, &["id", "sender", "recipient", "content", "date"]) {
        include_str!("../../sql/pychat/messages_by_name.sql")
    } else {
        return Err(OldChatError::NotPychat);
    };
    let mut statement = snapshot.prepare(statement)?;
    let messages = statement.query_map([], |row| {
        Ok(OldMessage {
            id: row.get(0)?,
            sender: old(row, 1)?,
            recipient: old(row, 2)?,
            text: text(row, 3)?,
            date: old(row, 4)?,
        })
    })?;
    let messages = messages.collect::<Result<_, _>>()?;
    let mut statement = snapshot.prepare(include_str!("../../sql/pychat/users.sql"))?;
    let users = statement
        .query_map([], |row| Ok(OldUser { id: row.get(0)?, username: text(row, 1)?, password: text(row, 2)? }))?;
    let users = users.collect::<Result<_, _>>()?;
    Ok(OldChat { users, messages })
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(include_str!("../../sql/pychat/columns.sql"))?;
    statement.query_map([table], |row| row.get(0))?.collect()
}

fn old(row: &Row<'_>, at: usize) -> rusqlite::Result<Old> {
    Ok(match row.get(at)? {
        Value::Integer(number) => Old::Integer(number),
        Value::Real(number) => Old::Real(number),
        Value::Text(text) => Old::Text(text),
        Value::Null | Value::Blob(_) => Old::Nothing,
    })
}

/// A name or password of digits alone may have been stored as a number.
fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<String>> {
    Ok(match old(row, at)? {
        Old::Text(text) => Some(text),
        Old::Integer(number) => Some(number.to_string()),
        Old::Real(number) => Some(number.to_string()),
        Old::Nothing => None,
    })
}

/// Writes an old database for tests.
///
/// # Panics
/// When the statements are wrong.
#[cfg(test)]
pub fn write(path: &Path, statements: &str) {
    Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

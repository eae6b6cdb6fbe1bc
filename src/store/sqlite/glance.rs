//! A look at a database before it is opened: nothing is made, migrated or changed.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::migrate::{self, Found};
use super::open::{OpenError, named};
use super::people;

/// How many users there are; `None` if there is no file.
///
/// # Errors
/// [`OpenError`] when the file is newer, broken or somebody else's.
pub fn count_users(path: &Path) -> Result<Option<i64>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    match migrate::look_at(path, &migrate::runner())? {
        Found::Empty => Ok(Some(0)),
        Found::Version(_) => {
            let count = || {
                let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
                Ok(people::revisions(&connection)?.people_count)
            };
            count().map(Some).map_err(|error: rusqlite::Error| named(path, error.into()))
        }
    }
}

//! Opening the file: permissions, journal, schema. Never repairs and never overwrites what it does not know.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::fault::in_file;
use super::writer::SqliteWriter;
use super::{copy, leftovers, migrate, search};
use crate::store::StoreError;

/// The readers' connections.
pub type ReaderPool = r2d2::Pool<SqliteConnectionManager>;

/// How long a statement waits for a lock that another process holds.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a reader waits for a free connection.
const POOL_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements each connection keeps prepared: more than there are.
pub(super) const STATEMENTS_KEPT: usize = 192;

/// Pages after which SQLite itself checkpoints inside a commit, for a writer that is never idle (limits.md: 4,000 to
/// 16,000). Otherwise [`crate::store::WriteStore::tidy`] has done it before.
const AUTOCHECKPOINT_PAGES: i64 = 16_000;

/// Bytes of a page (limits.md).
const PAGE_BYTES: i64 = 4096;

/// 3.51.3: versions before may corrupt a WAL.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Why there is no store. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be made or reached.
    #[error("cannot open {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else: no SQLite database, or another program's.
    #[error(
        "{path} is not a chinwag database; move it away or name another data directory, or, if it was one, move it away \
         and restore the last backup (`chinwag restore FILE`)"
    )]
    NotOurs {
        /// Which file.
        path: PathBuf,
    },
    /// It is a database, but a migration or the copy before it failed.
    #[error("cannot bring {path} up to date: {reason}")]
    Migration {
        /// Which file.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
    /// The pool of readers did not start.
    #[error("cannot read {path}: {source}")]
    Readers {
        /// Which file.
        path: PathBuf,
        /// What happened.
        source: r2d2::Error,
    },
    /// It, or its journal, holds what this program never wrote; [`StoreError::Damaged`].
    #[error(transparent)]
    Damaged(StoreError),
    /// It is newer than this program, or failed.
    #[error("cannot use {path}: {source}")]
    Store {
        /// Which file.
        path: PathBuf,
        /// What happened.
        source: StoreError,
    },
}

/// Opens the database at `path`, made if it is not there, brought up to this program's schema, with one writer and
/// `readers` reading connections. `secret` keys the digests by which repeated requests are compared; it must be the
/// same for the life of the file.
///
/// # Errors
/// [`OpenError`]; a file that is newer, broken or somebody else's is left as it was.
pub fn open(path: &Path, secret: &[u8], readers: u32) -> Result<(SqliteWriter, ReaderPool), OpenError> {
    assert!(rusqlite::version_number() >= OLDEST_SQLITE, "SQLite is older than 3.51.3, which may corrupt a WAL");
    let file = |source| OpenError::File { path: path.into(), source };
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(file)?;
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(file)?;
    let runner = migrate::runner();
    let found = migrate::look_at(path, &runner)?;
    let mut connection = writing_connection(path).map_err(|source| named(path, source.into()))?;
    migrate::bring_up_to_date(path, &mut connection, &found, &runner)?;
    copy::begin_new_line_if_copied(&mut connection).map_err(|error| named(path, error.into()))?;
    if let Err(error) = search::prepare(path, &connection) {
        tracing::error!(%error, "there is no search index; it is tried again at the next start");
    }
    let writer = SqliteWriter::new(path, connection, secret).map_err(|source| named(path, source))?;
    Ok((writer, reader_pool(path, readers)?))
}

/// The writer's connection: every commit on disk before it returns.
pub fn writing_connection(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    leftovers::register();
    let connection = Connection::open_with_flags_and_vfs(path, flags, leftovers::LAYER)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", AUTOCHECKPOINT_PAGES, |_| Ok(()))?;
    // The journal keeps its length: overwriting it is twice as cheap as extending it (limits.md).
    connection.pragma_update_and_check(None, "journal_size_limit", -1, |_| Ok(()))?;
    Ok(connection)
}

/// The search index's connection. Nothing waits for its commits to reach the disk: what is lost is indexed again.
pub fn index_connection(path: &Path) -> rusqlite::Result<Connection> {
    let connection = writing_connection(path)?;
    connection.pragma_update(None, "synchronous", "normal")?;
    Ok(connection)
}

fn reader_pool(path: &Path, readers: u32) -> Result<ReaderPool, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connections = SqliteConnectionManager::file(path).with_flags(flags).with_init(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection.pragma_update(None, "query_only", true)
    });
    r2d2::Pool::builder()
        .max_size(readers)
        .connection_timeout(POOL_TIMEOUT)
        // A test would hide what is wrong with the file behind 'none was free'.
        .test_on_check_out(false)
        .build(connections)
        .map_err(|source| OpenError::Readers { path: path.into(), source })
}

/// A failure at opening: a file that SQLite does not take for a database is not ours.
pub fn named(path: &Path, source: StoreError) -> OpenError {
    let is_foreign = match &source {
        StoreError::Database(cause) => {
            cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code)
                == Some(ErrorCode::NotADatabase)
        }
        _ => false,
    };
    if is_foreign {
        return OpenError::NotOurs { path: path.into() };
    }
    match in_file(source, path) {
        damage @ StoreError::Damaged { .. } => OpenError::Damaged(damage),
        source => OpenError::Store { path: path.into(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::store::IndexStore;

    #[test]
    fn every_file_of_the_database_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let _open = open(&path, b"secret", 2).unwrap();
        let mut index = search::SqliteIndex::of(&path);
        index.index(Timestamp::default()).unwrap();
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 6, "database, journal, shared memory, and those of the search index");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        }
    }

    #[test]
    fn a_reader_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let (_writer, readers) = open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
        assert!(readers.get().unwrap().execute_batch("DELETE FROM users").is_err());
    }

    #[test]
    fn every_commit_is_synced_and_rows_keep_their_references() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        let _open = open(&path, b"secret", 1).unwrap();
        let connection = writing_connection(&path).unwrap();
        let setting = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(["synchronous", "foreign_keys", "secure_delete", "page_size"].map(setting), [2, 1, 1, 4096]);
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}

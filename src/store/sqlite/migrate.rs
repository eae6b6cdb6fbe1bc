//! The schema's history. A newer one than this program knows is refused untouched, an older one is copied aside before
//! it is migrated.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use refinery::Runner;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::open::{OpenError, named};
use super::{journal, sql};
use crate::store::StoreError;

mod embedded {
    refinery::embed_migrations!("sql/sqlite/migrations");
}

/// Refinery's own table.
const HISTORY: &str = "refinery_schema_history";

/// Pages copied at a time: 4 MiB.
const COPY_PAGES: i32 = 1_024;

/// What is in the file before anything is done to it.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing yet.
    Empty,
    /// Our schema at this version.
    Version(i64),
}

/// This program's migrations.
pub fn runner() -> Runner {
    embedded::migrations::runner()
}

/// Newest version a runner knows.
pub fn known_version(runner: &Runner) -> i64 {
    runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
}

/// Looks at the file through a read-only connection, and refuses what is newer, damaged or not ours before anything is
/// touched. Always the first to open it, because SQLite drops what lies behind damage in the journal.
pub fn look_at(path: &Path, runner: &Runner) -> Result<Found, OpenError> {
    journal::require_whole(path).map_err(|error| named(path, error))?;
    look_into(path, runner)
}

/// The same for a file that another process has opened and may be writing to.
pub fn look_into(path: &Path, runner: &Runner) -> Result<Found, OpenError> {
    let look = || -> rusqlite::Result<Option<Found>> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if connection.table_exists(None, HISTORY)? {
            return connection
                .query_row(sql::store::SCHEMA_VERSION, [], |row| row.get(0))
                .map(Found::Version)
                .map(Some);
        }
        let tables: i64 = connection.query_row(sql::store::TABLES, [], |row| row.get(0))?;
        Ok((tables == 0).then_some(Found::Empty))
    };
    match look() {
        Ok(Some(Found::Version(found))) if found > known_version(runner) => {
            let source = StoreError::Newer { found, known: known_version(runner) };
            Err(OpenError::Store { path: path.into(), source })
        }
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(OpenError::NotOurs { path: path.into() }),
        Err(error) => Err(named(path, error.into())),
    }
}

/// Applies what is missing, after copying an older database aside.
pub fn bring_up_to_date(
    path: &Path,
    connection: &mut Connection,
    found: &Found,
    runner: &Runner,
) -> Result<(), OpenError> {
    match *found {
        Found::Version(version) if version == known_version(runner) => return Ok(()),
        Found::Version(version) => copy_aside(path, connection, version)?,
        Found::Empty => {}
    }
    let failed = |error: refinery::Error| OpenError::Migration { path: path.into(), reason: error.to_string() };
    runner.run(connection).map(|_| ()).map_err(failed)
}

/// The name of the copy made before a schema of this version was migrated.
pub fn copy_name(path: &Path, version: i64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-migration-from-{version}"));
    name.into()
}

/// Copies the database, page by page through SQLite so that the journal's part is in it, and gives the copy its name
/// only once it is whole and on disk.
fn copy_aside(path: &Path, connection: &Connection, version: i64) -> Result<(), OpenError> {
    let copy = copy_name(path, version);
    let mut unfinished = copy.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let file = |source| OpenError::File { path: copy.clone(), source };
    let failed = |error: rusqlite::Error| OpenError::Migration { path: path.into(), reason: error.to_string() };
    let made =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished).map_err(file)?;
    {
        let mut target = Connection::open(&unfinished).map_err(failed)?;
        let backup = Backup::new(connection, &mut target).map_err(failed)?;
        backup.run_to_completion(COPY_PAGES, Duration::ZERO, None).map_err(failed)?;
    }
    made.sync_all().map_err(file)?;
    fs::rename(&unfinished, &copy).map_err(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use refinery::Migration;

    use super::super::SqliteReader;
    use super::super::open::{open, writing_connection};
    use super::*;
    use crate::domain::SignUp;
    use crate::store::{AdminReads, Governance};

    const SECRET: &[u8] = b"secret";

    fn migrations(more: &[(&str, &str)]) -> Runner {
        let mut all = runner().get_migrations().clone();
        all.extend(more.iter().map(|(name, sql)| Migration::unapplied(name, sql).unwrap()));
        Runner::new(&all)
    }

    fn migrate_new(path: &Path, runner: &Runner) {
        fs::write(path, "").unwrap();
        bring_up_to_date(path, &mut writing_connection(path).unwrap(), &Found::Empty, runner).unwrap();
    }

    fn migrate(path: &Path, runner: &Runner) -> Result<(), OpenError> {
        let found = look_at(path, runner)?;
        bring_up_to_date(path, &mut writing_connection(path).unwrap(), &found, runner)
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused_and_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        drop(open(&path, SECRET, 1).unwrap());
        migrate(&path, &migrations(&[("V9999__later", "CREATE TABLE later (id INTEGER)")])).unwrap();
        let before = fs::read(&path).unwrap();
        let error = open(&path, SECRET, 1).unwrap_err();
        assert!(
            matches!(&error, OpenError::Store { source: StoreError::Newer { found: 9999, known }, .. } if *known < 9999)
        );
        assert!(error.to_string().contains("chat.db"));
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn an_older_database_is_copied_aside_before_it_is_migrated_even_if_that_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        let (writer, readers) = open(&path, SECRET, 1).unwrap();
        let version = known_version(&runner());
        let broken = migrations(&[("V9998__broken", "CREATE TABLE half (id INTEGER); SELECT nothing FROM nowhere")]);
        assert!(matches!(migrate(&path, &broken), Err(OpenError::Migration { .. })));
        drop((writer, readers));
        let copy = copy_name(&path, version);
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(look_at(&copy, &runner()).unwrap(), Found::Version(version));
        // The failed migration left the original as it was: it opens.
        drop(open(&path, SECRET, 1).unwrap());
        drop(open(&copy, SECRET, 1).unwrap());
    }

    #[test]
    fn a_database_of_the_first_version_gets_its_door_and_nobody_in_it_becomes_an_admin() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        let first = runner().get_migrations().iter().filter(|step| step.version() == 1).cloned().collect::<Vec<_>>();
        migrate_new(&path, &Runner::new(&first));
        let old = Connection::open(&path).unwrap();
        // As such a program would have: its columns and no other.
        old.execute_batch(
            "INSERT INTO users (username, username_key, skeleton, display_name, search_text, password_hash, \
             password_is_weak, created_at, people_rev, offline_since) \
             VALUES ('ann', 'ann', 'ann', 'Ann', 'ann', 'hash', 0, 5, 1, 5); \
             UPDATE revisions SET people_rev = 1, people_count = 1",
        )
        .unwrap();
        drop(old);
        let (_, readers) = open(&path, SECRET, 1).unwrap();
        let mut reader = SqliteReader::take(&readers).unwrap();
        let page = reader.people_page(None, None, 9).unwrap();
        assert_eq!((page.people[0].user.username.as_str(), page.people[0].is_admin, page.total), ("ann", false, 1));
        assert_eq!(reader.governance().unwrap(), Governance { sign_up: SignUp::Open, has_admin: false });
        assert_eq!(look_at(&copy_name(&path, 1), &runner()).unwrap(), Found::Version(1));
    }

    #[test]
    fn a_file_that_is_not_ours_is_named_and_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (text, other) = (folder.path().join("text.db"), folder.path().join("other.db"));
        fs::write(&text, "a shopping list, longer than the header of a database file would be; bread, milk, eggs, tea")
            .unwrap();
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE pictures (id INTEGER)").unwrap();
        for path in [text, other] {
            let before = fs::read(&path).unwrap();
            let error = open(&path, SECRET, 1).unwrap_err();
            assert!(matches!(error, OpenError::NotOurs { .. }), "{error:?}");
            assert!(error.to_string().contains(path.to_str().unwrap()));
            assert_eq!(fs::read(&path).unwrap(), before);
        }
    }
}

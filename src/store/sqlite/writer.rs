//! The writing side: a batch is one transaction. It runs without savepoints, because every write checks before it
//! changes; should one fail in the database all the same, the batch is rolled back and replayed, each write in a
//! savepoint of its own, so that its neighbours still stand.

use std::path::{Path, PathBuf};

use hmac::{Hmac, Mac};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use sha2::Sha256;

use super::erasure::Journal;
use super::fault::{Fault, before_the_first_write, concerns_one_write, in_file};
use super::people::{self, Revisions};
use super::room::Rooms;
use super::write::Batch;
use super::{blocks, open, sql};
use crate::clock::Timestamp;
use crate::domain::Blocks;
use crate::store::{Refusal, StoreError, Stored, Write, WriteStore};

/// The one writer.
#[derive(Debug)]
pub struct SqliteWriter {
    path: PathBuf,
    /// `None` after a failure, until the next call has opened the file anew.
    connection: Option<Connection>,
    rooms: Rooms,
    revisions: Revisions,
    /// All that there are: a message asks memory alone whether it is to be withheld.
    blocks: Blocks,
    digest: Hmac<Sha256>,
    journal: Journal,
}

type Answers = Vec<Result<Stored, Refusal>>;

impl SqliteWriter {
    /// Opens the file anew, for a caller that lost its writer to a panic. It must have been opened by
    /// [`super::open()`] before, with the same `secret`.
    ///
    /// # Errors
    /// [`StoreError`] when the file does not open or answer.
    pub fn reopened(path: &Path, secret: &[u8]) -> Result<SqliteWriter, StoreError> {
        SqliteWriter::new(path, open::writing_connection(path)?, secret)
    }

    /// Over an open, migrated connection.
    pub(super) fn new(path: &Path, connection: Connection, secret: &[u8]) -> Result<SqliteWriter, StoreError> {
        let revisions = people::revisions(&connection)?;
        let blocks = blocks::all(&connection)?;
        let digest = Hmac::new_from_slice(secret).expect("HMAC takes a key of any length");
        Ok(SqliteWriter {
            path: path.into(),
            connection: Some(connection),
            rooms: Rooms::default(),
            revisions,
            blocks,
            digest,
            journal: Journal::found(),
        })
    }

    /// Opens the file anew if the last call failed, and makes sure that it answers.
    fn reopen(&mut self) -> Result<(), StoreError> {
        if self.connection.is_none() {
            self.rooms.forget_all();
            let connection = open::writing_connection(&self.path).map_err(before_the_first_write)?;
            self.revisions = people::revisions(&connection).map_err(before_the_first_write)?;
            self.blocks = blocks::all(&connection).map_err(before_the_first_write)?;
            self.connection = Some(connection);
        }
        Ok(())
    }

    fn try_apply(&mut self, writes: &[Write], at: Timestamp) -> Result<Answers, StoreError> {
        let before = self.revisions;
        match self.run(writes, at, false) {
            Err(error) if concerns_one_write(&error) => {
                self.rooms.forget_all();
                self.revisions = before;
                self.blocks = blocks::all(self.connection.as_ref().expect("reopen has run before"))?;
                self.run(writes, at, true)
            }
            other => other,
        }
    }

    /// One transaction; its drop rolls back.
    fn run(&mut self, writes: &[Write], at: Timestamp, each_apart: bool) -> Result<Answers, StoreError> {
        let connection = self.connection.as_ref().expect("reopen has run before");
        let transaction =
            Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(before_the_first_write)?;
        let before = self.revisions;
        self.rooms.begin();
        let mut batch =
            Batch::new(connection, at, &mut self.rooms, &mut self.revisions, &mut self.blocks, &self.digest);
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            let answer = if each_apart { apart(&mut batch, write) } else { batch.apply(write) };
            match answer {
                Ok(stored) => answers.push(Ok(stored)),
                Err(Fault::Refused(refusal)) => answers.push(Err(refusal)),
                Err(Fault::Failed(error)) => return Err(error),
            }
        }
        if batch.has_deleted_text {
            self.journal.takes_text_away(at);
        }
        self.rooms.save(connection)?;
        if self.revisions != before {
            let Revisions { people, account, people_count } = self.revisions;
            connection.prepare_cached(sql::store::SAVE_REVISIONS)?.execute((
                people.get(),
                account.get(),
                people_count,
            ))?;
        }
        transaction.commit()?;
        self.rooms.shrink();
        self.journal.has_grown();
        Ok(answers)
    }
}

/// One write in its own savepoint: what fails is undone and leaves its neighbours alone.
fn apart(batch: &mut Batch<'_>, write: &Write) -> Result<Stored, Fault> {
    let connection = batch.connection;
    let before = *batch.revisions;
    connection.prepare_cached(sql::store::SAVEPOINT)?.execute([])?;
    let answer = match batch.apply(write) {
        Ok(stored) => batch.rooms.save(connection).map(|()| stored).map_err(Fault::from),
        refused => refused,
    };
    let answer = match answer {
        Err(Fault::Failed(error)) if concerns_one_write(&error) => {
            let error = in_file(error, Path::new(connection.path().unwrap_or_default()));
            tracing::error!(%error, "a write failed in the database and was left out");
            connection.prepare_cached(sql::store::ROLL_BACK)?.execute([])?;
            batch.rooms.forget_all();
            *batch.revisions = before;
            *batch.blocks = blocks::all(connection)?;
            Err(Fault::Refused(Refusal::Unknown))
        }
        other => other,
    };
    connection.prepare_cached(sql::store::RELEASE)?.execute([])?;
    answer
}

impl WriteStore for SqliteWriter {
    fn apply(&mut self, writes: &[Write], at: Timestamp) -> Result<Answers, StoreError> {
        self.reopen().map_err(|error| in_file(error, &self.path))?;
        self.try_apply(writes, at).map_err(|error| {
            if !matches!(error, StoreError::Busy) {
                // What the failed transaction left in the connection is not worth knowing: a new one knows nothing.
                self.connection = None;
                self.rooms.forget_all();
            }
            in_file(error, &self.path)
        })
    }

    fn tidy(&mut self, at: Timestamp) -> Result<(), StoreError> {
        self.keep_house(at).map_err(|error| in_file(error, &self.path))
    }
}

impl SqliteWriter {
    fn keep_house(&mut self, at: Timestamp) -> Result<(), StoreError> {
        self.reopen()?;
        let connection = self.connection.as_ref().expect("reopen has just run");
        Ok(self.journal.keep(connection, at)?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;
    use crate::domain::{Body, ClientId, DisplayName, SessionKind, Target, UserId, Username};
    use crate::store::{NewMessage, NewSession, NewUser};

    const SECRET: &[u8] = b"secret";

    struct Disk {
        folder: TempDir,
        writer: SqliteWriter,
    }

    impl Disk {
        fn with_people() -> Disk {
            let folder = tempfile::tempdir().unwrap();
            let (writer, _) = open::open(&folder.path().join("chat.db"), SECRET, 1).unwrap();
            let mut disk = Disk { folder, writer };
            for name in ["ann", "bob"] {
                let user = NewUser {
                    username: Username::parse(name).unwrap(),
                    display_name: DisplayName::parse(name).unwrap(),
                    password_hash: String::new(),
                    password_is_weak: false,
                };
                disk.apply(&[Write::CreateUser { user, session: None }]).unwrap();
            }
            disk
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("chat.db")
        }

        fn apply(&mut self, writes: &[Write]) -> Result<Answers, StoreError> {
            self.writer.apply(writes, Timestamp::from_millis(1_000))
        }
    }

    fn message(text: &str) -> Write {
        Write::Append(NewMessage {
            sender: UserId::new(1),
            client_id: ClientId::fresh(),
            target: Target::User(UserId::new(2)),
            body: Body::parse(text).unwrap(),
            reply_to: None,
            written_at: None,
        })
    }

    fn session() -> Write {
        Write::OpenSession(NewSession {
            user: UserId::new(1),
            token_hash: [7; 32],
            kind: SessionKind::Token,
            keep: false,
            label: String::new(),
            ends_at: None,
        })
    }

    fn seq_of(answer: &Result<Stored, Refusal>) -> i64 {
        match answer {
            Ok(Stored::Appended { message, .. }) => message.seq.get(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_write_that_the_database_refuses_leaves_its_neighbours_alone() {
        let mut disk = Disk::with_people();
        let answers = disk.apply(&[message("one"), session(), session(), message("two")]).unwrap();
        assert_eq!((seq_of(&answers[0]), seq_of(&answers[3])), (1, 2));
        assert!(matches!(answers[1], Ok(Stored::SessionOpened { .. })));
        assert_eq!(answers[2], Err(Refusal::Unknown));
        assert_eq!(seq_of(&disk.apply(&[message("three")]).unwrap()[0]), 3);
    }

    #[test]
    fn after_a_full_disk_nothing_of_the_batch_is_stored_and_the_next_one_goes_on() {
        let mut disk = Disk::with_people();
        disk.apply(&[message("one")]).unwrap();
        disk.writer
            .connection
            .as_ref()
            .unwrap()
            .pragma_update_and_check(None, "max_page_count", 1, |_| Ok(()))
            .unwrap();
        let long = "x".repeat(8_000);
        let many: Vec<Write> = (0..40).map(|_| message(&long)).collect();
        assert!(matches!(disk.apply(&many), Err(StoreError::Database(_))));
        assert_eq!(seq_of(&disk.apply(&[message("two")]).unwrap()[0]), 2);
    }

    #[test]
    fn a_database_that_another_process_holds_is_busy_and_nothing_is_tried() {
        let mut disk = Disk::with_people();
        disk.apply(&[message("one")]).unwrap();
        let other = Connection::open(disk.path()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        disk.writer.connection.as_ref().unwrap().busy_timeout(Duration::ZERO).unwrap();
        assert!(matches!(disk.apply(&[message("two")]), Err(StoreError::Busy)));
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(seq_of(&disk.apply(&[message("three")]).unwrap()[0]), 2);
    }

    #[test]
    fn a_lock_at_the_commit_leaves_the_outcome_unknown() {
        let locked = || rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None);
        assert!(matches!(before_the_first_write(locked()), StoreError::Busy));
        assert!(matches!(StoreError::from(locked()), StoreError::Database(_)));
    }

    #[test]
    fn a_repeat_after_a_restart_gets_its_first_result() {
        let mut disk = Disk::with_people();
        let write = message("once");
        disk.apply(&[write.clone(), message("other")]).unwrap();
        disk.writer = SqliteWriter::reopened(&disk.path(), SECRET).unwrap();
        assert_eq!(seq_of(&disk.apply(&[write]).unwrap()[0]), 1);
    }

    #[test]
    fn what_was_acknowledged_survives_a_kill() {
        let mut disk = Disk::with_people();
        let write = message("kept");
        disk.apply(std::slice::from_ref(&write)).unwrap();
        // What a killed program leaves: database and journal as they are, and no shared memory.
        let after = tempfile::tempdir().unwrap();
        for file in ["chat.db", "chat.db-wal"] {
            std::fs::copy(disk.folder.path().join(file), after.path().join(file)).unwrap();
        }
        let (mut writer, _) = open::open(&after.path().join("chat.db"), SECRET, 1).unwrap();
        let answers = writer.apply(&[write], Timestamp::from_millis(9_000)).unwrap();
        assert!(matches!(&answers[0], Ok(Stored::Appended { message, is_repeat: true, .. })
            if message.at == Timestamp::from_millis(1_000)));
    }
}

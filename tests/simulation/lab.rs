//! One database file that many lives share, one after another: made empty in a moment, copied aside and put back at will.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chinwag::clock::Timestamp;
use chinwag::domain::{DisplayName, SessionKind, UserId, Username};
use chinwag::store::sqlite::{self, ReaderPool, SqliteReader, SqliteWriter};
use chinwag::store::{NewSession, NewUser, Stored, Write, WriteStore};
use rusqlite::Connection;
use rusqlite::backup::Backup;

/// When every life begins.
pub const BEGINNING: Timestamp = Timestamp::from_millis(1_700_000_000_000);

const SECRET: &[u8] = b"a secret of the simulation";
pub const PEOPLE: usize = NAMES.len();
/// By id, from 1.
pub const NAMES: [&str; 5] = ["ann", "bob", "cleo", "dev", "emil"];
pub const DEVICES: usize = 2;

pub struct Lab {
    _folder: tempfile::TempDir,
    path: PathBuf,
    pub raw: Connection,
    pool: ReaderPool,
    empty: Connection,
    /// Session of each person's devices.
    pub sessions: Vec<Vec<i64>>,
}

impl Lab {
    /// Memory's own file system where there is one: the simulation is about order, not about disks.
    pub fn new() -> Lab {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("chinwag-simulation").tempdir_in(place).unwrap();
        let path = folder.path().join("chat.db");
        let (mut writer, pool) = sqlite::open(&path, SECRET, 1).unwrap();
        let sessions = people(&mut writer);
        drop(writer);
        let raw = Connection::open(&path).unwrap();
        raw.busy_timeout(Duration::from_secs(5)).unwrap();
        raw.pragma_update(None, "synchronous", "off").unwrap();
        raw.set_prepared_statement_cache_capacity(32);
        let empty = copied(&raw);
        Lab { _folder: folder, path, raw, pool, empty, sessions }
    }

    /// Only people, no conversations.
    pub fn make_empty(&mut self) {
        let Lab { raw, empty, .. } = self;
        put(empty, raw);
    }

    pub fn copy_aside(&self) -> Connection {
        copied(&self.raw)
    }

    /// The writer must be opened anew: what it knows is from another time.
    pub fn put_back(&mut self, copy: &Connection) {
        put(copy, &mut self.raw);
    }

    pub fn writer(&self) -> SqliteWriter {
        SqliteWriter::reopened(&self.path, SECRET).unwrap()
    }

    pub fn reader(&self) -> SqliteReader {
        SqliteReader::take(&self.pool).unwrap()
    }
}

fn copied(from: &Connection) -> Connection {
    let mut copy = Connection::open_in_memory().unwrap();
    put(from, &mut copy);
    copy
}

fn put(from: &Connection, to: &mut Connection) {
    Backup::new(from, to).unwrap().run_to_completion(1_000, Duration::ZERO, None).unwrap();
}

fn people(writer: &mut SqliteWriter) -> Vec<Vec<i64>> {
    let session = |user: i64, device: usize| NewSession {
        user: UserId::new(user),
        token_hash: [u8::try_from(user * 10).unwrap() + u8::try_from(device).unwrap(); 32],
        kind: SessionKind::Browser,
        keep: true,
        label: "a device".into(),
        ends_at: None,
    };
    let mut sessions = Vec::new();
    for name in NAMES {
        let user = NewUser {
            username: Username::parse(name).unwrap_or_else(|error| panic!("{name}: {error:?}")),
            display_name: DisplayName::parse(name).unwrap(),
            password_hash: String::new(),
            password_is_weak: false,
        };
        let answers = writer.apply(&[Write::CreateUser { user, session: None }], BEGINNING).unwrap();
        let Ok(Stored::UserCreated { user, .. }) = &answers[0] else { panic!("{answers:?}") };
        let writes: Vec<Write> =
            (0..DEVICES).map(|device| Write::OpenSession(session(user.id.get(), device))).collect();
        let opened = writer.apply(&writes, BEGINNING).unwrap();
        let number = |answer: &Result<Stored, _>| match answer {
            Ok(Stored::SessionOpened { session, .. }) => session.get(),
            other => panic!("{other:?}"),
        };
        sessions.push(opened.iter().map(number).collect());
    }
    assert_eq!(sessions.len(), PEOPLE);
    sessions
}

//! What only this index has to keep: that it is made anew when it is another's, ahead, broken or gone.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::{ReaderPool, SqliteReader, SqliteWriter, copy, open, sql};
use super::*;
use crate::clock::Timestamp;
use crate::domain::search::{Needle, Query};
use crate::domain::{Body, ClientId, ConversationId, DisplayName, Seq, Target, UserId, Username, Version};
use crate::store::{IndexStore, NewMessage, NewUser, Search, SearchReads, StoreError, Write, WriteStore};

const ANN: UserId = UserId::new(1);
const NOW: Timestamp = Timestamp::from_millis(1_000_000_000_000);

struct Disk {
    folder: TempDir,
    writer: SqliteWriter,
    readers: ReaderPool,
    index: SqliteIndex,
}

impl Disk {
    fn new() -> Disk {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        let (writer, readers) = open(&path, b"secret", 1).unwrap();
        let mut disk = Disk { folder, writer, readers, index: SqliteIndex::of(&path) };
        for name in ["ann", "bob"] {
            let user = NewUser {
                username: Username::parse(name).unwrap(),
                display_name: DisplayName::parse(name).unwrap(),
                password_hash: String::new(),
                password_is_weak: false,
            };
            disk.write(Write::CreateUser { user, session: None });
        }
        disk
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("chat.db")
    }

    fn write(&mut self, write: Write) {
        self.writer.apply(&[write], NOW).unwrap().remove(0).unwrap();
    }

    fn say(&mut self, text: &str) {
        let (client_id, body) = (ClientId::fresh(), Body::parse(text).unwrap());
        let target = Target::User(UserId::new(2));
        self.write(Write::Append(NewMessage {
            sender: ANN,
            client_id,
            target,
            body,
            reply_to: None,
            written_at: None,
        }));
    }

    /// New text, or a deletion, of the message with this seq.
    fn change(&mut self, seq: i64, version: i64, text: Option<&str>) {
        let (user, client_id, conversation) = (ANN, ClientId::fresh(), ConversationId::new(1));
        let (seq, version) = (Seq::new(seq), Version::new(version));
        self.write(match text {
            Some(text) => {
                let body = Body::parse(text).unwrap();
                Write::Edit { user, client_id, conversation, seq, version, body }
            }
            None => Write::Delete { user, client_id, conversation, seq, version },
        });
    }

    /// FTS5 compares everything that it has with the texts.
    fn is_whole(&self) -> bool {
        let check = "INSERT INTO search_texts (search_texts, rank) VALUES ('integrity-check', 1)";
        self.indexed().execute_batch(check).is_ok()
    }

    fn index_all(&mut self) {
        while self.index.index(NOW).unwrap() {}
    }

    fn reopen(&mut self) {
        let path = self.path();
        (self.writer, self.readers) = open(&path, b"secret", 1).unwrap();
        self.index = SqliteIndex::of(&path);
    }

    fn find(&self, text: &str) -> Result<usize, StoreError> {
        let query = Query::parse(text).unwrap();
        let search = Search { query, zone_minutes: 0, from: None, limit: 50, longest: Duration::from_secs(60) };
        Ok(SqliteReader::take(&self.readers)?.search(ANN, &search)?.messages.len())
    }

    fn indexed(&self) -> Connection {
        Connection::open(path_of(&self.path())).unwrap()
    }

    fn reached(&self) -> i64 {
        index::state(&self.indexed()).unwrap().unwrap().1.message
    }
}

#[test]
fn an_index_is_kept_over_a_restart_and_whole() {
    let mut disk = Disk::new();
    for number in 0..100 {
        disk.say(&format!("text {number}"));
        if number % 30 == 0 {
            disk.index_all();
        }
    }
    disk.index_all();
    disk.reopen();
    assert_eq!(disk.reached(), 100);
    assert!(disk.is_whole());
}

#[test]
fn edits_and_deletions_take_nothing_else_out_of_the_index() {
    let mut disk = Disk::new();
    for round in 0..20_usize {
        for number in 0..10 {
            disk.say(&format!("abcab {} cabba", "abc".repeat(1 + (round * 7 + number * 3) % 23)));
        }
        disk.index_all();
        // Of each ten: three edited, one of them twice, one deleted.
        let first = i64::try_from(round).unwrap() * 10;
        disk.change(first + 2, 1, Some("bcabc accab"));
        disk.change(first + 5, 1, Some("a"));
        disk.change(first + 5, 2, Some("cabba"));
        disk.change(first + 9, 1, Some(&"cab".repeat(40)));
        disk.change(first + 7, 1, None);
        disk.index_all();
        assert!(disk.is_whole(), "round {round}");
    }
}

#[test]
fn a_lost_index_and_one_that_is_no_database_are_made_anew_at_the_next_start() {
    for is_lost in [true, false] {
        let mut disk = Disk::new();
        disk.say("still here");
        disk.index_all();
        let path = path_of(&disk.path());
        if is_lost {
            std::fs::remove_file(&path).unwrap()
        } else {
            std::fs::write(&path, vec![0xa5; 8_192]).unwrap()
        }
        disk.reopen();
        assert_eq!((disk.reached(), disk.find("still").unwrap()), (0, 1));
        disk.index_all();
        assert_eq!((disk.reached(), disk.find("still").unwrap()), (1, 1));
    }
}

#[test]
fn a_broken_index_leaves_everything_else_alone_and_is_made_anew_while_the_server_runs() {
    let mut disk = Disk::new();
    for number in 0..50 {
        disk.say(&format!("still here {number}"));
    }
    disk.index_all();
    disk.indexed().execute_batch("UPDATE search_texts_data SET block = zeroblob(length(block)) WHERE id > 10").unwrap();
    assert!(matches!(disk.find("still"), Err(StoreError::SearchIndex(_))), "{:?}", disk.find("still"));
    disk.say("still here, too");
    disk.index.begin_anew().unwrap();
    disk.index_all();
    assert_eq!(disk.find("still").unwrap(), 50);
}

#[test]
fn an_index_of_a_lost_history_is_not_taken_for_the_restored_ones() {
    let mut disk = Disk::new();
    disk.say("in the backup");
    let backup = disk.folder.path().join("backup.db");
    std::fs::write(&backup, "").unwrap();
    copy::copy(&disk.path(), &backup, false).unwrap();
    disk.say("lost");
    disk.index_all();
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", disk.path().display()));
    }
    std::fs::rename(&backup, disk.path()).unwrap();
    disk.reopen();
    assert_eq!(disk.reached(), 0);
    disk.say("new");
    disk.index_all();
    assert_eq!((disk.find("lost").unwrap(), disk.find("new").unwrap(), disk.find("backup").unwrap()), (0, 1, 1));
}

#[test]
fn an_index_that_is_ahead_of_its_chat_is_made_anew() {
    let mut disk = Disk::new();
    disk.say("text");
    disk.index_all();
    disk.indexed().execute(sql::search::SAVE_STATE, (7, 0)).unwrap();
    disk.reopen();
    assert_eq!(disk.reached(), 0);
}

#[test]
fn a_phrase_is_asked_for_by_its_rarest_trigrams_and_a_word_of_equally_frequent_ones_by_those_that_cover_it() {
    let mut disk = Disk::new();
    for _ in 0..20 {
        disk.say("kubernetes kept");
    }
    disk.say("uber kubernetes kube");
    disk.index_all();
    let rarest = |text: &str| {
        let needle = Needle::of(text).unwrap();
        let chosen = seek::rarest(&disk.indexed(), &needle, disk.reached()).unwrap();
        chosen.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rarest("kubernetes kubernetes")[0], " ku");
    assert_eq!(rarest("kubernetes"), ["kub", "ber", "rne", "tes"]);
    assert_eq!(rarest("kept"), ["kep", "ept"]);
    assert_eq!(rarest("of"), [""; 0]);
}

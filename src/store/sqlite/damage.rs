//! What harm on the disk does to what the store says: no answer may hold a word that was never written.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;

use rusqlite::Connection;
use tempfile::TempDir;

use super::open::{ReaderPool, open};
use super::{SqliteReader, SqliteWriter};
use crate::clock::Timestamp;
use crate::domain::{
    Body, ClientId, ConversationId, DisplayName, Emoji, GroupName, Rev, Seq, Target, UserId, Username, Version,
};
use crate::store::{
    Anchor, ConversationReads, MessageReads, NewMessage, NewUser, Refusal, StoreError, Stored, UserReads, Write,
    WriteStore,
};

const ANN: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);
const ROOM: ConversationId = ConversationId::new(1);

struct Disk {
    folder: TempDir,
    writer: SqliteWriter,
    readers: ReaderPool,
}

impl Disk {
    /// A group in which there is a line, a text, an edited one and a deleted one.
    fn with_history() -> Disk {
        let folder = tempfile::tempdir().unwrap();
        let (writer, readers) = open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
        let mut disk = Disk { folder, writer, readers };
        for name in ["ann", "bob"] {
            let user = NewUser {
                username: Username::parse(name).unwrap(),
                display_name: DisplayName::parse(name).unwrap(),
                password_hash: String::new(),
                password_is_weak: false,
            };
            disk.apply(Write::CreateUser { user, session: None }).unwrap();
        }
        let name = GroupName::parse("Garden").unwrap();
        disk.apply(Write::CreateGroup { user: ANN, client_id: None, name, members: vec![BOB] }).unwrap();
        for text in ["lorem", "ipsum", "dolor"] {
            disk.apply(message(text)).unwrap();
        }
        let (client_id, version) = (ClientId::fresh(), Version::FIRST);
        let body = Body::parse("edited").unwrap();
        disk.apply(Write::Edit { user: ANN, client_id, conversation: ROOM, seq: Seq::new(3), version, body }).unwrap();
        let client_id = ClientId::fresh();
        disk.apply(Write::Delete { user: ANN, client_id, conversation: ROOM, seq: Seq::new(4), version }).unwrap();
        disk
    }

    fn apply(&mut self, write: Write) -> Result<Stored, Refusal> {
        self.writer.apply(&[write], Timestamp::from_millis(1_000)).unwrap().remove(0)
    }

    fn harm(&self, change: &str) {
        self.harm_in("messages", change);
    }

    fn harm_in(&self, table: &str, change: &str) {
        let connection = Connection::open(self.folder.path().join("chat.db")).unwrap();
        let update = format!("PRAGMA ignore_check_constraints = 1; UPDATE {table} SET {change}");
        connection.execute_batch(&update).unwrap();
    }

    fn read(&self) -> SqliteReader {
        SqliteReader::take(&self.readers).unwrap()
    }

    fn page(&self) -> Result<usize, StoreError> {
        let page = self.read().messages(BOB, ROOM, Anchor::Newest, 50)?;
        Ok(page.unwrap().messages.len())
    }
}

fn message(text: &str) -> Write {
    Write::Append(NewMessage {
        sender: ANN,
        client_id: ClientId::fresh(),
        target: Target::Conversation(ROOM),
        body: Body::parse(text).unwrap(),
        reply_to: None,
        written_at: Some(Timestamp::from_millis(900)),
    })
}

fn is_damage<T>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Damaged { path, .. }) if path.ends_with("chat.db"))
}

#[test]
fn lines_texts_edits_and_deletions_read_as_they_were_written() {
    assert_eq!(Disk::with_history().page().unwrap(), 4);
}

#[test]
fn no_changed_part_of_a_message_leaves_the_store() {
    for change in [
        "body = 'morem' WHERE seq = 2",
        "body = 'edites' WHERE seq = 3",
        "body = 'dolor' WHERE seq = 4",
        "deleted_at = NULL WHERE seq = 4",
        "edited_at = NULL WHERE seq = 3",
        "sender = 2 WHERE seq = 2",
        "seq = 6 WHERE seq = 2",
        "at = at + 1 WHERE seq = 2",
        "written_at = NULL WHERE seq = 2",
        "version = 3 WHERE seq = 3",
        "withheld = 1 WHERE seq = 2",
        "mentions = '2' WHERE seq = 2",
        "mentions = '0' WHERE seq = 3",
        "event = replace(event, 'Garden', 'Warden') WHERE seq = 1",
        "checksum = checksum + 1 WHERE seq = 1",
    ] {
        let disk = Disk::with_history();
        disk.harm(change);
        // A place beyond the head is on no page, but it leaves a gap on this one.
        assert!(is_damage(disk.page()) || disk.page().unwrap() == 3, "{change}");
        assert!(!change.starts_with("body") || is_damage(disk.page()), "{change}");
        let changes = disk.read().changes(BOB, ROOM, Rev::ZERO, 50);
        assert!(is_damage(changes) || change.starts_with("seq"), "{change}");
    }
}

#[test]
fn no_changed_part_of_an_earlier_form_reaches_whoever_has_left() {
    for change in
        ["body = 'edites'", "version = 4", "at = at + 1", "rev = rev - 1", "mentions = '2'", "checksum = checksum + 1"]
    {
        let mut disk = Disk::with_history();
        disk.apply(Write::RemoveMember { user: BOB, conversation: ROOM, member: BOB }).unwrap();
        let (client_id, version) = (ClientId::fresh(), Version::FIRST.next());
        let body = Body::parse("edited again").unwrap();
        disk.apply(Write::Edit { user: ANN, client_id, conversation: ROOM, seq: Seq::new(3), version, body }).unwrap();
        assert_eq!(disk.page().unwrap(), 5);
        disk.harm_in("message_versions", &format!("{change} WHERE version = 2"));
        assert!(is_damage(disk.page()), "{change}");
    }
}

#[test]
fn no_changed_part_of_a_reaction_leaves_the_store() {
    for change in
        ["emoji = '🎉'", "user = 1", "rev = rev - 1", "at = at + 1", "withheld = 1", "checksum = checksum + 1"]
    {
        let mut disk = Disk::with_history();
        let (client_id, emoji) = (ClientId::fresh(), Emoji::parse("👍").unwrap());
        let seq = Seq::new(2);
        disk.apply(Write::React { user: BOB, client_id, conversation: ROOM, seq, emoji, is_on: true }).unwrap();
        assert_eq!(disk.page().unwrap(), 4);
        disk.harm_in("reactions", change);
        assert!(is_damage(disk.page()), "{change}");
        assert!(is_damage(disk.read().changes(BOB, ROOM, Rev::ZERO, 50)), "{change}");
    }
}

#[test]
fn a_harmed_text_is_in_no_preview_and_cannot_be_edited() {
    let mut disk = Disk::with_history();
    let Ok(Stored::Appended { message: sent, .. }) = disk.apply(message("newest")) else { panic!() };
    disk.harm("body = 'oldest' WHERE seq = 5");
    assert!(is_damage(disk.read().conversations(BOB, None, 50)));
    let (conversation, seq, version, client_id) = (sent.conversation, sent.seq, sent.version, ClientId::fresh());
    let body = Body::parse("better").unwrap();
    let edit = Write::Edit { user: ANN, client_id, conversation, seq, version, body };
    assert_eq!(disk.apply(edit), Err(Refusal::Unknown));
    assert!(disk.apply(message("its neighbours still stand")).is_ok());
}

#[test]
fn a_damaged_file_is_named_with_what_to_do_to_whoever_opens_reads_or_writes() {
    let mut disk = Disk::with_history();
    let path = disk.folder.path().join("chat.db");
    Connection::open(&path).unwrap().pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(())).unwrap();
    // Everything but the first page, on which the schema begins.
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len() - 4096;
    file.write_all_at(&vec![0xa5; usize::try_from(length).unwrap()], 4096).unwrap();
    let is_named = |error: String| assert!(error.contains("chat.db is damaged: stop chinwag and restore"), "{error}");
    is_named(disk.read().user_count().unwrap_err().to_string());
    is_named(disk.writer.apply(&[message("one")], Timestamp::default()).unwrap_err().to_string());
    let Err(refused) = open(&path, b"secret", 1) else { panic!("a damaged database was opened") };
    is_named(refused.to_string());
}

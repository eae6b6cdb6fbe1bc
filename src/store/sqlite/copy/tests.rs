//! What a copy holds, what is found wrong with one, and what a server on one tells clients of the history that was lost.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use refinery::{Migration, Runner};
use tempfile::TempDir;

use super::super::open::{open, writing_connection};
use super::super::{SqliteReader, SqliteWriter, conversations};
use super::*;
use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, ConversationId, DisplayName, Emoji, GroupName, Message, Seq, Target, Username};
use crate::store::{
    AdminReads, Administration, ChangesSince, ConversationReads, Held, MessageReads, NewMessage, NewUser, ResumeFrom,
    ResumeReads, Resumed, Stored, Write, WriteStore,
};

const SECRET: &[u8] = b"secret";
const ANN: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);
const TALK: ConversationId = ConversationId::new(1);

struct Disk {
    folder: TempDir,
    writer: SqliteWriter,
    reader: SqliteReader,
}

impl Disk {
    /// Ann and Bob, who have said so much.
    fn with_messages(count: usize) -> Disk {
        let mut disk = Disk::over(tempfile::tempdir().unwrap());
        for name in ["ann", "bob"] {
            disk.write(sign_up(name));
        }
        for number in 0..count {
            disk.say(&format!("text {number}"));
        }
        disk
    }

    fn over(folder: TempDir) -> Disk {
        let (writer, readers) = open(&folder.path().join("chat.db"), SECRET, 1).unwrap();
        Disk { folder, writer, reader: SqliteReader::take(&readers).unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("chat.db")
    }

    fn write(&mut self, write: Write) -> Stored {
        self.writer.apply(&[write], Timestamp::from_millis(1_000)).unwrap().remove(0).unwrap()
    }

    fn say(&mut self, text: &str) -> Message {
        match self.write(message(text)) {
            Stored::Appended { message, .. } => message,
            other => panic!("{other:?}"),
        }
    }

    fn copied(&self) -> PathBuf {
        let to = self.folder.path().join("copy");
        File::create(&to).unwrap();
        copy(&self.path(), &to, false).unwrap();
        to
    }

    /// A copy in a folder of its own.
    fn copied_out(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(self.copied(), folder.path().join("chat.db")).unwrap();
        folder
    }

    /// A server that was restored from a copy of this one.
    fn restored(&self) -> Disk {
        Disk::over(self.copied_out())
    }

    /// The same history with this done to it, as no server would.
    fn harmed(&self, change: &str) -> Result<Contents, OpenError> {
        let copy = self.copied();
        Connection::open(&copy).unwrap().execute_batch(change).unwrap();
        inspect(&copy)
    }

    fn resume(&mut self, people_rev: Rev, held: &[Held]) -> Resumed {
        let from = ResumeFrom { user: BOB, people_rev, conversations: held.to_vec() };
        self.reader.resume(&from).unwrap().unwrap()
    }

    /// What a client that has seen everything would name.
    fn seen(&mut self) -> (Rev, Vec<Held>) {
        let rev = self.reader.conversation(BOB, TALK).unwrap().unwrap().0.rev;
        (self.resume(Rev::ZERO, &[]).people_rev, vec![Held { conversation: TALK, rev }])
    }
}

fn sign_up(name: &str) -> Write {
    let user = NewUser {
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: String::new(),
        password_is_weak: false,
    };
    Write::CreateUser { user, session: None }
}

fn message(text: &str) -> Write {
    Write::Append(NewMessage {
        sender: ANN,
        client_id: ClientId::fresh(),
        target: Target::User(BOB),
        body: Body::parse(text).unwrap(),
        reply_to: None,
        written_at: None,
    })
}

#[test]
fn a_copy_holds_all_that_was_committed_and_nothing_that_was_deleted() {
    let mut disk = Disk::with_messages(3);
    let regretted = disk.say("a word I regret");
    let Message { conversation, seq, version, .. } = regretted;
    disk.write(Write::Delete { user: ANN, client_id: ClientId::fresh(), conversation, seq, version });
    let copy = disk.copied();
    assert_eq!(inspect(&copy).unwrap(), Contents { people: 2, conversations: 1, messages: 4 });
    let bytes = std::fs::read(copy).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("text 2") && !holds("a word I regret"));
}

#[test]
fn a_copy_holds_reactions_as_they_were_set_and_a_harmed_one_is_named() {
    let mut disk = Disk::with_messages(1);
    let Message { conversation, seq, .. } = disk.say("react to me");
    let (client_id, emoji) = (ClientId::fresh(), Emoji::parse("👍").unwrap());
    disk.write(Write::React { user: BOB, client_id, conversation, seq, emoji, is_on: true });
    assert_eq!(inspect(&disk.copied()).unwrap().messages, 2);
    assert!(disk.harmed("UPDATE reactions SET emoji = '🎉'").is_err());
    assert!(disk.harmed("PRAGMA foreign_keys = off; UPDATE reactions SET seq = 99").is_err());
}

#[test]
fn a_copy_taken_while_people_write_is_of_one_moment_and_the_writer_never_waits() {
    let mut disk = Disk::with_messages(2_000);
    let (path, to) = (disk.path(), disk.folder.path().join("copy"));
    File::create(&to).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let copying = scope.spawn(|| {
            let outcome = copy(&path, &to, false);
            is_done.store(true, Ordering::SeqCst);
            outcome
        });
        while !is_done.load(Ordering::SeqCst) {
            disk.say("meanwhile");
        }
        copying.join().unwrap().unwrap();
    });
    assert!(inspect(&to).unwrap().messages >= 2_000);
}

#[test]
fn a_copy_that_was_harmed_is_named_damaged() {
    let disk = Disk::with_messages(3);
    for change in [
        "UPDATE messages SET body = 'other' WHERE seq = 2",
        "DELETE FROM messages WHERE seq = 2",
        "DELETE FROM messages WHERE seq = 3",
        "PRAGMA foreign_keys = off; DELETE FROM users WHERE id = 2",
        "PRAGMA ignore_check_constraints = on; UPDATE messages SET kind = 7 WHERE seq = 1",
        "PRAGMA writable_schema = on; DELETE FROM sqlite_schema WHERE name = 'messages_by_seq'",
    ] {
        let error = disk.harmed(change).unwrap_err();
        assert!(error.to_string().contains("copy"), "{change}: {error}");
        assert!(matches!(error, OpenError::Damaged(_) | OpenError::Store { .. }), "{change}: {error:?}");
    }
    let newer = disk.harmed("UPDATE refinery_schema_history SET version = 9999 WHERE version = 1").unwrap_err();
    assert!(matches!(newer, OpenError::Store { source: StoreError::Newer { .. }, .. }), "{newer:?}");
}

#[test]
fn a_mention_that_is_not_counted_and_one_that_nobody_made_are_damage() {
    let mut disk = Disk::with_messages(1);
    let name = GroupName::parse("Garden").unwrap();
    let group = disk.write(Write::CreateGroup { user: ANN, client_id: None, name, members: vec![BOB] });
    let Stored::ConversationChanged { conversation, .. } = group else { panic!("{group:?}") };
    for text in ["@bob", "@all"] {
        let (client_id, target) = (ClientId::fresh(), Target::Conversation(conversation));
        let (body, sender) = (Body::parse(text).unwrap(), ANN);
        disk.write(Write::Append(NewMessage { sender, client_id, target, body, reply_to: None, written_at: None }));
    }
    assert_eq!(disk.harmed("SELECT 1").unwrap().messages, 4);
    for change in [
        "DELETE FROM mentions WHERE user = 2",
        "DELETE FROM mentions WHERE user = 0",
        "UPDATE mentions SET seq = 7 WHERE user = 2",
        "INSERT INTO mentions (conversation, user, seq, from_rev, author) VALUES (1, 2, 1, 1, 1)",
    ] {
        assert!(disk.harmed(change).is_err(), "{change}");
    }
}

#[test]
fn a_server_on_a_copy_lets_every_client_start_over_once_and_never_tells_half_of_two_histories() {
    let mut first = Disk::with_messages(10);
    let at_backup = first.seen();
    let mut second = first.restored();
    for number in 0..20 {
        first.say(&format!("lost {number}"));
    }
    let ahead = first.seen();
    for number in 0..30 {
        second.say(&format!("new {number}"));
    }
    for (people_rev, held) in [at_backup, ahead] {
        let resumed = second.resume(people_rev, &held);
        assert!(resumed.people_reset);
        assert!(matches!(resumed.changes[..], [(TALK, ChangesSince::Reset { head, .. })] if head == Seq::new(40)));
    }
    // From then on it is told what changes, as ever, also after another start.
    let (people_rev, held) = second.seen();
    let mut second = Disk::over(second.folder);
    second.say("one more");
    let resumed = second.resume(people_rev, &held);
    assert!(!resumed.people_reset);
    let [(TALK, ChangesSince::Changes(run))] = &resumed.changes[..] else { panic!("{:?}", resumed.changes) };
    assert_eq!(run.messages.len(), 1);
}

#[test]
fn a_conversation_under_a_number_that_was_lost_is_not_taken_for_the_lost_one() {
    let first = Disk::with_messages(1);
    let mut second = first.restored();
    second.write(sign_up("cat"));
    let (user, other) = (BOB, UserId::new(3));
    let Stored::ConversationChanged { conversation, .. } = second.write(Write::OpenDirect { user, other }) else {
        panic!()
    };
    let changes = second.reader.changes(BOB, conversation, Rev::new(5), 50).unwrap().unwrap();
    assert!(matches!(changes, ChangesSince::Reset { .. }), "{changes:?}");
}

#[test]
fn a_newer_program_brings_a_copy_up_to_date_before_it_begins_a_new_line() {
    let copy = Disk::with_messages(3).copied_out();
    let path = copy.path().join("chat.db");
    let mut newer = migrate::runner().get_migrations().clone();
    let later = "CREATE TABLE later (id INTEGER); UPDATE conversations SET name = name";
    newer.push(Migration::unapplied("V9999__later", later).unwrap());
    let newer = Runner::new(&newer);
    let found = migrate::look_at(&path, &newer).unwrap();
    let mut connection = writing_connection(&path).unwrap();
    migrate::bring_up_to_date(&path, &mut connection, &found, &newer).unwrap();
    begin_new_line_if_copied(&mut connection).unwrap();
    assert_eq!(migrate::look_at(&path, &newer).unwrap(), Found::Version(9999));
    assert!(conversations::head(&connection, TALK).unwrap().unwrap().rev >= Rev::new(Rev::PER_LINE));
    assert!(inspect(&path).unwrap_err().to_string().contains("use a newer chinwag"));
}

#[test]
fn an_empty_file_is_no_database_to_copy() {
    let folder = tempfile::tempdir().unwrap();
    let [empty, to] = ["empty", "to"].map(|name| folder.path().join(name));
    File::create(&empty).unwrap();
    assert!(matches!(copy(&empty, &to, true), Err(OpenError::NotOurs { .. })));
    assert!(matches!(inspect(&empty), Err(OpenError::NotOurs { .. })));
}

#[test]
fn a_link_for_one_use_does_not_come_back_with_a_backup() {
    let mut disk = Disk::with_messages(1);
    disk.write(Write::TakeServer { user: ANN });
    let (token_hash, expires_at) = ([7; 32], Timestamp::from_millis(9_000));
    for what in [
        Administration::Invite { token_hash, expires_at, places: 1 },
        Administration::LinkPassword { user: BOB, token_hash, expires_at },
    ] {
        disk.write(Write::Administer { by: Some(ANN), what });
    }
    let now = Timestamp::from_millis(1_000);
    assert!(disk.reader.has_place(&token_hash, now).unwrap());
    let mut restored = disk.restored();
    assert!(!restored.reader.has_place(&token_hash, now).unwrap());
    assert_eq!(restored.reader.password_link(&token_hash, now).unwrap(), None);
    assert!(restored.reader.is_admin(ANN).unwrap());
    assert!(disk.reader.password_link(&token_hash, now).unwrap().is_some());
}

#[test]
fn a_database_that_was_never_restored_keeps_its_revisions() {
    let mut disk = Disk::with_messages(5);
    let (_, held) = disk.seen();
    disk.copied();
    let mut disk = Disk::over(disk.folder);
    assert_eq!(disk.seen().1, held);
    assert!(held[0].rev < Rev::new(Rev::PER_LINE));
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::{SqliteIndex, SqliteWriter, open};
use super::*;
use crate::domain::{
    Body, ClientId, ConversationId, DisplayName, Emoji, Message, Seq, Target, UserId, Username, Version,
};
use crate::store::{IndexStore, NewMessage, NewUser, Refusal, Stored, Write, WriteStore};

const ANN: UserId = UserId::new(1);
const MINUTE: i64 = 60_000;

/// A store that Ann fills, and a clock that moves a second with each batch.
struct Disk {
    folder: TempDir,
    writer: SqliteWriter,
    index: SqliteIndex,
    now: i64,
}

impl Disk {
    fn new() -> Disk {
        // Memory's own file system where there is one: what is searched are bytes, not a disk.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("chinwag-erasure-").tempdir_in(place).unwrap();
        let (writer, _) = open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
        let index = SqliteIndex::of(&folder.path().join("chat.db"));
        let mut disk = Disk { folder, writer, index, now: 1_000_000_000_000 };
        for name in ["ann", "bob", "cat", "dan"] {
            let user = NewUser {
                username: Username::parse(name).unwrap(),
                display_name: DisplayName::parse(name).unwrap(),
                password_hash: String::new(),
                password_is_weak: false,
            };
            disk.write(Write::CreateUser { user, session: None }).unwrap();
        }
        disk.tidy();
        disk
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("chat.db")
    }

    fn write(&mut self, write: Write) -> Result<Stored, Refusal> {
        self.now += 1_000;
        self.writer.apply(&[write], Timestamp::from_millis(self.now)).unwrap().remove(0)
    }

    fn tidy(&mut self) {
        let now = Timestamp::from_millis(self.now);
        self.writer.tidy(now).unwrap();
        while self.index.index(now).unwrap() {}
    }

    fn say(&mut self, text: &str) -> Message {
        self.say_to(Target::User(UserId::new(2)), text, None)
    }

    fn say_to(&mut self, target: Target, text: &str, reply_to: Option<Seq>) -> Message {
        let (client_id, body) = (ClientId::fresh(), Body::parse(text).unwrap());
        let new = NewMessage { sender: ANN, client_id, target, body, reply_to, written_at: None };
        let stored = self.write(Write::Append(new));
        match stored.unwrap() {
            Stored::Appended { message, .. } => message,
            other => panic!("{other:?}"),
        }
    }

    fn edit(&mut self, message: &Message, text: &str) -> Message {
        let (conversation, seq, version) = (message.conversation, message.seq, message.version);
        let (client_id, body) = (ClientId::fresh(), Body::parse(text).unwrap());
        match self.write(Write::Edit { user: ANN, client_id, conversation, seq, version, body }).unwrap() {
            Stored::Changed { message, .. } => message,
            other => panic!("{other:?}"),
        }
    }

    fn delete(&mut self, message: &Message) {
        let (conversation, seq, version) = (message.conversation, message.seq, message.version);
        self.write(Write::Delete { user: ANN, client_id: ClientId::fresh(), conversation, seq, version }).unwrap();
    }

    /// The draft's new version.
    fn draft(&mut self, conversation: ConversationId, text: &str, version: Version) -> Version {
        let text = text.to_owned();
        match self.write(Write::SetDraft { user: ANN, conversation, text, version }).unwrap() {
            Stored::DraftSet { version, .. } => version,
            other => panic!("{other:?}"),
        }
    }

    /// Every file of the directory, byte by byte.
    fn bytes(&self) -> Vec<Vec<u8>> {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    fn holds(&self, text: &str) -> bool {
        self.bytes().iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    fn journal_bytes(&self) -> u64 {
        std::fs::metadata(self.folder.path().join("chat.db-wal")).unwrap().len()
    }

    /// Somebody who has begun to read and goes on until they are dropped.
    fn reading(&self) -> Connection {
        let reader = Connection::open(self.path()).unwrap();
        reader.execute_batch("BEGIN").unwrap();
        reader.query_row("SELECT count(*) FROM messages", [], |row| row.get::<_, i64>(0)).unwrap();
        reader
    }
}

#[test]
fn reactions_leave_every_file_with_their_message_and_when_they_are_taken_back() {
    let mut disk = Disk::new();
    let (kept, deleted) = (disk.say("one"), disk.say("two"));
    let (ship, rocket) = (Emoji::parse("🛳️").unwrap(), Emoji::parse("🚀").unwrap());
    let react = |disk: &mut Disk, message: &Message, emoji: &Emoji, is_on| {
        let (conversation, seq, emoji) = (message.conversation, message.seq, emoji.clone());
        disk.write(Write::React { user: ANN, client_id: ClientId::fresh(), conversation, seq, emoji, is_on }).unwrap();
    };
    react(&mut disk, &kept, &ship, true);
    react(&mut disk, &deleted, &rocket, true);
    assert!(disk.holds("🛳️") && disk.holds("🚀"));
    react(&mut disk, &kept, &ship, false);
    disk.delete(&deleted);
    disk.now += MINUTE;
    disk.tidy();
    assert!(!disk.holds("🛳️") && !disk.holds("🚀"));
}

#[test]
fn deleted_text_leaves_every_file_within_a_minute_and_the_journal_is_otherwise_not_cut() {
    let mut disk = Disk::new();
    let sent = disk.say("a word I regret");
    disk.say("another");
    disk.now += 10 * MINUTE;
    disk.tidy();
    assert!(disk.journal_bytes() > 0);
    disk.delete(&sent);
    disk.tidy();
    assert!(disk.holds("a word I regret"));
    disk.now += MINUTE;
    disk.tidy();
    assert!(!disk.holds("a word I regret") && disk.holds("another"));
}

#[test]
fn no_trigram_of_deleted_or_edited_text_stays_in_the_search_index() {
    let mut disk = Disk::new();
    for number in 0..200 {
        disk.say(&format!("filler {number} about nothing"));
    }
    // Three letters that stand nowhere else are one token.
    let (deleted, edited) = (disk.say("a word ⰀⰁⰂ I regret"), disk.say("another ⰃⰄⰅ"));
    disk.tidy();
    for number in 0..200 {
        disk.say(&format!("more filler {number}"));
    }
    disk.tidy();
    assert!(disk.holds("ⰀⰁⰂ") && disk.holds("ⰃⰄⰅ"));
    let edited = disk.edit(&edited, "another ⰆⰇⰈ");
    disk.delete(&deleted);
    disk.tidy();
    disk.now += MINUTE;
    disk.tidy();
    disk.delete(&edited);
    disk.tidy();
    disk.now += MINUTE;
    disk.tidy();
    for text in ["ⰀⰁⰂ", "ⰁⰂ", "ⰃⰄⰅ", "ⰆⰇⰈ"] {
        assert!(!disk.holds(text), "{text}");
    }
}

#[test]
fn what_was_deleted_just_before_a_stop_leaves_at_the_next_start() {
    let mut disk = Disk::new();
    let sent = disk.say("a word I regret");
    disk.delete(&sent);
    assert!(disk.holds("a word I regret"));
    disk.writer = SqliteWriter::reopened(&disk.path(), b"secret").unwrap();
    disk.say("the first thing that happens");
    disk.tidy();
    assert!(!disk.holds("a word I regret"));
}

#[test]
fn a_clock_that_is_set_back_puts_nothing_off() {
    let mut disk = Disk::new();
    let sent = disk.say("a word I regret");
    disk.delete(&sent);
    disk.now -= 5 * 60 * MINUTE;
    disk.tidy();
    disk.now += 2 * MINUTE;
    disk.tidy();
    assert!(!disk.holds("a word I regret"));
}

/// The busiest hour: before each tidying somebody has written since the last reader began, so that there never is a
/// moment in which the journal could be cut without waiting.
#[test]
fn where_somebody_always_reads_and_writes_it_leaves_within_ten_minutes_all_the_same() {
    let mut disk = Disk::new();
    let sent = disk.say("a word I regret");
    disk.delete(&sent);
    let deleted_at = disk.now;
    let mut reader = disk.reading();
    while disk.now < deleted_at + ERASURE_WAITS_MS {
        disk.say("and so on");
        disk.tidy();
        assert!(disk.holds("a word I regret"), "the test reads too little to be in the way");
        reader = disk.reading();
        disk.now += 9_000;
    }
    // Readers that end soon. Where the machine has no time for one of them, the next wait is for another.
    while disk.holds("a word I regret") {
        assert!(disk.now - deleted_at < 10 * MINUTE);
        let ends = std::thread::spawn(move || {
            std::thread::sleep(READERS_GET / 10);
            drop(reader);
        });
        disk.say("and so on");
        disk.tidy();
        ends.join().unwrap();
        reader = disk.reading();
        disk.now += WAITS_AGAIN_MS;
    }
}

#[test]
fn a_reader_that_never_ends_holds_writers_up_only_now_and_then() {
    let disk = Disk::new();
    let connection = open::writing_connection(&disk.path()).unwrap();
    let _reader = disk.reading();
    connection.execute_batch("CREATE TABLE more (n INTEGER)").unwrap();
    let mut journal = Journal::found();
    let mut waits = BTreeSet::new();
    for second in 0..600 {
        journal.keep(&connection, Timestamp::from_millis(second * 1_000)).unwrap();
        waits.extend(journal.waited_at);
    }
    let first = waits.first().unwrap().millis();
    assert_eq!(first, ERASURE_WAITS_MS - ERASURE_MS, "what is found counts as old enough to go");
    let gaps = waits.iter().zip(waits.iter().skip(1)).map(|(one, next)| next.millis() - one.millis());
    assert!(waits.len() > 40 && gaps.clone().all(|gap| gap == WAITS_AGAIN_MS), "{waits:?}");
}

/// xorshift: the same seed, the same texts.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A text that can be told from every other one, of any length: edits that grow move rows between pages.
    fn text(&mut self, number: usize) -> String {
        let filler = [20, 60, 200, 900, 3_000, 7_000][usize::try_from(self.below(6)).unwrap()];
        format!("canary {number:06} {number:06}{}", "x".repeat(filler))
    }
}

/// Texts and where they stand: messages with all their versions, and drafts.
#[derive(Default)]
struct Texts {
    count: usize,
    messages: Vec<(Message, Vec<usize>)>,
    drafts: BTreeMap<ConversationId, (Version, usize)>,
    gone: BTreeSet<usize>,
}

impl Texts {
    fn new_text(&mut self, random: &mut Random) -> (usize, String) {
        self.count += 1;
        (self.count, random.text(self.count))
    }

    fn act(&mut self, disk: &mut Disk, random: &mut Random) {
        let at = usize::try_from(random.below(1 + self.messages.len() as u64)).unwrap();
        let known = self.messages.get(at).map(|(message, _)| message.clone());
        match (random.below(10), known) {
            (0..4, answered) => {
                let (number, text) = self.new_text(random);
                // Answers name what they answer, and keep nothing of it.
                let (target, reply_to) = match answered {
                    Some(message) if random.below(2) == 0 => {
                        (Target::Conversation(message.conversation), Some(message.seq))
                    }
                    _ => (Target::User(UserId::new(2 + i64::try_from(random.below(3)).unwrap())), None),
                };
                let message = disk.say_to(target, &text, reply_to);
                self.messages.push((message, vec![number]));
            }
            (4..7, Some(message)) => {
                let (number, text) = self.new_text(random);
                self.messages[at].0 = disk.edit(&message, &text);
                self.messages[at].1.push(number);
            }
            (7, Some(message)) => {
                disk.delete(&message);
                self.gone.extend(self.messages.swap_remove(at).1);
            }
            (_, Some(message)) => {
                let place = message.conversation;
                let (version, before) = self.drafts.get(&place).copied().unwrap_or_default();
                let (number, text) = self.new_text(random);
                let text = if random.below(4) == 0 { String::new() } else { text };
                let version = disk.draft(place, &text, version);
                self.gone.insert(before);
                self.drafts.insert(place, (version, if text.is_empty() { 0 } else { number }));
            }
            (_, None) => {}
        }
    }
}

/// Which canaries stand in the bytes. Each says its number twice: the beginning of one may lie before a row that happens to
/// begin like the end of another.
fn canaries(files: &[Vec<u8>]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for bytes in files {
        for at in 0..bytes.len().saturating_sub(20) {
            if bytes[at..].starts_with(b"canary ")
                && bytes[at + 7..at + 13] == bytes[at + 14..at + 20]
                && let Ok(number) = std::str::from_utf8(&bytes[at + 7..at + 13]).unwrap_or_default().parse()
            {
                found.insert(number);
            }
        }
    }
    found
}

#[test]
fn no_byte_of_any_version_of_a_deleted_message_or_of_a_replaced_draft_is_left_in_any_file() {
    for seed in 1..=8_u64 {
        let (mut disk, mut random, mut texts) = (Disk::new(), Random(seed * 7_919), Texts::default());
        for _ in 0..300 {
            texts.act(&mut disk, &mut random);
            if random.below(20) == 0 {
                disk.tidy();
            }
        }
        assert!(canaries(&disk.bytes()).intersection(&texts.gone).count() > 0, "seed {seed}: nothing was ever there");
        disk.now += MINUTE;
        disk.tidy();
        let left = |disk: &Disk| -> Vec<usize> { canaries(&disk.bytes()).intersection(&texts.gone).copied().collect() };
        assert_eq!(left(&disk), [0; 0], "seed {seed}");
        // Nor does it come back when the pages on which it was are changed again.
        for at in 0..texts.messages.len() {
            let message = texts.messages[at].0.clone();
            disk.edit(&message, "another word");
        }
        assert_eq!(left(&disk), [0; 0], "seed {seed}, later");
        let found = canaries(&disk.bytes());
        let kept = texts.messages.iter().flat_map(|(_, versions)| versions);
        assert!(kept.clone().count() > 0 && kept.clone().all(|number| found.contains(number)), "seed {seed}");
    }
}

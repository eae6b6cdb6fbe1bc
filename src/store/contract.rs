//! What any store must keep, as sentences. A second backend passes this same suite by becoming what [`World::new`]
//! opens; nothing here knows which one it is.

mod admins;
mod blocks;
mod crowds;
mod drafts;
mod groups;
mod leavers;
mod mentions;
mod messages;
mod mutes;
mod people;
mod reactions;
mod read_receipts;
mod receipts;
mod resume;
mod returns;
mod search;
mod sessions;
mod unread;

use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Anchor, ChangesSince, IndexStore, NewMessage, NewUser, ReadStore, Refusal, Stored, Write, WriteStore, sqlite,
};
use crate::clock::Timestamp;
use crate::domain::{
    Body, ClientId, Conversation, ConversationId, DisplayName, GroupName, Message, Mute, Receipt, ReceiptKind, Rev,
    Seq, Target, User, UserId, Username, Version,
};

/// A fresh store and a clock that moves one second with each batch.
struct World {
    writer: Box<dyn WriteStore>,
    reader: Box<dyn ReadStore>,
    index: Box<dyn IndexStore>,
    now: Timestamp,
    ids: u128,
    folder: TempDir,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let (writer, readers) = sqlite::open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
        let reader = sqlite::SqliteReader::take(&readers).unwrap();
        let now = Timestamp::from_millis(1_000_000_000_000);
        let index = Box::new(sqlite::SqliteIndex::of(&folder.path().join("chat.db")));
        World { writer: Box::new(writer), reader: Box::new(reader), index, now, ids: 0, folder }
    }

    /// A world with Ann, Bob and their conversation.
    fn of_two() -> (World, UserId, UserId, ConversationId) {
        let mut world = World::new();
        let (ann, bob) = (world.person("ann"), world.person("bob"));
        let place = world.direct(ann, bob);
        (world, ann, bob, place)
    }

    /// A world with a group that Ann owns.
    fn of_group() -> (World, [UserId; 3], ConversationId) {
        let mut world = World::new();
        let people = ["ann", "bob", "cat"].map(|name| world.person(name));
        let name = GroupName::parse("Lunch").unwrap();
        let members = vec![people[1], people[2]];
        match world.write(Write::CreateGroup { user: people[0], client_id: None, name, members }).unwrap() {
            Stored::ConversationChanged { conversation, .. } => (world, people, conversation),
            other => panic!("{other:?}"),
        }
    }

    /// The program stops and starts on the same file.
    fn restart(&mut self) {
        let (writer, readers) = sqlite::open(&self.folder.path().join("chat.db"), b"secret", 1).unwrap();
        self.reader = Box::new(sqlite::SqliteReader::take(&readers).unwrap());
        self.writer = Box::new(writer);
    }

    fn batch(&mut self, writes: &[Write]) -> Vec<Result<Stored, Refusal>> {
        self.now = self.now.plus_millis(1_000);
        self.writer.apply(writes, self.now).unwrap()
    }

    fn write(&mut self, write: Write) -> Result<Stored, Refusal> {
        self.batch(&[write]).remove(0)
    }

    fn person(&mut self, name: &str) -> UserId {
        match self.write(sign_up(name)).unwrap() {
            Stored::UserCreated { user, .. } => user.id,
            other => panic!("{other:?}"),
        }
    }

    fn direct(&mut self, user: UserId, other: UserId) -> ConversationId {
        match self.write(Write::OpenDirect { user, other }).unwrap() {
            Stored::ConversationChanged { conversation, .. } => conversation,
            other => panic!("{other:?}"),
        }
    }

    fn fresh_id(&mut self) -> ClientId {
        self.ids += 1;
        ClientId::new(Uuid::from_u128(self.ids))
    }

    fn text(&mut self, sender: UserId, place: ConversationId, text: &str) -> NewMessage {
        new_message(self.fresh_id(), sender, Target::Conversation(place), text)
    }

    fn say(&mut self, sender: UserId, place: ConversationId, text: &str) -> Message {
        let new = self.text(sender, place, text);
        appended(self.write(Write::Append(new)))
    }

    fn edit(&mut self, user: UserId, message: &Message, text: &str) -> Result<Stored, Refusal> {
        let client_id = self.fresh_id();
        self.write(edit(client_id, user, message, text))
    }

    fn delete(&mut self, user: UserId, message: &Message) -> Result<Stored, Refusal> {
        let client_id = self.fresh_id();
        let (conversation, seq, version) = (message.conversation, message.seq, message.version);
        self.write(Write::Delete { user, client_id, conversation, seq, version })
    }

    fn confirm(&mut self, user: UserId, conversation: ConversationId, kind: ReceiptKind, up_to: i64) -> Confirmed {
        let up_to = Seq::new(up_to);
        match self.write(Write::Confirm { user, conversation, kind, up_to }).unwrap() {
            Stored::Confirmed { receipts, authors, only_delivered_to, crowd, late, cursor, .. } => {
                Confirmed { receipts, authors, only_delivered_to, crowd, late, cursor }
            }
            other => panic!("{other:?}"),
        }
    }

    fn came_back(&mut self, user: UserId) -> Timestamp {
        let offline_since = self.now;
        assert_eq!(self.write(Write::RecordReturn { user, offline_since }), Ok(Stored::Done));
        offline_since
    }

    fn view(&mut self, viewer: UserId, place: ConversationId) -> Conversation {
        self.reader.conversation(viewer, place).unwrap().unwrap().0
    }

    fn seqs(&mut self, viewer: UserId, place: ConversationId, anchor: Anchor, limit: usize) -> Vec<i64> {
        let page = self.reader.messages(viewer, place, anchor, limit).unwrap().unwrap();
        page.messages.iter().map(|message| message.seq.get()).collect()
    }

    fn changes(&mut self, viewer: UserId, place: ConversationId, after: i64, limit: usize) -> ChangesSince {
        self.reader.changes(viewer, place, Rev::new(after), limit).unwrap().unwrap()
    }
}

struct Confirmed {
    receipts: Vec<Receipt>,
    authors: Vec<UserId>,
    only_delivered_to: Vec<UserId>,
    crowd: Vec<(UserId, Seq)>,
    late: Vec<(UserId, crate::domain::Late)>,
    cursor: Option<super::CursorMoved>,
}

impl Confirmed {
    /// Kind, from, up to, and whether late.
    fn ranges(&self) -> Vec<(ReceiptKind, i64, i64, bool)> {
        let range =
            |receipt: &Receipt| (receipt.kind, receipt.from.get(), receipt.up_to.get(), receipt.since.is_some());
        self.receipts.iter().map(range).collect()
    }
}

fn sign_up(name: &str) -> Write {
    let user = NewUser {
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: "hash".into(),
        password_is_weak: false,
    };
    Write::CreateUser { user, session: None }
}

fn new_message(client_id: ClientId, sender: UserId, target: Target, text: &str) -> NewMessage {
    NewMessage { sender, client_id, target, body: Body::parse(text).unwrap(), reply_to: None, written_at: None }
}

fn edit(client_id: ClientId, user: UserId, message: &Message, text: &str) -> Write {
    let (conversation, seq, version) = (message.conversation, message.seq, message.version);
    Write::Edit { user, client_id, conversation, seq, version, body: Body::parse(text).unwrap() }
}

fn appended(answer: Result<Stored, Refusal>) -> Message {
    match answer.unwrap() {
        Stored::Appended { message, .. } => message,
        other => panic!("{other:?}"),
    }
}

fn changed(answer: Result<Stored, Refusal>) -> Message {
    match answer.unwrap() {
        Stored::Changed { message, .. } => message,
        other => panic!("{other:?}"),
    }
}

//! The stage: a running ChatServer whose writer, readers and connections are recorders, with a clock of its own.

mod builders;
mod device;
mod reader;
mod writer;

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use actix::prelude::*;
use serde_json::Value;

pub use builders::*;
pub use device::{Device, End};
pub use reader::Reading;
pub use writer::Writing;

use crate::chat::{
    Ask, Census, ChatParts, ChatServer, ChatSettings, ConnectionId, GaveUp, Hello, Join, Leave, Submit, TakeCensus,
};
use crate::clock::{Clock, Timestamp};
use crate::db::BatchDone;
use crate::domain::{Blocks, ConversationId, Presence, Rev, Seq, SessionId, UserId};
use crate::protocol::decode;
use crate::store::{Audience, PersonPresence, Refusal, Stored, Write};

/// The clock at the start.
pub const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// From when everybody has been away at the start.
pub const AWAY: Timestamp = Timestamp::from_millis(1_699_999_000_000);

/// Long enough for every message now on its way, and all that it brings about, to arrive.
const TURNS: usize = 60;

/// What a write comes to.
pub type Outcome = Result<Stored, Refusal>;

/// See the module.
pub struct Stage {
    pub chat: Addr<ChatServer>,
    pub clock: Clock,
    pub writing: Writing,
    pub reading: Reading,
    /// Says why, once ChatServer gives up.
    pub gave_up: tokio::sync::oneshot::Receiver<GaveUp>,
    rooms: HashMap<ConversationId, Room>,
    sessions: i64,
}

/// A conversation, as the stage's writer keeps it.
struct Room {
    audience: Audience,
    seq: Seq,
    rev: Rev,
}

impl Stage {
    /// Everybody is away since [`AWAY`].
    pub async fn open() -> Stage {
        Stage::with(ChatSettings::default()).await
    }

    /// The same with other numbers.
    pub async fn with(settings: ChatSettings) -> Stage {
        let away = |user| PersonPresence { user, offline_since: Some(AWAY) };
        Stage::after(settings, [ANN, BOB, CAT, DAN].map(away).to_vec()).await
    }

    /// The same where some have blocked others.
    pub async fn with_blocks(blocks: &[(UserId, UserId)]) -> Stage {
        let away = |user| PersonPresence { user, offline_since: Some(AWAY) };
        let presence = [ANN, BOB, CAT, DAN].map(away).to_vec();
        let blocks = blocks.iter().copied().collect();
        Stage::build(ChatSettings::default(), presence, blocks).await.started().await
    }

    /// The first batch of a start still waits.
    pub async fn starting() -> Stage {
        Stage::build(ChatSettings::default(), Vec::new(), Blocks::default()).await
    }

    /// The first batch is stored.
    async fn started(mut self) -> Stage {
        self.commit().await;
        self.writing.forget();
        self
    }

    /// After a stop that left `presence` in the store.
    pub async fn after(settings: ChatSettings, presence: Vec<PersonPresence>) -> Stage {
        Stage::build(settings, presence, Blocks::default()).await.started().await
    }

    async fn build(settings: ChatSettings, presence: Vec<PersonPresence>, blocks: Blocks) -> Stage {
        tokio::time::pause();
        let (clock, writing, reading) = (Clock::manual(START), Writing::default(), Reading::default());
        let (writer, reader) = (writing.start(), reading.start());
        let time = clock.clone();
        let (give_up, gave_up) = tokio::sync::oneshot::channel();
        let chat = ChatServer::start(move |_| ChatParts {
            writer,
            resume: reader.clone().recipient(),
            views: reader.clone().recipient(),
            counts: reader.recipient(),
            clock: time,
            settings,
            presence,
            blocks,
            give_up,
        });
        let room = |members: &[UserId]| Room { audience: members.into(), seq: Seq::ZERO, rev: Rev::ZERO };
        let rooms = HashMap::from([(DIRECT, room(&[ANN, BOB])), (GROUP, room(&[ANN, BOB, CAT]))]);
        let stage = Stage { chat, clock, writing, reading, gave_up, rooms, sessions: 0 };
        settle().await;
        stage
    }

    /// Opens a connection with a session of its own; its user is back and everything about it is settled and forgotten.
    pub async fn online(&mut self, user: UserId) -> Device {
        let session = self.new_session();
        self.online_in(user, session).await
    }

    /// The same with another window's session.
    pub async fn online_in(&mut self, user: UserId, session: SessionId) -> Device {
        let device = self.join(Device::new(user, session)).await;
        self.finish_joining().await;
        assert_eq!(device.types()[0], "ready");
        self.writing.forget();
        device
    }

    /// A session never seen before.
    pub fn new_session(&mut self) -> SessionId {
        self.sessions += 1;
        SessionId::new(self.sessions)
    }

    /// Says hello for a device and lets that arrive; whatever it needs of writer and readers is left to the test.
    pub async fn join(&mut self, device: Device) -> Device {
        self.join_with(device, Hello::default()).await
    }

    /// The same with something in the hello.
    pub async fn join_with(&mut self, device: Device, hello: Hello) -> Device {
        let Device { id: connection, user, session, .. } = device;
        self.chat.do_send(Join { connection, user, session, keep: false, hello, link: device.link() });
        settle().await;
        device
    }

    /// Commits and answers whatever is asked until nothing is.
    pub async fn finish_joining(&mut self) {
        while self.writing.is_busy() || self.reading.waiting() > 0 {
            self.commit_all().await;
            self.reading.release();
            settle().await;
        }
    }

    /// A connection sends a frame; nothing is committed yet.
    pub async fn say(&self, device: &Device, frame: Value) {
        self.ask(device.id, &frame);
        settle().await;
    }

    /// The same without waiting until it has arrived.
    pub fn ask(&self, connection: ConnectionId, frame: &Value) {
        let request = decode(&frame.to_string()).expect("a proper frame");
        self.chat.do_send(Ask { connection, request });
    }

    /// A connection goes.
    pub async fn leave(&self, device: &Device, said_so: bool) {
        self.chat.do_send(Leave { connection: device.id, said_so });
        settle().await;
    }

    /// A change asked for over HTTP; the future is its answer.
    pub async fn submit(&self, write: Write) -> impl Future<Output = Outcome> + use<> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.chat.do_send(Submit { write, reply });
        settle().await;
        async { answer.await.expect("every caller is answered") }
    }

    /// The writer stores the batch it has, each write as [`Stage::outcome`] says.
    pub async fn commit(&mut self) {
        self.commit_with(|_| None).await;
    }

    /// The writer answers the batch it has with `outcome`, or as usual where that is `None`.
    pub async fn commit_with(&mut self, mut outcome: impl FnMut(&Write) -> Option<Outcome>) {
        let batch = self.writing.take().expect("the writer has a batch");
        let results = batch.writes.iter().map(|write| outcome(write).unwrap_or_else(|| self.outcome(write))).collect();
        self.chat.do_send(BatchDone { id: batch.id, results });
        settle().await;
    }

    /// The writer answers everything in its batch alike.
    pub async fn commit_as(&mut self, outcome: &Outcome) {
        self.commit_with(|_| Some(outcome.clone())).await;
    }

    /// Commits until the writer has nothing.
    pub async fn commit_all(&mut self) {
        while self.writing.is_busy() {
            self.commit().await;
        }
    }

    /// What the stage's writer makes of a write: it keeps messages, and finds everything else worth no telling.
    fn outcome(&mut self, write: &Write) -> Outcome {
        let Write::Append(new) = write else { return Ok(Stored::Done) };
        let conversation = match new.target {
            crate::domain::Target::Conversation(conversation) => conversation,
            crate::domain::Target::User(_) => DIRECT,
        };
        let room = self.rooms.get_mut(&conversation).ok_or(Refusal::NotFound)?;
        if !room.audience.contains(&new.sender) {
            return Err(Refusal::NotFound);
        }
        (room.seq, room.rev) = (room.seq.next(), room.rev.next());
        let mut message = message(conversation, room.seq.get(), room.rev.get(), new.sender);
        message.client_id = Some(new.client_id);
        message.body = new.body.as_str().to_owned();
        Ok(appended(message, &room.audience))
    }

    /// Lets time pass, a tick of ChatServer at a time.
    pub async fn pass(&self, time: Duration) {
        let (mut left, step) = (time, Duration::from_millis(250));
        while !left.is_zero() {
            let part = left.min(step);
            self.clock.advance(i64::try_from(part.as_millis()).unwrap());
            tokio::time::advance(part).await;
            settle().await;
            left -= part;
        }
    }

    /// How ChatServer sees somebody now.
    pub async fn presence(&self, user: UserId) -> Presence {
        let question = crate::chat::PresenceOf { viewer: ANN, users: vec![user] };
        self.chat.send(question).await.unwrap().unwrap()[0]
    }

    pub async fn census(&self) -> Census {
        self.chat.send(TakeCensus).await.unwrap().unwrap()
    }
}

/// Lets every message on its way arrive, without letting time pass.
pub async fn settle() {
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
    }
}

/// Runs a short time.
pub const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

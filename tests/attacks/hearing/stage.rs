//! ChatServer over the real store, in one thread and with time that stands still until nobody has anything to do, and two
//! devices of each person that write down every frame they are handed. Nothing here knows who may hear what.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use chinwag::chat::{
    Ask, ChatParts, ChatServer, ChatSettings, ConnectionId, EndSocket, Hello, Join, Leave, Link, Outgoing, Submit,
    Waiting, submit,
};
use chinwag::clock::Clock;
use chinwag::config::Rate;
use chinwag::db::{Batch, BatchDone, Query};
use chinwag::domain::{ConversationId, Rev, SessionId, UserId};
use chinwag::protocol::decode;
use chinwag::store::sqlite::SqliteWriter;
use chinwag::store::{Refusal, Resumed, StoreError, Stored, UserReads, Write, WriteStore};
use serde_json::Value;
use tokio::sync::oneshot;

use super::lab::{BEGINNING, DEVICES, Lab};
use super::plant::Plant;

/// A frame that a device was handed.
pub struct Heard {
    pub device: usize,
    pub frame: Value,
    pub text: String,
}

type Tray = Rc<RefCell<Vec<Heard>>>;
type SharedLab = Rc<RefCell<Lab>>;

/// One device of somebody.
pub struct Device {
    pub user: i64,
    session: i64,
    open: Option<ConnectionId>,
    /// Whose presence it may be told: those it named last, and those whom its `ready` named.
    pub watched: BTreeSet<i64>,
}

impl Device {
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

pub struct Stage {
    chat: Addr<ChatServer>,
    tray: Tray,
    clock: Clock,
    pub devices: Vec<Device>,
    last_ref: u64,
}

impl Stage {
    /// A server on an empty store with `people` people, two devices each.
    pub fn set(lab: &SharedLab, people: i64, plant: Option<Plant>) -> Stage {
        lab.borrow_mut().make_empty();
        let plant = Rc::new(RefCell::new(plant));
        let clock = Clock::manual(BEGINNING);
        let writer = lab.borrow().writer();
        let presence = lab.borrow().reader().recorded_presence().unwrap();
        let chat = ChatServer::start(|done| {
            let clerk = Clerk { writer, done, plant: plant.clone() }.start();
            let desk = Desk { lab: lab.clone(), plant }.start();
            ChatParts {
                writer: clerk.recipient(),
                resume: desk.clone().recipient(),
                views: desk.clone().recipient(),
                counts: desk.recipient(),
                clock: clock.clone(),
                // One person does in a history what others do in a week.
                settings: ChatSettings {
                    presence_grace: Duration::from_secs(1),
                    frames: Rate::OFF,
                    frames_per_user: Rate::OFF,
                    ..ChatSettings::default()
                },
                presence,
                blocks: chinwag::domain::Blocks::default(),
                give_up: oneshot::channel().0,
            }
        });
        let device = |user: i64, own: usize| Device {
            user,
            session: lab.borrow().sessions[usize::try_from(user - 1).unwrap()][own],
            open: None,
            watched: BTreeSet::new(),
        };
        let devices = (1..=people).flat_map(|user| (0..DEVICES).map(move |own| (user, own)));
        let devices = devices.map(|(user, own)| device(user, own)).collect();
        Stage { chat, tray: Tray::default(), clock, devices, last_ref: 0 }
    }

    /// Lets everything come to rest, and time pass.
    pub async fn rest(&mut self, millis: u64) -> Vec<Heard> {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        self.clock.advance(i64::try_from(millis).unwrap());
        self.tray.borrow_mut().drain(..).collect()
    }

    /// Opens a connection that says hello with these conversations in hand.
    pub fn connect(&mut self, at: usize, holding: &[(i64, i64)]) {
        let (tray, waiting) = (self.tray.clone(), Waiting::default());
        let pipe = Pipe { device: at, tray, waiting: waiting.clone() };
        let address = Pipe::create(|ctx| {
            ctx.set_mailbox_capacity(10_000);
            pipe
        });
        let (device, connection) = (&mut self.devices[at], ConnectionId::fresh());
        device.open = Some(connection);
        device.watched.clear();
        let conversations = holding.iter().map(|(id, rev)| (ConversationId::new(*id), Rev::new(*rev))).collect();
        self.chat.do_send(Join {
            connection,
            user: UserId::new(device.user),
            session: SessionId::new(device.session),
            keep: true,
            hello: Hello { people_rev: Rev::new(0), conversations, is_idle: false },
            link: Link::new(address.recipient(), waiting, Arc::new(Deaf)),
        });
    }

    pub fn disconnect(&mut self, at: usize) {
        if let Some(connection) = self.devices[at].open.take() {
            self.chat.do_send(Leave { connection, said_so: false });
        }
    }

    /// Sends a frame; the `ref` that its answer repeats.
    pub fn say(&mut self, at: usize, mut frame: Value) -> u64 {
        self.last_ref += 1;
        frame["ref"] = self.last_ref.into();
        let request = decode(&frame.to_string()).unwrap_or_else(|error| panic!("{frame}: {error:?}"));
        let connection = self.devices[at].open.expect("it is connected");
        self.chat.do_send(Ask { connection, request });
        self.last_ref
    }

    /// A change over HTTP, whose answer goes to nobody's socket.
    pub async fn post(&mut self, write: Write) -> Result<Stored, Refusal> {
        let chat: Recipient<Submit> = self.chat.clone().recipient();
        submit(&chat, write).await
    }
}

/// The writer, which a plant may make tell more than is so.
struct Clerk {
    writer: SqliteWriter,
    done: Recipient<BatchDone>,
    plant: Rc<RefCell<Option<Plant>>>,
}

impl Actor for Clerk {
    type Context = Context<Clerk>;
}

impl Handler<Batch> for Clerk {
    type Result = ();

    fn handle(&mut self, batch: Batch, _: &mut Context<Clerk>) {
        let mut results = self.writer.apply(&batch.writes, batch.at).expect("the database answers");
        if let Some(plant) = &mut *self.plant.borrow_mut() {
            results.iter_mut().filter_map(|result| result.as_mut().ok()).for_each(|stored| plant.alter(stored));
        }
        self.done.do_send(BatchDone { id: batch.id, results });
    }
}

/// The readers.
struct Desk {
    lab: SharedLab,
    plant: Rc<RefCell<Option<Plant>>>,
}

impl Actor for Desk {
    type Context = Context<Desk>;
}

impl<T: Send + 'static> Handler<Query<T>> for Desk {
    type Result = Result<T, StoreError>;

    fn handle(&mut self, query: Query<T>, _: &mut Context<Desk>) -> Result<T, StoreError> {
        let mut answer = query.run(&mut self.lab.borrow().reader())?;
        if let Some(plant) = &mut *self.plant.borrow_mut()
            && let Some(Some(resumed)) = (&mut answer as &mut dyn Any).downcast_mut::<Option<Resumed>>()
        {
            plant.alter_resumed(resumed);
        }
        Ok(answer)
    }
}

/// The server's side of a connection.
struct Pipe {
    device: usize,
    tray: Tray,
    waiting: Waiting,
}

impl Actor for Pipe {
    type Context = Context<Pipe>;
}

impl Handler<Outgoing> for Pipe {
    type Result = ();

    fn handle(&mut self, outgoing: Outgoing, _: &mut Context<Pipe>) {
        self.waiting.taken(outgoing.weight());
        let frames = match outgoing {
            Outgoing::Frame(frame) => vec![frame],
            Outgoing::Frames(frames) => frames,
            Outgoing::Close(frame, close) => panic!("a device was sent away: {frame:?}, {close:?}"),
        };
        for frame in frames {
            let (text, device) = (frame.to_string(), self.device);
            let frame = serde_json::from_str(&text).expect("frames are JSON");
            self.tray.borrow_mut().push(Heard { device, frame, text });
        }
    }
}

/// A socket that needs no ending.
struct Deaf;

impl EndSocket for Deaf {
    fn end(&self) {}
}

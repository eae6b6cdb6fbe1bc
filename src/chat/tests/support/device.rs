//! The recorder that stands for a connection, and the socket that only counts how often it was ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use actix::prelude::*;
use bytestring::ByteString;
use serde_json::Value;

use crate::chat::{ConnectionId, EndSocket, Link, Outgoing, Waiting};
use crate::domain::{SessionId, UserId};
use crate::protocol::Close;

/// One open window.
pub struct Device {
    pub id: ConnectionId,
    pub user: UserId,
    pub session: SessionId,
    pub waiting: Waiting,
    heard: Arc<Mutex<Heard>>,
    socket: Arc<Socket>,
    address: Addr<Recorder>,
}

/// How its connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is open.
    Open,
    /// With a close frame.
    Closed(Close),
    /// Its socket was ended from outside.
    Cut,
}

#[derive(Default)]
struct Heard {
    frames: Vec<ByteString>,
    closed: Option<Close>,
}

#[derive(Default)]
struct Socket(AtomicUsize);

impl EndSocket for Socket {
    fn end(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Device {
    /// A window that takes whatever it is given.
    pub fn new(user: UserId, session: SessionId) -> Device {
        Device::build(user, session, None)
    }

    /// A window whose client has stopped reading, with room for `mailbox` frames.
    pub fn stuck(user: UserId, session: SessionId, mailbox: usize) -> Device {
        Device::build(user, session, Some(mailbox))
    }

    fn build(user: UserId, session: SessionId, stuck: Option<usize>) -> Device {
        let (heard, waiting) = (Arc::<Mutex<Heard>>::default(), Waiting::default());
        let recorder = Recorder { heard: heard.clone(), waiting: waiting.clone(), is_stuck: stuck.is_some() };
        let address = Recorder::create(|ctx| {
            ctx.set_mailbox_capacity(stuck.unwrap_or(512));
            recorder
        });
        Device { id: ConnectionId::fresh(), user, session, waiting, heard, socket: Arc::default(), address }
    }

    /// How ChatServer reaches it.
    pub fn link(&self) -> Link {
        Link::new(self.address.clone().recipient(), self.waiting.clone(), self.socket.clone())
    }

    /// What it heard since the last look, as bytes.
    pub fn raw(&self) -> Vec<ByteString> {
        std::mem::take(&mut self.heard.lock().unwrap().frames)
    }

    /// What it heard since the last look.
    pub fn frames(&self) -> Vec<Value> {
        self.raw().iter().map(|frame| serde_json::from_str(frame).expect("a frame is JSON")).collect()
    }

    /// The only frame it heard since the last look.
    pub fn frame(&self) -> Value {
        let mut frames = self.frames();
        assert_eq!(frames.len(), 1, "{frames:?}");
        frames.remove(0)
    }

    /// The types of what it heard since the last look.
    pub fn types(&self) -> Vec<String> {
        self.frames().iter().map(|frame| frame["type"].as_str().expect("a frame has a type").to_owned()).collect()
    }

    /// Counts what it heard since the last look.
    pub fn counter(&self) -> impl Fn() -> usize + Send + use<> {
        let heard = self.heard.clone();
        move || heard.lock().unwrap().frames.len()
    }

    /// How its connection stands.
    pub fn end(&self) -> End {
        let closed = self.heard.lock().unwrap().closed;
        match (self.socket.0.load(Ordering::Relaxed), closed) {
            (0, None) => End::Open,
            (0, Some(close)) => End::Closed(close),
            _ => End::Cut,
        }
    }
}

struct Recorder {
    heard: Arc<Mutex<Heard>>,
    waiting: Waiting,
    is_stuck: bool,
}

impl Actor for Recorder {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        if self.is_stuck {
            ctx.wait(std::future::pending::<()>().into_actor(self));
        }
    }
}

impl Handler<Outgoing> for Recorder {
    type Result = ();

    fn handle(&mut self, outgoing: Outgoing, _: &mut Context<Self>) {
        self.waiting.taken(outgoing.weight());
        let mut heard = self.heard.lock().unwrap();
        assert_eq!(heard.closed, None, "nothing follows the last word");
        match outgoing {
            Outgoing::Frame(frame) => heard.frames.push(frame),
            Outgoing::Frames(frames) => heard.frames.extend(frames),
            Outgoing::Close(last, close) => {
                heard.frames.extend(last);
                heard.closed = Some(close);
            }
        }
    }
}

//! Stand-ins for what surrounds ChatServer: the writer's and readers' mailboxes and the connections' actors. They decide
//! nothing; they put what they are sent into one tray, in order, for the simulation to take.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use chinwag::chat::{ConnectionId, EndSocket, Link, Outgoing, Waiting};
use chinwag::db::{Batch, Query};
use chinwag::domain::{Conversation, ReceiptCounts, User, UserId};
use chinwag::store::{Refusal, Resumed, StoreError, Stored};
use tokio::sync::{Notify, oneshot};

pub type ResumeQuery = Query<Option<Resumed>>;
pub type ResumeAnswer = Result<Option<Resumed>, StoreError>;

/// What was sent to a stand-in, with the server's generation where it matters.
pub enum Item {
    Batch(u64, Batch),
    Resume(u64, ResumeQuery, oneshot::Sender<ResumeAnswer>),
    Out(usize, Outgoing),
    Stopped(u64),
    /// A change asked for over HTTP has its answer.
    Submitted {
        device: usize,
        client_id: Option<String>,
        answer: Box<Result<Stored, Refusal>>,
    },
}

pub type Tray = Rc<RefCell<Vec<Item>>>;

/// Writer and readers.
pub struct Mailroom {
    pub generation: u64,
    pub tray: Tray,
}

impl Actor for Mailroom {
    type Context = Context<Mailroom>;
}

impl Handler<Batch> for Mailroom {
    type Result = ();

    fn handle(&mut self, batch: Batch, _: &mut Context<Mailroom>) {
        self.tray.borrow_mut().push(Item::Batch(self.generation, batch));
    }
}

impl Handler<ResumeQuery> for Mailroom {
    type Result = ResponseFuture<ResumeAnswer>;

    fn handle(&mut self, query: ResumeQuery, _: &mut Context<Mailroom>) -> Self::Result {
        let (sender, answer) = oneshot::channel();
        self.tray.borrow_mut().push(Item::Resume(self.generation, query, sender));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Busy)) })
    }
}

impl Handler<Query<Option<(Conversation, Vec<User>)>>> for Mailroom {
    type Result = Result<Option<(Conversation, Vec<User>)>, StoreError>;

    fn handle(&mut self, _: Query<Option<(Conversation, Vec<User>)>>, _: &mut Context<Mailroom>) -> Self::Result {
        Err(StoreError::Busy)
    }
}

impl Handler<Query<Vec<(UserId, ReceiptCounts)>>> for Mailroom {
    type Result = Result<Vec<(UserId, ReceiptCounts)>, StoreError>;

    fn handle(&mut self, _: Query<Vec<(UserId, ReceiptCounts)>>, _: &mut Context<Mailroom>) -> Self::Result {
        Err(StoreError::Busy)
    }
}

/// The server's side of a connection, which takes its frames one by one, or none while its client does not read.
pub struct Pipe {
    link: usize,
    tray: Tray,
    waiting: Waiting,
    stall: Rc<Stall>,
}

/// Whether the client reads.
#[derive(Default)]
pub struct Stall {
    pub is_on: Cell<bool>,
    /// A planted connection takes frames without a bound and keeps them here.
    pub has_no_bound: Cell<bool>,
    pub pile: RefCell<Vec<Outgoing>>,
    pub over: Notify,
}

/// Frames that may wait in a connection's mailbox here: few, so that the bound is met.
pub const MAILBOX: usize = 6;

/// Set when the server ends the socket from outside.
#[derive(Default)]
pub struct Ender(AtomicBool);

impl Ender {
    pub fn is_ended(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl EndSocket for Ender {
    fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A connection as the simulation holds it.
pub struct Open {
    pub id: ConnectionId,
    pub link: Option<Link>,
    pub waiting: Waiting,
    pub ender: Arc<Ender>,
    pub stall: Rc<Stall>,
}

/// Starts a connection's actor.
pub fn open(number: usize, tray: &Tray) -> Open {
    let (waiting, ender, stall) = (Waiting::default(), Arc::new(Ender::default()), Rc::new(Stall::default()));
    let pipe = Pipe { link: number, tray: tray.clone(), waiting: waiting.clone(), stall: stall.clone() };
    let address = Pipe::create(|ctx| {
        ctx.set_mailbox_capacity(MAILBOX);
        pipe
    });
    let link = Some(Link::new(address.recipient(), waiting.clone(), ender.clone()));
    Open { id: ConnectionId::fresh(), link, waiting, ender, stall }
}

impl Actor for Pipe {
    type Context = Context<Pipe>;
}

impl Handler<Outgoing> for Pipe {
    type Result = ();

    fn handle(&mut self, outgoing: Outgoing, ctx: &mut Context<Pipe>) {
        self.waiting.taken(outgoing.weight());
        if self.stall.is_on.get() && self.stall.has_no_bound.get() {
            self.stall.pile.borrow_mut().push(outgoing);
            return;
        }
        self.tray.borrow_mut().push(Item::Out(self.link, outgoing));
        if self.stall.is_on.get() {
            let stall = self.stall.clone();
            ctx.wait(async move { stall.over.notified().await }.into_actor(self));
        }
    }
}

//! What ChatServer is told and asked. Connections and HTTP handlers know nothing of it but these messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use actix::prelude::*;
use bytestring::ByteString;
use tokio::sync::oneshot;

use crate::domain::{ConversationId, Presence, Rev, SessionId, UserId};
use crate::guarded::Panicked;
use crate::protocol::{Close, Request};
use crate::store::{Refusal, Stored, Write};

/// Tells one open WebSocket from the next; never used twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(u64);

impl ConnectionId {
    /// The next unused one.
    pub fn fresh() -> ConnectionId {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        ConnectionId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A connection has said hello. From here on it hears what concerns it: first `ready`, then changes, then live frames.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Join {
    /// Which.
    pub connection: ConnectionId,
    /// Whose; from the session, never from a frame.
    pub user: UserId,
    /// The session it was opened with.
    pub session: SessionId,
    /// 'Keep me signed in'.
    pub keep: bool,
    /// What the client has.
    pub hello: Hello,
    /// How to reach it.
    pub link: Link,
}

/// What a client says it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hello {
    /// Newest directory revision it has seen.
    pub people_rev: Rev,
    /// The conversations it keeps, each with the newest revision up to which it has seen everything.
    pub conversations: Vec<(ConversationId, Rev)>,
    /// No window of it is in use.
    pub is_idle: bool,
}

/// A frame of a connection that has joined. The empty answer is the acceptance: only then is the next frame read, so
/// that TCP holds a fast client back.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Ask {
    /// Who asks.
    pub connection: ConnectionId,
    /// What.
    pub request: Request,
}

/// A connection has gone.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Leave {
    /// Which.
    pub connection: ConnectionId,
    /// Its window said so (close 1001), rather than being lost.
    pub said_so: bool,
}

/// The page's beacon: a window of this session closes. Its socket may end before or after.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct WindowCloses {
    /// Which session.
    pub session: SessionId,
}

/// A change asked for over HTTP, the command line or by the program itself. Use [`submit`].
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Submit {
    /// What.
    pub write: Write,
    /// Answered after the commit.
    pub reply: oneshot::Sender<Result<Stored, Refusal>>,
}

/// Asks for a change and waits until it is durable and everybody concerned has been told.
///
/// # Errors
/// The store's refusal; [`Refusal::Unknown`] when the program stops meanwhile.
pub async fn submit(chat: &Recipient<Submit>, write: Write) -> Result<Stored, Refusal> {
    let (reply, answer) = oneshot::channel();
    chat.do_send(Submit { write, reply });
    answer.await.unwrap_or(Err(Refusal::Unknown))
}

/// Who is here, as `viewer` may know it; one answer a person, in the order asked.
#[derive(Debug, Message)]
#[rtype(result = "Result<Vec<Presence>, Panicked>")]
pub struct PresenceOf {
    /// Who asks.
    pub viewer: UserId,
    /// About whom.
    pub users: Vec<UserId>,
}

/// Which of a user's sessions have a window open.
#[derive(Debug, Message)]
#[rtype(result = "Result<Vec<SessionId>, Panicked>")]
pub struct OpenSessions {
    /// Whose.
    pub user: UserId,
}

/// Says goodbye to everybody, finishes what was accepted, then answers. Nothing is accepted any more.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct SayGoodbye;

/// Counts for `/metrics` and tests.
#[derive(Debug, Message)]
#[rtype(result = "Result<Census, Panicked>")]
pub struct TakeCensus;

/// How many of what there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// Open connections that have joined or are joining.
    pub connections: usize,
    /// People with at least one of them.
    pub users_online: usize,
    /// Writes accepted and not answered yet.
    pub writes_waiting: usize,
    /// Messages stored since the start.
    pub messages_stored: u64,
    /// Batches committed since the start.
    pub batches_done: u64,
    /// Connections cut because they did not take their frames.
    pub connections_cut: u64,
    /// Its own work that ended in a panic since the start.
    pub panics: u64,
}

/// To a connection: frames already encoded, in order, and perhaps the end.
#[derive(Debug, Clone, PartialEq, Message)]
#[rtype(result = "()")]
pub enum Outgoing {
    /// One text frame.
    Frame(ByteString),
    /// Several, for one write.
    Frames(Vec<ByteString>),
    /// A last frame, then a close frame with this code.
    Close(Option<ByteString>, Close),
}

impl Outgoing {
    /// Bytes of text it carries.
    pub fn weight(&self) -> usize {
        match self {
            Outgoing::Frame(frame) => frame.len(),
            Outgoing::Frames(frames) => frames.iter().map(|frame| frame.len()).sum(),
            Outgoing::Close(frame, _) => frame.as_ref().map_or(0, |frame| frame.len()),
        }
    }
}

/// Ends a socket from outside. A connection whose client stopped reading is never polled, so it cannot end itself.
pub trait EndSocket: Send + Sync {
    /// Shuts the socket down at once, whatever is still unsent. Harmless when it has gone already.
    fn end(&self);
}

/// How ChatServer reaches one connection: one `Recipient` for ever (a mailbox's bound holds per sender clone), a bound
/// on the bytes that wait in it, and the way to end a connection that does not take them. A clone has a bound of its own:
/// only for a last word.
#[derive(Clone)]
pub struct Link {
    recipient: Recipient<Outgoing>,
    waiting: Waiting,
    socket: Arc<dyn EndSocket>,
}

/// Bytes handed to a connection and not yet written by it. The connection subtracts what it has written.
#[derive(Debug, Clone, Default)]
pub struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// The connection has taken this much.
    pub fn taken(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Bytes waiting now.
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Bytes of frames that may wait for one connection; once there are more, the next that comes finds it cut off, to
/// resume by cursor.
pub const WAITING_MAX_BYTES: usize = 1024 * 1024;

/// The connection does not take its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotTaken;

impl Link {
    /// A link to one connection.
    pub fn new(recipient: Recipient<Outgoing>, waiting: Waiting, socket: Arc<dyn EndSocket>) -> Link {
        Link { recipient, waiting, socket }
    }

    /// Hands frames over, or says that the connection has no room: then it must be ended, for a frame is never left out.
    ///
    /// # Errors
    /// [`NotTaken`] when its mailbox is full or closed, or too many bytes wait.
    pub fn hand_over(&self, outgoing: Outgoing) -> Result<(), NotTaken> {
        // What waits already decides, not what comes: one turn may tell a client that keeps up more than the bound.
        if self.waiting.0.fetch_add(outgoing.weight(), Ordering::Relaxed) > WAITING_MAX_BYTES {
            return Err(NotTaken);
        }
        self.recipient.try_send(outgoing).map_err(|_| NotTaken)
    }

    /// Sends a last word; a connection that has no room for it is ended from outside.
    pub fn close(&self, last: Outgoing) {
        if self.hand_over(last).is_err() {
            self.cut();
        }
    }

    /// Ends the socket from outside.
    pub fn cut(&self) {
        self.socket.end();
    }
}

//! A connection actor on a stage: bytes go in and come out without a socket, a recorder stands for ChatServer, and time
//! passes only when a test lets it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use actix_web::body::MessageBody;
use actix_web::error::PayloadError;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, dev};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::super::*;
use crate::clock::Timestamp;
use crate::connection::guard::client_frames;

pub const HEARTBEAT: Duration = Duration::from_secs(15);
pub const MESSAGE_WITHIN: Duration = Duration::from_secs(40);
pub const WHO: Who = Who { user: UserId::new(7), session: SessionId::new(70), keep: true };

/// A client at one end of an open WebSocket, ChatServer's recorder at the other.
pub struct Stage {
    pub chat: Chat,
    wire: Option<mpsc::UnboundedSender<Result<Bytes, PayloadError>>>,
    written: Rc<RefCell<Written>>,
    task: tokio::task::JoinHandle<()>,
}

/// What the connection wrote.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    is_over: bool,
}

/// One frame of the server.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Text(Value),
    Ping,
    Pong(Vec<u8>),
    Close(u16),
}

impl Stage {
    /// An upgraded connection on which nothing was said.
    pub async fn open() -> Stage {
        tokio::time::pause();
        Stage::beside().await
    }

    /// Another one on the same thread.
    pub async fn beside() -> Stage {
        let chat = Chat::default();
        let recorder = Recorder(chat.clone()).start();
        let links = Links {
            join: recorder.clone().recipient(),
            ask: recorder.clone().recipient(),
            leave: recorder.recipient(),
        };
        let clock = Clock::manual(Timestamp::from_millis(1_000));
        let request = TestRequest::get()
            .insert_header(("host", "chat.example"))
            .insert_header(("upgrade", "websocket"))
            .insert_header(("connection", "upgrade"))
            .insert_header(("sec-websocket-version", "13"))
            .insert_header(("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="))
            .to_http_request();
        let (wire, mut arriving) = mpsc::unbounded_channel();
        let stream = futures_util::stream::poll_fn(move |cx| arriving.poll_recv(cx));
        let mut payload: dev::Payload = dev::Payload::Stream { payload: Box::pin(stream) };
        let payload = web::Payload::from_request(&request, &mut payload).await.unwrap();
        let settings = ConnectionSettings {
            heartbeat: HEARTBEAT,
            hello_within: Duration::from_secs(10),
            message_within: MESSAGE_WITHIN,
            clock,
        };
        let response = serve(&request, payload, WHO, links, settings).expect("a proper handshake");
        let written = Rc::<RefCell<Written>>::default();
        let (mut body, pen) = (response.into_body(), written.clone());
        let task = tokio::task::spawn_local(async move {
            while let Some(bytes) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_next(cx)).await {
                pen.borrow_mut().bytes.extend(bytes.unwrap());
            }
            pen.borrow_mut().is_over = true;
        });
        settle().await;
        Stage { chat, wire: Some(wire), written, task }
    }

    /// A connection that has said hello.
    pub async fn joined() -> Stage {
        let stage = Stage::open().await;
        stage.say(&hello()).await;
        assert_eq!(stage.chat.joins(), 1);
        stage
    }

    /// The client says something in JSON.
    pub async fn say(&self, frame: &Value) {
        self.send(client_frames::frame(client_frames::TEXT, frame.to_string().as_bytes())).await;
    }

    /// The client sends bytes.
    pub async fn send(&self, bytes: Vec<u8>) {
        self.wire.as_ref().expect("the cable is there").send(Ok(bytes.into())).expect("the connection reads");
        settle().await;
    }

    /// The cable is pulled out.
    pub async fn lose(&mut self) {
        self.wire = None;
        settle().await;
    }

    /// What carries the connection is dropped, as after a panic outside its handlers.
    pub async fn drop_it(&self) {
        self.task.abort();
        settle().await;
    }

    /// What was written since the last look.
    pub fn heard(&self) -> Vec<Heard> {
        let bytes = std::mem::take(&mut self.written.borrow_mut().bytes);
        let (mut rest, mut heard) = (&bytes[..], Vec::new());
        while let [first, short, after @ ..] = rest {
            let (length, after) = match short {
                126 => (usize::from(u16::from_be_bytes([after[0], after[1]])), &after[2..]),
                127 => panic!("no frame here is that long"),
                short => (usize::from(*short), after),
            };
            let (payload, after) = after.split_at(length);
            rest = after;
            heard.push(match first {
                0x81 => Heard::Text(serde_json::from_slice(payload).expect("JSON")),
                0x88 => Heard::Close(u16::from_be_bytes([payload[0], payload[1]])),
                0x89 => Heard::Ping,
                0x8a => Heard::Pong(payload.to_vec()),
                other => panic!("a frame of kind {other:x}"),
            });
        }
        heard
    }

    /// The texts among what was written since the last look.
    pub fn texts(&self) -> Vec<Value> {
        let texts = self.heard().into_iter().filter_map(|heard| match heard {
            Heard::Text(text) => Some(text),
            _ => None,
        });
        texts.collect()
    }

    /// Whether nothing more will be written.
    pub fn is_over(&self) -> bool {
        self.written.borrow().is_over
    }

    /// Lets time pass, a second at a time.
    pub async fn pass(&self, time: Duration) {
        for _ in 0..time.as_secs() {
            tokio::time::advance(Duration::from_secs(1)).await;
            settle().await;
        }
        // Timers go by whole milliseconds and round up.
        tokio::time::advance(Duration::from_millis(1)).await;
        settle().await;
    }
}

/// A hello that knows nothing.
pub fn hello() -> Value {
    serde_json::json!({"type": "hello", "accountRev": 0, "peopleRev": 3, "conversations": [[31, 40]], "idle": true})
}

async fn settle() {
    for _ in 0..60 {
        tokio::task::yield_now().await;
    }
}

/// What ChatServer was told.
#[derive(Clone, Default)]
pub struct Chat(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    joins: Vec<Join>,
    asks: Vec<Request>,
    unaccepted: Vec<oneshot::Sender<()>>,
    leaves: Vec<bool>,
}

impl Chat {
    /// How many hellos there were.
    pub fn joins(&self) -> usize {
        self.0.lock().unwrap().joins.len()
    }

    /// Looks at the hello.
    pub fn with_join<T>(&self, look: impl FnOnce(&Join) -> T) -> T {
        look(&self.0.lock().unwrap().joins[0])
    }

    /// Hands something to the connection and lets it arrive.
    pub async fn hand_over(&self, outgoing: Outgoing) -> Result<(), crate::chat::NotTaken> {
        let taken = self.with_join(|join| join.link.hand_over(outgoing));
        settle().await;
        taken
    }

    /// The frames that were asked, accepted or not.
    pub fn asks(&self) -> Vec<Request> {
        self.0.lock().unwrap().asks.clone()
    }

    /// Accepts what was asked.
    pub async fn accept(&self) {
        for accepted in std::mem::take(&mut self.0.lock().unwrap().unaccepted) {
            accepted.send(()).unwrap();
        }
        settle().await;
    }

    /// Each leave, with whether the window said so.
    pub fn leaves(&self) -> Vec<bool> {
        self.0.lock().unwrap().leaves.clone()
    }
}

struct Recorder(Chat);

impl Actor for Recorder {
    type Context = Context<Self>;
}

impl Handler<Join> for Recorder {
    type Result = ();

    fn handle(&mut self, join: Join, _: &mut Context<Self>) {
        self.0.0.lock().unwrap().joins.push(join);
    }
}

impl Handler<Ask> for Recorder {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, ask: Ask, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (accept, accepted) = oneshot::channel();
        let mut told = self.0.0.lock().unwrap();
        told.asks.push(ask.request);
        told.unaccepted.push(accept);
        Box::pin(async move {
            // A test may end without accepting.
            let _ = accepted.await;
        })
    }
}

impl Handler<Leave> for Recorder {
    type Result = ();

    fn handle(&mut self, leave: Leave, _: &mut Context<Self>) {
        self.0.0.lock().unwrap().leaves.push(leave.said_so);
    }
}

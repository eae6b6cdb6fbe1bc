//! A WebSocket client that knows only what is written down. Keeps everything that came until a test has looked at it.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Person, SOON, client_id, http};

/// How a connection ended: the code of the close frame, or none when it was simply gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended(pub Option<u16>);

/// One open connection.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    unseen: VecDeque<Value>,
    next_ref: u64,
    ended: Option<Ended>,
    /// The answer to hello.
    pub ready: Value,
    /// How many signs of life came.
    pub beats: u32,
}

impl Socket {
    /// Opens one with this person's proof; no hello yet.
    pub async fn open(person: &Person) -> Socket {
        match Socket::try_open(person, Some(&person.server.origin())).await {
            Ok((socket, _)) => socket,
            Err(error) => panic!("the upgrade failed: {error}"),
        }
    }

    /// Opens one as a page of `origin` would.
    pub async fn try_open(person: &Person, origin: Option<&str>) -> Result<(Socket, Response), Error> {
        let server = person.server.address();
        let mut request = format!("ws://{server}/ws").into_client_request()?;
        let (name, value) = person.proof();
        request.headers_mut().insert(name, value.parse().unwrap());
        request.headers_mut().insert("Sec-WebSocket-Protocol", "chinwag.v1".parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("Origin", origin.parse().unwrap());
        }
        let connect = async {
            let tcp = http::connect(server, person.from).await?;
            tokio_tungstenite::client_async(request, tcp).await
        };
        let (stream, response) = tokio::time::timeout(SOON, connect).await.expect("the upgrade was answered")?;
        let socket = Socket { stream, unseen: VecDeque::new(), next_ref: 1, ended: None, ready: Value::Null, beats: 0 };
        Ok((socket, response))
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends any text as a frame.
    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// Sends the same, but does not mind a connection that has gone meanwhile.
    pub async fn try_send(&mut self, frame: &Value) -> bool {
        self.ended.is_none() && self.stream.send(Message::text(frame.to_string())).await.is_ok()
    }

    /// Sends bytes as one binary frame.
    pub async fn send_binary(&mut self, bytes: &[u8]) {
        self.stream.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    /// Sends bytes as one text frame, whether they are text or not.
    pub async fn send_as_text(&mut self, bytes: &[u8]) {
        let frame = Frame::message(bytes.to_vec(), OpCode::Data(Data::Text), true);
        self.stream.send(Message::Frame(frame)).await.unwrap();
    }

    /// Sends a text in two frames.
    pub async fn send_in_two(&mut self, text: &str) {
        let (one, two) = text.as_bytes().split_at(text.len() / 2);
        for frame in [
            Frame::message(one.to_vec(), OpCode::Data(Data::Text), false),
            Frame::message(two.to_vec(), OpCode::Data(Data::Continue), true),
        ] {
            self.stream.send(Message::Frame(frame)).await.unwrap();
        }
    }

    /// Writes bytes past the WebSocket protocol.
    pub async fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// The same, but does not mind a connection that has gone meanwhile.
    #[allow(dead_code, reason = "the attacks, which share this stage, need it")]
    pub async fn try_send_raw(&mut self, bytes: &[u8]) -> bool {
        self.ended.is_none() && self.stream.get_mut().write_all(bytes).await.is_ok()
    }

    /// Takes whatever comes within this time; false at its end.
    #[allow(dead_code, reason = "the attacks, which share this stage, need it")]
    pub async fn is_open_for(&mut self, time: Duration) -> bool {
        let until = tokio::time::Instant::now() + time;
        loop {
            match tokio::time::timeout_at(until, self.receive()).await {
                Ok(true) => {}
                Ok(false) => return false,
                Err(_) => return true,
            }
        }
    }

    /// Forgets what has come already; whether there may be more.
    #[allow(dead_code, reason = "the attacks, which share this stage, need it")]
    pub async fn is_there_more(&mut self) -> bool {
        self.unseen.clear();
        tokio::time::timeout(Duration::ZERO, self.receive()).await.unwrap_or(false)
    }

    /// Closes as a browser does when a window goes (1001), or otherwise.
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        self.stream.close(Some(frame)).await.unwrap();
        self.ended().await;
    }

    /// The connection breaks without a word.
    pub fn lose(self) {
        drop(self.stream);
    }

    /// The next frame of this type that nobody has looked at yet.
    pub async fn expect(&mut self, kind: &str) -> Value {
        self.expect_where(kind, |_| true).await
    }

    /// The next frame of this type for which `fits` holds.
    pub async fn expect_where(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut looked_at = 0;
        loop {
            while looked_at < self.unseen.len() {
                if self.unseen[looked_at]["type"] == kind && fits(&self.unseen[looked_at]) {
                    return self.unseen.remove(looked_at).unwrap();
                }
                looked_at += 1;
            }
            if !self.receive().await {
                panic!("{:?} while waiting for {kind}; unseen: {:#?}", self.ended, self.unseen);
            }
        }
    }

    /// Sends a request with a fresh `ref` and returns what answers it.
    pub async fn ask(&mut self, mut frame: Value) -> Value {
        let reference = self.next_ref;
        self.next_ref += 1;
        frame["ref"] = reference.into();
        self.send(&frame).await;
        let mut looked_at = 0;
        loop {
            while looked_at < self.unseen.len() {
                if self.unseen[looked_at]["ref"] == reference {
                    return self.unseen.remove(looked_at).unwrap();
                }
                looked_at += 1;
            }
            if !self.receive().await {
                panic!("{:?} while waiting for the answer to {frame}; unseen: {:#?}", self.ended, self.unseen);
            }
        }
    }

    /// The same, answered with `ok`.
    pub async fn ask_ok(&mut self, frame: Value) -> Value {
        let answer = self.ask(frame.clone()).await;
        assert_eq!(answer["type"], "ok", "{frame} was answered with {answer}");
        answer
    }

    /// The same, answered with an error of this code.
    pub async fn ask_refused(&mut self, frame: Value, code: &str) -> Value {
        let answer = self.ask(frame.clone()).await;
        assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!(code)), "{frame}: {answer}");
        answer
    }

    /// Sends a message into a conversation; the `message.stored`.
    pub async fn say(&mut self, conversation: i64, body: &str) -> Value {
        let frame =
            json!({"type": "message.send", "clientId": client_id(), "conversation": conversation, "body": body});
        let answer = self.ask(frame).await;
        assert_eq!(answer["type"], "message.stored", "{answer}");
        answer
    }

    /// Sends a message to somebody; the `message.stored`.
    pub async fn say_to(&mut self, other: &Person, body: &str) -> Value {
        let frame = json!({"type": "message.send", "clientId": client_id(), "to": other.id, "body": body});
        let answer = self.ask(frame).await;
        assert_eq!(answer["type"], "message.stored", "{answer}");
        answer
    }

    /// Confirms up to a message; the `ok`.
    pub async fn confirm(&mut self, kind: &str, conversation: i64, seq: i64) -> Value {
        self.ask_ok(json!({"type": format!("receipt.{kind}"), "conversation": conversation, "seq": seq})).await
    }

    /// Watches somebody until they are here in this way; their presence then.
    pub async fn expect_presence(&mut self, person: &Person, state: &str) -> Value {
        self.unseen.retain(|frame| frame["type"] != "presence");
        self.send(&json!({"type": "presence.watch", "users": [person.id]})).await;
        let is_it = |presence: &&Value| presence["user"] == person.id && presence["state"] == state;
        let frame = self.expect_where("presence", |frame| frame["users"].as_array().unwrap().iter().any(|p| is_it(&p)));
        let frame = frame.await;
        frame["users"].as_array().unwrap().iter().find(is_it).unwrap().clone()
    }

    /// Waits until everything that was sent to this connection before has come: the answer to a request comes after it.
    pub async fn catch_up(&mut self) {
        self.ask_ok(json!({"type": "presence.set", "idle": false})).await;
    }

    /// Catches up, and finds that no frame of this type is unseen.
    pub async fn expect_none(&mut self, kind: &str) {
        self.expect_none_where(kind, |_| true).await;
    }

    /// The same for frames for which `fits` holds.
    pub async fn expect_none_where(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) {
        self.catch_up().await;
        let found = self.unseen.iter().find(|frame| frame["type"] == kind && fits(frame));
        assert_eq!(found, None, "there should be no such {kind}");
    }

    /// Forgets what came so far.
    pub async fn forget(&mut self) {
        self.catch_up().await;
        self.unseen.clear();
    }

    /// Whatever comes next, in order; `None` at the end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(frame) = self.unseen.pop_front() {
                return Some(frame);
            }
            if !self.receive().await {
                return None;
            }
        }
    }

    /// Whatever has come and nobody has looked at.
    pub fn unseen(&self) -> impl Iterator<Item = &Value> {
        self.unseen.iter()
    }

    /// The same, and they count as looked at.
    pub fn take_unseen(&mut self) -> Vec<Value> {
        self.unseen.drain(..).collect()
    }

    /// Waits for the end.
    pub async fn ended(&mut self) -> Ended {
        while self.receive().await {}
        self.ended.unwrap()
    }

    /// Takes one more frame from the connection; false at its end.
    async fn receive(&mut self) -> bool {
        if self.ended.is_some() {
            return false;
        }
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let Ok(item) = tokio::time::timeout_at(deadline, self.stream.next()).await else {
                panic!("nothing came any more; unseen: {:#?}", self.unseen);
            };
            match item {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    // Signs of life would keep a wait alive for ever.
                    if frame["type"] == "beat" {
                        self.beats += 1;
                        continue;
                    }
                    self.unseen.push_back(frame);
                    return true;
                }
                Some(Ok(Message::Close(frame))) => {
                    self.ended = Some(Ended(frame.map(|frame| frame.code.into())));
                    let _ = self.stream.flush().await;
                    return false;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => {
                    self.ended = Some(Ended(None));
                    return false;
                }
            }
        }
    }
}

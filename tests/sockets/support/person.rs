//! Somebody with an account, in one browser or program: what they prove themselves with, and what they can do.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::{Answer, Request, Server, Socket, int};

/// Strong enough for the program; the same for everybody.
pub const PASSWORD: &str = "violet tractor under 93 rains";

/// A name that nobody has had: `base` and a number.
pub fn fresh_name(base: &str) -> String {
    format!("{base}{}", next_number())
}

fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A loopback address of one's own, as each household has one.
pub fn own_address() -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + next_number())
}

/// One sign-in of somebody.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub id: i64,
    /// Their username.
    pub name: String,
    /// Where they are.
    pub server: Server,
    /// From where they come.
    pub from: Ipv4Addr,
    proof: Proof,
}

#[derive(Clone, Debug)]
enum Proof {
    Cookie(String),
    Bearer(String),
}

impl Person {
    /// Signs up under a fresh name that begins with `base`.
    pub async fn sign_up(server: &Server, base: &str) -> Person {
        Person::sign_up_as(server, &fresh_name(base), PASSWORD).await
    }

    /// Signs up under this very name.
    pub async fn sign_up_as(server: &Server, name: &str, password: &str) -> Person {
        let from = own_address();
        let answer = post(server, from, "/api/v1/signup", &json!({"username": name, "password": password})).await;
        Person::from_answer(server, from, name, &answer.ok(201), &answer)
    }

    /// The same person in another browser, not kept signed in.
    pub async fn on_another_device(&self) -> Person {
        Person::log_in(&self.server, &self.name, PASSWORD, false).await
    }

    /// Logs in from a new address.
    pub async fn log_in(server: &Server, name: &str, password: &str, keep: bool) -> Person {
        let from = own_address();
        let body = json!({"username": name, "password": password, "keepSignedIn": keep});
        let answer = post(server, from, "/api/v1/login", &body).await;
        Person::from_answer(server, from, name, &answer.ok(200), &answer)
    }

    /// The same person as a program, with a bearer token.
    pub async fn as_program(&self) -> Person {
        let from = own_address();
        let body = json!({"username": self.name, "password": PASSWORD, "token": true});
        let answer = post(&self.server, from, "/api/v1/login", &body).await;
        assert_eq!(answer.set_cookie("chinwag_session"), None);
        let token = answer.ok(200)["token"].as_str().expect("a token").to_owned();
        Person { from, proof: Proof::Bearer(token), ..self.clone() }
    }

    fn from_answer(server: &Server, from: Ipv4Addr, name: &str, body: &Value, answer: &Answer) -> Person {
        let cookie = answer.cookie("chinwag_session").expect("a session cookie").to_owned();
        let (server, name) = (server.clone(), name.to_owned());
        Person { id: int(&body["user"], "id"), name, server, from, proof: Proof::Cookie(cookie) }
    }

    /// The headers by which a request proves who asks.
    pub fn proof(&self) -> (&'static str, String) {
        match &self.proof {
            Proof::Cookie(cookie) => ("Cookie", format!("chinwag_session={cookie}")),
            Proof::Bearer(token) => ("Authorization", format!("Bearer {token}")),
        }
    }

    /// A request with the proof, from the page of the program itself.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let (name, value) = self.proof();
        let request = Request::new(method, &format!("/api/v1{path}")).header(name, value);
        match self.proof {
            Proof::Cookie(_) => request.header("Origin", self.server.origin()),
            Proof::Bearer(_) => request,
        }
    }

    /// Sends a request from this person's address.
    pub async fn send(&self, request: Request) -> Answer {
        request.send(self.server.address(), self.from).await
    }

    /// GET under `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// POST under `/api/v1`.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    /// PATCH under `/api/v1`.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PATCH", path).json(&body)).await
    }

    /// DELETE under `/api/v1`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path).json(&json!({}))).await
    }

    /// Opens a socket and says hello with nothing in hand.
    pub async fn connect(&self) -> Socket {
        self.connect_holding(&[]).await
    }

    /// Opens a socket and says hello with these conversations in hand, each with its rev.
    pub async fn connect_holding(&self, conversations: &[(i64, i64)]) -> Socket {
        let hello =
            json!({"type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": conversations, "idle": false});
        let mut socket = Socket::open(self).await;
        socket.send(&hello).await;
        socket.ready = socket.expect("ready").await;
        socket
    }

    /// The direct conversation with somebody.
    pub async fn conversation_with(&self, other: &Person) -> i64 {
        let answer = self.post("/conversations", json!({"kind": "direct", "user": other.id})).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
        int(&answer.ok(answer.status)["conversation"], "id")
    }

    /// Sends a message over HTTP; the answer.
    pub async fn post_message(&self, conversation: i64, body: &str) -> Value {
        let path = format!("/conversations/{conversation}/messages");
        self.post(&path, json!({"clientId": super::client_id(), "body": body})).await.ok(200)
    }

    /// Every message of a conversation, read page by page.
    pub async fn whole_history(&self, conversation: i64) -> Vec<Value> {
        let mut messages = Vec::new();
        let mut after = 0;
        loop {
            let path = format!("/conversations/{conversation}/messages?after={after}&limit=200");
            let page = self.get(&path).await.ok(200);
            messages.extend_from_slice(super::list(&page, "messages"));
            after = messages.last().map_or(after, |message| int(message, "seq"));
            if page["hasAfter"] != true {
                return messages;
            }
        }
    }
}

/// A POST of somebody who is not signed in, from the program's own page.
pub async fn post(server: &Server, from: Ipv4Addr, path: &str, body: &Value) -> Answer {
    let request = Request::new("POST", path).header("Origin", server.origin()).json(body);
    request.send(server.address(), from).await
}

//! A client of its own, made from the written protocol alone: it shares no code with the server, so that a mistake
//! cannot hide on both sides. A device keeps an outbox, a copy of each conversation and a journal.

pub mod device;
pub mod http;
pub mod journal;
pub mod mirror;
pub mod socket;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::{Value, json};

/// Where the program listens now; it changes with each start.
#[derive(Debug, Default)]
pub struct Address(AtomicU16);

impl Address {
    /// The program listens at this port, 0 for nowhere.
    pub fn set(&self, port: u16) {
        self.0.store(port, Ordering::SeqCst);
    }

    /// Where, if anywhere.
    pub fn get(&self) -> Option<SocketAddr> {
        let port = self.0.load(Ordering::SeqCst);
        (port != 0).then(|| (Ipv4Addr::LOCALHOST, port).into())
    }
}

/// A person who is signed in with a bearer token.
#[derive(Debug, Clone)]
pub struct Account {
    /// Their id.
    pub user: u64,
    /// Their token.
    pub token: String,
}

impl Account {
    /// Signs up `username` and logs in for a token.
    ///
    /// # Errors
    /// What the socket says, or what the server answered.
    pub fn create(address: SocketAddr, username: &str) -> io::Result<Account> {
        let origin = format!("http://{address}");
        let password = format!("{username} keeps 7 grey geese behind the mill");
        let fields = json!({ "username": username, "password": password });
        let signed_up = http::ask(address, "POST", "/api/v1/signup", &[("Origin", &origin)], Some(&fields))?;
        let user = signed_up.json["user"]["id"].as_u64();
        let user = user.ok_or_else(|| io::Error::other(format!("sign-up: {} {}", signed_up.status, signed_up.text)))?;
        // The browser's cookie of this device keeps many log-ins from one address from looking like guesses.
        let cookies: Vec<&str> = signed_up.header("set-cookie").filter_map(|line| line.split(';').next()).collect();
        let cookies = cookies.join("; ");
        let headers = [("Origin", origin.as_str()), ("Cookie", cookies.as_str())];
        let fields = json!({ "username": username, "password": password, "token": true });
        let logged_in = http::ask(address, "POST", "/api/v1/login", &headers, Some(&fields))?;
        let token = logged_in.json["token"].as_str().map(str::to_owned);
        let token =
            token.ok_or_else(|| io::Error::other(format!("log-in: {} {}", logged_in.status, logged_in.text)))?;
        Ok(Account { user, token })
    }

    /// `GET path` under `/api/v1`, which must answer 200.
    ///
    /// # Errors
    /// What the socket says, or the status and text of another answer.
    pub fn get(&self, address: SocketAddr, path: &str) -> io::Result<Value> {
        self.ask(address, "GET", path, None)
    }

    /// Any request under `/api/v1`, which must succeed.
    ///
    /// # Errors
    /// What the socket says, or the status and text of another answer.
    pub fn ask(&self, address: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> io::Result<Value> {
        let bearer = format!("Bearer {}", self.token);
        let answer = http::ask(address, method, &format!("/api/v1{path}"), &[("Authorization", &bearer)], body)?;
        if (200..300).contains(&answer.status) {
            Ok(answer.json)
        } else {
            Err(io::Error::other(format!("{method} {path}: {} {}", answer.status, answer.text)))
        }
    }

    /// The whole history of a conversation that this user may see, oldest first.
    ///
    /// # Errors
    /// As [`Self::get`], and for a message that lacks a field.
    pub fn history(&self, address: SocketAddr, conversation: u64) -> io::Result<Vec<mirror::Form>> {
        let mut forms = Vec::new();
        let mut after = 0;
        loop {
            let page = self.get(address, &format!("/conversations/{conversation}/messages?after={after}&limit=200"))?;
            let messages = page["messages"].as_array().ok_or_else(|| io::Error::other("no messages in a page"))?;
            for message in messages {
                let form =
                    mirror::Form::of(message).ok_or_else(|| io::Error::other(format!("not a message: {message}")))?;
                after = form.seq;
                forms.push(form);
            }
            if page["hasAfter"] != true {
                return Ok(forms);
            }
            if messages.is_empty() {
                return Err(io::Error::other("an empty page says that more comes after it"));
            }
        }
    }
}

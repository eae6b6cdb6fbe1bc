//! Handlers over a chat that records what it is asked and a store of their own; without network.

mod account;
mod admin;
mod chat;
mod gated;
mod groups;
mod panics;
mod search;
mod table;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::prelude::*;
use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse, web};
use serde_json::Value;
use tempfile::TempDir;

use super::{Chat, Limits, Origins, Readers, SearchDesk, Services, configure, gate};
use crate::auth::{HashCost, Hasher, PasswordPolicy, PasswordPool, PoolSize, ServerSecret, Throttle, ThrottleLimits};
use crate::chat::{Census, OpenSessions, PresenceOf, Submit, TakeCensus, WindowCloses};
use crate::clock::{Clock, Timestamp};
use crate::config::LimitSettings;
use crate::db::start_readers;
use crate::domain::{Presence, PresenceState, SessionId};
use crate::store::sqlite::{self, SqliteWriter};
use crate::store::{Write, WriteStore};

/// Monday, 23 November 2026.
const START: Timestamp = Timestamp::from_millis(1_795_392_000_000);

/// The host that requests name, and its origin.
const HOST: &str = "chat.test";
const ORIGIN: &str = "http://chat.test";

/// A password that the policy takes.
const GOOD: &str = "correct horse battery staple";

/// Applies writes at once and keeps them; every window it is asked about is the first session's.
struct Recorder {
    store: SqliteWriter,
    clock: Clock,
    seen: Seen,
}

#[derive(Clone, Default)]
struct Seen {
    writes: Arc<Mutex<Vec<Write>>>,
    closings: Arc<Mutex<Vec<SessionId>>>,
}

impl Actor for Recorder {
    type Context = Context<Recorder>;
}

impl Handler<Submit> for Recorder {
    type Result = ();

    fn handle(&mut self, Submit { write, reply }: Submit, _: &mut Context<Recorder>) {
        let answer = self.store.apply(std::slice::from_ref(&write), self.clock.now()).unwrap().remove(0);
        self.seen.writes.lock().unwrap().push(write);
        let _ = reply.send(answer);
    }
}

impl Handler<PresenceOf> for Recorder {
    type Result = MessageResult<PresenceOf>;

    fn handle(&mut self, asked: PresenceOf, _: &mut Context<Recorder>) -> Self::Result {
        let online = |user| Presence { user, state: PresenceState::Online, last_seen: None, idle_since: None };
        MessageResult(Ok(asked.users.into_iter().map(online).collect()))
    }
}

impl Handler<OpenSessions> for Recorder {
    type Result = MessageResult<OpenSessions>;

    fn handle(&mut self, _: OpenSessions, _: &mut Context<Recorder>) -> Self::Result {
        MessageResult(Ok(vec![SessionId::new(1)]))
    }
}

impl Handler<WindowCloses> for Recorder {
    type Result = ();

    fn handle(&mut self, closes: WindowCloses, _: &mut Context<Recorder>) {
        self.seen.closings.lock().unwrap().push(closes.session);
    }
}

impl Handler<TakeCensus> for Recorder {
    type Result = MessageResult<TakeCensus>;

    fn handle(&mut self, _: TakeCensus, _: &mut Context<Recorder>) -> Self::Result {
        MessageResult(Ok(Census { connections: 3, ..Census::default() }))
    }
}

/// Everything behind the handlers.
struct Server {
    services: web::Data<Services>,
    seen: Seen,
    clock: Clock,
    folder: TempDir,
}

/// An answer, read to its end.
struct Told {
    status: StatusCode,
    headers: actix_web::http::header::HeaderMap,
    json: Value,
    text: String,
}

impl Server {
    fn start() -> Server {
        Server::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Services)) -> Server {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("page")).unwrap();
        std::fs::write(folder.path().join("page/index.html"), "<!doctype html><title>Chinwag</title>").unwrap();
        std::fs::write(folder.path().join("page/app.js"), "export {};").unwrap();
        let (store, pool) = sqlite::open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
        let (clock, seen) = (Clock::manual(START), Seen::default());
        let recorder = Recorder { store, clock: clock.clone(), seen: seen.clone() }.start();
        let secret = ServerSecret::generate();
        let hasher = Hasher::new(&secret, HashCost::MIN);
        let mut services = Services {
            chat: Chat::new(&recorder),
            readers: Readers::new(start_readers(&pool)),
            upgrade: Arc::new(|_, _, who| Ok(HttpResponse::Ok().json(who.user))),
            passwords: PasswordPool::start(hasher, PoolSize { threads: 1, queue: 8 }).unwrap(),
            policy: PasswordPolicy::default(),
            throttle: Mutex::new(Throttle::new(ThrottleLimits::default())),
            secret,
            clock: clock.clone(),
            origins: Origins::default(),
            is_https: false,
            trusted_proxies: Vec::new(),
            left_life: Duration::from_secs(12 * 60 * 60),
            console: None,
            desk: SearchDesk::for_at_once(3),
            limits: Limits::new(&LimitSettings::usual()),
        };
        change(&mut services);
        Server { services: web::Data::new(services), seen, clock, folder }
    }

    async fn ask(&self, request: TestRequest) -> Told {
        let page = self.folder.path().join("page");
        let app = App::new().app_data(self.services.clone()).wrap(from_fn(gate)).configure(|app| configure(app, &page));
        let app = init_service(app).await;
        let peer = "192.0.2.7:1000".parse().unwrap();
        // As the server does with what comes out of the outermost service.
        let response = match try_call_service(&app, request.peer_addr(peer).to_request()).await {
            Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap_or_else(|error| panic!("{error}"));
        let text = String::from_utf8_lossy(&body).into_owned();
        Told { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    async fn post(&self, path: &str, cookie: Option<&str>, body: Value) -> Told {
        self.ask(with_cookie(TestRequest::post(), cookie).uri(path).set_json(body)).await
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> Told {
        self.ask(with_cookie(TestRequest::get(), cookie).uri(path)).await
    }

    /// Signs somebody up and returns their session cookie.
    async fn member(&self, username: &str) -> String {
        let body = serde_json::json!({ "username": username, "password": GOOD });
        let told = self.post("/api/v1/signup", None, body).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.text);
        told.cookie("chinwag_session").split(';').next().unwrap().to_owned()
    }

    fn writes(&self) -> Vec<Write> {
        self.seen.writes.lock().unwrap().clone()
    }
}

impl Told {
    fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_else(|| panic!("no code in {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The whole `Set-Cookie` line of a cookie.
    fn cookie(&self, name: &str) -> &str {
        let lines = self.headers.get_all("set-cookie").map(|line| line.to_str().unwrap());
        lines.into_iter().find(|line| line.starts_with(&format!("{name}="))).unwrap_or("")
    }
}

fn with_cookie(request: TestRequest, cookie: Option<&str>) -> TestRequest {
    let request = request.insert_header(("host", HOST)).insert_header(("origin", ORIGIN));
    match cookie {
        Some(cookie) => request.insert_header(("cookie", cookie)),
        None => request,
    }
}

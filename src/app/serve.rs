//! A server's life: everything that can fail is tried before anything is served, then the parts start from the store
//! outwards and stop from the sockets inwards.

use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix::prelude::*;
use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::control::{self, Control};
use super::store::{self, Opened};
use super::{DataDirectory, StartError, limits, page};
use crate::auth::{ConsoleCode, Hasher, PasswordPolicy, PasswordPool, PoolSize, Throttle};
use crate::chat::{ChatParts, ChatServer, ChatSettings, GaveUp, SayGoodbye};
use crate::clock::Clock;
use crate::config::Settings;
use crate::connection::door::Door;
use crate::connection::{self, ConnectionSettings, Links, socket};
use crate::db::{Index, Tidy, start_indexer, start_readers, start_writer};
use crate::domain::SignUp;
use crate::http::{self, Chat, Console, Origins, Readers, SearchDesk, Services, Upgrade};
use crate::store::sqlite::SqliteReader;
use crate::store::{AdminReads, UserReads};

/// Sockets get this long to hear goodbye, and accepted writes to become durable.
const GOODBYE_WITHIN: Duration = Duration::from_secs(5);
/// Then requests in progress get this long, in seconds.
const STOP_WITHIN_SECONDS: u64 = 3;
/// Connections that may wait to be accepted: as many as actix would let wait.
const BACKLOG: i32 = 1024;
/// How often connections' deadlines are looked at.
const DOOR_EVERY: Duration = Duration::from_millis(500);
/// How often the store may tidy up.
const TIDY_EVERY: Duration = Duration::from_secs(1);

/// What was said since is searched without the index: the longer this is, the more of it.
const INDEX_EVERY: Duration = Duration::from_secs(1);
/// At the end the store does what would be due within this time, in milliseconds: deleted text must not wait in a file for
/// a next start.
const TIDY_AHEAD_MS: i64 = 3_600_000;

/// Serves until a signal ends it.
///
/// # Errors
/// [`StartError`]; nothing is served and nothing was changed that a next start would miss. [`StartError::Panics`] later:
/// the server ended itself.
pub fn serve(settings: &Settings) -> Result<(), StartError> {
    // First of all: where the address is taken, nothing is touched.
    let listener = listen(settings.listen).map_err(|source| StartError::Listen { address: settings.listen, source })?;
    let data = DataDirectory::open(&settings.data)?;
    let Some(_lock) = data.lock()? else { return Err(StartError::Locked(data.path().to_owned())) };
    let readers = u32::try_from(settings.readers.get()).unwrap_or(u32::MAX);
    let opened = store::open(&data, readers)?;
    let page = match &settings.static_files {
        Some(directory) => page::served_from(directory)?,
        None => page::unpack(&data.page())?,
    };
    let hasher = Hasher::new(&opened.secret, store::hash_cost(settings));
    let default = PoolSize::default();
    let size = PoolSize {
        threads: settings.password_threads.map_or(default.threads, usize::from),
        queue: settings.password_queue.get(),
    };
    let passwords = PasswordPool::start(hasher, size)?;
    System::new().block_on(run(settings, data, opened, page, passwords, listener))
}

async fn run(
    settings: &Settings,
    data: DataDirectory,
    opened: Opened,
    page: PathBuf,
    passwords: PasswordPool,
    listener: TcpListener,
) -> Result<(), StartError> {
    let bound = listener.local_addr()?;
    let clock = Clock::system();
    let people = store::people(&opened.readers)?;
    let mut reader = SqliteReader::take(&opened.readers)?;
    let (presence, blocks) = (reader.recorded_presence()?, reader.blocks()?);
    let governance = reader.governance()?;
    drop(reader);
    // A new one at each start: what an older start printed into some log opens nothing.
    let code = (!governance.has_admin).then(ConsoleCode::generate);
    let readers = start_readers(&opened.readers);
    let (store, reopen) = (Box::new(opened.writer), opened.reopen);
    let mut tidied = None;
    let (give_up, gave_up) = oneshot::channel();
    let chat = ChatServer::start(|done| {
        let writer = start_writer(store, reopen, done);
        tidied = Some(writer.clone().recipient::<Tidy>());
        ChatParts {
            writer: writer.recipient(),
            resume: readers.clone().recipient(),
            views: readers.clone().recipient(),
            counts: readers.clone().recipient(),
            clock: clock.clone(),
            settings: chat_settings(settings),
            presence,
            blocks,
            give_up,
        }
    });

    let indexer = start_indexer(opened.open_index).recipient::<Index>();
    let limits = &settings.limits;
    let desk = SearchDesk::for_at_once(limits.searches_user.get());
    let index_is_broken = desk.index_is_broken();
    let services = web::Data::new(Services {
        chat: Chat::new(&chat),
        readers: Readers::new(readers),
        upgrade: upgrade(&chat, settings, &clock),
        passwords,
        policy: PasswordPolicy::default(),
        throttle: Mutex::new(Throttle::new(limits::of_guesses(limits))),
        secret: opened.secret.clone(),
        clock: clock.clone(),
        origins: Origins { own: settings.public_url.clone(), allowed: settings.allowed_origins.clone() },
        is_https: settings.is_https(),
        trusted_proxies: settings.trusted_proxies.clone(),
        left_life: settings.left_life,
        console: code.as_ref().map(|code| Console::new(code.hash())),
        desk,
        limits: http::Limits::new(limits),
    });
    let door = Door::new(limits::of_door(settings));
    let doorkeeper = door.clone();
    let workers = settings.workers.map_or_else(default_workers, usize::from);
    let server = HttpServer::new(move || {
        let page = page.clone();
        App::new()
            .app_data(services.clone())
            .wrap(Compress::default())
            .wrap(from_fn(http::gate))
            .configure(move |app| http::configure(app, &page))
    })
    .workers(workers)
    // actix counts those of each worker by itself.
    .max_connections(limits::connections(settings.max_connections.get()).div_ceil(workers))
    .client_request_timeout(limits.head_within)
    .keep_alive(limits.keep_alive)
    .on_connect(move |connection, data| {
        socket::on_connect(connection, data);
        door.on_connect(connection, data);
    })
    .tcp_nodelay(true)
    .shutdown_timeout(STOP_WITHIN_SECONDS)
    .disable_signals()
    .listen(listener)?;

    // Signals are caught before the address is told, so that whoever reads it may end us at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let hasher = Arc::new(Hasher::new(&opened.secret, store::hash_cost(settings)));
    let control = control::listen(&data, Control::new(chat.clone().recipient(), opened.readers, hasher, clock.clone()));
    let server = server.run();
    let handle = server.handle();
    let tidying = tidied.clone().map(|writer| actix_web::rt::spawn(tidy_now_and_then(writer, clock.clone())));
    let keeping_door = actix_web::rt::spawn(keep_door(doorkeeper));
    let indexing = actix_web::rt::spawn(index_now_and_then(indexer.clone(), clock.clone(), index_is_broken));
    tracing::debug!(people, address = %bound, data = %data.path().display(), "serving");
    announce(settings, bound, governance.sign_up, code);

    let ending = actix_web::rt::spawn(async move {
        let outcome = tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
            why = gave_up => Err(StartError::Panics(why.ok().map(|GaveUp(work)| work))),
        };
        stop(&chat, &handle).await;
        outcome
    });
    server.await?;
    let outcome = ending.await.unwrap_or(Ok(()));
    if let Some(tidying) = tidying {
        tidying.abort();
    }
    indexing.abort();
    keeping_door.abort();
    if let Some(writer) = tidied {
        // A writer that has gone has nothing left to do.
        let _ = writer.send(Tidy { at: clock.now().plus_millis(TIDY_AHEAD_MS) }).await;
    }
    let at = clock.now().plus_millis(TIDY_AHEAD_MS);
    let _ = indexer.send(Index { at, is_broken: false }).await;
    drop(control);
    outcome
}

/// Before any actor runs: one that is dropped without its system panics. `[::]` takes IPv4 too.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the last connections' minutes in TIME_WAIT.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Sockets first: they would else keep the server for the whole time it may take.
async fn stop(chat: &Addr<ChatServer>, handle: &ServerHandle) {
    tracing::info!("stopping");
    if tokio::time::timeout(GOODBYE_WITHIN, chat.send(SayGoodbye)).await.is_err() {
        tracing::warn!("not everything that was accepted could be finished in time");
    }
    handle.stop(true).await;
}

async fn tidy_now_and_then(writer: Recipient<Tidy>, clock: Clock) {
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // Waits for its answer: never more than one of them stands before a batch.
        if writer.send(Tidy { at: clock.now() }).await.is_err() {
            return;
        }
    }
}

async fn keep_door(door: Door) {
    let mut ticks = tokio::time::interval(DOOR_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let ended = door.close_on_the_overdue(Instant::now());
        if ended > 0 {
            tracing::debug!(ended, "connections that took too long");
        }
    }
}

/// The index is filled in steps, with as much time between two of them as the last one took: a history that was just
/// imported leaves half a core to everybody else.
async fn index_now_and_then(indexer: Recipient<Index>, clock: Clock, is_broken: Arc<AtomicBool>) {
    let mut ticks = tokio::time::interval(INDEX_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        loop {
            let began = tokio::time::Instant::now();
            let step = Index { at: clock.now(), is_broken: is_broken.swap(false, Ordering::Relaxed) };
            match indexer.send(step).await {
                Ok(true) => tokio::time::sleep(began.elapsed()).await,
                Ok(false) => break,
                Err(_) => return,
            }
        }
    }
}

fn chat_settings(settings: &Settings) -> ChatSettings {
    ChatSettings {
        presence_grace: settings.presence_grace,
        restart_grace: settings.restart_grace,
        closing_grace: settings.closing_grace,
        left_life: settings.left_life,
        hello_within: settings.limits.hello_within,
        heartbeat: settings.heartbeat,
        waiting_max: settings.limits.writes_waiting.get(),
        waiting_per_user: settings.limits.writes_waiting_user.get(),
        connections_per_user: settings.limits.sockets_user.get(),
        frames: settings.limits.frames_socket,
        frames_per_user: settings.limits.frames_user,
        ..ChatSettings::default()
    }
}

fn upgrade(chat: &Addr<ChatServer>, settings: &Settings, clock: &Clock) -> Upgrade {
    let links =
        Links { join: chat.clone().recipient(), ask: chat.clone().recipient(), leave: chat.clone().recipient() };
    let settings = ConnectionSettings {
        heartbeat: settings.heartbeat,
        hello_within: settings.limits.hello_within,
        message_within: settings.limits.message_within,
        clock: clock.clone(),
    };
    Arc::new(move |request, payload, who| connection::serve(request, payload, who, links.clone(), settings.clone()))
}

/// One thread serves thousands of sockets; on small machines a second one only takes the store's time.
fn default_workers() -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).max(1)
}

/// What a first user needs: the address, who may sign up, and how to run the server while nobody does.
fn announce(settings: &Settings, bound: SocketAddr, sign_up: SignUp, code: Option<ConsoleCode>) {
    let port = bound.port();
    let host = match bound.ip() {
        ip if ip.is_unspecified() || ip.is_loopback() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let elsewhere = match (&settings.public_url, lan_address().filter(|_| bound.ip().is_unspecified())) {
        (Some(url), _) => format!(" (for everybody: {url})"),
        (None, Some(address)) => format!(" (in your network: http://{address}:{port})"),
        (None, None) => String::new(),
    };
    let mut out = std::io::stdout().lock();
    // A closed standard output is no reason not to serve.
    let sign_up = match sign_up {
        SignUp::Open => "sign-up is open to everybody who reaches it",
        SignUp::Invitation => "sign-up is by invitation",
        SignUp::Closed => "sign-up is closed",
    };
    let mut lines = format!("Chinwag is ready: http://{host}:{port}{elsewhere}; {sign_up}\n");
    if let Some(code) = code {
        let code = code.expose();
        let page = settings.public_url.as_ref().map_or_else(|| format!("http://{host}:{port}"), ToString::to_string);
        lines.push_str(&format!(
            "Nobody is its admin yet. Whoever opens {page}/#code={code} or signs up with the code {code} will be; \
             keep it to yourself until then\n"
        ));
    }
    let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
}

/// The address by which this machine would reach others. Connecting a UDP socket sends nothing.
fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    // 192.0.2.1 is for documentation (RFC 5737): no one is ever reached there.
    socket.connect(("192.0.2.1", 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

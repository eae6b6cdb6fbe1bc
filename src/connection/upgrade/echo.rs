//! A real server on a port of its own with the smallest actor that uses everything in this folder, and a client that
//! sends bytes, for the tests.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::fd::{AsRawFd, BorrowedFd, RawFd},
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

use actix::ActorContext;
use actix_web::{App, HttpServer, dev::ServerHandle, rt};
use socket2::SockRef;

use super::*;
use crate::connection::{
    fragments::{Fragments, Incoming},
    guard::End,
    socket::{self, SocketHandle},
};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Said to the actor: pour out more than all socket buffers hold.
pub const POUR: &str = "pour";
/// Said to the actor: take what follows, but never say that it is handled.
pub const HOLD: &str = "hold";

/// Repeats what it is told, answers pings, closes with the code of a refusal.
struct Echo {
    fragments: Fragments,
    intake: Intake,
    events: Events,
    holds: bool,
}

#[derive(Clone)]
struct Events {
    opened: Sender<SocketHandle>,
    handed_up: Sender<usize>,
    stopped: Sender<Option<End>>,
    forgotten: Sender<Forgotten>,
}

/// What a connection's data saw when it was dropped.
pub struct Forgotten {
    pub descriptor: RawFd,
    pub was_still_open: bool,
}

/// Notes at its drop, which is the drop of the connection's data, whether the descriptor is still that socket.
struct Witness {
    descriptor: RawFd,
    peer: Option<SocketAddr>,
    forgotten: Sender<Forgotten>,
}

impl Drop for Witness {
    fn drop(&mut self) {
        // SAFETY: only asked for its options; that it may be closed or another file is what is being tested.
        let descriptor = unsafe { BorrowedFd::borrow_raw(self.descriptor) };
        let socket = SockRef::from(&descriptor);
        // After a reset the peer is unknown, but the socket is still a listening server's child on our port.
        let peer = socket.peer_addr().ok().and_then(|peer| peer.as_socket());
        let is_stream = socket.r#type().is_ok_and(|kind| kind == socket2::Type::STREAM);
        let was_still_open = is_stream && (peer.is_none() || peer == self.peer);
        let _ = self.forgotten.send(Forgotten { descriptor: self.descriptor, was_still_open });
    }
}

impl Actor for Echo {
    type Context = WebsocketContext<Self>;

    fn stopped(&mut self, _: &mut Self::Context) {
        let _ = self.events.stopped.send(self.intake.end());
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Echo {
    fn handle(&mut self, item: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        let _ = self.events.handed_up.send(self.intake.outstanding());
        match self.fragments.take(item) {
            Ok(Some(Incoming::Text(text))) if text == POUR => (0..256).for_each(|_| ctx.text("x".repeat(65_536))),
            Ok(Some(Incoming::Text(text))) => {
                self.holds |= text == HOLD;
                ctx.text(text);
            }
            Ok(Some(Incoming::Binary(bytes))) => ctx.binary(bytes),
            Ok(Some(Incoming::Ping(bytes))) => ctx.write_raw(Message::Pong(bytes)),
            Ok(Some(Incoming::Pong) | None) => {}
            Ok(Some(Incoming::Close(code))) => {
                ctx.close(Some(ws::CloseCode::from(code.unwrap_or(1000)).into()));
                ctx.stop();
            }
            Err(refusal) => {
                ctx.close(Some(refusal.close_reason()));
                ctx.stop();
            }
        }
        if !self.holds {
            self.intake.handled();
        }
    }

    fn finished(&mut self, ctx: &mut Self::Context) {
        if let Some(End::Refused(refusal)) = self.intake.end() {
            ctx.close(Some(refusal.close_reason()));
        }
        ctx.stop();
    }
}

/// How a server is set up; by default as the product is, on any free port.
#[derive(Clone, Copy)]
pub struct Setup {
    pub address: SocketAddr,
    /// Which messages each connection joins.
    pub fragments: fn() -> Fragments,
    /// How long actix-http reads on after the last frame, for a client that does not close.
    pub lingers: Duration,
}

impl Default for Setup {
    fn default() -> Setup {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        Setup { address, fragments: Fragments::default, lingers: Duration::from_secs(1) }
    }
}

/// The running server; it stops when dropped.
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    opened: Receiver<SocketHandle>,
    handed_up: Receiver<usize>,
    stopped: Receiver<Option<End>>,
    forgotten: Receiver<Forgotten>,
}

impl Server {
    pub fn start() -> Server {
        Server::with(Setup::default())
    }

    pub fn with(setup: Setup) -> Server {
        let (opened_tx, opened) = mpsc::channel();
        let (handed_up_tx, handed_up) = mpsc::channel();
        let (stopped_tx, stopped) = mpsc::channel();
        let (forgotten_tx, forgotten) = mpsc::channel();
        let events =
            Events { opened: opened_tx, handed_up: handed_up_tx, stopped: stopped_tx, forgotten: forgotten_tx };
        let (ready_tx, ready) = mpsc::channel();
        thread::spawn(move || rt::System::new().block_on(serve(setup, events, ready_tx)));
        let (address, handle) = ready.recv_timeout(PATIENCE).expect("the server starts");
        Server { address, handle, opened, handed_up, stopped, forgotten }
    }

    /// A connection with nothing sent.
    pub fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Client(stream)
    }

    /// An open WebSocket.
    pub fn open(&self) -> (Client, SocketHandle) {
        let mut client = self.connect();
        let head = client.ask("GET", "/", &[("Sec-WebSocket-Protocol", SUBPROTOCOL)]);
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        (client, self.next_opened())
    }

    pub fn next_opened(&self) -> SocketHandle {
        self.opened.recv_timeout(PATIENCE).expect("a connection opens")
    }

    /// The end that the next actor to stop saw.
    pub fn next_stopped(&self) -> Option<End> {
        self.stopped.recv_timeout(PATIENCE).expect("an actor stops")
    }

    pub fn next_forgotten(&self) -> Forgotten {
        self.forgotten.recv_timeout(PATIENCE).expect("a connection's data is dropped")
    }

    /// How many frames were outstanding at each item handed to an actor so far.
    pub fn handed_up(&self) -> impl Iterator<Item = usize> {
        self.handed_up.try_iter()
    }

    /// Waits for the next item handed to an actor.
    pub fn next_handed_up(&self) -> usize {
        self.handed_up.recv_timeout(PATIENCE).expect("a frame is handed up")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn serve(setup: Setup, events: Events, ready: Sender<(SocketAddr, ServerHandle)>) {
    let forgotten = events.forgotten.clone();
    let server = HttpServer::new(move || {
        let events = events.clone();
        App::new().default_service(web::to(move |request: HttpRequest, payload: web::Payload| {
            let events = events.clone();
            async move { answer(&request, payload, (setup.fragments)(), events) }
        }))
    })
    .on_connect(move |connection, data| {
        socket::on_connect(connection, data);
        let stream = connection.downcast_ref::<rt::net::TcpStream>().unwrap();
        let (descriptor, peer) = (stream.as_raw_fd(), stream.peer_addr().ok());
        data.insert(Witness { descriptor, peer, forgotten: forgotten.clone() });
    })
    .workers(1)
    .disable_signals()
    .client_disconnect_timeout(setup.lingers)
    .bind(setup.address)
    .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    ready.send((address, server.handle())).unwrap();
    server.await.unwrap();
}

fn answer(request: &HttpRequest, payload: web::Payload, fragments: Fragments, events: Events) -> HttpResponse {
    events.opened.send(SocketHandle::of(request).expect("on_connect has tied one")).unwrap();
    let opened = open(request, payload, 16, move |intake, _| Echo { fragments, intake, events, holds: false });
    opened.unwrap_or_else(|refusal| {
        let mut response = HttpResponse::build(refusal.status());
        refusal.header().map(|header| response.insert_header(header));
        response.body(refusal.to_string())
    })
}

/// A client that sends and reads bytes.
pub struct Client(pub TcpStream);

impl Client {
    /// Sends the handshake of RFC 6455 with further headers and reads the head of the answer.
    pub fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> String {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: chat.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        self.send(format!("{request}\r\n"));
        self.read_head()
    }

    pub fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.read::<1>()[0]);
        }
        String::from_utf8(head).unwrap()
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).unwrap();
    }

    /// The next frame: its first byte and its payload.
    pub fn next_frame(&mut self) -> (u8, Vec<u8>) {
        let [first, short] = self.read();
        let length = match short {
            126 => u16::from_be_bytes(self.read()).into(),
            127 => u64::from_be_bytes(self.read()) as usize,
            _ => short.into(),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).unwrap();
        (first, payload)
    }

    /// The code of the close frame that comes next, and then the end of the stream.
    pub fn close_code(&mut self) -> u16 {
        let (first, payload) = self.next_frame();
        assert_eq!(first, 0x88, "a close frame");
        u16::from_be_bytes(*payload.first_chunk().unwrap())
    }

    fn read<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }
}

//! The actor of one WebSocket: reads requests one at a time, waiting for ChatServer's acceptance before the next, so that
//! TCP holds a fast client back; writes what it is handed; notices a client that has gone silent. Keeps nothing of a
//! conversation and never decides what anybody may do. A panic ends this connection alone, and ChatServer hears of its
//! end whatever happens.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::{CloseCode, CloseReason, Message, ProtocolError, WebsocketContext};
use tokio::time::Instant;

use super::fragments::{Fragments, Incoming};
use super::guard::{End, Intake, Refusal};
use super::socket::SocketHandle;
use super::upgrade::{self, HandshakeRefusal};
use crate::chat::{Ask, ConnectionId, EndSocket, Hello, Join, Leave, Link, Outgoing, Waiting};
use crate::clock::Clock;
use crate::domain::{SessionId, UserId};
use crate::guarded::{Work, guarded};
use crate::protocol::{ClientFrame, Close, DecodeError, ErrorCode, Failure, Request, ServerFrame, decode};

/// Messages that may wait in a connection's mailbox; each may hold several frames, whose bytes
/// [`crate::chat::WAITING_MAX_BYTES`] bounds.
const MAILBOX_CAPACITY: usize = 512;

/// Silent for this many heartbeats: gone. Two signs of life may be missed.
const SILENT_HEARTBEATS: f64 = 2.5;

/// Whose connection it is, from the session that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// The user.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// 'Keep me signed in'.
    pub keep: bool,
}

/// How a connection reaches ChatServer.
#[derive(Clone)]
pub struct Links {
    /// Once, after `hello`.
    pub join: Recipient<Join>,
    /// For every further frame.
    pub ask: Recipient<Ask>,
    /// Once, at the end.
    pub leave: Recipient<Leave>,
}

/// The numbers a connection goes by.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// How often it gives a sign of life and expects one.
    pub heartbeat: Duration,
    /// How long it may take until its hello.
    pub hello_within: Duration,
    /// How long a message may take from its first fragment to its last.
    pub message_within: Duration,
    /// The time for `beat`.
    pub clock: Clock,
}

/// Answers a handshake and runs the connection.
///
/// # Errors
/// [`HandshakeRefusal`] when the request is no proper handshake.
pub fn serve(
    request: &HttpRequest,
    payload: web::Payload,
    who: Who,
    links: Links,
    settings: ConnectionSettings,
) -> Result<HttpResponse, HandshakeRefusal> {
    let socket = SocketHandle::of(request);
    upgrade::open(request, payload, MAILBOX_CAPACITY, move |intake, _| Connection {
        id: ConnectionId::fresh(),
        who,
        links,
        settings,
        intake,
        fragments: Fragments::default(),
        socket,
        waiting: Waiting::default(),
        stage: Stage::Opened,
        is_known: false,
        heard_at: Instant::now(),
        begun_at: None,
        has_said_bye: false,
    })
}

impl EndSocket for SocketHandle {
    fn end(&self) {
        self.shutdown();
    }
}

struct Connection {
    id: ConnectionId,
    who: Who,
    links: Links,
    settings: ConnectionSettings,
    intake: Intake,
    fragments: Fragments,
    socket: Option<SocketHandle>,
    waiting: Waiting,
    stage: Stage,
    /// ChatServer has been told that it came, and not that it has left.
    is_known: bool,
    heard_at: Instant,
    /// When the first fragment came of a message that is not whole yet.
    begun_at: Option<Instant>,
    /// The client closed with 1001: its window said that it closes.
    has_said_bye: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No hello yet.
    Opened,
    /// ChatServer knows it.
    Joined,
    /// A close frame has been sent; nothing is read or written any more.
    Closing,
}

/// A connection whose socket nobody can end from outside (tests without a socket).
struct NoSocket;

impl EndSocket for NoSocket {
    fn end(&self) {}
}

impl Connection {
    /// Runs a piece of work. After a panic nobody knows what of it was done, so the client comes back and asks.
    fn guarded(
        &mut self,
        work: Work,
        ctx: &mut WebsocketContext<Self>,
        run: impl FnOnce(&mut Self, &mut WebsocketContext<Self>),
    ) {
        if guarded(work, || run(self, ctx)).is_err() {
            self.close(reason(Close::Failed), ctx);
            // It may have been closing already, but not have come to this.
            ctx.stop();
        }
    }

    fn text(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        match decode(text) {
            Err(error) => self.refuse(&error, ctx),
            Ok(Request { frame: ClientFrame::Hello { people_rev, conversations, is_idle, .. }, .. })
                if self.stage == Stage::Opened =>
            {
                self.join(Hello { people_rev, conversations, is_idle }, ctx);
            }
            Ok(Request { reference, .. }) if self.stage == Stage::Opened => {
                ctx.text(ServerFrame::Error(Failure::new(reference, ErrorCode::HelloRequired)).encode());
            }
            Ok(request) => {
                let accepted = self.links.ask.send(Ask { connection: self.id, request });
                // Nothing more is read until ChatServer has taken this; if it has gone, the server is stopping.
                ctx.wait(accepted.into_actor(self).map(|accepted, connection, ctx| {
                    connection.guarded(Work::ConnectionAccepted, ctx, |_, ctx| {
                        if accepted.is_err() {
                            ctx.stop();
                        }
                    });
                }));
            }
        }
    }

    fn refuse(&self, error: &DecodeError, ctx: &mut WebsocketContext<Self>) {
        ctx.text(ServerFrame::Error(Failure::from(error)).encode());
    }

    fn join(&mut self, hello: Hello, ctx: &mut WebsocketContext<Self>) {
        (self.stage, self.is_known) = (Stage::Joined, true);
        let socket: Arc<dyn EndSocket> = match self.socket.take() {
            Some(socket) => Arc::new(socket),
            None => Arc::new(NoSocket),
        };
        self.links.join.do_send(Join {
            connection: self.id,
            user: self.who.user,
            session: self.who.session,
            keep: self.who.keep,
            hello,
            link: Link::new(ctx.address().recipient(), self.waiting.clone(), socket),
        });
    }

    fn close(&mut self, reason: CloseReason, ctx: &mut WebsocketContext<Self>) {
        if self.stage != Stage::Closing {
            self.leave();
            self.stage = Stage::Closing;
            ctx.close(Some(reason));
            ctx.stop();
        }
    }

    fn leave(&mut self) {
        if std::mem::take(&mut self.is_known) {
            self.links.leave.do_send(Leave { connection: self.id, said_so: self.has_said_bye });
        }
    }

    fn silence_allowed(&self) -> Duration {
        self.settings.heartbeat.mul_f64(SILENT_HEARTBEATS)
    }

    fn give_up_if_silent(&mut self, ctx: &mut WebsocketContext<Self>) {
        if self.heard_at.elapsed() >= self.silence_allowed() {
            tracing::debug!(connection = ?self.id, "a client has gone silent");
            self.leave();
            self.stage = Stage::Closing;
            ctx.stop();
        }
    }

    fn beat(&mut self, ctx: &mut WebsocketContext<Self>) {
        if self.begun_at.is_some_and(|begun| begun.elapsed() >= self.settings.message_within) {
            return self.close(reason(Close::Unfinished), ctx);
        }
        let left = self.silence_allowed().saturating_sub(self.heard_at.elapsed());
        if left < self.settings.heartbeat {
            // Its time may be up before the next beat, and those who watch are to know as soon as it is.
            ctx.run_later(left, |connection, ctx| {
                connection.guarded(Work::ConnectionSilent, ctx, Connection::give_up_if_silent);
            });
        }
        ctx.ping(b"");
        if self.stage == Stage::Joined {
            ctx.text(ServerFrame::Beat { at: self.settings.clock.now() }.encode());
        }
    }
}

/// A close frame's code and words.
fn reason(close: Close) -> CloseReason {
    CloseReason { code: CloseCode::from(close.code()), description: Some(close.reason().to_owned()) }
}

impl Actor for Connection {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.guarded(Work::ConnectionStarted, ctx, |connection, ctx| {
            ctx.run_later(connection.settings.hello_within, |connection, ctx| {
                connection.guarded(Work::ConnectionNoHello, ctx, |connection, ctx| {
                    if connection.stage == Stage::Opened {
                        connection.close(reason(Close::NoHello), ctx);
                    }
                });
            });
            ctx.run_interval(connection.settings.heartbeat, |connection, ctx| {
                connection.guarded(Work::ConnectionBeat, ctx, Connection::beat);
            });
        });
    }

    fn stopped(&mut self, ctx: &mut Self::Context) {
        // Also when the socket broke while we were writing, or was shut down from outside: then nothing else runs.
        self.guarded(Work::ConnectionStopped, ctx, |connection, _| connection.leave());
    }
}

impl Drop for Connection {
    /// Also when the actor did not come to its end.
    fn drop(&mut self) {
        self.leave();
    }
}

impl Connection {
    fn item(&mut self, item: Result<Message, ProtocolError>, ctx: &mut WebsocketContext<Self>) {
        self.heard_at = Instant::now();
        if self.stage != Stage::Closing {
            let taken = self.fragments.take(item);
            self.begun_at = if self.fragments.are_open() { self.begun_at.or(Some(self.heard_at)) } else { None };
            match taken {
                Ok(Some(Incoming::Text(text))) => self.text(&text, ctx),
                Ok(Some(Incoming::Binary(_))) => self.close(Refusal::Binary.close_reason(), ctx),
                Ok(Some(Incoming::Ping(payload))) => ctx.write_raw(Message::Pong(payload)),
                Ok(Some(Incoming::Pong) | None) => {}
                Ok(Some(Incoming::Close(code))) => {
                    self.has_said_bye = code == Some(1001);
                    self.close(CloseReason { code: CloseCode::from(code.unwrap_or(1000)), description: None }, ctx);
                }
                Err(refusal) => self.close(refusal.close_reason(), ctx),
            }
        }
        self.intake.handled();
    }

    fn write(&mut self, outgoing: Outgoing, ctx: &mut WebsocketContext<Self>) {
        self.waiting.taken(outgoing.weight());
        if self.stage == Stage::Closing {
            return;
        }
        match outgoing {
            Outgoing::Frame(frame) => ctx.text(frame),
            Outgoing::Frames(frames) => frames.into_iter().for_each(|frame| ctx.text(frame)),
            Outgoing::Close(last, close) => {
                if let Some(last) = last {
                    ctx.text(last);
                }
                self.close(reason(close), ctx);
            }
        }
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Connection {
    fn handle(&mut self, item: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        self.guarded(Work::ConnectionItem, ctx, |connection, ctx| connection.item(item, ctx));
    }

    fn finished(&mut self, ctx: &mut Self::Context) {
        self.guarded(Work::ConnectionFinished, ctx, |connection, ctx| {
            if let Some(End::Refused(refusal)) = connection.intake.end() {
                connection.close(refusal.close_reason(), ctx);
            }
            ctx.stop();
        });
    }
}

impl Handler<Outgoing> for Connection {
    type Result = ();

    fn handle(&mut self, outgoing: Outgoing, ctx: &mut Self::Context) {
        self.guarded(Work::ConnectionOutgoing, ctx, |connection, ctx| connection.write(outgoing, ctx));
    }
}

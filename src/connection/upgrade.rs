//! From an HTTP request to a running connection actor: checks the handshake more strictly than actix-web-actors does,
//! and puts the guard in front of its codec. Never looks at sessions or origins; those are checked before.

#[cfg(test)]
pub(crate) mod echo;
mod parting;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wire_tests;

use actix::{Actor, StreamHandler};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode, Version,
        header::{self, HeaderMap, HeaderName},
    },
    web,
};
use actix_web_actors::ws::{self, Message, ProtocolError, WebsocketContext};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    guard::{Guard, Intake},
    socket::SocketHandle,
};
use crate::protocol::limits::SUBPROTOCOL;
use parting::Parting;

/// The WebSocket version, the only one ever registered for use (RFC 6455 §4.1).
pub const VERSION: &str = "13";

/// A handshake that may be answered with 101.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The client offered [`SUBPROTOCOL`], so the answer names it.
    pub names_subprotocol: bool,
}

/// Why a request is no handshake. [`Self::status`] is its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeRefusal {
    /// Only GET upgrades.
    #[error("only GET can open a WebSocket")]
    Method,
    /// An upgrade is a matter of HTTP/1.1.
    #[error("only HTTP/1.1 can open a WebSocket")]
    HttpVersion,
    /// Not exactly one `Host` (RFC 6455 §4.2.1, RFC 9112 §3.2).
    #[error("exactly one Host is needed")]
    Host,
    /// No `Upgrade: websocket` with `Connection: Upgrade`.
    #[error("this address speaks WebSocket only")]
    NotAnUpgrade,
    /// Not exactly one `Sec-WebSocket-Version` of [`VERSION`].
    #[error("only WebSocket version 13 is spoken")]
    Version,
    /// Not exactly one `Sec-WebSocket-Key` of 16 bytes in base64.
    #[error("exactly one Sec-WebSocket-Key of 16 bytes is needed")]
    Key,
    /// Subprotocols were offered, but not [`SUBPROTOCOL`].
    #[error("none of the subprotocols offered is spoken")]
    Subprotocol,
    /// A body was announced. actix-http would read the frames as that body, and what follows as further requests.
    #[error("a handshake has no body")]
    Body,
}

impl HandshakeRefusal {
    /// 405, 426 or 400.
    pub fn status(self) -> StatusCode {
        match self {
            HandshakeRefusal::Method => StatusCode::METHOD_NOT_ALLOWED,
            HandshakeRefusal::NotAnUpgrade | HandshakeRefusal::Version => StatusCode::UPGRADE_REQUIRED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The header that must tell the client what would do (RFC 9110 §15.5.6 and §15.5.22, RFC 6455 §4.4).
    pub fn header(self) -> Option<(HeaderName, &'static str)> {
        match self {
            HandshakeRefusal::Method => Some((header::ALLOW, "GET")),
            HandshakeRefusal::NotAnUpgrade => Some((header::UPGRADE, "websocket")),
            HandshakeRefusal::Version => Some((header::SEC_WEBSOCKET_VERSION, VERSION)),
            _ => None,
        }
    }
}

impl Handshake {
    /// Reads a handshake out of a request's head.
    ///
    /// # Errors
    /// The first [`HandshakeRefusal`] that applies.
    pub fn parse(method: &Method, version: Version, headers: &HeaderMap) -> Result<Handshake, HandshakeRefusal> {
        if method != Method::GET {
            return Err(HandshakeRefusal::Method);
        }
        if version != Version::HTTP_11 {
            return Err(HandshakeRefusal::HttpVersion);
        }
        if only(headers, header::HOST).is_none() {
            return Err(HandshakeRefusal::Host);
        }
        let lists = |name, token: &str| tokens(headers, name).any(|listed| listed.eq_ignore_ascii_case(token));
        if !lists(header::UPGRADE, "websocket") || !lists(header::CONNECTION, "upgrade") {
            return Err(HandshakeRefusal::NotAnUpgrade);
        }
        if headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING) {
            return Err(HandshakeRefusal::Body);
        }
        if only(headers, header::SEC_WEBSOCKET_VERSION) != Some(VERSION) {
            return Err(HandshakeRefusal::Version);
        }
        let key = only(headers, header::SEC_WEBSOCKET_KEY).and_then(|key| BASE64_STANDARD.decode(key).ok());
        if key.is_none_or(|key| key.len() != 16) {
            return Err(HandshakeRefusal::Key);
        }
        let names_subprotocol = tokens(headers, header::SEC_WEBSOCKET_PROTOCOL).any(|offered| offered == SUBPROTOCOL);
        if !names_subprotocol && headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL) {
            return Err(HandshakeRefusal::Subprotocol);
        }
        Ok(Handshake { names_subprotocol })
    }
}

/// Answers a handshake with 101 and starts the actor that `build` makes. The actor keeps the [`Intake`], calls
/// [`Intake::handled`] for every item it is given, and asks [`Intake::end`] in `finished`. Extensions such as
/// permessage-deflate are never agreed to. `mailbox_capacity` bounds each sender's messages to the actor.
///
/// # Errors
/// [`HandshakeRefusal`], before anything is started.
pub fn open<A>(
    request: &HttpRequest,
    payload: web::Payload,
    mailbox_capacity: usize,
    build: impl FnOnce(Intake, &mut WebsocketContext<A>) -> A + 'static,
) -> Result<HttpResponse, HandshakeRefusal>
where
    A: Actor<Context = WebsocketContext<A>> + StreamHandler<Result<Message, ProtocolError>>,
{
    let handshake = Handshake::parse(request.method(), request.version(), request.headers())?;
    // actix's own check asks for less; it can still fail where its reading of `Connection` differs from ours.
    let mut response = ws::handshake(request).map_err(|_| HandshakeRefusal::NotAnUpgrade)?;
    if handshake.names_subprotocol {
        response.insert_header((header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL));
    }
    let intake = Intake::default();
    let guard = Guard::new(payload, intake.clone());
    // `with_factory` is the only way to the mailbox before the actor runs; its codec has the default limit, which is
    // the guard's (a test sends the largest message).
    let frames = WebsocketContext::with_factory(guard, move |context| {
        context.set_mailbox_capacity(mailbox_capacity);
        build(intake, context)
    });
    Ok(response.streaming(Parting::new(frames, SocketHandle::of(request))))
}

/// The value of a header that is there exactly once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok().map(str::trim) }
}

/// All elements of a list header, over all its lines.
fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim)
}

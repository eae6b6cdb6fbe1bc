//! Joins the frames that actix-web-actors hands up into what a client said, as a plain state machine. Never touches a
//! socket or an actor, and keeps nothing of a read buffer: a received text would pin it (`limits.md`).

#[cfg(test)]
mod tests;

use actix_http::ws::Item;
use actix_web_actors::ws::{Message, ProtocolError};
use bytes::Bytes;

use super::guard::{MESSAGE_MAX_BYTES, Refusal};

/// Something complete that a client said.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole text message, of at most [`MESSAGE_MAX_BYTES`].
    Text(String),
    /// A whole binary message of at most as much, from [`Fragments::with_binary`] only.
    Binary(Vec<u8>),
    /// To be answered with `Message::Pong` of the same bytes.
    Ping(Bytes),
    /// The client is there.
    Pong,
    /// The client leaves, with its code if it gave one (1001: the page says that it closes).
    Close(Option<u16>),
}

/// The fragmented message that is open, if one is. By default binary messages are refused where they begin: what we
/// speak is text.
#[derive(Debug, Default)]
pub struct Fragments {
    open: Option<Open>,
    takes_binary: bool,
}

#[derive(Debug)]
struct Open {
    joined: Vec<u8>,
    is_binary: bool,
}

impl Fragments {
    /// Joins binary messages as well. Chat needs none; RFC 6455 is measured with both.
    pub fn with_binary() -> Fragments {
        Fragments { takes_binary: true, ..Fragments::default() }
    }

    /// Whether a message has begun and is not whole.
    pub fn are_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes the next item of the actor's stream; `None` while a message is incomplete.
    ///
    /// An I/O error can only be text that is not UTF-8: the guard ends its stream instead of failing it, and refuses
    /// reserved bits, the codec's other I/O error, by itself. It refuses such text as well; what it lets pass is looked at
    /// once more here, as a `String` has to be made of it.
    ///
    /// # Errors
    /// The [`Refusal`] to close with. Nothing may be taken afterwards.
    pub fn take(&mut self, item: Result<Message, ProtocolError>) -> Result<Option<Incoming>, Refusal> {
        match item {
            Ok(Message::Text(text)) => Ok(Some(Incoming::Text(String::from(&*text)))),
            Ok(Message::Continuation(item)) => self.join(item),
            Ok(Message::Ping(payload)) => Ok(Some(Incoming::Ping(Bytes::copy_from_slice(&payload)))),
            Ok(Message::Pong(_)) => Ok(Some(Incoming::Pong)),
            Ok(Message::Close(reason)) => Ok(Some(Incoming::Close(reason.map(|reason| reason.code.into())))),
            Ok(Message::Binary(bytes)) if self.takes_binary => Ok(Some(Incoming::Binary(bytes.to_vec()))),
            Ok(Message::Binary(_)) => Err(Refusal::Binary),
            Ok(Message::Nop) => Ok(None),
            Err(ProtocolError::Io(_)) => Err(Refusal::NotUtf8),
            Err(ProtocolError::Overflow) => Err(Refusal::TooLarge),
            Err(_) => Err(Refusal::Protocol),
        }
    }

    fn join(&mut self, item: Item) -> Result<Option<Incoming>, Refusal> {
        let (piece, is_last) = match item {
            Item::FirstBinary(_) if !self.takes_binary => return Err(Refusal::Binary),
            Item::FirstText(_) | Item::FirstBinary(_) if self.open.is_some() => return Err(Refusal::Interleaved),
            Item::FirstText(piece) => {
                self.open = Some(Open { joined: Vec::new(), is_binary: false });
                (piece, false)
            }
            Item::FirstBinary(piece) => {
                self.open = Some(Open { joined: Vec::new(), is_binary: true });
                (piece, false)
            }
            Item::Continue(piece) => (piece, false),
            Item::Last(piece) => (piece, true),
        };
        let mut open = self.open.take().ok_or(Refusal::NothingToContinue)?;
        if open.joined.len() + piece.len() > MESSAGE_MAX_BYTES {
            return Err(Refusal::TooLarge);
        }
        open.joined.extend_from_slice(&piece);
        match open {
            open if !is_last => {
                self.open = Some(open);
                Ok(None)
            }
            Open { joined, is_binary: true } => Ok(Some(Incoming::Binary(joined))),
            Open { joined, is_binary: false } => {
                String::from_utf8(joined).map(|text| Some(Incoming::Text(text))).map_err(|_| Refusal::NotUtf8)
            }
        }
    }
}

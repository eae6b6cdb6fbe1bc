//! Stands between the socket's bytes and actix-http's WebSocket codec, and lets only whole frames pass that it has
//! checked, text byte by byte as it arrives. Never decodes a message, never answers a client, and never buffers more
//! than one frame.
//!
//! It is needed because `actix_web_actors::ws` reads everything there is before it looks at it (`ws.rs`,
//! `WsStream::poll_next`), checks a frame's length only after the whole frame has arrived (`actix-http`
//! `ws/frame.rs`), and hands the actor at most 16 frames a turn while reading on: a header declaring 2^40 bytes or a
//! flood of empty frames fills the memory whatever limit the codec is given.
//!
//! A refusal is no error item: `WsStream` would pass an error *before* the frames it has already buffered, as
//! text. The guard ends its stream instead and leaves the reason in the [`Intake`]. The codec then hands up
//! what came before, and `StreamHandler::finished` finds the reason there, in order and typed:
//!
//! ```ignore
//! fn finished(&mut self, ctx: &mut Self::Context) {
//!     if let Some(End::Refused(refusal)) = self.intake.end() {
//!         ctx.close(Some(refusal.close_reason()));
//!     }
//!     ctx.stop();
//! }
//! ```

#[cfg(test)]
pub(crate) mod client_frames;
mod header;
mod intake;
mod refusal;
#[cfg(test)]
mod tests;
mod utf8;

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::protocol::limits::FRAME_MAX_BYTES;
use header::{HEADER_MAX_BYTES, Header, Opcode};
pub use intake::{End, Intake, OUTSTANDING_MAX_BYTES, OUTSTANDING_MAX_FRAMES};
pub use refusal::Refusal;
use utf8::Utf8;

/// Largest payload of a frame, and of a message joined from fragments, in bytes. actix-http's codec allows the same
/// (`ws/codec.rs`, `DEFAULT_MAX_FRAME_SIZE`), so it never refuses what passed here.
pub const MESSAGE_MAX_BYTES: usize = FRAME_MAX_BYTES;

/// The payload of an upgraded request, checked.
#[derive(Debug)]
pub struct Guard<S> {
    payload: S,
    intake: Intake,
    /// What the payload gave and was not looked at yet.
    unread: Bytes,
    /// A frame that has begun: copied, as a piece of the payload would keep the whole read buffer alive. Grows with
    /// what arrives, never with what is declared.
    begun: BytesMut,
    /// How much of it was looked at.
    begun_seen: Seen,
    /// Payload bytes of the open fragmented message, if one is open.
    joined: Option<usize>,
    /// That message up to here, if it is text.
    text: Option<Utf8>,
    is_over: bool,
}

/// How many bytes of a frame's payload were looked at, and the text up to there if it is text. What was looked at is not
/// looked at again, or a frame that trickles in byte by byte would cost the square of its length.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    bytes: usize,
    text: Option<Utf8>,
}

impl<S> Guard<S> {
    /// Guards `payload`; the actor that handles the frames keeps the other clone of `intake`.
    pub fn new(payload: S, intake: Intake) -> Guard<S> {
        Guard {
            payload,
            intake,
            unread: Bytes::new(),
            begun: BytesMut::new(),
            begun_seen: Seen::default(),
            joined: None,
            text: None,
            is_over: false,
        }
    }

    /// Takes the next whole frames out of `unread`, as many as there is room for; `None` if it holds no whole one, and
    /// then it is empty.
    fn next_frames(&mut self) -> Result<Option<Bytes>, Refusal> {
        if !self.begun.is_empty() {
            return self.finish_begun();
        }
        let mut whole = 0;
        let mut seen = Seen::default();
        while self.intake.has_room() && !self.is_over {
            seen = Seen::default();
            match self.check_frame(&self.unread[whole..], &mut seen) {
                Ok(Some(header)) => {
                    self.pass(&header, seen);
                    whole += header.frame_bytes();
                }
                // What came before goes first; the next call finds the same refusal again.
                Err(refusal) if whole == 0 => return Err(refusal),
                Ok(None) | Err(_) => break,
            }
        }
        if whole > 0 {
            return Ok(Some(self.unread.split_to(whole)));
        }
        self.begun.extend_from_slice(&self.unread);
        self.begun_seen = seen;
        self.unread.clear();
        Ok(None)
    }

    /// Moves bytes to the frame that has begun, and takes it if that completes it.
    fn finish_begun(&mut self) -> Result<Option<Bytes>, Refusal> {
        while !self.unread.is_empty() {
            // Before the header is whole its length is unknown; byte by byte nothing after the frame is taken along.
            let missing = match Header::read(&self.begun, self.joined)? {
                Some(header) => header.frame_bytes() - self.begun.len(),
                None => 1,
            };
            let piece = self.unread.split_to(missing.min(self.unread.len()));
            self.begun.extend_from_slice(&piece);
            let mut seen = self.begun_seen;
            let checked = self.check_frame(&self.begun, &mut seen)?;
            self.begun_seen = seen;
            if let Some(header) = checked {
                self.pass(&header, seen);
                // `take`, as `split` would keep the frame's memory for the life of the connection.
                return Ok(Some(std::mem::take(&mut self.begun).freeze()));
            }
        }
        Ok(None)
    }

    /// The header of the frame at the start of `bytes`, if the whole frame is there and allowed. Looks at what is new
    /// after `seen`.
    fn check_frame(&self, bytes: &[u8], seen: &mut Seen) -> Result<Option<Header>, Refusal> {
        let read = &bytes[..bytes.len().min(HEADER_MAX_BYTES)];
        let Some(header) = Header::read(read, self.joined)? else { return Ok(None) };
        let payload = &bytes[header.header_bytes..bytes.len().min(header.frame_bytes())];
        if seen.bytes == 0 {
            seen.text = self.text_before(&header);
        }
        if let Some(text) = &mut seen.text {
            text.take(&payload[seen.bytes..], header.mask, seen.bytes)?;
        }
        seen.bytes = payload.len();
        if payload.len() < header.payload_bytes {
            return Ok(None);
        }
        match (header.opcode, seen.text) {
            (Opcode::Close, _) => header.check_close(payload)?,
            (_, Some(text)) if header.is_final => text.end()?,
            _ => {}
        }
        Ok(Some(header))
    }

    /// The text that a frame goes on with, if it carries text.
    fn text_before(&self, header: &Header) -> Option<Utf8> {
        match header.opcode {
            Opcode::Text => Some(Utf8::default()),
            Opcode::Continuation => self.text,
            Opcode::Binary | Opcode::Close | Opcode::Ping | Opcode::Pong => None,
        }
    }

    fn pass(&mut self, header: &Header, seen: Seen) {
        if !header.opcode.is_control() {
            self.text = if header.is_final { None } else { seen.text };
        }
        self.joined = header.joined_after(self.joined);
        self.intake.hand_up(header.frame_bytes());
        if header.opcode == Opcode::Close {
            self.end(End::Closed);
        }
    }

    /// The payload is kept, unread, until the actor drops the guard: actix-http reads and discards for a payload that
    /// was dropped, but stops reading for one that nobody polls (`h1/payload.rs`, `need_read`).
    fn end(&mut self, end: End) {
        self.is_over = true;
        self.intake.finish(end);
    }
}

impl<S> Stream for Guard<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let guard = &mut *self;
        while !guard.is_over {
            if !guard.intake.has_room() {
                guard.intake.hold_back(cx.waker());
                return Poll::Pending;
            }
            if !guard.unread.is_empty() {
                match guard.next_frames() {
                    Ok(Some(frames)) => return Poll::Ready(Some(Ok(frames))),
                    Ok(None) => {}
                    Err(refusal) => guard.end(End::Refused(refusal)),
                }
                continue;
            }
            match Pin::new(&mut guard.payload).poll_next(cx) {
                Poll::Ready(Some(Ok(chunk))) => guard.unread = chunk,
                // An error means that the client has gone; no code can reach it.
                Poll::Ready(Some(Err(_)) | None) => guard.end(End::Lost),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(None)
    }
}

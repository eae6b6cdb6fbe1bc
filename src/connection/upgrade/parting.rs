//! Says right behind a connection's last frame that nothing more comes. RFC 6455 §7.1.1 has the server close first and at
//! once, and a page is told of the end only then. actix-http reads on for a second before it closes (`h1/dispatcher.rs`,
//! `poll_linger`), so that a client still sending is not reset before it has read our close frame. That goes on: only our
//! own direction is finished here. Never gives up a byte that waits to be sent.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::connection::socket::SocketHandle;

/// A connection's frames, and behind them the end of our direction.
pub struct Parting<S> {
    frames: S,
    /// Whose direction is to be finished, as long as it is.
    socket: Option<SocketHandle>,
    have_ended: bool,
}

impl<S> Parting<S> {
    /// Without a socket nothing is added to `frames`.
    pub fn new(frames: S, socket: Option<SocketHandle>) -> Parting<S> {
        Parting { frames, socket, have_ended: false }
    }
}

impl<S: Stream + Unpin> Stream for Parting<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = &mut *self;
        if !this.have_ended {
            if let Some(frame) = ready!(Pin::new(&mut this.frames).poll_next(cx)) {
                return Poll::Ready(Some(frame));
            }
            this.have_ended = true;
            // actix-http asks for frames only while less than 32 KiB wait in its own buffer, and writes that out before
            // it asks again. What the socket has room for is then with the kernel, and our end behind it. A client that
            // reads so slowly that there is no room gets its end when actix-http closes.
            this.socket = this.socket.take().filter(SocketHandle::has_room);
            if this.socket.is_some() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        if let Some(socket) = this.socket.take() {
            socket.finish_sending();
        }
        Poll::Ready(None)
    }
}

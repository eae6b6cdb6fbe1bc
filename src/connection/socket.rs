//! A way to end a connection from outside, or only our direction of it. A client that stopped reading blocks its connection's task: it is not polled,
//! so neither a heartbeat nor a message can make it close itself. Never owns, duplicates or closes a descriptor.
//!
//! The descriptor is seen in `HttpServer::on_connect` and must be forgotten before its socket closes, or a later
//! connection with the same number would be hit. What `on_connect` leaves in the connection's data does that when it is
//! dropped: actix-http's `h1/dispatcher.rs` declares `conn_data` and `state` (which holds the request in progress)
//! before `io`, so they are dropped before it, and actix-web takes the data out of requests it keeps for reuse
//! (`request.rs`, `Drop for HttpRequest`). What would break it is an `HttpRequest` kept longer than its connection:
//! nothing here or above may store one. The tests watch the order on every way a connection can end.

#[cfg(test)]
mod tests;

use std::{
    any::Any,
    io,
    net::Shutdown,
    os::fd::{AsRawFd, BorrowedFd, RawFd},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream};
use socket2::SockRef;

/// How long sent bytes may stay unacknowledged, or a full window closed, before the kernel ends the connection: a cable
/// pulled out is noticed without anybody here doing anything.
pub const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes the kernel may hold for a client that does not read; Linux doubles it for its bookkeeping (socket(7)).
/// One largest frame fits.
pub const SEND_BUFFER_BYTES: usize = 65_536;

/// Ends one TCP connection, from any thread, without keeping it alive.
#[derive(Clone, Debug)]
pub struct SocketHandle(Arc<Mutex<Option<RawFd>>>);

/// What `on_connect` ties to the connection; dropping it forgets the descriptor.
#[derive(Debug)]
struct Tied(SocketHandle);

impl SocketHandle {
    /// The handle of the connection a request came in on; `None` if the server was built without [`on_connect`] or the
    /// connection is not plain TCP.
    pub fn of(request: &HttpRequest) -> Option<SocketHandle> {
        request.conn_data::<Tied>().map(|tied| tied.0.clone())
    }

    /// The handle of a connection whose first request has not come yet.
    pub(super) fn tied(data: &Extensions) -> Option<SocketHandle> {
        data.get::<Tied>().map(|tied| tied.0.clone())
    }

    /// The handle of a socket that the caller keeps open for as long.
    #[cfg(test)]
    pub(super) fn to(socket: &impl AsRawFd) -> SocketHandle {
        SocketHandle(Arc::new(Mutex::new(Some(socket.as_raw_fd()))))
    }

    /// Ends the connection in both directions: what waits to be sent is given up, and its task wakes up and finishes.
    /// Returns whether the connection was still there. Cheap, and harmless to repeat.
    pub fn shutdown(&self) -> bool {
        // It fails only if the peer was faster (ENOTCONN), and then there is nothing left to do.
        self.with_socket(|socket| socket.shutdown(Shutdown::Both).is_ok()).unwrap_or(false)
    }

    /// Tells the peer, after all that was written, that nothing more comes. What it still sends can be read.
    pub fn finish_sending(&self) {
        self.with_socket(|socket| drop(socket.shutdown(Shutdown::Write)));
    }

    /// Whether 32 KiB more would not have to wait. The kernel says that a socket takes more only while a third of its send
    /// buffer is free (`sk_stream_is_writeable`), and of [`SEND_BUFFER_BYTES`], doubled, that is 42 KiB. Other kernels
    /// promise less, and there the answer is no.
    pub fn has_room(&self) -> bool {
        self.with_socket(|socket| {
            let mut asked = libc::pollfd { fd: socket.as_raw_fd(), events: libc::POLLOUT, revents: 0 };
            // SAFETY: one valid entry, and no waiting.
            let ready = unsafe { libc::poll(&raw mut asked, 1, 0) };
            cfg!(target_os = "linux") && ready == 1 && asked.revents == libc::POLLOUT
        })
        .unwrap_or(false)
    }

    /// `None` if the connection is gone.
    fn with_socket<R>(&self, act: impl FnOnce(SockRef<'_>) -> R) -> Option<R> {
        let descriptor = self.descriptor();
        let open = (*descriptor)?;
        // SAFETY: while the descriptor is not forgotten its socket is open, and it cannot be forgotten while we hold
        // the lock.
        let socket = unsafe { BorrowedFd::borrow_raw(open) };
        Some(act(SockRef::from(&socket)))
    }

    fn descriptor(&self) -> std::sync::MutexGuard<'_, Option<RawFd>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Tied {
    fn drop(&mut self) {
        *self.0.descriptor() = None;
    }
}

/// For `HttpServer::on_connect`: sets the socket's options and ties its [`SocketHandle`] to the connection.
pub fn on_connect(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    if let Err(error) = set_options(stream) {
        // The peer may have gone already; then the first read says so.
        tracing::debug!(%error, "socket options not set");
    }
    data.insert(Tied(SocketHandle(Arc::new(Mutex::new(Some(stream.as_raw_fd()))))));
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(stream);
    // Nagle would hold a small frame back until the one before is acknowledged.
    socket.set_tcp_nodelay(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(())
}

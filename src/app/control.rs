//! How other commands reach a running server: a Unix socket in the data directory, one JSON line there, one back. Whoever
//! may open it owns the data directory, so nobody is asked who they are.

use std::io::{BufRead, BufReader, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;

use actix::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::oneshot;

use super::office::{Office, Order, OrderError, Report};
use super::{DataDirectory, Lock, StartError};
use crate::auth::Hasher;
use crate::chat::Submit;
use crate::clock::Clock;
use crate::guarded::{Work, guarded};
use crate::store::sqlite::{ReaderPool, SqliteReader};
use crate::store::{Refusal, StoreError};

/// Longest order, in bytes.
const ORDER_MAX_BYTES: u64 = 64 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Ok(Report),
    Error(String),
}

/// Who does a command's work.
pub enum Reached {
    /// Nobody is running: the caller does it itself, under this lock.
    Nobody(Lock),
    /// A server did it.
    Server(Result<Report, OrderError>),
}

/// Hands `order` to the server that runs in `data`, if one does.
///
/// # Errors
/// [`StartError`] when neither the lock nor the server is to be had.
pub fn reach(data: &DataDirectory, order: &Order) -> Result<Reached, StartError> {
    if let Some(lock) = data.lock()? {
        return Ok(Reached::Nobody(lock));
    }
    let unreachable = |error: std::io::Error| StartError::Data {
        path: data.path().to_owned(),
        reason: match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => {
                "another chinwag command is working in it; try again in a moment".into()
            }
            _ => format!("the server running in it does not answer ({error})"),
        },
    };
    let mut stream = UnixStream::connect(data.control_socket()).map_err(unreachable)?;
    let mut line = serde_json::to_string(order).map_err(|error| unreachable(error.into()))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).map_err(unreachable)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).map_err(unreachable)?;
    match serde_json::from_str(&answer).map_err(|error| unreachable(error.into()))? {
        Answer::Ok(report) => Ok(Reached::Server(Ok(report))),
        Answer::Error(reason) => Ok(Reached::Server(Err(OrderError(reason)))),
    }
}

/// What a server needs to carry out orders.
#[derive(Clone)]
pub(super) struct Control {
    chat: Recipient<Submit>,
    readers: ReaderPool,
    hasher: Arc<Hasher>,
    clock: Clock,
}

/// The socket's file goes when the server does.
pub(super) struct Listening(PathBuf);

impl Control {
    pub(super) fn new(chat: Recipient<Submit>, readers: ReaderPool, hasher: Arc<Hasher>, clock: Clock) -> Control {
        Control { chat, readers, hasher, clock }
    }

    /// On a thread that may wait; every change goes through ChatServer, so that everybody concerned is told.
    fn office(&self) -> Result<Office, StoreError> {
        let chat = self.chat.clone();
        let submit = move |write| {
            let (reply, answer) = oneshot::channel();
            chat.do_send(Submit { write, reply });
            answer.blocking_recv().unwrap_or(Err(Refusal::Unknown))
        };
        Ok(Office {
            reads: Box::new(SqliteReader::take(&self.readers)?),
            submit: Box::new(submit),
            hasher: Arc::clone(&self.hasher),
            clock: self.clock.clone(),
        })
    }
}

/// Starts to listen. A server without this socket serves all the same, so a failure is only logged.
pub(super) fn listen(data: &DataDirectory, control: Control) -> Option<Listening> {
    let path = data.control_socket();
    // Ours by the lock: what is there was left by a server that was killed.
    let _ = std::fs::remove_file(&path);
    let bound = UnixListener::bind(&path).and_then(|listener| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(listener)
    });
    match bound {
        Ok(listener) => {
            actix_web::rt::spawn(accept(listener, control));
            Some(Listening(path))
        }
        Err(error) => {
            tracing::warn!(%error, "other chinwag commands cannot reach this server");
            None
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn accept(listener: UnixListener, control: Control) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let control = control.clone();
                actix_web::rt::spawn(async move {
                    if let Err(error) = answer(stream, control).await {
                        tracing::debug!(%error, "a command left before its answer");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket failed for a moment");
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        }
    }
}

async fn answer(stream: tokio::net::UnixStream, control: Control) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(read.take(ORDER_MAX_BYTES)).read_line(&mut line).await?;
    let answer = match serde_json::from_str::<Order>(&line) {
        Ok(order) => {
            let work =
                move || guarded(Work::ControlOrder, || control.office().map_err(OrderError::from)?.perform(order));
            match tokio::task::spawn_blocking(work).await {
                Ok(Ok(Ok(report))) => Answer::Ok(report),
                Ok(Ok(Err(error))) => Answer::Error(error.to_string()),
                Ok(Err(_)) | Err(_) => Answer::Error("the server failed at this; its log says more".into()),
            }
        }
        Err(_) => Answer::Error("the server does not know this command; is it another version?".into()),
    };
    let mut text = serde_json::to_string(&answer)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    write.shutdown().await
}

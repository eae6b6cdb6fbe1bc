//! Wiring: in which order the parts start and stop, and who is given to whom. `serve` runs a server; an [`Office`] does
//! what the other commands ask for, inside a running server or without one. Holds no rules of chat.

mod backup;
mod control;
mod data_directory;
mod demo;
mod limits;
mod office;
mod page;
mod pychat;
mod serve;
mod store;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

pub use backup::{BackupError, backup, restore, verify};
pub use control::{Reached, reach};
pub use data_directory::{DataDirectory, Lock};
pub use office::{Office, Order, OrderError, Report, Token};
pub use serve::serve;
pub use store::open_office;

use crate::guarded::Work;
use crate::store::StoreError;
use crate::store::sqlite::OpenError;

/// Why the program cannot do its work, or cannot go on with it. Each is one line for whoever runs it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be used.
    #[error("cannot use the data directory {}: {reason}", path.display())]
    Data {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another program works in it.
    #[error("another chinwag is already running in {}", .0.display())]
    Locked(PathBuf),
    /// The secret cannot be used.
    #[error("cannot use the server's secret {}: {reason}", path.display())]
    Secret {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There are users, but not the secret that their passwords were hashed with.
    #[error(
        "{} has users, but the server's secret is missing beside it: without it no password works; put the file `secret` \
         back from a backup (`tar -xf FILE secret`)",
        .0.display()
    )]
    SecretLost(PathBuf),
    /// The database cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The page's files cannot be used.
    #[error("cannot serve the page from {}: {reason}", path.display())]
    Page {
        /// Which directory.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Nothing can be served there.
    #[error("cannot listen at {address}: {}", in_words(source))]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A running server ended itself, by this work of its if it knows.
    #[error("{} panicked and did not recover; the log says where. It has to be started anew", .0.map_or("a part", Work::as_str))]
    Panics(Option<Work>),
    /// A thread, a signal or a timer was not to be had.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program is listening there already".into(),
        io::ErrorKind::PermissionDenied => "that port is not for ordinary programs; take one above 1023".into(),
        io::ErrorKind::AddrNotAvailable => "this machine does not have that address".into(),
        _ => error.to_string(),
    }
}

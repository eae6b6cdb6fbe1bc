//! ChatServer and its parts: who is connected, who is here, which writes wait, and whom each stored change is told.
//!
//! The actor itself ([`ChatServer`]) only owns and delegates. Its parts are pure and tested alone: `registry`
//! (connections), `presence`, `batches` (group commit), `typing`, `rate`, `counting`, `owed`. `joining`, `asking`, `telling`, `noticing`,
//! `recording` and `questions` are what it does with them: how a connection comes to life, what a frame asks for, what a stored change
//! tells, what is told besides, what nobody asks to record, what others ask. `handlers` is where messages come in, each
//! inside a guard, and `mending` what follows a panic.

mod asking;
mod batches;
mod counting;
mod handlers;
mod joining;
mod mending;
mod messages;
mod noticing;
mod owed;
mod presence;
mod questions;
pub mod rate;
mod recording;
mod registry;
mod server;
mod settings;
mod telling;
#[cfg(test)]
mod tests;
mod typing;

pub use mending::PANICS_MAX;
pub use messages::{
    Ask, Census, ConnectionId, EndSocket, Hello, Join, Leave, Link, NotTaken, OpenSessions, Outgoing, PresenceOf,
    SayGoodbye, Submit, TakeCensus, WAITING_MAX_BYTES, Waiting, WindowCloses, submit,
};
pub use server::{ChatParts, ChatServer, CountsReader, GaveUp, ResumeReader, ViewReader};
pub use settings::ChatSettings;
pub use telling::error_code;

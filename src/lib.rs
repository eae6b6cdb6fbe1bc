//! Chinwag: the small chat server that tells you the truth about every message – stored, delivered (even late, and
//! when), read – and never loses one.
//!
//! # The map
//!
//! | part | what it is | what it never does |
//! |---|---|---|
//! | [`clock`] | the time, as a value | order anything |
//! | [`config`] | settings: flag, then variable, then file, then default | read anything but settings |
//! | [`guarded`] | where a panic ends: around every handler of every part | put right what it left |
//! | [`domain`] | what chat *is*: ids, names, bodies, conversations, receipts | know actors, SQL, frames, the time of day |
//! | [`protocol`] | what travels: client frames, server frames, error and close codes. **Its documentation is the protocol** | know the store |
//! | [`store`] | what lasts: [`store::Write`]s applied in batches by one writer, reads by many; SQLite | know actors or frames |
//! | [`auth`] | passwords, tokens, throttling | know HTTP or SQL |
//! | [`db`] | the database actors under SyncArbiters: one writer, one for the search index, a pool of readers | decide when to write |
//! | [`chat`] | ChatServer: connections, presence, the open batch, who is told | await, parse, touch SQL |
//! | [`connection`] | one WebSocket = one actor, with a guard before its codec | know conversations |
//! | [`http`] | the routes and the one mapping of errors to answers | decide what chat means |
//! | [`app`] | what is started and stopped, in which order; what commands and backups do | anything else |
//! | [`cli`] | the commands | serve |
//!
//! Dependencies point one way, in the order of the table (`protocol`, `store` and `auth` do not know each other);
//! `tests/house.rs` fails on any other edge.
//!
//! # A message's way
//!
//! 1. The page's outbox gives the text a client id, keeps it on the device and sends `message.send`.
//! 2. [`connection`]'s guard lets only whole, checked frames pass; the actor decodes one and waits until ChatServer has
//!    accepted it before it looks at the next, so TCP holds a fast client back.
//! 3. ChatServer puts a [`store::Write`] into the open batch (`chat::batches`). While the writer commits one batch, the
//!    next one collects: a message alone waits for nothing, and under load one fsync pays for hundreds.
//! 4. The writer applies the batch in one transaction, each write in its own savepoint, with `synchronous=FULL`. It
//!    decides seq, rev and audience, and answers [`store::Stored`]s in order – as a message, because the order of futures
//!    is not the order of answers.
//! 5. ChatServer sends the next batch first, then turns each `Stored` into frames, encoded once and shared, and hands them
//!    to connections with a bounded `try_send`. A connection that does not take a frame is ended from outside and
//!    resumes by revision; a frame is never left out.
//! 6. The recipient's client confirms what it holds without a hole; the confirmation takes the same way and becomes the
//!    sender's second tick, or, after a return, the late notice.
//!
//! # A panic's way
//!
//! Every handler, timer and continuation of every actor, every request, question, transaction, password and order runs
//! inside [`guarded::guarded`]; a panic ends there, is logged by the name of the work, and costs whoever asked:
//!
//! - A request is answered 500 `internal`, or `unknown` where it may have changed something; a batch `unknown`.
//! - A frame gets the same two codes, then its connection is closed with 1011. A connection's own panic closes it alone,
//!   and ChatServer hears that it has left, in any case when the actor is dropped.
//! - In ChatServer the panic may have left things half changed. What its parts share is then made anew from what is
//!   certain: indexes from the connections, presence from the connections, what is owed by recording it again. When a
//!   stored change was told to some only, everybody is sent away once (1013) and resumes by revision. The next batch is
//!   sent in any case (`chat::mending`).
//! - When the same work of ChatServer panics [`chat::PANICS_MAX`] times without once succeeding between, or what a panic
//!   left cannot be put right, going on would only pretend: the program says so and ends with a failure, so that whatever
//!   runs it starts it anew.
//!
//! # Invariants, as absences
//!
//! - Nobody is shown a message that is not committed, and nobody is told 'not saved' after a failure whose outcome is
//!   not known.
//! - No frame reaches a connection out of its conversation's rev order, none is skipped, and none comes before `ready`.
//! - No revision means two things: a database restored from a backup begins far above all that it may have given since,
//!   so no client takes half of one history and half of another.
//! - No user id, session or membership is taken from a frame.
//! - Nobody learns that they were blocked: no frame, receipt or revision differs from the other's absence, but that
//!   presence becomes unknown.
//! - Nobody can tell who hides what they read from who has not read it yet: no receipt, count or revision differs.
//! - Nobody is shown what came after they left a group, an edit of what they may see or a reaction to it included.
//! - Nothing is made once for each member of a large group but what its connected members are handed.
//! - No text that was deleted, and no draft, status or picture that was replaced, stays in any file of the data
//!   directory for ten minutes.
//! - No acknowledgement waits for the search index, and nothing is found because it stands there: what is found was read,
//!   in that moment, in the form that the searcher may see.
//! - No clock orders anything, and no deadline hangs on the time of day.
//! - No head, body, answer, hello or message is waited for without a deadline; no limit of an address counts whoever has
//!   shown a session, and none keeps the owner of an account out of it in a browser that has logged in before.
//! - No panic takes a thread or an actor along, and none is silent.
//! - No mailbox, queue or buffer grows with what a client sends or fails to read.
#![warn(missing_docs)]

pub mod app;
pub mod auth;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connection;
pub mod db;
pub mod domain;
pub mod guarded;
pub mod http;
pub mod protocol;
pub mod store;

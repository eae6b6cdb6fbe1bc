//! Every number that both ends must agree on, with its unit and where it comes from. Limits that are only the server's
//! own (how much may wait, how fast one may send) are settings, not protocol.

use std::time::Duration;

pub use crate::domain::{
    BODY_MAX_BYTES, EMOJI_MAX_BYTES, REACTION_EMOJI_MAX, REACTION_USERS, REACTIONS_EACH_MAX, REACTIONS_MAX,
};

/// The WebSocket subprotocol, as offered and answered in `Sec-WebSocket-Protocol`.
pub const SUBPROTOCOL: &str = "chinwag.v1";

/// Longest text frame (or message in several frames) that a client may send, in bytes (actix-http `ws/codec.rs`,
/// default `max_size`). Longer ones close the connection with 1009.
pub const FRAME_MAX_BYTES: usize = 64 * 1024;

/// Longest draft, in bytes of UTF-8. As long as a message may be, so that what can be kept can be sent.
pub const DRAFT_MAX_BYTES: usize = BODY_MAX_BYTES;

/// Greatest whole number on the wire, 2⁵³ − 1: beyond it JavaScript's numbers are no longer exact.
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Most fields of one client frame, known and unknown together. Ours have at most eight.
pub const FIELDS_MAX: usize = 64;

/// Deepest nesting of arrays and objects inside one field (serde_json's own limit).
pub const DEPTH_MAX: usize = 127;

/// Most conversations that `hello` may name; others are asked for when they are opened.
pub const HELLO_CONVERSATIONS_MAX: usize = 200;

/// Most people that `presence.watch` may name: what a page can show.
pub const WATCHED_MAX: usize = 200;

/// Most notices that one `late.seen` may name.
pub const LATE_SEEN_MAX: usize = 200;

/// Most conversations in `ready`.
pub const READY_CONVERSATIONS_MAX: usize = 50;

/// Most changed people in `ready`, besides those whom its conversations name.
pub const READY_PEOPLE_MAX: usize = 200;

/// Most late notices in `ready`.
pub const READY_LATE_MAX: usize = 50;

/// Most changes of one conversation that are told one by one; beyond, a client gets `reset`.
pub const CHANGES_MAX: i64 = 2_000;

/// A connection on which no `hello` came for this long is closed with 1008, unless it is set otherwise.
pub const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// How often the server sends `beat` unless it is set otherwise; `ready` tells the value that holds.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// A client that heard nothing for this many heartbeats counts the connection as dead: two may be missed, and the half
/// covers a slow way.
pub const SILENT_HEARTBEATS: f64 = 2.5;

/// `typing` ends by itself after this long without another `on`.
pub const TYPING_ENDS_AFTER: Duration = Duration::from_secs(5);

/// Clients repeat `typing` at most this often.
pub const TYPING_EVERY: Duration = Duration::from_secs(3);

/// Clients confirm delivery in one conversation at most this often.
pub const DELIVERED_EVERY: Duration = Duration::from_millis(200);

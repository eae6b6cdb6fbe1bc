//! What one device did and what it was told, in order. Nothing is judged here.

use super::mirror::{Finding, Form};

/// What an outgoing change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// A new message.
    Send,
    /// New text for the own message `seq`, of which `version` is known.
    Edit {
        /// Which.
        seq: u64,
        /// Which version it replaces.
        version: u64,
    },
    /// Taking the own message `seq` back.
    Delete {
        /// Which.
        seq: u64,
        /// Which version it replaces.
        version: u64,
    },
}

/// One line of the journal.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Put into the outbox; every attempt to send comes later.
    Queued { client_id: String, conversation: u64, op: Op, body: String },
    /// `message.stored`.
    Stored { client_id: String, conversation: u64, seq: u64, rev: u64 },
    /// `ok` to an edit or deletion.
    Changed { client_id: String, conversation: u64, seq: u64, version: u64, rev: u64 },
    /// `receipt.delivered` was sent.
    Confirming { conversation: u64, seq: u64 },
    /// … and answered with `ok`.
    Confirmed { conversation: u64, seq: u64 },
    /// A message came, by whatever way.
    Seen { conversation: u64, form: Form },
    /// Somebody's receipt came.
    Receipt { conversation: u64, user: u64, kind: String, up_to: u64 },
    /// The device itself saw something that must not be.
    Found { conversation: u64, finding: Finding },
}

/// The journal and counts of it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Everything.
    pub entries: Vec<Entry>,
    /// Messages and changes that came to this device.
    pub deliveries: u64,
    /// Answers that a message is stored or changed.
    pub acknowledged: u64,
    /// Connections made.
    pub connections: u64,
    /// Passing errors, by code.
    pub passing: std::collections::BTreeMap<String, u64>,
    /// `goodbye`s heard.
    pub goodbyes: u64,
}

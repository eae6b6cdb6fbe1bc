//! What a member's client has confirmed.

use serde::{Deserialize, Serialize};

/// The two things a client confirms. `Read` implies `Delivered`; both only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptKind {
    /// The member's client has the message.
    Delivered,
    /// The member was at or past it, with the window in front.
    Read,
}

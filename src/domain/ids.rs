//! The names of things: one type per kind of id, so that a user's id can never stand where a conversation's belongs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a number that the store or the wire names this thing by.
            pub const fn new(number: i64) -> $name {
                $name(number)
            }

            /// The bare number, for the store and the wire only.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// A person with an account.
    UserId
);
number!(
    /// One sign-in: a cookie or a bearer token, and a row.
    SessionId
);
number!(
    /// A direct or group conversation.
    ConversationId
);
number!(
    /// One invitation to sign up.
    InvitationId
);
number!(
    /// One late notice, told to one sender.
    LateId
);
number!(
    /// A message's number in its conversation: 1, 2, 3, … without holes. The only order there is. 0 means "none yet".
    Seq
);
number!(
    /// A revision: of a conversation, of an account or of the directory. Grows with every durable change.
    Rev
);
number!(
    /// Which form of a message or a draft this is: 1 as first written, one more with each change.
    Version
);

impl Seq {
    /// Before the first message.
    pub const ZERO: Seq = Seq(0);

    /// The place after this one.
    pub const fn next(self) -> Seq {
        Seq(self.0 + 1)
    }

    /// The place before this one.
    pub const fn previous(self) -> Seq {
        Seq(self.0 - 1)
    }
}

impl Rev {
    /// Before the first change.
    pub const ZERO: Rev = Rev(0);

    /// Revisions of one line of history. A database restored from a backup begins a new line, far above the old one:
    /// what was lost between backup and restore has used revisions that must never mean something else. No
    /// conversation sees four billion changes in that time.
    pub const PER_LINE: i64 = 1 << 32;

    /// Where this revision's line of history begins.
    pub const fn line_start(self) -> Rev {
        Rev(self.0 - self.0 % Rev::PER_LINE)
    }

    /// The revision after this one.
    pub const fn next(self) -> Rev {
        Rev(self.0 + 1)
    }
}

impl Version {
    /// A message as first written.
    pub const FIRST: Version = Version(1);

    /// The version after this one.
    pub const fn next(self) -> Version {
        Version(self.0 + 1)
    }
}

/// The id a client gives a message before sending it. Unique per sender for ever, so that sending twice stores once.
/// Clients use UUIDv7, whose time order keeps the unique index cheap; any UUID is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(Uuid);

impl ClientId {
    /// Wraps a parsed UUID.
    pub const fn new(uuid: Uuid) -> ClientId {
        ClientId(uuid)
    }

    /// A fresh time-ordered id, for messages that the server itself writes (imports, demo data).
    pub fn fresh() -> ClientId {
        ClientId(Uuid::now_v7())
    }

    /// The sixteen bytes, as stored.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

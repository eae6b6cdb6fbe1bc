//! What lasts. Synchronous traits by aggregate: reads that any number of threads may ask, and one list of [`Write`]s
//! that a single writer applies in batches. [`sqlite`] implements them; another database would pass the same contract
//! suite. Nothing here knows actors, frames or sockets, and nothing here decides *when* to write.

use std::path::PathBuf;

mod admin;
#[cfg(test)]
mod contract;
mod import;
pub mod pychat;
mod read;
mod search;
pub mod sqlite;
mod stored;
mod write;

pub use admin::{AdminReads, Administration, Admission, Governance, PeoplePage, RunPerson};
pub use import::{Act, Import, Imported, Newcomer, Person, Place, Step};
pub use read::{
    Anchor, Changes, ChangesSince, ConversationPage, ConversationReads, Credentials, Held, MemberPage, MessagePage,
    MessageReads, PersonPresence, ReadStore, ResumeFrom, ResumeReads, Resumed, SessionReads, SessionRow, UserPage,
    UserReads,
};
pub use search::{Found, IndexStore, Reach, Search, SearchFrom, SearchReads};
pub use stored::{Audience, ConversationOpened, CursorMoved, Newcomers, Refusal, Stored};
pub use write::{NewMessage, NewSession, NewUser, WhichSessions, Write, WriteStore};

/// What to do about a damaged file, for whoever runs the program.
pub const RESTORE: &str =
    "stop chinwag and restore the last backup: move the damaged file away, then `chinwag restore FILE`";

/// Why the store could not do what was asked. Says nothing about the request: it may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or is in use; the outcome of an interrupted write is not known.
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No connection to the database was free in time, or another process held it. Nothing was tried.
    #[error("the database was not free in time")]
    Busy,
    /// A search took longer than it may, and was given up. The reader is as it was.
    #[error("a search took too long")]
    SearchTooLong,
    /// The search index cannot be used, and is being made anew; the database itself is whole.
    #[error("the search index cannot be used: {0}")]
    SearchIndex(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row holds what this program never wrote. Inside the store only: whoever asked it hears
    /// [`StoreError::Damaged`], which names the file.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// A file holds what this program never wrote. Waiting does not help.
    #[error("{} is damaged: {} ({reason})", path.display(), RESTORE)]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The database was written by a newer version of this program.
    #[error("the database has schema version {found}, this program knows up to {known}; use a newer chinwag")]
    Newer {
        /// Version found in the file.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
}

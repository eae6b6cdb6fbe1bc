//! Searching one's own messages, and the index that makes it quick. The index is not what is found: whatever state it is
//! in, an answer holds what the searcher may see at that moment and nothing else.

use std::time::Duration;

use super::StoreError;
use crate::clock::Timestamp;
use crate::domain::search::Query;
use crate::domain::{Message, UserId};

/// Looking for messages.
pub trait SearchReads {
    /// Messages that `search` takes, in the form in which `viewer` sees them, the last stored first. A message is found
    /// from the moment it is stored, an edited one by its new text alone, a deleted one not at all.
    ///
    /// # Errors
    /// [`StoreError::SearchIndex`] while the index cannot be used; [`StoreError::SearchTooLong`] when this took longer
    /// than [`Search::longest`]; others as all reads.
    fn search(&mut self, viewer: UserId, search: &Search) -> Result<Found, StoreError>;
}

/// What follows what is written, on a thread of its own and at its own pace: a message is acknowledged before.
pub trait IndexStore: Send {
    /// Takes up some of what was written since. Whether there is more. Also sees to it that what was deleted leaves the
    /// index's files in time.
    ///
    /// # Errors
    /// [`StoreError`] when that failed; nothing is lost by that, and the next call tries again.
    fn index(&mut self, at: Timestamp) -> Result<bool, StoreError>;

    /// Throws a broken index away and begins with an empty one.
    ///
    /// # Errors
    /// [`StoreError`] when it does not let itself be thrown away; the next start does that.
    fn begin_anew(&mut self) -> Result<(), StoreError>;
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What is looked for.
    pub query: Query,
    /// How far the searcher's clock is ahead of UTC: their days begin by it.
    pub zone_minutes: i64,
    /// Where the last answer ended.
    pub from: Option<SearchFrom>,
    /// At most so many messages.
    pub limit: usize,
    /// After this time it is given up. One that finds where it stopped ends by itself long before.
    pub longest: Duration,
}

/// Where a search goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchFrom {
    /// What was stored before this message, by the store's own number.
    pub before: i64,
    /// How many of the searcher's messages were looked at so far.
    pub own: usize,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everything.
    All,
    /// The searcher's newest 20,000 messages: words of one or two characters are in no index.
    Newest,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The last stored first.
    pub messages: Vec<Message>,
    /// Where to go on, if not everything was looked at. There may be something even if nothing was found so far.
    pub next: Option<SearchFrom>,
    /// How much is looked at in all.
    pub reach: Reach,
    /// Filters that name nobody and nothing the searcher can see.
    pub unknown: Vec<String>,
}

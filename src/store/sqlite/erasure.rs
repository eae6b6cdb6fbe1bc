//! The journal between batches: what is copied into the file, and when text that nobody is to read any more leaves both.
//! `secure_delete` and [`super::leftovers`] overwrite it in the file, but the journal keeps older forms of pages until it
//! is cut, so a deletion has it cut. Never touches what is stored, and never keeps a batch waiting for longer than a blink.

use std::time::Duration;

use rusqlite::{Connection, Result};

use super::open::BUSY_TIMEOUT;
use crate::clock::Timestamp;

#[cfg(test)]
mod tests;

/// At most one checkpoint in this time.
const CHECKPOINT_MS: i64 = 1_000;

/// Deleted text leaves the journal in the first moment after this time in which nobody reads. The promise is ten minutes;
/// a cut costs next to nothing, because a journal that is copied every second never grows long.
const ERASURE_MS: i64 = 15_000;

/// After this time no such moment is waited for any more: somebody always reads. The journal is cut as soon as those who
/// read just then have their answer.
const ERASURE_WAITS_MS: i64 = 120_000;

/// Those who read get this long; an answer takes milliseconds. Meanwhile no batch is written.
const READERS_GET: Duration = Duration::from_millis(200);

/// A reader that takes longer, such as a copy of everything, does not hold every second's batches up.
const WAITS_AGAIN_MS: i64 = 10_000;

/// What the journal holds that the file does not have yet, or that nobody is to read any more.
#[derive(Debug)]
pub struct Journal {
    has_commits: bool,
    /// Nobody knows yet what it holds.
    is_just_found: bool,
    checkpointed_at: Timestamp,
    /// Since when it may hold text that was taken away.
    holds_deleted_since: Option<Timestamp>,
    waited_at: Option<Timestamp>,
}

impl Journal {
    /// Of a file just opened: a deletion just before the last stop may still be in it.
    pub fn found() -> Journal {
        Journal {
            has_commits: true,
            is_just_found: true,
            checkpointed_at: Timestamp::default(),
            holds_deleted_since: None,
            waited_at: None,
        }
    }

    /// A batch is in it.
    pub fn has_grown(&mut self) {
        self.has_commits = true;
    }

    /// A batch that takes text away is about to be in it: said before the commit, for its outcome may never be known.
    pub fn takes_text_away(&mut self, at: Timestamp) {
        self.holds_deleted_since.get_or_insert(at);
    }

    /// A checkpoint if one is due; the cut if text has to leave.
    ///
    /// # Errors
    /// As SQLite; nothing is lost by that, and the next call tries again.
    pub fn keep(&mut self, connection: &Connection, at: Timestamp) -> Result<()> {
        if std::mem::take(&mut self.is_just_found) {
            self.holds_deleted_since = Some(at.plus_millis(-ERASURE_MS));
        }
        // A clock that was set back must not put the end off by as much.
        self.holds_deleted_since = self.holds_deleted_since.map(|since| since.min(at));
        self.waited_at = self.waited_at.filter(|waited| *waited <= at);
        let holds_deleted_for = |millis| self.holds_deleted_since.is_some_and(|since| at >= since.plus_millis(millis));
        let must_erase = holds_deleted_for(ERASURE_MS);
        let is_due = at.millis().abs_diff(self.checkpointed_at.millis()) >= CHECKPOINT_MS.unsigned_abs();
        if !(must_erase || self.has_commits && is_due) {
            return Ok(());
        }
        let has_waited = self.waited_at.is_some_and(|waited| at < waited.plus_millis(WAITS_AGAIN_MS));
        let waits = holds_deleted_for(ERASURE_WAITS_MS) && !has_waited;
        if waits {
            self.waited_at = Some(at);
        }
        self.checkpointed_at = at;
        // Passive takes what no reader holds back and waits for nobody. Only deleted text is worth cutting the journal.
        let how = if must_erase { "truncate" } else { "passive" };
        connection.busy_timeout(if waits { READERS_GET } else { Duration::ZERO })?;
        let outcome = connection.pragma_update_and_check(None, "wal_checkpoint", how, |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        });
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let (is_held_back, frames, copied) = outcome?;
        if frames == copied && !is_held_back {
            self.has_commits = false;
            if must_erase {
                (self.holds_deleted_since, self.waited_at) = (None, None);
                // What pages in memory still hold between their rows would come back into the journal with them.
                connection.pragma_update(None, "shrink_memory", true)?;
            }
        }
        Ok(())
    }
}

//! What the program has to record by itself and may not have recorded: a session's deadline, an absence. Nobody asks for
//! these again, so one whose outcome is not known is kept here until it is recorded or no longer true. Pure bookkeeping:
//! what is still true, and when to try again, is ChatServer's to say.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::domain::{SessionId, UserId};
use crate::store::Write;

/// Something to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Own {
    /// At a start: sessions that were in use at the stop have a deadline.
    Rested,
    /// The last window of a session has gone; it ends at the moment.
    Left(SessionId),
    /// Somebody is away, since the moment.
    Away(UserId),
}

impl Own {
    /// How it is recorded.
    pub fn write(self, moment: Timestamp) -> Write {
        match self {
            Own::Rested => Write::RestDeadlines { ends_at: moment },
            Own::Left(session) => Write::SessionLeft { session, ends_at: moment },
            Own::Away(user) => Write::RecordPresence { user, offline_since: Some(moment) },
        }
    }
}

/// All that is on its way or was lost, one moment each: the newest is the one that counts.
#[derive(Debug, Default)]
pub struct Owed {
    owed: HashMap<Own, (Timestamp, bool)>,
    has_lost: bool,
}

impl Owed {
    /// It is on its way; an older moment no longer counts.
    pub fn owe(&mut self, own: Own, moment: Timestamp) {
        self.owed.insert(own, (moment, false));
    }

    /// It is recorded.
    pub fn recorded(&mut self, own: Own, moment: Timestamp) {
        if self.owed.get(&own).is_some_and(|(owed, _)| *owed == moment) {
            self.owed.remove(&own);
        }
    }

    /// Whether it was recorded is not known.
    pub fn lost(&mut self, own: Own, moment: Timestamp) {
        if let Some((owed, is_lost)) = self.owed.get_mut(&own)
            && *owed == moment
        {
            (*is_lost, self.has_lost) = (true, true);
        }
    }

    /// It is no longer so.
    pub fn forgive(&mut self, own: Own) {
        self.owed.remove(&own);
    }

    /// After a panic nobody knows what is really on its way: all of it counts as lost. Recording twice changes nothing.
    pub fn lose_all(&mut self) {
        self.owed.values_mut().for_each(|(_, is_lost)| *is_lost = true);
        self.has_lost = !self.owed.is_empty();
    }

    /// What was lost since the last call, to be owed again or forgiven by the caller, each in turn.
    pub fn take_lost(&mut self) -> Vec<(Own, Timestamp)> {
        if !std::mem::take(&mut self.has_lost) {
            return Vec::new();
        }
        let lost = self.owed.iter().filter(|(_, (_, is_lost))| *is_lost);
        let mut lost: Vec<(Own, Timestamp)> = lost.map(|(own, (moment, _))| (*own, *moment)).collect();
        lost.sort_unstable();
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWAY: Own = Own::Away(UserId::new(7));

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_was_lost_comes_back_once() {
        let mut owed = Owed::default();
        owed.owe(AWAY, at(1));
        owed.lost(AWAY, at(1));
        assert_eq!(owed.take_lost(), [(AWAY, at(1))]);
        assert!(owed.take_lost().is_empty());
    }

    #[test]
    fn an_older_moment_that_was_lost_is_not_written_over_a_newer_one() {
        let mut owed = Owed::default();
        owed.owe(AWAY, at(1));
        owed.owe(AWAY, at(2));
        owed.lost(AWAY, at(1));
        assert!(owed.take_lost().is_empty());
        owed.recorded(AWAY, at(1));
        owed.lost(AWAY, at(2));
        assert_eq!(owed.take_lost(), [(AWAY, at(2))]);
    }

    #[test]
    fn after_a_panic_all_that_is_owed_comes_back_until_it_is_owed_again_or_forgiven() {
        let mut owed = Owed::default();
        owed.owe(AWAY, at(1));
        owed.owe(Own::Rested, at(2));
        owed.lose_all();
        assert_eq!(owed.take_lost(), [(Own::Rested, at(2)), (AWAY, at(1))]);
        owed.lose_all();
        owed.forgive(Own::Rested);
        assert_eq!(owed.take_lost(), [(AWAY, at(1))]);
        owed.owe(AWAY, at(1));
        owed.lost(Own::Rested, at(2));
        assert!(owed.take_lost().is_empty());
    }

    #[test]
    fn what_is_recorded_or_no_longer_so_does_not_come_back() {
        let mut owed = Owed::default();
        owed.owe(AWAY, at(1));
        owed.forgive(AWAY);
        owed.lost(AWAY, at(1));
        owed.owe(Own::Rested, at(1));
        owed.recorded(Own::Rested, at(1));
        owed.lost(Own::Rested, at(1));
        assert!(owed.take_lost().is_empty());
    }
}

//! What the program records without being asked: who went away, when a session ends. A failed batch does not lose it: the
//! next tick writes again what is still so.

use super::owed::Own;
use super::server::{ChatServer, Origin};
use crate::clock::Timestamp;
use crate::domain::UserId;
use crate::store::Write;

impl ChatServer {
    pub(super) fn record_offline(&mut self, (user, since): (UserId, Timestamp)) {
        self.record(Own::Away(user), since);
    }

    /// Records something that nobody asks for.
    pub(super) fn record(&mut self, own: Own, moment: Timestamp) {
        self.owed.owe(own, moment);
        self.accept(own.write(moment), Origin::Own(own, moment));
    }

    /// Records again what may have been lost in a failed batch, as far as it is still so.
    pub(super) fn record_what_was_lost(&mut self) {
        for (own, moment) in self.owed.take_lost() {
            let is_so = match own {
                Own::Rested => true,
                Own::Left(session) => {
                    self.registry.of_session(session).is_empty() && !self.ended.contains_key(&session)
                }
                Own::Away(user) => self.presences.offline_since(user) == Some(moment),
            };
            if is_so {
                self.record(own, moment);
            } else {
                self.owed.forgive(own);
            }
            if own == Own::Rested {
                // Sessions whose windows have opened since must not get a deadline.
                for (session, connection) in self.registry.one_of_each_session() {
                    self.accept(Write::SessionInUse { session }, Origin::InUse { connection });
                }
            }
        }
    }
}

//! Presence, as far as it lasts: since when somebody is away, and returns with what then waited for them.

use super::super::room::OpenReturn;
use super::super::{people, sql};
use super::{Batch, Fault};
use crate::clock::Timestamp;
use crate::domain::{ConversationId, Seq, UserId};
use crate::store::{Refusal, Stored};

impl Batch<'_> {
    /// A return: what is undelivered now comes late, in each conversation up to its head.
    pub(super) fn record_return(&mut self, user: UserId, offline_since: Timestamp) -> Result<Stored, Fault> {
        self.record_presence(user, None)?;
        self.rooms.save(self.connection)?;
        let waiting: Vec<(ConversationId, Seq, Seq)> = self
            .connection
            .prepare_cached(sql::members::UNDELIVERED)?
            .query_map([user.get()], |row| {
                Ok((ConversationId::new(row.get(0)?), Seq::new(row.get(1)?), Seq::new(row.get(2)?)))
            })?
            .collect::<Result<_, _>>()?;
        self.connection.prepare_cached(sql::returns::INSERT)?.execute((
            user.get(),
            offline_since.millis(),
            self.at.millis(),
        ))?;
        let open = OpenReturn { id: self.connection.last_insert_rowid(), up_to: Seq::ZERO, since: offline_since };
        let mut statement = self.connection.prepare_cached(sql::members::SET_LATE)?;
        for (conversation, from, head) in waiting {
            let place = (conversation.get(), user.get(), from.get());
            statement.execute((place.0, place.1, place.2, open.id, head.get(), offline_since.millis()))?;
            if let Some(room) = self.rooms.known(conversation)
                && let Some(at) = room.seat_of(user)
            {
                room.seats[at].open_return = Some(OpenReturn { up_to: head, ..open });
            }
        }
        Ok(Stored::Done)
    }

    /// Online, or away from a moment on.
    pub(super) fn record_presence(&mut self, user: UserId, offline_since: Option<Timestamp>) -> Result<Stored, Fault> {
        if people::user(self.connection, user)?.is_none() {
            return Err(Refusal::NotFound.into());
        }
        let since = offline_since.map(Timestamp::millis);
        self.connection.prepare_cached(sql::users::SET_PRESENCE)?.execute((user.get(), since))?;
        Ok(Stored::Done)
    }
}

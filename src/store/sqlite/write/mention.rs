//! Whom a group's message mentions: found when it is stored, so that a name given or a member added later changes nothing,
//! and kept in rows of their own, so that counting them walks no messages.

use rusqlite::OptionalExtension;

use super::super::{row, sql};
use super::{Batch, Fault};
use crate::domain::{Body, ConversationId, ConversationKind, Mentions, Message, Named, UserId};

impl Batch<'_> {
    /// Who of the members is named in a text of `author`.
    pub(super) fn mentions_in(&mut self, id: ConversationId, author: UserId, body: &Body) -> Result<Mentions, Fault> {
        let connection = self.connection;
        let room = self.room(id)?.expect("whoever writes has found its room");
        let mut mentions = Mentions::default();
        if room.kind != ConversationKind::Group {
            return Ok(mentions);
        }
        let named = Named::in_text(body.as_str());
        mentions.all = named.all;
        for key in &named.keys {
            let mut statement = connection.prepare_cached(sql::users::ID_BY_KEY)?;
            let found: Option<i64> = statement.query_row([key.as_str()], |row| row.get(0)).optional()?;
            if let Some(user) = found.map(UserId::new)
                && user != author
                && room.seat_of(user).is_some()
            {
                mentions.users.push(user);
            }
        }
        Ok(mentions)
    }

    /// The form just stored counts from its revision on.
    pub(super) fn count_mentions(&self, message: &Message) -> Result<(), Fault> {
        for user in row::counted_under(&message.mentions) {
            let place = (message.conversation.get(), user, message.seq.get(), message.rev.get(), message.sender.get());
            self.connection.prepare_cached(sql::mentions::INSERT)?.execute(place)?;
        }
        Ok(())
    }

    /// The form just stored replaces one that mentioned these.
    pub(super) fn count_mentions_anew(&self, before: &Mentions, message: &Message) -> Result<(), Fault> {
        let (conversation, seq) = (message.conversation.get(), message.seq.get());
        if message.deleted_at.is_some() {
            // Earlier forms may have mentioned others.
            self.connection.prepare_cached(sql::mentions::REMOVE)?.execute((conversation, seq))?;
        } else if *before != message.mentions {
            let rev = message.rev.get();
            self.connection.prepare_cached(sql::mentions::CLOSE)?.execute((conversation, seq, rev))?;
            self.count_mentions(message)?;
        }
        Ok(())
    }
}

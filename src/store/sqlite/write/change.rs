//! Edits and deletions of one's own messages. Like appending, a repeat comes before access. What reactions share with
//! them stands here, too.

use rusqlite::OptionalExtension;

use super::super::{conversations, reactions, row, sql};
use super::block::other_of;
use super::{Batch, Fault};
use crate::domain::{
    Body, ClientId, ConversationId, Mentions, Message, MessageKind, Reactions, Rev, Seq, UserId, Version,
};
use crate::store::{Audience, CursorMoved, Refusal, Stored};

/// Who wants to change which form of which message.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub user: UserId,
    pub conversation: ConversationId,
    pub seq: Seq,
    pub version: Version,
}

/// A message with what only the store knows of it.
pub(super) struct Row {
    id: i64,
    pub(super) first_rev: Rev,
    pub(super) is_withheld: bool,
    pub(super) message: Message,
}

impl Batch<'_> {
    /// New text, or none: a deletion.
    pub(super) fn change(&mut self, place: Place, client_id: ClientId, body: Option<&Body>) -> Result<Stored, Fault> {
        let digest = self.digest_of_change(place, body);
        if let Some(rev) = self.first_result(client_id, place.user, &digest)? {
            let row = self.message_row(place)?.ok_or(Refusal::NotFound)?;
            // The first result is told by its revision and version; the text is the newest, as everywhere.
            let message = Message { rev, version: place.version.next(), ..row.message };
            return Ok(Stored::Changed {
                message,
                before: Mentions::default(),
                audience: Audience::from([]),
                withheld_from: None,
                is_repeat: true,
                cursor: None,
            });
        }
        let row = self.may_change(place)?;
        let room = self.room(place.conversation)?.expect("may_change has found it");
        let other = other_of(room, place.user);
        // New text of somebody blocked since reaches the other as little as a new message would.
        let is_withheld = row.is_withheld || other.is_some_and(|other| self.blocks.has(other, place.user));
        let withheld_from = other.filter(|_| is_withheld);
        let was_withheld = row.is_withheld;
        let before = row.message.mentions.clone();
        let mentions = match body {
            Some(body) => self.mentions_in(place.conversation, place.user, body)?,
            None => Mentions::default(),
        };
        let mut message = self.store_change(row, body, mentions, is_withheld)?;
        self.count_mentions_anew(&before, &message)?;
        let given = reactions::given_at(self.connection, place.conversation, place.seq)?;
        message.reactions = Reactions::of_all(&given);
        let cursor = match withheld_from {
            Some(blocker) if !was_withheld => self.count_anew(place, blocker)?,
            _ => None,
        };
        self.remember(Place { version: message.version, ..place }, client_id, &digest, message.rev)?;
        let audience = self.who_sees(place)?;
        Ok(Stored::Changed { message, before, audience, withheld_from, is_repeat: false, cursor })
    }

    /// The revision that this client id made before, asking the same; 0 if it changed nothing.
    pub(super) fn first_result(
        &self,
        client_id: ClientId,
        user: UserId,
        digest: &super::Digest,
    ) -> Result<Option<Rev>, Fault> {
        let key = (client_id.as_bytes(), user.get());
        let asked = self
            .connection
            .prepare_cached(sql::requests::BY_CLIENT_ID)?
            .query_row(key, |row| Ok((row.get::<_, super::Digest>(0)?, Rev::new(row.get(4)?))))
            .optional()?;
        match asked {
            Some((stored, rev)) if stored == *digest => Ok(Some(rev)),
            Some(_) => Err(Refusal::ClientIdReused.into()),
            None if self.connection.prepare_cached(sql::messages::BY_CLIENT_ID)?.exists(key)? => {
                Err(Refusal::ClientIdReused.into())
            }
            None => Ok(None),
        }
    }

    /// Keeps what this client id asked and made.
    pub(super) fn remember(
        &self,
        place: Place,
        client_id: ClientId,
        digest: &super::Digest,
        rev: Rev,
    ) -> Result<(), Fault> {
        self.connection.prepare_cached(sql::requests::INSERT)?.execute((
            client_id.as_bytes(),
            place.user.get(),
            digest,
            place.conversation.get(),
            place.seq.get(),
            place.version.get(),
            rev.get(),
        ))?;
        Ok(())
    }

    /// A place that is withheld from now on is no longer unread. Its new form does not tell the blocker's devices whether
    /// it was before.
    fn count_anew(&mut self, place: Place, blocker: UserId) -> Result<Option<CursorMoved>, Fault> {
        let room = self.room(place.conversation)?.expect("may_change has found it");
        let seat = room.seat_of(blocker).expect("both are in a direct conversation for ever");
        let cursor = room.seats[seat].cursor;
        if place.seq <= cursor { Ok(None) } else { self.move_cursor(place.conversation, seat, cursor).map(Some) }
    }

    /// The members to whom this place is visible: whoever came later hears nothing of it.
    pub(super) fn who_sees(&mut self, place: Place) -> Result<Audience, Fault> {
        let connection = self.connection;
        let room = self.room(place.conversation)?.expect("may_change has found it");
        let all = room.audience();
        let mut later: Vec<UserId> =
            room.seats.iter().filter(|seat| seat.from > place.seq).map(|seat| seat.user).collect();
        if later.is_empty() {
            return Ok(all);
        }
        // An earlier membership may have covered it.
        let mut unsighted = Vec::with_capacity(later.len());
        for user in later.drain(..) {
            let sight = conversations::sight(connection, user, place.conversation)?;
            if !sight.is_some_and(|sight| sight.ranges.iter().any(|range| range.may_see(place.seq))) {
                unsighted.push(user);
            }
        }
        Ok(all.iter().copied().filter(|user| !unsighted.contains(user)).collect())
    }

    /// A message that this member may see.
    pub(super) fn visible_row(&mut self, place: Place) -> Result<Row, Fault> {
        let sight = conversations::sight(self.connection, place.user, place.conversation)?.ok_or(Refusal::NotFound)?;
        let room = self.room(place.conversation)?.ok_or(Refusal::NotFound)?;
        let is_member = room.seat_of(place.user).is_some_and(|at| !room.seats[at].is_disabled);
        // The head in the database is behind the one in memory until the batch ends; ranges are not.
        if place.seq > room.head || !sight.ranges.iter().any(|range| range.may_see(place.seq)) {
            return Err(Refusal::NotFound.into());
        }
        let row = self.message_row(place)?.ok_or(Refusal::NotFound)?;
        if is_member { Ok(row) } else { Err(Refusal::Forbidden.into()) }
    }

    fn may_change(&mut self, place: Place) -> Result<Row, Fault> {
        let row = self.visible_row(place)?;
        let message = &row.message;
        if message.sender != place.user || message.kind == MessageKind::Event {
            return Err(Refusal::Forbidden.into());
        }
        if message.deleted_at.is_some() {
            return Err(Refusal::Deleted.into());
        }
        if message.version != place.version {
            let given = reactions::given_at(self.connection, place.conversation, place.seq)?;
            let newest = reactions::newest_at(self.connection, place.conversation, place.seq)?.unwrap_or_default();
            let rev = row.message.rev.max(newest);
            let current = Message { rev, reactions: Reactions::seen_by(place.user, &given, rev), ..row.message };
            return Err(Refusal::VersionConflict(Box::new(current)).into());
        }
        Ok(row)
    }

    fn store_change(
        &mut self,
        row: Row,
        body: Option<&Body>,
        mentions: Mentions,
        is_withheld: bool,
    ) -> Result<Message, Fault> {
        let Row { id, first_rev, message: old, is_withheld: was_withheld } = row;
        let (connection, at) = (self.connection, self.at);
        let room = self.room(old.conversation)?.expect("may_change has found it");
        let (rev, version) = (room.next_rev(), old.version.next());
        for seat in &mut room.seats {
            // A deletion may have taken the last unread message away.
            seat.has_unread &= body.is_some();
        }
        self.forget_newest_change(&old, first_rev)?;
        connection.prepare_cached(sql::changes::INSERT)?.execute((old.conversation.get(), rev.get(), old.seq.get()))?;
        connection.prepare_cached(sql::search::LOG_CHANGE)?.execute([id])?;
        match body {
            Some(body) => {
                let written = old.edited_at.unwrap_or(old.at).millis();
                let old = Message { withheld: was_withheld, ..old };
                connection.prepare_cached(sql::messages::KEEP_VERSION)?.execute((
                    id,
                    old.version.get(),
                    &old.body,
                    written,
                    old.rev.get(),
                    row::checksum(&old, None),
                    row::mentions_text(&old.mentions),
                ))?;
                let message = Message {
                    rev,
                    version,
                    body: body.as_str().to_owned(),
                    edited_at: Some(at),
                    withheld: is_withheld,
                    mentions,
                    ..old
                };
                connection.prepare_cached(sql::messages::EDIT)?.execute((
                    id,
                    body.as_str(),
                    rev.get(),
                    version.get(),
                    at.millis(),
                    is_withheld,
                    row::checksum(&message, None),
                    row::mentions_text(&message.mentions),
                ))?;
                Ok(Message { withheld: false, ..message })
            }
            None => {
                connection.prepare_cached(sql::messages::FORGET_VERSIONS)?.execute([id])?;
                let place = (old.conversation.get(), old.seq.get());
                connection.prepare_cached(sql::reactions::FORGET)?.execute(place)?;
                connection.prepare_cached(sql::reactions::FORGET_NEWEST)?.execute(place)?;
                let (body, deleted_at) = (String::new(), Some(at));
                let message = Message { rev, version, body, deleted_at, withheld: is_withheld, mentions, ..old };
                connection.prepare_cached(sql::messages::DELETE)?.execute((
                    id,
                    rev.get(),
                    version.get(),
                    at.millis(),
                    is_withheld,
                    row::checksum(&message, None),
                ))?;
                self.has_deleted_text = true;
                Ok(Message { withheld: false, ..message })
            }
        }
    }

    /// A newer change takes the place of a message's newest so far, which was its form's or its reactions'.
    pub(super) fn forget_newest_change(&self, message: &Message, first_rev: Rev) -> Result<(), Fault> {
        let reacted = reactions::newest_at(self.connection, message.conversation, message.seq)?;
        let newest = message.rev.max(reacted.unwrap_or_default());
        if newest != first_rev {
            let change = (message.conversation.get(), newest.get());
            self.connection.prepare_cached(sql::changes::REMOVE)?.execute(change)?;
        }
        Ok(())
    }

    pub(super) fn message_row(&self, place: Place) -> Result<Option<Row>, Fault> {
        let found = self
            .connection
            .prepare_cached(sql::messages::BY_SEQ)?
            .query_row((place.conversation.get(), place.seq.get()), |row| {
                let first_rev = Rev::new(row.get(row::MESSAGE_COLUMNS)?);
                let (is_withheld, message) = (row::is_withheld(row)?, row::message(row, place.user)?);
                Ok(Row { id: row.get(row::MESSAGE_COLUMNS + 1)?, first_rev, is_withheld, message })
            })
            .optional()?;
        Ok(found)
    }

    fn digest_of_change(&self, place: Place, body: Option<&Body>) -> super::Digest {
        let what: &[u8] = if body.is_some() { b"edit" } else { b"delete" };
        let text = body.map_or("", Body::as_str).as_bytes();
        self.digest(&[
            what,
            &place.conversation.get().to_le_bytes(),
            &place.seq.get().to_le_bytes(),
            &place.version.get().to_le_bytes(),
            text,
        ])
    }
}

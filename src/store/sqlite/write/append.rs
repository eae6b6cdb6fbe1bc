//! A message into a conversation: the path everything else makes way for. Idempotency comes before access, so that a
//! repeat gets its first result also when its sender has been removed since.

use rusqlite::{OptionalExtension, Result as SqlResult, Row};

use super::super::{row, sql};
use super::block::other_of;
use super::{Batch, Digest, Fault};
use crate::domain::{ConversationId, Message, MessageKind, Reactions, Rev, Seq, Target, UserId, Version};
use crate::store::{Audience, ConversationOpened, CursorMoved, NewMessage, Refusal, Stored};

impl Batch<'_> {
    /// Appends, or answers a repeat with its first result.
    pub(super) fn append(&mut self, new: &NewMessage) -> Result<Stored, Fault> {
        let known = match new.target {
            Target::Conversation(id) => Some(id),
            Target::User(other) => self.direct_of(new.sender, other)?,
        };
        match self.may_append(new, known)? {
            Ok(id) => self.append_into(new, id, None),
            Err(refusal) => {
                if let Some(repeat) = self.repeat_of(new, known)? {
                    return repeat;
                }
                match (known, new.target) {
                    (None, Target::User(other)) if new.reply_to.is_none() => {
                        let (id, opened) = self.new_direct(new.sender, other)?;
                        self.append_into(new, id, Some(opened))
                    }
                    _ => Err(refusal.into()),
                }
            }
        }
    }

    /// The rules, asked of memory alone.
    fn may_append(
        &mut self,
        new: &NewMessage,
        known: Option<ConversationId>,
    ) -> Result<Result<ConversationId, Refusal>, Fault> {
        let Some(id) = known else { return Ok(Err(Refusal::NotFound)) };
        let Some(room) = self.room(id)? else { return Ok(Err(Refusal::NotFound)) };
        let head = room.head;
        let Some(at) = room.seat_of(new.sender) else {
            let was_member = super::super::conversations::sight(self.connection, new.sender, id)?.is_some();
            return Ok(Err(if was_member { Refusal::Forbidden } else { Refusal::NotFound }));
        };
        let seat = &room.seats[at];
        if seat.is_disabled {
            return Ok(Err(Refusal::Forbidden));
        }
        if new.reply_to.is_some_and(|seq| seq < seat.from || seq > head) {
            return Ok(Err(Refusal::NotFound));
        }
        Ok(Ok(id))
    }

    /// Stores it at the head, unless its client id is stored already.
    fn append_into(
        &mut self,
        new: &NewMessage,
        id: ConversationId,
        opened: Option<ConversationOpened>,
    ) -> Result<Stored, Fault> {
        let digest = self.digest_of(new, id);
        let mentions = self.mentions_in(id, new.sender, &new.body)?;
        let (connection, at) = (self.connection, self.at);
        let room = self.room(id)?.expect("may_append has found it");
        let (seq, rev) = (room.head.next(), room.rev.next());
        let other = other_of(room, new.sender);
        let withheld_from = other.filter(|&other| self.blocks.has(other, new.sender));
        let mut message = Message {
            conversation: id,
            seq,
            rev,
            sender: new.sender,
            kind: MessageKind::Text,
            client_id: Some(new.client_id),
            body: new.body.as_str().to_owned(),
            at,
            written_at: new.written_at,
            reply_to: new.reply_to,
            version: Version::FIRST,
            edited_at: None,
            deleted_at: None,
            withheld: withheld_from.is_some(),
            event: None,
            reactions: Reactions::default(),
            cut: false,
            mentions,
        };
        let inserted = connection.prepare_cached(sql::messages::INSERT)?.execute((
            id.get(),
            seq.get(),
            rev.get(),
            new.sender.get(),
            new.client_id.as_bytes(),
            digest,
            new.body.as_str(),
            at.millis(),
            new.written_at.map(|moment| moment.millis()),
            new.reply_to.map(Seq::get),
            message.withheld,
            row::checksum(&message, None),
            row::mentions_text(&message.mentions),
        ))?;
        if inserted == 0 {
            return self.repeat_of(new, Some(id))?.unwrap_or(Err(Refusal::ClientIdReused.into()));
        }
        self.count_mentions(&message)?;
        // To its sender it is a message like any other.
        message.withheld = false;
        let room = self.room(id)?.expect("it was there just now");
        room.grow(seq, rev, at, withheld_from);
        let audience = room.audience();
        let cursor = self.pass_own_message(id, new.sender, seq)?;
        Ok(Stored::Appended { message, audience, withheld_from, opened, is_repeat: false, cursor })
    }

    /// Whoever writes has their own message: each of the writer's cursors that had nothing before it passes over it.
    pub(super) fn pass_own_message(
        &mut self,
        id: ConversationId,
        sender: UserId,
        seq: Seq,
    ) -> Result<Option<CursorMoved>, Fault> {
        let connection = self.connection;
        let room = self.room(id)?.expect("the message was just stored in it");
        let Some(at) = room.seat_of(sender) else { return Ok(None) };
        let before = seq.previous();
        let seat = &room.seats[at];
        let (cursor, has_unread) = (seat.cursor, seat.has_unread);
        if seat.delivered == before {
            room.seat_mut(at).delivered = seq;
        }
        if room.seats[at].read == before {
            room.seat_mut(at).read = seq;
        }
        if room.seats[at].shown == before {
            room.seat_mut(at).shown = seq;
        }
        if has_unread {
            return Ok(None);
        }
        if cursor < before {
            let place = (id.get(), cursor.get(), before.get(), sender.get());
            let unread = connection.prepare_cached(sql::messages::IS_UNREAD)?.exists(place)?;
            if unread {
                room.seats[at].has_unread = true;
                return Ok(None);
            }
        }
        room.seat_mut(at).cursor = seq;
        Ok(Some(CursorMoved {
            conversation: id,
            cursor: seq,
            unread: 0,
            mentioned: 0,
            account_rev: self.next_account_rev(),
        }))
    }

    /// The first result under this client id, if there is one; different content is refused.
    fn repeat_of(
        &self,
        new: &NewMessage,
        known: Option<ConversationId>,
    ) -> Result<Option<Result<Stored, Fault>>, Fault> {
        let stored = self
            .connection
            .prepare_cached(sql::messages::BY_CLIENT_ID)?
            .query_row((new.client_id.as_bytes(), new.sender.get()), |row| first_result(row, new.sender))
            .optional()?;
        let Some((message, digest)) = stored else {
            let is_request = self
                .connection
                .prepare_cached(sql::requests::BY_CLIENT_ID)?
                .exists((new.client_id.as_bytes(), new.sender.get()))?;
            return Ok(is_request.then_some(Err(Refusal::ClientIdReused.into())));
        };
        if known.is_none_or(|id| digest != self.digest_of(new, id)) {
            return Ok(Some(Err(Refusal::ClientIdReused.into())));
        }
        let nobody = Audience::from([]);
        Ok(Some(Ok(Stored::Appended {
            message,
            audience: nobody,
            withheld_from: None,
            opened: None,
            is_repeat: true,
            cursor: None,
        })))
    }

    /// What makes two requests the same message: where to, the text, and what it answers. The client's clock may have
    /// been read anew.
    fn digest_of(&self, new: &NewMessage, id: ConversationId) -> Digest {
        let reply_to = new.reply_to.map_or(0, Seq::get);
        self.digest(&[b"message", &id.get().to_le_bytes(), &reply_to.to_le_bytes(), new.body.as_str().as_bytes()])
    }
}

/// A stored message with the revision that first brought it, and its digest.
fn first_result(row: &Row<'_>, sender: UserId) -> SqlResult<(Message, Digest)> {
    let first_rev = Rev::new(row.get(row::MESSAGE_COLUMNS)?);
    Ok((Message { rev: first_rev, ..row::message(row, sender)? }, row.get(row::MESSAGE_COLUMNS + 1)?))
}

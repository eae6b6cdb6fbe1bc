//! What only its owner sees: unread cursor, drafts, mutes, late notices that were seen.

use super::super::conversations::{self, Sight};
use super::super::{messages, sql};
use super::{Batch, Fault};
use crate::clock::Timestamp;
use crate::domain::{ConversationId, Draft, LateId, Mute, Seq, UserId, Version};
use crate::store::{CursorMoved, Refusal, Stored};

impl Batch<'_> {
    /// Moves the unread cursor, back or forth.
    pub(super) fn set_cursor(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        cursor: Seq,
    ) -> Result<Stored, Fault> {
        let Some(room) = self.room(conversation)? else { return Err(Refusal::NotFound.into()) };
        let Some(place) = room.seat_of(user) else {
            let sight = conversations::sight(self.connection, user, conversation)?.ok_or(Refusal::NotFound)?;
            if cursor > sight.head.seq {
                return Err(Refusal::BeyondHead.into());
            }
            let cursor = self.move_cursor_after_leaving(user, &sight, cursor)?;
            return Ok(Stored::CursorSet { user, cursor });
        };
        if cursor > room.head {
            return Err(Refusal::BeyondHead.into());
        }
        let lowest = room.seats[place].from.previous();
        let cursor = self.move_cursor(conversation, place, cursor.max(lowest))?;
        Ok(Stored::CursorSet { user, cursor })
    }

    /// The cursor in a range that is over.
    pub(super) fn move_cursor_after_leaving(
        &mut self,
        user: UserId,
        sight: &Sight,
        cursor: Seq,
    ) -> Result<CursorMoved, Fault> {
        let range = sight.ranges.last().expect("a sight has a range");
        let cursor = cursor.max(range.from.previous());
        let conversation = sight.conversation;
        let place = (conversation.get(), user.get(), range.from.get(), cursor.get());
        self.connection.prepare_cached(sql::members::SET_CURSOR)?.execute(place)?;
        let unread = messages::unread(self.connection, conversation, cursor, sight.head.seq, user)?;
        let span = (cursor, sight.head.seq);
        let mentioned = messages::mentioned(self.connection, conversation, span, user, sight.left_at())?;
        Ok(CursorMoved { conversation, cursor, unread, mentioned, account_rev: self.next_account_rev() })
    }

    /// Keeps a draft, unless another device has changed it since.
    pub(super) fn set_draft(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        text: &str,
        version: Version,
    ) -> Result<Stored, Fault> {
        self.require_member(user, conversation)?;
        let kept = conversations::draft(self.connection, user, conversation)?;
        let newest = kept.as_ref().map_or(Version::default(), |draft| draft.version);
        let there = kept.filter(|draft| !draft.text.is_empty());
        let builds_on_none = version == Version::default() && there.is_none();
        if version != newest && !builds_on_none {
            return Err(Refusal::DraftConflict(there).into());
        }
        let account_rev = self.next_account_rev();
        if text.is_empty() && there.is_none() {
            return Ok(Stored::DraftSet { user, conversation, draft: None, version: newest, account_rev });
        }
        self.has_deleted_text |= there.is_some_and(|before| before.text != text);
        let draft = Draft { text: text.to_owned(), version: newest.next(), at: self.at };
        self.connection.prepare_cached(sql::drafts::PUT)?.execute((
            conversation.get(),
            user.get(),
            &draft.text,
            draft.version.get(),
            draft.at.millis(),
        ))?;
        let version = draft.version;
        let draft = Some(draft).filter(|draft| !draft.text.is_empty());
        Ok(Stored::DraftSet { user, conversation, draft, version, account_rev })
    }

    /// Mutes a conversation, or takes that back. What is so already is done.
    pub(super) fn set_mute(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        mute: Option<Mute>,
    ) -> Result<Stored, Fault> {
        self.require_member(user, conversation)?;
        if conversations::mute(self.connection, user, conversation)? == mute {
            return Ok(Stored::Done);
        }
        let place = (conversation.get(), user.get());
        match mute {
            Some(Mute { until }) => {
                let row = (place.0, place.1, until.map(Timestamp::millis));
                self.connection.prepare_cached(sql::mutes::PUT)?.execute(row)?
            }
            None => self.connection.prepare_cached(sql::mutes::REMOVE)?.execute(place)?,
        };
        Ok(Stored::MuteSet { user, conversation, mute, account_rev: self.next_account_rev() })
    }

    fn require_member(&mut self, user: UserId, conversation: ConversationId) -> Result<(), Fault> {
        if self.room(conversation)?.is_some_and(|room| room.seat_of(user).is_some()) {
            return Ok(());
        }
        let was_member = conversations::sight(self.connection, user, conversation)?.is_some();
        Err(if was_member { Refusal::Forbidden } else { Refusal::NotFound }.into())
    }

    /// Notices that their sender has seen.
    pub(super) fn see_late(&mut self, user: UserId, ids: &[LateId]) -> Result<Stored, Fault> {
        let mut statement = self.connection.prepare_cached(sql::notices::SEE)?;
        let mut seen = Vec::with_capacity(ids.len());
        for &id in ids {
            if statement.execute((id.get(), user.get()))? > 0 {
                seen.push(id);
            }
        }
        Ok(Stored::LateSeen { user, ids: seen })
    }
}

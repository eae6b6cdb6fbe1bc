//! Reactions set and taken back. Each is one person's, so two at once are no conflict and no version is named. Like
//! appending, a repeat comes before access. Never moves a cursor, a receipt, the list or a message's own form.

use std::collections::HashSet;

use super::super::{reactions, row, sql};
use super::block::other_of;
use super::change::Place;
use super::{Batch, Fault};
use crate::domain::{
    ClientId, Given, Message, MessageKind, REACTION_EMOJI_MAX, REACTIONS_EACH_MAX, REACTIONS_MAX, ReactionChange,
    Reactions, Rev, UserId,
};
use crate::store::{Audience, Refusal, Stored};

impl Batch<'_> {
    /// Sets an emoji on a message, or takes it back. What is so already changes nothing.
    pub(super) fn react(
        &mut self,
        place: Place,
        client_id: ClientId,
        reaction: &ReactionChange,
    ) -> Result<Stored, Fault> {
        let digest = self.digest_of_reaction(place, reaction);
        if let Some(rev) = self.first_result(client_id, place.user, &digest)? {
            return Ok(if rev == Rev::ZERO { Stored::Done } else { self.told_before(place, reaction, rev)? });
        }
        let row = self.visible_row(place)?;
        let message = row.message;
        if message.kind == MessageKind::Event || row.is_withheld && message.sender != place.user {
            return Err(Refusal::Forbidden.into());
        }
        if message.deleted_at.is_some() {
            return Err(Refusal::Deleted.into());
        }
        let mut given = reactions::given_at(self.connection, place.conversation, place.seq)?;
        let own = given.iter().position(|one| one.user == place.user && one.emoji == reaction.emoji);
        if own.is_some() == reaction.is_on {
            self.remember(place, client_id, &digest, Rev::ZERO)?;
            return Ok(Stored::Done);
        }
        let room = self.room(place.conversation)?.expect("visible_row has found it");
        let other = other_of(room, place.user);
        let is_withheld = match own {
            // Taking back reaches whoever saw it set, and nobody else.
            Some(at) => given[at].is_withheld,
            None => row.is_withheld || other.is_some_and(|other| self.blocks.has(other, place.user)),
        };
        if own.is_none() {
            has_room(&given, place.user, reaction)?;
        }
        let rev = self.moved(place, &message, row.first_rev)?;
        match own {
            Some(at) => self.take_back(place, &given.remove(at))?,
            None => {
                let new = Given { user: place.user, emoji: reaction.emoji.clone(), rev, is_withheld };
                self.give(place, &new)?;
                given.push(new);
            }
        }
        self.remember(place, client_id, &digest, rev)?;
        let mut audience = self.who_sees(place)?;
        if is_withheld {
            audience = audience.iter().copied().filter(|user| Some(*user) != other).collect();
        }
        let message = Message { rev, reactions: Reactions::of_all(&given), withheld: false, ..message };
        Ok(Stored::ReactionSet { message, reaction: reaction.clone(), audience, is_repeat: false })
    }

    /// The first result is told by its revision; the message is the newest, as everywhere.
    fn told_before(&self, place: Place, reaction: &ReactionChange, rev: Rev) -> Result<Stored, Fault> {
        let row = self.message_row(place)?.ok_or(Refusal::NotFound)?;
        let message = Message { rev, ..row.message };
        Ok(Stored::ReactionSet { message, reaction: reaction.clone(), audience: Audience::from([]), is_repeat: true })
    }

    /// The next revision, as the message's newest change: only that is kept.
    fn moved(&mut self, place: Place, message: &Message, first_rev: Rev) -> Result<Rev, Fault> {
        let connection = self.connection;
        let rev = self.room(place.conversation)?.expect("visible_row has found it").next_rev();
        self.forget_newest_change(message, first_rev)?;
        let at = (place.conversation.get(), place.seq.get(), rev.get());
        connection.prepare_cached(sql::reactions::SET_NEWEST)?.execute(at)?;
        connection.prepare_cached(sql::changes::INSERT)?.execute((at.0, at.2, at.1))?;
        Ok(rev)
    }

    fn give(&self, place: Place, new: &Given) -> Result<(), Fault> {
        self.connection.prepare_cached(sql::reactions::INSERT)?.execute((
            place.conversation.get(),
            place.seq.get(),
            new.user.get(),
            new.emoji.as_str(),
            new.rev.get(),
            self.at.millis(),
            new.is_withheld,
            row::reaction_checksum(place.conversation, place.seq, new, self.at),
        ))?;
        Ok(())
    }

    fn take_back(&mut self, place: Place, old: &Given) -> Result<(), Fault> {
        let key = (place.conversation.get(), place.seq.get(), old.user.get(), old.emoji.as_str());
        self.connection.prepare_cached(sql::reactions::REMOVE)?.execute(key)?;
        self.has_deleted_text = true;
        Ok(())
    }

    fn digest_of_reaction(&self, place: Place, reaction: &ReactionChange) -> super::Digest {
        self.digest(&[
            b"reaction",
            &place.conversation.get().to_le_bytes(),
            &place.seq.get().to_le_bytes(),
            reaction.emoji.as_str().as_bytes(),
            &[u8::from(reaction.is_on)],
        ])
    }
}

/// Bounds what one message carries, and so what a page of them costs.
fn has_room(given: &[Given], user: UserId, reaction: &ReactionChange) -> Result<(), Refusal> {
    let own = given.iter().filter(|one| one.user == user).count();
    let mut emoji: HashSet<_> = given.iter().map(|one| &one.emoji).collect();
    emoji.insert(&reaction.emoji);
    if own >= REACTIONS_EACH_MAX || emoji.len() > REACTION_EMOJI_MAX || given.len() >= REACTIONS_MAX {
        return Err(Refusal::TooMany);
    }
    Ok(())
}

//! One conversation in the ledger: what was said, who was in from when to when, and what they have confirmed.

use std::collections::{BTreeMap, BTreeSet};

use chinwag::domain::{self, Message, MessageKind, REACTIONS_EACH_MAX, ReceiptKind};

use crate::frames::{self, Mentions, Reaction, ReactionChange};
use crate::lab::NAMES;
use crate::ledger::ensure;

type Result<T = ()> = std::result::Result<T, String>;

/// A member's place in a conversation.
#[derive(Debug, Clone)]
pub struct Seat {
    pub user: i64,
    pub from: i64,
    pub until: Option<(i64, i64)>,
    pub delivered: i64,
    pub read: i64,
    pub late: Option<LateMark>,
}

#[derive(Debug, Clone, Copy)]
pub struct LateMark {
    pub back: i64,
    pub up_to: i64,
    pub since: i64,
}

#[derive(Debug, Default)]
pub struct Room {
    pub rev: i64,
    pub messages: Vec<Message>,
    pub first_revs: Vec<i64>,
    pub seats: Vec<Seat>,
    /// Newest receipt of each member and kind.
    pub receipts: BTreeMap<(i64, ReceiptKind), i64>,
    pub receipt_revs: Vec<i64>,
    pub is_group: bool,
    /// Whom each form of each message mentioned, with its revision; nobody once the message is deleted.
    pub mentions: Vec<Vec<(i64, Mentions)>>,
    /// What is set on each message, in order of revision: who, which, since when.
    pub reactions: BTreeMap<i64, Vec<(i64, String, i64)>>,
    /// What was set or taken back with each revision, and on which message.
    pub reacted: BTreeMap<i64, (i64, ReactionChange)>,
    /// Whom the form before each change mentioned, by its revision.
    pub before: BTreeMap<i64, Mentions>,
    /// When each message's reactions last changed.
    pub touched: BTreeMap<i64, i64>,
    pub reads: BTreeMap<i64, Reading>,
}

/// A read receipt.
#[derive(Debug)]
pub struct Reading {
    pub user: i64,
    pub from: i64,
    pub up_to: i64,
    /// Who had read receipts switched off when it was made: they are never told of it.
    pub kept_from: BTreeSet<i64>,
}

impl Room {
    pub fn head(&self) -> i64 {
        i64::try_from(self.messages.len()).expect("few messages")
    }

    pub fn at(&self, seq: i64) -> Option<&Message> {
        usize::try_from(seq - 1).ok().and_then(|at| self.messages.get(at))
    }

    pub fn seat(&self, user: i64) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.user == user && seat.until.is_none())
    }

    pub fn seat_mut(&mut self, user: i64) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.user == user && seat.until.is_none())
    }

    /// The revision with which a person's membership ended, if they are no longer in.
    pub fn end_of(&self, user: i64) -> Option<i64> {
        let newest = self.seats.iter().rfind(|seat| seat.user == user);
        newest.and_then(|seat| seat.until).map(|(_, rev)| rev)
    }

    /// Whether a change of this place at this revision is this person's to know.
    pub fn may_hear(&self, user: i64, seq: i64, rev: i64) -> bool {
        let mut own = self.seats.iter().filter(|seat| seat.user == user);
        let is_member = self.seat(user).is_some();
        own.any(|seat| {
            seq >= seat.from && seat.until.is_none_or(|(until, at_rev)| seq <= until && (is_member || rev <= at_rev))
        })
    }

    /// Others' texts above the cursor, without deleted ones, as far as the person may see.
    pub fn unread(&self, user: i64, cursor: i64) -> i64 {
        let end = self.seats.iter().rfind(|seat| seat.user == user).and_then(|seat| seat.until);
        let last = end.map_or(self.head(), |(until, _)| until);
        let is_unread = |message: &&Message| {
            message.seq.get() > cursor
                && message.seq.get() <= last
                && message.sender.get() != user
                && message.kind == MessageKind::Text
                && message.deleted_at.is_none()
        };
        i64::try_from(self.messages.iter().filter(is_unread).count()).expect("few messages")
    }

    /// A new form of a message, or what is left of one that was deleted.
    pub fn change(&mut self, message: &Message, before: &domain::Mentions) -> Result {
        self.turn(message.rev.get())?;
        let mentions = self.named_in(message.sender.get(), &message.body);
        let at = usize::try_from(message.seq.get() - 1).map_err(|_| "seq 0 was changed")?;
        let known = self.messages.get_mut(at).ok_or("a message that is not there was changed")?;
        ensure(known.version.next() == message.version && known.deleted_at.is_none(), || {
            format!("version {:?} became {:?}", known.version, message.version)
        })?;
        ensure(*before == known.mentions && mentions == Mentions::from(&message.mentions), || {
            format!("{known:?} became {message:?}, which mentions {mentions:?} instead of {before:?}")
        })?;
        *known = message.clone();
        self.before.insert(message.rev.get(), Mentions::from(before));
        if message.deleted_at.is_some() {
            self.mentions[at].clear();
            self.reactions.remove(&message.seq.get());
        }
        self.mentions[at].push((message.rev.get(), mentions));
        let shown = Reaction::all(&message.reactions);
        ensure(shown == self.reactions_of(message.seq.get()), || format!("{message:?} has lost or kept a reaction"))
    }

    /// Whom a text of `author` mentions now: members of a group, by the names that stand in it as words.
    pub fn named_in(&self, author: i64, body: &str) -> Mentions {
        let mut mentions = Mentions::default();
        for word in body.split(' ').filter(|_| self.is_group) {
            let Some(name) = word.strip_prefix('@').map(|name| name.trim_end_matches(',').to_lowercase()) else {
                continue;
            };
            mentions.all |= name == "all";
            let known = NAMES.iter().zip(1..).find(|(known, _)| **known == name);
            mentions
                .users
                .extend(known.map(|(_, user)| user).filter(|user| *user != author && self.seat(*user).is_some()));
        }
        mentions
    }

    /// Of the unread, those that mention the person: as they stand, or stood when the person left.
    pub fn mentioned(&self, user: i64, cursor: i64) -> i64 {
        let end = self.seats.iter().rfind(|seat| seat.user == user).and_then(|seat| seat.until);
        let (last, rev) = end.unwrap_or((self.head(), i64::MAX));
        let names = |message: &&Message| {
            let seq = message.seq.get();
            let forms = &self.mentions[usize::try_from(seq - 1).expect("seqs begin at 1")];
            let stood = forms.iter().rfind(|(since, _)| *since <= rev);
            seq > cursor
                && seq <= last
                && message.sender.get() != user
                && message.deleted_at.is_none()
                && stood.is_some_and(|(_, mentions)| mentions.names(user))
        };
        i64::try_from(self.messages.iter().filter(names).count()).expect("few messages")
    }

    /// The revision of a message's newest form or of the newest change of its reactions.
    pub fn newest_rev(&self, message: &Message) -> i64 {
        let touched = self.touched.get(&message.seq.get()).copied().unwrap_or_default();
        touched.max(message.rev.get())
    }

    /// What is set on a message, as a frame for all tells it.
    pub fn reactions_of(&self, seq: i64) -> Vec<Reaction> {
        let mut found: Vec<Reaction> = Vec::new();
        for (user, emoji, _) in self.reactions.get(&seq).into_iter().flatten() {
            match found.iter_mut().find(|reaction| reaction.emoji == *emoji) {
                Some(reaction) => {
                    reaction.count += 1;
                    reaction.users.push(*user);
                }
                None => found.push(Reaction { emoji: emoji.clone(), count: 1, users: vec![*user], mine: false }),
            }
        }
        found
    }

    /// Whether somebody is told of a message's reactions what is so.
    pub fn is_set(&self, viewer: i64, seq: i64, told: &[Reaction]) -> bool {
        let is_right = |told: &Reaction| !told.mine || told.users.contains(&viewer);
        let told_to_all = told.iter().map(|told| Reaction { mine: false, ..told.clone() });
        told.iter().all(is_right) && told_to_all.eq(self.reactions_of(seq))
    }

    /// An emoji was set, or taken back: `rev` is the revision it made.
    pub fn react(&mut self, seq: i64, rev: i64, change: ReactionChange) -> Result {
        self.turn(rev)?;
        let message = self.at(seq).ok_or("a reaction to what is not there")?;
        ensure(message.event.is_none() && message.deleted_at.is_none(), || format!("a reaction to {message:?}"))?;
        let mentions = Mentions::from(&message.mentions);
        self.before.insert(rev, mentions);
        let given = self.reactions.entry(seq).or_default();
        let before = given.len();
        given.retain(|(user, emoji, _)| (*user, emoji) != (change.user, &change.emoji));
        ensure((before == given.len()) == change.on, || format!("{change:?} at rev {rev} is no news"))?;
        if change.on {
            given.push((change.user, change.emoji.clone(), rev));
        }
        let own = given.iter().filter(|(user, ..)| *user == change.user).count();
        ensure(own <= REACTIONS_EACH_MAX, || format!("{own} emoji of one person on message {seq}"))?;
        self.touched.insert(seq, rev);
        self.reacted.insert(rev, (seq, change));
        Ok(())
    }

    /// Whether `viewer` may know that `other` has read a message.
    pub fn is_read(&self, viewer: i64, other: i64, seq: i64) -> bool {
        self.reads.values().any(|reading| {
            reading.user == other
                && (reading.from..=reading.up_to).contains(&seq)
                && !reading.kept_from.contains(&viewer)
        })
    }

    /// Nobody is told what somebody read who hides it, or what was read while they themselves had it switched off.
    pub fn may_know(&self, viewer: i64, receipt: &frames::Receipt) -> Result {
        if receipt.kind == "delivered" || receipt.user == viewer {
            return Ok(());
        }
        let reading = self.reads.get(&receipt.rev).ok_or_else(|| format!("{receipt:?} is told, but was never made"))?;
        ensure(!reading.kept_from.contains(&viewer), || {
            format!("{viewer} hides what they read, but is told {receipt:?}")
        })
    }

    pub fn add(&mut self, message: &Message) -> Result {
        let (seq, rev) = (message.seq.get(), message.rev.get());
        ensure(seq == self.head() + 1, || format!("seq {seq} was given after {}", self.head()))?;
        self.turn(rev)?;
        let mentions = self.named_in(message.sender.get(), &message.body);
        ensure(mentions == Mentions::from(&message.mentions), || {
            format!("{:?} mentions {mentions:?}, but {:?} is stored", message.body, message.mentions)
        })?;
        self.mentions.push(vec![(rev, mentions)]);
        self.messages.push(message.clone());
        self.first_revs.push(rev);
        let sender = message.sender.get();
        if let Some(seat) = self.seat_mut(sender) {
            if seat.delivered == seq - 1 {
                seat.delivered = seq;
            }
            if seat.read == seq - 1 {
                seat.read = seq;
            }
        }
        Ok(())
    }

    pub fn turn(&mut self, rev: i64) -> Result {
        ensure(rev == self.rev + 1, || format!("rev {rev} was given after {}", self.rev))?;
        self.rev = rev;
        Ok(())
    }

    pub fn enter(&mut self, user: i64, from: i64) {
        let (delivered, read) = (from - 1, from - 1);
        self.seats.push(Seat { user, from, until: None, delivered, read, late: None });
    }
}

//! One conversation in the ledger: what was said, who was in from when to when, and what they have confirmed.

use std::collections::{BTreeMap, BTreeSet};

use chinwag::domain::{Message, MessageKind, ReceiptKind};

use crate::frames;
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

//! Confirmations: what a member's client has received or shown. They only grow, and what comes late says so to its
//! senders.

use std::collections::BTreeMap;

use super::super::room::{OpenReturn, Seat};
use super::super::{conversations, messages, row, sql};
use super::block::other_of;
use super::{Batch, Fault};
use crate::clock::Timestamp;
use crate::domain::{CROWD, ConversationId, Late, Receipt, ReceiptKind, Seq, UserId};
use crate::store::{CursorMoved, Refusal, Stored};

/// A run of messages that a confirmation newly covers; late if it ends at or below an open return's bound.
#[derive(Debug, Clone, Copy)]
struct Span {
    kind: ReceiptKind,
    from: Seq,
    up_to: Seq,
    late: Option<OpenReturn>,
}

/// Somebody else's text that is newly covered.
#[derive(Debug)]
struct Covered {
    seq: Seq,
    sender: UserId,
    at: Timestamp,
    is_deleted: bool,
    is_withheld: bool,
}

/// What one sender's newly received messages amount to.
#[derive(Debug, Default)]
struct Share {
    newest: Seq,
    /// Received late, deleted ones left out.
    late: i64,
    oldest_late_at: Option<Timestamp>,
}

impl Batch<'_> {
    /// A confirmation up to `up_to`.
    pub(super) fn confirm(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        kind: ReceiptKind,
        up_to: Seq,
    ) -> Result<Stored, Fault> {
        let Some(room) = self.room(conversation)? else { return Err(Refusal::NotFound.into()) };
        let Some(place) = room.seat_of(user) else {
            return self.confirm_after_leaving(user, conversation, kind, up_to);
        };
        if up_to > room.head {
            return Err(Refusal::BeyondHead.into());
        }
        let (other, is_crowd) = (other_of(room, user), room.seats.len() > CROWD);
        let spans = spans(&room.seats[place], kind, up_to);
        let hidden = hidden_from(&room.seats[place], kind, up_to);
        let covered = self.covered(user, conversation, &spans)?;
        let told = match other {
            // Nothing that whoever blocks confirms leaves a trace: not even a revision would grow if they were away.
            Some(other) if self.blocks.has(user, other) => Vec::new(),
            Some(_) => without_withheld(&spans, &covered),
            None => spans.clone(),
        };
        let receipts = self.store_receipts(user, conversation, &told)?;
        if let Some(from) = hidden {
            self.keep_hidden(user, conversation, (from, up_to))?;
        }
        let room = self.room(conversation)?.expect("the confirmation has found it");
        if !spans.is_empty() || hidden.is_some() {
            let seat = room.seat_mut(place);
            seat.receipts_rev = receipts.last().map_or(seat.receipts_rev, |newest| newest.rev);
            seat.delivered = seat.delivered.max(up_to);
            if kind == ReceiptKind::Read {
                seat.read = seat.read.max(up_to);
                seat.shown = if hidden.is_some() { seat.shown } else { seat.read };
            }
            seat.open_return = seat.open_return.filter(|open| open.up_to > seat.delivered);
        }
        let late = spans.iter().find(|span| span.late.is_some()).copied();
        let shares = self.shares(user, late, covered);
        let notices = match late.and_then(|span| span.late) {
            Some(open) => self.notices(user, conversation, open, &shares)?,
            None => Vec::new(),
        };
        let (mut authors, mut only_delivered_to) = self.who_may_know(conversation, shares.keys().copied())?;
        let mut crowd = Vec::new();
        if is_crowd {
            // A count that did not change would tell by its coming that somebody has read.
            let has_delivered = receipts.iter().any(|receipt| receipt.kind == ReceiptKind::Delivered);
            authors.extend(std::mem::take(&mut only_delivered_to).into_iter().filter(|_| has_delivered));
            crowd.extend(authors.drain(..).map(|author| (author, shares[&author].newest)));
        }
        let cursor = if kind == ReceiptKind::Read { self.follow(user, conversation, up_to)? } else { None };
        Ok(Stored::Confirmed { conversation, user, receipts, authors, only_delivered_to, crowd, late: notices, cursor })
    }

    /// What was read with read receipts switched off is kept, and makes no revision: others would see one jump.
    fn keep_hidden(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        (from, up_to): (Seq, Seq),
    ) -> Result<(), Fault> {
        let (connection, at, account_rev) = (self.connection, self.at, self.revisions.account);
        let room = self.room(conversation)?.expect("the confirmation has found it");
        connection.prepare_cached(sql::receipts::INSERT)?.execute((
            conversation.get(),
            user.get(),
            row::HIDDEN_READ,
            from.get(),
            up_to.get(),
            at.millis(),
            room.rev.get(),
            None::<i64>,
            account_rev.get(),
        ))?;
        Ok(())
    }

    fn store_receipts(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        spans: &[Span],
    ) -> Result<Vec<Receipt>, Fault> {
        let (connection, at, account_rev) = (self.connection, self.at, self.revisions.account);
        let room = self.room(conversation)?.expect("the confirmation has found it");
        let mut receipts = Vec::with_capacity(spans.len());
        for &Span { kind, from, up_to, late } in spans {
            let (rev, since) = (room.next_rev(), late.map(|open| open.since));
            connection.prepare_cached(sql::receipts::INSERT)?.execute((
                conversation.get(),
                user.get(),
                row::receipt_kind(kind),
                from.get(),
                up_to.get(),
                at.millis(),
                rev.get(),
                since.map(Timestamp::millis),
                account_rev.get(),
            ))?;
            receipts.push(Receipt { user, kind, from, up_to, at, rev, since });
        }
        Ok(receipts)
    }

    /// Others' texts that the spans newly cover, in order of seq.
    fn covered(&self, user: UserId, conversation: ConversationId, spans: &[Span]) -> Result<Vec<Covered>, Fault> {
        let from = spans.iter().map(|span| span.from).min();
        let up_to = spans.iter().map(|span| span.up_to).max();
        let (Some(from), Some(up_to)) = (from, up_to) else { return Ok(Vec::new()) };
        let mut statement = self.connection.prepare_cached(sql::messages::OF_OTHERS)?;
        let covered = statement.query_map((conversation.get(), from.get(), up_to.get(), user.get()), |row| {
            Ok(Covered {
                seq: Seq::new(row.get(0)?),
                sender: UserId::new(row.get(1)?),
                at: Timestamp::from_millis(row.get(2)?),
                is_deleted: row.get(3)?,
                is_withheld: row.get(4)?,
            })
        })?;
        Ok(covered.collect::<Result<_, _>>()?)
    }

    /// What the senders may know of it, each by themselves: nothing of what was withheld, nothing if one of the two has
    /// blocked the other.
    fn shares(&self, user: UserId, late: Option<Span>, covered: Vec<Covered>) -> BTreeMap<UserId, Share> {
        let mut shares: BTreeMap<UserId, Share> = BTreeMap::new();
        for Covered { seq, sender, at, is_deleted, is_withheld } in covered {
            if is_withheld || self.blocks.are_apart(sender, user) {
                continue;
            }
            let share = shares.entry(sender).or_default();
            share.newest = share.newest.max(seq);
            if late.is_some_and(|span| seq >= span.from && seq <= span.up_to) && !is_deleted {
                share.late += 1;
                share.oldest_late_at = Some(share.oldest_late_at.map_or(at, |oldest| oldest.min(at)));
            }
        }
        shares
    }

    /// One notice for each sender of something late, new or grown.
    fn notices(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        open: OpenReturn,
        shares: &BTreeMap<UserId, Share>,
    ) -> Result<Vec<(UserId, Late)>, Fault> {
        let connection = self.connection;
        let room = self.room(conversation)?.expect("the confirmation has found it");
        let mut notices = Vec::new();
        for (&sender, share) in shares {
            let Some(oldest_at) = share.oldest_late_at else { continue };
            if room.seat_of(sender).is_none() {
                continue;
            }
            let notice = connection.prepare_cached(sql::notices::GROW)?.query_row(
                (
                    sender.get(),
                    conversation.get(),
                    user.get(),
                    open.id,
                    share.late,
                    open.since.millis(),
                    open.up_to.get(),
                    oldest_at.millis(),
                ),
                row::late,
            )?;
            notices.push((sender, notice));
        }
        Ok(notices)
    }

    /// Those who are still in, for nobody hears of what happens after they left: first who is told what others read,
    /// then who is not.
    fn who_may_know(
        &mut self,
        conversation: ConversationId,
        senders: impl Iterator<Item = UserId>,
    ) -> Result<(Vec<UserId>, Vec<UserId>), Fault> {
        let room = self.room(conversation)?.expect("the confirmation has found it");
        let seats = senders.filter_map(|sender| room.seat_of(sender).map(|at| &room.seats[at]));
        let (told, not_told): (Vec<&Seat>, Vec<&Seat>) =
            seats.filter(|seat| !seat.is_disabled).partition(|seat| seat.read_receipts);
        let users = |seats: Vec<&Seat>| seats.into_iter().map(|seat| seat.user).collect();
        Ok((users(told), users(not_told)))
    }

    /// The unread cursor follows what was read, also when the receipt itself says nothing new.
    fn follow(&mut self, user: UserId, conversation: ConversationId, up_to: Seq) -> Result<Option<CursorMoved>, Fault> {
        let room = self.room(conversation)?.expect("the confirmation has found it");
        let place = room.seat_of(user).expect("the confirmation has found the seat");
        if up_to <= room.seats[place].cursor {
            return Ok(None);
        }
        self.move_cursor(conversation, place, up_to).map(Some)
    }

    /// Moves a member's unread cursor and counts what lies above it.
    pub(super) fn move_cursor(
        &mut self,
        conversation: ConversationId,
        place: usize,
        cursor: Seq,
    ) -> Result<CursorMoved, Fault> {
        let connection = self.connection;
        let room = self.room(conversation)?.expect("whoever moves a cursor has found its room");
        let (head, user) = (room.head, room.seats[place].user);
        let unread = messages::unread(connection, conversation, cursor, head, user)?;
        let mentioned = messages::mentioned(connection, conversation, (cursor, head), user, None)?;
        let seat = room.seat_mut(place);
        seat.cursor = cursor;
        seat.has_unread = unread > 0;
        Ok(CursorMoved { conversation, cursor, unread, mentioned, account_rev: self.next_account_rev() })
    }

    /// Whoever is no longer in makes no receipts, but their own unread count still follows what they read.
    fn confirm_after_leaving(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        kind: ReceiptKind,
        up_to: Seq,
    ) -> Result<Stored, Fault> {
        let sight = conversations::sight(self.connection, user, conversation)?.ok_or(Refusal::NotFound)?;
        if up_to > sight.head.seq {
            return Err(Refusal::BeyondHead.into());
        }
        let mut cursor = None;
        if kind == ReceiptKind::Read && up_to > sight.cursor {
            cursor = Some(self.move_cursor_after_leaving(user, &sight, up_to)?);
        }
        let (receipts, authors, crowd, late) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let only_delivered_to = Vec::new();
        Ok(Stored::Confirmed { conversation, user, receipts, authors, only_delivered_to, crowd, late, cursor })
    }
}

/// What a confirmation newly covers, as far as others may know: late and timely parts apart, delivered before read. Once
/// read receipts are on again, the next one also covers what was read while they were off: confirmed is everything up to
/// a message, and nobody can tell a person who hid what they read from one who read it only now.
fn spans(seat: &Seat, kind: ReceiptKind, up_to: Seq) -> Vec<Span> {
    let mut spans = Vec::new();
    if up_to > seat.delivered {
        let (kind, from) = (ReceiptKind::Delivered, seat.delivered.next());
        let bound = seat.open_return.map_or(Seq::ZERO, |open| open.up_to.min(up_to));
        if bound >= from {
            spans.push(Span { kind, from, up_to: bound, late: seat.open_return });
        }
        if bound < up_to {
            spans.push(Span { kind, from: from.max(bound.next()), up_to, late: None });
        }
    }
    if kind == ReceiptKind::Read && up_to > seat.read && seat.read_receipts {
        spans.push(Span { kind, from: seat.shown.next(), up_to, late: None });
    }
    spans
}

/// From where on a confirmation newly covers something as read that nobody is to know of.
fn hidden_from(seat: &Seat, kind: ReceiptKind, up_to: Seq) -> Option<Seq> {
    let is_hidden = kind == ReceiptKind::Read && up_to > seat.read && !seat.read_receipts;
    is_hidden.then(|| seat.read.next())
}

/// The same around withheld messages: no state ever passes them.
fn without_withheld(spans: &[Span], covered: &[Covered]) -> Vec<Span> {
    let mut left = Vec::with_capacity(spans.len());
    for &span in spans {
        let mut from = span.from;
        for message in covered.iter().filter(|message| message.is_withheld) {
            if message.seq < from || message.seq > span.up_to {
                continue;
            }
            if message.seq > from {
                left.push(Span { from, up_to: message.seq.previous(), ..span });
            }
            from = message.seq.next();
        }
        if from <= span.up_to {
            left.push(Span { from, ..span });
        }
    }
    left
}

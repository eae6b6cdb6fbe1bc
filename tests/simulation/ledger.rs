//! What is true: a second, plain account of every committed write, kept in memory, against which the store's rows, every
//! frame and every device are held. Knows the rules of chat, nothing of SQL and actors.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chinwag::domain::{Event, Message, MessageKind, ReceiptKind, Target};
use chinwag::store::{CursorMoved, Refusal, Stored, Write};

use crate::frames::{self, Reaction, ReactionChange};
use crate::room::{LateMark, Reading, Room};

type Result<T = ()> = std::result::Result<T, String>;

/// A late notice: conversation, sender, who came back, which return.
pub type NoticeKey = (i64, i64, i64, i64);

#[derive(Debug, Default)]
pub struct Ledger {
    pub rooms: BTreeMap<i64, Room>,
    /// Where each client id of a sender was stored.
    pub stored: HashMap<(i64, String), (i64, i64)>,
    /// The first answer given to each client id of a sender.
    told: HashMap<(i64, String), (i64, i64, i64)>,
    /// Revision and version that the edit or deletion under each client id made.
    changed: HashMap<(i64, String), (i64, i64)>,
    /// Revision that the reaction under each client id made; `None` if it was no news.
    reacted: HashMap<(i64, String), Option<i64>>,
    /// Up to where each person's devices really held a conversation when one of them confirmed.
    pub held: HashMap<(i64, i64), i64>,
    pub notices: BTreeMap<NoticeKey, i64>,
    pub returns: i64,
    /// Who was offline and has no return since.
    pub owes_return: Vec<i64>,
    /// Who has read receipts switched off.
    pub silent: BTreeSet<i64>,
}

pub fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result {
    if holds { Ok(()) } else { Err(why()) }
}

impl Ledger {
    /// One committed write and what the store answered.
    pub fn record(&mut self, write: &Write, answer: &std::result::Result<Stored, Refusal>) -> Result {
        let Ok(stored) = answer else { return Ok(()) };
        match (write, stored) {
            (Write::Append(new), Stored::Appended { message, is_repeat, cursor, .. }) => {
                let id = message.conversation.get();
                let key = (new.sender.get(), new.client_id.to_string());
                if let (Target::User(other), false) = (new.target, self.rooms.contains_key(&id)) {
                    self.open_direct(id, new.sender.get(), other.get());
                }
                let place = (id, message.seq.get());
                if *is_repeat {
                    ensure(self.stored.get(&key) == Some(&place), || format!("a repeat was answered with {place:?}"))?;
                } else {
                    self.rooms.get_mut(&id).ok_or("an unknown conversation")?.add(message)?;
                    let before = self.stored.insert(key, place);
                    ensure(before.is_none(), || format!("a client id was stored at {before:?} and {place:?}"))?;
                }
                self.check_cursor(new.sender.get(), cursor.as_ref())
            }
            (_, Stored::Changed { message, before, is_repeat: false, .. }) => {
                let room = self.rooms.get_mut(&message.conversation.get()).ok_or("an unknown conversation")?;
                room.change(message, before)?;
                if let Write::Edit { user, client_id, .. } | Write::Delete { user, client_id, .. } = write {
                    let made = (message.rev.get(), message.version.get());
                    self.changed.insert((user.get(), client_id.to_string()), made);
                }
                Ok(())
            }
            (Write::React { user, client_id, conversation, seq, emoji, is_on }, _) => {
                let change = ReactionChange { user: user.get(), emoji: emoji.as_str().to_owned(), on: *is_on };
                self.react((user.get(), client_id.to_string()), (conversation.get(), seq.get()), change, stored)
            }
            (Write::Confirm { user, conversation, kind, up_to }, Stored::Confirmed { receipts, late, cursor, .. }) => {
                self.confirm(user.get(), conversation.get(), receipts, late)?;
                if *kind == ReceiptKind::Read && self.silent.contains(&user.get()) {
                    self.read_in_silence(user.get(), conversation.get(), up_to.get());
                }
                self.check_cursor(user.get(), cursor.as_ref())
            }
            (_, Stored::ReadReceiptsSet { user, are_on, .. }) => {
                let is_news = if *are_on { self.silent.remove(&user.get()) } else { self.silent.insert(user.get()) };
                ensure(is_news, || format!("{user} was told a choice that is no news"))
            }
            (_, Stored::CursorSet { user, cursor }) => self.check_cursor(user.get(), Some(cursor)),
            (_, Stored::ConversationChanged { conversation, lines, .. }) => {
                let id = conversation.get();
                if let Write::OpenDirect { user, other } = write
                    && !self.rooms.contains_key(&id)
                {
                    self.open_direct(id, user.get(), other.get());
                }
                lines.iter().try_for_each(|line| self.line(id, write, line))
            }
            (Write::RecordReturn { user, offline_since }, _) => {
                self.come_back(user.get(), offline_since.millis());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open_direct(&mut self, id: i64, one: i64, other: i64) {
        let room = self.rooms.entry(id).or_default();
        room.enter(one, 1);
        room.enter(other, 1);
    }

    /// The first time it does what is asked, or nothing if that is so already; later it does nothing and says the same.
    fn react(&mut self, key: (i64, String), (id, seq): (i64, i64), change: ReactionChange, stored: &Stored) -> Result {
        let room = self.rooms.get_mut(&id).ok_or("an unknown conversation")?;
        let made = match stored {
            Stored::ReactionSet { message, .. } => Some(message.rev.get()),
            _ => None,
        };
        if let Some(first) = self.reacted.get(&key) {
            return ensure(*first == made, || format!("{change:?} made {first:?}, and repeated {made:?}"));
        }
        match stored {
            Stored::ReactionSet { message, reaction, is_repeat: false, .. } => {
                let told = ReactionChange {
                    user: reaction.user.get(),
                    emoji: reaction.emoji.as_str().to_owned(),
                    on: reaction.is_on,
                };
                ensure(told == change, || format!("{change:?} was stored as {told:?}"))?;
                room.react(seq, message.rev.get(), change)?;
                let shown = Reaction::all(&message.reactions);
                ensure(shown == room.reactions_of(seq), || {
                    format!("message {seq} of conversation {id} has {:?}, told {shown:?}", room.reactions_of(seq))
                })?;
            }
            Stored::Done => {
                let given = room.reactions.get(&seq).into_iter().flatten();
                let is_on = given.into_iter().any(|(user, emoji, _)| (*user, emoji) == (change.user, &change.emoji));
                ensure(is_on == change.on, || format!("{change:?} was taken for no news"))?;
            }
            other => return Err(format!("{change:?} was answered with {other:?}")),
        }
        self.reacted.insert(key, made);
        Ok(())
    }

    fn line(&mut self, id: i64, write: &Write, line: &Message) -> Result {
        let room = self.rooms.entry(id).or_default();
        if let Write::CreateGroup { user, members, .. } = write {
            room.is_group = true;
            room.enter(user.get(), 1);
            members.iter().filter(|member| *member != user).for_each(|member| room.enter(member.get(), 1));
        }
        room.add(line)?;
        let place = (line.seq.get(), line.rev.get());
        match line.event.as_ref() {
            Some(Event::Added { user }) => room.enter(user.get(), place.0),
            Some(Event::Removed { user }) => {
                room.seat_mut(user.get()).ok_or("who was removed was in")?.until = Some(place)
            }
            Some(Event::Left) => room.seat_mut(line.sender.get()).ok_or("who left was in")?.until = Some(place),
            _ => {}
        }
        Ok(())
    }

    fn come_back(&mut self, user: i64, since: i64) {
        self.returns += 1;
        self.owes_return.retain(|other| *other != user);
        let back = self.returns;
        for room in self.rooms.values_mut() {
            let up_to = room.head();
            let Some(seat) = room.seat(user) else { continue };
            let waits = room.messages.iter().any(|message| {
                message.seq.get() > seat.delivered
                    && message.sender.get() != user
                    && message.kind == MessageKind::Text
                    && message.deleted_at.is_none()
            });
            if waits {
                room.seat_mut(user).expect("just found").late = Some(LateMark { back, up_to, since });
            }
        }
    }

    /// A confirmation says no more than the person's devices held, moves nothing back, and calls late what was late.
    fn confirm(
        &mut self,
        user: i64,
        id: i64,
        receipts: &[chinwag::domain::Receipt],
        late: &[(chinwag::domain::UserId, chinwag::domain::Late)],
    ) -> Result {
        let held = self.held.get(&(user, id)).copied().unwrap_or_default();
        let room = self.rooms.get_mut(&id).ok_or("an unknown conversation")?;
        let mut shares: BTreeMap<NoticeKey, i64> = BTreeMap::new();
        for receipt in receipts {
            let (from, up_to, kind) = (receipt.from.get(), receipt.up_to.get(), receipt.kind);
            room.turn(receipt.rev.get())?;
            room.receipt_revs.push(receipt.rev.get());
            ensure(up_to <= room.head(), || format!("a receipt at {up_to} is above the head {}", room.head()))?;
            ensure(up_to <= held, || {
                format!("{user} is said to have {up_to} of conversation {id}, but no device held more than {held}")
            })?;
            let known = room.receipts.insert((user, kind), up_to).unwrap_or_default();
            ensure(from > known && up_to >= from, || format!("a receipt {from}..{up_to} came after {known}"))?;
            if kind == ReceiptKind::Read {
                ensure(!self.silent.contains(&user), || format!("{user} hides what they read, but made {receipt:?}"))?;
                let kept_from = self.silent.clone();
                room.reads.insert(receipt.rev.get(), Reading { user, from, up_to, kept_from });
                room.seat_mut(user).ok_or("a receipt of somebody who is not in")?.read = up_to;
                continue;
            }
            let seat = room.seat_mut(user).ok_or("a receipt of somebody who is not in")?;
            let mark = seat.late.filter(|mark| from <= mark.up_to);
            seat.delivered = up_to;
            seat.late = seat.late.filter(|mark| mark.up_to > up_to);
            let since = receipt.since.map(|since| since.millis());
            ensure(since == mark.map(|mark| mark.since), || {
                format!("{from}..{up_to} reached {user} late since {mark:?}, but the receipt says {since:?}")
            })?;
            let Some(mark) = mark else { continue };
            ensure(up_to <= mark.up_to, || format!("{from}..{up_to} is told as late, but only up to {}", mark.up_to))?;
            for seq in from..=up_to {
                let message = &room.messages[usize::try_from(seq - 1).expect("seqs begin at 1")];
                let sender = message.sender.get();
                let counts = sender != user && message.kind == MessageKind::Text && message.deleted_at.is_none();
                if counts && room.seat(sender).is_some() {
                    *shares.entry((id, sender, user, mark.back)).or_default() += 1;
                }
            }
        }
        let mut expected = Vec::new();
        for (key, count) in shares {
            let grown = self.notices.entry(key).or_default();
            *grown += count;
            expected.push((key.1, *grown));
        }
        let told: Vec<(i64, i64)> = late.iter().map(|(sender, late)| (sender.get(), late.count)).collect();
        ensure(told == expected, || format!("late notices {told:?} instead of {expected:?}"))
    }

    /// What was read is known to nobody but the reader.
    fn read_in_silence(&mut self, user: i64, id: i64, up_to: i64) {
        if let Some(seat) = self.rooms.get_mut(&id).and_then(|room| room.seat_mut(user)) {
            seat.read = seat.read.max(up_to);
        }
    }

    fn check_cursor(&self, user: i64, moved: Option<&CursorMoved>) -> Result {
        let Some(moved) = moved else { return Ok(()) };
        let room = self.rooms.get(&moved.conversation.get()).ok_or("an unknown conversation")?;
        let cursor = moved.cursor.get();
        let (unread, mentioned) = (room.unread(user, cursor), room.mentioned(user, cursor));
        ensure((unread, mentioned) == (moved.unread, moved.mentioned), || {
            format!("{user} has {unread} unread, of them {mentioned} mentions, but the store counts {moved:?}")
        })
    }

    /// A frame the server hands to a connection of `user` (with the client id's owner as `user` for answers).
    pub fn may_tell(&mut self, user: i64, frame: &frames::Frame) -> Result {
        use frames::Frame;
        match frame {
            Frame::Message { message } => self.may_show(user, message),
            Frame::Changed { message, before, reaction } => {
                let room = self.room(message.conversation)?;
                let made = room.reacted.get(&message.rev).map(|(seq, change)| (*seq, change));
                ensure(made == reaction.as_ref().map(|reaction| (message.seq, reaction)), || {
                    format!("rev {} made {made:?}, told {reaction:?}", message.rev)
                })?;
                let (known, told) = (room.before.get(&message.rev), before.clone().unwrap_or_default());
                ensure(known == Some(&told), || {
                    format!("before rev {} {known:?} were mentioned, told {told:?}", message.rev)
                })?;
                self.may_show(user, message)
            }
            Frame::Changes(run) => {
                run.messages.iter().try_for_each(|message| self.may_show(user, message))?;
                let room = self.room(run.conversation)?;
                let committed = |receipt: &frames::Receipt| room.receipt_revs.binary_search(&receipt.rev).is_ok();
                ensure(run.receipts.iter().all(committed), || "a receipt is told that is not committed".into())?;
                run.receipts.iter().try_for_each(|receipt| room.may_know(user, receipt))
            }
            Frame::Stored { client_id, conversation, seq, rev, .. } => {
                let key = (user, client_id.clone());
                let place = (*conversation, *seq);
                ensure(self.stored.get(&key) == Some(&place), || {
                    format!("{client_id} was acknowledged at {place:?}, but is stored at {:?}", self.stored.get(&key))
                })?;
                let first_rev = self.room(*conversation)?.first_revs[usize::try_from(seq - 1).expect("it is stored")];
                ensure(first_rev == *rev, || format!("{client_id} was stored with rev {first_rev}, told as {rev}"))?;
                let answer = (*conversation, *seq, *rev);
                let first = *self.told.entry(key).or_insert(answer);
                ensure(first == answer, || format!("{client_id} was answered with {first:?}, then {answer:?}"))
            }
            Frame::Receipt { conversation, receipt } => {
                let room = self.room(*conversation)?;
                ensure(room.receipt_revs.binary_search(&receipt.rev).is_ok(), || "an uncommitted receipt".into())?;
                room.may_know(user, receipt)?;
                let is_member = room
                    .seats
                    .iter()
                    .any(|seat| seat.user == user && seat.until.is_none_or(|(_, until_rev)| receipt.rev <= until_rev));
                ensure(is_member, || format!("{user} hears of a receipt in conversation {conversation} as an outsider"))
            }
            Frame::Cursor { conversation, .. } => self.is_theirs(user, *conversation),
            Frame::Typing { conversation, user: typist } => {
                ensure(user != *typist, || format!("{user} hears of their own typing"))?;
                self.is_theirs(user, *conversation)
            }
            Frame::Conversation { conversation } => self.may_list(user, conversation),
            Frame::Ready(ready) => {
                ready.conversations.iter().try_for_each(|row| self.may_list(user, row))?;
                ensure(!self.owes_return.contains(&user), || {
                    format!("{user} came back and is ready before the return was stored")
                })
            }
            _ => Ok(()),
        }
    }

    /// The answer to an edit, a deletion or a reaction: as it was made the first time, however often it is asked.
    pub fn may_confirm(&self, user: i64, client_id: &str, rev: Option<i64>, version: Option<i64>) -> Result {
        let key = (user, client_id.to_owned());
        if let Some(made) = self.reacted.get(&key) {
            return ensure(*made == rev && version.is_none(), || {
                format!(
                    "the reaction {client_id} of {user} made {made:?}, but is answered with {rev:?} and {version:?}"
                )
            });
        }
        let made = self.changed.get(&key).copied();
        ensure(made.is_some() && made == rev.zip(version), || {
            format!("the change {client_id} of {user} made {made:?}, but is answered with {rev:?} and {version:?}")
        })
    }

    fn may_list(&self, user: i64, row: &frames::Row) -> Result {
        self.is_theirs(user, row.id)?;
        self.may_know_all(user, row.id, &row.receipts)
    }

    pub fn may_know_all(&self, user: i64, id: i64, receipts: &[frames::Receipt]) -> Result {
        let room = self.room(id)?;
        receipts.iter().try_for_each(|receipt| room.may_know(user, receipt))
    }

    fn room(&self, id: i64) -> Result<&Room> {
        self.rooms.get(&id).ok_or_else(|| format!("conversation {id} is told of, but not committed"))
    }

    fn is_theirs(&self, user: i64, id: i64) -> Result {
        let was_in = self.room(id)?.seats.iter().any(|seat| seat.user == user);
        ensure(was_in, || format!("{user} hears of conversation {id} as an outsider"))
    }

    /// Nobody is shown what is not committed, and nobody outside hears of anything.
    pub fn may_show(&self, user: i64, message: &frames::Message) -> Result {
        let room = self.room(message.conversation)?;
        let place = || format!("message {} of conversation {}", message.seq, message.conversation);
        let known = room.at(message.seq).ok_or_else(|| format!("{} is shown, but not committed", place()))?;
        let newest = room.newest_rev(known);
        ensure(message.rev <= newest, || format!("a form of {} is shown that is not committed", place()))?;
        if message.rev == newest {
            let is_same = (&message.body, message.version, &message.mentions)
                == (&known.body, known.version.get(), &frames::Mentions::from(&known.mentions));
            ensure(is_same, || format!("{} is shown with another text", place()))?;
            ensure(room.is_set(user, message.seq, &message.reactions), || {
                format!("{} is shown to {user} with {:?}", place(), message.reactions)
            })?;
        }
        ensure(room.may_hear(user, message.seq, 0), || format!("{user} is shown {} as an outsider", place()))?;
        let is_theirs = room.end_of(user).is_none_or(|end| message.rev <= end) || message.deleted_at.is_some();
        ensure(is_theirs, || format!("{user} is shown a form of {} that came after they left", place()))
    }

    /// A live change reaches only those who are in when it is made.
    pub fn may_hear_live(&self, user: i64, message: &frames::Message) -> Result {
        let is_in = self.room(message.conversation)?.may_hear(user, message.seq, message.rev);
        ensure(is_in, || format!("{user} hears of rev {} of conversation {}", message.rev, message.conversation))
    }
}

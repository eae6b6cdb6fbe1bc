//! Who may know what, by what `src/protocol/messages.md` promises and by nothing else: a plain account of people, groups,
//! blocks and choices, kept beside the server and never asking it. Texts are words that occur once, so that any frame
//! can be searched for what its hearer must not know.

use std::collections::{BTreeMap, BTreeSet};

/// Somebody's time in a conversation.
#[derive(Debug, Clone)]
pub struct Seat {
    pub user: i64,
    pub from: i64,
    /// The last message that is theirs, and when they went, in steps.
    pub end: Option<(i64, u64)>,
}

#[derive(Debug, Clone)]
pub struct Given {
    pub user: i64,
    pub emoji: &'static str,
    pub at: u64,
    /// Whoever had blocked them when they set it, in a direct conversation.
    pub hidden_from: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Message {
    pub sender: i64,
    pub is_text: bool,
    /// The word that is its text now; none for lines and deleted ones.
    pub word: Option<String>,
    pub version: i64,
    pub is_deleted: bool,
    pub withheld_from: Option<i64>,
    /// It was withheld when it was said, and not only since an edit: then no state ever passes it.
    pub is_unseen: bool,
    pub given: Vec<Given>,
}

/// A receipt that somebody's confirmation made, as their own device was told of it.
#[derive(Debug, Clone)]
pub struct Made {
    pub user: i64,
    pub is_read: bool,
    pub at: u64,
    /// Who had read receipts switched off then.
    pub silent: BTreeSet<i64>,
}

#[derive(Debug, Clone, Default)]
pub struct Room {
    pub id: i64,
    pub is_group: bool,
    /// Its newest name.
    pub name: String,
    pub owners: BTreeSet<i64>,
    pub seats: Vec<Seat>,
    pub messages: Vec<Message>,
    /// Up to where each member has confirmed: delivered, and read as far as others may know.
    pub confirmed: BTreeMap<i64, (i64, i64)>,
    /// By revision.
    pub made: BTreeMap<i64, Made>,
}

impl Room {
    pub fn head(&self) -> i64 {
        i64::try_from(self.messages.len()).unwrap()
    }

    pub fn at(&self, seq: i64) -> Option<&Message> {
        usize::try_from(seq - 1).ok().and_then(|at| self.messages.get(at))
    }

    pub fn members(&self) -> BTreeSet<i64> {
        self.seats.iter().filter(|seat| seat.end.is_none()).map(|seat| seat.user).collect()
    }

    pub fn is_member(&self, user: i64) -> bool {
        self.seats.iter().any(|seat| seat.user == user && seat.end.is_none())
    }

    pub fn was_in(&self, user: i64) -> bool {
        self.seats.iter().any(|seat| seat.user == user)
    }

    /// The end of somebody's last time in it; `None` while they are in.
    pub fn end_of(&self, user: i64) -> Option<(i64, u64)> {
        if self.is_member(user) {
            return None;
        }
        self.seats.iter().rfind(|seat| seat.user == user).and_then(|seat| seat.end)
    }

    /// Whether a place is within somebody's times in it.
    pub fn may_see(&self, user: i64, seq: i64) -> bool {
        let mut own = self.seats.iter().filter(|seat| seat.user == user);
        own.any(|seat| seq >= seat.from && seat.end.is_none_or(|(until, _)| seq <= until))
    }

    /// The other of two.
    pub fn other(&self, user: i64) -> Option<i64> {
        if self.is_group {
            return None;
        }
        self.seats.iter().map(|seat| seat.user).find(|other| *other != user)
    }

    pub fn enter(&mut self, user: i64, from: i64) {
        self.seats.push(Seat { user, from, end: None });
        self.confirmed.insert(user, (from - 1, from - 1));
    }
}

#[derive(Debug, Default)]
pub struct Town {
    pub rooms: BTreeMap<i64, Room>,
    /// Blocker and blocked, with the step of it.
    pub blocks: BTreeMap<(i64, i64), u64>,
    pub silent: BTreeSet<i64>,
    /// The words that each person may find in a frame.
    pub known: BTreeMap<i64, BTreeSet<String>>,
    pub step: u64,
}

impl Town {
    pub fn learn(&mut self, user: i64, word: &str) {
        self.known.entry(user).or_default().insert(word.to_owned());
    }

    fn forget(&mut self, user: i64, word: &str) {
        self.known.entry(user).or_default().remove(word);
    }

    pub fn has_blocked(&self, user: i64, other: i64) -> bool {
        self.blocks.contains_key(&(user, other))
    }

    /// Since when one of the two has blocked the other.
    pub fn apart_since(&self, one: i64, other: i64) -> Option<u64> {
        let (there, back) = (self.blocks.get(&(one, other)), self.blocks.get(&(other, one)));
        there.into_iter().chain(back).min().copied()
    }

    pub fn are_apart(&self, one: i64, other: i64) -> bool {
        self.apart_since(one, other).is_some()
    }

    /// Whoever has blocked `user`, if it is the other of a direct conversation.
    pub fn blocker(&self, room: i64, user: i64) -> Option<i64> {
        self.rooms[&room].other(user).filter(|other| self.has_blocked(*other, user))
    }

    /// Something is said, or happens as a line.
    pub fn say(&mut self, room: i64, sender: i64, word: Option<String>, hears: &BTreeSet<i64>) -> i64 {
        let withheld_from = if word.is_some() { self.blocker(room, sender) } else { None };
        for user in hears.iter().filter(|user| Some(**user) != withheld_from) {
            if let Some(word) = &word {
                self.learn(*user, word);
            }
        }
        let room = self.rooms.get_mut(&room).unwrap();
        let is_text = word.is_some();
        room.messages.push(Message {
            sender,
            is_text,
            word,
            version: 1,
            is_deleted: false,
            withheld_from,
            is_unseen: withheld_from.is_some(),
            given: Vec::new(),
        });
        room.head()
    }

    /// New text, or none. Whoever is in knows the new one instead of the old one; whoever has left keeps the old one,
    /// unless it is deleted; and whoever has blocked the author since gets no more of it, not even what stood there.
    pub fn change(&mut self, id: i64, seq: i64, word: Option<String>) {
        let room = self.rooms[&id].clone();
        let old = room.at(seq).unwrap().clone();
        let withheld_from = old.withheld_from.or_else(|| self.blocker(id, old.sender));
        for user in room.seats.iter().map(|seat| seat.user).collect::<BTreeSet<_>>() {
            if !room.may_see(user, seq) {
                continue;
            }
            if (word.is_none() || room.is_member(user))
                && let Some(old) = &old.word
            {
                self.forget(user, old);
            }
            if room.is_member(user)
                && withheld_from != Some(user)
                && let Some(word) = &word
            {
                self.learn(user, word);
            }
        }
        let at = usize::try_from(seq - 1).unwrap();
        let message = &mut self.rooms.get_mut(&id).unwrap().messages[at];
        message.is_deleted = word.is_none();
        if message.is_deleted {
            message.given.clear();
        }
        *message = Message { word, version: old.version + 1, withheld_from, ..message.clone() };
    }

    /// Somebody comes in, or comes back: then what stands in their former times is theirs as it is now.
    pub fn enter(&mut self, id: i64, user: i64, from: i64) {
        let room = self.rooms.get_mut(&id).unwrap();
        room.enter(user, from);
        let room = room.clone();
        for (message, seq) in room.messages.iter().zip(1..) {
            if room.may_see(user, seq)
                && let Some(word) = &message.word
            {
                self.learn(user, word);
            }
        }
    }

    /// Whether a viewer may know that somebody has set an emoji.
    pub fn may_know_given(&self, room: &Room, viewer: i64, given: &Given) -> bool {
        given.hidden_from != Some(viewer) && room.end_of(viewer).is_none_or(|(_, step)| given.at <= step)
    }
}

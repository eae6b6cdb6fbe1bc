//! What one person does alone, through one of their devices or over HTTP: writing and changing it, confirming, typing,
//! watching, choosing.

use std::collections::BTreeSet;

use chinwag::domain::{ConversationId, DisplayName, Mute, UserId};
use chinwag::store::{Stored, Write};
use serde_json::json;

use super::check::{Check, Deed};
use super::life::Life;
use super::town::{Given, Room};

const EMOJI: [&str; 3] = ["👍", "❤️", "😀"];

impl Life {
    /// A message into a conversation or to a person, through a device or over HTTP.
    pub(super) async fn send(&mut self, at: usize) -> Check {
        let (user, word) = (self.user(at), self.word());
        let client_id = self.seed.client_id();
        if self.seed.chance(25) {
            let other = self.other_than(user);
            let is_theirs = |room: &&Room| !room.is_group && room.is_member(user) && room.is_member(other);
            let known = self.town.rooms.values().find(is_theirs).map(|room| room.id);
            // A new one gets the next number.
            let id = known.unwrap_or(self.town.rooms.len() as i64 + 1);
            self.open(id, user, other);
            let from = self.town.say(id, user, Some(word.clone()), &BTreeSet::from([user, other]));
            let frame = json!({"type": "message.send", "clientId": client_id, "to": other, "body": word});
            let deed = Deed::Said { room: id, by: user, from, gone: None, opens: known.is_none() };
            return self.ask(at, frame, deed, true).await.map(drop);
        }
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let (is_member, hears) = (self.town.rooms[&id].is_member(user), self.town.rooms[&id].members());
        let from = self.town.rooms[&id].head() + 1;
        let mut frame = json!({"type": "message.send", "clientId": client_id, "conversation": id, "body": word});
        if self.seed.chance(30) && from > 1 && is_member {
            let seq = self.seed.between(1, from - 1);
            if self.town.rooms[&id].may_see(user, seq) && self.town.rooms[&id].at(seq).is_some_and(|one| one.is_text) {
                frame["replyTo"] = seq.into();
            }
        }
        if is_member {
            self.town.say(id, user, Some(word), &hears);
        }
        let deed = Deed::Said { room: id, by: user, from, gone: None, opens: false };
        self.ask(at, frame, deed, is_member).await.map(drop)
    }

    /// A text of this person's that they may still change.
    fn own_text(&mut self, user: i64) -> Option<(i64, i64)> {
        let mut own = Vec::new();
        for room in self.town.rooms.values().filter(|room| room.is_member(user)) {
            let texts =
                room.messages.iter().zip(1..).filter(|(one, seq)| {
                    one.sender == user && one.is_text && !one.is_deleted && room.may_see(user, *seq)
                });
            own.extend(texts.map(|(_, seq)| (room.id, seq)));
        }
        self.seed.pick(&own).copied()
    }

    pub(super) async fn change(&mut self, at: usize) -> Check {
        let user = self.user(at);
        let Some((id, seq)) = self.own_text(user) else { return Ok(()) };
        let version = self.town.rooms[&id].at(seq).unwrap().version;
        let client_id = self.seed.client_id();
        let word = self.seed.chance(65).then(|| self.word());
        let mut frame = json!({"conversation": id, "seq": seq, "version": version, "clientId": client_id});
        frame["type"] = if word.is_some() { "message.edit" } else { "message.delete" }.into();
        if let Some(word) = &word {
            frame["body"] = word.as_str().into();
        }
        self.town.change(id, seq, word);
        self.ask(at, frame, Deed::Changed { room: id, seq }, true).await.map(drop)
    }

    pub(super) async fn react(&mut self, at: usize) -> Check {
        let user = self.user(at);
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let room = &self.town.rooms[&id];
        if room.head() == 0 {
            return Ok(());
        }
        let seq = self.seed.between(1, room.head());
        let message = room.at(seq).unwrap().clone();
        let succeeds = room.is_member(user)
            && room.may_see(user, seq)
            && message.is_text
            && !message.is_deleted
            && message.withheld_from != Some(user);
        let emoji = *self.seed.pick(&EMOJI).unwrap();
        let former = message.given.iter().find(|given| given.user == user && given.emoji == emoji).cloned();
        let is_on = if former.is_some() { self.seed.chance(15) } else { self.seed.chance(90) };
        // What was kept from somebody stays so; what was not, and is taken back, reaches them.
        let kept_from = message.withheld_from.or_else(|| self.town.blocker(id, user));
        let hidden_from = former.as_ref().map_or(kept_from, |former| former.hidden_from);
        let at_step = self.town.step + 1;
        let client_id = self.seed.client_id();
        let frame = json!({"type": "reaction.set", "clientId": client_id, "conversation": id, "seq": seq, "emoji": emoji, "on": is_on});
        if succeeds {
            let place = usize::try_from(seq - 1).unwrap();
            let given = &mut self.town.rooms.get_mut(&id).unwrap().messages[place].given;
            if is_on && former.is_none() {
                given.push(Given { user, emoji, at: at_step, hidden_from });
            } else if !is_on {
                given.retain(|given| given.user != user || given.emoji != emoji);
            }
        }
        self.ask(at, frame, Deed::Reacted { room: id, seq, hidden_from }, succeeds).await.map(drop)
    }

    pub(super) async fn confirm(&mut self, at: usize) -> Check {
        let user = self.user(at);
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let room = &self.town.rooms[&id];
        // Whoever has left may still read what is theirs; that is theirs alone.
        if !room.is_member(user) || room.head() == 0 {
            return Ok(());
        }
        let up_to = self.seed.between((room.head() - 3).max(1), room.head());
        let is_read = self.seed.chance(60);
        let (delivered, read) = room.confirmed[&user];
        let is_told = is_read && !self.town.silent.contains(&user);
        let after = if is_told { delivered.min(read) } else { delivered };
        let told = (delivered.max(up_to), if is_told { read.max(up_to) } else { read });
        self.town.rooms.get_mut(&id).unwrap().confirmed.insert(user, told);
        let kind = if is_read { "receipt.read" } else { "receipt.delivered" };
        let frame = json!({"type": kind, "conversation": id, "seq": up_to});
        let deed = Deed::Confirmed { room: id, by: user, after, is_read: is_told, up_to };
        self.ask(at, frame, deed, true).await.map(drop)
    }

    pub(super) async fn type_something(&mut self, at: usize) -> Check {
        let user = self.user(at);
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let is_on = self.seed.chance(70);
        let frame = json!({"type": "typing", "conversation": id, "on": is_on});
        // Answered alike for whoever is no member; told to nobody then.
        self.ask(at, frame, Deed::Typed { room: id, by: user, is_on }, true).await.map(drop)
    }

    pub(super) async fn watch(&mut self, at: usize) -> Check {
        let watched: BTreeSet<i64> = (1..=self.people).filter(|_| self.seed.chance(60)).collect();
        self.stage.devices[at].watched.clone_from(&watched);
        let frame = json!({"type": "presence.watch", "users": watched});
        self.ask(at, frame, Deed::Watched, true).await?;
        let idle = self.seed.chance(50);
        self.ask(at, json!({"type": "presence.set", "idle": idle}), Deed::Watched, true).await.map(drop)
    }

    pub(super) async fn draft(&mut self, at: usize) -> Check {
        let user = self.user(at);
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let (is_member, word) = (self.town.rooms[&id].is_member(user), self.word());
        let version = self.draft_versions.get(&(user, id)).copied().unwrap_or_default();
        if is_member {
            self.town.learn(user, &word);
            self.draft_versions.insert((user, id), version + 1);
        }
        let frame = json!({"type": "draft.set", "conversation": id, "text": word, "version": version});
        self.ask(at, frame, Deed::Drafted { by: user }, is_member).await.map(drop)
    }

    pub(super) async fn set_cursor(&mut self, at: usize) -> Check {
        let user = self.user(at);
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let room = &self.town.rooms[&id];
        let head = room.head();
        if !room.is_member(user) || head == 0 || !room.may_see(user, head) {
            return Ok(());
        }
        let frame = json!({"type": "cursor.set", "conversation": id, "seq": head});
        self.ask(at, frame, Deed::CursorSet { by: user }, true).await.map(drop)
    }

    pub(super) async fn see_late(&mut self, at: usize) -> Check {
        let user = self.user(at);
        // Others' notices, too: they are passed over.
        let ids: BTreeSet<i64> = self.late.values().flatten().copied().collect();
        let frame = json!({"type": "late.seen", "ids": ids});
        if ids.is_empty() {
            return Ok(());
        }
        self.ask(at, frame, Deed::SawLate { by: user }, true).await.map(drop)
    }

    pub(super) async fn mute(&mut self, user: i64) -> Check {
        let Some(id) = self.room_of(user, None) else { return Ok(()) };
        let succeeds = self.town.rooms[&id].is_member(user);
        let mute = self.seed.chance(60).then_some(Mute { until: None });
        let write = Write::SetMute { user: UserId::new(user), conversation: ConversationId::new(id), mute };
        self.post(write, succeeds).await?;
        self.done(if succeeds { Deed::Muted { by: user } } else { Deed::Refused }, None, 1).await
    }

    pub(super) async fn block(&mut self, user: i64) -> Check {
        let (other, is_blocked) = (self.other_than(user), self.seed.chance(60));
        let step = self.town.step + 1;
        if is_blocked {
            self.town.blocks.entry((user, other)).or_insert(step);
        } else {
            self.town.blocks.remove(&(user, other));
        }
        let write = Write::SetBlock { user: UserId::new(user), other: UserId::new(other), is_blocked };
        self.post(write, true).await?;
        self.done(Deed::Blocked { by: user }, None, 1).await
    }

    pub(super) async fn choose_receipts(&mut self, user: i64) -> Check {
        let are_on = self.seed.chance(50);
        if are_on {
            self.town.silent.remove(&user);
        } else {
            self.town.silent.insert(user);
        }
        self.post(Write::SetReadReceipts { user: UserId::new(user), are_on }, true).await?;
        self.done(Deed::Chose { by: user }, None, 1).await
    }

    pub(super) async fn profile(&mut self, user: i64) -> Check {
        let name = format!("Somebody {}", self.seed.between(1, 1_000_000));
        let display_name = Some(DisplayName::parse(&name).unwrap());
        let asker = UserId::new(user);
        let write = Write::ChangeProfile { user: asker, display_name, pronoun: None, hue: None, status: None };
        let changed = self.post(write, true).await?;
        if !matches!(changed, Some(Stored::UserChanged { .. })) {
            return Err(format!("a profile was changed, but the answer is {changed:?}"));
        }
        self.done(Deed::Profiled { by: user }, None, 1).await
    }
}

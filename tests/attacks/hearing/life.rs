//! One history from one seed: five people make groups and friends, come and go, block, write, change their minds. What is
//! done goes to the server and into the town's account; after each step every frame that anybody was handed is held
//! against it.

use std::collections::{BTreeMap, BTreeSet};

use chinwag::domain::{ConversationId, GroupName, UserId};
use chinwag::store::{Stored, Write};
use serde_json::Value;

use super::check::{Check, Deed, Step};
use super::seed::Seed;
use super::stage::{Heard, Stage};
use super::town::{Made, Room, Town};

/// How much of it was there to judge.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub steps: u64,
    pub frames: u64,
    pub refused: u64,
}

pub struct Life {
    pub(super) stage: Stage,
    pub(super) town: Town,
    pub(super) seed: Seed,
    pub(super) people: i64,
    pub(super) words: u64,
    pub tally: Tally,
    /// What each device was told to be the newest revision of each room.
    pub(super) revs: BTreeMap<(usize, i64), i64>,
    /// Late notices told to each person.
    pub(super) late: BTreeMap<i64, BTreeSet<i64>>,
    pub(super) draft_versions: BTreeMap<(i64, i64), i64>,
    pub story: Vec<String>,
}

impl Life {
    pub fn new(stage: Stage, number: u64, people: i64) -> Life {
        Life {
            stage,
            town: Town::default(),
            // Neighbouring numbers alone would give the same chances, one step later.
            seed: Seed::new(Seed::new(number).next()),
            people,
            words: 0,
            tally: Tally::default(),
            revs: BTreeMap::new(),
            late: BTreeMap::new(),
            draft_versions: BTreeMap::new(),
            story: Vec::new(),
        }
    }

    pub async fn live(&mut self, steps: u64) -> Check {
        for device in 0..self.stage.devices.len() {
            if self.seed.chance(75) {
                self.connect(device).await?;
            }
        }
        for _ in 0..steps {
            self.whim().await?;
        }
        Ok(())
    }

    pub(super) fn word(&mut self) -> String {
        self.words += 1;
        format!("zq{}x", self.words)
    }

    pub(super) fn user(&self, device: usize) -> i64 {
        self.stage.devices[device].user
    }

    pub(super) fn other_than(&mut self, user: i64) -> i64 {
        (user + self.seed.between(1, self.people - 1) - 1) % self.people + 1
    }

    /// A room of this person's, or now and then any.
    pub(super) fn room_of(&mut self, user: i64, is_group: Option<bool>) -> Option<i64> {
        let may_be_any = self.seed.chance(8);
        let fits = |room: &&Room| {
            (may_be_any || room.is_member(user)) && is_group.is_none_or(|is_group| room.is_group == is_group)
        };
        let rooms: Vec<i64> = self.town.rooms.values().filter(fits).map(|room| room.id).collect();
        self.seed.pick(&rooms).copied()
    }

    async fn whim(&mut self) -> Check {
        let at = self.seed.below(self.stage.devices.len());
        if !self.stage.devices[at].is_open() {
            return self.connect(at).await;
        }
        let user = self.user(at);
        match self.seed.below(100) {
            0..6 => self.make_group(user).await,
            6..8 => self.open_direct(user).await,
            8..14 => self.add(user).await,
            14..18 => self.remove(user).await,
            18..20 => self.rename(user).await,
            20..26 => self.block(user).await,
            26..31 => self.choose_receipts(user).await,
            31..33 => self.profile(user).await,
            33..51 => self.send(at).await,
            51..58 => self.change(at).await,
            58..65 => self.react(at).await,
            65..77 => self.confirm(at).await,
            77..84 => self.type_something(at).await,
            84..88 => self.watch(at).await,
            88..90 => self.draft(at).await,
            90..92 => self.set_cursor(at).await,
            92..93 => self.mute(user).await,
            93..95 => self.see_late(at).await,
            95..97 => {
                self.stage.disconnect(at);
                self.done(Deed::Left, None, 1).await
            }
            97..99 => self.be_away(at).await,
            _ => {
                let millis = *self.seed.pick(&[300, 1_500, 6_000]).unwrap();
                self.done(Deed::Nothing, None, millis).await
            }
        }
    }

    /// Everything comes to rest, and whatever was handed out is judged.
    pub(super) async fn done(&mut self, deed: Deed, asked: Option<(usize, u64)>, millis: u64) -> Check {
        self.settle(Step { deed, asked }, millis).await.map(drop)
    }

    pub(super) async fn settle(&mut self, step: Step, millis: u64) -> Result<Vec<Heard>, String> {
        self.town.step += 1;
        self.tally.steps += 1;
        self.story.push(format!("{}: {:?} through {:?}", self.town.step, step.deed, step.asked));
        let heard = self.stage.rest(millis).await;
        self.tally.frames += heard.len() as u64;
        if let Deed::Confirmed { room, by, .. } = step.deed {
            let own = heard.iter().filter(|one| one.frame["type"] == "receipt" && self.user(one.device) == by);
            let made = own.map(|one| {
                let receipt = &one.frame["receipt"];
                let (is_read, silent) = (receipt["kind"] == "read", self.town.silent.clone());
                (receipt["rev"].as_i64().unwrap(), Made { user: by, is_read, at: self.town.step, silent })
            });
            let made: Vec<(i64, Made)> = made.collect();
            self.town.rooms.get_mut(&room).unwrap().made.extend(made);
        }
        for one in &heard {
            self.town.may_hear(&self.stage.devices, &step, one)?;
            self.note(one);
        }
        Ok(heard)
    }

    /// What a client keeps of it.
    fn note(&mut self, Heard { device, frame, .. }: &Heard) {
        let mut newest = |room: &Value, rev: &Value| {
            if let (Some(room), Some(rev)) = (room.as_i64(), rev.as_i64()) {
                let known = self.revs.entry((*device, room)).or_default();
                *known = rev.max(*known);
            }
        };
        newest(&frame["message"]["conversation"], &frame["message"]["rev"]);
        newest(&frame["conversation"], &frame["rev"]);
        for row in frame["conversations"].as_array().into_iter().flatten() {
            newest(&row["id"], &row["rev"]);
        }
        let user = self.stage.devices[*device].user;
        let told = frame["late"].as_array().into_iter().flatten().chain([&frame["late"]]);
        self.late.entry(user).or_default().extend(told.filter_map(|late| late["id"].as_i64()));
    }

    /// All of somebody's devices are gone for long enough; others write meanwhile, and what they missed comes late.
    async fn be_away(&mut self, at: usize) -> Check {
        let user = self.user(at);
        for own in 0..self.stage.devices.len() {
            if self.user(own) == user {
                self.stage.disconnect(own);
            }
        }
        self.done(Deed::Left, None, 1).await?;
        self.done(Deed::Nothing, None, 1_500).await?;
        for _ in 0..3 {
            let other = self.seed.below(self.stage.devices.len());
            if self.stage.devices[other].is_open() {
                self.send(other).await?;
            }
        }
        self.connect(at).await?;
        for _ in 0..2 {
            self.confirm(at).await?;
        }
        Ok(())
    }

    async fn connect(&mut self, at: usize) -> Check {
        let mut holding: Vec<(i64, i64)> = Vec::new();
        for id in self.town.rooms.keys().copied().collect::<Vec<_>>() {
            let known = self.revs.get(&(at, id)).copied().unwrap_or(0);
            // Also what is not theirs, and less than they have seen.
            if self.seed.chance(60) {
                holding.push((id, if self.seed.chance(60) { known } else { known / 2 }));
            }
        }
        self.stage.connect(at, &holding);
        self.done(Deed::Joined { device: at }, None, 1).await
    }

    /// Over HTTP; whether it is to succeed is known before.
    pub(super) async fn post(&mut self, write: Write, succeeds: bool) -> Result<Option<Stored>, String> {
        let told = format!("{write:?}");
        let answer = self.stage.post(write).await;
        match answer {
            Ok(stored) if succeeds => Ok(Some(stored)),
            Err(_) if !succeeds => {
                self.tally.refused += 1;
                Ok(None)
            }
            other => Err(format!("{told} was answered with {other:?}")),
        }
    }

    /// Through a device; the step that it makes, or what was refused.
    pub(super) async fn ask(
        &mut self,
        at: usize,
        frame: Value,
        deed: Deed,
        succeeds: bool,
    ) -> Result<Vec<Heard>, String> {
        let told = frame.to_string();
        let reference = self.stage.say(at, frame);
        let deed = if succeeds { deed } else { Deed::Refused };
        let heard = self.settle(Step { deed, asked: Some((at, reference)) }, 1).await?;
        self.tally.refused += u64::from(!succeeds);
        let answer = heard.iter().find(|one| one.device == at && one.frame["ref"] == reference);
        let answer = answer.map(|one| (one.frame["type"] != "error", one.text.clone()));
        match answer {
            Some((is_done, _)) if is_done == succeeds => Ok(heard),
            other => Err(format!("{told} by {} was answered with {other:?}", self.user(at))),
        }
    }

    async fn make_group(&mut self, user: i64) -> Check {
        let (word, mut members) = (self.word(), BTreeSet::from([user]));
        for _ in 0..self.seed.between(0, 3) {
            members.insert(self.other_than(user));
        }
        let name = GroupName::parse(&word).unwrap();
        let others = members.iter().filter(|member| **member != user).map(|member| UserId::new(*member)).collect();
        let write = Write::CreateGroup { user: UserId::new(user), client_id: None, name, members: others };
        let Some(Stored::ConversationChanged { conversation, .. }) = self.post(write, true).await? else {
            return Err("a group was made, but it is not told which".into());
        };
        let id = conversation.get();
        let owners = BTreeSet::from([user]);
        let mut room = Room { id, is_group: true, name: word.clone(), owners, ..Room::default() };
        members.iter().for_each(|member| room.enter(*member, 1));
        self.town.rooms.insert(id, room);
        members.iter().for_each(|member| self.town.learn(*member, &word));
        let from = self.town.say(id, user, None, &members);
        self.done(Deed::Said { room: id, by: user, from, gone: None, opens: true }, None, 1).await
    }

    async fn open_direct(&mut self, user: i64) -> Check {
        let other = self.other_than(user);
        let write = Write::OpenDirect { user: UserId::new(user), other: UserId::new(other) };
        let Some(Stored::ConversationChanged { conversation, .. }) = self.post(write, true).await? else {
            return Err("a conversation was opened, but it is not told which".into());
        };
        let (id, is_new) = (conversation.get(), !self.town.rooms.contains_key(&conversation.get()));
        self.open(id, user, other);
        let from = self.town.rooms[&id].head() + 1;
        self.done(Deed::Said { room: id, by: user, from, gone: None, opens: is_new }, None, 1).await
    }

    pub(super) fn open(&mut self, id: i64, user: i64, other: i64) {
        self.town.rooms.entry(id).or_insert_with(|| {
            let mut room = Room { id, ..Room::default() };
            room.enter(user, 1);
            room.enter(other, 1);
            room
        });
    }

    async fn add(&mut self, user: i64) -> Check {
        let Some(id) = self.room_of(user, Some(true)) else { return Ok(()) };
        let (first, second) = (self.other_than(user), self.other_than(user));
        let room = &self.town.rooms[&id];
        let is_owner = room.owners.contains(&user);
        let mut new: Vec<i64> = Vec::new();
        for member in [first, second] {
            if !room.is_member(member) && !new.contains(&member) {
                new.push(member);
            }
        }
        let members = [first, second].map(UserId::new).to_vec();
        let write = Write::AddMembers { user: UserId::new(user), conversation: ConversationId::new(id), members };
        if self.post(write, is_owner).await?.is_none() {
            return self.done(Deed::Refused, None, 1).await;
        }
        let from = self.town.rooms[&id].head() + 1;
        let name = self.town.rooms[&id].name.clone();
        for member in &new {
            self.town.enter(id, *member, from);
            self.town.learn(*member, &name);
        }
        let hears = self.town.rooms[&id].members();
        for _ in &new {
            self.town.say(id, user, None, &hears);
        }
        self.done(Deed::Said { room: id, by: user, from, gone: None, opens: true }, None, 1).await
    }

    async fn remove(&mut self, user: i64) -> Check {
        let Some(id) = self.room_of(user, Some(true)) else { return Ok(()) };
        let member = if self.seed.chance(50) { user } else { self.other_than(user) };
        let room = &self.town.rooms[&id];
        let succeeds = room.is_member(member) && (user == member || room.owners.contains(&user));
        let (asker, conversation) = (UserId::new(user), ConversationId::new(id));
        let write = Write::RemoveMember { user: asker, conversation, member: UserId::new(member) };
        if self.post(write, succeeds).await?.is_none() {
            return self.done(Deed::Refused, None, 1).await;
        }
        let hears = self.town.rooms[&id].members();
        let from = self.town.say(id, user, None, &hears);
        let step = self.town.step + 1;
        let room = self.town.rooms.get_mut(&id).unwrap();
        let seat = room.seats.iter_mut().find(|seat| seat.user == member && seat.end.is_none()).unwrap();
        seat.end = Some((from, step));
        room.owners.remove(&member);
        if room.owners.is_empty() {
            // Whoever is in for the longest; of several the store has its own order, which is asked by what they may do.
            let longest = room.seats.iter().filter(|seat| seat.end.is_none()).min_by_key(|seat| (seat.from, seat.user));
            room.owners.extend(longest.map(|seat| seat.user));
        }
        self.done(Deed::Said { room: id, by: user, from, gone: Some(member), opens: true }, None, 1).await
    }

    async fn rename(&mut self, user: i64) -> Check {
        let Some(id) = self.room_of(user, Some(true)) else { return Ok(()) };
        let (word, is_owner) = (self.word(), self.town.rooms[&id].owners.contains(&user));
        let (name, conversation) = (GroupName::parse(&word).unwrap(), ConversationId::new(id));
        let write = Write::RenameGroup { user: UserId::new(user), conversation, name };
        if self.post(write, is_owner).await?.is_none() {
            return self.done(Deed::Refused, None, 1).await;
        }
        let hears = self.town.rooms[&id].members();
        hears.iter().for_each(|member| self.town.learn(*member, &word));
        self.town.rooms.get_mut(&id).unwrap().name = word;
        let from = self.town.say(id, user, None, &hears);
        self.done(Deed::Said { room: id, by: user, from, gone: None, opens: true }, None, 1).await
    }
}

//! What must hold after every step, and what must hold at the end, when nothing is broken any more: every device shows
//! what the store has.

use chinwag::chat::{PresenceOf, TakeCensus, WAITING_MAX_BYTES};
use chinwag::domain::{PresenceState, ReceiptKind, UserId};

use crate::actors::MAILBOX;
use crate::audit;
use crate::copy::Copy;
use crate::frames::Mentions;
use crate::ledger::ensure;
use crate::room::Room;
use crate::world::{Check, Event, Line, World};

/// Ticks and steps may tell an end of presence this much later, in milliseconds.
const SLACK: i64 = 600;

impl World<'_> {
    pub async fn check_step(&mut self) -> Check {
        let Some(server) = self.server.as_ref().filter(|server| !server.is_stopping) else { return Ok(()) };
        let users: Vec<UserId> = self.people.iter().map(|user| UserId::new(*user)).collect();
        let census = server.chat.send(TakeCensus).await.map_err(|error| format!("ChatServer is gone: {error}"))?;
        let census = census.map_err(|error| error.to_string())?;
        ensure(census.panics == 0, || format!("ChatServer panicked {} times", census.panics))?;
        let presences = server.chat.send(PresenceOf { viewer: users[0], users }).await.map_err(|e| e.to_string())?;
        let presences = presences.map_err(|error| error.to_string())?;
        // The program's own writes are never refused; each connection has a few of them at most.
        let bound = self.settings.waiting_max + self.settings.batch_max + 4 * self.lines.len();
        ensure(census.writes_waiting <= bound, || format!("{} writes wait", census.writes_waiting))?;
        let open: Vec<&Line> = self.lines.iter().filter(|line| line.has_joined && !line.is_over).collect();
        let unread = open.iter().filter(|line| line.open.stall.is_on.get()).count();
        ensure((open.len() - unread..=open.len()).contains(&census.connections), || {
            format!("the server counts {} connections, there are {}", census.connections, open.len())
        })?;
        for line in &open {
            let (bytes, piled) = (line.open.waiting.bytes(), line.open.stall.pile.borrow().len());
            // One turn may tell a client that keeps up more than what may wait.
            ensure(bytes <= 2 * WAITING_MAX_BYTES && piled <= MAILBOX + 1, || {
                format!("{bytes} bytes and {piled} frames wait for a client that does not read")
            })?;
        }
        let grace = i64::try_from(self.settings.presence_grace.as_millis()).expect("seconds");
        for presence in presences {
            let user = presence.user.get();
            let is_here = open.iter().any(|line| line.user == user && !line.open.stall.is_on.get());
            let may_be_here = open.iter().any(|line| line.user == user);
            let is_offline = presence.state == PresenceState::Offline;
            let away = self.now - self.gone_since.get(&user).copied().unwrap_or(self.now);
            ensure(!(is_here && is_offline), || format!("{user} is connected, but shown as offline"))?;
            ensure(may_be_here || is_offline || away <= grace + SLACK, || {
                format!("{user} has been gone for {away} ms, but is shown as {:?}", presence.state)
            })?;
            let owes = self.ledger.owes_return.contains(&user);
            let unsure = self.unsure.contains(&user);
            ensure(!is_offline || owes || unsure || away >= grace - 10, || {
                format!("{user} is shown as offline {away} ms after their last connection")
            })?;
            if is_offline && !owes {
                self.ledger.owes_return.push(user);
            }
        }
        Ok(())
    }

    /// Nobody is told 'no' about what is stored.
    pub fn check_set_aside(&mut self, device: usize) -> Check {
        let user = self.devices[device].user;
        for client_id in std::mem::take(&mut self.devices[device].set_aside) {
            let is_stored = self.ledger.stored.contains_key(&(user, client_id.clone()));
            ensure(!is_stored, || format!("{client_id} of {user} was refused, but is stored"))?;
        }
        Ok(())
    }

    /// What still has to happen before all can have met.
    pub fn what_waits(&self) -> Option<String> {
        if self.server.as_ref().is_none_or(|server| server.is_stopping) {
            return Some("the server is away".into());
        }
        if self.is_under_way() {
            return Some("something is under way".into());
        }
        for device in &self.devices {
            let says = |what: &str| Some(format!("device {} of {} {what}", device.number, device.user));
            if !device.is_ready {
                return says("is not ready");
            }
            if let Some(letter) = device.outbox.front() {
                return says(&format!("still has {letter:?}"));
            }
            if !device.waiting().is_empty() {
                return says(&format!("waits for answers to {:?}", device.waiting()));
            }
            for (id, copy) in &device.copies {
                if copy.wants_more() {
                    return says(&format!("lacks something of conversation {id}"));
                }
                if copy.is_member() && copy.held_up_to() > copy.delivered {
                    return says(&format!(
                        "holds {} of conversation {id}, but {} is delivered",
                        copy.held_up_to(),
                        copy.delivered
                    ));
                }
            }
        }
        None
    }

    /// The end: every member's every device shows what is stored.
    pub async fn check_meeting(&mut self) -> Check {
        self.audit.forget();
        self.audit.compare(&self.lab.raw, &self.ledger)?;
        let users: Vec<UserId> = self.people.iter().map(|user| UserId::new(*user)).collect();
        let chat = self.server.as_ref().expect("it was waited for").chat.clone();
        let presences = chat.send(PresenceOf { viewer: users[0], users }).await.map_err(|error| error.to_string())?;
        let presences = presences.map_err(|error| error.to_string())?;
        for device in &self.devices {
            let named = |what: String| format!("device {} of {} in the end: {what}", device.number, device.user);
            for (id, room) in &self.ledger.rooms {
                let was_in = room.seats.iter().any(|seat| seat.user == device.user);
                let Some(copy) = device.copies.get(id) else {
                    ensure(!was_in, || named(format!("does not know conversation {id}")))?;
                    continue;
                };
                if room.seat(device.user).is_some() {
                    self.check_copy(device.user, *id, room, copy)
                        .map_err(|what| named(format!("conversation {id}: {what}")))?;
                }
            }
            for (id, count) in audit::unseen(&self.lab.raw, device.user) {
                let told = device.late.get(&id).map(|late| late.count);
                ensure(told == Some(count), || named(format!("late notice {id} counts {count}, told {told:?}")))?;
            }
            for presence in &presences {
                let state = format!("{:?}", presence.state).to_lowercase();
                let told = device.presence.get(&presence.user.get());
                ensure(told == Some(&state), || named(format!("{:?} is {state}, told {told:?}", presence.user)))?;
            }
            for letter in &device.done {
                ensure(
                    !letter.is_message() || self.ledger.stored.contains_key(&(device.user, letter.client_id.clone())),
                    || named(format!("{letter:?} was answered, but is not stored")),
                )?;
            }
            let are_on = !self.ledger.silent.contains(&device.user);
            ensure(device.read_receipts == are_on, || {
                named(format!("read receipts are on: {are_on}, told otherwise"))
            })?;
            self.check_order(device.number, device.user).map_err(named)?;
        }
        Ok(())
    }

    fn check_copy(&self, user: i64, id: i64, room: &Room, copy: &Copy) -> Check {
        let seat = room.seat(user).expect("only members are compared");
        ensure(copy.head == room.head(), || format!("head {} and not {}", copy.head, room.head()))?;
        for message in room.messages.iter().filter(|message| message.seq.get() >= seat.from) {
            let seq = message.seq.get();
            let kept = copy.messages.get(&seq).ok_or_else(|| format!("message {seq} is missing"))?;
            let is_same = (kept.rev, kept.version, kept.body.as_str(), kept.deleted_at.is_some())
                == (
                    room.newest_rev(message),
                    message.version.get(),
                    message.body.as_str(),
                    message.deleted_at.is_some(),
                )
                && kept.mentions == Mentions::from(&message.mentions)
                && room.is_set(user, seq, &kept.reactions);
            ensure(is_same, || format!("message {seq} is kept as {kept:?}, stored as {message:?}"))?;
        }
        let cursor = audit::cursor(&self.lab.raw, id, user);
        let counts = (cursor, room.unread(user, cursor), room.mentioned(user, cursor));
        let shown = (copy.cursor, copy.unread, copy.mentioned);
        ensure(shown == counts, || format!("cursor, unread and mentions are {counts:?}, shown as {shown:?}"))?;
        self.check_states(user, room, copy)
    }

    /// The state of each own message, for each other member: what the store says, no more and no less.
    fn check_states(&self, user: i64, room: &Room, copy: &Copy) -> Check {
        let own: Vec<i64> = room
            .messages
            .iter()
            .filter(|message| message.sender.get() == user && message.event.is_none())
            .map(|message| message.seq.get())
            .collect();
        for other in room.seats.iter().filter(|seat| seat.until.is_none() && seat.user != user) {
            let delivered = room.receipts.get(&(other.user, ReceiptKind::Delivered)).copied().unwrap_or_default();
            for &seq in own.iter().filter(|seq| **seq >= other.from) {
                let stored = [("delivered", delivered >= seq), ("read", room.is_read(user, other.user, seq))];
                for (name, is_stored) in stored {
                    ensure(copy.is_covered(other.user, name, seq) == is_stored, || {
                        format!("message {seq}: whether {name} to {} is {is_stored}, told otherwise", other.user)
                    })?;
                }
            }
        }
        Ok(())
    }

    /// What one device wrote into one conversation stands there in the order in which it was written.
    fn check_order(&self, device: usize, user: i64) -> Check {
        let prefix = format!("{device}:");
        for (id, room) in &self.ledger.rooms {
            let mut last = 0;
            for message in
                room.messages.iter().filter(|message| message.sender.get() == user && message.version.get() == 1)
            {
                let number = message.body.strip_prefix(&prefix).and_then(|rest| rest.split(' ').next()?.parse().ok());
                let Some(number) = number.filter(|number: &u64| !self.devices[device].is_unordered.contains(number))
                else {
                    continue;
                };
                ensure(number > last, || format!("text {number} stands after text {last} in conversation {id}"))?;
                last = number;
            }
        }
        Ok(())
    }
}

/// Frames, answers and questions on their way.
pub fn is_in_motion(event: &Event) -> bool {
    matches!(
        event,
        Event::Up(..)
            | Event::Down(..)
            | Event::Apply(_)
            | Event::Commit
            | Event::Answer(..)
            | Event::Read(..)
            | Event::ReadDone(..)
            | Event::Http(..)
            | Event::HttpDone(..)
            | Event::Confirm(..)
            | Event::Lost(_)
            | Event::Left(_)
            | Event::Connect(_)
    )
}

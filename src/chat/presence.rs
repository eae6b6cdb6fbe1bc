//! Who is here. Goes by connections alone: somebody is online from their first connection and offline a short grace
//! after their last. Pure bookkeeping: it sends nothing, stores nothing and reads no clock.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use super::messages::ConnectionId;
use crate::clock::Timestamp;
use crate::domain::{Presence, PresenceState, UserId};
use crate::store::PersonPresence;

/// Everybody's presence, and who has changed since the last look.
#[derive(Debug)]
pub struct Presences {
    people: HashMap<UserId, Here>,
    /// When somebody who has no connection turns offline. Instants, not times of day: a clock that jumps ends nobody.
    deadlines: BTreeSet<(Instant, UserId)>,
    changed: HashSet<UserId>,
    grace: Duration,
}

#[derive(Debug)]
enum Here {
    /// Has connections, each idle or not; idle as a whole from this moment, if all of them are.
    Connected { connections: Vec<(ConnectionId, bool)>, idle_since: Option<Timestamp> },
    /// Had one a moment ago, or was online when the program stopped: still shown as they were.
    Lingering { since: Timestamp, until: Instant, idle_since: Option<Timestamp> },
    /// Away.
    Offline { since: Timestamp },
}

/// What a new connection means for its user's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// They were offline from this moment on: a return.
    Return(Timestamp),
    /// They were here, or gone for less than the grace.
    StillHere,
}

impl Presences {
    /// Nobody yet. `grace` is how long somebody without a connection counts as online.
    pub fn new(grace: Duration) -> Presences {
        Presences { people: HashMap::new(), deadlines: BTreeSet::new(), changed: HashSet::new(), grace }
    }

    /// Takes over what the store recorded. Whoever was online when the program stopped is shown so until `until`; if
    /// they are not back by then, they count as offline from `started`.
    pub fn restore(&mut self, person: PersonPresence, started: Timestamp, until: Instant) {
        let here = match person.offline_since {
            Some(since) => Here::Offline { since },
            None => {
                self.deadlines.insert((until, person.user));
                Here::Lingering { since: started, until, idle_since: None }
            }
        };
        self.people.insert(person.user, here);
    }

    /// A person who has just signed up, somewhere.
    pub fn add(&mut self, user: UserId, at: Timestamp) {
        self.people.entry(user).or_insert(Here::Offline { since: at });
    }

    /// A connection has joined.
    pub fn arrive(&mut self, user: UserId, connection: ConnectionId, idle: bool, at: Timestamp) -> Arrival {
        let before = self.of(user);
        let (mut connections, arrival) = match self.people.remove(&user) {
            Some(Here::Connected { connections, .. }) => (connections, Arrival::StillHere),
            Some(Here::Lingering { until, .. }) => {
                self.deadlines.remove(&(until, user));
                (Vec::with_capacity(1), Arrival::StillHere)
            }
            Some(Here::Offline { since }) => (Vec::with_capacity(1), Arrival::Return(since)),
            None => (Vec::with_capacity(1), Arrival::Return(at)),
        };
        connections.push((connection, idle));
        let idle_since = all_idle(&connections).then_some(before.idle_since.unwrap_or(at));
        self.people.insert(user, Here::Connected { connections, idle_since });
        if self.of(user) != before {
            self.changed.insert(user);
        }
        arrival
    }

    /// A return that was not stored: the user is away, as before.
    pub fn undo_return(&mut self, user: UserId, since: Timestamp) {
        if let Some(Here::Lingering { until, .. }) = self.people.insert(user, Here::Offline { since }) {
            self.deadlines.remove(&(until, user));
        }
        self.changed.insert(user);
    }

    /// A connection has gone. The last one's going starts the grace, or, on log-out, ends presence `at_once`: then the
    /// user is returned as offline from `at`.
    pub fn depart(
        &mut self,
        user: UserId,
        connection: ConnectionId,
        at: Timestamp,
        now: Instant,
        at_once: bool,
    ) -> Option<(UserId, Timestamp)> {
        let Some(Here::Connected { connections, idle_since }) = self.people.get_mut(&user) else { return None };
        connections.retain(|(other, _)| *other != connection);
        if !connections.is_empty() {
            let idle = all_idle(connections);
            if idle != idle_since.is_some() {
                *idle_since = idle.then_some(at);
                self.changed.insert(user);
            }
            return None;
        }
        if at_once {
            self.people.insert(user, Here::Offline { since: at });
            self.changed.insert(user);
            return Some((user, at));
        }
        let (until, idle_since) = (now + self.grace, *idle_since);
        self.people.insert(user, Here::Lingering { since: at, until, idle_since });
        self.deadlines.insert((until, user));
        None
    }

    /// A log-out ended a session whose sockets had gone already: no grace is left to wait for.
    pub fn leave_at_once(&mut self, user: UserId, at: Timestamp) -> Option<(UserId, Timestamp)> {
        let Some(Here::Lingering { until, .. }) = self.people.get(&user) else { return None };
        self.deadlines.remove(&(*until, user));
        self.people.insert(user, Here::Offline { since: at });
        self.changed.insert(user);
        Some((user, at))
    }

    /// A window of this connection is in use, or none is.
    pub fn set_idle(&mut self, user: UserId, connection: ConnectionId, idle: bool, at: Timestamp) {
        let Some(Here::Connected { connections, idle_since }) = self.people.get_mut(&user) else { return };
        if let Some(entry) = connections.iter_mut().find(|(other, _)| *other == connection) {
            entry.1 = idle;
        }
        let idle = all_idle(connections);
        if idle != idle_since.is_some() {
            *idle_since = idle.then_some(at);
            self.changed.insert(user);
        }
    }

    /// Those whose grace has passed by `now`, each with the moment from which they count as offline.
    pub fn lapse(&mut self, now: Instant) -> Vec<(UserId, Timestamp)> {
        let mut gone = Vec::new();
        while let Some(&(until, user)) = self.deadlines.first() {
            if until > now {
                break;
            }
            self.deadlines.pop_first();
            if let Some(&Here::Lingering { since, .. }) = self.people.get(&user) {
                self.people.insert(user, Here::Offline { since });
                self.changed.insert(user);
                gone.push((user, since));
            }
        }
        gone
    }

    /// After a panic: presence goes by the connections that there are, `live`, and whoever watches is told again. Whoever
    /// has none any more begins to be away now.
    pub fn mend(&mut self, live: &HashMap<UserId, Vec<ConnectionId>>, at: Timestamp, now: Instant) {
        let (until, nobody) = (now + self.grace, Vec::new());
        for user in live.keys() {
            self.people.entry(*user).or_insert(Here::Offline { since: at });
        }
        for (user, here) in &mut self.people {
            let ids = live.get(user).unwrap_or(&nobody);
            let (known, idle_since) = match here {
                Here::Connected { connections, idle_since } => (std::mem::take(connections), *idle_since),
                _ if ids.is_empty() => continue,
                _ => (Vec::new(), None),
            };
            let is_idle = |id: &ConnectionId| known.iter().any(|(other, idle)| other == id && *idle);
            let connections: Vec<_> = ids.iter().map(|id| (*id, is_idle(id))).collect();
            *here = if connections.is_empty() {
                Here::Lingering { since: at, until, idle_since }
            } else {
                Here::Connected { idle_since: all_idle(&connections).then_some(idle_since.unwrap_or(at)), connections }
            };
        }
        let lingering = self.people.iter().filter_map(|(user, here)| match here {
            Here::Lingering { until, .. } => Some((*until, *user)),
            _ => None,
        });
        self.deadlines = lingering.collect();
        self.changed.extend(self.people.keys());
    }

    /// Whose presence changed since the last call.
    pub fn take_changed(&mut self) -> HashSet<UserId> {
        std::mem::take(&mut self.changed)
    }

    /// From when somebody has been away, if they are.
    pub fn offline_since(&self, user: UserId) -> Option<Timestamp> {
        match self.people.get(&user) {
            Some(Here::Offline { since }) => Some(*since),
            _ => None,
        }
    }

    /// How somebody is here now.
    pub fn of(&self, user: UserId) -> Presence {
        let (state, last_seen, idle_since) = match self.people.get(&user) {
            Some(Here::Connected { idle_since: Some(since), .. } | Here::Lingering { idle_since: Some(since), .. }) => {
                (PresenceState::Idle, None, Some(*since))
            }
            Some(Here::Connected { .. } | Here::Lingering { .. }) => (PresenceState::Online, None, None),
            Some(Here::Offline { since }) => (PresenceState::Offline, Some(*since), None),
            None => (PresenceState::Offline, None, None),
        };
        Presence { user, state, last_seen, idle_since }
    }
}

fn all_idle(connections: &[(ConnectionId, bool)]) -> bool {
    connections.iter().all(|(_, idle)| *idle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: UserId = UserId::new(7);
    const GRACE: Duration = Duration::from_secs(5);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn someone_offline() -> Presences {
        let mut presences = Presences::new(GRACE);
        presences.add(BOB, at(0));
        presences
    }

    #[test]
    fn coming_back_after_the_grace_is_a_return_and_says_since_when() {
        let mut presences = someone_offline();
        let now = Instant::now();
        let first = ConnectionId::fresh();
        assert_eq!(presences.arrive(BOB, first, false, at(1)), Arrival::Return(at(0)));
        presences.depart(BOB, first, at(10), now, false);
        assert_eq!(presences.lapse(now + GRACE), [(BOB, at(10))]);
        assert_eq!(presences.of(BOB).last_seen, Some(at(10)));
        assert_eq!(presences.arrive(BOB, ConnectionId::fresh(), false, at(60)), Arrival::Return(at(10)));
    }

    #[test]
    fn a_reload_inside_the_grace_is_no_return_and_nobody_sees_it() {
        let mut presences = someone_offline();
        let now = Instant::now();
        let first = ConnectionId::fresh();
        presences.arrive(BOB, first, false, at(1));
        presences.take_changed();
        presences.depart(BOB, first, at(10), now, false);
        assert_eq!(presences.of(BOB).state, PresenceState::Online);
        assert_eq!(presences.arrive(BOB, ConnectionId::fresh(), false, at(12)), Arrival::StillHere);
        assert!(presences.lapse(now + GRACE * 2).is_empty());
        assert_eq!(presences.of(BOB).state, PresenceState::Online);
    }

    #[test]
    fn after_a_panic_presence_equals_the_connections_that_there_are() {
        let mut presences = someone_offline();
        let now = Instant::now();
        let (lost, missed, ann) = (ConnectionId::fresh(), ConnectionId::fresh(), UserId::new(8));
        presences.arrive(BOB, lost, false, at(1));
        presences.take_changed();
        presences.mend(&HashMap::from([(ann, vec![missed])]), at(2), now);
        assert_eq!(presences.of(ann).state, PresenceState::Online);
        assert_eq!(presences.take_changed(), HashSet::from([ann, BOB]));
        assert_eq!(presences.lapse(now + GRACE), [(BOB, at(2))]);
        assert_eq!(presences.depart(ann, missed, at(3), now, true), Some((ann, at(3))));
    }

    #[test]
    fn a_log_out_ends_presence_at_once() {
        let mut presences = someone_offline();
        let first = ConnectionId::fresh();
        presences.arrive(BOB, first, false, at(1));
        assert_eq!(presences.depart(BOB, first, at(2), Instant::now(), true), Some((BOB, at(2))));
        assert_eq!(presences.of(BOB).state, PresenceState::Offline);
    }

    #[test]
    fn somebody_with_two_windows_is_here_until_both_have_gone() {
        let mut presences = someone_offline();
        let now = Instant::now();
        let (one, two) = (ConnectionId::fresh(), ConnectionId::fresh());
        presences.arrive(BOB, one, false, at(1));
        presences.arrive(BOB, two, false, at(2));
        presences.depart(BOB, one, at(3), now, false);
        assert!(presences.lapse(now + GRACE * 10).is_empty());
        assert_eq!(presences.of(BOB).state, PresenceState::Online);
    }

    #[test]
    fn idle_is_when_no_window_is_in_use() {
        let mut presences = someone_offline();
        let (one, two) = (ConnectionId::fresh(), ConnectionId::fresh());
        presences.arrive(BOB, one, false, at(1));
        presences.arrive(BOB, two, true, at(2));
        assert_eq!(presences.of(BOB).state, PresenceState::Online);
        presences.set_idle(BOB, one, true, at(9));
        assert_eq!((presences.of(BOB).state, presences.of(BOB).idle_since), (PresenceState::Idle, Some(at(9))));
        presences.set_idle(BOB, two, false, at(11));
        assert_eq!(presences.of(BOB).state, PresenceState::Online);
    }

    #[test]
    fn whoever_was_online_at_the_stop_is_shown_so_for_a_while_and_makes_no_return_if_back_by_then() {
        let now = Instant::now();
        let until = now + Duration::from_secs(60);
        let ann = UserId::new(8);
        let mut presences = Presences::new(GRACE);
        for user in [BOB, ann] {
            presences.restore(PersonPresence { user, offline_since: None }, at(100), until);
        }
        assert_eq!(presences.of(BOB).state, PresenceState::Online);
        assert_eq!(presences.arrive(BOB, ConnectionId::fresh(), false, at(130)), Arrival::StillHere);
        assert_eq!(presences.lapse(until), [(ann, at(100))]);
    }
}

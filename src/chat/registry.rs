//! Open connections: whose they are, how to reach them, whom they watch. Gathers what one turn of ChatServer tells each
//! of them and hands it over at once, in order; a connection that does not take its frames is cut, for a frame is never
//! left out. Decides nothing about who should hear what.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use bytestring::ByteString;
use tokio::time::Instant;

use super::messages::{ConnectionId, Link, Outgoing};
use super::rate::Bucket;
use crate::domain::{ConversationId, Rev, SessionId, UserId};
use crate::guarded::Work;

/// All connections that have said hello.
#[derive(Default)]
pub struct Registry {
    connections: HashMap<ConnectionId, Connection>,
    by_user: HashMap<UserId, Vec<ConnectionId>>,
    by_session: HashMap<SessionId, Vec<ConnectionId>>,
    watchers: HashMap<UserId, Vec<ConnectionId>>,
    settling: Vec<ConnectionId>,
    /// Those with frames of this turn, or too many held back.
    addressed: Vec<ConnectionId>,
    /// The one to which frames are being handed over right now; after a panic there, also what follows.
    handing: Vec<ConnectionId>,
}

/// Which durable change a frame tells, by the revision it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Of a conversation.
    In(ConversationId, Rev),
    /// Of what only the hearer sees.
    Account(Rev),
    /// Of the directory.
    People(Rev),
}

/// What a snapshot has told a connection: everything up to these revisions.
#[derive(Debug, Default)]
pub struct Told {
    /// Of each conversation of which it told anything.
    pub conversations: HashMap<ConversationId, Rev>,
    /// Of the account.
    pub account: Rev,
    /// Of the directory.
    pub people: Rev,
}

impl Told {
    fn includes(&self, change: Change) -> bool {
        match change {
            Change::In(conversation, rev) => self.conversations.get(&conversation).is_some_and(|told| rev <= *told),
            Change::Account(rev) => rev <= self.account,
            Change::People(rev) => rev <= self.people,
        }
    }
}

/// One of them.
pub struct Connection {
    /// Whose.
    pub user: UserId,
    /// Opened with.
    pub session: SessionId,
    /// How fast it may ask.
    pub bucket: Bucket,
    link: Link,
    feed: Feed,
    /// Frames of this turn: one message to the connection, and one write of its socket, carries them all.
    turn: Vec<ByteString>,
    watched: Vec<UserId>,
}

/// What becomes of a live frame.
enum Feed {
    /// Held back until the connection is up to date.
    Held(Held),
    /// Handed over, unless the snapshot told it already: a batch that the writer had committed before the snapshot was
    /// taken may be answered only after it.
    Settling(Told),
    /// Handed over.
    Live,
}

#[derive(Default)]
struct Held {
    frames: Vec<(Option<Change>, ByteString)>,
    bytes: usize,
    max_bytes: usize,
}

impl Connection {
    /// A connection that is being brought up to date, for which at most `held_max_bytes` of live frames are held back.
    pub fn joining(user: UserId, session: SessionId, link: Link, now: Instant, held_max_bytes: usize) -> Connection {
        let feed = Feed::Held(Held { max_bytes: held_max_bytes, ..Held::default() });
        Connection { user, session, bucket: Bucket::full(now), link, feed, turn: Vec::new(), watched: Vec::new() }
    }

    /// Whether the end of the turn must look at this connection for the first time.
    fn take(&mut self, of: Option<Change>, frame: ByteString) -> bool {
        match &mut self.feed {
            Feed::Settling(told) if of.is_some_and(|change| told.includes(change)) => false,
            Feed::Live | Feed::Settling(_) => {
                self.turn.push(frame);
                self.turn.len() == 1
            }
            Feed::Held(held) => {
                held.bytes += frame.len();
                held.frames.push((of, frame));
                held.bytes > held.max_bytes
            }
        }
    }

    /// Hands over what the turn has gathered. Whether the connection keeps up.
    fn hand_over(&mut self) -> bool {
        let keeps_up = match &self.feed {
            Feed::Held(held) => held.bytes <= held.max_bytes,
            Feed::Settling(_) | Feed::Live => true,
        };
        let mut frames = std::mem::take(&mut self.turn);
        Work::ChatHandOver.begins();
        let outgoing = match frames.len() {
            0 => return keeps_up,
            1 => Outgoing::Frame(frames.remove(0)),
            _ => Outgoing::Frames(frames),
        };
        self.link.hand_over(outgoing).is_ok() && keeps_up
    }
}

impl Registry {
    /// Registers a connection.
    pub fn add(&mut self, id: ConnectionId, connection: Connection) {
        self.by_user.entry(connection.user).or_default().push(id);
        self.by_session.entry(connection.session).or_default().push(id);
        self.connections.insert(id, connection);
    }

    /// Forgets a connection.
    pub fn remove(&mut self, id: ConnectionId) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        drop_from(&mut self.by_user, connection.user, id);
        drop_from(&mut self.by_session, connection.session, id);
        for user in &connection.watched {
            drop_from(&mut self.watchers, *user, id);
        }
        Some(connection)
    }

    /// One connection.
    pub fn get_mut(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.connections.get_mut(&id)
    }

    /// Whose connection this is.
    pub fn user_of(&self, id: ConnectionId) -> Option<UserId> {
        self.connections.get(&id).map(|connection| connection.user)
    }

    /// Whose connection this is, and which session opened it.
    pub fn whose(&self, id: ConnectionId) -> Option<(UserId, SessionId)> {
        self.connections.get(&id).map(|connection| (connection.user, connection.session))
    }

    /// Everybody's connections, by user.
    pub fn by_user(&self) -> &HashMap<UserId, Vec<ConnectionId>> {
        &self.by_user
    }

    /// Everybody's connections, in the order in which they came.
    pub fn all(&self) -> Vec<ConnectionId> {
        let mut all: Vec<ConnectionId> = self.connections.keys().copied().collect();
        all.sort_unstable();
        all
    }

    /// A user's connections.
    pub fn of_user(&self, user: UserId) -> &[ConnectionId] {
        self.by_user.get(&user).map_or(&[], Vec::as_slice)
    }

    /// A session's connections.
    pub fn of_session(&self, session: SessionId) -> &[ConnectionId] {
        self.by_session.get(&session).map_or(&[], Vec::as_slice)
    }

    /// The sessions with which a user's connections were opened.
    pub fn sessions_of(&self, user: UserId) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = self.of_user(user).iter().map(|id| self.connections[id].session).collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
    }

    /// Every session that has a window, with one of its connections.
    pub fn one_of_each_session(&self) -> Vec<(SessionId, ConnectionId)> {
        self.by_session.iter().map(|(session, ids)| (*session, ids[0])).collect()
    }

    /// How many connections and how many users with one.
    pub fn counts(&self) -> (usize, usize) {
        (self.connections.len(), self.by_user.len())
    }

    /// Gives one connection a frame; `of` names the change it tells, for what resuming may already have told.
    pub fn tell(&mut self, id: ConnectionId, of: Option<Change>, frame: &ByteString) {
        if let Some(connection) = self.connections.get_mut(&id)
            && connection.take(of, frame.clone())
        {
            self.addressed.push(id);
        }
    }

    /// Gives every connection of `users` a frame, except one.
    pub fn tell_users(
        &mut self,
        users: &[UserId],
        except: Option<ConnectionId>,
        of: Option<Change>,
        frame: &ByteString,
    ) {
        for user in users {
            let Some(ids) = self.by_user.get(user) else { continue };
            for id in ids.iter().filter(|id| Some(**id) != except) {
                if let Some(connection) = self.connections.get_mut(id)
                    && connection.take(of, frame.clone())
                {
                    self.addressed.push(*id);
                }
            }
        }
    }

    /// Brings a joining connection live: first `frames`, then what was held back and is newer than `told` says. The
    /// same holds for what comes until [`Registry::settle`].
    pub fn go_live(&mut self, id: ConnectionId, frames: Vec<ByteString>, told: Told) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let is_new = |of: Option<Change>| !of.is_some_and(|change| told.includes(change));
        if let Feed::Held(held) = std::mem::replace(&mut connection.feed, Feed::Live) {
            connection.turn.extend(frames);
            connection.turn.extend(held.frames.into_iter().filter(|(of, _)| is_new(*of)).map(|(_, frame)| frame));
        }
        connection.feed = Feed::Settling(told);
        self.settling.push(id);
        self.addressed.push(id);
    }

    /// Whatever may stand in the snapshot of a connection that is live by now has been told.
    pub fn settle(&mut self) {
        for id in std::mem::take(&mut self.settling) {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.feed = Feed::Live;
            }
        }
    }

    /// Replaces whom a connection watches.
    pub fn watch(&mut self, id: ConnectionId, users: Vec<UserId>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let before = std::mem::replace(&mut connection.watched, users.clone());
        for user in before {
            drop_from(&mut self.watchers, user, id);
        }
        for user in users {
            self.watchers.entry(user).or_default().push(id);
        }
    }

    /// Who watches somebody.
    pub fn watchers_of(&self, user: UserId) -> &[ConnectionId] {
        self.watchers.get(&user).map_or(&[], Vec::as_slice)
    }

    /// Sends what the turn has gathered and a last word, and ends a connection; one that does not take it is cut off.
    pub fn close(&mut self, id: ConnectionId, last: Outgoing) {
        if let Some(connection) = self.connections.get_mut(&id) {
            self.handing.push(id);
            connection.hand_over();
            connection.link.close(last);
            self.handing.pop();
        }
    }

    /// Ends a turn: hands over what it has gathered. Ends the sockets of those that do not take it, from outside, and
    /// names them.
    pub fn end_turn(&mut self) -> Vec<ConnectionId> {
        let mut slow = Vec::new();
        for id in std::mem::take(&mut self.addressed) {
            let Some(connection) = self.connections.get_mut(&id) else { continue };
            self.handing.push(id);
            if !connection.hand_over() {
                connection.link.cut();
                slow.push(id);
            }
            self.handing.pop();
        }
        slow.sort_unstable();
        slow.dedup();
        slow
    }

    /// After a panic: makes the indexes anew from the connections themselves, addresses again whoever has frames of an
    /// unfinished turn, and cuts and names those whose frames were lost on their way.
    pub fn mend(&mut self) -> Vec<ConnectionId> {
        let ids = self.all();
        let Registry { connections, by_user, by_session, watchers, settling, addressed, handing } = self;
        (*by_user, *by_session, *watchers) = (HashMap::new(), HashMap::new(), HashMap::new());
        settling.clear();
        addressed.clear();
        for id in ids {
            let connection = &connections[&id];
            by_user.entry(connection.user).or_default().push(id);
            by_session.entry(connection.session).or_default().push(id);
            for user in &connection.watched {
                watchers.entry(*user).or_default().push(id);
            }
            if matches!(connection.feed, Feed::Settling(_)) {
                settling.push(id);
            }
            addressed.push(id);
        }
        let mut lost = std::mem::take(handing);
        lost.retain(|id| {
            connections.get(id).is_some_and(|connection| {
                connection.link.cut();
                true
            })
        });
        lost
    }
}

fn drop_from<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Vec<ConnectionId>>, key: K, id: ConnectionId) {
    if let Entry::Occupied(mut entry) = index.entry(key) {
        entry.get_mut().retain(|other| *other != id);
        if entry.get().is_empty() {
            entry.remove();
        }
    }
}

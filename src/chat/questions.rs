//! What others ask ChatServer: who is here, as the asker may know it, which sessions have a window, how many of what
//! there are. Changes nothing.

use actix::prelude::*;

use super::messages::{Census, OpenSessions, PresenceOf, TakeCensus};
use super::server::ChatServer;
use crate::domain::{Presence, PresenceState, SessionId, UserId};
use crate::guarded::{Panicked, Work};

impl ChatServer {
    /// How somebody is here, as far as `viewer` may know: whoever is kept apart from them, by either's choice, does not.
    pub(super) fn presence_for(&self, viewer: UserId, user: UserId) -> Presence {
        if self.blocks.are_apart(viewer, user) {
            return Presence { user, state: PresenceState::Unknown, last_seen: None, idle_since: None };
        }
        self.presences.of(user)
    }
}

impl Handler<PresenceOf> for ChatServer {
    type Result = Result<Vec<Presence>, Panicked>;

    fn handle(&mut self, PresenceOf { viewer, users }: PresenceOf, _: &mut Context<Self>) -> Self::Result {
        self.mended(Work::ChatPresenceOf, |chat| {
            users.into_iter().map(|user| chat.presence_for(viewer, user)).collect()
        })
    }
}

impl Handler<OpenSessions> for ChatServer {
    type Result = Result<Vec<SessionId>, Panicked>;

    fn handle(&mut self, OpenSessions { user }: OpenSessions, _: &mut Context<Self>) -> Self::Result {
        self.mended(Work::ChatOpenSessions, |chat| chat.registry.sessions_of(user))
    }
}

impl Handler<TakeCensus> for ChatServer {
    type Result = Result<Census, Panicked>;

    fn handle(&mut self, _: TakeCensus, _: &mut Context<Self>) -> Self::Result {
        self.mended(Work::ChatCensus, |chat| {
            let (connections, users_online) = chat.registry.counts();
            Census { connections, users_online, writes_waiting: chat.batches.waiting(), ..chat.census }
        })
    }
}

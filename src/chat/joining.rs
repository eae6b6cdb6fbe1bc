//! How a connection comes to life: registered at once, so that it misses nothing, its live frames held back; then, if
//! its user was away, the return is stored; then a reader answers from one snapshot; then what was held back follows.
//! So the highest revision a client has seen is always a complete prefix of what it may see.

use std::collections::{HashMap, HashSet};

use actix::prelude::*;
use bytestring::ByteString;
use tokio::time::Instant;

use super::messages::{ConnectionId, Hello, Join, Outgoing, WAITING_MAX_BYTES};
use super::owed::Own;
use super::presence::Arrival;
use super::registry::{Connection, Told};
use super::server::{ChatServer, Origin};
use super::telling::session_ended;
use crate::clock::Timestamp;
use crate::db::Query;
use crate::domain::{Conversation, ConversationId, Event, Message, Rev, User, UserId};
use crate::guarded::Work;
use crate::protocol::limits::FRAME_MAX_BYTES;
use crate::protocol::{ChangesFrame, Close, GoodbyeReason, Limits, Ready, ServerFrame, SessionView};
use crate::store::{Changes, ChangesSince, Held, ResumeFrom, Resumed, StoreError, Write};

/// Most bytes of changes told at once, half of what may wait for a connection; beyond, the client goes on over HTTP. One
/// whose changes did not fit would be cut, come back and be cut again for ever.
const CHANGES_MAX_BYTES: usize = WAITING_MAX_BYTES / 2;

/// When whoever could not be brought up to date comes back.
const RETRY_AFTER_MS: u64 = 2_000;

/// The same while the database is damaged: a restored one takes a person, so often asking only fills the log.
const DAMAGED_RETRY_AFTER_MS: u64 = 60_000;

/// What a joining connection asked for, kept until it can be answered.
#[derive(Debug)]
pub(super) struct Joining {
    pub(super) from: ResumeFrom,
    pub(super) session: SessionView,
}

/// A return that is being stored.
#[derive(Debug)]
pub(super) struct Returning {
    /// From when on its user was away.
    since: Timestamp,
    waiting: Vec<(ConnectionId, Joining)>,
}

impl ChatServer {
    pub(super) fn join(&mut self, join: Join, ctx: &mut Context<Self>) {
        let Join { connection: id, user, session, keep, hello, link } = join;
        if let Some((reason, _)) = self.ended.get(&session) {
            return link.close(session_ended(*reason));
        }
        self.make_room_for(user);
        let from = resume_from(user, &hello);
        let joining = Joining { from, session: SessionView { id: session, keep } };
        let connection = Connection::joining(user, session, link, Instant::now(), self.settings.held_max_bytes);
        self.registry.add(id, connection);
        self.owed.forgive(Own::Left(session));
        self.accept(Write::SessionInUse { session }, Origin::InUse { connection: id });
        match (self.presences.arrive(user, id, hello.is_idle, self.clock.now()), self.returning.get_mut(&user)) {
            (Arrival::StillHere, None) => self.bring_up_to_date(id, joining, ctx),
            (Arrival::StillHere, Some(returning)) => returning.waiting.push((id, joining)),
            (Arrival::Return(since), _) => {
                // Whoever waited for an earlier one has gone again.
                self.returning.insert(user, Returning { since, waiting: vec![(id, joining)] });
                self.owed.forgive(Own::Away(user));
                self.accept(Write::RecordReturn { user, offline_since: since }, Origin::Return { user, since });
            }
        }
    }

    /// A return is stored: whoever waited for it is brought up to date. Its user may have been away again meanwhile, and
    /// wait for a later one.
    pub(super) fn go_on_after_return(&mut self, user: UserId, since: Timestamp, ctx: &mut Context<Self>) {
        if self.returning.get(&user).is_none_or(|returning| returning.since != since) {
            return;
        }
        for (id, joining) in self.returning.remove(&user).map(|returning| returning.waiting).unwrap_or_default() {
            if self.registry.user_of(id).is_some() {
                self.bring_up_to_date(id, joining, ctx);
            }
        }
    }

    /// A return that could not be stored did not happen: its clients are sent away to come back, and whoever waits for
    /// their user will then be told since when they were really away. Recorded too, for the user may have left again
    /// meanwhile and been recorded as away since then.
    pub(super) fn undo_return(&mut self, user: UserId, since: Timestamp) {
        if let Some(returning) = self.returning.remove(&user) {
            self.has_not_returned(user, since, returning.waiting);
        }
    }

    /// A join that panicked. Whoever was away before it still is, as for a return that could not be stored.
    pub(super) fn undo_join(&mut self, id: ConnectionId, user: UserId, away_since: Option<Timestamp>) {
        self.send_home(id);
        if let Some(since) = away_since {
            let waiting = self.returning.remove(&user).map(|returning| returning.waiting).unwrap_or_default();
            self.has_not_returned(user, since, waiting);
        }
    }

    fn has_not_returned(&mut self, user: UserId, since: Timestamp, waiting: Vec<(ConnectionId, Joining)>) {
        self.presences.undo_return(user, since);
        for (id, _) in waiting {
            self.turn_away(id);
        }
        if self.stopping.is_none() {
            self.record_offline((user, since));
        }
    }

    /// A user has so many connections and no more: the oldest gives way.
    fn make_room_for(&mut self, user: UserId) {
        while self.registry.of_user(user).len() >= self.settings.connections_per_user {
            let oldest = self.registry.of_user(user)[0];
            self.registry.close(oldest, Outgoing::Close(None, Close::Replaced));
            self.forget(oldest, false, false);
        }
    }

    /// Asks a reader for everything after what the client has. Runs as a future because nothing's order hangs on it:
    /// what happens meanwhile is held back by revision.
    pub(super) fn bring_up_to_date(&mut self, id: ConnectionId, joining: Joining, ctx: &mut Context<Self>) {
        let Joining { from, session } = joining;
        let answer = self.resume.send(Query::new(move |store| store.resume(&from)));
        ctx.spawn(answer.into_actor(self).map(move |answer, chat, _| {
            let resumed = chat.guarded(Work::ChatResumed, |chat| {
                match answer {
                    Ok(answer) => chat.resumed(id, answer, session),
                    Err(error) => {
                        tracing::error!(connection = ?id, %error, "no reader answered a connection");
                        chat.turn_away(id);
                    }
                }
                chat.end_turn();
            });
            if resumed.is_err() {
                chat.mend(|chat| chat.send_home(id));
            }
        }));
    }

    fn resumed(&mut self, id: ConnectionId, answer: Result<Option<Resumed>, StoreError>, session: SessionView) {
        match answer {
            Ok(Some(resumed)) => self.go_live(id, resumed, session),
            Ok(None) => self.turn_away(id),
            Err(error) => {
                tracing::error!(connection = ?id, %error, "could not read what a connection has missed");
                let is_damaged = matches!(error, StoreError::Damaged { .. });
                self.turn_away_for(id, if is_damaged { DAMAGED_RETRY_AFTER_MS } else { RETRY_AFTER_MS });
            }
        }
    }

    fn go_live(&mut self, id: ConnectionId, resumed: Resumed, session: SessionView) {
        let (ready, listed) = self.ready(&resumed, session);
        let mut told: HashMap<ConversationId, Rev> = listed.iter().map(|row| (row.id, row.rev)).collect();
        let (mut frames, mut bytes) = (vec![ready], 0);
        for (conversation, since) in &resumed.changes {
            let rev = match since {
                ChangesSince::Changes(changes) => {
                    let (run, frame) = fitting(changes, CHANGES_MAX_BYTES - bytes);
                    bytes += frame.len().min(CHANGES_MAX_BYTES - bytes);
                    frames.push(frame);
                    run
                }
                ChangesSince::Reset { rev, head } => {
                    frames.push(ServerFrame::Reset { conversation: *conversation, rev: *rev, head: *head }.encode());
                    *rev
                }
            };
            told.insert(*conversation, rev);
        }
        let told = Told { conversations: told, account: resumed.account_rev, people: resumed.people_rev };
        self.registry.go_live(id, frames, told);
        if !self.batches.is_writing() {
            self.registry.settle();
        }
    }

    /// `ready`, at most one frame long, and the rows it lists: whatever does not fit is paged over HTTP.
    fn ready<'a>(&self, resumed: &'a Resumed, session: SessionView) -> (ByteString, &'a [Conversation]) {
        let mut rows = &resumed.page.conversations[..];
        let mut people = &resumed.people[..];
        loop {
            let frame = self.ready_with(resumed, session, rows, people);
            if frame.len() <= FRAME_MAX_BYTES || rows.is_empty() && people.is_empty() {
                return (frame, rows);
            }
            if rows.len() > 1 {
                rows = &rows[..rows.len() - rows.len().div_ceil(8)];
            } else if people.is_empty() {
                rows = &[];
            } else {
                (rows, people) = (&resumed.page.conversations, &[]);
            }
        }
    }

    fn ready_with(
        &self,
        resumed: &Resumed,
        session: SessionView,
        rows: &[Conversation],
        people: &[User],
    ) -> ByteString {
        let page = &resumed.page;
        let is_whole = rows.len() == page.conversations.len();
        let is_named = |user: UserId| is_whole || rows.iter().any(|row| names(row, user));
        let mut users: Vec<User> = page.users.iter().filter(|user| is_named(user.id)).cloned().collect();
        let is_listed: HashSet<UserId> = users.iter().map(|user| user.id).collect();
        users.extend(people.iter().filter(|person| !is_listed.contains(&person.id)).cloned());
        let presence: Vec<_> = users.iter().map(|user| self.presence_for(resumed.user.id, user.id)).collect();
        let ready = Ready {
            user: &resumed.user,
            session,
            account_rev: resumed.account_rev,
            people_rev: resumed.people_rev,
            server_time: self.clock.now(),
            heartbeat_ms: u64::try_from(self.settings.heartbeat.as_millis()).unwrap_or(u64::MAX),
            weak_password: resumed.password_is_weak,
            read_receipts: resumed.read_receipts,
            limits: Limits::OURS,
            unread_total: resumed.unread_total,
            blocked: &resumed.blocked,
            conversations: rows,
            more_conversations: page.has_more || !is_whole,
            users: &users,
            people_reset: resumed.people_reset || people.len() < resumed.people.len(),
            presence: &presence,
            late: &resumed.late,
            more_late: resumed.has_more_late,
        };
        ServerFrame::Ready(ready).encode()
    }

    /// The database could not answer: the client comes back by itself.
    pub(super) fn turn_away(&mut self, id: ConnectionId) {
        self.turn_away_for(id, RETRY_AFTER_MS);
    }

    fn turn_away_for(&mut self, id: ConnectionId, retry_after_ms: u64) {
        let frame = ServerFrame::Goodbye { reason: GoodbyeReason::Overload, retry_after_ms }.encode();
        self.registry.close(id, Outgoing::Close(Some(frame), Close::Overload));
        self.forget(id, false, false);
    }
}

fn resume_from(user: UserId, hello: &Hello) -> ResumeFrom {
    let conversations = hello.conversations.iter().map(|&(conversation, rev)| Held { conversation, rev }).collect();
    ResumeFrom { user, people_rev: hello.people_rev, conversations }
}

/// Whether a list row speaks of somebody.
fn names(row: &Conversation, user: UserId) -> bool {
    let is_in = |message: &Message| match message.event {
        Some(Event::Added { user: other } | Event::Removed { user: other }) if other == user => true,
        _ => message.sender == user,
    };
    row.members.iter().any(|member| member.user == user) || row.last_message.as_ref().is_some_and(is_in)
}

/// A run of changes and where it ends; one that does not fit is left for the client to ask for.
fn fitting(changes: &Changes, room: usize) -> (Rev, ByteString) {
    let &Changes { conversation, after, rev, ref messages, ref receipts, ref counts, has_more: more } = changes;
    let run = ChangesFrame { conversation, after, rev, messages, receipts, counts, more };
    let frame = ServerFrame::Changes(run).encode();
    if frame.len() <= room {
        return (rev, frame);
    }
    let nothing =
        ChangesFrame { conversation, after, rev: after, messages: &[], receipts: &[], counts: &[], more: true };
    (after, ServerFrame::Changes(nothing).encode())
}

/// The last word before a restart.
pub(super) fn goodbye() -> Outgoing {
    let frame = ServerFrame::Goodbye { reason: GoodbyeReason::Restart, retry_after_ms: 1_000 }.encode();
    Outgoing::Close(Some(frame), Close::Restart)
}

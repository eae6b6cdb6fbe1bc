//! ChatServer, the central actor: it owns sessions' connections, presence and the open batch, and delegates the rest.
//! It never awaits, never parses and never touches SQL; what a change means is the store's, how a frame looks is the
//! protocol's.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::batches::Batches;
use super::counting::Counting;
use super::joining::Returning;
use super::mending::Trouble;
use super::messages::{Census, ConnectionId};
use super::owed::{Owed, Own};
use super::presence::Presences;
use super::rate::Buckets;
use super::registry::Registry;
use super::settings::ChatSettings;
use super::typing::Typing;
use crate::clock::{Clock, Timestamp};
use crate::db::{Batch, BatchDone, Query};
use crate::domain::{Blocks, Conversation, ConversationId, EndReason, ReceiptCounts, SessionId, User, UserId};
use crate::guarded::Work;
use crate::protocol::Ref;
use crate::store::{Audience, PersonPresence, Refusal, Resumed, Stored, Write};

/// How often deadlines are looked at.
pub(super) const TICK: Duration = Duration::from_millis(250);
/// Presence changes are gathered for this many ticks, then told in one frame.
const PRESENCE_EVERY: u64 = 2;
/// Counts of large groups are told this often, in ticks.
const COUNTS_EVERY: u64 = 4;
/// Sessions past their time are ended this often, in ticks.
const EXPIRE_EVERY: u64 = 4 * 60;
/// How long a window's 'I am closing' counts for the loss of its socket.
pub(super) const CLOSING_COUNTS: Duration = Duration::from_secs(5);
/// Conversations whose audience is remembered, for typing notices; beyond, all are forgotten and learnt again.
const AUDIENCES_MAX: usize = 10_000;

/// People whose pace is remembered.
const PACES_REMEMBERED: usize = 10_000;

/// The reader that brings a connection up to date.
pub type ResumeReader = Recipient<Query<Option<Resumed>>>;
/// The reader that says who is in a conversation.
pub type ViewReader = Recipient<Query<Option<(Conversation, Vec<User>)>>>;

/// The reader that counts how far messages in large groups have come.
pub type CountsReader = Recipient<Query<Vec<(UserId, ReceiptCounts)>>>;

/// What ChatServer works with.
pub struct ChatParts {
    /// The single writer.
    pub writer: Recipient<Batch>,
    /// Readers.
    pub resume: ResumeReader,
    /// Readers.
    pub views: ViewReader,
    /// Readers.
    pub counts: CountsReader,
    /// The time.
    pub clock: Clock,
    /// Deadlines and bounds.
    pub settings: ChatSettings,
    /// Everybody's presence as the store recorded it.
    pub presence: Vec<PersonPresence>,
    /// Who has blocked whom.
    pub blocks: Blocks,
    /// Told once, when panics do not end: then the program must.
    pub give_up: oneshot::Sender<GaveUp>,
}

/// Why ChatServer cannot go on: this work panicked again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GaveUp(pub Work);

/// The central actor. See the module.
pub struct ChatServer {
    pub(super) writer: Recipient<Batch>,
    pub(super) resume: ResumeReader,
    pub(super) views: ViewReader,
    pub(super) counts: CountsReader,
    pub(super) clock: Clock,
    pub(super) settings: ChatSettings,
    pub(super) batches: Batches<Origin>,
    pub(super) registry: Registry,
    pub(super) presences: Presences,
    pub(super) blocks: Blocks,
    /// Connections that wait for their user's return to be stored.
    pub(super) returning: HashMap<UserId, Returning>,
    pub(super) typing: Typing,
    pub(super) counting: Counting,
    pub(super) owed: Owed,
    pub(super) audiences: HashMap<ConversationId, Audience>,
    pub(super) census: Census,
    /// How fast each person may ask, over all their connections.
    pub(super) paces: Buckets<UserId>,
    pub(super) closing: HashMap<SessionId, Instant>,
    /// Sessions that ended a moment ago: a window that was upgraded before may still say hello.
    pub(super) ended: HashMap<SessionId, (EndReason, Instant)>,
    ticks: u64,
    pub(super) stopping: Option<Vec<oneshot::Sender<()>>>,
    /// A batch failed with an unknown outcome, and none has succeeded since.
    pub(super) has_untold: bool,
    /// What of the batch that is being told has not been told yet.
    pub(super) untold: VecDeque<(Origin, Result<Stored, Refusal>)>,
    pub(super) trouble: Trouble,
}

/// Where the answer to a write goes.
#[derive(Debug)]
pub(super) enum Origin {
    /// To the frame of a connection.
    Frame { connection: ConnectionId, reference: Option<Ref> },
    /// To a caller that waits.
    Caller(oneshot::Sender<Result<Stored, Refusal>>),
    /// To the connections that wait for their user's return to be stored.
    Return { user: UserId, since: Timestamp },
    /// To a connection whose session must be there.
    InUse { connection: ConnectionId },
    /// Nobody asked, but it must be recorded.
    Own(Own, Timestamp),
    /// Nobody asked, and it is tried again by itself.
    Nobody,
}

impl ChatServer {
    /// Starts ChatServer. `parts` is given the address to which the writer's [`BatchDone`] must go.
    pub fn start(parts: impl FnOnce(Recipient<BatchDone>) -> ChatParts) -> Addr<ChatServer> {
        ChatServer::create(|ctx| {
            // Unbounded for the program's own parts: each connection has one frame in flight, each batch one answer.
            ctx.set_mailbox_capacity(0);
            ChatServer::new(parts(ctx.address().recipient()))
        })
    }

    fn new(parts: ChatParts) -> ChatServer {
        let ChatParts { writer, resume, views, counts, clock, settings, presence, blocks, give_up } = parts;
        let mut presences = Presences::new(settings.presence_grace);
        let (started, until) = (clock.now(), Instant::now() + settings.restart_grace);
        for person in presence {
            presences.restore(person, started, until);
        }
        ChatServer {
            writer,
            resume,
            views,
            counts,
            batches: Batches::new(settings.batch_max, settings.waiting_max),
            registry: Registry::default(),
            presences,
            blocks,
            returning: HashMap::new(),
            typing: Typing::default(),
            counting: Counting::default(),
            owed: Owed::default(),
            audiences: HashMap::new(),
            census: Census::default(),
            paces: Buckets::new(settings.frames_per_user, PACES_REMEMBERED),
            closing: HashMap::new(),
            ended: HashMap::new(),
            ticks: 0,
            stopping: None,
            has_untold: false,
            untold: VecDeque::new(),
            trouble: Trouble::new(give_up),
            clock,
            settings,
        }
    }

    /// Accepts a write, or answers 'busy' at once. The program's own writes are never too many: a deadline, an absence or
    /// a return that was not recorded would not come right by itself.
    pub(super) fn accept(&mut self, write: Write, origin: Origin) {
        if matches!(origin, Origin::Own(..) | Origin::Nobody | Origin::InUse { .. } | Origin::Return { .. }) {
            self.batches.add_always(write, origin);
        } else {
            let whose = match &origin {
                Origin::Frame { connection, .. } => self.registry.user_of(*connection),
                _ => None,
            };
            if let Err(origin) = self.batches.add(write, origin, whose) {
                self.answer_refused(origin, Refusal::Busy);
            }
        }
        Work::ChatAccept.begins();
        self.send_next_batch();
    }

    pub(super) fn send_next_batch(&mut self) {
        if let Some(batch) = self.batches.next(self.clock.now()) {
            // `do_send` runs whatever becomes of us; the writer's mailbox holds one batch at most.
            self.writer.do_send(batch);
        }
    }

    pub(super) fn remember_audience(&mut self, conversation: ConversationId, audience: &Audience) {
        if self.audiences.len() >= AUDIENCES_MAX && !self.audiences.contains_key(&conversation) {
            self.audiences.clear();
        }
        self.audiences.insert(conversation, audience.clone());
    }

    /// For longer than a window may take from its upgrade to its hello.
    pub(super) fn remember_ended(&mut self, session: SessionId, reason: EndReason) {
        self.ended.insert(session, (reason, Instant::now() + self.settings.hello_within * 2));
    }

    /// A connection has gone, by itself or by our hand. `at_once`: log-out, which no grace softens.
    /// Taken out of the registry last: after a panic this can be done again.
    pub(super) fn forget(&mut self, id: ConnectionId, said_so: bool, at_once: bool) {
        let Some((user, session)) = self.registry.whose(id) else { return };
        Work::ChatForget.begins();
        let (at, now) = (self.clock.now(), Instant::now());
        for (conversation, user) in self.typing.disconnect(id) {
            self.tell_typing(conversation, user, false);
        }
        if self.stopping.is_none() {
            if let Some(offline) = self.presences.depart(user, id, at, now, at_once) {
                self.record_offline(offline);
            }
            if !at_once && self.registry.of_session(session) == [id] {
                let has_said = self.closing.remove(&session).is_some_and(|until| now <= until);
                let life = if said_so || has_said { self.settings.closing_grace } else { self.settings.left_life };
                self.record(Own::Left(session), at.plus_millis(millis(life)));
            }
        }
        self.registry.remove(id);
    }

    /// Hands over what this turn tells, and ends the connections that do not take it, until none is left: each one's end
    /// may tell others.
    pub(super) fn end_turn(&mut self) {
        loop {
            let cut = self.registry.end_turn();
            if cut.is_empty() {
                return;
            }
            for id in cut {
                self.census.connections_cut += 1;
                tracing::info!(connection = ?id, "cut off a connection that does not take its frames");
                self.forget(id, false, false);
            }
        }
    }

    /// What an unknown batch stored all the same, nobody was told, and a repeat tells nobody either. Now that the writer
    /// answers again, everybody comes back and asks for what they have not seen.
    pub(super) fn let_everybody_ask_again(&mut self) {
        for id in self.registry.all() {
            self.turn_away(id);
        }
    }

    pub(super) fn tick(&mut self, ctx: &mut Context<Self>) {
        if self.stopping.is_some() {
            return;
        }
        let now = Instant::now();
        self.ticks += 1;
        let gone = self.presences.lapse(now);
        for &(user, since) in &gone {
            // All of them before the first is on its way: after a panic what is owed is recorded again.
            self.owed.owe(Own::Away(user), since);
        }
        for offline in gone {
            self.record_offline(offline);
        }
        for (conversation, user) in self.typing.lapse(now) {
            self.tell_typing(conversation, user, false);
        }
        if self.ticks.is_multiple_of(PRESENCE_EVERY) {
            self.tell_presence();
        }
        self.record_what_was_lost();
        if self.ticks.is_multiple_of(COUNTS_EVERY) {
            self.ask_for_counts(ctx);
        }
        if self.ticks.is_multiple_of(EXPIRE_EVERY) {
            self.closing.retain(|_, until| *until > now);
            self.ended.retain(|_, (_, until)| *until > now);
            self.accept(Write::ExpireSessions, Origin::Nobody);
        }
        self.end_turn();
    }

    pub(super) fn finish_stopping(&mut self) {
        if self.batches.waiting() == 0
            && let Some(waiting) = &mut self.stopping
        {
            for done in waiting.drain(..) {
                // Whoever waited for the end may have stopped waiting.
                let _ = done.send(());
            }
        }
    }
}

/// Whole milliseconds of a duration, for [`Timestamp`]s.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

//! Where messages come in, each inside a guard: what is done with them is said elsewhere, but here stands what must be
//! put right if that panics. Questions, which change nothing, come in at `questions`.

use actix::prelude::*;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::asking::asks_to_store;
use super::joining::goodbye;
use super::messages::{Ask, Join, Leave, Outgoing, SayGoodbye, Submit, WindowCloses};
use super::owed::Own;
use super::server::{CLOSING_COUNTS, ChatServer, Origin, TICK, millis};
use crate::db::BatchDone;
use crate::domain::SessionId;
use crate::guarded::Work;
use crate::protocol::Close;
use crate::store::Refusal;

impl Actor for ChatServer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.run_interval(TICK, |chat, ctx| {
            let _ = chat.mended(Work::ChatTick, |chat| chat.tick(ctx));
        });
        if self.guarded(Work::ChatStarted, ChatServer::rest_deadlines).is_err() {
            self.mend(ChatServer::rest_deadlines);
        }
    }
}

impl Handler<Join> for ChatServer {
    type Result = ();

    fn handle(&mut self, join: Join, ctx: &mut Context<Self>) {
        let (id, user, last_word) = (join.connection, join.user, join.link.clone());
        let away_since = self.presences.offline_since(user);
        let joined = self.guarded(Work::ChatJoin, |chat| {
            if chat.stopping.is_none() {
                chat.join(join, ctx);
                chat.end_turn();
            } else {
                join.link.close(goodbye());
            }
        });
        if joined.is_err() {
            self.mend(|chat| {
                if chat.registry.user_of(id).is_none() {
                    last_word.close(Outgoing::Close(None, Close::Failed));
                }
                chat.undo_join(id, user, away_since);
            });
        }
    }
}

impl Handler<Ask> for ChatServer {
    type Result = ();

    fn handle(&mut self, ask: Ask, ctx: &mut Context<Self>) {
        let (id, reference) = (ask.connection, ask.request.reference);
        let may_be_stored = asks_to_store(&ask.request.frame);
        let asked = self.guarded(Work::ChatAsk, |chat| {
            if chat.stopping.is_none() {
                chat.ask(ask, ctx);
                chat.end_turn();
            }
        });
        if asked.is_err() {
            self.mend(|chat| chat.undo_ask(id, reference, may_be_stored));
        }
    }
}

impl Handler<Leave> for ChatServer {
    type Result = ();

    fn handle(&mut self, Leave { connection, said_so }: Leave, _: &mut Context<Self>) {
        let left = self.guarded(Work::ChatLeave, |chat| {
            chat.forget(connection, said_so, false);
            chat.end_turn();
        });
        if left.is_err() {
            self.mend(|chat| chat.forget(connection, said_so, false));
        }
    }
}

impl Handler<WindowCloses> for ChatServer {
    type Result = ();

    fn handle(&mut self, WindowCloses { session }: WindowCloses, _: &mut Context<Self>) {
        let closes = |chat: &mut ChatServer| chat.window_closes(session);
        if self.guarded(Work::ChatWindowCloses, closes).is_err() {
            self.mend(closes);
        }
    }
}

impl Handler<Submit> for ChatServer {
    type Result = ();

    fn handle(&mut self, Submit { write, reply }: Submit, _: &mut Context<Self>) {
        // After a panic the caller either stands in the batch, and gets its answer, or hears 'unknown' as `reply` drops.
        let _ = self.mended(Work::ChatSubmit, |chat| {
            if chat.stopping.is_some() {
                chat.answer_refused(Origin::Caller(reply), Refusal::Busy);
            } else {
                chat.accept(write, Origin::Caller(reply));
            }
        });
    }
}

impl Handler<BatchDone> for ChatServer {
    type Result = ();

    fn handle(&mut self, BatchDone { id, results }: BatchDone, ctx: &mut Context<Self>) {
        let told = self.guarded(Work::ChatBatchDone, |chat| {
            let origins = chat.batches.done(id);
            chat.untold.extend(origins.into_iter().zip(results));
            // The writer first, then the frames: it works while we tell.
            chat.send_next_batch();
            chat.census.batches_done += 1;
            let is_unknown = chat.untold.iter().all(|(_, result)| matches!(result, Err(Refusal::Unknown)));
            // Before anything of this batch is told: a client that heard of it would take what it missed for seen.
            if is_unknown {
                chat.has_untold = true;
            } else if std::mem::take(&mut chat.has_untold) {
                chat.let_everybody_ask_again();
            }
            chat.tell_the_untold(ctx);
            chat.registry.settle();
            chat.end_turn();
            chat.finish_stopping();
        });
        if told.is_err() {
            self.mend(|chat| {
                let unseen = chat.batches.take_back(id);
                chat.untold.extend(unseen.into_iter().map(|origin| (origin, Err(Refusal::Unknown))));
                chat.let_everybody_ask_again();
                chat.tell_the_untold(ctx);
            });
        }
    }
}

impl Handler<SayGoodbye> for ChatServer {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: SayGoodbye, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (done, stopped) = oneshot::channel();
        self.stopping.get_or_insert_default().push(done);
        if self.guarded(Work::ChatGoodbye, ChatServer::say_goodbye).is_err() {
            self.mend(ChatServer::say_goodbye);
        }
        Box::pin(async move {
            // The sender is only dropped with the actor, and then there is nothing left to wait for.
            let _ = stopped.await;
        })
    }
}

impl ChatServer {
    fn rest_deadlines(&mut self) {
        let ends_at = self.clock.now().plus_millis(millis(self.settings.left_life));
        self.record(Own::Rested, ends_at);
    }

    fn window_closes(&mut self, session: SessionId) {
        if self.stopping.is_some() {
            return;
        }
        if self.registry.of_session(session).is_empty() {
            let ends_at = self.clock.now().plus_millis(millis(self.settings.closing_grace));
            self.record(Own::Left(session), ends_at);
        } else {
            self.closing.insert(session, Instant::now() + CLOSING_COUNTS);
        }
    }

    fn say_goodbye(&mut self) {
        let last = goodbye();
        for id in self.registry.all() {
            self.registry.close(id, last.clone());
            // Nothing more is handed to it: that could only fail, and cut a socket that still writes its last words.
            self.registry.remove(id);
        }
        self.finish_stopping();
    }
}

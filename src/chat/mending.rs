//! What follows a panic of ChatServer. Whoever asked is told and sent home; what the parts share, and the panic may have
//! left half changed, is made anew from what is certain; the next batch is sent. Panics that do not end, or what cannot
//! be put right, end the program: going on would only pretend. Decides nothing about why something panicked.

use std::collections::HashMap;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::messages::{ConnectionId, Outgoing};
use super::server::{ChatServer, GaveUp};
use crate::guarded::{Panicked, Work, guarded};
use crate::protocol::Close;

/// The same work panics so often, without once succeeding between, and ChatServer gives up: five seconds of ticks. One
/// client whose frames panic does not come so far, for other frames of its own and of others succeed between.
pub const PANICS_MAX: u32 = 20;

/// Panics in a row, and whom to tell when they do not end.
pub(super) struct Trouble {
    in_a_row: HashMap<Work, u32>,
    give_up: Option<oneshot::Sender<GaveUp>>,
}

impl Trouble {
    pub(super) fn new(give_up: oneshot::Sender<GaveUp>) -> Trouble {
        Trouble { in_a_row: HashMap::new(), give_up: Some(give_up) }
    }

    fn went_well(&mut self, work: Work) {
        if !self.in_a_row.is_empty() {
            self.in_a_row.remove(&work);
        }
    }

    fn panicked(&mut self, work: Work) {
        let in_a_row = self.in_a_row.entry(work).or_default();
        *in_a_row += 1;
        // What follows a panic must not panic itself: then nothing is certain any more.
        if (*in_a_row >= PANICS_MAX || work == Work::ChatMend)
            && let Some(give_up) = self.give_up.take()
        {
            tracing::error!(%work, in_a_row, "panics do not end; the program has to be started anew");
            // Nobody to tell is a program that is ending already.
            let _ = give_up.send(GaveUp(work));
        }
    }
}

impl ChatServer {
    /// Runs a piece of work. After a panic the caller must [`ChatServer::mend`].
    pub(super) fn guarded<T>(&mut self, work: Work, run: impl FnOnce(&mut Self) -> T) -> Result<T, Panicked> {
        let outcome = guarded(work, || run(self));
        match outcome {
            Ok(_) => self.trouble.went_well(work),
            Err(_) => {
                self.census.panics += 1;
                self.trouble.panicked(work);
            }
        }
        outcome
    }

    /// The same where nothing has to be put right beyond what the parts share.
    pub(super) fn mended<T>(&mut self, work: Work, run: impl FnOnce(&mut Self) -> T) -> Result<T, Panicked> {
        self.guarded(work, run).inspect_err(|_| self.mend(|_| ()))
    }

    /// After a panic: first what only its place can know, then what the parts share.
    pub(super) fn mend(&mut self, first: impl FnOnce(&mut Self)) {
        let _ = self.guarded(Work::ChatMend, first);
        let _ = self.guarded(Work::ChatMend, ChatServer::mend_parts);
    }

    /// The connection whose work panicked is closed; its client comes back and asks again.
    pub(super) fn send_home(&mut self, id: ConnectionId) {
        self.registry.close(id, Outgoing::Close(None, Close::Failed));
        self.forget(id, false, false);
    }

    fn mend_parts(&mut self) {
        for lost in self.registry.mend() {
            self.census.connections_cut += 1;
            self.forget(lost, false, false);
        }
        // While the program stops, those who were here count as here until it is back.
        if self.stopping.is_none() {
            self.presences.mend(self.registry.by_user(), self.clock.now(), Instant::now());
        }
        // Who is in a conversation is learnt again from its next change, or from a reader.
        self.audiences.clear();
        self.counting.mend();
        self.owed.lose_all();
        self.end_turn();
        self.send_next_batch();
        self.finish_stopping();
    }
}

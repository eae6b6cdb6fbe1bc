//! The one thread that writes. Every [`Batch`] is answered by one [`BatchDone`], in order, whatever happens to it: a
//! failed or panicking batch is answered 'unknown', or 'busy' only when nothing of it was tried, and the thread goes on
//! with a store opened anew.

use std::sync::Arc;

use actix::prelude::*;

use super::{Batch, BatchDone};
use crate::clock::Timestamp;
use crate::guarded::{Work, guarded};
use crate::store::{Refusal, StoreError, WriteStore};

/// Opens the store anew after a panic.
pub type ReopenStore = Arc<dyn Fn() -> Result<Box<dyn WriteStore>, StoreError> + Send + Sync>;

/// Asks for housekeeping. Whoever sends batches sends this when none is on its way, so that no batch waits behind it.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct Tidy {
    /// The time.
    pub at: Timestamp,
}

/// The writer: started with exactly one thread, because a SyncArbiter keeps no order with more.
pub struct Writer {
    /// `None` after a panic, until it could be opened again.
    store: Option<Box<dyn WriteStore>>,
    reopen: ReopenStore,
    done: Recipient<BatchDone>,
}

impl Writer {
    /// Over an open store, with how to open it again and whom to answer.
    pub fn new(store: Option<Box<dyn WriteStore>>, reopen: ReopenStore, done: Recipient<BatchDone>) -> Writer {
        Writer { store, reopen, done }
    }

    /// Runs `run` on the store, opened anew if need be. A panic ends there: an unwinding sync actor would take its thread
    /// with it, silently and for good.
    fn guarded<T>(
        &mut self,
        work: Work,
        run: impl FnOnce(&mut dyn WriteStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let outcome = guarded(work, || {
            let store = match &mut self.store {
                Some(store) => store,
                closed => closed.insert((self.reopen)()?),
            };
            run(store.as_mut())
        });
        outcome.unwrap_or_else(|panicked| {
            // What the panic left half done goes with the store.
            let store = self.store.take();
            let _ = guarded(work, || drop(store));
            Err(StoreError::Database(panicked.into()))
        })
    }
}

impl Actor for Writer {
    type Context = SyncContext<Writer>;
}

impl Handler<Batch> for Writer {
    type Result = ();

    fn handle(&mut self, batch: Batch, _: &mut SyncContext<Writer>) {
        let Batch { id, writes, at } = batch;
        let results = self.guarded(Work::WriterBatch, |store| store.apply(&writes, at)).unwrap_or_else(|error| {
            tracing::error!(batch = id.0, writes = writes.len(), %error, "a batch failed");
            let refusal = if matches!(error, StoreError::Busy) { Refusal::Busy } else { Refusal::Unknown };
            writes.iter().map(|_| Err(refusal.clone())).collect()
        });
        self.done.do_send(BatchDone { id, results });
    }
}

impl Handler<Tidy> for Writer {
    type Result = ();

    fn handle(&mut self, Tidy { at }: Tidy, _: &mut SyncContext<Writer>) {
        if let Err(error) = self.guarded(Work::WriterTidy, |store| store.tidy(at)) {
            tracing::warn!(%error, "housekeeping failed; it is tried again later");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::mpsc;

    use super::*;
    use crate::db::{BatchId, start_writer};
    use crate::domain::UserId;
    use crate::store::{Stored, Write};

    /// Panics, fails, is held or succeeds by how many writes a batch has: 1, 2, 5, others.
    struct Moody;

    impl WriteStore for Moody {
        fn apply(&mut self, writes: &[Write], _: Timestamp) -> Result<Vec<Result<Stored, Refusal>>, StoreError> {
            match writes.len() {
                1 => panic!("a panic for the test"),
                2 => Err(StoreError::Database("a failure for the test".into())),
                5 => Err(StoreError::Busy),
                _ => Ok(writes.iter().map(|_| Ok(Stored::Done)).collect()),
            }
        }

        fn tidy(&mut self, _: Timestamp) -> Result<(), StoreError> {
            panic!("a panic for the test")
        }
    }

    struct Recorder(mpsc::UnboundedSender<BatchDone>);

    impl Actor for Recorder {
        type Context = Context<Recorder>;
    }

    impl Handler<BatchDone> for Recorder {
        type Result = ();

        fn handle(&mut self, done: BatchDone, _: &mut Context<Recorder>) {
            self.0.send(done).unwrap();
        }
    }

    fn batch(id: u64, writes: usize) -> Batch {
        let write = Write::RecordPresence { user: UserId::new(1), offline_since: None };
        Batch { id: BatchId(id), writes: vec![write; writes], at: Timestamp::default() }
    }

    #[actix::test]
    async fn after_a_panic_every_write_is_unknown_and_the_writer_lives_on_with_a_new_store() {
        let (sender, mut answers) = mpsc::unbounded_channel();
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        let reopen: ReopenStore = Arc::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(Box::new(Moody))
        });
        let writer = start_writer(Box::new(Moody), reopen, Recorder(sender).start().recipient());
        for (id, writes) in [(1, 3), (2, 1), (3, 3), (4, 2), (5, 4)] {
            writer.do_send(batch(id, writes));
        }
        writer.do_send(Tidy { at: Timestamp::default() });
        writer.do_send(batch(6, 3));
        let unknown = |count: usize| vec![Err(Refusal::Unknown); count];
        let done = |count: usize| vec![Ok(Stored::Done); count];
        let expected = [done(3), unknown(1), done(3), unknown(2), done(4), done(3)];
        for (id, results) in (1..).zip(expected) {
            let answer = answers.recv().await.unwrap();
            assert_eq!((answer.id, answer.results), (BatchId(id), results));
        }
        assert_eq!(opened.load(Ordering::SeqCst), 2);
    }

    #[actix::test]
    async fn only_when_nothing_was_tried_is_every_write_busy() {
        let (sender, mut answers) = mpsc::unbounded_channel();
        let reopen: ReopenStore = Arc::new(|| Ok(Box::new(Moody)));
        let writer = start_writer(Box::new(Moody), reopen, Recorder(sender).start().recipient());
        writer.do_send(batch(1, 5));
        assert_eq!(answers.recv().await.unwrap().results, vec![Err(Refusal::Busy); 5]);
    }
}

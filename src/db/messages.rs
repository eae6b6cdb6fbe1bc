//! What travels between ChatServer, HTTP handlers and the database threads.

use actix::prelude::*;

use crate::clock::Timestamp;
use crate::store::{ReadStore, Refusal, StoreError, Stored, Write};

/// Tells one batch from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub u64);

/// One transaction for the writer. Always sent with `do_send`, so that it runs also when its sender has gone; the
/// answer comes back as a [`BatchDone`] message because the order of answers matters.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Batch {
    /// Repeated by the answer.
    pub id: BatchId,
    /// In the order in which they were accepted.
    pub writes: Vec<Write>,
    /// The time of all of them.
    pub at: Timestamp,
}

/// The writer's answer: exactly one for every [`Batch`], in order, also after a failure.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct BatchDone {
    /// Which batch.
    pub id: BatchId,
    /// One result a write, in order. After a failure of the whole batch each is [`Refusal::Unknown`]; when nothing of it
    /// was tried, [`Refusal::Busy`].
    pub results: Vec<Result<Stored, Refusal>>,
}

/// A job for any reader: runs a question on that reader's connection.
pub struct Query<T> {
    ask: Ask<T>,
}

type Ask<T> = Box<dyn FnOnce(&mut dyn ReadStore) -> Result<T, StoreError> + Send>;

impl<T: Send + 'static> Query<T> {
    /// Wraps a question.
    pub fn new(ask: impl FnOnce(&mut dyn ReadStore) -> Result<T, StoreError> + Send + 'static) -> Query<T> {
        Query { ask: Box::new(ask) }
    }

    /// Asks `store`.
    ///
    /// # Errors
    /// As the question.
    pub fn run(self, store: &mut dyn ReadStore) -> Result<T, StoreError> {
        (self.ask)(store)
    }
}

impl<T: Send + 'static> Message for Query<T> {
    type Result = Result<T, StoreError>;
}

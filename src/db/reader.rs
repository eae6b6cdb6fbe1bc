//! The threads that read: any question, answered on whichever of them is free. They keep no order and change nothing.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use actix::prelude::*;

use super::Query;
use crate::guarded::{Panicked, Work, guarded};
use crate::store::StoreError;
use crate::store::sqlite::{ReaderPool, SqliteReader};

/// One reading thread over the pool of connections.
pub struct Reader {
    pool: ReaderPool,
    /// The file that any of the threads found damaged, once one has.
    damaged: Arc<OnceLock<PathBuf>>,
}

/// Which file a question found damaged since the start, if one did. Damage does not pass, so later answers that happen
/// not to touch it change nothing.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "Result<Option<PathBuf>, Panicked>")]
pub struct FoundDamaged;

impl Reader {
    /// Over the pool, telling the other threads what it finds damaged.
    pub fn new(pool: ReaderPool, damaged: Arc<OnceLock<PathBuf>>) -> Reader {
        Reader { pool, damaged }
    }
}

impl Actor for Reader {
    type Context = SyncContext<Reader>;
}

impl<T: Send + 'static> Handler<Query<T>> for Reader {
    type Result = Result<T, StoreError>;

    fn handle(&mut self, query: Query<T>, _: &mut SyncContext<Reader>) -> Result<T, StoreError> {
        // As in the writer: a panic must not take the thread along.
        guarded(Work::ReaderQuery, || query.run(&mut SqliteReader::take(&self.pool)?))
            .unwrap_or_else(|panicked| Err(StoreError::Database(panicked.into())))
            .inspect_err(|error| {
                if let StoreError::Damaged { path, .. } = error {
                    self.damaged.get_or_init(|| path.clone());
                }
            })
    }
}

impl Handler<FoundDamaged> for Reader {
    type Result = Result<Option<PathBuf>, Panicked>;

    fn handle(&mut self, _: FoundDamaged, _: &mut SyncContext<Reader>) -> Self::Result {
        guarded(Work::ReaderFoundDamaged, || self.damaged.get().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::start_readers;
    use crate::store::sqlite;

    #[actix::test]
    async fn after_a_panic_the_reader_answers_the_next_question() {
        let folder = tempfile::tempdir().unwrap();
        let (_writer, pool) = sqlite::open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
        let readers = start_readers(&pool);
        let broken: Query<i64> = Query::new(|_| panic!("a panic for the test"));
        assert!(matches!(readers.send(broken).await.unwrap(), Err(StoreError::Database(_))));
        assert_eq!(readers.send(Query::new(|store| store.user_count())).await.unwrap().unwrap(), 0);
    }
}

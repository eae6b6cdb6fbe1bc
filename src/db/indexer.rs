//! The one thread that fills the search index, beside the writer and never in its way. Whoever asks it waits for the
//! answer before asking again.

use std::sync::Arc;

use actix::prelude::*;

use crate::clock::Timestamp;
use crate::guarded::{Work, guarded};
use crate::store::IndexStore;

/// Opens the index, at a start and after a panic.
pub type OpenIndex = Arc<dyn Fn() -> Box<dyn IndexStore> + Send + Sync>;

/// Asks for one step. The answer: whether there is more to do.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "bool")]
pub struct Index {
    /// The time.
    pub at: Timestamp,
    /// A reader found the index broken: it is made anew first.
    pub is_broken: bool,
}

/// The thread.
pub struct Indexer {
    index: Box<dyn IndexStore>,
    open: OpenIndex,
}

impl Indexer {
    /// Over the index that `open` opens.
    pub fn new(open: OpenIndex) -> Indexer {
        Indexer { index: open(), open }
    }
}

impl Actor for Indexer {
    type Context = SyncContext<Indexer>;
}

impl Handler<Index> for Indexer {
    type Result = bool;

    fn handle(&mut self, Index { at, is_broken }: Index, _: &mut SyncContext<Indexer>) -> bool {
        let step = guarded(Work::IndexerStep, || {
            if is_broken {
                tracing::warn!("the search index is broken and is made anew");
                self.index.begin_anew()?;
            }
            self.index.index(at)
        });
        match step {
            Ok(Ok(has_more)) => has_more,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a step of the search index failed; it is tried again later");
                false
            }
            // The panic is in the log. What it left half done goes with the index's connections.
            Err(_) => {
                self.index = (self.open)();
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::start_indexer;
    use crate::store::StoreError;

    /// Panics at the first step of its life, at the second there is more.
    struct Moody(u32);

    impl IndexStore for Moody {
        fn index(&mut self, at: Timestamp) -> Result<bool, StoreError> {
            self.0 += 1;
            match at.millis() {
                0 => panic!("a panic for the test"),
                1 => Err(StoreError::Busy),
                _ => Ok(self.0 == 1),
            }
        }

        fn begin_anew(&mut self) -> Result<(), StoreError> {
            self.0 = 0;
            Ok(())
        }
    }

    #[actix::test]
    async fn after_a_panic_or_a_failure_the_index_goes_on() {
        let indexer = start_indexer(Arc::new(|| Box::new(Moody(0))));
        let step = |millis, is_broken| indexer.send(Index { at: Timestamp::from_millis(millis), is_broken });
        assert!(!step(0, false).await.unwrap(), "a panic");
        assert!(step(2, false).await.unwrap(), "the first step of a new index");
        assert!(!step(1, false).await.unwrap(), "a failure");
        assert!(!step(2, false).await.unwrap(), "the same index");
        assert!(step(2, true).await.unwrap(), "made anew");
    }
}

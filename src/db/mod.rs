//! The database actors: one writer, so that order holds, one that fills the search index, and a pool of readers, each on
//! a thread of its own under a SyncArbiter. Thin on purpose: what a write means is the store's, when it happens is ChatServer's.

mod indexer;
mod messages;
mod pool;
mod reader;
mod writer;

pub use indexer::{Index, Indexer, OpenIndex};
pub use messages::{Batch, BatchDone, BatchId, Query};
pub use pool::{start_indexer, start_readers, start_writer};
pub use reader::{FoundDamaged, Reader};
pub use writer::{ReopenStore, Tidy, Writer};

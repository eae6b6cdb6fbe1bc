//! Starting the database's threads. Inside a running actix system only.

use std::sync::{Arc, Mutex, OnceLock};

use actix::prelude::*;

use super::{BatchDone, Indexer, OpenIndex, Reader, ReopenStore, Writer};
use crate::store::WriteStore;
use crate::store::sqlite::ReaderPool;

/// Starts the writer's one thread on an open store; `done` gets the answers.
pub fn start_writer(store: Box<dyn WriteStore>, reopen: ReopenStore, done: Recipient<BatchDone>) -> Addr<Writer> {
    let open = Mutex::new(Some(store));
    SyncArbiter::start(1, move || {
        // Should actix ever start the thread a second time, that one opens the store itself.
        let store = open.lock().ok().and_then(|mut store| store.take());
        Writer::new(store, reopen.clone(), done.clone())
    })
}

/// Starts the one thread that fills the search index.
pub fn start_indexer(open: OpenIndex) -> Addr<Indexer> {
    SyncArbiter::start(1, move || Indexer::new(open.clone()))
}

/// Starts one reading thread for each connection of the pool.
pub fn start_readers(pool: &ReaderPool) -> Addr<Reader> {
    let threads = usize::try_from(pool.max_size()).unwrap_or(1);
    let pool = pool.clone();
    let damaged = Arc::new(OnceLock::new());
    SyncArbiter::start(threads, move || Reader::new(pool.clone(), Arc::clone(&damaged)))
}

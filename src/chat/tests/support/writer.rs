//! The recorder that stands for the writer: keeps each batch until the test answers it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use actix::prelude::*;

use crate::db::Batch;
use crate::store::Write;

/// What the writer was given.
#[derive(Clone, Default)]
pub struct Writing(Arc<Mutex<Given>>);

#[derive(Default)]
struct Given {
    unanswered: VecDeque<Batch>,
    writes: Vec<Write>,
    note: Option<Note>,
}

type Note = Box<dyn FnMut() + Send>;

struct Writer(Writing);

impl Writing {
    /// Starts the recorder.
    pub fn start(&self) -> Recipient<Batch> {
        Writer(self.clone()).start().recipient()
    }

    /// Whether a batch waits for its answer.
    pub fn is_busy(&self) -> bool {
        !self.0.lock().unwrap().unanswered.is_empty()
    }

    /// The batch that waits, which the caller will answer.
    pub fn take(&self) -> Option<Batch> {
        self.0.lock().unwrap().unanswered.pop_front()
    }

    /// The writes of the batch that waits.
    pub fn batch(&self) -> Vec<Write> {
        self.0.lock().unwrap().unanswered.front().map(|batch| batch.writes.clone()).unwrap_or_default()
    }

    /// Everything given since the last call or [`Writing::forget`].
    pub fn writes(&self) -> Vec<Write> {
        std::mem::take(&mut self.0.lock().unwrap().writes)
    }

    /// From now on `note` is taken whenever a batch arrives.
    pub fn note_with_each_batch(&self, note: impl Fn() -> usize + Send + 'static) -> Arc<Mutex<Vec<usize>>> {
        let notes = Arc::<Mutex<Vec<usize>>>::default();
        let kept = notes.clone();
        self.0.lock().unwrap().note = Some(Box::new(move || kept.lock().unwrap().push(note())));
        notes
    }

    /// Nothing so far was worth keeping.
    pub fn forget(&self) {
        self.writes();
    }
}

impl Actor for Writer {
    type Context = Context<Self>;
}

impl Handler<Batch> for Writer {
    type Result = ();

    fn handle(&mut self, batch: Batch, _: &mut Context<Self>) {
        let mut given = self.0.0.lock().unwrap();
        assert!(given.unanswered.is_empty(), "one batch at a time");
        if let Some(note) = &mut given.note {
            note();
        }
        given.writes.extend(batch.writes.iter().cloned());
        given.unanswered.push_back(batch);
    }
}

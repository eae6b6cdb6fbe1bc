//! Panics for tests: this thread's work of one name panics as it begins, from the n-th time on. Works through the lines
//! that work writes at level TRACE, so nothing in the program itself knows of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::{TARGET, Work};

/// In force until dropped.
pub struct Injected {
    begun: Arc<AtomicU64>,
    first: u64,
    _guard: DefaultGuard,
}

impl Injected {
    /// Whether it has panicked.
    pub fn has_struck(&self) -> bool {
        self.begun.load(Ordering::Relaxed) >= self.first
    }
}

/// A panic the `nth` time that `work` begins on this thread, counted from one.
pub fn at(work: Work, nth: u64) -> Injected {
    within(work, nth, nth)
}

/// A panic each time.
pub fn always_at(work: Work) -> Injected {
    within(work, 1, u64::MAX)
}

fn within(work: Work, first: u64, last: u64) -> Injected {
    let begun = Arc::<AtomicU64>::default();
    let panics = Panics { work, first, last, begun: begun.clone() };
    ask_everybody();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(panics));
    Injected { begun, first, _guard: guard }
}

/// While there is at most one subscriber, a line that is reached for the first time asks only the one of its own thread
/// whether anybody wants it (tracing-core 0.1.36, `callsite.rs`, `has_just_one`). Reached first by another test, which has
/// none, it would be silent for good, and nothing would panic here. Two that stay make it ask all.
fn ask_everybody() {
    static STAY: OnceLock<[Dispatch; 2]> = OnceLock::new();
    STAY.get_or_init(|| [(); 2].map(|()| Dispatch::new(tracing_subscriber::registry())));
}

struct Panics {
    work: Work,
    first: u64,
    last: u64,
    begun: Arc<AtomicU64>,
}

impl<S: Subscriber> Layer<S> for Panics {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        let mut named = Named(false, self.work.as_str());
        event.record(&mut named);
        if named.0 {
            let nth = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
            assert!(!(self.first..=self.last).contains(&nth), "a panic for the test");
        }
    }
}

struct Named(bool, &'static str);

impl Visit for Named {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 |= field.name() == "work" && value == self.1;
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[test]
fn a_line_that_another_thread_reaches_first_is_heard_here_too() {
    fn line() {
        tracing::trace!(target: TARGET, work = Work::HttpRequest.as_str());
    }
    let injected = at(Work::HttpRequest, 1);
    std::thread::spawn(line).join().unwrap();
    assert!(std::panic::catch_unwind(line).is_err());
    assert!(injected.has_struck());
}

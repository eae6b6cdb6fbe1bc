//! Where a panic ends. Every handler of every part runs inside [`guarded`]: a panic costs whoever asked for this one
//! piece of work an error, never the thread, the actor or anybody else. Puts nothing right: what a panic may have left
//! half changed is for the part itself to say.
//!
//! Each piece of work says at level TRACE that it begins (target [`TARGET`], field `work`), which costs the load of an
//! atomic while nobody listens; `tests/faults` listens, and panics there.

#[cfg(test)]
pub(crate) mod injected;

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

/// Of the lines that say which work begins.
pub const TARGET: &str = "chinwag::work";

macro_rules! works {
    ($($(#[$about:meta])* $name:ident $text:literal)*) => {
        /// A piece of work, by a name for the log. `tests/house.rs` finds handlers that are not among these.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Work {
            $(
                #[doc = concat!("`", $text, "`.")]
                $(#[$about])*
                $name,
            )*
        }

        impl Work {
            /// All of them.
            pub const ALL: &'static [Work] = &[$(Work::$name),*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Work::$name => $text),*
                }
            }
        }
    };
}

works! {
    /// ChatServer's own beginning.
    ChatStarted "chat.started"
    /// Its look at deadlines.
    ChatTick "chat.tick"
    /// A hello.
    ChatJoin "chat.join"
    /// A frame.
    ChatAsk "chat.ask"
    /// A connection has gone.
    ChatLeave "chat.leave"
    /// The page's beacon.
    ChatWindowCloses "chat.window_closes"
    /// A change asked for over HTTP or by a command.
    ChatSubmit "chat.submit"
    /// The writer's answer.
    ChatBatchDone "chat.batch_done"
    /// The stop.
    ChatGoodbye "chat.goodbye"
    /// A question.
    ChatPresenceOf "chat.presence_of"
    /// A question.
    ChatOpenSessions "chat.open_sessions"
    /// A question.
    ChatCensus "chat.census"
    /// A reader has said what a connection missed.
    ChatResumed "chat.resumed"
    /// A reader has said who may know that somebody types.
    ChatTypingView "chat.typing_view"
    /// A reader has counted receipts.
    ChatCounted "chat.counted"
    /// A step of others: a write is in the open batch, but not yet on its way.
    ChatAccept "chat.accept"
    /// A step of others: one stored change is told.
    ChatTell "chat.tell"
    /// A step of others: a connection is about to be forgotten.
    ChatForget "chat.forget"
    /// A step of others: what a turn has gathered for one connection is being handed over.
    ChatHandOver "chat.hand_over"
    /// What follows a panic in any of these.
    ChatMend "chat.mend"
    /// A connection's beginning.
    ConnectionStarted "connection.started"
    /// Something came from the client.
    ConnectionItem "connection.item"
    /// Nothing more will.
    ConnectionFinished "connection.finished"
    /// ChatServer hands something over.
    ConnectionOutgoing "connection.outgoing"
    /// ChatServer has accepted a frame.
    ConnectionAccepted "connection.accepted"
    /// The time for hello is over.
    ConnectionNoHello "connection.no_hello"
    /// A heartbeat.
    ConnectionBeat "connection.beat"
    /// The client has been silent for long.
    ConnectionSilent "connection.silent"
    /// A connection's end.
    ConnectionStopped "connection.stopped"
    /// A transaction.
    WriterBatch "writer.batch"
    /// Housekeeping.
    WriterTidy "writer.tidy"
    /// A step of the search index.
    IndexerStep "indexer.step"
    /// A question to a reader.
    ReaderQuery "reader.query"
    /// Whether a file was found damaged.
    ReaderFoundDamaged "reader.found_damaged"
    /// The hashing or check of a password.
    PasswordJob "password.job"
    /// A request over HTTP.
    HttpRequest "http.request"
    /// What another chinwag command asks for.
    ControlOrder "control.order"
}

impl Work {
    /// Says that it begins.
    pub fn begins(self) {
        tracing::trace!(target: TARGET, work = self.as_str());
    }
}

impl fmt::Display for Work {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The work panicked. Where, stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} panicked; the log says where")]
pub struct Panicked(pub Work);

/// Runs a piece of work. A panic is logged here, once, by the name of the work; the line before is the panic hook's and
/// says where.
///
/// # Errors
/// [`Panicked`].
pub fn guarded<T>(work: Work, run: impl FnOnce() -> T) -> Result<T, Panicked> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        work.begins();
        run()
    }));
    outcome.map_err(|_| logged(work))
}

/// The same for work that waits.
///
/// # Errors
/// [`Panicked`].
pub async fn guarded_future<T>(work: Work, future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    let mut has_begun = false;
    let poll = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            if !std::mem::replace(&mut has_begun, true) {
                work.begins();
            }
            future.as_mut().poll(context)
        }));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
            Err(_) => Poll::Ready(Err(logged(work))),
        }
    });
    poll.await
}

static PANICS: AtomicU64 = AtomicU64::new(0);

/// How much work has ended in a panic since the program started.
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

fn logged(work: Work) -> Panicked {
    PANICS.fetch_add(1, Ordering::Relaxed);
    tracing::error!(%work, "this work ended in a panic; all other work goes on");
    Panicked(work)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_panic_ends_in_the_guard_and_is_told_by_name() {
        assert_eq!(guarded(Work::ChatTick, || 7), Ok(7));
        let broken = guarded(Work::ChatTick, || -> u8 { panic!("a panic for the test") });
        assert_eq!(broken, Err(Panicked(Work::ChatTick)));
    }

    #[tokio::test]
    async fn a_panic_after_waiting_ends_in_the_guard_too() {
        let slow = guarded_future(Work::HttpRequest, async {
            tokio::task::yield_now().await;
            7
        });
        assert_eq!(slow.await, Ok(7));
        let broken = guarded_future(Work::HttpRequest, async {
            tokio::task::yield_now().await;
            panic!("a panic for the test")
        });
        assert_eq!(broken.await, Err::<(), _>(Panicked(Work::HttpRequest)));
    }

    #[test]
    fn each_work_says_by_its_own_name_that_it_begins() {
        let names: BTreeSet<&str> = Work::ALL.iter().map(|work| work.as_str()).collect();
        assert_eq!(names.len(), Work::ALL.len());
        let injected = injected::at(Work::ChatAsk, 2);
        assert!(guarded(Work::ChatAsk, || ()).is_ok());
        assert!(guarded(Work::ChatJoin, || ()).is_ok());
        assert!(guarded(Work::ChatAsk, || ()).is_err());
        assert!(guarded(Work::ChatAsk, || ()).is_ok());
        assert!(injected.has_struck());
    }
}

//! Two people who chat while others attack: every message must arrive, and nobody may be cut off. How long each took is
//! for those who measure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::support::*;

/// A message each.
const EVERY: Duration = Duration::from_millis(40);

/// Their conversation, going on.
pub struct Pulse {
    is_over: Arc<AtomicBool>,
    chat: JoinHandle<Vec<Duration>>,
}

impl Pulse {
    /// Two people sign up and begin.
    pub async fn begin(server: &Server) -> Pulse {
        let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
        let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
        let conversation = int(&anns.say_to(&bob, "first").await, "conversation");
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let chat = tokio::spawn(async move {
            let mut took = Vec::new();
            while !over.load(Ordering::SeqCst) || took.is_empty() {
                let (body, sent) = (format!("message {}", took.len()), Instant::now());
                let (stored, _) = tokio::join!(
                    anns.say(conversation, &body),
                    bobs.expect_where("message", |frame| frame["message"]["body"] == *body)
                );
                assert_eq!(stored["type"], "message.stored");
                took.push(sent.elapsed());
                tokio::time::sleep(EVERY).await;
            }
            let history = bob.whole_history(conversation).await;
            assert_eq!(history.len(), took.len() + 1, "each stored once");
            took
        });
        Pulse { is_over, chat }
    }

    /// They stop; how long each message took to the other's socket. Fails if any was lost, or a connection was.
    pub async fn end(self) -> Vec<Duration> {
        self.is_over.store(true, Ordering::SeqCst);
        self.chat.await.expect("nobody was cut off")
    }

    /// The same, measured for a while.
    pub async fn p99_of(server: &Server, time: Duration) -> Duration {
        let pulse = Pulse::begin(server).await;
        tokio::time::sleep(time).await;
        p99(pulse.end().await)
    }
}

/// The time that 99 of 100 do not exceed.
pub fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[(times.len() * 99).div_ceil(100) - 1]
}

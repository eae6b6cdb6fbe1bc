//! The numbers ChatServer goes by.

use std::time::Duration;

use crate::config::Rate;
use crate::protocol::limits::HELLO_WITHIN;

/// Deadlines and bounds; the defaults are the design's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSettings {
    /// How long somebody without a connection still counts as online.
    pub presence_grace: Duration,
    /// How long, after a start, people who were online at the stop are shown so.
    pub restart_grace: Duration,
    /// After the last window of an unkept session has said that it closes, the session ends this much later.
    pub closing_grace: Duration,
    /// An unkept session whose last connection was lost without a word lives this much longer.
    pub left_life: Duration,
    /// How long a new connection may take to say hello: so long an ended session is still known to have ended.
    pub hello_within: Duration,
    /// How often a connection is given a sign of life.
    pub heartbeat: Duration,
    /// Most writes in one transaction. limits.md: 512 is where a larger batch gains nothing.
    pub batch_max: usize,
    /// Most writes that wait for the next transaction; beyond, `busy`.
    pub waiting_max: usize,
    /// Most writes of one user's frames that wait for the next transaction; beyond, `rate_limited`.
    pub waiting_per_user: usize,
    /// Most bytes of live frames held back for a connection that is still being brought up to date.
    pub held_max_bytes: usize,
    /// Most connections of one user.
    pub connections_per_user: usize,
    /// Frames a connection may send before being told `rate_limited`.
    pub frames: Rate,
    /// The same for all connections of one user together.
    pub frames_per_user: Rate,
}

impl Default for ChatSettings {
    fn default() -> ChatSettings {
        ChatSettings {
            presence_grace: Duration::from_secs(5),
            restart_grace: Duration::from_secs(60),
            closing_grace: Duration::from_secs(60),
            left_life: Duration::from_secs(12 * 60 * 60),
            hello_within: HELLO_WITHIN,
            heartbeat: Duration::from_secs(15),
            batch_max: 512,
            waiting_max: 8_192,
            waiting_per_user: 64,
            // With the longest `ready` and the changes told with it, this is less than may wait for a connection.
            held_max_bytes: 384 * 1024,
            connections_per_user: 64,
            frames: Rate::per_second(400, 100),
            frames_per_user: Rate::per_second(1000, 200),
        }
    }
}

//! The numbers ChatServer goes by.

use std::time::Duration;

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
    /// How often a connection is given a sign of life.
    pub heartbeat: Duration,
    /// Most writes in one transaction. limits.md: 512 is where a larger batch gains nothing.
    pub batch_max: usize,
    /// Most writes that wait for the next transaction; beyond, `busy`.
    pub waiting_max: usize,
    /// Most bytes of live frames held back for a connection that is still being brought up to date.
    pub held_max_bytes: usize,
    /// Most connections of one user.
    pub connections_per_user: usize,
    /// Frames a connection may send at once before being told `rate_limited`.
    pub burst: u32,
    /// Frames a second a connection may send for ever.
    pub rate: u32,
}

impl Default for ChatSettings {
    fn default() -> ChatSettings {
        ChatSettings {
            presence_grace: Duration::from_secs(5),
            restart_grace: Duration::from_secs(60),
            closing_grace: Duration::from_secs(60),
            left_life: Duration::from_secs(12 * 60 * 60),
            heartbeat: Duration::from_secs(15),
            batch_max: 512,
            waiting_max: 8_192,
            // With the longest `ready` and the changes told with it, this is less than may wait for a connection.
            held_max_bytes: 384 * 1024,
            connections_per_user: 64,
            burst: 400,
            rate: 100,
        }
    }
}

//! With which code the server closes a connection, and what a client then does. Which of them fits is for the
//! connection to decide; nothing here closes anything.

/// Why the server closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Close {
    /// `1002`: the WebSocket protocol itself was broken. Reconnecting the same way will fail again.
    ProtocolError,
    /// `1003`: a binary frame came.
    Binary,
    /// `1007`: a text frame that is not UTF-8.
    NotUtf8,
    /// `1008`: no `hello` within [`super::limits::HELLO_WITHIN`].
    NoHello,
    /// `1008`: a message in fragments did not come to its end in time.
    Unfinished,
    /// `1009`: a frame, or a message of several frames, of more than [`super::limits::FRAME_MAX_BYTES`].
    TooLarge,
    /// `1011`: the server failed at something on this connection, by a fault that is in its log. Reconnect, and send
    /// again what has no answer.
    Failed,
    /// `1012`: the server restarts; a `goodbye` came before. Reconnect after its `retryAfterMs`.
    Restart,
    /// `1013`: the server has too much to do, or this client read too slowly; a `goodbye` comes before where it can
    /// still be delivered. Reconnect later.
    Overload,
    /// `4001`: the session has ended; `session.ended` came before and says why. Log in again.
    SessionEnded,
    /// `4002`: this user has too many connections, and a newer one took this one's place. Do not reconnect by yourself.
    Replaced,
}

impl Close {
    /// All of them.
    pub const ALL: &'static [Close] = &[
        Close::ProtocolError,
        Close::Binary,
        Close::NotUtf8,
        Close::NoHello,
        Close::Unfinished,
        Close::TooLarge,
        Close::Failed,
        Close::Restart,
        Close::Overload,
        Close::SessionEnded,
        Close::Replaced,
    ];

    /// The number in the close frame: RFC 6455 §7.4 and its registry below 4000, ours from there on.
    pub const fn code(self) -> u16 {
        match self {
            Close::ProtocolError => 1002,
            Close::Binary => 1003,
            Close::NotUtf8 => 1007,
            Close::NoHello | Close::Unfinished => 1008,
            Close::TooLarge => 1009,
            Close::Failed => 1011,
            Close::Restart => 1012,
            Close::Overload => 1013,
            Close::SessionEnded => 4001,
            Close::Replaced => 4002,
        }
    }

    /// The words in the close frame, for people who read traces; at most 123 bytes, as RFC 6455 §5.5 has it.
    pub const fn reason(self) -> &'static str {
        match self {
            Close::ProtocolError => "protocol error",
            Close::Binary => "a binary frame",
            Close::NotUtf8 => "text that is not UTF-8",
            Close::NoHello => "no hello in time",
            Close::Unfinished => "message not finished in time",
            Close::TooLarge => "frame too large",
            Close::Failed => "the server failed",
            Close::Restart => "the server restarts",
            Close::Overload => "overload",
            Close::SessionEnded => "the session has ended",
            Close::Replaced => "too many connections",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_close_code_may_travel_and_stands_once() {
        let mut codes: Vec<u16> = Close::ALL.iter().map(|close| close.code()).collect();
        codes.dedup();
        assert_eq!(codes, [1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 4001, 4002]);
        assert!(Close::ALL.iter().all(|close| close.reason().len() <= 123));
    }
}

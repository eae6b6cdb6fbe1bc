//! Who is writing something right now. Never stored; a notice ends by a send, a stop, a disconnect or five seconds.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::messages::ConnectionId;
use crate::domain::{ConversationId, UserId};

/// How long a notice lasts without being repeated. Clients repeat it every three seconds.
pub const TYPING_LASTS: Duration = Duration::from_secs(5);

/// Live typing notices.
#[derive(Debug, Default)]
pub struct Typing {
    notices: HashMap<(ConversationId, UserId), (ConnectionId, Instant)>,
    /// Begun, but a reader is still to say who may know it.
    begun: HashMap<(ConversationId, UserId), ConnectionId>,
}

impl Typing {
    /// Somebody writes. True when others do not know it yet.
    pub fn start(
        &mut self,
        conversation: ConversationId,
        user: UserId,
        connection: ConnectionId,
        now: Instant,
    ) -> bool {
        self.notices.insert((conversation, user), (connection, now + TYPING_LASTS)).is_none()
    }

    /// Somebody writes where it is not known who may know it. True when nobody has been asked yet.
    pub fn begin(&mut self, conversation: ConversationId, user: UserId, connection: ConnectionId) -> bool {
        self.begun.insert((conversation, user), connection).is_none()
    }

    /// It is known now: the connection that began, if nothing has ended it meanwhile.
    pub fn go_on(&mut self, conversation: ConversationId, user: UserId) -> Option<ConnectionId> {
        self.begun.remove(&(conversation, user))
    }

    /// They stopped, or what they wrote has been sent. True when others were told that they write.
    pub fn stop(&mut self, conversation: ConversationId, user: UserId) -> bool {
        self.begun.remove(&(conversation, user));
        !self.notices.is_empty() && self.notices.remove(&(conversation, user)).is_some()
    }

    /// A connection has gone: the notices it made.
    pub fn disconnect(&mut self, connection: ConnectionId) -> Vec<(ConversationId, UserId)> {
        self.begun.retain(|_, by| *by != connection);
        self.take(|by, _| by == connection)
    }

    /// The notices that were not repeated in time.
    pub fn lapse(&mut self, now: Instant) -> Vec<(ConversationId, UserId)> {
        self.take(|_, until| until <= now)
    }

    fn take(&mut self, over: impl Fn(ConnectionId, Instant) -> bool) -> Vec<(ConversationId, UserId)> {
        if self.notices.is_empty() {
            return Vec::new();
        }
        self.notices.extract_if(|_, (by, until)| over(*by, *until)).map(|(key, _)| key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: ConversationId = ConversationId::new(3);
    const BOB: UserId = UserId::new(7);

    #[test]
    fn others_hear_of_it_once_until_it_ends() {
        let (mut typing, now, connection) = (Typing::default(), Instant::now(), ConnectionId::fresh());
        assert!(typing.start(HERE, BOB, connection, now));
        assert!(!typing.start(HERE, BOB, connection, now + Duration::from_secs(3)));
        assert!(typing.stop(HERE, BOB));
        assert!(!typing.stop(HERE, BOB));
    }

    #[test]
    fn a_notice_that_is_not_repeated_ends_after_five_seconds() {
        let (mut typing, now, connection) = (Typing::default(), Instant::now(), ConnectionId::fresh());
        typing.start(HERE, BOB, connection, now);
        assert!(typing.lapse(now + Duration::from_millis(4_999)).is_empty());
        assert_eq!(typing.lapse(now + TYPING_LASTS), [(HERE, BOB)]);
    }

    #[test]
    fn a_lost_connection_ends_what_it_began() {
        let (mut typing, now, connection) = (Typing::default(), Instant::now(), ConnectionId::fresh());
        typing.start(HERE, BOB, connection, now);
        assert!(typing.disconnect(ConnectionId::fresh()).is_empty());
        assert_eq!(typing.disconnect(connection), [(HERE, BOB)]);
    }
}

//! Sign-ins and their ends. Deadlines are stored, so they hold across a restart.

use rusqlite::{Params, Row};

use super::super::{row, sessions, sql};
use super::{Batch, Fault};
use crate::clock::Timestamp;
use crate::domain::{EndReason, SessionId, UserId};
use crate::store::{NewSession, Refusal, Stored, WhichSessions};

impl Batch<'_> {
    /// Log-in.
    pub(super) fn open_session(&mut self, session: &NewSession) -> Result<Stored, Fault> {
        self.require_enabled(session.user)?;
        let id = self.insert_session(session.user, session)?;
        Ok(Stored::SessionOpened { user: session.user, session: id })
    }

    pub(super) fn insert_session(&mut self, user: UserId, session: &NewSession) -> Result<SessionId, Fault> {
        let expires_at = sessions::expiry(session.kind, session.keep, self.at, self.at, session.ends_at);
        self.connection.prepare_cached(sql::sessions::INSERT)?.execute((
            user.get(),
            session.token_hash,
            row::session_kind(session.kind),
            session.keep,
            &session.label,
            self.at.millis(),
            expires_at.map(Timestamp::millis),
        ))?;
        Ok(SessionId::new(self.connection.last_insert_rowid()))
    }

    /// Log-out, revocation, all others.
    pub(super) fn end_sessions(
        &mut self,
        user: UserId,
        which: WhichSessions,
        reason: EndReason,
    ) -> Result<Stored, Fault> {
        let ended = match which {
            WhichSessions::One(id) => self.end(sql::sessions::END_ONE, (user.get(), id.get()))?,
            WhichSessions::Others(id) => self.end_all_but(user, Some(id))?,
            WhichSessions::All => self.end_all_but(user, None)?,
        };
        if ended.is_empty() && matches!(which, WhichSessions::One(_)) {
            return Err(Refusal::NotFound.into());
        }
        Ok(Stored::SessionsEnded { ended, reason })
    }

    /// Ends a person's sessions except one.
    pub(super) fn end_all_but(
        &mut self,
        user: UserId,
        keep: Option<SessionId>,
    ) -> Result<Vec<(UserId, SessionId)>, Fault> {
        let keep = keep.map_or(0, SessionId::get);
        self.end(sql::sessions::END_OTHERS, (user.get(), keep))
    }

    fn end(&mut self, statement: &str, parameters: impl Params) -> Result<Vec<(UserId, SessionId)>, Fault> {
        let named = |row: &Row<'_>| Ok((UserId::new(row.get(0)?), SessionId::new(row.get(1)?)));
        let ended =
            self.connection.prepare_cached(statement)?.query_map(parameters, named)?.collect::<Result<_, _>>()?;
        Ok(ended)
    }

    /// A window is open: the deadline rests, and use is written down at most hourly.
    pub(super) fn session_in_use(&mut self, id: SessionId) -> Result<Stored, Fault> {
        let (session, expires_at) = sessions::by_id(self.connection, id)?.ok_or(Refusal::NotFound)?;
        if expires_at.is_some_and(|expires_at| expires_at <= self.at) {
            return Err(Refusal::NotFound.into());
        }
        let is_stale = self.at >= session.last_used_at.plus_millis(sessions::RENEWAL_MS);
        if is_stale || session.ends_at.is_some() {
            let last_used_at = if is_stale { self.at } else { session.last_used_at };
            let expires_at = sessions::expiry(session.kind, session.keep, session.created_at, last_used_at, None);
            self.renew(id, last_used_at, expires_at)?;
        }
        Ok(Stored::Done)
    }

    /// The last window has gone. A session that ended meanwhile has nothing to be told.
    pub(super) fn session_left(&mut self, id: SessionId, ends_at: Timestamp) -> Result<Stored, Fault> {
        if let Some((session, expires_at)) = sessions::by_id(self.connection, id)? {
            let used = session.last_used_at;
            let left = sessions::expiry(session.kind, session.keep, session.created_at, used, Some(ends_at));
            if left != expires_at {
                self.renew(id, used, left)?;
            }
        }
        Ok(Stored::Done)
    }

    fn renew(&mut self, id: SessionId, used: Timestamp, expires_at: Option<Timestamp>) -> Result<(), Fault> {
        let row = (id.get(), used.millis(), expires_at.map(Timestamp::millis));
        self.connection.prepare_cached(sql::sessions::RENEW)?.execute(row)?;
        Ok(())
    }

    /// At a start: what was in use when the program stopped gets a deadline.
    pub(super) fn rest_deadlines(&mut self, ends_at: Timestamp) -> Result<Stored, Fault> {
        self.connection.prepare_cached(sql::sessions::REST)?.execute([ends_at.millis()])?;
        Ok(Stored::Done)
    }

    /// Ends what is over.
    pub(super) fn expire_sessions(&mut self) -> Result<Stored, Fault> {
        let ended = self.end(sql::sessions::EXPIRE, [self.at.millis()])?;
        Ok(Stored::SessionsEnded { ended, reason: EndReason::Expired })
    }
}

//! The reading side: each question is one deferred read transaction, so its answer comes from one snapshot. Never
//! writes; its connections are opened read-only.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use r2d2::PooledConnection;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, ErrorCode};

use super::crowd::Standing;
use super::fault::in_file;
use super::{ReaderPool, admin, blocks, conversations, messages, people, resume, search, sessions};
use crate::clock::Timestamp;
use crate::domain::{
    Blocks, Conversation, ConversationId, Invitation, Picture, PictureHash, ReceiptCounts, Rev, Seq, User, UserId,
    Username, UsernameKey,
};
use crate::store::{
    AdminReads, Anchor, ChangesSince, ConversationPage, ConversationReads, Credentials, Found, Governance, MemberPage,
    MessagePage, MessageReads, PeoplePage, PersonPresence, ResumeFrom, ResumeReads, Resumed, Search, SearchReads,
    SessionReads, SessionRow, StoreError, UserPage, UserReads,
};

/// Instructions of SQLite between two looks at the clock: some 50 µs.
const LOOK_EVERY: i32 = 1_000;

/// One reading connection, back in its pool when dropped.
#[derive(Debug)]
pub struct SqliteReader {
    connection: PooledConnection<SqliteConnectionManager>,
}

impl SqliteReader {
    /// Takes a connection from the pool.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when none was free in time.
    pub fn take(pool: &ReaderPool) -> Result<SqliteReader, StoreError> {
        pool.get().map(|connection| SqliteReader { connection }).map_err(|_| StoreError::Busy)
    }

    /// Answers from one snapshot, which ends with the answer.
    fn ask<T, E: Into<StoreError>>(
        &mut self,
        question: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        let path = self.connection.path().map(PathBuf::from);
        let ask = || -> Result<T, StoreError> {
            let snapshot = self.connection.transaction()?;
            let answer = question(&snapshot).map_err(Into::into)?;
            snapshot.commit()?;
            Ok(answer)
        };
        ask().map_err(|error| in_file(error, path.unwrap_or_default().as_path()))
    }
}

impl UserReads for SqliteReader {
    fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        self.ask(|snapshot| people::user(snapshot, id))
    }

    fn credentials(&mut self, key: &UsernameKey) -> Result<Option<Credentials>, StoreError> {
        self.ask(|snapshot| people::credentials(snapshot, key.as_str()))
    }

    fn is_free(&mut self, username: &Username) -> Result<bool, StoreError> {
        self.ask(|snapshot| people::is_free(snapshot, username))
    }

    fn credentials_of(&mut self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        self.ask(|snapshot| people::credentials_of(snapshot, id))
    }

    fn users_page(&mut self, after: Option<&str>, query: Option<&str>, limit: usize) -> Result<UserPage, StoreError> {
        self.ask(|snapshot| people::page(snapshot, after, query, limit))
    }

    fn user_count(&mut self) -> Result<i64, StoreError> {
        self.ask(|snapshot| people::revisions(snapshot).map(|revisions| revisions.people_count))
    }

    fn recorded_presence(&mut self) -> Result<Vec<PersonPresence>, StoreError> {
        self.ask(people::presence)
    }

    fn blocks(&mut self) -> Result<Blocks, StoreError> {
        self.ask(blocks::all)
    }

    fn picture(&mut self, user: UserId, hash: PictureHash) -> Result<Option<Picture>, StoreError> {
        self.ask(|snapshot| people::picture(snapshot, user, hash))
    }

    fn blocked_by(&mut self, user: UserId) -> Result<Vec<User>, StoreError> {
        self.ask(|snapshot| blocks::people_of(snapshot, user))
    }
}

impl AdminReads for SqliteReader {
    fn governance(&mut self) -> Result<Governance, StoreError> {
        self.ask(admin::governance)
    }

    fn is_admin(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.ask(|snapshot| admin::is_admin(snapshot, user))
    }

    fn people_page(
        &mut self,
        after: Option<&str>,
        query: Option<&str>,
        limit: usize,
    ) -> Result<PeoplePage, StoreError> {
        self.ask(|snapshot| admin::people(snapshot, after, query, limit))
    }

    fn invitations(&mut self, now: Timestamp) -> Result<Vec<Invitation>, StoreError> {
        self.ask(|snapshot| admin::invitations(snapshot, now))
    }

    fn has_place(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        self.ask(|snapshot| admin::invitation(snapshot, token_hash, now).map(|found| found.is_some()))
    }

    fn password_link(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<User>, StoreError> {
        self.ask(|snapshot| admin::password_link(snapshot, token_hash, now))
    }
}

impl SessionReads for SqliteReader {
    fn session(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
        self.ask(|snapshot| sessions::by_token(snapshot, token_hash, now))
    }

    fn sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        self.ask(|snapshot| sessions::of(snapshot, user, now))
    }
}

impl ConversationReads for SqliteReader {
    fn conversations(
        &mut self,
        viewer: UserId,
        before: Option<(Timestamp, ConversationId)>,
        limit: usize,
    ) -> Result<ConversationPage, StoreError> {
        self.ask(|snapshot| conversations::page(snapshot, viewer, before, limit))
    }

    fn conversation(
        &mut self,
        viewer: UserId,
        id: ConversationId,
    ) -> Result<Option<(Conversation, Vec<User>)>, StoreError> {
        self.ask(|snapshot| conversations::one(snapshot, viewer, id))
    }

    fn members(
        &mut self,
        viewer: UserId,
        id: ConversationId,
        after: Option<(bool, UserId)>,
        query: &str,
        limit: usize,
    ) -> Result<Option<MemberPage>, StoreError> {
        self.ask(|snapshot| conversations::members(snapshot, viewer, id, after, query, limit))
    }
}

impl MessageReads for SqliteReader {
    fn messages(
        &mut self,
        viewer: UserId,
        conversation: ConversationId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<Option<MessagePage>, StoreError> {
        self.ask(|snapshot| messages::page(snapshot, viewer, conversation, anchor, limit))
    }

    fn changes(
        &mut self,
        viewer: UserId,
        conversation: ConversationId,
        after: Rev,
        limit: usize,
    ) -> Result<Option<ChangesSince>, StoreError> {
        self.ask(|snapshot| messages::changes(snapshot, viewer, conversation, after, limit))
    }

    fn receipt_counts(
        &mut self,
        conversation: ConversationId,
        messages: &[(UserId, Seq)],
    ) -> Result<Vec<(UserId, ReceiptCounts)>, StoreError> {
        self.ask(|snapshot| {
            let standing = Standing::of(snapshot, conversation)?;
            let counts = |&(author, seq): &(UserId, Seq)| Some((author, standing.counts(author, seq)?));
            Ok::<_, StoreError>(messages.iter().filter_map(counts).collect())
        })
    }
}

impl ResumeReads for SqliteReader {
    fn resume(&mut self, from: &ResumeFrom) -> Result<Option<Resumed>, StoreError> {
        self.ask(|snapshot| resume::resume(snapshot, from))
    }
}

impl SearchReads for SqliteReader {
    fn search(&mut self, viewer: UserId, search: &Search) -> Result<Found, StoreError> {
        search::attach(&self.connection)?;
        self.ask(|snapshot| {
            let _watch = Watch::over(snapshot, search.longest)?;
            search::search(snapshot, viewer, search)
        })
        .map_err(|error| match &error {
            StoreError::Database(cause)
                if cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code)
                    == Some(ErrorCode::OperationInterrupted) =>
            {
                StoreError::SearchTooLong
            }
            _ => error,
        })
    }
}

/// Interrupts what a connection does after a while, as long as this lives: what is asked of it next runs as long as it takes,
/// however this question ended.
struct Watch<'a>(&'a Connection);

impl Watch<'_> {
    fn over(connection: &Connection, longest: Duration) -> rusqlite::Result<Watch<'_>> {
        let began = Instant::now();
        connection.progress_handler(LOOK_EVERY, Some(move || began.elapsed() > longest))?;
        Ok(Watch(connection))
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let _ = self.0.progress_handler(LOOK_EVERY, None::<fn() -> bool>);
    }
}

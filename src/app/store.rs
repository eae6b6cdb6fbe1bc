//! Opening what lasts: the secret first, because the database's digests and all passwords need it.

use std::sync::Arc;

use super::office::Office;
use super::{DataDirectory, Lock, StartError};
use crate::auth::{HashCost, Hasher, ServerSecret};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{OpenIndex, ReopenStore};
use crate::store::sqlite::{self, OpenError, ReaderPool, SqliteIndex, SqliteReader, SqliteWriter};
use crate::store::{Refusal, StoreError, UserReads, WriteStore};

/// The opened data directory.
pub(super) struct Opened {
    pub secret: ServerSecret,
    pub writer: SqliteWriter,
    pub readers: ReaderPool,
    /// Opens the writer again, should it ever be lost to a panic.
    pub reopen: ReopenStore,
    /// Opens what fills the search index.
    pub open_index: OpenIndex,
}

/// Opens secret and database. A secret is made only where there is nobody whose password would need an older one.
pub(super) fn open(data: &DataDirectory, readers: u32) -> Result<Opened, StartError> {
    let path = data.database();
    let secret = match data.secret()? {
        Some(secret) => secret,
        None if sqlite::count_users(&path)?.unwrap_or(0) > 0 => return Err(StartError::SecretLost(path)),
        None => data.make_secret()?,
    };
    let key = secret.key_for("chinwag request digest 1");
    let (writer, pool) = sqlite::open(&path, &key, readers)?;
    let chat = path.clone();
    let open_index: OpenIndex = Arc::new(move || Box::new(SqliteIndex::of(&chat)));
    let reopen: ReopenStore = Arc::new(move || match sqlite::open(&path, &key, 1) {
        Ok((writer, _)) => Ok(Box::new(writer) as Box<dyn WriteStore>),
        Err(OpenError::Store { source, .. } | OpenError::Damaged(source)) => Err(source),
        Err(other) => Err(StoreError::Database(Box::new(other))),
    });
    Ok(Opened { secret, writer, readers: pool, reopen, open_index })
}

/// Does commands' work without a server. The lock shows that none is running.
///
/// # Errors
/// [`StartError`] when secret or database cannot be used.
pub fn open_office(data: &DataDirectory, settings: &Settings, _: &Lock) -> Result<Office, StartError> {
    let Opened { secret, mut writer, readers, .. } = open(data, 1)?;
    let clock = Clock::system();
    let now = clock.clone();
    let submit = move |write| match writer.apply(&[write], now.now()) {
        Ok(mut answers) => answers.pop().unwrap_or(Err(Refusal::Unknown)),
        Err(error) => {
            tracing::error!(%error, "a write failed");
            Err(if matches!(error, StoreError::Busy) { Refusal::Busy } else { Refusal::Unknown })
        }
    };
    Ok(Office {
        reads: Box::new(SqliteReader::take(&readers)?),
        submit: Box::new(submit),
        hasher: Arc::new(Hasher::new(&secret, hash_cost(settings))),
        clock,
    })
}

/// The setting's range is the one that [`HashCost`] has.
pub(super) fn hash_cost(settings: &Settings) -> HashCost {
    HashCost::parse(settings.bcrypt_cost).unwrap_or_default()
}

/// How many people the database has, for a first line of the log.
pub(super) fn people(readers: &ReaderPool) -> Result<i64, StoreError> {
    SqliteReader::take(readers)?.user_count()
}

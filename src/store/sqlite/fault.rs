//! How a failing statement becomes an answer.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::store::{Refusal, StoreError};

/// Why a write did not happen.
#[derive(Debug)]
pub enum Fault {
    /// It may not, by the rules.
    Refused(Refusal),
    /// The database failed.
    Failed(StoreError),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault::Refused(refusal)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::Failed(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Failed(error.into())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
        match error {
            FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..) => {
                StoreError::Corrupt(error.to_string())
            }
            other => StoreError::Database(Box::new(other)),
        }
    }
}

/// A failure before a transaction has begun: when another process holds the database, nothing was tried. Only what opens
/// and begins may ask this; after that, a lock says nothing of what was stored.
pub fn before_the_first_write(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        _ => error.into(),
    }
}

/// The same error with the file's name, if it says that the file is damaged.
pub fn in_file(error: StoreError, path: &Path) -> StoreError {
    let is_damage = match &error {
        StoreError::Corrupt(_) => true,
        StoreError::Database(cause) => matches!(
            cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        ),
        _ => false,
    };
    if is_damage { StoreError::Damaged { path: path.into(), reason: error.to_string() } } else { error }
}

/// Whether an error lies in one write or row rather than in the database, so that its neighbours can still be stored.
pub fn concerns_one_write(error: &StoreError) -> bool {
    match error {
        StoreError::Corrupt(_) => true,
        StoreError::Database(cause) => matches!(
            cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code),
            Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)
        ),
        StoreError::Busy
        | StoreError::SearchTooLong
        | StoreError::SearchIndex(_)
        | StoreError::Damaged { .. }
        | StoreError::Newer { .. } => false,
    }
}

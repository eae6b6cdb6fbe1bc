//! Which of others' receipts are one viewer's to see. What its own maker keeps to themselves never gets this far.

use rusqlite::{Connection, Result};

use super::sql;
use crate::clock::Timestamp;
use crate::domain::{Receipt, ReceiptKind, Rev, UserId};

/// What is kept from one viewer: what those confirm from whom they are kept apart, from then on, and what anybody read
/// while the viewer had read receipts switched off. Which ones are told live follows the same choices, at the moment at
/// which they are made: so what comes later over any way is what was told then, and no state moves back.
#[derive(Debug)]
pub struct Discretion {
    viewer: UserId,
    apart: Vec<(UserId, Timestamp)>,
    /// From when until when, in revisions of all accounts.
    pauses: Vec<(Rev, Rev)>,
}

impl Discretion {
    /// As it is in this snapshot.
    pub fn of(connection: &Connection, viewer: UserId) -> Result<Discretion> {
        let apart = connection
            .prepare_cached(sql::blocks::AROUND)?
            .query_map([viewer.get()], |row| Ok((UserId::new(row.get(0)?), Timestamp::from_millis(row.get(1)?))))?
            .collect::<Result<_>>()?;
        let pauses = connection
            .prepare_cached(sql::read_pauses::OF)?
            .query_map([viewer.get()], |row| {
                let until = row.get::<_, Option<i64>>(1)?.unwrap_or(i64::MAX);
                Ok((Rev::new(row.get(0)?), Rev::new(until)))
            })?
            .collect::<Result<_>>()?;
        Ok(Discretion { viewer, apart, pauses })
    }

    /// Whether a receipt is the viewer's to see that was made when `account_rev` was the newest of all accounts.
    pub fn may_see(&self, receipt: &Receipt, account_rev: Rev) -> bool {
        if receipt.user == self.viewer {
            return true;
        }
        let is_apart = self.apart.iter().any(|(user, since)| *user == receipt.user && receipt.at >= *since);
        let was_off = || self.pauses.iter().any(|(from, until)| (*from..*until).contains(&account_rev));
        !is_apart && (receipt.kind == ReceiptKind::Delivered || !was_off())
    }
}

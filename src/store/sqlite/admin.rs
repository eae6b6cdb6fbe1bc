//! Who runs the server and who may join it, as asked of any connection.

use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::people::{limit_of, revisions};
use super::{row, sql};
use crate::clock::Timestamp;
use crate::domain::{Invitation, InvitationId, SignUp, User, UserId};
use crate::store::{Governance, PeoplePage, RunPerson};

/// Who may sign up.
pub fn sign_up(connection: &Connection) -> Result<SignUp> {
    connection.prepare_cached(sql::server::SIGN_UP)?.query_row([], |row| {
        let word = row.get_ref(0)?;
        SignUp::parse(word.as_str()?).ok_or_else(|| row::unreadable(0, "choice of who may sign up"))
    })
}

/// How many admins may log in.
pub fn admins(connection: &Connection) -> Result<i64> {
    connection.prepare_cached(sql::users::COUNT_ADMINS)?.query_row([], |row| row.get(0))
}

/// How the server is governed.
pub fn governance(connection: &Connection) -> Result<Governance> {
    Ok(Governance { sign_up: sign_up(connection)?, has_admin: admins(connection)? > 0 })
}

/// Whether somebody is an admin who may log in.
pub fn is_admin(connection: &Connection, user: UserId) -> Result<bool> {
    let found =
        connection.prepare_cached(sql::users::IS_ADMIN)?.query_row([user.get()], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}

/// A page of people.
pub fn people(connection: &Connection, after: Option<&str>, query: Option<&str>, limit: usize) -> Result<PeoplePage> {
    let after = after.unwrap_or_default();
    let one_more = limit_of(limit.saturating_add(1));
    let mut found: Vec<(RunPerson, String)> = match query {
        None => {
            let mut statement = connection.prepare_cached(sql::users::ADMIN_PAGE)?;
            statement.query_map((after, one_more), person)?.collect::<Result<_>>()?
        }
        Some(text) => {
            let mut statement = connection.prepare_cached(sql::users::ADMIN_SEARCH)?;
            statement.query_map((after, one_more, text.to_lowercase()), person)?.collect::<Result<_>>()?
        }
    };
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(_, key)| key.clone());
    let people = found.into_iter().map(|(person, _)| person).collect();
    Ok(PeoplePage { people, next, total: revisions(connection)?.people_count })
}

fn person(row: &Row<'_>) -> Result<(RunPerson, String)> {
    let person = RunPerson {
        user: row::user(row)?,
        created_at: Timestamp::from_millis(row.get(row::USER_COLUMNS + 1)?),
        is_admin: row.get(row::USER_COLUMNS + 2)?,
    };
    Ok((person, row.get(row::USER_COLUMNS)?))
}

/// Invitations that have not expired.
pub fn invitations(connection: &Connection, now: Timestamp) -> Result<Vec<Invitation>> {
    let invitation = |row: &Row<'_>| {
        Ok(Invitation {
            id: InvitationId::new(row.get(0)?),
            made_by: UserId::new(row.get(1)?),
            created_at: Timestamp::from_millis(row.get(2)?),
            expires_at: Timestamp::from_millis(row.get(3)?),
            places: row.get(4)?,
            used: row.get(5)?,
        })
    };
    let mut statement = connection.prepare_cached(sql::invitations::NEWEST)?;
    statement.query_map((now.millis(), i64::MAX), invitation)?.collect()
}

/// The invitation with this token, if it has a place left.
pub fn invitation(connection: &Connection, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<InvitationId>> {
    connection
        .prepare_cached(sql::invitations::BY_TOKEN)?
        .query_row((token_hash, now.millis()), |row| row.get(0).map(InvitationId::new))
        .optional()
}

/// Whose a link for a new password is, if it holds.
pub fn password_link(connection: &Connection, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<User>> {
    connection
        .prepare_cached(sql::password_links::BY_TOKEN)?
        .query_row((token_hash, now.millis()), row::user)
        .optional()
}

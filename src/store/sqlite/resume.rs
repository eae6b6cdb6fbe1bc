//! What a returning client needs, asked of one snapshot.

use rusqlite::Connection;

use super::{blocks, conversations, messages, people, receipts};
use crate::domain::{Rev, Seq};
use crate::store::{ChangesSince, Held, ResumeFrom, Resumed, StoreError};

/// Conversations that `ready` carries.
const CONVERSATIONS: usize = 50;

/// Changed people that `ready` carries; beyond, the client reloads the directory.
const PEOPLE: usize = 200;

/// Late notices that `ready` carries.
const LATE: usize = 50;

/// Messages that the runs of changes after `ready` carry together; the rest is asked for over HTTP.
const MESSAGES: usize = 1_000;

/// Messages of one such run.
const MESSAGES_EACH: usize = 100;

/// Everything; `None` for a person who is not there.
pub fn resume(connection: &Connection, from: &ResumeFrom) -> Result<Option<Resumed>, StoreError> {
    let Some(credentials) = people::credentials_of(connection, from.user)? else { return Ok(None) };
    let revisions = people::revisions(connection)?;
    let mut people = people::changed_after(connection, from.people_rev, PEOPLE + 1)?;
    let people_reset = people.len() > PEOPLE || is_of_another_line(from.people_rev, revisions.people);
    people.truncate(PEOPLE);
    let mut late = receipts::late_unseen(connection, from.user, LATE + 1)?;
    let has_more_late = late.len() > LATE;
    late.truncate(LATE);
    let mut changes = Vec::new();
    let mut room = MESSAGES;
    for held in &from.conversations {
        if let Some(since) = since(connection, from, held, room.min(MESSAGES_EACH))? {
            if let ChangesSince::Changes(run) = &since {
                room -= run.messages.len();
            }
            changes.push((held.conversation, since));
        }
    }
    Ok(Some(Resumed {
        user: credentials.user,
        password_is_weak: credentials.password_is_weak,
        read_receipts: credentials.read_receipts,
        account_rev: revisions.account,
        people_rev: revisions.people,
        unread_total: conversations::unread_total(connection, from.user)?,
        blocked: blocks::of(connection, from.user)?,
        page: conversations::page(connection, from.user, None, CONVERSATIONS)?,
        people: if people_reset { Vec::new() } else { people },
        people_reset,
        late,
        has_more_late,
        changes,
    }))
}

/// Whether a client's revision was given before a backup was restored, or in a history that the backup does not have.
fn is_of_another_line(held: Rev, newest: Rev) -> bool {
    held > newest || held > Rev::ZERO && held < newest.line_start()
}

/// What moved in a conversation that the client keeps, if anything did.
fn since(
    connection: &Connection,
    from: &ResumeFrom,
    held: &Held,
    limit: usize,
) -> Result<Option<ChangesSince>, StoreError> {
    let found = messages::changes(connection, from.user, held.conversation, held.rev, limit)?;
    Ok(match found {
        None => Some(ChangesSince::Reset { rev: Rev::ZERO, head: Seq::ZERO }),
        Some(ChangesSince::Changes(run)) if run.rev <= held.rev && !run.has_more => None,
        moved => moved,
    })
}

//! Receipts and late notices, as asked of any connection. Ranges of one member and kind never overlap and grow with
//! revision and time, so every question walks from one end and stops.

use rusqlite::{Connection, Result, Row};

use super::conversations::Sight;
use super::discretion::Discretion;
use super::people::limit_of;
use super::{row, sql};
use crate::domain::{ConversationId, Late, Receipt, ReceiptKind, Rev, Seq, UserId};

const KINDS: [ReceiptKind; 2] = [ReceiptKind::Delivered, ReceiptKind::Read];

/// A member's newest delivered and newest read range, of those that are the viewer's to see.
pub fn newest(connection: &Connection, sight: &Sight, member: UserId, discretion: &Discretion) -> Result<Vec<Receipt>> {
    let mut found = Vec::with_capacity(2);
    for kind in KINDS {
        let mut statement = connection.prepare_cached(sql::receipts::DOWN)?;
        let place = (sight.conversation.get(), member.get(), row::receipt_kind(kind));
        for range in statement.query_map(place, with_account_rev)? {
            let (range, account_rev) = range?;
            if range.rev <= sight.head.rev && discretion.may_see(&range, account_rev) {
                found.push(range);
                break;
            }
        }
    }
    Ok(found)
}

/// A member's ranges that overlap `from..=up_to` and are the viewer's to see, delivered before read, each in order.
pub fn overlapping(
    connection: &Connection,
    sight: &Sight,
    member: UserId,
    (from, up_to): (Seq, Seq),
    discretion: &Discretion,
    found: &mut Vec<Receipt>,
) -> Result<()> {
    for kind in KINDS {
        let mut statement = connection.prepare_cached(sql::receipts::UP)?;
        let ranges = statement.query_map(
            (sight.conversation.get(), member.get(), row::receipt_kind(kind), from.get()),
            with_account_rev,
        )?;
        for range in ranges {
            let (range, account_rev) = range?;
            // What was confirmed after the viewer's membership ended has a greater revision, as has all that follows.
            if range.from > up_to || range.rev > sight.head.rev {
                break;
            }
            if discretion.may_see(&range, account_rev) {
                found.push(range);
            }
        }
    }
    Ok(())
}

/// Receipts of all members with a revision in (`after`, `up_to`] that are the viewer's to see, in order of revision.
pub fn changed(
    connection: &Connection,
    conversation: ConversationId,
    (after, up_to): (Rev, Rev),
    discretion: &Discretion,
) -> Result<Vec<Receipt>> {
    let mut found = Vec::new();
    let mut members = connection.prepare_cached(sql::members::WITH_RECEIPTS_AFTER)?;
    let members = members.query_map((conversation.get(), after.get()), |row| row.get::<_, i64>(0))?;
    for member in members {
        found.append(&mut changed_of(connection, conversation, UserId::new(member?), (after, up_to), discretion)?);
    }
    found.sort_unstable_by_key(|receipt| receipt.rev);
    Ok(found)
}

/// One member's receipts with a revision in (`after`, `up_to`] that are the viewer's to see, in order of revision.
pub fn changed_of(
    connection: &Connection,
    conversation: ConversationId,
    member: UserId,
    (after, up_to): (Rev, Rev),
    discretion: &Discretion,
) -> Result<Vec<Receipt>> {
    let mut found = Vec::new();
    for kind in KINDS {
        let mut statement = connection.prepare_cached(sql::receipts::DOWN)?;
        let place = (conversation.get(), member.get(), row::receipt_kind(kind));
        for range in statement.query_map(place, with_account_rev)? {
            let (range, account_rev) = range?;
            if range.rev <= after {
                break;
            }
            if range.rev <= up_to && discretion.may_see(&range, account_rev) {
                found.push(range);
            }
        }
    }
    found.sort_unstable_by_key(|receipt| receipt.rev);
    Ok(found)
}

/// A range, and the newest revision of all accounts when it was made.
fn with_account_rev(row: &Row<'_>) -> Result<(Receipt, Rev)> {
    Ok((row::receipt(row)?, Rev::new(row.get(row::RECEIPT_COLUMNS)?)))
}

/// The viewer's late notices that stand on a page.
pub fn late_on_page(
    connection: &Connection,
    viewer: UserId,
    conversation: ConversationId,
    (from, up_to): (Seq, Seq),
) -> Result<Vec<Late>> {
    connection
        .prepare_cached(sql::notices::ON_PAGE)?
        .query_map((viewer.get(), conversation.get(), from.get(), up_to.get()), row::late)?
        .collect()
}

/// The viewer's unseen late notices, newest first, at most `limit`.
pub fn late_unseen(connection: &Connection, viewer: UserId, limit: usize) -> Result<Vec<Late>> {
    connection.prepare_cached(sql::notices::UNSEEN)?.query_map((viewer.get(), limit_of(limit)), row::late)?.collect()
}

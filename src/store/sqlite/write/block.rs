//! Blocking: one person's choice, which nobody else is told.

use super::super::{people, sql};
use super::{Batch, Fault};
use crate::domain::{BLOCKED_MAX, ConversationKind, UserId};
use crate::store::{Refusal, Stored};

use super::super::room::Room;

impl Batch<'_> {
    /// Blocks somebody, or takes that back. What is so already is done.
    pub(super) fn set_block(&mut self, user: UserId, other: UserId, is_blocked: bool) -> Result<Stored, Fault> {
        if user == other || people::user(self.connection, other)?.is_none() {
            return Err(Refusal::NotFound.into());
        }
        if self.blocks.has(user, other) == is_blocked {
            return Ok(Stored::Done);
        }
        if is_blocked {
            if self.blocks.count(user) >= BLOCKED_MAX {
                return Err(Refusal::TooMany.into());
            }
            let row = (user.get(), other.get(), self.at.millis());
            self.connection.prepare_cached(sql::blocks::INSERT)?.execute(row)?;
        } else {
            self.connection.prepare_cached(sql::blocks::REMOVE)?.execute((user.get(), other.get()))?;
        }
        self.blocks.set(user, other, is_blocked);
        Ok(Stored::BlockSet { user, other, is_blocked, account_rev: self.next_account_rev() })
    }
}

/// The other person of a direct conversation.
pub(super) fn other_of(room: &Room, user: UserId) -> Option<UserId> {
    let is_direct = room.kind == ConversationKind::Direct;
    is_direct.then(|| room.seats.iter().map(|seat| seat.user).find(|&other| other != user)).flatten()
}

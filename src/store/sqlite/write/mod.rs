//! The writes, by what they are about. Each checks everything first and changes afterwards, so that a refusal leaves
//! nothing behind.

mod account;
mod admin;
mod append;
mod block;
mod change;
mod confirm;
mod group;
mod mention;
mod person;
mod presence;
mod react;
mod session;

use hmac::{Hmac, Mac};
use rusqlite::Connection;
use sha2::Sha256;

use super::fault::Fault;
use super::people::Revisions;
use super::room::{Room, Rooms};
use super::{conversations, people};
use crate::clock::Timestamp;
use crate::domain::{Blocks, ConversationId, ReactionChange, Rev, UserId, Version};
use crate::store::{ConversationOpened, Refusal, Stored, Write};

/// A batch while it is applied.
pub struct Batch<'a> {
    /// Inside the batch's transaction.
    pub connection: &'a Connection,
    /// The time of all its writes.
    pub at: Timestamp,
    /// Conversations in memory.
    pub rooms: &'a mut Rooms,
    /// Counters, written at the end.
    pub revisions: &'a mut Revisions,
    /// Who has blocked whom.
    pub blocks: &'a mut Blocks,
    /// Text that somebody wrote is no longer to be found anywhere: a deleted message's, or a draft's that was replaced.
    pub has_deleted_text: bool,
    digest: &'a Hmac<Sha256>,
}

/// What distinguishes a request from another one under the same client id.
type Digest = [u8; 16];

impl<'a> Batch<'a> {
    /// Nothing applied yet.
    pub fn new(
        connection: &'a Connection,
        at: Timestamp,
        rooms: &'a mut Rooms,
        revisions: &'a mut Revisions,
        blocks: &'a mut Blocks,
        digest: &'a Hmac<Sha256>,
    ) -> Batch<'a> {
        Batch { connection, at, rooms, revisions, blocks, has_deleted_text: false, digest }
    }

    /// Applies one write.
    pub fn apply(&mut self, write: &Write) -> Result<Stored, Fault> {
        match write {
            Write::Import(import) => super::import::replay(self, import),
            Write::CreateUser { user, session } => self.create_user(user, session.as_ref()),
            Write::SignUp { user, session, by } => self.sign_up(user, session.as_ref(), *by),
            Write::TakeServer { user } => self.take_server(*user),
            Write::Administer { by, what } => self.administer(*by, what),
            Write::RedeemPasswordLink { token_hash, hash } => self.redeem_password_link(token_hash, hash),
            Write::ChangeProfile { user, display_name, pronoun, hue, status } => {
                self.change_profile(*user, display_name.as_ref(), *pronoun, *hue, status.as_ref())
            }
            Write::SetPicture { user, picture } => self.set_picture(*user, picture.as_ref()),
            Write::SetReadReceipts { user, are_on } => self.set_read_receipts(*user, *are_on),
            Write::SetPassword { user, hash, is_weak, keep } => self.set_password(*user, hash, *is_weak, *keep),
            Write::RenewHash { user, old, new } => self.renew_hash(*user, old, new),
            Write::SetDisabled { user, disabled } => self.set_disabled(*user, *disabled),
            Write::OpenSession(session) => self.open_session(session),
            Write::EndSessions { user, which, reason } => self.end_sessions(*user, *which, *reason),
            Write::SessionInUse { session } => self.session_in_use(*session),
            Write::SessionLeft { session, ends_at } => self.session_left(*session, *ends_at),
            Write::RestDeadlines { ends_at } => self.rest_deadlines(*ends_at),
            Write::ExpireSessions => self.expire_sessions(),
            Write::Append(message) => self.append(message),
            Write::Edit { user, client_id, conversation, seq, version, body } => {
                let place = change::Place { user: *user, conversation: *conversation, seq: *seq, version: *version };
                self.change(place, *client_id, Some(body))
            }
            Write::Delete { user, client_id, conversation, seq, version } => {
                let place = change::Place { user: *user, conversation: *conversation, seq: *seq, version: *version };
                self.change(place, *client_id, None)
            }
            Write::React { user, client_id, conversation, seq, emoji, is_on } => {
                let place =
                    change::Place { user: *user, conversation: *conversation, seq: *seq, version: Version::FIRST };
                let reaction = ReactionChange { user: *user, emoji: emoji.clone(), is_on: *is_on };
                self.react(place, *client_id, &reaction)
            }
            Write::Confirm { user, conversation, kind, up_to } => self.confirm(*user, *conversation, *kind, *up_to),
            Write::SetCursor { user, conversation, cursor } => self.set_cursor(*user, *conversation, *cursor),
            Write::SetDraft { user, conversation, text, version } => {
                self.set_draft(*user, *conversation, text, *version)
            }
            Write::SetMute { user, conversation, mute } => self.set_mute(*user, *conversation, *mute),
            Write::SeeLate { user, ids } => self.see_late(*user, ids),
            Write::RecordReturn { user, offline_since } => self.record_return(*user, *offline_since),
            Write::RecordPresence { user, offline_since } => self.record_presence(*user, *offline_since),
            Write::SetBlock { user, other, is_blocked } => self.set_block(*user, *other, *is_blocked),
            Write::OpenDirect { user, other } => self.open_direct(*user, *other),
            Write::CreateGroup { user, client_id, name, members } => {
                self.create_group(*user, *client_id, name, members)
            }
            Write::AddMembers { user, conversation, members } => self.add_members(*user, *conversation, members),
            Write::RemoveMember { user, conversation, member } => self.remove_member(*user, *conversation, *member),
            Write::RenameGroup { user, conversation, name } => self.rename_group(*user, *conversation, name),
        }
    }

    /// A conversation to change.
    fn room(&mut self, id: ConversationId) -> Result<Option<&mut Room>, Fault> {
        Ok(self.rooms.get(self.connection, id)?)
    }

    /// The next revision of some account.
    fn next_account_rev(&mut self) -> Rev {
        self.revisions.account = self.revisions.account.next();
        self.revisions.account
    }

    /// The next revision of the directory.
    fn next_people_rev(&mut self) -> Rev {
        self.revisions.people = self.revisions.people.next();
        self.revisions.people
    }

    /// Keyed, so that the file alone does not tell whether somebody wrote a guessed text. Each part is preceded by its
    /// length: no two requests run together into one.
    fn digest(&self, parts: &[&[u8]]) -> Digest {
        let mut mac = self.digest.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        let whole = mac.finalize().into_bytes();
        let mut digest = Digest::default();
        digest.copy_from_slice(&whole[..size_of::<Digest>()]);
        digest
    }

    /// Views of a conversation for `viewers`, with everybody they name. Saves first, because views come from SQL.
    fn views(&mut self, id: ConversationId, viewers: &[UserId]) -> Result<ConversationOpened, Fault> {
        self.rooms.save(self.connection)?;
        let mut views = Vec::with_capacity(viewers.len());
        let mut named = Vec::new();
        for &viewer in viewers {
            if let Some((view, names)) = conversations::view(self.connection, viewer, id)? {
                views.push((viewer, view));
                named.extend(names);
            }
        }
        if !views.is_empty() {
            self.next_account_rev();
        }
        Ok(ConversationOpened { views, users: people::users(self.connection, named)?, newcomers: None })
    }

    /// Somebody who is there and can log in.
    fn require_enabled(&self, user: UserId) -> Result<(), Fault> {
        match people::user(self.connection, user)? {
            Some(person) if !person.disabled => Ok(()),
            _ => Err(Refusal::NotFound.into()),
        }
    }
}

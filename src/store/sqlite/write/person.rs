//! People: sign-up, profile, password, disabling.

use super::super::{people, row, sql};
use super::{Batch, Fault};
use crate::domain::{DisplayName, Hue, Picture, PictureHash, Pronoun, SessionId, Status, User, UserId};
use crate::store::{NewSession, NewUser, Refusal, Stored};

impl Batch<'_> {
    /// A new person. Of two who ask for one name, the first in the batch has it.
    pub(super) fn create_user(&mut self, new: &NewUser, session: Option<&NewSession>) -> Result<Stored, Fault> {
        let (key, skeleton) = (new.username.key(), new.username.skeleton());
        if self.connection.prepare_cached(sql::users::ID_BY_KEY)?.exists([key])? {
            return Err(Refusal::UsernameTaken.into());
        }
        if self.connection.prepare_cached(sql::users::ID_BY_SKELETON)?.exists([skeleton])? {
            return Err(Refusal::UsernameLookalike.into());
        }
        let people_rev = self.next_people_rev();
        self.connection.prepare_cached(sql::users::INSERT)?.execute((
            new.username.as_str(),
            key,
            skeleton,
            new.display_name.as_str(),
            format!("{key}\n{}", new.display_name.as_str().to_lowercase()),
            &new.password_hash,
            new.password_is_weak,
            self.at.millis(),
            people_rev.get(),
        ))?;
        let id = UserId::new(self.connection.last_insert_rowid());
        self.revisions.people_count += 1;
        let session = session.map(|session| self.insert_session(id, session)).transpose()?;
        let user = User {
            id,
            username: new.username.as_str().to_owned(),
            display_name: new.display_name.as_str().to_owned(),
            hue: Hue::of(id),
            pronoun: None,
            status: None,
            picture: None,
            disabled: false,
        };
        Ok(Stored::UserCreated { user, people_rev, session })
    }

    /// Name, pronoun, hue, status.
    pub(super) fn change_profile(
        &mut self,
        id: UserId,
        display_name: Option<&DisplayName>,
        pronoun: Option<Option<Pronoun>>,
        hue: Option<Hue>,
        status: Option<&Option<Status>>,
    ) -> Result<Stored, Fault> {
        let mut user = people::user(self.connection, id)?.ok_or(Refusal::NotFound)?;
        if let Some(name) = display_name {
            user.display_name = name.as_str().to_owned();
        }
        user.pronoun = pronoun.unwrap_or(user.pronoun);
        user.hue = hue.unwrap_or(user.hue);
        if let Some(status) = status {
            let status = status.as_ref().map(|status| status.as_str().to_owned());
            self.has_deleted_text |= user.status.is_some() && user.status != status;
            user.status = status;
        }
        let people_rev = self.next_people_rev();
        self.connection.prepare_cached(sql::users::CHANGE_PROFILE)?.execute((
            id.get(),
            &user.display_name,
            user.display_name.to_lowercase(),
            user.pronoun.map(row::pronoun),
            user.hue.degrees(),
            &user.status,
            people_rev.get(),
        ))?;
        Ok(Stored::UserChanged { user, people_rev, ended: Vec::new() })
    }

    /// Their own picture, or none. What is so already is done; what is replaced leaves the files like deleted text.
    pub(super) fn set_picture(&mut self, id: UserId, picture: Option<&Picture>) -> Result<Stored, Fault> {
        let mut user = people::user(self.connection, id)?.ok_or(Refusal::NotFound)?;
        let hash = picture.map(Picture::hash);
        if user.picture == hash {
            return Ok(Stored::Done);
        }
        self.has_deleted_text |= user.picture.is_some();
        user.picture = hash;
        match picture {
            Some(picture) => {
                let row = (id.get(), picture.kind().media_type(), picture.bytes());
                self.connection.prepare_cached(sql::pictures::PUT)?.execute(row)?
            }
            None => self.connection.prepare_cached(sql::pictures::REMOVE)?.execute([id.get()])?,
        };
        let people_rev = self.next_people_rev();
        let row = (id.get(), hash.as_ref().map(PictureHash::as_bytes), people_rev.get());
        self.connection.prepare_cached(sql::users::SET_PICTURE)?.execute(row)?;
        Ok(Stored::UserChanged { user, people_rev, ended: Vec::new() })
    }

    /// Read receipts, on or off, from this moment of all accounts on. What is so already is done.
    pub(super) fn set_read_receipts(&mut self, user: UserId, are_on: bool) -> Result<Stored, Fault> {
        if self.connection.prepare_cached(sql::users::SET_READ_RECEIPTS)?.execute((user.get(), are_on))? == 0 {
            return Ok(Stored::Done);
        }
        let account_rev = self.next_account_rev();
        let pause = if are_on { sql::read_pauses::END } else { sql::read_pauses::BEGIN };
        self.connection.prepare_cached(pause)?.execute((user.get(), account_rev.get()))?;
        self.rooms.set_read_receipts(user, are_on);
        Ok(Stored::ReadReceiptsSet { user, are_on, account_rev })
    }

    /// A new password: every other session ends.
    pub(super) fn set_password(
        &mut self,
        user: UserId,
        hash: &str,
        is_weak: bool,
        keep: Option<SessionId>,
    ) -> Result<Stored, Fault> {
        if self.connection.prepare_cached(sql::users::SET_PASSWORD)?.execute((user.get(), hash, is_weak))? == 0 {
            return Err(Refusal::NotFound.into());
        }
        self.end_password_link(user)?;
        let ended = self.end_all_but(user, keep)?.into_iter().map(|(_, session)| session).collect();
        Ok(Stored::PasswordSet { user, ended })
    }

    /// The same password at today's cost; a password changed meanwhile stays.
    pub(super) fn renew_hash(&mut self, user: UserId, old: &str, new: &str) -> Result<Stored, Fault> {
        self.connection.prepare_cached(sql::users::RENEW_HASH)?.execute((user.get(), old, new))?;
        Ok(Stored::Done)
    }

    /// Disabling ends every session; enabling brings none back.
    pub(super) fn set_disabled(&mut self, id: UserId, disabled: bool) -> Result<Stored, Fault> {
        let mut user = people::user(self.connection, id)?.ok_or(Refusal::NotFound)?;
        if disabled {
            self.require_another_admin(id)?;
            self.end_password_link(id)?;
        }
        user.disabled = disabled;
        let people_rev = self.next_people_rev();
        let disabled_at = disabled.then_some(self.at.millis());
        self.connection.prepare_cached(sql::users::SET_DISABLED)?.execute((id.get(), disabled_at, people_rev.get()))?;
        self.rooms.set_disabled(id, disabled);
        let mut ended = Vec::new();
        if disabled {
            ended = self.end_all_but(id, None)?.into_iter().map(|(_, session)| session).collect();
        }
        Ok(Stored::UserChanged { user, people_rev, ended })
    }
}

//! Joining the server and running it. Whoever asks as an admin has to be one at this moment: what was checked before may
//! have changed since.

use super::super::{admin, sql};
use super::{Batch, Fault};
use crate::clock::Timestamp;
use crate::domain::{InvitationId, SignUp, UserId};
use crate::store::{Administration, Admission, NewSession, NewUser, Refusal, Stored};

/// Most invitations that may hold at once.
const INVITATIONS_MAX: i64 = 100;

impl Batch<'_> {
    /// A new person, if they may. Of many who bring the console's code, the first becomes the admin; of many who bring one
    /// invitation, as many as it has places come in.
    pub(super) fn sign_up(
        &mut self,
        user: &NewUser,
        session: Option<&NewSession>,
        by: Admission,
    ) -> Result<Stored, Fault> {
        let place = self.admit(by)?;
        let stored = self.create_user(user, session)?;
        if let Some(place) = place {
            self.connection.prepare_cached(sql::invitations::TAKE_PLACE)?.execute([place.get()])?;
        }
        if matches!(by, Admission::Code | Admission::Owner)
            && let Stored::UserCreated { user, .. } = &stored
        {
            self.connection.prepare_cached(sql::users::SET_ADMIN)?.execute((user.id.get(), true))?;
        }
        Ok(stored)
    }

    /// Whether somebody may come in, and which invitation has one place less then.
    fn admit(&self, by: Admission) -> Result<Option<InvitationId>, Fault> {
        let door = admin::sign_up(self.connection)?;
        match by {
            Admission::Owner => Ok(None),
            Admission::Code => self.require_no_admin().map(|()| None),
            Admission::Door | Admission::Invitation(_) if door == SignUp::Closed => Err(Refusal::SignUpClosed.into()),
            Admission::Door if door == SignUp::Invitation => Err(Refusal::InvitationNeeded.into()),
            Admission::Door => Ok(None),
            Admission::Invitation(token_hash) => {
                let place = admin::invitation(self.connection, &token_hash, self.at)?;
                if place.is_none() && door != SignUp::Open {
                    return Err(Refusal::InvitationOver.into());
                }
                Ok(place)
            }
        }
    }

    fn require_no_admin(&self) -> Result<(), Fault> {
        if admin::admins(self.connection)? > 0 { Err(Refusal::AdminExists.into()) } else { Ok(()) }
    }

    /// Somebody who is there already becomes the first admin.
    pub(super) fn take_server(&mut self, user: UserId) -> Result<Stored, Fault> {
        self.require_enabled(user)?;
        self.require_no_admin()?;
        self.connection.prepare_cached(sql::users::SET_ADMIN)?.execute((user.get(), true))?;
        Ok(Stored::Done)
    }

    /// What only an admin may do.
    pub(super) fn administer(&mut self, by: Option<UserId>, what: &Administration) -> Result<Stored, Fault> {
        if let Some(by) = by
            && !admin::is_admin(self.connection, by)?
        {
            return Err(Refusal::Forbidden.into());
        }
        match *what {
            Administration::SetSignUp(sign_up) => {
                self.connection.prepare_cached(sql::server::SET_SIGN_UP)?.execute([sign_up.as_str()])?;
                Ok(Stored::Done)
            }
            Administration::Invite { token_hash, expires_at, places } => {
                // Only a person is asked whose invitation it was.
                let by = by.ok_or(Refusal::Forbidden)?;
                self.invite(by, token_hash, expires_at, places)
            }
            Administration::Uninvite(id) => {
                let removed = self.connection.prepare_cached(sql::invitations::REMOVE)?.execute([id.get()])?;
                if removed == 0 { Err(Refusal::NotFound.into()) } else { Ok(Stored::Done) }
            }
            Administration::SetAdmin { user, is_admin } => {
                self.require_enabled(user)?;
                if !is_admin {
                    self.require_another_admin(user)?;
                }
                self.connection.prepare_cached(sql::users::SET_ADMIN)?.execute((user.get(), is_admin))?;
                Ok(Stored::Done)
            }
            Administration::SetDisabled { user, disabled } => self.set_disabled(user, disabled),
            Administration::LinkPassword { user, token_hash, expires_at } => {
                if by == Some(user) {
                    return Err(Refusal::Forbidden.into());
                }
                self.require_enabled(user)?;
                let row = (user.get(), token_hash, expires_at.millis());
                self.connection.prepare_cached(sql::password_links::PUT)?.execute(row)?;
                Ok(Stored::Done)
            }
        }
    }

    fn invite(
        &mut self,
        by: UserId,
        token_hash: [u8; 32],
        expires_at: Timestamp,
        places: i64,
    ) -> Result<Stored, Fault> {
        self.connection.prepare_cached(sql::invitations::REMOVE_EXPIRED)?.execute([self.at.millis()])?;
        let count: i64 = self.connection.prepare_cached(sql::invitations::COUNT)?.query_row([], |row| row.get(0))?;
        if count >= INVITATIONS_MAX {
            return Err(Refusal::TooMany.into());
        }
        let row = (token_hash, by.get(), self.at.millis(), expires_at.millis(), places);
        self.connection.prepare_cached(sql::invitations::INSERT)?.execute(row)?;
        Ok(Stored::Invited { invitation: InvitationId::new(self.connection.last_insert_rowid()) })
    }

    /// Refuses where this person is the only one who can run the server.
    pub(super) fn require_another_admin(&self, user: UserId) -> Result<(), Fault> {
        if admin::is_admin(self.connection, user)? && admin::admins(self.connection)? < 2 {
            return Err(Refusal::LastAdmin.into());
        }
        Ok(())
    }

    /// A new password by a link.
    pub(super) fn redeem_password_link(&mut self, token_hash: &[u8; 32], hash: &str) -> Result<Stored, Fault> {
        let user = admin::password_link(self.connection, token_hash, self.at)?.ok_or(Refusal::LinkOver)?;
        self.set_password(user.id, hash, false, None)
    }

    /// Whoever has a new password needs no link for one, and nobody else shall use it.
    pub(super) fn end_password_link(&mut self, user: UserId) -> Result<(), Fault> {
        self.connection.prepare_cached(sql::password_links::REMOVE)?.execute([user.get()])?;
        Ok(())
    }
}

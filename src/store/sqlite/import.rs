//! Replaying a history: each step becomes the write that it would have been, applied at its own time, so that a replayed
//! history obeys every rule that a lived one does.

use std::collections::HashMap;

use super::fault::Fault;
use super::write::Batch;
use super::{people, sql};
use crate::clock::Timestamp;
use crate::domain::{ConversationId, Seq, SessionKind, Target, UserId, UsernameKey};
use crate::store::{
    Act, Import, Imported, NewMessage, NewSession, NewUser, Newcomer, Person, Place, Refusal, Step, Stored, Write,
};

/// Stores all of `import`, or nothing of it.
pub fn replay(batch: &mut Batch<'_>, import: &Import) -> Result<Stored, Fault> {
    let (connection, at, before) = (batch.connection, batch.at, *batch.revisions);
    // What the batch has done so far must be in the database before this savepoint, or going back would lose it.
    batch.rooms.save(connection)?;
    connection.prepare_cached(sql::store::SAVEPOINT)?.execute([])?;
    let mut replay =
        Replay { batch, ids: Vec::new(), places: HashMap::new(), groups: Vec::new(), told: Imported::default() };
    let outcome = replay.run(import);
    let told = std::mem::take(&mut replay.told);
    batch.at = at;
    match outcome {
        Ok(()) => batch.rooms.save(connection)?,
        Err(_) => {
            connection.prepare_cached(sql::store::ROLL_BACK)?.execute([])?;
            batch.rooms.forget_all();
            *batch.revisions = before;
        }
    }
    connection.prepare_cached(sql::store::RELEASE)?.execute([])?;
    outcome.map(|()| Stored::Imported(Box::new(told)))
}

struct Replay<'a, 'b> {
    batch: &'a mut Batch<'b>,
    ids: Vec<UserId>,
    /// Conversations that the history has touched, with the newest message that it added.
    places: HashMap<Place, (ConversationId, Seq)>,
    groups: Vec<ConversationId>,
    told: Imported,
}

impl Replay<'_, '_> {
    fn run(&mut self, import: &Import) -> Result<(), Fault> {
        for newcomer in &import.people {
            self.sign_up(newcomer)?;
        }
        for step in &import.steps {
            self.step(step)?;
        }
        self.told.people_rev = self.batch.revisions.people;
        Ok(())
    }

    fn apply(&mut self, at: Timestamp, write: &Write) -> Result<Stored, Fault> {
        self.batch.at = at;
        self.batch.apply(write)
    }

    fn sign_up(&mut self, newcomer: &Newcomer) -> Result<(), Fault> {
        let names = std::iter::once(&newcomer.user.username).chain(&newcomer.other_names);
        for username in names {
            let user = NewUser { username: username.clone(), ..newcomer.user.clone() };
            match self.apply(newcomer.at, &Write::CreateUser { user, session: None }) {
                Ok(Stored::UserCreated { user, .. }) => {
                    self.ids.push(user.id);
                    self.told.names.push(user.username.clone());
                    let user = self.finish(newcomer, user)?;
                    self.told.added.push(user);
                    return Ok(());
                }
                Err(Fault::Refused(Refusal::UsernameTaken)) => {
                    let key = UsernameKey::fold(username.as_str()).ok_or(Fault::Refused(Refusal::NotFound))?;
                    let known = people::credentials(self.batch.connection, key.as_str())?;
                    let known = known.ok_or(Fault::Refused(Refusal::NotFound))?.user;
                    self.ids.push(known.id);
                    self.told.names.push(known.username);
                    return Ok(());
                }
                Err(Fault::Refused(Refusal::UsernameLookalike)) => {}
                Err(fault) => return Err(fault),
                Ok(_) => return Err(Fault::Refused(Refusal::Unknown)),
            }
        }
        Err(Fault::Refused(Refusal::UsernameLookalike))
    }

    /// What sign-up does not know of a person.
    fn finish(&mut self, newcomer: &Newcomer, user: crate::domain::User) -> Result<crate::domain::User, Fault> {
        let mut finished = user;
        let id = finished.id;
        if newcomer.pronoun.is_some() || newcomer.hue.is_some() {
            let (pronoun, hue) = (newcomer.pronoun.map(Some), newcomer.hue);
            let write = Write::ChangeProfile { user: id, display_name: None, pronoun, hue, status: None };
            if let Stored::UserChanged { user, .. } = self.apply(newcomer.at, &write)? {
                finished = user;
            }
        }
        if newcomer.is_disabled
            && let Stored::UserChanged { user, .. } =
                self.apply(newcomer.at, &Write::SetDisabled { user: id, disabled: true })?
        {
            finished = user;
        }
        Ok(finished)
    }

    fn step(&mut self, step: &Step) -> Result<(), Fault> {
        match &step.act {
            Act::MakeGroup { owner, name, members } => {
                let members = members.iter().map(|member| self.id(*member)).collect::<Result<_, _>>()?;
                let write = Write::CreateGroup { user: self.id(*owner)?, client_id: None, name: name.clone(), members };
                if let Stored::ConversationChanged { conversation, .. } = self.apply(step.at, &write)? {
                    self.groups.push(conversation);
                }
            }
            Act::Say { sender, place, client_id, body, reply_to } => {
                let message = NewMessage {
                    sender: self.id(*sender)?,
                    client_id: *client_id,
                    target: self.target(*place, *sender)?,
                    body: body.clone(),
                    reply_to: *reply_to,
                    written_at: None,
                };
                if let Stored::Appended { message, is_repeat, .. } = self.apply(step.at, &Write::Append(message))? {
                    if is_repeat {
                        self.told.messages_known += 1;
                    } else {
                        self.told.messages_added += 1;
                        self.places.insert(*place, (message.conversation, message.seq));
                    }
                }
            }
            Act::Confirm { member, place, kind } => {
                let Some(&(conversation, up_to)) = self.places.get(place) else { return Ok(()) };
                let write = Write::Confirm { user: self.id(*member)?, conversation, kind: *kind, up_to };
                self.apply(step.at, &write)?;
            }
            Act::Leave(person) => {
                let write = Write::RecordPresence { user: self.id(*person)?, offline_since: Some(step.at) };
                self.apply(step.at, &write)?;
            }
            Act::Return { person, since } => {
                // A return asks SQL which conversations hold something undelivered.
                self.batch.rooms.save(self.batch.connection)?;
                let write = Write::RecordReturn { user: self.id(*person)?, offline_since: *since };
                self.apply(step.at, &write)?;
            }
            Act::SignIn { person, token_hash, label } => {
                let write = Write::OpenSession(NewSession {
                    user: self.id(*person)?,
                    token_hash: *token_hash,
                    kind: SessionKind::Token,
                    keep: false,
                    label: label.clone(),
                    ends_at: None,
                });
                self.apply(step.at, &write)?;
            }
        }
        Ok(())
    }

    fn id(&self, person: Person) -> Result<UserId, Fault> {
        self.ids.get(person.0).copied().ok_or(Fault::Refused(Refusal::NotFound))
    }

    fn target(&self, place: Place, sender: Person) -> Result<Target, Fault> {
        match place {
            Place::Direct(one, other) => Ok(Target::User(self.id(if one == sender { other } else { one })?)),
            Place::Group(number) => {
                let group = self.groups.get(number).ok_or(Fault::Refused(Refusal::NotFound))?;
                Ok(Target::Conversation(*group))
            }
        }
    }
}

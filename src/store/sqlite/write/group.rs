//! Conversations themselves: the direct one of two people, and groups with their members. What happens in a group is a
//! line of its history, so that everybody can see when it was.

use rusqlite::OptionalExtension;

use super::super::people::limit_of;
use super::super::{conversations, row, sql};
use super::{Batch, Digest, Fault};
use crate::domain::{
    CROWD, ClientId, ConversationId, ConversationKind, Event, GroupName, Mentions, Message, MessageKind, Reactions,
    Role, Seq, UserId, Version,
};
use crate::store::{Audience, ConversationOpened, Newcomers, Refusal, Stored};

/// Most people in one group.
const MEMBERS_MAX: usize = 10_000;

/// Who of a crowd is told more than the lines.
#[derive(Debug, Default)]
struct Told {
    /// Of those who are or were in: whom a line alone would leave in the dark.
    also: Vec<UserId>,
    /// Who has just come in for the first time, and from which message on.
    new: Vec<(UserId, Seq)>,
}

impl Batch<'_> {
    /// The direct conversation of two people, if there is one.
    pub(super) fn direct_of(&self, one: UserId, other: UserId) -> Result<Option<ConversationId>, Fault> {
        let pair = (one.min(other).get(), one.max(other).get());
        let found = self
            .connection
            .prepare_cached(sql::conversations::BY_PAIR)?
            .query_row(pair, |row| row.get(0))
            .optional()?;
        Ok(found.map(ConversationId::new))
    }

    /// Opens a direct conversation, with views for both as long as nothing has been said.
    pub(super) fn new_direct(
        &mut self,
        user: UserId,
        other: UserId,
    ) -> Result<(ConversationId, ConversationOpened), Fault> {
        if user == other {
            return Err(Refusal::NotFound.into());
        }
        self.require_enabled(user)?;
        self.require_enabled(other)?;
        let pair = Some((user.min(other), user.max(other)));
        let id = self.insert_conversation(ConversationKind::Direct, None, pair, 2)?;
        self.insert_member(id, user, Seq::new(1), Role::Member)?;
        self.insert_member(id, other, Seq::new(1), Role::Member)?;
        let opened = self.views(id, &[user, other])?;
        Ok((id, opened))
    }

    /// Finds or opens a direct conversation.
    pub(super) fn open_direct(&mut self, user: UserId, other: UserId) -> Result<Stored, Fault> {
        let (conversation, opened) = match self.direct_of(user, other)? {
            Some(id) => (id, ConversationOpened::default()),
            None => self.new_direct(user, other)?,
        };
        let audience = self.room(conversation)?.expect("it was just found or opened").audience();
        Ok(Stored::ConversationChanged { conversation, opened, lines: Vec::new(), audience, gone: Vec::new() })
    }

    /// A new group; its first members see it from its first line on. A repeat finds the group that the first made.
    pub(super) fn create_group(
        &mut self,
        user: UserId,
        client_id: Option<ClientId>,
        name: &GroupName,
        members: &[UserId],
    ) -> Result<Stored, Fault> {
        let request = client_id.map(|client_id| (client_id, self.digest_of_group(name, members)));
        if let Some((client_id, digest)) = request
            && let Some(conversation) = self.made_before(user, client_id, digest)?
        {
            let audience = self.room(conversation)?.expect("it was made before").audience();
            let opened = ConversationOpened::default();
            return Ok(Stored::ConversationChanged {
                conversation,
                opened,
                lines: Vec::new(),
                audience,
                gone: Vec::new(),
            });
        }
        self.require_enabled(user)?;
        let others = distinct(members.iter().copied().filter(|&member| member != user));
        if others.len() >= MEMBERS_MAX {
            return Err(Refusal::TooMany.into());
        }
        for &other in &others {
            self.require_enabled(other)?;
        }
        let id = self.insert_conversation(ConversationKind::Group, Some(name.as_str()), None, others.len() + 1)?;
        self.insert_member(id, user, Seq::new(1), Role::Owner)?;
        for &other in &others {
            self.insert_member(id, other, Seq::new(1), Role::Member)?;
        }
        let line = self.line(id, user, Event::Created { name: name.as_str().to_owned() })?;
        if let Some((client_id, digest)) = request {
            let place = (id.get(), line.seq.get(), line.version.get(), line.rev.get());
            let mut insert = self.connection.prepare_cached(sql::requests::INSERT)?;
            insert.execute((client_id.as_bytes(), user.get(), digest, place.0, place.1, place.2, place.3))?;
        }
        let new = others.into_iter().map(|other| (other, Seq::new(1))).collect();
        self.tell_all(id, vec![line], &[], Told { also: vec![user], new })
    }

    /// The group that this request made before, if it did.
    fn made_before(&self, user: UserId, client_id: ClientId, digest: Digest) -> Result<Option<ConversationId>, Fault> {
        let key = (client_id.as_bytes(), user.get());
        let asked = self
            .connection
            .prepare_cached(sql::requests::BY_CLIENT_ID)?
            .query_row(key, |row| Ok((row.get::<_, Digest>(0)?, ConversationId::new(row.get(1)?))))
            .optional()?;
        match asked {
            Some((stored, conversation)) if stored == digest => Ok(Some(conversation)),
            None if !self.connection.prepare_cached(sql::messages::BY_CLIENT_ID)?.exists(key)? => Ok(None),
            _ => Err(Refusal::ClientIdReused.into()),
        }
    }

    /// What makes two requests the same group: its name and its first members.
    fn digest_of_group(&self, name: &GroupName, members: &[UserId]) -> Digest {
        let members: Vec<u8> = members.iter().flat_map(|member| member.get().to_le_bytes()).collect();
        self.digest(&[b"group", name.as_str().as_bytes(), &members])
    }

    /// Adds people; those who are in already are passed over.
    pub(super) fn add_members(
        &mut self,
        user: UserId,
        id: ConversationId,
        members: &[UserId],
    ) -> Result<Stored, Fault> {
        self.require_owner(user, id)?;
        let room = self.room(id)?.expect("its owner has just been found");
        let count = room.seats.len();
        let new = distinct(members.iter().copied().filter(|&member| room.seat_of(member).is_none()));
        if count + new.len() > MEMBERS_MAX {
            return Err(Refusal::TooMany.into());
        }
        for &member in &new {
            self.require_enabled(member)?;
        }
        let (mut lines, mut told) = (Vec::with_capacity(new.len()), Told::default());
        // Whoever is added in one go sees all of its lines: everybody who is in hears all of them.
        let from = self.room(id)?.expect("its owner has just been found").head.next();
        for member in new {
            let line = self.line(id, user, Event::Added { user: member })?;
            if self.connection.prepare_cached(sql::members::WAS_IN)?.exists((id.get(), member.get()))? {
                told.also.push(member);
            } else {
                told.new.push((member, from));
            }
            self.insert_member(id, member, from, Role::Member)?;
            lines.push(line);
        }
        self.tell_all(id, lines, &[], told)
    }

    /// Removes a person, or leaves.
    pub(super) fn remove_member(&mut self, user: UserId, id: ConversationId, member: UserId) -> Result<Stored, Fault> {
        let leaves = user == member;
        if leaves {
            self.require_group_member(user, id)?
        } else {
            self.require_owner(user, id)?
        };
        let room = self.room(id)?.expect("its member has just been found");
        let at = room.seat_of(member).ok_or(Refusal::NotFound)?;
        let is_last_owner = room.seats[at].role == Role::Owner
            && !room.seats.iter().any(|seat| seat.user != member && seat.role == Role::Owner);
        let mut told = Told::default();
        if is_last_owner {
            let others = (0..room.seats.len()).filter(|&other| other != at);
            if let Some(heir) = others.min_by_key(|&other| (room.seats[other].is_disabled, room.seats[other].from)) {
                room.seat_mut(heir).role = Role::Owner;
                told.also.push(room.seats[heir].user);
            }
        }
        let name = room.name.clone();
        let event = if leaves { Event::Left } else { Event::Removed { user: member } };
        let line = self.line(id, user, event)?;
        self.rooms.save(self.connection)?;
        self.connection.prepare_cached(sql::members::END)?.execute((
            id.get(),
            member.get(),
            line.seq.get(),
            line.rev.get(),
            line.at.millis(),
            name,
        ))?;
        self.tell_all(id, vec![line], &[member], told)
    }

    /// A new name.
    pub(super) fn rename_group(&mut self, user: UserId, id: ConversationId, name: &GroupName) -> Result<Stored, Fault> {
        self.require_owner(user, id)?;
        self.connection.prepare_cached(sql::conversations::RENAME)?.execute((id.get(), name.as_str()))?;
        let line = self.line(id, user, Event::Renamed { name: name.as_str().to_owned() })?;
        self.tell_all(id, vec![line], &[], Told::default())
    }

    /// A system line at the head.
    fn line(&mut self, id: ConversationId, sender: UserId, event: Event) -> Result<Message, Fault> {
        let (connection, at) = (self.connection, self.at);
        let json = serde_json::to_string(&event).expect("an event has only texts and numbers");
        let room = self.room(id)?.expect("whoever writes a line has found its room");
        let (seq, rev) = (room.head.next(), room.rev.next());
        let message = Message {
            conversation: id,
            seq,
            rev,
            sender,
            kind: MessageKind::Event,
            client_id: None,
            body: String::new(),
            at,
            written_at: None,
            reply_to: None,
            version: Version::FIRST,
            edited_at: None,
            deleted_at: None,
            withheld: false,
            event: Some(event),
            reactions: Reactions::default(),
            cut: false,
            mentions: Mentions::default(),
        };
        connection.prepare_cached(sql::messages::INSERT_EVENT)?.execute((
            id.get(),
            seq.get(),
            rev.get(),
            sender.get(),
            at.millis(),
            &json,
            row::checksum(&message, Some(&json)),
        ))?;
        room.grow(seq, rev, at, None);
        self.pass_own_message(id, sender, seq)?;
        Ok(message)
    }

    /// New views for everybody who is in, and for those who have just left; memory is read anew. In a crowd whoever was
    /// in already understands the lines, and newcomers share one view.
    fn tell_all(
        &mut self,
        id: ConversationId,
        lines: Vec<Message>,
        gone: &[UserId],
        told: Told,
    ) -> Result<Stored, Fault> {
        let connection = self.connection;
        self.rooms.save(connection)?;
        self.rooms.forget(id);
        let room = self.room(id)?.expect("whoever tells of a conversation has found it");
        let (audience, count) = (room.audience(), room.seats.len());
        connection.prepare_cached(sql::conversations::SET_MEMBER_COUNT)?.execute((id.get(), limit_of(count)))?;
        let audience: Audience = audience.iter().chain(gone).copied().collect();
        let opened = if lines.is_empty() {
            ConversationOpened::default()
        } else if count <= CROWD {
            self.views(id, &audience)?
        } else {
            let viewers: Vec<UserId> = told.also.iter().chain(gone).copied().collect();
            let mut opened = self.views(id, &viewers)?;
            let asker = lines[0].sender;
            if !told.new.is_empty()
                && let Some((view, _)) = conversations::view(connection, asker, id)?
            {
                opened.newcomers = Some(Box::new(Newcomers { view, people: told.new }));
            }
            opened
        };
        Ok(Stored::ConversationChanged { conversation: id, opened, lines, audience, gone: gone.to_vec() })
    }

    fn insert_conversation(
        &mut self,
        kind: ConversationKind,
        name: Option<&str>,
        pair: Option<(UserId, UserId)>,
        members: usize,
    ) -> Result<ConversationId, Fault> {
        let (low, high) = (pair.map(|pair| pair.0.get()), pair.map(|pair| pair.1.get()));
        // Its number may have been another's before a backup was restored: its revisions are of this line.
        let base = self.revisions.account.line_start().get();
        let row = (row::conversation_kind_name(kind), name, low, high, self.at.millis(), limit_of(members), base);
        self.connection.prepare_cached(sql::conversations::INSERT)?.execute(row)?;
        Ok(ConversationId::new(self.connection.last_insert_rowid()))
    }

    fn insert_member(&mut self, id: ConversationId, user: UserId, from: Seq, role: Role) -> Result<(), Fault> {
        let row = (id.get(), user.get(), from.get(), row::role_name(role));
        self.connection.prepare_cached(sql::members::INSERT)?.execute(row)?;
        Ok(())
    }

    fn require_group_member(&mut self, user: UserId, id: ConversationId) -> Result<Role, Fault> {
        let room = self.room(id)?.ok_or(Refusal::NotFound)?;
        let is_group = room.kind == ConversationKind::Group;
        match room.seat_of(user) {
            Some(at) if is_group => Ok(room.seats[at].role),
            Some(_) => Err(Refusal::Forbidden.into()),
            None => {
                let was_member = conversations::sight(self.connection, user, id)?.is_some();
                Err(if was_member { Refusal::Forbidden } else { Refusal::NotFound }.into())
            }
        }
    }

    fn require_owner(&mut self, user: UserId, id: ConversationId) -> Result<Role, Fault> {
        match self.require_group_member(user, id)? {
            Role::Owner => Ok(Role::Owner),
            Role::Member => Err(Refusal::Forbidden.into()),
        }
    }
}

/// Each once, in the order given.
fn distinct(people: impl Iterator<Item = UserId>) -> Vec<UserId> {
    let mut kept = Vec::new();
    let mut known = std::collections::HashSet::new();
    for person in people {
        if known.insert(person) {
            kept.push(person);
        }
    }
    kept
}

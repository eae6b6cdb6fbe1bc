//! The writer's memory of conversations: heads and members, so that a message costs one insert and no look-up. Only the
//! writer changes the database, so what is here is what is there; after a failure all of it is forgotten.

use std::collections::HashMap;

use rusqlite::{Connection, Result};

use super::{conversations, row, sql};
use crate::clock::Timestamp;
use crate::domain::{ConversationId, ConversationKind, Rev, Role, Seq, UserId};
use crate::store::Audience;

/// Members kept in memory over all conversations, about 100 bytes each. Beyond, the conversations that were not used
/// for the longest time go.
const MEMBERS_KEPT: usize = 100_000;

/// The newest return with messages that are still undelivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenReturn {
    /// Its row.
    pub id: i64,
    /// What lies at or below comes late.
    pub up_to: Seq,
    /// From when the member had been away.
    pub since: Timestamp,
}

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// First message that is theirs to see.
    pub from: Seq,
    /// Unread cursor.
    pub cursor: Seq,
    /// Delivered up to here, own messages passed over.
    pub delivered: Seq,
    /// Read up to here, own messages passed over.
    pub read: Seq,
    /// The same as far as others may know.
    pub shown: Seq,
    /// They tell others what they read, and are told what others read.
    pub read_receipts: bool,
    /// Revision of their newest receipt.
    pub receipts_rev: Rev,
    /// What their list shows while newer messages are withheld from them: up to which seq, and when that came.
    listed: Option<(Seq, Timestamp)>,
    /// A return whose messages they have not all received yet.
    pub open_return: Option<OpenReturn>,
    /// Can no longer log in.
    pub is_disabled: bool,
    /// There is something unread above the cursor; `false` means that nobody has looked.
    pub has_unread: bool,
    is_dirty: bool,
}

/// One conversation.
#[derive(Debug)]
pub struct Room {
    /// Which.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// A group's name.
    pub name: Option<String>,
    /// Newest seq.
    pub head: Seq,
    /// Newest revision.
    pub rev: Rev,
    /// When something was last said.
    pub last_at: Timestamp,
    /// Who is in, by id.
    pub seats: Vec<Seat>,
    audience: Audience,
    used: u64,
    is_dirty: bool,
    has_dirty_seats: bool,
}

impl Room {
    fn load(connection: &Connection, id: ConversationId) -> Result<Option<Room>> {
        let Some(head) = conversations::head(connection, id)? else { return Ok(None) };
        let seats = seats(connection, id)?;
        let mut room = Room {
            id,
            kind: head.kind,
            name: head.name,
            head: head.seq,
            rev: head.rev,
            last_at: head.last_at,
            seats,
            audience: Audience::from([]),
            used: 0,
            is_dirty: false,
            has_dirty_seats: false,
        };
        room.gather_audience();
        Ok(Some(room))
    }

    fn gather_audience(&mut self) {
        self.audience = self.seats.iter().filter(|seat| !seat.is_disabled).map(|seat| seat.user).collect();
    }

    /// Who hears of a change: members who can log in.
    pub fn audience(&self) -> Audience {
        self.audience.clone()
    }

    /// Where somebody sits, if they are in.
    pub fn seat_of(&self, user: UserId) -> Option<usize> {
        self.seats.binary_search_by_key(&user, |seat| seat.user).ok()
    }

    /// A seat about to be changed; it is written at the batch's end.
    pub fn seat_mut(&mut self, at: usize) -> &mut Seat {
        self.has_dirty_seats = true;
        let seat = &mut self.seats[at];
        seat.is_dirty = true;
        seat
    }

    /// The next revision.
    pub fn next_rev(&mut self) -> Rev {
        self.is_dirty = true;
        self.rev = self.rev.next();
        self.rev
    }

    /// A message now stands at the head. The list of whom it is withheld from goes on showing what it showed.
    pub fn grow(&mut self, seq: Seq, rev: Rev, at: Timestamp, withheld_from: Option<UserId>) {
        let shown = (self.head, self.last_at);
        // Nothing is withheld in a group, which may have thousands of seats.
        let seats = if self.kind == ConversationKind::Direct { &mut self.seats[..] } else { &mut [] };
        for seat in seats {
            let listed = (withheld_from == Some(seat.user)).then(|| seat.listed.unwrap_or(shown));
            if listed != seat.listed {
                (seat.listed, seat.is_dirty) = (listed, true);
                self.has_dirty_seats = true;
            }
        }
        self.is_dirty = true;
        (self.head, self.rev, self.last_at) = (seq, rev, at);
    }

    fn save(&mut self, connection: &Connection) -> Result<()> {
        if std::mem::take(&mut self.is_dirty) {
            connection.prepare_cached(sql::conversations::SAVE_HEAD)?.execute((
                self.id.get(),
                self.head.get(),
                self.rev.get(),
                self.last_at.millis(),
            ))?;
        }
        if std::mem::take(&mut self.has_dirty_seats) {
            let mut statement = connection.prepare_cached(sql::members::SAVE)?;
            for seat in self.seats.iter_mut().filter(|seat| seat.is_dirty) {
                seat.is_dirty = false;
                statement.execute((
                    self.id.get(),
                    seat.user.get(),
                    seat.from.get(),
                    seat.cursor.get(),
                    seat.delivered.get(),
                    seat.read.get(),
                    seat.receipts_rev.get(),
                    seat.open_return.map(|open| open.id),
                    seat.open_return.map(|open| open.up_to.get()),
                    seat.open_return.map(|open| open.since.millis()),
                    row::role_name(seat.role),
                    seat.shown.get(),
                    seat.listed.map(|(seq, _)| seq.get()),
                    seat.listed.map(|(_, at)| at.millis()),
                ))?;
            }
        }
        Ok(())
    }
}

fn seats(connection: &Connection, id: ConversationId) -> Result<Vec<Seat>> {
    connection
        .prepare_cached(sql::members::NOW)?
        .query_map([id.get()], |row| {
            let open_return = match row.get::<_, Option<i64>>(7)? {
                None => None,
                Some(id) => {
                    Some(OpenReturn { id, up_to: Seq::new(row.get(8)?), since: Timestamp::from_millis(row.get(9)?) })
                }
            };
            let listed = match row.get::<_, Option<i64>>(13)? {
                None => None,
                Some(seq) => Some((Seq::new(seq), Timestamp::from_millis(row.get(14)?))),
            };
            Ok(Seat {
                user: UserId::new(row.get(0)?),
                role: row::role(row, 1)?,
                from: Seq::new(row.get(2)?),
                cursor: Seq::new(row.get(3)?),
                delivered: Seq::new(row.get(4)?),
                read: Seq::new(row.get(5)?),
                receipts_rev: Rev::new(row.get(6)?),
                listed,
                open_return,
                is_disabled: row.get(10)?,
                shown: Seq::new(row.get(11)?),
                read_receipts: row.get(12)?,
                has_unread: false,
                is_dirty: false,
            })
        })?
        .collect()
}

/// All conversations in memory.
#[derive(Debug, Default)]
pub struct Rooms {
    rooms: HashMap<ConversationId, Room>,
    touched: Vec<ConversationId>,
    batch: u64,
    members: usize,
}

impl Rooms {
    /// A conversation to read or change, from memory or from the database.
    pub fn get(&mut self, connection: &Connection, id: ConversationId) -> Result<Option<&mut Room>> {
        use std::collections::hash_map::Entry;
        let room = match self.rooms.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => match Room::load(connection, id)? {
                None => return Ok(None),
                Some(room) => {
                    self.members += room.seats.len() + 1;
                    place.insert(room)
                }
            },
        };
        if room.used != self.batch {
            room.used = self.batch;
            self.touched.push(id);
        }
        Ok(Some(room))
    }

    /// A conversation in memory, if it is there.
    pub fn known(&mut self, id: ConversationId) -> Option<&mut Room> {
        self.rooms.get_mut(&id)
    }

    /// Begins a batch.
    pub fn begin(&mut self) {
        self.batch += 1;
        self.touched.clear();
    }

    /// Writes what moved: once for a batch, and before anything asks SQL for what is here.
    pub fn save(&mut self, connection: &Connection) -> Result<()> {
        for id in &self.touched {
            if let Some(room) = self.rooms.get_mut(id) {
                room.save(connection)?;
            }
        }
        Ok(())
    }

    /// Forgets a saved conversation whose members or name changed in the database.
    pub fn forget(&mut self, id: ConversationId) {
        if let Some(room) = self.rooms.remove(&id) {
            self.members -= room.seats.len() + 1;
        }
    }

    /// Forgets everything, after a failure.
    pub fn forget_all(&mut self) {
        self.rooms.clear();
        self.touched.clear();
        self.members = 0;
    }

    /// Somebody was disabled or enabled.
    pub fn set_disabled(&mut self, user: UserId, is_disabled: bool) {
        for room in self.rooms.values_mut() {
            if let Some(at) = room.seat_of(user) {
                room.seats[at].is_disabled = is_disabled;
                room.gather_audience();
            }
        }
    }

    /// Somebody switched read receipts on or off.
    pub fn set_read_receipts(&mut self, user: UserId, are_on: bool) {
        for room in self.rooms.values_mut() {
            if let Some(at) = room.seat_of(user) {
                room.seats[at].read_receipts = are_on;
            }
        }
    }

    /// After a batch: keeps memory bounded.
    pub fn shrink(&mut self) {
        if self.members <= MEMBERS_KEPT {
            return;
        }
        let mut by_age: Vec<(u64, ConversationId)> = self.rooms.values().map(|room| (room.used, room.id)).collect();
        by_age.sort_unstable();
        for (_, id) in by_age {
            if self.members <= MEMBERS_KEPT / 2 {
                break;
            }
            self.forget(id);
        }
    }
}

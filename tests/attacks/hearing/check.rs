//! Whether somebody may be handed a frame, by what has just been done and by what the town knows. Whatever is not allowed
//! here is one too many.

use std::collections::BTreeSet;

use serde_json::Value;

use super::stage::{Device, Heard};
use super::town::{Room, Town};

pub type Check = Result<(), String>;

/// What has just been done, and by whom; who may hear of it follows.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Time passed.
    Nothing,
    Joined {
        device: usize,
    },
    Left,
    /// New messages or lines `from..` in a room; whoever has just gone hears the lines, too.
    Said {
        room: i64,
        by: i64,
        from: i64,
        gone: Option<i64>,
        opens: bool,
    },
    /// An edit or a deletion.
    Changed {
        room: i64,
        seq: i64,
    },
    /// An emoji set or taken back; hidden from one of two.
    Reacted {
        room: i64,
        seq: i64,
        hidden_from: Option<i64>,
    },
    Confirmed {
        room: i64,
        by: i64,
        after: i64,
        is_read: bool,
        up_to: i64,
    },
    Typed {
        room: i64,
        by: i64,
        is_on: bool,
    },
    Watched,
    Drafted {
        by: i64,
    },
    CursorSet {
        by: i64,
    },
    Muted {
        by: i64,
    },
    SawLate {
        by: i64,
    },
    Blocked {
        by: i64,
    },
    Chose {
        by: i64,
    },
    Profiled {
        by: i64,
    },
    /// Refused: nobody but the device that asked hears anything.
    Refused,
}

/// What a step was: the deed, who asked for it through which device, and the `ref` of the question.
pub struct Step {
    pub deed: Deed,
    pub asked: Option<(usize, u64)>,
}

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(why()) }
}

fn int(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_else(|| panic!("{field} of {value}"))
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// The words of the town in a text: they begin with `zq` and have digits and an `x` behind it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("zq").map(|(at, _)| {
        let end = text[at..].find('x').map_or(text.len(), |end| at + end + 1);
        &text[at..end]
    })
}

impl Town {
    pub fn may_hear(&self, devices: &[Device], step: &Step, heard: &Heard) -> Check {
        let Heard { device: at, frame, text } = heard;
        let viewer = devices[*at].user;
        let none = BTreeSet::new();
        let known = self.known.get(&viewer).unwrap_or(&none);
        if let Some(word) = words(text).find(|word| !known.contains(*word)) {
            return Err(format!("{viewer} is told {word}, which is not theirs to know: {text}"));
        }
        let extra = || Err(format!("{viewer} is told {text} after {:?}", step.deed));
        let is_asker = |reference: &Value| step.asked.is_some_and(|(asker, sent)| asker == *at && *reference == sent);
        let allowed = |holds: bool| if holds { Ok(()) } else { extra() };
        match frame["type"].as_str().expect("a frame has a type") {
            "ready" => match step.deed {
                Deed::Joined { device } if device == *at => self.ready(viewer, frame),
                _ => extra(),
            },
            "changes" | "reset" => match step.deed {
                // What is not theirs looks like what is not there.
                Deed::Joined { device } if device == *at && frame["rev"] == 0 && frame["head"] == 0 => Ok(()),
                Deed::Joined { device } if device == *at => {
                    let room = self.theirs(viewer, int(frame, "conversation"))?;
                    list(frame, "messages").iter().try_for_each(|message| self.message(viewer, message))?;
                    list(frame, "receipts").iter().try_for_each(|receipt| self.receipt(viewer, room, receipt))
                }
                _ => extra(),
            },
            "message" => match step.deed {
                Deed::Said { room, from, gone, .. } => {
                    let message = &frame["message"];
                    let is_new = int(message, "conversation") == room && int(message, "seq") >= from;
                    let is_asker = step.asked.is_some_and(|(asker, _)| asker == *at) && message["kind"] == "text";
                    allowed(is_new && !is_asker && (self.rooms[&room].is_member(viewer) || gone == Some(viewer)))?;
                    self.message(viewer, message)
                }
                _ => extra(),
            },
            "message.changed" => {
                let message = &frame["message"];
                let (room, seq, hidden_from) = match step.deed {
                    Deed::Changed { room, seq } => (room, seq, None),
                    Deed::Reacted { room, seq, hidden_from } => (room, seq, hidden_from),
                    _ => return extra(),
                };
                let is_it = int(message, "conversation") == room && int(message, "seq") == seq;
                allowed(is_it && self.rooms[&room].is_member(viewer) && hidden_from != Some(viewer))?;
                self.message(viewer, message)
            }
            "message.stored" | "ok" | "error" => allowed(is_asker(&frame["ref"])),
            "receipt" => match step.deed {
                Deed::Confirmed { room, by, after, is_read, up_to } => {
                    let (room, receipt) = (self.theirs(viewer, room)?, &frame["receipt"]);
                    let is_of_it = int(receipt, "user") == by
                        && int(frame, "conversation") == room.id
                        && int(receipt, "upTo") <= up_to
                        && (is_read || receipt["kind"] == "delivered");
                    allowed(is_of_it && room.is_member(viewer))?;
                    allowed(viewer == by || self.is_covered(room, viewer, by, after, up_to))?;
                    self.receipt(viewer, room, receipt)
                }
                _ => extra(),
            },
            "late" => match step.deed {
                Deed::Confirmed { room, by, after, up_to, .. } => {
                    let (late, room) = (&frame["late"], &self.rooms[&room]);
                    let is_of_it = int(late, "user") == by && int(late, "conversation") == room.id;
                    allowed(is_of_it && room.is_member(viewer) && self.is_covered(room, viewer, by, after, up_to))
                }
                _ => extra(),
            },
            "cursor" => {
                let room = self.theirs(viewer, int(frame, "conversation"))?;
                match step.deed {
                    Deed::Said { room: id, by, .. } => allowed(viewer == by && room.id == id),
                    Deed::Confirmed { by, .. } | Deed::CursorSet { by } => allowed(viewer == by),
                    // Unread for whoever has blocked the author since, and now withheld.
                    Deed::Changed { room: id, seq } => {
                        allowed(room.id == id && room.at(seq).is_some_and(|one| one.withheld_from == Some(viewer)))
                    }
                    _ => extra(),
                }
            }
            "draft" => match step.deed {
                Deed::Drafted { by } => allowed(viewer == by && step.asked.is_some_and(|(asker, _)| asker != *at)),
                _ => extra(),
            },
            "mute" => allowed(matches!(step.deed, Deed::Muted { by } if by == viewer)),
            "late.seen" => allowed(matches!(step.deed, Deed::SawLate { by } if by == viewer)),
            "block" => allowed(matches!(step.deed, Deed::Blocked { by } if by == viewer)),
            "account" => allowed(matches!(step.deed, Deed::Chose { by } if by == viewer)),
            "user" => allowed(matches!(step.deed, Deed::Profiled { by } if frame["user"]["id"] == by)),
            "conversation" => match step.deed {
                Deed::Said { room, gone, opens: true, .. } => {
                    let row = &frame["conversation"];
                    let hears = self.rooms[&room].is_member(viewer) || gone == Some(viewer);
                    allowed(int(row, "id") == room && hears)?;
                    self.row(viewer, row)
                }
                _ => extra(),
            },
            "typing" => {
                let (room, typist) = (&self.rooms[&int(frame, "conversation")], int(frame, "user"));
                let may_know = room.is_member(viewer) && viewer != typist && !self.are_apart(viewer, typist);
                let begins = frame["on"] == true;
                let did_it = matches!(step.deed, Deed::Typed { room: id, by, is_on: true } if id == room.id && by == typist)
                    && room.is_member(typist);
                allowed(may_know && (!begins || did_it))
            }
            "presence" => {
                let device = &devices[*at];
                list(frame, "users").iter().try_for_each(|presence| {
                    let is_watched = device.watched.contains(&int(presence, "user"));
                    allowed(is_watched)?;
                    self.presence(viewer, presence)
                })
            }
            _ => extra(),
        }
    }

    /// Whether a confirmation may newly cover a message of this author that its reader has.
    fn is_covered(&self, room: &Room, author: i64, reader: i64, after: i64, up_to: i64) -> bool {
        let mut covered = room.messages.iter().zip(1..).filter(|(_, seq)| *seq > after && *seq <= up_to);
        !self.are_apart(author, reader)
            && covered.any(|(one, _)| one.sender == author && one.is_text && one.withheld_from != Some(reader))
    }

    fn theirs(&self, viewer: i64, id: i64) -> Result<&Room, String> {
        let room = self.rooms.get(&id).filter(|room| room.was_in(viewer));
        room.ok_or_else(|| format!("{viewer} hears of conversation {id} as an outsider"))
    }

    fn ready(&self, viewer: i64, ready: &Value) -> Check {
        ensure(ready["user"]["id"] == viewer, || format!("{viewer} is greeted as {}", ready["user"]))?;
        let own: Vec<i64> = self.blocks.keys().filter(|(by, _)| *by == viewer).map(|(_, other)| *other).collect();
        let told: Vec<i64> = list(ready, "blocked").iter().filter_map(Value::as_i64).collect();
        ensure(told.iter().all(|user| own.contains(user)), || format!("{viewer} has blocked {own:?}, told {told:?}"))?;
        list(ready, "conversations").iter().try_for_each(|row| self.row(viewer, row))?;
        list(ready, "presence").iter().try_for_each(|presence| self.presence(viewer, presence))?;
        list(ready, "late").iter().try_for_each(|late| {
            let room = self.theirs(viewer, int(late, "conversation"))?;
            let is_author = room.messages.iter().any(|one| one.sender == viewer && one.is_text);
            ensure(is_author, || format!("{viewer} wrote nothing there, but is told {late}"))
        })
    }

    /// A conversation as it is listed.
    fn row(&self, viewer: i64, row: &Value) -> Check {
        let room = self.theirs(viewer, int(row, "id"))?;
        let end = room.end_of(viewer);
        let head = end.map_or(room.head(), |(until, _)| until);
        ensure(int(row, "head") <= head, || format!("{viewer} is told a head beyond {head}: {row}"))?;
        for member in list(row, "members") {
            let (user, from) = (int(member, "user"), int(member, "from"));
            let came_later = end.is_some_and(|(until, _)| from > until);
            ensure(room.was_in(user) && !came_later, || format!("{viewer} is told who came later: {row}"))?;
        }
        if row["lastMessage"].is_object() {
            ensure(row["lastMessage"]["withheld"].is_null(), || {
                format!("{viewer} is told of what is withheld: {row}")
            })?;
            self.message(viewer, &row["lastMessage"])?;
        }
        list(row, "receipts").iter().try_for_each(|receipt| self.receipt(viewer, room, receipt))
    }

    /// Its words were looked at already; here it is where it stands, and what hangs on it.
    fn message(&self, viewer: i64, told: &Value) -> Check {
        let room = self.theirs(viewer, int(told, "conversation"))?;
        let seq = int(told, "seq");
        let message = room.at(seq).ok_or_else(|| format!("{viewer} is told what was never said: {told}"))?;
        ensure(room.may_see(viewer, seq), || format!("{viewer} is told {told}, which is outside of their time"))?;
        let is_withheld = message.withheld_from == Some(viewer);
        let has_mark = told["withheld"] == true;
        ensure(is_withheld == has_mark, || {
            format!("withheld from {:?}, told to {viewer}: {told}", message.withheld_from)
        })?;
        if is_withheld || message.is_deleted {
            let is_empty = told["body"] == "" && told["mentions"].is_null();
            ensure(is_empty || room.end_of(viewer).is_some(), || {
                format!("{viewer} is told more than a place: {told}")
            })?;
        }
        for reaction in list(told, "reactions") {
            for user in list(reaction, "users").iter().filter_map(Value::as_i64) {
                let is_theirs = message.given.iter().any(|given| {
                    given.user == user && reaction["emoji"] == given.emoji && self.may_know_given(room, viewer, given)
                });
                ensure(is_theirs, || format!("{viewer} is told {reaction} of {user}: {:?}", message.given))?;
            }
        }
        Ok(())
    }

    fn receipt(&self, viewer: i64, room: &Room, told: &Value) -> Check {
        let (user, from, up_to) = (int(told, "user"), int(told, "from"), int(told, "upTo"));
        if user == viewer {
            return Ok(());
        }
        let passes_withheld = room.messages.iter().zip(1..).any(|(message, seq)| {
            message.sender == viewer
                && message.is_unseen
                && message.withheld_from == Some(user)
                && seq >= from
                && seq <= up_to
        });
        ensure(!passes_withheld, || format!("{viewer} is told that {user} has what was withheld: {told}"))?;
        let made = room.made.get(&int(told, "rev"));
        let made = made.filter(|made| made.user == user && made.is_read == (told["kind"] == "read"));
        // What the reader's own devices were not told of: in a direct conversation with somebody whom they block.
        let made = made.ok_or_else(|| format!("{viewer} is told a receipt that was not made: {told}"))?;
        let is_silent = made.is_read && (made.silent.contains(&user) || made.silent.contains(&viewer));
        ensure(!is_silent, || format!("{viewer} is told a read that is kept from them: {told}"))?;
        let is_apart = self.apart_since(viewer, user).is_some_and(|since| made.at >= since);
        ensure(!is_apart, || format!("{viewer} is told a receipt of {user}, from whom they are kept apart: {told}"))?;
        let is_later = room.end_of(viewer).is_some_and(|(_, step)| made.at > step);
        ensure(!is_later, || format!("{viewer} is told a receipt from after their time: {told}"))
    }

    fn presence(&self, viewer: i64, told: &Value) -> Check {
        let user = int(told, "user");
        let says_nothing = told["state"] == "unknown" && told["lastSeen"].is_null() && told["idleSince"].is_null();
        ensure(says_nothing || !self.are_apart(viewer, user), || format!("{viewer} is told how {user} is here: {told}"))
    }
}

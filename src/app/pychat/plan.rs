//! From the rows of an old database to a history that our store takes. Pure: the same rows always give the same plan, and
//! whatever is left out or changed is noted.

use std::collections::{HashMap, HashSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::auth::{Password, PasswordPolicy};
use crate::clock::Timestamp;
use crate::domain::{BODY_MAX_BYTES, Body, ClientId, DisplayName, ReceiptKind, Username};
use crate::store::pychat::{Old, OldChat, OldMessage, OldUser};
use crate::store::{Act, Import, NewUser, Newcomer, Person, Place, Step};

/// Most notes of one kind; beyond, only their number.
const NOTES_MAX: usize = 20;

/// What will be imported, and what is to be said about it.
pub(super) struct Plan {
    /// For each person of the import, what it does not hold.
    pub people: Vec<Planned>,
    pub import: Import,
    pub notes: Vec<String>,
}

/// A person's password, if it can be one.
pub(super) struct Planned {
    pub password: Option<Password>,
}

pub(super) fn plan(old: &OldChat, now: Timestamp) -> Plan {
    let mut notes = Notes::default();
    let (import_people, people, known) = people(old, now, &mut notes);
    let mut import = Import { people: import_people, steps: Vec::new() };
    let mut places: Vec<Place> = Vec::new();
    let mut latest = None::<Timestamp>;
    for message in &old.messages {
        let (Some(sender), Some(recipient)) = (known.find(&message.sender), known.find(&message.recipient)) else {
            notes.skipped(message, "its sender or recipient is not there");
            continue;
        };
        if sender == recipient {
            notes.skipped(message, "it was written to oneself");
            continue;
        }
        let bodies = bodies(message.text.as_deref().unwrap_or_default());
        if bodies.is_empty() {
            notes.skipped(message, "it has no text");
            continue;
        }
        let at = moment(&message.date).unwrap_or_else(|| {
            notes.add("time", format!("message {} has no time that can be read; it got its neighbour's", message.id));
            latest.unwrap_or(now)
        });
        latest = Some(at);
        let newcomers = [&sender, &recipient];
        for person in newcomers {
            let newcomer = &mut import.people[person.0];
            newcomer.at = newcomer.at.min(at);
        }
        let place = Place::Direct(sender.min(recipient), sender.max(recipient));
        if !places.contains(&place) {
            places.push(place);
        }
        for (part, body) in (0_u32..).zip(bodies) {
            let client_id = client_id(message, part);
            let act = Act::Say { sender, place, client_id, body, reply_to: None };
            import.steps.push(Step { at, act });
        }
    }
    // PyChat kept no receipts. What both have had before them for years is not to come as new, nor as late.
    for place in places {
        if let Place::Direct(one, other) = place {
            for member in [one, other] {
                let act = Act::Confirm { member, place, kind: ReceiptKind::Read };
                import.steps.push(Step { at: now, act });
            }
        }
    }
    Plan { people, import, notes: notes.into_lines() }
}

/// Who is meant by what a message names.
struct Known {
    by_id: HashMap<i64, Person>,
    by_name: HashMap<String, Person>,
}

impl Known {
    /// The second schema names people by id or by username; a username of digits goes before an id written as text.
    fn find(&self, named: &Old) -> Option<Person> {
        match named {
            Old::Integer(id) => self.by_id.get(id).or_else(|| self.by_name.get(&id.to_string())).copied(),
            Old::Text(name) => {
                let by_id = || name.trim().parse().ok().and_then(|id: i64| self.by_id.get(&id));
                self.by_name.get(name).or_else(by_id).copied()
            }
            Old::Real(_) | Old::Nothing => None,
        }
    }
}

fn people(old: &OldChat, now: Timestamp, notes: &mut Notes) -> (Vec<Newcomer>, Vec<Planned>, Known) {
    let (mut newcomers, mut planned) = (Vec::new(), Vec::new());
    let mut known = Known { by_id: HashMap::new(), by_name: HashMap::new() };
    // Names that fit are given first, so that nobody loses theirs to somebody whose name has to be changed.
    let mut taken = HashSet::new();
    let mut own: HashMap<i64, Username> = HashMap::new();
    for user in &old.users {
        let fitting = user.username.as_deref().and_then(|name| Username::parse(name).ok());
        if let Some(username) = fitting.filter(|username| taken.insert(username.key().to_owned())) {
            own.insert(user.id, username);
        }
    }
    for user in &old.users {
        let Some(old_name) = user.username.as_deref().filter(|name| !name.trim().is_empty()) else {
            notes.add("person", format!("user {} has no name and was left out", user.id));
            continue;
        };
        let username = own.remove(&user.id).or_else(|| {
            let other = adjusted(old_name, user.id).find(|name| taken.insert(name.key().to_owned()))?;
            notes.add("name", format!("{} cannot be a username here and is called {other}", quoted(old_name)));
            Some(other)
        });
        let Some(username) = username else {
            notes.add("person", format!("{} has no name that could be made to fit and was left out", quoted(old_name)));
            continue;
        };
        let (password, is_weak) = password_of(user, &username, notes);
        let display_name = DisplayName::parse(old_name).unwrap_or_else(|_| DisplayName::from(&username));
        let person = Person(newcomers.len());
        known.by_id.insert(user.id, person);
        known.by_name.entry(old_name.to_owned()).or_insert(person);
        let other_names = (2..=9).filter_map(|number| Username::parse(&format!("{username}-{number}")).ok());
        newcomers.push(Newcomer {
            other_names: other_names.filter(|name| !taken.contains(name.key())).collect(),
            user: NewUser { username, display_name, password_hash: String::new(), password_is_weak: is_weak },
            pronoun: None,
            hue: None,
            is_disabled: false,
            at: now,
        });
        planned.push(Planned { password });
    }
    (newcomers, planned, known)
}

/// Without a hash nobody can log in: the stored text is one that no password matches.
fn password_of(user: &OldUser, username: &Username, notes: &mut Notes) -> (Option<Password>, bool) {
    let old = user.password.as_deref().filter(|password| !password.is_empty());
    match old.map(Password::parse) {
        Some(Ok(password)) => {
            let is_weak = PasswordPolicy::default().check(&password, &[username.as_str()]).is_err();
            (Some(password), is_weak)
        }
        _ => {
            notes.add("password", format!("{username} has no password that can be used; set one: chinwag user passwd"));
            (None, true)
        }
    }
}

/// Names for somebody whose own does not fit: their letters and digits first, then their number.
fn adjusted(name: &str, id: i64) -> impl Iterator<Item = Username> {
    let mut letters = String::new();
    for letter in name.trim().chars() {
        if letter.is_alphanumeric() {
            letters.push(letter);
        } else if !letters.is_empty() && !letters.ends_with('.') {
            letters.push('.');
        }
    }
    let letters: String = letters.trim_end_matches('.').chars().take(26).collect();
    let letters = letters.trim_end_matches('.').to_owned();
    let numbered = (2..=99).map({
        let letters = letters.clone();
        move |number| format!("{letters}-{number}")
    });
    let candidates = std::iter::once(letters).chain(numbered).chain([format!("pychat-{}", id.unsigned_abs())]);
    candidates.filter_map(|candidate| Username::parse(&candidate).ok())
}

/// The text as messages: controls taken out, cut where it is longer than a message may be.
fn bodies(text: &str) -> Vec<Body> {
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
    let mut bodies = Vec::new();
    let mut rest = clean.as_str();
    while !rest.is_empty() {
        let mut end = rest.len().min(BODY_MAX_BYTES);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        bodies.extend(Body::parse(&rest[..end]));
        rest = &rest[end..];
    }
    bodies
}

/// Made of what the message is and not of where its file lies, so that a copy of the file gives the same ids.
fn client_id(message: &OldMessage, part: u32) -> ClientId {
    let mut hash = Sha256::new();
    hash.update(b"chinwag import-pychat 1");
    for text in [
        format!("{}", message.id),
        format!("{:?}", message.sender),
        format!("{:?}", message.recipient),
        format!("{:?}", message.date),
        format!("{:?}", message.text),
        format!("{part}"),
    ] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let bytes: [u8; 16] = digest[..16].try_into().expect("half of 32 is 16");
    ClientId::new(Builder::from_custom_bytes(bytes).into_uuid())
}

/// Dates as Python wrote them: ISO 8601 with or without a zone (without: this machine's), or seconds since the epoch.
fn moment(date: &Old) -> Option<Timestamp> {
    // Year 2001 in milliseconds is year 33658 in seconds.
    const MILLIS_FROM: f64 = 1e12;
    let from_number = |number: f64| {
        let millis = if number.abs() < MILLIS_FROM { number * 1000.0 } else { number };
        let is_possible = number > 0.0 && millis < 4e12;
        #[allow(clippy::cast_possible_truncation, reason = "below 4e12 every number of milliseconds fits")]
        is_possible.then_some(Timestamp::from_millis(millis as i64))
    };
    match date {
        #[allow(clippy::cast_precision_loss, reason = "exact below 2^53, and refused far below")]
        Old::Integer(number) => from_number(*number as f64),
        Old::Real(number) => from_number(*number),
        Old::Nothing => None,
        Old::Text(text) => {
            let text = text.trim();
            if let Ok(number) = text.parse() {
                return from_number(number);
            }
            let absolute = text.parse::<jiff::Timestamp>();
            let local = || {
                let civil: DateTime = text.parse().ok()?;
                Some(civil.to_zoned(TimeZone::system()).ok()?.timestamp())
            };
            let at = absolute.ok().or_else(local)?.as_millisecond();
            (at > 0).then_some(Timestamp::from_millis(at))
        }
    }
}

fn quoted(name: &str) -> String {
    format!("{:?}", name.chars().take(40).collect::<String>())
}

/// What was changed or left out, bounded by kind.
#[derive(Default)]
struct Notes {
    lines: Vec<String>,
    counts: Vec<(&'static str, usize)>,
}

impl Notes {
    fn skipped(&mut self, message: &OldMessage, reason: &'static str) {
        self.add(reason, format!("message {} was left out: {reason}", message.id));
    }

    fn add(&mut self, kind: &'static str, line: String) {
        let at = self.counts.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.counts.push((kind, 0));
            self.counts.len() - 1
        });
        self.counts[at].1 += 1;
        if self.counts[at].1 <= NOTES_MAX {
            self.lines.push(line);
        }
    }

    fn into_lines(mut self) -> Vec<String> {
        for (kind, count) in self.counts {
            if count > NOTES_MAX {
                self.lines.push(format!("and {} more like these ({kind})", count - NOTES_MAX));
            }
        }
        self.lines
    }
}

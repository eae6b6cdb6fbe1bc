//! `demo`: people and conversations to look at, or any number of people for load. Everything happened over the last days
//! and obeys the rules of a lived history, with receipts, a group and messages that came late.

use std::collections::HashMap;

use super::office::{Office, OrderError, Report, Token};
use crate::auth::{Password, SessionToken};
use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, DisplayName, GroupName, Hue, Pronoun, ReceiptKind, Username};
use crate::store::{Act, Import, NewUser, Newcomer, Person, Place, Refusal, Step, Stored, Write};

/// Everybody's password in a demo.
const PASSWORD: &str = "quilt-harbour-42-lantern";

/// Most people and messages that one demo makes.
const PEOPLE_MAX: usize = 100_000;
const MESSAGES_MAX: usize = 1_000_000;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Those who have names: username, display name, hue, pronoun.
const CAST: [(&str, &str, i64, Option<Pronoun>); 7] = [
    ("alice", "Alice Marsh", 330, Some(Pronoun::She)),
    ("bob", "Bob Hargreaves", 220, Some(Pronoun::He)),
    ("dana", "Dana Okafor", 145, Some(Pronoun::She)),
    ("mei", "Mei Lin", 60, Some(Pronoun::She)),
    ("yusuf", "Yusuf Demir", 265, Some(Pronoun::He)),
    ("jean", "Jean Marsh", 20, None),
    ("tom", "Tom Marsh", 190, Some(Pronoun::They)),
];

const ALICE: Person = Person(0);
const BOB: Person = Person(1);
const DANA: Person = Person(2);
const MEI: Person = Person(3);
const YUSUF: Person = Person(4);
const JEAN: Person = Person(5);
const TOM: Person = Person(6);

/// What was said, oldest first: minutes before now, who, where, what. Places by the pair of people or the group.
#[rustfmt::skip]
const SCRIPT: &[(i64, Person, Place, &str)] = &[
    (4310, MEI, Place::Direct(ALICE, MEI), "Did the seedlings survive the night?"),
    (4302, ALICE, Place::Direct(ALICE, MEI), "All but two. The fleece was a good idea"),
    (4299, MEI, Place::Direct(ALICE, MEI), "I have spares. Come by on Thursday and take what you need."),
    (4291, ALICE, Place::Direct(ALICE, MEI), "Perfect, I’ll bring cake 🍰"),
    (3020, JEAN, Place::Group(0), "Lunch on Sunday, one o’clock, here. Who is coming?"),
    (3011, TOM, Place::Group(0), "Me, with a salad"),
    (2990, ALICE, Place::Group(0), "Yes! Shall I fetch you at the station, Tom?"),
    (2984, TOM, Place::Group(0), "The 12:20 would be lovely, thank you."),
    (2950, JEAN, Place::Group(0), "Then we are four. **No** presents please, I have no shelf left."),
    (2880, YUSUF, Place::Direct(BOB, YUSUF), "The printer is jammed again. Which drawer was it?"),
    (2871, BOB, Place::Direct(BOB, YUSUF), "The lower one. Pull it out all the way, then look behind the roller."),
    (2868, YUSUF, Place::Direct(BOB, YUSUF), "Found it: a paper clip. Thanks!"),
    (1502, DANA, Place::Direct(ALICE, DANA), "Here is what the choir sings in June:\n- Elgar\n- two folk songs\n- something by Dana (gulp)"),
    (1490, ALICE, Place::Direct(ALICE, DANA), "Something by Dana! I want a seat in the front row."),
    (1488, DANA, Place::Direct(ALICE, DANA), "You shall have it."),
    (400, BOB, Place::Direct(ALICE, BOB), "Are you still up for the walk on Saturday?"),
    (396, ALICE, Place::Direct(ALICE, BOB), "Very much so. Ten o’clock at the bridge?"),
    (395, BOB, Place::Direct(ALICE, BOB), "Ten it is"),
    (250, ALICE, Place::Direct(ALICE, BOB), "Bob, the bridge is closed. Let us meet at the mill instead."),
    (249, ALICE, Place::Direct(ALICE, BOB), "It is the one behind the church: `52.2053, 0.1218`"),
    (243, ALICE, Place::Direct(ALICE, BOB), "Say something when you have read this, so that you don’t wait at the wrong end of town 🙂"),
    (18, BOB, Place::Direct(ALICE, BOB), "Just back, no signal all day. The mill is fine!"),
    (16, ALICE, Place::Direct(ALICE, BOB), "Good, then I can stop worrying."),
];

/// Bob's away time, in minutes before now: Alice's messages of that time reach him late.
const BOB_LEFT: i64 = 390;
const BOB_CAME_BACK: i64 = 20;

/// Makes a demo in a database without users.
pub(super) fn make(office: &mut Office, people: usize, messages: usize, sessions: bool) -> Result<Report, OrderError> {
    if people < CAST.len() || people > PEOPLE_MAX || messages > MESSAGES_MAX {
        let least = CAST.len();
        return Err(OrderError(format!(
            "a demo has {least} to {PEOPLE_MAX} people and at most {MESSAGES_MAX} further messages"
        )));
    }
    if office.reads.user_count()? > 0 {
        return Err(OrderError("this database has users already; a demo wants a data directory of its own".into()));
    }
    let password = Password::parse(PASSWORD).map_err(|error| OrderError(error.to_string()))?;
    // One hash for all: nobody waits hours for ten thousand people who do not exist.
    let hash = office.hasher.hash(&password).as_str().to_owned();
    let now = office.clock.now();
    let mut import = Import { people: newcomers(people, &hash, now)?, steps: written(now)? };
    import.steps.extend(further(people, messages, now)?);
    import.steps.sort_by_key(|step| step.at);
    let tokens: Vec<SessionToken> =
        if sessions { (0..people).map(|_| SessionToken::generate()).collect() } else { Vec::new() };
    import.steps.extend(tokens.iter().enumerate().map(|(at, token)| {
        let token_hash = *token.hash().as_bytes();
        Step { at: now, act: Act::SignIn { person: Person(at), token_hash, label: "Demo".into() } }
    }));
    let imported = match (office.submit)(Write::Import(Box::new(import)))? {
        Stored::Imported(imported) => imported,
        _ => return Err(Refusal::Unknown.into()),
    };
    let mut lines =
        vec![format!("{} people and {} messages. Log in as", imported.added.len(), imported.messages_added)];
    lines.extend(CAST.iter().map(|(username, name, ..)| format!("  {username:<8}  {name}")));
    lines.push(format!("with the password {PASSWORD}"));
    let tokens = imported.names.iter().zip(&tokens);
    let tokens = tokens.map(|(name, token)| Token { username: name.clone(), token: token.expose() }).collect();
    Ok(Report { lines, tokens })
}

fn newcomers(count: usize, hash: &str, now: Timestamp) -> Result<Vec<Newcomer>, OrderError> {
    let named = CAST
        .iter()
        .map(|(username, name, hue, pronoun)| ((*username).to_owned(), (*name).to_owned(), Hue::parse(*hue), *pronoun));
    let numbered = (CAST.len()..count)
        .map(|number| (format!("person{}", number + 1), format!("Person {}", number + 1), None, None));
    named
        .chain(numbered)
        .map(|(username, name, hue, pronoun)| {
            let username = Username::parse(&username).map_err(|error| OrderError(error.to_string()))?;
            let display_name = DisplayName::parse(&name).map_err(|error| OrderError(error.to_string()))?;
            let user = NewUser { username, display_name, password_hash: hash.to_owned(), password_is_weak: false };
            let at = now.plus_millis(-8 * DAY);
            Ok(Newcomer { user, other_names: Vec::new(), pronoun, hue, is_disabled: false, at })
        })
        .collect()
}

/// The script, with confirmations: everybody is there within minutes and reads, but Bob, who is away for a while.
fn written(now: Timestamp) -> Result<Vec<Step>, OrderError> {
    let before = |minutes: i64| now.plus_millis(-minutes * MINUTE);
    let name = GroupName::parse("Sunday lunch").map_err(|error| OrderError(error.to_string()))?;
    let make = Act::MakeGroup { owner: JEAN, name, members: vec![ALICE, TOM, DANA] };
    let mut steps = vec![Step { at: before(3022), act: make }];
    for &(minutes, sender, place, text) in SCRIPT {
        let at = before(minutes);
        steps.push(say(at, sender, place, text)?);
        let readers = match place {
            Place::Direct(one, other) => vec![if one == sender { other } else { one }],
            Place::Group(_) => [ALICE, TOM, DANA, JEAN].into_iter().filter(|person| *person != sender).collect(),
        };
        for member in readers {
            let is_away = member == BOB && minutes < BOB_LEFT && minutes > BOB_CAME_BACK;
            if !is_away {
                steps.push(confirm(at.plus_millis(2_000), member, place, ReceiptKind::Delivered));
                steps.push(confirm(at.plus_millis(45_000), member, place, ReceiptKind::Read));
            }
        }
    }
    steps.push(Step { at: before(BOB_LEFT), act: Act::Leave(BOB) });
    let back = before(BOB_CAME_BACK);
    steps.push(Step { at: back, act: Act::Return { person: BOB, since: before(BOB_LEFT) } });
    steps.push(confirm(back.plus_millis(120), BOB, Place::Direct(ALICE, BOB), ReceiptKind::Delivered));
    steps.push(confirm(back.plus_millis(30_000), BOB, Place::Direct(ALICE, BOB), ReceiptKind::Read));
    // Nobody is connected now.
    let people = [ALICE, BOB, DANA, MEI, YUSUF, JEAN, TOM];
    let left = people.iter().enumerate().map(|(at, person)| {
        let minutes = [4, 9, 55, 130, 1400, 30, 700][at];
        Step { at: before(minutes), act: Act::Leave(*person) }
    });
    steps.extend(left);
    Ok(steps)
}

/// Any number of messages between any people, over a week, for load. The same numbers give the same messages.
fn further(people: usize, messages: usize, now: Timestamp) -> Result<Vec<Step>, OrderError> {
    const WORDS: [&str; 8] = ["tea", "later", "the garden", "yes", "a train", "Sunday", "perhaps", "rain again"];
    let mut number = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: usize| {
        // xorshift64*: well spread, and no dependency for numbers that guard nothing.
        number ^= number >> 12;
        number ^= number << 25;
        number ^= number >> 27;
        let spread = number.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        usize::try_from(spread).unwrap_or(0) % below
    };
    let mut steps = Vec::with_capacity(messages);
    let mut newest: HashMap<Place, Timestamp> = HashMap::new();
    let spacing = (6 * DAY) / i64::try_from(messages.max(1)).unwrap_or(i64::MAX);
    for at in 0..messages {
        let (one, two) = (draw(people), draw(people - 1));
        let (sender, other) = (Person(one), Person(if two >= one { two + 1 } else { two }));
        let place = Place::Direct(sender.min(other), sender.max(other));
        let said_at = now.plus_millis(-7 * DAY + i64::try_from(at).unwrap_or(0).saturating_mul(spacing.max(1)));
        newest.insert(place, said_at);
        let text = format!("{}, {} ({})", WORDS[draw(8)], WORDS[draw(8)], at + 1);
        steps.push(say(said_at, sender, place, &text)?);
    }
    let mut read: Vec<_> = newest.into_iter().collect();
    read.sort_unstable_by_key(|(place, at)| (*at, format!("{place:?}")));
    for (place, at) in read {
        if let Place::Direct(one, other) = place {
            for member in [one, other] {
                steps.push(confirm(at.plus_millis(HOUR), member, place, ReceiptKind::Read));
            }
        }
    }
    Ok(steps)
}

fn say(at: Timestamp, sender: Person, place: Place, text: &str) -> Result<Step, OrderError> {
    let body = Body::parse(text).map_err(|error| OrderError(error.to_string()))?;
    let act = Act::Say { sender, place, client_id: ClientId::fresh(), body, reply_to: None };
    Ok(Step { at, act })
}

fn confirm(at: Timestamp, member: Person, place: Place, kind: ReceiptKind) -> Step {
    Step { at, act: Act::Confirm { member, place, kind } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_in_order_and_nobody_reads_while_away() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let minutes: Vec<i64> = SCRIPT.iter().map(|line| line.0).collect();
        assert!(minutes.is_sorted_by(|one, next| one >= next));
        let (left, back) = (now.plus_millis(-BOB_LEFT * MINUTE), now.plus_millis(-BOB_CAME_BACK * MINUTE));
        for step in written(now).unwrap() {
            if let Act::Confirm { member: BOB, .. } = step.act {
                assert!(step.at <= left.plus_millis(MINUTE) || step.at >= back, "{step:?}");
            }
            assert!(step.at <= now);
        }
    }

    #[test]
    fn load_is_the_same_each_time_and_never_to_oneself() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let places = |steps: Vec<Step>| {
            steps
                .into_iter()
                .filter_map(|step| match step.act {
                    Act::Say { sender, place, body, .. } => Some((sender, place, body)),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let one = places(further(10, 500, now).unwrap());
        assert_eq!(one, places(further(10, 500, now).unwrap()));
        assert_eq!(one.len(), 500);
        for (sender, place, _) in one {
            let Place::Direct(low, high) = place else { panic!("only direct") };
            assert!(low < high && (sender == low || sender == high) && high.0 < 10);
        }
    }
}

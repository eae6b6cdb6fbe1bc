//! Unread, and how much of it mentions one, is exact, always: three devices of one person each keep their badges from frames alone, while everybody writes,
//! edits, deletes, reads, marks unread, blocks, comes and goes at random. After each step every badge must be what counting
//! the stored messages above the stored cursor gives. `CHINWAG_TEST_SEED=7 cargo test --test sockets unread` takes another
//! history.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags};

use crate::support::*;

const STEPS: usize = 260;
const DEVICES: usize = 3;

/// xorshift: the same seed, the same run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit as u64)).unwrap()
    }
}

/// What a device shows of one conversation, by the rules in the protocol's text.
#[derive(Debug, Default)]
struct Badge {
    /// Up to which revision messages are counted.
    counted: i64,
    head: i64,
    cursor: i64,
    unread: i64,
    mentioned: i64,
    /// The prefix this device has seen, for its next hello.
    rev: i64,
}

impl Badge {
    fn of(view: &Value) -> Badge {
        let (counted, rev) = (int(view, "rev"), int(view, "rev"));
        let (unread, mentioned) = (int(view, "unread"), int(view, "mentioned"));
        Badge { counted, head: int(view, "head"), cursor: int(view, "cursor"), unread, mentioned, rev }
    }

    /// A live frame that brings a new form; `before` says whom the one before mentioned.
    fn change(&mut self, me: i64, frame: &Value) {
        let message = &frame["message"];
        let is_news = int(message, "rev") > self.counted;
        self.count(me, message);
        if is_news && int(message, "sender") != me && int(message, "seq") > self.cursor {
            let mentions = |form: &Value| i64::from(form["mentionsAll"] == true || has(form, "mentions", me));
            self.mentioned += mentions(message) - mentions(&frame["before"]);
        }
    }

    fn count(&mut self, me: i64, message: &Value) {
        self.rev = self.rev.max(int(message, "rev"));
        if int(message, "rev") <= self.counted {
            return;
        }
        self.counted = int(message, "rev");
        let (seq, is_deleted) = (int(message, "seq"), message.get("deletedAt").is_some());
        let is_new = seq > self.head;
        self.head = self.head.max(seq);
        let may_count = int(message, "sender") != me
            && message["kind"] == "text"
            && message.get("withheld").is_none()
            && seq > self.cursor;
        if may_count && is_new != is_deleted {
            self.unread += if is_new { 1 } else { -1 };
        }
    }
}

fn has(form: &Value, field: &str, id: i64) -> bool {
    form[field].as_array().is_some_and(|ids| ids.contains(&id.into()))
}

/// One device of the person whose badges are looked at. Lost connections take nothing of its memory.
#[derive(Default)]
struct Device {
    socket: Option<Socket>,
    badges: BTreeMap<i64, Badge>,
}

impl Device {
    async fn come(&mut self, me: &Person) {
        let held: Vec<(i64, i64)> = self.badges.iter().map(|(id, badge)| (*id, badge.rev)).collect();
        let mut socket = me.connect_holding(&held).await;
        let ready = socket.ready.take();
        for view in list(&ready, "conversations") {
            self.badges.insert(int(view, "id"), Badge::of(view));
        }
        let total: i64 = self.badges.values().map(|badge| badge.unread).sum();
        assert_eq!(int(&ready, "unreadTotal"), total);
        self.socket = Some(socket);
    }

    /// Takes in all that was told so far.
    async fn hear(&mut self, me: i64) {
        let Some(socket) = &mut self.socket else { return };
        socket.catch_up().await;
        for frame in socket.take_unseen() {
            match frame["type"].as_str().unwrap() {
                "message" | "message.changed" => {
                    let conversation = int(&frame["message"], "conversation");
                    self.badges.get_mut(&conversation).unwrap().change(me, &frame);
                }
                "changes" => {
                    let badge = self.badges.get_mut(&int(&frame, "conversation")).unwrap();
                    list(&frame, "messages").iter().for_each(|message| badge.count(me, message));
                    badge.rev = badge.rev.max(int(&frame, "rev"));
                }
                "conversation" => {
                    let view = &frame["conversation"];
                    self.badges.insert(int(view, "id"), Badge::of(view));
                }
                "cursor" => {
                    let badge = self.badges.get_mut(&int(&frame, "conversation")).unwrap();
                    (badge.cursor, badge.unread) = (int(&frame, "cursor"), int(&frame, "unread"));
                    badge.mentioned = int(&frame, "mentioned");
                }
                "receipt" => {
                    let badge = self.badges.get_mut(&int(&frame, "conversation")).unwrap();
                    badge.rev = badge.rev.max(int(&frame["receipt"], "rev"));
                }
                _ => {}
            }
        }
    }
}

/// Cursor, unread and mentions of a person's every conversation, counted from the stored messages.
fn counted(store: &Connection, user: i64) -> BTreeMap<i64, (i64, i64, i64)> {
    let sql = "SELECT conversation, cursor, coalesce(until_seq, 1 << 40), coalesce(until_rev, 1 << 60) FROM members m WHERE user = ?1 AND from_seq = \
               (SELECT max(from_seq) FROM members WHERE user = ?1 AND conversation = m.conversation)";
    let mut places = store.prepare_cached(sql).unwrap();
    let rows = places.query_map([user], |row| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?]));
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    let sql = "SELECT count(*) FROM messages WHERE conversation = ?1 AND seq > ?2 AND seq <= ?3 AND sender <> ?4 \
               AND kind = 0 AND deleted_at IS NULL AND withheld = 0";
    let mut messages = store.prepare_cached(sql).unwrap();
    // As each text stood at the reader's end: the newest form, or the newest of the earlier ones by then.
    let mentions = "SELECT count(*) FROM (SELECT sender, deleted_at, iif(rev <= ?5, mentions, (SELECT mentions FROM \
                    message_versions WHERE message = messages.id AND rev <= ?5 ORDER BY version DESC LIMIT 1)) AS ids \
                    FROM messages WHERE conversation = ?1 AND seq > ?2 AND seq <= ?3 AND sender <> ?4) \
                    WHERE deleted_at IS NULL AND (',' || ids || ',' LIKE '%,0,%' OR ',' || ids || ',' LIKE '%,' || ?4 || ',%')";
    let mut mentions = store.prepare_cached(mentions).unwrap();
    rows.into_iter()
        .map(|[id, cursor, until, until_rev]| {
            let unread = messages.query_row([id, cursor, until, user], |row| row.get(0)).unwrap();
            let mentioned = mentions.query_row([id, cursor, until, user, until_rev], |row| row.get(0)).unwrap();
            (id, (cursor, unread, mentioned))
        })
        .collect()
}

/// Everybody and what they may do.
struct Cast {
    random: Random,
    /// Ann, whose badges they are, then Bob and Cleo.
    people: [Person; 3],
    devices: [Device; DEVICES],
    others: [Socket; 2],
    group: i64,
    /// Of the group, then of each of the two with Ann.
    places: [i64; 3],
    /// Every text that stands: place, seq, version, author.
    texts: Vec<(i64, i64, i64, usize)>,
    heads: BTreeMap<i64, i64>,
    /// Ann is in the group. While she is not, what becomes of its older texts is nothing to her.
    is_in: bool,
}

impl Cast {
    /// Somebody's window: one of Ann's that is open, or the only one of another.
    fn window(&mut self, who: usize) -> Option<&mut Socket> {
        if who > 0 {
            return Some(&mut self.others[who - 1]);
        }
        let first = self.random.below(DEVICES);
        self.devices[(0..DEVICES).map(|n| (first + n) % DEVICES).find(|n| self.devices[*n].socket.is_some())?]
            .socket
            .as_mut()
    }

    /// Text, with or without Ann's name in it. Beyond two people her name is the one she signed up with.
    fn words(&mut self) -> String {
        let name = self.people[0].name.clone();
        [format!("text for @{name}"), "text for @all".into(), "text".into(), "text for `@all`".into()]
            [self.random.below(4)]
        .clone()
    }

    async fn ask(&mut self, who: usize, frame: Value) -> Option<Value> {
        let answer = self.window(who)?.ask(frame.clone()).await;
        let code = answer["code"].as_str().unwrap_or("ok");
        assert!(["ok", "forbidden", "receipt_beyond_head"].contains(&code), "{frame}: {answer}");
        (code == "ok").then_some(answer)
    }

    /// What was done, in a word.
    async fn act(&mut self) -> String {
        let who = self.random.below(3);
        let place =
            if who == 0 { self.places[self.random.below(3)] } else { self.places[[0, who][self.random.below(2)]] };
        let head = self.heads.get(&place).copied().unwrap_or_default();
        match self.random.below(20) {
            0..8 => {
                let body = self.words();
                let frame =
                    json!({"type": "message.send", "clientId": client_id(), "conversation": place, "body": body});
                let Some(stored) = self.ask(who, frame).await else { return format!("{who} may not write") };
                self.texts.push((place, int(&stored, "seq"), 1, who));
                self.heads.insert(place, int(&stored, "seq"));
                format!("{who} writes {} in {place}", stored["seq"])
            }
            8..11 if !self.texts.is_empty() => {
                let at = self.random.below(self.texts.len());
                let (place, seq, version, who) = self.texts[at];
                if place == self.group && !self.is_in {
                    return "nothing".into();
                }
                let is_edit = self.random.below(2) == 0;
                let mut frame = json!({"type": if is_edit { "message.edit" } else { "message.delete" },
                    "clientId": client_id(), "conversation": place, "seq": seq, "version": version});
                if is_edit {
                    frame["body"] = self.words().into();
                }
                if self.ask(who, frame).await.is_none() {
                    return format!("{who} may not change {seq} in {place}");
                }
                if is_edit {
                    self.texts[at].2 += 1;
                } else {
                    self.texts.swap_remove(at);
                }
                format!("{who} changes {seq} in {place} (edit: {is_edit})")
            }
            11..14 if head > 0 => {
                let seq = 1 + i64::try_from(self.random.below(usize::try_from(head).unwrap())).unwrap();
                let seq = if self.random.below(2) == 0 { head } else { seq };
                let kind = ["receipt.read", "receipt.delivered", "cursor.set"][self.random.below(3)];
                let answer = self.ask(0, json!({"type": kind, "conversation": place, "seq": seq})).await;
                format!("0 says {kind} {seq} in {place}: {}", answer.is_some())
            }
            14..17 => {
                let device = &mut self.devices[self.random.below(DEVICES)];
                match device.socket.take() {
                    Some(socket) => socket.lose(),
                    None => device.come(&self.people[0]).await,
                }
                format!("a device goes or comes: {}", device.socket.is_some())
            }
            17 => {
                let other = 1 + self.random.below(2);
                let path = format!("/blocks/{}", self.people[other].id);
                let (method, ann) = (["PUT", "DELETE"][self.random.below(2)], &self.people[0]);
                assert!(ann.send(ann.request(method, &path).json(&json!({}))).await.status < 300);
                format!("0 says {method} {path}")
            }
            18 => {
                let (ann, bob) = (&self.people[0], &self.people[1]);
                let members = format!("/conversations/{}/members", self.group);
                let status = bob.delete(&format!("{members}/{}", ann.id)).await.status;
                self.is_in = false;
                format!("1 takes 0 out of the group: {status}")
            }
            19 => {
                let (ann, bob) = (&self.people[0], &self.people[1]);
                let members = format!("/conversations/{}/members", self.group);
                let status = bob.post(&members, json!({"users": [ann.id]})).await.status;
                let view = bob.get(&format!("/conversations/{}", self.group)).await.ok(200);
                self.heads.insert(self.group, int(&view["conversation"], "head"));
                self.is_in = true;
                format!("1 takes 0 into the group: {status}")
            }
            _ => "nothing".into(),
        }
    }
}

#[tokio::test]
async fn every_badge_of_three_devices_is_what_counting_gives_after_every_step() {
    let seed = std::env::var("CHINWAG_TEST_SEED").map_or(1_959, |seed| seed.parse().unwrap()) | 1;
    println!("seed: CHINWAG_TEST_SEED={seed}");
    let program = Program::start(&[]);
    let server = program.server();
    let people = [
        Person::sign_up(server, "Ann").await,
        Person::sign_up(server, "Bob").await,
        Person::sign_up(server, "Cleo").await,
    ];
    let [ann, bob, cleo] = &people;
    let made = bob.post("/conversations", json!({"kind": "group", "name": "All", "members": [ann.id, cleo.id]})).await;
    let group = int(&made.ok(201)["conversation"], "id");
    let places = [group, ann.conversation_with(bob).await, ann.conversation_with(cleo).await];
    let others = [bob.connect().await, cleo.connect().await];
    let heads = BTreeMap::from([(group, 1)]);
    let random = Random(seed);
    let (devices, texts) = (Default::default(), Vec::new());
    let mut cast = Cast { random, people, devices, others, group, places, texts, heads, is_in: true };
    for device in &mut cast.devices {
        device.come(&cast.people[0]).await;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let store = Connection::open_with_flags(program.data().join("chinwag.db"), flags).unwrap();
    let (mut story, mut unread_seen, mut mentions_seen) = (Vec::new(), 0, 0);
    for step in 0..STEPS {
        story.push(cast.act().await);
        let me = cast.people[0].id;
        let right = counted(&store, me);
        unread_seen += right.values().map(|(_, unread, _)| unread).sum::<i64>();
        mentions_seen += right.values().map(|(_, _, mentioned)| mentioned).sum::<i64>();
        for (number, device) in cast.devices.iter_mut().enumerate() {
            device.hear(me).await;
            if device.socket.is_some() {
                let shown: BTreeMap<i64, (i64, i64, i64)> = device
                    .badges
                    .iter()
                    .map(|(id, badge)| (*id, (badge.cursor, badge.unread, badge.mentioned)))
                    .collect();
                assert_eq!(shown, right, "device {number} after step {step} of seed {seed}: {story:#?}");
            }
        }
        // What the others hear is not looked at.
        for other in &mut cast.others {
            other.forget().await;
        }
    }
    assert!(unread_seen > 0 && mentions_seen > 0, "nothing was ever unread, or mentioned her");
}

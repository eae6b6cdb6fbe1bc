//! The program is killed again and again while people write: nothing acknowledged is lost, nothing is there twice, and
//! what every client holds is what the store holds.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use crate::support::*;

const KILLS: u32 = 5;
/// At least so many messages are acknowledged between two kills, within the time below.
const ACKNOWLEDGED_BETWEEN_KILLS: usize = 25;
const WORKS_WITHIN: Duration = Duration::from_secs(120);
const WRITERS: usize = 8;
const READERS: usize = 8;

/// xorshift: the same seed, the same run as far as timing allows.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// What every acknowledgement said: (conversation, client id) → seq.
type Acknowledged = Arc<Mutex<BTreeMap<(i64, String), i64>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_doubled_or_out_of_order_however_often_it_is_killed() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    let seed = std::env::var("CHINWAG_TEST_SEED").map_or(now as u64, |seed| seed.parse().unwrap()) | 1;
    println!("seed: CHINWAG_TEST_SEED={seed}");
    let mut random = Random(seed);
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let mut people = Vec::new();
    for n in 0..WRITERS + READERS {
        people.push(Person::sign_up(&server, if n < WRITERS { "Writer" } else { "Reader" }).await);
    }
    let members: Vec<_> = people[1..].iter().map(|person| person.id).collect();
    let made = people[0].post("/conversations", json!({"kind": "group", "name": "All", "members": members})).await;
    let group = int(&made.ok(201)["conversation"], "id");
    let mut direct = Vec::new();
    for n in 0..WRITERS {
        direct.push(people[n].conversation_with(&people[WRITERS + n]).await);
    }

    let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Acknowledged::default());
    let clients: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(n, person)| {
            let writes_to = if n < WRITERS { vec![group, direct[n]] } else { Vec::new() };
            let client = Client {
                me: person.clone(),
                writes_to,
                model: Model::default(),
                random: Random(random.below(u64::MAX) | 1),
            };
            tokio::spawn(client.run(stop.clone(), acknowledged.clone()))
        })
        .collect();
    for kill in 1..=KILLS {
        // In the midst of work, however slow the machine is.
        let (before, deadline) = (acknowledged.lock().unwrap().len(), Instant::now() + WORKS_WITHIN);
        while acknowledged.lock().unwrap().len() < before + ACKNOWLEDGED_BETWEEN_KILLS {
            assert!(Instant::now() < deadline, "hardly anything is acknowledged before kill {kill}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(random.below(1200))).await;
        program.kill();
        tokio::time::sleep(Duration::from_millis(random.below(200))).await;
        program.again();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::SeqCst);
    let mut models = Vec::new();
    for (client, person) in clients.into_iter().zip(&people) {
        models.push(client.await.unwrap_or_else(|error| panic!("{}, seed {seed}: {error}", person.name)));
    }

    // Every client catches up once more, then holds exactly what the store holds.
    for (model, person) in models.iter_mut().zip(&people) {
        let mut window = Socket::open(person).await;
        window.send(&model.hello()).await;
        window.catch_up().await;
        let frames: Vec<_> = window.unseen().cloned().collect();
        for frame in frames {
            model.apply(person, &frame);
            let mut more = frame["type"] == "changes" && frame["more"] == true;
            while more {
                let id = int(&frame, "conversation");
                let path = format!("/conversations/{id}/changes?after={}", model.conversations[&id].rev);
                more = model.changes(&person.get(&path).await.ok(200));
            }
        }
        model.load(person).await.unwrap();
        assert!(model.conversations.contains_key(&group), "{} holds nothing", person.name);
        model.assert_equals_the_store(person).await;
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > 100, "only {} messages were acknowledged", acknowledged.len());
    let mut stored = 0;
    for conversation in std::iter::once(group).chain(direct) {
        let reader = people.iter().zip(&models).find(|(_, model)| model.conversations.contains_key(&conversation));
        let history = reader.unwrap().0.whole_history(conversation).await;
        let seqs: Vec<_> = history.iter().map(|message| int(message, "seq")).collect();
        assert_eq!(seqs, (1..=i64::try_from(seqs.len()).unwrap()).collect::<Vec<_>>(), "no hole");
        let texts: Vec<_> = history.iter().filter(|message| message["kind"] == "text").collect();
        let ids: HashSet<_> = texts.iter().map(|message| message["clientId"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), texts.len(), "nothing twice");
        let bodies: HashSet<_> =
            texts.iter().map(|message| (int(message, "sender"), message["body"].as_str().unwrap())).collect();
        assert_eq!(bodies.len(), texts.len(), "no body twice");
        for message in &texts {
            let key = (conversation, message["clientId"].as_str().unwrap().to_owned());
            assert_eq!(
                acknowledged.get(&key),
                Some(&int(message, "seq")),
                "each was acknowledged in the end, with its seq"
            );
        }
        stored += texts.len();
    }
    assert_eq!(stored, acknowledged.len(), "acknowledged and stored are the same");
    println!("{stored} messages, {KILLS} kills");
}

/// A client with an outbox: one message in flight, kept until it is acknowledged, sent again after every reconnect.
struct Client {
    me: Person,
    writes_to: Vec<i64>,
    model: Model,
    random: Random,
}

impl Client {
    async fn run(mut self, stop: Arc<AtomicBool>, acknowledged: Acknowledged) -> Model {
        let mut in_flight: Option<(String, i64, String)> = None;
        let mut written = 0;
        'connecting: loop {
            if stop.load(Ordering::SeqCst) && in_flight.is_none() {
                return self.model;
            }
            let Ok((mut socket, _)) = Socket::try_open(&self.me, Some(&self.me.server.origin())).await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if !socket.try_send(&self.model.hello()).await {
                continue;
            }
            let mut is_ready = false;
            let mut is_sent = false;
            loop {
                if is_ready
                    && !is_sent
                    && let Some((id, conversation, body)) = &in_flight
                {
                    if !socket.try_send(&self.model.send(id, *conversation, body)).await {
                        continue 'connecting;
                    }
                    is_sent = true;
                }
                if is_ready && in_flight.is_none() && !self.writes_to.is_empty() && !stop.load(Ordering::SeqCst) {
                    let which = usize::try_from(self.random.below(self.writes_to.len() as u64)).unwrap();
                    written += 1;
                    in_flight = Some((client_id(), self.writes_to[which], format!("{} {written}", self.me.name)));
                    is_sent = false;
                    tokio::time::sleep(Duration::from_millis(self.random.below(20))).await;
                    continue;
                }
                if is_ready && stop.load(Ordering::SeqCst) && in_flight.is_none() {
                    return self.model;
                }
                let Ok(frame) = tokio::time::timeout(Duration::from_millis(100), socket.next()).await else {
                    if !self.model.confirm(&mut socket).await {
                        continue 'connecting;
                    }
                    continue;
                };
                let Some(frame) = frame else { continue 'connecting };
                if frame["type"] == "message.stored" {
                    let (conversation, id) =
                        (int(&frame, "conversation"), frame["clientId"].as_str().unwrap().to_owned());
                    let before = acknowledged.lock().unwrap().insert((conversation, id), int(&frame, "seq"));
                    assert_eq!(before, None, "acknowledged twice: {frame}");
                    in_flight = None;
                }
                if frame["type"] == "error" {
                    tokio::time::sleep(Duration::from_millis(frame["retryAfterMs"].as_u64().unwrap_or(100))).await;
                    is_sent = false;
                }
                self.model.apply(&self.me, &frame);
                if frame["type"] == "changes" && frame["more"] == true {
                    let id = int(&frame, "conversation");
                    loop {
                        let path = format!("/conversations/{id}/changes?after={}", self.model.conversations[&id].rev);
                        let request = self.me.request("GET", &path);
                        let Ok(answer) = request.exchange(self.me.server.address(), self.me.from).await else {
                            continue 'connecting;
                        };
                        if !self.model.changes(&answer.ok(200)) {
                            break;
                        }
                    }
                }
                if !self.model.to_load.is_empty() && self.model.load(&self.me).await.is_err() {
                    continue 'connecting;
                }
                is_ready |= frame["type"] == "ready";
            }
        }
    }
}

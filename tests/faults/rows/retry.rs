//! A retry makes no copy: the connection is cut at every byte of the request and of the acknowledgement, the message is
//! sent again 1 to 20 times, from two devices at once, and after a restart. Every answer must be the first one.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Context, Report, Scene, Stuck, report_of};
use crate::checker::Kind;
use crate::client::socket::{Came, Socket};
use crate::client::{Account, Address};
use crate::random::Random;

const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// Retries with a restart among them.
const RESTART_EVERY: usize = 50;

/// Where the first attempt ends.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// After so many bytes of the request.
    Request(usize),
    /// After so many bytes of what the server sends once it has the request.
    Answer(usize),
}

/// An answer: seq, rev, at.
type First = (u64, u64, u64);

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        scene.people(4, 4, 0, &mut random)?;
        let rooms: Vec<(u64, usize)> =
            scene.town.conversations.iter().map(|(id, (members, _))| (*id, members[0])).collect();
        let mut firsts: HashMap<String, (u64, First)> = HashMap::new();
        let count = context.count(500, 20_000);
        for number in 0..count {
            let (room, person) = *random.pick(&rooms);
            let account = scene.town.people[person].clone();
            let client_id = random.uuid();
            let body = format!("retry {number} {}", "x".repeat(1 + number % 60));
            let frame =
                json!({ "type": "message.send", "ref": 1, "clientId": client_id, "conversation": room, "body": body });
            let length = Socket::bytes_of(&frame).len();
            // The acknowledgement has about 170 bytes, with its header.
            let cut =
                if number % 2 == 0 { Cut::Answer(number / 2 % 176) } else { Cut::Request(number / 2 % (length + 1)) };
            first_attempt(&scene.address(), &account, &frame, cut)
                .map_err(|error| format!("attempt {number}: {error}"))?;
            if number % RESTART_EVERY == RESTART_EVERY - 1 {
                if random.once_in(2) {
                    scene.kill();
                } else if scene.program().terminate(Duration::from_secs(20)).is_none() {
                    report.wrong(Kind::Misbehaved, "SIGTERM did not end the program");
                    scene.kill();
                }
                scene.start()?;
                report.count("restarts", 1);
            }
            let times = random.within(1, 20);
            let answers = resend(&scene.address(), &account, &frame, times, &mut random)?;
            report.count("resent", times);
            judge(&client_id, room, answers, &mut firsts, report);
        }
        check_store(&scene, &firsts, report)?;
        scene.look_for_panics(report);
        report.count("messages", count as u64);
        Ok(())
    })
}

fn open(address: &Address, account: &Account) -> io::Result<Socket> {
    let address = address.get().ok_or(io::ErrorKind::NotConnected)?;
    let mut socket = Socket::open(address, &account.token)?;
    socket.send(&json!({ "type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": true }))?;
    let until = Instant::now() + ANSWER_WITHIN;
    loop {
        match socket.next(until.saturating_duration_since(Instant::now()))? {
            Came::Frame(frame) if frame["type"] == "ready" => return Ok(socket),
            Came::Frame(_) => {}
            other => return Err(io::Error::other(format!("no ready: {other:?}"))),
        }
    }
}

fn first_attempt(address: &Address, account: &Account, frame: &Value, cut: Cut) -> io::Result<()> {
    let mut socket = open(address, account)?;
    match cut {
        Cut::Request(bytes) => socket.write_raw(&Socket::bytes_of(frame)[..bytes])?,
        Cut::Answer(bytes) => {
            socket.send(frame)?;
            let until = Instant::now() + Duration::from_millis(500);
            let mut read = 0;
            while read < bytes && Instant::now() < until {
                read += socket.read_some(Duration::from_millis(50), bytes - read)?.unwrap_or(0);
            }
        }
    }
    Ok(())
}

/// Sends the frame `times` times, over two devices at once; their answers.
fn resend(
    address: &Arc<Address>,
    account: &Account,
    frame: &Value,
    times: u64,
    random: &mut Random,
) -> Result<Vec<Value>, Stuck> {
    let shares = [times / 2, times - times / 2];
    let barrier = Barrier::new(2);
    let reconnect_once_in = random.within(2, 8);
    let results: Vec<io::Result<Vec<Value>>> = thread::scope(|scope| {
        let threads: Vec<_> = shares
            .into_iter()
            .map(|share| {
                let mut random = random.branch(share);
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    attempts(address, account, frame, share, reconnect_once_in, &mut random)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("an attempt does not panic")).collect()
    });
    let mut answers = Vec::new();
    for result in results {
        answers.extend(result.map_err(|error| format!("resending: {error}"))?);
    }
    Ok(answers)
}

fn attempts(
    address: &Address,
    account: &Account,
    frame: &Value,
    times: u64,
    reconnect_once_in: u64,
    random: &mut Random,
) -> io::Result<Vec<Value>> {
    let mut answers = Vec::new();
    if times == 0 {
        return Ok(answers);
    }
    let mut socket = open(address, account)?;
    for _ in 0..times {
        if random.once_in(reconnect_once_in) {
            socket = open(address, account)?;
        }
        answers.push(answer_to(&mut socket, frame)?);
    }
    Ok(answers)
}

fn answer_to(socket: &mut Socket, frame: &Value) -> io::Result<Value> {
    let until = Instant::now() + ANSWER_WITHIN;
    socket.send(frame)?;
    loop {
        match socket.next(until.saturating_duration_since(Instant::now()))? {
            Came::Frame(answer) if answer["ref"] == 1 => {
                if matches!(answer["code"].as_str(), Some("rate_limited" | "busy" | "unknown")) {
                    thread::sleep(Duration::from_millis(answer["retryAfterMs"].as_u64().unwrap_or(200)));
                    socket.send(frame)?;
                    continue;
                }
                return Ok(answer);
            }
            Came::Frame(_) => {}
            other => return Err(io::Error::other(format!("no answer: {other:?}"))),
        }
    }
}

fn judge(
    client_id: &str,
    room: u64,
    answers: Vec<Value>,
    firsts: &mut HashMap<String, (u64, First)>,
    report: &mut Report,
) {
    for answer in answers {
        let stored = (answer["seq"].as_u64(), answer["rev"].as_u64(), answer["at"].as_u64());
        let (Some(seq), Some(rev), Some(at)) = stored else {
            report.wrong(Kind::Refused, format!("a retry of {client_id} was answered {answer}"));
            continue;
        };
        let (_, first) = firsts.entry(client_id.to_owned()).or_insert((room, (seq, rev, at)));
        if *first != (seq, rev, at) {
            report.wrong(Kind::Duplicate, format!("{client_id}: first {first:?}, then {answer}"));
        }
    }
}

fn check_store(scene: &Scene, firsts: &HashMap<String, (u64, First)>, report: &mut Report) -> Result<(), Stuck> {
    let address = scene.start.address.get().ok_or("the program is not running")?;
    let mut stored: HashMap<String, Vec<(u64, u64)>> = HashMap::new();
    for (room, (members, _)) in &scene.town.conversations {
        let history = scene.town.people[members[0]].history(address, *room).map_err(|error| error.to_string())?;
        for (place, form) in history.iter().enumerate() {
            if form.seq != place as u64 + 1 {
                report.wrong(Kind::Skipped, format!("seq {} at place {} of conversation {room}", form.seq, place + 1));
            }
            if let Some(client_id) = &form.client_id {
                stored.entry(client_id.clone()).or_default().push((*room, form.seq));
            }
        }
    }
    for (client_id, places) in &stored {
        if places.len() > 1 {
            report.wrong(Kind::Duplicate, format!("{client_id} stands at {places:?}"));
        }
        if !firsts.contains_key(client_id) {
            report.wrong(Kind::Phantom, format!("{client_id} was never answered"));
        }
    }
    for (client_id, (room, (seq, _, _))) in firsts {
        if stored.get(client_id).is_none_or(|places| places != &[(*room, *seq)]) {
            report.wrong(Kind::Lost, format!("{client_id} was answered with seq {seq} of conversation {room}"));
        }
    }
    Ok(())
}

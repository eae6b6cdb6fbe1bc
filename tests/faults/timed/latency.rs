//! How long a message takes from its sender's socket to another member's, in a steady stream of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Account;
use crate::client::socket::{Came, Socket};
use crate::random::Random;
use crate::rows::{Stuck, hello};

/// A message each.
const EVERY: Duration = Duration::from_millis(40);

/// Sends for `time`, and says how long each message took that arrived until a moment later.
pub fn measure(
    address: std::net::SocketAddr,
    (from, to): (&Account, &Account),
    room: u64,
    random: &mut Random,
    time: Duration,
) -> Result<Vec<Duration>, Stuck> {
    let mark = random.uuid();
    let (mut speaks, mut hears) = (join(address, from)?, join(address, to)?);
    let (sent, is_over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let hearing = scope.spawn(|| {
            let mut took = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                match hears.next(Duration::from_millis(50)) {
                    Ok(Came::Frame(frame)) => {
                        let body = frame["message"]["body"].as_str().unwrap_or_default();
                        let number =
                            body.strip_prefix(mark.as_str()).and_then(|rest| rest.trim().parse::<usize>().ok());
                        let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
                        took.extend(number.and_then(|number| sent.get(number)).map(Instant::elapsed));
                    }
                    Ok(Came::Nothing) => {}
                    Ok(Came::Closed(code)) => return Err(format!("the hearer was closed with {code:?}")),
                    Err(error) => return Err(format!("the hearer broke: {error}")),
                }
            }
            Ok(took)
        });
        let spoken = speak(&mut speaks, &sent, &mark, room, random, time);
        is_over.store(true, Ordering::SeqCst);
        let took = hearing.join().map_err(|_| "the hearer panicked")??;
        spoken.map_err(|error| format!("the speaker broke: {error}"))?;
        Ok(took)
    })
}

fn speak(
    socket: &mut Socket,
    sent: &Mutex<Vec<Instant>>,
    mark: &str,
    room: u64,
    random: &mut Random,
    time: Duration,
) -> std::io::Result<()> {
    let begun = Instant::now();
    for number in 0.. {
        // What comes for the speaker is read meanwhile; in the end what is on its way gets a second.
        let next = if begun.elapsed() < time { EVERY } else { Duration::from_secs(1) };
        let until = Instant::now() + next;
        while Instant::now() < until {
            socket.next(until.saturating_duration_since(Instant::now()))?;
        }
        if next > EVERY {
            break;
        }
        sent.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        socket
            .send(&json!({ "type": "message.send", "ref": number, "clientId": random.uuid(), "conversation": room,
            "body": format!("{mark} {number}") }))?;
    }
    Ok(())
}

fn join(address: std::net::SocketAddr, account: &Account) -> Result<Socket, Stuck> {
    let mut socket = Socket::open(address, &account.token).map_err(|error| error.to_string())?;
    socket.send(&hello()).map_err(|error| error.to_string())?;
    loop {
        match socket.next(Duration::from_secs(20)) {
            Ok(Came::Frame(frame)) if frame["type"] == "ready" => return Ok(socket),
            Ok(Came::Frame(_)) => {}
            other => return Err(format!("no ready: {other:?}")),
        }
    }
}

/// The time that 99 of 100 do not exceed, in milliseconds.
pub fn p99(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let place = (times.len() * 99).div_ceil(100).saturating_sub(1);
    times.get(place).map_or(f64::INFINITY, |time| time.as_secs_f64() * 1_000.0)
}

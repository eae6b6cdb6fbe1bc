//! Floods of log-ins: bcrypt is slow on purpose, so whoever asks for much of it asks for the whole machine. Passwords are
//! hashed on few threads with a short queue; beyond it whoever comes is told when to come back, and chat goes on.

use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::count::Count;
use crate::guessing::metric;
use crate::pulse::{Pulse, p99};
use crate::support::*;

const QUEUE: u64 = 4;
const AT_ONCE: usize = 40;

/// One log-in of a name that nobody has, from an address of its own.
async fn log_in(server: Server) -> Answer {
    let body = json!({"username": fresh_name("Flood"), "password": "hunter2"});
    post(&server, own_address(), "/api/v1/login", &body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_log_ins_is_told_when_to_come_back_and_takes_nothing_from_those_who_chat() {
    println!("raised: login-strangers to off, so that the flood reaches the passwords");
    let queue = QUEUE.to_string();
    let program = Program::start(&[
        ("CHINWAG_LOGIN_STRANGERS", "off"),
        ("CHINWAG_PASSWORD_QUEUE", &queue),
        ("CHINWAG_BCRYPT_COST", "8"),
    ]);
    let server = program.server();
    let pulse = Pulse::begin(server).await;
    let mut count = Count::of("log-in floods");
    let (began, mut tried, mut turned_away) = (Instant::now(), 0, 0);
    while (tried < 400 || turned_away == 0) && began.elapsed() < SOON {
        let flood: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(log_in(server.clone()))).collect();
        let waiting = metric(server, "chinwag_passwords_waiting").await;
        count.tried(waiting <= 2 * QUEUE, ("passwords wait", waiting));
        for one in flood {
            let answer = one.await.unwrap();
            let wait = answer.header("retry-after").and_then(|wait| wait.parse::<u32>().ok());
            let held = match answer.status {
                401 => true,
                503 => wait.is_some_and(|wait| wait >= 1),
                _ => false,
            };
            (tried, turned_away) = (tried + 1, turned_away + u64::from(answer.status == 503));
            count.tried(held, (answer.status, answer.text()));
        }
    }
    count.tried(turned_away > 0, "the queue was never full");
    println!("of {tried} log-ins {turned_away} were turned away");
    count.tried(!pulse.end().await.is_empty(), "no message arrived");
    count.end();
}

#[tokio::test]
async fn a_password_hashed_when_that_was_cheaper_is_hashed_anew_at_the_next_log_in() {
    let mut program = Program::start(&[]);
    let bob = Person::sign_up(program.server(), "Bob").await;
    let hash = |program: &Program| {
        let file = program.data().join("chinwag.db");
        let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let ask = "SELECT password_hash FROM users WHERE id = ?1";
        database.query_row(ask, [bob.id], |row| row.get::<_, String>(0)).unwrap()
    };
    assert!(hash(&program).starts_with("cw1$2b$04$"));
    program.terminate();
    program.wait();
    program.set("CHINWAG_BCRYPT_COST", "5");
    program.again();
    bob.on_another_device().await;
    // Nobody waits for the new one.
    let began = Instant::now();
    while !hash(&program).starts_with("cw1$2b$05$") {
        assert!(began.elapsed() < SOON, "still {}", &hash(&program)[..10]);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bob.on_another_device().await;
}

/// The promise in numbers, with and without in one run; it says something only on a machine that does nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn chat_takes_at_most_twice_as_long_beside_200_log_ins_a_second() {
    let program = Program::start(&[("CHINWAG_BCRYPT_COST", "12")]);
    let server = program.server();
    let time = Duration::from_secs(30);
    let without = Pulse::p99_of(server, time).await;
    let pulse = Pulse::begin(server).await;
    let mut every = tokio::time::interval(Duration::from_millis(5));
    let (began, mut flood) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        every.tick().await;
        flood.push(tokio::spawn(log_in(server.clone())));
    }
    let with = p99(pulse.end().await);
    let mut by_status = std::collections::BTreeMap::new();
    for one in flood {
        *by_status.entry(one.await.unwrap().status).or_insert(0) += 1;
    }
    println!("measured: p99 without {without:?}, beside 200 log-ins/s {with:?}; answered {by_status:?}");
    assert!(with <= without * 2, "{with:?} is more than twice {without:?}");
}

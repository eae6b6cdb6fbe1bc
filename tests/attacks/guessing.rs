//! Guessing passwords: whoever guesses gets few tries, from however many addresses, and learns nothing by them; whoever
//! owns the account gets in meanwhile. What counts is how many passwords the server has checked, never how long that took.

use std::net::Ipv4Addr;
use std::time::Instant;

use crate::count::Count;
use crate::line::Line;
use crate::support::*;

const GUESSES: u32 = 10_000;
/// Connections that guess at the same time.
const AT_ONCE: u32 = 8;
const MOST_A_MINUTE: u64 = 10;

/// How many passwords the server has checked.
pub async fn checks(server: &Server) -> u64 {
    metric(server, "chinwag_password_checks_total").await
}

/// One of the numbers that the server tells whoever watches it.
pub async fn metric(server: &Server, name: &str) -> u64 {
    let told = Request::new("GET", "/metrics").send(server.address(), own_address()).await.text();
    let value = told.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in {told}"))
}

/// The `number`th of so many loopback addresses that attack.
fn attacker(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 9, 0, 0).to_bits() + 1 + number)
}

/// Guesses at an account, from so many addresses in turn. Every answer must be that of a wrong password, or a refusal
/// that says when to come back; what was not.
async fn guess(server: &Server, name: &str, guesses: u32, addresses: u32, base: u32) -> Vec<String> {
    let guessing = (0..AT_ONCE).map(|own| {
        let (server, name) = (server.clone(), name.to_owned());
        tokio::spawn(async move {
            let mut wrong = Vec::new();
            let own_guesses = (own..guesses).step_by(AT_ONCE as usize);
            // Each address has its guesses one after another, on a connection of its own.
            let turns = own_guesses.clone().count().div_ceil((addresses.div_ceil(AT_ONCE)) as usize);
            let mut line: Option<Line> = None;
            for (turn, guess) in own_guesses.enumerate() {
                let address = if addresses == 1 { 0 } else { (turn / turns) as u32 * AT_ONCE + own };
                if turn % turns == 0 || line.is_none() {
                    line = Some(Line::open(&server, attacker(base + address)).await);
                }
                let body = json!({"username": name, "password": format!("hunter{guess}")});
                let answer = line.as_mut().unwrap().post("/api/v1/login", &body).await;
                let held = match answer.status {
                    401 => answer.cookie("chinwag_session").is_none(),
                    429 | 503 => answer.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok()),
                    _ => false,
                };
                if !held {
                    wrong.push(format!("{guess}: {} {}", answer.status, answer.text()));
                }
            }
            wrong
        })
    });
    let mut wrong = Vec::new();
    for one in guessing.collect::<Vec<_>>() {
        wrong.extend(one.await.unwrap());
    }
    wrong
}

/// Logs in with the right password in a browser that was logged in before, at the first try.
async fn owner_gets_in(owner: &Person, device: &str) -> bool {
    let body = json!({"username": owner.name, "password": PASSWORD});
    let request = Request::new("POST", "/api/v1/login").header("Origin", owner.server.origin()).json(&body);
    let request = request.header("Cookie", format!("chinwag_device={device}"));
    request.send(owner.server.address(), own_address()).await.status == 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_guesses_get_ten_checks_a_minute_and_the_owner_gets_in_at_the_first_try() {
    let program = Program::start(&[]);
    let server = program.server();
    let mut count = Count::of("password guessing");
    for (is_there, addresses, base) in [(true, 1, 0), (true, 200, 1_000), (false, 200, 2_000)] {
        let owner = Person::sign_up(server, "Bob").await;
        let body = json!({"username": owner.name, "password": PASSWORD});
        let logged_in = post(server, own_address(), "/api/v1/login", &body).await;
        let device = logged_in.cookie("chinwag_device").expect("a browser is remembered").to_owned();
        let name = &if is_there { owner.name.clone() } else { fresh_name("Nobody") };
        let (began, before) = (Instant::now(), checks(server).await);
        let attack = guess(server, name, GUESSES, addresses, base);
        let owning = async {
            let mut in_vain = 0_u64;
            for _ in 0..10 {
                in_vain += u64::from(!owner_gets_in(&owner, &device).await);
            }
            in_vain
        };
        let (wrong, in_vain) = tokio::join!(attack, owning);
        // The owner's own checks are no stranger's.
        let checked = checks(server).await - before - (10 - in_vain);
        let minutes = began.elapsed().as_secs() / 60 + 1;
        println!("guessing at {name} from {addresses}: {checked} of {GUESSES} checked in {:?}", began.elapsed());
        for guess in 0..u64::from(GUESSES) {
            count.tried(guess >= wrong.len() as u64, wrong.get(guess as usize));
        }
        count.tried((1..=MOST_A_MINUTE * minutes).contains(&checked), (name, addresses, checked, minutes));
        count.tried(in_vain == 0, (name, addresses, "the owner was kept out", in_vain));
    }
    count.end();
}

/// Somebody at an unlocked machine guesses at the password behind the session, which would be theirs then for good.
#[tokio::test]
async fn a_session_is_no_way_around_the_brake_on_guessing() {
    let program = Program::start(&[]);
    let server = program.server();
    let ann = Person::sign_up(server, "Ann").await;
    let devices = [ann.on_another_device().await, ann.as_program().await, ann.clone()];
    let mut count = Count::of("password guessing behind a session");
    let (began, before) = (Instant::now(), checks(server).await);
    for guess in 0..100 {
        for device in &devices {
            let change = json!({"current": format!("hunter{guess}"), "new": "seventeen quiet lighthouses at noon"});
            let answer = device.post("/me/password", change).await;
            count.tried(matches!(answer.status, 401 | 429), (guess, answer.status, answer.text()));
        }
    }
    let (checked, minutes) = (checks(server).await - before, began.elapsed().as_secs() / 60 + 1);
    // Each sign-in has a pace of its own, and takes the right password to make.
    let most = MOST_A_MINUTE * minutes * devices.len() as u64;
    count.tried((1..=most).contains(&checked), (checked, minutes));
    // And strangers who guess keep nobody from it who is signed in.
    let bob = Person::sign_up(server, "Bob").await;
    guess(server, &bob.name, 100, 20, 3_000).await;
    let change = json!({"current": PASSWORD, "new": "seventeen quiet lighthouses at noon"});
    let answer = bob.post("/me/password", change).await;
    count.tried(answer.status == 204, (answer.status, answer.text()));
    count.end();
}

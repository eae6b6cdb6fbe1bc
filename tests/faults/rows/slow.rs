//! Slow and dead clients: some stop reading while much is sent to them, some are stopped processes, some connect and
//! never speak. Each costs a bounded amount of memory, is shut down in time, and counts as offline in time, while the
//! others go on. Deadlines only; no ratio of times.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Context, Report, Scene, Stuck, millis, report_of};
use crate::checker::Kind;
use crate::client::Account;
use crate::client::socket::{Came, Socket};
use crate::crew::{Crew, Habits};
use crate::program::{end_with_us, pause};
use crate::random::Random;
use crate::town::Town;

/// The first argument of this program when it is to be a client that is then stopped.
pub const AS_CLIENT: &str = "--as-client";

/// A client that stops reading is shut down, and a dead one offline, within this time: a bound against hanging. Here the
/// machine may be busy with anything. What the times were is counted; the heartbeats and the grace they come from are
/// tested where the clock stands still (`connection::actor`, `chat::tests`).
const GONE_WITHIN: Duration = Duration::from_secs(300);
/// Most memory that one of them may cost, in bytes.
const COST: u64 = 3 * 512 * 1024;
/// Room for everything else that the program needs under the load, in bytes.
const SLACK: u64 = 32 * 1024 * 1024;

/// `--as-client ADDRESS TOKEN`: connects, says hello, prints a line and reads for ever.
pub fn as_client(arguments: &[String]) -> ExitCode {
    let [address, token] = arguments else { return ExitCode::from(2) };
    let Ok(address) = address.parse() else { return ExitCode::from(2) };
    let Ok(mut socket) = Socket::open(address, token) else { return ExitCode::FAILURE };
    if socket.send(&hello()).is_err() {
        return ExitCode::FAILURE;
    }
    while let Ok(came) = socket.next(Duration::from_secs(60)) {
        match came {
            Came::Frame(frame) if frame["type"] == "ready" => {
                println!("ready");
                let _ = std::io::stdout().flush();
            }
            Came::Closed(_) => return ExitCode::SUCCESS,
            _ => {}
        }
    }
    ExitCode::FAILURE
}

/// A hello that knows nothing.
pub fn hello() -> serde_json::Value {
    json!({ "type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": false })
}

/// A process of our own that is ended when dropped.
struct Stopped(Child);

impl Stopped {
    fn start(address: std::net::SocketAddr, account: &Account) -> Result<Stopped, Stuck> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command
            .args([AS_CLIENT, &address.to_string(), &account.token])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        end_with_us(&mut command);
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut out = child.stdout.take().expect("it was piped");
        let mut line = [0; 6];
        let read = out.read_exact(&mut line);
        let stopped = Stopped(child);
        read.map_err(|error| format!("a client process did not connect: {error}"))?;
        pause(&stopped.0);
        Ok(stopped)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// People 0 to 3 work, 4 stops reading, 5 is stopped while much is sent to them, 6 while nothing is. Those who follow
/// stop reading too: one person may have only so many connections.
const WORKERS: usize = 4;
const DEAF: usize = 4;
const STOPPED: usize = 5;
const QUIET: usize = 6;

/// How many of so many clients stop reading, never speak, and are stopped.
fn shares(clients: usize) -> (usize, usize, usize) {
    let (deaf, silent) = (clients * 6 / 10, clients * 3 / 10);
    (deaf, silent, clients - deaf - silent)
}

/// A user has at most 64 connections, so many people are deaf.
fn deaf_people(clients: usize) -> usize {
    shares(clients).0.div_ceil(30)
}

/// People for so many clients, nearly all in one group, so that everything written goes to them: those who work, and the
/// group.
pub fn settle(scene: &mut Scene, clients: usize, random: &mut Random) -> Result<(Town, u64), Stuck> {
    scene.people(QUIET + 1 + deaf_people(clients), 0, 0, random)?;
    let address = scene.start.address.get().ok_or("the program is not running")?;
    let people = &scene.town.people;
    let quiet = people[QUIET].user;
    let others: Vec<u64> = people[1..].iter().map(|person| person.user).filter(|user| *user != quiet).collect();
    let fields = json!({ "kind": "group", "name": "Everybody", "members": others });
    let group = people[0].ask(address, "POST", "/conversations", Some(&fields)).map_err(|error| error.to_string())?;
    let room = group["conversation"]["id"].as_u64().ok_or("no group")?;
    let mut working = scene.town.clone();
    working.people.truncate(WORKERS);
    working.conversations.insert(room, ((0..WORKERS).collect(), 1));
    Ok((working, room))
}

/// Slow and dead clients.
pub struct Slow {
    deaf: Vec<Socket>,
    silent: Vec<TcpStream>,
    stopped: Vec<Stopped>,
}

impl Slow {
    /// Connects them all.
    pub fn open(scene: &Scene, clients: usize) -> Result<Slow, Stuck> {
        let address = scene.start.address.get().ok_or("the program is not running")?;
        let (deaf, silent, stopped) = shares(clients);
        let person = |number: usize| &scene.town.people[number];
        let mut slow = Slow { deaf: Vec::new(), silent: Vec::new(), stopped: Vec::new() };
        for number in 0..deaf {
            let number = if number == 0 { DEAF } else { QUIET + 1 + number % deaf_people(clients) };
            let mut socket = Socket::open(address, &person(number).token).map_err(|error| error.to_string())?;
            socket.send(&hello()).map_err(|error| error.to_string())?;
            slow.deaf.push(socket);
        }
        for number in 0..silent {
            let mut stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
            // Some say nothing, some break off in the middle of the handshake.
            if number % 2 == 0 {
                stream.write_all(b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgr").map_err(|error| error.to_string())?;
            }
            slow.silent.push(stream);
        }
        for number in 0..stopped {
            slow.stopped.push(Stopped::start(address, person(if number % 2 == 0 { STOPPED } else { QUIET }))?);
        }
        Ok(slow)
    }
}

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let clients = context.count(100, 1_000);
        let (mut random, mut scene) = (context.random.clone(), Scene::open(false)?);
        let (working, _) = settle(&mut scene, clients, &mut random)?;
        let address = scene.start.address.get().ok_or("the program is not running")?;
        let (owner, quiet) = (scene.town.people[0].clone(), scene.town.people[QUIET].user);
        let habits = Habits {
            pause: Duration::from_millis(60),
            longest: 8_000,
            outbox: 4,
            edit_once_in: 0,
            delete_once_in: 0,
            ..Habits::default()
        };
        let crew = Crew::start(&scene.address(), &working, WORKERS, WORKERS, &habits, &random);
        if !crew.wait_for(100, Duration::from_secs(60)) {
            report.wrong(Kind::Misbehaved, "the others do not come to work");
        }
        let before = scene.program().memory();
        let begun = Instant::now();
        let Slow { deaf: mut deaf_sockets, silent: silent_sockets, stopped: processes } = Slow::open(&scene, clients)?;
        let (deaf, silent) = (deaf_sockets.len(), silent_sockets.len());
        let dead_since = Instant::now();
        report.count("deaf", deaf as u64);
        report.count("silent", silent as u64);
        report.count("stopped", processes.len() as u64);

        let mut peak = before;
        let mut waits_for = vec![scene.town.people[STOPPED].user, quiet];
        let acknowledged = crew.acknowledged();
        while !waits_for.is_empty() && dead_since.elapsed() < GONE_WITHIN {
            sleep(Duration::from_millis(250));
            peak = peak.max(scene.program().memory());
            waits_for.retain(|user| {
                let is_offline = state_of(&owner, address, *user) == "offline";
                let after = dead_since.elapsed();
                if is_offline {
                    let name = if *user == quiet { "quiet offline after ms" } else { "offline after ms" };
                    report.greatest(name, millis(after));
                }
                !is_offline
            });
        }
        for user in &waits_for {
            report.wrong(
                Kind::Misbehaved,
                format!("user {user}, whose clients are stopped, is not offline after {GONE_WITHIN:?}"),
            );
        }
        let written = crew.acknowledged() - acknowledged;
        report.count("written meanwhile", written);
        if written < 50 {
            report.wrong(Kind::Misbehaved, format!("the others wrote only {written} messages meanwhile"));
        }
        let cost = peak.saturating_sub(before).saturating_sub(SLACK) / clients as u64;
        report.greatest("growth KiB", peak.saturating_sub(before) / 1024);
        if cost > COST {
            report.wrong(Kind::Misbehaved, format!("each slow client costs {cost} bytes of memory"));
        }
        let mut still = silent_sockets;
        while !(deaf_sockets.is_empty() && still.is_empty()) && begun.elapsed() < GONE_WITHIN {
            deaf_sockets.retain_mut(|socket| !is_shut(socket));
            still.retain(|stream| !is_closed(stream));
        }
        report.greatest("all shut after ms", millis(begun.elapsed()));
        let (open, still) = (deaf_sockets.len(), still.len());
        report.count("deaf shut", (deaf - open) as u64);
        if open > 0 {
            report.wrong(
                Kind::Misbehaved,
                format!("{open} clients that stopped reading were not shut down within {GONE_WITHIN:?}"),
            );
        }
        report.count("silent shut", (silent - still) as u64);
        if still > 0 {
            report.wrong(Kind::Misbehaved, format!("{still} connections that never spoke are still open"));
        }
        drop(processes);
        let outcome = crew.meet(&working);
        report.judge(&outcome);
        scene.look_for_panics(report);
        Ok(())
    })
}

fn state_of(viewer: &Account, address: std::net::SocketAddr, user: u64) -> String {
    let Ok(page) = viewer.get(address, "/users?limit=100") else { return String::new() };
    let presence = page["presence"].as_array().cloned().unwrap_or_default();
    let found = presence.iter().find(|presence| presence["user"] == user);
    found.and_then(|presence| presence["state"].as_str()).unwrap_or_default().to_owned()
}

/// Reads what is left: a connection that was shut down comes to an end.
fn is_shut(socket: &mut Socket) -> bool {
    let until = Instant::now() + Duration::from_millis(500);
    while Instant::now() < until {
        match socket.next(Duration::from_millis(100)) {
            Ok(Came::Frame(_)) => {}
            Ok(Came::Nothing) => return false,
            Ok(Came::Closed(_)) | Err(_) => return true,
        }
    }
    false
}

fn is_closed(mut stream: &TcpStream) -> bool {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
    let mut bytes = [0; 1024];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => {
                return !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
            }
        }
    }
}

//! The rows that have a limit in time or memory, each with what the same takes without the fault.

use std::time::{Duration, Instant};

use super::latency::{measure, p99};
use super::{Figure, Limit, Timed};
use crate::crew::{Crew, Habits};
use crate::preload::{Call, EIO, Which};
use crate::rows::disk::Ledger;
use crate::rows::slow::{Slow, settle};
use crate::rows::{Context, Report, Scene, Stuck};

/// Against hanging.
const PATIENCE: Duration = Duration::from_secs(120);

pub const ALL: &[Timed] = &[
    Timed { name: "slow", number: 101, run: slow },
    Timed { name: "restart", number: 102, run: restart },
    Timed { name: "crowd", number: 103, run: crowd },
    Timed { name: "disk", number: 104, run: disk },
];

/// A/B/A: a message's way among those who keep up, before, with and after 100 slow and dead clients.
fn slow(context: &Context, report: &mut Report) -> Result<Vec<Figure>, Stuck> {
    let (clients, each) = (100, Duration::from_secs(15));
    let mut random = context.random.clone();
    let mut scene = Scene::open(false)?;
    let (working, room) = settle(&mut scene, clients, &mut random)?;
    let address = scene.start.address.get().ok_or("the program is not running")?;
    let habits = Habits { pause: Duration::from_millis(60), longest: 8_000, edit_once_in: 0, ..Habits::default() };
    let people = (&working.people[0], &working.people[1]);
    let crew = Crew::start(&scene.address(), &working, working.people.len(), working.people.len(), &habits, &random);
    let before = measure(address, people, room, &mut random, each)?;
    let memory = scene.program().memory();
    let slow = Slow::open(&scene, clients)?;
    let with = measure(address, people, room, &mut random, each)?;
    let growth = scene.program().memory().saturating_sub(memory);
    drop(slow);
    std::thread::sleep(Duration::from_secs(2));
    let after = measure(address, people, room, &mut random, each)?;
    // The probe writes as one of the crew's people, but its texts are not the crew's: nothing for the checker.
    drop(crew.go_home());
    scene.look_for_panics(report);
    Ok(vec![
        Figure {
            what: "p99 of a message's way among the others, ms",
            without: Some(f64::midpoint(p99(before), p99(after))),
            with: p99(with),
            limit: Limit::Times(2.0),
        },
        Figure {
            what: "memory for each slow client, KiB",
            without: None,
            with: growth as f64 / 1024.0 / clients as f64,
            limit: Limit::AtMost(1_536.0),
        },
    ])
}

fn restart(context: &Context, report: &mut Report) -> Result<Vec<Figure>, Stuck> {
    let clients = 1_000;
    let mut random = context.random.clone();
    let mut scene = Scene::open(false)?;
    // Four devices each. With twenty each message goes to five times as many, and on two cores the clients took 112-163 %
    // while they came back, the server 22-83 %: what was measured was mostly how fast the clients are.
    scene.people(clients / 4, clients / 4, 10, &mut random)?;
    let habits = Habits { pause: Duration::from_secs(2), longest: 100, ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, clients, clients, &habits, &random);
    let first = arrive(&crew, clients, 99)?;
    arrive(&crew, clients, 100)?;
    let (mut exit, mut back, mut spinner) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for _ in 0..3 {
        crew.wait_for(200, PATIENCE);
        let begun = Instant::now();
        let (_, took) = scene.program().terminate(PATIENCE).ok_or("SIGTERM did not end the program")?;
        exit = exit.max(took);
        scene.start()?;
        back = back.max(arrive(&crew, clients, 99)?);
        spinner = spinner.max(begun.elapsed());
        arrive(&crew, clients, 100)?;
    }
    let outcome = scene.finish(crew, report);
    let errors: u64 = outcome.devices.iter().flat_map(|device| device.journal.passing.values()).sum();
    Ok(vec![
        at_most("SIGTERM until it has ended, ms", None, exit, 10_000.0),
        at_most("99 of 100 clients back after its start, ms", Some(first), back, 3_000.0),
        at_most("99 of 100 clients back after SIGTERM, ms", None, spinner, 13_000.0),
        Figure { what: "errors that anybody saw", without: None, with: errors as f64, limit: Limit::AtMost(0.0) },
    ])
}

fn crowd(context: &Context, report: &mut Report) -> Result<Vec<Figure>, Stuck> {
    let clients: usize = 1_000;
    let mut random = context.random.clone();
    let mut scene = Scene::open(false)?;
    scene.people(clients.div_ceil(40), 30, 20, &mut random)?;
    let habits = Habits { pause: Duration::from_secs(4), longest: 100, ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, clients, clients / 10, &habits, &random);
    let first = arrive(&crew, clients, 100)?;
    scene.kill();
    scene.start()?;
    let again = arrive(&crew, clients, 100)?;
    scene.finish(crew, report);
    Ok(vec![at_most("1,000 clients live after all left at once, ms", Some(first), again, 20_000.0)])
}

fn disk(context: &Context, report: &mut Report) -> Result<Vec<Figure>, Stuck> {
    let mut random = context.random.clone();
    let mut scene = Scene::open(true)?;
    scene.people(2, 1, 0, &mut random)?;
    let room = *scene.town.conversations.keys().next().ok_or("no conversation")?;
    let (mut ledger, mut without, mut slowest) = (Ledger::default(), Vec::new(), Duration::ZERO);
    for _ in 0..20 {
        for _ in 0..10 {
            let begun = Instant::now();
            ledger.send(&scene, room, &mut random, report)?;
            without.push(begun.elapsed());
        }
        scene.faults().fail(&Call::ALL, &Which::ALL, 1, EIO, true);
        let broken = Instant::now();
        while broken.elapsed() < Duration::from_secs(1) {
            ledger.send(&scene, room, &mut random, report)?;
        }
        scene.faults().heal();
        let healed = Instant::now();
        while !ledger.send(&scene, room, &mut random, report)? && healed.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        slowest = slowest.max(healed.elapsed());
        ledger.retry(&scene, room, PATIENCE, report)?;
    }
    scene.look_for_panics(report);
    let usual = Duration::from_secs_f64(p99(without) / 1_000.0);
    Ok(vec![at_most("a message stored after the disk's return, ms", Some(usual), slowest, 5_000.0)])
}

fn at_most(what: &'static str, without: Option<Duration>, with: Duration, limit: f64) -> Figure {
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    Figure { what, without: without.map(millis), with: millis(with), limit: Limit::AtMost(limit) }
}

/// How long until so many of 100 clients are connected.
fn arrive(crew: &Crew, clients: usize, of_100: usize) -> Result<Duration, Stuck> {
    let count = clients * of_100 / 100;
    crew.wait_until_connected(count as u64, PATIENCE)
        .ok_or_else(|| format!("only {} of {count} clients came within {PATIENCE:?}", crew.connected()))
}

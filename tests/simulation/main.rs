//! ChatServer, the store and many clients in one thread, with time and chance from a seed: thousands of short lives with
//! cuts, retries, crashes, lost tails and restarts. After each step what must hold is checked, and after the last fault
//! all must meet. Bugs planted on purpose, one at a time, show that the simulation sees.
//!
//! `CHINWAG_SIM_SEEDS=100000 cargo test --test simulation` lives through that many seeds;
//! `CHINWAG_SIM_SEED=7 cargo test --test simulation -- --nocapture lives` lives one of them again, exactly, and tells it.

mod actors;
mod audit;
mod checks;
mod client;
mod copy;
mod crowd;
mod frames;
mod hearing;
mod lab;
mod ledger;
mod letter;
mod lines;
mod plant;
mod room;
mod seed;
mod server;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix::System;

use crate::lab::Lab;
use crate::plant::{BUGS, Bug};
use crate::world::World;

const SEEDS: u64 = 2_000;

/// Each planted bug must show within this many seeds.
const SEEDS_FOR_A_BUG: u64 = 200;

/// What a life came to.
struct Life {
    steps: u64,
    story: Vec<String>,
    end: Result<(), String>,
}

/// One life, in a thread that does nothing else, with time that stands still until nobody has anything to do.
fn live(lab: &mut Lab, seed: u64, bug: Option<Bug>, tells: bool) -> Life {
    let (mut steps, mut story) = (0, Vec::new());
    let end = catch_unwind(AssertUnwindSafe(|| {
        let system = System::with_tokio_rt(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime")
        });
        system.block_on(async {
            let mut world = World::new(lab, seed, bug, tells);
            let end = world.live().await;
            steps = world.steps;
            story = world.story.take().unwrap_or_default();
            end
        })
    }));
    let end = end.unwrap_or_else(|_| Err("a panic, see above".into()));
    Life { steps, story, end }
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} must be a number")))
}

#[test]
fn all_meet_in_thousands_of_lives_and_no_promise_is_broken_on_the_way() {
    if let Some(seed) = number_from("CHINWAG_SIM_SEED") {
        let life = live(&mut Lab::new(), seed, None, true);
        life.story.iter().for_each(|line| println!("{line}"));
        println!("seed {seed}: {} steps", life.steps);
        return life.end.unwrap();
    }
    let seeds = number_from("CHINWAG_SIM_SEEDS").unwrap_or(SEEDS);
    let (next, steps, began) = (AtomicU64::new(0), AtomicU64::new(0), Instant::now());
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut lab = Lab::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    let life = live(&mut lab, seed, None, false);
                    steps.fetch_add(life.steps, Ordering::Relaxed);
                    if let Err(what) = life.end {
                        println!("CHINWAG_SIM_SEED={seed}: {what}");
                        failures.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    println!("{seeds} seeds, {} steps, {:.1} s", steps.into_inner(), began.elapsed().as_secs_f64());
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {seeds} seeds failed: {failures:?}", failures.len());
}

#[test]
fn every_planted_bug_is_found() {
    let (next, rows) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut lab = Lab::new();
                loop {
                    let at = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap();
                    let Some(&(bug, promise, what)) = BUGS.get(at) else { break };
                    let found = (0..SEEDS_FOR_A_BUG)
                        .find_map(|seed| live(&mut lab, seed, Some(bug), false).end.err().map(|how| (seed + 1, how)));
                    rows.lock().unwrap().push((at, promise, what, found));
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap();
    rows.sort_unstable_by_key(|row| row.0);
    println!("| promise | planted bug | seeds needed | found as |\n|---|---|---|---|");
    for (_, promise, what, found) in &rows {
        match found {
            Some((seeds, how)) => println!("| {promise} | {what} | {seeds} | {how} |"),
            None => println!("| {promise} | {what} | not found in {SEEDS_FOR_A_BUG} | |"),
        }
    }
    assert!(rows.iter().all(|row| row.3.is_some()), "a planted bug was not found");
}

//! Who hears what: a thousand random histories of groups, friends and blocks, with every frame that any device was handed
//! held against a plain account of who may know what (`town`, made from the protocol's description alone). ChatServer and
//! the store are the real ones, without sockets. Leaks planted on purpose, one at a time, show that it sees.
//!
//! `CHINWAG_HEARING_SEED=7 cargo test --test attacks hears -- --nocapture` lives one history again and tells it.

mod check;
mod life;
mod plant;
mod stage;
mod town;
mod whims;

#[path = "../../simulation/lab.rs"]
#[expect(dead_code, reason = "the simulation's, which also puts its database back")]
mod lab;
#[path = "../../simulation/seed.rs"]
mod seed;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix::System;

use self::lab::{Lab, PEOPLE};
use self::life::{Life, Tally};
use self::plant::{LEAKS, Leak, Plant};
use self::stage::Stage;

const HISTORIES: u64 = 1_000;
const STEPS: u64 = 36;

/// Each planted leak must show within this many histories.
const HISTORIES_FOR_A_LEAK: u64 = 200;

/// One history, in a thread that does nothing else; what was one too many, with what had led to it.
fn live(lab: &Rc<RefCell<Lab>>, seed: u64, leak: Option<Leak>) -> (Tally, Result<(), String>) {
    let mut tally = Tally::default();
    let end = catch_unwind(AssertUnwindSafe(|| {
        let system = System::with_tokio_rt(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime")
        });
        system.block_on(async {
            let people = i64::try_from(PEOPLE).unwrap();
            let mut life = Life::new(Stage::set(lab, people, leak.map(Plant::new)), seed, people);
            let end = life.live(STEPS).await;
            tally = life.tally;
            end.map_err(|what| format!("{what}\n{}", life.story.join("\n")))
        })
    }));
    (tally, end.unwrap_or_else(|_| Err("a panic, see above".into())))
}

/// Runs `work` with each number below `count`, on as many threads as there are cores.
fn each(count: u64, work: impl Fn(&Rc<RefCell<Lab>>, u64) + Sync) {
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let lab = Rc::new(RefCell::new(Lab::new()));
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    work(&lab, number);
                }
            });
        }
    });
}

#[test]
fn nobody_hears_what_is_not_theirs_in_a_thousand_histories() {
    if let Ok(seed) = std::env::var("CHINWAG_HEARING_SEED") {
        let lab = Rc::new(RefCell::new(Lab::new()));
        return live(&lab, seed.parse().expect("a number"), None).1.unwrap_or_else(|what| panic!("{what}"));
    }
    let (all, failures, began) = (Mutex::new(Tally::default()), Mutex::new(Vec::new()), Instant::now());
    each(HISTORIES, |lab, seed| {
        let (tally, end) = live(lab, seed, None);
        let mut all = all.lock().unwrap();
        (all.steps, all.frames, all.refused) =
            (all.steps + tally.steps, all.frames + tally.frames, all.refused + tally.refused);
        if let Err(what) = end {
            failures.lock().unwrap().push((seed, what));
        }
    });
    let (Tally { steps, frames, refused }, failures) = (all.into_inner().unwrap(), failures.into_inner().unwrap());
    println!("attack: events to the wrong people: {frames} tried, {} through", failures.len());
    println!("{HISTORIES} histories, {steps} steps, {refused} refused, {:.1} s", began.elapsed().as_secs_f64());
    for (seed, what) in failures.iter().take(10) {
        println!("CHINWAG_HEARING_SEED={seed}: {}", what.lines().next().unwrap_or_default());
    }
    let seeds: Vec<u64> = failures.iter().map(|(seed, _)| *seed).collect();
    assert!(
        seeds.is_empty(),
        "{} of {HISTORIES} histories, by their seeds: {:?}",
        seeds.len(),
        &seeds[..seeds.len().min(20)]
    );
    assert!(frames > 50_000, "so few frames say little");
}

#[test]
fn every_planted_leak_is_heard_of() {
    let rows = Mutex::new(Vec::new());
    each(LEAKS.len() as u64, |lab, number| {
        let at = usize::try_from(number).unwrap();
        let (leak, what) = LEAKS[at];
        let found =
            (0..HISTORIES_FOR_A_LEAK).find_map(|seed| live(lab, seed, Some(leak)).1.err().map(|how| (seed + 1, how)));
        rows.lock().unwrap().push((at, what, found));
    });
    let mut rows = rows.into_inner().unwrap();
    rows.sort_unstable_by_key(|row| row.0);
    for (_, what, found) in &rows {
        match found {
            Some((histories, how)) => println!("{what}: {histories} – {}", how.lines().next().unwrap_or_default()),
            None => println!("{what}: not found in {HISTORIES_FOR_A_LEAK}"),
        }
    }
    assert!(rows.iter().all(|row| row.2.is_some()), "a planted leak was not found");
}

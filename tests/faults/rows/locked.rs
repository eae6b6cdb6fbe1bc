//! A locked database: another process holds it for a while. Meanwhile reading is answered; sending waits to a limit and
//! then says so, and works again at once when the lock is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::disk::{Ledger, send};
use super::{Context, Report, Scene, millis, report_of};
use crate::checker::Kind;

/// The longest that sending may wait for its answer: the program waits 5 s for a lock, and one batch before may too. As
/// the bounds below it is far wider, since the machine may be busy with other things.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Reading goes on, lock or not: at least so often on average. It takes milliseconds; if it waited as the program waits for
/// the lock, it would be answered every five seconds.
const READ_EVERY_MS: u64 = 2_000;
const BACK_WITHIN: Duration = Duration::from_secs(60);

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        scene.people(2, 1, 0, &mut random)?;
        let room = *scene.town.conversations.keys().next().ok_or("no conversation")?;
        let database = scene.database().ok_or("no database file in the data directory")?;
        let mut ledger = Ledger::default();
        for _ in 0..10 {
            ledger.send(&scene, room, &mut random, report)?;
        }
        // Short ones pass unnoticed; one is longer than the program's own patience.
        let mut holds: Vec<u64> = vec![100, 500, 2_000, 4_000, 9_000];
        while context.is_long && holds.len() < 50 {
            holds.push(random.within(100, 60_000));
        }
        for hold in holds {
            let lock = Connection::open(&database).map_err(|error| error.to_string())?;
            lock.execute_batch("BEGIN IMMEDIATE").map_err(|error| format!("the lock was not to be had: {error}"))?;
            let (begun, is_held) = (Instant::now(), AtomicBool::new(true));
            let reader = scene.town.people[1].clone();
            let writer = scene.town.people[0].clone();
            let address = scene.start.address.get().ok_or("the program is not running")?;
            let (reads, slowest_read, answers) = std::thread::scope(|scope| {
                let reading = scope.spawn(|| {
                    let (mut reads, mut slowest) = (0, Duration::ZERO);
                    // The first may come after a short lock, where the machine is slow to begin it.
                    loop {
                        let begun = Instant::now();
                        if reader.history(address, room).is_ok() {
                            reads += 1;
                        }
                        slowest = slowest.max(begun.elapsed());
                        if !is_held.load(Ordering::SeqCst) {
                            return (reads, slowest);
                        }
                        std::thread::sleep(Duration::from_millis(20));
                    }
                });
                let sending = scope.spawn(|| {
                    let mut answers = Vec::new();
                    let (id, body) = (format!("00000000-0000-4000-8000-{hold:012}"), format!("held for {hold}"));
                    while is_held.load(Ordering::SeqCst) || answers.is_empty() {
                        let asked = Instant::now();
                        let answer = send(&scene, &writer, room, &id, &body);
                        answers.push((answer, asked.elapsed(), begun.elapsed()));
                        std::thread::sleep(Duration::from_millis(50));
                    }
                    // The same client id until it is stored: only one may stand there.
                    answers.push((send(&scene, &writer, room, &id, &body), Duration::ZERO, begun.elapsed()));
                    answers
                });
                std::thread::sleep(Duration::from_millis(hold).saturating_sub(begun.elapsed()));
                let released = lock.execute_batch("ROLLBACK");
                is_held.store(false, Ordering::SeqCst);
                let (reads, slowest) = reading.join().expect("a reader does not panic");
                (reads, slowest, released.map(|()| sending.join().expect("a sender does not panic")))
            });
            let answers = answers.map_err(|error| error.to_string())?;
            report.count("holds", 1);
            report.count("reads meanwhile", reads);
            report.greatest("slowest read ms", millis(slowest_read));
            if reads < 1.max(hold / READ_EVERY_MS) {
                report.wrong(
                    Kind::Misbehaved,
                    format!("held for {hold} ms: {reads} reads, the slowest {slowest_read:?}"),
                );
            }
            let last = answers.len() - 1;
            for (number, (answer, took, at)) in answers.into_iter().enumerate() {
                report.greatest("slowest answer ms", millis(took));
                if took > ANSWER_WITHIN {
                    report.wrong(Kind::Misbehaved, format!("held for {hold} ms: sending waited {took:?}"));
                }
                match answer? {
                    Ok(_) if at < Duration::from_millis(hold) => {
                        report.wrong(
                            Kind::Misbehaved,
                            format!("held for {hold} ms: stored after {at:?}, under the lock"),
                        );
                    }
                    Ok(_) => report.count("acknowledged", 1),
                    Err(code) if code == "busy" || code == "unknown" => {
                        report.count(if code == "busy" { "told busy" } else { "told unknown" }, 1);
                        if code == "unknown" {
                            // Nothing was tried: the lock is asked for before the first statement.
                            let what = format!("held for {hold} ms: sending was answered 'unknown' instead of 'busy'");
                            report.wrong(Kind::Misbehaved, what);
                        }
                        if number == last {
                            report.wrong(
                                Kind::Misbehaved,
                                format!("after the lock of {hold} ms sending still says '{code}'"),
                            );
                        }
                    }
                    Err(code) => {
                        report.wrong(Kind::Misbehaved, format!("a locked database was answered with '{code}'"))
                    }
                }
            }
            let took = ledger.retry(&scene, room, BACK_WITHIN, report)?;
            report.greatest("slowest return ms", millis(took));
        }
        let address = scene.start.address.get().ok_or("the program is not running")?;
        let history = scene.town.people[1].history(address, room).map_err(|error| error.to_string())?;
        let (held, own): (Vec<_>, Vec<_>) = history.into_iter().partition(|form| form.body.starts_with("held for"));
        if held.len() != if context.is_long { held.len() } else { 5 } {
            report.wrong(Kind::Duplicate, format!("{} messages of 5 holds are stored", held.len()));
        }
        report.count("stored", (held.len() + own.len()) as u64);
        scene.look_for_panics(report);
        Ok(())
    })
}

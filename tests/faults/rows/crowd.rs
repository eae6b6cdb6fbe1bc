//! All come back at once: every client loses its connection and reconnects within the same second; all are live in time,
//! and nothing is missed.

use std::time::Duration;

use super::{Context, Report, Scene, millis, report_of};
use crate::checker::Kind;
use crate::crew::{Crew, Habits};

/// A bound against hanging; the promise's 20 s are measured by `--timed`.
const LIVE_WITHIN: Duration = Duration::from_secs(120);

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let (times, clients) = (context.count(1, 20), context.count(1_000, 5_000));
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        // At most 64 connections are one user's.
        scene.people(clients.div_ceil(40), 30, 20, &mut random)?;
        let habits = Habits { pause: Duration::from_secs(4), longest: 100, ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, clients, clients / 10, &habits, &random);
        match crew.wait_until_connected(clients as u64, LIVE_WITHIN) {
            Some(took) => report.greatest("first arrival ms", millis(took)),
            None => report.wrong(Kind::Misbehaved, format!("only {} of {clients} came in at first", crew.connected())),
        }
        for _ in 0..times {
            scene.kill();
            scene.start()?;
            match crew.wait_until_connected(clients as u64, LIVE_WITHIN) {
                Some(took) => report.greatest("all live ms", millis(took)),
                None => report.wrong(
                    Kind::Misbehaved,
                    format!("only {} of {clients} are live within {LIVE_WITHIN:?}", crew.connected()),
                ),
            }
            report.count("times", 1);
        }
        report.count("clients", clients as u64);
        scene.finish(crew, report);
        Ok(())
    })
}

//! A restart is a spinner: SIGTERM under many clients and a steady stream of messages. The program says goodbye and ends
//! in time; everybody is back soon; nothing is lost or doubled, and nobody sees an error.

use std::time::Duration;

use super::{Context, Report, Scene, millis, report_of};
use crate::checker::Kind;
use crate::crew::{Crew, Habits};

/// Bounds against hanging, not the promises' 10 s and 3 s, which `--timed` measures: here the clients share the machine's
/// cores with the program.
const EXIT_WITHIN: Duration = Duration::from_secs(60);
/// All are back within this time of the new start.
const BACK_WITHIN: Duration = Duration::from_secs(120);

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let (rounds, clients) = (context.count(3, 50), 1_000);
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        scene.people(50, 50, 10, &mut random)?;
        // Each person has twenty clients, so each message goes to about eighty: a hundred messages a second fill half of a
        // core, and what is tried here is the restart.
        let habits = Habits { pause: Duration::from_secs(10), longest: 100, ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, clients, clients, &habits, &random);
        if crew.wait_until_connected(clients as u64, BACK_WITHIN).is_none() {
            report.wrong(Kind::Misbehaved, format!("only {} of {clients} clients came in", crew.connected()));
        }
        for round in 0..rounds {
            crew.wait_for(200, Duration::from_secs(60));
            match scene.program().terminate(EXIT_WITHIN) {
                Some((status, took)) => {
                    report.greatest("slowest exit ms", millis(took));
                    if !status.success() {
                        report.wrong(Kind::Misbehaved, format!("SIGTERM ended the program with {status}"));
                    }
                }
                None => {
                    report.wrong(Kind::Misbehaved, format!("SIGTERM did not end the program within {EXIT_WITHIN:?}"));
                    scene.kill();
                }
            }
            scene.start()?;
            match crew.wait_until_connected(clients as u64, BACK_WITHIN) {
                Some(took) => report.greatest("slowest return ms", millis(took)),
                None => report.wrong(
                    Kind::Misbehaved,
                    format!("round {round}: only {} of {clients} are back within {BACK_WITHIN:?}", crew.connected()),
                ),
            }
            report.count("restarts", 1);
        }
        let outcome = scene.finish(crew, report);
        report.count("clients", clients as u64);
        report.count("goodbyes", outcome.devices.iter().map(|device| device.journal.goodbyes).sum());
        let goodbyes_wanted = (clients * rounds) as u64 * 9 / 10;
        let heard: u64 = outcome.devices.iter().map(|device| device.journal.goodbyes).sum();
        if heard < goodbyes_wanted {
            report.wrong(
                Kind::Misbehaved,
                format!("only {heard} goodbyes were heard by {clients} clients in {rounds} restarts"),
            );
        }
        Ok(())
    })
}

//! One order, no gaps: fifty devices in twenty conversations, with connections dropped at random, edits and deletions.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Context, Report, Scene, report_of};
use crate::checker::Kind;
use crate::crew::{Crew, Habits};

/// The deliveries must come within this time, for each thousand of them.
const PATIENCE_FOR_A_THOUSAND: Duration = Duration::from_secs(30);

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let wanted = context.count(20_000, 1_000_000) as u64;
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        scene.people(25, 8, 12, &mut random)?;
        let habits = Habits { pause: Duration::from_millis(150), cut_once_in: 25, ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, 50, 50, &habits, &random);
        let patience = PATIENCE_FOR_A_THOUSAND * u32::try_from(wanted / 1000).unwrap_or(u32::MAX);
        let begun = Instant::now();
        while crew.deliveries() < wanted {
            if begun.elapsed() > patience {
                report.wrong(Kind::Misbehaved, format!("only {} deliveries in {patience:?}", crew.deliveries()));
                break;
            }
            sleep(Duration::from_millis(20));
        }
        let outcome = scene.finish(crew, report);
        report.count("reconnects", outcome.devices.iter().map(|device| device.journal.connections - 1).sum());
        Ok(())
    })
}

//! Clocks that jump by hours, backwards and forwards, or stand still: order and states are unharmed, and nobody is
//! thrown out or called away by it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Context, Report, Scene, report_of};
use crate::checker::Kind;
use crate::crew::{Crew, Habits};

const WORKS_WITHIN: Duration = Duration::from_secs(120);
const HOUR: u64 = 3_600_000;

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut random = context.random.clone();
        let mut scene = Scene::open(true)?;
        scene.people(6, 6, 4, &mut random)?;
        let habits = Habits { pause: Duration::from_millis(30), cut_once_in: 60, ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, 12, 12, &habits, &random);
        for jump in 0..context.count(20, 200) {
            let hours = i64::try_from(random.within(1, 11 * HOUR)).expect("half a day fits");
            match jump % 3 {
                0 => scene.faults().shift_clock(hours),
                1 => scene.faults().shift_clock(-hours),
                _ => {
                    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                    scene.faults().freeze_clock(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
                }
            }
            if !crew.wait_for(random.within(20, 80), WORKS_WITHIN) {
                report.wrong(Kind::Misbehaved, format!("after jump {jump} nothing is acknowledged any more"));
                break;
            }
            report.count("jumps", 1);
            if jump % 7 == 6 {
                scene.kill();
                scene.start()?;
                report.count("restarts", 1);
            }
        }
        scene.faults().shift_clock(0);
        scene.finish(crew, report);
        Ok(())
    })
}

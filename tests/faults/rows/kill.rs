//! Acknowledged survives `kill -9`: eight writers and eight readers at work while the program is killed, at random
//! moments and at named points, and started again.

use std::thread::sleep;
use std::time::Duration;

use super::{Context, Report, Scene, Stuck, report_of};
use crate::checker::Kind;
use crate::crew::{Crew, Habits};
use crate::preload::Point;

/// A named point must be reached within this time; there is always work.
const POINT_WITHIN: Duration = Duration::from_secs(120);
/// Work goes on within this time after a start.
const WORKS_WITHIN: Duration = Duration::from_secs(120);
/// Kills of one crew; a new one begins on a new database, so that histories stay short.
const ROUND: usize = 25;

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut left = context.count(50, 1_000);
        let mut number = 0;
        while left > 0 {
            let kills = left.min(ROUND);
            round(context, number, kills, report)?;
            left -= kills;
            number += 1;
        }
        Ok(())
    })
}

fn round(context: &Context, number: u64, kills: usize, report: &mut Report) -> Result<(), Stuck> {
    let mut random = context.random.branch(number);
    let mut scene = Scene::open(true)?;
    scene.people(8, 8, 4, &mut random)?;
    let habits = Habits { pause: Duration::from_millis(15), ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, 16, 8, &habits, &random);
    for kill in 0..kills {
        if !crew.wait_for(random.within(1, 30), WORKS_WITHIN) {
            report.wrong(Kind::Misbehaved, format!("nothing was acknowledged for {WORKS_WITHIN:?} after start {kill}"));
        }
        if kill % 2 == 0 {
            sleep(Duration::from_micros(random.below(40_000)));
            scene.kill();
            report.count("random moments", 1);
        } else {
            let point = *random.pick(&Point::ALL);
            scene.faults().end_at(point, i64::try_from(random.within(1, 6)).expect("small"));
            if scene.program().wait(POINT_WITHIN).is_none() {
                report.wrong(Kind::Misbehaved, format!("{point:?} was not reached within {POINT_WITHIN:?}"));
                scene.kill();
            }
            scene.faults().end_at(point, 0);
            report.count("named points", 1);
        }
        scene.start()?;
    }
    scene.finish(crew, report);
    Ok(())
}

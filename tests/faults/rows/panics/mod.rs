//! Panics: one in each piece of work of each part. Whoever asked hears a clear error, everybody else goes on, the writer
//! is back, presence is right, and the log tells of it once. First one at a time, with every word of the answer looked
//! at, then under people at work, then without end: then the program must say so and stop.

mod cases;
mod stage;

use std::time::{Duration, Instant};

use chinwag::chat::PANICS_MAX;
use chinwag::guarded::Work;

use super::{Context, Report, Scene, Stuck, report_of};
use crate::checker::Kind;
use crate::client::http::ask;
use crate::crew::{Crew, Habits};
use crate::program::{lines_with, panics_in};
use stage::{PATIENCE, Stage, until};

/// Work that people at work bring about by themselves.
const EVERYDAY: &[Work] = &[
    Work::ChatTick,
    Work::ChatJoin,
    Work::ChatAsk,
    Work::ChatLeave,
    Work::ChatAccept,
    Work::ChatTell,
    Work::ChatForget,
    Work::ChatHandOver,
    Work::ChatBatchDone,
    Work::ChatResumed,
    Work::ConnectionStarted,
    Work::ConnectionItem,
    Work::ConnectionFinished,
    Work::ConnectionOutgoing,
    Work::ConnectionAccepted,
    Work::ConnectionBeat,
    Work::ConnectionStopped,
    Work::WriterBatch,
    Work::WriterTidy,
    Work::IndexerStep,
    Work::ReaderQuery,
    Work::HttpRequest,
];

/// What the guard says once for each panic.
const SAID: &str = "this work ended in a panic";

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        one_at_a_time(context, report)?;
        at_work(context, report)?;
        without_end(context, report)
    })
}

fn open(panics: &'static str) -> Result<Scene, Stuck> {
    let settings = vec!["--heartbeat", "3", "--presence-grace", "1"];
    Scene::with(false, |start| crate::program::Start { settings, panics: Some(panics), ..start })
}

fn one_at_a_time(context: &Context, report: &mut Report) -> Result<(), Stuck> {
    let mut stage = Stage::open(open(Work::ChatStarted.as_str())?, context.random.branch(1))?;
    for work in Work::ALL.iter().filter(|work| **work != Work::ChatMend) {
        let begun = Instant::now();
        cases::run(*work, &mut stage).map_err(|stuck| format!("{work}: {stuck}"))?;
        stage.all_goes_on().map_err(|stuck| format!("after {work}: {stuck}"))?;
        stage.look_at_the_log(*work, report);
        report.count("works", 1);
        if begun.elapsed() > PATIENCE {
            report.wrong(Kind::Misbehaved, format!("{work} took {:?}", begun.elapsed()));
        }
    }
    stage.check_history(report)
}

fn at_work(context: &Context, report: &mut Report) -> Result<(), Stuck> {
    let mut random = context.random.branch(2);
    let mut scene = open("")?;
    scene.people(6, 6, 4, &mut random)?;
    let habits = Habits { pause: Duration::from_millis(30), cut_once_in: 40, ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, 12, 12, &habits, &random);
    let log = scene.start.log.clone();
    let mut expected = 0;
    for _ in 0..context.count(1, 40) {
        for work in EVERYDAY {
            let nth = random.within(1, 8);
            scene.program().panic_at(work.as_str(), nth, nth).map_err(|error| error.to_string())?;
            until(&format!("a panic in {work}"), || (panics_in(&log).len() > expected).then_some(()))?;
            expected += 1;
            report.count("panics at work", 1);
            if !crew.wait_for(5, PATIENCE) {
                report.wrong(Kind::Misbehaved, format!("{PATIENCE:?} after a panic in {work} nothing is acknowledged"));
            }
        }
    }
    let outcome = crew.meet(&scene.town);
    report.judge(&outcome);
    drop(outcome);
    let (told, said) = (panics_in(&log).len(), lines_with(&log, SAID).len());
    if told != expected || said != expected {
        report.wrong(Kind::Misbehaved, format!("{expected} panics, but the log has {told} and names {said}"));
    }
    // Presence equals live connections: none.
    let address = scene.start.address.get().ok_or("the program is not running")?;
    let viewer = scene.town.people[0].clone();
    until("everybody to be offline once their devices are gone", || {
        let page = viewer.get(address, "/users?limit=100").ok()?;
        let metrics = ask(address, "GET", "/metrics", &[], None).ok()?.text;
        let nobody_is_here = page["presence"].as_array()?.iter().all(|person| person["state"] == "offline");
        (nobody_is_here && metrics.contains("\nchinwag_connections 0\n")).then_some(())
    })
}

fn without_end(context: &Context, report: &mut Report) -> Result<(), Stuck> {
    let mut stage = Stage::open(open("")?, context.random.branch(3))?;
    stage.all_goes_on()?;
    let log = stage.scene.start.log.clone();
    let program = stage.scene.program();
    program.panic_at(Work::ChatTick.as_str(), 1, u64::MAX).map_err(|error| error.to_string())?;
    match program.wait(PATIENCE) {
        Some(status) if status.code() == Some(1) => {}
        other => report.wrong(Kind::Misbehaved, format!("panics without end, and the program came to {other:?}")),
    }
    if panics_in(&log).len() < PANICS_MAX as usize
        || lines_with(&log, "chinwag: chat.tick panicked and did not recover").len() != 1
    {
        report.wrong(Kind::Misbehaved, "panics without end are not said");
    }
    stage.scene.start.panics = None;
    stage.scene.start()?;
    stage.all_goes_on()?;
    stage.check_history(report)
}

//! A failing disk: of a fixed script, the N-th call of each kind fails, once or for good, with EIO or ENOSPC. What was
//! acknowledged stays, the failure is said, and sending works again within 5 s of the disk's return, without a restart.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Context, Report, Scene, Stuck, millis, report_of};
use crate::checker::Kind;
use crate::client::http::ask;
use crate::client::{Account, mirror};
use crate::crew::{Crew, Habits};
use crate::preload::{Call, EIO, ENOSPC, Which};
use crate::random::Random;

/// Sending works again within this time of the disk's return. As every bound here it only ends what hangs; the promise's
/// 5 s are measured by `--timed`.
const BACK_WITHIN: Duration = Duration::from_secs(60);
/// Messages of the script that run into the fault.
const MESSAGES: usize = 12;
/// Places tried on one database.
const ROUND: usize = 20;

/// What was answered for each client id.
#[derive(Default)]
pub struct Ledger {
    /// Client id, text, and seq if acknowledged.
    sent: Vec<(String, String, Option<u64>)>,
}

/// Sends a message over HTTP: the seq, or the code of the refusal; an error if there was no answer at all.
pub fn send(
    scene: &Scene,
    account: &Account,
    room: u64,
    client_id: &str,
    body: &str,
) -> Result<Result<u64, String>, Stuck> {
    let address = scene.start.address.get().ok_or("the program is not running")?;
    let bearer = format!("Bearer {}", account.token);
    let fields = json!({ "clientId": client_id, "body": body });
    let path = format!("/api/v1/conversations/{room}/messages");
    let answer = ask(address, "POST", &path, &[("Authorization", &bearer)], Some(&fields))
        .map_err(|error| format!("sending was not answered: {error}"))?;
    match (answer.status, answer.json["seq"].as_u64(), answer.json["code"].as_str()) {
        (200 | 201, Some(seq), _) => Ok(Ok(seq)),
        (_, _, Some(code)) => Ok(Err(code.to_owned())),
        _ => Err(format!("sending was answered {} {}", answer.status, answer.text)),
    }
}

impl Ledger {
    /// Sends a new message and notes what came of it.
    pub fn send(&mut self, scene: &Scene, room: u64, random: &mut Random, report: &mut Report) -> Result<bool, Stuck> {
        let (client_id, body) =
            (random.uuid(), format!("disk {} {}", self.sent.len(), "y".repeat(1 + self.sent.len() % 300)));
        let outcome = send(scene, &scene.town.people[0], room, &client_id, &body)?;
        match &outcome {
            Ok(_) => report.count("acknowledged", 1),
            Err(code) if code == "unknown" => report.count("told unknown", 1),
            Err(code) if code == "busy" => report.count("told busy", 1),
            Err(code) => report.wrong(Kind::Misbehaved, format!("a failing disk was answered with '{code}'")),
        }
        let is_stored = outcome.is_ok();
        self.sent.push((client_id, body, outcome.ok()));
        Ok(is_stored)
    }

    /// Sends again, with their client ids, all that have no answer; each must get one within `patience` altogether.
    pub fn retry(
        &mut self,
        scene: &Scene,
        room: u64,
        patience: Duration,
        report: &mut Report,
    ) -> Result<Duration, Stuck> {
        let begun = Instant::now();
        for (client_id, body, seq) in self.sent.iter_mut().filter(|(_, _, seq)| seq.is_none()) {
            loop {
                match send(scene, &scene.town.people[0], room, client_id, body)? {
                    Ok(stored) => {
                        *seq = Some(stored);
                        break;
                    }
                    Err(code) if begun.elapsed() > patience => {
                        report.wrong(
                            Kind::Misbehaved,
                            format!("{patience:?} after the fault sending still says '{code}'"),
                        );
                        return Ok(begun.elapsed());
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(50)),
                }
            }
        }
        Ok(begun.elapsed())
    }

    /// Everything acknowledged stands in the store, once, with its text, and nothing else does.
    pub fn check(&self, history: &[mirror::Form], report: &mut Report) {
        for (place, form) in history.iter().enumerate() {
            if form.seq != place as u64 + 1 {
                report.wrong(Kind::Skipped, format!("seq {} at place {}", form.seq, place + 1));
            }
        }
        let mut seen = std::collections::HashMap::new();
        for form in history {
            if let Some(client_id) = &form.client_id
                && seen.insert(client_id.as_str(), form).is_some()
            {
                report.wrong(Kind::Duplicate, format!("{client_id} is stored twice"));
            }
        }
        for (client_id, body, seq) in &self.sent {
            match (seen.remove(client_id.as_str()), seq) {
                (Some(form), _) if form.body != *body => {
                    report.wrong(Kind::WrongText, format!("{:?} at seq {}", form.body, form.seq))
                }
                (Some(form), Some(seq)) if form.seq != *seq => {
                    report.wrong(
                        Kind::Reordered,
                        format!("{client_id} was acknowledged at seq {seq} and stands at {}", form.seq),
                    );
                }
                (None, Some(seq)) => report.wrong(Kind::Lost, format!("{client_id} was acknowledged at seq {seq}")),
                _ => {}
            }
        }
        for client_id in seen.keys() {
            report.wrong(Kind::Phantom, format!("nobody sent {client_id}"));
        }
    }
}

struct Place {
    calls: Vec<Call>,
    files: Vec<Which>,
    nth: i64,
    error: i64,
    for_good: bool,
}

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let places = places(context, report)?;
        for (round, places) in places.chunks(ROUND).enumerate() {
            let mut random = context.random.branch(round as u64);
            let mut scene = Scene::open(true)?;
            scene.people(2, 1, 0, &mut random)?;
            let room = *scene.town.conversations.keys().next().ok_or("no conversation")?;
            let mut ledger = Ledger::default();
            for place in places {
                try_place(&mut scene, place, room, &mut ledger, &mut random, report)
                    .map_err(|stuck| format!("{place}: {stuck}"))?;
            }
            scene.look_for_panics(report);
        }
        under_load(context, report)
    })
}

/// The same under people at work: what fails is retried by their outboxes, and all must meet in the end.
fn under_load(context: &Context, report: &mut Report) -> Result<(), Stuck> {
    let mut random = context.random.branch(u64::MAX - 1);
    let mut scene = Scene::open(true)?;
    scene.people(6, 6, 4, &mut random)?;
    let habits = Habits { pause: Duration::from_millis(30), cut_once_in: 100, ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, 12, 12, &habits, &random);
    for _ in 0..context.count(20, 400) {
        let calls = if random.once_in(3) { Call::ALL.to_vec() } else { vec![*random.pick(&Call::ALL)] };
        let nth = i64::try_from(random.within(1, 40)).expect("small");
        let error = *random.pick(&[EIO, ENOSPC]);
        scene.faults().fail(&calls, &Which::ALL, nth, error, random.once_in(2));
        std::thread::sleep(Duration::from_millis(random.within(50, 400)));
        scene.faults().heal();
        if !crew.wait_for(5, BACK_WITHIN) {
            report.wrong(Kind::Misbehaved, format!("{BACK_WITHIN:?} after the disk's return nothing is acknowledged"));
        }
        report.count("faults under load", 1);
    }
    scene.finish(crew, report);
    Ok(())
}

/// Which calls the script makes, by a run without faults; then the places that this run tries.
fn places(context: &Context, report: &mut Report) -> Result<Vec<Place>, Stuck> {
    let mut random = context.random.branch(u64::MAX);
    let mut scene = Scene::open(true)?;
    scene.people(2, 1, 0, &mut random)?;
    let room = *scene.town.conversations.keys().next().ok_or("no conversation")?;
    let all = || Call::ALL.into_iter().flat_map(|call| Which::ALL.into_iter().map(move |file| (call, file)));
    let before: Vec<i64> = all().map(|(call, file)| scene.faults().count(call, file)).collect();
    let mut ledger = Ledger::default();
    script(&scene, room, &mut ledger, &mut random, report)?;
    // Copying the journal into the database is the same disk's work, now and then.
    std::thread::sleep(Duration::from_millis(2_500));
    let made: Vec<(Call, Which, i64)> = all()
        .zip(before)
        .map(|((call, file), before)| (call, file, scene.faults().count(call, file) - before))
        .filter(|(_, _, count)| *count > 0)
        .collect();
    for (call, file, count) in &made {
        println!("   the script makes {count} × {call:?} on {file:?}");
    }
    if !made.iter().any(|(call, file, _)| matches!(call, Call::Fsync | Call::Fdatasync) && *file == Which::Journal) {
        return Err("the script never syncs the journal".into());
    }
    let mut places = Vec::new();
    for (call, file, count) in &made {
        for nth in 1..=*count {
            for error in [EIO, ENOSPC] {
                for for_good in [false, true] {
                    places.push(Place { calls: vec![*call], files: vec![*file], nth, error, for_good });
                }
            }
        }
    }
    // The whole disk at once, reopening included.
    let all = || Place { calls: Call::ALL.into(), files: Which::ALL.into(), nth: 0, error: EIO, for_good: true };
    let total: i64 = made.iter().map(|(_, _, count)| count).sum();
    let last = if context.is_long { total } else { 8 };
    let anywhere: Vec<Place> = (1..=last)
        .map(|nth| Place {
            nth: if context.is_long { nth } else { 1 + i64::try_from(random.below(150)).expect("small") },
            error: if nth % 2 == 0 { EIO } else { ENOSPC },
            ..all()
        })
        .collect();
    if !context.is_long {
        // Every kind of call once for each way, the rest at random.
        let mut chosen = anywhere;
        for (call, file, count) in &made {
            for (error, for_good) in [(EIO, false), (EIO, true), (ENOSPC, false), (ENOSPC, true)] {
                let nth = i64::try_from(random.within(1, u64::try_from(*count).unwrap_or(1))).unwrap_or(1);
                chosen.push(Place { calls: vec![*call], files: vec![*file], nth, error, for_good });
            }
        }
        while chosen.len() < 80 && !places.is_empty() {
            let index = usize::try_from(random.below(places.len() as u64)).expect("an index");
            chosen.push(places.swap_remove(index));
        }
        return Ok(chosen);
    }
    places.extend(anywhere);
    Ok(places)
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Place { calls, files, nth, error, for_good } = self;
        let how = if *for_good { "and all later" } else { "once" };
        write!(formatter, "{calls:?} number {nth} on {files:?}, error {error}, {how}")
    }
}

fn script(
    scene: &Scene,
    room: u64,
    ledger: &mut Ledger,
    random: &mut Random,
    report: &mut Report,
) -> Result<usize, Stuck> {
    let mut refused = 0;
    for _ in 0..MESSAGES {
        refused += usize::from(!ledger.send(scene, room, random, report)?);
    }
    Ok(refused)
}

fn try_place(
    scene: &mut Scene,
    place: &Place,
    room: u64,
    ledger: &mut Ledger,
    random: &mut Random,
    report: &mut Report,
) -> Result<(), Stuck> {
    let anomalies = report.anomalies.len();
    scene.faults().fail(&place.calls, &place.files, place.nth, place.error, place.for_good);
    script(scene, room, ledger, random, report)?;
    // What happens between messages (copying the journal into the database) fails by itself, within some seconds.
    let until = Instant::now() + Duration::from_millis(2_500);
    while scene.faults().failed() == 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    report.count("places", 1);
    report.count("failed calls", u64::try_from(scene.faults().failed()).unwrap_or(0));
    report.count("places not reached", u64::from(scene.faults().failed() == 0));
    scene.faults().heal();
    let took = ledger.retry(scene, room, BACK_WITHIN, report)?;
    report.greatest("slowest return ms", millis(took));
    let address = scene.start.address.get().ok_or("the program is not running")?;
    let history = read_again(&scene.town.people[1], address, room)?;
    ledger.check(&history, report);
    // And once more as the disk has it, now and then.
    if random.once_in(5) {
        scene.kill();
        scene.start()?;
        let address = scene.start.address.get().ok_or("the program is not running")?;
        ledger.check(&read_again(&scene.town.people[1], address, room)?, report);
        report.count("restarts", 1);
    }
    for anomaly in &mut report.anomalies[anomalies..] {
        *anomaly = format!("{anomaly} [{place}]");
    }
    Ok(())
}

/// Reading may say 'unknown' in the first moment after the fault.
fn read_again(account: &Account, address: std::net::SocketAddr, room: u64) -> Result<Vec<mirror::Form>, Stuck> {
    let until = Instant::now() + BACK_WITHIN;
    loop {
        match account.history(address, room) {
            Ok(history) => return Ok(history),
            Err(error) if Instant::now() > until => {
                return Err(format!("the history cannot be read after the fault: {error}"));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

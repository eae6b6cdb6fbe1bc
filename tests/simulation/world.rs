//! One life from one seed: a server, its store and many devices, in one thread, with time that moves only when nothing
//! else does. What happens next stands in an agenda; after each step everything comes to rest and is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use actix::prelude::*;
use chinwag::chat::{ChatServer, ChatSettings};
use chinwag::clock::Clock;
use chinwag::config::Rate;
use chinwag::db::{Batch, BatchDone};
use chinwag::store::sqlite::SqliteWriter;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::actors::{Item, Open, ResumeAnswer, ResumeQuery, Tray};
use crate::audit::Audit;
use crate::checks::is_in_motion;
use crate::client::{Answer, Device, Question};
use crate::frames::Frame;
use crate::lab::{BEGINNING, DEVICES, Lab, PEOPLE};
use crate::ledger::Ledger;
use crate::plant::{Bug, Plant};
use crate::seed::Seed;

pub type Check<T = ()> = Result<T, String>;

/// What stands in the agenda.
pub enum Event {
    /// A person does something.
    Whim(usize),
    Connect(usize),
    /// A frame arrives at the server.
    Up(usize, String),
    /// The server notices that a connection is gone.
    Left(usize),
    /// A frame arrives at the client.
    Down(usize, Rc<Frame>),
    /// The client notices that its connection is gone.
    Lost(usize),
    Unstall(usize),
    /// The writer takes a batch, and answers it later.
    Apply(u64),
    Commit,
    Answer(u64, BatchDone),
    Read(u64, ResumeQuery, oneshot::Sender<ResumeAnswer>),
    ReadDone(oneshot::Sender<ResumeAnswer>, ResumeAnswer),
    Http(usize, u64, Question, usize),
    HttpDone(usize, u64, Question, Answer),
    Confirm(usize, i64),
    Pulse,
    Crash,
    Start,
    Goodbye,
    ClockJump,
    Heal,
}

/// The running program.
pub struct Server {
    pub chat: Addr<ChatServer>,
    pub done: Recipient<BatchDone>,
    pub writer: SqliteWriter,
    pub batch: Option<Batch>,
    pub is_stopping: bool,
}

/// A connection, with what is on its way in it.
pub struct Line {
    pub open: Open,
    pub device: usize,
    pub user: i64,
    pub generation: u64,
    pub has_joined: bool,
    /// Its client did not read for a while: when the server let go of it is not known.
    pub has_stalled: bool,
    /// The server knows no more of it.
    pub is_over: bool,
    pub up_at: i64,
    pub down_at: i64,
    /// What arrives later than this, arrives nowhere.
    pub deaf_after: i64,
}

/// How rough this life is; each seed has its own.
pub struct Weather {
    pub latency: i64,
    pub commit: i64,
    pub store_faults: u64,
    pub read_faults: u64,
    pub ends_at: i64,
}

pub struct World<'a> {
    pub lab: &'a mut Lab,
    pub seed: Seed,
    pub plant: Plant,
    pub ledger: Ledger,
    pub audit: Audit,
    pub now: i64,
    zero: Instant,
    agenda: BTreeMap<(i64, u64), Event>,
    entries: u64,
    pub server: Option<Server>,
    pub generation: u64,
    pub lines: Vec<Line>,
    pub devices: Vec<Device>,
    pub people: Vec<i64>,
    pub clock: Clock,
    pub settings: ChatSettings,
    pub weather: Weather,
    pub tray: Tray,
    pub postponed: Option<Batch>,
    pub failed_returns: Vec<i64>,
    /// From when each person has had no connection.
    pub gone_since: BTreeMap<i64, i64>,
    /// Whose going may have been earlier than it looked from here.
    pub unsure: BTreeSet<i64>,
    pub is_healing: bool,
    pub steps: u64,
    pub story: Option<Vec<String>>,
}

impl<'a> World<'a> {
    pub fn new(lab: &'a mut Lab, number: u64, bug: Option<Bug>, tells: bool) -> World<'a> {
        lab.make_empty();
        let mut seed = Seed::new(number);
        let people: Vec<i64> = (1..=seed.between(3, 5)).collect();
        let weather = Weather {
            latency: *seed.pick(&[5, 40, 300]).expect("three kinds"),
            commit: *seed.pick(&[2, 20, 150]).expect("three kinds"),
            store_faults: *seed.pick(&[0, 0, 2, 6]).expect("four kinds"),
            read_faults: *seed.pick(&[0, 0, 5]).expect("three kinds"),
            ends_at: seed.between(3_000, 9_000),
        };
        let settings = ChatSettings {
            presence_grace: Duration::from_secs(1),
            restart_grace: Duration::from_secs(3),
            batch_max: *seed.pick(&[3, 512]).expect("two kinds"),
            waiting_max: *seed.pick(&[8, 8_192]).expect("two kinds"),
            held_max_bytes: *seed.pick(&[2_000, 1 << 20]).expect("two kinds"),
            connections_per_user: 3,
            frames: {
                let burst = *seed.pick(&[6, 400]).expect("two kinds");
                Rate::per_second(burst, *seed.pick(&[5, 100]).expect("two kinds"))
            },
            ..ChatSettings::default()
        };
        let mut devices = Vec::new();
        for user in &people {
            for own in 0..DEVICES {
                let session = lab.sessions[usize::try_from(*user - 1).expect("from 1")][own];
                let people = people.clone();
                devices.push(Device::new(devices.len(), *user, session, people));
            }
        }
        assert!(people.len() <= PEOPLE);
        let plant = Plant::new(bug, Seed::new(number ^ 0x5eed));
        World {
            lab,
            plant,
            ledger: Ledger::default(),
            audit: Audit::default(),
            now: 0,
            zero: Instant::now(),
            agenda: BTreeMap::new(),
            entries: 0,
            server: None,
            generation: 0,
            lines: Vec::new(),
            devices,
            people,
            clock: Clock::manual(BEGINNING),
            settings,
            weather,
            tray: Tray::default(),
            postponed: None,
            failed_returns: Vec::new(),
            gone_since: BTreeMap::new(),
            unsure: BTreeSet::new(),
            is_healing: false,
            steps: 0,
            story: tells.then(Vec::new),
            seed,
        }
    }

    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(format!("{:>6} {}", self.now, what()));
        }
    }

    pub fn plan(&mut self, after: i64, event: Event) {
        self.plan_at(self.now + after, event);
    }

    pub fn is_under_way(&self) -> bool {
        let has_batch = self.server.as_ref().is_some_and(|server| server.batch.is_some());
        has_batch || self.agenda.values().any(is_in_motion)
    }

    pub fn plan_at(&mut self, at: i64, event: Event) {
        self.entries += 1;
        self.agenda.insert((at, self.entries), event);
    }

    pub fn chance_until(&mut self, most: i64) -> i64 {
        self.seed.between(0, most)
    }

    /// Lives from the first connection to the end, when all must have met.
    pub async fn live(&mut self) -> Check {
        self.start_server();
        for device in 0..self.devices.len() {
            let at = self.chance_until(2_000);
            self.plan(at, Event::Connect(device));
            self.plan(at + 300, Event::Whim(device));
        }
        self.plan_faults();
        self.plan(250, Event::Pulse);
        self.plan_at(self.weather.ends_at, Event::Heal);
        let mut quiet_since = None;
        loop {
            let ((at, _), event) = self.agenda.pop_first().ok_or("nothing is left to happen")?;
            self.rest_until(at).await;
            self.take_tray()?;
            self.happen(event)?;
            self.steps += 1;
            // Everything that this set off comes to rest before the next step.
            self.rest_until(self.now + 1).await;
            self.take_tray()?;
            self.check_step().await?;
            if self.is_healing {
                let waits = self.what_waits();
                match (waits, quiet_since) {
                    (Some(_), _) if self.now < self.weather.ends_at + 60_000 => quiet_since = None,
                    (Some(waits), _) => {
                        return Err(format!("a minute after the last fault they have not met: {waits}"));
                    }
                    (None, None) => quiet_since = Some(self.now),
                    (None, Some(since)) if self.now - since > 2_000 => return self.check_meeting().await,
                    (None, Some(_)) => {}
                }
            }
        }
    }

    fn plan_faults(&mut self) {
        for _ in 0..self.seed.between(0, 3) {
            let at = self.chance_until(self.weather.ends_at - 1_000);
            let event = match self.seed.below(4) {
                0 => Event::Goodbye,
                1 => Event::ClockJump,
                _ => Event::Crash,
            };
            self.plan(at, event);
        }
    }

    /// Lets every actor run until none can, then moves time.
    async fn rest_until(&mut self, at: i64) {
        let at = at.max(self.now);
        tokio::time::sleep_until(self.zero + Duration::from_millis(u64::try_from(at).expect("time moves on"))).await;
        self.clock.advance(at - self.now);
        self.now = at;
    }

    fn happen(&mut self, event: Event) -> Check {
        match event {
            Event::Whim(device) => return self.whim(device),
            Event::Connect(device) => self.connect(device),
            Event::Up(line, text) => self.arrive(line, &text)?,
            Event::Left(line) => self.leave(line),
            Event::Down(line, frame) => return self.hear(line, &frame),
            Event::Lost(line) => self.lose(line),
            Event::Unstall(line) => self.unstall(line),
            Event::Apply(generation) if generation == self.generation => return self.apply(),
            Event::Commit => return self.commit_postponed(),
            Event::Answer(generation, done) if generation == self.generation => {
                // Returns whose fate is unknown to the server did not happen, as far as it knows.
                self.ledger.owes_return.append(&mut self.failed_returns);
                if let Some(server) = &self.server {
                    server.done.do_send(done);
                }
            }
            Event::Read(generation, query, answer) if generation == self.generation => self.read(query, answer),
            Event::ReadDone(sender, answer) => drop(sender.send(answer)),
            Event::Http(device, life, question, limit) => return self.ask_http(device, life, question, limit),
            Event::HttpDone(device, life, question, answer) if self.devices[device].life == life => {
                let acts = self.devices[device].answered(question, answer);
                self.act(device, acts);
            }
            Event::Confirm(device, conversation) => {
                let act = self.devices[device].confirm_delivered(conversation, self.now);
                self.act(device, act.into_iter().collect());
            }
            Event::Pulse => self.pulse(),
            Event::Crash if !self.is_healing && self.server.is_some() => {
                self.tell(|| "the server crashes".into());
                self.stop_server();
                let pause = self.seed.between(20, 2_000);
                self.plan(pause, Event::Start);
            }
            Event::Start if self.server.is_none() => {
                self.start_server();
                return self.audit.compare(&self.lab.raw, &self.ledger);
            }
            Event::Goodbye if !self.is_healing => self.say_goodbye(),
            Event::ClockJump => {
                let hours = self.seed.between(-50, 50);
                self.clock.advance(hours * 3_600_000);
                self.tell(|| format!("the clock jumps by {hours} hours"));
            }
            Event::Heal => self.heal(),
            _ => {}
        }
        Ok(())
    }

    fn heal(&mut self) {
        self.is_healing = true;
        (self.weather.store_faults, self.weather.read_faults) = (0, 0);
        self.tell(|| "no more faults".into());
        for line in 0..self.lines.len() {
            self.unstall(line);
        }
        if self.server.is_none() {
            self.plan(1, Event::Start);
        }
    }

    /// What the actors have sent since the last look.
    fn take_tray(&mut self) -> Check {
        let mut items = std::mem::take(&mut *self.tray.borrow_mut());
        // Connections are told in any order, each its own frames in one: only that must not depend on chance.
        items.sort_by_key(|item| match item {
            Item::Out(line, _) => line + 1,
            _ => 0,
        });
        for item in items {
            match item {
                Item::Batch(generation, batch) if generation == self.generation => {
                    let server = self.server.as_mut().expect("its generation runs");
                    if server.batch.replace(batch).is_some() {
                        return Err("a batch was sent while the writer had one".into());
                    }
                    let takes = self.chance_until(self.weather.commit);
                    self.plan(takes, Event::Apply(generation));
                }
                Item::Resume(generation, query, answer) if generation == self.generation => {
                    let takes = self.chance_until(self.weather.commit * 2);
                    self.plan(takes, Event::Read(generation, query, answer));
                }
                Item::Out(line, outgoing) => self.hand_over(line, outgoing)?,
                Item::Stopped(generation) if generation == self.generation => {
                    self.stop_server();
                    let pause = self.seed.between(20, 1_000);
                    self.plan(pause, Event::Start);
                }
                Item::Submitted { device, client_id, answer } => self.submitted(device, client_id, *answer)?,
                Item::Batch(..) | Item::Resume(..) | Item::Stopped(_) => {}
            }
        }
        for line in 0..self.lines.len() {
            if self.lines[line].open.ender.is_ended() && !self.lines[line].is_over {
                self.tell(|| format!("line {line} is cut by the server"));
                self.over(line);
                self.break_off(line);
            }
        }
        Ok(())
    }

    fn pulse(&mut self) {
        self.plan(250, Event::Pulse);
        for device in 0..self.devices.len() {
            if self.devices[device].is_ready {
                let mut acts = self.devices[device].pump(self.now);
                let conversations: Vec<i64> = self.devices[device].copies.keys().copied().collect();
                for conversation in conversations {
                    self.devices[device].fill(conversation, &mut acts);
                    acts.extend(self.devices[device].confirm_delivered(conversation, self.now));
                }
                self.act(device, acts);
            }
        }
    }
}

//! The program in the simulation: ChatServer between two stops or crashes, and the store beneath it, whose batches wait,
//! fail, or are stored without an answer.

use actix::prelude::*;
use chinwag::chat::{ChatParts, ChatServer, SayGoodbye, Submit, submit};
use chinwag::db::{Batch, BatchDone};
use chinwag::store::{Refusal, StoreError, Stored, UserReads, Write, WriteStore};
use tokio::sync::oneshot;

use crate::actors::{Item, Mailroom, ResumeAnswer, ResumeQuery};
use crate::plant::Bug;
use crate::world::{Check, Event, Server, World};

impl World<'_> {
    pub fn start_server(&mut self) {
        self.generation += 1;
        let generation = self.generation;
        self.plant.at_start(&self.lab.raw);
        let recorded = self.lab.reader().recorded_presence().expect("the database answers");
        let grace =
            i64::try_from((self.settings.restart_grace - self.settings.presence_grace).as_millis()).expect("ms");
        self.ledger.owes_return.clear();
        for person in &recorded {
            let user = person.user.get();
            let since = if person.offline_since.is_some() { i64::MIN / 2 } else { self.now + grace };
            self.gone_since.insert(user, since);
            if person.offline_since.is_some() {
                self.ledger.owes_return.push(user);
            }
        }
        let mailroom = Mailroom { generation, tray: self.tray.clone() }.start();
        let (clock, settings) = (self.clock.clone(), self.settings.clone());
        let mut done = None;
        let chat = ChatServer::start(|recipient| {
            done = Some(recipient);
            ChatParts {
                writer: mailroom.clone().recipient(),
                resume: mailroom.clone().recipient(),
                views: mailroom.clone().recipient(),
                counts: mailroom.recipient(),
                clock,
                settings,
                presence: recorded,
                blocks: chinwag::domain::Blocks::default(),
                // Nobody waits for it: one panic already ends the life.
                give_up: oneshot::channel().0,
            }
        });
        let done = done.expect("ChatServer asks for its parts");
        self.server = Some(Server { chat, done, writer: self.lab.writer(), batch: None, is_stopping: false });
        self.tell(|| "the server starts".into());
    }

    /// Everything in memory is gone, and with it what the writer had not committed.
    pub fn stop_server(&mut self) {
        self.server = None;
        self.generation += 1;
        self.postponed = None;
        self.failed_returns.clear();
        if self.plant.is(Bug::LoseLastBatchAtCrash)
            && let Some(before) = self.plant.before.take()
        {
            self.lab.put_back(&before);
        }
        for line in 0..self.lines.len() {
            if !self.lines[line].is_over {
                self.lines[line].is_over = true;
                self.break_off(line);
            }
        }
        self.audit.forget();
    }

    pub fn say_goodbye(&mut self) {
        let Some(server) = &mut self.server else { return };
        server.is_stopping = true;
        let (chat, tray, generation) = (server.chat.clone(), self.tray.clone(), self.generation);
        actix::spawn(async move {
            if chat.send(SayGoodbye).await.is_ok() {
                tray.borrow_mut().push(Item::Stopped(generation));
            }
        });
        self.tell(|| "the server says goodbye".into());
    }

    pub fn apply(&mut self) -> Check {
        self.commit_postponed()?;
        let Some(batch) = self.server.as_mut().and_then(|server| server.batch.take()) else { return Ok(()) };
        let (id, writes) = (batch.id, batch.writes.clone());
        let fails = self.seed.chance(self.weather.store_faults);
        let mut results: Vec<Result<Stored, Refusal>>;
        if fails && self.seed.chance(50) {
            self.tell(|| format!("batch {} fails", id.0));
            results = batch.writes.iter().map(|_| Err(Refusal::Unknown)).collect();
            self.reopen();
        } else if self.plant.is(Bug::AcknowledgeBeforeCommit) {
            let before = self.lab.copy_aside();
            results = self.run(&batch)?;
            self.lab.put_back(&before);
            self.reopen();
            self.postponed = Some(batch);
            self.plan(60, Event::Commit);
        } else {
            results = self.commit(&batch)?;
            if fails {
                self.tell(|| format!("batch {} is stored, but its answer is lost", id.0));
                results.iter_mut().for_each(|result| *result = Err(Refusal::Unknown));
                self.reopen();
            }
        }
        self.plant.answers(&mut results);
        for (write, result) in writes.iter().zip(&results) {
            if let (Write::RecordReturn { user, .. }, Err(_)) = (write, result) {
                self.failed_returns.push(user.get());
            }
        }
        let takes = self.chance_until(self.weather.commit);
        self.plan(takes, Event::Answer(self.generation, BatchDone { id, results }));
        Ok(())
    }

    pub fn commit_postponed(&mut self) -> Check {
        match self.postponed.take() {
            Some(batch) if self.server.is_some() => self.commit(&batch).map(drop),
            _ => Ok(()),
        }
    }

    /// The batch becomes durable, and the ledger learns of it.
    pub fn commit(&mut self, batch: &Batch) -> Check<Vec<Result<Stored, Refusal>>> {
        if self.plant.is(Bug::LoseLastBatchAtCrash) {
            self.plant.before = Some(self.lab.copy_aside());
        }
        let results = self.run(batch)?;
        for (write, result) in batch.writes.iter().zip(&results) {
            self.tell(|| format!("{write:?} → {}", brief(result)));
            self.ledger.record(write, result)?;
        }
        self.plant.after_batch(&self.lab.raw);
        self.audit.compare(&self.lab.raw, &self.ledger)?;
        Ok(results)
    }

    pub fn run(&mut self, batch: &Batch) -> Check<Vec<Result<Stored, Refusal>>> {
        let mut writes = batch.writes.clone();
        self.plant.writes(&mut writes);
        let server = self.server.as_mut().expect("the batch came from it");
        server.writer.apply(&writes, batch.at).map_err(|error| format!("the store failed by itself: {error}"))
    }

    pub fn reopen(&mut self) {
        let writer = self.lab.writer();
        self.server.as_mut().expect("it runs").writer = writer;
    }

    pub fn read(&mut self, query: ResumeQuery, sender: oneshot::Sender<ResumeAnswer>) {
        let mut answer = if self.seed.chance(self.weather.read_faults) {
            Err(StoreError::Busy)
        } else {
            query.run(&mut self.lab.reader())
        };
        if let Ok(Some(resumed)) = &mut answer {
            self.plant.resumed(resumed);
        }
        let takes = self.chance_until(self.weather.commit);
        self.plan(takes, Event::ReadDone(sender, answer));
    }

    /// A change over HTTP.
    pub fn submit(&mut self, device: usize, client_id: Option<String>, write: Write) {
        self.tell(|| format!("device {device} posts {write:?}"));
        let Some(server) = &self.server else { return };
        let (chat, tray): (Recipient<Submit>, _) = (server.chat.clone().recipient(), self.tray.clone());
        actix::spawn(async move {
            let answer = Box::new(submit(&chat, write).await);
            tray.borrow_mut().push(Item::Submitted { device, client_id, answer });
        });
    }
}

fn brief(result: &Result<Stored, Refusal>) -> String {
    let text = format!("{result:?}");
    text.chars().take(400).collect()
}

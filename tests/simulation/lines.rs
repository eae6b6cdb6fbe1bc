//! Connections: frames under way in both directions, in order and at their own pace, until a cut after which neither end
//! knows what arrived.

use std::rc::Rc;

use bytestring::ByteString;
use chinwag::chat::{Ask, Hello, Join, Leave, Outgoing};
use chinwag::domain::{SessionId, UserId};
use chinwag::protocol::{ClientFrame, Request, decode};

use crate::actors::{Item, open};
use crate::client::{Act, Asked};
use crate::frames::Frame;
use crate::plant::Bug;
use crate::world::{Check, Event, Line, World};

impl World<'_> {
    pub fn connect(&mut self, device: usize) {
        if self.devices[device].link.is_some() {
            return;
        }
        if self.server.as_ref().is_none_or(|server| server.is_stopping) {
            let again = self.seed.between(50, 700);
            return self.plan(again, Event::Connect(device));
        }
        let number = self.lines.len();
        let open = open(number, &self.tray);
        open.stall.has_no_bound.set(self.plant.is(Bug::QueueWithoutBound));
        let (user, generation) = (self.devices[device].user, self.generation);
        self.lines.push(Line {
            open,
            device,
            user,
            generation,
            has_joined: false,
            has_stalled: false,
            is_over: false,
            up_at: self.now,
            down_at: self.now,
            deaf_after: i64::MAX,
        });
        let hello = self.devices[device].connect(number);
        self.say(device, hello);
        // Some clients send what waits at once, others after ready.
        if self.seed.chance(30) {
            let acts = self.devices[device].pump(self.now);
            self.act(device, acts);
        }
    }

    /// A client writes a frame into its connection.
    pub fn say(&mut self, device: usize, text: String) {
        let Some(line) = self.devices[device].link else { return };
        self.tell(|| format!("line {line} of device {device} > {text}"));
        let arrives = (self.now + 1 + self.chance_until(self.weather.latency)).max(self.lines[line].up_at);
        self.lines[line].up_at = arrives;
        self.plan_at(arrives, Event::Up(line, text));
    }

    pub fn act(&mut self, device: usize, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Say(text) => self.say(device, text),
                Act::Confirm { conversation, up_to, frame } => {
                    let key = (self.devices[device].user, conversation);
                    let held = self.ledger.held.entry(key).or_default();
                    *held = (*held).max(up_to);
                    self.say(device, frame);
                }
                Act::Ask(question) => {
                    let (takes, limit) = (1 + self.chance_until(self.weather.latency), self.seed.between(1, 60));
                    let life = self.devices[device].life;
                    let limit = usize::try_from(limit).expect("small");
                    self.plan(takes, Event::Http(device, life, question, limit));
                }
                Act::ConfirmSoon(conversation) => {
                    let after = 1 + self.chance_until(200);
                    self.plan(after, Event::Confirm(device, conversation));
                }
            }
        }
    }

    /// A client's frame reaches the server, as its connection's actor would take it.
    pub fn arrive(&mut self, number: usize, text: &str) -> Check {
        let line = &mut self.lines[number];
        let Some(server) = self.server.as_ref().filter(|_| line.generation == self.generation) else { return Ok(()) };
        if line.is_over || self.now > line.deaf_after {
            return Ok(());
        }
        let request = decode(text).map_err(|error| format!("{error}: {text}"))?;
        match request {
            Request { frame: ClientFrame::Hello { people_rev, conversations, is_idle, .. }, .. } => {
                let device = &self.devices[line.device];
                let Some(link) = line.open.link.take() else { return Ok(()) };
                // While it says goodbye, it takes nobody in.
                line.has_joined = !server.is_stopping;
                server.chat.do_send(Join {
                    connection: line.open.id,
                    user: UserId::new(line.user),
                    session: SessionId::new(device.session),
                    keep: true,
                    hello: Hello { people_rev, conversations, is_idle },
                    link,
                });
            }
            request => server.chat.do_send(Ask { connection: line.open.id, request }),
        }
        Ok(())
    }

    /// The server's end is gone: some of what was under way still arrives, then the client notices.
    pub fn break_off(&mut self, line: usize) {
        let last = self.now + self.chance_until(self.weather.latency);
        self.lines[line].deaf_after = self.lines[line].deaf_after.min(last);
        let notices = last - self.now + self.chance_until(600);
        self.plan(notices + 1, Event::Lost(line));
    }

    /// The server has forgotten a connection.
    pub fn over(&mut self, line: usize) {
        self.lines[line].is_over = true;
        let user = self.lines[line].user;
        let is_here = self.lines.iter().any(|line| line.user == user && line.has_joined && !line.is_over);
        if self.lines[line].has_joined && !is_here {
            self.gone_since.insert(user, self.now);
            if self.lines[line].has_stalled {
                self.unsure.insert(user);
            } else {
                self.unsure.remove(&user);
            }
        }
    }

    pub fn leave(&mut self, number: usize) {
        if self.lines[number].is_over || self.lines[number].generation != self.generation {
            return;
        }
        self.over(number);
        if !self.plant.is(Bug::StayPresent)
            && let Some(server) = &self.server
        {
            server.chat.do_send(Leave { connection: self.lines[number].open.id, said_so: false });
        }
    }

    pub fn hear(&mut self, line: usize, frame: &Frame) -> Check {
        let device = self.lines[line].device;
        if self.devices[device].link != Some(line) || self.now > self.lines[line].deaf_after {
            return Ok(());
        }
        let acts = self.devices[device]
            .hear(frame, self.now)
            .map_err(|what| format!("device {device} of {} over line {line}: {what}", self.lines[line].user))?;
        self.check_set_aside(device)?;
        self.act(device, acts);
        Ok(())
    }

    /// The client notices that its connection is gone, tells the server's end if it can, and comes back.
    pub fn lose(&mut self, line: usize) {
        let device = self.lines[line].device;
        if self.devices[device].link == Some(line) {
            self.tell(|| format!("device {device} has lost line {line}"));
            self.devices[device].lose_link();
            let after = self.seed.between(20, if self.is_healing { 1_000 } else { 3_000 });
            let again = after.max(self.devices[device].stays_away_until - self.now + after);
            self.plan(again, Event::Connect(device));
        }
        if !self.lines[line].is_over {
            let notices = self.chance_until(800);
            self.plan(notices, Event::Left(line));
        }
    }

    /// A cut: nothing passes from now on, and both ends notice when they do.
    pub fn cut(&mut self, line: usize) {
        self.tell(|| format!("line {line} is cut"));
        let last = self.now + self.chance_until(self.weather.latency);
        self.lines[line].deaf_after = self.lines[line].deaf_after.min(last);
        let notices = self.chance_until(1_500);
        self.plan(notices, Event::Lost(line));
    }

    pub fn unstall(&mut self, line: usize) {
        let stall = &self.lines[line].open.stall;
        if stall.is_on.replace(false) {
            stall.over.notify_one();
            let pile = std::mem::take(&mut *stall.pile.borrow_mut());
            self.tray.borrow_mut().extend(pile.into_iter().map(|outgoing| Item::Out(line, outgoing)));
        }
    }

    /// Frames that ChatServer handed to a connection: shown from now on, whether they arrive or not.
    pub fn hand_over(&mut self, line: usize, outgoing: Outgoing) -> Check {
        let (frames, closes) = match outgoing {
            Outgoing::Frame(frame) => (vec![frame], false),
            Outgoing::Frames(frames) => (frames, false),
            Outgoing::Close(last, _) => (last.into_iter().collect(), true),
        };
        for frame in frames {
            for frame in self.plant.handed(line, frame) {
                self.show(line, &frame)?;
            }
        }
        if closes && !self.lines[line].is_over {
            let says_goodbye = self.server.as_ref().is_none_or(|server| server.is_stopping);
            if !says_goodbye {
                // Sent away: perhaps because a return could not be stored, and then they were never back.
                self.over(line);
                self.unsure.insert(self.lines[line].user);
            }
            let notices = (self.lines[line].down_at - self.now).max(0) + 1;
            self.plan(notices, Event::Lost(line));
        }
        Ok(())
    }

    pub fn show(&mut self, line: usize, text: &ByteString) -> Check {
        let frame: Frame = serde_json::from_str(text).map_err(|error| format!("{error}: {text}"))?;
        let user = self.lines[line].user;
        let told = self.ledger.may_tell(user, &frame);
        self.tell(|| format!("line {line} of {user} < {text}"));
        told?;
        if let Frame::Ok { r#ref, rev, version } = &frame {
            let device = &self.devices[self.lines[line].device];
            let asked = device.asked.get(r#ref).filter(|_| device.link == Some(line));
            if let Some(Asked::Letter(client_id)) = asked {
                self.ledger.may_confirm(user, client_id, *rev, *version)?;
            }
        }
        if let Frame::Message { message } | Frame::Changed { message, .. } = &frame {
            self.ledger.may_hear_live(user, message)?;
            if self.plant.is(Bug::CountSocketWrite) && matches!(frame, Frame::Message { .. }) {
                self.confirm_instead(line, message.conversation, message.seq);
            }
        }
        let arrives = (self.now + 1 + self.chance_until(self.weather.latency)).max(self.lines[line].down_at);
        self.lines[line].down_at = arrives;
        self.plan_at(arrives, Event::Down(line, Rc::new(frame)));
        Ok(())
    }

    /// The planted bug: the connection itself says 'delivered' when it has written.
    pub fn confirm_instead(&self, line: usize, conversation: i64, seq: i64) {
        let text = format!("{{\"type\":\"receipt.delivered\",\"conversation\":{conversation},\"seq\":{seq}}}");
        if let (Some(server), Ok(request)) = (&self.server, decode(&text)) {
            server.chat.do_send(Ask { connection: self.lines[line].open.id, request });
        }
    }
}

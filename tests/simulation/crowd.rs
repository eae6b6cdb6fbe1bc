//! What people do, at random: write, edit, delete, read, mark unread, come, go, lose their connection or their device,
//! make groups and change them. And how HTTP answers them.

use chinwag::domain::{Body, ClientId, ConversationId, GroupName, Rev, Seq, Target, UserId};
use chinwag::store::{Anchor, ChangesSince, MessageReads, NewMessage, Refusal, Stored, Write};
use serde_json::json;

use crate::client::{Answer, Question};
use crate::frames::{Changes, Frame, Mentions, Page};
use crate::ledger::ensure;
use crate::letter::{Letter, What};
use crate::world::{Check, Event, World};

/// One more than a person may set on one message.
const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

impl World<'_> {
    pub fn whim(&mut self, device: usize) -> Check {
        if self.is_healing {
            return Ok(());
        }
        let again = self.seed.between(30, 900);
        self.plan(again, Event::Whim(device));
        match self.seed.below(100) {
            0..33 => self.write(device),
            33..38 => self.react(device),
            38..46 => self.change(device, true),
            46..50 => self.change(device, false),
            50..64 => self.read_one(device),
            64..68 => self.mark_unread(device),
            68..72 => self.see_late(device),
            72..80 => {
                if let Some(line) = self.devices[device].link {
                    self.cut(line);
                }
            }
            80..83 => self.crash_device(device),
            83..86 => self.share(device),
            86..89 => self.repeat(device),
            89..94 => self.tend_group(device),
            94..96 => self.stall(device),
            96 => self.burst(device),
            97 => self.choose(device),
            98 => self.type_somewhere(device),
            _ => {
                let is_idle = self.seed.chance(50);
                if self.devices[device].is_ready {
                    let act = self.devices[device].ask(json!({"type": "presence.set", "idle": is_idle}));
                    self.act(device, vec![act]);
                }
            }
        }
        Ok(())
    }

    /// A conversation this device knows, if any.
    fn some_place(&mut self, device: usize) -> Option<i64> {
        let places: Vec<i64> = self.devices[device].copies.keys().copied().collect();
        self.seed.pick(&places).copied()
    }

    fn some_other(&mut self, user: i64) -> i64 {
        let others: Vec<i64> = self.people.iter().copied().filter(|other| *other != user).collect();
        *self.seed.pick(&others).expect("nobody is alone")
    }

    fn text(&mut self, device: usize) -> String {
        self.devices[device].written += 1;
        let long = if self.seed.chance(10) { "and so on ".repeat(40) } else { String::new() };
        let name = self.name();
        format!("{device}:{} {name}{long}", self.devices[device].written).trim_end().to_owned()
    }

    /// Now and then a text names somebody, or all, or nobody who is there.
    fn name(&mut self) -> &'static str {
        let names = ["@ann ", "@bob ", "@Cleo @ann ", "@dev, ", "@all ", "@all @bob ", "@nobody "];
        if self.seed.chance(25) { self.seed.pick(&names).expect("some names") } else { "" }
    }

    fn write(&mut self, device: usize) {
        let user = self.devices[device].user;
        let (body, client_id) = (self.text(device), self.seed.client_id());
        let place = self.some_place(device);
        let what = match place {
            Some(conversation) if !self.seed.chance(10) => What::Send { conversation, body },
            _ => {
                // Another name of the same place: what goes there either way has no one order.
                let number = self.devices[device].written;
                self.devices[device].is_unordered.push(number);
                What::SendTo { user: self.some_other(user), body }
            }
        };
        // Some write over HTTP, and keep the text in the outbox until it is answered all the same.
        if self.seed.chance(15) {
            let number = self.devices[device].written;
            self.devices[device].is_unordered.push(number);
            let write = append(user, &client_id, &what);
            self.submit(device, Some(client_id.clone()), write);
        }
        self.devices[device].outbox.push_back(Letter::new(client_id, what));
        let acts = if self.devices[device].is_ready { self.devices[device].pump(self.now) } else { Vec::new() };
        self.act(device, acts);
    }

    /// Only the other members hear of it; that the sender may write there is not sure.
    fn type_somewhere(&mut self, device: usize) {
        let is_on = self.seed.chance(70);
        if let Some(conversation) = self.some_place(device)
            && self.devices[device].is_ready
        {
            let frame = json!({"type": "typing", "conversation": conversation, "on": is_on});
            let act = self.devices[device].ask(frame);
            self.act(device, vec![act]);
        }
    }

    fn change(&mut self, device: usize, is_edit: bool) {
        let Some(conversation) = self.some_place(device) else { return };
        let user = self.devices[device].user;
        let copy = &self.devices[device].copies[&conversation];
        let own: Vec<(i64, i64)> = copy
            .messages
            .values()
            .filter(|message| message.sender == user && message.kind == "text" && message.deleted_at.is_none())
            .map(|message| (message.seq, message.version))
            .collect();
        let Some(&(seq, version)) = self.seed.pick(&own) else { return };
        let what = if is_edit {
            let body = format!("{seq} edited: {}{}", self.name(), self.seed.next());
            What::Edit { conversation, seq, version, body }
        } else {
            What::Delete { conversation, seq, version }
        };
        let client_id = self.seed.client_id();
        self.devices[device].outbox.push_back(Letter::new(client_id, what));
    }

    /// Sets an emoji on a message or takes one back, also where that is so already.
    fn react(&mut self, device: usize) {
        let Some(conversation) = self.some_place(device) else { return };
        let texts = self.devices[device].copies[&conversation].messages.values();
        let texts = texts.filter(|message| message.kind == "text" && message.deleted_at.is_none());
        // Few messages, so that people meet on them.
        let seqs: Vec<i64> = texts.map(|message| message.seq).rev().take(4).collect();
        let Some(&seq) = self.seed.pick(&seqs) else { return };
        let emoji = self.seed.pick(&EMOJI).expect("six kinds");
        let is_on = self.seed.chance(65);
        let client_id = self.seed.client_id();
        let what = What::React { conversation, seq, emoji, is_on };
        self.devices[device].outbox.push_back(Letter::new(client_id, what));
    }

    fn read_one(&mut self, device: usize) {
        if let Some(conversation) = self.some_place(device)
            && self.devices[device].is_ready
        {
            let act = self.devices[device].read(conversation);
            self.act(device, act.into_iter().collect());
        }
    }

    fn mark_unread(&mut self, device: usize) {
        let Some(conversation) = self.some_place(device).filter(|_| self.devices[device].is_ready) else { return };
        let copy = &self.devices[device].copies[&conversation];
        if copy.is_member() {
            let seq = self.seed.between(0, copy.head);
            let frame = json!({"type": "cursor.set", "conversation": conversation, "seq": seq});
            let act = self.devices[device].ask(frame);
            self.act(device, vec![act]);
        }
    }

    fn see_late(&mut self, device: usize) {
        let ids: Vec<i64> = self.devices[device].late.keys().copied().collect();
        if !ids.is_empty() && self.devices[device].is_ready {
            let act = self.devices[device].ask(json!({"type": "late.seen", "ids": ids}));
            self.act(device, vec![act]);
        }
    }

    fn crash_device(&mut self, device: usize) {
        self.tell(|| format!("device {device} crashes"));
        let line = self.devices[device].link;
        self.devices[device].crash();
        if let Some(line) = line {
            self.lose(line);
            let again = self.seed.between(100, 3_000);
            self.plan(again, Event::Connect(device));
        }
    }

    /// Two windows share one outbox: both may send the same letter.
    fn share(&mut self, device: usize) {
        let other = device ^ 1;
        let count = self.devices[device].outbox.len();
        if count == 0 {
            return;
        }
        let at = self.seed.below(count);
        self.devices[device].outbox[at].is_shared = true;
        let letter = self.devices[device].outbox[at].clone();
        if let What::Send { body, .. } | What::SendTo { body, .. } = &letter.what {
            let (writer, number) =
                body.split(' ').next().and_then(|name| name.split_once(':')).expect("so texts begin");
            let writer: usize = writer.parse().expect("a device");
            self.devices[writer].is_unordered.push(number.parse().expect("a number"));
        }
        let mut copy = Letter::new(letter.client_id, letter.what);
        copy.is_shared = true;
        self.devices[other].outbox.push_back(copy);
    }

    /// An answered letter is sent once more, as after a restart from an older copy.
    fn repeat(&mut self, device: usize) {
        let count = self.devices[device].done.len();
        if count > 0 {
            let at = self.seed.below(count);
            let letter = self.devices[device].done.swap_remove(at);
            self.devices[device].repeat(letter);
        }
    }

    fn tend_group(&mut self, device: usize) {
        let user = UserId::new(self.devices[device].user);
        let other = UserId::new(self.some_other(user.get()));
        let groups: Vec<i64> =
            self.devices[device].copies.iter().filter(|(_, copy)| copy.is_group).map(|(id, _)| *id).collect();
        let group = self.seed.pick(&groups).map(|id| ConversationId::new(*id));
        let name = GroupName::parse(&format!("group {}", self.now)).expect("a name");
        let write = match (group, self.seed.below(10)) {
            (Some(conversation), 0..4) => Write::AddMembers { user, conversation, members: vec![other] },
            (Some(conversation), 4..7) => Write::RemoveMember { user, conversation, member: other },
            (Some(conversation), 7) => Write::RemoveMember { user, conversation, member: user },
            (Some(conversation), 8) => Write::RenameGroup { user, conversation, name },
            (Some(_), _) => Write::OpenDirect { user, other },
            (None, _) => Write::CreateGroup { user, client_id: None, name, members: vec![other] },
        };
        self.submit(device, None, write);
    }

    fn stall(&mut self, device: usize) {
        if let Some(line) = self.devices[device].link {
            self.tell(|| format!("line {line} is not read"));
            self.lines[line].open.stall.is_on.set(true);
            self.lines[line].has_stalled = true;
            let lasts = self.seed.between(200, 3_000);
            self.plan(lasts, Event::Unstall(line));
        }
    }

    /// Switches read receipts on or off.
    fn choose(&mut self, device: usize) {
        let user = self.devices[device].user;
        let are_on = self.ledger.silent.contains(&user);
        self.submit(device, None, Write::SetReadReceipts { user: UserId::new(user), are_on });
    }

    /// So much at once that resuming takes several pages.
    fn burst(&mut self, device: usize) {
        let Some(conversation) = self.some_place(device).filter(|_| self.settings.waiting_max > 1_000) else { return };
        let user = self.devices[device].user;
        for _ in 0..self.seed.between(20, 110) {
            let (client_id, body) = (self.seed.client_id(), "one of many".to_owned());
            let write = append(user, &client_id, &What::Send { conversation, body });
            self.submit(device, Some(client_id), write);
        }
    }

    /// HTTP's answer to a change: after the commit, and as true as a frame.
    pub fn submitted(&mut self, device: usize, client_id: Option<String>, answer: Result<Stored, Refusal>) -> Check {
        let Some(client_id) = client_id else { return Ok(()) };
        let user = self.devices[device].user;
        match answer {
            Ok(Stored::Appended { message, .. }) => {
                let (conversation, seq, rev) = (message.conversation.get(), message.seq.get(), message.rev.get());
                let mentions = Mentions::from(&message.mentions);
                let frame = Frame::Stored { r#ref: None, client_id, conversation, seq, rev, mentions };
                self.ledger.may_tell(user, &frame)
            }
            Ok(other) => Err(format!("a message was answered with {other:?}")),
            Err(Refusal::Busy | Refusal::Unknown) => Ok(()),
            Err(refusal) => ensure(!self.ledger.stored.contains_key(&(user, client_id)), || {
                format!("a stored message was refused over HTTP: {refusal}")
            }),
        }
    }

    pub fn ask_http(&mut self, device: usize, life: u64, question: Question, limit: usize) -> Check {
        let answer = if self.server.is_some() && !self.seed.chance(self.weather.read_faults) {
            self.ask_store(device, question, limit)
        } else {
            Answer::Nothing
        };
        let user = self.devices[device].user;
        let (shown, receipts) = match &answer {
            Answer::Page(page) => (&page.messages[..], &page.receipts[..]),
            Answer::Changes(run) => (&run.messages[..], &run.receipts[..]),
            Answer::Reset | Answer::Nothing => (&[][..], &[][..]),
        };
        shown.iter().try_for_each(|message| self.ledger.may_show(user, message))?;
        self.ledger.may_know_all(user, question.conversation(), receipts)?;
        let takes = self.chance_until(self.weather.latency);
        self.plan(takes + 1, Event::HttpDone(device, life, question, answer));
        Ok(())
    }

    fn ask_store(&mut self, device: usize, question: Question, limit: usize) -> Answer {
        let viewer = UserId::new(self.devices[device].user);
        let conversation = ConversationId::new(question.conversation());
        let mut reader = self.lab.reader();
        let anchor = match question {
            Question::Newest(_) => Anchor::Newest,
            Question::After(_, seq) => Anchor::After(Seq::new(seq)),
            Question::Changes(_, rev) => {
                return match reader.changes(viewer, conversation, Rev::new(rev), limit) {
                    Ok(Some(ChangesSince::Changes(mut run))) => {
                        self.plant.changes(&mut run);
                        Answer::Changes(Changes::from(&run))
                    }
                    Ok(Some(ChangesSince::Reset { .. })) => Answer::Reset,
                    _ => Answer::Nothing,
                };
            }
        };
        match reader.messages(viewer, conversation, anchor, limit) {
            Ok(Some(page)) => Answer::Page(Page::from(&page)),
            _ => Answer::Nothing,
        }
    }
}

fn append(user: i64, client_id: &str, what: &What) -> Write {
    let (target, body) = match what {
        What::Send { conversation, body } => (Target::Conversation(ConversationId::new(*conversation)), body),
        What::SendTo { user, body } => (Target::User(UserId::new(*user)), body),
        What::Edit { .. } | What::Delete { .. } | What::React { .. } => unreachable!("only messages are posted"),
    };
    Write::Append(NewMessage {
        sender: UserId::new(user),
        client_id: ClientId::new(client_id.parse().expect("a UUID")),
        target,
        body: Body::parse(body).expect("short"),
        reply_to: None,
        written_at: None,
    })
}

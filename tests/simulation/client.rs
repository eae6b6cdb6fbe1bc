//! One device of one person, written from the protocol's text alone. Its memory goes with a crash, its outbox stays.

use std::collections::{BTreeMap, VecDeque};

use serde_json::json;

use crate::copy::Copy;
use crate::frames::{Changes, Late, Page};
use crate::letter::Letter;

/// What a device wants done.
#[derive(Debug)]
pub enum Act {
    /// A frame for the server.
    Say(String),
    /// A confirmation: what is claimed, and the frame.
    Confirm { conversation: i64, up_to: i64, frame: String },
    /// A question over HTTP.
    Ask(Question),
    /// Delivery is to be confirmed within a moment.
    ConfirmSoon(i64),
}

/// What is asked over HTTP, on behalf of one connection's life.
#[derive(Debug, Clone, Copy)]
pub enum Question {
    /// The newest page of a conversation that is not kept yet.
    Newest(i64),
    /// What is missing after a seq.
    After(i64, i64),
    /// The next run of changes after a revision.
    Changes(i64, i64),
}

impl Question {
    pub fn conversation(self) -> i64 {
        match self {
            Question::Newest(conversation) | Question::After(conversation, _) | Question::Changes(conversation, _) => {
                conversation
            }
        }
    }
}

/// What a request was for, until it is answered.
#[derive(Debug, Clone)]
pub enum Asked {
    Letter(String),
    Confirm(i64, i64),
    Watch,
    Other,
}

#[derive(Debug, Default)]
pub struct Device {
    pub number: usize,
    pub user: i64,
    pub session: i64,
    /// The connection it talks over.
    pub link: Option<usize>,
    /// Grows with each connection and crash: answers to older questions do not count.
    pub life: u64,
    pub is_ready: bool,
    /// Told by `goodbye`.
    pub stays_away_until: i64,
    pub outbox: VecDeque<Letter>,
    /// Answered letters, to be repeated at times.
    pub done: Vec<Letter>,
    pub copies: BTreeMap<i64, Copy>,
    pub late: BTreeMap<i64, Late>,
    pub presence: BTreeMap<i64, String>,
    pub people: Vec<i64>,
    /// From when it may ask whose presence it wants to hear of, if it has not yet.
    pub watch_at: Option<i64>,
    pub late_live: BTreeMap<i64, i64>,
    pub people_rev: i64,
    pub account_rev: i64,
    pub read_receipts: bool,
    pub asked: BTreeMap<u64, Asked>,
    pub last_ref: u64,
    /// Texts written so far; each carries its number.
    pub written: u64,
    /// Numbers of texts that two outboxes or two ways sent: their order is nobody's.
    pub is_unordered: Vec<u64>,
    /// Client ids that were refused for good since the simulation last looked.
    pub set_aside: Vec<String>,
}

impl Device {
    pub fn new(number: usize, user: i64, session: i64, people: Vec<i64>) -> Device {
        Device { number, user, session, people, ..Device::default() }
    }

    /// Memory is gone, the outbox is not.
    pub fn crash(&mut self) {
        self.lose_link();
        self.copies.clear();
        self.late.clear();
        (self.people_rev, self.account_rev) = (0, 0);
    }

    pub fn lose_link(&mut self) {
        self.link = None;
        self.is_ready = false;
        self.life += 1;
        self.asked.clear();
        self.late_live.clear();
        self.presence.clear();
        for letter in &mut self.outbox {
            letter.in_flight = false;
        }
        for copy in self.copies.values_mut() {
            (copy.is_asking, copy.is_paging, copy.met, copy.confirming, copy.last_live) = (false, false, 0, 0, 0);
            copy.receipts_live.clear();
            if copy.rev.is_none() {
                // Not named in the next hello: what it missed of these nobody will tell.
                copy.messages.clear();
            }
        }
    }

    /// A new connection and its first frame.
    pub fn connect(&mut self, link: usize) -> String {
        self.life += 1;
        self.link = Some(link);
        let held: Vec<(i64, i64)> =
            self.copies.iter().filter_map(|(id, copy)| copy.rev.map(|rev| (*id, rev))).collect();
        json!({"type": "hello", "accountRev": self.account_rev, "peopleRev": self.people_rev, "conversations": held,
            "idle": false})
        .to_string()
    }

    pub fn refer(&mut self, asked: Asked) -> u64 {
        self.last_ref += 1;
        self.asked.insert(self.last_ref, asked);
        self.last_ref
    }

    /// Whatever may go out now: the first letter of each place that waits.
    pub fn pump(&mut self, now: i64) -> Vec<Act> {
        let mut busy = Vec::new();
        let mut ready = Vec::new();
        for (at, letter) in self.outbox.iter_mut().enumerate() {
            let place = letter.place();
            if !busy.contains(&place) {
                busy.push(place);
                if !letter.in_flight && letter.not_before <= now {
                    letter.in_flight = true;
                    ready.push(at);
                }
            }
        }
        let mut acts = Vec::new();
        for at in ready {
            let reference = self.refer(Asked::Letter(self.outbox[at].client_id.clone()));
            acts.push(Act::Say(self.outbox[at].frame(reference)));
        }
        if self.is_ready && self.watch_at.is_some_and(|at| at <= now) {
            self.watch_at = None;
            let reference = self.refer(Asked::Watch);
            let frame = json!({"type": "presence.watch", "ref": reference, "users": self.people});
            acts.push(Act::Say(frame.to_string()));
        }
        acts
    }

    /// Confirms what is held and not confirmed yet.
    pub fn confirm_delivered(&mut self, conversation: i64, now: i64) -> Option<Act> {
        let copy = self.copies.get_mut(&conversation)?;
        let up_to = copy.held_up_to();
        if !self.is_ready
            || now < copy.confirm_from
            || !copy.is_member()
            || up_to <= copy.delivered.max(copy.confirming)
        {
            return None;
        }
        copy.confirming = up_to;
        Some(self.confirm("receipt.delivered", conversation, up_to))
    }

    /// The person looked at everything up to the first hole.
    pub fn read(&mut self, conversation: i64) -> Option<Act> {
        let copy = self.copies.get(&conversation)?;
        let up_to = copy.held_up_to();
        (copy.is_member() && up_to > 0).then(|| self.confirm("receipt.read", conversation, up_to))
    }

    pub fn confirm(&mut self, kind: &str, conversation: i64, up_to: i64) -> Act {
        let reference = self.refer(Asked::Confirm(conversation, up_to));
        let frame = json!({"type": kind, "ref": reference, "conversation": conversation, "seq": up_to}).to_string();
        Act::Confirm { conversation, up_to, frame }
    }

    pub fn ask(&mut self, mut frame: serde_json::Value) -> Act {
        frame["ref"] = self.refer(Asked::Other).into();
        Act::Say(frame.to_string())
    }

    /// A letter is answered: whether it will ever be sent again is this device's choice.
    pub fn finish(&mut self, client_id: &str) {
        if let Some(at) = self.outbox.iter().position(|letter| letter.client_id == client_id) {
            let letter = self.outbox.remove(at).expect("it is there");
            self.done.push(Letter { in_flight: false, ..letter });
        }
    }

    pub fn repeat(&mut self, mut letter: Letter) {
        letter.not_before = 0;
        self.outbox.push_back(letter);
    }

    /// Asks for whatever is missing, one question at a time for each conversation.
    pub fn fill(&mut self, conversation: i64, acts: &mut Vec<Act>) {
        let Some(copy) = self.copies.get_mut(&conversation) else { return };
        if copy.is_asking || self.link.is_none() {
            return;
        }
        let question = match copy.rev {
            None => Question::Newest(conversation),
            Some(rev) if copy.is_paging => Question::Changes(conversation, rev),
            Some(_) => match copy.hole() {
                Some(seq) => Question::After(conversation, seq - 1),
                None => return,
            },
        };
        copy.is_asking = true;
        acts.push(Act::Ask(question));
    }

    /// Requests without an answer yet.
    pub fn waiting(&self) -> Vec<u64> {
        self.asked.keys().copied().chain(self.watch_at.map(|_| 0)).collect()
    }
}

/// What HTTP answered.
#[derive(Debug)]
pub enum Answer {
    Page(Page),
    Changes(Changes),
    Reset,
    Nothing,
}

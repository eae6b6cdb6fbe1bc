//! One device of one person: outbox, copies, confirmations, reconnecting, as the written protocol asks of a client.

mod hearing;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::journal::{Entry, Journal, Op};
use super::mirror::Mirror;
use super::socket::{Came, Socket};
use super::{Account, Address};
use crate::checker::Kind;
use crate::random::Random;

/// Confirmations in one conversation keep this distance.
const CONFIRM_EVERY: Duration = Duration::from_millis(200);
/// A request that has no answer for this long was lost with a dead connection.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// `ready` must come within this time.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Something that waits in the outbox.
#[derive(Debug, Clone)]
struct Waiting {
    client_id: String,
    conversation: u64,
    op: Op,
    body: String,
    /// The `ref` and moment of the attempt on this connection.
    sent: Option<(u64, Instant)>,
    /// Not to be tried before.
    not_before: Instant,
}

/// One device.
pub struct Device {
    /// Whose.
    pub account: Account,
    /// Its number among all devices, part of every text it writes.
    pub number: u64,
    /// What happened.
    pub journal: Journal,
    /// Its copies.
    pub mirrors: BTreeMap<u64, Mirror>,
    /// Its randomness.
    pub random: Random,
    address: Arc<Address>,
    socket: Option<Socket>,
    outbox: VecDeque<Waiting>,
    confirming: HashMap<u64, (u64, u64)>,
    confirmed_at: HashMap<u64, Instant>,
    receipts: HashMap<(u64, u64, String), u64>,
    last_ref: u64,
    last_text: u64,
    failures: u32,
    not_before: Instant,
    /// Why the last connection ended, for people who look into a failure.
    pub last_end: String,
    /// The longest time from asking for a connection to `ready`, since it was last asked.
    pub slowest_ready: Duration,
    /// When this device lost its connection, until it is back.
    pub lost_at: Option<Instant>,
    /// How long the last `goodbye` asked to wait, in milliseconds.
    pub goodbye_wait: Option<u64>,
}

impl Device {
    /// A device that has nothing yet; `conversations` with the first seq that its user may see.
    pub fn new(
        address: Arc<Address>,
        account: Account,
        number: u64,
        conversations: &[(u64, u64)],
        random: Random,
    ) -> Device {
        let mirrors = conversations.iter().map(|(id, first)| (*id, Mirror::from(*first))).collect();
        Device {
            account,
            number,
            journal: Journal::default(),
            mirrors,
            random,
            address,
            socket: None,
            outbox: VecDeque::new(),
            confirming: HashMap::new(),
            confirmed_at: HashMap::new(),
            receipts: HashMap::new(),
            last_ref: 0,
            last_text: 0,
            failures: 0,
            not_before: Instant::now(),
            last_end: String::new(),
            slowest_ready: Duration::ZERO,
            lost_at: None,
            goodbye_wait: None,
        }
    }

    /// Whether it has said hello and heard `ready`.
    pub fn is_connected(&self) -> bool {
        self.socket.is_some()
    }

    /// How much waits in the outbox.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// A text that no device ever wrote before, `length` bytes or more.
    pub fn fresh_text(&mut self, length: usize) -> String {
        self.last_text += 1;
        let mut text = format!("d{}t{} ", self.number, self.last_text);
        while text.len() < length {
            text.push_str("lorem geese ");
        }
        text.trim_end().to_owned()
    }

    /// Puts a change into the outbox and tells its client id.
    pub fn queue(&mut self, conversation: u64, op: Op, body: String) -> String {
        let client_id = self.random.uuid();
        self.journal.entries.push(Entry::Queued { client_id: client_id.clone(), conversation, op, body: body.clone() });
        let not_before = Instant::now();
        self.outbox.push_back(Waiting { client_id: client_id.clone(), conversation, op, body, sent: None, not_before });
        client_id
    }

    /// One of the own messages that could be edited: its seq and version.
    pub fn own_message(&mut self, conversation: u64) -> Option<(u64, u64)> {
        let user = self.account.user;
        let forms = &self.mirrors.get(&conversation)?.forms;
        let own: Vec<(u64, u64)> = forms
            .values()
            .rev()
            .take(40)
            .filter(|form| form.sender == user && !form.is_deleted && form.client_id.is_some())
            .map(|form| (form.seq, form.version))
            .collect();
        (!own.is_empty()).then(|| *self.random.pick(&own))
    }

    /// Drops the connection without a word.
    pub fn cut(&mut self, why: &str) {
        if self.socket.take().is_some() {
            self.lost_at.get_or_insert_with(Instant::now);
        }
        self.last_end = why.to_owned();
        for waiting in &mut self.outbox {
            waiting.sent = None;
        }
        self.confirming.clear();
    }

    /// Does what is due, then reads for at most `patience`. Never fails: what goes wrong ends the connection, and a
    /// later step makes a new one.
    pub fn step(&mut self, patience: Duration) {
        if let Err(error) = self.try_step(patience) {
            self.cut(&error.to_string());
            self.failures += 1;
            let base = 50 << self.failures.min(4);
            let wait = self.goodbye_wait.take().unwrap_or(0) + self.random.within(base / 2, base);
            self.not_before = Instant::now() + Duration::from_millis(wait);
        }
    }

    fn try_step(&mut self, patience: Duration) -> io::Result<()> {
        if self.socket.is_none() {
            let now = Instant::now();
            let (Some(_), true) = (self.address.get(), now >= self.not_before) else {
                std::thread::sleep(patience.min(Duration::from_millis(20)));
                return Ok(());
            };
            self.connect()?;
        }
        self.send_what_is_due()?;
        self.confirm_what_is_due()?;
        let mut wait = patience;
        // After the first frame only what is there already: the caller has other things to do.
        for _ in 0..200 {
            match self.next(wait)? {
                Came::Frame(frame) => self.take(&frame)?,
                Came::Nothing => return Ok(()),
                Came::Closed(code) => return Err(io::Error::other(format!("closed by the server: {code:?}"))),
            }
            wait = Duration::ZERO;
        }
        Ok(())
    }

    fn next(&mut self, patience: Duration) -> io::Result<Came> {
        self.socket.as_mut().ok_or(io::ErrorKind::NotConnected)?.next(patience)
    }

    fn send(&mut self, frame: &Value) -> io::Result<()> {
        self.socket.as_mut().ok_or(io::ErrorKind::NotConnected)?.send(frame)
    }

    fn connect(&mut self) -> io::Result<()> {
        let address = self.address.get().ok_or(io::ErrorKind::NotConnected)?;
        let begun = Instant::now();
        self.socket = Some(Socket::open(address, &self.account.token)?);
        for mirror in self.mirrors.values_mut() {
            mirror.reconnected();
        }
        let held: Vec<(u64, u64)> = self.mirrors.iter().map(|(id, mirror)| (*id, mirror.rev)).collect();
        self.send(&json!({ "type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": held, "idle": false }))?;
        loop {
            let left = READY_WITHIN.saturating_sub(begun.elapsed());
            match self.next(left)? {
                Came::Frame(frame) if frame["type"] == "ready" => break,
                Came::Frame(frame) if frame["type"] == "goodbye" || frame["type"] == "beat" => self.take(&frame)?,
                Came::Frame(frame) => {
                    self.found(0, vec![(Kind::Reordered, format!("{} came before ready", frame["type"]))]);
                    return Err(io::Error::other("a frame before ready"));
                }
                Came::Nothing => return Err(io::Error::new(io::ErrorKind::TimedOut, "no ready")),
                Came::Closed(code) => return Err(io::Error::other(format!("closed before ready: {code:?}"))),
            }
        }
        self.slowest_ready = self.slowest_ready.max(begun.elapsed());
        self.failures = 0;
        self.lost_at = None;
        self.journal.connections += 1;
        Ok(())
    }

    fn fresh_ref(&mut self) -> u64 {
        self.last_ref += 1;
        self.last_ref
    }

    /// One change on its way for each conversation, so that they are stored in the order in which they were written.
    fn send_what_is_due(&mut self) -> io::Result<()> {
        let now = Instant::now();
        if self.outbox.iter().any(|waiting| waiting.sent.is_some_and(|(_, at)| now - at > ANSWER_WITHIN)) {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no answer to a request"));
        }
        let mut taken = Vec::new();
        for index in 0..self.outbox.len() {
            let waiting = &self.outbox[index];
            let conversation = waiting.conversation;
            if taken.contains(&conversation) {
                continue;
            }
            taken.push(conversation);
            if waiting.sent.is_some() || waiting.not_before > now {
                continue;
            }
            let reference = self.fresh_ref();
            let frame = frame_of(&self.outbox[index], reference);
            self.outbox[index].sent = Some((reference, now));
            self.send(&frame)?;
        }
        Ok(())
    }

    fn confirm_what_is_due(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let due: Vec<(u64, u64)> = self
            .mirrors
            .iter()
            .map(|(id, mirror)| (*id, mirror.whole_up_to(), mirror.confirmed))
            .filter(|(id, whole, confirmed)| {
                whole > confirmed
                    && !self.confirming.values().any(|(asked, _)| asked == id)
                    && self.confirmed_at.get(id).is_none_or(|at| now - *at >= CONFIRM_EVERY)
            })
            .map(|(id, whole, _)| (id, whole))
            .collect();
        for (conversation, seq) in due {
            let reference = self.fresh_ref();
            self.confirming.insert(reference, (conversation, seq));
            self.confirmed_at.insert(conversation, now);
            self.journal.entries.push(Entry::Confirming { conversation, seq });
            self.send(
                &json!({ "type": "receipt.delivered", "ref": reference, "conversation": conversation, "seq": seq }),
            )?;
        }
        Ok(())
    }
}

fn frame_of(waiting: &Waiting, reference: u64) -> Value {
    let Waiting { client_id, conversation, op, body, .. } = waiting;
    match op {
        Op::Send => {
            json!({ "type": "message.send", "ref": reference, "clientId": client_id, "conversation": conversation, "body": body })
        }
        Op::Edit { seq, version } => json!({ "type": "message.edit", "ref": reference, "clientId": client_id,
            "conversation": conversation, "seq": seq, "version": version, "body": body }),
        Op::Delete { seq, version } => json!({ "type": "message.delete", "ref": reference, "clientId": client_id,
            "conversation": conversation, "seq": seq, "version": version }),
    }
}

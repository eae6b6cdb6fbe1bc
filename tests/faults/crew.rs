//! A server's people at work: many devices, each on a thread of its own, that send, edit, delete, confirm, lose their
//! connection and come back, until they are told to stop; then all must meet at what the store holds.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::checker::{Evidence, Kind, Witness};
use crate::client::Address;
use crate::client::device::Device;
use crate::client::journal::Op;
use crate::random::Random;
use crate::town::Town;

/// Outboxes must be empty, and all devices at one point, this long after the last fault.
const MEET_WITHIN: Duration = Duration::from_secs(180);

/// What the devices do. `0` for 'once in' means never.
#[derive(Debug, Clone)]
pub struct Habits {
    /// Mean pause between two things a device does.
    pub pause: Duration,
    /// Of what it does, one in so many is an edit.
    pub edit_once_in: u64,
    /// … a deletion.
    pub delete_once_in: u64,
    /// … a connection dropped without a word.
    pub cut_once_in: u64,
    /// Most changes that wait in one outbox.
    pub outbox: usize,
    /// Longest text in bytes.
    pub longest: u64,
    /// Number of the first device: no two devices of one database may write the same text.
    pub first_number: u64,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits {
            pause: Duration::from_millis(30),
            edit_once_in: 8,
            delete_once_in: 20,
            cut_once_in: 0,
            outbox: 4,
            longest: 200,
            first_number: 0,
        }
    }
}

/// What the crew's threads share.
#[derive(Debug, Default)]
struct Shared {
    /// Nothing new is written any more.
    rests: AtomicBool,
    /// Everybody goes home, wherever they are.
    goes_home: AtomicBool,
    /// The rev that each conversation must reach before its devices go home.
    meeting: OnceLock<BTreeMap<u64, u64>>,
    acknowledged: AtomicU64,
    deliveries: AtomicU64,
    connected: AtomicU64,
    /// Devices whose outbox is empty.
    empty: AtomicU64,
}

/// Devices at work.
#[derive(Debug)]
pub struct Crew {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<Device>>,
    address: Arc<Address>,
}

/// What came of it.
pub struct Outcome {
    /// For the checker.
    pub evidence: Evidence,
    /// What the crew itself found wrong: deadlines.
    pub findings: Vec<(Kind, String)>,
    /// Devices as they went home.
    pub devices: Vec<Device>,
    /// From the last fault until all had come to what the store holds.
    pub met_after: Duration,
}

impl Crew {
    /// Sets devices to work: `writers` write and read, the rest only reads; each person has one of each in turn.
    pub fn start(
        address: &Arc<Address>,
        town: &Town,
        devices: usize,
        writers: usize,
        habits: &Habits,
        random: &Random,
    ) -> Crew {
        let shared = Arc::new(Shared::default());
        let threads = (0..devices)
            .map(|number| {
                let person = number % town.people.len();
                let own = random.branch(1000 + number as u64);
                let conversations = town.of(person);
                let account = town.people[person].clone();
                let device_number = habits.first_number + number as u64;
                let device = Device::new(Arc::clone(address), account, device_number, &conversations, own);
                let (shared, habits, is_writer) = (Arc::clone(&shared), habits.clone(), number < writers);
                thread::Builder::new()
                    .stack_size(256 * 1024)
                    .spawn(move || work(device, &shared, &habits, is_writer))
                    .expect("a thread")
            })
            .collect();
        Crew { shared, threads, address: Arc::clone(address) }
    }

    /// Acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.shared.acknowledged.load(Ordering::Relaxed)
    }

    /// Delivered so far.
    pub fn deliveries(&self) -> u64 {
        self.shared.deliveries.load(Ordering::Relaxed)
    }

    /// Devices with a connection now.
    pub fn connected(&self) -> u64 {
        self.shared.connected.load(Ordering::Relaxed)
    }

    /// Waits until `more` further changes are acknowledged; false if that took longer than `patience`.
    pub fn wait_for(&self, more: u64, patience: Duration) -> bool {
        let (target, until) = (self.acknowledged() + more, Instant::now() + patience);
        while self.acknowledged() < target {
            if Instant::now() > until {
                return false;
            }
            thread::sleep(Duration::from_millis(2));
        }
        true
    }

    /// Waits until `count` devices are connected; how long it took, or nothing after `patience`.
    pub fn wait_until_connected(&self, count: u64, patience: Duration) -> Option<Duration> {
        let begun = Instant::now();
        while self.connected() < count {
            if begun.elapsed() > patience {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
        Some(begun.elapsed())
    }

    /// Everybody goes home at once, for runs that compare nothing more with a living server.
    pub fn go_home(self) -> Vec<Device> {
        self.shared.rests.store(true, Ordering::SeqCst);
        self.shared.goes_home.store(true, Ordering::SeqCst);
        self.threads.into_iter().map(|thread| thread.join().expect("a device does not panic")).collect()
    }

    /// No new texts; the outboxes are emptied, then all devices must come to what the store holds. The program must run.
    pub fn meet(self, town: &Town) -> Outcome {
        let mut findings = Vec::new();
        self.shared.rests.store(true, Ordering::SeqCst);
        let count = self.threads.len() as u64;
        let begun = Instant::now();
        let until = begun + MEET_WITHIN;
        while self.shared.empty.load(Ordering::SeqCst) < count {
            if Instant::now() > until {
                let empty = self.shared.empty.load(Ordering::SeqCst);
                findings.push((
                    Kind::Misbehaved,
                    format!("{} outboxes are not empty {MEET_WITHIN:?} after the last fault", count - empty),
                ));
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let mut evidence = Evidence::default();
        let looked = match self.address.get() {
            Some(address) => town.look(address, &mut evidence),
            None => Err(io::Error::other("the program is not running")),
        };
        if let Err(error) = looked {
            findings.push((Kind::Misbehaved, format!("the store cannot be read at the end: {error}")));
        }
        let newest = |forms: &Vec<crate::client::mirror::Form>| forms.iter().map(|form| form.rev).max().unwrap_or(0);
        let meeting = evidence.stores.iter().map(|(id, forms)| (*id, newest(forms))).collect();
        self.shared.meeting.set(meeting).expect("a crew meets once");
        let until = Instant::now() + MEET_WITHIN;
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            if Instant::now() > until {
                findings.push((Kind::Misbehaved, "not every device came to what the store holds".into()));
                self.shared.goes_home.store(true, Ordering::SeqCst);
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let devices: Vec<Device> =
            self.threads.into_iter().map(|thread| thread.join().expect("a device does not panic")).collect();
        let met_after = begun.elapsed();
        for device in &devices {
            if device.waiting() > 0 {
                findings.push((
                    Kind::Misbehaved,
                    format!(
                        "device {} still has {} in its outbox: {}",
                        device.number,
                        device.waiting(),
                        device.last_end
                    ),
                ));
            }
        }
        evidence.witnesses = devices.iter().map(witness).collect();
        // Confirmations went on while the devices met.
        if let Some(address) = self.address.get()
            && let Err(error) = town.look_at_receipts(address, &mut evidence)
        {
            findings.push((Kind::Misbehaved, format!("the receipts cannot be read at the end: {error}")));
        }
        Outcome { evidence, findings, devices, met_after }
    }
}

/// A device's testimony.
pub fn witness(device: &Device) -> Witness {
    Witness {
        user: device.account.user,
        device: device.number,
        journal: device.journal.clone(),
        mirrors: device.mirrors.iter().map(|(id, mirror)| (*id, mirror.forms.clone())).collect(),
    }
}

fn work(mut device: Device, shared: &Shared, habits: &Habits, is_writer: bool) -> Device {
    let conversations: Vec<u64> = device.mirrors.keys().copied().collect();
    let pause = |device: &mut Device| habits.pause.mul_f64(0.2 + device.random.below(1_600) as f64 / 1_000.0);
    let mut next = Instant::now() + pause(&mut device);
    let (mut acknowledged, mut deliveries, mut was_connected, mut was_empty) = (0, 0, false, false);
    loop {
        let is_resting = shared.rests.load(Ordering::Relaxed);
        if shared.goes_home.load(Ordering::Relaxed) {
            break;
        }
        if is_resting && device.waiting() == 0 && device.is_connected() {
            let is_there = shared.meeting.get().is_some_and(|revs| {
                device.mirrors.iter().all(|(id, mirror)| {
                    revs.get(id).is_none_or(|rev| mirror.rev >= *rev && mirror.confirmed >= mirror.whole_up_to())
                })
            });
            if is_there {
                break;
            }
        }
        let now = Instant::now();
        if !is_resting && now >= next {
            next = now + pause(&mut device);
            act(&mut device, &conversations, habits, is_writer);
        }
        // What a resting device must notice, and confirmations, are due within this time.
        let patience = if is_resting { Duration::MAX } else { next.saturating_duration_since(now) };
        device.step(patience.min(Duration::from_millis(100)));

        let journal = &device.journal;
        shared.acknowledged.fetch_add(journal.acknowledged - acknowledged, Ordering::Relaxed);
        shared.deliveries.fetch_add(journal.deliveries - deliveries, Ordering::Relaxed);
        (acknowledged, deliveries) = (journal.acknowledged, journal.deliveries);
        count(&shared.connected, &mut was_connected, device.is_connected());
        count(&shared.empty, &mut was_empty, shared.rests.load(Ordering::Relaxed) && device.waiting() == 0);
    }
    device
}

fn count(counter: &AtomicU64, was: &mut bool, is: bool) {
    match (*was, is) {
        (false, true) => counter.fetch_add(1, Ordering::SeqCst),
        (true, false) => counter.fetch_sub(1, Ordering::SeqCst),
        _ => 0,
    };
    *was = is;
}

fn act(device: &mut Device, conversations: &[u64], habits: &Habits, is_writer: bool) {
    if device.random.once_in(habits.cut_once_in) {
        device.cut("cut by the test");
        return;
    }
    if !is_writer || device.waiting() >= habits.outbox || conversations.is_empty() {
        return;
    }
    let conversation = *device.random.pick(conversations);
    let op = if device.random.once_in(habits.edit_once_in) {
        device.own_message(conversation).map(|(seq, version)| Op::Edit { seq, version })
    } else if device.random.once_in(habits.delete_once_in) {
        device.own_message(conversation).map(|(seq, version)| Op::Delete { seq, version })
    } else {
        Some(Op::Send)
    };
    let length = device.random.within(10, habits.longest);
    match op {
        Some(op @ Op::Delete { .. }) => drop(device.queue(conversation, op, String::new())),
        Some(op) => {
            let text = device.fresh_text(usize::try_from(length).expect("a length"));
            device.queue(conversation, op, text);
        }
        None => {}
    }
}

//! Where panics are tried one at a time: Ann asks and Bob listens, in a conversation of the two, with a server that
//! panics on order.

use std::net::SocketAddr;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chinwag::guarded::Work;
use serde_json::{Value, json};

use super::super::disk::send;
use super::super::{Report, Scene, Stuck};
use super::SAID;
use crate::checker::Kind;
use crate::client::Account;
use crate::client::http::{Answer, ask};
use crate::client::socket::{Came, Socket};
use crate::program::{lines_with, panics_in};
use crate::random::Random;

/// Against hanging only: others use the machine too.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Enough for a crowd, whose receipts are counted.
const PEOPLE: usize = 52;

/// Waits until there is something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, Stuck> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("waited {PATIENCE:?} in vain for {what}"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// See the module.
pub struct Stage {
    pub scene: Scene,
    pub random: Random,
    pub ann: Account,
    pub bob: Account,
    /// Of the two.
    pub room: u64,
    /// In which nobody ever writes.
    pub quiet: u64,
    /// Of everybody.
    pub crowd: u64,
    /// Bob's window; opened again where it was rightly closed.
    pub window: Window,
    /// Client ids and texts that must stand in the room, in this order.
    sent: Vec<(String, String)>,
    panics: usize,
}

impl Stage {
    /// Lets people move in.
    pub fn open(mut scene: Scene, mut random: Random) -> Result<Stage, Stuck> {
        scene.people(PEOPLE, 0, 0, &mut random)?;
        let address = scene.start.address.get().ok_or("the program is not running")?;
        let (ann, bob) = (scene.town.people[0].clone(), scene.town.people[1].clone());
        let others: Vec<u64> = scene.town.people[1..].iter().map(|person| person.user).collect();
        let make = |fields: Value| {
            let made = ann.ask(address, "POST", "/conversations", Some(&fields)).map_err(|error| error.to_string())?;
            made["conversation"]["id"].as_u64().ok_or_else(|| format!("no conversation: {made}"))
        };
        let room = make(json!({ "kind": "direct", "user": bob.user }))?;
        let quiet = make(json!({ "kind": "group", "name": "Quiet", "members": [bob.user] }))?;
        let crowd = make(json!({ "kind": "group", "name": "Everybody", "members": others }))?;
        let window = Window::joined(address, &bob)?;
        Ok(Stage { scene, random, ann, bob, room, quiet, crowd, window, sent: Vec::new(), panics: 0 })
    }

    pub fn address(&self) -> SocketAddr {
        self.scene.start.address.get().expect("the program runs")
    }

    /// The next work of this name panics.
    pub fn arm(&mut self, work: Work) -> Result<(), Stuck> {
        self.scene.program().panic_at(work.as_str(), 1, 1).map_err(|error| format!("no order: {error}"))
    }

    /// Waits for the panic.
    pub fn struck(&self) -> Result<(), Stuck> {
        let log = &self.scene.start.log;
        until("the panic", || (lines_with(log, SAID).len() > self.panics).then_some(()))
    }

    /// There was one panic more, and it was said once.
    pub fn look_at_the_log(&mut self, work: Work, report: &mut Report) {
        let log = &self.scene.start.log;
        let counts = (panics_in(log).len(), lines_with(log, SAID).len());
        self.panics += 1;
        if counts != (self.panics, self.panics) {
            report.wrong(Kind::Misbehaved, format!("after {work}: {counts:?} lines of {} panics", self.panics));
            self.panics = counts.0.max(counts.1);
        }
    }

    /// A window of Ann's that has heard `ready`.
    pub fn ann_comes(&self) -> Result<Window, Stuck> {
        Window::joined(self.address(), &self.ann)
    }

    /// Nobody but Bob is here, and nothing is on its way: what panics next is what the case does.
    pub fn rest(&self) -> Result<(), Stuck> {
        self.ann_is("offline")?;
        until("a writer without work", || {
            let metrics = ask(self.address(), "GET", "/metrics", &[], None).ok()?.text;
            metrics.contains("\nchinwag_writes_waiting 0\n").then_some(())
        })
    }

    /// How Bob sees Ann.
    pub fn ann_is(&self, state: &str) -> Result<(), Stuck> {
        until(&format!("Ann to be {state}"), || {
            let page = self.bob.get(self.address(), "/users?limit=100").ok()?;
            let found = page["presence"].as_array()?.iter().find(|person| person["user"] == self.ann.user)?;
            (found["state"] == state).then_some(())
        })
    }

    /// Ann asks for something.
    pub fn http(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Stuck> {
        let bearer = format!("Bearer {}", self.ann.token);
        ask(self.address(), method, path, &[("Authorization", &bearer)], body)
            .map_err(|error| format!("{method} {path} was not answered: {error}"))
    }

    /// … and must be refused so.
    pub fn refused(&self, method: &str, path: &str, expected: (u16, &str)) -> Result<(), Stuck> {
        let answer = self.http(method, path, None)?;
        let code = answer.json["code"].as_str().unwrap_or_default();
        if (answer.status, code) == expected && answer.json["message"].is_string() {
            return Ok(());
        }
        Err(format!("{method} {path} was answered {} {}", answer.status, answer.text))
    }

    /// Ann sends a message, which is answered so at first, and with the same client id is stored in the end.
    pub fn post(&mut self, first: Result<(), &str>) -> Result<(), Stuck> {
        let (id, body) = (self.random.uuid(), format!("message {}", self.sent.len()));
        let mut answer = send(&self.scene, &self.ann, self.room, &id, &body)?;
        if answer.as_ref().map(|_| ()).map_err(String::as_str) != first {
            return Err(format!("sending was answered {answer:?} and not {first:?}"));
        }
        if answer.is_err() {
            answer = send(&self.scene, &self.ann, self.room, &id, &body)?;
        }
        answer.map_err(|code| format!("sending again was answered '{code}'"))?;
        self.sent.push((id, body));
        Ok(())
    }

    /// A message that was sent in another way.
    pub fn has_sent(&mut self, id: &str, body: &str) {
        self.sent.push((id.to_owned(), body.to_owned()));
    }

    /// Ann writes and Bob hears of it; his window is opened again if it was sent away.
    pub fn all_goes_on(&mut self) -> Result<(), Stuck> {
        let mut came_anew = self.come_again()?;
        self.post(Ok(()))?;
        let body = self.sent.last().expect("it was just sent").1.clone();
        until("Bob to hear of a message", || {
            // After a batch of unknown outcome the next one sends everybody away.
            came_anew |= self.come_again().ok()?;
            let hears = self.window.heard().frames.iter().any(|frame| frame["message"]["body"] == body);
            // Whoever comes anew without any copy of the room is not told what is in it.
            let finds = || {
                let history = self.bob.history(self.address(), self.room);
                history.is_ok_and(|history| history.iter().any(|form| form.body == body))
            };
            (hears || came_anew && finds()).then_some(())
        })
    }

    /// Opens Bob's window again if it was closed.
    fn come_again(&mut self) -> Result<bool, Stuck> {
        let was_closed = !self.window.is_open();
        if was_closed {
            self.window = Window::joined(self.address(), &self.bob)?;
        }
        Ok(was_closed)
    }

    /// Every message stands in the room, once, in order.
    pub fn check_history(&self, report: &mut Report) -> Result<(), Stuck> {
        let history = self.bob.history(self.address(), self.room).map_err(|error| error.to_string())?;
        let stored: Vec<(String, String)> =
            history.into_iter().filter_map(|form| Some((form.client_id?, form.body))).collect();
        report.count("acknowledged", self.sent.len() as u64);
        if stored != self.sent {
            report.wrong(Kind::Lost, format!("{} were sent, {} are stored: {stored:?}", self.sent.len(), stored.len()));
        }
        Ok(())
    }
}

/// An open WebSocket, read by a thread of its own so that it stays alive.
pub struct Window {
    heard: Arc<Mutex<Heard>>,
    says: Option<Sender<Value>>,
    thread: Option<JoinHandle<()>>,
}

/// What came.
#[derive(Default)]
pub struct Heard {
    pub frames: Vec<Value>,
    /// With which code it was closed.
    pub closed: Option<Option<u16>>,
}

impl Window {
    /// Upgraded; nothing was said.
    pub fn open(address: SocketAddr, account: &Account) -> Result<Window, Stuck> {
        let mut socket = Socket::open(address, &account.token).map_err(|error| error.to_string())?;
        let heard = Arc::<Mutex<Heard>>::default();
        let (says, to_say) = mpsc::channel::<Value>();
        let hears = Arc::clone(&heard);
        let thread = std::thread::spawn(move || {
            loop {
                loop {
                    match to_say.try_recv() {
                        // Whatever is wrong with the socket shows when it is read.
                        Ok(frame) => drop(socket.send(&frame)),
                        Err(mpsc::TryRecvError::Empty) => break,
                        Err(mpsc::TryRecvError::Disconnected) => return,
                    }
                }
                let came = socket.next(Duration::from_millis(10)).unwrap_or(Came::Closed(None));
                let mut heard = hears.lock().unwrap_or_else(PoisonError::into_inner);
                match came {
                    Came::Frame(frame) => heard.frames.push(frame),
                    Came::Nothing => {}
                    Came::Closed(code) => {
                        heard.closed = Some(code);
                        return;
                    }
                }
            }
        });
        Ok(Window { heard, says: Some(says), thread: Some(thread) })
    }

    /// Upgraded, and `ready` has come.
    pub fn joined(address: SocketAddr, account: &Account) -> Result<Window, Stuck> {
        let window = Window::open(address, account)?;
        window.hello();
        window.hears("ready")?;
        Ok(window)
    }

    pub fn hello(&self) {
        self.say(json!({ "type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": false }));
    }

    pub fn say(&self, frame: Value) {
        if let Some(says) = &self.says {
            // A window that has been closed hears of it.
            let _ = says.send(frame);
        }
    }

    pub fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_open(&self) -> bool {
        self.heard().closed.is_none()
    }

    /// Waits for a frame of a type.
    pub fn hears(&self, kind: &str) -> Result<Value, Stuck> {
        until(kind, || {
            let heard = self.heard();
            heard.frames.iter().find(|frame| frame["type"] == kind).cloned()
        })
    }

    /// Waits for its end, which must be this.
    pub fn is_closed_with(&self, code: u16) -> Result<(), Stuck> {
        match until("the window to be closed", || self.heard().closed)? {
            Some(closed) if closed == code => Ok(()),
            other => Err(format!("the window was closed with {other:?} and not {code}")),
        }
    }
}

impl Drop for Window {
    /// The socket goes without a word.
    fn drop(&mut self) {
        self.says = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

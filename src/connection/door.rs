//! Who stands in the door: connections by what they do at this moment, each with a deadline, and those that have shown no
//! session in bounded numbers, of one address and in all. actix's own deadlines leave gaps: a second request's head may
//! drip in for ever, and so may a body that no handler asked for, or a client read an answer byte by byte. Whoever is
//! overdue, or has to make room, is ended from outside. Never answers, and never knows who it was that showed a session.

#[cfg(test)]
mod tests;

use std::any::Any;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

use super::socket::SocketHandle;
use crate::auth::AddressKey;
use crate::config::AddressRange;

/// What actix does itself, it does first, and more politely: our own deadline is this much later.
const LEEWAY: Duration = Duration::from_secs(2);

/// How long and how many.
#[derive(Debug, Clone)]
pub struct DoorLimits {
    /// From the beginning of a connection to the head of its first request.
    pub head_within: Duration,
    /// From the end of one request to the head of the next.
    pub keep_alive: Duration,
    /// From the beginning of an answer to its end.
    pub read_within: Duration,
    /// Most connections of one address that have shown no session.
    pub strangers_per_address: usize,
    /// The same of all addresses.
    pub strangers: usize,
    /// Whose connections are others', and not counted.
    pub trusted_proxies: Vec<AddressRange>,
}

/// All connections of the program. Clones are the same door.
#[derive(Debug, Clone)]
pub struct Door(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: DoorLimits,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    next: u64,
    all: HashMap<u64, Arc<Visitor>>,
    /// Those without a session, by their number, which is the order in which they came.
    strangers: BTreeSet<u64>,
    by_address: HashMap<AddressKey, BTreeSet<u64>>,
}

/// One connection.
#[derive(Debug)]
pub struct Visitor {
    number: u64,
    socket: SocketHandle,
    /// `None` behind a proxy that is trusted.
    address: Option<AddressKey>,
    doing: Mutex<Doing>,
}

#[derive(Debug, Clone, Copy)]
struct Doing {
    what: What,
    since: Instant,
}

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Has come, and asked for nothing yet.
    Coming,
    /// Has been answered, and asks for nothing.
    Resting,
    /// Is being answered: what that waits for has deadlines of its own.
    Asking,
    /// Is sent the answer.
    Reading,
    /// Is a WebSocket now, with deadlines of its own.
    Talking,
}

/// What is tied to a connection; with it the visitor leaves.
struct Entered {
    visitor: Arc<Visitor>,
    door: Door,
}

/// A request of a visitor, until its answer has been sent or given up.
#[derive(Debug)]
pub struct Attended(Arc<Visitor>);

impl Door {
    /// One through which nobody has come yet.
    #[must_use]
    pub fn new(limits: DoorLimits) -> Door {
        Door(Arc::new(Shared { limits, inside: Mutex::default() }))
    }

    /// For `HttpServer::on_connect`, after [`super::socket::on_connect`]. Who comes is let in; the oldest stranger goes if
    /// there are too many.
    pub fn on_connect(&self, connection: &dyn Any, data: &mut Extensions) {
        let (Some(socket), Some(stream)) = (SocketHandle::tied(data), connection.downcast_ref::<TcpStream>()) else {
            return;
        };
        // A peer that has gone already has no address any more.
        let Ok(peer) = stream.peer_addr() else { return };
        let visitor = self.enter(socket, peer.ip(), Instant::now());
        data.insert(Entered { visitor, door: self.clone() });
    }

    fn enter(&self, socket: SocketHandle, from: IpAddr, now: Instant) -> Arc<Visitor> {
        let limits = &self.0.limits;
        let is_proxy = limits.trusted_proxies.iter().any(|range| range.contains(from));
        let address = (!is_proxy).then(|| AddressKey::of(from));
        let mut inside = self.inside();
        inside.next += 1;
        let doing = Mutex::new(Doing { what: What::Coming, since: now });
        let visitor = Arc::new(Visitor { number: inside.next, socket, address, doing });
        let too_many = inside.take_in(&visitor, limits);
        drop(inside);
        if let Some(oldest) = too_many {
            tracing::debug!("a connection without a session made room for another");
            oldest.socket.shutdown();
        }
        visitor
    }

    /// Ends whoever is overdue; how many that were.
    pub fn close_on_the_overdue(&self, now: Instant) -> usize {
        let limits = &self.0.limits;
        let overdue: Vec<Arc<Visitor>> =
            self.inside().all.values().filter(|visitor| visitor.is_overdue(limits, now)).cloned().collect();
        overdue.iter().filter(|visitor| visitor.socket.shutdown()).count()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    /// Whoever has to go for it.
    fn take_in(&mut self, visitor: &Arc<Visitor>, limits: &DoorLimits) -> Option<Arc<Visitor>> {
        self.all.insert(visitor.number, Arc::clone(visitor));
        let address = visitor.address?;
        let own = self.by_address.entry(address).or_default();
        own.insert(visitor.number);
        let of_own = own.len() > limits.strangers_per_address;
        self.strangers.insert(visitor.number);
        let least_wanted = if of_own {
            self.least_wanted(&self.by_address[&address])
        } else if self.strangers.len() > limits.strangers {
            self.least_wanted(&self.strangers)
        } else {
            return None;
        };
        // Given up at once, so that the next one to come does not find it again.
        let oldest = least_wanted.and_then(|number| self.all.get(&number).cloned())?;
        self.forget_stranger(&oldest);
        Some(oldest)
    }

    /// The oldest of them that asks for nothing, else the oldest.
    fn least_wanted(&self, numbers: &BTreeSet<u64>) -> Option<u64> {
        let asks = |number: &u64| self.all.get(number).is_some_and(|visitor| visitor.doing().what.asks());
        numbers.iter().find(|number| !asks(number)).or_else(|| numbers.first()).copied()
    }

    fn forget_stranger(&mut self, visitor: &Visitor) {
        let Some(address) = visitor.address else { return };
        self.strangers.remove(&visitor.number);
        if let Some(own) = self.by_address.get_mut(&address) {
            own.remove(&visitor.number);
            if own.is_empty() {
                self.by_address.remove(&address);
            }
        }
    }
}

impl What {
    fn asks(self) -> bool {
        !matches!(self, What::Coming | What::Resting)
    }
}

impl Visitor {
    fn doing(&self) -> Doing {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn does(&self, what: What) {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner) = Doing { what, since: Instant::now() };
    }

    fn is_overdue(&self, limits: &DoorLimits, now: Instant) -> bool {
        let Doing { what, since } = self.doing();
        let within = match what {
            What::Coming => limits.head_within + LEEWAY,
            What::Resting => limits.keep_alive + LEEWAY,
            What::Reading => limits.read_within,
            What::Asking | What::Talking => return false,
        };
        now.saturating_duration_since(since) >= within
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut inside = self.door.inside();
        inside.all.remove(&self.visitor.number);
        inside.forget_stranger(&self.visitor);
    }
}

/// A connection that can be told apart from strangers once a session was found.
pub struct Knowing(Door, Arc<Visitor>);

impl Knowing {
    /// The connection a request came in on, unless the server was built without a [`Door`].
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<Knowing> {
        request.conn_data::<Entered>().map(|entered| Knowing(entered.door.clone(), Arc::clone(&entered.visitor)))
    }

    /// It has shown a session: it is no stranger any more.
    pub fn shows_session(&self) {
        self.0.inside().forget_stranger(&self.1);
    }
}

impl Attended {
    /// Begins a request: its head is here. `None` if the server was built without a [`Door`].
    #[must_use]
    pub fn begin(request: &HttpRequest) -> Option<Attended> {
        let entered = request.conn_data::<Entered>()?;
        entered.visitor.does(What::Asking);
        Some(Attended(Arc::clone(&entered.visitor)))
    }

    /// The answer begins; of a WebSocket it never ends.
    pub fn is_answered(&self, is_upgrade: bool) {
        self.0.does(if is_upgrade { What::Talking } else { What::Reading });
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        self.0.does(What::Resting);
    }
}

//! Who goes when too many come, and who when they take too long. Sockets are real, but nobody speaks HTTP here.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream as Plain};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn limits() -> DoorLimits {
    DoorLimits {
        head_within: 10 * SECOND,
        keep_alive: 75 * SECOND,
        read_within: 300 * SECOND,
        strangers_per_address: 3,
        strangers: 5,
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
    }
}

/// A connection as the door sees it, and as its client does.
struct Guest {
    client: Plain,
    entered: Entered,
    _server: Plain,
}

impl Guest {
    fn comes(door: &Door, from: [u8; 4], now: Instant) -> Guest {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let client = Plain::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        client.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        let visitor = door.enter(SocketHandle::to(&server), Ipv4Addr::from(from).into(), now);
        Guest { client, entered: Entered { visitor, door: door.clone() }, _server: server }
    }

    fn was_sent_away(&mut self) -> bool {
        matches!(self.client.read(&mut [0]), Ok(0))
    }

    fn does(&self, what: What, since: Instant) {
        *self.entered.visitor.doing.lock().unwrap() = Doing { what, since };
    }

    fn shows_session(&self) {
        Knowing(self.entered.door.clone(), self.entered.visitor.clone()).shows_session();
    }
}

fn sent_away(guests: &mut [Guest]) -> Vec<bool> {
    guests.iter_mut().map(Guest::was_sent_away).collect()
}

#[test]
fn for_one_more_of_an_address_its_own_oldest_goes() {
    let (door, now) = (Door::new(limits()), Instant::now());
    let mut other = Guest::comes(&door, [127, 0, 0, 2], now);
    let mut guests: Vec<Guest> = (0..4).map(|_| Guest::comes(&door, [127, 0, 0, 1], now)).collect();
    assert_eq!(sent_away(&mut guests), [true, false, false, false]);
    guests.push(Guest::comes(&door, [127, 0, 0, 1], now));
    assert_eq!(sent_away(&mut guests)[1..], [true, false, false, false]);
    assert!(!other.was_sent_away(), "another address");
}

#[test]
fn for_one_more_in_all_the_oldest_that_asks_for_nothing_goes() {
    let (door, now) = (Door::new(limits()), Instant::now());
    let mut guests: Vec<Guest> = (1..=5).map(|n| Guest::comes(&door, [127, 0, 0, n], now)).collect();
    guests[0].does(What::Asking, now);
    guests.push(Guest::comes(&door, [127, 0, 0, 6], now));
    assert_eq!(sent_away(&mut guests), [false, true, false, false, false, false]);
}

#[test]
fn who_shows_a_session_or_comes_through_a_trusted_proxy_is_not_counted() {
    let (door, now) = (Door::new(limits()), Instant::now());
    let mut guests = Vec::new();
    for _ in 0..20 {
        guests.push(Guest::comes(&door, [127, 0, 0, 1], now));
        guests.last().unwrap().shows_session();
        guests.push(Guest::comes(&door, [10, 0, 0, 1], now));
    }
    assert!(sent_away(&mut guests).iter().all(|gone| !gone));
}

#[test]
fn who_has_gone_makes_room_and_leaves_nothing() {
    let (door, now) = (Door::new(limits()), Instant::now());
    for _ in 0..20 {
        let mut guest = Guest::comes(&door, [127, 0, 0, 1], now);
        assert!(!guest.was_sent_away());
    }
    let inside = door.inside();
    assert!(inside.all.is_empty() && inside.strangers.is_empty() && inside.by_address.is_empty(), "{inside:?}");
}

#[test]
fn everything_but_being_answered_and_talking_has_a_deadline() {
    let (door, now) = (Door::new(limits()), Instant::now());
    for (what, within) in [
        (What::Coming, Some(12)),
        (What::Resting, Some(77)),
        (What::Reading, Some(300)),
        (What::Asking, None),
        (What::Talking, None),
    ] {
        let mut guest = Guest::comes(&door, [127, 0, 0, 1], now);
        guest.does(what, now);
        let Some(within) = within else {
            assert_eq!(door.close_on_the_overdue(now + 1_000_000 * SECOND), 0, "{what:?}");
            continue;
        };
        assert_eq!(door.close_on_the_overdue(now + within * SECOND - Duration::from_millis(1)), 0, "{what:?}");
        assert_eq!(door.close_on_the_overdue(now + within * SECOND), 1, "{what:?}");
        assert!(guest.was_sent_away());
    }
}

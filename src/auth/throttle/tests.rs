//! Guessing, seen from both sides: how little an attacker gets, and that the owner always gets in.

use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::*;
use crate::auth::{DeviceCookie, ServerSecret};
use crate::clock::Timestamp;
use crate::domain::UserId;

const SECOND: Duration = Duration::from_secs(1);

fn throttle() -> Throttle {
    Throttle::new(ThrottleLimits::default())
}

fn address(number: u32) -> IpAddr {
    Ipv4Addr::from(0x7f00_0001 + number).into()
}

fn stranger(name: &str, from: u32) -> Attempt {
    Attempt::new(name, address(from), None)
}

fn device() -> DeviceId {
    let (secret, now) = (ServerSecret::generate(), Timestamp::from_millis(0));
    let cookie = DeviceCookie::issue(UserId::new(1), now).sign(&secret);
    DeviceCookie::verify(&cookie, &secret, now).unwrap().device_of(UserId::new(1)).unwrap()
}

fn is_allowed(decision: Decision) -> bool {
    matches!(decision, Decision::Allowed { .. })
}

#[test]
fn five_tries_are_free_and_each_says_how_many_are_left() {
    let (mut throttle, now) = (throttle(), Instant::now());
    let bob = stranger("bob", 0);
    for left in (1..=4).rev() {
        assert_eq!(throttle.admit(&bob, now), Decision::Allowed { tries_left: left, pause: Duration::ZERO });
    }
    assert_eq!(throttle.admit(&bob, now), Decision::Allowed { tries_left: 0, pause: 10 * SECOND });
    assert_eq!(throttle.admit(&bob, now + 3 * SECOND), Decision::Wait(7 * SECOND));
}

#[test]
fn pauses_grow_to_a_longest_one_and_asking_in_vain_adds_nothing() {
    let (mut throttle, mut now) = (throttle(), Instant::now());
    let bob = stranger("bob", 0);
    (0..5).for_each(|_| assert!(is_allowed(throttle.admit(&bob, now))));
    for pause in [10, 20, 40, 80, 160, 300, 300] {
        for _ in 0..100 {
            assert_eq!(throttle.admit(&bob, now), Decision::Wait(pause * SECOND));
        }
        now += pause * SECOND;
        assert!(is_allowed(throttle.admit(&bob, now)));
    }
}

#[test]
fn an_hour_of_quiet_is_forgiven() {
    let (mut throttle, now) = (throttle(), Instant::now());
    let bob = stranger("bob", 0);
    (0..5).for_each(|_| assert!(is_allowed(throttle.admit(&bob, now))));
    let later = now + Duration::from_secs(3600);
    assert_eq!(throttle.admit(&bob, later), Decision::Allowed { tries_left: 4, pause: Duration::ZERO });
}

#[test]
fn ten_thousand_guesses_from_two_hundred_addresses_get_ten_checks_a_minute_at_most() {
    let (mut throttle, start) = (throttle(), Instant::now());
    let mut checks = Vec::new();
    for guess in 0..10_000 {
        let now = start + Duration::from_millis(60) * guess;
        if is_allowed(throttle.admit(&stranger("bob", guess % 200), now)) {
            checks.push(now);
        }
    }
    for first in &checks {
        let within = checks.iter().filter(|at| **at >= *first && **at < *first + 60 * SECOND).count();
        assert!(within <= 10, "{within} checks in a minute");
    }
    assert!(checks.len() < 15, "{} checks in ten minutes", checks.len());
}

#[test]
fn the_owner_gets_in_at_once_in_a_browser_that_has_logged_in_before() {
    let (mut throttle, start) = (throttle(), Instant::now());
    let owner = Attempt::new("bob", address(0), Some(device()));
    for guess in 0..10_000 {
        let now = start + Duration::from_millis(10) * guess;
        throttle.admit(&stranger("bob", guess % 200), now);
        if guess % 100 == 0 {
            assert_eq!(throttle.admit(&owner, now), Decision::Allowed { tries_left: 4, pause: Duration::ZERO });
            throttle.succeeded(&owner);
        }
    }
}

#[test]
fn a_known_browser_has_limits_of_its_own() {
    let (mut throttle, now) = (throttle(), Instant::now());
    let thief = Attempt::new("bob", address(0), Some(device()));
    (0..5).for_each(|_| assert!(is_allowed(throttle.admit(&thief, now))));
    assert_eq!(throttle.admit(&thief, now), Decision::Wait(5 * SECOND));
    assert!(is_allowed(throttle.admit(&stranger("bob", 0), now)));
}

#[test]
fn names_that_do_not_exist_or_cannot_are_counted_like_any_other() {
    for name in ["nobody-here", "not a name", "", "bo\0b"] {
        let (mut throttle, now) = (throttle(), Instant::now());
        (0..5).for_each(|from| assert!(is_allowed(throttle.admit(&stranger(name, from), now))));
        assert_eq!(throttle.admit(&stranger(name, 9), now), Decision::Wait(10 * SECOND), "{name:?}");
    }
}

#[test]
fn one_account_under_many_spellings_is_one_account() {
    let (mut throttle, now) = (throttle(), Instant::now());
    for (from, spelling) in (0..).zip(["bob", "BOB", " bob ", "Ｂｏｂ", "bOb"]) {
        assert!(is_allowed(throttle.admit(&stranger(spelling, from), now)));
    }
    assert!(!is_allowed(throttle.admit(&stranger("bob", 9), now)));
}

#[test]
fn one_address_at_many_accounts_is_slowed_too() {
    let (mut throttle, now) = (throttle(), Instant::now());
    (0..20).for_each(|n| assert!(is_allowed(throttle.admit(&stranger(&format!("user{n}"), 0), now))));
    assert_eq!(throttle.admit(&stranger("user99", 0), now), Decision::Wait(5 * SECOND));
    assert!(is_allowed(throttle.admit(&stranger("user99", 1), now)));
}

#[test]
fn addresses_of_one_ipv6_network_count_as_one_and_mapped_ipv4_as_ipv4() {
    let key = |text: &str| AddressKey::of(text.parse().unwrap());
    assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
}

#[test]
fn a_right_password_takes_back_its_own_try_and_no_other() {
    let (mut throttle, now) = (throttle(), Instant::now());
    let bob = stranger("bob", 0);
    for _ in 0..100 {
        assert_eq!(throttle.admit(&bob, now), Decision::Allowed { tries_left: 4, pause: Duration::ZERO });
        throttle.succeeded(&bob);
    }
    // Twenty guesses at others, with log-ins to an account of one's own between them.
    for guess in 0..20 {
        assert!(is_allowed(throttle.admit(&stranger(&format!("user{guess}"), 0), now)));
        if guess < 19 {
            assert!(is_allowed(throttle.admit(&bob, now)));
            throttle.succeeded(&bob);
        }
    }
    assert!(!is_allowed(throttle.admit(&bob, now)));
}

#[test]
fn strangers_in_all_are_limited_and_a_check_that_never_ran_is_not_counted() {
    let (mut throttle, now) = (throttle(), Instant::now());
    for n in 0..60 {
        assert!(is_allowed(throttle.admit(&stranger(&format!("user{n}"), n), now)));
    }
    let next = stranger("user60", 60);
    assert_eq!(throttle.admit(&next, now), Decision::Wait(SECOND / 2));
    throttle.withdrawn(&stranger("user0", 0));
    assert_eq!(throttle.admit(&next, now), Decision::Allowed { tries_left: 4, pause: Duration::ZERO });
}

#[test]
fn memory_is_bounded_and_what_was_quiet_longest_is_forgotten_first() {
    let limits =
        ThrottleLimits { remembered: 100, strangers: Rate::per_minute(2_000, 120), ..ThrottleLimits::default() };
    let (mut throttle, start) = (Throttle::new(limits), Instant::now());
    for n in 0..1_000 {
        throttle.admit(&stranger(&format!("user{n}"), n), start + Duration::from_millis(n.into()));
    }
    assert_eq!((throttle.accounts.len(), throttle.addresses.len()), (100, 100));
    let tries_left = |throttle: &mut Throttle, name| match throttle.admit(&stranger(name, 5_000), start + SECOND) {
        Decision::Allowed { tries_left, .. } => tries_left,
        Decision::Wait(_) => 0,
    };
    assert_eq!([tries_left(&mut throttle, "user999"), tries_left(&mut throttle, "user0")], [3, 4]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn however_guesses_are_spread_an_account_gets_at_most_ten_in_any_minute(
        steps in proptest::collection::vec((0_u64..40_000, 0_u32..50), 1..300)
    ) {
        let (mut throttle, mut now) = (throttle(), Instant::now());
        let mut checks: Vec<Instant> = Vec::new();
        for (millis, from) in steps {
            now += Duration::from_millis(millis);
            if is_allowed(throttle.admit(&stranger("bob", from), now)) {
                checks.push(now);
            }
            let within = checks.iter().filter(|at| now.duration_since(**at) < 60 * SECOND).count();
            prop_assert!(within <= 10, "{} checks in a minute", within);
        }
    }
}

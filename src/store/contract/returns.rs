use super::*;
use ReceiptKind::{Delivered, Read};

#[test]
fn what_waited_at_a_return_comes_late_and_what_came_after_in_time() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..3).for_each(|_| drop(world.say(ann, place, "while away")));
    let stored_at = world.now;
    let since = world.came_back(bob);
    let back_at = world.now;
    (0..2).for_each(|_| drop(world.say(ann, place, "live")));
    let confirmed = world.confirm(bob, place, Delivered, 5);
    assert_eq!(confirmed.ranges(), [(Delivered, 1, 3, true), (Delivered, 4, 5, false)]);
    assert_eq!(confirmed.receipts[0].since, Some(since));
    let [(sender, late)] = &confirmed.late[..] else { panic!() };
    assert_eq!((*sender, late.user, late.count, late.after_seq.get()), (ann, bob, 3, 3));
    assert_eq!((late.at, late.offline_since), (back_at, since));
    assert_eq!(late.oldest_at, stored_at.plus_millis(-2_000));
}

#[test]
fn a_notice_grows_under_its_name_as_confirmations_arrive() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..3).for_each(|_| drop(world.say(ann, place, "while away")));
    world.came_back(bob);
    let first = world.confirm(bob, place, Delivered, 1).late.remove(0).1;
    world.write(Write::SeeLate { user: ann, ids: vec![first.id] }).unwrap();
    world.say(ann, place, "live");
    let grown = world.confirm(bob, place, Read, 4);
    assert_eq!(grown.ranges(), [(Delivered, 2, 3, true), (Delivered, 4, 4, false), (Read, 1, 4, false)]);
    let expected = crate::domain::Late { count: 3, ..first };
    assert_eq!(grown.late, [(ann, expected)]);
}

#[test]
fn each_sender_has_one_notice_of_a_return_and_the_returned_person_none() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    for sender in [ann, bob, ann] {
        world.say(sender, place, "while cat is away");
    }
    let gone = world.say(ann, place, "taken back");
    world.delete(ann, &gone).unwrap();
    world.came_back(cat);
    world.say(cat, place, "I am back");
    let late = world.confirm(cat, place, Delivered, 6).late;
    let counts: Vec<_> = late.iter().map(|(sender, late)| (*sender, late.count)).collect();
    assert_eq!(counts, [(ann, 2), (bob, 1)]);
}

#[test]
fn a_sender_who_has_left_hears_nothing_of_it() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    world.say(bob, place, "while cat is away");
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    world.came_back(cat);
    let confirmed = world.confirm(cat, place, Read, 3);
    assert_eq!(confirmed.ranges()[0], (Delivered, 1, 3, true));
    assert!(confirmed.late.is_empty() && confirmed.authors.is_empty());
}

#[test]
fn with_several_returns_the_newest_says_since_when() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "one");
    world.came_back(bob);
    world.say(ann, place, "two");
    let since = world.came_back(bob);
    let confirmed = world.confirm(bob, place, Delivered, 2);
    assert_eq!(confirmed.ranges(), [(Delivered, 1, 2, true)]);
    assert_eq!(confirmed.receipts[0].since, Some(since));
    world.say(ann, place, "three");
    assert_eq!(world.confirm(bob, place, Delivered, 3).ranges(), [(Delivered, 3, 3, false)]);
}

#[test]
fn a_return_with_nothing_waiting_makes_nothing_late() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(bob, place, "own");
    world.came_back(bob);
    world.say(ann, place, "live");
    assert_eq!(world.confirm(bob, place, Delivered, 2).ranges(), [(Delivered, 2, 2, false)]);
}

#[test]
fn a_notice_waits_for_its_sender_until_it_was_seen_and_stays_on_its_page() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "while away");
    world.came_back(bob);
    let notice = world.confirm(bob, place, Delivered, 1).late.remove(0).1;
    let from = crate::store::ResumeFrom { user: ann, people_rev: Rev::ZERO, conversations: vec![] };
    assert_eq!(world.reader.resume(&from).unwrap().unwrap().late, std::slice::from_ref(&notice));
    let see = |user| Write::SeeLate { user, ids: vec![notice.id, crate::domain::LateId::new(77)] };
    assert_eq!(world.write(see(bob)), Ok(Stored::LateSeen { user: bob, ids: vec![] }));
    assert_eq!(world.write(see(ann)), Ok(Stored::LateSeen { user: ann, ids: vec![notice.id] }));
    assert_eq!(world.reader.resume(&from).unwrap().unwrap().late, []);
    let page = world.reader.messages(ann, place, Anchor::Newest, 10).unwrap().unwrap();
    assert_eq!(page.late, [notice]);
    assert_eq!(world.reader.messages(bob, place, Anchor::Newest, 10).unwrap().unwrap().late, []);
}

#[test]
fn presence_is_recorded_and_a_return_makes_a_person_online() {
    let (mut world, _, bob, _) = World::of_two();
    let of_bob = |world: &mut World| {
        let all = world.reader.recorded_presence().unwrap();
        all.into_iter().find(|person| person.user == bob).unwrap().offline_since
    };
    assert!(of_bob(&mut world).is_some(), "never connected: offline since sign-up");
    world.came_back(bob);
    assert_eq!(of_bob(&mut world), None);
    let away = Some(world.now);
    world.write(Write::RecordPresence { user: bob, offline_since: away }).unwrap();
    assert_eq!(of_bob(&mut world), away);
}

use super::*;
use crate::store::{Held, ResumeFrom};

fn held(conversation: ConversationId, rev: i64) -> Held {
    Held { conversation, rev: Rev::new(rev) }
}

#[test]
fn a_returning_client_gets_what_moved_and_is_told_what_is_no_longer_its_own() {
    let (mut world, ann, bob, place) = World::of_two();
    let cat = world.person("cat");
    let quiet = world.direct(bob, cat);
    let foreign = world.direct(ann, cat);
    world.say(ann, place, "one");
    let seen = world.view(bob, place).rev.get();
    world.say(ann, place, "two");
    let from = ResumeFrom {
        user: bob,
        people_rev: Rev::new(2),
        conversations: vec![held(place, seen), held(quiet, 0), held(foreign, 0)],
    };
    let resumed = world.reader.resume(&from).unwrap().unwrap();
    assert_eq!(resumed.people.iter().map(|user: &User| user.id).collect::<Vec<_>>(), [cat]);
    assert_eq!((resumed.people_rev.get(), resumed.people_reset, resumed.unread_total), (3, false, 2));
    let [(first, ChangesSince::Changes(run)), (second, ChangesSince::Reset { .. })] = &resumed.changes[..] else {
        panic!("{:?}", resumed.changes)
    };
    assert_eq!((*first, *second), (place, foreign));
    assert_eq!(run.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["two"]);
    let listed: Vec<_> = resumed.page.conversations.iter().map(|view| view.id).collect();
    assert_eq!(listed, [place, quiet]);
    assert_eq!(resumed.page.users.len(), 3);
}

#[test]
fn conversations_are_listed_newest_first_and_paged_without_double() {
    let mut world = World::new();
    let ann = world.person("ann");
    let others: Vec<UserId> = (0..5).map(|n| world.person(&format!("person{n}"))).collect();
    let places: Vec<ConversationId> = others.iter().map(|&other| world.direct(ann, other)).collect();
    world.say(ann, places[1], "newest");
    let first = world.reader.conversations(ann, None, 3).unwrap();
    let last = first.conversations.last().unwrap();
    let rest = world.reader.conversations(ann, Some((last.last_at, last.id)), 3).unwrap();
    let listed: Vec<_> = first.conversations.iter().chain(&rest.conversations).map(|view| view.id).collect();
    assert_eq!(listed, [places[1], places[4], places[3], places[2], places[0]]);
    assert_eq!((first.has_more, rest.has_more), (true, false));
}

#[test]
fn a_list_row_carries_the_beginning_of_a_long_message() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, &"é".repeat(300));
    let preview = world.view(bob, place).last_message.unwrap();
    assert_eq!((preview.body.chars().count(), preview.cut), (200, true));
}

#[test]
fn too_many_changed_people_mean_that_the_directory_is_loaded_anew() {
    let mut world = World::new();
    let signups: Vec<Write> = (0..202).map(|n| sign_up(&format!("person{n}"))).collect();
    world.batch(&signups);
    let from =
        |people_rev| ResumeFrom { user: UserId::new(1), people_rev: Rev::new(people_rev), conversations: vec![] };
    let reset = world.reader.resume(&from(0)).unwrap().unwrap();
    assert_eq!((reset.people_reset, reset.people.len()), (true, 0));
    let complete = world.reader.resume(&from(2)).unwrap().unwrap();
    assert_eq!((complete.people_reset, complete.people.len()), (false, 200));
}

/// The store was put back to an older state, and a client has seen what is no longer there.
#[test]
fn revisions_that_were_never_reached_are_answered_with_a_reset_and_never_taken_for_up_to_date() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "one");
    let rev = world.view(bob, place).rev.get();
    assert!(matches!(world.changes(bob, place, rev, 50), ChangesSince::Changes(run) if run.messages.is_empty()));
    let ChangesSince::Reset { rev: told, head } = world.changes(bob, place, rev + 1, 50) else { panic!() };
    assert_eq!((told.get(), head.get()), (rev, 1));
    let resumed = |world: &mut World, held_rev, people_rev| {
        let from =
            ResumeFrom { user: bob, people_rev: Rev::new(people_rev), conversations: vec![held(place, held_rev)] };
        world.reader.resume(&from).unwrap().unwrap()
    };
    let known = resumed(&mut world, rev, 2);
    assert!(known.changes.is_empty() && !known.people_reset);
    let ahead = resumed(&mut world, rev + 1, 3);
    assert!(matches!(ahead.changes[..], [(id, ChangesSince::Reset { .. })] if id == place));
    assert!(ahead.people_reset && ahead.people.is_empty());
}

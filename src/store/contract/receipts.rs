use super::*;
use ReceiptKind::{Delivered, Read};

#[test]
fn ranges_start_above_what_was_confirmed_and_saying_the_same_again_says_nothing() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..6).for_each(|_| drop(world.say(ann, place, "text")));
    let first = world.confirm(bob, place, Delivered, 2);
    assert_eq!((first.ranges(), first.authors), (vec![(Delivered, 1, 2, false)], vec![ann]));
    assert_eq!(world.confirm(bob, place, Delivered, 5).ranges(), [(Delivered, 3, 5, false)]);
    let again = world.confirm(bob, place, Delivered, 4);
    assert!(again.receipts.is_empty() && again.authors.is_empty() && again.late.is_empty());
}

#[test]
fn read_implies_delivered_at_the_same_time_and_moves_the_unread_cursor() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..4).for_each(|_| drop(world.say(ann, place, "text")));
    world.confirm(bob, place, Delivered, 1);
    let read = world.confirm(bob, place, Read, 3);
    assert_eq!(read.ranges(), [(Delivered, 2, 3, false), (Read, 1, 3, false)]);
    assert!(read.receipts.iter().all(|receipt| receipt.at == world.now));
    assert!(read.receipts[0].rev < read.receipts[1].rev);
    let cursor = read.cursor.unwrap();
    assert_eq!((cursor.cursor.get(), cursor.unread), (3, 1));
    let view = world.view(bob, place);
    assert_eq!((view.delivered_up_to.get(), view.read_up_to.get(), view.unread), (3, 3, 1));
}

#[test]
fn a_receipt_above_the_head_or_from_a_stranger_is_refused() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "text");
    let eve = world.person("eve");
    let confirm = |user, up_to| Write::Confirm { user, conversation: place, kind: Delivered, up_to: Seq::new(up_to) };
    assert_eq!(world.write(confirm(bob, 2)), Err(Refusal::BeyondHead));
    assert_eq!(world.write(confirm(eve, 1)), Err(Refusal::NotFound));
}

#[test]
fn only_whose_messages_are_newly_covered_hears_of_it() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    world.say(ann, place, "two");
    world.say(bob, place, "three");
    world.say(cat, place, "four");
    assert_eq!(world.confirm(cat, place, Delivered, 1).authors, []);
    assert_eq!(world.confirm(cat, place, Delivered, 2).authors, [ann]);
    assert_eq!(world.confirm(cat, place, Delivered, 4).authors, [bob]);
    assert_eq!(world.confirm(cat, place, Read, 4).authors, [ann, bob]);
}

#[test]
fn own_messages_are_passed_over_without_a_receipt() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "one");
    world.confirm(bob, place, Read, 1);
    world.say(bob, place, "two");
    world.say(ann, place, "three");
    assert_eq!(world.confirm(bob, place, Read, 3).ranges(), [(Delivered, 3, 3, false), (Read, 3, 3, false)]);
}

#[test]
fn a_page_brings_the_ranges_that_overlap_it_and_a_view_the_newest() {
    let (mut world, ann, bob, place) = World::of_two();
    for n in 1..=6 {
        world.say(ann, place, "text");
        world.confirm(bob, place, Delivered, n);
    }
    world.confirm(bob, place, Read, 6);
    let page = world.reader.messages(ann, place, Anchor::Around(Seq::new(3)), 2).unwrap().unwrap();
    let ranges: Vec<_> = page.receipts.iter().map(|receipt| (receipt.kind, receipt.from.get())).collect();
    assert_eq!(ranges, [(Delivered, 2), (Delivered, 3), (Read, 1)]);
    let newest: Vec<_> = world.view(ann, place).receipts.iter().map(|receipt| receipt.up_to.get()).collect();
    assert_eq!(newest, [6, 6]);
}

#[test]
fn a_tombstone_counts_as_received() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "gone");
    world.delete(ann, &message).unwrap();
    assert_eq!(world.confirm(bob, place, Delivered, 1).authors, [ann]);
}

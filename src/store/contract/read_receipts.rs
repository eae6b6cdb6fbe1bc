use proptest::prelude::*;

use super::*;
use crate::domain::{ReceiptCounts, UserId};
use crate::store::{Held, ResumeFrom};
use ReceiptKind::{Delivered, Read};

type Range = (UserId, ReceiptKind, i64, i64);

fn ranges<'a>(receipts: impl IntoIterator<Item = &'a Receipt>, but: UserId) -> Vec<Range> {
    let others = receipts.into_iter().filter(|receipt| receipt.user != but);
    others.map(|receipt| (receipt.user, receipt.kind, receipt.from.get(), receipt.up_to.get())).collect()
}

impl World {
    fn set_read_receipts(&mut self, user: UserId, are_on: bool) {
        let set = self.write(Write::SetReadReceipts { user, are_on }).unwrap();
        assert!(matches!(set, Stored::ReadReceiptsSet { user: of, are_on: now, .. } if of == user && now == are_on));
    }

    /// What a viewer is told of others' receipts, which must be the same over every way that tells all of them.
    fn told(&mut self, viewer: UserId, place: ConversationId) -> Vec<Range> {
        let page = self.reader.messages(viewer, place, Anchor::Newest, 50).unwrap().unwrap();
        let ChangesSince::Changes(run) = self.changes(viewer, place, 0, 50) else { panic!() };
        let held = vec![Held { conversation: place, rev: Rev::ZERO }];
        let from = ResumeFrom { user: viewer, people_rev: Rev::ZERO, conversations: held };
        let resumed = self.reader.resume(&from).unwrap().unwrap();
        let ChangesSince::Changes(since) = &resumed.changes[0].1 else { panic!() };
        assert_eq!(since.receipts, run.receipts);
        let sorted = |receipts| {
            let mut found = ranges(receipts, viewer);
            found.sort_unstable();
            found
        };
        let told = sorted(&run.receipts);
        assert_eq!(sorted(&page.receipts), told);
        let newest = ranges(&self.view(viewer, place).receipts, viewer);
        assert_eq!(ranges(&resumed.page.conversations[0].receipts, viewer), newest);
        let ends = |kind| told.iter().filter(move |range| range.1 == kind);
        for kind in [Delivered, Read] {
            let last = |of: &dyn Fn(&&Range) -> bool| ends(kind).filter(of).map(|range| range.3).max();
            for range in newest.iter().filter(|range| range.1 == kind) {
                assert_eq!(last(&|other| other.0 == range.0), Some(range.3), "the newest of {told:?}");
            }
        }
        assert_eq!(
            newest.len(),
            told.iter().map(|range| (range.0, range.1)).collect::<std::collections::BTreeSet<_>>().len()
        );
        told
    }
}

#[test]
fn what_is_read_with_read_receipts_off_is_told_to_nobody_and_moves_ones_own_cursor() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..3).for_each(|_| drop(world.say(ann, place, "text")));
    world.confirm(bob, place, Delivered, 3);
    world.set_read_receipts(bob, false);
    let before = (world.view(ann, place), world.told(ann, place));
    let read = world.confirm(bob, place, Read, 3);
    assert!(read.receipts.is_empty() && read.authors.is_empty() && read.only_delivered_to.is_empty());
    assert_eq!(read.cursor.map(|moved| (moved.cursor.get(), moved.unread)), Some((3, 0)));
    assert_eq!((world.view(ann, place), world.told(ann, place)), before, "not even a revision");
    assert_eq!(before.1, [(bob, Delivered, 1, 3)]);
    let own = world.view(bob, place);
    assert_eq!((own.read_up_to.get(), own.cursor.get(), own.unread), (3, 3, 0));
}

#[test]
fn a_read_receipt_that_comes_first_delivers_as_ever() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "while away");
    world.came_back(bob);
    world.set_read_receipts(bob, false);
    let read = world.confirm(bob, place, Read, 1);
    assert_eq!((read.ranges(), read.authors), (vec![(Delivered, 1, 1, true)], vec![ann]));
    assert_eq!(read.late.iter().map(|(sender, late)| (*sender, late.count)).collect::<Vec<_>>(), [(ann, 1)]);
    assert_eq!(world.told(ann, place), [(bob, Delivered, 1, 1)]);
}

#[test]
fn whoever_hides_what_they_read_is_not_told_what_others_read() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    world.say(ann, place, "from ann");
    world.say(bob, place, "from bob");
    world.set_read_receipts(bob, false);
    let read = world.confirm(cat, place, Read, 3);
    assert_eq!(read.ranges(), [(Delivered, 1, 3, false), (Read, 1, 3, false)]);
    assert_eq!((read.authors, read.only_delivered_to), (vec![ann], vec![bob]));
    assert_eq!(world.told(bob, place), [(cat, Delivered, 1, 3)]);
    assert_eq!(world.told(ann, place), [(cat, Delivered, 1, 3), (cat, Read, 1, 3)]);
}

#[test]
fn what_was_told_before_stays_told_on_both_sides_also_to_a_device_that_was_away() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "one");
    world.say(bob, place, "two");
    world.confirm(bob, place, Read, 1);
    world.confirm(ann, place, Read, 2);
    let told = (world.told(ann, place), world.told(bob, place));
    assert_eq!(told.0, [(bob, Delivered, 1, 1), (bob, Read, 1, 1)]);
    assert_eq!(told.1, [(ann, Delivered, 2, 2), (ann, Read, 2, 2)]);
    world.set_read_receipts(bob, false);
    assert_eq!((world.told(ann, place), world.told(bob, place)), told);
    world.set_read_receipts(bob, true);
    assert_eq!((world.told(ann, place), world.told(bob, place)), told);
}

#[test]
fn switched_on_again_the_next_message_that_is_read_covers_what_was_hidden() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..2).for_each(|_| drop(world.say(ann, place, "text")));
    world.confirm(bob, place, Read, 1);
    world.set_read_receipts(bob, false);
    world.confirm(bob, place, Read, 2);
    world.set_read_receipts(bob, true);
    let again = world.confirm(bob, place, Read, 2);
    assert!(again.receipts.is_empty() && again.authors.is_empty(), "nothing was read since");
    world.say(bob, place, "own");
    world.say(ann, place, "four");
    let read = world.confirm(bob, place, Read, 4);
    assert_eq!(read.ranges(), [(Delivered, 4, 4, false), (Read, 2, 4, false)]);
    assert!(read.receipts.iter().all(|receipt| receipt.at == world.now), "told with the time at which it is told");
    let shown =
        [(bob, Delivered, 1, 1), (bob, Delivered, 2, 2), (bob, Delivered, 4, 4), (bob, Read, 1, 1), (bob, Read, 2, 4)];
    assert_eq!(world.told(ann, place), shown);
}

#[test]
fn what_others_read_meanwhile_is_never_told() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..2).for_each(|_| drop(world.say(bob, place, "text")));
    world.set_read_receipts(bob, false);
    world.confirm(ann, place, Read, 1);
    world.set_read_receipts(bob, true);
    assert_eq!(world.told(bob, place), [(ann, Delivered, 1, 1)]);
    world.confirm(ann, place, Read, 2);
    assert_eq!(world.told(bob, place), [(ann, Delivered, 1, 1), (ann, Delivered, 2, 2), (ann, Read, 2, 2)]);
}

#[test]
fn the_choice_moves_nothing_that_others_see_and_survives_a_new_start() {
    let (mut world, ann, bob, place) = World::of_two();
    let people_rev = world.reader.users_page(None, None, 1).unwrap().people_rev;
    world.set_read_receipts(bob, false);
    assert_eq!(world.write(Write::SetReadReceipts { user: bob, are_on: false }), Ok(Stored::Done));
    assert_eq!(world.reader.users_page(None, None, 1).unwrap().people_rev, people_rev);
    world.say(ann, place, "text");
    world.restart();
    assert!(world.confirm(bob, place, Read, 1).receipts.iter().all(|receipt| receipt.kind == Delivered));
    for (user, are_on) in [(ann, true), (bob, false)] {
        assert_eq!(world.reader.credentials_of(user).unwrap().unwrap().read_receipts, are_on);
        let from = ResumeFrom { user, people_rev: Rev::ZERO, conversations: vec![] };
        assert_eq!(world.reader.resume(&from).unwrap().unwrap().read_receipts, are_on);
    }
}

#[test]
fn no_clock_says_what_was_read_meanwhile() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..2).for_each(|_| drop(world.say(bob, place, "text")));
    world.confirm(ann, place, Read, 1);
    world.now = world.now.plus_millis(-3_600_000);
    world.set_read_receipts(bob, false);
    world.now = world.now.plus_millis(-3_600_000);
    world.confirm(ann, place, Read, 2);
    assert_eq!(world.told(bob, place), [(ann, Delivered, 1, 1), (ann, Delivered, 2, 2), (ann, Read, 1, 1)]);
}

#[test]
fn a_block_and_the_choice_together_tell_no_more_than_either() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "one");
    world.set_read_receipts(bob, false);
    world.write(Write::SetBlock { user: bob, other: ann, is_blocked: true }).unwrap();
    world.say(ann, place, "withheld");
    let before = world.view(ann, place);
    assert!(world.confirm(bob, place, Read, 2).receipts.is_empty());
    assert_eq!(world.view(ann, place), before);
    world.write(Write::SetBlock { user: bob, other: ann, is_blocked: false }).unwrap();
    world.set_read_receipts(bob, true);
    world.say(ann, place, "three");
    let read = world.confirm(bob, place, Read, 3);
    assert_eq!(read.ranges(), [(Delivered, 3, 3, false), (Read, 1, 1, false), (Read, 3, 3, false)]);
}

#[test]
fn counts_of_a_crowd_tell_no_more_than_single_receipts() {
    let mut world = World::new();
    let ann = world.person("ann");
    let members: Vec<UserId> = (0..60).map(|n| world.person(&format!("member{n}"))).collect();
    let name = GroupName::parse("Everybody").unwrap();
    let group = Write::CreateGroup { user: ann, client_id: None, name, members: members.clone() };
    let Ok(Stored::ConversationChanged { conversation: place, .. }) = world.write(group) else { panic!() };
    world.say(ann, place, "two");
    world.set_read_receipts(members[0], false);
    for reader in &members[..3] {
        world.confirm(*reader, place, Read, 2);
    }
    let counts = |delivered, read| vec![ReceiptCounts { seq: Seq::new(2), delivered, read, of: 60 }];
    assert_eq!(world.view(ann, place).counts, counts(3, 2));
    world.set_read_receipts(ann, false);
    assert_eq!(world.view(ann, place).counts, counts(3, 0));
    world.confirm(members[3], place, Delivered, 2);
    assert_eq!(world.confirm(members[3], place, Read, 2).crowd, [], "its coming would tell that somebody has read");
    assert_eq!(world.confirm(members[4], place, Read, 2).crowd, [(ann, Seq::new(2))], "also delivered");
    assert_eq!(world.view(ann, place).counts, counts(5, 0));
    let page = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap();
    assert_eq!(page.counts, counts(5, 0));
    assert_eq!(world.reader.receipt_counts(place, &[(ann, Seq::new(2))]).unwrap(), [(ann, counts(5, 0)[0])]);
}

#[derive(Debug, Clone)]
enum Act {
    Say(usize),
    Confirm(usize, ReceiptKind, i64),
    Choose(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let who = 0..3_usize;
    let kind = prop_oneof![1 => Just(Delivered), 2 => Just(Read)];
    let act = prop_oneof![
        3 => who.clone().prop_map(Act::Say),
        5 => (who.clone(), kind, 0..20_i64).prop_map(|(who, kind, seq)| Act::Confirm(who, kind, seq)),
        2 => who.prop_map(Act::Choose),
    ];
    proptest::collection::vec(act, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_loaded_later_is_what_was_told_live(acts in acts(), size in 1..6_usize) {
        let (mut world, people, place) = World::of_group();
        let mut are_on = [true; 3];
        let mut expected: [Vec<Range>; 3] = Default::default();
        let at = |user| people.iter().position(|&person| person == user).unwrap();
        for acts in acts.chunks(size) {
            let mut chosen = are_on;
            let writes: Vec<Write> = acts.iter().map(|act| match act {
                Act::Say(who) => Write::Append(world.text(people[*who], place, "text")),
                Act::Confirm(who, kind, up_to) =>
                    Write::Confirm { user: people[*who], conversation: place, kind: *kind, up_to: Seq::new(*up_to) },
                Act::Choose(who) => {
                    chosen[*who] = !chosen[*who];
                    Write::SetReadReceipts { user: people[*who], are_on: chosen[*who] }
                }
            }).collect();
            for stored in world.batch(&writes).into_iter().flatten() {
                match stored {
                    Stored::ReadReceiptsSet { user, are_on: now, .. } => are_on[at(user)] = now,
                    Stored::Confirmed { user, receipts, authors, only_delivered_to, .. } => {
                        prop_assert!(authors.iter().all(|&author| are_on[at(author)]));
                        prop_assert!(only_delivered_to.iter().all(|&author| !are_on[at(author)]));
                        for receipt in receipts {
                            prop_assert!(receipt.kind == Delivered || are_on[at(user)]);
                            for viewer in (0..3).filter(|&viewer| people[viewer] != user) {
                                if receipt.kind == Delivered || are_on[viewer] {
                                    let (from, up_to) = (receipt.from.get(), receipt.up_to.get());
                                    expected[viewer].push((user, receipt.kind, from, up_to));
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(are_on, chosen);
        }
        for (viewer, mut expected) in people.into_iter().zip(expected) {
            expected.sort_unstable();
            prop_assert_eq!(world.told(viewer, place), expected);
        }
    }
}

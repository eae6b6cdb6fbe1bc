use super::*;
use crate::domain::{Event, ReceiptCounts};
use crate::store::{Newcomers, ResumeFrom};
use ReceiptKind::{Delivered, Read};

/// A group of Ann and `others` more.
fn crowd(others: usize) -> (World, UserId, Vec<UserId>, ConversationId, Option<Box<Newcomers>>) {
    let mut world = World::new();
    let ann = world.person("ann");
    let people = people(&mut world, "member", others);
    let name = GroupName::parse("Everybody").unwrap();
    match world.write(Write::CreateGroup { user: ann, client_id: None, name, members: people.clone() }).unwrap() {
        Stored::ConversationChanged { conversation, opened, .. } => {
            assert!(opened.views.iter().any(|(viewer, _)| *viewer == ann));
            (world, ann, people, conversation, opened.newcomers)
        }
        other => panic!("{other:?}"),
    }
}

fn people(world: &mut World, name: &str, count: usize) -> Vec<UserId> {
    let signups: Vec<Write> = (0..count).map(|n| sign_up(&format!("{name}{n}"))).collect();
    let id = |stored| match stored {
        Ok(Stored::UserCreated { user, .. }) => user.id,
        other => panic!("{other:?}"),
    };
    world.batch(&signups).into_iter().map(id).collect()
}

fn counts(seq: i64, delivered: i64, read: i64, of: i64) -> ReceiptCounts {
    ReceiptCounts { seq: Seq::new(seq), delivered, read, of }
}

#[test]
fn fifty_members_are_told_one_by_one_and_one_more_is_a_crowd() {
    for (others, is_crowd) in [(49, false), (50, true)] {
        let (mut world, ann, people, place, newcomers) = crowd(others);
        assert_eq!(newcomers.is_some(), is_crowd);
        world.say(ann, place, "hello");
        let confirmed = world.confirm(people[3], place, Delivered, 2);
        let expected = if is_crowd { (vec![], vec![(ann, Seq::new(2))]) } else { (vec![ann], vec![]) };
        assert_eq!((confirmed.authors, confirmed.crowd), expected);
        let page = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap();
        assert_eq!((page.receipts.is_empty(), page.counts.is_empty()), (is_crowd, !is_crowd));
    }
}

#[test]
fn counts_are_the_viewers_own_messages_only_and_no_one_is_named() {
    let (mut world, ann, people, place, _) = crowd(60);
    world.say(ann, place, "two");
    world.say(people[0], place, "three");
    world.say(ann, place, "four");
    world.confirm(people[1], place, Delivered, 4);
    world.confirm(people[2], place, Read, 2);
    let page = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap();
    assert_eq!(page.counts, [counts(2, 2, 1, 60), counts(4, 1, 0, 60)]);
    assert_eq!(page.receipts, []);
    let own = world.reader.messages(people[2], place, Anchor::Newest, 50).unwrap().unwrap();
    assert_eq!((own.counts, own.receipts.len()), (vec![], 2));
    assert_eq!(world.view(ann, place).counts, [counts(4, 1, 0, 60)]);
    assert_eq!(world.view(ann, place).receipts, []);
    let ChangesSince::Changes(run) = world.changes(ann, place, 0, 50) else { panic!() };
    assert_eq!((run.counts, run.receipts), (page.counts, vec![]));
    let asked = [(ann, Seq::new(4)), (people[0], Seq::new(3)), (UserId::new(999), Seq::new(3))];
    let told = world.reader.receipt_counts(place, &asked).unwrap();
    assert_eq!(told, [(ann, counts(4, 1, 0, 60)), (people[0], counts(3, 1, 0, 60))]);
}

#[test]
fn only_the_newest_fifty_of_a_page_are_counted() {
    let (mut world, ann, _, place, _) = crowd(60);
    (0..70).for_each(|_| drop(world.say(ann, place, "text")));
    let page = world.reader.messages(ann, place, Anchor::Newest, 200).unwrap().unwrap();
    assert_eq!((page.counts.len(), page.counts[0].seq.get(), page.counts[49].seq.get()), (50, 22, 71));
}

#[test]
fn whoever_came_later_left_or_was_disabled_does_not_count() {
    let (mut world, ann, people, place, _) = crowd(60);
    world.say(ann, place, "two");
    let dan = world.person("dan");
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![dan] }).unwrap();
    world.write(Write::RemoveMember { user: people[0], conversation: place, member: people[0] }).unwrap();
    world.write(Write::SetDisabled { user: people[1], disabled: true }).unwrap();
    world.confirm(dan, place, Read, 4);
    world.confirm(people[2], place, Read, 4);
    world.say(ann, place, "five");
    let page = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap();
    assert_eq!(page.counts, [counts(2, 1, 1, 58), counts(5, 0, 0, 59)]);
}

#[test]
fn newcomers_share_one_view_and_whoever_was_in_understands_the_line() {
    let (mut world, ann, people, place, newcomers) = crowd(60);
    let Newcomers { view, people: told } = *newcomers.unwrap();
    assert_eq!(told, people.iter().map(|&user| (user, Seq::new(1))).collect::<Vec<_>>());
    let made = view.for_newcomer(people[5], Seq::new(1));
    let mut read = world.view(people[5], place);
    // Which of the others are listed is nobody's promise.
    read.members.clone_from(&made.members);
    assert_eq!(made, read);
    assert_eq!((made.members[0].user, made.members.len(), made.member_count), (people[5], 20, 61));

    world.write(Write::RemoveMember { user: ann, conversation: place, member: people[0] }).unwrap();
    let dan = world.person("dan");
    let add = Write::AddMembers { user: ann, conversation: place, members: vec![dan, people[0]] };
    let Ok(Stored::ConversationChanged { opened, lines, audience, .. }) = world.write(add) else { panic!() };
    let events: Vec<_> = lines.into_iter().filter_map(|line| line.event).collect();
    assert_eq!(events, [Event::Added { user: dan }, Event::Added { user: people[0] }]);
    assert_eq!(audience.len(), 62);
    let viewers: Vec<UserId> = opened.views.iter().map(|(viewer, _)| *viewer).collect();
    assert_eq!(world.seqs(people[0], place, Anchor::Newest, 10), [1, 2, 3, 4], "all lines of one go");
    assert_eq!(viewers, [people[0]], "they have an older range, which only they see");
    assert_eq!(opened.newcomers.unwrap().people, [(dan, Seq::new(3))]);
}

#[test]
fn the_last_owners_heir_hears_of_it() {
    let (mut world, ann, people, place, _) = crowd(60);
    let leave = Write::RemoveMember { user: ann, conversation: place, member: ann };
    let Ok(Stored::ConversationChanged { opened, .. }) = world.write(leave) else { panic!() };
    let viewers: Vec<UserId> = opened.views.iter().map(|(viewer, _)| *viewer).collect();
    assert_eq!(viewers, [people[0], ann]);
    assert_eq!(opened.views[0].1.members[0].role, crate::domain::Role::Owner);
    assert_eq!(opened.views[0].1.member_count, 60);
}

#[test]
fn a_group_has_ten_thousand_members_and_no_more() {
    let mut world = World::new();
    let ann = world.person("ann");
    let name = GroupName::parse("Everybody").unwrap();
    let members = people(&mut world, "member", 10_000);
    let too_many = Write::CreateGroup { user: ann, client_id: None, name: name.clone(), members: members.clone() };
    assert_eq!(world.write(too_many), Err(Refusal::TooMany));
    let most = Write::CreateGroup { user: ann, client_id: None, name, members: members[1..].to_vec() };
    let Ok(Stored::ConversationChanged { conversation, opened, .. }) = world.write(most) else { panic!() };
    assert_eq!((opened.views.len(), opened.newcomers.unwrap().people.len()), (1, 9_999));
    let add = Write::AddMembers { user: ann, conversation, members: vec![members[0]] };
    assert_eq!(world.write(add), Err(Refusal::TooMany));
    let from = ResumeFrom { user: members[7], people_rev: Rev::new(10_001), conversations: vec![] };
    let listed = world.reader.resume(&from).unwrap().unwrap().page.conversations.remove(0);
    assert_eq!((listed.member_count, listed.members.len()), (10_000, 20));
}

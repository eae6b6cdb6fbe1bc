use super::*;
use crate::domain::{Event, Role};

fn lines(stored: Result<Stored, Refusal>) -> (Vec<Option<Event>>, Vec<UserId>) {
    match stored.unwrap() {
        Stored::ConversationChanged { lines, audience, .. } => {
            (lines.into_iter().map(|line| line.event).collect(), audience.to_vec())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_joined_later_hears_nothing_of_an_edit_from_before_their_time() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let before = world.say(ann, place, "before");
    let dan = world.person("dan");
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![dan] }).unwrap();
    let since = world.say(ann, place, "since");
    let told = |answer: Result<Stored, Refusal>| match answer.unwrap() {
        Stored::Changed { audience, .. } => audience.to_vec(),
        other => panic!("{other:?}"),
    };
    assert_eq!(told(world.edit(ann, &before, "before, edited")), [ann, bob, cat]);
    assert_eq!(told(world.edit(ann, &since, "since, edited")), [ann, bob, cat, dan]);
    assert_eq!(told(world.delete(ann, &Message { version: before.version.next(), ..before })), [ann, bob, cat]);
}

#[test]
fn a_new_member_sees_from_the_joining_line_on() {
    let (mut world, [ann, ..], place) = World::of_group();
    world.say(ann, place, "before");
    let dan = world.person("dan");
    let add = Write::AddMembers { user: ann, conversation: place, members: vec![dan, ann] };
    assert_eq!(lines(world.write(add)).0, [Some(Event::Added { user: dan })]);
    world.say(ann, place, "welcome");
    assert_eq!(world.seqs(dan, place, Anchor::Newest, 10), [3, 4]);
    let view = world.view(dan, place);
    assert_eq!((view.first.get(), view.unread, view.member_count), (3, 1, 4));
}

#[test]
fn a_removed_member_hears_the_line_and_nothing_later() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let message = world.say(ann, place, "before");
    let remove = Write::RemoveMember { user: ann, conversation: place, member: bob };
    let (events, mut audience) = lines(world.write(remove));
    audience.sort();
    assert_eq!((events, audience), (vec![Some(Event::Removed { user: bob })], vec![ann, bob, cat]));
    let then = world.view(bob, place);
    world.say(cat, place, "after");
    world.edit(ann, &message, "changed after").unwrap();
    let name = GroupName::parse("Dinner").unwrap();
    world.write(Write::RenameGroup { user: ann, conversation: place, name }).unwrap();
    assert_eq!(world.seqs(bob, place, Anchor::Newest, 10), [1, 2, 3]);
    assert_eq!(world.view(bob, place), then);
    assert!(matches!(world.changes(bob, place, then.rev.get(), 10), ChangesSince::Changes(run)
        if run.messages.is_empty() && run.rev == then.rev));
    let from = crate::store::ResumeFrom { user: bob, people_rev: Rev::ZERO, conversations: vec![] };
    assert_eq!(world.reader.resume(&from).unwrap().unwrap().page.conversations, [then]);
}

#[test]
fn whoever_comes_back_sees_both_ranges_and_nothing_between() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    world.say(ann, place, "two");
    world.write(Write::RemoveMember { user: bob, conversation: place, member: bob }).unwrap();
    (0..3).for_each(|_| drop(world.say(ann, place, "without bob")));
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![bob] }).unwrap();
    world.say(bob, place, "again");
    assert_eq!(world.seqs(bob, place, Anchor::Newest, 10), [1, 2, 3, 7, 8]);
    assert_eq!(world.seqs(bob, place, Anchor::Before(Seq::new(8)), 2), [3, 7]);
    assert_eq!(world.seqs(bob, place, Anchor::After(Seq::new(2)), 2), [3, 7]);
    assert_eq!(world.view(bob, place).unread, 0);
}

#[test]
fn only_an_owner_changes_a_group_and_the_last_owner_leaves_it_to_the_longest_member() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let name = GroupName::parse("Dinner").unwrap();
    let rename = |user| Write::RenameGroup { user, conversation: place, name: name.clone() };
    assert_eq!(world.write(rename(bob)), Err(Refusal::Forbidden));
    assert_eq!(
        world.write(Write::RemoveMember { user: bob, conversation: place, member: cat }),
        Err(Refusal::Forbidden)
    );
    let eve = world.person("eve");
    assert_eq!(world.write(rename(eve)), Err(Refusal::NotFound));
    let (events, _) = lines(world.write(Write::RemoveMember { user: ann, conversation: place, member: ann }));
    assert_eq!(events, [Some(Event::Left)]);
    assert_eq!(lines(world.write(rename(bob))).0, [Some(Event::Renamed { name: "Dinner".into() })]);
    let view = world.view(cat, place);
    let owner = view.members.iter().find(|member| member.role == Role::Owner).unwrap();
    assert_eq!((owner.user, view.name.as_deref(), view.member_count), (bob, Some("Dinner"), 2));
}

#[test]
fn members_come_owners_first_and_whoever_left_sees_who_was_in_then() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let dan = world.person("dan");
    world.write(Write::RemoveMember { user: ann, conversation: place, member: ann }).unwrap();
    world.write(Write::AddMembers { user: bob, conversation: place, members: vec![dan] }).unwrap();
    let seen = |world: &mut World, viewer, after, query: &str, limit| {
        let page = world.reader.members(viewer, place, after, query, limit).unwrap().unwrap();
        (page.members.iter().map(|member| member.user).collect::<Vec<_>>(), page.has_more)
    };
    assert_eq!(seen(&mut world, dan, None, "", 9), (vec![bob, cat], false));
    assert_eq!(seen(&mut world, cat, None, "", 1), (vec![bob], true));
    assert_eq!(seen(&mut world, cat, Some((false, bob)), "", 1), (vec![dan], false));
    assert_eq!(seen(&mut world, cat, None, "da", 9), (vec![dan], false));
    assert_eq!(seen(&mut world, ann, None, "", 9), (vec![bob, cat], false));
    let eve = world.person("eve");
    assert_eq!(world.reader.members(eve, place, None, "", 9).unwrap(), None);
}

#[test]
fn a_direct_conversation_has_no_members_to_change() {
    let (mut world, ann, bob, place) = World::of_two();
    let add = Write::AddMembers { user: ann, conversation: place, members: vec![bob] };
    assert_eq!(world.write(add), Err(Refusal::Forbidden));
    let leave = Write::RemoveMember { user: ann, conversation: place, member: ann };
    assert_eq!(world.write(leave), Err(Refusal::Forbidden));
    assert_eq!(world.direct(bob, ann), place);
}

#[test]
fn system_lines_are_never_unread() {
    let (mut world, [_, bob, _], place) = World::of_group();
    let view = world.view(bob, place);
    assert_eq!((view.head.get(), view.unread), (1, 0));
    assert!(view.last_message.unwrap().event.is_some());
}

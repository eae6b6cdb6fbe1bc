use super::*;
use crate::store::{Held, ResumeFrom};
use ReceiptKind::{Delivered, Read};

fn remove(world: &mut World, owner: UserId, place: ConversationId, member: UserId) {
    world.write(Write::RemoveMember { user: owner, conversation: place, member }).unwrap();
}

/// Ann's group, which Bob has left: the text was edited once while he was in, and once after.
fn edited_after_leaving() -> (World, [UserId; 3], ConversationId) {
    let (mut world, people, place) = World::of_group();
    let [ann, bob, _] = people;
    let first = world.say(ann, place, "first words");
    let second = changed(world.edit(ann, &first, "second words"));
    remove(&mut world, ann, place, bob);
    world.edit(ann, &second, "third words").unwrap();
    (world, people, place)
}

/// The text at seq 2 as somebody reads it, with its version.
fn reads(world: &mut World, viewer: UserId, place: ConversationId, anchor: Anchor) -> (String, i64) {
    let page = world.reader.messages(viewer, place, anchor, 50).unwrap().unwrap();
    let message = page.messages.into_iter().find(|message| message.seq.get() == 2).unwrap();
    (message.body, message.version.get())
}

fn run_after(world: &mut World, viewer: UserId, place: ConversationId, after: i64) -> Vec<(i64, String)> {
    let ChangesSince::Changes(run) = world.changes(viewer, place, after, 50) else { panic!() };
    assert!(!run.has_more);
    run.messages.into_iter().map(|message| (message.seq.get(), message.body)).collect()
}

#[test]
fn whoever_left_reads_the_form_that_stood_then_on_every_page() {
    let (mut world, [ann, bob, cat], place) = edited_after_leaving();
    for anchor in [Anchor::Newest, Anchor::Before(Seq::new(3)), Anchor::After(Seq::new(1)), Anchor::Around(Seq::new(2))]
    {
        assert_eq!(reads(&mut world, bob, place, anchor), ("second words".into(), 2), "{anchor:?}");
        for member in [ann, cat] {
            assert_eq!(reads(&mut world, member, place, anchor), ("third words".into(), 3));
        }
    }
    let page = world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap();
    assert!(page.messages.iter().all(|message| message.rev <= page.rev), "{page:?}");
    assert!(page.messages[1].edited_at.is_some(), "it had been edited once by then");
}

#[test]
fn a_text_never_edited_before_they_left_is_shown_to_them_as_first_written() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let first = world.say(ann, place, "as written");
    remove(&mut world, ann, place, bob);
    let before = world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap();
    let mut newest = first;
    for text in ["changed", "and changed again"] {
        newest = changed(world.edit(ann, &newest, text));
    }
    assert_eq!(world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap(), before);
}

#[test]
fn resuming_brings_whoever_left_every_change_up_to_their_end_and_no_later_one() {
    let (mut world, [_, bob, _], place) = edited_after_leaving();
    let ended = world.view(bob, place).rev.get();
    assert_eq!(run_after(&mut world, bob, place, 0)[1], (2, "second words".into()));
    // A device that holds the first words: the edit that was still Bob's to hear of is not lost behind the later one.
    let after_first = run_after(&mut world, bob, place, 2);
    assert_eq!(after_first[0], (2, "second words".into()));
    assert_eq!(run_after(&mut world, bob, place, 3).iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3]);
    assert!(run_after(&mut world, bob, place, ended).is_empty());
    let held = vec![Held { conversation: place, rev: Rev::new(2) }];
    let from = ResumeFrom { user: bob, people_rev: Rev::ZERO, conversations: held };
    let resumed = world.reader.resume(&from).unwrap().unwrap();
    let ChangesSince::Changes(run) = &resumed.changes[0].1 else { panic!() };
    assert_eq!((run.messages[0].body.as_str(), run.rev.get()), ("second words", ended));
}

#[test]
fn runs_of_any_length_bring_whoever_left_the_same() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let texts: Vec<Message> = (0..6).map(|n| world.say(ann, place, &format!("text {n}"))).collect();
    let seen = world.view(bob, place).rev.get();
    let edited: Vec<Message> =
        texts.iter().map(|text| changed(world.edit(ann, text, &format!("{}, edited", text.body)))).collect();
    remove(&mut world, ann, place, bob);
    for text in edited.iter().step_by(2) {
        world.edit(ann, text, "later").unwrap();
    }
    for limit in [1, 2, 50] {
        let (mut after, mut told) = (seen, Vec::new());
        loop {
            let ChangesSince::Changes(run) = world.changes(bob, place, after, limit) else { panic!() };
            told.extend(run.messages.into_iter().map(|message| message.body));
            after = run.rev.get();
            if !run.has_more {
                break;
            }
        }
        let expected: Vec<String> = (0..6).map(|n| format!("text {n}, edited")).chain([String::new()]).collect();
        assert_eq!(told, expected, "in runs of {limit}");
    }
}

#[test]
fn what_was_deleted_after_they_left_is_a_tombstone_for_them_too() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let text = world.say(ann, place, "a word I regret");
    let edited = changed(world.edit(ann, &text, "another"));
    remove(&mut world, ann, place, bob);
    world.delete(ann, &edited).unwrap();
    let page = world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap();
    assert!(page.messages[1].deleted_at.is_some() && page.messages[1].body.is_empty());
    assert_eq!(world.view(bob, place).unread, 0);
}

#[test]
fn whoever_comes_back_reads_the_newest_form_again_until_they_leave_once_more() {
    let (mut world, [ann, bob, _], place) = edited_after_leaving();
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![bob] }).unwrap();
    assert_eq!(reads(&mut world, bob, place, Anchor::Newest), ("third words".into(), 3));
    remove(&mut world, bob, place, bob);
    let page = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap();
    world.edit(ann, &page.messages[1], "fourth words").unwrap();
    assert_eq!(reads(&mut world, bob, place, Anchor::Newest), ("third words".into(), 3));
    assert_eq!(reads(&mut world, ann, place, Anchor::Newest), ("fourth words".into(), 4));
}

#[test]
fn receipts_made_after_they_left_are_not_told_to_them() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    world.say(bob, place, "two");
    world.say(bob, place, "three");
    world.confirm(ann, place, Delivered, 2);
    world.confirm(cat, place, Read, 2);
    remove(&mut world, ann, place, bob);
    let told = |world: &mut World| {
        let page = world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap();
        let ChangesSince::Changes(run) = world.changes(bob, place, 0, 50) else { panic!() };
        (world.view(bob, place), page, run)
    };
    let then = told(&mut world);
    assert_eq!((then.0.receipts.len(), then.1.receipts.len(), then.2.receipts.len()), (3, 3, 3));
    world.confirm(ann, place, Read, 4);
    world.confirm(cat, place, Read, 4);
    assert_eq!(told(&mut world), then);
}

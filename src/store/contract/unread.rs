use proptest::prelude::*;

use super::*;
use crate::domain::MessageKind;

#[test]
fn writing_into_a_read_conversation_moves_the_cursor_and_into_an_unread_one_does_not() {
    let (mut world, ann, bob, place) = World::of_two();
    let mut cursor_after = |sender, text: &str| {
        let new = world.text(sender, place, text);
        match world.write(Write::Append(new)).unwrap() {
            Stored::Appended { cursor, .. } => cursor.map(|moved| (moved.cursor.get(), moved.unread)),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(cursor_after(bob, "one"), Some((1, 0)));
    assert_eq!(cursor_after(ann, "two"), None);
    assert_eq!(cursor_after(bob, "three"), None);
    assert_eq!(cursor_after(bob, "four"), None);
    assert_eq!(world.view(bob, place).unread, 1);
}

#[test]
fn once_the_only_unread_message_is_deleted_writing_moves_the_cursor_again() {
    let (mut world, ann, bob, place) = World::of_two();
    let unread = world.say(ann, place, "one");
    world.say(bob, place, "two");
    assert_eq!(world.view(bob, place).cursor.get(), 0);
    world.delete(ann, &unread).unwrap();
    world.say(bob, place, "three");
    let view = world.view(bob, place);
    assert_eq!((view.cursor.get(), view.unread), (3, 0));
}

#[test]
fn whoever_left_can_still_read_up_to_the_end_of_their_range_but_makes_no_receipts() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    (0..2).for_each(|_| drop(world.say(ann, place, "text")));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    assert_eq!(world.view(bob, place).unread, 2);
    world.say(ann, place, "after");
    let read = world.confirm(bob, place, ReceiptKind::Read, 4);
    assert!(read.receipts.is_empty() && read.authors.is_empty());
    assert_eq!(read.cursor.unwrap().unread, 0);
    assert_eq!(world.view(bob, place).unread, 0);
    let set = |cursor| Write::SetCursor { user: bob, conversation: place, cursor: Seq::new(cursor) };
    assert_eq!(world.write(set(5)), Err(Refusal::BeyondHead));
    let Ok(Stored::CursorSet { cursor, .. }) = world.write(set(2)) else { panic!() };
    assert_eq!(cursor.unread, 1);
}

#[test]
fn reading_again_after_marking_unread_moves_the_cursor_back_without_a_new_receipt() {
    let (mut world, ann, bob, place) = World::of_two();
    (0..3).for_each(|_| drop(world.say(ann, place, "text")));
    world.confirm(bob, place, ReceiptKind::Read, 3);
    let set = |cursor| Write::SetCursor { user: bob, conversation: place, cursor: Seq::new(cursor) };
    let Ok(Stored::CursorSet { cursor, .. }) = world.write(set(1)) else { panic!() };
    assert_eq!((cursor.cursor.get(), cursor.unread), (1, 2));
    assert_eq!(world.view(bob, place).read_up_to.get(), 3);
    let again = world.confirm(bob, place, ReceiptKind::Read, 3);
    assert!(again.receipts.is_empty() && again.authors.is_empty());
    assert_eq!(again.cursor.unwrap().unread, 0);
    assert_eq!(world.write(set(4)), Err(Refusal::BeyondHead));
}

#[derive(Debug, Clone)]
enum Act {
    Say(usize),
    Delete(usize, i64),
    Confirm(usize, ReceiptKind, i64),
    Mark(usize, i64),
    Return(usize),
    Leave(usize),
    Join(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let who = 0..3_usize;
    let kind = prop_oneof![Just(ReceiptKind::Delivered), Just(ReceiptKind::Read)];
    let act = prop_oneof![
        6 => who.clone().prop_map(Act::Say),
        1 => (who.clone(), 1..20_i64).prop_map(|(who, seq)| Act::Delete(who, seq)),
        4 => (who.clone(), kind, 0..20_i64).prop_map(|(who, kind, seq)| Act::Confirm(who, kind, seq)),
        1 => (who.clone(), 0..20_i64).prop_map(|(who, seq)| Act::Mark(who, seq)),
        1 => who.clone().prop_map(Act::Return),
        1 => who.clone().prop_map(Act::Leave),
        1 => who.prop_map(Act::Join),
    ];
    proptest::collection::vec(act, 1..40)
}

fn as_write(world: &mut World, people: [UserId; 3], conversation: ConversationId, act: Act) -> Write {
    match act {
        Act::Say(who) => Write::Append(world.text(people[who], conversation, "text")),
        Act::Delete(who, seq) => Write::Delete {
            user: people[who],
            client_id: world.fresh_id(),
            conversation,
            seq: Seq::new(seq),
            version: Version::FIRST,
        },
        Act::Confirm(who, kind, up_to) => {
            Write::Confirm { user: people[who], conversation, kind, up_to: Seq::new(up_to) }
        }
        Act::Mark(who, cursor) => Write::SetCursor { user: people[who], conversation, cursor: Seq::new(cursor) },
        Act::Return(who) => Write::RecordReturn { user: people[who], offline_since: world.now },
        Act::Leave(who) => Write::RemoveMember { user: people[0], conversation, member: people[who.max(1)] },
        Act::Join(who) => Write::AddMembers { user: people[0], conversation, members: vec![people[who]] },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_badge_equals_what_counting_the_history_gives_and_ranges_never_overlap(acts in acts(), size in 1..6_usize) {
        let (mut world, people, place) = World::of_group();
        for acts in acts.chunks(size) {
            let writes: Vec<Write> =
                acts.iter().cloned().map(|act| as_write(&mut world, people, place, act)).collect();
            let mut told = [None; 3];
            for stored in world.batch(&writes).into_iter().flatten() {
                let moved = match stored {
                    Stored::Appended { message, cursor, .. } => cursor.map(|cursor| (message.sender, cursor)),
                    Stored::CursorSet { user, cursor } => Some((user, cursor)),
                    Stored::Confirmed { user, cursor, .. } => cursor.map(|cursor| (user, cursor)),
                    _ => None,
                };
                if let Some((user, moved)) = moved && writes.len() == 1 {
                    told[people.iter().position(|&person| person == user).unwrap()] = Some(moved);
                }
            }
            for (viewer, told) in people.into_iter().zip(told) {
                let view = world.view(viewer, place);
                let page = world.reader.messages(viewer, place, Anchor::Newest, 200).unwrap().unwrap();
                let counts = |message: &&Message| message.seq > view.cursor && message.sender != viewer
                    && message.kind == MessageKind::Text && message.deleted_at.is_none();
                let unread = i64::try_from(page.messages.iter().filter(counts).count()).unwrap();
                prop_assert_eq!(view.unread, unread);
                if let Some(told) = told {
                    prop_assert_eq!((told.cursor, told.unread), (view.cursor, unread));
                }
                prop_assert!(view.read_up_to <= view.delivered_up_to && view.delivered_up_to <= view.head);
                for pair in page.receipts.windows(2) {
                    if (pair[0].user, pair[0].kind) == (pair[1].user, pair[1].kind) {
                        prop_assert!(pair[0].up_to < pair[1].from && pair[0].rev < pair[1].rev);
                    }
                }
            }
        }
    }
}

#[test]
fn an_unread_message_whose_edit_is_withheld_is_unread_no_longer_and_the_blocker_is_told() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    world.say(ann, place, "two");
    world.write(Write::SetBlock { user: bob, other: ann, is_blocked: true }).unwrap();
    let cursor_of = |answer| match answer {
        Ok(Stored::Changed { cursor, .. }) => cursor.map(|moved| (moved.cursor.get(), moved.unread)),
        other => panic!("{other:?}"),
    };
    let edited = world.edit(ann, &message, "one, again");
    assert_eq!(cursor_of(edited.clone()), Some((0, 1)));
    assert_eq!(world.view(bob, place).unread, 1);
    assert_eq!(cursor_of(world.delete(ann, &changed(edited))), None, "it was withheld before");
    assert_eq!(world.view(bob, place).unread, 1);
}

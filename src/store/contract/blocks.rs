use super::*;
use crate::store::{Held, ResumeFrom};
use ReceiptKind::{Delivered, Read};

impl World {
    fn set_block(&mut self, user: UserId, other: UserId, is_blocked: bool) -> Result<Stored, Refusal> {
        self.write(Write::SetBlock { user, other, is_blocked })
    }

    /// Each place of a page: what is told of it, and whether it is withheld.
    fn places(&mut self, viewer: UserId, place: ConversationId) -> Vec<(String, bool)> {
        let page = self.reader.messages(viewer, place, Anchor::Newest, 50).unwrap().unwrap();
        page.messages.into_iter().map(|message| (message.body, message.withheld)).collect()
    }

    /// What a member is shown of others' receipts, by the newest that each page and view has.
    fn shown(&mut self, viewer: UserId, place: ConversationId) -> Vec<(UserId, ReceiptKind, i64, i64)> {
        let page = self.reader.messages(viewer, place, Anchor::Newest, 50).unwrap().unwrap();
        let others = page.receipts.into_iter().filter(|receipt| receipt.user != viewer);
        others.map(|receipt| (receipt.user, receipt.kind, receipt.from.get(), receipt.up_to.get())).collect()
    }
}

/// Ann, Bob and their conversation; Bob has blocked Ann after her first message was read.
fn blocked() -> (World, UserId, UserId, ConversationId) {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "one");
    world.confirm(bob, place, Read, 1);
    assert!(matches!(world.set_block(bob, ann, true), Ok(Stored::BlockSet { is_blocked: true, .. })));
    (world, ann, bob, place)
}

fn withheld_from(stored: Result<Stored, Refusal>) -> Option<UserId> {
    match stored.unwrap() {
        Stored::Appended { withheld_from, .. } | Stored::Changed { withheld_from, .. } => withheld_from,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_block_is_set_once_and_taken_back_once() {
    let (mut world, ann, bob, _) = blocked();
    assert_eq!(world.set_block(bob, ann, true), Ok(Stored::Done));
    assert!(world.reader.blocks().unwrap().has(bob, ann));
    assert_eq!(world.reader.blocked_by(bob).unwrap().iter().map(|user| user.id).collect::<Vec<_>>(), [ann]);
    assert_eq!(world.reader.blocked_by(ann).unwrap(), []);
    assert!(matches!(world.set_block(bob, ann, false), Ok(Stored::BlockSet { is_blocked: false, .. })));
    assert_eq!(world.set_block(bob, ann, false), Ok(Stored::Done));
    assert_eq!(world.reader.blocks().unwrap(), crate::domain::Blocks::default());
}

#[test]
fn nobody_blocks_themselves_a_stranger_or_too_many() {
    let (mut world, ann, bob, _) = World::of_two();
    assert_eq!(world.set_block(ann, ann, true), Err(Refusal::NotFound));
    assert_eq!(world.set_block(ann, UserId::new(99), true), Err(Refusal::NotFound));
    let crowd: Vec<Write> = (0..200).map(|n| sign_up(&format!("person{n}"))).collect();
    let people: Vec<UserId> = world
        .batch(&crowd)
        .into_iter()
        .map(|stored| match stored {
            Ok(Stored::UserCreated { user, .. }) => user.id,
            other => panic!("{other:?}"),
        })
        .collect();
    let blocks: Vec<Write> =
        people.into_iter().map(|other| Write::SetBlock { user: ann, other, is_blocked: true }).collect();
    assert!(world.batch(&blocks).iter().all(Result::is_ok));
    assert_eq!(world.set_block(ann, bob, true), Err(Refusal::TooMany));
    let from = ResumeFrom { user: ann, people_rev: Rev::ZERO, conversations: vec![] };
    assert_eq!(world.reader.resume(&from).unwrap().unwrap().blocked.len(), 200);
}

#[test]
fn what_is_sent_while_blocked_is_an_empty_place_for_the_blocker_for_ever() {
    let (mut world, ann, bob, place) = blocked();
    let new = world.text(ann, place, "two");
    assert_eq!(withheld_from(world.write(Write::Append(new))), Some(bob));
    world.set_block(bob, ann, false).unwrap();
    let new = world.text(ann, place, "three");
    assert_eq!(withheld_from(world.write(Write::Append(new))), None);
    let whole = ["one", "two", "three"].map(|text| (text.to_owned(), false));
    assert_eq!(world.places(ann, place), whole);
    assert_eq!(world.places(bob, place), [("one".into(), false), (String::new(), true), ("three".into(), false)]);
    let ChangesSince::Changes(run) = world.changes(bob, place, 0, 50) else { panic!() };
    assert_eq!(run.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["one", "", "three"]);
}

#[test]
fn a_withheld_message_is_neither_unread_nor_previewed() {
    let (mut world, ann, bob, place) = blocked();
    world.say(ann, place, "two");
    let view = world.view(bob, place);
    let last = view.last_message.unwrap();
    assert_eq!((view.unread, last.withheld, last.body.as_str()), (0, false, "one"));
    assert_eq!(world.view(ann, place).last_message.unwrap().body, "two");
    let from = ResumeFrom { user: bob, people_rev: Rev::ZERO, conversations: vec![] };
    assert_eq!(world.reader.resume(&from).unwrap().unwrap().unread_total, 0);
}

/// Each row of a list: where, and what it previews.
fn rows(world: &mut World, viewer: UserId) -> Vec<(ConversationId, String)> {
    let listed = world.reader.conversations(viewer, None, 10).unwrap().conversations;
    let preview = |view: &Conversation| view.last_message.as_ref().map_or(String::new(), |last| last.body.clone());
    listed.iter().map(|view| (view.id, preview(view))).collect()
}

#[test]
fn a_blockers_list_neither_moves_nor_shows_what_is_withheld_while_others_do() {
    let (mut world, ann, bob, place) = blocked();
    let cat = world.person("cat");
    let (with_cat, ann_and_cat) = (world.direct(bob, cat), world.direct(ann, cat));
    world.say(cat, with_cat, "from cat");
    world.say(cat, ann_and_cat, "to ann");
    let before = world.view(bob, place);
    let list = rows(&mut world, bob);
    assert_eq!(list, [(with_cat, "from cat".into()), (place, "one".into())]);
    for text in ["two", "three"] {
        world.say(ann, place, text);
    }
    for _ in 0..2 {
        assert_eq!(rows(&mut world, bob), list);
        assert_eq!(rows(&mut world, ann), [(place, "three".into()), (ann_and_cat, "to ann".into())]);
        let view = world.view(bob, place);
        assert_eq!((view.last_at, view.last_message), (before.last_at, before.last_message.clone()));
        world.restart();
    }
    let first = (world.view(bob, with_cat).last_at, with_cat);
    let page = world.reader.conversations(bob, Some(first), 10).unwrap();
    assert_eq!(page.conversations.iter().map(|view| view.id).collect::<Vec<_>>(), [place], "no page misses it");
}

#[test]
fn what_the_blocker_writes_and_what_comes_after_unblocking_move_the_list_again() {
    let (mut world, ann, bob, place) = blocked();
    world.say(ann, place, "two");
    let own = world.say(bob, place, "from the blocker");
    assert_eq!(world.view(bob, place).last_at, own.at);
    world.say(ann, place, "four");
    world.set_block(bob, ann, false).unwrap();
    let view = world.view(bob, place);
    assert_eq!((view.last_at, view.last_message.unwrap().seq), (own.at, own.seq), "withheld for ever");
    let five = world.say(ann, place, "five");
    let view = world.view(bob, place);
    assert_eq!((view.last_at, view.last_message.unwrap().seq), (five.at, five.seq));
}

#[test]
fn of_two_who_block_each_other_each_lists_only_their_own() {
    let (mut world, ann, bob, place) = blocked();
    world.set_block(ann, bob, true).unwrap();
    let (anns, bobs) = (world.say(ann, place, "two"), world.say(bob, place, "three"));
    for (viewer, own) in [(ann, anns), (bob, bobs)] {
        let view = world.view(viewer, place);
        assert_eq!((view.last_at, view.last_message.unwrap().seq), (own.at, own.seq));
    }
}

#[test]
fn a_preview_that_an_edit_withholds_gives_way_to_what_stands_before_it() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(bob, place, "from bob");
    let message = world.say(ann, place, "shown");
    world.set_block(bob, ann, true).unwrap();
    let edited = changed(world.edit(ann, &message, "another word"));
    let view = world.view(bob, place);
    assert_eq!((view.last_message.unwrap().body.as_str(), view.last_at), ("from bob", message.at), "and nothing moves");
    world.delete(ann, &edited).unwrap();
    assert_eq!(world.view(bob, place).last_message.unwrap().body, "from bob");
}

#[test]
fn whatever_the_blocker_confirms_is_as_if_they_were_away() {
    let (mut world, ann, bob, place) = blocked();
    world.say(ann, place, "two");
    let (view, page) = (world.view(ann, place), world.shown(ann, place));
    for kind in [Delivered, Read] {
        let confirmed = world.confirm(bob, place, kind, 2);
        assert!(confirmed.receipts.is_empty() && confirmed.authors.is_empty() && confirmed.late.is_empty());
    }
    assert_eq!((world.view(ann, place), world.shown(ann, place)), (view, page), "not even a revision");
    let own = world.view(bob, place);
    assert_eq!((own.delivered_up_to.get(), own.read_up_to.get()), (2, 2));
}

#[test]
fn no_state_passes_a_withheld_message_after_unblocking_either() {
    let (mut world, ann, bob, place) = blocked();
    world.say(ann, place, "two");
    world.set_block(bob, ann, false).unwrap();
    world.say(ann, place, "three");
    let confirmed = world.confirm(bob, place, Read, 3);
    assert_eq!(confirmed.ranges(), [(Delivered, 3, 3, false), (Read, 3, 3, false)]);
    assert_eq!(confirmed.authors, [ann]);
    let shown = [(bob, Delivered, 1, 1), (bob, Delivered, 3, 3), (bob, Read, 1, 1), (bob, Read, 3, 3)];
    assert_eq!(world.shown(ann, place), shown);
    let from = ResumeFrom {
        user: ann,
        people_rev: Rev::ZERO,
        conversations: vec![Held { conversation: place, rev: Rev::ZERO }],
    };
    let resumed = world.reader.resume(&from).unwrap().unwrap();
    let ChangesSince::Changes(run) = &resumed.changes[0].1 else { panic!() };
    assert!(run.receipts.iter().all(|receipt| !(receipt.from.get()..=receipt.up_to.get()).contains(&2)));
}

#[test]
fn a_return_makes_nothing_late_of_what_was_withheld() {
    let (mut world, ann, bob, place) = blocked();
    world.say(ann, place, "two");
    world.came_back(bob);
    world.set_block(bob, ann, false).unwrap();
    world.say(ann, place, "three");
    world.came_back(bob);
    let confirmed = world.confirm(bob, place, Delivered, 3);
    assert_eq!(confirmed.ranges(), [(Delivered, 3, 3, true)]);
    assert_eq!(confirmed.late.iter().map(|(sender, late)| (*sender, late.count)).collect::<Vec<_>>(), [(ann, 1)]);
}

#[test]
fn the_blocked_confirm_as_ever_and_only_the_blocker_is_not_told() {
    let (mut world, ann, bob, place) = blocked();
    world.say(bob, place, "from the blocker");
    let confirmed = world.confirm(ann, place, Read, 2);
    assert_eq!(confirmed.ranges(), [(Delivered, 2, 2, false), (Read, 2, 2, false)]);
    assert_eq!(confirmed.authors, []);
    assert_eq!(world.shown(bob, place), []);
    let own = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap().receipts;
    assert_eq!(own.iter().filter(|receipt| receipt.user == ann).count(), 2);
}

#[test]
fn an_edit_while_blocked_brings_no_new_text_and_a_deletion_stays_one() {
    let (mut world, ann, bob, place) = blocked();
    let message = world.reader.messages(ann, place, Anchor::Newest, 1).unwrap().unwrap().messages.remove(0);
    let edited = world.edit(ann, &message, "another word");
    assert_eq!(withheld_from(edited.clone()), Some(bob));
    let edited = changed(edited);
    assert_eq!((edited.withheld, edited.body.as_str()), (false, "another word"));
    assert_eq!(world.places(bob, place), [(String::new(), true)]);
    assert_eq!(withheld_from(world.delete(ann, &edited)), Some(bob));
    let page = world.reader.messages(bob, place, Anchor::Newest, 1).unwrap().unwrap();
    assert!(page.messages[0].withheld && page.messages[0].deleted_at.is_some());
}

#[test]
fn a_repeat_gets_its_first_result_whoever_has_blocked_whom_since() {
    let (mut world, ann, bob, place) = World::of_two();
    let new = world.text(ann, place, "once");
    let first = appended(world.write(Write::Append(new.clone())));
    world.set_block(bob, ann, true).unwrap();
    let again = world.write(Write::Append(new));
    assert_eq!(withheld_from(again.clone()), None);
    assert_eq!(appended(again), first);
    assert_eq!(world.places(bob, place), [("once".into(), false)]);
    let new = world.text(ann, place, "while blocked");
    let first = appended(world.write(Write::Append(new.clone())));
    assert_eq!(appended(world.write(Write::Append(new))), first);
    assert!(!first.withheld);
}

#[test]
fn a_first_message_opens_the_conversation_and_is_withheld_all_the_same() {
    let mut world = World::new();
    let (ann, bob) = (world.person("ann"), world.person("bob"));
    world.set_block(bob, ann, true).unwrap();
    let new = new_message(world.fresh_id(), ann, Target::User(bob), "hello?");
    let stored = world.write(Write::Append(new));
    assert_eq!(withheld_from(stored.clone()), Some(bob));
    let first = appended(stored);
    let place = first.conversation;
    assert_eq!(world.places(bob, place), [(String::new(), true)]);
    world.say(ann, place, "hello??");
    let view = world.view(bob, place);
    assert_eq!((view.last_message, view.last_at, view.unread), (None, first.at, 0), "as if nothing had been said");
}

#[test]
fn in_a_group_text_stays_and_receipts_between_the_two_do_not_pass() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    world.say(ann, place, "before");
    world.confirm(bob, place, Delivered, 2);
    world.set_block(bob, ann, true).unwrap();
    world.say(ann, place, "from ann");
    world.say(cat, place, "from cat");
    world.came_back(bob);
    assert_eq!(world.places(bob, place)[2..], [("from ann".into(), false), ("from cat".into(), false)]);
    assert_eq!(world.view(bob, place).unread, 3);
    let confirmed = world.confirm(bob, place, Read, 4);
    assert_eq!((confirmed.ranges().len(), &confirmed.authors), (2, &vec![cat]));
    assert!(confirmed.late.iter().all(|(sender, _)| *sender == cat), "{:?}", confirmed.late);
    assert_eq!(world.shown(ann, place), [(bob, Delivered, 1, 2)], "what was told before stays told");
    assert_eq!(world.view(ann, place).receipts.iter().map(|receipt| receipt.up_to.get()).collect::<Vec<_>>(), [2]);
    assert_eq!(world.shown(cat, place).len(), 3);
    let ChangesSince::Changes(run) = world.changes(ann, place, 0, 50) else { panic!() };
    assert_eq!(run.receipts.len(), 1);
}

#[test]
fn blocks_hold_within_one_batch_and_across_a_new_start() {
    let (mut world, ann, bob, place) = World::of_two();
    let (one, two) = (world.text(ann, place, "one"), world.text(ann, place, "two"));
    let block = Write::SetBlock { user: bob, other: ann, is_blocked: true };
    let answers = world.batch(&[Write::Append(one), block, Write::Append(two)]);
    assert_eq!(answers.into_iter().map(Result::unwrap).filter(withheld).count(), 1);
    world.restart();
    let three = world.text(ann, place, "three");
    assert_eq!(withheld_from(world.write(Write::Append(three))), Some(bob));
}

fn withheld(stored: &Stored) -> bool {
    matches!(stored, Stored::Appended { withheld_from: Some(_), .. })
}

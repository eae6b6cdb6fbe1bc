use super::*;
use crate::domain::{Emoji, REACTION_EMOJI_MAX, REACTIONS_EACH_MAX};
use crate::store::{Held, ResumeFrom};

/// Emoji, count and the first people.
type Shown = Vec<(String, usize, Vec<UserId>, bool)>;

impl World {
    fn react(&mut self, user: UserId, message: &Message, emoji: &str, is_on: bool) -> Result<Stored, Refusal> {
        let write = self.reaction(user, message, emoji, is_on);
        self.write(write)
    }

    fn reaction(&mut self, user: UserId, message: &Message, emoji: &str, is_on: bool) -> Write {
        let (client_id, emoji) = (self.fresh_id(), Emoji::parse(emoji).unwrap());
        Write::React { user, client_id, conversation: message.conversation, seq: message.seq, emoji, is_on }
    }

    fn on_page(&mut self, viewer: UserId, message: &Message) -> Message {
        let page = self.reader.messages(viewer, message.conversation, Anchor::Newest, 50).unwrap().unwrap();
        page.messages.into_iter().find(|found| found.seq == message.seq).unwrap()
    }

    fn set_on(&mut self, viewer: UserId, message: &Message) -> Shown {
        shown(&self.on_page(viewer, message))
    }
}

fn shown(message: &Message) -> Shown {
    let part = |one: &crate::domain::Reaction| (one.emoji.as_str().into(), one.count, one.users.clone(), one.mine);
    message.reactions.iter().map(part).collect()
}

fn one(emoji: &str, users: &[UserId], is_mine: bool) -> Shown {
    vec![(emoji.into(), users.len(), users.to_vec(), is_mine)]
}

fn told(stored: Result<Stored, Refusal>) -> (Message, Vec<UserId>) {
    match stored.unwrap() {
        Stored::ReactionSet { message, audience, is_repeat: false, .. } => (message, audience.to_vec()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reaction_makes_a_revision_and_leaves_the_messages_form_list_and_counts_alone() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    let (view, unread) = (world.view(bob, place), world.view(ann, place).unread);
    let (changed, audience) = told(world.react(bob, &message, "👍", true));
    assert_eq!((changed.rev, changed.version, changed.edited_at), (message.rev.next(), Version::FIRST, None));
    assert_eq!((shown(&changed), audience), (one("👍", &[bob], false), vec![ann, bob]));
    assert_eq!(world.set_on(bob, &message), one("👍", &[bob], true));
    assert_eq!(world.set_on(ann, &message), one("👍", &[bob], false));
    assert_eq!(world.on_page(ann, &message).rev, changed.rev);
    let after = world.view(bob, place);
    assert_eq!((after.last_at, after.unread, after.cursor, after.head), (view.last_at, 1, view.cursor, view.head));
    assert_eq!(world.view(ann, place).unread, unread);
    assert!(after.last_message.unwrap().reactions.is_empty(), "list rows have none");
}

#[test]
fn what_is_so_already_changes_nothing() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    assert_eq!(world.react(bob, &message, "👍", false), Ok(Stored::Done));
    told(world.react(bob, &message, "👍", true));
    let before = world.view(bob, place).rev;
    assert_eq!(world.react(bob, &message, "👍\u{fe0f}", true), Ok(Stored::Done), "another spelling of the same");
    assert_eq!(world.view(bob, place).rev, before);
    told(world.react(bob, &message, "👍", false));
    assert_eq!(world.set_on(bob, &message), []);
}

#[test]
fn a_repeat_gets_its_first_result_and_other_content_is_refused() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    let write = world.reaction(bob, &message, "👍", true);
    let (first, _) = told(world.write(write.clone()));
    told(world.react(bob, &message, "👍", false));
    let Ok(Stored::ReactionSet { message: again, audience, is_repeat: true, .. }) = world.write(write.clone()) else {
        panic!()
    };
    assert_eq!((again.rev, audience.len()), (first.rev, 0));
    assert_eq!(world.set_on(bob, &message), [], "a repeat sets nothing again");
    let Write::React { user, client_id, conversation, seq, emoji, .. } = write else { panic!() };
    let other = Write::React { user, client_id, conversation, seq, emoji, is_on: false };
    assert_eq!(world.write(other), Err(Refusal::ClientIdReused));
    let mut new = world.text(bob, place, "under the same id");
    new.client_id = client_id;
    assert_eq!(world.write(Write::Append(new)), Err(Refusal::ClientIdReused));
    let nothing = world.reaction(bob, &message, "🎉", false);
    assert_eq!(world.write(nothing.clone()), Ok(Stored::Done));
    told(world.react(bob, &message, "🎉", true));
    assert_eq!(world.write(nothing), Ok(Stored::Done), "what changed nothing then changes nothing now");
}

#[test]
fn a_repeat_comes_before_access() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let message = world.say(ann, place, "one");
    let write = world.reaction(bob, &message, "👍", true);
    told(world.write(write.clone()));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    assert!(matches!(world.write(write), Ok(Stored::ReactionSet { is_repeat: true, .. })));
    assert_eq!(world.react(bob, &message, "🎉", true), Err(Refusal::Forbidden));
}

#[test]
fn events_deleted_messages_and_places_out_of_sight_take_none() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let line = world.reader.messages(ann, place, Anchor::Newest, 1).unwrap().unwrap().messages.remove(0);
    assert_eq!(world.react(bob, &line, "👍", true), Err(Refusal::Forbidden));
    let message = world.say(ann, place, "one");
    let stranger = world.person("dan");
    assert_eq!(world.react(stranger, &message, "👍", true), Err(Refusal::NotFound));
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![stranger] }).unwrap();
    assert_eq!(world.react(stranger, &message, "👍", true), Err(Refusal::NotFound), "from before they came");
    let (_, audience) = told(world.react(bob, &message, "👍", true));
    assert!(!audience.contains(&stranger));
    let beyond = Message { seq: Seq::new(99), ..message.clone() };
    assert_eq!(world.react(bob, &beyond, "👍", true), Err(Refusal::NotFound));
    world.delete(ann, &message).unwrap();
    assert_eq!(world.react(bob, &message, "🎉", true), Err(Refusal::Deleted));
    assert_eq!(world.set_on(bob, &message), [], "they went with the text");
}

#[test]
fn one_person_sets_few_on_a_message_and_all_together_not_too_many() {
    let (mut world, people, place) = World::of_group();
    let message = world.say(people[0], place, "one");
    let emoji = |n: usize| char::from_u32(0x1f600 + u32::try_from(n).unwrap()).unwrap().to_string();
    for n in 0..REACTIONS_EACH_MAX {
        told(world.react(people[0], &message, &emoji(n), true));
    }
    assert_eq!(world.react(people[0], &message, "🎉", true), Err(Refusal::TooMany));
    told(world.react(people[0], &message, &emoji(0), false));
    told(world.react(people[0], &message, "🎉", true));
    let crowd: Vec<UserId> = (0..4).map(|n| world.person(&format!("guest{n}"))).collect();
    world.write(Write::AddMembers { user: people[0], conversation: place, members: crowd.clone() }).unwrap();
    let later = world.say(people[0], place, "two");
    for n in 0..REACTION_EMOJI_MAX {
        told(world.react(crowd[n / REACTIONS_EACH_MAX], &later, &emoji(n), true));
    }
    assert_eq!(world.react(people[1], &later, "🎉", true), Err(Refusal::TooMany));
    told(world.react(people[1], &later, &emoji(0), true));
}

#[test]
fn resuming_brings_the_message_anew_once_however_often_it_was_reacted_to() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    world.say(ann, place, "two");
    let seen = world.view(bob, place).rev;
    for (emoji, is_on) in [("👍", true), ("🎉", true), ("👍", false)] {
        told(world.react(bob, &message, emoji, is_on));
    }
    let held = vec![Held { conversation: place, rev: seen }];
    let resumed = world.reader.resume(&ResumeFrom { user: ann, people_rev: Rev::ZERO, conversations: held }).unwrap();
    let ChangesSince::Changes(run) = &resumed.unwrap().changes[0].1 else { panic!() };
    assert_eq!(run.messages.iter().map(shown).collect::<Vec<_>>(), [one("🎉", &[bob], false)]);
    assert_eq!((run.messages[0].rev, run.rev), (seen.next().next().next(), world.view(ann, place).rev));
    let edited = changed(world.edit(ann, &message, "one, edited"));
    assert_eq!(shown(&edited), one("🎉", &[bob], false), "an edit keeps them");
    let ChangesSince::Changes(run) = world.changes(ann, place, seen.get(), 50) else { panic!() };
    assert_eq!(run.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["one, edited"]);
    told(world.react(bob, &message, "🎉", false));
    let ChangesSince::Changes(run) = world.changes(ann, place, edited.rev.get(), 50) else { panic!() };
    assert_eq!(run.messages.iter().map(shown).collect::<Vec<_>>(), [vec![]], "what was taken back is told, too");
}

#[test]
fn an_edit_that_came_too_late_is_answered_with_the_reactions_of_the_newer_form() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    world.edit(ann, &message, "two").unwrap();
    let (reacted, _) = told(world.react(bob, &message, "👍", true));
    let Err(Refusal::VersionConflict(current)) = world.edit(ann, &message, "three") else { panic!() };
    assert_eq!((shown(&current), current.rev), (one("👍", &[bob], false), reacted.rev));
}

#[test]
fn whoever_left_sees_what_was_set_until_then_and_no_later_one() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let message = world.say(ann, place, "one");
    told(world.react(cat, &message, "👍", true));
    told(world.react(cat, &message, "🎉", true));
    told(world.react(cat, &message, "🎉", false));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    let before = world.on_page(bob, &message);
    told(world.react(ann, &message, "👍", true));
    told(world.react(ann, &message, "❤️", true));
    let after = world.on_page(bob, &message);
    assert_eq!((shown(&after), shown(&before)), (one("👍", &[cat], false), one("👍", &[cat], false)));
    assert!(after.rev <= world.view(bob, place).rev);
    // A device that saw the party popper, but not that it was taken back, hears of it whatever came later.
    let ChangesSince::Changes(run) = world.changes(bob, place, before.rev.get() - 1, 50) else { panic!() };
    assert_eq!(shown(run.messages.iter().find(|told| told.seq == message.seq).unwrap()), one("👍", &[cat], false));
    let ended = world.view(bob, place).rev.get();
    let ChangesSince::Changes(run) = world.changes(bob, place, ended, 50) else { panic!() };
    assert!(run.messages.is_empty());
}

#[test]
fn an_edit_after_leaving_shows_the_earlier_form_with_its_reactions() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let message = world.say(ann, place, "one");
    told(world.react(cat, &message, "👍", true));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    world.edit(ann, &message, "two").unwrap();
    let seen = world.on_page(bob, &message);
    assert_eq!((seen.body.as_str(), shown(&seen)), ("one", one("👍", &[cat], false)));
}

#[test]
fn a_reaction_of_somebody_blocked_is_seen_by_them_alone_for_ever() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    told(world.react(bob, &message, "🎉", true));
    world.write(Write::SetBlock { user: ann, other: bob, is_blocked: true }).unwrap();
    let (changed, audience) = told(world.react(bob, &message, "👍", true));
    assert_eq!((shown(&changed), audience), (one("🎉", &[bob], false), vec![bob]));
    let apart: Vec<_> = changed.reactions.apart().collect();
    assert_eq!((apart.len(), apart[0].0, apart[0].1.len()), (1, bob, 2));
    world.write(Write::SetBlock { user: ann, other: bob, is_blocked: false }).unwrap();
    assert_eq!(world.set_on(ann, &message), one("🎉", &[bob], false));
    assert_eq!(world.set_on(bob, &message).len(), 2);
    // What the blocker sets reaches the blocked, like what they write.
    let (_, audience) = told(world.react(ann, &message, "❤️", true));
    assert_eq!(audience, [ann, bob]);
    assert_eq!((world.set_on(ann, &message).len(), world.set_on(bob, &message).len()), (2, 3));
    // Taken back, it is told to whoever saw it set.
    assert_eq!(told(world.react(bob, &message, "👍", false)).1, [bob]);
    assert_eq!(told(world.react(bob, &message, "🎉", false)).1, [ann, bob]);
}

#[test]
fn a_withheld_message_takes_reactions_of_its_sender_only() {
    let (mut world, ann, bob, place) = World::of_two();
    world.write(Write::SetBlock { user: ann, other: bob, is_blocked: true }).unwrap();
    let message = world.say(bob, place, "kept from Ann");
    assert_eq!(world.react(ann, &message, "👍", true), Err(Refusal::Forbidden));
    world.write(Write::SetBlock { user: ann, other: bob, is_blocked: false }).unwrap();
    assert_eq!(told(world.react(bob, &message, "👍", true)).1, [bob]);
    assert_eq!((world.set_on(ann, &message), world.set_on(bob, &message)), (vec![], one("👍", &[bob], true)));
}

#[test]
fn in_a_group_reactions_of_somebody_blocked_are_seen_like_text() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let message = world.say(ann, place, "one");
    world.write(Write::SetBlock { user: ann, other: bob, is_blocked: true }).unwrap();
    assert_eq!(told(world.react(bob, &message, "👍", true)).1, [ann, bob, cat]);
    assert_eq!(world.set_on(ann, &message), one("👍", &[bob], false));
}

#[test]
fn reactions_stand_across_a_new_start_and_within_one_batch() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "one");
    let writes = [("👍", true), ("👍", true), ("👍", false), ("🎉", true)]
        .map(|(emoji, is_on)| world.reaction(bob, &message, emoji, is_on));
    let answers: Vec<bool> = world.batch(&writes).into_iter().map(|answer| answer == Ok(Stored::Done)).collect();
    assert_eq!(answers, [false, true, false, false]);
    world.restart();
    assert_eq!(world.set_on(ann, &message), one("🎉", &[bob], false));
    told(world.react(ann, &message, "🎉", true));
    for anchor in [Anchor::Around(Seq::new(1)), Anchor::Before(Seq::new(2)), Anchor::After(Seq::ZERO)] {
        let page = world.reader.messages(bob, place, anchor, 50).unwrap().unwrap();
        assert_eq!(shown(&page.messages[0]), [("🎉".into(), 2, vec![bob, ann], true)], "{anchor:?}");
    }
}

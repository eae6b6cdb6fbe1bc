use proptest::prelude::*;

use super::*;
use crate::domain::Mentions;

fn of(users: &[UserId]) -> Mentions {
    Mentions { users: users.to_vec(), all: false }
}

fn everybody() -> Mentions {
    Mentions { users: Vec::new(), all: true }
}

fn counts(world: &mut World, people: &[UserId], place: ConversationId) -> Vec<i64> {
    people.iter().map(|&person| world.view(person, place).mentioned).collect()
}

#[test]
fn a_group_message_mentions_the_members_it_names_but_not_its_author() {
    let (mut world, people, place) = World::of_group();
    let [ann, bob, cat] = people;
    let dan = world.person("dan");
    let message = world.say(ann, place, "@Bob, @CAT, @dan, @ann, @nobody and `@bob`");
    assert_eq!(message.mentions, of(&[bob, cat]));
    assert_eq!(counts(&mut world, &people, place), [0, 1, 1]);
    let page = world.reader.messages(cat, place, Anchor::Newest, 50).unwrap().unwrap();
    assert_eq!(page.messages[1], message);
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![dan] }).unwrap();
    assert_eq!(world.view(dan, place).mentioned, 0, "nobody is mentioned by what was said before they came");
    let later = world.say(ann, place, "@dan");
    assert_eq!((later.mentions, world.view(dan, place).mentioned), (of(&[dan]), 1));
}

#[test]
fn between_two_people_nobody_is_mentioned() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "@bob @all");
    assert_eq!((message.mentions, world.view(bob, place).mentioned), (Mentions::default(), 0));
}

#[test]
fn everybody_is_one_row_and_counts_once_for_each_but_the_author() {
    let (mut world, people, place) = World::of_group();
    let [ann, bob, _] = people;
    let message = world.say(ann, place, "@all and @bob");
    assert_eq!(message.mentions, Mentions { users: vec![bob], all: true });
    assert_eq!(counts(&mut world, &people, place), [0, 1, 1]);
}

#[test]
fn an_edit_finds_anew_who_is_mentioned_and_tells_who_was() {
    let (mut world, people, place) = World::of_group();
    let [ann, bob, cat] = people;
    let first = world.say(ann, place, "@bob");
    let Ok(Stored::Changed { message, before, .. }) = world.edit(ann, &first, "@cat") else { panic!() };
    assert_eq!((before, &message.mentions), (of(&[bob]), &of(&[cat])));
    assert_eq!(counts(&mut world, &people, place), [0, 0, 1]);
    let second = changed(world.edit(ann, &message, "@cat, I mean"));
    assert_eq!(counts(&mut world, &people, place), [0, 0, 1]);
    let third = changed(world.edit(ann, &second, "@all"));
    assert_eq!((&third.mentions, counts(&mut world, &people, place)), (&everybody(), vec![0, 1, 1]));
    let Ok(Stored::Changed { message, before, .. }) = world.delete(ann, &third) else { panic!() };
    assert_eq!((before, message.mentions), (everybody(), Mentions::default()));
    assert_eq!(counts(&mut world, &people, place), [0, 0, 0]);
}

#[test]
fn whoever_left_goes_on_counting_what_stood_there_then() {
    let (mut world, people, place) = World::of_group();
    let [ann, bob, _] = people;
    let one = world.say(ann, place, "@bob");
    let two = world.say(ann, place, "@all");
    let three = world.say(ann, place, "nobody");
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    for (message, text) in [(&one, "@cat"), (&two, "none"), (&three, "@bob @all")] {
        world.edit(ann, message, text).unwrap();
    }
    assert_eq!(counts(&mut world, &people, place), [0, 2, 2]);
    let page = world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap();
    let seen: Vec<Mentions> = page.messages[1..4].iter().map(|message| message.mentions.clone()).collect();
    assert_eq!(seen, [of(&[bob]), everybody(), Mentions::default()]);
    let page = world.reader.messages(ann, place, Anchor::Newest, 50).unwrap().unwrap();
    world.delete(ann, &page.messages[1]).unwrap();
    assert_eq!(world.view(bob, place).mentioned, 1);
    let set = Write::SetCursor { user: bob, conversation: place, cursor: Seq::new(3) };
    let Ok(Stored::CursorSet { cursor, .. }) = world.write(set) else { panic!() };
    assert_eq!((cursor.unread, cursor.mentioned), (1, 0));
}

#[derive(Debug, Clone)]
enum Act {
    Say(usize, &'static str),
    Edit(usize, i64, &'static str),
    Delete(usize, i64),
    Read(usize, i64),
    Mark(usize, i64),
    Leave(usize),
    Join(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (who, seq) = (0..3_usize, 1..16_i64);
    let text = proptest::sample::select(vec!["none", "@ann", "@bob", "@cat @bob", "@all", "@all @ann"]);
    let act = prop_oneof![
        6 => (who.clone(), text.clone()).prop_map(|(who, text)| Act::Say(who, text)),
        4 => (who.clone(), seq.clone(), text).prop_map(|(who, seq, text)| Act::Edit(who, seq, text)),
        1 => (who.clone(), seq.clone()).prop_map(|(who, seq)| Act::Delete(who, seq)),
        2 => (who.clone(), seq.clone()).prop_map(|(who, seq)| Act::Read(who, seq)),
        2 => (who.clone(), seq).prop_map(|(who, seq)| Act::Mark(who, seq)),
        1 => who.clone().prop_map(Act::Leave),
        1 => who.prop_map(Act::Join),
    ];
    proptest::collection::vec(act, 1..40)
}

fn as_write(world: &mut World, people: [UserId; 3], conversation: ConversationId, act: Act) -> Write {
    match act {
        Act::Say(who, text) => Write::Append(world.text(people[who], conversation, text)),
        Act::Edit(who, seq, text) => {
            let (client_id, user, seq, body) =
                (world.fresh_id(), people[who], Seq::new(seq), Body::parse(text).unwrap());
            let version = version_of(world, people[0], conversation, seq);
            Write::Edit { user, client_id, conversation, seq, version, body }
        }
        Act::Delete(who, seq) => {
            let (client_id, user, seq) = (world.fresh_id(), people[who], Seq::new(seq));
            let version = version_of(world, people[0], conversation, seq);
            Write::Delete { user, client_id, conversation, seq, version }
        }
        Act::Read(who, up_to) => {
            Write::Confirm { user: people[who], conversation, kind: ReceiptKind::Read, up_to: Seq::new(up_to) }
        }
        Act::Mark(who, cursor) => Write::SetCursor { user: people[who], conversation, cursor: Seq::new(cursor) },
        Act::Leave(who) => Write::RemoveMember { user: people[0], conversation, member: people[who.max(1)] },
        Act::Join(who) => Write::AddMembers { user: people[0], conversation, members: vec![people[who]] },
    }
}

fn version_of(world: &mut World, owner: UserId, place: ConversationId, seq: Seq) -> Version {
    let page = world.reader.messages(owner, place, Anchor::Around(seq), 2).unwrap().unwrap();
    page.messages.iter().find(|message| message.seq == seq).map_or(Version::FIRST, |message| message.version)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_badge_equals_what_counting_the_visible_mentions_gives_and_changes_tell_the_difference(acts in acts()) {
        let (mut world, people, place) = World::of_group();
        for act in acts {
            let before = people.map(|person| world.view(person, place));
            let write = as_write(&mut world, people, place, act);
            let stored = world.write(write);
            for (viewer, before) in people.into_iter().zip(&before) {
                let view = world.view(viewer, place);
                let page = world.reader.messages(viewer, place, Anchor::Newest, 200).unwrap().unwrap();
                let mentions = |mentions: &Mentions, sender| {
                    sender != viewer && (mentions.all || mentions.users.contains(&viewer))
                };
                let counted = |message: &&Message| message.seq > view.cursor && mentions(&message.mentions, message.sender);
                let mentioned = i64::try_from(page.messages.iter().filter(counted).count()).unwrap();
                prop_assert_eq!(view.mentioned, mentioned);
                prop_assert!(view.mentioned <= view.unread);
                match &stored {
                    // What a client adds up from the frame alone.
                    Ok(Stored::Changed { message, before: was, audience, .. }) if audience.contains(&viewer) => {
                        let [was, is] = [was, &message.mentions].map(|form| i64::from(mentions(form, message.sender)));
                        let moved = if message.seq > view.cursor { is - was } else { 0 };
                        prop_assert_eq!(view.mentioned, before.mentioned + moved);
                    }
                    Ok(Stored::CursorSet { user, cursor }) | Ok(Stored::Confirmed { user, cursor: Some(cursor), .. })
                        if *user == viewer =>
                    {
                        prop_assert_eq!((cursor.unread, cursor.mentioned), (view.unread, mentioned));
                    }
                    _ => {}
                }
            }
        }
    }
}

use super::*;

impl World {
    fn set_mute(&mut self, user: UserId, place: ConversationId, mute: Option<Mute>) -> Result<Stored, Refusal> {
        self.write(Write::SetMute { user, conversation: place, mute })
    }
}

const FOR_EVER: Option<Mute> = Some(Mute { until: None });

#[test]
fn a_mute_is_its_owners_alone_and_is_set_once() {
    let (mut world, ann, bob, place) = World::of_two();
    assert_eq!(world.view(ann, place).muted, None);
    let first = world.set_mute(ann, place, FOR_EVER).unwrap();
    assert!(matches!(first, Stored::MuteSet { user, mute: FOR_EVER, .. } if user == ann));
    assert_eq!(world.set_mute(ann, place, FOR_EVER), Ok(Stored::Done));
    assert_eq!((world.view(ann, place).muted, world.view(bob, place).muted), (FOR_EVER, None));
    let lunch = Some(Mute { until: Some(Timestamp::from_millis(9_000)) });
    assert!(matches!(world.set_mute(ann, place, lunch), Ok(Stored::MuteSet { .. })));
    assert_eq!(world.view(ann, place).muted, lunch);
    assert!(matches!(world.set_mute(ann, place, None), Ok(Stored::MuteSet { mute: None, .. })));
    assert_eq!(world.set_mute(ann, place, None), Ok(Stored::Done));
    assert_eq!(world.view(ann, place).muted, None);
}

#[test]
fn what_comes_into_a_muted_conversation_is_unread_as_ever() {
    let (mut world, ann, bob, place) = World::of_two();
    world.set_mute(bob, place, FOR_EVER).unwrap();
    world.say(ann, place, "hello");
    let view = world.view(bob, place);
    assert_eq!((view.unread, view.muted), (1, FOR_EVER));
}

#[test]
fn only_a_member_mutes() {
    let (mut world, _, _, place) = World::of_two();
    let eve = world.person("eve");
    assert_eq!(world.set_mute(eve, place, FOR_EVER), Err(Refusal::NotFound));
    assert_eq!(world.set_mute(eve, ConversationId::new(99), None), Err(Refusal::NotFound));
}

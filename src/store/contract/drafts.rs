use super::*;

fn put(
    world: &mut World,
    user: UserId,
    conversation: ConversationId,
    text: &str,
    version: i64,
) -> Result<i64, Refusal> {
    let write = Write::SetDraft { user, conversation, text: text.into(), version: Version::new(version) };
    world.write(write).map(|stored| match stored {
        Stored::DraftSet { version, .. } => version.get(),
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_draft_changed_on_another_device_comes_back_instead_of_being_overwritten() {
    let (mut world, ann, _, place) = World::of_two();
    assert_eq!(put(&mut world, ann, place, "hel", 0), Ok(1));
    assert_eq!(put(&mut world, ann, place, "hello", 1), Ok(2));
    let Err(Refusal::DraftConflict(Some(draft))) = put(&mut world, ann, place, "help", 1) else { panic!() };
    assert_eq!((draft.text.as_str(), draft.version.get()), ("hello", 2));
    assert_eq!(world.view(ann, place).draft, Some(draft));
}

#[test]
fn a_cleared_draft_is_gone_but_its_versions_never_come_back() {
    let (mut world, ann, bob, place) = World::of_two();
    put(&mut world, ann, place, "hello", 0).unwrap();
    assert_eq!(put(&mut world, ann, place, "", 1), Ok(2));
    assert_eq!(world.view(ann, place).draft, None);
    assert_eq!(put(&mut world, ann, place, "old device", 1), Err(Refusal::DraftConflict(None)));
    assert_eq!(put(&mut world, ann, place, "anew", 0), Ok(3));
    assert_eq!(world.view(bob, place).draft, None);
}

#[test]
fn only_a_member_has_a_draft() {
    let (mut world, _, _, place) = World::of_two();
    let eve = world.person("eve");
    assert_eq!(put(&mut world, eve, place, "hello", 0), Err(Refusal::NotFound));
}

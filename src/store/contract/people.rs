use super::*;
use crate::domain::{EndReason, Hue, Picture, Pronoun, SessionId, SessionKind, Status, UsernameKey};
use crate::store::NewSession;

#[test]
fn of_two_simultaneous_sign_ups_of_one_name_one_wins() {
    let mut world = World::new();
    let answers = world.batch(&[sign_up("ann"), sign_up("Ann"), sign_up("bob")]);
    assert!(matches!(answers[0], Ok(Stored::UserCreated { .. })));
    assert_eq!(answers[1], Err(Refusal::UsernameTaken));
    assert!(matches!(&answers[2], Ok(Stored::UserCreated { people_rev, .. }) if people_rev.get() == 2));
    assert_eq!(world.reader.user_count().unwrap(), 2);
}

#[test]
fn the_directory_is_paged_by_name_and_searched_whatever_the_case() {
    let mut world = World::new();
    for name in ["eve", "ann", "dan", "Bob", "cat"] {
        world.person(name);
    }
    let names = |page: &crate::store::UserPage| -> Vec<String> {
        page.users.iter().map(|user| user.username.clone()).collect()
    };
    let first = world.reader.users_page(None, None, 3).unwrap();
    assert_eq!((names(&first), first.total), (vec!["ann".into(), "Bob".into(), "cat".into()], 5));
    let rest = world.reader.users_page(first.next.as_deref(), None, 3).unwrap();
    assert_eq!((names(&rest), rest.next), (vec!["dan".into(), "eve".into()], None));
    let found = world.reader.users_page(None, Some("AN"), 10).unwrap();
    assert_eq!(names(&found), ["ann", "dan"]);
}

#[test]
fn a_profile_change_keeps_what_it_does_not_name_and_moves_the_directory() {
    let mut world = World::new();
    let ann = world.person("ann");
    let change = |display_name: Option<&str>, pronoun, hue| Write::ChangeProfile {
        user: ann,
        display_name: display_name.map(|name| DisplayName::parse(name).unwrap()),
        pronoun,
        hue,
        status: None,
    };
    world.write(change(Some("Änne"), Some(Some(Pronoun::She)), Hue::parse(220))).unwrap();
    let Ok(Stored::UserChanged { user, people_rev, .. }) = world.write(change(None, Some(None), None)) else {
        panic!()
    };
    assert_eq!((user.display_name.as_str(), user.pronoun, user.hue.degrees()), ("Änne", None, 220));
    assert_eq!(people_rev.get(), 3);
    assert_eq!(world.reader.user(ann).unwrap(), Some(user));
    assert_eq!(world.reader.users_page(None, Some("äNN"), 10).unwrap().users.len(), 1);
}

#[test]
fn a_status_is_told_to_everybody_until_it_is_taken_away() {
    let mut world = World::new();
    let ann = world.person("ann");
    let mut say = |text: &str| {
        let (display_name, pronoun, hue) = (None, None, None);
        let status = Some(Status::parse(text).unwrap());
        world.write(Write::ChangeProfile { user: ann, display_name, pronoun, hue, status }).unwrap();
        let told = world.reader.users_page(None, None, 9).unwrap().users.remove(0).status;
        assert_eq!(world.reader.user(ann).unwrap().unwrap().status, told);
        told
    };
    assert_eq!(say("🚆 On the train").as_deref(), Some("🚆 On the train"));
    assert_eq!(say("  "), None);
}

/// A JPEG of one pixel, as far as anybody looks here.
fn picture(seed: u8) -> Picture {
    let frame = [0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, seed, 0xff, 0xd9];
    Picture::parse(&[&[0xff, 0xd8][..], &frame, &scan].concat()).unwrap()
}

#[test]
fn a_picture_is_shown_by_its_hash_as_long_as_it_is_ones_own() {
    let (mut world, ann, bob, _) = World::of_two();
    let (first, second) = (picture(1), picture(2));
    let set = |world: &mut World, picture: Option<&Picture>| {
        world.write(Write::SetPicture { user: ann, picture: picture.cloned() })
    };
    let Ok(Stored::UserChanged { user, people_rev, .. }) = set(&mut world, Some(&first)) else { panic!() };
    assert_eq!((user.picture, people_rev.get()), (Some(first.hash()), 3));
    assert_eq!(world.reader.user(ann).unwrap(), Some(user));
    assert_eq!(world.reader.picture(ann, first.hash()).unwrap(), Some(first.clone()));
    assert_eq!(world.reader.picture(bob, first.hash()).unwrap(), None);
    assert_eq!(set(&mut world, Some(&first)), Ok(Stored::Done));
    assert!(set(&mut world, Some(&second)).is_ok());
    assert_eq!(world.reader.picture(ann, first.hash()).unwrap(), None, "a former picture is gone");
    assert_eq!(world.reader.picture(ann, second.hash()).unwrap(), Some(second.clone()));
    assert!(set(&mut world, None).is_ok());
    assert_eq!(world.reader.user(ann).unwrap().unwrap().picture, None);
    assert_eq!(world.reader.picture(ann, second.hash()).unwrap(), None);
    assert_eq!(set(&mut world, None), Ok(Stored::Done));
}

#[test]
fn a_disabled_person_loses_every_session_hears_nothing_and_cannot_write_but_is_still_written_to() {
    let (mut world, ann, bob, place) = World::of_two();
    let session = NewSession {
        user: bob,
        token_hash: [7; 32],
        kind: SessionKind::Browser,
        keep: true,
        label: "Firefox".into(),
        ends_at: None,
    };
    world.write(Write::OpenSession(session.clone())).unwrap();
    let Ok(Stored::UserChanged { ended, .. }) = world.write(Write::SetDisabled { user: bob, disabled: true }) else {
        panic!()
    };
    assert_eq!(ended, [SessionId::new(1)]);
    assert_eq!(world.write(Write::OpenSession(session)), Err(Refusal::NotFound));
    let new = world.text(ann, place, "are you there?");
    let Ok(Stored::Appended { audience, .. }) = world.write(Write::Append(new)) else { panic!() };
    assert_eq!(audience[..], [ann]);
    let new = world.text(bob, place, "no");
    assert_eq!(world.write(Write::Append(new)), Err(Refusal::Forbidden));
    let cat = world.person("cat");
    assert_eq!(world.write(Write::OpenDirect { user: cat, other: bob }), Err(Refusal::NotFound));
    world.write(Write::SetDisabled { user: bob, disabled: false }).unwrap();
    world.say(bob, place, "back again");
}

#[test]
fn a_new_password_ends_all_other_sessions_and_a_renewed_hash_none() {
    let mut world = World::new();
    let ann = world.person("ann");
    for n in 1..=3 {
        let label = String::new();
        let kind = SessionKind::Browser;
        let session = NewSession { user: ann, token_hash: [n; 32], kind, keep: true, label, ends_at: None };
        world.write(Write::OpenSession(session)).unwrap();
    }
    let set = Write::SetPassword { user: ann, hash: "new".into(), is_weak: true, keep: Some(SessionId::new(2)) };
    let ended = vec![SessionId::new(1), SessionId::new(3)];
    assert_eq!(world.write(set), Ok(Stored::PasswordSet { user: ann, ended }));
    let renew = |old: &str, new: &str| Write::RenewHash { user: ann, old: old.into(), new: new.into() };
    world.batch(&[renew("new", "newer"), renew("hash", "wrong")]);
    let key = UsernameKey::fold("ANN").unwrap();
    let credentials = world.reader.credentials(&key).unwrap().unwrap();
    assert_eq!((credentials.password_hash.as_str(), credentials.password_is_weak), ("newer", true));
    assert_eq!(world.reader.sessions_of(ann, world.now).unwrap().len(), 1);
    let end = Write::EndSessions {
        user: ann,
        which: crate::store::WhichSessions::One(SessionId::new(1)),
        reason: EndReason::Revoked,
    };
    assert_eq!(world.write(end), Err(Refusal::NotFound));
}

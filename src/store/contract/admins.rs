use super::*;
use crate::domain::{DisplayName, Invitation, InvitationId, SessionId, SessionKind, SignUp};
use crate::store::{Administration, Admission, Governance, NewSession};

const HOUR: i64 = 3_600_000;

fn newcomer(name: &str, by: Admission) -> Write {
    let user = NewUser {
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: "hash".into(),
        password_is_weak: false,
    };
    Write::SignUp { user, session: None, by }
}

fn ask(by: UserId, what: Administration) -> Write {
    Write::Administer { by: Some(by), what }
}

/// Who came in, in order, or why not.
fn outcomes(answers: Vec<Result<Stored, Refusal>>) -> Vec<Result<(), Refusal>> {
    answers.into_iter().map(|answer| answer.map(drop)).collect()
}

impl World {
    /// A world with an admin.
    fn run_by(name: &str) -> (World, UserId) {
        let mut world = World::new();
        match world.write(newcomer(name, Admission::Code)).unwrap() {
            Stored::UserCreated { user, .. } => (world, user.id),
            other => panic!("{other:?}"),
        }
    }

    fn admins(&mut self) -> Vec<String> {
        let page = self.reader.people_page(None, None, 100).unwrap();
        page.people.into_iter().filter(|person| person.is_admin).map(|person| person.user.username).collect()
    }

    fn invite(&mut self, admin: UserId, token: u8, places: i64) -> Result<InvitationId, Refusal> {
        let expires_at = self.now.plus_millis(HOUR);
        let what = Administration::Invite { token_hash: [token; 32], expires_at, places };
        match self.write(ask(admin, what))? {
            Stored::Invited { invitation } => Ok(invitation),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn of_many_who_bring_the_code_the_first_is_the_admin_and_the_others_are_nobody() {
    let mut world = World::new();
    assert_eq!(world.reader.governance().unwrap(), Governance { sign_up: SignUp::Open, has_admin: false });
    let batch = ["ann", "bob", "cat"].map(|name| newcomer(name, Admission::Code));
    let answers = outcomes(world.batch(&batch));
    assert_eq!(answers, [Ok(()), Err(Refusal::AdminExists), Err(Refusal::AdminExists)]);
    assert_eq!(world.write(newcomer("dan", Admission::Code)).map(drop), Err(Refusal::AdminExists));
    assert_eq!(world.admins(), ["ann"]);
    assert_eq!(world.reader.user_count().unwrap(), 1);
    let dan = world.person("dan");
    assert_eq!(world.write(Write::TakeServer { user: dan }), Err(Refusal::AdminExists));
    assert!(world.reader.governance().unwrap().has_admin);
}

#[test]
fn whoever_was_there_before_takes_the_server_once() {
    let mut world = World::new();
    let (ann, bob) = (world.person("ann"), world.person("bob"));
    let answers = world.batch(&[Write::TakeServer { user: ann }, Write::TakeServer { user: bob }]);
    assert_eq!(answers, [Ok(Stored::Done), Err(Refusal::AdminExists)]);
    assert_eq!(world.admins(), ["ann"]);
}

#[test]
fn the_door_lets_in_whom_the_admin_said() {
    let (mut world, ann) = World::run_by("ann");
    world.invite(ann, 7, 9).unwrap();
    let ways = [Admission::Door, Admission::Invitation([8; 32]), Admission::Invitation([7; 32]), Admission::Owner];
    let closed = Err(Refusal::SignUpClosed);
    for (sign_up, expected) in [
        (SignUp::Open, [Ok(()), Ok(()), Ok(()), Ok(())]),
        (SignUp::Invitation, [Err(Refusal::InvitationNeeded), Err(Refusal::InvitationOver), Ok(()), Ok(())]),
        (SignUp::Closed, [closed.clone(), closed.clone(), closed, Ok(())]),
    ] {
        world.write(ask(ann, Administration::SetSignUp(sign_up))).unwrap();
        world.restart();
        assert_eq!(world.reader.governance().unwrap().sign_up, sign_up);
        let named: Vec<Write> =
            ways.iter().enumerate().map(|(n, by)| newcomer(&format!("{}{n}", sign_up.as_str()), *by)).collect();
        assert_eq!(outcomes(world.batch(&named)), expected, "{sign_up:?}");
    }
    let now = world.now;
    assert_eq!(world.reader.invitations(now).unwrap()[0].used, 2);
}

#[test]
fn an_invitation_has_as_many_places_as_it_says_until_it_expires_or_is_taken_back() {
    let (mut world, ann) = World::run_by("ann");
    world.write(ask(ann, Administration::SetSignUp(SignUp::Invitation))).unwrap();
    let id = world.invite(ann, 7, 2).unwrap();
    let (made_by, created_at) = (ann, world.now);
    let expires_at = created_at.plus_millis(HOUR - 1_000);
    let [bob, cat, dan] = ["bob", "cat", "dan"].map(|name| newcomer(name, Admission::Invitation([7; 32])));
    // A name that is taken takes no place.
    let taken = newcomer("ann", Admission::Invitation([7; 32]));
    let answers = outcomes(world.batch(&[taken, bob, cat, dan.clone()]));
    assert_eq!(answers, [Err(Refusal::UsernameTaken), Ok(()), Ok(()), Err(Refusal::InvitationOver)]);
    let now = world.now;
    let shown = Invitation { id, made_by, created_at, expires_at, places: 2, used: 2 };
    assert_eq!(world.reader.invitations(now).unwrap(), [shown]);
    assert!(!world.reader.has_place(&[7; 32], now).unwrap());

    let back = world.invite(ann, 8, 1).unwrap();
    world.write(ask(ann, Administration::Uninvite(back))).unwrap();
    assert_eq!(world.write(ask(ann, Administration::Uninvite(back))), Err(Refusal::NotFound));
    let late = world.invite(ann, 9, 1).unwrap();
    assert_ne!(late, back);
    world.now = world.now.plus_millis(HOUR);
    for token in [8, 9, 10] {
        let by = Admission::Invitation([token; 32]);
        assert_eq!(world.write(newcomer("dan", by)).map(drop), Err(Refusal::InvitationOver), "{token}");
    }
    let now = world.now;
    assert_eq!(world.reader.invitations(now).unwrap(), []);
}

#[test]
fn there_are_no_more_invitations_than_somebody_can_look_after() {
    let (mut world, ann) = World::run_by("ann");
    for token in 0..100 {
        world.invite(ann, token, 1).unwrap();
    }
    assert_eq!(world.invite(ann, 100, 1), Err(Refusal::TooMany));
    world.now = world.now.plus_millis(HOUR);
    world.invite(ann, 100, 1).unwrap();
}

#[test]
fn nobody_but_an_admin_administers() {
    let (mut world, ann) = World::run_by("ann");
    let bob = world.person("bob");
    let expires_at = world.now.plus_millis(HOUR);
    let token_hash = [1; 32];
    for what in [
        Administration::SetSignUp(SignUp::Closed),
        Administration::Invite { token_hash, expires_at, places: 1 },
        Administration::Uninvite(InvitationId::new(1)),
        Administration::SetAdmin { user: bob, is_admin: true },
        Administration::SetAdmin { user: ann, is_admin: false },
        Administration::SetDisabled { user: ann, disabled: true },
        Administration::LinkPassword { user: ann, token_hash, expires_at },
    ] {
        assert_eq!(world.write(ask(bob, what.clone())), Err(Refusal::Forbidden), "{what:?}");
    }
    assert_eq!(world.admins(), ["ann"]);
    assert_eq!(world.reader.governance().unwrap().sign_up, SignUp::Open);
}

#[test]
fn there_is_always_an_admin_who_can_log_in() {
    let (mut world, ann) = World::run_by("ann");
    let bob = world.person("bob");
    let give = |user| ask(ann, Administration::SetAdmin { user, is_admin: true });
    let take = |user| ask(ann, Administration::SetAdmin { user, is_admin: false });
    let disable = |by, user| ask(by, Administration::SetDisabled { user, disabled: true });
    assert_eq!(world.write(take(ann)), Err(Refusal::LastAdmin));
    assert_eq!(world.write(disable(ann, ann)), Err(Refusal::LastAdmin));
    assert_eq!(world.write(Write::SetDisabled { user: ann, disabled: true }), Err(Refusal::LastAdmin));
    world.write(give(bob)).unwrap();
    // Two who want to be rid of each other: the second is none of the admins any more.
    let answers = outcomes(world.batch(&[disable(bob, ann), disable(ann, bob)]));
    assert_eq!(answers, [Ok(()), Err(Refusal::Forbidden)]);
    assert_eq!(world.write(Write::SetDisabled { user: bob, disabled: true }), Err(Refusal::LastAdmin));
    assert!(!world.reader.is_admin(ann).unwrap() && world.reader.is_admin(bob).unwrap());
}

#[test]
fn a_link_for_a_new_password_works_once_and_ends_every_session() {
    let (mut world, ann) = World::run_by("ann");
    let bob = world.person("bob");
    let (kind, label) = (SessionKind::Browser, String::new());
    world
        .write(Write::OpenSession(NewSession {
            user: bob,
            token_hash: [9; 32],
            kind,
            keep: true,
            label,
            ends_at: None,
        }))
        .unwrap();
    let link = |world: &World, user, token| {
        let expires_at = world.now.plus_millis(HOUR);
        ask(ann, Administration::LinkPassword { user, token_hash: [token; 32], expires_at })
    };
    let redeem = |token| Write::RedeemPasswordLink { token_hash: [token; 32], hash: "new".into() };
    let own = link(&world, ann, 1);
    assert_eq!(world.write(own), Err(Refusal::Forbidden));
    // A newer link takes the older one's place.
    for token in [1, 2] {
        let write = link(&world, bob, token);
        world.write(write).unwrap();
    }
    assert_eq!(world.write(redeem(1)), Err(Refusal::LinkOver));
    assert_eq!(world.write(redeem(2)), Ok(Stored::PasswordSet { user: bob, ended: vec![SessionId::new(1)] }));
    assert_eq!(world.write(redeem(2)), Err(Refusal::LinkOver));
    assert_eq!(world.reader.credentials_of(bob).unwrap().unwrap().password_hash, "new");

    // What ends a link besides: its time, a password set otherwise, being disabled.
    let ends: [fn(&mut World, UserId); 3] = [
        |world, _| world.now = world.now.plus_millis(HOUR),
        |world, user| {
            let set = Write::SetPassword { user, hash: "own".into(), is_weak: false, keep: None };
            world.write(set).unwrap();
        },
        |world, user| {
            world.write(Write::SetDisabled { user, disabled: true }).unwrap();
            world.write(Write::SetDisabled { user, disabled: false }).unwrap();
        },
    ];
    for (token, end) in (3..).zip(ends) {
        let write = link(&world, bob, token);
        world.write(write).unwrap();
        let now = world.now;
        assert_eq!(world.reader.password_link(&[token; 32], now).unwrap().map(|user| user.id), Some(bob));
        end(&mut world, bob);
        assert_eq!(world.write(redeem(token)), Err(Refusal::LinkOver), "{token}");
    }
}

#[test]
fn the_directory_of_an_admin_goes_page_by_page() {
    let (mut world, ann) = World::run_by("ann");
    let began = world.now;
    for name in ["bob", "cat", "dan"] {
        world.person(name);
    }
    let first = world.reader.people_page(None, None, 2).unwrap();
    assert_eq!((first.people[0].user.id, first.people[0].is_admin, first.people[0].created_at), (ann, true, began));
    assert_eq!((first.next.as_deref(), first.total), (Some("bob"), 4));
    let second = world.reader.people_page(first.next.as_deref(), None, 2).unwrap();
    let names: Vec<&str> = second.people.iter().map(|person| person.user.username.as_str()).collect();
    assert_eq!((names, second.next), (vec!["cat", "dan"], None));
    let found = world.reader.people_page(None, Some("AT"), 2).unwrap();
    assert_eq!(found.people.iter().map(|person| person.user.username.as_str()).collect::<Vec<_>>(), ["cat"]);
}

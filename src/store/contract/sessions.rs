use rstest::rstest;

use super::*;
use crate::domain::{EndReason, SessionId, SessionKind};
use crate::store::{NewSession, WhichSessions};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn open(world: &mut World, user: UserId, kind: SessionKind, keep: bool, token: u8) -> SessionId {
    let ends_at = (kind == SessionKind::Browser && !keep).then(|| world.now.plus_millis(12 * HOUR));
    let session = NewSession { user, token_hash: [token; 32], kind, keep, label: "x".into(), ends_at };
    match world.write(Write::OpenSession(session)).unwrap() {
        Stored::SessionOpened { session, .. } => session,
        other => panic!("{other:?}"),
    }
}

fn is_live(world: &mut World, token: u8) -> bool {
    let now = world.now;
    world.reader.session(&[token; 32], now).unwrap().is_some()
}

#[rstest]
#[case::kept(SessionKind::Browser, true)]
#[case::bearer(SessionKind::Token, false)]
fn a_session_that_is_used_outlives_thirty_days_and_an_idle_one_does_not(#[case] kind: SessionKind, #[case] keep: bool) {
    let mut world = World::new();
    let ann = world.person("ann");
    let session = open(&mut world, ann, kind, keep, 1);
    world.now = world.now.plus_millis(29 * DAY);
    world.write(Write::SessionInUse { session }).unwrap();
    world.now = world.now.plus_millis(29 * DAY);
    assert!(is_live(&mut world, 1));
    world.now = world.now.plus_millis(DAY + HOUR);
    assert!(!is_live(&mut world, 1));
    assert_eq!(world.write(Write::SessionInUse { session }), Err(Refusal::NotFound));
    let ended = vec![(ann, session)];
    let expired = Stored::SessionsEnded { ended, reason: EndReason::Expired };
    assert_eq!(world.write(Write::ExpireSessions), Ok(expired));
}

#[test]
fn a_kept_session_ends_after_a_year_however_much_it_is_used_and_a_bearer_session_does_not() {
    let mut world = World::new();
    let ann = world.person("ann");
    let kept = open(&mut world, ann, SessionKind::Browser, true, 1);
    let bearer = open(&mut world, ann, SessionKind::Token, false, 2);
    for _ in 0..19 {
        world.now = world.now.plus_millis(20 * DAY);
        let _ = world.batch(&[Write::SessionInUse { session: kept }, Write::SessionInUse { session: bearer }]);
    }
    assert_eq!([is_live(&mut world, 1), is_live(&mut world, 2)], [false, true]);
}

#[test]
fn a_session_not_kept_rests_while_a_window_is_open_and_ends_after_its_deadline() {
    let mut world = World::new();
    let ann = world.person("ann");
    let session = open(&mut world, ann, SessionKind::Browser, false, 1);
    world.write(Write::SessionInUse { session }).unwrap();
    world.now = world.now.plus_millis(90 * DAY);
    assert!(is_live(&mut world, 1));
    let ends_at = world.now.plus_millis(60_000);
    world.write(Write::SessionLeft { session, ends_at }).unwrap();
    assert_eq!(world.reader.sessions_of(ann, world.now).unwrap()[0].ends_at, Some(ends_at));
    world.now = ends_at;
    assert!(!is_live(&mut world, 1));
}

#[test]
fn at_a_start_sessions_in_use_get_a_deadline_and_others_keep_theirs() {
    let mut world = World::new();
    let ann = world.person("ann");
    let in_use = open(&mut world, ann, SessionKind::Browser, false, 1);
    let left = open(&mut world, ann, SessionKind::Browser, false, 2);
    let kept = open(&mut world, ann, SessionKind::Browser, true, 3);
    let (soon, later) = (world.now.plus_millis(60_000), world.now.plus_millis(12 * HOUR));
    world.batch(&[
        Write::SessionInUse { session: in_use },
        Write::SessionLeft { session: left, ends_at: soon },
        Write::RestDeadlines { ends_at: later },
    ]);
    let now = world.now;
    let mut sessions = world.reader.sessions_of(ann, now).unwrap();
    sessions.sort_by_key(|session| session.id);
    let ends: Vec<_> = sessions.iter().map(|session| (session.id, session.ends_at)).collect();
    assert_eq!(ends, [(in_use, Some(later)), (left, Some(soon)), (kept, None)]);
}

#[test]
fn signing_out_all_others_leaves_this_one_and_other_people_alone() {
    let mut world = World::new();
    let (ann, bob) = (world.person("ann"), world.person("bob"));
    let ids: Vec<SessionId> = (1..=3).map(|n| open(&mut world, ann, SessionKind::Browser, true, n)).collect();
    open(&mut world, bob, SessionKind::Browser, true, 9);
    let end = |user, which| Write::EndSessions { user, which, reason: EndReason::Revoked };
    assert_eq!(world.write(end(bob, WhichSessions::One(ids[0]))), Err(Refusal::NotFound));
    let Ok(Stored::SessionsEnded { ended, .. }) = world.write(end(ann, WhichSessions::Others(ids[1]))) else {
        panic!()
    };
    assert_eq!(ended, [(ann, ids[0]), (ann, ids[2])]);
    assert!(is_live(&mut world, 2) && is_live(&mut world, 9));
}

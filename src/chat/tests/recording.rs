//! What the program records without being asked, and what becomes of it when a batch fails.

use super::support::*;
use crate::store::{Refusal, Stored, Write};

/// The batch that waits fails: whether it was stored is not known.
async fn fail(stage: &mut Stage) {
    stage.commit_as(&Err(Refusal::Unknown)).await;
}

/// The batch that waits fails, the next one does not, before any time has passed.
async fn fail_once(stage: &mut Stage) {
    fail(stage).await;
    drop(stage.submit(Write::ExpireSessions).await);
    stage.commit().await;
    stage.writing.forget();
}

fn absence(since: crate::clock::Timestamp) -> Write {
    Write::RecordPresence { user: BOB, offline_since: Some(since) }
}

/// Bob's only window has gone, and its session is recorded as left.
async fn gone(stage: &mut Stage) -> (Device, crate::clock::Timestamp) {
    let bob = stage.online(BOB).await;
    let left = stage.clock.now();
    stage.leave(&bob, true).await;
    (bob, left)
}

#[actix::test]
async fn an_absence_that_may_not_have_been_recorded_is_recorded_again() {
    let mut stage = Stage::open().await;
    let (_, left) = gone(&mut stage).await;
    stage.commit_all().await;
    stage.pass(seconds(6)).await;
    for _ in 0..3 {
        assert_eq!(stage.writing.batch(), [absence(left)]);
        fail(&mut stage).await;
        assert!(!stage.writing.is_busy(), "not at once: the database may need a moment");
        stage.pass(seconds(1)).await;
    }
    stage.commit().await;
    stage.pass(seconds(5)).await;
    assert!(!stage.writing.is_busy());
}

#[actix::test]
async fn an_absence_that_is_over_is_not_recorded_again() {
    let mut stage = Stage::open().await;
    gone(&mut stage).await;
    stage.commit_all().await;
    stage.pass(seconds(6)).await;
    fail_once(&mut stage).await;
    stage.join(Device::new(BOB, crate::domain::SessionId::new(50))).await;
    stage.finish_joining().await;
    stage.pass(seconds(5)).await;
    let writes = stage.writing.writes();
    assert!(!writes.iter().any(|write| matches!(write, Write::RecordPresence { .. })), "{writes:?}");
}

#[actix::test]
async fn a_session_that_was_left_gets_its_deadline_in_the_end_and_the_same_one() {
    let mut stage = Stage::open().await;
    let (bob, left) = gone(&mut stage).await;
    let deadline = Write::SessionLeft { session: bob.session, ends_at: left.plus_millis(60_000) };
    assert_eq!(stage.writing.batch(), std::slice::from_ref(&deadline));
    fail(&mut stage).await;
    stage.pass(seconds(1)).await;
    assert_eq!(stage.writing.batch(), [deadline]);
    stage.commit().await;
    stage.pass(seconds(1)).await;
    assert!(!stage.writing.is_busy());
}

#[actix::test]
async fn a_session_whose_window_is_back_gets_no_deadline() {
    let mut stage = Stage::open().await;
    let (bob, _) = gone(&mut stage).await;
    fail_once(&mut stage).await;
    stage.join(Device::new(BOB, bob.session)).await;
    stage.finish_joining().await;
    stage.pass(seconds(2)).await;
    assert_eq!(stage.writing.writes(), [Write::SessionInUse { session: bob.session }]);
}

#[actix::test]
async fn a_session_that_has_ended_meanwhile_is_nothing_to_record() {
    let mut stage = Stage::open().await;
    let (bob, _) = gone(&mut stage).await;
    drop(stage.submit(Write::ExpireSessions).await);
    fail(&mut stage).await;
    let reason = crate::domain::EndReason::Revoked;
    stage.commit_as(&Ok(Stored::SessionsEnded { ended: vec![(BOB, bob.session)], reason })).await;
    stage.commit_all().await;
    stage.writing.forget();
    stage.pass(seconds(2)).await;
    let writes = stage.writing.writes();
    assert!(!writes.iter().any(|write| matches!(write, Write::SessionLeft { .. })), "{writes:?}");
}

#[actix::test]
async fn deadlines_of_the_last_run_are_set_in_the_end_and_never_for_open_windows() {
    let mut stage = Stage::starting().await;
    let [Write::RestDeadlines { ends_at }] = stage.writing.batch()[..] else { panic!() };
    fail_once(&mut stage).await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.finish_joining().await;
    assert_eq!(bob.types()[0], "ready");
    stage.writing.forget();
    stage.pass(seconds(1)).await;
    stage.commit_all().await;
    assert_eq!(stage.writing.writes(), [Write::RestDeadlines { ends_at }, Write::SessionInUse { session }]);
    stage.pass(seconds(1)).await;
    assert!(!stage.writing.is_busy());
}

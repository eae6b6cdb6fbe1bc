//! Sessions: when the last window goes, how it went, and what ends with a session.

use serde_json::json;

use super::support::*;
use crate::chat::{OpenSessions, WindowCloses};
use crate::domain::{EndReason, PresenceState, SessionId};
use crate::protocol::Close;
use crate::store::{Stored, Write};

const SAID: i64 = 60 * 1000;
const LOST: i64 = 12 * 60 * 60 * 1000;

/// The session's windows are gone; it ends `after` this many milliseconds from now.
fn left(stage: &Stage, session: SessionId, after: i64) -> Write {
    Write::SessionLeft { session, ends_at: stage.clock.now().plus_millis(after) }
}

async fn beacon(stage: &Stage, session: SessionId) {
    stage.chat.do_send(WindowCloses { session });
    settle().await;
}

async fn end(stage: &mut Stage, stored: Stored) {
    drop(stage.submit(Write::ExpireSessions).await);
    stage.commit_as(&Ok(stored)).await;
}

#[actix::test]
async fn a_last_window_that_says_it_closes_leaves_the_session_a_short_grace() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.leave(&bob, true).await;
    assert_eq!(stage.writing.batch(), [left(&stage, bob.session, SAID)]);
}

#[actix::test]
async fn a_window_that_is_lost_leaves_the_session_twelve_hours() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.leave(&bob, false).await;
    assert_eq!(stage.writing.batch(), [left(&stage, bob.session, LOST)]);
}

#[actix::test]
async fn a_session_with_two_windows_is_left_with_the_last_one_only() {
    let mut stage = Stage::open().await;
    let one = stage.online(BOB).await;
    let two = stage.online_in(BOB, one.session).await;
    stage.leave(&one, true).await;
    assert!(!stage.writing.is_busy());
    stage.leave(&two, false).await;
    assert_eq!(stage.writing.batch(), [left(&stage, one.session, LOST)]);
}

#[actix::test]
async fn other_sessions_of_the_user_keep_nothing_open() {
    let mut stage = Stage::open().await;
    let (phone, _desk) = (stage.online(BOB).await, stage.online(BOB).await);
    stage.leave(&phone, true).await;
    assert_eq!(stage.writing.batch(), [left(&stage, phone.session, SAID)]);
}

#[actix::test]
async fn a_beacon_and_then_a_lost_socket_counts_as_said() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    beacon(&stage, bob.session).await;
    assert!(!stage.writing.is_busy(), "its window is still there");
    stage.pass(seconds(1)).await;
    stage.leave(&bob, false).await;
    assert_eq!(stage.writing.batch(), [left(&stage, bob.session, SAID)]);
}

#[actix::test]
async fn a_beacon_after_the_socket_has_gone_counts_as_said() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.leave(&bob, false).await;
    stage.commit_all().await;
    stage.pass(seconds(1)).await;
    beacon(&stage, bob.session).await;
    assert_eq!(stage.writing.batch(), [left(&stage, bob.session, SAID)]);
}

#[actix::test]
async fn a_beacon_long_before_a_socket_is_lost_does_not_count() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    beacon(&stage, bob.session).await;
    stage.pass(seconds(30)).await;
    stage.commit_all().await;
    stage.leave(&bob, false).await;
    assert_eq!(stage.writing.batch(), [left(&stage, bob.session, LOST)]);
}

#[actix::test]
async fn a_reload_rests_the_deadline_again() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.leave(&bob, true).await;
    stage.commit_all().await;
    stage.writing.forget();
    stage.join(Device::new(BOB, bob.session)).await;
    assert_eq!(stage.writing.writes(), [Write::SessionInUse { session: bob.session }]);
}

#[actix::test]
async fn a_log_out_ends_every_window_of_the_session_and_no_other() {
    let mut stage = Stage::open().await;
    let one = stage.online(BOB).await;
    let two = stage.online_in(BOB, one.session).await;
    let desk = stage.online(BOB).await;
    end(&mut stage, Stored::SessionsEnded { ended: vec![(BOB, one.session)], reason: EndReason::LoggedOut }).await;
    for window in [&one, &two] {
        assert_eq!(window.frame(), json!({"type": "session.ended", "reason": "logged_out"}));
        assert_eq!(window.end(), End::Closed(Close::SessionEnded));
    }
    assert_eq!((desk.frames().len(), desk.end()), (0, End::Open));
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
    assert!(!stage.writing.is_busy(), "a session that has ended is not left");
}

#[actix::test]
async fn a_password_change_ends_the_other_sessions() {
    let mut stage = Stage::open().await;
    let (here, there) = (stage.online(BOB).await, stage.online(BOB).await);
    end(&mut stage, Stored::PasswordSet { user: BOB, ended: vec![there.session] }).await;
    assert_eq!(there.frame()["reason"], "password_changed");
    assert_eq!(there.end(), End::Closed(Close::SessionEnded));
    assert_eq!(here.end(), End::Open);
}

#[actix::test]
async fn disabling_somebody_ends_their_windows_and_is_told_to_everybody() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let mut disabled = user(BOB);
    disabled.disabled = true;
    let people_rev = crate::domain::Rev::new(9);
    end(&mut stage, Stored::UserChanged { user: disabled, people_rev, ended: vec![bob.session] }).await;
    assert_eq!(bob.types(), ["user", "session.ended"]);
    assert_eq!(bob.end(), End::Closed(Close::SessionEnded));
    assert_eq!(ann.frame()["user"]["disabled"], true);
}

#[actix::test]
async fn a_session_that_ends_while_its_window_joins_ends_the_window() {
    let mut stage = Stage::open().await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.commit().await;
    stage.commit().await;
    end(&mut stage, Stored::SessionsEnded { ended: vec![(BOB, session)], reason: EndReason::Revoked }).await;
    assert_eq!(bob.types(), ["session.ended"]);
    stage.finish_joining().await;
    assert!(bob.frames().is_empty());
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Offline);
}

#[actix::test]
async fn a_window_that_says_hello_after_its_session_ended_is_told_nothing_but_that() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let session = stage.new_session();
    end(&mut stage, Stored::SessionsEnded { ended: vec![(BOB, session)], reason: EndReason::Revoked }).await;
    let late = stage.join(Device::new(BOB, session)).await;
    assert_eq!(late.frame(), json!({"type": "session.ended", "reason": "revoked"}));
    assert_eq!(late.end(), End::Closed(Close::SessionEnded));
    assert!(!stage.writing.is_busy() && stage.reading.waiting() == 0, "nothing is asked for it");
    assert_eq!(stage.census().await.connections, 1);
}

#[actix::test]
async fn the_device_list_knows_which_sessions_have_a_window() {
    let mut stage = Stage::open().await;
    let phone = stage.online(BOB).await;
    let desk = stage.online(BOB).await;
    stage.online_in(BOB, desk.session).await;
    stage.online(ANN).await;
    let open = stage.chat.send(OpenSessions { user: BOB }).await.unwrap().unwrap();
    assert_eq!(open, [phone.session, desk.session]);
    stage.leave(&phone, true).await;
    assert_eq!(stage.chat.send(OpenSessions { user: BOB }).await.unwrap().unwrap(), [desk.session]);
}

#[actix::test]
async fn sessions_past_their_time_are_ended_every_minute() {
    let stage = Stage::open().await;
    stage.pass(seconds(61)).await;
    assert_eq!(stage.writing.batch(), [Write::ExpireSessions]);
}

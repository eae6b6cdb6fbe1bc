//! Who is here, as others are told.

use serde_json::json;

use super::support::*;
use crate::chat::ChatSettings;
use crate::domain::{EndReason, PresenceState};
use crate::store::{PersonPresence, Stored, Write};

fn recorded(writes: Vec<Write>) -> Vec<Write> {
    writes
        .into_iter()
        .filter(|write| matches!(write, Write::RecordPresence { .. } | Write::RecordReturn { .. }))
        .collect()
}

fn offline(since: crate::clock::Timestamp) -> Write {
    Write::RecordPresence { user: BOB, offline_since: Some(since) }
}

/// Ann watches Bob, and has heard how he is.
async fn watching(stage: &mut Stage) -> Device {
    let ann = stage.online(ANN).await;
    stage.pass(seconds(1)).await;
    stage.say(&ann, json!({"type": "presence.watch", "ref": 2, "users": [BOB]})).await;
    assert_eq!(ann.types(), ["presence", "ok"]);
    ann
}

#[actix::test]
async fn somebody_is_offline_a_short_grace_after_their_last_connection() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    let ann = watching(&mut stage).await;
    let left = stage.clock.now();
    stage.leave(&bob, true).await;
    stage.pass(seconds(4)).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
    assert!(ann.frames().is_empty());
    stage.pass(seconds(2)).await;
    assert_eq!(ann.frame()["users"], json!([{"user": BOB, "state": "offline", "lastSeen": left}]));
    stage.commit_all().await;
    assert_eq!(recorded(stage.writing.writes()), [offline(left)]);
}

#[actix::test]
async fn a_reload_inside_the_grace_is_invisible_and_no_return() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    let ann = watching(&mut stage).await;
    stage.leave(&bob, true).await;
    stage.pass(seconds(3)).await;
    let session = bob.session;
    stage.join(Device::new(BOB, session)).await;
    stage.finish_joining().await;
    stage.pass(seconds(20)).await;
    assert!(ann.frames().is_empty());
    assert!(recorded(stage.writing.writes()).is_empty());
}

#[actix::test]
async fn a_second_window_is_no_news() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let ann = watching(&mut stage).await;
    let second = stage.online(BOB).await;
    stage.leave(&second, true).await;
    stage.pass(seconds(20)).await;
    assert!(ann.frames().is_empty());
}

#[actix::test]
async fn an_idle_person_stays_idle_through_a_reload_and_a_second_idle_window() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.say(&bob, json!({"type": "presence.set", "ref": 1, "idle": true})).await;
    assert_eq!(bob.types(), ["ok"]);
    let idle = stage.presence(BOB).await;
    assert_eq!((idle.state, idle.idle_since), (PresenceState::Idle, Some(START)));
    let ann = watching(&mut stage).await;
    let hello = || crate::chat::Hello { is_idle: true, ..Default::default() };
    stage.pass(seconds(10)).await;
    let session = stage.new_session();
    let second = stage.join_with(Device::new(BOB, session), hello()).await;
    assert_eq!(stage.presence(BOB).await, idle);
    stage.leave(&bob, true).await;
    stage.leave(&second, true).await;
    assert_eq!(stage.presence(BOB).await, idle);
    stage.pass(seconds(2)).await;
    stage.join_with(Device::new(BOB, session), hello()).await;
    assert_eq!(stage.presence(BOB).await, idle);
    stage.pass(seconds(2)).await;
    assert!(ann.frames().is_empty());
}

#[actix::test]
async fn watchers_get_the_changes_of_a_moment_in_one_frame_and_others_get_none() {
    let mut stage = Stage::open().await;
    let (ann, dan) = (stage.online(ANN).await, stage.online(DAN).await);
    stage.say(&ann, json!({"type": "presence.watch", "users": [BOB, CAT]})).await;
    ann.frames();
    stage.online(BOB).await;
    stage.online(CAT).await;
    stage.pass(seconds(1)).await;
    let frame = ann.frame();
    let mut who: Vec<_> =
        frame["users"].as_array().unwrap().iter().map(|seen| seen["user"].as_i64().unwrap()).collect();
    who.sort_unstable();
    assert_eq!(who, [BOB.get(), CAT.get()]);
    assert!(dan.frames().is_empty());
}

#[actix::test]
async fn a_new_set_of_watched_people_replaces_the_one_before() {
    let mut stage = Stage::open().await;
    let ann = watching(&mut stage).await;
    stage.say(&ann, json!({"type": "presence.watch", "users": [CAT]})).await;
    assert_eq!(ann.frame()["users"], json!([{"user": CAT, "state": "offline", "lastSeen": AWAY}]));
    stage.online(BOB).await;
    stage.pass(seconds(1)).await;
    assert!(ann.frames().is_empty());
}

#[actix::test]
async fn a_log_out_ends_presence_at_once() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    let ann = watching(&mut stage).await;
    drop(stage.submit(Write::ExpireSessions).await);
    let ended = vec![(BOB, bob.session)];
    stage.commit_as(&Ok(Stored::SessionsEnded { ended, reason: EndReason::LoggedOut })).await;
    assert_eq!(ann.frame()["users"][0]["state"], "offline");
    assert_eq!(stage.writing.batch(), [offline(stage.clock.now())]);
}

#[actix::test]
async fn a_log_out_after_the_socket_has_gone_waits_for_no_grace_either() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.leave(&bob, true).await;
    stage.commit_all().await;
    stage.writing.forget();
    drop(stage.submit(Write::ExpireSessions).await);
    let ended = vec![(BOB, bob.session)];
    stage.commit_as(&Ok(Stored::SessionsEnded { ended, reason: EndReason::LoggedOut })).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Offline);
    stage.pass(seconds(10)).await;
    stage.commit_all().await;
    assert_eq!(recorded(stage.writing.writes()), [offline(START)], "recorded once");
}

#[actix::test]
async fn an_old_session_that_expires_does_not_end_the_grace_of_another() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    stage.leave(&bob, true).await;
    stage.commit_all().await;
    drop(stage.submit(Write::ExpireSessions).await);
    let ended = vec![(BOB, stage.new_session())];
    stage.commit_as(&Ok(Stored::SessionsEnded { ended, reason: EndReason::Expired })).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
}

/// Bob and Cat were online when the program stopped.
async fn after_a_restart() -> Stage {
    let was_here = |user| PersonPresence { user, offline_since: None };
    let mut presence = [BOB, CAT].map(was_here).to_vec();
    presence.push(PersonPresence { user: ANN, offline_since: Some(AWAY) });
    Stage::after(ChatSettings::default(), presence).await
}

#[actix::test]
async fn after_a_restart_people_are_shown_as_they_were_and_make_no_return_if_back_in_time() {
    let mut stage = after_a_restart().await;
    let ann = watching(&mut stage).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
    stage.pass(seconds(50)).await;
    stage.online(BOB).await;
    stage.writing.forget();
    stage.pass(seconds(20)).await;
    stage.commit_all().await;
    assert!(ann.frames().is_empty(), "nobody saw anything");
    let away = Write::RecordPresence { user: CAT, offline_since: Some(START) };
    assert_eq!(recorded(stage.writing.writes()), [away], "only Cat is gone");
}

#[actix::test]
async fn whoever_is_not_back_in_time_after_a_restart_returns_later() {
    let mut stage = after_a_restart().await;
    stage.pass(seconds(61)).await;
    stage.commit_all().await;
    stage.writing.forget();
    let session = stage.new_session();
    stage.join(Device::new(CAT, session)).await;
    stage.commit_all().await;
    let back = Write::RecordReturn { user: CAT, offline_since: START };
    assert_eq!(recorded(stage.writing.writes()), [back]);
}

//! Those who do not take their frames, ask too much or have too many windows: they harm only themselves.

use serde_json::json;

use super::support::*;
use crate::chat::{ChatSettings, WAITING_MAX_BYTES};
use crate::config::Rate;
use crate::domain::PresenceState;
use crate::protocol::Close;
use crate::store::Write;

/// A window of Bob's that takes nothing any more.
async fn stuck(stage: &mut Stage, mailbox: usize) -> Device {
    let session = stage.new_session();
    let device = stage.join(Device::stuck(BOB, session, mailbox)).await;
    stage.finish_joining().await;
    stage.writing.forget();
    device
}

#[actix::test]
async fn a_connection_that_does_not_take_its_frames_is_cut_and_all_others_get_everything() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let slow = stuck(&mut stage, 3).await;
    for reference in 1..=8 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit_all().await;
    }
    assert_eq!(slow.end(), End::Cut);
    assert_eq!(bob.types(), ["message"; 8]);
    assert_eq!(ann.types(), ["message.stored"; 8]);
    let census = stage.census().await;
    assert_eq!((census.connections, census.connections_cut), (2, 1));
    let left = stage.writing.writes();
    assert!(left.iter().any(|write| matches!(write, Write::SessionLeft { session, .. } if *session == slow.session)));
}

#[actix::test]
async fn too_many_bytes_that_wait_cut_a_connection_too() {
    let mut stage = Stage::open().await;
    let (ann, slow) = (stage.online(ANN).await, stuck(&mut stage, 500).await);
    let body = "x".repeat(8_000);
    let each = slow.waiting.bytes();
    let mut frame = send(DIRECT, 1);
    frame["body"] = json!(body);
    let mut sent = 0;
    while slow.end() == End::Open {
        frame["clientId"] = json!(crate::domain::ClientId::fresh().to_string());
        stage.say(&ann, frame.clone()).await;
        stage.commit_all().await;
        stage.pass(seconds(1)).await;
        sent += 1;
        assert!(sent * 8_000 <= WAITING_MAX_BYTES + 16_000, "{each} bytes at first, {sent} messages since");
    }
    assert_eq!(slow.end(), End::Cut);
}

#[actix::test]
async fn somebody_whose_only_connection_was_cut_goes_offline_after_the_grace() {
    let mut stage = Stage::open().await;
    let (ann, _slow) = (stage.online(ANN).await, stuck(&mut stage, 2).await);
    for reference in 1..=4 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit_all().await;
    }
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
    stage.pass(seconds(6)).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Offline);
}

#[actix::test]
async fn a_cut_connection_that_leaves_afterwards_is_not_counted_twice() {
    let mut stage = Stage::open().await;
    let (ann, slow) = (stage.online(ANN).await, stuck(&mut stage, 2).await);
    for reference in 1..=4 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit_all().await;
    }
    stage.writing.forget();
    stage.leave(&slow, false).await;
    assert!(stage.writing.writes().is_empty());
    assert_eq!(stage.census().await.connections, 1);
}

#[actix::test]
async fn the_bytes_that_wait_are_given_back_when_they_are_taken() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    for reference in 1..=5 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit().await;
    }
    assert_eq!((ann.waiting.bytes(), bob.waiting.bytes()), (0, 0));
}

#[actix::test]
async fn the_oldest_of_too_many_connections_gives_way() {
    let mut stage = Stage::with(ChatSettings { connections_per_user: 2, ..ChatSettings::default() }).await;
    let ann = stage.online(ANN).await;
    let bobs = [stage.online(BOB).await, stage.online(BOB).await, stage.online(BOB).await];
    assert_eq!(bobs[0].end(), End::Closed(Close::Replaced));
    assert_eq!((bobs[1].end(), bobs[2].end()), (End::Open, End::Open));
    assert_eq!(ann.end(), End::Open, "only the user's own");
    assert_eq!(stage.census().await.connections, 3);
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.commit_all().await;
    assert_eq!((bobs[0].frames().len(), bobs[2].types()), (0, vec!["message".to_owned()]));
}

#[actix::test]
async fn whoever_asks_too_much_is_told_how_long_to_wait_and_stays_connected() {
    let mut stage = Stage::with(ChatSettings { frames: Rate::per_second(3, 1), ..ChatSettings::default() }).await;
    let ann = stage.online(ANN).await;
    for reference in 1..=4 {
        stage.say(&ann, send(DIRECT, reference)).await;
    }
    let refused = ann.frame();
    assert_eq!((&refused["ref"], &refused["code"]), (&json!(4), &json!("rate_limited")));
    let wait = refused["retryAfterMs"].as_u64().unwrap();
    assert!((1..=1_000).contains(&wait));
    stage.commit_all().await;
    assert_eq!(ann.types(), ["message.stored"; 3]);
    stage.pass(std::time::Duration::from_millis(wait)).await;
    stage.say(&ann, send(DIRECT, 5)).await;
    stage.commit_all().await;
    assert_eq!((ann.types(), ann.end()), (vec!["message.stored".to_owned()], End::Open));
}

#[actix::test]
async fn one_persons_haste_is_not_anothers() {
    let mut stage = Stage::with(ChatSettings { frames: Rate::per_second(1, 1), ..ChatSettings::default() }).await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    stage.say(&bob, send(DIRECT, 3)).await;
    stage.commit_all().await;
    assert_eq!(bob.types(), ["message", "message.stored"]);
}

#[actix::test]
async fn more_connections_are_not_more_haste() {
    let settings = ChatSettings { frames_per_user: Rate::per_second(3, 1), ..ChatSettings::default() };
    let mut stage = Stage::with(settings).await;
    let (ann, bobs) = (stage.online(ANN).await, [stage.online(BOB).await, stage.online(BOB).await]);
    for reference in 1..=2 {
        stage.say(&bobs[0], send(DIRECT, reference)).await;
        stage.say(&bobs[1], send(DIRECT, 10 + reference)).await;
    }
    assert_eq!(bobs[1].frame()["code"], "rate_limited");
    stage.say(&ann, send(DIRECT, 3)).await;
    stage.commit_all().await;
    assert_eq!(ann.types(), ["message", "message", "message", "message.stored"]);
}

#[actix::test]
async fn who_writes_faster_than_the_disk_waits_and_nobody_else_finds_no_room() {
    let settings = ChatSettings { waiting_per_user: 2, waiting_max: 4, ..ChatSettings::default() };
    let mut stage = Stage::with(settings).await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    for reference in 1..=9 {
        stage.say(&ann, send(DIRECT, reference)).await;
    }
    stage.say(&bob, send(DIRECT, 20)).await;
    // The first is with the writer and two wait.
    let codes: Vec<_> = ann.frames().iter().map(|frame| frame["code"].clone()).collect();
    assert_eq!(codes, ["rate_limited"; 6]);
    stage.commit_all().await;
    assert_eq!(bob.types().iter().filter(|kind| *kind == "message.stored").count(), 1);
}

#[actix::test]
async fn hello_twice_is_an_error_and_nothing_else() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    let hello = json!({"type": "hello", "ref": 3, "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": false});
    stage.say(&ann, hello).await;
    let refused = ann.frame();
    assert_eq!((&refused["ref"], &refused["code"]), (&json!(3), &json!("hello_repeated")));
    assert_eq!(ann.end(), End::Open);
}

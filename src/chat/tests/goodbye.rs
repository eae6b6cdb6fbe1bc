//! Stopping: everybody hears of it, what was accepted is finished, and nothing new begins.

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::support::*;
use crate::chat::SayGoodbye;
use crate::protocol::Close;
use crate::store::{Refusal, Stored, Write};

async fn goodbye(stage: &Stage) -> JoinHandle<()> {
    let said = stage.chat.send(SayGoodbye);
    let said = tokio::task::spawn_local(async move { said.await.unwrap() });
    settle().await;
    said
}

fn is_goodbye(frame: &Value) -> bool {
    frame["type"] == "goodbye" && frame["reason"] == "restart" && frame["retryAfterMs"].is_u64()
}

#[actix::test]
async fn everybody_is_told_when_to_come_back() {
    let mut stage = Stage::open().await;
    let here = [stage.online(ANN).await, stage.online(BOB).await, stage.online(BOB).await];
    let said = goodbye(&stage).await;
    for device in &here {
        assert!(is_goodbye(&device.frame()));
        assert_eq!(device.end(), End::Closed(Close::Restart));
    }
    assert!(said.is_finished(), "nothing was left to do");
}

#[actix::test]
async fn whoever_says_hello_too_late_is_told_so_too() {
    let mut stage = Stage::open().await;
    goodbye(&stage).await;
    let session = stage.new_session();
    let late = stage.join(Device::new(BOB, session)).await;
    assert!(is_goodbye(&late.frame()));
    assert_eq!(late.end(), End::Closed(Close::Restart));
    assert!(!stage.writing.is_busy());
}

#[actix::test]
async fn somebody_who_is_still_joining_is_told_goodbye_and_nothing_afterwards() {
    let mut stage = Stage::open().await;
    stage.online(ANN).await;
    stage.online(BOB).await;
    let session = stage.new_session();
    let device = stage.join(Device::new(BOB, session)).await;
    goodbye(&stage).await;
    stage.finish_joining().await;
    assert!(is_goodbye(&device.frame()));
}

#[actix::test]
async fn what_was_accepted_is_finished_first() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    let caller = stage.submit(Write::Append(new_message(BOB, DIRECT))).await;
    let said = goodbye(&stage).await;
    assert!(!said.is_finished());
    stage.commit().await;
    assert!(!said.is_finished(), "the second batch is still to come");
    stage.commit().await;
    assert!(said.is_finished());
    assert!(matches!(caller.await, Ok(Stored::Appended { .. })));
    assert_eq!(ann.end(), End::Closed(Close::Restart), "its socket is left in peace to write its last words");
}

#[actix::test]
async fn what_comes_afterwards_is_refused_as_busy_and_not_tried() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    goodbye(&stage).await;
    let caller = stage.submit(Write::Append(new_message(ANN, DIRECT))).await;
    assert_eq!(caller.await, Err(Refusal::Busy));
    stage.say(&ann, send(DIRECT, 1)).await;
    assert!(!stage.writing.is_busy());
}

#[actix::test]
async fn nobody_goes_offline_and_no_session_is_left_because_the_program_stops() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, json!({"type": "presence.watch", "users": [BOB]})).await;
    stage.leave(&bob, false).await;
    stage.commit_all().await;
    stage.writing.forget();
    goodbye(&stage).await;
    stage.leave(&ann, false).await;
    stage.chat.do_send(crate::chat::WindowCloses { session: ann.session });
    stage.pass(seconds(70)).await;
    assert_eq!(stage.writing.writes(), []);
}

#[actix::test]
async fn two_who_ask_for_the_end_both_hear_of_it() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    let (one, two) = (goodbye(&stage).await, goodbye(&stage).await);
    stage.commit().await;
    assert!(one.is_finished() && two.is_finished());
}

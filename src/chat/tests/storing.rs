//! From a frame to its answer: batches, refusals, bounds.

use serde_json::json;

use super::support::*;
use crate::chat::ChatSettings;
use crate::domain::{ClientId, Version};
use crate::protocol::Close;
use crate::store::{Refusal, Stored, Write};

#[actix::test]
async fn nobody_hears_of_a_message_before_it_is_stored() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 7)).await;
    assert!(matches!(&stage.writing.batch()[..], [Write::Append(new)] if new.sender == ANN));
    assert!(ann.frames().is_empty() && bob.frames().is_empty());
    stage.commit().await;
    assert_eq!(ann.types(), ["message.stored"]);
    assert_eq!(bob.types(), ["message"]);
}

#[actix::test]
async fn the_tick_says_where_the_message_stands() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    let frame = send(DIRECT, 7);
    stage.say(&ann, frame.clone()).await;
    stage.commit().await;
    let tick = ann.frame();
    assert_eq!(
        tick,
        json!({"type": "message.stored", "ref": 7, "clientId": frame["clientId"], "conversation": DIRECT,
            "seq": 1, "rev": 1, "at": START})
    );
}

#[actix::test]
async fn one_message_alone_waits_for_nothing() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    assert_eq!(stage.writing.batch().len(), 1);
}

#[actix::test]
async fn what_comes_while_the_writer_works_gathers_in_order_for_the_next_batch() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let frames: Vec<_> = (1..=4).map(|reference| send(DIRECT, reference)).collect();
    stage.say(&ann, frames[0].clone()).await;
    stage.say(&ann, frames[1].clone()).await;
    stage.say(&bob, frames[2].clone()).await;
    stage.say(&ann, frames[3].clone()).await;
    assert_eq!(stage.writing.batch().len(), 1);
    stage.commit().await;
    let next: Vec<String> = stage
        .writing
        .batch()
        .iter()
        .map(|write| match write {
            Write::Append(new) => new.client_id.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    let asked: Vec<_> = frames[1..].iter().map(|frame| frame["clientId"].as_str().unwrap()).collect();
    assert_eq!(next, asked);
    stage.commit().await;
    let seqs: Vec<_> =
        bob.frames().iter().map(|frame| frame["seq"].as_i64().or(frame["message"]["seq"].as_i64())).collect();
    assert_eq!(seqs, [Some(1), Some(2), Some(3), Some(4)]);
}

#[actix::test]
async fn a_batch_is_never_larger_than_it_may_be() {
    let mut stage = Stage::with(ChatSettings { batch_max: 2, ..ChatSettings::default() }).await;
    let ann = stage.online(ANN).await;
    for reference in 0..6 {
        stage.say(&ann, send(DIRECT, reference)).await;
    }
    let mut sizes = Vec::new();
    while stage.writing.is_busy() {
        sizes.push(stage.writing.batch().len());
        stage.commit().await;
    }
    assert_eq!(sizes, [1, 2, 2, 1]);
    assert_eq!(ann.types(), ["message.stored"; 6]);
}

#[actix::test]
async fn beyond_what_may_wait_the_answer_is_busy_and_nothing_is_tried() {
    let mut stage = Stage::with(ChatSettings { waiting_max: 2, ..ChatSettings::default() }).await;
    let ann = stage.online(ANN).await;
    for reference in 1..=4 {
        stage.say(&ann, send(DIRECT, reference)).await;
    }
    let refused = ann.frame();
    assert_eq!((&refused["type"], &refused["ref"], &refused["code"]), (&json!("error"), &json!(4), &json!("busy")));
    assert!(refused["retryAfterMs"].as_u64().unwrap() > 0);
    stage.commit_all().await;
    assert_eq!(stage.writing.writes().len(), 3);
    assert_eq!(ann.types(), ["message.stored"; 3]);
}

#[actix::test]
async fn a_session_in_use_is_recorded_however_much_waits() {
    let mut stage = Stage::with(ChatSettings { waiting_max: 1, ..ChatSettings::default() }).await;
    let ann = stage.online(ANN).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    let session = stage.new_session();
    stage.join(Device::new(ANN, session)).await;
    stage.commit_all().await;
    assert!(stage.writing.writes().contains(&Write::SessionInUse { session }));
}

#[actix::test]
async fn a_refused_write_is_told_to_its_asker_and_does_not_disturb_its_neighbours() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let dan = stage.online(DAN).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    stage.say(&dan, send(DIRECT, 3)).await;
    stage.say(&bob, send(DIRECT, 4)).await;
    stage.commit_all().await;
    assert_eq!(ann.types(), ["message.stored", "message.stored", "message"]);
    assert_eq!(bob.types(), ["message", "message", "message.stored"]);
    let refused = dan.frame();
    assert_eq!((&refused["ref"], &refused["code"]), (&json!(3), &json!("not_found")));
    assert_eq!(refused.get("retryAfterMs"), None, "waiting does not help");
}

#[actix::test]
async fn a_failed_batch_says_unknown_to_each_asker_and_nothing_to_anybody_else() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.commit().await;
    ann.frames();
    bob.frames();
    stage.say(&ann, json!({"type": "receipt.read", "conversation": DIRECT, "seq": 1})).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    stage.say(&ann, send(GROUP, 3)).await;
    stage.commit_as(&Err(Refusal::Unknown)).await;
    stage.commit_as(&Err(Refusal::Unknown)).await;
    let refused = ann.frames();
    let said: Vec<_> = refused.iter().map(|frame| (frame["ref"].as_u64(), frame["code"].as_str().unwrap())).collect();
    assert_eq!(said, [(None, "unknown"), (Some(2), "unknown"), (Some(3), "unknown")]);
    assert!(refused.iter().all(|frame| frame["retryAfterMs"].is_u64()));
    assert!(bob.frames().is_empty());
}

#[actix::test]
async fn once_the_writer_is_back_everybody_asks_for_what_an_unknown_batch_may_have_stored() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    for reference in [1, 2] {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit_as(&Err(Refusal::Unknown)).await;
    }
    assert_eq!(bob.end(), End::Open, "while the writer is away, coming back would help nobody");
    stage.say(&ann, send(DIRECT, 3)).await;
    stage.commit_all().await;
    for device in [&ann, &bob] {
        assert_eq!(device.types().last().unwrap(), "goodbye");
        assert_eq!(device.end(), End::Closed(Close::Overload));
    }
}

#[actix::test]
async fn a_conflict_brings_what_there_is_now() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    let mut current = message(DIRECT, 1, 9, ANN);
    current.version = Version::new(3);
    stage
        .say(
            &ann,
            json!({"type": "message.edit", "ref": 1, "clientId": ClientId::fresh().to_string(), "conversation": DIRECT,
                "seq": 1, "version": 1, "body": "At two."}),
        )
        .await;
    stage.commit_as(&Err(Refusal::VersionConflict(Box::new(current)))).await;
    let refused = ann.frame();
    assert_eq!((&refused["code"], &refused["current"]["version"]), (&json!("version_conflict"), &json!(3)));
}

#[actix::test]
async fn a_repeat_answers_the_asker_with_the_first_result_and_tells_nobody_else() {
    let mut stage = Stage::open().await;
    let (ann, other, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 5)).await;
    let first = message(DIRECT, 3, 8, ANN);
    let repeat = Stored::Appended {
        message: first,
        audience: [ANN, BOB].into(),
        withheld_from: None,
        opened: None,
        is_repeat: true,
        cursor: None,
    };
    stage.commit_as(&Ok(repeat)).await;
    let tick = ann.frame();
    assert_eq!((&tick["type"], &tick["ref"], &tick["seq"]), (&json!("message.stored"), &json!(5), &json!(3)));
    assert!(other.frames().is_empty() && bob.frames().is_empty());
}

#[actix::test]
async fn a_caller_that_stopped_waiting_harms_nothing() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let write = Write::Append(new_message(ANN, DIRECT));
    drop(stage.submit(write.clone()).await);
    drop(stage.submit(write.clone()).await);
    let waiting = stage.submit(write).await;
    stage.commit_all().await;
    assert!(matches!(waiting.await, Ok(Stored::Appended { .. })));
    assert_eq!(bob.types(), ["message"; 3]);
    assert_eq!(ann.types(), ["message"; 3], "the socket did not send it, so it is told");
}

#[actix::test]
async fn a_connection_that_left_meanwhile_is_simply_not_answered() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.leave(&ann, false).await;
    stage.commit_all().await;
    assert!(ann.frames().is_empty());
    assert_eq!(bob.types(), ["message"]);
}

#[actix::test]
async fn what_is_stored_is_counted() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    let before = stage.census().await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    assert_eq!(stage.census().await.writes_waiting, 2);
    stage.commit_all().await;
    let after = stage.census().await;
    assert_eq!((after.messages_stored, after.batches_done), (2, before.batches_done + 2));
    assert_eq!((after.writes_waiting, after.connections, after.users_online), (0, 1, 1));
}

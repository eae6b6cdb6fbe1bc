//! Returns: somebody who was away comes back, and the store knows it before they are told anything.

use serde_json::json;

use super::support::*;
use crate::domain::PresenceState;
use crate::protocol::Close;
use crate::store::{Refusal, Write};

fn returns(writes: &[Write]) -> Vec<&Write> {
    writes.iter().filter(|write| matches!(write, Write::RecordReturn { .. })).collect()
}

const RETURN: Write = Write::RecordReturn { user: BOB, offline_since: AWAY };

#[actix::test]
async fn a_return_is_stored_before_a_reader_is_asked_and_before_ready() {
    let mut stage = Stage::open().await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.commit().await;
    assert_eq!(stage.writing.batch(), [RETURN]);
    assert_eq!(stage.reading.waiting(), 0, "no reader is asked yet");
    stage.commit().await;
    assert_eq!(stage.reading.waiting(), 1);
    assert!(bob.frames().is_empty());
    stage.reading.release();
    settle().await;
    assert_eq!(bob.types(), ["ready"]);
}

#[actix::test]
async fn a_return_that_cannot_be_stored_sends_the_client_away_and_did_not_happen() {
    let mut stage = Stage::open().await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.commit().await;
    stage.commit_as(&Err(Refusal::Unknown)).await;
    assert_eq!(bob.frame()["type"], "goodbye");
    assert_eq!(bob.end(), End::Closed(Close::Overload));
    let seen = stage.presence(BOB).await;
    assert_eq!((seen.state, seen.last_seen), (PresenceState::Offline, Some(AWAY)));
    stage.commit_all().await;
    stage.writing.forget();
    let session = stage.new_session();
    stage.join(Device::new(BOB, session)).await;
    stage.commit_all().await;
    assert_eq!(returns(&stage.writing.writes()), [&RETURN]);
}

#[actix::test]
async fn somebody_who_leaves_while_a_return_that_then_fails_is_being_stored_was_never_back() {
    let mut stage = Stage::open().await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.commit().await;
    stage.leave(&bob, false).await;
    stage.commit_as(&Err(Refusal::Unknown)).await;
    stage.commit_all().await;
    stage.pass(seconds(10)).await;
    stage.commit_all().await;
    assert_eq!(stage.presence(BOB).await.last_seen, Some(AWAY));
    let writes = stage.writing.writes();
    assert!(
        !writes
            .iter()
            .any(|write| matches!(write, Write::RecordPresence { offline_since: Some(since), .. } if *since != AWAY))
    );
    let session = stage.new_session();
    stage.join(Device::new(BOB, session)).await;
    stage.commit_all().await;
    assert_eq!(returns(&stage.writing.writes()), [&RETURN]);
}

#[actix::test]
async fn a_second_window_that_opens_meanwhile_waits_for_the_return_too() {
    let mut stage = Stage::open().await;
    let (one, two) = (stage.new_session(), stage.new_session());
    let phone = stage.join(Device::new(BOB, one)).await;
    let desk = stage.join(Device::new(BOB, two)).await;
    stage.commit().await;
    assert_eq!(stage.reading.waiting(), 0, "the return is not stored yet");
    stage.finish_joining().await;
    assert_eq!((phone.types(), desk.types()), (vec!["ready".to_owned()], vec!["ready".to_owned()]));
    assert_eq!(returns(&stage.writing.writes()), [&RETURN], "one return, not two");
}

#[actix::test]
async fn a_return_that_cannot_be_stored_sends_every_waiting_window_away() {
    let mut stage = Stage::open().await;
    let (one, two) = (stage.new_session(), stage.new_session());
    let phone = stage.join(Device::new(BOB, one)).await;
    let desk = stage.join(Device::new(BOB, two)).await;
    stage.commit_with(|write| (*write == RETURN).then_some(Err(Refusal::Unknown))).await;
    stage.commit_with(|write| (*write == RETURN).then_some(Err(Refusal::Unknown))).await;
    for device in [&phone, &desk] {
        assert_eq!(device.end(), End::Closed(Close::Overload));
    }
    assert_eq!(stage.presence(BOB).await.last_seen, Some(AWAY));
}

#[actix::test]
async fn the_window_that_brought_a_return_may_leave_and_another_one_goes_on() {
    let mut stage = Stage::open().await;
    let (one, two) = (stage.new_session(), stage.new_session());
    let phone = stage.join(Device::new(BOB, one)).await;
    stage.commit().await;
    let desk = stage.join(Device::new(BOB, two)).await;
    stage.leave(&phone, false).await;
    stage.finish_joining().await;
    assert_eq!(desk.types(), ["ready"]);
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
}

#[actix::test]
async fn whoever_went_again_before_a_return_was_stored_waits_for_the_next_one() {
    let mut stage = Stage::open().await;
    let (one, two) = (stage.new_session(), stage.new_session());
    let phone = stage.join(Device::new(BOB, one)).await;
    stage.commit().await;
    assert_eq!(stage.writing.batch(), [RETURN]);
    stage.leave(&phone, false).await;
    stage.pass(seconds(10)).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Offline);
    let desk = stage.join(Device::new(BOB, two)).await;
    stage.commit().await;
    assert_eq!(stage.reading.waiting(), 0, "the first is stored, the second is not");
    stage.finish_joining().await;
    assert_eq!(desk.types(), ["ready"]);
    assert_eq!(returns(&stage.writing.writes()).len(), 2);
}

#[actix::test]
async fn what_a_returning_client_confirms_at_once_is_written_after_its_return() {
    let mut stage = Stage::open().await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.say(&bob, json!({"type": "receipt.delivered", "conversation": DIRECT, "seq": 3})).await;
    stage.commit().await;
    assert!(matches!(&stage.writing.batch()[..], [Write::RecordReturn { .. }, Write::Confirm { .. }]));
}

#[actix::test]
async fn everybody_else_sees_a_returning_person_only_once() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.say(&ann, json!({"type": "presence.watch", "users": [BOB]})).await;
    assert_eq!(ann.frame()["users"][0]["state"], "offline");
    stage.online(BOB).await;
    stage.pass(seconds(2)).await;
    assert_eq!(ann.frame()["users"], json!([{"user": BOB, "state": "online"}]));
}

//! A panic at each piece of ChatServer's work: whoever asked is told, everybody else goes on, and what is left is true.

use rstest::rstest;
use serde_json::{Value, json};

use super::support::*;
use crate::chat::{ChatSettings, GaveUp, OpenSessions, PANICS_MAX, PresenceOf, SayGoodbye, TakeCensus, WindowCloses};
use crate::domain::{PresenceState, Seq, SessionId};
use crate::guarded::injected::{always_at, at};
use crate::guarded::{Panicked, Work};
use crate::protocol::Close;
use crate::store::{Refusal, Stored, Write};

fn typing(reference: u64) -> Value {
    json!({"type": "typing", "ref": reference, "conversation": GROUP, "on": true})
}

fn watch(device: &Device) -> Value {
    json!({"type": "presence.watch", "users": [device.user.get()]})
}

/// Two people talk as if nothing had been.
async fn all_goes_on(stage: &mut Stage, one: &Device, other: &Device) {
    stage.commit_all().await;
    drop((one.raw(), other.raw()));
    stage.say(one, send(DIRECT, 91)).await;
    stage.commit().await;
    assert_eq!((one.types(), other.types()), (vec!["message.stored".to_owned()], vec!["message".to_owned()]));
}

#[rstest]
#[case::nothing_that_lasts(typing(7), "internal")]
#[case::a_message(send(GROUP, 7), "unknown")]
#[actix::test]
async fn a_frame_that_panics_costs_its_asker_an_error_and_the_connection(#[case] frame: Value, #[case] code: &str) {
    let mut stage = Stage::open().await;
    let (ann, bob, cat) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await);
    let injected = at(Work::ChatAsk, 1);
    stage.say(&cat, frame).await;
    assert!(injected.has_struck());
    let refused = cat.frame();
    assert_eq!((&refused["type"], &refused["ref"], &refused["code"]), (&json!("error"), &json!(7), &json!(code)));
    assert_eq!(refused["retryAfterMs"].is_u64(), code == "unknown");
    assert_eq!(cat.end(), End::Closed(Close::Failed));
    assert_eq!(stage.census().await.connections, 2);
    all_goes_on(&mut stage, &ann, &bob).await;
    stage.pass(seconds(10)).await;
    assert_eq!(stage.presence(CAT).await.state, PresenceState::Offline);
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
}

#[actix::test]
async fn a_message_that_was_accepted_before_the_panic_is_stored_and_told_and_its_asker_was_not_told_no() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let _injected = at(Work::ChatAccept, 1);
    stage.say(&ann, send(DIRECT, 7)).await;
    assert_eq!(ann.frame()["code"], "unknown");
    assert_eq!(ann.end(), End::Closed(Close::Failed));
    assert!(stage.writing.is_busy(), "the batch is on its way all the same");
    stage.commit().await;
    assert_eq!(bob.types(), ["message"]);
}

#[actix::test]
async fn somebody_whose_hello_panics_was_never_back() {
    let mut stage = Stage::open().await;
    for work in [Work::ChatJoin, Work::ChatAccept] {
        let _injected = at(work, 1);
        let session = stage.new_session();
        let bob = stage.join(Device::new(BOB, session)).await;
        assert_eq!(bob.end(), End::Closed(Close::Failed), "{work}");
        stage.commit_all().await;
        let seen = stage.presence(BOB).await;
        assert_eq!((seen.state, seen.last_seen), (PresenceState::Offline, Some(AWAY)), "{work}");
        assert_eq!(stage.reading.waiting(), 0);
        stage.writing.forget();
    }
    stage.online(BOB).await;
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
}

#[actix::test]
async fn a_reader_s_answer_that_panics_closes_the_one_who_waited_for_it() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let _injected = at(Work::ChatResumed, 1);
    let session = stage.new_session();
    let cat = stage.join(Device::new(CAT, session)).await;
    stage.finish_joining().await;
    assert_eq!((cat.end(), cat.raw().len()), (End::Closed(Close::Failed), 0));
    all_goes_on(&mut stage, &ann, &bob).await;
}

#[rstest]
#[case(Work::ChatLeave)]
#[case(Work::ChatForget)]
#[actix::test]
async fn whoever_leaves_while_it_panics_has_left_all_the_same(#[case] work: Work) {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, watch(&bob)).await;
    drop(ann.raw());
    let _injected = at(work, 1);
    stage.leave(&bob, true).await;
    assert_eq!(stage.census().await.connections, 1);
    stage.commit_all().await;
    let left = |write: &Write| matches!(write, Write::SessionLeft { session, .. } if *session == bob.session);
    assert!(stage.writing.writes().iter().any(left), "its session has a deadline");
    stage.pass(seconds(6)).await;
    let told = ann.frames();
    assert_eq!(told.last().unwrap()["users"][0]["state"], "offline", "{told:?}");
}

#[actix::test]
async fn a_batch_whose_answer_panics_is_unknown_to_all_and_the_next_one_goes_out() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 7)).await;
    let asked = stage.submit(Write::ExpireSessions).await;
    stage.commit().await;
    let later = stage.submit(Write::ExpireSessions).await;
    let _injected = at(Work::ChatBatchDone, 1);
    stage.commit().await;
    assert_eq!(asked.await, Err(Refusal::Unknown));
    for device in [&ann, &bob] {
        assert_eq!(device.frames().last().unwrap()["type"], "goodbye", "nobody may take what they missed for seen");
        assert_eq!(device.end(), End::Closed(Close::Overload));
    }
    stage.commit().await;
    assert_eq!(later.await, Ok(Stored::Done));
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    all_goes_on(&mut stage, &ann, &bob).await;
}

#[actix::test]
async fn when_a_change_was_told_to_some_only_everybody_asks_again_and_callers_hear_the_truth() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let _first = stage.submit(Write::ExpireSessions).await;
    stage.say(&ann, send(DIRECT, 7)).await;
    stage.say(&ann, send(DIRECT, 8)).await;
    let asked = stage.submit(Write::ExpireSessions).await;
    stage.commit().await;
    let _injected = at(Work::ChatTell, 2);
    stage.commit().await;
    assert_eq!(asked.await, Ok(Stored::Done));
    for device in [&ann, &bob] {
        let told = device.types();
        assert_eq!(told.last().unwrap(), "goodbye");
        assert!(told.len() <= 2, "the first change and the last word: {told:?}");
        assert_eq!(device.end(), End::Closed(Close::Overload));
    }
    assert_eq!(stage.presence(ANN).await.state, PresenceState::Online, "they are back within the grace");
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    all_goes_on(&mut stage, &ann, &bob).await;
}

#[actix::test]
async fn a_return_is_undone_when_its_answer_panics() {
    let mut stage = Stage::open().await;
    let session = stage.new_session();
    let bob = stage.join(Device::new(BOB, session)).await;
    stage.commit().await;
    let _injected = at(Work::ChatBatchDone, 1);
    stage.commit().await;
    assert_eq!(bob.end(), End::Closed(Close::Overload));
    assert_eq!(stage.presence(BOB).await.last_seen, Some(AWAY));
    stage.commit_all().await;
    stage.online(BOB).await;
}

#[actix::test]
async fn when_frames_of_a_batch_were_lost_on_their_way_everybody_asks_again() {
    let mut stage = Stage::open().await;
    let devices = [stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await];
    stage.say(&devices[0], send(GROUP, 7)).await;
    let _injected = at(Work::ChatHandOver, 1);
    stage.commit().await;
    for device in &devices {
        assert_eq!(device.end(), End::Closed(Close::Overload));
        assert_eq!(device.types().last().unwrap(), "goodbye");
    }
}

#[actix::test]
async fn a_connection_whose_frames_were_lost_is_cut_and_the_others_get_theirs() {
    let mut stage = Stage::open().await;
    let (ann, bob, cat) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await);
    stage.say(&ann, send(GROUP, 7)).await;
    stage.commit().await;
    drop((ann.raw(), bob.raw(), cat.raw()));
    let _injected = at(Work::ChatHandOver, 1);
    stage.say(&ann, typing(8)).await;
    assert_eq!(bob.end(), End::Cut);
    assert_eq!((cat.end(), cat.types()), (End::Open, vec!["typing".to_owned(); 2]), "it began, and ended with her");
    assert_eq!(ann.end(), End::Closed(Close::Failed));
    assert_eq!(stage.census().await.connections, 1);
}

#[actix::test]
async fn a_tick_that_panics_is_made_up_for_by_the_next() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, watch(&bob)).await;
    stage.leave(&bob, false).await;
    stage.commit_all().await;
    stage.writing.forget();
    stage.pass(seconds(4)).await;
    // The absence is owed, but not on its way yet.
    let _injected = at(Work::ChatAccept, 1);
    stage.pass(seconds(2)).await;
    stage.commit_all().await;
    stage.pass(seconds(1)).await;
    stage.commit_all().await;
    let away = |write: &Write| matches!(write, Write::RecordPresence { user: BOB, offline_since: Some(_) });
    assert!(stage.writing.writes().iter().any(away));
    assert_eq!(ann.frames().last().unwrap()["users"][0]["state"], "offline");
    assert_eq!(ann.end(), End::Open);
}

#[actix::test]
async fn a_start_that_panics_still_gives_old_sessions_their_deadline() {
    let _injected = at(Work::ChatStarted, 1);
    let stage = Stage::starting().await;
    assert!(matches!(stage.writing.batch()[..], [Write::RestDeadlines { .. }]), "{:?}", stage.writing.batch());
}

#[actix::test]
async fn a_change_whose_acceptance_panics_is_unknown_to_its_caller() {
    let stage = Stage::open().await;
    let _injected = at(Work::ChatSubmit, 1);
    let (reply, answer) = tokio::sync::oneshot::channel();
    stage.chat.do_send(crate::chat::Submit { write: Write::ExpireSessions, reply });
    assert!(answer.await.is_err(), "`submit` makes 'unknown' of this");
    assert!(!stage.writing.is_busy());
}

#[actix::test]
async fn a_question_that_panics_is_answered_so_and_the_next_as_usual() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    let _of = at(Work::ChatPresenceOf, 1);
    let asked = stage.chat.send(PresenceOf { viewer: ANN, users: vec![BOB] }).await.unwrap();
    assert_eq!(asked, Err(Panicked(Work::ChatPresenceOf)));
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online);
    let _sessions = at(Work::ChatOpenSessions, 1);
    let asked = stage.chat.send(OpenSessions { user: BOB }).await.unwrap();
    assert_eq!(asked, Err(Panicked(Work::ChatOpenSessions)));
    let _census = at(Work::ChatCensus, 1);
    assert!(stage.chat.send(TakeCensus).await.unwrap().is_err());
    assert_eq!(stage.census().await.panics, 3);
    assert_eq!(bob.end(), End::Open);
}

#[actix::test]
async fn a_beacon_whose_handling_panics_still_begins_the_end_of_its_session() {
    let stage = Stage::open().await;
    let _injected = at(Work::ChatWindowCloses, 1);
    stage.chat.do_send(WindowCloses { session: SessionId::new(7) });
    settle().await;
    assert!(matches!(stage.writing.batch()[..], [Write::SessionLeft { .. }]));
}

#[actix::test]
async fn a_goodbye_that_panics_is_said_all_the_same() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    let _injected = at(Work::ChatGoodbye, 1);
    stage.chat.send(SayGoodbye).await.unwrap();
    assert_eq!(bob.end(), End::Closed(Close::Restart));
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Online, "for those who look until the restart");
}

#[actix::test]
async fn the_other_answers_of_readers_panic_alone() {
    let mut stage = Stage::with(ChatSettings::default()).await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.reading.knows((conversation(GROUP, 1, &[ANN, BOB, CAT]), Vec::new()));
    let _injected = at(Work::ChatTypingView, 1);
    stage.say(&ann, typing(7)).await;
    stage.reading.release();
    settle().await;
    assert_eq!(ann.end(), End::Closed(Close::Failed));
    assert_eq!(bob.end(), End::Open);
}

#[actix::test]
async fn counts_whose_telling_panics_are_asked_for_again() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    let confirmed = Ok(Stored::Confirmed {
        conversation: GROUP,
        user: BOB,
        receipts: Vec::new(),
        authors: Vec::new(),
        only_delivered_to: Vec::new(),
        crowd: vec![(ANN, Seq::new(1))],
        late: Vec::new(),
        cursor: None,
    });
    for is_first in [true, false] {
        drop(stage.submit(Write::ExpireSessions).await);
        stage.commit_as(&confirmed).await;
        let injected = is_first.then(|| at(Work::ChatCounted, 1));
        stage.pass(seconds(2)).await;
        stage.reading.release();
        settle().await;
        assert_eq!(stage.reading.counts_asked().len(), if is_first { 1 } else { 2 });
        assert!(injected.is_none_or(|injected| injected.has_struck()));
    }
    assert_eq!(ann.end(), End::Open);
}

#[actix::test]
async fn panics_that_do_not_end_are_said_and_a_success_between_counts_anew() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    for _ in 0..2 {
        let _injected = always_at(Work::ChatTick);
        let ticks = PANICS_MAX - 1;
        stage.pass(std::time::Duration::from_millis(250) * ticks).await;
        drop(_injected);
        stage.pass(seconds(1)).await;
    }
    assert!(stage.gave_up.try_recv().is_err(), "it came right each time");
    let _injected = always_at(Work::ChatTick);
    stage.pass(seconds(6)).await;
    assert_eq!(stage.gave_up.try_recv(), Ok(GaveUp(Work::ChatTick)));
}

#[actix::test]
async fn what_cannot_be_put_right_is_said_at_once() {
    let mut stage = Stage::open().await;
    let bob = stage.online(BOB).await;
    let _injected = always_at(Work::ChatForget);
    stage.leave(&bob, false).await;
    assert_eq!(stage.gave_up.try_recv(), Ok(GaveUp(Work::ChatMend)));
}

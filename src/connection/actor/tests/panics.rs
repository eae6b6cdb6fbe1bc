//! A panic at each piece of a connection's work: that connection is closed with 1011, and ChatServer hears that it left.

use rstest::rstest;

use super::*;
use crate::guarded::injected::at;

/// Lets every piece of work happen once.
async fn live(stage: &mut Stage) {
    let _ = stage.chat.hand_over(outgoing(&json!({"type": "ready"}))).await;
    if !stage.is_over() {
        stage.say(&typing(1)).await;
        stage.chat.accept().await;
    }
    stage.pass(HEARTBEAT * 3).await;
    stage.lose().await;
}

#[rstest]
#[case(Work::ConnectionItem)]
#[case(Work::ConnectionOutgoing)]
#[case(Work::ConnectionAccepted)]
#[case(Work::ConnectionNoHello)]
#[case(Work::ConnectionBeat)]
#[case(Work::ConnectionSilent)]
#[actix::test]
async fn a_panic_closes_its_connection_and_chat_server_hears_of_it_once(#[case] work: Work) {
    let mut stage = Stage::joined().await;
    let injected = at(work, 1);
    live(&mut stage).await;
    assert!(injected.has_struck());
    assert_eq!(stage.heard().last(), Some(&Heard::Close(1011)), "{work}");
    assert!(stage.is_over());
    assert_eq!(stage.chat.leaves(), [false]);
}

#[rstest]
#[case::a_lost_cable(Work::ConnectionFinished)]
#[case::its_very_end(Work::ConnectionStopped)]
#[actix::test]
async fn a_panic_at_its_end_hides_no_leave(#[case] work: Work) {
    let mut stage = Stage::joined().await;
    let injected = at(work, 1);
    stage.lose().await;
    assert!(injected.has_struck() && stage.is_over());
    assert_eq!(stage.chat.leaves(), [false]);
}

#[actix::test]
async fn a_panic_at_its_beginning_closes_it_before_anybody_knows_it() {
    let injected = at(Work::ConnectionStarted, 1);
    let stage = Stage::open().await;
    assert!(injected.has_struck());
    assert_eq!(stage.heard(), [Heard::Close(1011)]);
    assert!(stage.is_over() && stage.chat.leaves().is_empty());
}

#[actix::test]
async fn an_actor_that_is_dropped_in_the_middle_has_left() {
    let stage = Stage::joined().await;
    stage.drop_it().await;
    assert_eq!(stage.chat.leaves(), [false]);
}

#[actix::test]
async fn other_connections_of_the_same_thread_live_on() {
    let (broken, other) = (Stage::joined().await, Stage::beside().await);
    other.say(&hello()).await;
    let _injected = at(Work::ConnectionItem, 1);
    broken.say(&typing(1)).await;
    assert!(broken.is_over() && !other.is_over());
    other.say(&typing(2)).await;
    assert_eq!(other.chat.asks().len(), 1);
}

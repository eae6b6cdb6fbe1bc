//! The connection actor over a stream of bytes: no socket, no sleep.

mod panics;
mod stage;

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::connection::guard::client_frames;
use crate::domain::{ConversationId, Rev};
use stage::{HEARTBEAT, Heard, MESSAGE_WITHIN, Stage, WHO, hello};

fn typing(reference: u64) -> serde_json::Value {
    json!({"type": "typing", "ref": reference, "conversation": 31, "on": true})
}

fn outgoing(frame: &serde_json::Value) -> Outgoing {
    Outgoing::Frame(frame.to_string().into())
}

#[actix::test]
async fn hello_joins_as_the_sessions_user_with_what_the_client_has() {
    let stage = Stage::joined().await;
    let told =
        Hello { people_rev: Rev::new(3), conversations: vec![(ConversationId::new(31), Rev::new(40))], is_idle: true };
    stage.chat.with_join(|join| {
        assert_eq!((join.user, join.session, join.keep), (WHO.user, WHO.session, WHO.keep));
        assert_eq!(join.hello, told);
    });
    assert!(stage.heard().is_empty(), "the answer is ChatServer's");
}

#[actix::test]
async fn anything_before_hello_is_refused_and_hello_may_still_come() {
    let stage = Stage::open().await;
    stage.say(&typing(4)).await;
    let refused = &stage.texts()[0];
    assert_eq!((&refused["code"], &refused["ref"]), (&json!("hello_required"), &json!(4)));
    assert!(stage.chat.asks().is_empty());
    stage.say(&hello()).await;
    assert_eq!(stage.chat.joins(), 1);
}

#[actix::test]
async fn without_hello_the_connection_is_closed_after_ten_seconds() {
    let stage = Stage::open().await;
    stage.pass(Duration::from_secs(9)).await;
    assert!(!stage.is_over());
    stage.pass(Duration::from_secs(2)).await;
    assert_eq!(stage.heard(), [Heard::Close(1008)]);
    assert!(stage.is_over());
    assert!(stage.chat.leaves().is_empty(), "it never joined");
}

#[actix::test]
async fn a_second_hello_is_for_chat_server_to_refuse_and_joins_nothing() {
    let stage = Stage::joined().await;
    stage.say(&hello()).await;
    assert_eq!(stage.chat.joins(), 1);
    assert!(matches!(stage.chat.asks()[..], [Request { frame: ClientFrame::Hello { .. }, .. }]));
}

#[rstest]
#[case::not_json("{\"type\":", "invalid_json", None)]
#[case::unknown_type("{\"type\":\"tpying\",\"ref\":9}", "unknown_type", Some(9))]
#[case::missing_field("{\"type\":\"typing\",\"ref\":9,\"on\":true}", "missing_field", Some(9))]
#[case::wrong_field("{\"type\":\"typing\",\"ref\":9,\"conversation\":\"x\",\"on\":true}", "invalid_field", Some(9))]
#[actix::test]
async fn a_frame_that_cannot_be_read_is_an_error_with_its_ref_and_the_connection_lives_on(
    #[case] text: &str,
    #[case] code: &str,
    #[case] reference: Option<u64>,
) {
    let stage = Stage::joined().await;
    stage.send(client_frames::frame(client_frames::TEXT, text.as_bytes())).await;
    let refused = &stage.texts()[0];
    assert_eq!((&refused["type"], &refused["code"]), (&json!("error"), &json!(code)));
    assert_eq!(refused["ref"].as_u64(), reference);
    assert!(stage.chat.asks().is_empty());
    stage.say(&typing(5)).await;
    assert_eq!(stage.chat.asks().len(), 1);
}

#[actix::test]
async fn each_frame_waits_until_the_one_before_is_accepted() {
    let stage = Stage::joined().await;
    let frames: Vec<u8> = (1..=3)
        .flat_map(|reference| client_frames::frame(client_frames::TEXT, typing(reference).to_string().as_bytes()))
        .collect();
    stage.send(frames).await;
    for asked in 1..=3 {
        let references: Vec<_> = stage.chat.asks().iter().map(|ask| ask.reference.unwrap().get()).collect();
        assert_eq!(references, (1..=asked).collect::<Vec<_>>());
        stage.chat.accept().await;
    }
}

#[actix::test]
async fn frames_of_one_message_are_joined() {
    let stage = Stage::joined().await;
    let text = typing(1).to_string();
    let (head, tail) = text.as_bytes().split_at(10);
    stage.send(client_frames::frame(client_frames::FIRST, head)).await;
    stage.send(client_frames::frame(client_frames::LAST, tail)).await;
    assert_eq!(stage.chat.asks().len(), 1);
}

#[actix::test]
async fn what_chat_server_hands_over_is_written_in_order() {
    let stage = Stage::joined().await;
    let frames = ["ready", "changes", "message"].map(|kind| json!({ "type": kind }));
    let first = frames[..2].iter().map(|frame| frame.to_string().into()).collect();
    stage.chat.hand_over(Outgoing::Frames(first)).await.unwrap();
    stage.chat.hand_over(outgoing(&frames[2])).await.unwrap();
    assert_eq!(stage.texts(), frames);
}

#[actix::test]
async fn bytes_that_were_written_wait_no_more() {
    let stage = Stage::joined().await;
    let long = json!({"type": "message", "body": "x".repeat(60_000)});
    for _ in 0..2 * crate::chat::WAITING_MAX_BYTES / 60_000 {
        stage.chat.hand_over(outgoing(&long)).await.expect("there is room again");
        assert_eq!(stage.texts().len(), 1);
    }
}

#[rstest]
#[case(Close::Restart, 1012)]
#[case(Close::Overload, 1013)]
#[case(Close::SessionEnded, 4001)]
#[case(Close::Replaced, 4002)]
#[actix::test]
async fn a_last_word_is_followed_by_a_close_frame_with_its_code(#[case] close: Close, #[case] code: u16) {
    let stage = Stage::joined().await;
    let last = json!({"type": "goodbye"});
    stage.chat.hand_over(Outgoing::Close(Some(last.to_string().into()), close)).await.unwrap();
    assert_eq!(stage.heard(), [Heard::Text(last), Heard::Close(code)]);
    assert!(stage.is_over());
    assert_eq!(stage.chat.leaves(), [false], "once, and the window did not say so");
}

#[rstest]
#[case::a_page_that_closes(Some(1001), true)]
#[case::a_program_that_is_done(Some(1000), false)]
#[case::no_code(None, false)]
#[case::something_of_its_own(Some(4000), false)]
#[actix::test]
async fn only_1001_says_that_the_window_closes(#[case] code: Option<u16>, #[case] said_so: bool) {
    let stage = Stage::joined().await;
    stage
        .send(
            code.map_or_else(
                || client_frames::frame(client_frames::CLOSE, b""),
                |code| client_frames::close(code, b""),
            ),
        )
        .await;
    assert_eq!(stage.chat.leaves(), [said_so]);
    assert_eq!(stage.heard(), [Heard::Close(code.unwrap_or(1000))]);
    assert!(stage.is_over());
}

#[actix::test]
async fn a_lost_cable_is_a_leave_without_a_word() {
    let mut stage = Stage::joined().await;
    stage.lose().await;
    assert_eq!(stage.chat.leaves(), [false]);
    assert!(stage.is_over());
}

#[actix::test]
async fn a_close_that_comes_right_behind_a_frame_is_still_heard() {
    let stage = Stage::joined().await;
    let mut bytes = client_frames::frame(client_frames::TEXT, typing(1).to_string().as_bytes());
    bytes.extend(client_frames::close(1001, b""));
    stage.send(bytes).await;
    assert!(stage.chat.leaves().is_empty(), "the frame before it comes first");
    stage.chat.accept().await;
    assert_eq!(stage.chat.leaves(), [true]);
}

#[rstest]
#[case::binary(client_frames::frame(client_frames::BINARY, b"x"), 1003)]
#[case::not_utf8(client_frames::frame(client_frames::TEXT, b"\xff"), 1007)]
#[case::too_large(client_frames::declared(client_frames::TEXT, 65_537), 1009)]
#[case::nothing_to_continue(client_frames::frame(client_frames::LAST, b"x"), 1002)]
#[actix::test]
async fn broken_protocol_ends_the_connection_with_its_code(#[case] bytes: Vec<u8>, #[case] code: u16) {
    let stage = Stage::joined().await;
    stage.send(bytes).await;
    assert_eq!(stage.heard(), [Heard::Close(code)]);
    assert_eq!((stage.is_over(), stage.chat.leaves()), (true, vec![false]));
}

#[actix::test]
async fn a_ping_is_answered() {
    let stage = Stage::open().await;
    stage.send(client_frames::frame(client_frames::PING, b"there?")).await;
    assert_eq!(stage.heard(), [Heard::Pong(b"there?".to_vec())]);
}

#[actix::test]
async fn a_client_that_is_silent_for_two_and_a_half_heartbeats_is_gone() {
    let stage = Stage::joined().await;
    stage.pass(HEARTBEAT * 2 + Duration::from_secs(5)).await;
    assert!(!stage.is_over());
    // Not at the next beat only: whoever watches is promised to know within 45 s.
    stage.pass(Duration::from_secs(3)).await;
    assert!(stage.is_over());
    assert_eq!(stage.chat.leaves(), [false]);
}

#[actix::test]
async fn any_sign_of_life_keeps_a_client() {
    let stage = Stage::joined().await;
    for _ in 0..10 {
        stage.pass(HEARTBEAT).await;
        stage.send(client_frames::frame(client_frames::PONG, b"")).await;
    }
    assert!(!stage.is_over());
}

#[actix::test]
async fn a_message_whose_fragments_drip_is_given_up_whatever_comes_between() {
    let stage = Stage::joined().await;
    stage.send(client_frames::frame(client_frames::FIRST, b"{")).await;
    let mut waited = Duration::ZERO;
    while waited < MESSAGE_WITHIN + HEARTBEAT && !stage.is_over() {
        stage.send(client_frames::frame(client_frames::MIDDLE, b" ")).await;
        stage.send(client_frames::frame(client_frames::PONG, b"")).await;
        stage.pass(HEARTBEAT).await;
        waited += HEARTBEAT;
    }
    assert!(stage.is_over() && waited >= MESSAGE_WITHIN, "{waited:?}");
    assert_eq!(stage.heard().last(), Some(&Heard::Close(1008)));
}

#[actix::test]
async fn beats_come_with_each_heartbeat_once_it_has_joined() {
    let stage = Stage::joined().await;
    stage.pass(HEARTBEAT).await;
    assert_eq!(stage.heard(), [Heard::Ping, Heard::Text(json!({"type": "beat", "at": 1_000}))]);
    stage.pass(HEARTBEAT).await;
    assert_eq!(stage.texts().len(), 1);
}

#[actix::test]
async fn nothing_handed_over_after_the_end_is_written() {
    let stage = Stage::joined().await;
    stage.chat.hand_over(Outgoing::Close(None, Close::Replaced)).await.unwrap();
    assert_eq!(stage.heard(), [Heard::Close(4002)]);
    let _ = stage.chat.hand_over(outgoing(&json!({"type": "message"}))).await;
    assert!(stage.heard().is_empty());
    assert_eq!(stage.chat.leaves(), [false]);
}

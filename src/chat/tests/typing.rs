//! Who is writing something, as the members of a conversation see it.

use serde_json::{Value, json};

use super::support::*;
use crate::domain::UserId;
use crate::store::{ConversationOpened, Stored, Write};

fn told(conversation: crate::domain::ConversationId, user: UserId, on: bool) -> Value {
    json!({"type": "typing", "conversation": conversation, "user": user, "on": on})
}

/// ChatServer knows who is in the group; a reader knows who is in the direct conversation.
async fn stage() -> Stage {
    let mut stage = Stage::open().await;
    drop(stage.submit(Write::ExpireSessions).await);
    let known = Stored::ConversationChanged {
        conversation: GROUP,
        opened: ConversationOpened::default(),
        lines: Vec::new(),
        audience: [ANN, BOB, CAT].into(),
        gone: Vec::new(),
    };
    stage.commit_as(&Ok(known)).await;
    stage.writing.forget();
    stage.reading.knows((conversation(DIRECT, 1, &[ANN, BOB]), Vec::new()));
    stage
}

#[actix::test]
async fn typing_is_told_to_the_other_members_only() {
    let mut stage = stage().await;
    let (ann, desk) = (stage.online(ANN).await, stage.online(ANN).await);
    let (bob, cat, dan) = (stage.online(BOB).await, stage.online(CAT).await, stage.online(DAN).await);
    stage.say(&ann, typing(GROUP, true)).await;
    assert_eq!((bob.frame(), cat.frame()), (told(GROUP, ANN, true), told(GROUP, ANN, true)));
    assert!(ann.frames().is_empty() && desk.frames().is_empty() && dan.frames().is_empty());
    assert_eq!(stage.reading.views_asked(), 0);
    assert_eq!(stage.writing.writes(), [], "it is never stored");
}

#[actix::test]
async fn a_notice_that_is_repeated_is_told_once() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    for _ in 0..4 {
        stage.say(&ann, typing(GROUP, true)).await;
        stage.pass(seconds(3)).await;
    }
    assert_eq!(bob.frames(), [told(GROUP, ANN, true)]);
}

#[actix::test]
async fn it_ends_with_a_stop() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(GROUP, true)).await;
    stage.say(&ann, typing(GROUP, false)).await;
    stage.say(&ann, typing(GROUP, false)).await;
    assert_eq!(bob.frames(), [told(GROUP, ANN, true), told(GROUP, ANN, false)]);
}

#[actix::test]
async fn it_ends_with_the_message() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(GROUP, true)).await;
    stage.say(&ann, send(GROUP, 1)).await;
    stage.commit_all().await;
    let frames = bob.frames();
    assert_eq!((&frames[1], &frames[2]["type"]), (&told(GROUP, ANN, false), &json!("message")));
}

#[actix::test]
async fn it_ends_with_the_connection() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(GROUP, true)).await;
    stage.leave(&ann, false).await;
    assert_eq!(bob.frames(), [told(GROUP, ANN, true), told(GROUP, ANN, false)]);
}

#[actix::test]
async fn it_ends_by_itself_after_five_seconds() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(GROUP, true)).await;
    stage.pass(seconds(4)).await;
    assert_eq!(bob.frames().len(), 1);
    stage.pass(seconds(2)).await;
    assert_eq!(bob.frame(), told(GROUP, ANN, false));
}

#[actix::test]
async fn who_is_in_a_conversation_is_asked_of_a_reader_once() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(DIRECT, true)).await;
    stage.say(&ann, typing(DIRECT, true)).await;
    assert_eq!(stage.reading.waiting(), 1);
    stage.reading.release();
    settle().await;
    assert_eq!(bob.frame(), told(DIRECT, ANN, true));
    stage.say(&ann, typing(DIRECT, false)).await;
    stage.say(&bob, typing(DIRECT, true)).await;
    assert_eq!(ann.frame(), told(DIRECT, BOB, true));
    assert_eq!(stage.reading.views_asked(), 1);
}

#[actix::test]
async fn whoever_is_no_member_is_not_heard() {
    let mut stage = stage().await;
    let (ann, bob, dan) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(DAN).await);
    stage.say(&dan, typing(GROUP, true)).await;
    stage.say(&dan, typing(DIRECT, true)).await;
    stage.reading.release();
    settle().await;
    assert!(ann.frames().is_empty() && bob.frames().is_empty() && dan.frames().is_empty());
}

#[actix::test]
async fn somebody_who_was_removed_is_neither_told_nor_heard() {
    let mut stage = stage().await;
    let (ann, cat) = (stage.online(ANN).await, stage.online(CAT).await);
    drop(stage.submit(Write::ExpireSessions).await);
    let removed = Stored::ConversationChanged {
        conversation: GROUP,
        opened: ConversationOpened::default(),
        lines: Vec::new(),
        audience: [ANN, BOB, CAT].into(),
        gone: vec![CAT],
    };
    stage.commit_as(&Ok(removed)).await;
    stage.say(&ann, typing(GROUP, true)).await;
    stage.say(&cat, typing(GROUP, true)).await;
    assert!(ann.frames().is_empty() && cat.frames().is_empty());
}

#[actix::test]
async fn a_stop_that_comes_before_the_readers_answer_wins() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(DIRECT, true)).await;
    stage.say(&ann, typing(DIRECT, false)).await;
    stage.reading.release();
    settle().await;
    assert!(bob.frames().is_empty());
}

#[actix::test]
async fn a_message_that_comes_before_the_readers_answer_wins() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(DIRECT, true)).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.commit_all().await;
    stage.reading.release();
    settle().await;
    assert_eq!(bob.types(), ["message"]);
}

#[actix::test]
async fn a_connection_that_leaves_before_the_readers_answer_types_nothing() {
    let mut stage = stage().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, typing(DIRECT, true)).await;
    stage.leave(&ann, false).await;
    stage.reading.release();
    settle().await;
    assert!(bob.frames().is_empty());
}

#[actix::test]
async fn a_large_group_is_not_taken_for_the_members_that_a_view_lists() {
    let mut stage = stage().await;
    let (bob, cat) = (stage.online(BOB).await, stage.online(CAT).await);
    let large = crate::domain::ConversationId::new(33);
    let mut view = conversation(large, 1, &[ANN, BOB]);
    view.member_count = 3;
    stage.reading.knows((view, Vec::new()));
    stage.say(&bob, typing(large, true)).await;
    stage.reading.release();
    settle().await;
    drop(stage.submit(Write::ExpireSessions).await);
    stage.commit_as(&Ok(appended(message(large, 1, 2, ANN), &[ANN, BOB, CAT].into()))).await;
    cat.frames();
    stage.say(&bob, typing(large, true)).await;
    assert_eq!(cat.frame(), told(large, BOB, true));
}

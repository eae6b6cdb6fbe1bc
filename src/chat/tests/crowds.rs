//! Groups too large for single receipts and for a view for each member.

use serde_json::json;

use super::support::*;
use crate::domain::{ConversationId, Receipt, ReceiptKind, Rev, Seq, UserId};
use crate::store::{Audience, ConversationOpened, Newcomers, Stored, Write};

const CROWD: ConversationId = ConversationId::new(77);

fn everybody() -> Audience {
    (1..=60).map(UserId::new).collect()
}

/// Ann says something in the crowd.
async fn say(stage: &mut Stage, seq: i64) {
    drop(stage.submit(Write::ExpireSessions).await);
    stage.commit_as(&Ok(appended(message(CROWD, seq, seq, ANN), &everybody()))).await;
}

/// A member confirms up to a message of Ann's.
async fn confirm(stage: &mut Stage, user: UserId, up_to: i64) {
    drop(stage.submit(Write::ExpireSessions).await);
    let (kind, from, up_to) = (ReceiptKind::Delivered, Seq::new(1), Seq::new(up_to));
    let receipts = vec![Receipt { user, kind, from, up_to, at: START, rev: Rev::new(90), since: None }];
    let crowd = vec![(ANN, up_to)];
    let confirmed = Stored::Confirmed {
        conversation: CROWD,
        user,
        receipts,
        authors: Vec::new(),
        only_delivered_to: Vec::new(),
        crowd,
        late: Vec::new(),
        cursor: None,
    };
    stage.commit_as(&Ok(confirmed)).await;
}

#[actix::test]
async fn an_author_hears_numbers_once_a_second_and_no_single_receipt() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    say(&mut stage, 4).await;
    for device in [&ann, &desk, &bob] {
        device.frames();
    }
    for user in 2..=40 {
        confirm(&mut stage, UserId::new(user), 4).await;
    }
    assert_eq!(bob.types(), ["receipt"], "of one's own");
    assert!(ann.frames().is_empty());
    stage.pass(seconds(2)).await;
    assert_eq!(stage.reading.waiting(), 1);
    stage.reading.release();
    settle().await;
    assert_eq!(stage.reading.counts_asked(), [(CROWD, vec![(ANN, Seq::new(4))])]);
    let counts =
        json!({"type": "receipt.counts", "conversation": CROWD, "seq": 4, "delivered": 7, "read": 2, "of": 59});
    assert_eq!((ann.frame(), desk.frame()), (counts.clone(), counts));
    assert!(bob.frames().is_empty());
    stage.pass(seconds(5)).await;
    assert_eq!(stage.reading.waiting(), 0, "nothing has changed since");
}

#[actix::test]
async fn only_the_newest_message_is_counted_also_when_an_answer_comes_late() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    say(&mut stage, 4).await;
    confirm(&mut stage, BOB, 4).await;
    stage.pass(seconds(2)).await;
    say(&mut stage, 5).await;
    confirm(&mut stage, CAT, 4).await;
    ann.frames();
    stage.reading.release();
    settle().await;
    assert!(ann.frames().is_empty(), "message 4 is no longer the newest");
    stage.pass(seconds(2)).await;
    assert_eq!((stage.reading.counts_asked().len(), stage.reading.waiting()), (1, 0));
    confirm(&mut stage, BOB, 5).await;
    stage.pass(seconds(2)).await;
    stage.reading.release();
    settle().await;
    assert_eq!(ann.frame()["seq"], 5);
}

#[actix::test]
async fn nothing_is_counted_for_an_author_who_is_away_or_while_a_reader_counts() {
    let mut stage = Stage::open().await;
    confirm(&mut stage, BOB, 4).await;
    stage.pass(seconds(2)).await;
    assert_eq!(stage.reading.waiting(), 0);
    let ann = stage.online(ANN).await;
    confirm(&mut stage, BOB, 4).await;
    stage.pass(seconds(2)).await;
    confirm(&mut stage, CAT, 4).await;
    stage.pass(seconds(3)).await;
    assert_eq!(stage.reading.waiting(), 1, "the second question waits for the first answer");
    stage.reading.release();
    stage.pass(seconds(2)).await;
    stage.reading.release();
    settle().await;
    assert_eq!(ann.types(), ["receipt.counts", "receipt.counts"]);
}

#[actix::test]
async fn newcomers_of_a_crowd_hear_their_own_view_before_the_line() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let made = stage.submit(Write::ExpireSessions).await;
    let mut view = conversation(CROWD, 1, &[ANN, CAT]);
    view.head = Seq::new(1);
    view.member_count = 60;
    let people = (2..=60).map(|user| (UserId::new(user), Seq::new(1))).collect();
    let opened = ConversationOpened {
        views: vec![(ANN, view.clone())],
        users: Vec::new(),
        newcomers: Some(Box::new(Newcomers { view, people })),
    };
    let lines = vec![message(CROWD, 1, 1, ANN)];
    let audience = everybody();
    let gone = Vec::new();
    stage.commit_as(&Ok(Stored::ConversationChanged { conversation: CROWD, opened, lines, audience, gone })).await;
    assert!(made.await.is_ok());
    let frames = bob.frames();
    assert_eq!((&frames[0]["type"], &frames[1]["type"]), (&json!("conversation"), &json!("message")));
    let view = &frames[0]["conversation"];
    let members: Vec<_> = view["members"].as_array().unwrap().iter().map(|member| &member["user"]).collect();
    assert_eq!(members, [&json!(BOB), &json!(ANN), &json!(CAT)]);
    assert_eq!((&view["memberCount"], &view["cursor"]), (&json!(60), &json!(0)));
    assert_eq!(ann.types(), ["conversation", "message"]);
}

//! How a connection comes to life: `ready`, what it missed, what was held back, then live frames.

use serde_json::{Value, json};

use super::support::*;
use crate::chat::{ChatSettings, Hello};
use crate::domain::{Draft, Rev, Seq, UserId, Version};
use crate::protocol::Close;
use crate::protocol::limits::FRAME_MAX_BYTES;
use crate::store::{Changes, ChangesSince, ConversationPage, Held, Refusal, Stored, Write};

/// Bob's second window says hello, its snapshot not yet released.
async fn joining(stage: &mut Stage) -> Device {
    let session = stage.new_session();
    let device = stage.join(Device::new(BOB, session)).await;
    stage.commit_all().await;
    assert_eq!(stage.reading.waiting(), 1);
    device
}

async fn released(stage: &Stage, device: &Device) -> Vec<Value> {
    stage.reading.release();
    settle().await;
    device.frames()
}

/// The conversations and revs of the messages among `frames`.
fn message_revs(frames: &[Value]) -> Vec<i64> {
    let messages = frames.iter().filter(|frame| frame["type"] == "message");
    messages.map(|frame| frame["message"]["rev"].as_i64().unwrap()).collect()
}

#[actix::test]
async fn hello_brings_ready_and_the_session_is_in_use() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let session = stage.new_session();
    let device = stage.join(Device::new(BOB, session)).await;
    assert_eq!(stage.writing.batch(), [Write::SessionInUse { session }]);
    stage.finish_joining().await;
    let ready = device.frame();
    assert_eq!((&ready["type"], &ready["user"]["id"]), (&json!("ready"), &json!(BOB)));
    assert_eq!((&ready["session"]["id"], &ready["serverTime"]), (&json!(session), &json!(START)));
}

#[actix::test]
async fn a_reader_is_asked_for_what_came_after_the_clients_revisions() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let session = stage.new_session();
    let conversations = vec![(DIRECT, Rev::new(40)), (GROUP, Rev::new(2))];
    let hello = Hello { people_rev: Rev::new(5), conversations, is_idle: false };
    stage.join_with(Device::new(BOB, session), hello).await;
    stage.finish_joining().await;
    let asked = stage.reading.resumes().pop().unwrap();
    assert_eq!((asked.user, asked.people_rev), (BOB, Rev::new(5)));
    let held = [(DIRECT, 40), (GROUP, 2)].map(|(conversation, rev)| Held { conversation, rev: Rev::new(rev) });
    assert_eq!(asked.conversations, held);
}

#[actix::test]
async fn nothing_live_arrives_before_ready() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.commit().await;
    assert!(device.frames().is_empty());
    let frames = released(&stage, &device).await;
    assert_eq!(frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect::<Vec<_>>(), ["ready", "message"]);
}

#[actix::test]
async fn what_the_snapshot_holds_is_not_told_again_and_what_is_newer_follows_in_order() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    for reference in 1..=4 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit().await;
    }
    let mut answer = resumed(BOB);
    let missed = vec![message(DIRECT, 1, 1, ANN), message(DIRECT, 2, 2, ANN)];
    answer.changes = vec![(DIRECT, changes(DIRECT, 0, 2, missed))];
    stage.reading.resumes_with(answer);
    let frames = released(&stage, &device).await;
    assert_eq!((&frames[0]["type"], &frames[1]["type"]), (&json!("ready"), &json!("changes")));
    assert_eq!(frames[1]["rev"], 2);
    assert_eq!(message_revs(&frames), [3, 4]);
}

#[actix::test]
async fn what_a_list_row_of_ready_shows_is_not_told_again() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    for reference in 1..=2 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit().await;
    }
    let mut answer = resumed(BOB);
    answer.page.conversations = vec![conversation(DIRECT, 1, &[ANN, BOB])];
    stage.reading.resumes_with(answer);
    assert_eq!(message_revs(&released(&stage, &device).await), [2]);
}

#[actix::test]
async fn a_batch_that_the_snapshot_already_holds_is_not_told_again_when_its_answer_comes_after_ready() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    let mut answer = resumed(BOB);
    answer.page.conversations = vec![conversation(DIRECT, 1, &[ANN, BOB])];
    stage.reading.resumes_with(answer);
    assert_eq!(released(&stage, &device).await.len(), 1);
    stage.commit().await;
    assert!(device.frames().is_empty(), "the first message is on the list already");
    stage.commit().await;
    assert_eq!(message_revs(&device.frames()), [2]);
}

#[actix::test]
async fn a_cursor_or_draft_older_than_the_snapshot_does_not_follow_it() {
    let mut stage = Stage::open().await;
    stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    let draft = |version| {
        let draft = Draft { text: "Lu".to_owned(), version: Version::new(version), at: START };
        let account_rev = Rev::new(10 + version);
        Stored::DraftSet {
            user: BOB,
            conversation: DIRECT,
            draft: Some(draft),
            version: Version::new(version),
            account_rev,
        }
    };
    let happened = [
        Stored::CursorSet { user: BOB, cursor: cursor(2, 2, 10) },
        draft(1),
        Stored::CursorSet { user: BOB, cursor: cursor(3, 1, 12) },
        draft(3),
    ];
    for stored in happened {
        drop(stage.submit(Write::ExpireSessions).await);
        stage.commit_as(&Ok(stored)).await;
    }
    let mut answer = resumed(BOB);
    answer.account_rev = Rev::new(11);
    stage.reading.resumes_with(answer);
    let frames = released(&stage, &device).await;
    let revs: Vec<_> = frames[1..].iter().map(|frame| frame["accountRev"].as_i64().unwrap()).collect();
    assert_eq!(revs, [12, 13]);
}

#[actix::test]
async fn a_person_as_they_were_before_the_snapshot_does_not_follow_it() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    for rev in [5, 6] {
        drop(stage.submit(Write::ExpireSessions).await);
        let people_rev = Rev::new(rev);
        stage.commit_as(&Ok(Stored::UserChanged { user: user(ANN), people_rev, ended: Vec::new() })).await;
    }
    let mut answer = resumed(BOB);
    answer.people_rev = Rev::new(5);
    stage.reading.resumes_with(answer);
    let frames = released(&stage, &device).await;
    assert_eq!(frames[1..].iter().map(|frame| frame["peopleRev"].as_i64()).collect::<Vec<_>>(), [Some(6)]);
}

#[actix::test]
async fn whoever_is_too_far_behind_is_told_to_start_over() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let mut answer = resumed(BOB);
    answer.changes = vec![(DIRECT, ChangesSince::Reset { rev: Rev::new(900), head: Seq::new(500) })];
    stage.reading.resumes_with(answer);
    let device = joining(&mut stage).await;
    let frames = released(&stage, &device).await;
    assert_eq!(frames[1], json!({"type": "reset", "conversation": DIRECT, "rev": 900, "head": 500}));
}

#[actix::test]
async fn what_a_joining_connection_asks_is_answered_after_ready() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.say(&device, send(DIRECT, 8)).await;
    stage.commit().await;
    stage.say(&device, json!({"type": "presence.watch", "users": [ANN]})).await;
    assert!(device.frames().is_empty());
    released(&stage, &device).await;
    assert!(device.frames().is_empty());
}

#[actix::test]
async fn too_much_held_back_cuts_the_connection_and_harms_nobody_else() {
    let mut stage = Stage::with(ChatSettings { held_max_bytes: 500, ..ChatSettings::default() }).await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let device = joining(&mut stage).await;
    for reference in 1..=4 {
        stage.say(&ann, send(DIRECT, reference)).await;
        stage.commit_all().await;
    }
    assert_eq!(device.end(), End::Cut);
    assert_eq!(released(&stage, &device).await, Vec::<Value>::new());
    assert_eq!(message_revs(&bob.frames()), [1, 2, 3, 4]);
    assert_eq!(stage.census().await.connections_cut, 1);
}

#[actix::test]
async fn whoever_missed_more_than_may_wait_is_told_part_of_it_and_where_to_go_on() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let long = |seq| {
        let mut message = message(DIRECT, seq, seq, ANN);
        message.body = "x".repeat(8_000);
        message
    };
    let mut answer = resumed(BOB);
    answer.changes = vec![
        (DIRECT, changes(DIRECT, 0, 60, (1..=60).map(long).collect())),
        (GROUP, changes(GROUP, 7, 67, (1..=60).map(long).collect())),
    ];
    stage.reading.resumes_with(answer);
    let device = joining(&mut stage).await;
    let frames = released(&stage, &device).await;
    assert_eq!(device.end(), End::Open);
    assert_eq!((&frames[1]["rev"], &frames[1]["more"]), (&json!(60), &json!(false)));
    let rest = json!({"type": "changes", "conversation": GROUP, "after": 7, "rev": 7, "messages": [], "receipts": [],
        "more": true});
    assert_eq!(frames[2], rest);
}

#[actix::test]
async fn ready_fits_one_frame_and_lists_only_whom_it_names() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.say(&ann, send(GROUP, 1)).await;
    stage.commit().await;
    let mut answer = resumed(BOB);
    let ids: Vec<UserId> = (100..400).map(UserId::new).collect();
    let mut rows: Vec<_> = ids.chunks(6).map(|members| conversation(DIRECT, 1, members)).collect();
    rows[49] = conversation(GROUP, 1, &[ANN, BOB, CAT]);
    for row in &mut rows {
        row.name = Some("n".repeat(1_500));
    }
    let mut users: Vec<_> = ids.iter().map(|id| user(*id)).collect();
    users.extend([ANN, BOB, CAT].map(user));
    answer.page = ConversationPage { conversations: rows, users, has_more: false };
    stage.reading.resumes_with(answer);
    stage.reading.release();
    settle().await;
    let raw = device.raw();
    assert!(raw[0].len() <= FRAME_MAX_BYTES, "{} bytes", raw[0].len());
    let frames: Vec<Value> = raw.iter().map(|frame| serde_json::from_str(frame).unwrap()).collect();
    let rows = frames[0]["conversations"].as_array().unwrap();
    assert!(rows.len() > 20 && frames[0]["moreConversations"] == true);
    let named: usize = rows.iter().map(|row| row["members"].as_array().unwrap().len()).sum();
    assert_eq!(frames[0]["users"].as_array().unwrap().len(), named);
    assert_eq!(message_revs(&frames), [1], "the row that would have shown it was left out");
}

#[actix::test]
async fn a_connection_that_leaves_while_it_joins_is_told_nothing_any_more() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.leave(&device, false).await;
    assert!(released(&stage, &device).await.is_empty());
    assert_eq!(stage.census().await.connections, 1);
}

#[actix::test]
async fn whoever_cannot_be_brought_up_to_date_is_asked_to_come_back() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.reading.breaks();
    let frames = released(&stage, &device).await;
    assert_eq!((&frames[0]["type"], &frames[0]["reason"]), (&json!("goodbye"), &json!("overload")));
    assert_eq!(device.end(), End::Closed(Close::Overload));
    assert_eq!(stage.census().await.connections, 1);
}

#[actix::test]
async fn a_damaged_database_does_not_call_everybody_back_every_other_second() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.reading.is_damaged();
    let frames = released(&stage, &device).await;
    assert_eq!((&frames[0]["reason"], &frames[0]["retryAfterMs"]), (&json!("overload"), &json!(60_000)));
}

#[actix::test]
async fn a_session_that_ended_before_its_hello_gets_no_connection() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let session = stage.new_session();
    let device = stage.join(Device::new(BOB, session)).await;
    stage.commit_with(|write| (*write == Write::SessionInUse { session }).then_some(Err(Refusal::NotFound))).await;
    assert_eq!(device.types(), ["session.ended"]);
    assert_eq!(device.end(), End::Closed(Close::SessionEnded));
    assert!(released(&stage, &device).await.is_empty());
    assert_eq!(stage.census().await.connections, 1);
}

#[actix::test]
async fn a_connection_whose_use_of_its_session_was_not_recorded_comes_back() {
    let mut stage = Stage::open().await;
    stage.online(BOB).await;
    let session = stage.new_session();
    let device = stage.join(Device::new(BOB, session)).await;
    stage.commit_as(&Err(Refusal::Unknown)).await;
    assert_eq!(device.types(), ["goodbye"]);
    assert_eq!(device.end(), End::Closed(Close::Overload));
}

#[actix::test]
async fn the_changes_of_a_run_that_goes_on_do_not_hide_what_comes_live() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.online(BOB).await;
    let device = joining(&mut stage).await;
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    stage.commit_all().await;
    let mut answer = resumed(BOB);
    let (after, rev) = (Rev::ZERO, Rev::new(1));
    let messages = vec![message(DIRECT, 1, 1, ANN)];
    let run = Changes {
        conversation: DIRECT,
        after,
        rev,
        messages,
        receipts: Vec::new(),
        counts: Vec::new(),
        has_more: true,
    };
    answer.page.conversations = vec![conversation(DIRECT, 2, &[ANN, BOB])];
    answer.changes = vec![(DIRECT, ChangesSince::Changes(run))];
    stage.reading.resumes_with(answer);
    assert_eq!(message_revs(&released(&stage, &device).await), [2]);
}

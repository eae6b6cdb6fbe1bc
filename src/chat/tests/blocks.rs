//! What a block changes of what the two hear of each other, and that nobody hears of the block itself.

use serde_json::{Value, json};

use super::support::*;
use crate::domain::{Mentions, PresenceState, Rev, UserId};
use crate::store::{ConversationOpened, Resumed, Stored, Write};

/// Bob blocks Ann, or takes that back.
async fn block(stage: &mut Stage, is_blocked: bool) {
    drop(stage.submit(Write::SetBlock { user: BOB, other: ANN, is_blocked }).await);
    let account_rev = Rev::new(8);
    stage.commit_as(&Ok(Stored::BlockSet { user: BOB, other: ANN, is_blocked, account_rev })).await;
}

async fn watch(stage: &mut Stage, device: &Device, user: UserId) -> Value {
    stage.say(device, json!({"type": "presence.watch", "users": [user]})).await;
    device.frame()["users"][0].clone()
}

/// ChatServer knows who is in the group.
async fn know_the_group(stage: &mut Stage) {
    drop(stage.submit(Write::ExpireSessions).await);
    let known = Stored::ConversationChanged {
        conversation: GROUP,
        opened: ConversationOpened::default(),
        lines: Vec::new(),
        audience: [ANN, BOB, CAT].into(),
        gone: Vec::new(),
    };
    stage.commit_as(&Ok(known)).await;
}

fn unknown(user: UserId) -> Value {
    json!({"user": user, "state": "unknown"})
}

#[actix::test]
async fn only_the_blockers_own_devices_hear_of_a_block() {
    let mut stage = Stage::open().await;
    let (ann, bob, tablet) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(BOB).await);
    block(&mut stage, true).await;
    let told = json!({"type": "block", "user": ANN, "blocked": true, "accountRev": 8});
    assert_eq!((bob.frame(), tablet.frame()), (told.clone(), told));
    assert!(ann.frames().is_empty());
    block(&mut stage, false).await;
    assert_eq!(bob.frame()["blocked"], false);
    assert!(ann.frames().is_empty());
}

#[actix::test]
async fn whoever_watches_learns_once_that_there_is_nothing_to_know() {
    let mut stage = Stage::open().await;
    let (ann, bob, cat) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await);
    stage.pass(seconds(1)).await;
    assert_eq!(watch(&mut stage, &ann, BOB).await["state"], "online");
    assert_eq!(watch(&mut stage, &cat, BOB).await["state"], "online");
    block(&mut stage, true).await;
    assert_eq!(ann.frame(), json!({"type": "presence", "users": [unknown(BOB)]}));
    stage.leave(&bob, true).await;
    stage.pass(seconds(10)).await;
    assert!(ann.frames().is_empty(), "not even that something changed");
    assert_eq!(cat.frame()["users"][0]["state"], "offline");
    block(&mut stage, false).await;
    assert_eq!(ann.frame()["users"][0]["state"], "offline");
}

#[actix::test]
async fn presence_is_unknown_wherever_it_is_asked() {
    let mut stage = Stage::with_blocks(&[(BOB, ANN)]).await;
    let bob = stage.online(BOB).await;
    let people = vec![user(ANN), user(BOB), user(CAT)];
    let blocked = vec![ANN];
    stage.reading.resumes_with(Resumed { people: people.clone(), ..resumed(ANN) });
    stage.reading.resumes_with(Resumed { people, blocked, ..resumed(BOB) });
    let session = stage.new_session();
    let ann = stage.join(Device::new(ANN, session)).await;
    stage.finish_joining().await;
    let ready = ann.frame();
    assert_eq!((&ready["presence"][1], &ready["blocked"]), (&unknown(BOB), &json!([])));
    assert_eq!(ready["presence"][2]["state"], "offline");
    assert_eq!(watch(&mut stage, &ann, BOB).await, unknown(BOB));
    assert_eq!(watch(&mut stage, &bob, ANN).await, unknown(ANN));
    assert_eq!(stage.presence(BOB).await.state, PresenceState::Unknown, "as Ann may know it");
    let again = stage.join(Device::new(BOB, session)).await;
    stage.finish_joining().await;
    assert_eq!(again.frame()["blocked"], json!([ANN]));
}

#[actix::test]
async fn typing_does_not_pass_between_the_two_and_reaches_everybody_else() {
    let mut stage = Stage::with_blocks(&[(BOB, ANN)]).await;
    know_the_group(&mut stage).await;
    let (ann, bob, cat) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await);
    for (typist, other) in [(&ann, &bob), (&bob, &ann)] {
        stage.say(typist, typing(GROUP, true)).await;
        assert_eq!(cat.frame()["user"], json!(typist.user));
        assert!(other.frames().is_empty());
    }
    stage.pass(seconds(6)).await;
    assert_eq!(cat.types(), ["typing", "typing"]);
    assert!(ann.frames().is_empty() && bob.frames().is_empty());
}

#[actix::test]
async fn a_withheld_message_is_a_place_without_text_for_the_blocker_and_whole_for_its_senders_devices() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    let mut message = message(DIRECT, 1, 1, ANN);
    let audience = [ANN, BOB].into();
    let withheld_from = Some(BOB);
    let (opened, is_repeat, cursor) = (None, false, None);
    let appended = Stored::Appended { message: message.clone(), audience, withheld_from, opened, is_repeat, cursor };
    stage.commit_as(&Ok(appended)).await;
    assert_eq!(ann.types(), ["message.stored"]);
    assert_eq!(desk.frame()["message"]["body"], message.body);
    let place = bob.frame()["message"].clone();
    assert_eq!((&place["body"], &place["withheld"], &place["seq"]), (&json!(""), &json!(true), &json!(1)));

    message.version = message.version.next();
    drop(stage.submit(Write::ExpireSessions).await);
    let (audience, body) = ([ANN, BOB].into(), message.body.clone());
    let (cursor, before) = (Some(super::support::cursor(0, 0, 5)), Mentions::default());
    stage.commit_as(&Ok(Stored::Changed { message, before, audience, withheld_from, is_repeat, cursor })).await;
    assert_eq!(desk.frame()["message"]["body"], body);
    let heard = bob.frames();
    assert_eq!((&heard[0]["type"], &heard[0]["message"]["body"]), (&json!("message.changed"), &json!("")));
    assert_eq!((&heard[1]["type"], &heard[1]["unread"], heard.len()), (&json!("cursor"), &json!(0), 2));
}

//! Who is here, as the others see it.

use std::time::Duration;

use crate::support::*;

async fn two(program: &Program) -> (Person, Person) {
    (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await)
}

#[tokio::test]
async fn somebody_comes_and_goes_and_those_who_watch_see_it() {
    let program = Program::shared_with(&[("CHINWAG_PRESENCE_GRACE", "200ms")]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let before = anns.expect_presence(&bob, "offline").await;
    assert!(int(&before, "lastSeen") > 0, "away since the sign-up: {before}");
    let (first, second) = (bob.connect().await, bob.connect().await);
    let here = anns.expect_presence(&bob, "online").await;
    assert_eq!((here.get("lastSeen"), here.get("idleSince")), (None, None));
    first.lose();
    tokio::time::sleep(Duration::from_millis(1000)).await;
    anns.expect_presence(&bob, "online").await;
    let now = int(&second.ready, "serverTime");
    second.lose();
    assert!(int(&anns.expect_presence(&bob, "offline").await, "lastSeen") >= now);
    let people = ann.get(&format!("/users?q={}", bob.name)).await.ok(200);
    assert_eq!(one(&people, "presence", "user", bob.id)["state"], "offline");
}

#[tokio::test]
async fn people_in_ones_list_are_told_of_once_they_are_watched() {
    let program = Program::shared_with(&[("CHINWAG_PRESENCE_GRACE", "200ms")]);
    let (ann, bob) = two(&program).await;
    ann.conversation_with(&bob).await;
    let mut anns = ann.connect().await;
    anns.ask_ok(json!({"type": "presence.watch", "users": [bob.id]})).await;
    let is_bob = |state: &'static str| {
        let id = bob.id;
        move |frame: &Value| list(frame, "users").iter().any(|p| p["user"] == id && p["state"] == state)
    };
    let window = bob.connect().await;
    anns.expect_where("presence", is_bob("online")).await;
    window.lose();
    anns.expect_where("presence", is_bob("offline")).await;
}

#[tokio::test]
async fn a_log_out_is_seen_at_once_whatever_the_grace() {
    let program = Program::start(&[("CHINWAG_PRESENCE_GRACE", "10m")]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let _window = bob.connect().await;
    anns.expect_presence(&bob, "online").await;
    bob.post("/logout", json!({})).await.ok(204);
    anns.expect_presence(&bob, "offline").await;
    // Also when the window had gone before, within the grace.
    let bob = bob.on_another_device().await;
    bob.connect().await.lose();
    anns.expect_presence(&bob, "online").await;
    bob.post("/logout", json!({})).await.ok(204);
    anns.expect_presence(&bob, "offline").await;
}

#[tokio::test]
async fn a_reload_within_the_grace_is_seen_by_nobody() {
    let program = Program::start(&[("CHINWAG_PRESENCE_GRACE", "10s")]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let window = bob.connect().await;
    anns.expect_presence(&bob, "online").await;
    window.lose();
    let mut window = bob.connect().await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    window.catch_up().await;
    let is_gone = |frame: &Value| list(frame, "users").iter().any(|p| p["user"] == bob.id && p["state"] != "online");
    anns.expect_none_where("presence", is_gone).await;
}

#[tokio::test]
async fn somebody_is_idle_when_none_of_their_windows_is_in_use() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut first, mut second) = (ann.connect().await, bob.connect().await, bob.connect().await);
    anns.expect_presence(&bob, "online").await;
    first.ask_ok(json!({"type": "presence.set", "idle": true})).await;
    anns.expect_presence(&bob, "online").await;
    second.ask_ok(json!({"type": "presence.set", "idle": true})).await;
    let idle = anns.expect_presence(&bob, "idle").await;
    assert!(int(&idle, "idleSince") >= int(&first.ready, "serverTime"));
    first.ask_ok(json!({"type": "presence.set", "idle": false})).await;
    anns.expect_presence(&bob, "online").await;
}

#[tokio::test]
async fn watching_replaces_whom_one_watched_and_answers_for_all_of_them() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let cleo = Person::sign_up(program.server(), "Cleo").await;
    let mut anns = ann.connect().await;
    let _bobs = bob.connect().await;
    anns.forget().await;
    anns.ask_ok(json!({"type": "presence.watch", "users": [bob.id, cleo.id]})).await;
    let presence = anns.expect("presence").await;
    assert_eq!(
        (one(&presence, "users", "user", bob.id)["state"].clone(), list(&presence, "users").len()),
        (json!("online"), 2)
    );
    assert_eq!(one(&presence, "users", "user", cleo.id)["state"], "offline");
    anns.ask_ok(json!({"type": "presence.watch", "users": [bob.id]})).await;
    anns.forget().await;
    let mut cleos = cleo.connect().await;
    cleos.catch_up().await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    anns.expect_none_where("presence", |frame| list(frame, "users").iter().any(|p| p["user"] == cleo.id)).await;
}

#[tokio::test]
async fn a_silent_client_is_given_up_and_a_living_one_hears_the_beat() {
    let program = Program::start(&[("CHINWAG_HEARTBEAT", "4s"), ("CHINWAG_PRESENCE_GRACE", "200ms")]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    assert_eq!(int(&anns.ready, "heartbeatMs"), 4000);
    let silent = bob.connect().await;
    anns.expect_presence(&bob, "online").await;
    // Nothing reads Bob's socket, so nothing answers the pings.
    anns.expect_presence(&bob, "offline").await;
    assert!(anns.beats > 0);
    drop(silent);
}

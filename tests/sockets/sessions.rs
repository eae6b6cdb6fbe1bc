//! How sessions are listed, revoked and end.

use std::time::Duration;

use crate::support::*;

#[tokio::test]
async fn logging_out_takes_the_cookie_away_and_closes_the_windows_of_that_session_only() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let other = ann.on_another_device().await;
    let (mut window, mut second_window, mut elsewhere) =
        (ann.connect().await, ann.connect().await, other.connect().await);
    let answer = ann.post("/logout", json!({})).await;
    answer.ok(204);
    let cookie = answer.set_cookie("chinwag_session").unwrap().to_ascii_lowercase();
    assert!(cookie.starts_with("chinwag_session=;") && cookie.contains("max-age=0"), "{cookie}");
    for window in [&mut window, &mut second_window] {
        assert_eq!(window.expect("session.ended").await["reason"], "logged_out");
        assert_eq!(window.ended().await, Ended(Some(4001)));
    }
    ann.get("/me").await.refused(401, "unauthenticated");
    elsewhere.expect_none("session.ended").await;
    other.get("/me").await.ok(200);
}

#[tokio::test]
async fn the_device_list_tells_which_is_this_one_and_which_has_a_window_open() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let (other, robot) = (ann.on_another_device().await, ann.as_program().await);
    let _window = other.connect().await;
    let sessions = ann.get("/sessions").await.ok(200);
    let sessions = list(&sessions, "sessions");
    assert_eq!(sessions.len(), 3);
    let session_of = async |person: &Person| {
        let id = int(&person.get("/me").await.ok(200)["session"], "id");
        sessions.iter().find(|session| session["id"] == id).unwrap()
    };
    let (ours, others, robots) = (session_of(&ann).await, session_of(&other).await, session_of(&robot).await);
    assert_eq!((&ours["current"], &ours["online"], &ours["kind"]), (&json!(true), &json!(false), &json!("browser")));
    assert_eq!((&others["current"], &others["online"]), (&json!(false), &json!(true)));
    assert_eq!((&robots["kind"], &robots["online"]), (&json!("token"), &json!(false)));
    assert!(int(ours, "createdAt") > 0 && int(ours, "lastUsedAt") >= int(ours, "createdAt"));
}

#[tokio::test]
async fn revoking_a_device_ends_it_at_once_and_nobody_can_revoke_others_devices() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let lost = ann.on_another_device().await;
    let mut window = lost.connect().await;
    let id = int(&lost.get("/me").await.ok(200)["session"], "id");
    bob.delete(&format!("/sessions/{id}")).await.refused(404, "not_found");
    lost.get("/me").await.ok(200);
    ann.delete(&format!("/sessions/{id}")).await.ok(204);
    assert_eq!(window.expect("session.ended").await["reason"], "revoked");
    assert_eq!(window.ended().await, Ended(Some(4001)));
    lost.get("/me").await.refused(401, "unauthenticated");
    ann.delete(&format!("/sessions/{id}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn all_other_devices_can_be_signed_out() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let (other, robot) = (ann.on_another_device().await, ann.as_program().await);
    ann.post("/sessions/end-others", json!({})).await.ok(204);
    ann.get("/me").await.ok(200);
    other.get("/me").await.refused(401, "unauthenticated");
    robot.get("/me").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_the_old_one_no_longer_works() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let other = ann.on_another_device().await;
    let mut window = other.connect().await;
    let change = |current: &str, new: &str| json!({"current": current, "new": new});
    let new = "seventeen quiet lighthouses at noon";
    ann.post("/me/password", change("wrong one entirely", new)).await.refused(401, "wrong_credentials");
    ann.post("/me/password", change(PASSWORD, "12345678")).await.refused(422, "password_weak");
    ann.post("/me/password", change(PASSWORD, new)).await.ok(204);
    assert_eq!(window.expect("session.ended").await["reason"], "password_changed");
    assert_eq!(window.ended().await, Ended(Some(4001)));
    ann.get("/me").await.ok(200);
    let old = json!({"username": ann.name, "password": PASSWORD});
    post(program.server(), own_address(), "/api/v1/login", &old).await.refused(401, "wrong_credentials");
    Person::log_in(program.server(), &ann.name, new, false).await;
}

#[tokio::test]
async fn a_session_ends_some_time_after_its_last_window_said_that_it_closes() {
    let program = Program::start(&[("CHINWAG_CLOSING_GRACE", "1s"), ("CHINWAG_PRESENCE_GRACE", "200ms")]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let (one, two) = (ann.connect().await, ann.connect().await);
    one.close(1001).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    ann.get("/me").await.ok(200);
    two.close(1001).await;
    ends_soon(&ann).await;
}

#[tokio::test]
async fn the_beacon_of_a_closing_page_counts_like_its_socket() {
    let program = Program::start(&[("CHINWAG_CLOSING_GRACE", "1s")]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let window = ann.connect().await;
    ann.post("/sessions/closing", json!({})).await.ok(204);
    window.lose();
    ends_soon(&ann).await;
}

#[tokio::test]
async fn a_reload_comes_back_in_time_and_keeps_the_session() {
    let program = Program::start(&[("CHINWAG_CLOSING_GRACE", "10s")]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    ann.connect().await.close(1001).await;
    let mut window = ann.connect().await;
    tokio::time::sleep(Duration::from_secs(13)).await;
    window.catch_up().await;
    ann.get("/me").await.ok(200);
}

#[tokio::test]
async fn a_window_that_is_lost_without_a_word_leaves_the_session_alive() {
    let program = Program::start(&[("CHINWAG_CLOSING_GRACE", "500ms")]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    ann.connect().await.lose();
    let kept = Person::log_in(program.server(), &ann.name, PASSWORD, true).await;
    kept.connect().await.close(1001).await;
    let robot = ann.as_program().await;
    robot.connect().await.close(1001).await;
    tokio::time::sleep(Duration::from_millis(3000)).await;
    ann.get("/me").await.ok(200);
    kept.get("/me").await.ok(200);
    robot.get("/me").await.ok(200);
}

#[tokio::test]
async fn a_session_left_without_a_word_ends_when_its_longer_life_is_over() {
    let program = Program::start(&[("CHINWAG_LEFT_LIFE", "15s")]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let mut stays = bob.connect().await;
    ann.connect().await.lose();
    ends_soon(&ann).await;
    stays.catch_up().await;
    bob.get("/me").await.ok(200);
}

#[tokio::test]
async fn a_restart_signs_nobody_out_and_keeps_the_deadline_of_a_closed_window() {
    let mut program = Program::start(&[("CHINWAG_CLOSING_GRACE", "60s")]);
    let server = program.server().clone();
    let ann = Person::sign_up(&server, "Ann").await;
    let bob = Person::sign_up(&server, "Bob").await;
    let _anns_window = ann.connect().await;
    bob.connect().await.close(1001).await;
    // Its going is stored before anything that is asked afterwards is answered.
    ann.post_message(ann.conversation_with(&bob).await, "hello").await;
    program.kill();
    program.again();
    ann.get("/me").await.ok(200);
    bob.get("/me").await.ok(200);
    ends_soon(&bob).await;
    ann.get("/me").await.ok(200);
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once_and_cannot_come_back_until_enabled() {
    let program = Program::start(&[]);
    let ann = Person::sign_up_as(program.server(), "ann", PASSWORD).await;
    let bob = Person::sign_up_as(program.server(), "bob", PASSWORD).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let output = program.command(&["user", "disable", "ann"], "");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(anns.expect("session.ended").await["reason"], "disabled");
    assert_eq!(anns.ended().await, Ended(Some(4001)));
    let told = bobs.expect_where("user", |frame| frame["user"]["id"] == ann.id).await;
    assert_eq!(told["user"]["disabled"], true);
    ann.get("/me").await.refused(401, "unauthenticated");
    let body = json!({"username": "ann", "password": PASSWORD});
    let refused = post(program.server(), own_address(), "/api/v1/login", &body).await;
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text());
    let frame = json!({"type": "message.send", "clientId": client_id(), "to": ann.id, "body": "still there?"});
    bobs.ask_refused(frame, "not_found").await;
    assert!(program.command(&["user", "enable", "ann"], "").status.success());
    Person::log_in(program.server(), "ann", PASSWORD, false).await;
    bobs.say_to(&ann, "still there?").await;
}

/// Ended by the deadline, which is looked at now and then.
async fn ends_soon(person: &Person) {
    for _ in 0..1_200 {
        let answer = person.get("/me").await;
        if answer.status == 401 {
            answer.refused(401, "unauthenticated");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the session of {} never ended", person.name);
}

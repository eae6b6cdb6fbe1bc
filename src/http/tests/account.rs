//! Signing up, in and out; profile, password, devices.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::auth::SessionToken;
use crate::config::LimitSettings;
use crate::domain::{DisplayName, Username};
use crate::store::{NewUser, WhichSessions, Write};

const HOUR: i64 = 60 * 60 * 1000;

fn limited(name: &str, rate: &str) -> Server {
    let mut settings = LimitSettings::usual();
    let rate = rate.parse().unwrap();
    match name {
        "signup" => settings.signup_address = rate,
        "judge" => settings.judge_address = rate,
        "requests" => settings.requests_user = rate,
        other => panic!("{other}"),
    }
    Server::with(|services| services.limits = Limits::new(&settings))
}

#[actix::test]
async fn one_address_signs_up_so_often_and_a_taken_name_counts_like_a_free_one() {
    let server = limited("signup", "3,1/h");
    server.member("bob").await;
    let ask = async |name| server.post("/api/v1/signup", None, json!({ "username": name, "password": GOOD })).await;
    assert_eq!(ask("bob").await.code(), "username_taken");
    assert_eq!(ask("no such name").await.code(), "username_invalid");
    for name in ["bob", "ann"] {
        let told = ask(name).await;
        assert_eq!((told.status.as_u16(), told.code()), (429, "too_many_attempts"));
        // Some of the hour has passed meanwhile.
        assert!((1..=3600).contains(&told.header("retry-after").parse().unwrap()));
    }
}

#[actix::test]
async fn passwords_are_judged_so_often_for_one_address_and_for_members_by_themselves() {
    let server = limited("judge", "2,1/h");
    let ann = server.member("ann").await;
    let judge = async |cookie| server.post("/api/v1/password-check", cookie, json!({ "password": "x" })).await;
    assert_eq!((judge(None).await.status.as_u16(), judge(None).await.status.as_u16()), (200, 200));
    let told = judge(None).await;
    assert_eq!((told.status.as_u16(), told.code()), (429, "rate_limited"));
    assert_eq!(judge(Some("chinwag_session=made-up")).await.status.as_u16(), 429);
    assert_eq!(judge(Some(&ann)).await.status.as_u16(), 200, "who is signed in does not count by address");
}

#[actix::test]
async fn one_persons_requests_are_limited_on_all_devices_together_and_nobody_elses() {
    let server = limited("requests", "3,1/h");
    let (ann, bob) = (server.member("ann").await, server.member("bob").await);
    for _ in 0..3 {
        assert_eq!(server.get("/api/v1/me", Some(&ann)).await.status.as_u16(), 200);
    }
    let told = server.get("/api/v1/sessions", Some(&ann)).await;
    assert_eq!((told.status.as_u16(), told.code()), (429, "rate_limited"));
    assert!((1..=3600).contains(&told.header("retry-after").parse().unwrap()));
    assert_eq!(server.get("/api/v1/me", Some(&bob)).await.status.as_u16(), 200);
}

#[actix::test]
async fn whoever_signs_up_is_signed_in_by_a_cookie_that_scripts_cannot_read() {
    let server = Server::start();
    let body = json!({ "username": "bob", "password": GOOD, "displayName": "Bob Hargreaves" });
    let told = server.post("/api/v1/signup", None, body).await;
    assert_eq!(told.status, StatusCode::CREATED);
    assert_eq!(told.json["user"]["displayName"], "Bob Hargreaves");
    let cookie = told.cookie("chinwag_session").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    assert!(!cookie.contains("Secure") && !cookie.contains("Max-Age"), "{cookie}");
    let me = server.get("/api/v1/me", Some(cookie.split(';').next().unwrap())).await;
    assert_eq!(me.json["user"]["username"], "bob");
    assert_eq!(me.json["session"]["keep"], false);
}

#[actix::test]
async fn the_store_is_given_only_the_hash_of_a_token_and_of_a_password() {
    let server = Server::start();
    let cookie = server.member("bob").await;
    let token = SessionToken::parse(cookie.split_once('=').unwrap().1).unwrap();
    let [Write::SignUp { user, session: Some(session), .. }] = &server.writes()[..] else { panic!("one write") };
    assert_eq!(&session.token_hash, token.hash().as_bytes());
    assert!(user.password_hash.starts_with("cw1$2b$04$"));
    assert_eq!(session.ends_at, Some(START.plus_millis(12 * HOUR)));
}

#[actix::test]
async fn keeping_signed_in_is_a_cookie_of_thirty_days_that_use_renews() {
    let server = Server::start();
    let body = json!({ "username": "bob", "password": GOOD, "keepSignedIn": true });
    let told = server.post("/api/v1/signup", None, body).await;
    let cookie = told.cookie("chinwag_session").to_owned();
    assert!(cookie.contains("Max-Age=2592000"), "{cookie}");
    let Some(Write::SignUp { session: Some(session), .. }) = server.writes().pop() else { panic!("a session") };
    assert!(session.keep && session.ends_at.is_none());
    server.clock.advance(2 * HOUR);
    let me = server.get("/api/v1/me", Some(cookie.split(';').next().unwrap())).await;
    assert!(me.cookie("chinwag_session").contains("Max-Age=2592000"));
    assert!(matches!(server.writes().pop(), Some(Write::SessionInUse { .. })));
}

#[actix::test]
async fn behind_https_the_cookie_is_secure_and_bound_to_the_host() {
    let server = Server::with(|services| services.is_https = true);
    let told = server.post("/api/v1/signup", None, json!({ "username": "bob", "password": GOOD })).await;
    let cookie = told.cookie("__Host-chinwag_session");
    assert!(cookie.contains("Secure") && cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
}

#[rstest]
#[case(json!({"password": GOOD}), "missing_field", "username")]
#[case(json!({"username": 7, "password": GOOD}), "invalid_field", "username")]
#[case(json!({"username": "bob smith", "password": GOOD}), "username_invalid", "username")]
#[case(json!({"username": "b\u{202e}ob", "password": GOOD}), "username_invalid", "username")]
#[case(json!({"username": "admin", "password": GOOD}), "username_reserved", "username")]
#[case(json!({"username": "Alice", "password": GOOD}), "username_taken", "username")]
#[case(json!({"username": "a1ice", "password": GOOD}), "username_lookalike", "username")]
#[case(json!({"username": "bob", "password": "password1"}), "password_weak", "password")]
#[case(json!({"username": "bob.hargreaves", "password": "bobhargreaves"}), "password_weak", "password")]
#[case(json!({"username": "bob", "password": "x".repeat(1025)}), "password_too_long", "password")]
#[case(json!({"username": "bob", "password": GOOD, "displayName": "  "}), "display_name_invalid", "displayName")]
#[case(json!({"username": "bob", "password": GOOD, "keepSignedIn": "yes"}), "invalid_field", "keepSignedIn")]
#[actix::test]
async fn a_sign_up_that_cannot_be_says_why_and_stores_nothing(
    #[case] body: Value,
    #[case] code: &str,
    #[case] field: &str,
) {
    let server = Server::start();
    server.member("alice").await;
    let told = server.post("/api/v1/signup", None, body).await;
    assert_eq!((told.code(), told.json["field"].as_str().unwrap()), (code, field), "{}", told.text);
    assert_eq!(told.cookie("chinwag_session"), "");
    assert_eq!(server.services.readers.ask(|store| store.user_count()).await.unwrap(), 1);
}

#[actix::test]
async fn beside_a_taken_name_stands_one_that_is_free_and_looks_like_nobodys() {
    let server = Server::start();
    for name in ["bob", "B0B.H", "bob2"] {
        server.member(name).await;
    }
    let ask = |body: Value| server.post("/api/v1/signup", None, body);
    let called = json!({ "username": "BOB", "password": GOOD, "displayName": "Bob Hargreaves" });
    let told = ask(called).await;
    assert_eq!(
        (told.code(), &told.json["suggestion"]),
        ("username_taken", &json!("bob.hargreaves")),
        "bob.h has a twin"
    );
    for _ in 0..3 {
        let told = ask(json!({ "username": "bob", "password": GOOD })).await;
        let suggestion = told.json["suggestion"].as_str().unwrap();
        let taken = ask(json!({ "username": suggestion, "password": GOOD })).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{suggestion}: {}", taken.text);
    }
    for other in ["b0b", "root"] {
        assert!(ask(json!({ "username": other, "password": GOOD })).await.json.get("suggestion").is_none(), "{other}");
    }
}

#[actix::test]
async fn where_every_name_like_it_is_taken_nothing_is_offered() {
    let server = Server::start();
    let taken: Vec<Write> = std::iter::once(String::new())
        .chain((2..=99).map(|n: u32| n.to_string()))
        .map(|ending| {
            let username = Username::parse(&format!("bob{ending}")).unwrap();
            let display_name = DisplayName::from(&username);
            let user = NewUser { username, display_name, password_hash: "hash".into(), password_is_weak: false };
            Write::CreateUser { user, session: None }
        })
        .collect();
    for write in taken {
        server.services.chat.submit(write).await.unwrap();
    }
    let told = server.post("/api/v1/signup", None, json!({ "username": "bob", "password": GOOD })).await;
    assert_eq!((told.code(), told.json.get("suggestion")), ("username_taken", None), "{}", told.text);
}

#[actix::test]
async fn a_weak_password_comes_back_with_advice() {
    let server = Server::start();
    let told = server.post("/api/v1/signup", None, json!({ "username": "bob", "password": "qwertyuiop" })).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.json["feedback"]["suggestions"].as_array().is_some_and(|advice| !advice.is_empty()), "{}", told.text);
    let judged = server.post("/api/v1/password-check", None, json!({ "password": "qwertyuiop" })).await;
    assert_eq!(judged.json["ok"], false);
    let judged = server.post("/api/v1/password-check", None, json!({ "password": GOOD, "username": "bob" })).await;
    assert_eq!((&judged.json["ok"], &judged.json["score"]), (&json!(true), &json!(4)));
}

#[actix::test]
async fn a_wrong_name_and_a_wrong_password_get_one_answer() {
    let server = Server::start();
    server.member("alice").await;
    let wrong_password = server.post("/api/v1/login", None, json!({ "username": "alice", "password": "no" })).await;
    let wrong_name = server.post("/api/v1/login", None, json!({ "username": "nobody", "password": "no" })).await;
    for told in [&wrong_password, &wrong_name] {
        assert_eq!((told.status.as_u16(), told.code()), (401, "wrong_credentials"));
    }
    assert_eq!(wrong_password.json, wrong_name.json);
    let right = server.post("/api/v1/login", None, json!({ "username": "ALICE", "password": GOOD })).await;
    assert_eq!(right.json["user"]["username"], "alice");
}

#[actix::test]
async fn after_five_wrong_passwords_there_is_a_pause_that_a_known_browser_does_not_feel() {
    let server = Server::start();
    let signup = server.post("/api/v1/signup", None, json!({ "username": "alice", "password": GOOD })).await;
    let device = signup.cookie("chinwag_device").split(';').next().unwrap().to_owned();
    let wrong = json!({ "username": "alice", "password": "guess" });
    for left in (1..=4).rev() {
        let told = server.post("/api/v1/login", None, wrong.clone()).await;
        assert!(told.json["message"].as_str().unwrap().contains(&format!("{left} tr")), "{}", told.text);
    }
    let last = server.post("/api/v1/login", None, wrong.clone()).await;
    assert_eq!((last.code(), &last.json["retryAfterMs"]), ("wrong_credentials", &json!(10_000)));
    let right = json!({ "username": "alice", "password": GOOD });
    let paused = server.post("/api/v1/login", None, right.clone()).await;
    assert_eq!((paused.status.as_u16(), paused.code()), (429, "too_many_attempts"));
    assert_eq!(paused.header("retry-after"), "10");
    assert!(server.post("/api/v1/login", Some(&device), right).await.status.is_success());
}

#[actix::test]
async fn a_disabled_person_is_told_what_a_stranger_is() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    let user = crate::domain::UserId::new(1);
    server.services.chat.submit(Write::SetDisabled { user, disabled: true }).await.unwrap();
    assert_eq!(server.get("/api/v1/me", Some(&cookie)).await.code(), "unauthenticated");
    let told = server.post("/api/v1/login", None, json!({ "username": "alice", "password": GOOD })).await;
    assert_eq!(told.code(), "wrong_credentials");
}

#[actix::test]
async fn logging_out_ends_the_session_and_takes_the_cookie() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    let told = server.post("/api/v1/logout", Some(&cookie), json!({})).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    assert!(told.cookie("chinwag_session").contains("Max-Age=0"));
    assert_eq!(server.get("/api/v1/me", Some(&cookie)).await.code(), "unauthenticated");
}

#[actix::test]
async fn a_profile_changes_only_where_it_is_told_to() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    let patch =
        |body: Value| server.ask(with_cookie(TestRequest::patch(), Some(&cookie)).uri("/api/v1/me").set_json(body));
    let told = patch(json!({ "displayName": "Alice Marsh", "pronoun": "she", "hue": 330 })).await;
    assert_eq!(told.json["user"]["pronoun"], "she");
    let told = patch(json!({ "pronoun": "" })).await;
    assert_eq!((&told.json["user"]["displayName"], &told.json["user"]["hue"]), (&json!("Alice Marsh"), &json!(330)));
    assert!(told.json["user"].get("pronoun").is_none());
    assert_eq!(patch(json!({ "hue": 7 })).await.json["field"], "hue");
    assert_eq!(patch(json!({ "pronoun": "it" })).await.json["field"], "pronoun");
}

#[actix::test]
async fn read_receipts_are_switched_off_beside_the_profile_and_seen_by_their_owner_only() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    let patch =
        |body: Value| server.ask(with_cookie(TestRequest::patch(), Some(&cookie)).uri("/api/v1/me").set_json(body));
    assert_eq!(server.get("/api/v1/me", Some(&cookie)).await.json["readReceipts"], true);
    let told = patch(json!({ "readReceipts": false })).await;
    assert_eq!((&told.json["readReceipts"], &told.json["user"]["username"]), (&json!(false), &json!("alice")));
    assert!(matches!(server.writes().pop(), Some(Write::SetReadReceipts { are_on: false, .. })), "and no profile");
    let told = patch(json!({ "displayName": "Alice Marsh" })).await;
    assert_eq!((&told.json["readReceipts"], &told.json["user"]["displayName"]), (&json!(false), &json!("Alice Marsh")));
    assert_eq!(server.get("/api/v1/me", Some(&cookie)).await.json["readReceipts"], false);
    let writes = server.writes().len();
    let told = patch(json!({ "readReceipts": "no", "displayName": "Al" })).await;
    assert_eq!((told.code(), told.json["field"].as_str().unwrap()), ("invalid_field", "readReceipts"));
    assert_eq!(server.writes().len(), writes, "all or nothing");
    let people = server.get("/api/v1/users", Some(&cookie)).await;
    assert!(people.json["users"][0].get("readReceipts").is_none());
}

#[actix::test]
async fn a_new_password_needs_the_present_one_and_ends_the_other_sessions() {
    let server = Server::start();
    let first = server.member("alice").await;
    let login = server.post("/api/v1/login", None, json!({ "username": "alice", "password": GOOD })).await;
    let second = login.cookie("chinwag_session").split(';').next().unwrap().to_owned();
    let new = "another lantern by the harbour";
    let change = |current: &str, new: &str| {
        server.post("/api/v1/me/password", Some(&second), json!({ "current": current, "new": new }))
    };
    let told = change("wrong", new).await;
    assert_eq!((told.code(), &told.json["field"]), ("wrong_credentials", &json!("current")));
    assert_eq!(change(GOOD, "alice").await.json["field"], "new");
    assert_eq!(change(GOOD, new).await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/api/v1/me", Some(&first)).await.code(), "unauthenticated");
    assert!(server.get("/api/v1/me", Some(&second)).await.status.is_success());
    let old = server.post("/api/v1/login", None, json!({ "username": "alice", "password": GOOD })).await;
    assert_eq!(old.code(), "wrong_credentials");
}

#[actix::test]
async fn devices_are_listed_and_ended_but_never_somebody_elses() {
    let server = Server::start();
    let (alice, bob) = (server.member("alice").await, server.member("bob").await);
    server.post("/api/v1/login", None, json!({ "username": "alice", "password": GOOD, "token": true })).await;
    let listed = server.get("/api/v1/sessions", Some(&alice)).await.json;
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let current = sessions.iter().find(|session| session["current"] == true).unwrap();
    assert_eq!((&current["kind"], &current["online"]), (&json!("browser"), &json!(true)));
    let end = |id: i64, cookie: &str| {
        server.ask(with_cookie(TestRequest::delete(), Some(cookie)).uri(&format!("/api/v1/sessions/{id}")))
    };
    assert_eq!(end(3, &bob).await.code(), "not_found");
    assert_eq!(end(3, &alice).await.status, StatusCode::NO_CONTENT);
    assert_eq!(end(3, &alice).await.code(), "not_found");
    assert_eq!(
        server.post("/api/v1/sessions/end-others", Some(&alice), json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(matches!(server.writes().pop(), Some(Write::EndSessions { which: WhichSessions::Others(_), .. })));
    server.post("/api/v1/sessions/closing", Some(&alice), json!({})).await;
    assert_eq!(*server.seen.closings.lock().unwrap(), [SessionId::new(1)]);
}

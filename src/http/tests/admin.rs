//! Coming in and running the server, over HTTP.

use serde_json::json;

use super::*;
use crate::auth::ConsoleCode;
use crate::http::Console;

const HOUR: i64 = 3_600_000;

/// A server that Ann runs, her cookie, and the code by which she came.
async fn run_by_ann() -> (Server, String) {
    let code = ConsoleCode::generate();
    let server = Server::with(|services| services.console = Some(Console::new(code.hash())));
    let body = json!({ "username": "ann", "password": GOOD, "code": code.expose(), "keepSignedIn": true });
    let told = server.post("/api/v1/signup", None, body).await;
    assert_eq!(told.status, StatusCode::CREATED, "{}", told.text);
    let cookie = told.cookie("chinwag_session").split(';').next().unwrap().to_owned();
    (server, cookie)
}

async fn put(server: &Server, path: &str, cookie: &str, body: Value) -> Told {
    server.ask(with_cookie(TestRequest::put(), Some(cookie)).uri(path).set_json(body)).await
}

async fn patch(server: &Server, path: &str, cookie: &str, body: Value) -> Told {
    server.ask(with_cookie(TestRequest::patch(), Some(cookie)).uri(path).set_json(body)).await
}

#[actix::test]
async fn who_stands_outside_is_told_whether_they_may_come_in() {
    let (server, ann) = run_by_ann().await;
    let told = server.post("/api/v1/admission", None, json!({})).await;
    assert_eq!(told.json, json!({ "signUp": "open", "hasAdmin": true }));
    let told = put(&server, "/api/v1/admin/settings", &ann, json!({ "signUp": "invitation" })).await;
    assert_eq!(told.json, json!({ "signUp": "invitation" }));
    let made = server.post("/api/v1/admin/invitations", Some(&ann), json!({ "hours": 2, "places": 3 })).await;
    assert_eq!((made.status.as_u16(), &made.json["places"]), (201, &json!(3)));
    assert_eq!(made.json["expiresAt"], START.millis() + 2 * HOUR);
    let look = async |token: &Value| server.post("/api/v1/admission", None, json!({ "invitation": token })).await.json;
    let invited = |is| json!({ "signUp": "invitation", "hasAdmin": true, "invited": is });
    assert_eq!(look(&made.json["token"]).await, invited(true));
    assert_eq!(look(&json!("made up")).await, invited(false));
    let body = json!({ "username": "bob", "password": GOOD, "invitation": made.json["token"] });
    assert_eq!(server.post("/api/v1/signup", None, body).await.status, StatusCode::CREATED);
    let listed = server.get("/api/v1/admin/invitations", Some(&ann)).await;
    assert_eq!(
        (&listed.json["invitations"][0]["used"], &listed.json["invitations"][0]["madeBy"]),
        (&json!(1), &json!(1))
    );
    assert!(!listed.text.contains(made.json["token"].as_str().unwrap()));
    server.clock.advance(2 * HOUR);
    assert_eq!(look(&made.json["token"]).await, invited(false));
    let body = json!({ "username": "cat", "password": GOOD, "invitation": made.json["token"] });
    assert_eq!(server.post("/api/v1/signup", None, body).await.code(), "invitation_over");
    assert_eq!(server.get("/api/v1/admin/invitations", Some(&ann)).await.json["invitations"], json!([]));
}

#[actix::test]
async fn what_cannot_be_is_refused_by_name() {
    let (server, ann) = run_by_ann().await;
    for (field, body) in [
        ("hours", json!({ "hours": 0 })),
        ("hours", json!({ "hours": 9_000 })),
        ("places", json!({ "places": 1_001 })),
        ("places", json!({ "places": -1 })),
    ] {
        let told = server.post("/api/v1/admin/invitations", Some(&ann), body).await;
        assert_eq!((told.code(), &told.json["field"]), ("invalid_field", &json!(field)), "{}", told.text);
    }
    let told = put(&server, "/api/v1/admin/settings", &ann, json!({ "signUp": "ajar" })).await;
    assert_eq!((told.code(), &told.json["field"]), ("invalid_field", &json!("signUp")));
    assert_eq!(patch(&server, "/api/v1/admin/people/1", &ann, json!({ "disabled": true })).await.code(), "last_admin");
    assert_eq!(patch(&server, "/api/v1/admin/people/1", &ann, json!({ "isAdmin": false })).await.code(), "last_admin");
    assert_eq!(patch(&server, "/api/v1/admin/people/9", &ann, json!({ "isAdmin": true })).await.code(), "not_found");
}

#[actix::test]
async fn an_admin_sees_who_is_there_and_gives_the_role_on() {
    let (server, ann) = run_by_ann().await;
    let bob = server.member("bob").await;
    assert_eq!(server.get("/api/v1/me", Some(&bob)).await.json["isAdmin"], false);
    assert_eq!(patch(&server, "/api/v1/admin/people/2", &ann, json!({ "isAdmin": true })).await.status, 204);
    let told = server.get("/api/v1/admin/people?q=bo", Some(&bob)).await;
    let person = &told.json["people"][0];
    assert_eq!((&person["user"]["username"], &person["isAdmin"]), (&json!("bob"), &json!(true)), "{}", told.text);
    assert_eq!((&person["createdAt"], &told.json["total"]), (&json!(START.millis()), &json!(2)));
    assert_eq!(patch(&server, "/api/v1/admin/people/1", &bob, json!({ "disabled": true })).await.status, 204);
    assert_eq!(server.get("/api/v1/admin/people", Some(&ann)).await.code(), "unauthenticated");
}

#[actix::test]
async fn a_link_brings_a_new_password_within_a_day() {
    let (server, ann) = run_by_ann().await;
    let bob = server.member("bob").await;
    let link = async || server.post("/api/v1/admin/people/2/password-link", Some(&ann), json!({})).await.json;
    let redeem = async |token: &Value, new: &str| {
        server.post("/api/v1/password-link", None, json!({ "token": token, "new": new })).await
    };
    let made = link().await;
    assert_eq!(made["expiresAt"], START.millis() + 24 * HOUR);
    server.clock.advance(24 * HOUR);
    assert_eq!(redeem(&made["token"], "nineteen loud lighthouses").await.code(), "link_over");
    let made = link().await;
    let weak = redeem(&made["token"], "bob bob bob").await;
    assert_eq!((weak.code(), &weak.json["field"]), ("password_weak", &json!("new")));
    let told = redeem(&made["token"], "nineteen loud lighthouses").await;
    assert_eq!(told.json, json!({ "username": "bob" }), "{}", told.text);
    assert_eq!(server.get("/api/v1/me", Some(&bob)).await.code(), "unauthenticated");
    let body = json!({ "username": "bob", "password": "nineteen loud lighthouses" });
    assert_eq!(server.post("/api/v1/login", None, body).await.status, StatusCode::OK);
}

#[actix::test]
async fn the_code_belongs_to_whoever_is_there_too_and_guessing_it_is_slowed_down() {
    let code = ConsoleCode::generate();
    let server = Server::with(|services| services.console = Some(Console::new(code.hash())));
    let bob = server.member("bob").await;
    let right = json!({ "code": code.expose() });
    for _ in 0..5 {
        let told = server.post("/api/v1/me/admin", Some(&bob), json!({ "code": "K7QF" })).await;
        assert_eq!((told.code(), &told.json["field"]), ("code_wrong", &json!("code")));
    }
    let told = server.post("/api/v1/me/admin", Some(&bob), right.clone()).await;
    assert_eq!(told.code(), "too_many_attempts");
    assert!(told.json["retryAfterMs"].as_i64().unwrap() > 0);

    let server = Server::with(|services| services.console = Some(Console::new(code.hash())));
    let bob = server.member("bob").await;
    assert_eq!(server.post("/api/v1/me/admin", Some(&bob), right.clone()).await.status, 204);
    assert_eq!(server.get("/api/v1/me", Some(&bob)).await.json["isAdmin"], true);
    assert_eq!(server.post("/api/v1/me/admin", Some(&bob), right).await.code(), "admin_exists");
    let without = Server::start();
    let bob = without.member("bob").await;
    assert_eq!(without.post("/api/v1/me/admin", Some(&bob), json!({ "code": "K7QF" })).await.code(), "admin_exists");
}

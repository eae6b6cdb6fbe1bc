//! Who is in a group, and whom one has blocked, over HTTP.

use serde_json::json;

use super::*;

async fn put(server: &Server, path: &str, cookie: &str) -> Told {
    server.ask(with_cookie(TestRequest::put(), Some(cookie)).uri(path).set_json(json!({}))).await
}

async fn delete(server: &Server, path: &str, cookie: &str) -> Told {
    server.ask(with_cookie(TestRequest::delete(), Some(cookie)).uri(path)).await
}

async fn rename(server: &Server, cookie: &str, body: Value) -> Told {
    server.ask(with_cookie(TestRequest::patch(), Some(cookie)).uri("/api/v1/conversations/1").set_json(body)).await
}

/// Alice's group with Bob; Eve is outside.
async fn group() -> (Server, [String; 3]) {
    let server = Server::start();
    let people = [server.member("alice").await, server.member("bob").await, server.member("eve").await];
    let group = json!({ "kind": "group", "name": "Lunch", "members": [2] });
    assert_eq!(server.post("/api/v1/conversations", Some(&people[0]), group).await.status, StatusCode::CREATED);
    (server, people)
}

#[actix::test]
async fn an_owner_renames_a_group_and_nobody_else() {
    let (server, [alice, bob, eve]) = group().await;
    let told = rename(&server, &alice, json!({ "name": " Dinner " })).await;
    assert_eq!((told.status.as_u16(), &told.json["conversation"]["name"]), (200, &json!("Dinner")));
    assert_eq!(rename(&server, &bob, json!({ "name": "Mine" })).await.code(), "forbidden");
    assert_eq!(rename(&server, &eve, json!({ "name": "Mine" })).await.code(), "not_found");
    for (body, code) in [(json!({}), "missing_field"), (json!({ "name": "" }), "invalid_field")] {
        assert_eq!(rename(&server, &alice, body).await.code(), code);
    }
}

#[actix::test]
async fn people_are_added_and_removed_by_owners_and_leave_by_themselves() {
    let (server, [alice, bob, eve]) = group().await;
    let path = "/api/v1/conversations/1/members";
    assert_eq!(server.post(path, Some(&bob), json!({ "users": [3] })).await.code(), "forbidden");
    let told = server.post(path, Some(&alice), json!({ "users": [3, 3] })).await;
    assert_eq!(told.json["conversation"]["memberCount"], 3);
    let many: Vec<i64> = (1..=201).collect();
    assert_eq!(server.post(path, Some(&alice), json!({ "users": many })).await.code(), "too_many");
    assert_eq!(server.post(path, Some(&alice), json!({ "users": [99] })).await.code(), "not_found");
    assert_eq!(delete(&server, "/api/v1/conversations/1/members/1", &bob).await.code(), "forbidden");
    assert_eq!(delete(&server, "/api/v1/conversations/1/members/2", &alice).await.status, StatusCode::OK);
    assert_eq!(delete(&server, "/api/v1/conversations/1/members/2", &alice).await.code(), "not_found");
    let left = delete(&server, "/api/v1/conversations/1/members/3", &eve).await;
    assert_eq!((left.status.as_u16(), &left.json["conversation"]["members"][0]["until"]), (200, &json!(4)));
    for path in ["/api/v1/conversations/1/members/x", "/api/v1/conversations/9/members/1"] {
        assert_eq!(delete(&server, path, &alice).await.code(), "not_found", "{path}");
    }
}

#[actix::test]
async fn a_group_asked_for_again_after_a_lost_answer_is_the_same_group() {
    let server = Server::start();
    let (alice, bob) = (server.member("alice").await, server.member("bob").await);
    let group = |name: &str| {
        let client_id = "0197f000-0000-7000-8000-000000000001";
        json!({ "kind": "group", "name": name, "members": [1, 2], "clientId": client_id })
    };
    let first = server.post("/api/v1/conversations", Some(&alice), group("Lunch")).await;
    let again = server.post("/api/v1/conversations", Some(&alice), group("Lunch")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    assert_eq!(first.json, again.json);
    let other = server.post("/api/v1/conversations", Some(&alice), group("Dinner")).await;
    assert_eq!(other.code(), "client_id_reused");
    let bobs = server.post("/api/v1/conversations", Some(&bob), group("Lunch")).await;
    assert_ne!(bobs.json["conversation"]["id"], first.json["conversation"]["id"]);
    assert_eq!(
        server.get("/api/v1/conversations", Some(&alice)).await.json["conversations"].as_array().unwrap().len(),
        2
    );
}

#[actix::test]
async fn members_come_in_pages_with_who_they_are_and_their_presence() {
    let (server, [alice, bob, eve]) = group().await;
    server.post("/api/v1/conversations/1/members", Some(&alice), json!({ "users": [3] })).await;
    let path = "/api/v1/conversations/1/members";
    let page = server.get(&format!("{path}?limit=1"), Some(&eve)).await.json;
    assert_eq!(page["members"], json!([{ "user": 1, "role": "owner", "from": 1 }]));
    assert_eq!((&page["users"][0]["username"], &page["presence"][0]["user"]), (&json!("alice"), &json!(1)));
    let rest = server.get(&format!("{path}?limit=1&after={}", page["next"].as_str().unwrap()), Some(&eve)).await.json;
    assert_eq!((&rest["members"][0]["user"], &rest["next"]), (&json!(2), &Value::Null));
    let found = server.get(&format!("{path}?q=%20BO"), Some(&alice)).await.json;
    assert_eq!((&found["members"].as_array().unwrap().len(), &found["members"][0]["user"]), (&1, &json!(2)));
    assert_eq!(server.get(&format!("{path}?after=x"), Some(&bob)).await.code(), "invalid_field");
    let mallory = server.member("mallory").await;
    assert_eq!(server.get(path, Some(&mallory)).await.code(), "not_found");
}

#[actix::test]
async fn blocking_twice_is_blocking_once_and_only_ones_own_list_is_told() {
    let server = Server::start();
    let (alice, bob) = (server.member("alice").await, server.member("bob").await);
    for _ in 0..2 {
        assert_eq!(put(&server, "/api/v1/blocks/1", &bob).await.status, StatusCode::NO_CONTENT);
    }
    let blocked = server.get("/api/v1/blocks", Some(&bob)).await.json;
    assert_eq!(blocked["users"].as_array().unwrap().len(), 1);
    assert_eq!(blocked["users"][0]["username"], "alice");
    assert_eq!(server.get("/api/v1/blocks", Some(&alice)).await.json, json!({ "users": [] }));
    for path in ["/api/v1/blocks/2", "/api/v1/blocks/99", "/api/v1/blocks/bob"] {
        assert_eq!(put(&server, path, &bob).await.code(), "not_found", "{path}");
    }
    for _ in 0..2 {
        assert_eq!(delete(&server, "/api/v1/blocks/1", &bob).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(server.get("/api/v1/blocks", Some(&bob)).await.json, json!({ "users": [] }));
}

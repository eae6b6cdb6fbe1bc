//! People, conversations and messages over HTTP.

use serde_json::json;
use uuid::Uuid;

use super::*;

fn message(text: &str) -> Value {
    json!({ "clientId": Uuid::now_v7().to_string(), "body": text })
}

#[actix::test]
async fn a_conversation_is_opened_once_and_found_from_then_on() {
    let server = Server::start();
    let (alice, bob) = (server.member("alice").await, server.member("bob").await);
    let open = json!({ "kind": "direct", "user": 2 });
    let first = server.post("/api/v1/conversations", Some(&alice), open.clone()).await;
    let again = server.post("/api/v1/conversations", Some(&alice), open).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    assert_eq!(first.json["conversation"]["id"], again.json["conversation"]["id"]);
    let from_bob = server.post("/api/v1/conversations", Some(&bob), json!({ "kind": "direct", "user": 1 })).await;
    assert_eq!(from_bob.json["conversation"]["id"], first.json["conversation"]["id"]);
    assert_eq!(first.json["users"].as_array().unwrap().len(), 2);
    let nobody = server.post("/api/v1/conversations", Some(&alice), json!({ "kind": "direct", "user": 99 })).await;
    assert_eq!(nobody.code(), "not_found");
    let neither = server.post("/api/v1/conversations", Some(&alice), json!({ "kind": "channel" })).await;
    assert_eq!(neither.json["field"], "kind");
}

#[actix::test]
async fn a_group_is_its_owners_from_the_first_moment() {
    let server = Server::start();
    let alice = server.member("alice").await;
    server.member("bob").await;
    let group = json!({ "kind": "group", "name": " Sunday lunch ", "members": [2, 2, 1] });
    let told = server.post("/api/v1/conversations", Some(&alice), group).await;
    assert_eq!(told.status, StatusCode::CREATED, "{}", told.text);
    assert_eq!(told.json["conversation"]["name"], "Sunday lunch");
    assert_eq!(told.json["conversation"]["memberCount"], 2);
    let nameless = json!({ "kind": "group", "name": "  ", "members": [2] });
    assert_eq!(server.post("/api/v1/conversations", Some(&alice), nameless).await.json["field"], "name");
}

#[actix::test]
async fn a_message_sent_twice_is_one_message() {
    let server = Server::start();
    let alice = server.member("alice").await;
    server.member("bob").await;
    server.post("/api/v1/conversations", Some(&alice), json!({ "kind": "direct", "user": 2 })).await;
    let said = message("Hello");
    let first = server.post("/api/v1/conversations/1/messages", Some(&alice), said.clone()).await;
    let again = server.post("/api/v1/conversations/1/messages", Some(&alice), said.clone()).await;
    assert_eq!(first.json, again.json);
    assert_eq!((&first.json["seq"], &first.json["clientId"]), (&json!(1), &said["clientId"]));
    let other = json!({ "clientId": said["clientId"], "body": "Something else" });
    assert_eq!(server.post("/api/v1/conversations/1/messages", Some(&alice), other).await.code(), "client_id_reused");
    for (body, code) in [
        (json!({ "body": "x" }), "missing_field"),
        (json!({ "clientId": "7", "body": "x" }), "invalid_field"),
        (message("  "), "body_empty"),
        (message(&"x".repeat(8193)), "body_too_long"),
        (message("a\u{0}b"), "invalid_field"),
    ] {
        let told = server.post("/api/v1/conversations/1/messages", Some(&alice), body).await;
        assert_eq!(told.code(), code, "{}", told.text);
    }
}

#[actix::test]
async fn history_is_paged_from_any_place_and_says_what_lies_beyond() {
    let server = Server::start();
    let alice = server.member("alice").await;
    server.member("bob").await;
    server.post("/api/v1/conversations", Some(&alice), json!({ "kind": "direct", "user": 2 })).await;
    let empty = server.get("/api/v1/conversations/1/messages", Some(&alice)).await.json;
    assert_eq!(
        (&empty["messages"], &empty["hasBefore"], &empty["hasAfter"]),
        (&json!([]), &json!(false), &json!(false))
    );
    for number in 1..=7 {
        server.post("/api/v1/conversations/1/messages", Some(&alice), message(&number.to_string())).await;
    }
    for (query, seqs, before, after) in [
        ("", vec![1, 2, 3, 4, 5, 6, 7], false, false),
        ("?limit=3", vec![5, 6, 7], true, false),
        ("?before=5&limit=2", vec![3, 4], true, true),
        ("?before=1", vec![], false, true),
        ("?after=0&limit=2", vec![1, 2], false, true),
        ("?after=7", vec![], true, false),
        ("?around=4&limit=4", vec![2, 3, 4, 5], true, true),
    ] {
        let told = server.get(&format!("/api/v1/conversations/1/messages{query}"), Some(&alice)).await.json;
        let shown: Vec<i64> =
            told["messages"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert_eq!(shown, seqs, "{query}");
        assert_eq!((&told["hasBefore"], &told["hasAfter"]), (&json!(before), &json!(after)), "{query}");
    }
    for query in ["?before=x", "?before=-1", "?before=1&after=2", "?limit=many"] {
        let told = server.get(&format!("/api/v1/conversations/1/messages{query}"), Some(&alice)).await;
        assert_eq!(told.code(), "invalid_field", "{query}");
    }
    let changes = server.get("/api/v1/conversations/1/changes?after=0", Some(&alice)).await.json;
    assert_eq!((changes["messages"].as_array().unwrap().len(), &changes["more"]), (7, &json!(false)));
}

#[actix::test]
async fn what_is_others_looks_as_if_it_were_not_there() {
    let server = Server::start();
    let alice = server.member("alice").await;
    server.member("bob").await;
    let eve = server.member("eve").await;
    server.post("/api/v1/conversations", Some(&alice), json!({ "kind": "direct", "user": 2 })).await;
    for id in [1, 77] {
        for path in ["", "/messages", "/changes?after=0"] {
            let told = server.get(&format!("/api/v1/conversations/{id}{path}"), Some(&eve)).await;
            assert_eq!((told.status.as_u16(), told.code()), (404, "not_found"), "{id}{path}");
        }
        let told = server.post(&format!("/api/v1/conversations/{id}/messages"), Some(&eve), message("hi")).await;
        assert_eq!(told.code(), "not_found");
    }
    assert_eq!(server.get("/api/v1/conversations", Some(&eve)).await.json["conversations"], json!([]));
}

#[actix::test]
async fn conversations_and_people_come_in_pages_without_holes() {
    let server = Server::start();
    let alice = server.member("alice").await;
    for number in 0..5 {
        server.member(&format!("friend{number}")).await;
        let open = json!({ "kind": "direct", "user": number + 2 });
        server.post("/api/v1/conversations", Some(&alice), open).await;
        server.clock.advance(1000);
    }
    for (path, list) in [("/api/v1/conversations?limit=2", "conversations"), ("/api/v1/users?limit=2", "users")] {
        let parameter = if list == "users" { "after" } else { "before" };
        let (mut ids, mut next) = (Vec::new(), Some(String::new()));
        while let Some(place) = next {
            let place = if place.is_empty() { place } else { format!("&{parameter}={place}") };
            let told = server.get(&format!("{path}{place}"), Some(&alice)).await.json;
            ids.extend(told[list].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()));
            next = told["next"].as_str().map(str::to_owned);
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((count, ids.len()), if list == "users" { (6, 6) } else { (5, 5) }, "{path}");
    }
    let found = server.get("/api/v1/users?q=FRIEND3", Some(&alice)).await.json;
    assert_eq!(found["users"].as_array().unwrap().len(), 1);
    assert_eq!((&found["presence"][0]["state"], &found["total"]), (&json!("online"), &json!(6)));
    assert_eq!(server.get("/api/v1/conversations?before=x", Some(&alice)).await.json["field"], "before");
}

//! Searching over HTTP. Who finds what is the store's contract; here is what is told and what is refused.

use std::rc::Rc;

use actix_web::rt::task::JoinHandle;
use serde_json::json;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::*;
use crate::protocol::ErrorCode;

async fn say(server: &Server, cookie: &str, conversation: i64, text: &str) {
    let body = json!({ "clientId": Uuid::now_v7().to_string(), "body": text });
    let told = server.post(&format!("/api/v1/conversations/{conversation}/messages"), Some(cookie), body).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
}

async fn find(server: &Server, cookie: &str, query: &str) -> Told {
    let query: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    server.get(&format!("/api/v1/search?q={query}"), Some(cookie)).await
}

fn excerpts(told: &Told) -> Vec<&str> {
    told.json["hits"].as_array().unwrap().iter().map(|hit| hit["excerpt"].as_str().unwrap()).collect()
}

/// Alice and Bob, who talk, and Eve.
async fn three() -> (Server, [String; 3]) {
    three_at(Server::start()).await
}

async fn three_at(server: Server) -> (Server, [String; 3]) {
    let cookies = [server.member("alice").await, server.member("bob").await, server.member("eve").await];
    server.post("/api/v1/conversations", Some(&cookies[0]), json!({ "kind": "direct", "user": 2 })).await;
    (server, cookies)
}

#[actix::test]
async fn a_hit_says_where_it_is_and_what_in_it_was_looked_for() {
    let (server, [alice, bob, _]) = three().await;
    say(&server, &alice, 1, "👍 Der Schnellkochtopfdeckel").await;
    let told = find(&server, &bob, "KOCHTOPF").await;
    let expected = json!({
        "hits": [{
            "conversation": 1, "seq": 1, "sender": 1, "at": START.millis(),
            "excerpt": "👍 Der Schnellkochtopfdeckel", "marks": [[14, 22]],
        }],
        "reach": "all",
        "unknown": [],
    });
    assert_eq!(told.json, expected);
}

#[actix::test]
async fn pages_follow_one_another_without_hole_or_repeat_and_end() {
    let (server, [alice, bob, _]) = three().await;
    for number in 0..7 {
        say(&server, &alice, 1, &format!("number {number}")).await;
    }
    let (mut seqs, mut next) = (Vec::new(), String::new());
    loop {
        let told = server.get(&format!("/api/v1/search?q=number&limit=3{next}"), Some(&bob)).await;
        seqs.extend(told.json["hits"].as_array().unwrap().iter().map(|hit| hit["seq"].as_i64().unwrap()));
        match told.json["next"].as_str() {
            Some(place) => next = format!("&before={place}"),
            None => break,
        }
    }
    assert_eq!(seqs, [7, 6, 5, 4, 3, 2, 1]);
}

#[actix::test]
async fn what_is_no_query_is_refused_with_a_sentence() {
    let (server, [alice, ..]) = three().await;
    for query in ["", "  ", "before:soon", "from:", "-from:bob", &"x".repeat(201)] {
        let told = find(&server, &alice, query).await;
        assert_eq!(
            (told.status.as_u16(), told.code(), told.json["field"].as_str()),
            (400, "bad_query", Some("q")),
            "{query}"
        );
        assert!(told.json["message"].as_str().unwrap().ends_with('.'));
    }
    assert_eq!(server.get("/api/v1/search", Some(&alice)).await.code(), "bad_query");
    for (parameter, field) in
        [("before=x", "before"), ("before=-1.0", "before"), ("zone=900", "zone"), ("limit=x", "limit")]
    {
        let told = server.get(&format!("/api/v1/search?q=word&{parameter}"), Some(&alice)).await;
        assert_eq!((told.code(), told.json["field"].as_str()), ("invalid_field", Some(field)), "{parameter}");
    }
}

#[actix::test]
async fn short_words_and_unknown_names_are_told() {
    let (server, [alice, ..]) = three().await;
    say(&server, &alice, 1, "ok").await;
    let told = find(&server, &alice, "ok").await;
    assert_eq!((excerpts(&told), told.json["reach"].as_str()), (vec!["ok"], Some("newest")));
    let told = find(&server, &alice, "from:bbo in:\"No such group\" ok").await;
    assert_eq!(told.json["unknown"], json!(["from:bbo", "in:\"No such group\""]));
    assert!(excerpts(&told).is_empty());
}

#[actix::test]
async fn each_finds_what_is_theirs_to_see() {
    let (server, [alice, bob, eve]) = three().await;
    say(&server, &alice, 1, "secret of two").await;
    let group = json!({ "kind": "group", "name": "All", "members": [2, 3] });
    server.post("/api/v1/conversations", Some(&alice), group).await;
    say(&server, &alice, 2, "secret of three").await;
    server.ask(with_cookie(TestRequest::delete(), Some(&alice)).uri("/api/v1/conversations/2/members/3")).await;
    say(&server, &alice, 2, "secret of those who stayed").await;
    server.ask(with_cookie(TestRequest::put().set_json(json!({})), Some(&bob)).uri("/api/v1/blocks/1")).await;
    say(&server, &alice, 1, "secret withheld").await;
    let (stayed, three, two) = ("secret of those who stayed", "secret of three", "secret of two");
    for (cookie, expected) in
        [(&alice, vec!["secret withheld", stayed, three, two]), (&bob, vec![stayed, three, two]), (&eve, vec![three])]
    {
        assert_eq!(excerpts(&find(&server, cookie, "secret").await), expected);
    }
    let told = server.get("/api/v1/search?q=secret", None).await;
    assert_eq!(told.code(), "unauthenticated");
}

/// Asks, and goes on without the answer.
fn begin(server: &Rc<Server>, cookie: &str) -> JoinHandle<Told> {
    let (server, cookie) = (Rc::clone(server), cookie.to_owned());
    actix::spawn(async move { find(&server, &cookie, "word").await })
}

/// The answer that is there first, taken out of those that are waited for.
async fn first_of(asked: &mut Vec<JoinHandle<Told>>) -> Told {
    let first = async {
        loop {
            if let Some(at) = asked.iter().position(JoinHandle::is_finished) {
                return asked.swap_remove(at).await.unwrap();
            }
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(60), first).await.expect("one of these is answered at once")
}

#[actix::test]
async fn a_fourth_search_of_one_person_at_once_is_told_to_come_again_and_nobody_else_is() {
    let (server, [alice, bob, _]) = three().await;
    let server = Rc::new(server);
    let turn = server.services.desk.turns.acquire().await.unwrap();
    let mut asked: Vec<_> = (0..4).map(|_| begin(&server, &alice)).collect();
    let told = first_of(&mut asked).await;
    assert_eq!(
        (told.status.as_u16(), told.code(), told.json["retryAfterMs"].as_i64()),
        (429, "rate_limited", Some(1_000))
    );
    assert_eq!(told.header("retry-after"), "1");
    asked.push(begin(&server, &bob));
    drop(turn);
    for waiting in asked {
        assert_eq!(waiting.await.unwrap().status, StatusCode::OK);
    }
    assert_eq!(find(&server, &alice, "word").await.status, StatusCode::OK, "all were answered");
}

#[actix::test]
async fn whoever_stopped_waiting_for_a_search_may_ask_another() {
    let (server, [alice, ..]) = three().await;
    let server = Rc::new(server);
    let turn = server.services.desk.turns.acquire().await.unwrap();
    let mut asked: Vec<_> = (0..4).map(|_| begin(&server, &alice)).collect();
    assert_eq!(first_of(&mut asked).await.code(), "rate_limited");
    let gone = asked.swap_remove(0);
    gone.abort();
    assert!(gone.await.is_err(), "it was dropped");
    asked.extend([begin(&server, &alice), begin(&server, &alice)]);
    assert_eq!(first_of(&mut asked).await.code(), "rate_limited", "one place became free, not two");
    drop(turn);
    for waiting in asked {
        assert_eq!(waiting.await.unwrap().status, StatusCode::OK);
    }
}

#[actix::test]
async fn a_search_that_takes_too_long_says_so_and_everything_else_goes_on() {
    let server = Server::with(|services| services.desk = SearchDesk::for_at_once(3).with_longest(Duration::ZERO));
    let (server, [alice, ..]) = three_at(server).await;
    for number in 0..120 {
        say(&server, &alice, 1, &format!("number {number}")).await;
    }
    for _ in 0..4 {
        let told = find(&server, &alice, "number -0 -1 -2 -3 -4 -5 -6 -7 -8 -9").await;
        assert_eq!(
            (told.status.as_u16(), told.code(), told.json["field"].as_str()),
            (422, "search_too_long", Some("q"))
        );
        assert_eq!(told.json["message"].as_str(), Some(ErrorCode::SearchTooLong.sentence()));
        let page = server.get("/api/v1/conversations/1/messages?limit=120", Some(&alice)).await;
        assert_eq!(page.json["messages"].as_array().map(Vec::len), Some(120), "{}", page.text);
    }
}

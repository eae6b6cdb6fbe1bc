//! The table of routes against what is mounted, described and promised.

use std::collections::BTreeSet;

use super::*;
use crate::http::openapi;
use crate::http::refused::{Feedback, Refused};
use crate::http::routes::{self, Access};
use crate::protocol::ErrorCode;
use crate::store::StoreError;

fn requests(path: &str, method: &str) -> TestRequest {
    let path = path.replace("{id}", "1").replace("{user}", "2").replace("{hash}", &"0".repeat(32));
    let request = match method {
        "GET" => TestRequest::get(),
        "POST" => TestRequest::post().set_json(serde_json::json!({})),
        "PUT" => TestRequest::put().set_json(serde_json::json!({})),
        "PATCH" => TestRequest::patch().set_json(serde_json::json!({})),
        _ => TestRequest::delete(),
    };
    request.uri(&path)
}

#[actix::test]
async fn every_route_is_mounted_and_asks_for_a_session_exactly_where_the_table_says() {
    let server = Server::start();
    for route in routes::all() {
        let told = server.ask(with_cookie(requests(route.path, route.method.as_str()), None)).await;
        let is_refused = told.status == StatusCode::UNAUTHORIZED && told.code() == "unauthenticated";
        assert_eq!(is_refused, route.access != Access::Anyone, "{} {}: {}", route.method, route.path, told.text);
        assert!(!matches!(told.status.as_u16(), 404 | 405), "{} {}", route.method, route.path);
    }
}

#[actix::test]
async fn a_wrong_method_is_told_which_ones_there_are() {
    let server = Server::start();
    let told = server.ask(with_cookie(TestRequest::delete().uri("/api/v1/me"), None)).await;
    assert_eq!((told.status.as_u16(), told.code(), told.header("allow")), (405, "method_not_allowed", "GET, PATCH"));
}

#[actix::test]
async fn an_unknown_address_of_the_api_is_not_the_page() {
    let server = Server::start();
    for path in ["/api", "/api/", "/api/v1/nothing", "/api/v1/conversations/x", "/api/v1/conversations/1/x"] {
        let cookie = server.member(&format!("ann{}", path.len())).await;
        let told = server.get(path, Some(&cookie)).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(told.code(), "not_found", "{path}");
    }
}

#[test]
fn routes_of_one_path_stand_together_and_none_twice() {
    let mut seen = BTreeSet::new();
    let mut paths = BTreeSet::new();
    for group in routes::by_path() {
        assert!(paths.insert(group[0].path), "{} stands in two places", group[0].path);
        for route in group {
            assert!(seen.insert((route.path, route.method.as_str())), "{} {} twice", route.method, route.path);
        }
    }
}

#[test]
fn the_description_names_every_route_with_its_answers() {
    let document = openapi::document();
    for route in routes::all() {
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        assert_eq!(operation["summary"], route.summary);
        assert_eq!(operation["security"].is_array(), route.access != Access::Anyone, "{}", route.path);
        for (status, _) in route.answers {
            assert!(operation["responses"][status.to_string()].is_object(), "{} {status}", route.path);
        }
    }
}

#[test]
fn the_description_of_errors_names_every_field_that_one_may_have() {
    let document = openapi::document();
    let feedback = Some(Box::new(Feedback { warning: None, suggestions: Vec::new() }));
    let refused = Refused { feedback, suggestion: Some("bob2".into()), ..Refused::new(ErrorCode::UsernameTaken) };
    let refused = refused.about("username").again_after(Duration::from_secs(1));
    for field in serde_json::to_value(refused).unwrap().as_object().unwrap().keys() {
        assert!(document["components"]["schemas"]["Error"]["properties"][field].is_object(), "{field}");
    }
}

#[actix::test]
async fn health_is_told_to_everybody() {
    let server = Server::start();
    assert_eq!(server.get("/healthz", None).await.json["status"], "ok");
    assert_eq!(server.get("/readyz", None).await.json["status"], "ready");
    let metrics = server.get("/metrics", None).await;
    assert!(metrics.text.contains("# TYPE chinwag_connections gauge\nchinwag_connections 3\n"), "{}", metrics.text);
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
}

#[actix::test]
async fn a_file_once_found_damaged_is_named_to_whoever_watches() {
    let server = Server::start();
    let damage = || StoreError::Damaged { path: "/home/ann/data/chat.db".into(), reason: "for the test".into() };
    let asked = server.services.readers.ask(move |_| Err::<(), _>(damage())).await;
    assert_eq!(asked.unwrap_err().code, ErrorCode::Damaged);
    let told = server.get("/readyz", None).await;
    assert_eq!((told.status.as_u16(), told.json["code"].as_str()), (500, Some("damaged")));
    let message = "chat.db is damaged: stop chinwag and restore the last backup: move the damaged file away, then `chinwag restore FILE`.";
    assert_eq!(told.json["message"], message);
}

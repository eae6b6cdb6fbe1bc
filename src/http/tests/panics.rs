//! A handler that panics: the request fails with a clear error, and the next one is answered as usual.

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde_json::json;

use super::*;
use crate::guarded::Work;
use crate::guarded::injected::at;

#[actix::test]
async fn a_question_that_panics_is_an_internal_error_in_the_usual_shape() {
    let server = Server::with(|services| services.upgrade = Arc::new(|_, _, _| panic!("a panic for the test")));
    let cookie = server.member("ann").await;
    let told = server.get("/ws", Some(&cookie)).await;
    assert_eq!((told.status, told.code()), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
    assert!(told.json["message"].as_str().unwrap().ends_with('.'));
    for header in ["content-security-policy", "x-content-type-options"] {
        assert!(!told.header(header).is_empty(), "{header}");
    }
    assert_eq!(told.header("cache-control"), "no-store");
    assert_eq!(server.get("/api/v1/me", Some(&cookie)).await.status, StatusCode::OK);
}

#[actix::test]
async fn a_request_that_may_have_changed_something_is_unknown() {
    let server = Server::start();
    let injected = at(Work::HttpRequest, 1);
    let body = json!({ "username": "ann", "password": GOOD });
    let told = server.post("/api/v1/signup", None, body).await;
    assert!(injected.has_struck());
    assert_eq!((told.status, told.code()), (StatusCode::SERVICE_UNAVAILABLE, "unknown"));
    server.member("ann").await;
}

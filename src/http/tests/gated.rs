//! What every request passes and every answer carries.

use serde_json::json;

use super::*;

#[actix::test]
async fn every_answer_tells_the_browser_to_run_nothing_but_ours() {
    let server = Server::start();
    for path in ["/", "/app.js", "/missing.js", "/api/v1/me", "/api/v1/nothing", "/healthz"] {
        let told = server.get(path, None).await;
        let policy = told.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("trusted-types service-worker"),
            "{path}: {policy}"
        );
        assert_eq!(told.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(told.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(told.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(told.header("strict-transport-security"), "", "{path}");
        assert_eq!(told.header("access-control-allow-origin"), "", "{path}");
    }
    let https = Server::with(|services| services.is_https = true);
    assert!(https.get("/", None).await.header("strict-transport-security").starts_with("max-age="));
}

#[actix::test]
async fn the_policy_for_openers_goes_where_browsers_heed_it() {
    let server = Server::start();
    let from_trusted = TestRequest::get().uri("/").insert_header(("sec-fetch-mode", "navigate"));
    assert_eq!(server.ask(from_trusted).await.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(server.get("/", None).await.header("cross-origin-opener-policy"), "");
    let https = Server::with(|services| services.is_https = true);
    assert_eq!(https.get("/", None).await.header("cross-origin-opener-policy"), "same-origin");
}

#[actix::test]
async fn answers_of_the_api_are_never_kept_and_the_page_is_asked_after_each_time() {
    let server = Server::start();
    assert_eq!(server.get("/api/v1/me", None).await.header("cache-control"), "no-store");
    let page = server.get("/app.js", None).await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let etag = page.header("etag").to_owned();
    let again = TestRequest::get().uri("/app.js").insert_header(("if-none-match", etag));
    assert_eq!(server.ask(again).await.status, StatusCode::NOT_MODIFIED);
}

#[actix::test]
async fn a_file_whose_name_says_its_content_is_kept_for_good_and_sent_as_it_was_pressed() {
    let page = tempfile::tempdir().unwrap();
    for (ending, content) in [("", "plain"), (".br", "by brotli"), (".gz", "by gzip")] {
        std::fs::write(page.path().join(format!("page.0a.js{ending}")), content).unwrap();
    }
    let app = init_service(App::new().service(crate::http::page::big_files(page.path()))).await;
    for (accepted, coding, content) in [
        ("gzip, deflate, br", "br", "by brotli"),
        ("gzip", "gzip", "by gzip"),
        ("identity", "", "plain"),
        ("", "", "plain"),
    ] {
        let request = TestRequest::get().uri("/page.0a.js").insert_header(("accept-encoding", accepted));
        let told = actix_web::test::call_service(&app, request.to_request()).await;
        let header = |name| told.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        assert_eq!(header("content-encoding").replace("identity", ""), coding, "{accepted}");
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!((header("etag"), header("last-modified")), Default::default());
        assert_eq!(header("content-type"), "text/javascript");
        assert_eq!(header("content-disposition"), "");
        assert_eq!(actix_web::test::read_body(told).await, content);
    }
    // A directory that somebody else packed, or lays down by hand, need not have the pressed forms.
    std::fs::write(page.path().join("page.0c.css"), "alone").unwrap();
    let request = TestRequest::get().uri("/page.0c.css").insert_header(("accept-encoding", "gzip, br"));
    let told = actix_web::test::call_service(&app, request.to_request()).await;
    assert_eq!(actix_web::test::read_body(told).await, "alone");
    let request = TestRequest::get().uri("/page.0b.js").to_request();
    assert_eq!(actix_web::test::call_service(&app, request).await.status(), StatusCode::NOT_FOUND);
}

#[actix::test]
async fn addresses_without_an_extension_are_the_page_and_others_are_files() {
    let server = Server::start();
    for path in ["/", "/c/12", "/settings"] {
        let told = server.get(path, None).await;
        assert!(told.status.is_success() && told.text.contains("<title>Chinwag"), "{path}: {}", told.text);
        assert!(told.header("content-type").starts_with("text/html"), "{path}");
    }
    assert!(server.get("/app.js", None).await.header("content-type").contains("javascript"));
    for path in ["/missing.js", "/../chat.db", "/%2e%2e/chat.db", "/.hidden"] {
        assert!(server.get(path, None).await.status.is_client_error(), "{path}");
    }
}

#[actix::test]
async fn a_body_must_say_that_it_is_json() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let request = with_cookie(TestRequest::post(), Some(&cookie)).uri("/api/v1/sessions/closing");
        let request = request.insert_header(("content-type", content_type)).set_payload("{}");
        let told = server.ask(request).await;
        assert_eq!((told.status.as_u16(), told.code()), (415, "unsupported_media_type"), "{content_type:?}");
    }
    let request = with_cookie(TestRequest::post(), Some(&cookie)).uri("/api/v1/sessions/closing");
    let request = request.insert_header(("content-type", "Application/JSON; charset=utf-8")).set_payload("{}");
    assert_eq!(server.ask(request).await.status, StatusCode::NO_CONTENT);
}

#[actix::test]
async fn a_body_that_is_too_large_or_no_json_is_refused() {
    let server = Server::start();
    let large = json!({ "password": "x".repeat(70_000) });
    let told = server.post("/api/v1/password-check", None, large).await;
    assert_eq!((told.status.as_u16(), told.code()), (413, "too_large"));
    for body in ["", "[]", "{", "{\"password\":\"x\"} x"] {
        let request = with_cookie(TestRequest::post(), None).uri("/api/v1/password-check");
        let told = server.ask(request.insert_header(("content-type", "application/json")).set_payload(body)).await;
        assert_eq!((told.status.as_u16(), told.code()), (400, "invalid_json"), "{body:?}");
    }
}

#[actix::test]
async fn a_foreign_page_can_use_nobodys_cookie() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    let before = server.writes().len();
    for origin in ["https://evil.example", "null", "http://chat.test.evil.example"] {
        for path in ["/api/v1/logout", "/api/v1/sessions/end-others", "/api/v1/conversations"] {
            let request = TestRequest::post().uri(path).insert_header(("host", HOST));
            let request = request.insert_header(("cookie", cookie.as_str())).insert_header(("origin", origin));
            let told = server.ask(request.set_json(json!({}))).await;
            assert_eq!((told.status.as_u16(), told.code()), (403, "origin_refused"), "{origin} {path}");
        }
        let socket = TestRequest::get().uri("/ws").insert_header(("host", HOST));
        let socket = socket.insert_header(("cookie", cookie.as_str())).insert_header(("origin", origin));
        assert_eq!(server.ask(socket).await.code(), "origin_refused", "{origin}");
    }
    assert_eq!(server.writes().len(), before);
}

#[actix::test]
async fn a_socket_opens_for_whoever_is_signed_in_and_for_nobody_else() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    assert_eq!(server.get("/ws", Some(&cookie)).await.json, json!(1));
    let without_origin =
        TestRequest::get().uri("/ws").insert_header(("host", HOST)).insert_header(("cookie", cookie.as_str()));
    assert_eq!(server.ask(without_origin).await.code(), "origin_refused");
    assert_eq!(server.get("/ws", None).await.code(), "unauthenticated");
}

#[actix::test]
async fn a_bearer_needs_no_origin_and_no_cookie_becomes_one() {
    let server = Server::start();
    let cookie = server.member("alice").await;
    let login = json!({ "username": "alice", "password": GOOD, "token": true });
    let told = server.post("/api/v1/login", None, login).await;
    let token = told.json["token"].as_str().unwrap().to_owned();
    assert_eq!(told.cookie("chinwag_session"), "");
    let me = |authorization: String| {
        server.ask(TestRequest::get().uri("/api/v1/me").insert_header(("authorization", authorization)))
    };
    assert_eq!(me(format!("Bearer {token}")).await.json["user"]["username"], "alice");
    let stolen = cookie.split_once('=').unwrap().1;
    assert_eq!(me(format!("Bearer {stolen}")).await.code(), "unauthenticated");
    let as_cookie = format!("chinwag_session={token}");
    assert_eq!(server.get("/api/v1/me", Some(&as_cookie)).await.code(), "unauthenticated");
    // A wrong bearer is not made good by a right cookie.
    let both = with_cookie(TestRequest::get(), Some(&cookie)).uri("/api/v1/me");
    let both = both.insert_header(("authorization", "Bearer nonsense"));
    assert_eq!(server.ask(both).await.code(), "unauthenticated");
}

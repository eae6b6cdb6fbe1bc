//! A page of another site, with the person's cookie, at every door that changes something.

use tokio_tungstenite::tungstenite::Error;

use crate::count::Count;
use crate::support::*;

/// Origins that are not the program's own, from plain strangers to those that only look like it.
fn foreign(host: &str, port: u16) -> Vec<String> {
    let other = port ^ 1;
    let mut all: Vec<String> = [
        "null",
        "https://evil.example",
        "http://localhost",
        "https://localhost",
        "file://",
        "about:blank",
        "data:",
        "chrome-extension://abcdefghijklmnop",
        "moz-extension://1234",
        "blob:null",
        "http://",
        "https://",
        "//",
        "*",
        "x",
    ]
    .map(str::to_owned)
    .into();
    all.extend([
        format!("http://{host}"),
        format!("https://{host}"),
        format!("http://{host}:{other}"),
        format!("http://{host}:0{port}x"),
        format!("http://{host}.:{port}"),
        format!("http://.{host}:{port}"),
        format!("http://x.{host}:{port}"),
        format!("http://{host}.evil.example:{port}"),
        format!("http://{host}:{port}.evil.example"),
        format!("http://{host}:{port}@evil.example"),
        format!("http://evil.example@{host}:{port}"),
        format!("http://{host}:{port}/"),
        format!("http://{host}:{port}/chat"),
        format!("http://{host}:{port}?"),
        format!("http://{host}:{port}#"),
        format!("http://{host}:{port}, http://evil.example"),
        format!("http://evil.example, http://{host}:{port}"),
        format!("http://{host}:{port} http://evil.example"),
        format!("ws://{host}:{port}"),
        format!("ftp://{host}:{port}"),
        format!("http//{host}:{port}"),
        format!("http:/{host}:{port}"),
        format!("{host}:{port}"),
        format!("http://2130706433:{port}"),
        format!("http://0x7f.1:{port}"),
        format!("http://[::ffff:{host}]:{port}"),
        format!("http://[::1]:{port}"),
        format!("http://localhost:{port}"),
    ]);
    all
}

#[tokio::test]
async fn a_foreign_page_opens_no_socket_and_changes_nothing() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let conversation = ann.conversation_with(&bob).await;
    let (name, cookie) = ann.proof();
    let messages = format!("/api/v1/conversations/{conversation}/messages");
    let mute = format!("/api/v1/conversations/{conversation}/mute");
    let before = ann.get("/me").await.ok(200);
    let mut count = Count::of("a foreign page posts or opens the socket");
    let address = program.server().address();
    for origin in foreign(&address.ip().to_string(), address.port()) {
        for (method, path, body) in [
            ("POST", messages.as_str(), json!({"clientId": client_id(), "body": "not mine"})),
            ("PATCH", "/api/v1/me", json!({"displayName": "Not Ann"})),
            ("PUT", &mute, json!({})),
            ("DELETE", &mute, json!({})),
            ("POST", "/api/v1/logout", json!({})),
            ("POST", "/api/v1/login", json!({"username": bob.name, "password": PASSWORD})),
        ] {
            let request = Request::new(method, path).header(name, &cookie).header("Origin", &origin).json(&body);
            let answer = ann.send(request).await;
            let held = matches!(answer.status, 400 | 403) && answer.cookie("chinwag_session").is_none();
            count.tried(held, (&origin, method, path, answer.status));
        }
        let opened = Socket::try_open(&ann, Some(&origin)).await;
        let held = matches!(&opened, Err(Error::Http(answer)) if matches!(answer.status().as_u16(), 400 | 403));
        count.tried(held, (&origin, "upgrade"));
    }
    // A browser that knows better than the origin says so in a header that no page can set.
    let own = program.server().origin();
    let request = Request::new("POST", &messages).header(name, &cookie).header("Origin", own);
    let request = request.header("Sec-Fetch-Site", "cross-site").json(&json!({"clientId": client_id(), "body": "no"}));
    let answer = ann.send(request).await;
    count.tried(answer.status == 403, "cross-site by Sec-Fetch-Site");
    // What a page may send without being asked first: forms and plain text.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let request = ann.request("POST", &format!("/conversations/{conversation}/messages"));
        let request = if kind.is_empty() { request } else { request.header("Content-Type", kind) };
        let body = json!({"clientId": client_id(), "body": "as a form"}).to_string();
        count.tried(ann.send(request.body(body)).await.status == 415, kind);
    }
    assert_eq!(ann.get("/me").await.ok(200)["user"], before["user"]);
    assert_eq!(ann.whole_history(conversation).await.len(), 0);
    count.end();
}

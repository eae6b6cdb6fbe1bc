//! Secrets in logs: passwords, tokens, messages, drafts and searches sent by every way there is, right and wrong, to a
//! program that logs all it can; then its output, its errors, its metrics and every file of its data directory are searched.

use std::path::Path;

use chinwag::auth::SessionToken;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::count::Count;
use crate::support::*;

/// Letters that nothing else has, so that any trace of it is found whatever stands around it.
fn canary(kind: &str) -> String {
    format!("Kanarienvogel{kind}{}", client_id().replace('-', ""))
}

/// Each file below, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.is_file() {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    all
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// The ways in which a text can reach the program where it does not belong, or in a form that it cannot read.
fn ways(person: &Person, conversation: i64, text: &str) -> Vec<Request> {
    let mut all = in_bodies(person, conversation, text);
    all.extend(elsewhere(person, conversation, text));
    all
}

fn in_bodies(person: &Person, conversation: i64, text: &str) -> Vec<Request> {
    let bodies = [
        format!("{{\"username\": \"{text}\", \"password\": \"x\"}}"),
        format!("{{\"username\": \"ann\", \"password\": \"{text}\""),
        format!("{{\"username\": \"ann\", \"password\": {{\"{text}\": 1}}}}"),
        format!("{{\"username\": \"ann\", \"password\": [\"{text}\"]}}"),
        format!("{{\"username\": \"ann\", \"password\": \"{text}\", \"password\": \"{text}\"}}"),
        format!("{{\"{text}\": 1}}"),
        format!("\"{text}\""),
        text.to_string(),
        format!("{{\"username\": 7, \"password\": \"{text}\"}}"),
        format!("{{\"body\": \"{text}\", \"clientId\": \"{text}\"}}"),
        format!("{{\"displayName\": 7, \"status\": [\"{text}\"]}}"),
        format!("{{\"current\": \"{text}\", \"new\": \"{text}\"}}"),
        format!("username=ann&password={text}"),
        format!("\u{0}{text}"),
    ];
    let messages = format!("/api/v1/conversations/{conversation}/messages");
    let routes = [
        ("POST", "/api/v1/login"),
        ("POST", "/api/v1/signup"),
        ("POST", "/api/v1/password-check"),
        ("POST", "/api/v1/me/password"),
        ("PATCH", "/api/v1/me"),
        ("POST", "/api/v1/conversations"),
        ("POST", &*messages),
        ("POST", "/api/v1/nothing"),
        ("PUT", "/api/v1/me/picture"),
    ];
    let (proof, value) = person.proof();
    let origin = person.server.origin();
    let mut all = Vec::new();
    for (method, path) in routes {
        for (at, body) in bodies.iter().enumerate() {
            let kinds = ["application/json", "application/x-www-form-urlencoded", "image/png"];
            for kind in if at == 1 { &kinds[..] } else { &kinds[..1] } {
                let request = Request::new(method, path).header("Origin", &origin).header(proof, &value);
                all.push(request.header("Content-Type", *kind).body(body.clone()));
            }
        }
    }
    all
}

fn elsewhere(person: &Person, conversation: i64, text: &str) -> Vec<Request> {
    let ((proof, value), origin) = (person.proof(), person.server.origin());
    let mut all = Vec::new();
    for path in [
        format!("/{text}"),
        format!("/{text}.js"),
        format!("/?token={text}"),
        format!("/api/v1/{text}"),
        format!("/api/v1/me?token={text}"),
        format!("/api/v1/login?username=ann&password={text}"),
        format!("/api/v1/conversations/{text}"),
        format!("/api/v1/conversations/{conversation}/messages?before={text}"),
        format!("/api/v1/users/1/picture/{text}"),
        format!("/api/v1/sessions/{text}"),
        format!("/api/v1/search?q={text}"),
        format!("/api/v1/search?q=before:{text}"),
        format!("/api/v1/search?q=from:{text}"),
        format!("/api/v1/search?q=%22{text}"),
        format!("/api/v1/users?q={text}"),
        format!("/ws?token={text}"),
        format!("/metrics?{text}"),
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let request = Request::new(method, &path).header("Origin", &origin).header(proof, &value);
            all.push(request.json(&json!({})));
        }
    }
    for (name, value) in [
        ("Authorization", format!("Bearer {text}")),
        ("Authorization", format!("Basic {text}")),
        ("Authorization", text.to_owned()),
        ("Cookie", format!("chinwag_session={text}")),
        ("Cookie", format!("chinwag_device={text}")),
        ("Cookie", format!("{text}={text}; __Host-chinwag_session={text}")),
        ("Origin", text.to_owned()),
        ("Referer", format!("http://{text}/")),
        ("X-Forwarded-For", text.to_owned()),
        ("X-Request-Id", text.to_owned()),
        ("Content-Type", text.to_owned()),
        ("Accept-Encoding", text.to_owned()),
        ("Expect", text.to_owned()),
        ("Upgrade", text.to_owned()),
        ("Sec-WebSocket-Protocol", text.to_owned()),
    ] {
        for (method, path) in [("GET", "/api/v1/me"), ("POST", "/api/v1/logout"), ("GET", "/ws"), ("GET", "/")] {
            let request = Request::new(method, path).header(name, &value);
            all.push(if method == "POST" { request.body("{}") } else { request });
        }
    }
    all
}

/// The same through a socket, in frames that are refused; returns what was answered.
async fn frames(person: &Person, conversation: i64, text: &str) -> Vec<String> {
    let mut socket = person.connect().await;
    for frame in [
        format!("{{\"type\": \"message.send\", \"ref\": 901, \"body\": [\"{text}\"]}}"),
        format!(
            "{{\"type\": \"message.send\", \"ref\": 902, \"clientId\": \"{text}\", \"conversation\": {conversation}, \"body\": \"x\"}}"
        ),
        format!("{{\"type\": \"{text}\", \"ref\": 3}}"),
        format!(
            "{{\"type\": \"draft.set\", \"ref\": 904, \"conversation\": {conversation}, \"text\": \"{text}\", \"version\": -1}}"
        ),
        format!(
            "{{\"type\": \"draft.set\", \"ref\": 905, \"conversation\": 999999, \"text\": \"{text}\", \"version\": 0}}"
        ),
        format!("{{\"type\": \"message.send\", \"ref\": 906, \"body\": \"{text}"),
        text.to_string(),
        format!("{{\"{text}\": 1}}"),
        format!(
            "{{\"type\": \"message.edit\", \"ref\": 907, \"clientId\": \"{}\", \"conversation\": {conversation}, \"seq\": 999, \"version\": 1, \"body\": \"{text}\"}}",
            client_id()
        ),
    ] {
        socket.send_text(&frame).await;
    }
    socket.catch_up().await;
    let answers = socket.take_unseen().iter().map(Value::to_string).collect();
    socket.send_as_text(&[text.as_bytes(), &[0xff]].concat()).await;
    socket.ended().await;
    let mut binary = person.connect().await;
    binary.send_binary(text.as_bytes()).await;
    binary.ended().await;
    answers
}

/// Bytes that are no HTTP.
async fn raw(program: &Program, text: &str) -> Vec<u8> {
    let mut all = Vec::new();
    for bytes in [
        format!("{text}\r\n\r\n"),
        format!("GET /{text} HTTP/9.9\r\nHost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{text}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {text}\u{1}\r\n\r\n"),
        format!("POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: {text}\r\n\r\n"),
        format!("POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{text}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {text}\r\nConnection: close\r\n\r\n"),
    ] {
        let mut stream = connect(program.server().address(), own_address()).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        // Whoever waits for more of a request is not waited for.
        let _ = stream.shutdown().await;
        let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut all)).await.expect("an end");
    }
    all
}

#[tokio::test]
async fn no_secret_stands_in_a_log_an_error_a_metric_or_a_file() {
    let mut count = Count::of("secrets in logs, errors, metrics and files");
    for format in ["text", "json"] {
        let settings = [("CHINWAG_LOG", "trace"), ("CHINWAG_LOG_FORMAT", format)];
        let mut program = Program::start(&settings);
        let password = canary("Passwort");
        let ann = Person::sign_up_as(program.server(), &fresh_name("Ann"), &password).await;
        let bob = Person::sign_up(program.server(), "Bob").await;
        let conversation = ann.conversation_with(&bob).await;

        // Rightly used: each does what it is for.
        let log_in = json!({"username": ann.name, "password": password});
        let answer = post(program.server(), own_address(), "/api/v1/login", &log_in).await;
        let (session, device) = (answer.cookie("chinwag_session").unwrap(), answer.cookie("chinwag_device").unwrap());
        let as_program = json!({"username": ann.name, "password": password, "token": true});
        let answer_with_token = post(program.server(), own_address(), "/api/v1/login", &as_program).await;
        let token = answer_with_token.ok(200)["token"].as_str().unwrap().to_owned();
        let next_password = canary("Neu");
        ann.post("/me/password", json!({"current": password, "new": next_password})).await.ok(204);
        let (message, draft, sought) = (canary("Nachricht"), canary("Entwurf"), canary("Suche"));
        ann.post_message(conversation, &message).await;
        ann.get(&format!("/search?q={message}")).await.ok(200);
        ann.get(&format!("/search?q={sought}")).await.ok(200);
        let mut window = ann.connect().await;
        window.ask_ok(json!({"type": "draft.set", "conversation": conversation, "text": draft, "version": 0})).await;

        // Wrongly used: each by every way, and each gets an answer that does not repeat it.
        let wrong = canary("Falsch");
        let secrets = [&*wrong, &*next_password, session, &*token, device];
        for secret in if format == "text" { &secrets[..] } else { &secrets[..1] } {
            let secret = *secret;
            // Bodies are read alike whatever stands in them: one is enough.
            let requests =
                if secret == wrong { ways(&bob, conversation, secret) } else { elsewhere(&bob, conversation, secret) };
            for some in requests.chunks(16) {
                let answers =
                    some.iter().map(|request| request.clone().exchange(program.server().address(), own_address()));
                let answers = tokio::time::timeout(SOON, join_all(answers)).await.expect("answers");
                for (request, answer) in some.iter().zip(answers) {
                    // An answer to what is not quite HTTP may be no answer.
                    let Ok(answer) = answer else { continue };
                    let repeats = answer.status >= 400 && holds(&answer.body, secret.as_bytes());
                    let sends_on = answer.headers.iter().any(|(_, value)| value.contains(secret));
                    count.tried(!repeats && !sends_on, (request, answer.status, answer.text()));
                }
            }
            for answer in frames(&bob, conversation, secret).await {
                count.tried(!answer.contains(secret), answer);
            }
            let answer = raw(&program, secret).await;
            count.tried(!holds(&answer, secret.as_bytes()), String::from_utf8_lossy(&answer));
        }
        let metrics = Request::new("GET", "/metrics").send(program.server().address(), own_address()).await.text();
        let data = program.data();
        // What is on its way to a file is there once the program has ended.
        let stored = files(&data);
        program.terminate();
        assert!(program.wait().success());
        let (said, kept) = (program.said(), files(&data));
        assert!(said.contains("TRACE") && said.contains("DEBUG"), "it logs all it can");

        for secret in [&*password, &*next_password, &*wrong, session, &*token, device, &*sought] {
            let line = said.lines().find(|line| line.contains(secret));
            count.tried(line.is_none(), ("log", secret, line));
            count.tried(!metrics.contains(secret), ("metrics", secret));
            for (file, bytes) in stored.iter().chain(&kept) {
                count.tried(!holds(bytes, secret.as_bytes()), (file, secret));
            }
        }
        for text in [&message, &draft] {
            count.tried(!said.contains(&**text), ("log", text));
            count.tried(!metrics.contains(&**text), ("metrics", text));
            for (file, bytes) in stored.iter().chain(&kept) {
                let is_database = file.contains("/chinwag.db");
                count.tried(is_database || !holds(bytes, text.as_bytes()), (file, text));
            }
        }
        // The search itself sees: the texts stand in the database, and of the tokens their hashes.
        let is_kept = |needle: &[u8]| stored.iter().chain(&kept).any(|(_, bytes)| holds(bytes, needle));
        assert!(is_kept(message.as_bytes()) && is_kept(draft.as_bytes()));
        for token in [session, &*token] {
            assert!(is_kept(SessionToken::parse(token).unwrap().hash().as_bytes()), "the hash of {token}");
        }
    }
    count.end();
}

//! Paths that climb out of the page's folder, in every spelling; and what the data directory keeps, asked for by name.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::count::Count;
use crate::support::*;

/// A path is sent as it is, byte by byte: a client's library would tidy it up.
async fn get(program: &Program, path: &str) -> Vec<u8> {
    let server = program.server().address();
    let mut stream = connect(server, own_address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A refusal may come before everything was read, and the connection be reset after it.
    let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut answer)).await.expect("an answer");
    answer
}

fn spellings() -> Vec<String> {
    let targets =
        ["secret", "chinwag.db", "chinwag.db-wal", "chinwag.db-search", "lock", "control", "etc/passwd", "Cargo.toml"];
    let ups = [
        "../",
        "..%2f",
        "..%2F",
        "%2e%2e/",
        "%2e%2e%2f",
        "%2E%2E%2F",
        ".%2e/",
        "%2e./",
        "..%5c",
        "..\\",
        "%2e%2e\\",
        "....//",
        "..;/",
        "..%00/",
        "%252e%252e%252f",
        "..%c0%af",
        "%c0%ae%c0%ae/",
        "..%ef%bc%8f",
        "%u002e%u002e/",
        "./../",
        "/..//",
    ];
    let mut all = Vec::new();
    for target in targets {
        for up in ups {
            all.push(format!("/{}{target}", up.repeat(if target.starts_with("etc") { 12 } else { 1 })));
            all.push(format!("/styles/{}{target}", up.repeat(2)));
        }
        all.push(format!("//{target}"));
        all.push(format!("/{target}"));
        all.push(format!("/%2f{target}"));
        all.push(format!("/{target}%00.js"));
    }
    all
}

#[tokio::test]
async fn no_path_leads_out_of_the_page() {
    let program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let conversation = ann.conversation_with(&bob).await;
    ann.post_message(conversation, "a canary named Zwitscher").await;
    let secret = std::fs::read(program.data().join("secret")).unwrap();
    let page = Request::new("GET", "/").send(program.server().address(), own_address()).await.body;
    let mut count = Count::of("paths out of the page");
    for path in spellings() {
        let answer = get(&program, &path).await;
        let holds = |needle: &[u8]| answer.windows(needle.len()).any(|window| window == needle);
        let leaks = holds(&secret) || holds(b"Zwitscher") || holds(b"SQLite format 3") || holds(b"root:");
        // The page itself answers '/' and nothing that was not asked for by its name.
        let found = answer.starts_with(b"HTTP/1.1 200") && !holds(&page[..page.len().min(200)]);
        count.tried(!leaks && !found, (&path, String::from_utf8_lossy(&answer[..answer.len().min(80)])));
    }
    ann.get("/me").await.ok(200);
    count.end();
}

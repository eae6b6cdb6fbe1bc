//! Giant and odd input: lengths that promise the world, JSON as deep as a frame is long, fields by the thousand, halves of
//! characters, and the worst that any parser of ours could be given. Each gets its close code or its error; the server
//! takes no memory for it, and nothing of it is a fault of the server's own.

mod texts;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::count::Count;
use crate::support::*;
use texts::{Text, texts};

/// Promised are 2 MB; a debug build on a machine with other work to do gets ten times that.
const GROWTH_MAX_KIB: u64 = 10 * 2 * 1024;

/// Memory of a process that is its own, in KiB.
fn memory_of(process: u32) -> u64 {
    let told = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let own =
        told.lines().filter(|line| line.starts_with("Private_")).filter_map(|line| line.split_whitespace().nth(1));
    own.map(|kib| kib.parse::<u64>().unwrap()).sum()
}

/// A masked text frame's header with this length, written in the longest form.
fn declared(length: u64) -> Vec<u8> {
    [&[0x81, 0xff][..], &length.to_be_bytes(), &[1, 2, 3, 4]].concat()
}

async fn giant_lengths(ann: &Person, count: &mut Count) {
    let lengths = (17..=62).flat_map(|bits| [(1_u64 << bits) - 1, 1 << bits, (1 << bits) + 1]);
    for length in lengths.chain([65_537, u64::MAX >> 1, 1 << 63, u64::MAX]) {
        let mut socket = Socket::open(ann).await;
        socket.try_send_raw(&declared(length)).await;
        let ended = socket.ended().await;
        // The highest bit must not be set (RFC 6455 §5.2).
        let expected = if length >> 63 == 1 { 1002 } else { 1009 };
        count.tried(ended == Ended(Some(expected)), (length, ended));
    }
    // The same in pieces of which each is allowed.
    let mut socket = Socket::open(ann).await;
    let piece = |first: u8| [&[first, 0xfe, 0xff, 0xff, 0, 0, 0, 0][..], &[b' '; 65_535]].concat();
    socket.try_send_raw(&piece(0x01)).await;
    socket.try_send_raw(&piece(0x00)).await;
    let ended = socket.ended().await;
    count.tried(ended == Ended(Some(1009)), ("fragments", ended));
}

/// Every text as a frame, and as the body of a request.
async fn odd_texts(ann: &Person, texts: &[Text], count: &mut Count) {
    let mut socket = ann.connect().await;
    for Text { what, bytes, closes_with } in texts {
        if let Some(code) = closes_with {
            let mut socket = ann.connect().await;
            socket.send_as_text(bytes).await;
            let ended = socket.ended().await;
            count.tried(ended == Ended(Some(*code)), (what, ended));
        } else {
            socket.send_as_text(bytes).await;
            let error = socket.expect("error").await;
            let is_ours = error["code"].as_str().is_some_and(|code| code != "internal" && code != "unknown");
            count.tried(is_ours, (what, &error));
        }
        for (method, path) in [("POST", "/login"), ("PATCH", "/me"), ("POST", "/conversations")] {
            let request = ann.request(method, path).header("Content-Type", "application/json").body(bytes.clone());
            let answer = ann.send(request).await;
            // One's own profile takes what has nothing about it: unknown fields are ignored.
            let is_nothing = path == "/me" && answer.status == 200;
            count.tried((400..500).contains(&answer.status) || is_nothing, (what, method, path, answer.status));
        }
    }
    socket.catch_up().await;
}

/// Bodies of messages that are allowed, and as hard as can be for whoever formats, indexes or finds words in them.
async fn hard_messages(ann: &Person, bob: &Person, count: &mut Count) {
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    for piece in [
        "*",
        "_",
        "`",
        "[",
        "](",
        "~~",
        "> ",
        "**_`",
        "@",
        "http://",
        "\u{300}",
        "😀\u{200d}",
        "a\u{202e}",
        "\n",
        "- ",
        "\\",
        "&#",
        "<b>",
        "\"",
    ] {
        let body = format!("x{}", piece.repeat(8_191 / piece.len()));
        let mut body = &body[..];
        while body.len() > 8_192 || !body.is_char_boundary(body.len()) {
            body = &body[..body.len() - 1];
        }
        let body = body.trim();
        let stored = anns.say_to(bob, body).await;
        let came = bobs.expect_where("message", |frame| frame["message"]["seq"] == stored["seq"]).await;
        count.tried(came["message"]["body"] == body, piece);
    }
    for query in
        ["\"".repeat(200), "a".repeat(200), "-a ".repeat(66), "from: ".repeat(33), "ß".repeat(100), "%".repeat(200)]
    {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let status = ann.get(&format!("/search?q={encoded}")).await.status;
        count.tried(matches!(status, 200 | 400 | 422), (&query, status));
    }
}

/// Heads that are too long, in every part.
async fn giant_heads(ann: &Person, count: &mut Count) {
    let (name, proof) = ann.proof();
    let long = "x".repeat(1_000_000);
    for (what, head) in [
        ("target", format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("query", format!("GET /api/v1/users?q={long} HTTP/1.1\r\nHost: x\r\n{name}: {proof}\r\n\r\n")),
        ("method", format!("{long} / HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("value", format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {long}\r\n\r\n")),
        ("name", format!("GET / HTTP/1.1\r\nHost: x\r\n{long}: a\r\n\r\n")),
        ("cookie", format!("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: chinwag_session={long}\r\n\r\n")),
        ("many", format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(100_000))),
        ("length", "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4611686018427387904\r\n\r\n{".into()),
        ("chunk", "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4000000000000000\r\n{".into()),
    ] {
        let mut stream = connect(ann.server.address(), own_address()).await.unwrap();
        // It may be refused before all of it is sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut heard = Vec::new();
        let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut heard)).await.expect("an end");
        let text = String::from_utf8_lossy(&heard);
        let status = text.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
        count.tried(status.is_none_or(|status| (400..500).contains(&status)), (what, status));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giant_and_odd_input_is_refused_and_takes_no_memory() {
    println!("raised: login-strangers, login-address, requests-user and frames-user, or those would answer");
    let program = Program::start(&[
        ("CHINWAG_LOGIN_STRANGERS", "off"),
        ("CHINWAG_LOGIN_ADDRESS", "1000000,1s,1s"),
        ("CHINWAG_LOGIN_ACCOUNT", "1000000,1s,1s"),
        ("CHINWAG_REQUESTS_USER", "off"),
        ("CHINWAG_FRAMES_USER", "off"),
    ]);
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let mut bystander = bob.connect().await;
    let mut count = Count::of("giant or odd input");
    let texts = texts();
    let mut memory = Vec::new();
    // The first time fills what is kept for the next.
    for _ in 0..3 {
        giant_lengths(&ann, &mut count).await;
        odd_texts(&ann, &texts, &mut count).await;
        hard_messages(&ann, &bob, &mut count).await;
        giant_heads(&ann, &mut count).await;
        bystander.forget().await;
        memory.push(memory_of(program.id()));
    }
    println!("memory after each time, in KiB: {memory:?}");
    let growth = memory[2].saturating_sub(memory[0]);
    count.tried(growth <= GROWTH_MAX_KIB, ("the server has grown", growth));
    let said = program.said();
    count.tried(!said.contains("panic") && !said.contains("ERROR") && !said.contains("WARN"), said);
    count.end();
}

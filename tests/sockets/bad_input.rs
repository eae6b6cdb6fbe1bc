//! Whatever comes in: it gets an answer with a stable code, changes nothing, and only a broken protocol ends the
//! connection.

use crate::support::*;

/// Every frame under `tests/frames/bad`, as a golden file says what it must be answered with.
#[tokio::test]
async fn every_bad_frame_gets_its_code_and_the_connection_lives_on() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut window = ann.connect().await;
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/frames/bad");
    let mut count = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let golden: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        window.send_text(golden["text"].as_str().unwrap()).await;
        let error = window.expect("error").await;
        for field in ["code", "field", "ref"] {
            assert_eq!(error.get(field), golden.get(field), "{field} of {}: {error}", path.display());
        }
        assert!(error["message"].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{error}");
        window.catch_up().await;
        count += 1;
    }
    assert!(count > 40, "{count} golden files");
    assert!(list(&ann.connect().await.ready, "conversations").is_empty());
}

#[tokio::test]
async fn hello_comes_first_and_once() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut window = Socket::open(&ann).await;
    window.ask_refused(json!({"type": "presence.set", "idle": false}), "hello_required").await;
    let hello = json!({"type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": true});
    window.send(&hello).await;
    window.expect("ready").await;
    window.ask_refused(hello, "hello_repeated").await;
    window.catch_up().await;
}

#[tokio::test]
async fn whoever_says_no_hello_is_let_go() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut window = Socket::open(&ann).await;
    assert_eq!(window.ended().await, Ended(Some(1008)));
}

#[tokio::test]
async fn a_broken_protocol_ends_the_connection_with_its_code() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut bystander = ann.connect().await;

    let mut window = ann.connect().await;
    window.send_text(&format!("{{\"type\":\"presence.set\",\"idle\":true,\"x\":\"{}\"}}", "x".repeat(65_536))).await;
    assert_eq!(window.ended().await, Ended(Some(1009)), "too large");

    let mut window = ann.connect().await;
    let mut announced = vec![0x81, 0xff];
    announced.extend_from_slice(&(1_u64 << 40).to_be_bytes());
    announced.extend_from_slice(&[1, 2, 3, 4]);
    window.send_raw(&announced).await;
    assert_eq!(window.ended().await, Ended(Some(1009)), "a terabyte announced, nothing sent");

    let mut window = ann.connect().await;
    window.send_binary(b"{\"type\":\"presence.set\",\"idle\":true}").await;
    assert_eq!(window.ended().await, Ended(Some(1003)), "binary");

    let mut window = ann.connect().await;
    window.send_as_text(b"{\"type\":\"typing\",\"x\":\"\xff\xfe\"}").await;
    assert_eq!(window.ended().await, Ended(Some(1007)), "not UTF-8");

    let mut window = ann.connect().await;
    window.send_raw(&[0x81, 0x02, b'{', b'}']).await;
    assert_eq!(window.ended().await, Ended(Some(1002)), "not masked");

    let mut window = ann.connect().await;
    window.send_raw(&[0xf1, 0x80, 0, 0, 0, 0]).await;
    assert_eq!(window.ended().await, Ended(Some(1002)), "reserved bits");
    bystander.catch_up().await;
}

#[tokio::test]
async fn the_largest_frame_there_may_be_is_read() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut window = ann.connect().await;
    let start = "{\"type\":\"presence.set\",\"ref\":9007199254740991,\"idle\":false,\"x\":\"";
    let text = format!("{start}{}\"}}", "x".repeat(65_536 - start.len() - 2));
    assert_eq!(text.len(), 65_536);
    window.send_text(&text).await;
    assert_eq!(window.expect("ok").await["ref"], 9_007_199_254_740_991_i64);
}

#[tokio::test]
async fn whoever_asks_too_fast_is_told_when_to_ask_again_and_nothing_is_lost() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let conversation = ann.conversation_with(&bob).await;
    let mut window = ann.connect().await;
    for n in 0..700 {
        let frame = json!({"type": "message.send", "ref": n, "clientId": client_id(), "conversation": conversation, "body": n.to_string()});
        window.send(&frame).await;
    }
    let (mut stored, mut refused) = (0, 0);
    for n in 0..700 {
        loop {
            let Some(frame) = window.next().await else { panic!("cut off: {:?}", window.ended().await) };
            if frame.get("ref").is_none() {
                continue;
            }
            match frame["type"].as_str().unwrap() {
                "message.stored" => stored += 1,
                "error" => {
                    assert_eq!(frame["code"], "rate_limited", "{frame}");
                    assert!(int(&frame, "retryAfterMs") > 0);
                    refused += 1;
                }
                other => panic!("{n}: {other}"),
            }
            break;
        }
    }
    assert!(refused > 0, "700 at once are too many");
    assert_eq!(ann.whole_history(conversation).await.len(), stored);
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused_over_http() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    for body in ["", "{", "[]", "null", "{\"hue\":1}{}", "{\"hue\":1,\"hue\":2}", "\u{0}"] {
        let request = ann.request("PATCH", "/me").header("Content-Type", "application/json").body(body);
        let answer = ann.send(request).await;
        answer.refused(400, "invalid_json");
    }
    ann.patch("/me", json!({"hue": "red"})).await.refused(422, "invalid_field");
    let field = ann.post("/conversations", json!({})).await.refused(422, "missing_field")["field"].clone();
    assert_eq!(field, "kind");
    ann.post("/conversations", json!({"kind": "secret"})).await.refused(422, "invalid_field");
    let not_utf8 = ann.request("PATCH", "/me").header("Content-Type", "application/json");
    ann.send(not_utf8.body(b"{\"displayName\":\"\xff\"}".to_vec())).await.refused(400, "invalid_json");
    let huge = json!({"displayName": "x".repeat(3_000_000)});
    assert_eq!(ann.patch("/me", huge).await.status, 413);
    ann.get("/me").await.ok(200);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_answered_in_the_one_shape() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    ann.get("/nothing/here").await.refused(404, "not_found");
    let answer = ann.delete("/me").await;
    answer.refused(405, "method_not_allowed");
    let allowed = answer.header("allow").unwrap();
    assert!(allowed.contains("GET") && allowed.contains("PATCH"), "{allowed}");
    for route in ["/sessions", "/users", "/conversations", "/conversations/1", "/conversations/1/messages"] {
        let stranger = Request::new("GET", &format!("/api/v1{route}"));
        stranger.send(program.server().address(), ann.from).await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn text_comes_back_byte_for_byte() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    for text in [
        "<script>alert(1)</script> & \"quotes\" 'n' \\back\\slashes\\",
        "'; DROP TABLE messages; --",
        "👩‍👩‍👧 ﷽ e\u{301} \u{202e}right to left\u{202c} \u{200b}zero width",
        "tab\tand\nlines\nand  spaces",
        "%00 %s {} ${x} \\u0041",
    ] {
        anns.say_to(&bob, text).await;
        assert_eq!(bobs.expect("message").await["message"]["body"], *text);
    }
    let longest = "é".repeat(4096);
    anns.say_to(&bob, &longest).await;
    assert_eq!(bobs.expect("message").await["message"]["body"], *longest);
}

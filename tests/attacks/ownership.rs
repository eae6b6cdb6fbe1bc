//! Nobody acts for somebody else, and what is not yours looks as if it were not there.

use tokio_tungstenite::tungstenite::Error;

use crate::support::*;

#[tokio::test]
async fn a_page_of_another_site_cannot_use_a_persons_cookie() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let conversation = ann.conversation_with(&bob).await;
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let (name, cookie) = ann.proof();
    let message = || json!({"clientId": client_id(), "body": "not mine"});
    let port = program.server().address().port();
    for origin in ["https://evil.example", "null", "http://127.0.0.1", &format!("http://127.0.0.1:{}", port ^ 1)] {
        let request = Request::new("POST", &path).header(name, &cookie).header("Origin", origin).json(&message());
        ann.send(request).await.refused(403, "origin_refused");
    }
    let without = Request::new("POST", &path).header(name, &cookie).json(&message());
    ann.send(without).await.refused(403, "origin_refused");
    let log_out = Request::new("POST", "/api/v1/logout").header(name, &cookie).header("Origin", "https://evil.example");
    ann.send(log_out.json(&json!({}))).await.refused(403, "origin_refused");
    assert_eq!(ann.whole_history(conversation).await.len(), 0);
    ann.post_message(conversation, "mine").await;
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_a_socket() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    for origin in [Some("https://evil.example"), Some("null"), None] {
        match Socket::try_open(&ann, origin).await {
            Err(Error::Http(answer)) => assert_eq!(answer.status(), 403, "{origin:?}"),
            Err(other) => panic!("{origin:?}: {other}"),
            Ok(_) => panic!("{origin:?} could open a socket"),
        }
    }
    ann.post("/logout", json!({})).await.ok(204);
    match Socket::try_open(&ann, Some(&program.server().origin())).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 401),
        _ => panic!("a socket without a session"),
    }
}

#[tokio::test]
async fn bodies_that_do_not_say_that_they_are_json_are_refused() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = ann.request("PATCH", "/me").header("Content-Type", kind).body("{\"hue\": 145}");
        ann.send(request).await.refused(415, "unsupported_media_type");
    }
    ann.send(ann.request("PATCH", "/me").body("{\"hue\": 145}")).await.refused(415, "unsupported_media_type");
    let named = ann.request("PATCH", "/me").header("Content-Type", "application/json; charset=utf-8");
    ann.send(named.body("{\"hue\": 145}")).await.ok(200);
}

#[tokio::test]
async fn a_bearer_token_needs_no_origin_and_no_cookie_goes_with_it() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let robot = ann.as_program().await;
    let conversation = robot.conversation_with(&bob).await;
    let sent = robot.post_message(conversation, "sent by a program").await;
    assert_eq!((int(&sent, "seq"), int(&sent, "conversation")), (1, conversation));
    let (socket, response) = Socket::try_open(&robot, None).await.ok().unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "chinwag.v1");
    socket.lose();
    // The token counts, not the cookie that happens to be there too.
    let (_, cookie) = bob.proof();
    let me = ann.send(robot.request("GET", "/me").header("Cookie", cookie)).await.ok(200);
    assert_eq!(me["user"]["id"], ann.id);
    robot.post("/logout", json!({})).await.ok(204);
    robot.get("/me").await.refused(401, "unauthenticated");
    ann.get("/me").await.ok(200);
}

#[tokio::test]
async fn a_session_never_travels_in_an_address() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let (_, cookie) = ann.proof();
    let value = cookie.split_once('=').unwrap().1;
    for path in [format!("/api/v1/me?chinwag_session={value}"), format!("/api/v1/me?token={value}")] {
        let answer = Request::new("GET", &path).send(program.server().address(), ann.from).await;
        answer.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn the_sender_is_whoever_the_session_belongs_to_whatever_the_frame_says() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let frame = json!({
        "type": "message.send", "clientId": client_id(), "to": bob.id, "body": "from Bob himself",
        "sender": bob.id, "user": bob.id, "from": bob.id, "at": 1, "seq": 99, "rev": 99,
    });
    anns.ask(frame).await;
    let message = bobs.expect("message").await["message"].clone();
    assert_eq!(int(&message, "sender"), ann.id);
    assert!(int(&message, "seq") == 1 && int(&message, "at") > 1_000_000_000_000, "{message}");
}

/// Every frame and every route that can name a conversation, with one of others and with one that is not there.
#[tokio::test]
async fn others_conversations_look_exactly_like_none() {
    let program = Program::shared();
    let (server, nowhere) = (program.server(), 999_999_999);
    let (ann, bob, eve) = (
        Person::sign_up(server, "Ann").await,
        Person::sign_up(server, "Bob").await,
        Person::sign_up(server, "Eve").await,
    );
    let (mut anns, mut eves) = (ann.connect().await, eve.connect().await);
    let conversation = int(&anns.say_to(&bob, "between us").await, "conversation");
    let before = ann.get(&format!("/conversations/{conversation}")).await.ok(200);

    for frame in [
        json!({"type": "message.send", "clientId": client_id(), "body": "me too"}),
        json!({"type": "message.edit", "clientId": client_id(), "seq": 1, "version": 1, "body": "changed"}),
        json!({"type": "message.delete", "clientId": client_id(), "seq": 1, "version": 1}),
        json!({"type": "receipt.delivered", "seq": 1}),
        json!({"type": "receipt.read", "seq": 1}),
        json!({"type": "typing", "on": true}),
        json!({"type": "draft.set", "text": "hm", "version": 0}),
        json!({"type": "cursor.set", "seq": 1}),
    ] {
        let mut answers = Vec::new();
        for id in [conversation, nowhere] {
            let mut frame = frame.clone();
            frame["conversation"] = id.into();
            let mut answer = eves.ask(frame).await;
            answer["ref"] = 0.into();
            answers.push(answer);
        }
        assert_eq!(answers[0], answers[1], "{frame}");
        assert!(answers[0]["code"] == "not_found" || frame["type"] == "typing", "{frame}: {}", answers[0]);
    }
    for id in [conversation, nowhere] {
        for path in ["", "/messages", "/messages?before=2", "/messages?around=1", "/changes?after=0"] {
            eve.get(&format!("/conversations/{id}{path}")).await.refused(404, "not_found");
        }
        let message = json!({"clientId": client_id(), "body": "me too"});
        eve.post(&format!("/conversations/{id}/messages"), message).await.refused(404, "not_found");
    }
    for path in ["abc", "-1", "0", "1e3", "99999999999999999999"] {
        assert_eq!(eve.get(&format!("/conversations/{path}")).await.status, 404, "{path}");
    }
    // A hello that claims them learns no more than that there is nothing for it.
    let mut told = Vec::new();
    for id in [conversation, nowhere] {
        let mut window = eve.connect_holding(&[(id, 0)]).await;
        window.catch_up().await;
        let frames: Vec<_> = window.unseen().filter(|frame| frame["conversation"] == id).cloned().collect();
        assert!(frames.iter().all(|frame| frame["type"] == "reset"), "{frames:?}");
        told.push(frames.into_iter().map(|frame| (frame["rev"].clone(), frame["head"].clone())).collect::<Vec<_>>());
        assert!(list(&window.ready, "conversations").is_empty());
    }
    assert_eq!(told[0], told[1]);
    let after = ann.get(&format!("/conversations/{conversation}")).await.ok(200);
    assert_eq!(before, after, "nothing has changed by all this");
    anns.expect_none("typing").await;
}

#[tokio::test]
async fn nobody_edits_or_deletes_what_somebody_else_wrote() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = int(&anns.say_to(&bob, "mine").await, "conversation");
    let edit = json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 1, "body": "yours"});
    bobs.ask_refused(edit, "forbidden").await;
    let delete = json!({"type": "message.delete", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 1});
    bobs.ask_refused(delete, "forbidden").await;
    anns.expect_none("message.changed").await;
}

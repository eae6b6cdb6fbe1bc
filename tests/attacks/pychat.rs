//! What PyChat allowed to anybody: log in by SQL, read others' conversations and write in their names with any session,
//! mark others inactive, sessions in addresses, passwords in clear text. The last four stand in `ownership`, `access` and
//! among the socket tests of a start.

use crate::count::Count;
use crate::support::*;

/// What makes a condition true, ends a string or a statement, or adds rows, in every quoting that SQL knows.
fn injections(name: &str) -> Vec<String> {
    let ends = ["", " --", " -- -", "#", "/*", ";--", ";%00", "\u{0}"];
    let conditions = ["OR 1=1", "OR '1'='1'", "OR TRUE", "OR username IS NOT NULL", "OR 1 LIKE 1", "|| '1'"];
    let mut all = Vec::new();
    for quote in ["'", "\"", "`", "')", "'))", "\\'", "%27", "\u{2019}"] {
        for condition in conditions {
            all.push(format!("{name}{quote} {condition} --"));
            all.push(format!("{quote} {condition} {quote}"));
        }
        for end in ends {
            all.push(format!("{name}{quote}{end}"));
        }
        all.push(format!("{quote} UNION SELECT 1, '{name}', '', 0 --"));
        all.push(format!("{quote}; UPDATE users SET password_hash = '' WHERE username = '{name}'; --"));
        all.push(format!("{quote}; INSERT INTO sessions SELECT * FROM sessions; --"));
    }
    all
}

#[tokio::test]
async fn sql_in_a_name_or_a_password_logs_nobody_in() {
    // Of its own: so many failures slow down everybody's log-ins.
    let program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut count = Count::of("log-in by SQL injection");
    for text in injections(&ann.name) {
        for body in [
            json!({"username": text, "password": PASSWORD}),
            json!({"username": ann.name, "password": text}),
            json!({"username": text, "password": text}),
        ] {
            let answer = post(program.server(), own_address(), "/api/v1/login", &body).await;
            // The owner's own password behind a name with SQL in it must not open the owner's account either.
            let held = matches!(answer.status, 401 | 422 | 429) && answer.cookie("chinwag_session").is_none();
            count.tried(held, &body);
        }
    }
    ann.get("/me").await.ok(200);
    count.end();
}

/// What somebody who asks at this moment is told.
async fn state_of(asking: &mut Socket, person: &Person) -> Value {
    asking.forget().await;
    asking.send(&json!({"type": "presence.watch", "users": [person.id]})).await;
    asking.expect("presence").await["users"][0]["state"].clone()
}

#[tokio::test]
async fn nobody_makes_somebody_else_look_away_or_gone() {
    let program = Program::shared();
    let (ann, bob, eve) = (
        Person::sign_up(program.server(), "Ann").await,
        Person::sign_up(program.server(), "Bob").await,
        Person::sign_up(program.server(), "Eve").await,
    );
    let (mut anns, mut bobs, mut eves) = (ann.connect().await, bob.connect().await, eve.connect().await);
    bobs.expect_presence(&ann, "online").await;
    let session = int(&ann.get("/me").await.ok(200)["session"], "id");
    let mut count = Count::of("marking others inactive");
    for frame in [
        json!({"type": "presence.set", "idle": true, "user": ann.id}),
        json!({"type": "presence.set", "idle": true, "session": session, "users": [ann.id]}),
        json!({"type": "presence.watch", "users": [ann.id], "state": "offline"}),
    ] {
        eves.ask_ok(frame.clone()).await;
        let now = state_of(&mut bobs, &ann).await;
        count.tried(now == "online", (&frame, now));
    }
    for (method, path, body) in [
        ("POST", "/sessions/closing".to_owned(), json!({"user": ann.id, "session": session})),
        ("POST", format!("/sessions/closing?session={session}&user={}", ann.id), json!({})),
        ("POST", "/logout".to_owned(), json!({"session": session, "user": ann.id})),
        ("DELETE", format!("/sessions/{session}"), json!({})),
    ] {
        // Each with a sign-in of its own: some of these end it.
        let attacker = eve.on_another_device().await;
        attacker.send(attacker.request(method, &path).json(&body)).await;
        let (now, status) = (state_of(&mut bobs, &ann).await, ann.get("/me").await.status);
        count.tried(now == "online" && status == 200, (method, path, now, status));
    }
    anns.expect_none("session.ended").await;
    count.end();
}

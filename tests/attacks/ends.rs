//! A session that has ended, however it ended, opens nothing and hears nothing.

use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::Error;

use crate::count::Count;
use crate::support::*;

/// Ten times what is promised: the machine is busy.
const CLOSED_WITHIN: Duration = Duration::from_secs(10);

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cause {
    LogOut,
    RevokedElsewhere,
    OthersSignedOut,
    PasswordChanged,
    PasswordSetByTheOwner,
    UserDisabled,
    Closed,
}

impl Cause {
    const ALL: [Cause; 7] = [
        Cause::LogOut,
        Cause::RevokedElsewhere,
        Cause::OthersSignedOut,
        Cause::PasswordChanged,
        Cause::PasswordSetByTheOwner,
        Cause::UserDisabled,
        Cause::Closed,
    ];

    /// Whether the person's other device is still signed in afterwards.
    fn spares_others(self) -> bool {
        !matches!(self, Cause::PasswordSetByTheOwner | Cause::UserDisabled)
    }

    /// Makes it so: `lost` is the sign-in that ends, `other` the same person's.
    async fn happens(self, program: &Program, lost: &Person, other: &Person) {
        match self {
            Cause::LogOut => drop(lost.post("/logout", json!({})).await.ok(204)),
            Cause::RevokedElsewhere => {
                let id = int(&lost.get("/me").await.ok(200)["session"], "id");
                other.delete(&format!("/sessions/{id}")).await.ok(204);
            }
            Cause::OthersSignedOut => drop(other.post("/sessions/end-others", json!({})).await.ok(204)),
            Cause::PasswordChanged => {
                let change = json!({"current": PASSWORD, "new": "seventeen quiet lighthouses at noon"});
                other.post("/me/password", change).await.ok(204);
            }
            Cause::PasswordSetByTheOwner => {
                let said = program.command(&["user", "passwd", &lost.name], "nineteen loud lighthouses at dusk\n");
                assert!(said.status.success(), "{said:?}");
            }
            Cause::UserDisabled => {
                let said = program.command(&["user", "disable", &lost.name], "");
                assert!(said.status.success(), "{said:?}");
            }
            Cause::Closed => drop(lost.post("/sessions/closing", json!({})).await.ok(204)),
        }
    }
}

#[tokio::test]
async fn a_session_that_has_ended_opens_nothing_and_hears_nothing() {
    let program = Program::start(&[("CHINWAG_CLOSING_GRACE", "1s")]);
    let server = program.server();
    let bob = Person::sign_up(server, "Bob").await;
    let mut bobs = bob.connect().await;
    let mut count = Count::of("a session outlives its end");
    for cause in Cause::ALL {
        let other = Person::sign_up(server, "Ann").await;
        let lost = other.on_another_device().await;
        let conversation = int(&bobs.say_to(&other, "before").await, "conversation");
        let mut window = lost.connect().await;
        let mut elsewhere = other.connect().await;
        cause.happens(&program, &lost, &other).await;
        let ended = Instant::now();
        if cause == Cause::Closed {
            window.close(1001).await;
            while lost.get("/me").await.status == 200 {
                assert!(ended.elapsed() < CLOSED_WITHIN, "{cause:?}: still signed in");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        } else {
            // Written after the end: must not arrive.
            bobs.say(conversation, "after").await;
            let mut heard = Vec::new();
            while let Some(frame) = window.next().await {
                heard.push(frame);
            }
            count.tried(ended.elapsed() < CLOSED_WITHIN, (cause, "open socket", ended.elapsed()));
            let after = heard.iter().filter(|frame| frame["message"]["body"] == "after").count();
            count.tried(after == 0, (cause, "delivered after the end"));
            count.tried(heard.iter().any(|frame| frame["type"] == "session.ended"), (cause, "not told why"));
        }
        let again = Socket::try_open(&lost, Some(&server.origin())).await;
        let held = matches!(&again, Err(Error::Http(answer)) if answer.status() == 401);
        count.tried(held, (cause, "new socket"));
        for (method, path, body) in [
            ("GET", "/me".to_owned(), json!({})),
            ("GET", format!("/conversations/{conversation}/messages"), json!({})),
            ("POST", format!("/conversations/{conversation}/messages"), json!({"clientId": client_id(), "body": "x"})),
            ("PATCH", "/me".to_owned(), json!({"displayName": "Somebody"})),
        ] {
            let answer = lost.send(lost.request(method, &path).json(&body)).await;
            count.tried(answer.status == 401, (cause, method, path, answer.status));
        }
        let others = other.get("/me").await.status;
        count.tried((others == 200) == cause.spares_others(), (cause, "the other device", others));
        if cause.spares_others() {
            elsewhere.expect_none("session.ended").await;
        } else {
            elsewhere.ended().await;
        }
    }
    count.end();
}

#[tokio::test]
async fn a_session_is_new_at_every_log_in_and_none_is_taken_over() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut count = Count::of("session fixation and reuse");
    let mut seen = vec![ann.proof().1];
    // A cookie that an attacker planted before: the log-in must not adopt it.
    for planted in ["chinwag_session=planted", &ann.proof().1] {
        let body = json!({"username": ann.name, "password": PASSWORD});
        let request = Request::new("POST", "/api/v1/login").header("Origin", program.server().origin());
        let answer =
            request.header("Cookie", planted).json(&body).send(program.server().address(), own_address()).await;
        let given = format!("chinwag_session={}", answer.cookie("chinwag_session").unwrap());
        count.tried(answer.status == 200 && given != planted && !seen.contains(&given), planted);
        seen.push(given);
    }
    // 256 random bits in base64url; changing any character makes it nobody's.
    let value = seen[1].split_once('=').unwrap().1.to_owned();
    assert_eq!(value.len(), 43, "{value}");
    for place in 0..value.len() {
        let mut other: Vec<char> = value.chars().collect();
        other[place] = if other[place] == 'A' { 'B' } else { 'A' };
        let other: String = other.into_iter().collect();
        let request = Request::new("GET", "/api/v1/me").header("Cookie", format!("chinwag_session={other}"));
        let answer = request.send(program.server().address(), own_address()).await;
        count.tried(answer.status == 401, (place, answer.status));
    }
    count.end();
}

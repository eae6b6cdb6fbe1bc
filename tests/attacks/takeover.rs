//! Nobody takes over a server that is not theirs: not while it is fresh, not by an invitation that was for somebody else,
//! and whoever does run it reads nobody's messages.

use std::time::Instant;

use crate::count::Count;
use crate::support::*;

/// What the console shows, once it is there.
async fn code_of(program: &Program, nth: usize) -> String {
    let began = Instant::now();
    loop {
        let said = program.said();
        let codes: Vec<&str> =
            said.split("/#code=").skip(1).filter_map(|rest| rest.split_once(' ')).map(|(code, _)| code).collect();
        if let Some(code) = codes.get(nth) {
            return (*code).to_owned();
        }
        assert!(began.elapsed() < SOON, "no code in:\n{said}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// The code with its last letter changed.
fn wrong(code: &str) -> String {
    let last = if code.ends_with('7') { '8' } else { '7' };
    format!("{}{last}", &code[..code.len() - 1])
}

/// A status, with the code if it is a refusal.
fn short(answer: &Answer) -> String {
    let body = serde_json::from_slice::<Value>(&answer.body).ok();
    match body.as_ref().and_then(|body| body["code"].as_str()) {
        Some(code) => format!("{} {code}", answer.status),
        None => answer.status.to_string(),
    }
}

/// Signs up under a fresh name with this beside it. A server that is busy is asked again: that is no answer.
async fn sign_up(server: &Server, with: Value) -> (String, Answer) {
    let name = fresh_name("Racer");
    let mut body = json!({"username": name, "password": PASSWORD});
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    loop {
        let request = Request::new("POST", "/api/v1/signup").header("Origin", server.origin()).json(&body);
        let answer = request.send(server.address(), own_address()).await;
        if answer.status != 503 {
            return (name, answer);
        }
    }
}

/// All at once; each with what it brought.
async fn race(server: &Server, entries: Vec<Value>) -> Vec<(Value, String, String)> {
    let running: Vec<_> = entries
        .into_iter()
        .map(|with| {
            let server = server.clone();
            tokio::spawn(async move {
                let (name, answer) = sign_up(&server, with.clone()).await;
                (with, name, short(&answer))
            })
        })
        .collect();
    let mut ended = Vec::new();
    for one in running {
        ended.push(one.await.unwrap());
    }
    ended
}

/// Who is an admin, as whoever owns the data directory is told.
fn admins(program: &Program) -> Vec<String> {
    let listed = program.command(&["user", "list"], "");
    assert!(listed.status.success(), "{listed:?}");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let admins = listed.lines().filter(|line| line.ends_with("(admin)"));
    admins.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn of_a_hundred_who_race_for_a_fresh_server_exactly_one_who_has_the_code_becomes_its_admin() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let code = code_of(&program, 0).await;
    let mut count = Count::of("taking over a fresh server");
    let entries = (0..100).map(|n| match n % 4 {
        0 => json!({"code": code}),
        1 => json!({"code": wrong(&code)}),
        2 => json!({"code": ""}),
        _ => json!({}),
    });
    let ended = race(&server, entries.collect()).await;
    let winners: Vec<&(Value, String, String)> =
        ended.iter().filter(|(with, _, told)| with["code"] == *code && told == "201").collect();
    for (with, name, told) in &ended {
        let expected = match with["code"].as_str() {
            Some(shown) if shown == code && winners.iter().any(|(_, winner, _)| winner == name) => "201",
            Some(shown) if shown == code => "409 admin_exists",
            Some(_) => "403 code_wrong",
            None => "201",
        };
        count.tried(told == expected, (with, told, expected));
    }
    let admins_now = admins(&program);
    count.tried(winners.len() == 1 && admins_now == [winners[0].1.as_str()], (&winners, &admins_now));
    // Those who came in without it, once there is an admin.
    for (_, name, _) in ended.iter().filter(|(with, _, told)| with.get("code").is_none() && told == "201").take(5) {
        let person = Person::log_in(&server, name, PASSWORD, false).await;
        for shown in [code.clone(), wrong(&code)] {
            let answer = person.post("/me/admin", json!({"code": shown})).await;
            count.tried(matches!(answer.status, 403 | 409), (shown, short(&answer)));
        }
        count.tried(person.get("/admin/people").await.status == 403, name);
    }
    // Nor after a restart, which shows no code any more.
    program.terminate();
    program.wait();
    program.again();
    let (_, answer) = sign_up(&server, json!({"code": code})).await;
    count.tried(short(&answer) == "409 admin_exists", short(&answer));
    count.tried(admins(&program) == admins_now, admins(&program));
    let said = program.said();
    count.tried(said.matches("#code=").count() == 1, "a code is shown though there is an admin");
    count.end();
}

#[tokio::test]
async fn the_code_is_not_guessed_and_an_older_one_opens_nothing() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let older = code_of(&program, 0).await;
    program.terminate();
    program.wait();
    program.again();
    let code = code_of(&program, 1).await;
    let mut count = Count::of("guessing the code of a fresh server");
    let ann = Person::sign_up(&server, "Ann").await;
    let mut checked = 0;
    let guesses = [older, String::new(), code[..code.len() - 1].to_owned(), format!("{code}0")];
    for guess in guesses.into_iter().chain((0..100).map(|_| wrong(&code))) {
        let answer = ann.post("/me/admin", json!({"code": guess})).await;
        checked += usize::from(answer.status == 403);
        count.tried(matches!(short(&answer).as_str(), "403 code_wrong" | "429 too_many_attempts"), short(&answer));
    }
    // Five, and whatever a slow machine's pauses let through.
    count.tried((1..50).contains(&checked), ("guesses that were checked", checked));
    // Whoever guesses keeps themselves waiting, and nobody else.
    let owner = ann.on_another_device().await;
    owner.post("/me/admin", json!({"code": code.to_lowercase().replace('-', " ")})).await.ok(204);
    assert_eq!(admins(&program), [ann.name.as_str()]);
    count.end();
}

#[tokio::test]
async fn an_invitation_lets_in_as_many_as_it_says_and_nobody_by_another_way() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let ann = Person::sign_up(&server, "Ann").await;
    assert!(program.command(&["user", "promote", &ann.name], "").status.success());
    let choose = async |sign_up: &str| {
        let body = json!({"signUp": sign_up});
        ann.send(ann.request("PUT", "/admin/settings").json(&body)).await.ok(200);
    };
    let invite = async |places: i64| ann.post("/admin/invitations", json!({"places": places})).await.ok(201);
    choose("invitation").await;
    let mut count = Count::of("coming in without a place");
    let (one, three) = (invite(1).await, invite(3).await);
    let entries = (0..50).map(|n| json!({"invitation": if n % 2 == 0 { &one["token"] } else { &three["token"] }}));
    let ended = race(&server, entries.collect()).await;
    for (invitation, places) in [(&one, 1), (&three, 3)] {
        let told = ended.iter().filter(|(with, ..)| with["invitation"] == invitation["token"]);
        let (inside, outside): (Vec<_>, Vec<_>) = told.partition(|(_, _, told)| told == "201");
        count.tried(inside.len() == places, ("inside", inside.len(), places));
        for (_, _, told) in outside {
            count.tried(told == "403 invitation_over", told);
        }
    }
    let back = invite(5).await;
    ann.delete(&format!("/admin/invitations/{}", back["id"])).await.ok(204);
    let late = invite(5).await;
    let good = invite(5).await;
    let token = |invitation: &Value| invitation["token"].as_str().unwrap().to_owned();
    // The hour that it has at least is not waited for: its row is made older.
    program.terminate();
    program.wait();
    let database = rusqlite::Connection::open(program.data().join("chinwag.db")).unwrap();
    let older = database.execute("UPDATE invitations SET expires_at = 1 WHERE id = ?1", [int(&late, "id")]).unwrap();
    assert_eq!(older, 1);
    drop(database);
    program.again();
    let mut changed = token(&good);
    changed.replace_range(..1, if changed.starts_with('A') { "B" } else { "A" });
    for over in [token(&one), token(&three), token(&back), token(&late), changed, String::new(), "x".repeat(9_000)] {
        let (_, answer) = sign_up(&server, json!({"invitation": over})).await;
        count.tried(short(&answer) == "403 invitation_over", (over, short(&answer)));
    }
    let (_, answer) = sign_up(&server, json!({})).await;
    count.tried(short(&answer) == "403 invitation_needed", short(&answer));
    // In the address, where it would stand in logs, it opens nothing.
    let path = format!("/api/v1/signup?invitation={}", token(&good));
    let body = json!({"username": fresh_name("Racer"), "password": PASSWORD});
    let request = Request::new("POST", &path).header("Origin", server.origin()).json(&body);
    let answer = request.send(server.address(), own_address()).await;
    count.tried(short(&answer) == "403 invitation_needed", short(&answer));
    choose("closed").await;
    for with in [json!({}), json!({"invitation": token(&good)})] {
        let (_, answer) = sign_up(&server, with).await;
        count.tried(short(&answer) == "403 sign_up_closed", short(&answer));
    }
    choose("invitation").await;
    let (_, answer) = sign_up(&server, json!({"invitation": token(&good)})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());

    let listed = ann.get("/admin/invitations").await.text();
    let link = ann.post(&format!("/admin/people/{}/password-link", ann.id + 1), json!({})).await.ok(201);
    for secret in [token(&one), token(&three), token(&good), token(&link)] {
        count.tried(!program.said().contains(&secret) && !listed.contains(&secret), "a token in the log or the list");
    }
    count.end();
}

#[tokio::test]
async fn a_link_for_a_new_password_serves_one_person_once() {
    let program = Program::start(&[]);
    let server = program.server();
    let ann = Person::sign_up(server, "Ann").await;
    assert!(program.command(&["user", "promote", &ann.name], "").status.success());
    let bob = Person::sign_up(server, "Bob").await;
    let mut bobs = bob.connect().await;
    let mut count = Count::of("a link for a new password used by others");
    let own = ann.post(&format!("/admin/people/{}/password-link", ann.id), json!({})).await;
    count.tried(short(&own) == "403 forbidden", short(&own));
    let path = format!("/admin/people/{}/password-link", bob.id);
    let older = ann.post(&path, json!({})).await.ok(201);
    let link = ann.post(&path, json!({})).await.ok(201);
    bob.get("/me").await.ok(200);
    let new = "seventeen quiet lighthouses at noon";
    let redeem = async |token: &Value, new: &str| {
        let request = Request::new("POST", "/api/v1/password-link").header("Origin", server.origin());
        request.json(&json!({"token": token, "new": new})).send(server.address(), own_address()).await
    };
    let answer = redeem(&older["token"], new).await;
    count.tried(short(&answer) == "403 link_over", short(&answer));
    let answer = redeem(&link["token"], "12345678").await;
    count.tried(short(&answer) == "422 password_weak", short(&answer));
    // Both at once: one of them is the password.
    let words = ["seventeen quiet lighthouses at noon", "nineteen loud lighthouses at dusk"];
    let answers = tokio::join!(redeem(&link["token"], words[0]), redeem(&link["token"], words[1]));
    let answers = [short(&answers.0), short(&answers.1)];
    count.tried(answers.iter().filter(|told| *told == "200").count() == 1, &answers);
    count.tried(answers.iter().filter(|told| *told == "403 link_over").count() == 1, &answers);
    let set = words[usize::from(answers[0] != "200")];
    assert_eq!(bobs.expect("session.ended").await["reason"], "password_changed");
    count.tried(bob.get("/me").await.status == 401, "a sign-in outlives the link");
    Person::log_in(server, &bob.name, set, false).await;
    let answer = redeem(&link["token"], new).await;
    count.tried(short(&answer) == "403 link_over", short(&answer));
    count.end();
}

#[tokio::test]
async fn an_admin_reads_nobodys_messages() {
    let program = Program::start(&[]);
    let server = program.server();
    let admin = Person::sign_up(server, "Ada").await;
    assert!(program.command(&["user", "promote", &admin.name], "").status.success());
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let conversation = ann.conversation_with(&bob).await;
    ann.post_message(conversation, "the heron stands still").await;
    let group = ann.post("/conversations", json!({"kind": "group", "name": "heron", "members": [bob.id]})).await;
    let group = int(&group.ok(201)["conversation"], "id");
    ann.post_message(group, "another heron").await;

    let mut count = Count::of("an admin reads others' messages");
    let described = admin.get("/openapi.json").await.ok(200);
    for (path, methods) in described["paths"].as_object().unwrap() {
        if methods.get("get").is_none() || !path.starts_with("/api/v1/") || path.ends_with("openapi.json") {
            continue;
        }
        for id in [conversation, group] {
            let path = path.replace("{id}", &id.to_string()).replace("{user}", &ann.id.to_string());
            let path = path.replace("{hash}", &"0".repeat(32));
            let question = if path.ends_with("/search") { "?q=heron" } else { "" };
            let answer = admin.get(&format!("{}{question}", &path["/api/v1".len()..])).await.text();
            count.tried(!answer.contains("heron stands") && !answer.contains("another heron"), (&path, &answer));
            count.tried(!answer.contains("\"heron\""), (&path, &answer));
        }
    }
    // What a member sees of the same, so that the words are those that would be seen.
    assert!(bob.get("/search?q=heron").await.text().contains("another heron"));
    count.end();
}

//! Signing up, logging in and being known, over HTTP.

use crate::support::*;

use crate::support::Request;

fn signing_up(name: &str, password: &str) -> Request {
    Request::new("POST", "/api/v1/signup").json(&json!({"username": name, "password": password}))
}

fn logging_in(name: &str, password: &str) -> Request {
    Request::new("POST", "/api/v1/login").json(&json!({"username": name, "password": password}))
}

async fn send(program: &Program, request: Request) -> Answer {
    let request = request.header("Origin", program.server().origin());
    request.send(program.server().address(), own_address()).await
}

#[tokio::test]
async fn signing_up_answers_the_person_and_a_cookie_that_scripts_and_other_sites_cannot_use() {
    let program = Program::shared();
    let name = fresh_name("Ann");
    let request = signing_up(&name, PASSWORD)
        .body(json!({"username": name, "password": PASSWORD, "displayName": "Ann  of Green Gables"}).to_string());
    let answer = send(&program, request).await;
    let user = &answer.ok(201)["user"];
    assert_eq!(user["username"], *name);
    assert!(user["displayName"].as_str().unwrap().starts_with("Ann "));
    assert!((0..360).contains(&int(user, "hue")), "{user}");
    assert_eq!(user.get("pronoun"), None, "nobody guesses: {user}");
    assert_eq!(user.get("disabled"), None, "{user}");

    let cookie = answer.set_cookie("chinwag_session").unwrap().to_ascii_lowercase();
    for attribute in ["httponly", "samesite=lax", "path=/"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
    }
    assert!(!cookie.contains("max-age") && !cookie.contains("expires"), "goes with the browser: {cookie}");
    assert!(!cookie.contains("; secure"), "plain http: {cookie}");
    assert!(answer.cookie("chinwag_session").unwrap().len() >= 32);
}

#[tokio::test]
async fn keeping_signed_in_gives_a_cookie_of_thirty_days() {
    let program = Program::shared();
    let body = json!({"username": fresh_name("Kept"), "password": PASSWORD, "keepSignedIn": true});
    let answer = send(&program, Request::new("POST", "/api/v1/signup").json(&body)).await;
    answer.ok(201);
    let cookie = answer.set_cookie("chinwag_session").unwrap().to_ascii_lowercase();
    assert!(cookie.contains(&format!("max-age={}", 30 * 24 * 3600)), "{cookie}");
}

#[tokio::test]
async fn behind_https_cookies_are_secure_and_the_origin_is_the_public_one() {
    let program = Program::start(&[("CHINWAG_PUBLIC_URL", "https://chat.example.org")]);
    let request = signing_up("ann", PASSWORD).header("Origin", "https://chat.example.org");
    let answer = request.send(program.server().address(), own_address()).await;
    answer.ok(201);
    let cookies: Vec<_> = answer.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
    assert!(!cookies.is_empty());
    for (_, cookie) in cookies {
        assert!(cookie.to_ascii_lowercase().contains("secure"), "{cookie}");
    }
}

#[tokio::test]
async fn of_two_simultaneous_sign_ups_of_one_name_exactly_one_wins() {
    let program = Program::shared();
    for round in 0..4 {
        let name = fresh_name("Race");
        let other = if round % 2 == 0 { name.clone() } else { name.to_uppercase() };
        let tries = (0..6).map(|n| send(&program, signing_up(if n % 2 == 0 { &name } else { &other }, PASSWORD)));
        let mut statuses: Vec<u16> =
            futures_util::future::join_all(tries).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    }
}

#[tokio::test]
async fn a_taken_name_is_refused_in_whatever_case_and_so_is_one_that_looks_like_it() {
    let program = Program::shared();
    let name = format!("Paypal{}", fresh_name(""));
    send(&program, signing_up(&name, PASSWORD)).await.ok(201);
    let refused = send(&program, signing_up(&name.to_lowercase(), PASSWORD)).await.refused(409, "username_taken");
    assert_eq!(refused["field"], "username");
    let lookalike = name.replace('l', "I");
    send(&program, signing_up(&lookalike, PASSWORD)).await.refused(409, "username_lookalike");
}

#[tokio::test]
async fn names_that_could_deceive_are_refused_by_their_code() {
    let program = Program::shared();
    for (name, code) in [
        ("a", "username_invalid"),
        ("", "username_invalid"),
        ("ann\u{202e}bob", "username_invalid"),
        ("ann\u{200b}bob", "username_invalid"),
        ("ann\u{7}bob", "username_invalid"),
        ("ann bob", "username_invalid"),
        ("pаypal-with-cyrillic", "username_invalid"),
        (&"x".repeat(33), "username_invalid"),
        ("admin", "username_reserved"),
        ("Chinwag", "username_reserved"),
        ("аdmin", "username_invalid"),
    ] {
        let answer = send(&program, signing_up(name, PASSWORD)).await;
        assert_eq!(answer.status, 422, "{name:?}: {}", answer.text());
        let is_either = name == "аdmin" && answer.ok(422)["code"] == "username_reserved";
        if !is_either {
            answer.refused(422, code);
        }
        assert_eq!(answer.set_cookie("chinwag_session"), None);
    }
    let body = json!({"username": fresh_name("Bidi"), "password": PASSWORD, "displayName": "x\u{202e}y"});
    let answer = send(&program, Request::new("POST", "/api/v1/signup").json(&body)).await;
    answer.refused(422, "display_name_invalid");
}

#[tokio::test]
async fn a_weak_password_is_refused_with_advice_and_nobody_is_created() {
    let program = Program::shared();
    let name = fresh_name("Weak");
    for password in ["short", "password", "12345678", "aaaaaaaaaaaaaaaa", &format!("{name}{name}")] {
        let body = send(&program, signing_up(&name, password)).await.refused(422, "password_weak");
        let feedback = &body["feedback"];
        assert!(feedback["warning"].is_string() || !list(feedback, "suggestions").is_empty(), "{password}: {body}");
    }
    send(&program, logging_in(&name, "password")).await.refused(401, "wrong_credentials");
    send(&program, signing_up(&name, PASSWORD)).await.ok(201);
}

#[tokio::test]
async fn every_byte_of_a_long_password_counts_and_one_too_many_is_refused() {
    let program = Program::shared();
    let name = fresh_name("Long");
    let long = "violet tractor under 93 rains! ".repeat(40)[..1023].to_owned();
    let (ours, theirs) = (format!("{long}a"), format!("{long}b"));
    send(&program, signing_up(&name, &format!("{ours}x"))).await.refused(422, "password_too_long");
    send(&program, signing_up(&name, &ours)).await.ok(201);
    send(&program, logging_in(&name, &theirs)).await.refused(401, "wrong_credentials");
    send(&program, logging_in(&name, &long)).await.refused(401, "wrong_credentials");
    send(&program, logging_in(&name, &ours)).await.ok(200);
    let with_nul = fresh_name("Nul");
    send(&program, signing_up(&with_nul, "violet tractor\u{0}under 93 rains")).await.ok(201);
    send(&program, logging_in(&with_nul, "violet tractor\u{0}over 12 suns")).await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let wrong_password = send(&program, logging_in(&ann.name, "not my password at all")).await;
    let wrong_name = send(&program, logging_in(&fresh_name("Nobody"), PASSWORD)).await;
    let no_name = send(&program, logging_in("no\u{202e}name", PASSWORD)).await;
    wrong_password.refused(401, "wrong_credentials");
    for other in [wrong_name, no_name] {
        assert_eq!((other.status, other.text()), (wrong_password.status, wrong_password.text()));
        let names = |answer: &Answer| answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&other), names(&wrong_password));
    }
}

#[tokio::test]
async fn logging_in_works_in_whatever_case_and_me_tells_who_it_is() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let again = Person::log_in(program.server(), &ann.name.to_uppercase(), PASSWORD, true).await;
    assert_eq!(again.id, ann.id);
    let (first, second) = (ann.get("/me").await.ok(200), again.get("/me").await.ok(200));
    assert_eq!(first["user"]["username"], *ann.name);
    assert_ne!(first["session"]["id"], second["session"]["id"]);
    assert_eq!((&first["session"]["keep"], &second["session"]["keep"]), (&json!(false), &json!(true)));
    assert_eq!(first.get("weakPassword"), None);
    let stranger = Request::new("GET", "/api/v1/me").send(program.server().address(), ann.from).await;
    stranger.refused(401, "unauthenticated");
    let forged = Request::new("GET", "/api/v1/me").header("Cookie", "chinwag_session=AAAA");
    forged.send(program.server().address(), ann.from).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn guessing_is_slowed_down_but_never_for_the_browser_that_has_been_here() {
    let program = Program::start(&[]);
    let from = own_address();
    let answer =
        post(program.server(), from, "/api/v1/signup", &json!({"username": "ann", "password": PASSWORD})).await;
    answer.ok(201);
    let device = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let cookies: Vec<_> = device.filter_map(|(_, cookie)| cookie.split(';').next()).collect();
    let mut last = None;
    for _ in 0..8 {
        last = Some(
            post(program.server(), own_address(), "/api/v1/login", &json!({"username": "ann", "password": "guess"}))
                .await,
        );
    }
    let last = last.unwrap();
    last.refused(429, "too_many_attempts");
    assert!(last.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    assert!(last.ok(429)["retryAfterMs"].as_i64().unwrap() > 0);
    let owner = logging_in("ann", PASSWORD).header("Cookie", cookies.join("; "));
    send(&program, owner).await.ok(200);
}

#[tokio::test]
async fn a_profile_is_changed_and_everybody_sees_it() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let mut bob_sees = bob.connect().await;
    let changed =
        ann.patch("/me", json!({"displayName": "Ann Hargreaves", "pronoun": "she", "hue": 145})).await.ok(200);
    assert_eq!(changed["user"]["displayName"], "Ann Hargreaves");
    let told =
        bob_sees.expect_where("user", |frame| frame["user"]["id"] == ann.id && frame["user"]["hue"] == 145).await;
    assert_eq!(told["user"], changed["user"]);
    assert_eq!(told["user"]["pronoun"], "she");
    let changed = ann.patch("/me", json!({"pronoun": ""})).await.ok(200);
    assert_eq!((&changed["user"]["displayName"], changed["user"].get("pronoun")), (&json!("Ann Hargreaves"), None));
    ann.patch("/me", json!({"hue": 361})).await.refused(422, "invalid_field");
    ann.patch("/me", json!({"pronoun": "xe"})).await.refused(422, "invalid_field");
    ann.patch("/me", json!({"displayName": " "})).await.refused(422, "display_name_invalid");
}

#[tokio::test]
async fn those_who_are_here_hear_of_a_new_person_without_asking() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut ann_sees = ann.connect().await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let told = ann_sees.expect_where("user", |frame| frame["user"]["id"] == bob.id).await;
    assert!(int(&told, "peopleRev") > int(&ann_sees.ready, "peopleRev"));
    let page = ann.get(&format!("/users?q={}", bob.name.to_uppercase())).await.ok(200);
    assert_eq!(one(&page, "users", "id", bob.id), &told["user"]);
}

#[tokio::test]
async fn people_are_listed_page_by_page_each_once() {
    let program = Program::start(&[]);
    let mut names: Vec<String> = Vec::new();
    let ann = Person::sign_up_as(program.server(), "ann", PASSWORD).await;
    for n in 2..10 {
        names.push(Person::sign_up_as(program.server(), &format!("Person{n}"), PASSWORD).await.name);
    }
    names.push("ann".to_owned());
    names.sort_by_key(|name| name.to_lowercase());
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = ann.get(&format!("/users?limit=4{after}")).await.ok(200);
        assert_eq!(page["total"], 9);
        assert_eq!(list(&page, "presence").len(), list(&page, "users").len());
        found.extend(list(&page, "users").iter().map(|user| user["username"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(found, names);
}

#[tokio::test]
async fn how_strong_a_password_is_can_be_asked_without_an_account() {
    let program = Program::shared();
    let ask = async |password: &str| {
        let body = json!({"password": password, "username": "ann"});
        send(&program, Request::new("POST", "/api/v1/password-check").json(&body)).await.ok(200)
    };
    let (weak, strong) = (ask("password1").await, ask(PASSWORD).await);
    assert_eq!((&weak["ok"], &strong["ok"]), (&json!(false), &json!(true)));
    assert!(int(&weak, "score") < 3 && int(&strong, "score") >= 3);
    assert!(weak["warning"].is_string() || !list(&weak, "suggestions").is_empty());
}

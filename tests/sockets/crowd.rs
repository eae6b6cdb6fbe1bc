//! Many people, many windows, and one that reads nothing.

use std::time::Duration;

use crate::support::*;

#[tokio::test]
async fn a_client_that_stops_reading_is_cut_off_alone_and_misses_nothing_once_it_is_back() {
    let program = Program::start(&[]);
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let cleo = Person::sign_up(server, "Cleo").await;
    let asked = json!({"kind": "group", "name": "Loud", "members": [bob.id, cleo.id]});
    let group = int(&ann.post("/conversations", asked).await.ok(201)["conversation"], "id");
    let stuck = bob.connect().await;
    let mut cleos = cleo.connect().await;
    let mut anns = Vec::new();
    for _ in 0..8 {
        anns.push(ann.connect().await);
    }
    let text = "long ".repeat(1600);
    let is_over = std::cell::Cell::new(false);
    let sending = anns.iter_mut().map(async |window| {
        for _ in 0..250 {
            window.say(group, &text).await;
        }
        // Whoever has said everything goes on reading: only Bob is stuck.
        while !is_over.get() {
            window.catch_up().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let listening = async {
        let mut heard = 0;
        while heard < 2000 {
            let message = cleos.expect_where("message", |frame| frame["message"]["kind"] == "text").await;
            heard += 1;
            assert_eq!(int(&message["message"], "seq"), int(&message["message"], "rev"));
        }
        is_over.set(true);
    };
    futures_util::future::join(futures_util::future::join_all(sending), listening).await;
    let metrics = Request::new("GET", "/metrics").send(server.address(), ann.from).await.text();
    assert!(metrics.contains("chinwag_connections_cut_total 1\n"), "{metrics}");
    drop(stuck);
    let mut model = Model::default();
    let mut window = bob.connect().await;
    let ready = window.ready.clone();
    model.apply(&bob, &ready);
    model.load(&bob).await.unwrap();
    window.catch_up().await;
    model.assert_equals_the_store(&bob).await;
}

#[tokio::test]
async fn somebody_with_too_many_windows_loses_the_oldest() {
    let program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut windows = Vec::new();
    for _ in 0..65 {
        windows.push(ann.connect().await);
    }
    assert_eq!(windows[0].ended().await, Ended(Some(4002)));
    for window in &mut windows[1..] {
        window.catch_up().await;
    }
}

#[tokio::test]
async fn whoever_comes_back_hears_of_those_who_are_new_or_is_told_to_look_at_the_directory() {
    let program = Program::start(&[]);
    let server = program.server();
    assert!(program.command(&["demo", "--people", "250"], "").status.success());
    let ann = Person::sign_up(server, "Ann").await;
    let bob = Person::sign_up(server, "Bob").await;
    let hello = async |people_rev: i64| {
        let mut window = Socket::open(&ann).await;
        let hello =
            json!({"type": "hello", "accountRev": 0, "peopleRev": people_rev, "conversations": [], "idle": false});
        window.send(&hello).await;
        window.expect("ready").await
    };
    let first = hello(1).await;
    assert_eq!(first["peopleReset"], true);
    assert!(list(&first, "users").len() <= 200 && first.to_string().len() <= 65_536);
    let rev = int(&first, "peopleRev");
    assert!(list(&hello(rev).await, "users").iter().all(|user| user["id"] != bob.id), "nothing new");
    let cleo = Person::sign_up(server, "Cleo").await;
    bob.patch("/me", json!({"displayName": "Robert"})).await.ok(200);
    let news = hello(rev).await;
    one(&news, "users", "id", cleo.id);
    assert_eq!(one(&news, "users", "id", bob.id)["displayName"], "Robert");
    assert_eq!(news.get("peopleReset"), None);
}

#[tokio::test]
async fn a_hundred_people_in_one_group_all_hear_a_burst() {
    let program = Program::start(&[]);
    let server = program.server();
    let mut people = Vec::new();
    for n in 0..100 {
        people.push(Person::sign_up_as(server, &format!("person{n}"), PASSWORD).await);
    }
    let members: Vec<_> = people[1..].iter().map(|person| person.id).collect();
    let asked = json!({"kind": "group", "name": "Everybody", "members": members});
    let made = people[0].post("/conversations", asked).await.ok(201)["conversation"].clone();
    assert_eq!((int(&made, "memberCount"), list(&made, "members").len()), (100, 20));
    let group = int(&made, "id");
    let mut windows = Vec::new();
    for person in &people {
        windows.push(person.connect().await);
    }
    let (speaker, listeners) = windows.split_first_mut().unwrap();
    for n in 0..20 {
        speaker.say(group, &n.to_string()).await;
    }
    for window in listeners {
        for n in 0..20 {
            let told = window.expect_where("message", |frame| frame["message"]["kind"] == "text").await;
            assert_eq!(told["message"]["body"], n.to_string());
        }
    }
}

#[tokio::test]
async fn of_two_edits_at_the_same_moment_one_wins_and_the_other_learns_of_it() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let other = ann.on_another_device().await;
    let (mut one, mut two) = (ann.connect().await, other.connect().await);
    let conversation = int(&one.say_to(&bob, "first").await, "conversation");
    for version in 1..=10 {
        let edit = |body: &str| json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": version, "body": body});
        let both = futures_util::future::join(one.ask(edit("from one")), two.ask(edit("from two"))).await;
        let (won, lost) = if both.0["type"] == "ok" { both } else { (both.1, both.0) };
        assert_eq!((&won["type"], &lost["code"]), (&json!("ok"), &json!("version_conflict")));
        assert_eq!((int(&won, "version"), int(&lost["current"], "version")), (version + 1, version + 1));
    }
}

#[tokio::test]
async fn the_beacon_of_one_of_two_windows_ends_nothing() {
    let program = Program::start(&[("CHINWAG_CLOSING_GRACE", "500ms")]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let (closing, mut stays) = (ann.connect().await, ann.connect().await);
    ann.post("/sessions/closing", json!({})).await.ok(204);
    closing.lose();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    ann.get("/me").await.ok(200);
    stays.catch_up().await;
}

//! One blocks the other: to the other it looks like absence, and what they write is a place without text.

use crate::support::*;

async fn block(who: &Person, other: &Person) {
    let request = who.request("PUT", &format!("/blocks/{}", other.id)).json(&json!({}));
    who.send(request).await.ok(204);
}

async fn unblock(who: &Person, other: &Person) {
    who.delete(&format!("/blocks/{}", other.id)).await.ok(204);
}

fn states_of(page: &Value, user: i64, seq: i64) -> Vec<String> {
    let covers =
        |receipt: &&Value| receipt["user"] == user && (int(receipt, "from")..=int(receipt, "upTo")).contains(&seq);
    list(page, "receipts").iter().filter(covers).map(|receipt| receipt["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn whoever_is_blocked_sees_somebody_who_is_away_for_good() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let mut tablet = bob.connect().await;
    let first = anns.say_to(&bob, "hello").await;
    let (place, seq) = (int(&first, "conversation"), int(&first, "seq"));
    bobs.expect("message").await;
    bobs.confirm("read", place, seq).await;
    anns.expect_where("receipt", |frame| frame["receipt"]["kind"] == "read").await;
    anns.expect_presence(&bob, "online").await;

    block(&bob, &ann).await;
    for window in [&mut bobs, &mut tablet] {
        let told = window.expect("block").await;
        assert_eq!((int(&told, "user"), &told["blocked"]), (ann.id, &json!(true)));
    }
    anns.expect_presence(&bob, "unknown").await;
    bobs.forget().await;
    anns.forget().await;
    let (path, page) = (format!("/conversations/{place}/messages"), format!("/conversations/{place}"));
    let second = anns.say(place, "are you there?").await;
    let told = bobs.expect("message").await["message"].clone();
    assert_eq!((&told["withheld"], &told["body"], &told["seq"]), (&json!(true), &json!(""), &second["seq"]));
    let before = (ann.get(&page).await.ok(200), ann.get(&path).await.ok(200));
    bobs.confirm("read", place, int(&second, "seq")).await;
    bobs.ask_ok(json!({"type": "typing", "conversation": place, "on": true})).await;
    anns.ask_ok(json!({"type": "typing", "conversation": place, "on": true})).await;
    for kind in ["receipt", "typing", "late", "block", "presence"] {
        anns.expect_none(kind).await;
    }
    bobs.expect_none("typing").await;
    assert_eq!((ann.get(&page).await.ok(200), ann.get(&path).await.ok(200)), before, "not even a revision moved");
    let people = ann.get(&format!("/users?q={}", bob.name)).await.ok(200);
    assert_eq!(*one(&people, "presence", "user", bob.id), json!({"user": bob.id, "state": "unknown"}));

    let view = bob.get(&page).await.ok(200)["conversation"].clone();
    assert_eq!((int(&view, "unread"), &view["lastMessage"]["body"]), (0, &json!("hello")));
    let blocked = bob.get("/blocks").await.ok(200);
    assert_eq!(list(&blocked, "users").iter().map(|user| int(user, "id")).collect::<Vec<_>>(), [ann.id]);
    assert_eq!(bob.connect().await.ready["blocked"], json!([ann.id]));
    assert_eq!(ann.connect().await.ready["blocked"], json!([]));

    unblock(&bob, &ann).await;
    assert_eq!(bobs.expect("block").await["blocked"], false);
    anns.expect_presence(&bob, "online").await;
    let third = anns.say(place, "now?").await;
    bobs.expect_where("message", |frame| frame["message"]["body"] == "now?").await;
    bobs.confirm("read", place, int(&third, "seq")).await;
    anns.expect_where("receipt", |frame| frame["receipt"]["kind"] == "read").await;
    let page = ann.get(&path).await.ok(200);
    assert_eq!(states_of(&page, bob.id, int(&third, "seq")), ["delivered", "read"]);
    assert!(states_of(&page, bob.id, int(&second, "seq")).is_empty(), "withheld for ever, and stored for ever");
    let bodies: Vec<Value> = bob.whole_history(place).await.iter().map(|message| message["body"].clone()).collect();
    assert_eq!(bodies, [json!("hello"), json!(""), json!("now?")]);
}

#[tokio::test]
async fn a_list_tells_its_blocker_nothing_of_what_is_withheld() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let cleo = Person::sign_up(server, "Cleo").await;
    let (mut anns, mut cleos) = (ann.connect().await, cleo.connect().await);
    let with_ann = int(&anns.say_to(&bob, "hello").await, "conversation");
    let with_cleo = int(&cleos.say_to(&bob, "good morning").await, "conversation");
    block(&bob, &ann).await;
    let list = bob.get("/conversations").await.ok(200)["conversations"].clone();
    anns.say(with_ann, "are you there?").await;
    let after = bob.get("/conversations").await.ok(200)["conversations"].clone();
    for (at, place) in [with_cleo, with_ann].into_iter().enumerate() {
        assert_eq!(int(&after[at], "id"), place);
        for field in ["lastMessage", "lastAt", "unread"] {
            assert_eq!(after[at][field], list[at][field], "{field}");
        }
    }
    let resumed = bob.connect().await.ready["conversations"].clone();
    assert_eq!(resumed[1]["lastAt"], list[1]["lastAt"], "nor does a window that opens now");
    anns.say_to(&cleo, "lunch?").await;
    anns.say(with_ann, "hello?").await;
    let anns_list = ann.get("/conversations").await.ok(200)["conversations"].clone();
    assert_eq!((int(&anns_list[0], "id"), &anns_list[0]["lastMessage"]["body"]), (with_ann, &json!("hello?")));
}

#[tokio::test]
async fn in_a_group_both_read_everything_and_hear_nothing_of_each_other() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let cleo = Person::sign_up(server, "Cleo").await;
    let asked = json!({"kind": "group", "name": "Choir", "members": [bob.id, cleo.id]});
    let group = int(&ann.post("/conversations", asked).await.ok(201)["conversation"], "id");
    block(&bob, &ann).await;
    let (mut anns, mut bobs, mut cleos) = (ann.connect().await, bob.connect().await, cleo.connect().await);
    let seq = int(&anns.say(group, "rehearsal at six").await, "seq");
    let told = bobs.expect("message").await["message"].clone();
    assert_eq!((&told["body"], told.get("withheld")), (&json!("rehearsal at six"), None));
    bobs.ask_ok(json!({"type": "typing", "conversation": group, "on": true})).await;
    cleos.expect("typing").await;
    bobs.confirm("read", group, seq).await;
    cleos.confirm("read", group, seq).await;
    anns.expect_where("receipt", |frame| frame["receipt"]["user"] == cleo.id).await;
    anns.expect_none_where("receipt", |frame| frame["receipt"]["user"] == bob.id).await;
    anns.expect_none("typing").await;
    let page = ann.get(&format!("/conversations/{group}/messages")).await.ok(200);
    assert!(states_of(&page, bob.id, seq).is_empty());
    assert_eq!(states_of(&page, cleo.id, seq), ["delivered", "read"]);
}

//! Read receipts switched off: nobody is told what one reads, and one is not told what others read; live, resumed and
//! loaded over HTTP alike.

use crate::support::*;

/// Switches read receipts on or off and waits until each window knows.
async fn choose(who: &Person, are_on: bool, windows: &mut [&mut Socket]) {
    let answer = who.patch("/me", json!({"readReceipts": are_on})).await.ok(200);
    assert_eq!(answer["readReceipts"], are_on);
    for window in windows {
        assert_eq!(window.expect("account").await["readReceipts"], are_on);
    }
}

fn kinds_that_cover(receipts: &[Value], user: i64, seq: i64) -> Vec<String> {
    let covers =
        |receipt: &&Value| receipt["user"] == user && (int(receipt, "from")..=int(receipt, "upTo")).contains(&seq);
    let mut kinds: Vec<String> =
        receipts.iter().filter(covers).map(|receipt| receipt["kind"].as_str().unwrap().to_owned()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What a viewer is told of a message's way to `user`, the same by page, by `changes` and by a device that was away.
async fn told(viewer: &Person, place: i64, user: &Person, seq: i64) -> Vec<String> {
    let page = viewer.get(&format!("/conversations/{place}/messages")).await.ok(200);
    let kinds = kinds_that_cover(list(&page, "receipts"), user.id, seq);
    let run = viewer.get(&format!("/conversations/{place}/changes?after=0")).await.ok(200);
    assert_eq!(kinds_that_cover(list(&run, "receipts"), user.id, seq), kinds);
    let mut back = viewer.connect_holding(&[(place, 0)]).await;
    let resumed = back.expect_where("changes", |frame| frame["conversation"] == place).await;
    assert_eq!(kinds_that_cover(list(&resumed, "receipts"), user.id, seq), kinds);
    kinds
}

fn is_read(frame: &Value) -> bool {
    frame["receipt"]["kind"] == "read"
}

#[tokio::test]
async fn whoever_hides_what_they_read_looks_like_somebody_who_has_not_read_it_yet() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let (mut anns, mut bobs, mut tablet) = (ann.connect().await, bob.connect().await, bob.connect().await);
    assert_eq!(bobs.ready["readReceipts"], true);
    let first = anns.say_to(&bob, "before").await;
    let (place, first) = (int(&first, "conversation"), int(&first, "seq"));
    bobs.confirm("read", place, first).await;
    anns.expect_where("receipt", is_read).await;

    anns.forget().await;
    choose(&bob, false, &mut [&mut bobs, &mut tablet]).await;
    let second = int(&anns.say(place, "meanwhile").await, "seq");
    bobs.confirm("delivered", place, second).await;
    anns.expect_where("receipt", |frame| frame["receipt"]["upTo"] == second).await;
    let path = format!("/conversations/{place}");
    let before = ann.get(&path).await.ok(200);
    bobs.confirm("read", place, second).await;
    let moved = tablet.expect_where("cursor", |frame| frame["cursor"] == second).await;
    assert_eq!(moved["unread"], 0, "one's own devices agree on what is unread");
    for kind in ["receipt", "account"] {
        anns.expect_none(kind).await;
    }
    // Of others who sign up meanwhile she does hear.
    anns.expect_none_where("user", |frame| frame["user"]["id"] == bob.id).await;
    assert_eq!(ann.get(&path).await.ok(200), before, "not even a revision moved");
    assert_eq!(told(&ann, place, &bob, first).await, ["delivered", "read"], "told is told");
    assert_eq!(told(&ann, place, &bob, second).await, ["delivered"]);
    let back = bob.connect().await.ready;
    let view = one(&back, "conversations", "id", place);
    assert_eq!((&back["readReceipts"], int(view, "readUpTo"), int(view, "unread")), (&json!(false), second, 0));

    choose(&bob, true, &mut [&mut bobs, &mut tablet]).await;
    assert_eq!(told(&ann, place, &bob, second).await, ["delivered"], "switching on tells nothing yet");
    let third = int(&anns.say(place, "after").await, "seq");
    bobs.confirm("read", place, third).await;
    let read = anns.expect_where("receipt", is_read).await["receipt"].clone();
    assert_eq!((int(&read, "from"), int(&read, "upTo")), (second, third));
    assert_eq!(told(&ann, place, &bob, second).await, ["delivered", "read"]);
}

#[tokio::test]
async fn in_a_group_whoever_hides_what_they_read_is_not_told_what_others_read() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let cleo = Person::sign_up(server, "Cleo").await;
    let asked = json!({"kind": "group", "name": "Choir", "members": [bob.id, cleo.id]});
    let group = int(&ann.post("/conversations", asked).await.ok(201)["conversation"], "id");
    let (mut anns, mut bobs, mut cleos) = (ann.connect().await, bob.connect().await, cleo.connect().await);
    choose(&bob, false, &mut [&mut bobs]).await;
    let own = int(&anns.say(group, "from ann").await, "seq");
    let bobs_own = int(&bobs.say(group, "from bob").await, "seq");
    cleos.confirm("read", group, bobs_own).await;
    anns.expect_where("receipt", is_read).await;
    bobs.expect_where("receipt", |frame| frame["receipt"]["kind"] == "delivered").await;
    bobs.expect_none_where("receipt", is_read).await;
    bobs.confirm("read", group, bobs_own).await;
    anns.expect_where("receipt", |frame| frame["receipt"]["user"] == bob.id && !is_read(frame)).await;
    anns.expect_none_where("receipt", |frame| frame["receipt"]["user"] == bob.id && is_read(frame)).await;
    assert_eq!(told(&ann, group, &cleo, own).await, ["delivered", "read"]);
    assert_eq!(told(&ann, group, &bob, own).await, ["delivered"]);
    assert_eq!(told(&bob, group, &cleo, bobs_own).await, ["delivered"]);
    choose(&bob, true, &mut [&mut bobs]).await;
    assert_eq!(told(&bob, group, &cleo, bobs_own).await, ["delivered"], "what was read meanwhile is never told");
}

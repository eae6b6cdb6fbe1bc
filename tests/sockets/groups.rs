//! Conversations of more than two.

use crate::support::*;

#[tokio::test]
async fn a_group_is_made_and_everybody_in_it_hears_what_is_said() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob, cleo, dan) = (
        Person::sign_up(server, "Ann").await,
        Person::sign_up(server, "Bob").await,
        Person::sign_up(server, "Cleo").await,
        Person::sign_up(server, "Dan").await,
    );
    let (mut anns, mut bobs, mut cleos, mut dans) =
        (ann.connect().await, bob.connect().await, cleo.connect().await, dan.connect().await);
    let asked = json!({"kind": "group", "name": "Sunday walks", "members": [bob.id, cleo.id]});
    let made = ann.post("/conversations", asked).await.ok(201);
    let view = &made["conversation"];
    let group = int(view, "id");
    assert_eq!((&view["kind"], &view["name"], int(view, "memberCount")), (&json!("group"), &json!("Sunday walks"), 3));
    assert_eq!(one(view, "members", "user", ann.id)["role"], "owner");
    assert_eq!(one(view, "members", "user", bob.id)["role"], "member");
    for window in [&mut anns, &mut bobs, &mut cleos] {
        assert_eq!(window.expect("conversation").await["conversation"]["id"], group);
    }
    let stored = bobs.say(group, "who is coming?").await;
    for window in [&mut anns, &mut cleos] {
        let told = window.expect_where("message", |frame| frame["message"]["kind"] == "text").await;
        assert_eq!((&told["message"]["seq"], int(&told["message"], "sender")), (&stored["seq"], bob.id));
    }
    let seq = int(&stored, "seq");
    anns.confirm("delivered", group, seq).await;
    cleos.confirm("read", group, seq).await;
    bobs.expect_where("receipt", |frame| frame["receipt"]["user"] == ann.id).await;
    bobs.expect_where("receipt", |frame| frame["receipt"]["user"] == cleo.id && frame["receipt"]["kind"] == "read")
        .await;
    dans.expect_none("message").await;
    dans.expect_none("conversation").await;
    dan.get(&format!("/conversations/{group}")).await.refused(404, "not_found");
    let frame = json!({"type": "message.send", "clientId": client_id(), "conversation": group, "body": "me!"});
    dans.ask_refused(frame, "not_found").await;
    for person in [&ann, &bob, &cleo] {
        let history = person.whole_history(group).await;
        let seqs: Vec<_> = history.iter().map(|message| int(message, "seq")).collect();
        assert_eq!(seqs, (1..=seq).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_group_that_cannot_be_is_refused() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let group = |name: &str, members: Value| json!({"kind": "group", "name": name, "members": members});
    ann.post("/conversations", group("", json!([]))).await.refused(422, "invalid_field");
    ann.post("/conversations", group(&"x".repeat(1000), json!([]))).await.refused(422, "invalid_field");
    ann.post("/conversations", group("Ghosts", json!([999_999_999]))).await.refused(404, "not_found");
    ann.post("/conversations", group("Who", json!(["bob"]))).await.refused(422, "invalid_field");
    ann.post("/conversations", json!({"kind": "direct", "user": 999_999_999})).await.refused(404, "not_found");
    assert!(list(&ann.get("/conversations").await.ok(200), "conversations").is_empty());
}

#[tokio::test]
async fn system_lines_are_not_unread_and_late_is_counted_for_groups_too() {
    let program = Program::shared_with(&[("CHINWAG_PRESENCE_GRACE", "200ms")]);
    let server = program.server();
    let (ann, bob, cleo) = (
        Person::sign_up(server, "Ann").await,
        Person::sign_up(server, "Bob").await,
        Person::sign_up(server, "Cleo").await,
    );
    let asked = json!({"kind": "group", "name": "Choir", "members": [bob.id, cleo.id]});
    let group = int(&ann.post("/conversations", asked).await.ok(201)["conversation"], "id");
    let bobs = bob.connect().await;
    assert_eq!(int(&bobs.ready, "unreadTotal"), 0, "{}", bobs.ready);
    let mut anns = ann.connect().await;
    anns.expect_presence(&bob, "online").await;
    bobs.lose();
    let since = int(&anns.expect_presence(&bob, "offline").await, "lastSeen");
    let mut cleos = cleo.connect().await;
    anns.say(group, "one").await;
    cleos.say(group, "two").await;
    let last = int(&anns.say(group, "three").await, "seq");
    let mut bobs = bob.connect().await;
    assert_eq!(int(&bobs.ready, "unreadTotal"), 3);
    bobs.confirm("delivered", group, last).await;
    let (to_ann, to_cleo) = (anns.expect("late").await["late"].clone(), cleos.expect("late").await["late"].clone());
    assert_eq!((int(&to_ann, "count"), int(&to_cleo, "count")), (2, 1));
    assert_eq!((int(&to_ann, "offlineSince"), int(&to_ann, "user")), (since, bob.id));
}

//! One mutes a conversation: on all of their devices, for as long as they said, and nobody else notices.

use crate::support::*;

#[tokio::test]
async fn a_mute_reaches_all_of_ones_devices_and_nobody_else() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let place = ann.conversation_with(&bob).await;
    let path = format!("/conversations/{place}/mute");
    let ann_too = ann.on_another_device().await;
    let (mut anns, mut other, mut bobs) = (ann.connect().await, ann_too.connect().await, bob.connect().await);
    ann.send(ann.request("PUT", &path).json(&json!({"until": 9_000_000_000_000_i64}))).await.ok(204);
    for window in [&mut anns, &mut other] {
        let told = window.expect("mute").await;
        assert_eq!((int(&told, "conversation"), &told["muted"]), (place, &json!({"until": 9_000_000_000_000_i64})));
        assert!(int(&told, "accountRev") > int(&window.ready, "accountRev"));
    }
    ann.send(ann.request("PUT", &path).json(&json!({}))).await.ok(204);
    assert_eq!(other.expect("mute").await["muted"], json!({}));
    bobs.say(place, "are you there?").await;
    anns.expect("message").await;
    let view = one(&ann.connect().await.ready, "conversations", "id", place).clone();
    assert_eq!((&view["muted"], int(&view, "unread")), (&json!({}), 1), "what comes is counted as ever");
    ann.delete(&path).await.ok(204);
    assert_eq!(other.expect_where("mute", |frame| frame.get("muted").is_none()).await["conversation"], place);
    ann.delete(&path).await.ok(204);
    bobs.expect_none("mute").await;
    assert_eq!(one(&bob.connect().await.ready, "conversations", "id", place).get("muted"), None);
}

#[tokio::test]
async fn a_mute_survives_kill_9_and_is_refused_to_strangers() {
    let mut program = Program::start(&[]);
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let eve = Person::sign_up(program.server(), "Eve").await;
    let place = ann.conversation_with(&bob).await;
    let path = format!("/conversations/{place}/mute");
    ann.send(ann.request("PUT", &path).json(&json!({}))).await.ok(204);
    program.kill();
    program.again();
    assert_eq!(one(&ann.connect().await.ready, "conversations", "id", place)["muted"], json!({}));
    eve.send(eve.request("PUT", &path).json(&json!({}))).await.refused(404, "not_found");
    eve.delete(&path).await.refused(404, "not_found");
    for until in [json!(-1), json!("tomorrow"), json!(1.5), json!(null)] {
        ann.send(ann.request("PUT", &path).json(&json!({"until": until}))).await.refused(422, "invalid_field");
    }
}

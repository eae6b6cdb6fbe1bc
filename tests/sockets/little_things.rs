//! Typing, drafts and the unread cursor.

use crate::support::*;

async fn two(program: &Program) -> (Person, Person) {
    (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await)
}

#[tokio::test]
async fn typing_is_shown_to_the_others_and_ends_with_the_message_or_by_itself() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let conversation = ann.conversation_with(&bob).await;
    let ann_too = ann.on_another_device().await;
    let (mut anns, mut anns_other, mut bobs) = (ann.connect().await, ann_too.connect().await, bob.connect().await);
    let typing = |on: bool| json!({"type": "typing", "conversation": conversation, "on": on});
    anns.ask_ok(typing(true)).await;
    let shown = bobs.expect("typing").await;
    assert_eq!((int(&shown, "conversation"), int(&shown, "user"), &shown["on"]), (conversation, ann.id, &json!(true)));
    anns.ask_ok(typing(false)).await;
    assert_eq!(bobs.expect("typing").await["on"], false);
    anns.ask_ok(typing(true)).await;
    assert_eq!(bobs.expect("typing").await["on"], true);
    anns.say(conversation, "there").await;
    assert_eq!(bobs.expect("typing").await["on"], false);
    anns.ask_ok(typing(true)).await;
    assert_eq!(bobs.expect("typing").await["on"], true);
    assert_eq!(bobs.expect("typing").await["on"], false, "after five seconds");
    anns.expect_none("typing").await;
    anns_other.expect_none("typing").await;
}

#[tokio::test]
async fn typing_ends_when_the_window_goes() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let conversation = ann.conversation_with(&bob).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    anns.ask_ok(json!({"type": "typing", "conversation": conversation, "on": true})).await;
    assert_eq!(bobs.expect("typing").await["on"], true);
    anns.close(1001).await;
    assert_eq!(bobs.expect("typing").await["on"], false);
}

#[tokio::test]
async fn a_draft_follows_its_writer_to_other_devices_and_a_conflict_keeps_both_texts() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let conversation = ann.conversation_with(&bob).await;
    let ann_too = ann.on_another_device().await;
    let (mut one_window, mut other, mut bobs) = (ann.connect().await, ann_too.connect().await, bob.connect().await);
    let draft = |text: &str, version: i64| json!({"type": "draft.set", "conversation": conversation, "text": text, "version": version});
    let first = int(&one_window.ask_ok(draft(" half a tho", 0)).await, "version");
    assert_eq!(first, 1);
    let told = other.expect("draft").await;
    assert_eq!(
        (int(&told, "conversation"), &told["draft"]["text"], int(&told["draft"], "version")),
        (conversation, &json!(" half a tho"), first)
    );
    assert!(int(&told, "accountRev") > int(&other.ready, "accountRev"));
    let refused = other.ask_refused(draft("another thought", 0), "draft_conflict").await;
    assert_eq!((&refused["draft"]["text"], int(&refused["draft"], "version")), (&json!(" half a tho"), first));
    let second = int(&other.ask_ok(draft("both thoughts", first)).await, "version");
    assert!(second > first);
    assert_eq!(one_window.expect("draft").await["draft"]["text"], "both thoughts");
    let view = ann.get(&format!("/conversations/{conversation}")).await.ok(200)["conversation"].clone();
    assert_eq!(view["draft"]["text"], "both thoughts");
    assert_eq!(one(&ann.connect().await.ready, "conversations", "id", conversation)["draft"], view["draft"]);
    let cleared = int(&one_window.ask_ok(draft("", second)).await, "version");
    assert_eq!(other.expect("draft").await.get("draft"), None);
    let refused = other.ask_refused(draft("late", second), "draft_conflict").await;
    assert_eq!(refused.get("draft"), None, "cleared meanwhile: {refused}");
    other.ask_ok(draft("anew", cleared)).await;
    bobs.expect_none("draft").await;
    assert_eq!(one(&bob.connect().await.ready, "conversations", "id", conversation).get("draft"), None);
}

#[tokio::test]
async fn drafts_and_cursors_survive_kill_9() {
    let mut program = Program::start(&[]);
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = int(&bobs.say_to(&ann, "one").await, "conversation");
    bobs.say(conversation, "two").await;
    anns.ask_ok(json!({"type": "draft.set", "conversation": conversation, "text": "dear", "version": 0})).await;
    anns.confirm("read", conversation, 2).await;
    anns.ask_ok(json!({"type": "cursor.set", "conversation": conversation, "seq": 1})).await;
    program.kill();
    program.again();
    let ready = ann.connect().await.ready;
    let view = one(&ready, "conversations", "id", conversation);
    assert_eq!((&view["draft"]["text"], int(view, "cursor"), int(view, "unread")), (&json!("dear"), 1, 1));
    assert_eq!((int(view, "readUpTo"), int(view, "deliveredUpTo")), (2, 2));
}

#[tokio::test]
async fn unread_is_exact_on_every_device_and_marking_unread_tells_nobody_else() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let ann_too = ann.on_another_device().await;
    let (mut anns, mut other, mut bobs) = (ann.connect().await, ann_too.connect().await, bob.connect().await);
    let conversation = int(&bobs.say_to(&ann, "1").await, "conversation");
    for n in 2..=5 {
        bobs.say(conversation, &n.to_string()).await;
    }
    anns.confirm("read", conversation, 3).await;
    for window in [&mut anns, &mut other] {
        let cursor = window.expect("cursor").await;
        assert_eq!(
            (int(&cursor, "conversation"), int(&cursor, "cursor"), int(&cursor, "unread")),
            (conversation, 3, 2)
        );
    }
    bobs.forget().await;
    anns.ask_ok(json!({"type": "cursor.set", "conversation": conversation, "seq": 1})).await;
    for window in [&mut anns, &mut other] {
        let cursor = window.expect("cursor").await;
        assert_eq!((int(&cursor, "cursor"), int(&cursor, "unread")), (1, 4));
    }
    bobs.expect_none("receipt").await;
    let view = one(&ann.connect().await.ready, "conversations", "id", conversation).clone();
    assert_eq!((int(&view, "cursor"), int(&view, "unread"), int(&view, "readUpTo")), (1, 4, 3));
    anns.confirm("read", conversation, 5).await;
    assert_eq!(int(&other.expect("cursor").await, "unread"), 0);
    // What one writes oneself is not unread.
    anns.say(conversation, "6").await;
    let beyond = json!({"type": "cursor.set", "conversation": conversation, "seq": 99});
    anns.ask_refused(beyond, "receipt_beyond_head").await;
    assert_eq!(int(&ann.connect().await.ready, "unreadTotal"), 0);
}

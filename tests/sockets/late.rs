//! The heart of it: messages to somebody who was away are delivered when they come back, and their sender is told.

use crate::support::*;

/// For tests in which somebody goes away without a word.
const SHORT_GRACE: (&str, &str) = ("CHINWAG_PRESENCE_GRACE", "200ms");

async fn two(program: &Program) -> (Person, Person) {
    (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await)
}

/// Bob was here, went away without a word, and Ann has seen it. Since when.
async fn goes_away(person: &Person, watcher: &mut Socket) -> i64 {
    let window = person.connect().await;
    watcher.expect_presence(person, "online").await;
    window.lose();
    int(&watcher.expect_presence(person, "offline").await, "lastSeen")
}

async fn three_messages(sender: &mut Socket, to: &Person) -> (i64, i64) {
    let first = sender.say_to(to, "one").await;
    let conversation = int(&first, "conversation");
    sender.say(conversation, "two").await;
    sender.say(conversation, "three").await;
    (conversation, int(&first, "at"))
}

#[tokio::test]
async fn a_sender_who_is_here_is_told_at_once_that_and_when_it_was_delivered_late() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let away_since = goes_away(&bob, &mut anns).await;
    let (conversation, oldest_at) = three_messages(&mut anns, &bob).await;
    anns.expect_none("receipt").await;

    let mut bobs = bob.connect().await;
    assert_eq!(int(one(&bobs.ready, "conversations", "id", conversation), "unread"), 3);
    let back_at = int(&bobs.ready, "serverTime");
    anns.say(conversation, "four, while he is here").await;
    bobs.confirm("delivered", conversation, 4).await;

    let late_part = anns.expect("receipt").await["receipt"].clone();
    assert_eq!((int(&late_part, "from"), int(&late_part, "upTo"), &late_part["kind"]), (1, 3, &json!("delivered")));
    assert_eq!(int(&late_part, "since"), away_since);
    let timely = anns.expect("receipt").await["receipt"].clone();
    assert_eq!((int(&timely, "from"), int(&timely, "upTo"), timely.get("since")), (4, 4, None));
    let late = anns.expect("late").await["late"].clone();
    assert_eq!((int(&late, "conversation"), int(&late, "user"), int(&late, "count")), (conversation, bob.id, 3));
    assert_eq!(
        (int(&late, "offlineSince"), int(&late, "oldestAt"), int(&late, "afterSeq")),
        (away_since, oldest_at, 3)
    );
    assert!((oldest_at..=back_at).contains(&int(&late, "at")), "{late} but back at {back_at}");
    bobs.expect_none("late").await;

    let page = ann.get(&format!("/conversations/{conversation}/messages")).await.ok(200);
    assert_eq!(list(&page, "late"), [late]);
    let receipts = list(&page, "receipts");
    assert!(receipts.contains(&late_part) && receipts.contains(&timely), "{page}");
    let bobs_page = bob.get(&format!("/conversations/{conversation}/messages")).await.ok(200);
    assert!(list(&bobs_page, "late").is_empty(), "notices are the sender's");
}

#[tokio::test]
async fn the_notice_grows_as_confirmations_arrive_and_stays_one_notice() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    goes_away(&bob, &mut anns).await;
    let (conversation, _) = three_messages(&mut anns, &bob).await;
    let mut bobs = bob.connect().await;
    bobs.confirm("delivered", conversation, 1).await;
    let first = anns.expect("late").await["late"].clone();
    bobs.confirm("delivered", conversation, 3).await;
    let second = anns.expect("late").await["late"].clone();
    assert_eq!((int(&first, "count"), int(&second, "count")), (1, 3));
    for field in ["id", "at", "offlineSince", "afterSeq", "oldestAt"] {
        assert_eq!(first[field], second[field], "{field}");
    }
}

#[tokio::test]
async fn a_sender_who_is_away_too_is_told_at_their_own_next_log_in_until_they_have_seen_it() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let away_since = goes_away(&bob, &mut anns).await;
    let (conversation, oldest_at) = three_messages(&mut anns, &bob).await;
    ann.post("/logout", json!({})).await.ok(204);
    let mut bobs = bob.connect().await;
    bobs.confirm("read", conversation, 3).await;

    let (ann, ann_too) = (ann.on_another_device().await, ann.on_another_device().await);
    let (mut one_window, mut other_window) = (ann.connect().await, ann_too.connect().await);
    for window in [&one_window, &other_window] {
        let late = &list(&window.ready, "late")[0];
        assert_eq!((int(late, "user"), int(late, "count"), int(late, "conversation")), (bob.id, 3, conversation));
        assert_eq!((int(late, "offlineSince"), int(late, "oldestAt")), (away_since, oldest_at));
    }
    let id = int(&list(&one_window.ready, "late")[0], "id");
    bobs.ask_ok(json!({"type": "late.seen", "ids": [id]})).await;
    assert_eq!(list(&ann.connect().await.ready, "late").len(), 1, "nobody else sees it away");
    one_window.ask_ok(json!({"type": "late.seen", "ids": [id, 999_999]})).await;
    assert_eq!(other_window.expect("late.seen").await["ids"], json!([id]));
    assert!(list(&ann.connect().await.ready, "late").is_empty());
    let page = ann.get(&format!("/conversations/{conversation}/messages")).await.ok(200);
    assert_eq!(int(&list(&page, "late")[0], "id"), id, "the line in the history stays");
}

#[tokio::test]
async fn restarts_in_between_lose_neither_the_messages_nor_the_notice() {
    let mut program = Program::start(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let away_since = goes_away(&bob, &mut anns).await;
    let (conversation, _) = three_messages(&mut anns, &bob).await;
    program.kill();
    program.again();
    let mut bobs = bob.connect().await;
    assert_eq!(int(one(&bobs.ready, "conversations", "id", conversation), "unread"), 3);
    bobs.confirm("delivered", conversation, 2).await;
    program.kill();
    program.again();
    let mut bobs = bob.connect().await;
    bobs.confirm("delivered", conversation, 3).await;
    let anns = ann.connect().await;
    let notices = list(&anns.ready, "late");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!((int(&notices[0], "count"), int(&notices[0], "offlineSince")), (3, away_since));
    let page = ann.get(&format!("/conversations/{conversation}/messages")).await.ok(200);
    for receipt in list(&page, "receipts").iter().filter(|receipt| receipt["user"] == bob.id) {
        assert_eq!(int(receipt, "since"), away_since, "{receipt}");
    }
}

#[tokio::test]
async fn somebody_with_three_devices_gets_it_once() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    goes_away(&bob, &mut anns).await;
    let (conversation, _) = three_messages(&mut anns, &bob).await;
    let (other, third) = (bob.on_another_device().await, bob.on_another_device().await);
    let (mut one, mut two, mut three) = (bob.connect().await, other.connect().await, third.connect().await);
    anns.forget().await;
    for device in [&mut one, &mut two, &mut three] {
        device.confirm("delivered", conversation, 3).await;
    }
    assert_eq!(anns.expect("late").await["late"]["count"], 3);
    anns.expect("receipt").await;
    anns.expect_none("receipt").await;
    anns.expect_none("late").await;
    // Bob's own other devices hear how far he is.
    for device in [&mut two, &mut three] {
        assert_eq!(device.expect("receipt").await["receipt"]["upTo"], 3);
    }
}

#[tokio::test]
async fn what_was_sent_into_a_socket_that_only_looked_alive_is_late_too() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let (mut anns, bobs) = (ann.connect().await, bob.connect().await);
    anns.expect_presence(&bob, "online").await;
    // He is shown as online and his socket takes it, but no client of his ever says so.
    let stored = anns.say_to(&bob, "are you there?").await;
    let conversation = int(&stored, "conversation");
    anns.expect_none("receipt").await;
    bobs.lose();
    let since = int(&anns.expect_presence(&bob, "offline").await, "lastSeen");
    assert!(since >= int(&stored, "at"), "it was sent before he was away");
    bob.connect().await.confirm("delivered", conversation, 1).await;
    assert_eq!(int(&anns.expect("receipt").await["receipt"], "since"), since);
    assert_eq!(anns.expect("late").await["late"]["count"], 1);
}

#[tokio::test]
async fn what_was_sent_into_the_grace_is_late_if_nobody_came_back_in_time() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let (mut anns, bobs) = (ann.connect().await, bob.connect().await);
    anns.expect_presence(&bob, "online").await;
    bobs.lose();
    let conversation = int(&anns.say_to(&bob, "into the dead socket").await, "conversation");
    let since = int(&anns.expect_presence(&bob, "offline").await, "lastSeen");
    bob.connect().await.confirm("delivered", conversation, 1).await;
    assert_eq!(int(&anns.expect("receipt").await["receipt"], "since"), since);
    assert_eq!(anns.expect("late").await["late"]["count"], 1);
}

#[tokio::test]
async fn a_reload_within_the_grace_makes_nothing_late() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, bobs) = (ann.connect().await, bob.connect().await);
    bobs.lose();
    let conversation = int(&anns.say_to(&bob, "during the reload").await, "conversation");
    bob.connect().await.confirm("delivered", conversation, 1).await;
    assert_eq!(anns.expect("receipt").await["receipt"].get("since"), None);
    anns.expect_none("late").await;
}

#[tokio::test]
async fn a_return_across_a_restart_is_none_if_it_comes_in_time() {
    let mut program = Program::start(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let _windows = (ann.connect().await, bob.connect().await);
    // Their presence is stored before this.
    let conversation = ann.conversation_with(&bob).await;
    program.kill();
    program.again();
    let mut anns = ann.connect().await;
    assert_eq!(one(&anns.ready, "presence", "user", bob.id)["state"], "online", "shown so for a while");
    anns.say(conversation, "while he is on his way back").await;
    bob.connect().await.confirm("delivered", conversation, 1).await;
    assert_eq!(anns.expect("receipt").await["receipt"].get("since"), None);
    anns.expect_none("late").await;
}

#[tokio::test]
async fn whoever_is_not_back_in_time_after_a_restart_was_away() {
    let mut program = Program::start(&[("CHINWAG_RESTART_GRACE", "1s"), SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let _windows = (ann.connect().await, bob.connect().await);
    let conversation = ann.conversation_with(&bob).await;
    program.kill();
    program.again();
    let mut anns = ann.connect().await;
    anns.say(conversation, "are you there?").await;
    let since = int(&anns.expect_presence(&bob, "offline").await, "lastSeen");
    bob.connect().await.confirm("delivered", conversation, 1).await;
    assert_eq!(int(&anns.expect("receipt").await["receipt"], "since"), since);
    assert_eq!(anns.expect("late").await["late"]["count"], 1);
}

#[tokio::test]
async fn each_sender_has_a_notice_of_their_own() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let cleo = Person::sign_up(program.server(), "Cleo").await;
    let (mut anns, mut cleos) = (ann.connect().await, cleo.connect().await);
    goes_away(&bob, &mut anns).await;
    let (with_ann, _) = three_messages(&mut anns, &bob).await;
    let with_cleo = int(&cleos.say_to(&bob, "only one").await, "conversation");
    let mut bobs = bob.connect().await;
    bobs.confirm("delivered", with_ann, 3).await;
    bobs.confirm("delivered", with_cleo, 1).await;
    assert_eq!(anns.expect("late").await["late"]["count"], 3);
    assert_eq!(cleos.expect("late").await["late"]["count"], 1);
    anns.expect_none("late").await;
}

#[tokio::test]
async fn in_a_group_each_sender_is_told_of_their_own_once_on_each_of_their_devices() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let cleo = Person::sign_up(program.server(), "Cleo").await;
    let (anns_other, cleos_other) = (ann.on_another_device().await, cleo.on_another_device().await);
    let made = ann.post("/conversations", json!({"kind": "group", "name": "All", "members": [bob.id, cleo.id]})).await;
    let group = int(&made.ok(201)["conversation"], "id");
    let mut anns = [ann.connect().await, anns_other.connect().await];
    let mut cleos = [cleo.connect().await, cleos_other.connect().await];
    let since = goes_away(&bob, &mut anns[0]).await;
    anns[0].say(group, "from one device").await;
    anns[1].say(group, "from the other").await;
    cleos[1].say(group, "and one of hers").await;
    let last = int(&anns[0].say(group, "and the last").await, "seq");
    bob.connect().await.confirm("delivered", group, last).await;
    let told = |frame: &Value| (int(&frame["late"], "count"), int(&frame["late"], "offlineSince"));
    for (windows, count) in [(&mut anns, 3), (&mut cleos, 1)] {
        for window in windows {
            assert_eq!(told(&window.expect("late").await), (count, since));
            window.expect_none("late").await;
        }
    }
    for (person, count) in [(&ann, 3), (&cleo, 1)] {
        let ready = person.connect().await.ready;
        let counts: Vec<i64> = list(&ready, "late").iter().map(|late| int(late, "count")).collect();
        assert_eq!(counts, [count], "and it waits until it was seen");
    }
}

#[tokio::test]
async fn coming_back_twice_before_confirming_still_tells_each_message_late_once() {
    let program = Program::shared_with(&[SHORT_GRACE]);
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let first_away = goes_away(&bob, &mut anns).await;
    let conversation = int(&anns.say_to(&bob, "one").await, "conversation");
    let second_away = goes_away(&bob, &mut anns).await;
    anns.say(conversation, "two").await;
    let mut bobs = bob.connect().await;
    bobs.confirm("delivered", conversation, 2).await;
    anns.catch_up().await;
    let receipts: Vec<_> =
        anns.unseen().filter(|frame| frame["type"] == "receipt").map(|frame| frame["receipt"].clone()).collect();
    let mut next = 1;
    for receipt in &receipts {
        assert_eq!(int(receipt, "from"), next, "{receipts:?}");
        assert!([first_away, second_away].contains(&int(receipt, "since")), "{receipt}");
        next = int(receipt, "upTo") + 1;
    }
    assert_eq!(next, 3, "{receipts:?}");
    let mut counts = std::collections::BTreeMap::new();
    for frame in anns.unseen().filter(|frame| frame["type"] == "late") {
        counts.insert(int(&frame["late"], "id"), int(&frame["late"], "count"));
    }
    assert_eq!(counts.values().sum::<i64>(), 2, "{counts:?}");
}

//! Two people talk, on as many devices as they like.

use crate::support::*;

async fn two(program: &Program) -> (Person, Person) {
    (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await)
}

#[tokio::test]
async fn a_message_is_stored_then_delivered_then_read_each_with_its_time() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let id = client_id();
    let frame = json!({"type": "message.send", "clientId": id, "to": bob.id, "body": "  Hello, Bob \n\n", "writtenAt": 1_700_000_000_000_i64});
    let stored = anns.ask(frame).await;
    assert_eq!((&stored["type"], &stored["clientId"], int(&stored, "seq")), (&json!("message.stored"), &json!(id), 1));
    let now = int(&anns.ready, "serverTime");
    assert!((now..now + 60_000).contains(&int(&stored, "at")));

    let conversation = int(&stored, "conversation");
    let opened = bobs.expect("conversation").await["conversation"].clone();
    assert_eq!((int(&opened, "id"), &opened["kind"]), (conversation, &json!("direct")));
    let message = bobs.expect("message").await["message"].clone();
    assert_eq!(
        (&message["clientId"], &message["body"], &message["kind"]),
        (&json!(id), &json!("  Hello, Bob"), &json!("text"))
    );
    assert_eq!(
        (int(&message, "sender"), int(&message, "version"), int(&message, "at")),
        (ann.id, 1, int(&stored, "at"))
    );
    assert_eq!(message["writtenAt"], 1_700_000_000_000_i64);
    assert_eq!(anns.expect("conversation").await["conversation"]["id"], conversation);
    anns.expect_none("message").await;
    anns.expect_none("receipt").await;

    let ok = bobs.confirm("delivered", conversation, 1).await;
    let delivered = anns.expect("receipt").await;
    assert_eq!(int(&delivered, "conversation"), conversation);
    let delivered = &delivered["receipt"];
    assert_eq!((int(delivered, "user"), &delivered["kind"]), (bob.id, &json!("delivered")));
    assert_eq!((int(delivered, "from"), int(delivered, "upTo")), (1, 1));
    assert!(int(delivered, "at") >= int(&stored, "at") && int(delivered, "rev") > int(&stored, "rev"));
    assert_eq!(delivered.get("since"), None, "he was here: {delivered}");
    assert_eq!(ok["rev"], delivered["rev"]);

    bobs.confirm("read", conversation, 1).await;
    let read = anns.expect("receipt").await["receipt"].clone();
    assert_eq!((&read["kind"], int(&read, "from"), int(&read, "upTo")), (&json!("read"), 1, 1));
    assert!(int(&read, "at") >= int(delivered, "at"));
    anns.expect_none("late").await;

    let view = ann.get(&format!("/conversations/{conversation}")).await.ok(200)["conversation"].clone();
    let kinds: Vec<_> =
        list(&view, "receipts").iter().map(|receipt| (int(receipt, "user"), receipt["kind"].clone())).collect();
    assert!(kinds.contains(&(bob.id, json!("delivered"))) && kinds.contains(&(bob.id, json!("read"))), "{view}");
}

#[tokio::test]
async fn reading_what_was_never_confirmed_as_delivered_delivers_it_too() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = int(&anns.say_to(&bob, "one").await, "conversation");
    anns.say(conversation, "two").await;
    bobs.confirm("read", conversation, 2).await;
    let delivered = anns.expect_where("receipt", |frame| frame["receipt"]["kind"] == "delivered").await;
    let read = anns.expect_where("receipt", |frame| frame["receipt"]["kind"] == "read").await;
    for receipt in [&delivered["receipt"], &read["receipt"]] {
        assert_eq!((int(receipt, "from"), int(receipt, "upTo")), (1, 2));
    }
    assert_eq!(delivered["receipt"]["at"], read["receipt"]["at"]);
    assert!(int(&delivered["receipt"], "rev") < int(&read["receipt"], "rev"));
}

#[tokio::test]
async fn receipts_only_grow_and_never_pass_the_newest_message() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = int(&anns.say_to(&bob, "one").await, "conversation");
    for text in ["two", "three"] {
        anns.say(conversation, text).await;
    }
    let beyond = json!({"type": "receipt.read", "conversation": conversation, "seq": 4});
    bobs.ask_refused(beyond, "receipt_beyond_head").await;
    bobs.confirm("delivered", conversation, 2).await;
    bobs.confirm("delivered", conversation, 1).await;
    bobs.confirm("delivered", conversation, 2).await;
    bobs.confirm("delivered", conversation, 3).await;
    let (first, second) = (anns.expect("receipt").await, anns.expect("receipt").await);
    let range = |frame: &Value| (int(&frame["receipt"], "from"), int(&frame["receipt"], "upTo"));
    assert_eq!((range(&first), range(&second)), ((1, 2), (3, 3)));
    anns.expect_none("receipt").await;
}

#[tokio::test]
async fn all_devices_of_both_see_the_same_messages_in_the_same_order() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (ann_too, bob_too) = (ann.on_another_device().await, bob.on_another_device().await);
    let mut windows = [ann.connect().await, ann_too.connect().await, bob.connect().await, bob_too.connect().await];
    let conversation = int(&windows[0].say_to(&bob, "0").await, "conversation");
    let mut own: Vec<Vec<(i64, i64)>> = vec![Vec::new(); 4];
    own[0].push((1, 0));
    for n in 1..40_usize {
        let stored = windows[n % 4].say(conversation, &n.to_string()).await;
        own[n % 4].push((int(&stored, "seq"), n.try_into().unwrap()));
    }
    for (window, own) in windows.iter_mut().zip(own) {
        window.catch_up().await;
        let messages = window.unseen().filter(|frame| frame["type"] == "message").map(|frame| &frame["message"]);
        let told: Vec<(i64, i64)> =
            messages.map(|message| (int(message, "seq"), message["body"].as_str().unwrap().parse().unwrap())).collect();
        assert!(told.is_sorted(), "in order: {told:?}");
        let mut all = [told, own].concat();
        all.sort_unstable();
        assert_eq!(all, (0..40).map(|n| (n + 1, n)).collect::<Vec<_>>(), "each once, to the sender only as stored");
    }
}

#[tokio::test]
async fn one_curl_line_sends_a_message_that_arrives_at_once() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = ann.conversation_with(&bob).await;
    let robot = ann.as_program().await;
    let id = client_id();
    let path = format!("/conversations/{conversation}/messages");
    let first = robot.post(&path, json!({"clientId": id, "body": "backup done"})).await.ok(200);
    assert_eq!(first["clientId"], id);
    for window in [&mut anns, &mut bobs] {
        let message = window.expect("message").await["message"].clone();
        assert_eq!((&message["clientId"], &message["seq"], &message["at"]), (&json!(id), &first["seq"], &first["at"]));
    }
    let again = robot.post(&path, json!({"clientId": id, "body": "backup done"})).await.ok(200);
    assert_eq!(again, first);
    robot.post(&path, json!({"clientId": id, "body": "something else"})).await.refused(409, "client_id_reused");
    robot.post(&path, json!({"clientId": client_id(), "body": " "})).await.refused(422, "body_empty");
    robot.post(&path, json!({"clientId": client_id(), "body": "x".repeat(8193)})).await.refused(422, "body_too_long");
    robot.post(&path, json!({"body": "x"})).await.refused(422, "missing_field");
    assert_eq!(ann.whole_history(conversation).await.len(), 1);
}

#[tokio::test]
async fn an_answer_names_the_message_that_it_answers() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = int(&anns.say_to(&bob, "coffee?").await, "conversation");
    let answer = |seq: i64| json!({"type": "message.send", "clientId": client_id(), "conversation": conversation, "body": "yes", "replyTo": seq});
    bobs.ask(answer(1)).await;
    assert_eq!(anns.expect("message").await["message"]["replyTo"], 1);
    let refused = bobs.ask(answer(77)).await;
    assert_eq!(refused["type"], "error", "{refused}");
    assert_eq!(ann.whole_history(conversation).await.len(), 2);
}

#[tokio::test]
async fn an_edit_reaches_everybody_once_and_an_outdated_one_gets_the_newer_text() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let ann_too = ann.on_another_device().await;
    let (mut anns, mut other, mut bobs) = (ann.connect().await, ann_too.connect().await, bob.connect().await);
    let conversation = int(&anns.say_to(&bob, "Helo").await, "conversation");
    let edit = |version: i64, id: &str, body: &str| json!({"type": "message.edit", "clientId": id, "conversation": conversation, "seq": 1, "version": version, "body": body});
    let id = client_id();
    let ok = anns.ask_ok(edit(1, &id, "Hello")).await;
    assert_eq!(int(&ok, "version"), 2);
    for window in [&mut anns, &mut other, &mut bobs] {
        let message = window.expect("message.changed").await["message"].clone();
        assert_eq!((&message["body"], int(&message, "version"), &message["rev"]), (&json!("Hello"), 2, &ok["rev"]));
        assert!(int(&message, "editedAt") >= int(&message, "at"));
    }
    // The same edit again changes nothing; another one of the old version learns what is there now.
    let again = anns.ask_ok(edit(1, &id, "Hello")).await;
    assert_eq!((&again["version"], &again["rev"]), (&ok["version"], &ok["rev"]));
    let refused = other.ask_refused(edit(1, &client_id(), "Hallo"), "version_conflict").await;
    assert_eq!((&refused["current"]["body"], int(&refused["current"], "version")), (&json!("Hello"), 2));
    bobs.expect_none("message.changed").await;
    assert_eq!(int(&other.ask_ok(edit(2, &client_id(), "Hallo")).await, "version"), 3);
}

#[tokio::test]
async fn a_deleted_message_leaves_its_place_without_its_text() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let conversation = int(&anns.say_to(&bob, "a secret").await, "conversation");
    anns.say(conversation, "what stays").await;
    let delete = json!({"type": "message.delete", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 1});
    let ok = anns.ask_ok(delete.clone()).await;
    let told = bobs.expect("message.changed").await["message"].clone();
    assert_eq!((&told["body"], int(&told, "seq"), &told["version"]), (&json!(""), 1, &ok["version"]));
    assert!(int(&told, "deletedAt") >= int(&told, "at"));
    assert_eq!(anns.ask_ok(delete).await["version"], ok["version"]);
    let edit = json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 2, "body": "back"});
    anns.ask_refused(edit, "deleted").await;
    let history = bob.whole_history(conversation).await;
    assert_eq!(history.len(), 2);
    assert_eq!(history[0], told);
    let view = bob.get(&format!("/conversations/{conversation}")).await.ok(200)["conversation"].clone();
    assert_eq!(int(&view, "unread"), 1, "deleted ones are not unread");
}

#[tokio::test]
async fn whoever_writes_to_each_other_first_at_the_same_moment_has_one_conversation() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let (one, two) = futures_util::future::join(anns.say_to(&bob, "hi"), bobs.say_to(&ann, "hi")).await;
    assert_eq!(one["conversation"], two["conversation"]);
    let (one, two) = (ann.conversation_with(&bob).await, bob.conversation_with(&ann).await);
    assert_eq!(one, two);
    assert_eq!(ann.whole_history(one).await.len(), 2);
}

#[tokio::test]
async fn the_newest_conversation_stands_first_with_its_last_message_and_unread_count() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let cleo = Person::sign_up(program.server(), "Cleo").await;
    let (mut bobs, mut cleos) = (bob.connect().await, cleo.connect().await);
    let with_bob = int(&bobs.say_to(&ann, "one").await, "conversation");
    let with_cleo = int(&cleos.say_to(&ann, &"é".repeat(300)).await, "conversation");
    let window = ann.connect().await;
    let conversations = list(&window.ready, "conversations");
    assert_eq!(conversations.iter().map(|view| int(view, "id")).collect::<Vec<_>>(), [with_cleo, with_bob]);
    let last = &conversations[0]["lastMessage"];
    assert_eq!((last["body"].as_str().unwrap().chars().count(), &last["cut"]), (200, &json!(true)));
    assert_eq!(conversations[1]["lastMessage"].get("cut"), None);
    assert_eq!((int(&conversations[0], "unread"), int(&window.ready, "unreadTotal")), (1, 2));
    bobs.say(with_bob, "two").await;
    let window = ann.connect().await;
    assert_eq!(
        list(&window.ready, "conversations").iter().map(|view| int(view, "id")).collect::<Vec<_>>(),
        [with_bob, with_cleo]
    );
    assert_eq!(int(one(&window.ready, "conversations", "id", with_bob), "unread"), 2);
    let page = ann.get("/conversations?limit=1").await.ok(200);
    let next = page["next"].as_str().unwrap();
    let second = ann.get(&format!("/conversations?limit=1&before={next}")).await.ok(200);
    assert_eq!(int(&list(&second, "conversations")[0], "id"), with_cleo);
    assert_eq!(second.get("next"), None);
}

#[tokio::test]
async fn a_message_in_two_frames_is_one_message() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let id = client_id();
    let text =
        json!({"type": "message.send", "ref": 1, "clientId": id, "to": bob.id, "body": "in two parts"}).to_string();
    anns.send_in_two(&text).await;
    assert_eq!(anns.expect("message.stored").await["clientId"], id);
}

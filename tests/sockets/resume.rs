//! Coming back: what was missed is told once, without a hole, whatever happens meanwhile.

use crate::support::*;

async fn two(program: &Program) -> (Person, Person) {
    (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await)
}

#[tokio::test]
async fn whoever_comes_back_is_told_all_that_happened_after_what_they_have() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let conversation = int(&anns.say_to(&bob, "1").await, "conversation");
    let have = int(&anns.say(conversation, "2").await, "rev");
    anns.say(conversation, "3").await;
    let edit = json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 1, "body": "one"});
    let rev = int(&anns.ask_ok(edit).await, "rev");

    let mut bobs = bob.connect_holding(&[(conversation, have)]).await;
    let changes = bobs.expect("changes").await;
    assert_eq!((int(&changes, "conversation"), int(&changes, "after")), (conversation, have));
    assert_eq!((int(&changes, "rev"), &changes["more"]), (rev, &json!(false)));
    let told: Vec<_> =
        list(&changes, "messages").iter().map(|message| (int(message, "seq"), message["body"].clone())).collect();
    assert_eq!(told, [(1, json!("one")), (3, json!("3"))]);

    let mut current = bob.connect_holding(&[(conversation, rev)]).await;
    current.expect_none("changes").await;
    let mut without = bob.connect().await;
    without.expect_none("changes").await;
    assert_eq!(int(one(&without.ready, "conversations", "id", conversation), "rev"), rev);
}

#[tokio::test]
async fn ready_says_everything_a_page_starts_with() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let mut anns = ann.connect().await;
    let conversation = int(&anns.say_to(&bob, "hello").await, "conversation");
    let bobs = bob.connect().await;
    let ready = &bobs.ready;
    assert_eq!((int(&ready["user"], "id"), &ready["session"]["keep"]), (bob.id, &json!(false)));
    assert_eq!(ready["limits"], json!({"bodyMaxBytes": 8192, "frameMaxBytes": 65536, "draftMaxBytes": 8192}));
    assert_eq!((int(ready, "heartbeatMs"), int(ready, "unreadTotal")), (15_000, 1));
    assert_eq!((&ready["moreConversations"], &ready["moreLate"]), (&json!(false), &json!(false)));
    assert_eq!(ready.get("weakPassword"), None);
    let view = one(ready, "conversations", "id", conversation);
    assert_eq!((int(view, "head"), int(view, "first"), int(view, "unread"), int(view, "cursor")), (1, 1, 1, 0));
    assert_eq!((int(view, "deliveredUpTo"), int(view, "readUpTo"), int(view, "memberCount")), (0, 0, 2));
    assert_eq!((&view["lastMessage"]["body"], &view["lastAt"]), (&json!("hello"), &view["lastMessage"]["at"]));
    for person in [&ann, &bob] {
        assert_eq!(one(view, "members", "user", person.id)["from"], 1);
        one(ready, "users", "id", person.id);
    }
    assert_eq!(one(ready, "presence", "user", ann.id)["state"], "online");
    assert!(ready.to_string().len() <= 65_536);
}

#[tokio::test]
async fn ready_stays_within_one_frame_and_lists_the_newest_fifty() {
    let program = Program::start(&[]);
    let ann = Person::sign_up_as(program.server(), "ann", PASSWORD).await;
    let mut last = 0;
    for n in 0..55 {
        let other = Person::sign_up_as(program.server(), &format!("person{n}"), PASSWORD).await;
        last = other.conversation_with(&ann).await;
        other.post_message(last, &"é\"\n".repeat(200)).await;
    }
    let window = ann.connect().await;
    let ready = &window.ready;
    assert!(ready.to_string().len() <= 65_536, "{}", ready.to_string().len());
    let listed = list(ready, "conversations");
    assert!((2..=50).contains(&listed.len()), "{}", listed.len());
    assert_eq!((int(&listed[0], "id"), &ready["moreConversations"]), (last, &json!(true)));
    assert_eq!(int(ready, "unreadTotal"), 55, "unread counts all of them, listed or not");
    let (mut all, mut before) = (std::collections::BTreeSet::new(), String::new());
    loop {
        let page = ann.get(&format!("/conversations?limit=20{before}")).await.ok(200);
        for view in list(&page, "conversations") {
            assert!(all.insert(int(view, "id")), "listed twice");
        }
        let Some(next) = page["next"].as_str() else { break };
        before = format!("&before={next}");
    }
    assert_eq!(all.len(), 55);
}

#[tokio::test]
async fn whoever_is_too_far_behind_starts_over() {
    let program = Program::start(&[("CHINWAG_FRAMES_USER", "off")]); // one person writes 2,100 messages at once
    let (ann, bob) = two(&program).await;
    let conversation = ann.conversation_with(&bob).await;
    let mut windows = Vec::new();
    for _ in 0..6 {
        windows.push(ann.connect().await);
    }
    let sending = windows.iter_mut().map(async |window| {
        for n in 0..350 {
            window.say(conversation, &n.to_string()).await;
        }
    });
    futures_util::future::join_all(sending).await;
    let view = bob.get(&format!("/conversations/{conversation}")).await.ok(200)["conversation"].clone();
    let (rev, head) = (int(&view, "rev"), int(&view, "head"));
    assert_eq!(head, 2100);
    let mut bobs = bob.connect_holding(&[(conversation, rev - 2001)]).await;
    let reset = bobs.expect("reset").await;
    assert_eq!((int(&reset, "conversation"), int(&reset, "rev"), int(&reset, "head")), (conversation, rev, head));
    bobs.expect_none("changes").await;
    let over_http = bob.get(&format!("/conversations/{conversation}/changes?after={}", rev - 2001)).await.ok(200);
    assert_eq!((&over_http["reset"], int(&over_http, "head")), (&json!(true), head));

    // Just near enough: told in parts, the first at once.
    let after = rev - 2000;
    let mut bobs = bob.connect_holding(&[(conversation, after)]).await;
    let first = bobs.expect("changes").await;
    let mut messages = list(&first, "messages").len();
    let (mut after, mut more) = (int(&first, "rev"), first["more"] == true);
    while more {
        let part = bob.get(&format!("/conversations/{conversation}/changes?after={after}")).await.ok(200);
        messages += list(&part, "messages").len();
        (after, more) = (int(&part, "rev"), part["more"] == true);
    }
    assert_eq!((after, messages), (rev, 2000));
}

/// A server that was put back to an older state never takes a client that has seen more for up to date.
#[tokio::test]
async fn revisions_that_were_never_reached_here_are_answered_with_a_reset() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let stored = ann.connect().await.say_to(&bob, "one").await;
    let (conversation, rev) = (int(&stored, "conversation"), int(&stored, "rev"));
    let mut bobs = Socket::open(&bob).await;
    let hello = json!({"type": "hello", "accountRev": 1_000_000, "peopleRev": 1_000_000, "conversations": [[conversation, rev + 3]], "idle": false});
    bobs.send(&hello).await;
    let ready = bobs.expect("ready").await;
    assert_eq!(ready["peopleReset"], true);
    let reset = bobs.expect("reset").await;
    assert_eq!((int(&reset, "conversation"), int(&reset, "rev"), int(&reset, "head")), (conversation, rev, 1));
    bobs.expect_none("changes").await;
    let over_http = bob.get(&format!("/conversations/{conversation}/changes?after={}", rev + 3)).await.ok(200);
    assert_eq!((&over_http["reset"], int(&over_http, "rev"), int(&over_http, "head")), (&json!(true), rev, 1));
}

/// Connections come and go while messages pour in: each must hear every message once, in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coming_back_while_others_write_leaves_no_gap() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let conversation = ann.conversation_with(&bob).await;
    let writer = {
        let ann = ann.clone();
        tokio::spawn(async move {
            let mut window = ann.connect().await;
            for n in 0..300 {
                let seq = int(&window.say(conversation, &n.to_string()).await, "seq");
                let change = json!({"clientId": client_id(), "conversation": conversation, "version": 1});
                let with = |kind: &str, seq: i64| {
                    let mut change = change.clone();
                    (change["type"], change["seq"], change["body"]) = (kind.into(), seq.into(), "changed".into());
                    change
                };
                if n % 7 == 6 {
                    window.ask(with("message.edit", seq - 5)).await;
                }
                if n % 11 == 10 {
                    window.ask(with("message.delete", seq - 2)).await;
                }
                if n % 10 == 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                }
            }
        })
    };
    let mut model = Model::default();
    let mut times = 0;
    while model.conversations.get(&conversation).is_none_or(|copy| copy.head() < 300) {
        times += 1;
        assert!(times < 500 || !writer.is_finished(), "it never came to an end");
        let mut window = Socket::open(&bob).await;
        window.send(&model.hello()).await;
        let ready = window.expect("ready").await;
        model.apply(&bob, &ready);
        model.load(&bob).await.unwrap();
        // A few frames, then away again in the middle.
        for _ in 0..times % 23 {
            match tokio::time::timeout(std::time::Duration::from_millis(50), window.next()).await {
                Ok(Some(frame)) => {
                    model.apply(&bob, &frame);
                    if frame["type"] == "changes" && frame["more"] == true {
                        let path = format!("/conversations/{conversation}/changes?after={}", frame["rev"]);
                        while model.changes(&bob.get(&path).await.ok(200)) {}
                    }
                }
                Ok(None) => panic!("the server closed the connection"),
                Err(_) => break,
            }
        }
        window.lose();
    }
    writer.await.unwrap();
    assert!(times > 5, "only {times} connections");
    model.assert_equals_the_store(&bob).await;
}

/// Somebody connects at the very moment at which they get their first message: they hear of the conversation once,
/// before the message, whether in `ready` or live.
#[tokio::test]
async fn a_first_message_at_the_moment_of_connecting_is_told_once_and_after_its_conversation() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let mut anns = ann.connect().await;
    let (mut in_ready, mut live) = (0, 0);
    for round in 0..24_u64 {
        let bob = Person::sign_up(program.server(), "Bob").await;
        let mut bobs = Socket::open(&bob).await;
        let hello = json!({"type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": false});
        let sending = async {
            tokio::time::sleep(std::time::Duration::from_millis(round % 8)).await;
            anns.say_to(&bob, "first").await
        };
        let connecting = async {
            bobs.send(&hello).await;
            bobs.expect("ready").await
        };
        let (stored, ready) = futures_util::future::join(sending, connecting).await;
        let id = int(&stored, "conversation");
        bobs.catch_up().await;
        let told: Vec<_> = bobs
            .unseen()
            .filter(|frame| frame["conversation"]["id"] == id || frame["message"]["conversation"] == id)
            .map(|frame| frame["type"].as_str().unwrap().to_owned())
            .collect();
        if list(&ready, "conversations").is_empty() {
            assert_eq!(told, ["conversation", "message"]);
            live += 1;
        } else {
            assert_eq!(int(one(&ready, "conversations", "id", id), "unread"), 1);
            assert!(told.is_empty(), "{told:?}");
            in_ready += 1;
        }
    }
    println!("{in_ready} in ready, {live} live");
}

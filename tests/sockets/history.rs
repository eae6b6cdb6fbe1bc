//! Pages of a history, and what changed after a revision.

use crate::support::*;

async fn with_messages(program: &Program, count: i64) -> (Person, Person, i64) {
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let mut anns = ann.connect().await;
    let conversation = int(&anns.say_to(&bob, "1").await, "conversation");
    for n in 2..=count {
        anns.say(conversation, &n.to_string()).await;
    }
    (ann, bob, conversation)
}

fn seqs(page: &Value) -> Vec<i64> {
    list(page, "messages").iter().map(|message| int(message, "seq")).collect()
}

#[tokio::test]
async fn pages_before_after_and_around_a_message_meet_without_gap_or_overlap() {
    let program = Program::shared();
    let (ann, bob, conversation) = with_messages(&program, 30).await;
    let page = async |query: &str| bob.get(&format!("/conversations/{conversation}/messages?{query}")).await.ok(200);
    let newest = page("limit=10").await;
    assert_eq!(seqs(&newest), (21..=30).collect::<Vec<_>>());
    assert_eq!((int(&newest, "head"), int(&newest, "first")), (30, 1));
    assert_eq!((&newest["hasBefore"], &newest["hasAfter"]), (&json!(true), &json!(false)));
    let before = page("before=21&limit=15").await;
    assert_eq!(seqs(&before), (6..=20).collect::<Vec<_>>());
    assert_eq!((&before["hasBefore"], &before["hasAfter"]), (&json!(true), &json!(true)));
    let oldest = page("before=6&limit=15").await;
    assert_eq!(seqs(&oldest), (1..=5).collect::<Vec<_>>());
    assert_eq!(oldest["hasBefore"], false);
    let after = page("after=25&limit=3").await;
    assert_eq!((seqs(&after), &after["hasAfter"]), (vec![26, 27, 28], &json!(true)));
    let around = page("around=15&limit=10").await;
    let found = seqs(&around);
    assert!(found.contains(&15) && found.contains(&14) && found.contains(&16) && found.len() == 10, "{found:?}");
    assert!(found.windows(2).all(|pair| pair[1] == pair[0] + 1), "{found:?}");
    assert!(seqs(&page("after=30").await).is_empty() && seqs(&page("before=1").await).is_empty());
    assert_eq!(seqs(&page("limit=200").await).len(), 30);
    for query in ["limit=0", "limit=201", "before=x", "before=5&after=3", "before=-1"] {
        let answer = bob.get(&format!("/conversations/{conversation}/messages?{query}")).await;
        assert!(matches!(answer.status, 200 | 400 | 422), "{query}: {}", answer.text());
        assert!(answer.status != 200 || seqs(&answer.ok(200)).len() <= 200, "{query}");
    }
    assert_eq!(bob.whole_history(conversation).await, ann.whole_history(conversation).await);
}

#[tokio::test]
async fn a_page_comes_with_the_receipts_that_overlap_it() {
    let program = Program::shared();
    let (ann, bob, conversation) = with_messages(&program, 20).await;
    let mut bobs = bob.connect().await;
    for seq in [5, 12, 20] {
        bobs.confirm("delivered", conversation, seq).await;
    }
    let page = ann.get(&format!("/conversations/{conversation}/messages?before=13&limit=5")).await.ok(200);
    assert_eq!(seqs(&page), (8..=12).collect::<Vec<_>>());
    let ranges: Vec<_> = list(&page, "receipts")
        .iter()
        .filter(|receipt| receipt["user"] == bob.id && receipt["kind"] == "delivered")
        .map(|receipt| (int(receipt, "from"), int(receipt, "upTo")))
        .collect();
    assert_eq!(ranges, [(6, 12)]);
}

#[tokio::test]
async fn everything_after_a_revision_is_told_also_after_a_restart() {
    let mut program = Program::start(&[]);
    let (ann, bob, conversation) = with_messages(&program, 5).await;
    let path = |after: i64, limit: i64| format!("/conversations/{conversation}/changes?after={after}&limit={limit}");
    let all = bob.get(&path(0, 500)).await.ok(200);
    assert_eq!((seqs(&all), int(&all, "after"), &all["more"]), (vec![1, 2, 3, 4, 5], 0, &json!(false)));
    let rev = int(&all, "rev");
    let mut anns = ann.connect().await;
    anns.ask_ok(json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 2, "version": 1, "body": "two"})).await;
    anns.ask_ok(json!({"type": "message.delete", "clientId": client_id(), "conversation": conversation, "seq": 4, "version": 1})).await;
    anns.say(conversation, "6").await;
    bob.connect().await.confirm("read", conversation, 6).await;
    program.kill();
    program.again();
    let changes = ann.get(&path(rev, 500)).await.ok(200);
    assert_eq!(seqs(&changes), [2, 4, 6]);
    assert_eq!(list(&changes, "messages")[0]["body"], "two");
    assert!(int(&list(&changes, "messages")[1], "deletedAt") > 0);
    assert!(list(&changes, "receipts").iter().any(|receipt| receipt["kind"] == "read" && receipt["upTo"] == 6));
    assert!(int(&changes, "rev") >= rev + 4);
    let none = ann.get(&path(int(&changes, "rev"), 500)).await.ok(200);
    assert_eq!((seqs(&none).len(), int(&none, "rev")), (0, int(&changes, "rev")));
}

#[tokio::test]
async fn changes_come_in_parts_that_join_without_a_hole() {
    let program = Program::shared();
    let (ann, _, conversation) = with_messages(&program, 25).await;
    let mut anns = ann.connect().await;
    anns.ask_ok(json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 3, "version": 1, "body": "three"})).await;
    let (mut after, mut found, mut parts) = (0, std::collections::BTreeMap::new(), 0);
    loop {
        let part = ann.get(&format!("/conversations/{conversation}/changes?after={after}&limit=7")).await.ok(200);
        assert_eq!(int(&part, "after"), after);
        assert!(list(&part, "messages").len() <= 7 && int(&part, "rev") > after, "{part}");
        for message in list(&part, "messages") {
            found.insert(int(message, "seq"), message["body"].clone());
        }
        (after, parts) = (int(&part, "rev"), parts + 1);
        if part["more"] != true {
            break;
        }
    }
    assert!(parts >= 4);
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), (1..=25).collect::<Vec<_>>());
    assert_eq!(found[&3], "three");
}

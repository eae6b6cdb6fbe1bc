//! Groups whose name and people change, and groups too large for a receipt from each.

use crate::support::*;

async fn group_of(owner: &Person, name: &str, others: &[&Person]) -> i64 {
    let members: Vec<i64> = others.iter().map(|person| person.id).collect();
    let asked = json!({"kind": "group", "name": name, "members": members});
    int(&owner.post("/conversations", asked).await.ok(201)["conversation"], "id")
}

#[tokio::test]
async fn an_owner_renames_adds_and_removes_and_everybody_sees_when() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let cleo = Person::sign_up(server, "Cleo").await;
    let group = group_of(&ann, "Walks", &[&bob]).await;
    let (mut bobs, mut cleos) = (bob.connect().await, cleo.connect().await);
    let path = format!("/conversations/{group}");
    let members = format!("{path}/members");

    let renamed = ann.patch(&path, json!({"name": " Sunday walks "})).await.ok(200);
    assert_eq!(renamed["conversation"]["name"], "Sunday walks");
    assert_eq!(bobs.expect("conversation").await["conversation"]["name"], "Sunday walks");
    let line = bobs.expect("message").await;
    assert_eq!(line["message"]["event"], json!({"type": "group.renamed", "name": "Sunday walks"}));
    bob.patch(&path, json!({"name": "Mine"})).await.refused(403, "forbidden");
    cleo.patch(&path, json!({"name": "Mine"})).await.refused(404, "not_found");
    ann.patch(&path, json!({"name": " "})).await.refused(422, "invalid_field");

    bob.post(&members, json!({"users": [cleo.id]})).await.refused(403, "forbidden");
    let added = ann.post(&members, json!({"users": [cleo.id, cleo.id, bob.id]})).await.ok(200);
    assert_eq!(int(&added["conversation"], "memberCount"), 3);
    let joined = cleos.expect("conversation").await["conversation"].clone();
    assert_eq!((int(&joined, "id"), int(&joined, "first"), int(&joined, "unread")), (group, 3, 0));
    ann.post(&members, json!({"users": [999_999_999]})).await.refused(404, "not_found");

    bob.delete(&format!("{members}/{}", ann.id)).await.refused(403, "forbidden");
    ann.delete(&format!("{members}/{}", bob.id)).await.ok(200);
    let gone = bobs.expect_where("conversation", |frame| frame["conversation"]["members"][0]["until"].is_i64()).await;
    assert_eq!(int(&gone["conversation"], "id"), group);
    let left = cleo.delete(&format!("{members}/{}", cleo.id)).await.ok(200);
    assert_eq!(left["conversation"]["members"][0]["until"], 5);
    let answer = ann.get(&path).await.ok(200);
    assert_eq!(int(&answer["conversation"], "memberCount"), 1);
    ann.delete(&format!("{members}/x")).await.refused(404, "not_found");
    let events: Vec<Value> = ann.whole_history(group).await.iter().map(|line| line["event"]["type"].clone()).collect();
    assert_eq!(events, ["group.created", "group.renamed", "member.added", "member.removed", "member.left"]);
}

#[tokio::test]
async fn the_author_of_a_crowd_hears_how_many() {
    let program = Program::shared();
    let server = program.server();
    let ann = Person::sign_up(server, "Ann").await;
    let mut people = Vec::new();
    for _ in 0..51 {
        people.push(Person::sign_up(server, "Member").await);
    }
    let mut first = people[0].connect().await;
    let group = group_of(&ann, "Everybody", &people.iter().collect::<Vec<_>>()).await;
    let view = first.expect("conversation").await["conversation"].clone();
    assert_eq!((int(&view, "memberCount"), list(&view, "members").len()), (52, 20));
    assert_eq!(int(&view["members"][0], "user"), people[0].id);
    let mut anns = ann.connect().await;
    let seq = int(&anns.say(group, "hello, all").await, "seq");
    first.expect_where("message", |frame| frame["message"]["kind"] == "text").await;
    first.confirm("read", group, seq).await;
    first.expect("receipt").await;
    let mut second = people[1].connect().await;
    second.confirm("delivered", group, seq).await;
    let counts = anns.expect_where("receipt.counts", |frame| frame["delivered"] == 2).await;
    assert_eq!((int(&counts, "seq"), int(&counts, "read"), int(&counts, "of")), (seq, 1, 51));
    anns.expect_none("receipt").await;
    let page = ann.get(&format!("/conversations/{group}/messages")).await.ok(200);
    assert_eq!(page["counts"], json!([{"seq": seq, "delivered": 2, "read": 1, "of": 51}]));
    assert!(list(&page, "receipts").is_empty());
    let ready = ann.connect().await.ready;
    assert_eq!(one(&ready, "conversations", "id", group)["counts"], page["counts"]);
    ann.patch(&format!("/conversations/{group}"), json!({"name": "All"})).await.ok(200);
    first.expect_where("message", |frame| frame["message"]["event"]["type"] == "group.renamed").await;
    first.expect_none("conversation").await;
}

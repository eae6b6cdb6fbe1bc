//! A message that is sent again, whenever and from wherever, is stored once and answered with its first result.

use crate::support::*;

fn frame(id: &str, other: &Person, body: &str) -> Value {
    json!({"type": "message.send", "clientId": id, "to": other.id, "body": body})
}

fn without_ref(mut answer: Value) -> Value {
    assert_eq!(answer["type"], "message.stored", "{answer}");
    answer.as_object_mut().unwrap().remove("ref");
    answer
}

#[tokio::test]
async fn a_repeat_gets_the_first_result_and_nobody_hears_of_it_again() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let other = ann.on_another_device().await;
    let (mut one, mut two, mut bobs) = (ann.connect().await, other.connect().await, bob.connect().await);
    let id = client_id();
    let first = without_ref(one.ask(frame(&id, &bob, "once")).await);
    one.say_to(&bob, "something between").await;
    let conversation = int(&first, "conversation");
    bobs.forget().await;
    two.forget().await;
    assert_eq!(without_ref(one.ask(frame(&id, &bob, "once")).await), first, "on the same connection");
    assert_eq!(without_ref(two.ask(frame(&id, &bob, "once")).await), first, "on another device");
    let in_conversation = json!({"type": "message.send", "clientId": id, "conversation": conversation, "body": "once"});
    assert_eq!(without_ref(two.ask(in_conversation).await), first, "into the conversation that it opened");
    assert_eq!(without_ref(two.ask(frame(&id.to_uppercase(), &bob, "once")).await), first, "in capitals");
    bobs.expect_none("message").await;
    assert_eq!(ann.whole_history(conversation).await.len(), 2);
}

#[tokio::test]
async fn other_content_under_a_used_id_is_refused_also_after_an_edit_and_a_deletion() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let cleo = Person::sign_up(program.server(), "Cleo").await;
    let mut anns = ann.connect().await;
    let id = client_id();
    let first = without_ref(anns.ask(frame(&id, &bob, "once")).await);
    let conversation = int(&first, "conversation");
    anns.ask_refused(frame(&id, &bob, "twice"), "client_id_reused").await;
    anns.ask_refused(frame(&id, &cleo, "once"), "client_id_reused").await;
    anns.ask_ok(json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 1, "body": "twice"})).await;
    anns.ask_refused(frame(&id, &bob, "twice"), "client_id_reused").await;
    assert_eq!(without_ref(anns.ask(frame(&id, &bob, "once")).await), first);
    anns.ask_ok(json!({"type": "message.delete", "clientId": client_id(), "conversation": conversation, "seq": 1, "version": 2})).await;
    assert_eq!(without_ref(anns.ask(frame(&id, &bob, "once")).await), first);
    anns.ask_refused(frame(&id, &bob, ""), "body_empty").await;
    assert_eq!(ann.whole_history(conversation).await.len(), 1);
    // The id is unique for its sender only.
    let mut bobs = bob.connect().await;
    let bobs_own = without_ref(bobs.ask(frame(&id, &ann, "mine")).await);
    assert_eq!(int(&bobs_own, "seq"), 2);
}

#[tokio::test]
async fn two_devices_that_send_one_id_at_once_both_get_the_one_result() {
    let program = Program::shared();
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let other = ann.on_another_device().await;
    let (mut one, mut two) = (ann.connect().await, other.connect().await);
    let mut conversation = 0;
    for n in 0..20 {
        let (id, body) = (client_id(), n.to_string());
        let both = futures_util::future::join(one.ask(frame(&id, &bob, &body)), two.ask(frame(&id, &bob, &body))).await;
        let (first, second) = (without_ref(both.0), without_ref(both.1));
        assert_eq!(first, second);
        conversation = int(&first, "conversation");
    }
    assert_eq!(ann.whole_history(conversation).await.len(), 20);
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9_and_a_repeat_afterwards_stores_nothing_new() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let (ann, bob) = (Person::sign_up(&server, "Ann").await, Person::sign_up(&server, "Bob").await);
    let mut anns = ann.connect().await;
    let mut sent = Vec::new();
    for n in 0..20 {
        let (id, body) = (client_id(), format!("number {n}"));
        let first = without_ref(anns.ask(frame(&id, &bob, &body)).await);
        sent.push((id, body, first));
    }
    // One that nobody waits for: stored or not, but never twice.
    let (id, body) = (client_id(), "the last words");
    anns.send(&frame(&id, &bob, body)).await;
    program.kill();
    program.again();
    let mut anns = ann.connect().await;
    for (id, body, first) in &sent {
        assert_eq!(without_ref(anns.ask(frame(id, &bob, body)).await), *first);
    }
    let last = without_ref(anns.ask(frame(&id, &bob, body)).await);
    assert_eq!(int(&last, "seq"), 21);
    let history = bob.whole_history(int(&last, "conversation")).await;
    let bodies: Vec<_> = history.iter().map(|message| message["body"].as_str().unwrap()).collect();
    assert_eq!(bodies.len(), 21);
    assert_eq!((bodies[0], bodies[20]), ("number 0", body));

    program.terminate();
    assert!(program.wait().success());
    program.again();
    let mut anns = ann.connect().await;
    assert_eq!(without_ref(anns.ask(frame(&id, &bob, body)).await), last, "after an orderly stop as well");
    anns.ask_refused(frame(&id, &bob, "other words"), "client_id_reused").await;
}

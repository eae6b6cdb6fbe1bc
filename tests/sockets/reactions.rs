//! Emoji on messages: told live to everybody's devices, brought anew to whoever was away, once whatever is repeated.

use crate::support::*;

fn set(place: i64, seq: i64, emoji: &str, on: bool) -> Value {
    json!({"type": "reaction.set", "clientId": client_id(), "conversation": place, "seq": seq, "emoji": emoji, "on": on})
}

async fn two(program: &Program) -> (Person, Person) {
    (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await)
}

#[tokio::test]
async fn a_reaction_is_told_to_all_devices_and_to_whoever_was_away_at_their_return() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let other = bob.on_another_device().await;
    let (mut anns, mut bobs, mut tablet) = (ann.connect().await, bob.connect().await, other.connect().await);
    let first = anns.say_to(&bob, "shall we?").await;
    let (place, rev) = (int(&first, "conversation"), int(&first, "rev"));
    let done = bobs.ask_ok(set(place, 1, "\u{2764}", true)).await;
    for window in [&mut anns, &mut tablet, &mut bobs] {
        let told = window.expect("message.changed").await;
        assert_eq!(told["message"]["reactions"], json!([{"emoji": "❤️", "count": 1, "users": [bob.id]}]));
        assert_eq!(told["reaction"], json!({"user": bob.id, "emoji": "❤️", "on": true}));
        assert_eq!((&told["message"]["rev"], &told["message"]["version"]), (&done["rev"], &json!(1)));
    }
    drop(tablet);
    anns.ask_ok(set(place, 1, "❤️", true)).await;
    bobs.ask_ok(set(place, 1, "🎉", true)).await;
    bobs.ask_ok(set(place, 1, "🎉", false)).await;

    let mut tablet = other.connect_holding(&[(place, rev)]).await;
    let changes = tablet.expect("changes").await;
    let message = &list(&changes, "messages")[0];
    let both = json!([{"emoji": "❤️", "count": 2, "users": [bob.id, ann.id], "mine": true}]);
    assert_eq!((&message["reactions"], list(&changes, "messages").len()), (&both, 1));
    let view = one(&tablet.ready, "conversations", "id", place);
    assert_eq!((int(view, "unread"), view["lastMessage"].get("reactions")), (1, None));
    for path in ["messages", "messages?around=1", "messages?before=2"] {
        let page = other.get(&format!("/conversations/{place}/{path}")).await.ok(200);
        assert_eq!(list(&page, "messages")[0]["reactions"], both, "{path}");
    }
}

#[tokio::test]
async fn a_retry_from_another_device_changes_nothing_and_other_content_is_refused() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let other = bob.on_another_device().await;
    let (mut anns, mut bobs, mut tablet) = (ann.connect().await, bob.connect().await, other.connect().await);
    let place = int(&anns.say_to(&bob, "shall we?").await, "conversation");
    let frame = set(place, 1, "👍", true);
    let rev = bobs.ask_ok(frame.clone()).await["rev"].clone();
    bobs.ask_ok(set(place, 1, "👍", false)).await;
    assert_eq!(tablet.ask_ok(frame.clone()).await["rev"], rev);
    let mut changed = frame;
    changed["emoji"] = json!("🎉");
    tablet.ask_refused(changed, "client_id_reused").await;
    let history = ann.whole_history(place).await;
    assert_eq!(history[0].get("reactions"), None);
    assert_eq!(bobs.ask_ok(set(place, 1, "👍", false)).await.get("rev"), None, "that was so already");
}

#[tokio::test]
async fn too_many_words_and_messages_that_are_gone_are_refused() {
    let program = Program::shared();
    let (ann, bob) = two(&program).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let place = int(&anns.say_to(&bob, "shall we?").await, "conversation");
    for emoji in ["👍", "🎉", "❤️", "😂", "🇩🇪"] {
        bobs.ask_ok(set(place, 1, emoji, true)).await;
    }
    bobs.ask_refused(set(place, 1, "🚀", true), "too_many").await;
    bobs.ask_refused(set(place, 1, "nice", true), "invalid_field").await;
    bobs.ask_refused(set(place, 2, "👍", true), "not_found").await;
    let gone =
        json!({"type": "message.delete", "clientId": client_id(), "conversation": place, "seq": 1, "version": 1});
    anns.ask_ok(gone).await;
    bobs.ask_refused(set(place, 1, "👍", false), "deleted").await;
    assert_eq!(bob.whole_history(place).await[0].get("reactions"), None);
}

//! Reactions: to every connection of everybody who may see them, once, and the asker's answer afterwards.

use serde_json::{Value, json};

use super::support::*;
use crate::domain::{ClientId, ConversationId, Emoji, Given, ReactionChange, Reactions, Rev, Seq, UserId};
use crate::store::{Stored, Write};

fn set(id: ClientId) -> Value {
    json!({"type": "reaction.set", "ref": 4, "clientId": id.to_string(), "conversation": DIRECT, "seq": 1,
        "emoji": "\u{2764}", "on": true})
}

fn heart() -> Emoji {
    Emoji::parse("❤️").unwrap()
}

fn given(user: UserId, rev: i64, is_withheld: bool) -> Given {
    Given { user, emoji: heart(), rev: Rev::new(rev), is_withheld }
}

fn stored(all: &[Given], audience: &[UserId], is_repeat: bool) -> Stored {
    let mut message = message(DIRECT, 1, 6, ANN);
    message.reactions = Reactions::of_all(all);
    let reaction = ReactionChange { user: BOB, emoji: heart(), is_on: true };
    Stored::ReactionSet { message, reaction, audience: audience.into(), is_repeat }
}

#[actix::test]
async fn a_reaction_reaches_everybody_as_the_changed_message_and_the_asker_before_its_ok() {
    let mut stage = Stage::open().await;
    let (ann, bob, tablet) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(BOB).await);
    let client_id = ClientId::fresh();
    stage.say(&bob, set(client_id)).await;
    let conversation: ConversationId = DIRECT;
    let asked = Write::React { user: BOB, client_id, conversation, seq: Seq::new(1), emoji: heart(), is_on: true };
    assert_eq!(stage.writing.batch(), [asked], "in its fully-qualified spelling");
    stage.commit_as(&Ok(stored(&[given(BOB, 6, false)], &[ANN, BOB], false))).await;
    let told = ann.frame();
    assert_eq!(told["type"], "message.changed");
    assert_eq!(told["message"]["reactions"], json!([{"emoji": "❤️", "count": 1, "users": [BOB]}]));
    assert_eq!(told["reaction"], json!({"user": BOB, "emoji": "❤️", "on": true}));
    assert_eq!(tablet.frame(), told);
    let asker = bob.frames();
    assert_eq!((&asker[0], &asker[1]), (&told, &json!({"type": "ok", "ref": 4, "rev": 6})));

    stage.say(&bob, set(client_id)).await;
    stage.commit_as(&Ok(stored(&[given(BOB, 6, false)], &[], true))).await;
    assert_eq!(bob.frame(), json!({"type": "ok", "ref": 4, "rev": 6}));
    stage.say(&bob, set(ClientId::fresh())).await;
    stage.commit_as(&Ok(Stored::Done)).await;
    assert_eq!(bob.frame(), json!({"type": "ok", "ref": 4}), "what is so already makes no revision");
    assert!(ann.frames().is_empty() && tablet.frames().is_empty());
}

#[actix::test]
async fn what_is_withheld_is_told_to_its_giver_in_every_frame_and_to_nobody_else() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    drop(stage.submit(Write::ExpireSessions).await);
    let of_bob_alone = stored(&[given(BOB, 5, true)], &[BOB], false);
    stage.commit_as(&Ok(of_bob_alone)).await;
    assert_eq!(bob.frame()["message"]["reactions"][0]["mine"], true);
    assert!(ann.frames().is_empty());
    drop(stage.submit(Write::ExpireSessions).await);
    let of_both = stored(&[given(BOB, 5, true), given(ANN, 6, false)], &[ANN, BOB], false);
    stage.commit_as(&Ok(of_both)).await;
    assert_eq!(ann.frame()["message"]["reactions"], json!([{"emoji": "❤️", "count": 1, "users": [ANN]}]));
    assert_eq!(
        bob.frame()["message"]["reactions"],
        json!([{"emoji": "❤️", "count": 2, "users": [BOB, ANN], "mine": true}])
    );
}

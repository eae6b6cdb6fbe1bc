//! Who hears of what is stored.

use serde_json::{Value, json};

use super::support::*;
use crate::clock::Timestamp;
use crate::domain::{
    ClientId, Draft, Late, LateId, Mentions, Message, Mute, Receipt, ReceiptKind, Rev, Seq, UserId, Version,
};
use crate::store::{ConversationOpened, Stored, Write};

#[actix::test]
async fn a_message_reaches_every_connection_of_every_member_but_the_one_that_sent_it() {
    let mut stage = Stage::open().await;
    let (phone, desk) = (stage.online(ANN).await, stage.online(ANN).await);
    let bobs = [stage.online(BOB).await, stage.online(BOB).await];
    let cat = stage.online(CAT).await;
    stage.say(&phone, send(GROUP, 1)).await;
    stage.commit().await;
    assert_eq!(phone.types(), ["message.stored"]);
    for device in [&desk, &bobs[0], &bobs[1], &cat] {
        let frame = device.frame();
        assert_eq!((&frame["type"], &frame["message"]["sender"]), (&json!("message"), &json!(ANN)));
        assert!(frame["message"]["clientId"].is_string());
    }
}

#[actix::test]
async fn whom_a_message_mentions_is_told_to_whoever_sent_it_as_to_everybody_else() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(GROUP, 1)).await;
    let mentions = Mentions { users: vec![BOB], all: true };
    let mentioning = Message { mentions, ..message(GROUP, 1, 1, ANN) };
    stage.commit_as(&Ok(appended(mentioning, &[ANN, BOB].into()))).await;
    for told in [ann.frame(), bob.frame()["message"].clone()] {
        assert_eq!((&told["mentions"], &told["mentionsAll"]), (&json!([BOB]), &json!(true)));
    }
}

#[actix::test]
async fn nobody_outside_a_conversation_hears_of_it() {
    let mut stage = Stage::open().await;
    let (ann, cat, dan) = (stage.online(ANN).await, stage.online(CAT).await, stage.online(DAN).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.commit().await;
    assert!(cat.frames().is_empty() && dan.frames().is_empty());
}

#[actix::test]
async fn a_frame_is_encoded_once_for_all_who_get_it() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    let others = [stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await];
    stage.say(&ann, send(GROUP, 1)).await;
    stage.commit().await;
    let mut bytes: Vec<_> = others.iter().map(|device| device.raw()[0].as_bytes().as_ptr()).collect();
    bytes.dedup();
    assert_eq!(bytes.len(), 1, "the same bytes in memory");
}

#[actix::test]
async fn the_writer_has_the_next_batch_before_anybody_hears_of_the_last() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    stage.say(&ann, send(DIRECT, 2)).await;
    let heard = bob.counter();
    let heard_before_batch = stage.writing.note_with_each_batch(heard);
    stage.commit().await;
    assert_eq!(*heard_before_batch.lock().unwrap(), [0]);
    assert_eq!(bob.types(), ["message"]);
}

#[actix::test]
async fn a_new_conversation_is_told_before_its_first_message() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, send(DIRECT, 1)).await;
    let views = [ANN, BOB].map(|viewer| (viewer, conversation(DIRECT, 1, &[ANN, BOB]))).to_vec();
    let opened = Some(ConversationOpened { views, ..ConversationOpened::default() });
    let message = message(DIRECT, 1, 1, ANN);
    let audience = [ANN, BOB].into();
    stage
        .commit_as(&Ok(Stored::Appended {
            message,
            audience,
            withheld_from: None,
            opened,
            is_repeat: false,
            cursor: None,
        }))
        .await;
    assert_eq!(ann.types(), ["conversation", "message.stored"]);
    assert_eq!(bob.types(), ["conversation", "message"]);
}

#[actix::test]
async fn an_edit_reaches_every_connection_of_every_member_and_the_asker_before_its_ok() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    let edit = json!({"type": "message.edit", "ref": 4, "clientId": ClientId::fresh().to_string(),
        "conversation": DIRECT, "seq": 1, "version": 1, "body": "At two."});
    stage.say(&ann, edit.clone()).await;
    let mut edited = message(DIRECT, 1, 6, ANN);
    edited.version = Version::new(2);
    let changed = |is_repeat| {
        Ok(Stored::Changed {
            message: edited.clone(),
            before: Mentions { users: vec![BOB], all: false },
            audience: [ANN, BOB].into(),
            withheld_from: None,
            is_repeat,
            cursor: None,
        })
    };
    stage.commit_as(&changed(false)).await;
    let asker = ann.frames();
    assert_eq!((&asker[0]["type"], &asker[0]["before"]), (&json!("message.changed"), &json!({"mentions": [BOB]})));
    assert_eq!(asker[1], json!({"type": "ok", "ref": 4, "rev": 6, "version": 2}));
    assert_eq!((desk.types(), bob.types()), (vec!["message.changed".to_owned()], vec!["message.changed".to_owned()]));

    stage.say(&ann, edit).await;
    stage.commit_as(&changed(true)).await;
    assert_eq!(ann.frame(), json!({"type": "ok", "ref": 4, "rev": 6, "version": 2}));
    assert!(desk.frames().is_empty() && bob.frames().is_empty());
}

#[actix::test]
async fn receipts_go_to_the_authors_they_cover_and_to_ones_own_devices_only() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let (cat, tablet) = (stage.online(CAT).await, stage.online(CAT).await);
    stage.say(&cat, json!({"type": "receipt.read", "ref": 3, "conversation": GROUP, "seq": 5})).await;
    let confirm = Write::Confirm { user: CAT, conversation: GROUP, kind: ReceiptKind::Read, up_to: Seq::new(5) };
    assert_eq!(stage.writing.batch(), [confirm]);
    let receipts = vec![receipt(CAT, ReceiptKind::Delivered, 8), receipt(CAT, ReceiptKind::Read, 9)];
    let authors = vec![ANN];
    stage
        .commit_as(&Ok(Stored::Confirmed {
            conversation: GROUP,
            user: CAT,
            receipts,
            authors,
            only_delivered_to: Vec::new(),
            crowd: Vec::new(),
            late: Vec::new(),
            cursor: Some(cursor(5, 0, 2)),
        }))
        .await;
    assert_eq!(ann.types(), ["receipt", "receipt"]);
    assert!(bob.frames().is_empty(), "nothing of Bob's is covered");
    assert_eq!(tablet.types(), ["receipt", "receipt", "cursor"]);
    let asker = cat.frames();
    assert_eq!(asker[0]["receipt"]["rev"], 8);
    assert_eq!(asker[3], json!({"type": "ok", "ref": 3, "rev": 9}));
}

#[actix::test]
async fn whoever_has_read_receipts_switched_off_hears_of_delivery_only() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    let cat = stage.online(CAT).await;
    stage.say(&cat, json!({"type": "receipt.read", "conversation": GROUP, "seq": 5})).await;
    let confirmed = Stored::Confirmed {
        conversation: GROUP,
        user: CAT,
        receipts: vec![receipt(CAT, ReceiptKind::Delivered, 8), receipt(CAT, ReceiptKind::Read, 9)],
        authors: vec![ANN],
        only_delivered_to: vec![BOB],
        crowd: Vec::new(),
        late: Vec::new(),
        cursor: None,
    };
    stage.commit_as(&Ok(confirmed)).await;
    let kinds = |device: &Device| -> Vec<Value> {
        device.frames().into_iter().map(|frame| frame["receipt"]["kind"].clone()).collect()
    };
    assert_eq!(kinds(&ann), [json!("delivered"), json!("read")]);
    assert_eq!(kinds(&bob), [json!("delivered")]);
    assert_eq!(kinds(&cat), [json!("delivered"), json!("read")], "one's own");
}

#[actix::test]
async fn switching_read_receipts_off_is_told_to_ones_own_devices_and_to_nobody_else() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    let answer = stage.submit(Write::SetReadReceipts { user: ANN, are_on: false }).await;
    stage.commit_as(&Ok(Stored::ReadReceiptsSet { user: ANN, are_on: false, account_rev: Rev::new(13) })).await;
    let told = json!({"type": "account", "readReceipts": false, "accountRev": 13});
    assert_eq!((ann.frame(), desk.frame()), (told.clone(), told));
    assert!(bob.frames().is_empty(), "nothing that others could notice");
    assert!(answer.await.is_ok());
}

#[actix::test]
async fn a_mute_is_told_to_ones_own_devices_and_to_nobody_else() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    for (mute, told) in [
        (Some(Mute { until: None }), json!({"type": "mute", "conversation": DIRECT, "muted": {}, "accountRev": 13})),
        (None, json!({"type": "mute", "conversation": DIRECT, "accountRev": 13})),
    ] {
        drop(stage.submit(Write::SetMute { user: ANN, conversation: DIRECT, mute }).await);
        let stored = Stored::MuteSet { user: ANN, conversation: DIRECT, mute, account_rev: Rev::new(13) };
        stage.commit_as(&Ok(stored)).await;
        assert_eq!((ann.frame(), desk.frame()), (told.clone(), told));
    }
    assert!(bob.frames().is_empty(), "nothing that others could notice");
}

#[actix::test]
async fn a_confirmation_that_says_nothing_new_is_told_to_nobody() {
    let mut stage = Stage::open().await;
    let (ann, bob) = (stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&bob, json!({"type": "receipt.delivered", "ref": 3, "conversation": DIRECT, "seq": 5})).await;
    let nothing = Stored::Confirmed {
        conversation: DIRECT,
        user: BOB,
        receipts: Vec::new(),
        authors: Vec::new(),
        only_delivered_to: Vec::new(),
        crowd: Vec::new(),
        late: Vec::new(),
        cursor: None,
    };
    stage.commit_as(&Ok(nothing)).await;
    assert!(ann.frames().is_empty());
    assert_eq!(bob.frame(), json!({"type": "ok", "ref": 3}));
}

#[actix::test]
async fn who_reads_that_somebody_came_back_sees_them_online_before() {
    let mut stage = Stage::open().await;
    let ann = stage.online(ANN).await;
    stage.say(&ann, json!({"type": "presence.watch", "users": [CAT]})).await;
    let cat = stage.online(CAT).await;
    ann.frames();
    stage.say(&cat, json!({"type": "receipt.delivered", "conversation": GROUP, "seq": 5})).await;
    let late = Late {
        id: LateId::new(70),
        conversation: GROUP,
        user: CAT,
        count: 2,
        at: START,
        offline_since: AWAY,
        after_seq: Seq::new(5),
        oldest_at: AWAY,
    };
    let confirmed = Stored::Confirmed {
        conversation: GROUP,
        user: CAT,
        receipts: Vec::new(),
        authors: Vec::new(),
        only_delivered_to: Vec::new(),
        crowd: Vec::new(),
        late: vec![(ANN, late)],
        cursor: None,
    };
    stage.commit_as(&Ok(confirmed)).await;
    assert_eq!(ann.types(), ["presence", "late"]);
}

#[actix::test]
async fn a_late_notice_goes_to_each_sender_and_to_nobody_else() {
    let mut stage = Stage::open().await;
    let (ann, bob, cat) = (stage.online(ANN).await, stage.online(BOB).await, stage.online(CAT).await);
    stage.say(&cat, json!({"type": "receipt.delivered", "conversation": GROUP, "seq": 5})).await;
    let late = |id| Late {
        id: LateId::new(id),
        conversation: GROUP,
        user: CAT,
        count: 2,
        at: START,
        offline_since: AWAY,
        after_seq: Seq::new(5),
        oldest_at: AWAY,
    };
    let confirmed = Stored::Confirmed {
        conversation: GROUP,
        user: CAT,
        receipts: vec![receipt(CAT, ReceiptKind::Delivered, 8)],
        authors: vec![ANN, BOB],
        only_delivered_to: Vec::new(),
        crowd: Vec::new(),
        late: vec![(ANN, late(70)), (BOB, late(71))],
        cursor: None,
    };
    stage.commit_as(&Ok(confirmed)).await;
    for (sender, id) in [(&ann, 70), (&bob, 71)] {
        let frames = sender.frames();
        assert_eq!(frames.len(), 2);
        assert_eq!((&frames[1]["type"], &frames[1]["late"]["id"]), (&json!("late"), &json!(id)));
    }
    assert_eq!(cat.types(), ["receipt"]);
}

#[actix::test]
async fn seen_notices_go_from_all_of_ones_own_devices() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, json!({"type": "late.seen", "ids": [70, 71]})).await;
    stage.commit_as(&Ok(Stored::LateSeen { user: ANN, ids: vec![LateId::new(70)] })).await;
    let seen = json!({"type": "late.seen", "ids": [70]});
    assert_eq!((ann.frame(), desk.frame()), (seen.clone(), seen));
    assert!(bob.frames().is_empty());
}

#[actix::test]
async fn a_draft_goes_to_ones_other_devices_and_its_version_to_the_asker() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, json!({"type": "draft.set", "ref": 1, "conversation": DIRECT, "text": "Lu", "version": 0})).await;
    let draft = Some(Draft { text: "Lu".to_owned(), version: Version::new(4), at: START });
    let (version, account_rev) = (Version::new(4), Rev::new(11));
    stage.commit_as(&Ok(Stored::DraftSet { user: ANN, conversation: DIRECT, draft, version, account_rev })).await;
    assert_eq!(ann.frame(), json!({"type": "ok", "ref": 1, "version": 4}));
    let told = desk.frame();
    assert_eq!((&told["draft"]["text"], &told["accountRev"]), (&json!("Lu"), &json!(11)));
    assert!(bob.frames().is_empty());
}

#[actix::test]
async fn a_cursor_goes_to_all_of_ones_own_devices_and_to_nobody_else() {
    let mut stage = Stage::open().await;
    let (ann, desk, bob) = (stage.online(ANN).await, stage.online(ANN).await, stage.online(BOB).await);
    stage.say(&ann, json!({"type": "cursor.set", "ref": 1, "conversation": DIRECT, "seq": 2})).await;
    stage.commit_as(&Ok(Stored::CursorSet { user: ANN, cursor: cursor(2, 3, 12) })).await;
    let moved =
        json!({"type": "cursor", "conversation": DIRECT, "cursor": 2, "unread": 3, "mentioned": 0, "accountRev": 12});
    assert_eq!(ann.frames(), [moved.clone(), json!({"type": "ok", "ref": 1})]);
    assert_eq!(desk.frame(), moved);
    assert!(bob.frames().is_empty());
}

#[actix::test]
async fn a_new_person_is_told_to_everybody() {
    let mut stage = Stage::open().await;
    let here = [stage.online(ANN).await, stage.online(DAN).await];
    let eve = UserId::new(9);
    let created = stage.submit(Write::ExpireSessions).await;
    stage.commit_as(&Ok(Stored::UserCreated { user: user(eve), people_rev: Rev::new(5), session: None })).await;
    for device in &here {
        let told = device.frame();
        assert_eq!((&told["type"], &told["user"]["id"], &told["peopleRev"]), (&json!("user"), &json!(eve), &json!(5)));
    }
    assert!(created.await.is_ok());
    assert_eq!(stage.presence(eve).await.last_seen, Some(START), "away until the first connection");
}

fn receipt(who: UserId, kind: ReceiptKind, rev: i64) -> Receipt {
    let at = Timestamp::from_millis(START.millis() + 1);
    Receipt { user: who, kind, from: Seq::new(1), up_to: Seq::new(5), at, rev: Rev::new(rev), since: None }
}

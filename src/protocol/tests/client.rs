//! Every client golden decodes to what it says.

use std::collections::BTreeSet;

use serde_json::json;

use super::{every_variant, goldens};
use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, ConversationId, Emoji, LateId, Rev, Seq, Target, UserId, Version};
use crate::protocol::limits::{DEPTH_MAX, FRAME_MAX_BYTES};
use crate::protocol::{ClientFrame, ErrorCode, Ref, Request, decode};

every_variant!(ClientFrame {
    ClientFrame::Hello { .. } => "hello",
    ClientFrame::MessageSend { .. } => "message.send",
    ClientFrame::MessageEdit { .. } => "message.edit",
    ClientFrame::MessageDelete { .. } => "message.delete",
    ClientFrame::ReactionSet { .. } => "reaction.set",
    ClientFrame::ReceiptDelivered { .. } => "receipt.delivered",
    ClientFrame::ReceiptRead { .. } => "receipt.read",
    ClientFrame::Typing { .. } => "typing",
    ClientFrame::PresenceSet { .. } => "presence.set",
    ClientFrame::PresenceWatch { .. } => "presence.watch",
    ClientFrame::DraftSet { .. } => "draft.set",
    ClientFrame::CursorSet { .. } => "cursor.set",
    ClientFrame::LateSeen { .. } => "late.seen",
});

/// What each golden is to become, ref and frame.
fn expected(name: &str) -> Request {
    let conversation = ConversationId::new(3);
    let client_id = |id: &str| ClientId::new(id.parse().unwrap());
    let body = |text| Body::parse(text).unwrap();
    let (reference, frame) = match name {
        "hello" => (
            None,
            ClientFrame::Hello {
                account_rev: Rev::new(8),
                people_rev: Rev::new(5),
                conversations: vec![(conversation, Rev::new(40)), (ConversationId::new(9), Rev::new(2))],
                is_idle: false,
            },
        ),
        "message.send" => (
            Some(1),
            ClientFrame::MessageSend {
                client_id: client_id("019e98e9-f12b-7e91-b3c2-1a2b3c4d5e54"),
                target: Target::Conversation(conversation),
                body: body("Brilliant. Platform 2, I’ll have the tickets."),
                reply_to: Some(Seq::new(15)),
                written_at: Some(Timestamp::from_millis(1_780_681_929_003)),
            },
        ),
        "message.send-first" => (
            Some(1),
            ClientFrame::MessageSend {
                client_id: client_id("019e9817-3c8f-7c44-9b0e-6f1d2a3b4c51"),
                target: Target::User(UserId::new(7)),
                body: body("Shall we take the 8:40?"),
                reply_to: None,
                written_at: None,
            },
        ),
        "message.edit" => (
            Some(2),
            ClientFrame::MessageEdit {
                client_id: client_id("019e98eb-2cfa-7a60-9d11-2b3c4d5e6f55"),
                conversation,
                seq: Seq::new(16),
                version: Version::FIRST,
                body: body("Brilliant. Platform 4, I’ll have the tickets."),
            },
        ),
        "message.delete" => (
            Some(3),
            ClientFrame::MessageDelete {
                client_id: client_id("019e98eb-a964-7c3b-8e4d-3c4d5e6f7a56"),
                conversation,
                seq: Seq::new(13),
                version: Version::FIRST,
            },
        ),
        "reaction.set" => (
            Some(11),
            ClientFrame::ReactionSet {
                client_id: client_id("019e98ec-1d3b-7f52-8a41-4d5e6f7a8b58"),
                conversation,
                seq: Seq::new(15),
                emoji: Emoji::parse("\u{2764}\u{fe0f}").unwrap(),
                is_on: true,
            },
        ),
        "receipt.delivered" => (Some(4), ClientFrame::ReceiptDelivered { conversation, seq: Seq::new(14) }),
        "receipt.read" => (None, ClientFrame::ReceiptRead { conversation, seq: Seq::new(14) }),
        "typing" => (None, ClientFrame::Typing { conversation, is_on: true }),
        "presence.set" => (None, ClientFrame::PresenceSet { is_idle: true }),
        "presence.watch" => (Some(6), ClientFrame::PresenceWatch { users: vec![UserId::new(7), UserId::new(9)] }),
        "draft.set" => {
            let text = "Yes! Sorry, no signal past ".into();
            (Some(7), ClientFrame::DraftSet { conversation, text, version: Version::new(2) })
        }
        "draft.set-clear" => {
            (Some(8), ClientFrame::DraftSet { conversation, text: String::new(), version: Version::new(3) })
        }
        "cursor.set" => (Some(9), ClientFrame::CursorSet { conversation, seq: Seq::new(10) }),
        "late.seen" => (Some(10), ClientFrame::LateSeen { ids: vec![LateId::new(5)] }),
        _ => panic!("say what the golden file client.{name}.json is to become"),
    };
    Request { reference: reference.map(Ref::new), frame }
}

#[test]
fn every_golden_decodes_to_the_frame_it_shows() {
    for golden in goldens("client") {
        assert_eq!(decode(&golden.frame.to_string()), Ok(expected(&golden.name)), "{}", golden.name);
    }
}

#[test]
fn every_client_frame_has_a_golden() {
    let shown: BTreeSet<&str> = goldens("client").iter().map(|golden| type_of(&expected(&golden.name).frame)).collect();
    assert_eq!(shown, TYPES.iter().copied().collect());
}

#[test]
fn fields_nobody_knows_are_passed_over() {
    for mut golden in goldens("client") {
        golden.frame["mood"] = json!({ "of": ["the", { "sender": 1.5e300 }, null, true, "\u{1f600}\n"] });
        assert_eq!(decode(&golden.frame.to_string()), Ok(expected(&golden.name)), "{}", golden.name);
    }
}

#[test]
fn every_field_but_the_optional_ones_is_asked_for_by_name() {
    let optional = ["ref", "replyTo", "writtenAt"];
    for golden in goldens("client") {
        let fields: Vec<String> = golden.frame.as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let mut frame = golden.frame.clone();
            frame.as_object_mut().unwrap().remove(&field);
            match decode(&frame.to_string()) {
                Ok(_) => assert!(optional.contains(&&*field), "{} does without {field}", golden.name),
                Err(e) => {
                    let asked = if field == "to" { "conversation" } else { &field };
                    assert_eq!((e.code, e.field), (ErrorCode::MissingField, Some(asked)), "{}", golden.name);
                    assert_eq!(e.reference, expected(&golden.name).reference, "{}", golden.name);
                }
            }
        }
    }
}

#[test]
fn escapes_in_keys_and_texts_mean_what_they_stand_for() {
    let text = r#"{"\u0074ype":"draft\u002eset","conversation":3,"text":"\ud83d\ude00 \u00e9","version":0}"#;
    let ClientFrame::DraftSet { text, .. } = decode(text).unwrap().frame else { panic!("no draft") };
    assert_eq!(text, "😀 é");
}

#[test]
fn people_and_notices_are_sets() {
    let decoded = decode(r#"{"type":"presence.watch","users":[9,7,9,7]}"#).unwrap().frame;
    assert_eq!(decoded, ClientFrame::PresenceWatch { users: vec![UserId::new(7), UserId::new(9)] });
}

#[test]
fn the_longest_frame_that_may_be_is_still_read() {
    let escaped = "\\u00e9".repeat(4096);
    let text = format!(r#"{{"type":"draft.set","conversation":3,"text":"{escaped}","version":0}}"#);
    assert!(text.len() < FRAME_MAX_BYTES);
    assert!(decode(&text).is_ok());
}

#[test]
fn a_field_may_be_nested_up_to_the_limit_and_no_deeper() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"type":"presence.set","idle":true,"extra":{open}{close}}}"#)
    };
    assert!(decode(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(decode(&nested(DEPTH_MAX + 1)).unwrap_err().code, ErrorCode::InvalidJson);
}

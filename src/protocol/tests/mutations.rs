//! Frames that went wrong on the way: whatever arrives, decoding answers and never panics.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::goldens;
use crate::domain::Body;
use crate::protocol::{ClientFrame, ErrorCode, Ref, decode};

/// One change of a text, at a place given as a share of its length.
#[derive(Debug, Clone)]
enum Mutation {
    Cut(f64),
    Drop(f64),
    Insert(f64, String),
    Repeat(f64, f64),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let pieces = prop_oneof![
        "\\PC{1,4}",
        prop::sample::select(vec![
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "0",
            "-",
            "e9",
            ".5",
            "null",
            "true",
            "\\u0000",
            "\\ud800",
            "\0",
            "\"ref\":1,",
            "\"type\":\"hello\",",
            "9223372036854775808",
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        (0.0..1.0).prop_map(Mutation::Cut),
        (0.0..1.0).prop_map(Mutation::Drop),
        (0.0..1.0, pieces).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (0.0..1.0, 0.0..1.0).prop_map(|(from, to)| Mutation::Repeat(from, to)),
    ]
}

impl Mutation {
    fn apply(&self, text: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let place = |share: f64| (share * letters.len() as f64) as usize;
        let (kept, changed): (usize, Vec<char>) = match self {
            Mutation::Cut(at) => (place(*at), Vec::new()),
            Mutation::Drop(at) => (place(*at), letters.iter().skip(place(*at) + 1).copied().collect()),
            Mutation::Insert(at, piece) => {
                (place(*at), piece.chars().chain(letters[place(*at)..].iter().copied()).collect())
            }
            Mutation::Repeat(from, to) => (place(*to), letters[place(*from)..].to_vec()),
        };
        letters[..kept].iter().copied().chain(changed).collect()
    }
}

/// Any JSON value of moderate size.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".*", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn golden_frame() -> impl Strategy<Value = Value> {
    prop::sample::select(goldens("client").into_iter().map(|golden| golden.frame).collect::<Vec<Value>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_frame_is_answered_and_never_panics(
        frame in golden_frame(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let text = mutations.iter().fold(frame.to_string(), |text, mutation| mutation.apply(&text));
        if let Err(e) = decode(&text) {
            prop_assert!(!e.message.is_empty());
            prop_assert!(!e.code.is_passing(), "{} would be sent again for ever", e.code);
        }
        // What we take for a frame is JSON for everybody else too.
        prop_assert!(decode(&text).is_err() || serde_json::from_str::<Value>(&text).is_ok());
    }

    #[test]
    fn the_ref_comes_back_whatever_stands_in_the_other_fields(
        frame in golden_frame(),
        at in any::<prop::sample::Index>(),
        value in json_value(),
        number in 0..(1_u64 << 53),
    ) {
        let mut frame = frame;
        let fields: Vec<String> = frame.as_object().unwrap().keys().cloned().collect();
        frame[at.get(&fields)] = value;
        frame["ref"] = json!(number);
        let reference = match decode(&frame.to_string()) {
            Ok(request) => request.reference,
            Err(e) => e.reference,
        };
        prop_assert_eq!(reference, Some(Ref::new(number)));
    }

    #[test]
    fn any_text_arrives_as_it_was_written_or_is_refused(text in any::<String>()) {
        let frame = json!({
            "type": "message.send", "clientId": "019e9802-5a1c-7c44-9b0e-6f1d2a3b4c51", "to": 7, "body": text,
        });
        match (decode(&frame.to_string()), Body::parse(&text)) {
            (Ok(request), Ok(expected)) => {
                let ClientFrame::MessageSend { body, .. } = request.frame else { panic!("no message") };
                prop_assert_eq!(body, expected);
            }
            (Err(e), Err(_)) => {
                prop_assert_eq!(e.field, Some("body"));
                prop_assert_ne!(e.code, ErrorCode::InvalidJson);
            }
            (decoded, parsed) => prop_assert!(false, "{:?} for {:?}", decoded, parsed),
        }
    }
}

//! Every bad frame is refused for the reason its file gives.

use serde_json::{Value, json};

use super::{files, folder};
use crate::protocol::{Failure, ServerFrame, decode};

#[test]
fn every_bad_frame_is_refused_with_its_code_field_and_ref() {
    for (name, bad) in files(&folder().join("bad")) {
        let refused = decode(bad["text"].as_str().unwrap()).expect_err(&name);
        let answer = ServerFrame::Error(Failure::from(&refused)).encode();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(
            json!([answer["code"], answer["field"], answer["ref"]]),
            json!([bad["code"], bad["field"], bad["ref"]]),
            "{name}"
        );
        assert!(answer["message"].as_str().unwrap().ends_with('.'), "{name}: {answer}");
        assert!(bad["about"].as_str().unwrap().ends_with(['.', '?']), "{name}");
    }
}

#[test]
fn a_refusal_never_repeats_what_was_sent() {
    for (name, bad) in files(&folder().join("bad")) {
        let refused = decode(bad["text"].as_str().unwrap()).unwrap_err();
        assert!(refused.message.len() < 120, "{name}: {}", refused.message);
    }
}

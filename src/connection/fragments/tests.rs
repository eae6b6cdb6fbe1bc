use std::io;

use actix_web_actors::ws::{CloseCode, CloseReason};
use bytestring::ByteString;
use rstest::rstest;

use super::*;

fn first(piece: &'static [u8]) -> Result<Message, ProtocolError> {
    Ok(Message::Continuation(Item::FirstText(Bytes::from_static(piece))))
}

fn middle(piece: &'static [u8]) -> Result<Message, ProtocolError> {
    Ok(Message::Continuation(Item::Continue(Bytes::from_static(piece))))
}

fn last(piece: &'static [u8]) -> Result<Message, ProtocolError> {
    Ok(Message::Continuation(Item::Last(Bytes::from_static(piece))))
}

#[test]
fn a_text_in_one_frame_is_whole() {
    let said = Fragments::default().take(Ok(Message::Text(ByteString::from_static("hello"))));
    assert_eq!(said, Ok(Some(Incoming::Text("hello".into()))));
}

#[test]
fn fragments_are_joined_across_control_frames_even_inside_a_character() {
    let mut fragments = Fragments::default();
    assert_eq!(fragments.take(first(b"gr\xc3")), Ok(None));
    assert_eq!(fragments.take(Ok(Message::Ping(Bytes::from_static(b"?")))), Ok(Some(Incoming::Ping("?".into()))));
    assert_eq!(fragments.take(middle(b"")), Ok(None));
    assert_eq!(fragments.take(last(b"\xbc\xc3\x9fe")), Ok(Some(Incoming::Text("grüße".into()))));
    assert_eq!(fragments.take(first(b"again")), Ok(None), "the next message begins anew");
    assert_eq!(fragments.take(last(b"")), Ok(Some(Incoming::Text("again".into()))));
}

#[test]
fn fragments_past_the_limit_together_are_too_large() {
    let half = Bytes::from(vec![b'x'; MESSAGE_MAX_BYTES / 2]);
    let mut fragments = Fragments::default();
    assert_eq!(fragments.take(Ok(Message::Continuation(Item::FirstText(half.clone())))), Ok(None));
    assert_eq!(fragments.take(Ok(Message::Continuation(Item::Continue(half)))), Ok(None));
    assert_eq!(fragments.take(last(b"!")), Err(Refusal::TooLarge));
}

#[test]
fn joined_text_that_is_not_utf8_is_refused() {
    let mut fragments = Fragments::default();
    assert_eq!(fragments.take(first(b"ok \xc3")), Ok(None));
    assert_eq!(fragments.take(last(b"(")), Err(Refusal::NotUtf8));
}

#[rstest]
#[case::binary(Ok(Message::Binary(Bytes::new())), Refusal::Binary)]
#[case::fragmented_binary(Ok(Message::Continuation(Item::FirstBinary(Bytes::new()))), Refusal::Binary)]
#[case::nothing_to_continue(middle(b"a"), Refusal::NothingToContinue)]
#[case::nothing_to_end(last(b"a"), Refusal::NothingToContinue)]
#[case::text_in_one_frame_not_utf8(Err(ProtocolError::Io(io::Error::other("utf-8"))), Refusal::NotUtf8)]
#[case::larger_than_the_codec_takes(Err(ProtocolError::Overflow), Refusal::TooLarge)]
#[case::anything_else(Err(ProtocolError::BadOpCode), Refusal::Protocol)]
fn what_cannot_be_taken_says_why(#[case] item: Result<Message, ProtocolError>, #[case] why: Refusal) {
    assert_eq!(Fragments::default().take(item), Err(why));
}

#[test]
fn binary_is_joined_where_it_is_asked_for() {
    let binary = |piece: &'static [u8]| Ok(Message::Continuation(Item::FirstBinary(Bytes::from_static(piece))));
    let mut fragments = Fragments::with_binary();
    assert_eq!(fragments.take(Ok(Message::Binary("\u{ff}".into()))), Ok(Some(Incoming::Binary("\u{ff}".into()))));
    assert_eq!(fragments.take(binary(b"\xff")), Ok(None));
    assert_eq!(fragments.take(last(b"\xfe")), Ok(Some(Incoming::Binary(vec![0xff, 0xfe]))));
    assert_eq!(fragments.take(first(b"text")), Ok(None));
    assert_eq!(fragments.take(binary(b"\xff")), Err(Refusal::Interleaved));
}

#[test]
fn a_message_begun_twice_is_refused() {
    let mut fragments = Fragments::default();
    assert_eq!(fragments.take(first(b"a")), Ok(None));
    assert_eq!(fragments.take(first(b"b")), Err(Refusal::Interleaved));
}

#[rstest]
#[case(None, None)]
#[case(Some(CloseCode::Away.into()), Some(1001))]
#[case(Some(CloseReason { code: CloseCode::Other(4321), description: Some("bye".into()) }), Some(4321))]
fn a_goodbye_keeps_its_code(#[case] reason: Option<CloseReason>, #[case] code: Option<u16>) {
    assert_eq!(Fragments::default().take(Ok(Message::Close(reason))), Ok(Some(Incoming::Close(code))));
}

#[rstest]
#[case(Refusal::TooLarge, 1009)]
#[case(Refusal::Binary, 1003)]
#[case(Refusal::NotUtf8, 1007)]
#[case(Refusal::Unmasked, 1002)]
#[case(Refusal::CloseCode, 1002)]
#[case(Refusal::Protocol, 1002)]
fn every_refusal_has_its_close_code_and_a_sentence_that_fits_a_control_frame(#[case] why: Refusal, #[case] code: u16) {
    let reason = why.close_reason();
    assert_eq!(u16::from(reason.code), code);
    assert!((1..=123).contains(&reason.description.unwrap_or_default().len()));
}

#[test]
fn a_text_does_not_keep_the_read_buffer() {
    let buffer = Bytes::from(vec![b'x'; 8_192]);
    let text = ByteString::try_from(buffer.slice(..5)).unwrap();
    let said = Fragments::default().take(Ok(Message::Text(text)));
    assert_eq!(said, Ok(Some(Incoming::Text("xxxxx".into()))));
    assert!(buffer.is_unique());
}

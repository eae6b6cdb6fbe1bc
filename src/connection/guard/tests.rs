use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Wake, Waker},
};

use actix_http::ws::{OpCode, Parser};
use proptest::prelude::*;
use rstest::rstest;

use super::{client_frames::*, *};

/// A payload that gives its chunks one by one, and is then silent until told that it has ended.
struct Chunks {
    chunks: VecDeque<Bytes>,
    has_ended: bool,
}

impl Stream for Chunks {
    type Item = Result<Bytes, PayloadError>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None if self.has_ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn guard<C: AsRef<[u8]>>(chunks: impl IntoIterator<Item = C>) -> (Guard<Chunks>, Intake) {
    let intake = Intake::default();
    let chunks = chunks.into_iter().map(|chunk| Bytes::copy_from_slice(chunk.as_ref())).collect();
    (Guard::new(Chunks { chunks, has_ended: false }, intake.clone()), intake)
}

/// Polls until there is nothing more; whether the stream has ended, and what it gave.
fn poll_all(guard: &mut Guard<Chunks>, waker: &Waker) -> (Vec<u8>, bool) {
    let mut given = Vec::new();
    loop {
        match Pin::new(&mut *guard).poll_next(&mut Context::from_waker(waker)) {
            Poll::Ready(Some(bytes)) => given.extend_from_slice(&bytes.expect("the guard gives no errors")),
            Poll::Ready(None) => return (given, true),
            Poll::Pending => return (given, false),
        }
    }
}

/// What the guard gives of `bytes` cut in two at `at`, if every frame is handled at once, and how it ended.
fn give_in_two(bytes: &[u8], at: usize) -> (Vec<u8>, Option<End>) {
    let (mut guard, intake) = guard([&bytes[..at], &bytes[at..]]);
    let mut given = Vec::new();
    loop {
        let (more, has_ended) = poll_all(&mut guard, Waker::noop());
        given.extend_from_slice(&more);
        if has_ended || intake.outstanding() == 0 {
            return (given, intake.end());
        }
        intake.handled();
    }
}

#[rstest]
#[case::reserved_bit_1(frame(TEXT | 0x40, b"a"), 1, Refusal::ReservedBits)]
#[case::reserved_bit_2(frame(TEXT | 0x20, b"a"), 1, Refusal::ReservedBits)]
#[case::reserved_bit_3(frame(PING | 0x10, b"a"), 1, Refusal::ReservedBits)]
#[case::reserved_data_opcode(frame(0x83, b"a"), 1, Refusal::ReservedOpcode)]
#[case::reserved_control_opcode(frame(0x8b, b"a"), 1, Refusal::ReservedOpcode)]
#[case::not_masked(vec![TEXT, 1, b'a'], 2, Refusal::Unmasked)]
#[case::control_of_126_bytes(frame(PING, &[0; 126]), 2, Refusal::LongControl)]
#[case::control_with_long_length(declared(CLOSE, 1 << 40), 2, Refusal::LongControl)]
#[case::split_ping(frame(0x09, b"a"), 1, Refusal::SplitControl)]
#[case::split_close(frame(0x08, b""), 1, Refusal::SplitControl)]
#[case::two_bytes_for_125(header(TEXT, &[0xfe, 0, 125]), 4, Refusal::LengthNotMinimal)]
#[case::eight_bytes_for_65535(header(TEXT, &[0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff]), 10, Refusal::LengthNotMinimal)]
#[case::highest_bit(declared(TEXT, 1 << 63), 10, Refusal::LengthNotMinimal)]
#[case::one_byte_too_many(declared(TEXT, 65_537), 10, Refusal::TooLarge)]
#[case::two_to_the_40(declared(TEXT, 1 << 40), 10, Refusal::TooLarge)]
#[case::two_to_the_62(declared(BINARY, 1 << 62), 10, Refusal::TooLarge)]
#[case::continuation_of_nothing(frame(MIDDLE, b"a"), 1, Refusal::NothingToContinue)]
#[case::end_of_nothing(frame(LAST, b"a"), 1, Refusal::NothingToContinue)]
#[case::one_byte_close(frame(CLOSE, &[3]), 7, Refusal::CloseCode)]
#[case::code_below_1000(close(999, b""), 8, Refusal::CloseCode)]
#[case::code_never_sent(close(1005, b""), 8, Refusal::CloseCode)]
#[case::code_of_tls(close(1015, b""), 8, Refusal::CloseCode)]
#[case::code_undefined(close(2999, b""), 8, Refusal::CloseCode)]
#[case::code_of_nobody(close(5000, b""), 8, Refusal::CloseCode)]
#[case::reason_not_utf8(close(1000, &[0xc3, 0x28]), 10, Refusal::NotUtf8)]
#[case::text_not_utf8_in_the_middle(frame(TEXT, b"gr\xc3(not looked at"), 10, Refusal::NotUtf8)]
#[case::text_beyond_unicode(frame(TEXT, b"\xf4\x90\x80\x80"), 8, Refusal::NotUtf8)]
#[case::text_with_a_surrogate(frame(FIRST, b"\xed\xa0\x80"), 8, Refusal::NotUtf8)]
#[case::text_that_ends_inside_a_character(frame(TEXT, b"gr\xc3"), 9, Refusal::NotUtf8)]
fn what_is_wrong_is_refused_at_the_byte_that_shows_it(#[case] bytes: Vec<u8>, #[case] at: usize, #[case] why: Refusal) {
    let before = frame(TEXT, "größer".as_bytes());
    for first in [&[][..], &before] {
        let all = [first, &bytes[..at]].concat();
        for cut in 0..=all.len() {
            assert_eq!(give_in_two(&all, cut), (first.to_vec(), Some(End::Refused(why))), "cut at {cut}");
        }
        assert_eq!(give_in_two(&all[..all.len() - 1], 0), (first.to_vec(), None), "a byte earlier nothing is wrong");
    }
}

#[test]
fn a_message_begun_inside_a_fragmented_one_is_refused() {
    let begun = frame(FIRST, b"a");
    for second in [TEXT, BINARY, FIRST] {
        let all = [begun.clone(), frame(PING, b""), vec![second]].concat();
        for cut in 0..=all.len() {
            let (given, end) = give_in_two(&all, cut);
            assert_eq!(given, all[..all.len() - 1]);
            assert_eq!(end, Some(End::Refused(Refusal::Interleaved)));
        }
    }
}

#[test]
fn fragmented_text_is_refused_at_the_byte_that_shows_it_whatever_stands_between() {
    let right =
        [frame(FIRST, b"gr\xc3"), frame(PING, b"\xff"), frame(MIDDLE, b""), frame(MIDDLE, b"\xbc\xe2\x82")].concat();
    for (wrong, at) in [(frame(MIDDLE, b"(and more"), 7), (frame(LAST, b"\xac\xff"), 8), (frame(LAST, b""), 6)] {
        let all = [&right[..], &wrong[..at]].concat();
        for cut in 0..=all.len() {
            assert_eq!(give_in_two(&all, cut), (right.clone(), Some(End::Refused(Refusal::NotUtf8))), "cut at {cut}");
        }
        assert_eq!(give_in_two(&all[..all.len() - 1], 0), (right.clone(), None), "a byte earlier nothing is wrong");
    }
    let end = [right, frame(LAST, b"\xac"), frame(TEXT, b"\xc3\xbc")].concat();
    assert_eq!(give_in_two(&end, 9), (end.clone(), None), "and the next text begins anew");
}

#[test]
fn binary_messages_may_hold_anything() {
    let all =
        [frame(0x02, b"\xff"), frame(PING, b"\xff"), frame(LAST, b"\xc3"), frame(BINARY, b"\xed\xa0\x80")].concat();
    for cut in 0..=all.len() {
        assert_eq!(give_in_two(&all, cut), (all.clone(), None), "cut at {cut}");
    }
}

#[test]
fn fragments_are_refused_at_the_header_that_takes_them_past_the_limit_together() {
    let first = frame(FIRST, &vec![b'a'; 40_000]);
    let ping = frame(PING, &[0; 125]); // control frames count for nothing
    let enough = [first.clone(), ping.clone(), frame(LAST, &vec![b'a'; 25_536]), frame(FIRST, b"again")].concat();
    assert_eq!(give_in_two(&enough, 7), (enough.clone(), None));

    let too_much = [first.clone(), ping.clone(), declared(LAST, 25_537)].concat();
    let passed = [first, ping].concat();
    assert_eq!(give_in_two(&too_much, 7), (passed, Some(End::Refused(Refusal::TooLarge))));
}

#[test]
fn every_allowed_kind_of_frame_passes_unchanged_wherever_the_bytes_are_cut() {
    let all = [
        frame(TEXT, b""),
        frame(TEXT, b"short"),
        frame(FIRST, b""),
        frame(PING, &[7; 125]),
        frame(MIDDLE, &[b'm'; 126]),
        frame(PONG, b""),
        frame(LAST, b"end"),
        frame(BINARY, &[0; 200]),
        close(4321, "schön".as_bytes()),
    ]
    .concat();
    for cut in 0..=all.len() {
        assert_eq!(give_in_two(&all, cut), (all.clone(), Some(End::Closed)), "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = all.chunks(1).collect();
    let (mut guard, intake) = guard(bytes);
    assert_eq!(poll_all(&mut guard, Waker::noop()), (all, true), "byte by byte");
    assert_eq!(intake.outstanding(), 9);
}

#[test]
fn the_longest_frame_of_each_way_to_write_a_length_passes() {
    for length in [125, 126, 65_535, 65_536] {
        let all = frame(TEXT, &vec![b'x'; length]);
        for cut in [0, 1, 2, 3, 4, 9, 10, 11, 14, 15, all.len() - 1, all.len()] {
            assert_eq!(give_in_two(&all, cut.min(all.len())), (all.clone(), None), "{length} bytes cut at {cut}");
        }
    }
}

#[test]
fn nothing_of_a_frame_passes_before_its_last_byte() {
    let whole = frame(TEXT, b"hello");
    let (mut guard, intake) = guard([&whole[..whole.len() - 1]]);
    assert_eq!(poll_all(&mut guard, Waker::noop()), (vec![], false));
    assert_eq!(intake.outstanding(), 0);
}

#[test]
fn what_a_client_sends_after_its_close_frame_is_not_read() {
    let goodbye = close(1001, b"");
    let (mut guard, intake) = guard([[goodbye.clone(), vec![0xff; 100]].concat()]);
    assert_eq!(poll_all(&mut guard, Waker::noop()), (goodbye, true));
    assert_eq!(intake.end(), Some(End::Closed));
}

#[test]
fn a_connection_that_ends_without_a_close_frame_is_lost() {
    let (mut guard, intake) = guard([&frame(TEXT, b"half")[..6]]);
    guard.payload.has_ended = true;
    assert_eq!(poll_all(&mut guard, Waker::noop()), (vec![], true));
    assert_eq!(intake.end(), Some(End::Lost));
}

#[rstest]
#[case::empty_text(frame(TEXT, b""))]
#[case::pings(frame(PING, b""))]
#[case::pongs(frame(PONG, b"pong"))]
fn a_flood_stops_at_64_frames_and_goes_on_one_for_each_one_handled(#[case] one: Vec<u8>) {
    let flood = one.repeat(10_000);
    let (mut guard, intake) = guard(flood.chunks(8_192));
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());

    let (given, _) = poll_all(&mut guard, &waker);
    assert_eq!(given.len(), OUTSTANDING_MAX_FRAMES * one.len());
    assert_eq!(guard.payload.chunks.len(), flood.len().div_ceil(8_192) - 1, "only the chunk in hand was read");

    for handled in 1..=200 {
        intake.handled();
        assert_eq!(wakes.0.load(Ordering::Relaxed), handled, "whoever waits is woken");
        assert_eq!(poll_all(&mut guard, &waker).0.len(), one.len());
        assert_eq!(intake.outstanding(), OUTSTANDING_MAX_FRAMES);
    }
}

#[test]
fn a_flood_of_large_frames_stops_at_the_bytes_of_two() {
    let one = frame(TEXT, &vec![b'x'; 40_000]);
    let flood = one.repeat(64);
    let (mut guard, intake) = guard(flood.chunks(8_192));
    assert_eq!(poll_all(&mut guard, Waker::noop()).0.len(), 2 * one.len());
    intake.handled();
    assert_eq!(poll_all(&mut guard, Waker::noop()).0.len(), one.len());
    assert_eq!(intake.outstanding(), 2);
}

#[test]
fn a_declared_length_takes_no_memory_until_its_bytes_arrive() {
    let (mut guard, _) = guard([declared(TEXT, 65_536)]);
    poll_all(&mut guard, Waker::noop());
    assert!(guard.begun.capacity() < 128, "{}", guard.begun.capacity());
}

#[test]
fn a_frame_that_arrived_in_pieces_leaves_no_memory_behind() {
    let whole = frame(TEXT, &vec![b'x'; 65_536]);
    let (mut guard, _) = guard(whole.chunks(1_000));
    assert_eq!(poll_all(&mut guard, Waker::noop()).0.len(), whole.len());
    assert_eq!(guard.begun.capacity(), 0);
    assert!(guard.unread.is_empty());
}

#[test]
fn more_handled_than_handed_up_changes_nothing() {
    let intake = Intake::default();
    intake.handled();
    assert_eq!(intake.outstanding(), 0);
}

proptest! {
    #[test]
    fn whatever_passes_the_guard_actix_accepts(bytes in any_frames(), cuts in prop::collection::vec(1_usize..40, 1..8)) {
        let mut rest = &bytes[..];
        let mut chunks = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break }
            let (chunk, more) = rest.split_at((*cut).min(rest.len()));
            chunks.push(chunk);
            rest = more;
        }
        let (mut guard, intake) = guard(chunks);
        let (given, _) = poll_all(&mut guard, Waker::noop());
        let frames = parse_all(&given);
        prop_assert_eq!(frames, intake.outstanding());
        prop_assert!(frames <= OUTSTANDING_MAX_FRAMES);
    }
}

/// Mostly right frames, with wrong first bytes, lengths and payloads among them.
fn any_frames() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        8 => prop::sample::select(vec![TEXT, PING, PONG, FIRST, MIDDLE, LAST, CLOSE]),
        1 => any::<u8>(),
    ];
    let one = prop_oneof![
        4 => (first.clone(), prop::collection::vec(any::<u8>(), 0..140)).prop_map(|(first, payload)| frame(first, &payload)),
        8 => (first, ".{0,40}").prop_map(|(first, text)| frame(first, text.as_bytes())),
        1 => (1000_u16..5000).prop_map(|code| close(code, b"bye")),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(one, 0..90).prop_map(|frames| frames.concat())
}

/// Runs actix-http's parser over whole frames, with its own default limit, and counts them.
fn parse_all(given: &[u8]) -> usize {
    let mut rest = BytesMut::from(given);
    let mut frames = 0;
    while !rest.is_empty() {
        let parsed = Parser::parse(&mut rest, true, MESSAGE_MAX_BYTES).expect("the parser refuses nothing that passed");
        let (_, opcode, payload) = parsed.expect("only whole frames pass");
        if opcode == OpCode::Close {
            Parser::try_parse_close_payload(&payload.unwrap_or_default()).expect("nor a close frame that passed");
        }
        frames += 1;
    }
    frames
}

//! Section 6: text is UTF-8 as RFC 3629 has it, after Markus Kuhn's list of what decoders get wrong. Wrong text is refused
//! while it arrives: the suite calls that strict, and lets the whole message pass for 'non-strict'.

use super::Case;
use crate::connection::guard::client_frames::*;

const GREEK: &[u8] = "κ\u{1f79}σμε".as_bytes();
const MIXED: &str = "Grüße an Ωmega, 你 und 🦀!";
const TAIL: &[u8] = b"edited";
/// What would be U+110000, one past the last; its second byte shows it.
const BEYOND: &[u8] = b"\xf4\x90\x80\x80";

pub fn all() -> Vec<Case> {
    [joined(), broken_while_it_arrives(), encoded()].into_iter().flatten().collect()
}

/// A text in one frame for each byte.
fn byte_by_byte(text: &[u8]) -> Vec<u8> {
    let last = text.len() - 1;
    let first_byte = |at| {
        if at == 0 {
            FIRST
        } else if at == last {
            LAST
        } else {
            MIDDLE
        }
    };
    text.iter().enumerate().flat_map(|(at, byte)| frame(first_byte(at), &[*byte])).collect()
}

fn joined() -> Vec<Case> {
    let (one, two) = MIXED.split_at(MIXED.len() / 2);
    let wrong = [GREEK, b"\xed\xa0\x80", TAIL].concat();
    let three = |middle: &[u8]| [frame(FIRST, b""), frame(MIDDLE, middle), frame(LAST, b"")].concat();
    vec![
        Case::new("6.1.1").sends(frame(TEXT, b"")).hears(TEXT, "").says_goodbye(),
        Case::new("6.1.2").sends(three(b"")).hears(TEXT, "").says_goodbye(),
        Case::new("6.1.3").sends(three(b"middle")).hears(TEXT, "middle").says_goodbye(),
        Case::new("6.2.1").sends(frame(TEXT, MIXED.as_bytes())).hears(TEXT, MIXED).says_goodbye(),
        Case::new("6.2.2")
            .sends([frame(FIRST, one.as_bytes()), frame(LAST, two.as_bytes())].concat())
            .hears(TEXT, MIXED)
            .says_goodbye(),
        Case::new("6.2.3").sends(byte_by_byte(MIXED.as_bytes())).hears(TEXT, MIXED).says_goodbye(),
        Case::new("6.2.4").sends(byte_by_byte(GREEK)).hears(TEXT, GREEK).says_goodbye(),
        Case::new("6.3.1").sends(frame(TEXT, &wrong)).ends_with(1007),
        Case::new("6.3.2").sends(byte_by_byte(&wrong)).ends_with(1007),
    ]
}

/// The rest of the message is never sent: who waits for it never answers. A pong shows that what came before was taken.
fn broken_while_it_arrives() -> Vec<Case> {
    let taken = |case: Case, start: &[u8]| case.sends(frame(FIRST, start)).sends(frame(PING, b"")).hears(PONG, "");
    let right_so_far = [GREEK, &BEYOND[..1]].concat();
    let whole = frame(TEXT, &[GREEK, BEYOND, TAIL].concat());
    let header_bytes = whole.len() - GREEK.len() - BEYOND.len() - TAIL.len();
    let in_one_frame = |name: &str, start: usize, then: usize| {
        let (start, rest) = whole.split_at(header_bytes + start);
        Case::new(name).sends(start).sends(&rest[..then]).ends_with(1007)
    };
    vec![
        taken(Case::new("6.4.1"), GREEK).sends(frame(MIDDLE, BEYOND)).ends_with(1007),
        taken(Case::new("6.4.2"), &right_so_far).sends(frame(MIDDLE, &BEYOND[1..2])).ends_with(1007),
        in_one_frame("6.4.3", GREEK.len(), BEYOND.len()),
        in_one_frame("6.4.4", right_so_far.len(), 1),
    ]
}

/// A number as UTF-8 was first drawn up, in up to six bytes, whether or not RFC 3629 still allows that.
fn spelled(number: u32, bytes: u32) -> Vec<u8> {
    if bytes == 1 {
        return vec![number as u8];
    }
    let lead = 0xff_u8 << (8 - bytes) | (number >> (6 * (bytes - 1))) as u8;
    let rest = (0..bytes - 1).rev().map(|place| 0x80 | (number >> (6 * place)) as u8 & 0x3f);
    std::iter::once(lead).chain(rest).collect()
}

/// The greatest number that fits so many bytes.
fn greatest(bytes: u32) -> u32 {
    if bytes == 1 { 0x7f } else { (1 << (5 * bytes + 1)) - 1 }
}

fn characters(numbers: impl IntoIterator<Item = u32>) -> Vec<(bool, Vec<u8>)> {
    numbers.into_iter().map(|number| (true, char::from_u32(number).unwrap().to_string().into_bytes())).collect()
}

fn wrong(texts: impl IntoIterator<Item = Vec<u8>>) -> Vec<(bool, Vec<u8>)> {
    texts.into_iter().map(|text| (false, text)).collect()
}

fn encoded() -> Vec<Case> {
    let words = ["hello$world", "hello¢world", "hello€world", "hello𤭢world", "κ\u{1f79}σμε"];
    let surrogates = [0xd800, 0xdb7f, 0xdb80, 0xdbff, 0xdc00, 0xdf80, 0xdfff];
    let starts = [0xc0..=0xdf, 0xe0..=0xef, 0xf0..=0xf7, 0xf8..=0xfb, 0xfc..=0xfd_u8];
    let cut_short = || {
        let cut = |mut text: Vec<u8>| text.pop().map(|_| text);
        let zeros = (2..=6).map(|bytes| spelled(0, bytes));
        zeros.chain((2..=6).map(|bytes| spelled(greatest(bytes), bytes))).filter_map(cut)
    };
    let pairs = surrogates[..4]
        .iter()
        .flat_map(|high| [0xdc00, 0xdfff].map(|low| [spelled(*high, 3), spelled(low, 3)].concat()));
    let alternating = (2..=6).map(|length| [0x80, 0xbf].repeat(3)[..length].to_vec());
    let plane_ends = (0..=16).flat_map(|plane| [plane << 16 | 0xfffe, plane << 16 | 0xffff]);
    let groups = [
        // 6.5: characters of one to four bytes, and every beginning of a text.
        words.map(|word| (true, word.as_bytes().to_vec())).to_vec(),
        (1..=GREEK.len()).map(|end| (matches!(end, 2 | 5 | 7 | 9 | 11), GREEK[..end].to_vec())).collect(),
        // 6.7: the first and the last of each length, of which five and six bytes no longer exist.
        characters([0, 0x80, 0x800, 0x1_0000]),
        wrong([spelled(0x20_0000, 5), spelled(0x400_0000, 6)]),
        characters([0x7f, 0x7ff, 0xffff, 0x10_ffff]),
        wrong((4..=6).map(|bytes| spelled(greatest(bytes), bytes))),
        // 6.11: around what is left out.
        [characters([0xd7ff, 0xe000, 0xfffd, 0x10_ffff]), wrong([BEYOND.to_vec()])].concat(),
        // 6.12: continuations of nothing, beginnings without, with one too few, and bytes that never occur.
        wrong([vec![0x80], vec![0xbf]].into_iter().chain(alternating).chain([(0x80..=0xbf).collect()])),
        wrong(starts.map(|range| range.flat_map(|start| [start, b' ']).collect())),
        wrong(cut_short()),
        wrong([cut_short().flatten().collect()]),
        wrong([vec![0xfe], vec![0xff], vec![0xfe, 0xfe, 0xff, 0xff]]),
        // 6.17: in more bytes than needed.
        wrong((2..=6).map(|bytes| spelled(u32::from(b'/'), bytes))),
        wrong((2..=6).map(|bytes| spelled(greatest(bytes - 1), bytes))),
        wrong((2..=6).map(|bytes| spelled(0, bytes))),
        // 6.20: halves of UTF-16, alone and in pairs.
        wrong(surrogates.map(|surrogate| spelled(surrogate, 3))),
        wrong(pairs),
        // 6.22: no characters, but allowed; and the specials.
        characters(plane_ends),
        characters(0xfff9..=0xffff),
    ];
    let mut cases = Vec::new();
    for (group, texts) in groups.into_iter().enumerate() {
        for (number, (is_text, bytes)) in texts.into_iter().enumerate() {
            let case = Case::new(format!("6.{}.{}", group + 5, number + 1)).sends(frame(TEXT, &bytes));
            cases.push(if is_text { case.hears(TEXT, bytes).says_goodbye() } else { case.ends_with(1007) });
        }
    }
    cases
}

#[test]
fn numbers_are_spelled_as_utf8_does_where_it_does() {
    for (number, bytes) in [('/', 1), ('\u{7ff}', 2), ('\u{800}', 3), ('\u{10ffff}', 4)] {
        assert_eq!(spelled(u32::from(number), bytes), number.to_string().into_bytes());
    }
    assert_eq!(spelled(greatest(6), 6), b"\xfd\xbf\xbf\xbf\xbf\xbf");
    assert_eq!(spelled(u32::from(b'/'), 2), b"\xc0\xaf");
}

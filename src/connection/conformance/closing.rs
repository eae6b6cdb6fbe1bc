//! Section 7: goodbyes, which codes may travel, and what stands behind a close frame.

use super::Case;
use crate::connection::guard::client_frames::*;

const ALLOWED: [u16; 13] = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const NOT_ALLOWED: [u16; 9] = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];

pub fn all() -> Vec<Case> {
    let goodbye = close(1000, b"");
    let behind_goodbye = |name: &str, frames: &[u8]| {
        let all = [&goodbye[..], frames].concat();
        Case::new(name).sends(all).ends_with(1000)
    };
    let with_reason = |name: &str, reason: &[u8], code| Case::new(name).sends(close(1000, reason)).ends_with(code);
    let half_a_message = [frame(FIRST, b"frag"), goodbye.clone(), frame(LAST, b"ments")].concat();
    let mut cases = vec![
        Case::new("7.1.1").sends(frame(TEXT, b"Hello!")).hears(TEXT, "Hello!").says_goodbye(),
        behind_goodbye("7.1.2", &frame(CLOSE, b"")),
        behind_goodbye("7.1.3", &frame(PING, b"")),
        behind_goodbye("7.1.4", &frame(TEXT, b"one more thing")),
        Case::new("7.1.5").sends(half_a_message).ends_with(1000),
        // 256 KiB are past our limit; the suite leaves open what happens.
        Case::new("7.1.6")
            .sends([frame(TEXT, &[b'x'; 262_144]), frame(TEXT, b"Hello!"), goodbye.clone(), frame(PING, b"")].concat())
            .ends_with(1009),
        Case::new("7.3.1").sends(frame(CLOSE, b"")).ends_with(1000),
        Case::new("7.3.2").sends(frame(CLOSE, b"a")).ends_with(1002),
        with_reason("7.3.3", b"", 1000),
        with_reason("7.3.4", b"that was all", 1000),
        with_reason("7.3.5", &[b'*'; 123], 1000),
        with_reason("7.3.6", &[b'*'; 124], 1002),
        with_reason("7.5.1", &["κ\u{1f79}σμε".as_bytes(), b"\xed\xa0\x80"].concat(), 1007),
    ];
    let coded = |section: &str, number: usize, code: u16, answer: u16| {
        Case::new(format!("{section}.{}", number + 1)).sends(close(code, b"")).ends_with(answer)
    };
    cases.extend(ALLOWED.iter().enumerate().map(|(number, code)| coded("7.7", number, *code, *code)));
    cases.extend(NOT_ALLOWED.iter().enumerate().map(|(number, code)| coded("7.9", number, *code, 1002)));
    // The suite leaves these open; nobody may define them (RFC 6455 §7.4.2).
    cases.extend([5000, 65_535].iter().enumerate().map(|(number, code)| coded("7.13", number, *code, 1002)));
    cases
}

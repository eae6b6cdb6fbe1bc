//! Our own cases on lengths: written in more bytes than needed, or declared larger than anything we would take. Nothing of
//! the payload is sent, so whoever waits for it never answers.

use super::Case;
use crate::connection::guard::client_frames::*;

pub fn all() -> Vec<Case> {
    let in_two_bytes = |length: u16| [&[0xfe][..], &length.to_be_bytes()].concat();
    let in_eight_bytes = |length: u64| [&[0xff][..], &length.to_be_bytes()].concat();
    let mut cases = Vec::new();
    for (kind, first) in [("text", TEXT), ("binary", BINARY), ("first fragment", FIRST)] {
        for length in [0, 1, 125] {
            let name = format!("{kind} of {length} bytes, length in two");
            cases.push(Case::new(name).sends(header(first, &in_two_bytes(length))).ends_with(1002));
        }
        for length in [0, 125, 126, 65_535] {
            let name = format!("{kind} of {length} bytes, length in eight");
            cases.push(Case::new(name).sends(header(first, &in_eight_bytes(length))).ends_with(1002));
        }
        for (power, code) in [(17, 1009), (31, 1009), (32, 1009), (40, 1009), (62, 1009), (63, 1002)] {
            let name = format!("{kind} of 2^{power} bytes");
            cases.push(Case::new(name).sends(declared(first, 1 << power)).ends_with(code));
        }
        let one_too_many = Case::new(format!("{kind} of 65537 bytes"));
        cases.push(one_too_many.sends(declared(first, 65_537)).ends_with(1009));
    }
    for (kind, first) in [("close", CLOSE), ("ping", PING), ("pong", PONG)] {
        for (how, length) in [("126 bytes", in_two_bytes(126)), ("5 bytes, length in two", in_two_bytes(5))] {
            cases.push(Case::new(format!("{kind} of {how}")).sends(header(first, &length)).ends_with(1002));
        }
        let huge = Case::new(format!("{kind} of 2^62 bytes"));
        cases.push(huge.sends(declared(first, 1 << 62)).ends_with(1002));
    }
    let full = frame(FIRST, &[b'x'; 65_536]);
    cases.push(
        Case::new("a byte behind a full message").sends([full.clone(), frame(LAST, b"y")].concat()).ends_with(1009),
    );
    let just_full = Case::new("nothing behind a full message").sends([full, frame(LAST, b"")].concat());
    cases.push(just_full.hears(TEXT, [b'x'; 65_536]).says_goodbye());
    let flood = [frame(FIRST, b""), frame(MIDDLE, b"").repeat(20_000), frame(LAST, b"end")].concat();
    cases.push(Case::new("20,000 empty fragments").sends(flood).hears(TEXT, "end").says_goodbye());
    cases.push(Case::new("20,000 pongs").sends(frame(PONG, b"").repeat(20_000)).says_goodbye());
    cases
}

//! Frames one by one: sections 1 (messages), 2 (pings), 3 (reserved bits) and 4 (reserved opcodes).

use super::Case;
use crate::connection::guard::client_frames::*;

const HELLO: &[u8] = b"Hello, world!";

/// Around each way to write a length: one byte up to 125, three up to 65,535, then nine.
const LENGTHS: [usize; 7] = [0, 125, 126, 127, 128, 65_535, 65_536];

pub fn messages() -> Vec<Case> {
    let mut cases = Vec::new();
    for (section, kind, byte) in [("1.1", TEXT, b'*'), ("1.2", BINARY, 0xfe)] {
        for (number, length) in LENGTHS.into_iter().enumerate() {
            let message = vec![byte; length];
            let case = Case::new(format!("{section}.{}", number + 1));
            cases.push(case.sends(frame(kind, &message)).hears(kind, message).says_goodbye());
        }
        let largest = vec![byte; 65_536];
        let case = Case::new(format!("{section}.8"));
        cases.push(case.sends_by(997, frame(kind, &largest)).hears(kind, largest).says_goodbye());
    }
    cases
}

pub fn pings() -> Vec<Case> {
    let pinged = |name: &str, payload: &[u8]| Case::new(name).sends(frame(PING, payload)).hears(PONG, payload);
    let ten: Vec<String> = (0..10).map(|number| format!("payload-{number}")).collect();
    let ten_frames: Vec<u8> = ten.iter().flat_map(|payload| frame(PING, payload.as_bytes())).collect();
    let ten_pongs = |case: Case| ten.iter().fold(case, |case, payload| case.hears(PONG, payload)).says_goodbye();
    vec![
        pinged("2.1", b"").says_goodbye(),
        pinged("2.2", HELLO).says_goodbye(),
        pinged("2.3", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff").says_goodbye(),
        pinged("2.4", &[0xfe; 125]).says_goodbye(),
        Case::new("2.5").sends(frame(PING, &[0xfe; 126])).ends_with(1002),
        Case::new("2.6").sends_by(1, frame(PING, &[0xfe; 125])).hears(PONG, [0xfe; 125]).says_goodbye(),
        Case::new("2.7").sends(frame(PONG, b"")).says_goodbye(),
        Case::new("2.8").sends(frame(PONG, b"nobody asked")).says_goodbye(),
        Case::new("2.9")
            .sends(frame(PONG, b"nobody asked"))
            .sends(frame(PING, b"who?"))
            .hears(PONG, "who?")
            .says_goodbye(),
        ten_pongs(Case::new("2.10").sends(&ten_frames)),
        ten_pongs(Case::new("2.11").sends_by(1, &ten_frames)),
    ]
}

pub fn reserved_bits() -> Vec<Case> {
    let with_bits = |bits: u8, first: u8, payload: &[u8]| frame(first | bits << 4, payload);
    // The ping behind the bad frame must not be answered.
    let behind_a_message = |bits| [frame(TEXT, HELLO), with_bits(bits, TEXT, HELLO), frame(PING, b"")];
    let repeated_once = |case: Case| case.hears(TEXT, HELLO).ends_with(1002);
    vec![
        Case::new("3.1").sends(with_bits(1, TEXT, HELLO)).ends_with(1002),
        repeated_once(Case::new("3.2").sends(behind_a_message(2).concat())),
        repeated_once(behind_a_message(3).iter().fold(Case::new("3.3"), Case::sends)),
        repeated_once(Case::new("3.4").sends_by(1, behind_a_message(4).concat())),
        Case::new("3.5").sends(with_bits(5, BINARY, b"\x00\xff\xfe\xfd")).ends_with(1002),
        Case::new("3.6").sends(with_bits(6, PING, HELLO)).ends_with(1002),
        Case::new("3.7").sends(with_bits(7, CLOSE, b"")).ends_with(1002),
    ]
}

pub fn reserved_opcodes() -> Vec<Case> {
    let mut cases = Vec::new();
    for (section, first_opcode) in [("4.1", 3), ("4.2", 11)] {
        for number in 1..=5 {
            let case = Case::new(format!("{section}.{number}"));
            let payload = if number % 2 == 1 && number != 5 { b"" } else { HELLO };
            let reserved = frame(0x80 | (first_opcode + number - 1), payload);
            let behind_a_message = [frame(TEXT, HELLO), reserved.clone(), frame(PING, b"")].concat();
            let case = match number {
                1 | 2 => case.sends(reserved),
                3 | 4 => case.sends(behind_a_message).hears(TEXT, HELLO),
                _ => case.sends_by(1, behind_a_message).hears(TEXT, HELLO),
            };
            cases.push(case.ends_with(1002));
        }
    }
    cases
}

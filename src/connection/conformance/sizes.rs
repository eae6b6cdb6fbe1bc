//! Sections 9 and 10. The suite's section 9 goes up to 16 MiB; ours stops at the largest message we take, which passes in
//! every way to send it, while one byte more does not.

use super::Case;
use crate::connection::guard::{MESSAGE_MAX_BYTES, client_frames::*};

const KINDS: [(u8, u8); 2] = [(TEXT, b'*'), (BINARY, 0xfe)];

/// A message in fragments of so many bytes, the last of what is left.
fn in_fragments(kind: u8, message: &[u8], bytes: usize) -> Vec<Vec<u8>> {
    let pieces: Vec<&[u8]> = message.chunks(bytes).collect();
    let opcode_of = |at| if at == 0 { kind & 0x0f } else { 0 };
    let fin_of = |at| if at == pieces.len() - 1 { 0x80 } else { 0 };
    pieces.iter().enumerate().map(|(at, piece)| frame(opcode_of(at) | fin_of(at), piece)).collect()
}

pub fn at_our_limit() -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, (kind, byte)) in KINDS.into_iter().enumerate() {
        let largest = vec![byte; MESSAGE_MAX_BYTES];
        let too_large = vec![byte; MESSAGE_MAX_BYTES + 1];
        let name = |section: usize, what: String| format!("9.{}, {what}", section + number);
        cases
            .push(Case::new(name(1, "whole".into())).sends(frame(kind, &largest)).hears(kind, &largest).says_goodbye());
        cases.push(Case::new(name(1, "whole and too large".into())).sends(frame(kind, &too_large)).ends_with(1009));
        for bytes in [64, 256, 1_024, 4_096, 16_384, 65_535, 65_536] {
            let case = Case::new(name(3, format!("fragments of {bytes}")));
            let case = case.sends(in_fragments(kind, &largest, bytes).concat());
            cases.push(case.hears(kind, &largest).says_goodbye());
            let case = Case::new(name(3, format!("fragments of {bytes} and too large")));
            cases.push(case.sends(in_fragments(kind, &too_large, bytes).concat()).ends_with(1009));
        }
        for bytes in [64, 128, 256, 512, 1_024, 2_048] {
            let case = Case::new(name(5, format!("writes of {bytes}"))).sends_by(bytes, frame(kind, &largest));
            cases.push(case.hears(kind, &largest).says_goodbye());
        }
        for bytes in [0, 16, 64, 256, 1_024, 4_096] {
            let case = Case::new(name(7, format!("one after the other, {bytes} bytes")));
            let message = vec![byte; bytes];
            let there_and_back = |case: Case, _| case.sends(frame(kind, &message)).hears(kind, &message);
            cases.push((0..100).fold(case, there_and_back).says_goodbye());
        }
    }
    cases
}

pub fn fragmented_by_the_sender() -> Vec<Case> {
    let largest = [b'*'; 65_536];
    let frames = in_fragments(TEXT, &largest, 1_300);
    vec![frames.iter().fold(Case::new("10.1.1"), Case::sends).hears(TEXT, largest).says_goodbye()]
}

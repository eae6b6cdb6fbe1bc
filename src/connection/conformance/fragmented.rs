//! Section 5: messages in fragments, with control frames between them, and fragments of nothing.

use super::Case;
use crate::connection::guard::client_frames::*;

/// The three ways each of these is sent: in one write, frame by frame, byte by byte.
fn three_ways(first_number: u32, frames: &[Vec<u8>], then: impl Fn(Case) -> Case) -> [Case; 3] {
    let name = |way| format!("5.{}", first_number + way);
    [
        then(Case::new(name(0)).sends(frames.concat())),
        then(frames.iter().fold(Case::new(name(1)), Case::sends)),
        then(Case::new(name(2)).sends_by(1, frames.concat())),
    ]
}

pub fn all() -> Vec<Case> {
    let refused = |case: Case| case.ends_with(1002);
    let (begin, end) = (frame(FIRST, b"frag"), frame(LAST, b"ments"));
    let split_control = |opcode: u8| [frame(opcode, b"frag"), end.clone()].concat();
    let nothing_to_go_on_with = |first: u8| [frame(first, b"of nothing"), frame(TEXT, b"whole")];
    let again_and_again = |first: u8| [frame(first, b"of nothing"), begin.clone(), end.clone()].concat().repeat(2);

    let mut cases = vec![
        Case::new("5.1").sends(split_control(0x09)).ends_with(1002),
        Case::new("5.2").sends(split_control(0x0a)).ends_with(1002),
    ];
    cases.extend(three_ways(3, &[begin.clone(), end.clone()], |case| case.hears(TEXT, "fragments").says_goodbye()));
    cases.extend(three_ways(6, &[begin.clone(), frame(PING, b"there?"), end.clone()], |case| {
        case.hears(PONG, "there?").hears(TEXT, "fragments").says_goodbye()
    }));
    cases.extend(three_ways(9, &nothing_to_go_on_with(LAST), refused));
    cases.extend(three_ways(12, &nothing_to_go_on_with(MIDDLE), refused));
    let one_too_many = [begin.clone(), end.clone(), frame(MIDDLE, b"more"), frame(TEXT, b"whole")].concat();
    cases.push(Case::new("5.15").sends(one_too_many).hears(TEXT, "fragments").ends_with(1002));
    cases.push(Case::new("5.16").sends(again_and_again(MIDDLE)).ends_with(1002));
    cases.push(Case::new("5.17").sends(again_and_again(LAST)).ends_with(1002));
    cases.push(Case::new("5.18").sends([begin, frame(TEXT, b"begun twice")].concat()).ends_with(1002));

    // The first ping is answered while the message is open.
    let early = [frame(FIRST, b"1"), frame(MIDDLE, b"2"), frame(PING, b"early")];
    let late = [frame(MIDDLE, b"3"), frame(MIDDLE, b"4"), frame(PING, b"late"), frame(LAST, b"5")];
    let heard = |case: Case| case.hears(PONG, "late").hears(TEXT, "12345").says_goodbye();
    cases.push(heard(Case::new("5.19").sends(early.concat()).hears(PONG, "early").sends(late.concat())));
    let early = early.iter().fold(Case::new("5.20"), Case::sends).hears(PONG, "early");
    cases.push(heard(late.iter().fold(early, Case::sends)));
    cases
}

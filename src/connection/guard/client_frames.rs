//! Bytes as clients send them, right and wrong, for the tests of this folder.

/// FIN and an opcode.
pub const TEXT: u8 = 0x81;
pub const BINARY: u8 = 0x82;
pub const CLOSE: u8 = 0x88;
pub const PING: u8 = 0x89;
pub const PONG: u8 = 0x8a;
/// A first fragment of text, a middle one and the last.
pub const FIRST: u8 = 0x01;
pub const MIDDLE: u8 = 0x00;
pub const LAST: u8 = 0x80;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A masked frame with its length in the shortest form.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = declared(first, payload.len() as u64);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

/// A masked frame's header alone.
pub fn declared(first: u8, length: u64) -> Vec<u8> {
    match length {
        0..=125 => header(first, &[0x80 | length as u8]),
        126..=65_535 => header(first, &[&[0xfe][..], &(length as u16).to_be_bytes()].concat()),
        _ => header(first, &[&[0xff][..], &length.to_be_bytes()].concat()),
    }
}

/// A masked header whose length bytes are given as they are.
pub fn header(first: u8, length: &[u8]) -> Vec<u8> {
    [&[first][..], length, &MASK].concat()
}

/// A close frame with a code and a reason.
pub fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes()[..], reason].concat())
}

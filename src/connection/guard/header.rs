//! The header of one client frame (RFC 6455 §5.2), read from as few bytes as there are. Looks at nothing but the header
//! and at most the payload of a close frame; keeps no bytes.

use super::{MESSAGE_MAX_BYTES, Refusal};

/// Bytes of the largest header a client may send: 2, 8 of length, 4 of masking key.
pub const HEADER_MAX_BYTES: usize = 14;

/// Largest payload of a control frame, in bytes (RFC 6455 §5.5).
const CONTROL_MAX_BYTES: u8 = 125;

/// A header that is complete and allowed where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the frame carries.
    pub opcode: Opcode,
    /// FIN: the last, or only, frame of its message.
    pub is_final: bool,
    /// Bytes of the header itself, with the masking key.
    pub header_bytes: usize,
    /// Bytes of the payload.
    pub payload_bytes: usize,
    /// The key each payload byte is masked with.
    pub mask: [u8; 4],
}

/// The opcodes of RFC 6455 §5.2; there is no value for the reserved ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// 0: goes on with a fragmented message.
    Continuation,
    /// 1: begins a text message.
    Text,
    /// 2: begins a binary message.
    Binary,
    /// 8: says goodbye.
    Close,
    /// 9: asks for a pong.
    Ping,
    /// 10: answers a ping.
    Pong,
}

impl Header {
    /// Reads the header at the start of `bytes`; `None` while bytes are missing. `joined` is the payload of the
    /// fragmented message so far, if one is open. Whatever is wrong is refused at the byte that shows it, so a
    /// declared length costs nothing.
    ///
    /// # Errors
    /// The [`Refusal`] the first offending byte deserves.
    pub fn read(bytes: &[u8], joined: Option<usize>) -> Result<Option<Header>, Refusal> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        if first & 0x70 != 0 {
            return Err(Refusal::ReservedBits);
        }
        let is_final = first & 0x80 != 0;
        let opcode = Opcode::parse(first & 0x0f)?;
        match (opcode, joined) {
            (Opcode::Continuation, None) => return Err(Refusal::NothingToContinue),
            (Opcode::Text | Opcode::Binary, Some(_)) => return Err(Refusal::Interleaved),
            _ if opcode.is_control() && !is_final => return Err(Refusal::SplitControl),
            _ => {}
        }

        let Some(&second) = bytes.get(1) else { return Ok(None) };
        if second & 0x80 == 0 {
            return Err(Refusal::Unmasked);
        }
        let short = second & 0x7f;
        if opcode.is_control() && short > CONTROL_MAX_BYTES {
            return Err(Refusal::LongControl);
        }
        let Some((declared, length_bytes)) = read_length(short, &bytes[2..])? else { return Ok(None) };
        let in_message = if opcode.is_control() { 0 } else { joined.unwrap_or(0) };
        let payload_bytes = usize::try_from(declared)
            .ok()
            .filter(|length| length.saturating_add(in_message) <= MESSAGE_MAX_BYTES)
            .ok_or(Refusal::TooLarge)?;

        let mask_at = 2 + length_bytes;
        let Some(mask) = bytes.get(mask_at..).and_then(|rest| rest.first_chunk::<4>()) else { return Ok(None) };
        Ok(Some(Header { opcode, is_final, header_bytes: mask_at + 4, payload_bytes, mask: *mask }))
    }

    /// Header and payload together.
    pub fn frame_bytes(&self) -> usize {
        self.header_bytes + self.payload_bytes
    }

    /// What the open fragmented message holds after this frame; `None` if none is open then.
    pub fn joined_after(&self, joined: Option<usize>) -> Option<usize> {
        match self.opcode {
            Opcode::Close | Opcode::Ping | Opcode::Pong => joined,
            Opcode::Continuation | Opcode::Text | Opcode::Binary if self.is_final => None,
            Opcode::Continuation | Opcode::Text | Opcode::Binary => Some(joined.unwrap_or(0) + self.payload_bytes),
        }
    }

    /// Checks the payload of a close frame, still masked: empty, or a code somebody may send and a reason in UTF-8.
    /// actix-http checks the same, but tells a wrong code and wrong UTF-8 apart by nothing
    /// (`ws/frame.rs`, `try_parse_close_payload`).
    ///
    /// # Errors
    /// [`Refusal::CloseCode`] or [`Refusal::NotUtf8`].
    pub fn check_close(&self, masked: &[u8]) -> Result<(), Refusal> {
        let plain: Vec<u8> = masked.iter().zip(self.mask.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        let Some((code, reason)) = plain.split_first_chunk::<2>() else {
            return if plain.is_empty() { Ok(()) } else { Err(Refusal::CloseCode) };
        };
        // 1004 to 1006 and 1015 are never sent; below 3000 the rest is not defined (RFC 6455 §7.4, IANA registry).
        if !matches!(u16::from_be_bytes(*code), 1000..=1003 | 1007..=1014 | 3000..=4999) {
            return Err(Refusal::CloseCode);
        }
        std::str::from_utf8(reason).map(drop).map_err(|_| Refusal::NotUtf8)
    }
}

impl Opcode {
    fn parse(nibble: u8) -> Result<Opcode, Refusal> {
        Ok(match nibble {
            0 => Opcode::Continuation,
            1 => Opcode::Text,
            2 => Opcode::Binary,
            8 => Opcode::Close,
            9 => Opcode::Ping,
            10 => Opcode::Pong,
            _ => return Err(Refusal::ReservedOpcode),
        })
    }

    /// Close, ping or pong: may stand between the fragments of a message.
    pub fn is_control(self) -> bool {
        matches!(self, Opcode::Close | Opcode::Ping | Opcode::Pong)
    }
}

/// The payload's length and how many further bytes it is written in; `None` while some are missing.
fn read_length(short: u8, further: &[u8]) -> Result<Option<(u64, usize)>, Refusal> {
    let (length, written_in, least) = match short {
        126 => match further.first_chunk() {
            Some(bytes) => (u64::from(u16::from_be_bytes(*bytes)), 2, 126),
            None => return Ok(None),
        },
        127 => match further.first_chunk() {
            Some(bytes) => (u64::from_be_bytes(*bytes), 8, 65_536),
            None => return Ok(None),
        },
        _ => return Ok(Some((u64::from(short), 0))),
    };
    if length < least || length > i64::MAX as u64 {
        return Err(Refusal::LengthNotMinimal);
    }
    Ok(Some((length, written_in)))
}

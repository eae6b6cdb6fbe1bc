//! WebP: chunks in a RIFF container (RFC 9649).

use super::Found;

/// Bits of the extended header that announce an animation, XMP, Exif and a colour profile.
const MOVES: u8 = 0x02;
const TELLS: u8 = 0x04 | 0x08 | 0x20;

/// Keeps what draws the picture; `None` for what is not one, and for what moves.
pub fn follow(file: &[u8]) -> Option<Found> {
    let (head, mut rest) = file.split_at_checked(12)?;
    let announced = usize::try_from(u32::from_le_bytes(head[4..8].try_into().ok()?)).ok()?;
    rest = rest.get(..announced.checked_sub(4)?)?;
    let mut bytes = head.to_vec();
    let mut canvas = None;
    let mut size = None;
    while let Some(kind) = rest.get(..4) {
        let length = usize::try_from(u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?)).ok()?;
        let padded = length.checked_add(length % 2)?.checked_add(8)?;
        let (chunk, after) = rest.split_at_checked(padded)?;
        let body = &chunk[8..8 + length];
        let mut kept = chunk.to_vec();
        match kind {
            b"VP8X" if canvas.is_none() && size.is_none() => {
                let [flags, _, _, _, sides @ ..] = body else { return None };
                if flags & MOVES != 0 || sides.len() != 6 {
                    return None;
                }
                let side = |at: usize| u32::from_le_bytes([sides[at], sides[at + 1], sides[at + 2], 0]) + 1;
                canvas = Some((side(0), side(3)));
                kept[8] &= !TELLS;
            }
            b"VP8 " if size.is_none() => size = Some(lossy_size(body)?),
            b"VP8L" if size.is_none() => size = Some(lossless_size(body)?),
            b"ALPH" if size.is_none() => {}
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => return None,
            // Exif, XMP, profiles and what nobody knows stay behind.
            _ => kept.clear(),
        }
        bytes.extend_from_slice(&kept);
        rest = after;
    }
    let (width, height) = size.filter(|size| rest.is_empty() && canvas.is_none_or(|canvas| canvas == *size))?;
    let length = u32::try_from(bytes.len() - 8).ok()?;
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    Some(Found { width, height, bytes })
}

/// A key frame's header (RFC 6386, 9.1): three bytes, a start code, then 14 bits for each side.
fn lossy_size(body: &[u8]) -> Option<(u32, u32)> {
    let [first, _, _, 0x9d, 0x01, 0x2a, sides @ ..] = body else { return None };
    let side = |at: usize| Some(u32::from(u16::from_le_bytes(sides.get(at..at + 2)?.try_into().ok()?) & 0x3fff));
    let is_key_frame = first & 1 == 0;
    Some((side(0)?, side(2)?)).filter(|_| is_key_frame)
}

/// A signature, then 14 bits for each side less one (RFC 9649, 3.4).
fn lossless_size(body: &[u8]) -> Option<(u32, u32)> {
    let [0x2f, sides @ ..] = body else { return None };
    let bits = u32::from_le_bytes(sides.get(..4)?.try_into().ok()?);
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}

//! PNG: a signature, then chunks (<https://www.w3.org/TR/png-3/#5DataRep>).

use super::Found;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What draws the picture. Texts, times, Exif, profiles and animation are not among it.
const KEPT: [&[u8]; 8] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB"];

/// Keeps the chunks that draw, up to the end of the picture; `None` for what is not one.
pub fn follow(file: &[u8]) -> Option<Found> {
    let mut rest = file.strip_prefix(SIGNATURE)?;
    let mut bytes = SIGNATURE.to_vec();
    let mut size = None;
    let mut has_data = false;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let whole = usize::try_from(length).ok()?.checked_add(12)?;
        let (chunk, after) = rest.split_at_checked(whole)?;
        let kind = &chunk[4..8];
        match (kind, size) {
            (b"IHDR", None) if length == 13 => {
                let side = |at: usize| Some(u32::from_be_bytes(chunk.get(at..at + 4)?.try_into().ok()?));
                size = Some((side(8)?, side(12)?));
            }
            // The header comes first, and once.
            (b"IHDR", _) | (_, None) => return None,
            _ => {}
        }
        has_data |= kind == b"IDAT";
        if KEPT.contains(&kind) {
            bytes.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            let (width, height) = size.filter(|_| has_data)?;
            return Some(Found { width, height, bytes });
        }
        rest = after;
    }
}

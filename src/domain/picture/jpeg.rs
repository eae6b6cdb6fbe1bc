//! JPEG: markers, most with a segment after them, and the picture's data after each start of a scan (ITU T.81, annex B).

use super::Found;

const START: [u8; 2] = [0xff, 0xd8];
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// Keeps what draws the picture, up to its end; `None` for what is not one.
pub fn follow(file: &[u8]) -> Option<Found> {
    let mut rest = file.strip_prefix(&START)?;
    let mut bytes = START.to_vec();
    let mut size = None;
    let mut has_scan = false;
    loop {
        let (&marker, after) = match rest {
            // Any number of filling bytes may stand before a marker.
            [0xff, 0xff, ..] => {
                rest = &rest[1..];
                continue;
            }
            [0xff, marker, after @ ..] => (marker, after),
            _ => return None,
        };
        if marker == END {
            bytes.extend_from_slice(&[0xff, END]);
            let (width, height) = size.filter(|_| has_scan)?;
            return Some(Found { width, height, bytes });
        }
        let length = usize::from(u16::from_be_bytes(after.get(..2)?.try_into().ok()?));
        let (segment, after) = after.split_at_checked(length)?;
        if length < 2 {
            return None;
        }
        if let 0xc0..=0xc2 = marker {
            let side = |at: usize| Some(u32::from(u16::from_be_bytes(segment.get(at..at + 2)?.try_into().ok()?)));
            // Once: what is decoded must be what was measured.
            if size.replace((side(5)?, side(3)?)).is_some() {
                return None;
            }
        }
        match marker {
            // Tables, the frame, the interval of restarts; and how Adobe's programs mean the colours.
            0xc0..=0xc2 | 0xc4 | 0xdb | 0xdd | SCAN => keep(&mut bytes, marker, segment),
            0xee if segment.len() == 14 && segment[2..].starts_with(b"Adobe") => keep(&mut bytes, marker, segment),
            // What applications add (Exif and its place, previews, profiles) and comments stay behind.
            0xe0..=0xef | 0xfe => {}
            _ => return None,
        }
        rest = after;
        if marker == SCAN {
            size?;
            has_scan = true;
            let data = scan_bytes(rest);
            bytes.extend_from_slice(&rest[..data]);
            rest = &rest[data..];
        }
    }
}

fn keep(bytes: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    bytes.extend_from_slice(&[0xff, marker]);
    bytes.extend_from_slice(segment);
}

/// How many bytes of data come before the next marker: in them 0xff is followed by zero, or is a restart.
fn scan_bytes(rest: &[u8]) -> usize {
    let is_marker = |two: &[u8]| two[0] == 0xff && !matches!(two[1], 0x00 | 0xd0..=0xd7);
    rest.windows(2).position(is_marker).unwrap_or(rest.len())
}

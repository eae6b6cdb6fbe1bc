//! A person's own picture: a small PNG, JPEG or WebP. What a [`Picture`] holds is what is to be seen and nothing else:
//! whatever else its file told (place, device, previews, comments) was left behind when it was made. Nothing is decoded
//! here; the formats' outer shape is followed, and a file that does not keep to it is refused.

mod jpeg;
mod png;
#[cfg(test)]
mod tests;
mod webp;

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Largest file, in bytes: as large as any request may be.
pub const PICTURE_MAX_BYTES: usize = 64 * 1024;

/// Longest side, in pixels. Twice what the page shows at most, for screens with two pixels a point.
pub const PICTURE_MAX_PIXELS: u32 = 512;

/// In which format a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

/// A picture to show. There is no other way to one than [`Picture::parse`] and what the store kept of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    kind: PictureKind,
    bytes: Arc<[u8]>,
    hash: PictureHash,
}

/// The name of a picture's exact bytes: half of their SHA-256. Another picture has another one, so whoever has the bytes
/// of a hash never asks for them again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PictureHash([u8; 16]);

/// Why a file cannot be somebody's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Another format, or none.
    #[error("A picture is a PNG, JPEG or WebP file.")]
    Kind,
    /// It does not keep to its format, is cut off or moves.
    #[error("This picture cannot be read.")]
    Broken,
    /// More bytes than [`PICTURE_MAX_BYTES`].
    #[error("A picture has at most 64 KiB.")]
    Bytes,
    /// A side of more pixels than [`PICTURE_MAX_PIXELS`], or of none.
    #[error("A picture has at most {PICTURE_MAX_PIXELS} pixels on each side.")]
    Pixels,
}

/// What following a format has found: how many pixels wide and high, and the bytes to keep.
struct Found {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

impl PictureKind {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            PictureKind::Png => "image/png",
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Webp => "image/webp",
        }
    }

    /// The kind with this media type.
    pub fn of_media_type(media_type: &str) -> Option<PictureKind> {
        let kinds = [PictureKind::Png, PictureKind::Jpeg, PictureKind::Webp];
        kinds.into_iter().find(|kind| kind.media_type() == media_type)
    }

    /// The kind that begins like this.
    fn of_bytes(bytes: &[u8]) -> Option<PictureKind> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(PictureKind::Png),
            [0xff, 0xd8, 0xff, ..] => Some(PictureKind::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PictureKind::Webp),
            _ => None,
        }
    }
}

impl Picture {
    /// Checks a file's format and size, and leaves behind what is not to be seen.
    ///
    /// # Errors
    /// [`PictureError`], one variant for each rule.
    pub fn parse(file: &[u8]) -> Result<Picture, PictureError> {
        if file.len() > PICTURE_MAX_BYTES {
            return Err(PictureError::Bytes);
        }
        let kind = PictureKind::of_bytes(file).ok_or(PictureError::Kind)?;
        let found = match kind {
            PictureKind::Png => png::follow(file),
            PictureKind::Jpeg => jpeg::follow(file),
            PictureKind::Webp => webp::follow(file),
        };
        let Found { width, height, bytes } = found.ok_or(PictureError::Broken)?;
        if [width, height].iter().any(|side| !(1..=PICTURE_MAX_PIXELS).contains(side)) {
            return Err(PictureError::Pixels);
        }
        Ok(Picture::kept(kind, bytes.into()))
    }

    /// As the store kept it.
    pub fn kept(kind: PictureKind, bytes: Arc<[u8]>) -> Picture {
        let hash = PictureHash::of(&bytes);
        Picture { kind, bytes, hash }
    }

    /// Its format.
    pub fn kind(&self) -> PictureKind {
        self.kind
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its name.
    pub fn hash(&self) -> PictureHash {
        self.hash
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("kind", &self.kind).field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl PictureHash {
    fn of(bytes: &[u8]) -> PictureHash {
        let mut hash = [0; 16];
        hash.copy_from_slice(&Sha256::digest(bytes)[..16]);
        PictureHash(hash)
    }

    /// As the store keeps it.
    pub const fn from_bytes(bytes: [u8; 16]) -> PictureHash {
        PictureHash(bytes)
    }

    /// The same bytes again.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// As it stands in addresses: 32 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<PictureHash> {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_hex)?;
        Some(PictureHash(number.to_be_bytes()))
    }
}

impl fmt::Display for PictureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for PictureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PictureHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

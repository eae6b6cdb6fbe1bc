use proptest::prelude::*;
use rstest::rstest;

use super::*;

const SECRET: &[u8] = b"52.0907 N 5.1214 E";

fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    // Nothing here looks at the checksum; browsers do.
    [&length[..], kind, body, &[1, 2, 3, 4]].concat()
}

fn png(side: u32) -> Vec<u8> {
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let told = png_chunk(b"eXIf", SECRET);
    let text = png_chunk(b"tEXt", SECRET);
    let chunks = [png_chunk(b"IHDR", &header), told, png_chunk(b"IDAT", b"data"), text, png_chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat(), SECRET.to_vec()].concat()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

fn jpeg(side: u32) -> Vec<u8> {
    let side = u16::try_from(side).unwrap().to_be_bytes();
    let frame = [&[8][..], &side, &side, &[1, 1, 0x11, 0]].concat();
    let parts = [
        segment(0xe0, b"JFIF\0"),
        segment(0xe1, &[b"Exif\0\0", SECRET].concat()),
        segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        segment(0xfe, SECRET),
        segment(0xdb, &[0; 65]),
        segment(0xc2, &frame),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4],
        vec![0xff],
        segment(0xc4, &[0; 17]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![5, 6],
    ];
    [&[0xff, 0xd8][..], &parts.concat(), &[0xff, 0xd9], SECRET].concat()
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, bytes) in chunks {
        body.extend_from_slice(*kind);
        body.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        body.extend_from_slice(bytes);
        body.resize(body.len() + bytes.len() % 2, 0);
    }
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

fn extended(flags: u8, side: u32) -> Vec<u8> {
    let side = &(side - 1).to_le_bytes()[..3];
    [&[flags, 0, 0, 0][..], side, side].concat()
}

fn lossy(side: u32) -> Vec<u8> {
    let side = u16::try_from(side).unwrap().to_le_bytes();
    [&[0x10, 0, 0, 0x9d, 0x01, 0x2a][..], &side, &side, b"data!"].concat()
}

fn lossless(side: u32) -> Vec<u8> {
    [&[0x2f][..], &((side - 1) | (side - 1) << 14).to_le_bytes(), b"data"].concat()
}

fn webp(side: u32) -> Vec<u8> {
    let told = riff(&[
        (b"VP8X", extended(0x3c, side)),
        (b"ICCP", SECRET.to_vec()),
        (b"ALPH", b"alpha".to_vec()),
        (b"VP8 ", lossy(side)),
        (b"EXIF", SECRET.to_vec()),
        (b"XMP ", SECRET.to_vec()),
    ]);
    [told, SECRET.to_vec()].concat()
}

fn simple_webp(side: u32) -> Vec<u8> {
    riff(&[(b"VP8L", lossless(side))])
}

#[rstest]
#[case(png, PictureKind::Png)]
#[case(jpeg, PictureKind::Jpeg)]
#[case(webp, PictureKind::Webp)]
#[case(simple_webp, PictureKind::Webp)]
fn a_picture_keeps_what_is_seen_and_tells_nothing_else(#[case] make: fn(u32) -> Vec<u8>, #[case] kind: PictureKind) {
    let picture = Picture::parse(&make(256)).unwrap();
    assert_eq!(picture.kind(), kind);
    assert!(!picture.bytes().windows(SECRET.len()).any(|window| window == SECRET));
    assert!(picture.bytes().windows(4).any(|window| window == b"data" || window == [1, 2, 0xff, 0x00]));
    assert_eq!(Picture::parse(picture.bytes()), Ok(picture), "and is the same picture again");
}

#[rstest]
fn a_picture_is_small(#[values(png, jpeg, webp, simple_webp)] make: fn(u32) -> Vec<u8>) {
    assert!(Picture::parse(&make(512)).is_ok());
    assert_eq!(Picture::parse(&make(513)), Err(PictureError::Pixels));
    let long = [make(256), vec![0; PICTURE_MAX_BYTES]].concat();
    assert_eq!(Picture::parse(&long), Err(PictureError::Bytes));
}

#[rstest]
fn a_picture_that_is_cut_off_is_none(#[values(png, jpeg, webp, simple_webp)] make: fn(u32) -> Vec<u8>) {
    let whole = make(16);
    let end = whole.len() - if whole.ends_with(SECRET) { SECRET.len() } else { 0 };
    for length in 12..end {
        assert_eq!(Picture::parse(&whole[..length]), Err(PictureError::Broken), "{length} of {end}");
    }
}

#[rstest]
#[case(b"")]
#[case(b"GIF89a\x01\0\x01\0")]
#[case(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
#[case(b"<?xml version=\"1.0\"?><svg/>")]
#[case(b"BM\0\0")]
#[case(b"\0\0\0\x1cftypavif")]
fn anything_else_is_no_picture(#[case] file: &[u8]) {
    assert_eq!(Picture::parse(file), Err(PictureError::Kind));
}

#[test]
fn what_moves_or_says_two_sizes_is_refused() {
    let moving = riff(&[(b"VP8X", extended(MOVES, 16)), (b"VP8 ", lossy(16))]);
    let two = riff(&[(b"VP8X", extended(0, 16)), (b"VP8 ", lossy(32))]);
    let twice = riff(&[(b"VP8 ", lossy(16)), (b"VP8L", lossless(16))]);
    for file in [moving, two, twice] {
        assert_eq!(Picture::parse(&file), Err(PictureError::Broken));
    }
    let mut doubled = jpeg(16);
    let frame = segment(0xc0, &[8, 0, 16, 0, 16, 1, 1, 0x11, 0]);
    doubled.splice(2..2, frame);
    assert_eq!(Picture::parse(&doubled), Err(PictureError::Broken));
}

const MOVES: u8 = 0x02;

#[test]
fn a_hash_reads_as_it_is_written() {
    let hash = Picture::parse(&png(16)).unwrap().hash();
    assert_eq!(PictureHash::parse(&hash.to_string()), Some(hash));
    let long = hash.to_string() + "0";
    for text in ["", "0", "+0000000000000000000000000000000", "0000000000000000000000000000000G", &long] {
        assert_eq!(PictureHash::parse(text), None, "{text}");
    }
    assert_ne!(Picture::parse(&png(17)).unwrap().hash(), hash);
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(kind in 0..4_usize, changes in prop::collection::vec((0..600_usize, any::<u8>()), 0..8)) {
        let mut file = [png, jpeg, webp, simple_webp][kind](64);
        for (at, byte) in changes {
            let length = file.len();
            file[at % length] = byte;
        }
        if let Ok(picture) = Picture::parse(&file) {
            let again = Picture::parse(picture.bytes());
            prop_assert_eq!(again, Ok(picture));
        }
    }
}

//! One emoji, as a reaction is. Takes what the keyboard of any device writes for it and keeps one spelling, so that two
//! people who mean the same are counted together. Never takes letters, controls or more than one picture.

use std::iter::Peekable;
use std::str::Chars;

use serde::Serialize;

/// Longest emoji, in bytes of UTF-8. The longest that Unicode recommends, a kiss of two people with a skin tone each, has
/// 35 (UTS #51, `emoji-zwj-sequences.txt`).
pub const EMOJI_MAX_BYTES: usize = 40;

/// One emoji in its fully-qualified form (UTS #51 ED-18): U+FE0F stands wherever a text would otherwise be drawn, and
/// nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Emoji(Box<str>);

/// Why a text is no emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reaction is one emoji")]
pub struct EmojiError;

/// Draw what stands before it as a picture.
const PICTURE: char = '\u{fe0f}';
/// Joins pictures into one.
const JOINER: char = '\u{200d}';
/// Draws a frame around a key.
const KEY: char = '\u{20e3}';
/// The flag that carries the tags of a region.
const BLACK_FLAG: char = '\u{1f3f4}';
/// Ends such tags.
const TAG_END: char = '\u{e007f}';

impl Emoji {
    /// Reads one emoji: a picture with or without a skin tone, several joined ones, a flag, or a key.
    ///
    /// # Errors
    /// [`EmojiError`] for anything else, and past [`EMOJI_MAX_BYTES`].
    pub fn parse(text: &str) -> Result<Emoji, EmojiError> {
        // No spelling is longer than one U+FE0F after each character.
        if text.len() > 2 * EMOJI_MAX_BYTES {
            return Err(EmojiError);
        }
        let mut left = text.chars().peekable();
        let mut read = String::with_capacity(text.len());
        whole(&mut left, &mut read).ok_or(EmojiError)?;
        if left.next().is_some() || read.len() > EMOJI_MAX_BYTES {
            return Err(EmojiError);
        }
        Ok(Emoji(read.into()))
    }

    /// The emoji.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// UTS #51's grammar of an emoji sequence, spelled in full into `read`; `None` where it does not go on.
fn whole(left: &mut Peekable<Chars<'_>>, read: &mut String) -> Option<()> {
    let first = *left.peek()?;
    if is_region(first) {
        for _ in 0..2 {
            read.push(left.next_if(|&letter| is_region(letter))?);
        }
        return Some(());
    }
    if matches!(first, '0'..='9' | '#' | '*') {
        read.push(left.next()?);
        let _ = left.next_if_eq(&PICTURE);
        left.next_if_eq(&KEY)?;
        read.extend([PICTURE, KEY]);
        return Some(());
    }
    picture(left, read)?;
    if first == BLACK_FLAG && left.peek().is_some_and(|&next| is_tag(next)) {
        while let Some(tag) = left.next_if(|&next| is_tag(next)) {
            read.push(tag);
        }
        read.push(left.next_if_eq(&TAG_END)?);
    }
    while left.next_if_eq(&JOINER).is_some() {
        read.push(JOINER);
        picture(left, read)?;
    }
    Some(())
}

/// One picture, perhaps in a skin tone.
fn picture(left: &mut Peekable<Chars<'_>>, read: &mut String) -> Option<()> {
    let is_text = |letter: char| stands_in(&TEXT_BY_DEFAULT, letter);
    let base = left.next_if(|&letter| is_text(letter) || stands_in(&PICTURE_BY_DEFAULT, letter))?;
    read.push(base);
    let _ = left.next_if_eq(&PICTURE);
    match left.next_if(|&next| matches!(next, '\u{1f3fb}'..='\u{1f3ff}')) {
        Some(tone) => read.push(tone),
        None if is_text(base) => read.push(PICTURE),
        None => {}
    }
    Some(())
}

fn is_region(letter: char) -> bool {
    matches!(letter, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_tag(letter: char) -> bool {
    matches!(letter, '\u{e0020}'..='\u{e007e}')
}

fn stands_in(ranges: &[(u32, u32)], letter: char) -> bool {
    let letter = u32::from(letter);
    let after = ranges.partition_point(|&(from, _)| from <= letter);
    after > 0 && letter <= ranges[after - 1].1
}

/// Unicode's `Emoji` without `Emoji_Presentation` (17.0, `emoji-data.txt`), from U+0080 on: drawn as text unless told.
#[rustfmt::skip]
const TEXT_BY_DEFAULT: [(u32, u32); 116] = [
    (0xa9, 0xa9), (0xae, 0xae), (0x203c, 0x203c), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139),
    (0x2194, 0x2199), (0x21a9, 0x21aa), (0x2328, 0x2328), (0x23cf, 0x23cf), (0x23ed, 0x23ef), (0x23f1, 0x23f2),
    (0x23f8, 0x23fa), (0x24c2, 0x24c2), (0x25aa, 0x25ab), (0x25b6, 0x25b6), (0x25c0, 0x25c0), (0x25fb, 0x25fc),
    (0x2600, 0x2604), (0x260e, 0x260e), (0x2611, 0x2611), (0x2618, 0x2618), (0x261d, 0x261d), (0x2620, 0x2620),
    (0x2622, 0x2623), (0x2626, 0x2626), (0x262a, 0x262a), (0x262e, 0x262f), (0x2638, 0x263a), (0x2640, 0x2640),
    (0x2642, 0x2642), (0x265f, 0x2660), (0x2663, 0x2663), (0x2665, 0x2666), (0x2668, 0x2668), (0x267b, 0x267b),
    (0x267e, 0x267e), (0x2692, 0x2692), (0x2694, 0x2697), (0x2699, 0x2699), (0x269b, 0x269c), (0x26a0, 0x26a0),
    (0x26a7, 0x26a7), (0x26b0, 0x26b1), (0x26c8, 0x26c8), (0x26cf, 0x26cf), (0x26d1, 0x26d1), (0x26d3, 0x26d3),
    (0x26e9, 0x26e9), (0x26f0, 0x26f1), (0x26f4, 0x26f4), (0x26f7, 0x26f9), (0x2702, 0x2702), (0x2708, 0x2709),
    (0x270c, 0x270d), (0x270f, 0x270f), (0x2712, 0x2712), (0x2714, 0x2714), (0x2716, 0x2716), (0x271d, 0x271d),
    (0x2721, 0x2721), (0x2733, 0x2734), (0x2744, 0x2744), (0x2747, 0x2747), (0x2763, 0x2764), (0x27a1, 0x27a1),
    (0x2934, 0x2935), (0x2b05, 0x2b07), (0x3030, 0x3030), (0x303d, 0x303d), (0x3297, 0x3297), (0x3299, 0x3299),
    (0x1f170, 0x1f171), (0x1f17e, 0x1f17f), (0x1f202, 0x1f202), (0x1f237, 0x1f237), (0x1f321, 0x1f321),
    (0x1f324, 0x1f32c), (0x1f336, 0x1f336), (0x1f37d, 0x1f37d), (0x1f396, 0x1f397), (0x1f399, 0x1f39b),
    (0x1f39e, 0x1f39f), (0x1f3cb, 0x1f3ce), (0x1f3d4, 0x1f3df), (0x1f3f3, 0x1f3f3), (0x1f3f5, 0x1f3f5),
    (0x1f3f7, 0x1f3f7), (0x1f43f, 0x1f43f), (0x1f441, 0x1f441), (0x1f4fd, 0x1f4fd), (0x1f549, 0x1f54a),
    (0x1f56f, 0x1f570), (0x1f573, 0x1f579), (0x1f587, 0x1f587), (0x1f58a, 0x1f58d), (0x1f590, 0x1f590),
    (0x1f5a5, 0x1f5a5), (0x1f5a8, 0x1f5a8), (0x1f5b1, 0x1f5b2), (0x1f5bc, 0x1f5bc), (0x1f5c2, 0x1f5c4),
    (0x1f5d1, 0x1f5d3), (0x1f5dc, 0x1f5de), (0x1f5e1, 0x1f5e1), (0x1f5e3, 0x1f5e3), (0x1f5e8, 0x1f5e8),
    (0x1f5ef, 0x1f5ef), (0x1f5f3, 0x1f5f3), (0x1f5fa, 0x1f5fa), (0x1f6cb, 0x1f6cb), (0x1f6cd, 0x1f6cf),
    (0x1f6e0, 0x1f6e5), (0x1f6e9, 0x1f6e9), (0x1f6f0, 0x1f6f0), (0x1f6f3, 0x1f6f3),
];

/// Unicode's `Emoji_Presentation` (17.0), without the letters of flags. The last range is kept for emoji by Unicode, so
/// that next year's need no new server.
#[rustfmt::skip]
const PICTURE_BY_DEFAULT: [(u32, u32); 74] = [
    (0x231a, 0x231b), (0x23e9, 0x23ec), (0x23f0, 0x23f0), (0x23f3, 0x23f3), (0x25fd, 0x25fe), (0x2614, 0x2615),
    (0x2648, 0x2653), (0x267f, 0x267f), (0x2693, 0x2693), (0x26a1, 0x26a1), (0x26aa, 0x26ab), (0x26bd, 0x26be),
    (0x26c4, 0x26c5), (0x26ce, 0x26ce), (0x26d4, 0x26d4), (0x26ea, 0x26ea), (0x26f2, 0x26f3), (0x26f5, 0x26f5),
    (0x26fa, 0x26fa), (0x26fd, 0x26fd), (0x2705, 0x2705), (0x270a, 0x270b), (0x2728, 0x2728), (0x274c, 0x274c),
    (0x274e, 0x274e), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x27b0, 0x27b0), (0x27bf, 0x27bf),
    (0x2b1b, 0x2b1c), (0x2b50, 0x2b50), (0x2b55, 0x2b55), (0x1f004, 0x1f004), (0x1f0cf, 0x1f0cf), (0x1f18e, 0x1f18e),
    (0x1f191, 0x1f19a), (0x1f201, 0x1f201), (0x1f21a, 0x1f21a), (0x1f22f, 0x1f22f), (0x1f232, 0x1f236),
    (0x1f238, 0x1f23a), (0x1f250, 0x1f251), (0x1f300, 0x1f320), (0x1f32d, 0x1f335), (0x1f337, 0x1f37c),
    (0x1f37e, 0x1f393), (0x1f3a0, 0x1f3ca), (0x1f3cf, 0x1f3d3), (0x1f3e0, 0x1f3f0), (0x1f3f4, 0x1f3f4),
    (0x1f3f8, 0x1f43e), (0x1f440, 0x1f440), (0x1f442, 0x1f4fc), (0x1f4ff, 0x1f53d), (0x1f54b, 0x1f54e),
    (0x1f550, 0x1f567), (0x1f57a, 0x1f57a), (0x1f595, 0x1f596), (0x1f5a4, 0x1f5a4), (0x1f5fb, 0x1f64f),
    (0x1f680, 0x1f6c5), (0x1f6cc, 0x1f6cc), (0x1f6d0, 0x1f6d2), (0x1f6d5, 0x1f6d8), (0x1f6dc, 0x1f6df),
    (0x1f6eb, 0x1f6ec), (0x1f6f4, 0x1f6fc), (0x1f7e0, 0x1f7eb), (0x1f7f0, 0x1f7f0), (0x1f90c, 0x1f93a),
    (0x1f93c, 0x1f945), (0x1f947, 0x1f9ff), (0x1fa70, 0x1faff),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Emoji::parse(text).ok().map(|emoji| emoji.as_str().to_owned())
    }

    #[test]
    fn pictures_tones_joined_ones_flags_and_keys_are_emoji_as_they_stand() {
        let kiss = "\u{1f469}\u{1f3fb}\u{200d}\u{2764}\u{fe0f}\u{200d}\u{1f48b}\u{200d}\u{1f468}\u{1f3ff}";
        let wales = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";
        for emoji in ["👍", "👍🏽", "❤️", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🧔🏿‍♂️", "🇩🇪", "1️⃣", "#️⃣", "©️", "☝🏻", kiss, wales]
        {
            assert_eq!(read(emoji).as_deref(), Some(emoji), "{emoji}");
        }
    }

    #[test]
    fn two_spellings_of_one_emoji_are_one() {
        for (written, meant) in [
            ("\u{2764}", "\u{2764}\u{fe0f}"),
            ("\u{1f44d}\u{fe0f}", "\u{1f44d}"),
            ("1\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("\u{261d}\u{fe0f}\u{1f3fb}", "\u{261d}\u{1f3fb}"),
            ("\u{1f3f3}\u{200d}\u{1f308}", "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}"),
        ] {
            assert_eq!(read(written).as_deref(), Some(meant), "{written:?}");
        }
    }

    #[test]
    fn words_controls_and_more_than_one_picture_are_none() {
        let family = "\u{1f469}\u{200d}".repeat(8) + "\u{1f469}";
        for text in [
            "",
            " ",
            "a",
            "ok",
            "7",
            "#",
            "\u{20e3}",
            "❤️ ",
            " ❤️",
            "👍👍",
            "👍a",
            "🇩",
            "🇩🇪🇫",
            "\u{200d}",
            "👍\u{200d}",
            "\u{fe0f}",
            "👍\u{fe0e}",
            "\u{202e}👍",
            "é",
            "中",
            "🄰",
            "\u{1f3f4}\u{e0067}",
            &family,
            &"👍".repeat(50),
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_emoji_of_the_picker_is_taken_as_it_stands() {
        let picker = include_str!("../../static/emoji/en.json");
        let mut count = 0;
        let listed: serde_json::Value = serde_json::from_str(picker).unwrap();
        for row in listed["groups"].as_array().unwrap().iter().flat_map(|group| group["emoji"].as_array().unwrap()) {
            let emoji = row[0].as_str().unwrap();
            assert_eq!(read(emoji).as_deref(), Some(emoji), "{emoji}");
            count += 1;
        }
        assert!(count > 1_500, "{count}");
    }
}

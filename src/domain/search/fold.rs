//! Texts as search compares them: two texts that a reader would type alike are alike. Folding goes character by character
//! and never looks back further than one, so it is linear, and a place in the folded text has its place in the original.
//!
//! - Case goes, in every script: `ß` is `ss`, the final sigma a sigma, and all four Turkish i are one.
//! - Compatibility forms are what they stand for (full-width letters, ligatures).
//! - Accents and other marks over Latin, Greek and Cyrillic letters go: `muller` finds `Müller`, and `é` is one thing
//!   whether it was typed as one character or two. Marks of other scripts stay, because there they make another word.
//! - What cannot be seen goes (soft hyphens, variation selectors): ❤ finds ❤️.
//! - Any white space is one blank, so a phrase is found across a line's end.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;

/// The folded form.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

/// The same at the end of `folded`, which is empty or ends with no blank: for many texts one after the other.
pub fn fold_onto(folded: &mut String, text: &str) {
    if text.is_ascii() {
        let mut is_after_blank = false;
        for byte in text.bytes() {
            let is_blank = byte.is_ascii_whitespace() || byte == 0x0b;
            if !(is_blank && is_after_blank) {
                folded.push(if is_blank { ' ' } else { char::from(byte.to_ascii_lowercase()) });
            }
            is_after_blank = is_blank;
        }
    } else {
        for character in text.chars() {
            fold_into(folded, character);
        }
    }
}

/// A folded text that knows where in the original each part of it stood.
#[derive(Debug)]
pub struct Placed {
    text: String,
    /// For each character that left something: where its part of `text` begins, and its own bytes in the original. What
    /// left nothing belongs to the one before it.
    origins: Vec<(usize, Range<usize>)>,
}

impl Placed {
    /// Folds with places.
    pub fn of(text: &str) -> Placed {
        let mut folded = Placed { text: String::with_capacity(text.len()), origins: Vec::with_capacity(text.len()) };
        for (at, character) in text.char_indices() {
            let (begins, end) = (folded.text.len(), at + character.len_utf8());
            fold_into(&mut folded.text, character);
            if folded.text.len() > begins {
                folded.origins.push((begins, at..end));
            } else if let Some((_, last)) = folded.origins.last_mut() {
                last.end = end;
            }
        }
        folded
    }

    /// Where `needle`, itself folded, stands in the original, in bytes, from left to right without overlaps.
    pub fn places_of<'a>(&'a self, needle: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.text.match_indices(needle).filter(|(_, found)| !found.is_empty()).map(|(at, found)| {
            let origin = |byte: usize| {
                let next = self.origins.partition_point(|(begins, _)| *begins <= byte);
                self.origins[next - 1].1.clone()
            };
            origin(at).start..origin(at + found.len() - 1).end
        })
    }
}

fn fold_into(folded: &mut String, character: char) {
    match character {
        _ if character.is_whitespace() => {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        '\0'..='\u{7f}' => folded.push(character.to_ascii_lowercase()),
        _ if is_invisible(character) => {}
        // Syllables are the characters of Korean, not the letters in them.
        '\u{ac00}'..='\u{d7a3}' => folded.push(character),
        _ => decompose_compatible(character, |part| {
            if part.is_whitespace() {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            } else if !is_mark(part) {
                for letter in part.to_lowercase() {
                    match letter {
                        'ß' => folded.push_str("ss"),
                        'ς' => folded.push('σ'),
                        'ı' => folded.push('i'),
                        _ if is_mark(letter) => {}
                        _ => folded.push(letter),
                    }
                }
            }
        }),
    }
}

/// Combining diacritical marks of Latin, Greek and Cyrillic.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// Soft hyphen, zero-width space, word joiner, byte order mark, variation selectors.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Straße", "STRASSE")]
    #[case("ẞ", "ss")]
    #[case("ΟΔΥΣΣΕΥΣ", "οδυσσευς")]
    #[case("ΠΡΙΒΕΤ Привет", "πριβετ привет")]
    #[case("İstanbul", "istanbul")]
    #[case("ISPARTA", "ısparta")]
    #[case("Müller", "Mu\u{308}ller")]
    #[case("Müller", "muller")]
    #[case("ＡＢＣ　１２", "abc 12")]
    #[case("ﬁne", "FINE")]
    #[case("❤️", "❤")]
    #[case("Schiff\u{ad}fahrt", "schifffahrt")]
    #[case("one\r\n\t two", "one two")]
    #[case("ｶﾞ", "ガ")]
    fn what_a_reader_would_type_alike_is_alike(#[case] one: &str, #[case] other: &str) {
        assert_eq!(fold(one), fold(other));
    }

    #[rstest]
    #[case("が", "か")]
    #[case("한", "하")]
    #[case("हिन्दी", "हनद")]
    fn what_makes_another_word_stays(#[case] one: &str, #[case] other: &str) {
        assert_ne!(fold(one), fold(other));
    }

    #[test]
    fn a_place_covers_whole_characters_with_the_marks_on_them() {
        let text = "Ein Mu\u{308}ller in der STRAẞE ❤️!";
        let places = |needle: &str| -> Vec<&str> {
            Placed::of(text).places_of(&fold(needle)).map(|place| &text[place]).collect()
        };
        assert_eq!(places("mü"), ["Mu\u{308}"]);
        assert_eq!(places("straße"), ["STRAẞE"]);
        assert_eq!(places("s"), ["S", "ẞ", "ẞ"]);
        assert_eq!(places("❤"), ["❤️"]);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once_and_with_places_it_is_the_same(text in "\\PC{0,60}|[ \t\nßİıſﬁ가が́A-céΣς\u{fe0f}\u{ad}]{0,30}") {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert_eq!(Placed::of(&text).text, folded);
        }

        #[test]
        fn every_part_of_a_text_is_found_where_it_stands(text in "\\PC{1,40}", from in 0_usize..40, length in 1_usize..10) {
            let part: String = text.chars().skip(from).take(length).collect();
            let needle = fold(&part);
            let placed = Placed::of(&text);
            let places: Vec<_> = placed.places_of(&needle).collect();
            prop_assert!(needle.trim().is_empty() || !places.is_empty());
            prop_assert!(places.iter().all(|place| text.get(place.clone()).is_some()));
        }
    }
}

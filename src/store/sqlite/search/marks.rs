//! What stands in the index beside the texts, and the expression by which FTS5 walks it.
//!
//! A mark is a text of exactly three characters, so the trigram tokenizer makes one token of it: which kind it is (a
//! control character, which no message and no query has) and a number. Narrowing a search to a conversation is then the
//! intersection of two lists of ids that FTS5 walks side by side, skipping in the longer one: a word that is frequent
//! elsewhere costs only as much as the shorter list is long.

use std::fmt::Write;

use crate::domain::search::Needle;
use crate::domain::{ConversationId, UserId};

/// Between the forms of one message: no trigram of a needle goes across.
pub const BETWEEN_FORMS: char = '\u{1f}';

/// Bits of a number that one character carries, from U+10000 on.
const BITS: u32 = 19;

/// Trigrams of one needle that the index is asked for. Each one more costs as much as the narrowest list is long, and what
/// few leave in by mistake is looked at anyway (300,000 messages, a frequent word, one mark: 2 ms with one, 15 ms with eight).
pub const GRAMS_MAX: usize = 4;

/// Trigrams of one needle of which the rarest are chosen.
const CANDIDATES_MAX: usize = 32;

fn mark(kind: char, number: i64) -> String {
    let character = |number: i64| {
        let low = u32::try_from(number & ((1 << BITS) - 1)).expect("masked to few bits");
        char::from_u32(0x1_0000 + low).expect("all of the planes from the first on are characters")
    };
    [kind, character(number >> BITS), character(number)].into_iter().collect()
}

/// Said in this conversation.
pub fn place(conversation: ConversationId) -> String {
    mark('\u{1}', conversation.get())
}

/// Written by them.
pub fn sender(user: UserId) -> String {
    mark('\u{2}', user.get())
}

/// Said in a direct conversation of theirs: one mark for all of them.
pub fn party(user: UserId) -> String {
    mark('\u{3}', user.get())
}

/// Has a link.
pub fn link() -> String {
    mark('\u{4}', 0)
}

/// Different trigrams of a needle, those first that cover it best. A short needle has none, a very long one more than these.
pub fn grams(needle: &Needle) -> Vec<&str> {
    let text = needle.as_str();
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let Some(last) = starts.len().checked_sub(4) else { return Vec::new() };
    let spread = |count: usize| (0..count).map(move |number| if count == 1 { 0 } else { last * number / (count - 1) });
    // Enough to cover it, as long as they are not too many; then those between.
    let cover = last.div_ceil(3).saturating_add(1).min(GRAMS_MAX);
    let mut grams: Vec<&str> = Vec::new();
    for at in spread(cover).chain(spread(CANDIDATES_MAX.min(last + 1))) {
        let gram = &text[starts[at]..starts[at + 3]];
        if !grams.contains(&gram) {
            grams.push(gram);
        }
    }
    grams
}

/// An expression of FTS5: every part must hold.
#[derive(Debug, Default)]
pub struct Expression(String);

impl Expression {
    /// One of these marks.
    pub fn any_of(&mut self, marks: impl IntoIterator<Item = String>) {
        self.and();
        self.0.push('(');
        for (number, mark) in marks.into_iter().enumerate() {
            if number > 0 {
                self.0.push_str(" OR ");
            }
            self.token(&mark);
        }
        self.0.push(')');
    }

    /// All of these trigrams.
    pub fn all_of(&mut self, grams: &[&str]) {
        for gram in grams {
            self.and();
            self.token(gram);
        }
    }

    /// For `MATCH`; `None` if nothing narrows it.
    pub fn text(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(&self.0)
    }

    fn and(&mut self) {
        if !self.0.is_empty() {
            self.0.push_str(" AND ");
        }
    }

    fn token(&mut self, text: &str) {
        write!(self.0, "\"{}\"", text.replace('"', "\"\"")).expect("a String takes everything");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(needle: &str) -> String {
        let mut expression = Expression::default();
        let needle = Needle::of(needle).unwrap();
        let mut grams = grams(&needle);
        grams.truncate(GRAMS_MAX);
        expression.all_of(&grams);
        expression.text().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_mark_is_three_characters_and_no_two_are_the_same() {
        let mut all = vec![link()];
        for number in [0, 1, 2, (1 << 19) - 1, 1 << 19, (1 << 38) - 1] {
            all.extend([place(ConversationId::new(number)), sender(UserId::new(number)), party(UserId::new(number))]);
        }
        assert!(all.iter().all(|mark| mark.chars().count() == 3));
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn few_trigrams_cover_a_needle_and_quotes_are_doubled() {
        assert_eq!(asked("ab"), "");
        assert_eq!(asked("abc"), "\"abc\"");
        assert_eq!(asked("abcd"), "\"abc\" AND \"bcd\"");
        assert!(asked("kochtopf").starts_with("\"koc\" AND \"cht\" AND \"opf\""));
        assert_eq!(asked("aaaaaaaa"), "\"aaa\"");
        assert_eq!(asked("a\"b"), "\"a\"\"b\"");
        assert_eq!(asked("東京都庁"), "\"東京都\" AND \"京都庁\"");
        assert_eq!(asked(&"abcdefghij".repeat(10)).matches("AND").count(), 3);
    }

    #[test]
    fn every_trigram_of_a_phrase_may_be_chosen_and_of_a_very_long_one_so_many() {
        let needle = Needle::of("red apple").unwrap();
        let mut all = grams(&needle);
        all.sort_unstable();
        assert_eq!(all, [" ap", "app", "d a", "ed ", "ple", "ppl", "red"]);
        let long: String = (0..30).map(|number| format!("{number}-")).collect();
        let needle = Needle::of(&long).unwrap();
        assert!((CANDIDATES_MAX..=CANDIDATES_MAX + GRAMS_MAX).contains(&grams(&needle).len()));
    }
}

//! The part of a found message that a list of hits shows, with what was looked for marked in it.

use std::ops::Range;

use super::fold::Placed;
use super::query::Query;

/// Characters of an excerpt, besides the two ellipses.
pub const EXCERPT_CHARS: usize = 200;

/// Characters before the first hit.
const LEAD_CHARS: usize = 60;

/// Characters of what is drawn as one sign, such as a family of four.
const SIGN_CHARS: usize = 8;

/// Most marks in one excerpt.
const MARKS_MAX: usize = 50;

/// A part of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The part, with `…` at an end that is not the text's own; of several line ends in a row one is left.
    pub text: String,
    /// What was looked for, in UTF-16 code units of `text`, from left to right, without overlaps.
    pub marks: Vec<(usize, usize)>,
}

impl Excerpt {
    /// What of `body` shows that `query` found it: the surroundings of the first hit, or the beginning.
    pub fn of(body: &str, query: &Query) -> Excerpt {
        let hits = hits(body, query);
        let window = window(body, hits.first());
        let mut excerpt = Excerpt::default();
        let mut units = 0;
        let mut push = |excerpt: &mut Excerpt, character: char| {
            excerpt.text.push(character);
            units += character.len_utf16();
            units
        };
        if window.start > 0 {
            push(&mut excerpt, '…');
        }
        let mut hits = hits.into_iter().skip_while(|hit| hit.end <= window.start).peekable();
        let mut last = (None, excerpt.text.encode_utf16().count());
        for (at, character) in body[window.clone()].char_indices() {
            let at = window.start + at;
            let (before, begins) = last;
            let is_break = matches!(character, '\n' | '\r');
            let is_left_out = is_break && matches!(before, None | Some('\n'));
            let ends = if is_left_out { begins } else { push(&mut excerpt, if is_break { '\n' } else { character }) };
            last = (if is_break { Some('\n') } else { Some(character) }, ends);
            while hits.peek().is_some_and(|hit| hit.end <= at) {
                hits.next();
            }
            if hits.peek().is_some_and(|hit| hit.contains(&at)) && ends > begins {
                match excerpt.marks.last_mut() {
                    // Characters of one hit, and hits that touch, are one mark.
                    Some(mark) if mark.1 == begins => mark.1 = ends,
                    _ => excerpt.marks.push((begins, ends)),
                }
            }
        }
        if window.end < body.len() {
            push(&mut excerpt, '…');
        }
        excerpt.marks.truncate(MARKS_MAX);
        excerpt
    }
}

/// Where everything stands that was looked for, in bytes of `body`, from left to right, without overlaps.
fn hits(body: &str, query: &Query) -> Vec<Range<usize>> {
    if query.with.is_empty() {
        return Vec::new();
    }
    let placed = Placed::of(body);
    let mut all: Vec<Range<usize>> = query.with.iter().flat_map(|needle| placed.places_of(needle.as_str())).collect();
    all.sort_unstable_by_key(|hit| (hit.start, hit.end));
    let mut hits: Vec<Range<usize>> = Vec::with_capacity(all.len());
    for hit in all {
        match hits.last_mut() {
            Some(last) if hit.start <= last.end => last.end = last.end.max(hit.end),
            _ => hits.push(hit),
        }
    }
    hits
}

/// Which bytes of `body` are shown. Nothing is cut inside of what is drawn as one sign.
fn window(body: &str, first: Option<&Range<usize>>) -> Range<usize> {
    let back = |from: usize, chars: usize| body[..from].char_indices().rev().nth(chars - 1).map_or(0, |(at, _)| at);
    let forth = |from: usize| body[from..].char_indices().nth(EXCERPT_CHARS).map_or(body.len(), |(at, _)| from + at);
    let mut start = first.map_or(0, |hit| back(hit.start, LEAD_CHARS));
    if forth(start) == body.len() {
        start = back(body.len(), EXCERPT_CHARS).min(start);
    }
    let mut end = forth(start);
    let is_inside = |at: usize| {
        let joins = |c: char| matches!(c, '\u{200d}' | '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
        body[at..].starts_with(joins) || body[..at].ends_with('\u{200d}')
    };
    // Signs are short; a text made of joiners alone is cut all the same.
    let unbroken = |at: usize| (1..=SIGN_CHARS).map(|chars| back(at, chars)).find(|at| !is_inside(*at)).unwrap_or(at);
    if is_inside(start) {
        start = unbroken(start);
    }
    if end < body.len() && is_inside(end) {
        end = unbroken(end).max(start);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(body: &str, query: &str) -> (String, Vec<String>) {
        let excerpt = Excerpt::of(body, &Query::parse(query).unwrap());
        let units: Vec<u16> = excerpt.text.encode_utf16().collect();
        let marked = excerpt.marks.iter().map(|&(from, to)| String::from_utf16(&units[from..to]).unwrap());
        (excerpt.text.clone(), marked.collect())
    }

    fn marked(body: &str, query: &str) -> Vec<String> {
        shown(body, query).1
    }

    #[test]
    fn a_short_message_is_shown_whole_with_every_hit_marked() {
        let body = "The Schnellkochtopfdeckel fits the KOCHTOPF.";
        assert_eq!(shown(body, "kochtopf"), (body.into(), vec!["kochtopf".into(), "KOCHTOPF".into()]));
    }

    #[test]
    fn marks_count_as_javascript_counts() {
        assert_eq!(marked("👩‍🚀 says Straße ❤️!", "STRASSE ❤"), ["Straße", "❤️"]);
    }

    #[test]
    fn hits_that_overlap_or_touch_are_one_mark() {
        assert_eq!(marked("banana bread", "anan nana \"a b\""), ["anana b"]);
    }

    #[test]
    fn a_query_of_filters_alone_shows_the_beginning_without_marks() {
        let (text, marks) = shown(&"word ".repeat(100), "from:bob");
        assert!(text.starts_with("word word") && text.ends_with('…') && marks.is_empty());
    }

    #[test]
    fn a_long_message_is_cut_around_its_first_hit() {
        let body = format!("{}needle{}", "before ".repeat(100), " after".repeat(100));
        let (text, marks) = shown(&body, "needle");
        assert!(text.starts_with('…') && text.ends_with('…') && text.contains("before needle after"), "{text}");
        assert_eq!((text.chars().count(), marks), (EXCERPT_CHARS + 2, vec!["needle".to_owned()]));
        let (text, _) = shown(&format!("{}needle", "before ".repeat(100)), "needle");
        assert!(text.ends_with("needle") && text.chars().count() == EXCERPT_CHARS + 1, "{text}");
    }

    #[test]
    fn single_line_ends_stay_and_several_become_one() {
        assert_eq!(shown("one\r\n\r\n\ntwo\nthree", "two").0, "one\ntwo\nthree");
    }

    #[test]
    fn nothing_is_cut_inside_a_sign() {
        let body = format!("{}needle", "👩‍🚀".repeat(100));
        let text = shown(&body, "needle").0;
        assert!(text.starts_with("…👩‍🚀") && text.ends_with("🚀needle"), "{text}");
    }

    proptest! {
        #[test]
        fn marks_are_what_was_looked_for_whatever_the_text(
            body in "(\\PC|[\n\r a-c👩🏽\u{200d}\u{301}ßİ]){1,300}", query in "[a-cß👩]{1,3}( [a-c]{1,2})?"
        ) {
            let query = Query::parse(&query).unwrap();
            let excerpt = Excerpt::of(&body, &query);
            let units: Vec<u16> = excerpt.text.encode_utf16().collect();
            prop_assert!(excerpt.text.chars().count() <= EXCERPT_CHARS + 2 + SIGN_CHARS);
            prop_assert!(excerpt.marks.windows(2).all(|pair| pair[0].1 < pair[1].0));
            for &(from, to) in &excerpt.marks {
                prop_assert!(from < to && to <= units.len());
                prop_assert!(String::from_utf16(&units[from..to]).is_ok());
            }
        }
    }
}

//! Who is named in a message: `@username`, and `@all` for everybody. Only what is written is read here; whether a name
//! is somebody's, and whether they are a member, the store decides. The page reads the same text by the same rule
//! (`static/lib/format.js`), and `tests/cases/mentions.json` holds both to it.
//!
//! The rule: an `@`, then a run of letters, digits, marks and `.`, `_`, `-`, whose separators at the end belong to the
//! sentence. Before the `@` stands nothing, white space or a sign that neither ends a word nor belongs to an address; after the
//! run no other `@`. Nothing is read in code, nor in a word with an address in it (`://`, `mailto:`). Each character is
//! looked at a bounded number of times.

use std::collections::HashMap;
use std::iter;

use serde::Serialize;
use unicode_normalization::char::is_combining_mark;

use super::{UserId, UsernameKey};

/// Most names of one message that are looked up; what is written after them names nobody.
pub const MENTIONS_MAX: usize = 50;

/// The name that means everybody. No one can sign up under it.
const ALL: &str = "all";

/// Longest run that is taken for a name, in characters: twice a username's, for what is written in decomposed letters.
const NAME_MAX_CHARS: usize = 2 * super::USERNAME_MAX_CHARS;

/// Quotes inside quotes are read this deep, as the page does.
const QUOTE_DEPTH_MAX: usize = 3;

/// Whom a form of a message mentions: members when it was stored, never its author.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mentions {
    /// Those named one by one, at most [`MENTIONS_MAX`].
    #[serde(rename = "mentions", skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
    /// Everybody who was a member.
    #[serde(rename = "mentionsAll", skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

impl Mentions {
    /// Nobody is mentioned.
    pub fn is_empty(&self) -> bool {
        !self.all && self.users.is_empty()
    }
}

/// What a text names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// `@all`.
    pub all: bool,
    /// The first [`MENTIONS_MAX`] names, each once.
    pub keys: Vec<UsernameKey>,
}

impl Named {
    /// Reads a message's text.
    pub fn in_text(body: &str) -> Named {
        let mut named = Named::default();
        if body.contains('@') {
            named.read_lines(&lines(body), 0);
        }
        named
    }

    fn read_lines(&mut self, lines: &[&str], depth: usize) {
        let fences = next_fences(lines);
        let mut paragraph = String::new();
        let mut at = 0;
        while let Some(&line) = lines.get(at) {
            let close = fences[at + 1].filter(|_| opens_fence(line));
            if let Some(close) = close {
                self.read_text(&std::mem::take(&mut paragraph));
                at = close + 1;
            } else if depth < QUOTE_DEPTH_MAX && line.starts_with('>') {
                self.read_text(&std::mem::take(&mut paragraph));
                let inner: Vec<&str> = lines[at..].iter().map_while(|line| quoted(line)).collect();
                at += inner.len();
                self.read_lines(&inner, depth + 1);
            } else {
                if let Some(item) = list_item(line) {
                    self.read_text(&std::mem::take(&mut paragraph));
                    self.read_text(item);
                } else {
                    paragraph.push_str(line);
                    paragraph.push('\n');
                }
                at += 1;
            }
        }
        self.read_text(&paragraph);
    }

    /// A run of text in which code is set off by backticks.
    fn read_text(&mut self, text: &str) {
        let code = code_spans(text);
        // The word up to here, if it has been looked at, and whether it holds an address.
        let (mut word_end, mut is_address) = (0, false);
        let mut at = 0;
        while let Some(found) = text[at..].find(['@', '`']).map(|offset| at + offset) {
            if text[found..].starts_with('`') {
                let ticks = backticks(text, found);
                at = code.get(&found).map_or(found, |&end| end) + ticks;
                continue;
            }
            if found >= word_end {
                let start = text[..found].char_indices().rev().take_while(|(_, c)| is_in_word(*c)).last();
                let start = start.map_or(found, |(start, _)| start);
                word_end = text[found..].find(|c| !is_in_word(c)).map_or(text.len(), |end| found + end);
                is_address = holds_address(&text[start..word_end]);
            }
            let after = &text[found + 1..];
            let run = &after[..after.find(|c| !is_in_name(c)).unwrap_or(after.len())];
            let is_free = text[..found].chars().next_back().is_none_or(may_stand_before);
            let is_followed = after[run.len()..].starts_with('@');
            if is_free && !is_followed && !is_address {
                self.add(run.trim_end_matches(is_separator));
            }
            at = found + 1 + run.len();
        }
    }

    fn add(&mut self, name: &str) {
        if name.is_empty() || name.chars().nth(NAME_MAX_CHARS).is_some() {
            return;
        }
        let Some(key) = UsernameKey::fold(name) else { return };
        if key.as_str() == ALL {
            self.all = true;
        } else if self.keys.len() < MENTIONS_MAX && !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }
}

/// Lines as the page splits them.
fn lines(body: &str) -> Vec<&str> {
    let mut rest = Some(body);
    let next = || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else { return rest.take() };
        rest = Some(&text[end + if text[end..].starts_with("\r\n") { 2 } else { 1 }..]);
        Some(&text[..end])
    };
    iter::from_fn(next).collect()
}

/// For each line the next that closes a block of code, at or after it.
fn next_fences(lines: &[&str]) -> Vec<Option<usize>> {
    let mut next = vec![None; lines.len() + 1];
    for (at, line) in lines.iter().enumerate().rev() {
        let is_fence = line.strip_prefix("```").is_some_and(|rest| rest.chars().all(is_space));
        next[at] = if is_fence { Some(at) } else { next[at + 1] };
    }
    next
}

/// Whether a block of code may begin here: three backticks, perhaps with a language.
fn opens_fence(line: &str) -> bool {
    line.strip_prefix("```").map(|rest| rest.trim_matches(is_space)).is_some_and(|language| {
        language.len() <= 20
            && language.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '#' | '.' | '-'))
    })
}

/// A quoted line without its mark.
fn quoted(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('>')?;
    Some(rest.strip_prefix(is_space).unwrap_or(rest))
}

/// The text of a list's line.
fn list_item(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(is_space);
    if line[..line.len() - text.len()].chars().count() > 3 {
        return None;
    }
    let rest = text.strip_prefix(['-', '*', '•']).or_else(|| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 9 { None } else { text[digits..].strip_prefix(['.', ')']) }
    })?;
    let item = rest.trim_start_matches(is_space);
    (item.len() < rest.len() && !item.is_empty()).then_some(item)
}

/// Where each run of backticks finds the next one of its length: start of the opening run, start of the closing one.
fn code_spans(text: &str) -> HashMap<usize, usize> {
    let (mut spans, mut open, mut at) = (HashMap::new(), HashMap::new(), 0);
    while let Some(offset) = text[at..].find('`') {
        let start = at + offset;
        let ticks = backticks(text, start);
        if let Some(before) = open.insert(ticks, start) {
            spans.insert(before, start);
        }
        at = start + ticks;
    }
    spans
}

fn backticks(text: &str, at: usize) -> usize {
    text[at..].bytes().take_while(|byte| *byte == b'`').count()
}

fn holds_address(word: &str) -> bool {
    word.contains("://") || word.as_bytes().windows(7).any(|seven| seven.eq_ignore_ascii_case(b"mailto:"))
}

/// Words as far as links are made of them.
fn is_in_word(c: char) -> bool {
    !is_space(c) && c > '\u{1f}' && !matches!(c, '<' | '>' | '"' | '`')
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || is_separator(c)
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | '_' | '-')
}

/// `_` may be the mark of italics.
fn may_stand_before(c: char) -> bool {
    let is_of_address = matches!(c, '.' | '-' | '+' | '/' | '\\' | '@' | '=' | '&' | '%' | '#' | '$');
    !(c.is_alphanumeric() || is_combining_mark(c) || is_of_address)
}

/// What JavaScript's `\s` takes for white space.
fn is_space(c: char) -> bool {
    c == '\u{feff}' || c.is_whitespace() && c != '\u{85}'
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        body: String,
        names: Vec<String>,
        #[serde(default)]
        all: bool,
    }

    #[test]
    fn the_cases_shared_with_the_page_name_whom_they_should() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/cases/mentions.json")).unwrap();
        assert!(cases.len() > 100);
        for Case { body, names, all } in cases {
            let named = Named::in_text(&body);
            let found: Vec<&str> = named.keys.iter().map(UsernameKey::as_str).collect();
            assert_eq!((found, named.all), (names.iter().map(String::as_str).collect(), all), "{body:?}");
        }
    }

    #[test]
    fn only_the_first_fifty_names_count_each_of_them_once() {
        let body: String = (0..60).map(|n| format!("@name{n} @NAME{n} ")).collect();
        let named = Named::in_text(&body);
        assert_eq!((named.keys.len(), named.keys[49].as_str()), (MENTIONS_MAX, "name49"));
        assert!(Named::in_text(&format!("{body}@all")).all);
    }
}

//! Names like one that is taken, for whoever wished for that one. Never knows which of them are free.

use super::{USERNAME_MAX_CHARS, Username, is_separator};
use crate::domain::DisplayName;

/// Up to which number names are made: `bob2` to `bob99`.
const LAST_NUMBER: u32 = 99;

impl Username {
    /// Names that look as if their wearer had chosen them, best first: of `bob`, called Bob Hargreaves, `bob.h`,
    /// `bob.hargreaves`, then `bob2` and so on. All of them are right; any may be taken, too.
    pub fn alternatives(&self, called: &DisplayName) -> impl Iterator<Item = Username> + use<> {
        let wished = self.key().to_owned();
        let words: Vec<String> = called
            .as_str()
            .split_whitespace()
            .map(|word| word.to_lowercase().chars().filter(|character| character.is_alphanumeric()).collect())
            .filter(|word: &String| !word.is_empty() && !wished.contains(word.as_str()))
            .collect();
        let initial = |word: &String| word.chars().take(1).collect::<String>();
        let mut endings: Vec<String> = Vec::new();
        if let Some(last) = words.last() {
            endings.extend([format!(".{}", initial(last)), format!(".{last}")]);
        }
        // After a digit the number would read as one with it.
        let gap = if wished.ends_with(char::is_numeric) { "." } else { "" };
        endings.extend((2..=LAST_NUMBER).map(|number| format!("{gap}{number}")));
        endings.into_iter().filter_map(move |ending| Username::parse(&joined(&wished, &ending)).ok())
    }
}

/// The two as one name, the first shortened where both are too long together.
fn joined(name: &str, ending: &str) -> String {
    let room = USERNAME_MAX_CHARS.saturating_sub(ending.chars().count());
    let kept: String = name.chars().take(room).collect();
    format!("{}{ending}", kept.trim_end_matches(is_separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(wished: &str, called: &str) -> Vec<String> {
        let called = DisplayName::parse(called).unwrap();
        let names = Username::parse(wished).unwrap().alternatives(&called);
        names.take(4).map(|name| name.as_str().to_owned()).collect()
    }

    #[test]
    fn what_people_are_called_comes_before_numbers() {
        assert_eq!(offered("BOB", "Bob Hargreaves"), ["bob.h", "bob.hargreaves", "bob2", "bob3"]);
        assert_eq!(offered("rob", "Robert  O’Neill"), ["rob.o", "rob.oneill", "rob2", "rob3"]);
        assert_eq!(offered("bob", "bob"), ["bob2", "bob3", "bob4", "bob5"], "the name itself says nothing more");
        assert_eq!(
            offered("bob.hargreaves", "Bob Hargreaves"),
            ["bob.hargreaves2", "bob.hargreaves3", "bob.hargreaves4", "bob.hargreaves5"]
        );
        assert_eq!(offered("анна", "Анна Петрова"), ["анна.п", "анна.петрова", "анна2", "анна3"]);
    }

    #[test]
    fn what_makes_no_right_name_is_left_out() {
        assert_eq!(offered("bob", "Bob Петров")[0], "bob2", "two scripts that look alike are never mixed");
        assert_eq!(offered("bob", "Bob 🎉")[0], "bob2");
        assert_eq!(offered("max2000", "Max")[0], "max2000.2");
        let long = "b".repeat(31) + "1";
        let names = offered(&long, "Bob Hargreaves");
        let name = &names[0];
        assert_eq!((name.len(), name.ends_with("b.h")), (32, true), "{name}");
    }
}

//! What somebody types into the search, read into what it asks for. Total and linear: every text is either a query or
//! refused with a sentence. Never looks anything up: who `from:bob` is, the store knows.

use super::fold::fold;

/// Longest query, in bytes of UTF-8.
pub const QUERY_MAX_BYTES: usize = 200;

/// Most words, phrases and filters in one query.
pub const TERMS_MAX: usize = 16;

/// What is looked for. All of it must hold for a message to be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words and phrases that stand in it.
    pub with: Vec<Needle>,
    /// Words and phrases that do not.
    pub without: Vec<Needle>,
    /// `from:`: written by one of these; anybody if there are none.
    pub from: Vec<String>,
    /// `in:`: said in one of these conversations; anywhere if there are none.
    pub places: Vec<String>,
    /// `before:`: said before this day begins.
    pub before: Option<Day>,
    /// `after:`: said on this day or later.
    pub after: Option<Day>,
    /// `has:link`.
    pub has_link: bool,
}

/// A folded, non-empty text to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle(String);

/// A calendar day of somebody's zone, counted from 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

/// Why a text is no query, as a sentence for whoever typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing in it can be looked for.
    #[error("Type something to look for.")]
    Empty,
    /// Too many bytes.
    #[error("A search has at most {QUERY_MAX_BYTES} bytes.")]
    TooLong,
    /// Too many terms.
    #[error("A search has at most {TERMS_MAX} words and filters.")]
    TooMany,
    /// `before:` or `after:` without a day.
    #[error("before: and after: take a day, such as before:2026-11-20.")]
    Day,
    /// `from:` or `in:` without a name.
    #[error("from: and in: take a name, such as from:bob or in:\"Sunday lunch\".")]
    Name,
    /// `has:` with something else than `link`.
    #[error("has: knows only has:link.")]
    Has,
    /// `-from:bob`.
    #[error("Only words can be excluded, not filters.")]
    ExcludedFilter,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`QueryError`].
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        if text.len() > QUERY_MAX_BYTES {
            return Err(QueryError::TooLong);
        }
        let mut query = Query::default();
        let mut rest = text;
        let mut terms = 0;
        loop {
            rest = rest.trim_start_matches(is_blank);
            if rest.is_empty() {
                break;
            }
            terms += 1;
            if terms > TERMS_MAX {
                return Err(QueryError::TooMany);
            }
            rest = query.take_term(rest)?;
        }
        if query == Query::default() { Err(QueryError::Empty) } else { Ok(query) }
    }

    /// Whether only so few characters are looked for that no index knows them: words of one or two alone.
    pub fn is_short(&self) -> bool {
        !self.with.is_empty() && self.with.iter().all(Needle::is_short)
    }

    /// Whether a folded text has everything that it must and nothing that it must not.
    pub fn takes(&self, folded: &str) -> bool {
        self.with.iter().all(|needle| folded.contains(needle.as_str()))
            && !self.without.iter().any(|needle| folded.contains(needle.as_str()))
    }

    /// Reads one term off a text that begins with it; what follows it.
    fn take_term<'a>(&mut self, text: &'a str) -> Result<&'a str, QueryError> {
        let (is_excluded, text) = match text.strip_prefix('-') {
            Some(term) => (true, term),
            None => (false, text),
        };
        let filter = filter_of(text);
        if let Some((filter, value)) = filter {
            if is_excluded {
                return Err(QueryError::ExcludedFilter);
            }
            let (value, rest) = take_value(value);
            self.add_filter(filter, value)?;
            return Ok(rest);
        }
        let (value, rest) = take_value(text);
        if let Some(needle) = Needle::of(value) {
            let list = if is_excluded { &mut self.without } else { &mut self.with };
            if !list.contains(&needle) {
                list.push(needle);
            }
        }
        Ok(rest)
    }

    fn add_filter(&mut self, filter: Filter, value: &str) -> Result<(), QueryError> {
        let name = |value: &str| {
            let name = value.trim();
            if name.is_empty() { Err(QueryError::Name) } else { Ok(name.to_owned()) }
        };
        match filter {
            Filter::From => self.from.push(name(value)?),
            Filter::In => self.places.push(name(value)?),
            Filter::Before => {
                let day = Day::parse(value).ok_or(QueryError::Day)?;
                self.before = Some(self.before.map_or(day, |before| before.min(day)));
            }
            Filter::After => {
                let day = Day::parse(value).ok_or(QueryError::Day)?;
                self.after = Some(self.after.map_or(day, |after| after.max(day)));
            }
            Filter::Has if value.eq_ignore_ascii_case("link") => self.has_link = true,
            Filter::Has => return Err(QueryError::Has),
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Filter {
    From,
    In,
    Before,
    After,
    Has,
}

const FILTERS: [(&str, Filter); 5] = [
    ("from:", Filter::From),
    ("in:", Filter::In),
    ("before:", Filter::Before),
    ("after:", Filter::After),
    ("has:", Filter::Has),
];

/// The filter with which a text begins, and what follows its colon. Any other word with a colon is a word.
fn filter_of(text: &str) -> Option<(Filter, &str)> {
    FILTERS.into_iter().find_map(|(key, filter)| {
        let head = text.get(..key.len())?;
        head.eq_ignore_ascii_case(key).then(|| (filter, &text[key.len()..]))
    })
}

/// A phrase in quotes (an unclosed one goes to the end), or all up to the next blank.
fn take_value(text: &str) -> (&str, &str) {
    if let Some(phrase) = text.strip_prefix(is_quote) {
        return match phrase.split_once(is_quote) {
            Some((phrase, rest)) => (phrase, rest),
            None => (phrase, ""),
        };
    }
    let end = text.find(is_blank).unwrap_or(text.len());
    text.split_at(end)
}

/// Keyboards of phones turn quotes into these.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// No message has control characters; in a query they part words.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl Needle {
    /// What is left of a text when it is folded; `None` if that is nothing.
    pub fn of(text: &str) -> Option<Needle> {
        let folded = fold(text);
        let folded: String = folded.chars().filter(|c| !c.is_control()).collect();
        (!folded.trim().is_empty()).then_some(Needle(folded))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Fewer than three characters.
    pub fn is_short(&self) -> bool {
        self.0.chars().nth(2).is_none()
    }
}

impl Day {
    /// `2026-11-20`. Also without leading zeros.
    pub fn parse(text: &str) -> Option<Day> {
        let mut numbers = text.splitn(3, '-').map(|number| {
            let is_plain = (1..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse::<i64>().ok().filter(|_| is_plain)
        });
        let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days_in_month = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i64::from(is_leap),
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days_in_month).contains(&day) || year < 1 {
            return None;
        }
        // Howard Hinnant's `days_from_civil`: years begin in March, eras have 400 of them.
        let year = if month <= 2 { year - 1 } else { year };
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let (era, year_of_era) = (year / 400, year % 400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Day(era * 146_097 + day_of_era - 719_468))
    }

    /// When it begins, in milliseconds since the epoch, for somebody whose clock is `zone_minutes` ahead of UTC.
    pub const fn begins_at(self, zone_minutes: i64) -> i64 {
        self.0 * 86_400_000 - zone_minutes * 60_000
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn texts(needles: &[Needle]) -> Vec<&str> {
        needles.iter().map(Needle::as_str).collect()
    }

    #[test]
    fn words_phrases_exclusions_and_filters_are_told_apart() {
        let text = "Kochtopf \"hello  World\" -spam -\"no way\" from:bob In:\"Sunday lunch\" before:2026-11-20 after:2026-1-2 has:LINK http://x";
        let query = Query::parse(text).unwrap();
        assert_eq!(texts(&query.with), ["kochtopf", "hello world", "http://x"]);
        assert_eq!(texts(&query.without), ["spam", "no way"]);
        assert_eq!((query.from, query.places), (vec!["bob".to_owned()], vec!["Sunday lunch".to_owned()]));
        assert_eq!((query.before, query.after), (Day::parse("2026-11-20"), Day::parse("2026-01-02")));
        assert!(query.has_link);
    }

    #[rstest]
    #[case("", QueryError::Empty)]
    #[case(" \t\u{3000}", QueryError::Empty)]
    #[case("-", QueryError::Empty)]
    #[case("\"\"", QueryError::Empty)]
    #[case("\u{301}\u{fe0f}", QueryError::Empty)]
    #[case("before:yesterday", QueryError::Day)]
    #[case("after:2026-02-30", QueryError::Day)]
    #[case("after:", QueryError::Day)]
    #[case("from: bob", QueryError::Name)]
    #[case("in:\" \"", QueryError::Name)]
    #[case("has:picture", QueryError::Has)]
    #[case("-from:bob", QueryError::ExcludedFilter)]
    #[case("a b c d e f g h i j k l m n o p q", QueryError::TooMany)]
    fn what_is_no_query_is_refused_with_its_reason(#[case] text: &str, #[case] reason: QueryError) {
        assert_eq!(Query::parse(text), Err(reason));
    }

    #[test]
    fn two_hundred_bytes_fit_and_one_more_does_not() {
        assert!(Query::parse(&"x".repeat(200)).is_ok());
        assert_eq!(Query::parse(&"x".repeat(201)), Err(QueryError::TooLong));
    }

    #[rstest]
    #[case("ann@example.org", "ann@example.org")]
    #[case("12:30", "12:30")]
    #[case("say\"hi\"", "say\"hi\"")]
    #[case("“Guten Tag”", "guten tag")]
    #[case("\"left open", "left open")]
    #[case("from", "from")]
    #[case("料理", "料理")]
    #[case("--x", "-x")]
    fn anything_else_is_looked_for_as_it_stands(#[case] text: &str, #[case] needle: &str) {
        let query = Query::parse(text).unwrap();
        let found: Vec<&str> = texts(&query.with).into_iter().chain(texts(&query.without)).collect();
        assert_eq!(found, [needle]);
    }

    #[rstest]
    #[case("1970-01-01", 0)]
    #[case("1969-12-31", -1)]
    #[case("2000-02-29", 11_016)]
    #[case("2026-11-20", 20_777)]
    fn days_are_counted_from_the_epoch(#[case] text: &str, #[case] number: i64) {
        assert_eq!(Day::parse(text), Some(Day(number)));
    }

    #[test]
    fn a_day_begins_earlier_the_further_east_its_reader_is() {
        assert_eq!(Day::parse("1970-01-02").unwrap().begins_at(60), 86_400_000 - 3_600_000);
    }

    #[test]
    fn only_words_of_one_or_two_characters_alone_are_short() {
        let is_short = |text| Query::parse(text).unwrap().is_short();
        assert!(is_short("ab") && is_short("料理") && is_short("a from:bob") && is_short("👩‍") && is_short("a -abc"));
        assert!(!is_short("ab abc") && !is_short("from:bob") && !is_short("ß2") && !is_short("-a"));
    }

    proptest! {
        #[test]
        fn every_text_is_a_query_or_is_refused(text in "\\PC{0,220}|[-a\": \tfrominbeafth:0-9„“\u{301}]{0,120}") {
            if let Ok(query) = Query::parse(&text) {
                prop_assert!(query.with.len() + query.without.len() <= TERMS_MAX);
                prop_assert!(query.with.iter().chain(&query.without).all(|needle| !needle.as_str().is_empty()));
                query.takes(&fold(&text));
            }
        }

        #[test]
        fn what_is_quoted_out_of_a_text_finds_it(text in "[^\"“”„\\pC]{1,60}") {
            if let Ok(query) = Query::parse(&format!("\"{text}\"")) {
                let around = fold(&format!("x{text}x"));
                prop_assert!(query.takes(&around), "{:?} {:?}", query, around);
            }
        }
    }
}

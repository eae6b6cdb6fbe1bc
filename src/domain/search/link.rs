//! Whether a text holds an address that the page makes a link of: the rules are those of `static/lib/format.js`, but
//! that an address inside code counts, too.

/// Whether there is an `http:`, `https:` or `mailto:` address.
pub fn has_link(text: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`');
    text.split(ends).any(has_address)
}

/// The same for a run without white space. Each place looks at a few characters only, so that no run is walked twice.
fn has_address(run: &str) -> bool {
    let last_at_sign = run.rfind('@').unwrap_or_default();
    let mut before = None;
    run.char_indices().any(|(at, character)| {
        let is_inside_a_word = before.replace(character).is_some_and(char::is_alphanumeric);
        let rest = &run[at..];
        let after = |scheme: &str| {
            rest.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme)).map(|head| &rest[head.len()..])
        };
        let names_host = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        !is_inside_a_word
            && (after("https://").is_some_and(names_host)
                || after("http://").is_some_and(names_host)
                || after("mailto:").is_some_and(|rest| run.len() - rest.len() <= last_at_sign))
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("see https://example.org/a?b.", true)]
    #[case("(HTTP://EXAMPLE.ORG)", true)]
    #[case("mailto:ann@example.org", true)]
    #[case("«http://bücher.example»", true)]
    #[case("http://[::1]/", true)]
    #[case("ftp://example.org", false)]
    #[case("www.example.org", false)]
    #[case("xhttp://example.org", false)]
    #[case("https://", false)]
    #[case("https:// example.org", false)]
    #[case("http://...", false)]
    #[case("mailto:ann", false)]
    #[case("javascript:alert(1)", false)]
    fn links_are_what_the_page_makes_links_of(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(has_link(text), expected);
    }
}

//! Takes comments and idle white space out of a script. Renames nothing and never joins what the language keeps apart:
//! where a line break might end a statement, it stays. Knows no grammar beyond comments, texts and regular expressions.

/// What may follow directly: after these a `/` begins a regular expression, and white space says nothing.
const OPENS: &str = "([{,;:?=!&|<>+-*%~^";

/// Words after which a `/` begins a regular expression.
const BEFORE_VALUE: [&str; 6] = ["return", "typeof", "case", "in", "of", "await"];

/// `source` without comments and without white space that means nothing.
///
/// # Errors
/// A sentence, where a text, comment or expression does not end.
pub fn squeezed(source: &str) -> Result<String, String> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    // White space since the last sign: none, some, or with a line break in it.
    let mut gap = Gap::None;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = next_piece(rest, first, &out)?;
        let (piece, after) = rest.split_at(length);
        rest = after;
        match kind {
            Piece::Space => gap = gap.max(if piece.contains('\n') { Gap::Line } else { Gap::Space }),
            Piece::Code => {
                drop_last_comma(&mut out, first);
                out.push_str(gap_between(&out, first, gap));
                gap = Gap::None;
                out.push_str(piece);
            }
        }
    }
    out.push('\n');
    Ok(out)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

enum Piece {
    /// White space or a comment.
    Space,
    Code,
}

/// The length in bytes of what begins `rest`, and what it is.
fn next_piece(rest: &str, first: char, before: &str) -> Result<(usize, Piece), String> {
    let failed = |what: &str| format!("{what} does not end: {}", rest.lines().next().unwrap_or_default());
    if rest.starts_with("//") {
        return Ok((rest.find('\n').unwrap_or(rest.len()), Piece::Space));
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map(|end| (end + 2, Piece::Space)).ok_or_else(|| failed("a comment"));
    }
    if first.is_whitespace() {
        return Ok((rest.find(|one: char| !one.is_whitespace()).unwrap_or(rest.len()), Piece::Space));
    }
    let length = match first {
        '\'' | '"' => quoted(rest, first).ok_or_else(|| failed("a text"))?,
        '`' => template(rest).ok_or_else(|| failed("a template"))?,
        '/' if begins_expression(before) => expression(rest).ok_or_else(|| failed("a regular expression"))?,
        _ if is_word(first) => rest.find(|one: char| !is_word(one)).unwrap_or(rest.len()),
        _ => first.len_utf8(),
    };
    Ok((length, Piece::Code))
}

fn is_word(one: char) -> bool {
    one.is_alphanumeric() || one == '_' || one == '$' || one == '#'
}

/// A comma behind the last of several says nothing. In `[a,,]` it does, and in `[,]`.
fn drop_last_comma(out: &mut String, next: char) {
    if ")]}".contains(next) && out.ends_with(',') && !out.ends_with(",,") && !out.ends_with("[,") {
        out.pop();
    }
}

/// What stays of a gap. `+ +x` and `- -x` keep theirs; a line break stays unless one side shows that more must come.
fn gap_between(out: &str, next: char, gap: Gap) -> &'static str {
    let Some(last) = out.chars().next_back() else { return "" };
    match gap {
        Gap::None => "",
        Gap::Line if ends_openly(last) || ")]},;:?.=&|<>%^".contains(next) => "",
        Gap::Line => "\n",
        Gap::Space if is_word(last) && is_word(next) => " ",
        Gap::Space if last == next && "+-".contains(next) => " ",
        // `1 .toString()` is not `1.toString()`.
        Gap::Space if last.is_ascii_digit() && next == '.' => " ",
        Gap::Space => "",
    }
}

/// After `++` and `--` a line break counts.
fn ends_openly(last: char) -> bool {
    OPENS.contains(last) && !"+-".contains(last)
}

/// Whether a `/` after `before` begins a regular expression and is no division.
fn begins_expression(before: &str) -> bool {
    match before.chars().next_back() {
        None => true,
        Some(last) if is_word(last) => {
            let start = before.rfind(|one: char| !is_word(one)).map_or(0, |at| at + 1);
            BEFORE_VALUE.contains(&&before[start..])
        }
        Some(last) => OPENS.contains(last),
    }
}

fn quoted(rest: &str, quote: char) -> Option<usize> {
    ended_by(rest, |one, _| one == quote)
}

/// A regular expression with its flags; a `/` inside a class is an ordinary sign.
fn expression(rest: &str) -> Option<usize> {
    let mut is_in_class = false;
    let end = ended_by(rest, |one, _| {
        match one {
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            _ => {}
        }
        one == '/' && !is_in_class
    })?;
    Some(end + rest[end..].find(|one: char| !one.is_ascii_alphabetic()).unwrap_or(rest.len() - end))
}

/// A template, whose holes are code and may hold templates.
fn template(rest: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        match rest[at..].chars().next()? {
            '\\' => at += 1 + rest[at + 1..].chars().next()?.len_utf8(),
            '`' => return Some(at + 1),
            '$' if rest[at..].starts_with("${") => at = hole(rest, at + 2)?,
            other => at += other.len_utf8(),
        }
    }
}

/// Where the hole that begins at `at` ends.
fn hole(rest: &str, mut at: usize) -> Option<usize> {
    let mut depth = 1;
    while depth > 0 {
        let first = rest[at..].chars().next()?;
        at += match first {
            '`' => template(&rest[at..])?,
            '\'' | '"' => quoted(&rest[at..], first)?,
            '/' if begins_expression(rest[..at].trim_end()) => expression(&rest[at..])?,
            _ => first.len_utf8(),
        };
        match first {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    Some(at)
}

/// The length up to and with the first sign after the opening one that `ends` says; never past a line's end.
fn ended_by(rest: &str, mut ends: impl FnMut(char, usize) -> bool) -> Option<usize> {
    let mut signs = rest.char_indices().skip(1);
    while let Some((at, one)) = signs.next() {
        match one {
            '\n' => return None,
            '\\' => {
                signs.next()?;
            }
            _ if ends(one, at) => return Some(at + one.len_utf8()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::squeezed;

    #[track_caller]
    fn becomes(source: &str, wanted: &str) {
        assert_eq!(squeezed(source).unwrap().trim_end(), wanted);
    }

    #[test]
    fn comments_and_idle_space_go() {
        becomes("// why\nconst a = 1; // here\n/** @type {x} */\nconst b = a + 2;\n", "const a=1;const b=a+2;");
        becomes("return (\n  a &&\n  b\n);", "return(a&&\nb);".replace('\n', "").as_str());
    }

    #[test]
    fn the_comma_behind_the_last_goes_unless_it_makes_a_hole() {
        becomes("call(\n  one,\n  two,\n);", "call(one,two);");
        becomes("const { a, } = { b: [1, 2,], };", "const{a}={b:[1,2]};");
        becomes("[, ]; [1, , ]; ['a,', /,/, `,`,]", "[,];[1,,];['a,',/,/,`,`]");
    }

    #[test]
    fn a_line_break_that_may_end_a_statement_stays() {
        becomes("const f = () => {\n  x\n}\nf()", "const f=()=>{x}\nf()");
        becomes("a++\nb", "a++\nb");
        becomes("return\nx", "return\nx");
        becomes("class A {\n  #x = 1\n  static y = 2\n}", "class A{#x=1\nstatic y=2}");
    }

    #[test]
    fn words_and_signs_that_would_run_together_keep_their_space() {
        becomes("a + +b - -c in d", "a+ +b- -c in d");
        becomes("1 .toFixed()", "1 .toFixed()");
        becomes("async function* f() {}", "async function*f(){}");
    }

    #[test]
    fn texts_templates_and_expressions_stay_as_they_are() {
        becomes("say('a  // b', \"c /* d\")", "say('a  // b',\"c /* d\")");
        becomes(
            "`a  ${ b ? `c  // ${'}'}` : /[/}]  /u.test(d) }  // e`",
            "`a  ${ b ? `c  // ${'}'}` : /[/}]  /u.test(d) }  // e`",
        );
        becomes("x = /a  \\/[/*]/gu.exec(y) / 2 / 3", "x=/a  \\/[/*]/gu.exec(y)/2/3");
        becomes("return /  \"/.test(x)", "return/  \"/.test(x)");
    }

    #[test]
    fn what_does_not_end_is_refused() {
        for source in ["'abc", "`a ${b", "/* a", "x = /a[/]"] {
            assert!(squeezed(source).is_err(), "{source}");
        }
    }
}

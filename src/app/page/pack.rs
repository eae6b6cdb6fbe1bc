//! Makes the page light for its way to a browser: its modules become one file and so do its style sheets, without comments
//! and idle white space, under names that say their content, so that they may be kept for good. What the hand-written
//! files say stays what is run; nothing is renamed. A page that cannot be packed is a mistake in it and found by a test.

mod modules;
mod script;

use std::collections::BTreeMap;

/// The page as it is written begins here.
const INDEX: &str = "index.html";
const ENTRY: &str = "app.js";

/// Whether the file at `path` is one of the two big ones: what has this name never changes.
pub fn is_named_by_content(path: &str) -> bool {
    path.starts_with("page.")
}

/// The page's files, packed, with `name_of` a text's content in the names of the big ones: what was joined is left out.
///
/// # Errors
/// A sentence that names the file which is not written in the forms that packing understands.
pub fn packed(
    files: Vec<(String, Vec<u8>)>,
    name_of: impl Fn(&str) -> String,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let texts: BTreeMap<&str, &str> =
        files.iter().filter_map(|(path, content)| Some((path.as_str(), str::from_utf8(content).ok()?))).collect();
    let index = *texts.get(INDEX).ok_or("there is no index.html")?;
    let (script, mut joined) = modules::joined(ENTRY, &texts)?;
    let mut style = String::new();
    let mut head = String::new();
    for line in index.lines() {
        if let Some(sheet) = address_in(line, "<link rel=\"stylesheet\" href=\"") {
            let (path, text) = texts.get_key_value(sheet).ok_or_else(|| format!("{sheet} is linked and not there"))?;
            style.push_str(&squeezed_style(text).map_err(|why| format!("{sheet}: {why}"))?);
            joined.push(path);
        } else if !line.contains("rel=\"modulepreload\"") {
            head.push_str(line.trim_start());
            head.push('\n');
        }
    }
    let script_name = format!("page.{}.js", name_of(&script));
    let style_name = format!("page.{}.css", name_of(&style));
    let tag = format!("<script type=\"module\" src=\"{ENTRY}\"></script>");
    if !head.contains(&tag) {
        return Err(format!("index.html does not start {ENTRY}"));
    }
    let own = format!(
        "<link rel=\"stylesheet\" href=\"{style_name}\">\n<script type=\"module\" src=\"{script_name}\"></script>"
    );
    let index = without_html_comments(&head.replace(&tag, &own))?;
    let mut packed = vec![
        (INDEX.to_owned(), index.into_bytes()),
        (script_name, script.into_bytes()),
        (style_name, style.into_bytes()),
    ];
    for (path, content) in &files {
        if path == INDEX || joined.contains(&path.as_str()) || holds_types_only(path, &texts) {
            continue;
        }
        let content = match texts.get(path.as_str()) {
            Some(text) if path.ends_with(".js") => {
                script::squeezed(text).map_err(|why| format!("{path}: {why}"))?.into_bytes()
            }
            _ => content.clone(),
        };
        packed.push((path.clone(), content));
    }
    packed.sort();
    Ok(packed)
}

fn address_in<'a>(line: &'a str, opening: &str) -> Option<&'a str> {
    line.trim_start().strip_prefix(opening)?.split('"').next()
}

/// Read by the type checker and by nobody else.
fn holds_types_only(path: &str, texts: &BTreeMap<&str, &str>) -> bool {
    path.ends_with(".js") && texts.get(path).is_some_and(|text| text.trim_end().ends_with("\nexport {};"))
}

fn without_html_comments(html: &str) -> Result<String, String> {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        out.push_str(&rest[..start]);
        let end = rest[start..].find("-->").ok_or("index.html: a comment does not end")?;
        rest = rest[start + end + "-->".len()..].trim_start();
    }
    out.push_str(rest);
    Ok(out.lines().filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect())
}

/// A style sheet without comments and idle white space. What stands between two words, or around `+`, `-`, `*`, `/` and
/// `:`, may mean something and stays as one space.
fn squeezed_style(css: &str) -> Result<String, String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => rest.find("*/").ok_or("a comment does not end")? + 2,
            '"' | '\'' => rest[1..].find(first).ok_or("a text does not end")? + 2,
            _ if first.is_whitespace() => rest.find(|one: char| !one.is_whitespace()).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        let says_nothing = first.is_whitespace() || piece.starts_with("/*");
        if !says_nothing {
            if "{};,>".contains(first) {
                out.truncate(out.trim_end_matches(' ').len());
            }
            if first == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push_str(piece);
        } else if !out.is_empty() && !out.ends_with([' ', '{', '}', ';', ',', '>', ':']) {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    const PAGE: &str = "<head>\n  <link rel=\"stylesheet\" href=\"styles/a.css\">\n  <link rel=\"stylesheet\" href=\"styles/b.css\">\n  \
         <link rel=\"modulepreload\" href=\"b.js\">\n  <script type=\"module\" src=\"app.js\"></script>\n</head>\n<!-- why -->\n<p>a</p>\n";

    #[test]
    fn modules_and_style_sheets_become_one_file_each_under_a_name_that_says_its_content() {
        let page = [
            ("index.html", PAGE),
            ("app.js", "import { b } from './b.js';\nb();\n"),
            ("b.js", "export const b = () => 1;\n"),
            ("styles/a.css", "a { b: c; }\n"),
            ("styles/b.css", "/* why */ d,\ne { f: g }\n"),
            ("icon.svg", "<svg/>"),
            ("types.js", "/** @typedef {1} A */\nexport {};\n"),
        ];
        let packed =
            packed(files(&page), |text| if text.contains("const m0") { "1".into() } else { "2".into() }).unwrap();
        let names: Vec<_> = packed.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["icon.svg", "index.html", "page.1.js", "page.2.css"]);
        assert_eq!(packed[3].1, b"a{b:c}d,e{f:g}");
        let index = String::from_utf8(packed[1].1.clone()).unwrap();
        let wanted = "<head>\n<link rel=\"stylesheet\" href=\"page.2.css\">\n<script type=\"module\" src=\"page.1.js\"></script>\n</head>\n<p>a</p>\n";
        assert_eq!(index, wanted);
    }

    #[test]
    fn style_sheets_keep_the_space_that_means_something() {
        let css = "@layer a, b;\na :hover > b { width: calc(1px + 2px); margin: 0 -1px; --x: 'a  b'; }\n\n@media (x: y) and (z) { c + d { e: f !important } }";
        let wanted = "@layer a,b;a :hover>b{width:calc(1px + 2px);margin:0 -1px;--x:'a  b'}@media (x:y) and (z){c + d{e:f !important}}";
        assert_eq!(squeezed_style(css).unwrap(), wanted);
    }

    #[test]
    fn a_page_that_is_not_whole_is_refused() {
        for (list, what) in [
            (vec![("app.js", "")], "index.html"),
            (vec![("index.html", PAGE), ("app.js", "")], "styles/a.css"),
            (vec![("index.html", "<p>"), ("app.js", "")], "app.js"),
        ] {
            assert!(packed(files(&list), |_| String::new()).unwrap_err().contains(what), "{what}");
        }
    }
}

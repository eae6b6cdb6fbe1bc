//! Makes the page light for its way to a browser: what it needs at once becomes one script and one style sheet, what it
//! loads later a few more files, without comments and idle white space, under names that say their content, so that they
//! may be kept for good. What the hand-written files say stays what is run; nothing is renamed. A page that cannot be packed
//! is a mistake in it and found by a test.

mod modules;
mod script;

use std::collections::BTreeMap;

/// The page as it is written begins here.
pub const INDEX: &str = "index.html";
const ENTRY: &str = "app.js";

/// How index.html links a style sheet that is needed at once, and what is loaded later.
const SHEET: &str = "<link rel=\"stylesheet\" href=\"";
const LATER_SHEET: &str = "<link rel=\"later\" as=\"style\" href=\"";
const LATER_DOCUMENT: &str = "<link rel=\"later\" as=\"document\" href=\"";
/// Named for browsers that are given the modules one by one; here they stand in the big files.
const SINGLE_MODULES: [&str; 2] = ["<link rel=\"modulepreload\"", "<link rel=\"later\" as=\"script\""];

/// Whether the file at `path` is one of the big ones: what has this name never changes.
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
    let modules::Joined { chunks, parts: mut joined } = modules::joined(ENTRY, &texts)?;
    let named = |text: &str, ending: &str| format!("page.{}.{ending}", name_of(text));
    let mut packed = Vec::new();

    // Scripts name each other, so that the name of each speaks of all of them.
    let all = chunks.concat();
    let script_names: Vec<_> = (0..chunks.len()).map(|chunk| named(&format!("{chunk} {all}"), "js")).collect();
    for (name, text) in script_names.iter().zip(chunks) {
        let text = script_names
            .iter()
            .enumerate()
            .fold(text, |text, (chunk, name)| text.replace(&modules::place_of(chunk), name));
        packed.push((name.clone(), text.into_bytes()));
    }

    let mut sheets = [String::new(), String::new()];
    let mut head = String::new();
    let mut later = String::new();
    for line in index.lines() {
        let found = |address| {
            texts
                .get_key_value(address)
                .map(|(path, text)| (*path, *text))
                .ok_or_else(|| format!("{address} is linked and not there"))
        };
        if let Some((place, address)) = [SHEET, LATER_SHEET]
            .iter()
            .enumerate()
            .find_map(|(place, opening)| Some((place, address_in(line, opening)?)))
        {
            let (path, text) = found(address)?;
            sheets[place].push_str(&squeezed_style(text).map_err(|why| format!("{path}: {why}"))?);
            joined.push(path);
        } else if let Some(address) = address_in(line, LATER_DOCUMENT) {
            let (path, text) = found(address)?;
            let text = squeezed_html(text).map_err(|why| format!("{path}: {why}"))?;
            let name = named(&text, "html");
            later.push_str(&format!("{LATER_DOCUMENT}{name}\">\n"));
            packed.push((name, text.into_bytes()));
            joined.push(path);
        } else if !SINGLE_MODULES.iter().any(|opening| line.trim_start().starts_with(opening)) {
            head.push_str(line);
            head.push('\n');
        }
    }
    let mut own = String::new();
    let [sheet, later_sheet] = sheets;
    for (opening, text, place) in [(SHEET, sheet, &mut own), (LATER_SHEET, later_sheet, &mut later)] {
        if !text.is_empty() {
            let name = named(&text, "css");
            place.push_str(&format!("{opening}{name}\">\n"));
            packed.push((name, text.into_bytes()));
        }
    }
    let tag = format!("<script type=\"module\" src=\"{ENTRY}\"></script>");
    if !head.contains(&tag) {
        return Err(format!("index.html does not start {ENTRY}"));
    }
    own.push_str(&tag.replace(ENTRY, &script_names[0]));
    own.push('\n');
    own.push_str(&later);
    for name in &script_names[1..] {
        own.push_str(&format!("<link rel=\"later\" as=\"script\" href=\"{name}\">\n"));
    }
    let index = squeezed_html(&head.replace(&tag, &own)).map_err(|why| format!("{INDEX}: {why}"))?;
    packed.push((INDEX.to_owned(), index.into_bytes()));

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

/// A document without comments, indentation and empty lines. A line's end stays: between two words it is a space.
fn squeezed_html(html: &str) -> Result<String, String> {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        out.push_str(&rest[..start]);
        let end = rest[start..].find("-->").ok_or("a comment does not end")?;
        rest = rest[start + end + "-->".len()..].trim_start();
    }
    out.push_str(rest);
    Ok(out.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect())
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
         <link rel=\"later\" as=\"document\" href=\"later.html\">\n  <link rel=\"later\" as=\"style\" href=\"styles/c.css\">\n  \
         <link rel=\"later\" as=\"script\" href=\"c.js\">\n  <link rel=\"modulepreload\" href=\"b.js\">\n  <script type=\"module\" src=\"app.js\"></script>\n</head>\n<!-- why -->\n<p>a</p>\n";

    #[test]
    fn what_is_needed_at_once_becomes_two_files_and_what_is_loaded_later_three() {
        let page = [
            ("index.html", PAGE),
            ("app.js", "import { b } from './b.js';\nb();\n"),
            ("b.js", "export const b = () => import('./c.js');\n"),
            ("c.js", "import { b } from './b.js';\nexport const c = b;\n"),
            ("later.html", "<body>\n  <!-- why -->\n  <p>later</p>\n"),
            ("styles/a.css", "a { b: c; }\n"),
            ("styles/b.css", "/* why */ d,\ne { f: g }\n"),
            ("styles/c.css", "h { i: j }\n"),
            ("icon.svg", "<svg/>"),
            ("types.js", "/** @typedef {1} A */\nexport {};\n"),
        ];
        let name_of = |text: &str| {
            let begins = ["0 ", "1 ", "<body>", "a{", "h{"].iter().position(|begin| text.starts_with(begin));
            begins.map_or("?".into(), |place| place.to_string())
        };
        let packed = packed(files(&page), name_of).unwrap();
        let text = |name: &str| {
            let (_, content) = packed.iter().find(|(path, _)| path == name).unwrap();
            String::from_utf8(content.clone()).unwrap()
        };
        let names: Vec<_> = packed.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            names,
            ["icon.svg", "index.html", "page.0.js", "page.1.js", "page.2.html", "page.3.css", "page.4.css"]
        );
        assert!(text("page.0.js").contains("import('./page.1.js')"));
        assert!(text("page.1.js").starts_with("import{m0}from'./page.0.js';\n"));
        assert_eq!(text("page.2.html"), "<body>\n<p>later</p>\n");
        assert_eq!(text("page.3.css"), "a{b:c}d,e{f:g}");
        assert_eq!(text("page.4.css"), "h{i:j}");
        let wanted = "<head>\n<link rel=\"stylesheet\" href=\"page.3.css\">\n\
             <script type=\"module\" src=\"page.0.js\"></script>\n\
             <link rel=\"later\" as=\"document\" href=\"page.2.html\">\n\
             <link rel=\"later\" as=\"style\" href=\"page.4.css\">\n\
             <link rel=\"later\" as=\"script\" href=\"page.1.js\">\n</head>\n<p>a</p>\n";
        assert_eq!(text("index.html"), wanted);
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

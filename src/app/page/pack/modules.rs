//! Joins the page's modules, so that a browser fetches a few files and not a hundred: one of those that are needed at once,
//! and one for each `import()` of what is loaded later, which shares the modules of the first. Each module becomes a
//! function that runs once, in the order in which browsers would run them. Understands the forms in which our modules
//! import and export, and refuses every other: imports of names or of all of them, and exports of declarations or of names
//! of another module. A `let` that is exported stands outside of all functions, so that everybody sees its changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::script::squeezed;

/// How a dynamic import begins in our modules; its address is given as a text.
const LATER: &str = "import('";

/// The modules that came of the hand-written ones, and which files went into them.
pub struct Joined<'a> {
    /// The first is needed at once, the others later. They name each other by [`place_of`].
    pub chunks: Vec<String>,
    /// Every file that is part of them.
    pub parts: Vec<&'a str>,
}

/// What stands for the name of a chunk until all of them are known.
pub fn place_of(chunk: usize) -> String {
    format!("\u{1}{chunk}\u{1}")
}

/// `entry` and all it imports, now or later.
///
/// # Errors
/// A sentence that names the file: a form that is not understood, a missing module, a circle of imports, or a module that
/// two later parts need and the first one does not.
pub fn joined<'a>(entry: &'a str, sources: &BTreeMap<&'a str, &'a str>) -> Result<Joined<'a>, String> {
    let mut joint = Joint {
        sources,
        parts: Vec::new(),
        changing: BTreeMap::new(),
        entries: vec![entry],
        texts: Vec::new(),
        shared: BTreeSet::new(),
    };
    while let Some(next) = joint.entries.get(joint.texts.len()) {
        joint.add_chunk(next)?;
    }
    if !joint.shared.is_empty() {
        let shared: Vec<_> = joint.shared.into_iter().collect();
        let _ = writeln!(joint.texts[0], "export{{{}}};", shared.join(","));
    }
    Ok(Joined { chunks: joint.texts, parts: joint.parts.into_iter().map(|part| part.file).collect() })
}

struct Part<'a> {
    file: &'a str,
    chunk: usize,
}

struct Joint<'a, 'b> {
    sources: &'b BTreeMap<&'a str, &'a str>,
    /// Files in the order in which they run; a module's number is its place here.
    parts: Vec<Part<'a>>,
    /// Exported names that may change later, and whose they are: one scope holds them all.
    changing: BTreeMap<String, usize>,
    /// With what each chunk begins, in the order in which they were found.
    entries: Vec<&'a str>,
    /// The chunks; the last one is being written.
    texts: Vec<String>,
    /// Names of the first chunk that later ones use.
    shared: BTreeSet<String>,
}

impl<'a> Joint<'a, '_> {
    fn add_chunk(&mut self, entry: &'a str) -> Result<(), String> {
        if self.parts.iter().any(|part| part.file == entry) {
            return Err(format!("{entry} is loaded at once and later, too"));
        }
        self.texts.push(String::new());
        let mut taken = BTreeSet::new();
        let number = self.add(entry, &mut Vec::new(), &mut taken)?;
        let chunk = self.texts.len() - 1;
        if chunk > 0 {
            let text = &mut self.texts[chunk];
            let _ = writeln!(text, "export{{m{number} as all}};");
            if !taken.is_empty() {
                let names: Vec<_> = taken.iter().map(String::as_str).collect();
                text.insert_str(0, &format!("import{{{}}}from'./{}';\n", names.join(","), place_of(0)));
            }
            self.shared.extend(taken);
        }
        Ok(())
    }

    /// Adds `file` and what it needs to the chunk that is being written; `taken` is what that takes from the first one.
    fn add(&mut self, file: &'a str, path: &mut Vec<&'a str>, taken: &mut BTreeSet<String>) -> Result<usize, String> {
        let chunk = self.texts.len() - 1;
        if let Some(number) = self.parts.iter().position(|part| part.file == file) {
            return match self.parts[number].chunk {
                home if home == chunk => Ok(number),
                0 => {
                    taken.insert(format!("m{number}"));
                    Ok(number)
                }
                _ => Err(format!("{file} is needed by two parts that come later and has to come at once")),
            };
        }
        if path.contains(&file) {
            return Err(format!("{file} imports itself by way of {}", path.join(", ")));
        }
        path.push(file);
        let source = self.sources.get(file).ok_or_else(|| format!("{file} is imported and not there"))?;
        let module = Module::read(source).map_err(|why| format!("{file}: {why}"))?;
        let mut head = String::new();
        let mut exports = module.exports;
        for Taken { names, from, is_handed_on } in module.taken {
            let target = self.target(file, &from)?;
            let number = self.add(target, path, taken)?;
            let (all, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|(theirs, _)| theirs == "*");
            let (changing, names): (Vec<_>, Vec<_>) =
                names.into_iter().partition(|(theirs, _)| self.changing.get(theirs) == Some(&number));
            if let Some((_, name)) = changing.iter().find(|(theirs, ours)| theirs != ours || is_handed_on) {
                return Err(format!("{file}: {name} changes and can only be imported under its own name"));
            }
            if self.parts[number].chunk != chunk {
                taken.extend(changing.into_iter().map(|(name, _)| name));
            }
            for (_, name) in all {
                let _ = write!(head, "const {name}=m{number};");
            }
            if is_handed_on {
                exports.extend(names.iter().map(|(theirs, ours)| format!("{ours}:m{number}.{theirs}")));
            } else if !names.is_empty() {
                let names: Vec<_> = names
                    .iter()
                    .map(|(theirs, ours)| if theirs == ours { ours.clone() } else { format!("{theirs}:{ours}") })
                    .collect();
                let _ = write!(head, "const{{{}}}=m{number};", names.join(","));
            }
        }
        path.pop();
        let number = self.parts.len();
        self.parts.push(Part { file, chunk });
        let body = squeezed(&module.body).map_err(|why| format!("{file}: {why}"))?;
        let body = self.with_later_parts(file, &body)?;
        exports.insert(0, "__proto__:null".into());
        let text = &mut self.texts[chunk];
        for name in module.changing {
            let _ = write!(text, "let {name};");
            if self.changing.insert(name.clone(), number).is_some() {
                return Err(format!("{file}: another module has a changing {name}, too"));
            }
        }
        let _ =
            writeln!(text, "const m{number}=(()=>{{{head}{}\nreturn{{{}}}}})();", body.trim_end(), exports.join(","));
        Ok(number)
    }

    /// What is loaded later stands in a chunk of its own, under another address and name.
    fn with_later_parts(&mut self, file: &str, body: &str) -> Result<String, String> {
        let mut out = String::with_capacity(body.len());
        let mut rest = body;
        while let Some(start) = rest.find(LATER) {
            let (address, after) = rest[start + LATER.len()..]
                .split_once("')")
                .ok_or_else(|| format!("{file}: an import does not end"))?;
            let target = self.target(file, address)?;
            let chunk = self.entries.iter().position(|entry| *entry == target).unwrap_or(self.entries.len());
            if chunk == 0 {
                return Err(format!("{file} loads the first module later"));
            }
            if chunk == self.entries.len() {
                self.entries.push(target);
            }
            let _ = write!(out, "{}import('./{}').then(({{all}})=>all)", &rest[..start], place_of(chunk));
            rest = after;
        }
        out.push_str(rest);
        if out.matches("import(").count() != out.matches("import('./\u{1}").count() || out.contains("import.meta") {
            return Err(format!("{file} loads something later whose address is no plain text"));
        }
        Ok(out)
    }

    fn target(&self, file: &str, address: &str) -> Result<&'a str, String> {
        let target = resolved(file, address);
        Ok(*self.sources.get_key_value(target.as_str()).ok_or_else(|| format!("{file} imports {target}"))?.0)
    }
}

/// One import or `export … from`: names there (`*` for all of them) and here.
struct Taken {
    names: Vec<(String, String)>,
    from: String,
    is_handed_on: bool,
}

#[derive(Default)]
struct Module {
    taken: Vec<Taken>,
    exports: Vec<String>,
    /// Names of exported `let`s.
    changing: Vec<String>,
    /// What is left: the code itself, its declarations no longer marked.
    body: String,
}

impl Module {
    /// Our modules import and export at the beginning of a line and nowhere else.
    fn read(source: &str) -> Result<Module, String> {
        let mut module = Module::default();
        let mut rest = source;
        while !rest.is_empty() {
            let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
            let is_list = rest.starts_with("import ") || rest.starts_with("export {");
            let end = if is_list { rest.find(';').ok_or("an import does not end")? + 1 } else { line_end };
            let (piece, after) = rest.split_at(end);
            rest = after;
            if is_list {
                module.taken.extend(Taken::read(piece)?);
            } else if let Some(declaration) = piece.strip_prefix("export let ") {
                module.changing.push(named(declaration).ok_or_else(|| format!("cannot be joined: {}", piece.trim()))?);
                module.body.push_str(declaration);
            } else if let Some(declaration) = piece.strip_prefix("export ") {
                module
                    .exports
                    .push(declared(declaration).ok_or_else(|| format!("cannot be joined: {}", piece.trim()))?);
                module.body.push_str(declaration);
            } else {
                module.body.push_str(piece);
            }
        }
        Ok(module)
    }
}

impl Taken {
    /// `import { a, b as c } from './d.js';`, `import * as a from './d.js';`, `import './d.js';`, `export { a } from './d.js';`, or `export {};`.
    fn read(statement: &str) -> Result<Option<Taken>, String> {
        let failed = || format!("cannot be joined: {}", statement.trim());
        let is_handed_on = statement.starts_with("export");
        let (list, from) = statement.rsplit_once(" from ").unwrap_or_else(|| ("{}", &statement["import".len()..]));
        if list == "{}" && is_handed_on {
            return if statement == "export {};" { Ok(None) } else { Err(failed()) };
        }
        let from = from.trim_end_matches(';').trim().trim_matches('\'');
        let list = list.trim_start_matches("import").trim_start_matches("export").trim();
        if let Some(name) = list.strip_prefix("* as ").filter(|_| !is_handed_on) {
            return Ok(Some(Taken { names: vec![("*".into(), name.to_owned())], from: from.to_owned(), is_handed_on }));
        }
        let names = list.strip_prefix('{').and_then(|names| names.strip_suffix('}')).ok_or_else(failed)?;
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(|name| {
            let (theirs, ours) = name.split_once(" as ").unwrap_or((name, name));
            (theirs.trim().to_owned(), ours.trim().to_owned())
        });
        if !from.starts_with('.') {
            return Err(failed());
        }
        Ok(Some(Taken { names: names.collect(), from: from.to_owned(), is_handed_on }))
    }
}

/// The name that `const name = …`, `function name(…)`, `async function name(…)` or `class name …` declares.
fn declared(declaration: &str) -> Option<String> {
    let rest =
        ["const ", "function ", "async function ", "class "].iter().find_map(|kind| declaration.strip_prefix(kind))?;
    named(rest)
}

/// The name that `text` begins with.
fn named(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|one| one.is_alphanumeric() || *one == '_' || *one == '$').collect();
    (!name.is_empty()).then_some(name)
}

/// The address that `specifier` means in `file`, from the page's root.
fn resolved(file: &str, specifier: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined_of(files: &[(&'static str, &'static str)]) -> Result<String, String> {
        joined("app.js", &files.iter().copied().collect()).map(|joined| joined.chunks.concat())
    }

    #[test]
    fn each_module_runs_once_and_after_those_it_needs() {
        let text = joined_of(&[
            ("app.js", "// why\nimport { a as one,\n  b } from './lib/a.js';\nimport './lib/c.js';\none(b);\n"),
            ("lib/a.js", "import { c } from './c.js';\nexport const a = c;\nexport function b() {\n  return 1;\n}\n"),
            ("lib/c.js", "export class c {}\n"),
        ]);
        let wanted = "const m0=(()=>{class c{}\nreturn{__proto__:null,c}})();\n\
             const m1=(()=>{const{c}=m0;const a=c;function b(){return 1;}\nreturn{__proto__:null,a,b}})();\n\
             const m2=(()=>{const{a:one,b}=m1;one(b);\nreturn{__proto__:null}})();\n";
        assert_eq!(text.unwrap(), wanted);
    }

    #[test]
    fn names_of_other_modules_are_handed_on() {
        let text =
            joined_of(&[("app.js", "export { a } from './a.js';\n"), ("a.js", "export const a = 1;\nexport {};\n")]);
        assert_eq!(
            text.unwrap(),
            "const m0=(()=>{const a=1;\nreturn{__proto__:null,a}})();\nconst m1=(()=>{\nreturn{__proto__:null,a:m0.a}})();\n"
        );
    }

    #[test]
    fn a_name_that_changes_is_seen_changed_by_everybody() {
        let text = joined_of(&[
            ("app.js", "import * as all from './b.js';\nimport { a } from './a.js';\n"),
            ("a.js", "export let a = 1;\nexport const set = (b) => {\n  a = b;\n};\n"),
            ("b.js", "export const c = 1;\n"),
        ]);
        let wanted = "const m0=(()=>{const c=1;\nreturn{__proto__:null,c}})();\n\
             let a;const m1=(()=>{a=1;const set=(b)=>{a=b;};\nreturn{__proto__:null,set}})();\n\
             const m2=(()=>{const all=m0;\nreturn{__proto__:null}})();\n";
        assert_eq!(text.unwrap(), wanted);
        assert!(
            joined_of(&[("app.js", "import { a as b } from './a.js';\n"), ("a.js", "export let a = 1;\n")]).is_err()
        );
    }

    #[test]
    fn what_is_loaded_later_stands_apart_and_shares_what_is_there() {
        let files = [
            (
                "app.js",
                "import { a } from './lib/a.js';\nimport { b } from './b.js';\nb();\nexport const later = () => import('./lib/c.js');\n",
            ),
            ("lib/a.js", "export let a = 1;\n"),
            ("b.js", "export const b = 1;\n"),
            (
                "lib/c.js",
                "import { a } from './a.js';\nimport { b } from '../b.js';\nimport { d } from '../d.js';\nexport const c = a + b + d;\n",
            ),
            ("d.js", "export const d = 1;\n"),
        ];
        let Joined { chunks, parts } = joined("app.js", &files.into_iter().collect()).unwrap();
        let first = "let a;const m0=(()=>{a=1;\nreturn{__proto__:null}})();\n\
             const m1=(()=>{const b=1;\nreturn{__proto__:null,b}})();\n\
             const m2=(()=>{const{b}=m1;b();const later=()=>import('./\u{1}1\u{1}').then(({all})=>all);\nreturn{__proto__:null,later}})();\n\
             export{a,m0,m1};\n";
        let later = "import{a,m0,m1}from'./\u{1}0\u{1}';\n\
             const m3=(()=>{const d=1;\nreturn{__proto__:null,d}})();\n\
             const m4=(()=>{const{b}=m1;const{d}=m3;const c=a+b+d;\nreturn{__proto__:null,c}})();\n\
             export{m4 as all};\n";
        assert_eq!(chunks, [first, later]);
        assert_eq!(parts, ["lib/a.js", "b.js", "app.js", "d.js", "lib/c.js"]);
    }

    #[test]
    fn a_module_runs_in_one_place_only() {
        let two = "export const later = () => [import('./a.js'), import('./b.js')];\n";
        let both = "import { c } from './c.js';\n";
        let shared = [("app.js", two), ("a.js", both), ("b.js", both), ("c.js", "export const c = 1;\n")];
        assert!(joined_of(&shared).unwrap_err().contains("c.js"));
        let now_and_later = "import { a } from './a.js';\nexport const later = () => import('./a.js');\n";
        assert!(
            joined_of(&[("app.js", now_and_later), ("a.js", "export const a = 1;\n")]).unwrap_err().contains("a.js")
        );
    }

    #[test]
    fn what_cannot_be_joined_is_refused_with_its_file() {
        for source in [
            "import a from './a.js';",
            "export default 1;",
            "export * from './a.js';",
            "import { a } from 'a';",
            "import { b } from './b.js';",
            "const a = 1;\nexport { a };",
            "later = () => import('./c.js');",
            "later = () => import(address);",
            "later = () => import('./app.js');",
        ] {
            let files = [("app.js", source), ("a.js", "import { a } from './app.js';\n")];
            assert!(joined_of(&files).unwrap_err().contains("app.js"), "{source}");
        }
        assert!(
            joined_of(&[("app.js", "import { a } from './a.js';"), ("a.js", "import { b } from './app.js';")]).is_err()
        );
    }
}

//! Joins the page's modules into one, so that a browser fetches one file and not a hundred. Each becomes a function that
//! runs once, in the order in which browsers would run them. Understands the forms in which our modules import and
//! export, and refuses every other: imports of names or of all of them, and exports of declarations or of names of another
//! module. A `let` that is exported stands outside of all functions, so that everybody sees its changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::script::squeezed;

/// `entry` and all it imports, as one module. Also says which files went into it.
///
/// # Errors
/// A sentence that names the file: a form that is not understood, a missing module, or a circle of imports.
pub fn joined<'a>(entry: &'a str, sources: &BTreeMap<&'a str, &'a str>) -> Result<(String, Vec<&'a str>), String> {
    let mut joint = Joint { sources, parts: Vec::new(), changing: BTreeSet::new(), out: String::new() };
    joint.add(entry, &mut Vec::new())?;
    Ok((joint.out, joint.parts))
}

struct Joint<'a, 'b> {
    sources: &'b BTreeMap<&'a str, &'a str>,
    /// Files in the order in which they run; a module's number is its place here.
    parts: Vec<&'a str>,
    /// Exported names that may change later: one scope holds them all.
    changing: BTreeSet<String>,
    out: String,
}

impl<'a> Joint<'a, '_> {
    fn add(&mut self, file: &'a str, path: &mut Vec<&'a str>) -> Result<usize, String> {
        if let Some(number) = self.parts.iter().position(|part| *part == file) {
            return Ok(number);
        }
        if path.contains(&file) {
            return Err(format!("{file} imports itself by way of {}", path.join(", ")));
        }
        path.push(file);
        let source = self.sources.get(file).ok_or_else(|| format!("{file} is imported and not there"))?;
        let module = Module::read(source).map_err(|why| format!("{file}: {why}"))?;
        for name in &module.changing {
            if !self.changing.insert(name.clone()) {
                return Err(format!("{file}: another module has a changing {name}, too"));
            }
        }
        let mut head = String::new();
        let mut exports = module.exports;
        for Taken { names, from, is_handed_on } in module.taken {
            let target = resolved(file, &from);
            let target =
                *self.sources.get_key_value(target.as_str()).ok_or_else(|| format!("{file} imports {target}"))?.0;
            let number = self.add(target, path)?;
            let (all, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|(theirs, _)| theirs == "*");
            let (changing, names): (Vec<_>, Vec<_>) =
                names.into_iter().partition(|(theirs, _)| self.changing.contains(theirs));
            if let Some((_, name)) = changing.iter().find(|(theirs, ours)| theirs != ours || is_handed_on) {
                return Err(format!("{file}: {name} changes and can only be imported under its own name"));
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
        self.parts.push(file);
        let body = squeezed(&module.body).map_err(|why| format!("{file}: {why}"))?;
        if body.contains("import(") || body.contains("import.meta") {
            return Err(format!(
                "{file} loads something later, and its address would change: name it from the page's root"
            ));
        }
        exports.insert(0, "__proto__:null".into());
        for name in &module.changing {
            let _ = write!(self.out, "let {name};");
        }
        let _ = writeln!(
            self.out,
            "const m{number}=(()=>{{{head}{}\nreturn{{{}}}}})();",
            body.trim_end(),
            exports.join(",")
        );
        Ok(number)
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
        joined("app.js", &files.iter().copied().collect()).map(|(text, _)| text)
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
    fn what_cannot_be_joined_is_refused_with_its_file() {
        for source in [
            "import a from './a.js';",
            "export default 1;",
            "export * from './a.js';",
            "import { a } from 'a';",
            "import { b } from './b.js';",
            "const a = 1;\nexport { a };",
            "later = () => import('./a.js');",
        ] {
            let files = [("app.js", source), ("a.js", "import { a } from './app.js';\n")];
            assert!(joined_of(&files).unwrap_err().contains("app.js"), "{source}");
        }
        assert!(
            joined_of(&[("app.js", "import { a } from './a.js';"), ("a.js", "import { b } from './app.js';")]).is_err()
        );
    }
}

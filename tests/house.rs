//! Dependencies between the parts of the program point one way. This reads every `crate::` path in `src/` and fails on
//! any edge that the map in `src/lib.rs` does not have.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Left to right: each part may use those of earlier steps, and nobody of its own step but itself.
const STEPS: &[&[&str]] = &[
    &["clock", "config", "guarded"],
    &["domain"],
    &["protocol", "store", "auth"],
    &["db"],
    &["chat"],
    &["connection"],
    &["http"],
    &["app"],
    &["cli"],
];

fn step_of(part: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.contains(&part))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The parts that a source text names by `crate::part`, doc comments left out.
fn parts_named(text: &str) -> Vec<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .filter(|part| step_of(part).is_some())
        .collect()
}

#[test]
fn dependencies_between_the_parts_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut wrong = Vec::new();
    let mut edges: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let inside = file.strip_prefix(&source).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let part = first.strip_suffix(".rs").unwrap_or(first);
        let Some(own_step) = step_of(part) else { continue };
        for named in parts_named(&fs::read_to_string(&file).unwrap()) {
            let step = step_of(named).unwrap();
            if named != part && step >= own_step {
                wrong.push(format!("{}: {part} must not use {named}", inside.display()));
            }
            *edges.entry(format!("{part} -> {named}")).or_default() += 1;
        }
    }
    assert!(edges.len() > 10, "the test must see the house: {edges:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_connection_folder_names_actix_web_actors_and_only_the_store_names_sql() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    for (word, home) in [("actix_web_actors", "connection"), ("rusqlite", "store")] {
        for file in &files {
            let inside = file.strip_prefix(&source).unwrap();
            let text = fs::read_to_string(file).unwrap();
            let names_it = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            assert!(!names_it || inside.starts_with(home), "{} names {word}", inside.display());
        }
    }
}

/// The text of `impl`s of actors' handlers in a source file, each up to the line that ends it.
fn handlers(text: &str) -> impl Iterator<Item = &str> {
    let starts = ["Handler<", "StreamHandler<", "Actor for "];
    let impls = text.split("\nimpl").skip(1).filter(move |rest| {
        let head = rest.lines().next().unwrap_or_default();
        head.contains(" for ") && starts.iter().any(|start| head.contains(start))
    });
    impls.map(|rest| rest.split("\n}\n").next().unwrap_or(rest))
}

#[test]
fn no_panic_of_a_handler_leaves_its_guard() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let (mut count, mut works) = (0, Vec::new());
    for file in files.iter().filter(|file| !file.iter().any(|part| part == "tests")) {
        let text = fs::read_to_string(file).unwrap();
        let product = text.split("\nmod tests {").next().unwrap_or_default();
        for handler in handlers(product).filter(|handler| handler.contains("fn ")) {
            let head = handler.lines().next().unwrap_or_default();
            // The echo is a tool of tests.
            if head.contains("Echo") {
                continue;
            }
            count += 1;
            let functions = handler.matches("\n    fn ").count();
            let guards = handler.matches("guarded(").count() + handler.matches("mended(").count();
            assert!(guards >= functions, "{}: impl{head} has an unguarded function", file.display());
        }
        works.extend(product.split("Work::").skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            rest[..end].to_owned()
        }));
        // What runs later runs in the actor's context, outside the guard of what asked for it.
        for later in ["run_later(", "run_interval(", ".into_actor(self).map("] {
            for rest in product.split(later).skip(1) {
                let near: String = rest.chars().take(400).collect();
                assert!(near.contains("guarded(") || near.contains("mended("), "{}: {later}{near}", file.display());
            }
        }
    }
    assert!(count >= 15, "the test must see the handlers: {count}");
    for work in chinwag::guarded::Work::ALL {
        let name = format!("{work:?}");
        assert!(works.contains(&name), "nothing is guarded as {name}");
    }
}

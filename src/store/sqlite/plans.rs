//! Reads the plan of every statement: none may walk a table that grows, none may sort more than it answers.

use super::open::open;
use super::{search, sql};

/// Statements that walk a whole table, and why they may.
const MAY_SCAN: [(&str, &str); 16] = [
    ("blocks/all", "all are asked for, once at a start"),
    ("copies/counts", "a copy that nobody uses is checked"),
    ("copies/end_invitations", "once after a restore"),
    ("copies/end_password_links", "once after a restore"),
    ("copies/lift_conversations", "once after a restore"),
    ("copies/mentions", "a copy that nobody uses is checked"),
    ("copies/messages", "a copy that nobody uses is checked"),
    ("copies/reactions", "a copy that nobody uses is checked"),
    ("copies/wrong_heads", "a copy that nobody uses is checked"),
    ("invitations/count", "a hundred at most"),
    ("search/how_often", "at most so many, one after the other"),
    ("search/remove_text", "one row of FTS5, by rowid"),
    ("search/texts_down", "only what FTS5 finds, by rowid"),
    ("store/schema_version", "a handful of migrations, once at a start"),
    ("store/tables", "the schema, once at a start"),
    ("users/presence", "everybody is asked for, once at a start"),
];

/// Statements that sort, and why they may.
const MAY_SORT: [(&str, &str); 3] = [
    ("conversations/page", "one person's conversations, whose order changes with every message"),
    ("members/page", "one group's members, owners first"),
    ("sessions/by_user", "one person's sessions"),
];

#[test]
fn no_statement_walks_or_sorts_a_table_that_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let _open = open(&path, b"secret", 1).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute(sql::search::ATTACH, [search::path_of(&path).to_str()]).unwrap();
    let mut wrong = Vec::new();
    for (name, statement) in sql::ALL {
        let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let steps: Vec<String> =
            explained.raw_query().mapped(|row| row.get(3)).collect::<Result<_, _>>().unwrap_or_default();
        for step in steps {
            let scans = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW";
            let sorts = step.contains("TEMP B-TREE") || step.contains("AUTOMATIC");
            let is_excused = |list: &[(&str, &str)]| list.iter().any(|(excused, _)| excused == name);
            if scans && !is_excused(&MAY_SCAN) || sorts && !is_excused(&MAY_SORT) {
                wrong.push(format!("{name}: {step}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_statement_of_the_folder_is_known_and_has_a_header() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/sqlite");
    let mut files = Vec::new();
    for aggregate in std::fs::read_dir(&root).unwrap() {
        let aggregate = aggregate.unwrap();
        for file in std::fs::read_dir(aggregate.path()).unwrap() {
            let path = file.unwrap().path();
            assert!(std::fs::read_to_string(&path).unwrap().starts_with("-- "), "{} has no header", path.display());
            let name = path.with_extension("").strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push(name);
        }
    }
    files.retain(|name| !name.starts_with("migrations/"));
    files.sort_unstable();
    let mut known: Vec<&str> = sql::ALL.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(files, known);
}

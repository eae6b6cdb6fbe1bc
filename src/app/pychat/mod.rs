//! `import-pychat`: reads an old database, makes a plan of it, hashes the passwords and stores everything as one write.
//! Running it twice changes nothing, because names and client ids come out the same.

mod plan;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use super::office::{Office, OrderError, Report};
use crate::auth::{Hasher, Password};
use crate::domain::UsernameKey;
use crate::store::{Refusal, Stored, Write, pychat};

use plan::{Plan, Planned};

/// Imports the file.
pub(super) fn import(office: &mut Office, file: &Path) -> Result<Report, OrderError> {
    let old = pychat::read(file).map_err(|error| OrderError(format!("cannot import {}: {error}", file.display())))?;
    let Plan { people, mut import, mut notes } = plan::plan(&old, office.clock.now());
    let mut to_hash = Vec::new();
    for (at, planned) in people.iter().enumerate() {
        // Whoever is here already keeps the password they have here, so theirs needs no quarter of a second.
        let key = UsernameKey::fold(import.people[at].user.username.as_str());
        let is_known = match key {
            Some(key) => office.reads.credentials(&key)?.is_some(),
            None => false,
        };
        if !is_known && let Planned { password: Some(password), .. } = planned {
            to_hash.push((at, password.clone()));
        }
    }
    for (at, hash) in hash_all(&office.hasher, to_hash) {
        import.people[at].user.password_hash = hash;
    }
    let first_names: Vec<String> =
        import.people.iter().map(|newcomer| newcomer.user.username.as_str().to_owned()).collect();
    let imported = match (office.submit)(Write::Import(Box::new(import)))? {
        Stored::Imported(imported) => imported,
        _ => return Err(Refusal::Unknown.into()),
    };
    for (first, name) in first_names.iter().zip(&imported.names) {
        if first != name && UsernameKey::fold(first) != UsernameKey::fold(name) {
            notes.push(format!("{first} looks like somebody else here and is called {name}"));
        }
    }
    let people_known = imported.names.len() - imported.added.len();
    let mut lines = vec![
        format!("People:   {} imported, {people_known} here already.", imported.added.len()),
        format!("Messages: {} imported, {} here already.", imported.messages_added, imported.messages_known),
    ];
    if imported.added.is_empty() && imported.messages_added == 0 {
        lines.push("Nothing has changed.".into());
    }
    lines.extend(notes.into_iter().map(|note| format!("Note: {note}.")));
    Ok(Report { lines, ..Report::default() })
}

/// Hashes on all cores: a quarter of a second each adds up.
fn hash_all(hasher: &Hasher, passwords: Vec<(usize, Password)>) -> Vec<(usize, String)> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(passwords.len());
    let (waiting, done) = (Mutex::new(passwords), Mutex::new(Vec::new()));
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, password)) = next() {
                    let hash = hasher.hash(&password).as_str().to_owned();
                    if let Ok(mut done) = done.lock() {
                        done.push((at, hash));
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_default()
}

//! The index's own side: a file beside the chat's, filled by a thread that nobody waits for. Everything in it can be made
//! anew from the chat, so it is never backed up, and a broken one is thrown away. Never writes to the chat.
//!
//! It follows two counters of the chat: ids of messages, and of edits and deletions (`message_changes`). How far it has
//! come stands in the index, in the same transaction as what it did, so that a stop at any moment loses nothing and
//! leaves nothing out. What it has not reached yet, [`super::seek`] finds in the chat itself.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::super::erasure::Journal;
use super::super::fault::in_file;
use super::super::open::{BUSY_TIMEOUT, STATEMENTS_KEPT, index_connection};
use super::super::people::limit_of;
use super::super::sql;
use super::marks;
use crate::clock::Timestamp;
use crate::domain::search::{fold, has_link};
use crate::domain::{ConversationId, UserId};
use crate::store::{IndexStore, StoreError};

/// Messages of one step. Larger ones make fewer and larger segments, which is less work in all; the journal of one step
/// stays at a few megabytes.
const STEP_MESSAGES: i64 = 2_000;

/// Edits and deletions of one step: each has FTS5 rewrite some pages.
const STEP_CHANGES: i64 = 200;

/// Bytes of text of one step.
const STEP_BYTES: usize = 1 << 20;

/// Earlier forms of one message that those who left may still find it by.
const FORMS_MAX: usize = 64;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// How far the index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The newest message in it.
    pub message: i64,
    /// The newest edit or deletion in it.
    pub change: i64,
}

/// Where the index of a chat is.
pub fn path_of(chat: &Path) -> PathBuf {
    let mut name = chat.as_os_str().to_owned();
    name.push("-search");
    name.into()
}

/// What the index knows itself by, and how far it is; `None` if it has nothing yet.
pub fn state(connection: &Connection) -> rusqlite::Result<Option<(Vec<u8>, Reached)>> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, Reached { message: row.get(1)?, change: row.get(2)? }));
    connection.prepare_cached(sql::search::STATE)?.query_row([], read).optional()
}

/// Makes sure that there is an index of this chat, empty if the one found is another's, broken, or ahead of it.
///
/// # Errors
/// Those of the file system or SQLite; without an index the chat is whole, but cannot be searched.
pub fn prepare(chat_path: &Path, chat: &Connection) -> Result<(), Box<dyn std::error::Error>> {
    let path = path_of(chat_path);
    let source: Vec<u8> = chat.query_row(sql::search::SOURCE, [], |row| row.get(0))?;
    let newest = newest(chat)?;
    let fits = |index: &Connection| -> rusqlite::Result<bool> {
        let fits = state(index)?.is_some_and(|(of, reached)| {
            of == source && reached.message <= newest.message && reached.change <= newest.change
        });
        index.prepare(sql::search::TEXTS_DOWN)?.exists((format!("\"{}\"", marks::link()), 0, i64::MAX))?;
        Ok(fits)
    };
    if path.exists() && index_connection(&path).and_then(|index| fits(&index)).unwrap_or(false) {
        return Ok(());
    }
    throw_away(&path)?;
    OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
    fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    make(&index_connection(&path)?, &source, newest.change)?;
    Ok(())
}

/// The next start finds none.
fn throw_away(path: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Empty tables in the place of whatever there was.
fn make(index: &Connection, source: &[u8], change: i64) -> rusqlite::Result<()> {
    use sql::search::{CREATE_DAYS, CREATE_STATE, CREATE_TEXTS, DROP_DAYS, DROP_STATE, DROP_TEXTS, ERASE_FOR_GOOD};
    let transaction = Transaction::new_unchecked(index, TransactionBehavior::Immediate)?;
    for statement in [DROP_TEXTS, DROP_DAYS, DROP_STATE, CREATE_TEXTS, CREATE_DAYS, CREATE_STATE, ERASE_FOR_GOOD] {
        index.execute(statement, [])?;
    }
    index.execute(sql::search::BEGIN_STATE, (source, change))?;
    transaction.commit()
}

fn newest(chat: &Connection) -> rusqlite::Result<Reached> {
    let read = |row: &Row<'_>| Ok(Reached { message: row.get(0)?, change: row.get(1)? });
    chat.prepare_cached(sql::search::NEWEST)?.query_row([], read)
}

/// The one that fills the index.
#[derive(Debug)]
pub struct SqliteIndex {
    chat_path: PathBuf,
    /// The chat and the index. `None` after a failure, until the next step has opened them anew.
    open: Option<(Connection, Connection)>,
    journal: Journal,
}

/// What one message says, for the index.
struct Entry {
    id: i64,
    day: i64,
    /// `None` for what nobody can find: lines and deleted messages.
    text: Option<Text>,
}

struct Text {
    body: String,
    place: String,
    sender: String,
    parties: [String; 2],
    link: String,
}

impl SqliteIndex {
    /// Of the chat at this path, which [`super::super::open()`] has opened before.
    pub fn of(chat_path: &Path) -> SqliteIndex {
        SqliteIndex { chat_path: chat_path.into(), open: None, journal: Journal::found() }
    }

    fn reopen(&mut self) -> rusqlite::Result<()> {
        if self.open.is_none() {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let chat = Connection::open_with_flags(&self.chat_path, flags)?;
            chat.busy_timeout(BUSY_TIMEOUT)?;
            chat.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
            self.open = Some((chat, index_connection(&path_of(&self.chat_path))?));
        }
        Ok(())
    }

    fn step(&mut self, at: Timestamp) -> rusqlite::Result<bool> {
        self.reopen()?;
        let (chat, index) = self.open.as_ref().expect("reopen has just run");
        let Some((_, reached)) = state(index)? else { return Err(rusqlite::Error::QueryReturnedNoRows) };
        let (changed, new, now, is_whole) = gather(chat, reached)?;
        if now == reached {
            return Ok(false);
        }
        let transaction = Transaction::new_unchecked(index, TransactionBehavior::Immediate)?;
        for entry in &changed {
            index.prepare_cached(sql::search::REMOVE_TEXT)?.execute([entry.id])?;
        }
        for entry in changed.iter().chain(&new) {
            put(index, entry)?;
        }
        index.prepare_cached(sql::search::SAVE_STATE)?.execute((now.message, now.change))?;
        if !changed.is_empty() {
            self.journal.takes_text_away(at);
        }
        transaction.commit()?;
        self.journal.has_grown();
        Ok(!is_whole)
    }
}

/// What is to be put in place of what is in the index, what is new, how far that goes, and whether that is all.
fn gather(chat: &Connection, reached: Reached) -> rusqlite::Result<(Vec<Entry>, Vec<Entry>, Reached, bool)> {
    // One snapshot: a message is read with every change that is counted as followed.
    let snapshot = chat.unchecked_transaction()?;
    let mut now = reached;
    let mut ids = Vec::new();
    let mut statement = snapshot.prepare_cached(sql::search::CHANGES)?;
    let mut rows = statement.query((reached.change, STEP_CHANGES))?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        (now.change, count) = (row.get(0)?, count + 1);
        let id: i64 = row.get(1)?;
        // A later one is read with its changes when its turn comes.
        if id <= reached.message {
            ids.push(id);
        }
    }
    let mut is_whole = count < STEP_CHANGES;
    ids.sort_unstable();
    ids.dedup();
    let mut changed = Vec::with_capacity(ids.len());
    for id in ids {
        let entry = snapshot.prepare_cached(sql::search::TEXT)?.query_row([id], |row| entry(&snapshot, row));
        changed.extend(entry.optional()?);
    }
    let (mut new, mut bytes) = (Vec::new(), 0);
    let mut statement = snapshot.prepare_cached(sql::search::NEW_TEXTS)?;
    let mut rows = statement.query((reached.message, STEP_MESSAGES))?;
    while let Some(row) = rows.next()? {
        let entry = entry(&snapshot, row)?;
        now.message = entry.id;
        bytes += entry.text.as_ref().map_or(0, |text| text.body.len());
        new.push(entry);
        if bytes >= STEP_BYTES {
            break;
        }
    }
    is_whole &= bytes < STEP_BYTES && limit_of(new.len()) < STEP_MESSAGES;
    Ok((changed, new, now, is_whole))
}

fn entry(chat: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (id, at): (i64, i64) = (row.get(0)?, row.get(5)?);
    let (kind, deleted_at): (i64, Option<i64>) = (row.get(3)?, row.get(6)?);
    let day = at.div_euclid(DAY_MS);
    if kind != 0 || deleted_at.is_some() {
        return Ok(Entry { id, day, text: None });
    }
    let conversation = ConversationId::new(row.get(1)?);
    let parties = [row.get::<_, Option<i64>>(8)?, row.get::<_, Option<i64>>(9)?];
    let mut forms = vec![row.get::<_, String>(4)?];
    if row.get::<_, i64>(7)? > 1 && parties[0].is_none() {
        forms.extend(forms_of_leavers(chat, id, conversation)?);
    }
    let link = if forms.iter().any(|form| has_link(form)) { marks::link() } else { String::new() };
    let mut body = String::new();
    for form in &forms {
        if !body.is_empty() {
            body.push(marks::BETWEEN_FORMS);
        }
        body.push_str(&fold(form));
    }
    let parties = parties.map(|party| party.map_or_else(String::new, |user| marks::party(UserId::new(user))));
    let (place, sender) = (marks::place(conversation), marks::sender(UserId::new(row.get(2)?)));
    Ok(Entry { id, day, text: Some(Text { body, place, sender, parties, link }) })
}

/// Earlier forms of a group's message that stood when somebody left.
fn forms_of_leavers(chat: &Connection, id: i64, conversation: ConversationId) -> rusqlite::Result<Vec<String>> {
    let mut ends: Vec<i64> = chat
        .prepare_cached(sql::search::ENDS)?
        .query_map([conversation.get()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if ends.is_empty() {
        return Ok(Vec::new());
    }
    ends.sort_unstable();
    let mut statement = chat.prepare_cached(sql::search::VERSIONS)?;
    let mut rows = statement.query([id])?;
    let mut versions: Vec<(i64, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        versions.push((row.get(0)?, row.get(1)?));
    }
    let nexts: Vec<i64> = versions.iter().skip(1).map(|(rev, _)| *rev).chain([i64::MAX]).collect();
    let stood = versions.into_iter().zip(nexts).filter(|((rev, _), next)| {
        let first = ends.partition_point(|end| end < rev);
        ends.get(first).is_some_and(|end| end < next)
    });
    // The newest ones, should there be more than anybody ever made.
    let mut forms: Vec<String> = stood.map(|((_, body), _)| body).collect();
    forms.reverse();
    forms.truncate(FORMS_MAX);
    Ok(forms)
}

fn put(index: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    index.prepare_cached(sql::search::PUT_DAY)?.execute((entry.day, entry.id))?;
    if let Some(Text { body, place, sender, parties: [one, other], link }) = &entry.text {
        index.prepare_cached(sql::search::PUT_TEXT)?.execute((entry.id, body, place, sender, one, other, link))?;
    }
    Ok(())
}

impl SqliteIndex {
    fn go_on(&mut self, at: Timestamp) -> rusqlite::Result<bool> {
        let has_more = self.step(at)?;
        if let Some((_, index)) = &self.open {
            self.journal.keep(index, at)?;
        }
        Ok(has_more)
    }

    fn remake(&mut self) -> rusqlite::Result<()> {
        self.reopen()?;
        let (chat, index) = self.open.as_ref().expect("reopen has just run");
        let source: Vec<u8> = chat.query_row(sql::search::SOURCE, [], |row| row.get(0))?;
        make(index, &source, newest(chat)?.change)
    }

    /// What went wrong, with everything closed: new connections know nothing of it.
    fn failed(&mut self, error: rusqlite::Error) -> StoreError {
        self.open = None;
        in_file(error.into(), &path_of(&self.chat_path))
    }
}

impl IndexStore for SqliteIndex {
    fn index(&mut self, at: Timestamp) -> Result<bool, StoreError> {
        self.go_on(at).map_err(|error| self.failed(error))
    }

    fn begin_anew(&mut self) -> Result<(), StoreError> {
        self.remake().map_err(|error| {
            let error = self.failed(error);
            // Broken beyond its own tables.
            let _ = throw_away(&path_of(&self.chat_path));
            error
        })
    }
}

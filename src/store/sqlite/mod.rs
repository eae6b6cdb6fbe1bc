//! SQLite as the store: one file in WAL mode, one writer, readers with a snapshot for each question. Every statement is
//! a file under `sql/sqlite/`; nothing here formats SQL, and nothing outside this folder knows that it is SQLite.

mod admin;
mod blocks;
mod conversations;
mod copy;
mod crowd;
#[cfg(test)]
mod damage;
mod discretion;
mod erasure;
mod fault;
mod glance;
mod import;
mod journal;
mod leftovers;
mod messages;
mod migrate;
mod open;
mod people;
#[cfg(test)]
mod plans;
mod reactions;
mod reader;
mod receipts;
mod resume;
mod room;
mod row;
mod search;
mod sessions;
mod sql;
mod write;
mod writer;

pub use copy::{Contents, copy, inspect};
pub use glance::count_users;
pub use open::{OpenError, ReaderPool, open};
pub use reader::SqliteReader;
pub use search::SqliteIndex;
pub use writer::SqliteWriter;

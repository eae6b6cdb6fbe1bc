//! Searching: an index of trigrams in a file of its own ([`index`]), narrowed by marks ([`marks`]), and a walk over what it
//! names, newest first, in which every message is looked at in the form that the searcher may see ([`seek`]). The index
//! only proposes: nothing is found because it stands there, so it may lag behind, hold too much, or be gone.
//!
//! Measured by `bench`: one million messages in 4,000 conversations, the searcher in 500 of them, two cores, an unoptimised
//! build (SQLite itself is optimised). The index took 65 s and 320 MB beside 214 MB of chat.
//!
//! | what is looked for | p50 | p95 |
//! |---|---|---|
//! | a word in 30 % of all messages, five times in the searcher's own | 27 ms | 29 ms |
//! | the same for somebody in 500 conversations | 25 ms | 29 ms |
//! | a word never said, a part of a word, two words, a month, `has:link`, `in:` | 14–26 ms | 15–31 ms |
//! | `from:` somebody who hardly speaks, with a frequent word | 59 ms | 66 ms |
//! | a frequent word without another | 41 ms | 46 ms |
//! | two characters that stand nowhere: 20,000 messages looked at, in two questions | 392 ms | 454 ms |
//! | `"kubernetes kubernetes"`, never said, of a word in 30 %: 35,000 looked at, in four | 1,057 ms | 1,234 ms |
//!
//! The last two are about 25 µs for each message that is looked at in this build. A commit of one message took 0.17 ms (p99
//! 0.32) without indexing and 0.17 ms (p99 4.4, for want of a third core) beside an index that never rested.

#[cfg(test)]
mod bench;
mod index;
mod marks;
mod scope;
mod seek;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub use index::path_of;
pub use index::{SqliteIndex, prepare};
pub use seek::{attach, search};

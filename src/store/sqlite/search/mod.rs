//! Searching: an index of trigrams in a file of its own ([`index`]), narrowed by marks ([`marks`]), and a walk over what it
//! names, newest first, in which every message is looked at in the form that the searcher may see ([`seek`]). The index
//! only proposes: nothing is found because it stands there, so it may lag behind, hold too much, or be gone.
//!
//! Measured by `bench`: one million messages in 4,000 conversations, the searcher in 500 of them, an unoptimised build
//! (SQLite itself is optimised), on two cores that many others used: what an answer took of a processor. The index took
//! 320 MB beside 214 MB of chat.
//!
//! | what is looked for | p50 | p95 |
//! |---|---|---|
//! | a word in 30 % of all messages, five times in the searcher's own | 20 ms | 25 ms |
//! | the same for somebody in 500 conversations | 10 ms | 12 ms |
//! | a word never said, a part of a word, two words, a month, `has:link`, `in:` | 6–16 ms | 10–22 ms |
//! | `from:` somebody who hardly speaks, with a frequent word | 32 ms | 34 ms |
//! | a frequent word without another | 17 ms | 24 ms |
//! | `"kubernetes kubernetes"`, never said, of a word in 30 %: found rare where its words meet | 9 ms | 12 ms |
//! | two characters that stand nowhere: 20,000 messages looked at | 179 ms | 217 ms |
//!
//! The last is about 9 µs for each message that is looked at, more than half of it our own code in this build. A phrase all
//! of whose trigrams are frequent, but which was never said, costs as much for each message that has them all; it is told
//! in several answers. A commit of one message took 0.17 ms (p99 0.32) without indexing and 0.17 ms (p99 4.4, for want of
//! a third core) beside an index that never rested.

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

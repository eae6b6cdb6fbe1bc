//! Searching: an index of trigrams in a file of its own ([`index`]), narrowed by marks ([`marks`]), and a walk over what it
//! names, newest first, in which every message is looked at in the form that the searcher may see ([`seek`]). The index
//! only proposes: nothing is found because it stands there, so it may lag behind, hold too much, or be gone.
//!
//! Measured by `bench` in a release build: one million messages in 4,000 conversations, the searcher in 500 of them, on two
//! cores that others used: what an answer took of a processor. The index took 42 s and 320 MB beside 214 MB of chat.
//!
//! | what is looked for | p50 | p95 |
//! |---|---|---|
//! | a word in 30 % of all messages, five times in the searcher's own | 13 ms | 16 ms |
//! | the same for somebody in 500 conversations | 14 ms | 16 ms |
//! | a word never said, a part of a word, two words, a month, `has:link`, `in:` | 7–18 ms | 9–21 ms |
//! | `from:` somebody who hardly speaks, with a frequent word | 27 ms | 31 ms |
//! | a frequent word without another | 21 ms | 26 ms |
//! | `"kubernetes kubernetes"`, never said, of a word in 30 %: found rare where its words meet | 15 ms | 17 ms |
//! | two characters that stand nowhere: 20,000 messages looked at | 108 ms | 116 ms |
//!
//! The last is about 5 µs for each message that is looked at. A phrase all of whose trigrams are frequent, but which was
//! never said, costs as much for each message that has them all; it is told in several answers. A commit of one message
//! took 0.23 ms (p99 0.33) of a processor without indexing and 0.18 ms (p99 0.47) beside an index that never rested.

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

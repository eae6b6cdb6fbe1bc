//! What can be looked for in messages, and what of a found one is shown. Knows no index: any store that finds what
//! [`Query::takes`] takes, in the form that the searcher may see, finds the right thing.

mod excerpt;
mod fold;
mod link;
mod query;

pub use excerpt::{EXCERPT_CHARS, Excerpt};
pub use fold::{fold, fold_onto};
pub use link::has_link;
pub use query::{Day, Needle, QUERY_MAX_BYTES, Query, QueryError, TERMS_MAX};

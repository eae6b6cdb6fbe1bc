//! The walk from the newest message down. Three sources are merged: what is not indexed yet, the index, and what was
//! changed since it was indexed. Every message is read from the chat in the same snapshot and looked at in the form that
//! the searcher may see, so what was deleted, withheld, edited or said outside of their time is never found.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Row};

use super::super::conversations::{self, Sight};
use super::super::{messages, row, sql};
use super::index::{self, DAY_MS, Reached};
use super::marks::{self, Expression};
use super::scope::Scope;
use crate::domain::search::{Day, Needle, Query, fold_onto, has_link};
use crate::domain::{ConversationId, Message, Seq, UserId};
use crate::store::{Found, Reach, Search, SearchFrom, StoreError};

/// Messages that one question looks at; then the answer says where to go on. A word that the index cannot
/// narrow (filtered by what only a message shows) costs several such questions, and other readers come in between.
const LOOKED_AT_MAX: usize = 20_000;

/// After this time the answer says where to go on, on a slow machine too.
const LOOKS_FOR: Duration = Duration::from_secs(1);

/// Of the searcher's own messages, the newest that words of one or two characters are looked for in.
const REACH: usize = 20_000;

/// Of the newest messages, so many show how frequent a trigram is.
const SAMPLE: i64 = 4_000;

/// Of these, as often is frequent, and it does not matter how much more.
const FREQUENT: i64 = 400;

/// What the index is called beside the chat, in `sql/sqlite/search/attach.sql`.
const ATTACHED_AS: &str = "search";

/// Changes that the index has not followed yet: more are made in no moment.
const CHANGES_MAX: i64 = 20_000;

/// Has the index beside a reading connection, from its first search on: one that never searches does not even open it.
///
/// # Errors
/// [`StoreError::SearchIndex`] when there is none.
pub fn attach(connection: &Connection) -> Result<(), StoreError> {
    if connection.is_readonly(ATTACHED_AS).is_ok() {
        return Ok(());
    }
    let path = index::path_of(Path::new(connection.path().unwrap_or_default()));
    of_index(connection.execute(sql::search::ATTACH, [path.to_str()])).map(|_| ())
}

/// Answers one question.
///
/// # Errors
/// [`StoreError::SearchIndex`] when the index cannot be used, others as all reads.
pub fn search(connection: &Connection, viewer: UserId, search: &Search) -> Result<Found, StoreError> {
    let query = &search.query;
    let scope = Scope::of(connection, viewer, query)?;
    let reach = if query.is_short() { Reach::Newest } else { Reach::All };
    let mut found = Found { messages: Vec::new(), next: None, reach, unknown: scope.unknown.clone() };
    if scope.is_empty() {
        return Ok(found);
    }
    let (_, reached) = of_index(index::state(connection))?.ok_or_else(index_is_gone)?;
    let mut walk = Walk::new(connection, viewer, search, &scope);
    let ended = walk.tail(reached)? || walk.indexed(reached)?;
    found.next = walk.next(ended);
    found.messages = walk.found.into_iter().map(|(_, message)| message).take(search.limit).collect();
    Ok(found)
}

/// The trigrams of a needle by which the index is asked for it: of more than are worth it the rarest, as far as the newest
/// messages up to `high` show that. A phrase of frequent words often has rare ones where two words meet.
pub(super) fn rarest<'a>(connection: &Connection, needle: &'a Needle, high: i64) -> rusqlite::Result<Vec<&'a str>> {
    let grams = marks::grams(needle);
    if grams.len() <= marks::GRAMS_MAX {
        return Ok(grams);
    }
    let mut statement = connection.prepare_cached(sql::search::HOW_OFTEN)?;
    let mut counted = Vec::with_capacity(grams.len());
    for gram in grams {
        let mut expression = Expression::default();
        expression.all_of(&[gram]);
        let asked = (expression.text(), high.saturating_sub(SAMPLE), high, FREQUENT);
        counted.push((statement.query_row(asked, |row| row.get::<_, i64>(0))?, gram));
    }
    // Of the equally frequent those that cover it best stay in front.
    counted.sort_by_key(|(count, _)| *count);
    Ok(counted.into_iter().map(|(_, gram)| gram).take(marks::GRAMS_MAX).collect())
}

/// A failure of the index alone: the chat is whole.
fn of_index<T>(outcome: rusqlite::Result<T>) -> Result<T, StoreError> {
    outcome.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted | rusqlite::ErrorCode::DatabaseBusy) => error.into(),
        _ => StoreError::SearchIndex(Box::new(error)),
    })
}

fn index_is_gone() -> StoreError {
    StoreError::SearchIndex("it is empty".into())
}

struct Walk<'a> {
    connection: &'a Connection,
    viewer: UserId,
    query: &'a Query,
    scope: &'a Scope,
    /// Said from here to before there, in milliseconds since the epoch.
    time: (i64, i64),
    /// Ids below this one.
    before: i64,
    limit: usize,
    sights: HashMap<ConversationId, Option<Sight>>,
    /// The folded text of what is being looked at.
    folded: String,
    found: Vec<(SearchFrom, Message)>,
    looked_at: usize,
    began: Instant,
    place: SearchFrom,
}

impl<'a> Walk<'a> {
    fn new(connection: &'a Connection, viewer: UserId, search: &'a Search, scope: &'a Scope) -> Walk<'a> {
        let begins = |day: Day| day.begins_at(search.zone_minutes);
        let place = search.from.unwrap_or(SearchFrom { before: i64::MAX, own: 0 });
        Walk {
            connection,
            viewer,
            query: &search.query,
            scope,
            time: (search.query.after.map_or(i64::MIN, begins), search.query.before.map_or(i64::MAX, begins)),
            before: place.before,
            limit: search.limit,
            sights: HashMap::new(),
            folded: String::new(),
            found: Vec::new(),
            looked_at: 0,
            began: Instant::now(),
            place,
        }
    }

    /// What is not indexed yet. Whether the walk ends here.
    fn tail(&mut self, reached: Reached) -> Result<bool, StoreError> {
        self.all_between(reached.message.saturating_add(1), self.before.saturating_sub(1))
    }

    /// The index, with what was changed since. Whether the walk ended before it.
    fn indexed(&mut self, reached: Reached) -> Result<bool, StoreError> {
        let top = reached.message.min(self.before.saturating_sub(1));
        let mut changed = self.changed_since(reached, top)?.into_iter().peekable();
        let mut expression = self.scope.expression(self.viewer, self.query);
        let (low, high) = of_index(self.span(top))?;
        for needle in &self.query.with {
            expression.all_of(&of_index(rarest(self.connection, needle, high))?);
        }
        // Nothing to narrow by: whoever is in so many groups, looking for something so short, reads their messages.
        let Some(expression) = expression.text() else { return self.all_between(0, top) };
        let connection = self.connection;
        let mut glance = connection.prepare_cached(sql::search::GLANCE)?;
        let mut statement = of_index(connection.prepare_cached(sql::search::TEXTS_DOWN))?;
        let mut ids = of_index(statement.query((expression, low, high)))?;
        let mut proposed: Option<i64> = None;
        let mut is_at_end = false;
        loop {
            if proposed.is_none() && !is_at_end {
                proposed = match of_index(ids.next())? {
                    Some(row) => Some(of_index(row.get(0))?),
                    None => None,
                };
                is_at_end = proposed.is_none();
            }
            let id = match (proposed, changed.peek().copied()) {
                (None, None) => return Ok(false),
                (Some(id), None) | (None, Some(id)) => id,
                (Some(one), Some(other)) => one.max(other),
            };
            proposed.take_if(|one| *one == id);
            changed.next_if_eq(&id);
            let mut rows = glance.query([id])?;
            if let Some(row) = rows.next()?
                && self.look_at(row)?
            {
                return Ok(true);
            }
        }
    }

    fn all_between(&mut self, low: i64, high: i64) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(sql::search::GLANCES_DOWN)?;
        let mut rows = statement.query((low, high))?;
        while let Some(row) = rows.next()? {
            if self.look_at(row)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Between which ids the days asked for lie, as far as the index knows.
    fn span(&self, top: i64) -> rusqlite::Result<(i64, i64)> {
        let (from, to) = self.time;
        if (from, to) == (i64::MIN, i64::MAX) {
            return Ok((0, top));
        }
        let days = (from.div_euclid(DAY_MS), to.saturating_sub(1).div_euclid(DAY_MS));
        let read = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?));
        let (first, last) = self.connection.prepare_cached(sql::search::BETWEEN_DAYS)?.query_row(days, read)?;
        Ok((first.unwrap_or(0), last.unwrap_or(-1).min(top)))
    }

    /// Indexed messages that were edited since, newest first.
    fn changed_since(&self, reached: Reached, top: i64) -> Result<Vec<i64>, StoreError> {
        let mut ids: Vec<i64> = self
            .connection
            .prepare_cached(sql::search::CHANGES)?
            .query_map((reached.change, CHANGES_MAX), |row| row.get(1))?
            .collect::<rusqlite::Result<_>>()?;
        ids.retain(|id| *id <= top);
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.dedup();
        Ok(ids)
    }

    /// Takes a message if it is one. Whether the walk ends with it: enough was found, or looked at.
    fn look_at(&mut self, row: &Row<'_>) -> Result<bool, StoreError> {
        self.looked_at += 1;
        self.place.before = row.get(0)?;
        if let Some(message) = self.visible_match(row)? {
            self.found.push((self.place, message));
        }
        let is_beyond_reach = self.query.is_short() && self.place.own >= REACH;
        let is_enough = self.looked_at >= LOOKED_AT_MAX || self.began.elapsed() >= LOOKS_FOR;
        Ok(self.found.len() > self.limit || is_enough || is_beyond_reach)
    }

    /// The message as the searcher sees it, if it is what they look for. Most are not: of those only what tells so is read.
    fn visible_match(&mut self, row: &Row<'_>) -> Result<Option<Message>, StoreError> {
        let is_text = row.get::<_, i64>(4)? == 0 && row.get::<_, Option<i64>>(6)?.is_none();
        let (conversation, sender) = (ConversationId::new(row.get(1)?), UserId::new(row.get(3)?));
        let is_kept = sender != self.viewer && row.get(5)?;
        let is_elsewhere = self.scope.places.as_ref().is_some_and(|places| !places.contains(&conversation));
        if !is_text || is_kept || is_elsewhere {
            return Ok(None);
        }
        let (connection, viewer) = (self.connection, self.viewer);
        let sight = match self.sights.entry(conversation) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(conversations::sight(connection, viewer, conversation)?),
        };
        let seq = Seq::new(row.get(2)?);
        let Some(sight) = sight.as_ref().filter(|sight| sight.may_see(seq)) else { return Ok(None) };
        self.place.own += 1;
        let at: i64 = row.get(7)?;
        let is_of_others = self.scope.senders.as_ref().is_some_and(|senders| !senders.contains(&sender));
        if is_of_others || at < self.time.0 || at >= self.time.1 {
            return Ok(None);
        }
        let (query, folded) = (self.query, &mut self.folded);
        let mut is_match = |body: &str| {
            folded.clear();
            fold_onto(folded, body);
            query.takes(folded) && (!query.has_link || has_link(body))
        };
        let is_newest_form = row.get::<_, i64>(8)? <= sight.head.rev.get();
        let body = row.get_ref(9)?.as_str().map_err(rusqlite::Error::from)?;
        if is_newest_form && !is_match(body) {
            return Ok(None);
        }
        let mut statement = connection.prepare_cached(sql::search::MESSAGE)?;
        let message = statement.query_row([self.place.before], |row| row::message(row, viewer))?;
        let message = messages::as_it_stood(connection, sight, message)?;
        Ok((is_newest_form || is_match(&message.body)).then_some(message))
    }

    /// Where to go on. `ended`: the walk stopped before it had seen everything.
    fn next(&self, ended: bool) -> Option<SearchFrom> {
        if self.found.len() > self.limit {
            return self.limit.checked_sub(1).map(|last| self.found[last].0);
        }
        let is_beyond_reach = self.query.is_short() && self.place.own >= REACH;
        (ended && !is_beyond_reach).then_some(self.place)
    }
}

//! Whom and which conversations a query names, as the searcher may know them, and the expression that narrows the index to
//! them.

use rusqlite::{Connection, OptionalExtension, Result};

use super::super::{people, sql};
use super::marks::{self, Expression};
use crate::domain::search::{Query, fold};
use crate::domain::{ConversationId, UserId, UsernameKey};

/// People of one display name that are looked at.
const NAMESAKES_MAX: usize = 200;

/// Groups up to which the index is narrowed by each of them: opening the list of one costs about 30 µs. Whoever is in
/// more is in most of what there is.
const GROUPS_MAX: usize = 1_000;

/// What the names of a query stand for.
#[derive(Debug, Default)]
pub struct Scope {
    /// Written by one of them; `None` for anybody.
    pub senders: Option<Vec<UserId>>,
    /// Said in one of these; `None` for anywhere.
    pub places: Option<Vec<ConversationId>>,
    /// Filters that name nobody and nothing the searcher can see.
    pub unknown: Vec<String>,
    groups: Vec<ConversationId>,
}

impl Scope {
    /// Looks every name up.
    pub fn of(connection: &Connection, viewer: UserId, query: &Query) -> Result<Scope> {
        let groups = groups(connection, viewer)?;
        let mut scope = Scope { groups: groups.iter().map(|(id, _)| *id).collect(), ..Scope::default() };
        for name in &query.from {
            let found = people_named(connection, viewer, name)?;
            scope.take_note("from", name, found.is_empty());
            scope.senders.get_or_insert_default().extend(found);
        }
        for name in &query.places {
            let mut found = Vec::new();
            for other in people_named(connection, viewer, name)? {
                let pair = (viewer.min(other).get(), viewer.max(other).get());
                let place = connection
                    .prepare_cached(sql::conversations::BY_PAIR)?
                    .query_row(pair, |row| row.get(0))
                    .optional()?;
                found.extend(place.map(ConversationId::new));
            }
            let folded = fold(name);
            found.extend(groups.iter().filter(|(_, group)| fold(group) == folded).map(|(id, _)| *id));
            scope.take_note("in", name, found.is_empty());
            scope.places.get_or_insert_default().extend(found);
        }
        Ok(scope)
    }

    /// Whether nothing can be found by whom or where.
    pub fn is_empty(&self) -> bool {
        self.senders.as_ref().is_some_and(Vec::is_empty) || self.places.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whom and where the index is asked for.
    pub fn expression(&self, viewer: UserId, query: &Query) -> Expression {
        let mut expression = Expression::default();
        match &self.places {
            Some(places) => expression.any_of(places.iter().map(|place| marks::place(*place))),
            None if self.groups.len() <= GROUPS_MAX => {
                let groups = self.groups.iter().map(|group| marks::place(*group));
                expression.any_of(std::iter::once(marks::party(viewer)).chain(groups));
            }
            None => {}
        }
        if let Some(senders) = &self.senders {
            expression.any_of(senders.iter().map(|sender| marks::sender(*sender)));
        }
        if query.has_link {
            expression.any_of([marks::link()]);
        }
        expression
    }

    fn take_note(&mut self, filter: &str, name: &str, is_unknown: bool) {
        if is_unknown {
            let quote = if name.contains(char::is_whitespace) { "\"" } else { "" };
            self.unknown.push(format!("{filter}:{quote}{name}{quote}"));
        }
    }
}

/// The groups somebody is or was in, with the name each has for them.
fn groups(connection: &Connection, viewer: UserId) -> Result<Vec<(ConversationId, String)>> {
    let mut statement = connection.prepare_cached(sql::search::GROUPS)?;
    let mut rows = statement.query([viewer.get()])?;
    let mut groups: Vec<(ConversationId, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let group = (ConversationId::new(row.get(0)?), row.get::<_, Option<String>>(1)?.unwrap_or_default());
        match groups.last_mut() {
            Some(last) if last.0 == group.0 => *last = group,
            _ => groups.push(group),
        }
    }
    Ok(groups)
}

/// `me`, whoever has this username, or else everybody of this display name.
fn people_named(connection: &Connection, viewer: UserId, name: &str) -> Result<Vec<UserId>> {
    let name = name.strip_prefix('@').unwrap_or(name);
    if name.eq_ignore_ascii_case("me") {
        return Ok(vec![viewer]);
    }
    if let Some(key) = UsernameKey::fold(name) {
        let known = connection.prepare_cached(sql::users::ID_BY_KEY)?.query_row([key.as_str()], |row| row.get(0));
        if let Some(id) = known.optional()? {
            return Ok(vec![UserId::new(id)]);
        }
    }
    let folded = fold(name);
    let page = people::page(connection, None, Some(name), NAMESAKES_MAX)?;
    Ok(page.users.iter().filter(|user| fold(&user.display_name) == folded).map(|user| user.id).collect())
}

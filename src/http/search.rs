//! Looking for words in one's own messages. What is looked for is the domain's to read, who may see what the store's to
//! decide; here is only how much of it may go on at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::Answer;
use super::fields::Params;
use super::refused::Refused;
use super::services::Services;
use super::session::Session;
use crate::domain::search::{Excerpt, Query};
use crate::domain::{Message, UserId};
use crate::protocol::ErrorCode;
use crate::store::{Reach, Search, SearchFrom, StoreError};

/// Longest that one question to the store runs.
const LONGEST: Duration = Duration::from_secs(2);

/// After this time an answer is given as it is, with where to go on.
const PATIENCE: Duration = Duration::from_millis(700);

/// Minutes between UTC and the zones furthest from it.
const ZONE_MAX: i64 = 14 * 60;

/// What keeps searches from getting in the way of everything else.
#[derive(Debug)]
pub struct SearchDesk {
    /// One question to the store at a time, however many people search: the other readers are for everything else.
    pub(super) turns: Semaphore,
    under_way: Arc<Mutex<HashMap<UserId, usize>>>,
    index_is_broken: Arc<AtomicBool>,
    longest: Duration,
    at_once_max: usize,
}

impl SearchDesk {
    /// One at which each person has so many searches under way at most: at three, one that is answered, and one typed
    /// meanwhile on each of two devices.
    pub fn for_at_once(at_once_max: usize) -> SearchDesk {
        SearchDesk {
            turns: Semaphore::new(1),
            under_way: Arc::default(),
            index_is_broken: Arc::default(),
            longest: LONGEST,
            at_once_max,
        }
    }

    /// The same, but it gives a question to the store up after this time.
    pub fn with_longest(self, longest: Duration) -> SearchDesk {
        SearchDesk { longest, ..self }
    }

    /// Raised when the index was found broken; whoever makes it anew takes it down.
    pub fn index_is_broken(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.index_is_broken)
    }

    fn admit(&self, user: UserId) -> Result<UnderWay, Refused> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(user).or_default();
        if *count >= self.at_once_max {
            return Err(Refused::new(ErrorCode::RateLimited).again_after(Duration::from_secs(1)));
        }
        *count += 1;
        Ok(UnderWay { user, all: Arc::clone(&self.under_way) })
    }
}

/// One person's search, until it is answered or they have gone.
struct UnderWay {
    user: UserId,
    all: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = all.entry(self.user) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// `GET /search`.
pub async fn find(services: web::Data<Services>, session: Session, params: Params) -> Answer {
    let query = Query::parse(params.text("q").unwrap_or_default())
        .map_err(|error| Refused::new(ErrorCode::BadQuery).about("q").saying(error.to_string()))?;
    let limit = params.limit(30, 50)?;
    let from = params.text("before").map(place).transpose()?;
    let longest = services.desk.longest;
    let mut search = Search { query, zone_minutes: zone(&params)?, from, limit, longest };
    let _under_way = services.desk.admit(session.user)?;
    let began = Instant::now();
    let mut hits: Vec<Value> = Vec::new();
    loop {
        let found = ask(&services, session.user, search.clone()).await?;
        hits.extend(found.messages.iter().map(|message| hit(message, &search.query)));
        search.limit = limit - hits.len();
        search.from = found.next;
        // One question looks at so many messages only; those between which others had their turn are one answer.
        if search.limit > 0 && search.from.is_some() && began.elapsed() < PATIENCE {
            continue;
        }
        let reach = match found.reach {
            Reach::All => "all",
            Reach::Newest => "newest",
        };
        let mut answer = json!({ "hits": hits, "reach": reach, "unknown": found.unknown });
        if let Some(SearchFrom { before, own }) = search.from {
            answer["next"] = format!("{before}.{own}").into();
        }
        return Ok(HttpResponse::Ok().json(answer));
    }
}

async fn ask(services: &Services, user: UserId, search: Search) -> Result<crate::store::Found, Refused> {
    let turn = services.desk.turns.acquire().await;
    let is_broken = services.desk.index_is_broken();
    let found = services.readers.ask(move |store| {
        store.search(user, &search).inspect_err(|error| {
            if matches!(error, StoreError::SearchIndex(_)) {
                is_broken.store(true, Ordering::Relaxed);
            }
        })
    });
    let found = found.await;
    drop(turn);
    found
}

fn hit(message: &Message, query: &Query) -> Value {
    let Excerpt { text, marks } = Excerpt::of(&message.body, query);
    json!({
        "conversation": message.conversation,
        "seq": message.seq,
        "sender": message.sender,
        "at": message.at,
        "excerpt": text,
        "marks": marks,
    })
}

/// Where a page goes on: the `next` of the one before it.
fn place(next: &str) -> Result<SearchFrom, Refused> {
    let parse = || {
        let (before, own) = next.split_once('.')?;
        Some(SearchFrom { before: before.parse().ok().filter(|before| *before >= 0)?, own: own.parse().ok()? })
    };
    parse().ok_or_else(|| Refused::new(ErrorCode::InvalidField).about("before").saying("before is a page's next."))
}

fn zone(params: &Params) -> Result<i64, Refused> {
    let Some(zone) = params.text("zone") else { return Ok(0) };
    let minutes: Option<i64> = zone.parse().ok();
    minutes.filter(|minutes| (-ZONE_MAX..=ZONE_MAX).contains(minutes)).ok_or_else(|| {
        Refused::new(ErrorCode::InvalidField)
            .about("zone")
            .saying("zone is the minutes by which a clock is ahead of UTC.")
    })
}

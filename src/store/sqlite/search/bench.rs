//! How quick a search is in a large store, and what indexing costs those who write. Run with
//! `cargo test --release --lib search::bench -- --ignored --nocapture`; `CHINWAG_BENCH_MESSAGES` makes it smaller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::super::{ReaderPool, SqliteReader, SqliteWriter, open};
use super::*;
use crate::clock::Timestamp;
use crate::domain::search::Query;
use crate::domain::{Body, ClientId, ConversationId, DisplayName, GroupName, Target, UserId, Username};
use crate::store::{IndexStore, NewMessage, NewUser, Reach, Search, SearchReads, Stored, Write, WriteStore};

const PEOPLE: i64 = 2_000;
const BATCH: usize = 1_000;
const RUNS: usize = 40;

/// In 200 groups and 300 direct conversations.
const BUSY: UserId = UserId::new(1);
/// In three conversations.
const QUIET: UserId = UserId::new(2);

/// xorshift: the same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % limit.unsigned_abs()).unwrap()
    }

    /// As often as words are: the nth of them every nth time.
    fn word(&mut self) -> String {
        let rank = 2_f64.powf(f64::from(u32::try_from(self.below(1 << 20)).unwrap()) / f64::from(1 << 20) * 14.0);
        let mut number = (rank * 2_654_435_761.0) as u64 % 4_294_967_291;
        let mut word = String::new();
        for _ in 0..2 + number % 4 {
            word.push_str(["ta", "ne", "ri", "sol", "ken", "va", "mi", "dur", "po", "lex"][(number % 10) as usize]);
            number /= 7;
        }
        word
    }
}

struct Town {
    writer: SqliteWriter,
    readers: ReaderPool,
    now: i64,
    places: Vec<(ConversationId, Vec<UserId>)>,
    random: Random,
}

impl Town {
    fn apply(&mut self, writes: &[Write]) -> Vec<Stored> {
        self.now += 200_000;
        let answers = self.writer.apply(writes, Timestamp::from_millis(self.now)).unwrap();
        answers.into_iter().map(Result::unwrap).collect()
    }

    fn settle(&mut self) {
        let people: Vec<Write> = (0..PEOPLE)
            .map(|number| Write::CreateUser {
                user: NewUser {
                    username: Username::parse(&format!("person{number}")).unwrap(),
                    display_name: DisplayName::parse(&format!("Person {number}")).unwrap(),
                    password_hash: String::new(),
                    password_is_weak: false,
                },
                session: None,
            })
            .collect();
        self.apply(&people);
        let mut writes = Vec::new();
        let mut members = Vec::new();
        for number in 0..4_000_i64 {
            let person = |random: &mut Random| UserId::new(3 + random.below(PEOPLE - 2));
            let (first, count) = match number {
                0..300 => (BUSY, 0),
                300..500 => (BUSY, 8),
                500..502 => (QUIET, 0),
                502 => (QUIET, 8),
                _ => (person(&mut self.random), if number % 2 == 0 { 0 } else { 8 }),
            };
            let others: Vec<UserId> = if count == 0 {
                vec![if number < 502 { UserId::new(3 + number) } else { person(&mut self.random) }]
            } else {
                (0..count).map(|_| person(&mut self.random)).filter(|other| *other != first).collect()
            };
            if others.is_empty() || others[0] == first {
                continue;
            }
            let name = GroupName::parse(&format!("Group {number}")).unwrap();
            writes.push(match count {
                0 => Write::OpenDirect { user: first, other: others[0] },
                _ => Write::CreateGroup { user: first, client_id: None, name, members: others.clone() },
            });
            members.push([vec![first], others].concat());
        }
        for (stored, members) in self.apply(&writes).into_iter().zip(members) {
            let Stored::ConversationChanged { conversation, .. } = stored else { panic!() };
            self.places.push((conversation, members));
        }
    }

    fn message(&mut self) -> Write {
        let at = usize::try_from(self.random.below(i64::try_from(self.places.len()).unwrap())).unwrap();
        let (place, members) = &self.places[at];
        let sender = members[usize::try_from(self.random.below(i64::try_from(members.len()).unwrap())).unwrap()];
        let is_quiet = members.contains(&QUIET);
        let mut words: Vec<String> = (0..3 + self.random.below(14)).map(|_| self.random.word()).collect();
        // Frequent, but not where the quiet one is.
        if self.random.below(10) < 3 && (!is_quiet || self.random.below(40) == 0) {
            words.push("kubernetes".into());
        }
        if self.random.below(200) == 0 {
            words.push("https://example.org/docs".into());
        }
        Write::Append(NewMessage {
            sender,
            client_id: ClientId::fresh(),
            target: Target::Conversation(*place),
            body: Body::parse(&words.join(" ")).unwrap(),
            reply_to: None,
            written_at: None,
        })
    }

    /// As `http::search` asks: until there are 30 hits or there is nothing more.
    fn search(&self, viewer: UserId, text: &str) -> (usize, usize) {
        let mut reader = SqliteReader::take(&self.readers).unwrap();
        let query = Query::parse(text).unwrap();
        let mut search = Search { query, zone_minutes: 0, from: None, limit: 30, longest: Duration::from_secs(60) };
        let (mut count, mut questions) = (0, 0);
        loop {
            let found = reader.search(viewer, &search).unwrap();
            (count, questions) = (count + found.messages.len(), questions + 1);
            (search.limit, search.from) = (30 - count, found.next);
            if search.limit == 0 || search.from.is_none() {
                assert!(found.reach == Reach::Newest || search.limit == 0 || search.from.is_none());
                return (count, questions);
            }
        }
    }

    fn commits(&mut self, count: usize) -> Vec<[Duration; 2]> {
        let commit = |_| {
            let write = [self.message()];
            timed(|| self.apply(&write)).1
        };
        (0..count).map(commit).collect()
    }
}

/// What this thread has had of a processor: on a machine that others use, the clock says more about them.
fn on_processor() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(said.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

/// How long something took, by the clock and on a processor.
fn timed<T>(run: impl FnOnce() -> T) -> (T, [Duration; 2]) {
    let (clock, processor) = (Instant::now(), on_processor());
    let outcome = run();
    (outcome, [clock.elapsed(), on_processor().saturating_sub(processor)])
}

fn told(name: &str, times: &[[Duration; 2]], more: &str) {
    print!("{name:<44}");
    for (which, of) in ["clock", "processor"].into_iter().enumerate() {
        let mut times: Vec<Duration> = times.iter().map(|both| both[which]).collect();
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1_000.0;
        print!("{of} p50 {:>7.2} p95 {:>7.2} p99 {:>7.2} ms   ", at(50), at(95), at(99));
    }
    println!("{more}");
}

#[test]
#[ignore = "fills a large store"]
fn searching_a_large_store() {
    let count = std::env::var("CHINWAG_BENCH_MESSAGES").map_or(1_000_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let (writer, readers) = open(&path, b"secret", 2).unwrap();
    let now = 1_600_000_000_000;
    let mut town = Town { writer, readers, now, places: Vec::new(), random: Random(88_172_645_463_325_252) };
    town.settle();
    let began = Instant::now();
    for _ in 0..count / BATCH {
        let writes: Vec<Write> = (0..BATCH).map(|_| town.message()).collect();
        town.apply(&writes);
    }
    println!("{count} messages stored in {:?}", began.elapsed());
    town.writer.tidy(Timestamp::from_millis(town.now)).unwrap();
    let (mut index, began, mut steps) = (SqliteIndex::of(&path), Instant::now(), Vec::new());
    loop {
        let (has_more, times) = timed(|| index.index(Timestamp::from_millis(town.now)).unwrap());
        steps.push(times);
        if !has_more {
            break;
        }
    }
    let megabytes = |path: &std::path::Path| std::fs::metadata(path).unwrap().len() >> 20;
    println!("indexed in {:?}; chat {} MB, index {} MB", began.elapsed(), megabytes(&path), megabytes(&path_of(&path)));
    told("one step of the index", &steps, "");
    let (middle, word) = ("before:2023-06-01 after:2023-05-01", "kenvamisol");
    let dated = format!("kubernetes {middle}");
    let filtered = format!("{word} has:link");
    for (name, viewer, text) in [
        ("frequent elsewhere, rare here", QUIET, "kubernetes"),
        ("frequent everywhere", BUSY, "kubernetes"),
        ("nowhere", BUSY, "kubernetesque"),
        ("a part of a word", BUSY, "enva"),
        ("two words", BUSY, "kubernetes vamidur"),
        ("a phrase of frequent words, never said", BUSY, "\"kubernetes kubernetes\""),
        ("from: one person", BUSY, "from:person5 kubernetes"),
        ("from: one who never spoke here", BUSY, "from:person1999 kubernetes"),
        ("in: one group", BUSY, "in:\"Group 400\" kubernetes"),
        ("a month", BUSY, &dated),
        ("has:link", BUSY, "has:link"),
        ("a word and has:link", BUSY, &filtered),
        ("a word without another", BUSY, "kubernetes -ta"),
        ("two characters, frequent", BUSY, "ta"),
        ("two characters, nowhere", BUSY, "qq"),
        ("filters alone", BUSY, "from:me"),
    ] {
        let mut said = (0, 0);
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let (found, time) = timed(|| town.search(viewer, text));
            said = found;
            times.push(time);
        }
        told(name, &times, &format!("{} hits, {} questions", said.0, said.1));
    }
    told("a commit of one message, nothing indexed", &town.commits(2_000), "");
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let indexing = std::thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            index.index(Timestamp::from_millis(now)).unwrap();
        }
    });
    told("the same beside an index that never rests", &town.commits(2_000), "");
    stop.store(true, Ordering::Relaxed);
    indexing.join().unwrap();
}

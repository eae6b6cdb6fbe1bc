//! Random histories with edits, deletions, blocks and people who leave and come back, searched while the index lags behind,
//! against somebody who reads everything that the searcher may see.

use super::*;
use crate::domain::MessageKind;
use crate::domain::search::{fold, has_link};

/// xorshift: the same seed, the same history.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn text(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "Kochtopf",
            "kochtöpfe",
            "東京都庁",
            "京都",
            "ПРИВЕТ",
            "Straße",
            "ok",
            "🚀🚀",
            "İstanbul",
            "x",
            "the the",
            "https://example.org/x",
        ];
        let count = 1 + self.below(4);
        (0..count).map(|_| self.of(&WORDS)).collect::<Vec<_>>().join(self.of(&[" ", "\n", ""]))
    }

    fn query(&mut self) -> Query {
        const TERMS: [&str; 20] = [
            "kochtopf",
            "topf",
            "京",
            "都庁",
            "東京都",
            "привет",
            "strasse",
            "o",
            "🚀",
            "🚀🚀",
            "istan",
            "\"the the\"",
            "the",
            "-ok",
            "-topf",
            "from:ann",
            "from:bob",
            "in:bob",
            "in:Lunch",
            "has:link",
        ];
        let count = 1 + self.below(3);
        let text: Vec<&str> = (0..count).map(|_| self.of(&TERMS)).collect();
        Query::parse(&text.join(" ")).unwrap()
    }
}

/// What a reader of all their histories would find.
fn naive(world: &mut World, viewer: UserId, query: &Query, history: &History) -> Vec<(ConversationId, Seq)> {
    let of = |name: &String| history.people.iter().position(|known| known.0 == name).map(|at| history.people[at].1);
    let senders: Vec<UserId> = query.from.iter().filter_map(of).collect();
    let mut places = Vec::new();
    for name in &query.places {
        for &(place, ref pair) in &history.places {
            let is_named = match pair {
                Some(pair) => {
                    of(name).is_some_and(|other| pair.contains(&other) && pair.contains(&viewer) && other != viewer)
                }
                None => name == "Lunch",
            };
            if is_named {
                places.push(place);
            }
        }
    }
    let mut found = Vec::new();
    for &(place, seq) in history.said.iter().rev() {
        let Some(page) = world.reader.messages(viewer, place, Anchor::Around(seq), 2).unwrap() else { continue };
        let Some(message) = page.messages.into_iter().find(|message| message.seq == seq) else { continue };
        let is_text = message.kind == MessageKind::Text && message.deleted_at.is_none() && !message.withheld;
        let is_from = query.from.is_empty() || senders.contains(&message.sender);
        let is_in = query.places.is_empty() || places.contains(&place);
        let has = !query.has_link || has_link(&message.body);
        if is_text && is_from && is_in && has && query.takes(&fold(&message.body)) {
            found.push((place, seq));
        }
    }
    found
}

struct History {
    people: [(&'static str, UserId); 3],
    places: Vec<(ConversationId, Option<[UserId; 2]>)>,
    said: Vec<(ConversationId, Seq)>,
    texts: Vec<Message>,
}

impl History {
    fn act(&mut self, world: &mut World, random: &mut Random) {
        let [ann, bob, cat] = self.people.map(|(_, id)| id);
        let place = self.places[random.below(self.places.len())].0;
        let lunch = self.places[3].0;
        match random.below(20) {
            0..10 => {
                let sender = random.of(&[ann, bob, cat]);
                let text = random.text();
                let new = world.text(sender, place, &text);
                if let Ok(Stored::Appended { message, .. }) = world.write(Write::Append(new)) {
                    self.said.push((message.conversation, message.seq));
                    self.texts.push(message);
                }
            }
            10..14 if !self.texts.is_empty() => {
                let at = random.below(self.texts.len());
                let old = self.texts[at].clone();
                let text = random.text();
                if let Ok(Stored::Changed { message, .. }) = world.edit(old.sender, &old, &text) {
                    self.texts[at] = message;
                }
            }
            14 if !self.texts.is_empty() => {
                let old = self.texts.swap_remove(random.below(self.texts.len()));
                let _ = world.delete(old.sender, &old);
            }
            15 => world.block(bob, ann, random.below(2) == 0),
            16 => {
                let _ =
                    world.write(Write::RemoveMember { user: ann, conversation: lunch, member: random.of(&[bob, cat]) });
            }
            17 => {
                let members = vec![random.of(&[bob, cat])];
                let _ = world.write(Write::AddMembers { user: ann, conversation: lunch, members });
            }
            _ => {
                world.index.index(world.now).unwrap();
            }
        }
    }
}

#[test]
fn whatever_happened_a_search_finds_what_a_reader_of_everything_would() {
    let mut count = 0;
    for seed in 1..=12_u64 {
        let (mut world, mut random) = (World::new(), Random(seed * 104_729));
        let people = ["ann", "bob", "cat"].map(|name| (name, world.person(name)));
        let [ann, bob, cat] = people.map(|(_, id)| id);
        let pairs = [[ann, bob], [ann, cat], [bob, cat]];
        let mut places: Vec<_> = pairs.map(|pair| (world.direct(pair[0], pair[1]), Some(pair))).into();
        places.push((world.group(ann, "Lunch", &[bob, cat]), None));
        let mut history = History { people, places, said: Vec::new(), texts: Vec::new() };
        for _ in 0..8 {
            for _ in 0..12 {
                history.act(&mut world, &mut random);
            }
            for viewer in [ann, bob, cat] {
                for _ in 0..6 {
                    let (query, limit) = (random.query(), random.of(&[1, 3, 50]));
                    let expected = naive(&mut world, viewer, &query, &history);
                    let found = world.found_in_pages(viewer, &query, limit);
                    assert_eq!(found, expected, "seed {seed}, {viewer}: {query:?}");
                    count += found.len();
                }
            }
        }
    }
    assert!(count > 1_000, "too little was found for the test to mean anything: {count}");
}

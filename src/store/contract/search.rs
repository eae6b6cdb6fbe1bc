use std::time::Duration;

use super::*;
use crate::domain::search::Query;
use crate::store::{Found, Reach, Search, SearchFrom, StoreError};

mod histories;

/// So long takes no search of these.
const LONG: Duration = Duration::from_secs(60);

impl World {
    fn ask(&mut self, viewer: UserId, text: &str) -> Found {
        let query = Query::parse(text).unwrap();
        self.reader.search(viewer, &Search { query, zone_minutes: 0, from: None, limit: 50, longest: LONG }).unwrap()
    }

    /// All of it, however many questions that takes: on a busy machine one looks at little in its time.
    fn finds(&mut self, viewer: UserId, text: &str) -> Vec<String> {
        let query = Query::parse(text).unwrap();
        let mut search = Search { query, zone_minutes: 0, from: None, limit: 50, longest: LONG };
        let mut bodies = Vec::new();
        loop {
            let found = self.reader.search(viewer, &search).unwrap();
            bodies.extend(found.messages.into_iter().map(|message| message.body));
            search.from = found.next;
            if search.from.is_none() {
                return bodies;
            }
        }
    }

    /// All pages of `limit`, as places.
    fn found_in_pages(&mut self, viewer: UserId, query: &Query, limit: usize) -> Vec<(ConversationId, Seq)> {
        let mut search = Search { query: query.clone(), zone_minutes: 0, from: None, limit, longest: LONG };
        let mut places = Vec::new();
        loop {
            let found = self.reader.search(viewer, &search).unwrap();
            assert!(found.messages.len() <= limit);
            places.extend(found.messages.iter().map(|message| (message.conversation, message.seq)));
            search.from = found.next;
            if search.from.is_none() {
                return places;
            }
        }
    }

    fn index_all(&mut self) {
        while self.index.index(self.now).unwrap() {}
    }

    fn block(&mut self, user: UserId, other: UserId, is_blocked: bool) {
        self.write(Write::SetBlock { user, other, is_blocked }).unwrap();
    }

    fn group(&mut self, owner: UserId, name: &str, members: &[UserId]) -> ConversationId {
        let name = GroupName::parse(name).unwrap();
        match self.write(Write::CreateGroup { user: owner, client_id: None, name, members: members.to_vec() }).unwrap()
        {
            Stored::ConversationChanged { conversation, .. } => conversation,
            other => panic!("{other:?}"),
        }
    }
}

/// The same before and after it was indexed.
fn both_ways(world: &mut World, mut check: impl FnMut(&mut World)) {
    check(world);
    world.index_all();
    check(world);
}

#[test]
fn any_part_of_a_word_is_found_in_any_script() {
    let (mut world, ann, bob, place) = World::of_two();
    let texts = [
        "Der Schnellkochtopfdeckel klemmt",
        "今日は東京都庁へ行きます",
        "我们明天去北京大学",
        "Write to ann.miller+list@example.org",
        "see https://example.org/docs/search?q=fts5",
        "ПРИВЕТ, как дела?",
        "Fußball in der HAUPTSTRASSE",
        "İstanbul ve Isparta",
        "launch 🚀🚀 now 👩‍🚀",
        "Οδυσσεύς",
        "สวัสดีครับ",
    ];
    for text in texts {
        world.say(ann, place, text);
    }
    both_ways(&mut world, |world| {
        for (query, text) in [
            ("kochtopf", 0),
            ("KOCHTOPF deckel", 0),
            ("京都庁", 1),
            ("北京大学", 2),
            ("miller+list", 3),
            ("@example.org", 3),
            ("docs/search?q=", 4),
            ("привет", 5),
            ("fussball", 6),
            ("hauptstraße", 6),
            ("istanbul", 7),
            ("ısparta", 7),
            ("🚀🚀 now", 8),
            ("👩‍🚀", 8),
            ("ΟΔΥΣΣΕΥΣ", 9),
            ("สวัสดี", 10),
        ] {
            assert_eq!(world.finds(bob, query), [texts[text]], "{query}");
        }
        assert!(world.finds(bob, "kochtöpfe").is_empty());
    });
}

#[test]
fn words_of_one_or_two_characters_are_looked_for_in_the_newest_and_the_answer_says_so() {
    let (mut world, ann, bob, place) = World::of_two();
    for text in ["東京", "京都", "ok 👍🏽", "nothing"] {
        world.say(ann, place, text);
    }
    both_ways(&mut world, |world| {
        assert_eq!(world.finds(bob, "京"), ["京都", "東京"]);
        assert_eq!(world.finds(bob, "👍"), ["ok 👍🏽"]);
        assert_eq!(world.ask(bob, "ok").reach, Reach::Newest);
        for all in ["oth", "ok oth", "-ok", "from:me"] {
            assert_eq!(world.ask(bob, all).reach, Reach::All, "{all}");
        }
    });
}

#[test]
fn words_of_one_or_two_characters_reach_the_searchers_own_newest_twenty_thousand_and_no_further() {
    let (mut world, ann, bob, place) = World::of_two();
    let eve = world.person("eve");
    let others = world.direct(ann, eve);
    for text in ["ok third", "ok second"] {
        world.say(ann, place, text);
        world.say(ann, others, "ok, but not his");
    }
    let gone = world.say(ann, place, "ok, but deleted");
    world.delete(ann, &gone).unwrap();
    world.say(bob, place, "first");
    let query = Query::parse("ok").unwrap();
    // As if so many had been looked at for the pages before.
    let mut search = Search { query, zone_minutes: 0, from: None, limit: 50, longest: LONG };
    both_ways(&mut world, |world| {
        for (own, expected) in [(19_997, &["ok second", "ok third"][..]), (19_998, &["ok second"]), (19_999, &[])] {
            search.from = Some(SearchFrom { before: i64::MAX, own });
            let found = world.reader.search(bob, &search).unwrap();
            let bodies: Vec<&str> = found.messages.iter().map(|message| message.body.as_str()).collect();
            assert_eq!((&bodies[..], found.next), (expected, None), "{own}");
        }
    });
}

#[test]
fn a_phrase_of_frequent_words_is_found_where_it_was_said_and_nowhere_else() {
    let (mut world, ann, bob, place) = World::of_two();
    for text in
        ["kubernetes", "pods of kubernetes", "kubernetes, kubernetes", "kubernetes\nKubernetes", "the kubernetes kube"]
    {
        for _ in 0..8 {
            world.say(ann, place, text);
        }
    }
    let longer = format!("{} kubernetes", "as was said before ".repeat(6));
    world.say(ann, place, &longer);
    both_ways(&mut world, |world| {
        assert_eq!(world.finds(bob, "\"kubernetes kubernetes\""), ["kubernetes\nKubernetes"; 8]);
        assert_eq!(world.finds(bob, "\"kubernetes kube\"").len(), 16);
        assert_eq!(world.finds(bob, &format!("\"{longer}\"")), [longer.as_str()]);
        assert!(world.finds(bob, "\"kubernetes pods\"").is_empty());
    });
}

#[test]
fn all_words_must_be_there_phrases_as_they_stand_and_excluded_ones_not() {
    let (mut world, ann, bob, place) = World::of_two();
    for text in ["red apple\npie", "apple red", "green apple pie"] {
        world.say(ann, place, text);
    }
    both_ways(&mut world, |world| {
        assert_eq!(world.finds(bob, "apple red"), ["apple red", "red apple\npie"]);
        assert_eq!(world.finds(bob, "\"apple pie\""), ["green apple pie", "red apple\npie"]);
        assert_eq!(world.finds(bob, "apple -pie"), ["apple red"]);
        assert_eq!(world.finds(bob, "-\"red apple\""), ["green apple pie", "apple red"]);
    });
}

#[test]
fn filters_narrow_by_whom_where_when_and_links() {
    let (mut world, ann, bob, place) = World::of_two();
    let cat = world.person("cat");
    let group = world.group(ann, "Sunday lunch", &[bob, cat]);
    world.say(ann, place, "one");
    world.say(bob, place, "two http://example.org");
    let last_of_day = Timestamp::from_millis(1_000_080_000_000 - 2_000);
    world.now = last_of_day;
    world.say(cat, group, "three");
    world.now = last_of_day.plus_millis(86_400_000);
    world.say(bob, group, "four");
    both_ways(&mut world, |world| {
        for (query, expected) in [
            ("from:bob", &["four", "two http://example.org"][..]),
            ("from:BOB from:cat", &["four", "three", "two http://example.org"]),
            ("from:me", &["one"]),
            ("from:@bob", &["four", "two http://example.org"]),
            ("in:bob", &["two http://example.org", "one"]),
            ("in:\"sunday LUNCH\"", &["four", "three"]),
            ("in:bob from:bob two", &["two http://example.org"]),
            ("has:link", &["two http://example.org"]),
            ("has:link from:me", &[]),
            ("after:2001-09-10", &["four"]),
            ("before:2001-09-10", &["three", "two http://example.org", "one"]),
            ("after:2001-09-09 before:2001-09-10 -one", &["three", "two http://example.org"]),
            ("before:2001-09-09", &[]),
        ] {
            assert_eq!(world.finds(ann, query), expected, "{query}");
        }
    });
}

#[test]
fn days_begin_where_the_reader_is() {
    let (mut world, ann, _, place) = World::of_two();
    // 2001-09-09, 23:30 UTC.
    world.now = Timestamp::from_millis(1_000_078_200_000 - 1_000);
    world.say(ann, place, "late");
    both_ways(&mut world, |world| {
        let mut found = |zone_minutes| {
            let query = Query::parse("after:2001-09-10").unwrap();
            world
                .reader
                .search(ann, &Search { query, zone_minutes, from: None, limit: 9, longest: LONG })
                .unwrap()
                .messages
                .len()
        };
        assert_eq!((found(0), found(29), found(30), found(120)), (0, 0, 1, 1));
    });
}

#[test]
fn names_that_nobody_has_are_told_and_find_nothing() {
    let (mut world, ann, _, place) = World::of_two();
    let (cat, dan) = (world.person("cat"), world.person("dan"));
    let others = world.group(cat, "Secret club", &[dan]);
    world.say(cat, others, "hidden");
    world.say(ann, place, "text");
    both_ways(&mut world, |world| {
        for (query, unknown) in
            [("from:bbo text", "from:bbo"), ("in:\"Secret club\" hidden", "in:\"Secret club\""), ("in:cat", "in:cat")]
        {
            let found = world.ask(ann, query);
            assert_eq!(
                (found.messages.len(), found.unknown, found.next),
                (0, vec![unknown.to_owned()], None),
                "{query}"
            );
        }
        let found = world.ask(ann, "from:me from:bbo");
        assert_eq!((found.messages.len(), found.unknown.len()), (1, 1));
    });
}

#[test]
fn a_display_name_names_all_who_have_it() {
    let (mut world, ann, bob, place) = World::of_two();
    let display_name = Some(DisplayName::parse("Bob Hargreaves").unwrap());
    world.write(Write::ChangeProfile { user: bob, display_name, pronoun: None, hue: None, status: None }).unwrap();
    world.say(bob, place, "mine");
    world.say(ann, place, "hers");
    assert_eq!(world.finds(ann, "from:\"bob hargreaves\""), ["mine"]);
    assert_eq!(world.finds(ann, "in:\"Bob Hargreaves\""), ["hers", "mine"]);
}

#[test]
fn an_edit_is_found_by_its_new_text_alone_and_a_deletion_by_nothing_at_once() {
    let (mut world, ann, bob, place) = World::of_two();
    let first = world.say(ann, place, "first words");
    world.index_all();
    let second = changed(world.edit(ann, &first, "second thoughts"));
    both_ways(&mut world, |world| {
        assert!(world.finds(bob, "first").is_empty());
        assert_eq!(world.finds(bob, "thoughts"), ["second thoughts"]);
    });
    world.delete(ann, &second).unwrap();
    both_ways(&mut world, |world| {
        assert!(world.finds(bob, "thoughts").is_empty() && world.finds(ann, "from:ann").is_empty());
    });
}

#[test]
fn only_what_was_said_in_ones_own_time_is_found_in_the_form_of_that_time() {
    let (mut world, [ann, bob, cat], place) = World::of_group();
    let dan = world.person("dan");
    let before = world.say(ann, place, "before Dan came");
    world.write(Write::AddMembers { user: ann, conversation: place, members: vec![dan] }).unwrap();
    let during = world.say(ann, place, "during his time");
    world.index_all();
    let edited = changed(world.edit(ann, &during, "during his stay"));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: dan }).unwrap();
    world.edit(ann, &edited, "during somebody's visit").unwrap();
    world.edit(ann, &before, "before anybody came").unwrap();
    world.say(ann, place, "after he went during the night");
    both_ways(&mut world, |world| {
        assert_eq!(world.finds(dan, "during"), ["during his stay"]);
        assert_eq!(world.finds(dan, "stay"), ["during his stay"]);
        for (viewer, query) in [(dan, "visit"), (dan, "before"), (dan, "night"), (dan, "his time"), (bob, "stay")] {
            assert!(world.finds(viewer, query).is_empty(), "{query}");
        }
        assert_eq!(world.finds(bob, "during").len(), 2);
        assert_eq!(world.finds(cat, "visit"), ["during somebody's visit"]);
        assert!(world.finds(cat, "Lunch").is_empty(), "lines are not found");
    });
}

#[test]
fn nobody_else_finds_anything() {
    let (mut world, ann, bob, place) = World::of_two();
    let eve = world.person("eve");
    world.say(ann, place, "between the two of us");
    both_ways(&mut world, |world| {
        for query in ["between", "us", "from:ann", "-x", "in:ann"] {
            assert!(world.finds(eve, query).is_empty(), "{query}");
        }
        assert_eq!(world.finds(bob, "between").len(), 1);
    });
}

#[test]
fn what_was_withheld_is_found_by_its_sender_alone_for_ever() {
    let (mut world, ann, bob, place) = World::of_two();
    world.block(bob, ann, true);
    world.say(ann, place, "are you there");
    both_ways(&mut world, |world| {
        assert!(world.finds(bob, "there").is_empty() && world.finds(bob, "from:ann").is_empty());
        assert_eq!(world.finds(ann, "there").len(), 1);
    });
    world.block(bob, ann, false);
    assert!(world.finds(bob, "there").is_empty());
}

#[test]
fn pages_hold_everything_once_with_messages_stored_between_them() {
    let (mut world, ann, bob, place) = World::of_two();
    for number in 0..25 {
        world.say(ann, place, &format!("number {number}"));
        if number == 12 {
            world.index_all();
        }
    }
    let query = Query::parse("number").unwrap();
    let mut search = Search { query, zone_minutes: 0, from: None, limit: 10, longest: LONG };
    let mut seqs = Vec::new();
    loop {
        let found = world.reader.search(bob, &search).unwrap();
        seqs.extend(found.messages.iter().map(|message| message.seq.get()));
        world.say(ann, place, "another number");
        search.from = found.next;
        if search.from.is_none() {
            break;
        }
    }
    assert!(seqs.iter().copied().eq((1..=25).rev()), "{seqs:?}");
}

#[test]
fn a_restart_or_a_lost_index_changes_nothing_that_is_found() {
    let (mut world, ann, bob, place) = World::of_two();
    world.say(ann, place, "still here");
    world.index_all();
    world.restart();
    assert_eq!(world.finds(bob, "still"), ["still here"]);
    world.index.begin_anew().unwrap();
    both_ways(&mut world, |world| assert_eq!(world.finds(bob, "still"), ["still here"]));
}

#[test]
fn a_search_that_takes_too_long_is_given_up_and_its_reader_goes_on() {
    let (mut world, ann, bob, place) = World::of_two();
    for number in 0..300 {
        world.say(ann, place, &format!("number {number}"));
    }
    let query = Query::parse("number -0 -1 -2 -3 -4 -5 -6 -7 -8 -9").unwrap();
    let search = Search { query, zone_minutes: 0, from: None, limit: 50, longest: Duration::ZERO };
    both_ways(&mut world, |world| {
        assert!(matches!(world.reader.search(bob, &search), Err(StoreError::SearchTooLong)));
        // As much work and more, without a limit and with another.
        assert_eq!(world.seqs(bob, place, Anchor::Newest, 200).len(), 200);
        let searched = world.reader.search(bob, &Search { longest: LONG, ..search.clone() }).unwrap();
        assert_eq!((searched.messages.len(), searched.next), (0, None));
    });
}

//! Attacks on usernames: twins, invisible characters and mixed scripts.

use std::collections::HashMap;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

/// Fifty ordinary names that an impostor would like to wear.
const VICTIMS: [&str; 50] = [
    "alice",
    "bob",
    "Carol",
    "david",
    "Erin",
    "frank",
    "grace",
    "heidi",
    "Ivan",
    "judy",
    "karl",
    "laura",
    "mallory",
    "Nina",
    "olivia",
    "peggy",
    "quentin",
    "Rupert",
    "sybil",
    "trent",
    "ursula",
    "victor",
    "walter",
    "xenia",
    "yvonne",
    "zoe",
    "paypal",
    "google",
    "apple",
    "bill.gates",
    "anna-maria",
    "jean_luc",
    "max2000",
    "iris",
    "llama",
    "corner",
    "william",
    "marc0",
    "o1iver",
    "Gill",
    "Ian",
    "Olaf",
    "sarah.c",
    "timothy",
    "bernd",
    "connor",
    "dominic",
    "emilia",
    "chloe",
    "samir",
];

fn parsed(text: &str) -> Username {
    Username::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn a_username_keeps_its_case_and_is_found_in_any() {
    let username = parsed("  Bob.Hargreaves ");
    assert_eq!(username.as_str(), "Bob.Hargreaves");
    assert_eq!(UsernameKey::fold("BOB.hargreaves").unwrap().as_str(), username.key());
    assert_eq!(username, parsed("bob.hargreaves"));
}

#[rstest]
#[case::full_width("Ｂｏｂ", "bob")]
#[case::decomposed("Jose\u{301}", "josé")]
#[case::final_sigma("ΝΙΚΟΣ", "νικος")]
#[case::turkish("İbrahim", "ibrahim")]
fn forms_of_one_name_fold_to_one_key(#[case] one: &str, #[case] other: &str) {
    assert_eq!(parsed(one).key(), parsed(other).key());
}

#[rstest]
#[case("josé")]
#[case("Владимир")]
#[case("Νίκος")]
#[case("田中")]
#[case("たなか")]
#[case("김철수")]
#[case("محمد")]
#[case("שרה")]
#[case("สมชาย")]
#[case("राम")]
#[case("Nguyễn")]
#[case("x2")]
#[case("Ali")]
#[case("ALI")]
#[case("a.b-c_d")]
#[case("abcdefghijklmnopqrstuvwxyz012345")]
fn names_of_the_world_are_usernames(#[case] text: &str) {
    parsed(text);
}

#[rstest]
#[case("", UsernameError::TooShort)]
#[case("   ", UsernameError::TooShort)]
#[case("a", UsernameError::TooShort)]
#[case("abcdefghijklmnopqrstuvwxyz0123456", UsernameError::TooLong)]
#[case("two words", UsernameError::Character)]
#[case("a/b", UsernameError::Character)]
#[case("o'neil", UsernameError::Character)]
#[case("<b>bob</b>", UsernameError::Character)]
#[case("bob😀", UsernameError::Character)]
#[case("bo\0b", UsernameError::Character)]
#[case("bo\nb", UsernameError::Character)]
#[case("bo\u{200b}b", UsernameError::Character)]
#[case("bo\u{200d}b", UsernameError::Character)]
#[case("bo\u{ad}b", UsernameError::Character)]
#[case("\u{feff}bob", UsernameError::Character)]
#[case("\u{202e}bob", UsernameError::Character)]
#[case("bob\u{2066}", UsernameError::Character)]
#[case("bob\u{3164}", UsernameError::Character)]
#[case("i\u{307}an", UsernameError::Character)]
#[case("a\u{301}\u{302}\u{303}bc", UsernameError::Character)]
#[case(".bob", UsernameError::Separator)]
#[case("bob-", UsernameError::Separator)]
#[case("bob__x", UsernameError::Separator)]
#[case("..", UsernameError::Separator)]
#[case("b\u{43e}b", UsernameError::MixedScripts)]
#[case("рaypal", UsernameError::MixedScripts)]
#[case("bobα", UsernameError::MixedScripts)]
#[case("admin", UsernameError::Reserved)]
#[case("ADMIN", UsernameError::Reserved)]
#[case("All", UsernameError::Reserved)]
#[case("adm1n", UsernameError::Reserved)]
#[case("rnoderator", UsernameError::Reserved)]
#[case("Chinvvag", UsernameError::Reserved)]
fn what_is_not_a_username_is_refused_with_its_reason(#[case] text: &str, #[case] reason: UsernameError) {
    assert_eq!(Username::parse(text).map(|name| name.as_str().to_owned()), Err(reason), "{text:?}");
}

#[test]
fn an_enormous_name_is_refused_before_it_is_read() {
    assert_eq!(Username::parse(&"a".repeat(1 << 20)).err(), Some(UsernameError::TooLong));
    assert_eq!(UsernameKey::fold(&"a".repeat(1 << 20)), None);
}

#[test]
fn whoever_runs_the_server_may_take_a_reserved_name() {
    assert_eq!(Username::parse_by_operator("admin").unwrap().as_str(), "admin");
}

#[test]
fn every_reserved_name_would_be_a_username_otherwise() {
    for reserved in TITLES.into_iter().chain(WORDS) {
        assert!(Username::parse_by_operator(reserved).is_ok(), "{reserved}");
        assert_eq!(Username::parse(reserved).err(), Some(UsernameError::Reserved));
    }
}

#[test]
fn a_name_that_cannot_exist_folds_to_nothing() {
    assert_eq!(UsernameKey::fold(""), None);
    assert_eq!(UsernameKey::fold("two words"), None);
    assert_eq!(UsernameKey::fold("bo\0b"), None);
}

#[test]
fn different_people_keep_different_skeletons() {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for victim in VICTIMS {
        if let Some(owner) = owners.insert(parsed(victim).skeleton().to_owned(), victim) {
            panic!("{victim} looks like {owner}");
        }
    }
}

/// For each letter and digit, every character of Unicode that looks like it in either case, by the tables of UTS 39.
fn look_alikes() -> HashMap<char, Vec<char>> {
    let like = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>();
    let mut by_look: HashMap<String, Vec<char>> = HashMap::new();
    for character in '\0'..='\u{1ffff}' {
        by_look.entry(like(character)).or_default().push(character);
    }
    let twins = |letter: char| {
        let looks = [like(letter), like(letter.to_ascii_uppercase())];
        let all = looks.into_iter().flat_map(|look| by_look.get(&look).cloned().unwrap_or_default());
        all.filter(|twin| *twin != letter).collect()
    };
    ('a'..='z').chain('0'..='9').map(|letter| (letter, twins(letter))).collect()
}

/// Whether somebody who is refused nothing else could be taken for `victim`.
fn is_accepted_beside(victim: &Username, twin: &str) -> bool {
    Username::parse(twin).is_ok_and(|twin| twin.key() != victim.key() && twin.skeleton() != victim.skeleton())
}

#[test]
fn none_of_ten_thousand_twins_of_fifty_names_is_accepted() {
    let alphabet = look_alikes();
    let invisible =
        ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{202e}', '\u{34f}', '\u{fe0f}'];
    let mut tried = 0;
    for name in VICTIMS {
        let victim = parsed(name);
        let mut twins =
            vec![name.replace("rn", "m"), name.replace('m', "rn"), name.replace('w', "vv"), name.to_uppercase()];
        for (at, letter) in name.char_indices() {
            let around = |middle: &str| format!("{}{middle}{}", &name[..at], &name[at + letter.len_utf8()..]);
            for twin in alphabet.get(&letter.to_ascii_lowercase()).into_iter().flatten() {
                twins.push(around(twin.encode_utf8(&mut [0; 4])));
            }
            twins.extend(invisible.map(|hidden| around(&format!("{hidden}{letter}"))));
        }
        // The whole name in another script, as far as that script has the letters.
        for nth in 0..40 {
            let pick = |c: char| alphabet.get(&c).and_then(|list| list.get(nth)).copied().unwrap_or(c);
            twins.push(name.to_lowercase().chars().map(pick).collect());
        }
        for twin in twins.iter().filter(|twin| *twin != name) {
            tried += 1;
            assert!(!is_accepted_beside(&victim, twin), "{twin:?} passes beside {name}");
        }
    }
    assert!(tried >= 10_000, "only {tried} twins");
}

proptest! {
    #[test]
    fn parsing_never_panics_and_its_result_parses_again(text in "\\PC{0,40}|[a-zA-Z._0-9-]{0,40}|[а-яα-ω\u{300}-\u{310}]{0,10}") {
        if let Ok(username) = Username::parse_by_operator(&text) {
            let again = Username::parse_by_operator(username.as_str()).unwrap();
            prop_assert_eq!(again.as_str(), username.as_str());
            prop_assert_eq!(again.skeleton(), username.skeleton());
            let typed = UsernameKey::fold(&text);
            prop_assert_eq!(typed.as_ref().map(UsernameKey::as_str), Some(username.key()));
            prop_assert_eq!(UsernameKey::fold(username.key()), typed);
        }
    }
}

//! Importing old databases of both schemas into a store of their own.

use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::app::Order;
use crate::auth::{HashCost, PasswordHash, ServerSecret, Verdict};
use crate::clock::{Clock, Timestamp};
use crate::domain::{ConversationKind, UserId};
use crate::store::sqlite::{self, SqliteReader};
use crate::store::{Anchor, Credentials, WriteStore};

const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

struct Place {
    folder: TempDir,
    office: Office,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, readers) = sqlite::open(&folder.path().join("chinwag.db"), b"secret", 1).unwrap();
    let clock = Clock::manual(NOW);
    let office = Office {
        reads: Box::new(SqliteReader::take(&readers).unwrap()),
        submit: Box::new(move |write| store.apply(&[write], NOW).unwrap().remove(0)),
        hasher: Arc::new(Hasher::new(&ServerSecret::from_bytes([7; 32]), HashCost::MIN)),
        clock,
    };
    Place { folder, office }
}

impl Place {
    fn import(&mut self, old: &str) -> Result<String, OrderError> {
        let file = self.folder.path().join("pychat.db");
        if !file.exists() {
            pychat::write(&file, old);
        }
        self.office.perform(Order::ImportPychat { file }).map(|report| report.lines.join("\n"))
    }

    fn credentials(&mut self, username: &str) -> Option<Credentials> {
        self.office.reads.credentials(&UsernameKey::fold(username).unwrap()).unwrap()
    }

    fn can_log_in(&mut self, username: &str, password: &str) -> bool {
        let stored = self.credentials(username).and_then(|found| PasswordHash::parse(&found.password_hash));
        let password = Password::parse(password).unwrap();
        stored.is_some() && self.office.hasher.verify(&password, stored.as_ref()) != Verdict::Wrong
    }

    /// Body and time of each message between two people, oldest first.
    fn said(&mut self, one: &str, other: &str) -> Vec<(String, i64)> {
        let (one, other) = (self.credentials(one).unwrap().user.id, self.credentials(other).unwrap().user.id);
        let page = self.office.reads.conversations(one, None, 50).unwrap();
        let is_theirs = |members: &[crate::domain::MemberRange]| members.iter().any(|member| member.user == other);
        let found = page.conversations.into_iter().find(|conversation| is_theirs(&conversation.members));
        let Some(conversation) = found else { return Vec::new() };
        assert_eq!(conversation.kind, ConversationKind::Direct);
        assert_eq!(conversation.unread, 0);
        let page = self.office.reads.messages(one, conversation.id, Anchor::Newest, 200).unwrap().unwrap();
        page.messages.into_iter().map(|message| (message.body, message.at.millis())).collect()
    }
}

#[test]
fn people_and_messages_of_the_first_schema_come_over_with_order_and_times() {
    let mut place = place();
    let told = place.import(include_str!("../../../tests/pychat/by_id.sql")).unwrap();
    assert!(told.contains("6 imported, 0 here already"), "{told}");
    let said = place.said("anna", "bob");
    assert_eq!(
        said,
        [
            ("first".into(), 1_551_434_400_000),
            ("second".into(), 1_551_434_700_250),
            ("third".into(), 1_551_517_200_000)
        ]
    );
    assert_eq!(place.said("anna", "12345"), [("by number".into(), 1_551_520_800_000)]);
}

#[test]
fn people_log_in_with_their_old_password_and_are_asked_for_a_stronger_one() {
    let mut place = place();
    place.import(include_str!("../../../tests/pychat/by_id.sql")).unwrap();
    assert!(place.can_log_in("anna", "correct horse battery staple") && place.can_log_in("bob", "bob"));
    assert!(!place.credentials("anna").unwrap().password_is_weak);
    assert!(place.credentials("bob").unwrap().password_is_weak);
    assert!(place.can_log_in("12345", "4711"));
    assert!(!place.can_log_in("nopass", "") && place.credentials("nopass").is_some());
}

#[test]
fn names_that_do_not_fit_are_changed_and_said() {
    let mut place = place();
    let told = place.import(include_str!("../../../tests/pychat/by_id.sql")).unwrap();
    assert!(told.contains("\"bob\" cannot be a username here and is called bob-2"), "{told}");
    assert!(told.contains("\"Karl Heinz!\" cannot be a username here and is called Karl.Heinz"), "{told}");
    assert!(place.can_log_in("bob-2", "secret"));
    assert_eq!(place.credentials("karl.heinz").unwrap().user.display_name, "Karl Heinz!");
}

#[test]
fn what_is_left_out_is_said_with_its_reason() {
    let mut place = place();
    let told = place.import(include_str!("../../../tests/pychat/by_id.sql")).unwrap();
    for reason in [
        "message 3 was left out: it has no text",
        "message 4 was left out: its sender or recipient is not there",
        "message 5 was left out: it was written to oneself",
        "message 6 has no time that can be read",
        "message 8 was left out: its sender",
        "message 9 was left out: it has no text",
        "user 5 has no name",
        "nopass has no password",
    ] {
        assert!(told.contains(reason), "{reason} in:\n{told}");
    }
    assert_eq!(place.said("bob-2", "karl.heinz").len(), 1);
}

#[test]
fn the_second_schema_names_people_by_name_or_number() {
    let mut place = place();
    place.import(include_str!("../../../tests/pychat/by_name.sql")).unwrap();
    let bodies: Vec<String> = place.said("anna", "bob").into_iter().map(|(body, _)| body).collect();
    assert_eq!(bodies, ["by name", "by id"]);
}

#[test]
fn a_second_time_changes_nothing_and_says_so() {
    for old in [include_str!("../../../tests/pychat/by_id.sql"), include_str!("../../../tests/pychat/by_name.sql")] {
        let mut place = place();
        place.import(old).unwrap();
        let before = place.said("anna", "bob");
        let hash = place.credentials("anna").unwrap().password_hash;
        let told = place.import(old).unwrap();
        assert!(told.contains("Nothing has changed."), "{told}");
        assert_eq!(place.said("anna", "bob"), before);
        assert_eq!(place.credentials("anna").unwrap().password_hash, hash);
    }
}

#[test]
fn whoever_looks_like_somebody_here_gets_another_name_and_keeps_it() {
    let mut place = place();
    let password = "correct horse battery staple".to_owned();
    let order = Order::UserAdd { username: "B0b".into(), display_name: None, password, admin: false };
    place.office.perform(order).unwrap();
    let old = include_str!("../../../tests/pychat/by_name.sql");
    let told = place.import(old).unwrap();
    assert!(told.contains("Bob looks like somebody else here and is called Bob-2"), "{told}");
    assert!(place.import(old).unwrap().contains("Nothing has changed."));
    assert_eq!(place.said("anna", "bob-2").len(), 2);
}

#[test]
fn a_file_that_is_no_pychat_database_is_refused_and_nothing_is_stored() {
    let mut place = place();
    let file = place.folder.path().join("notes.txt");
    std::fs::write(&file, "not a database, but long enough to be looked at as one").unwrap();
    let refused = place.office.perform(Order::ImportPychat { file }).unwrap_err().to_string();
    assert!(refused.contains("cannot import") && !refused.contains('\n'), "{refused}");
    let file = place.folder.path().join("chinwag.db");
    let refused = place.office.perform(Order::ImportPychat { file }).unwrap_err().to_string();
    assert!(refused.contains("it is no PyChat database"), "{refused}");
    let missing = Order::ImportPychat { file: place.folder.path().join("missing.db") };
    assert!(place.office.perform(missing).is_err());
    assert_eq!(place.office.reads.user_count().unwrap(), 0);
}

#[test]
fn a_demo_fills_an_empty_database_once_with_a_late_delivery_for_alice() {
    let mut place = place();
    let demo = Order::Demo { people: 9, messages: 40, sessions: true };
    let report = place.office.perform(demo.clone()).unwrap();
    assert_eq!(report.tokens.len(), 9);
    assert!(report.lines.iter().any(|line| line.contains("with the password")));
    let page = place.office.reads.conversations(UserId::new(1), None, 50).unwrap();
    let late: Vec<_> = page
        .conversations
        .iter()
        .flat_map(|conversation| {
            let page = place.office.reads.messages(UserId::new(1), conversation.id, Anchor::Newest, 200);
            page.unwrap().unwrap().late
        })
        .collect();
    assert_eq!(late.len(), 1, "{late:?}");
    assert_eq!((late[0].user, late[0].count), (UserId::new(2), 3));
    let refused = place.office.perform(demo).unwrap_err().to_string();
    assert!(refused.contains("has users already"), "{refused}");
}

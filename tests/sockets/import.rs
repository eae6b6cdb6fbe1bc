//! Old PyChat databases, in both of their schemas.

use std::path::Path;

use crate::support::*;

const USERS: &str = "CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT, password TEXT, active INTEGER);
    INSERT INTO user VALUES (1, 'anna', 'sesame', 1), (2, 'bob', 'tulip99', 0), (3, 'cleo', 'moon', 1);";

const FIRST: &str = "CREATE TABLE message (id INTEGER PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, message TEXT, date TEXT);
    INSERT INTO message VALUES (1, 1, 2, 'Hello Bob', '2019-03-01 12:00:00'), (2, 2, 1, 'Hello Anna', '2019-03-01 12:00:05'),
    (3, 1, 3, 'Cleo?', '2019-03-02 08:30:00'), (4, 1, 2, 'Still there?', '2019-03-03 09:00:00'),
    (5, 1, 77, 'to nobody', '2019-03-03 09:00:01'), (6, 1, 2, '', '2019-03-03 09:00:02');";

const SECOND: &str = "CREATE TABLE message (id INTEGER PRIMARY KEY, sender TEXT, recipient TEXT, content TEXT, date TEXT);
    INSERT INTO message VALUES (1, 'anna', 'bob', 'Hello Bob', '2019-03-01 12:00:00'), (2, 'bob', 'anna', 'Hello Anna', '2019-03-01 12:00:05'),
    (3, 'anna', 'cleo', 'Cleo?', '2019-03-02 08:30:00'), (4, 'anna', 'bob', 'Still there?', '2019-03-03 09:00:00'),
    (5, 'anna', 'nobody', 'to nobody', '2019-03-03 09:00:01'), (6, 'anna', 'bob', '', '2019-03-03 09:00:02');";

fn old_database(directory: &Path, messages: &str) -> String {
    let path = directory.join("pychat.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(&format!("{USERS}{messages}")).unwrap();
    database.close().unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_first_schema_is_imported_while_the_server_runs_and_twice_is_once() {
    import_twice(FIRST, true).await;
}

#[tokio::test]
async fn the_second_schema_is_imported_without_a_server_and_twice_is_once() {
    import_twice(SECOND, false).await;
}

async fn import_twice(messages: &str, server_runs: bool) {
    let directory = free_directory();
    let file = old_database(directory.path(), messages);
    let data = directory.path().join("data");
    let mut program = Program::start_on(directory, &[("TZ", "UTC")]);
    if !server_runs {
        program.kill();
    }
    let mut said = Vec::new();
    for _ in 0..2 {
        let output = run(&data, &["import-pychat", &file], "");
        assert!(output.status.success(), "{output:?}");
        said.push(String::from_utf8(output.stdout).unwrap());
    }
    assert!(said[0].contains("3 imported") && said[0].contains("4 imported"), "{}", said[0]);
    assert!(said[0].contains("message 5") && said[0].contains("message 6"), "what was left out: {}", said[0]);
    assert!(said[1].contains("0 imported") && !said[1].contains("4 imported"), "{}", said[1]);
    if !server_runs {
        program.again();
    }
    let server = program.server();
    let anna = Person::log_in(server, "anna", "sesame", false).await;
    let bob = Person::log_in(server, "bob", "tulip99", false).await;
    let window = anna.connect().await;
    assert_eq!(window.ready["weakPassword"], true, "asked for a stronger one");
    let conversation = anna.conversation_with(&bob).await;
    let history = anna.whole_history(conversation).await;
    let told: Vec<_> = history
        .iter()
        .filter(|message| message["kind"] == "text")
        .map(|message| (int(message, "sender"), message["body"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(anna.id, "Hello Bob"), (bob.id, "Hello Anna"), (anna.id, "Still there?")]);
    let at: Vec<_> = history.iter().map(|message| int(message, "at")).collect();
    assert_eq!((at[1] - at[0], at[2] - at[1]), (5_000, 2 * 86_400_000 - 3 * 3_600_000 - 5_000));
    assert_eq!(list(&window.ready, "conversations").len(), 2);
    let mut window = bob.connect().await;
    assert_eq!(int(&window.say(conversation, "I am back").await, "seq"), 4);
    let body = json!({"username": "anna", "password": "wrong"});
    post(server, own_address(), "/api/v1/login", &body).await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn what_is_no_pychat_database_changes_nothing() {
    let directory = free_directory();
    let data = directory.path().join("data");
    let (text, other) = (directory.path().join("text"), directory.path().join("other.db"));
    std::fs::write(&text, "no database").unwrap();
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE recipe (id INTEGER)").unwrap();
    for file in [&text, &other, &directory.path().join("missing.db")] {
        let output = run(&data, &["import-pychat", file.to_str().unwrap()], "");
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        assert!(!output.status.success() && said.lines().count() == 1, "{output:?}");
    }
    assert!(!directory.path().join("missing.db").exists());
}

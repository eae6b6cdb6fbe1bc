//! The commands for whoever runs the program, with a running server and without.

use std::process::Output;

use crate::support::*;

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn refused(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert!(!output.status.success() && !said.contains("panicked"), "{output:?}");
    assert_eq!(said.lines().count(), 1, "one line, not:\n{said}");
    said
}

fn with_password(password: &str) -> String {
    format!("{password}\n")
}

#[tokio::test]
async fn whoever_owns_the_data_directory_says_who_is_an_admin_and_the_last_one_stays() {
    let program = Program::start(&[]);
    let server = program.server();
    let bob = Person::sign_up_as(server, "bob", PASSWORD).await;
    assert!(done(&program.command(&["user", "add", "ann", "--admin"], &with_password(PASSWORD))).contains("an admin"));
    let ann = Person::log_in(server, "ann", PASSWORD, false).await;
    ann.get("/admin/people").await.ok(200);
    assert_eq!(ann.get("/me").await.ok(200)["isAdmin"], true);
    bob.get("/admin/people").await.refused(403, "forbidden");
    let listed = done(&program.command(&["user", "list"], ""));
    let admins: Vec<&str> = listed.lines().filter(|line| line.ends_with("(admin)")).collect();
    assert!(admins.len() == 1 && admins[0].starts_with("ann "), "{listed}");

    for command in ["demote", "disable"] {
        assert!(refused(&program.command(&["user", command, "ann"], "")).contains("last admin"));
    }
    done(&program.command(&["user", "promote", "bob"], ""));
    bob.get("/admin/people").await.ok(200);
    done(&program.command(&["user", "demote", "ann"], ""));
    ann.get("/admin/people").await.refused(403, "forbidden");
    done(&program.command(&["user", "disable", "ann"], ""));
    assert!(refused(&program.command(&["user", "promote", "ann"], "")).contains("disabled"));
    refused(&program.command(&["user", "promote", "nobody"], ""));
}

#[tokio::test]
async fn people_are_added_listed_changed_and_disabled_while_the_server_runs() {
    let program = Program::start(&[]);
    let server = program.server();
    let ann = Person::sign_up_as(server, "ann", PASSWORD).await;
    let mut window = ann.connect().await;
    done(&program.command(&["user", "add", "bob", "--display-name", "Bob Hargreaves"], &with_password(PASSWORD)));
    let told = window.expect_where("user", |frame| frame["user"]["username"] == "bob").await;
    assert_eq!(told["user"]["displayName"], "Bob Hargreaves");
    let bob = Person::log_in(server, "bob", PASSWORD, true).await;
    let listed = done(&program.command(&["user", "list"], ""));
    assert!(listed.contains("ann") && listed.contains("Bob Hargreaves"), "{listed}");

    let new = "seventeen quiet lighthouses at noon";
    let mut bobs = bob.connect().await;
    done(&program.command(&["user", "passwd", "bob"], &with_password(new)));
    assert_eq!(bobs.expect("session.ended").await["reason"], "password_changed");
    bob.get("/me").await.refused(401, "unauthenticated");
    let bob = Person::log_in(server, "bob", new, false).await;

    done(&program.command(&["user", "disable", "bob"], ""));
    bob.get("/me").await.refused(401, "unauthenticated");
    let listed = done(&program.command(&["user", "list"], ""));
    assert!(listed.lines().any(|line| line.contains("bob") && line.contains("disabled")), "{listed}");
    done(&program.command(&["user", "enable", "bob"], ""));
    Person::log_in(server, "bob", new, false).await;

    assert!(refused(&program.command(&["user", "add", "BOB"], &with_password(PASSWORD))).contains("taken"));
    refused(&program.command(&["user", "add", "cleo"], &with_password("12345678")));
    refused(&program.command(&["user", "add", "no name"], &with_password(PASSWORD)));
    assert_eq!(Person::sign_up_as(server, "dana", PASSWORD).await.name, "dana");
    // Whoever runs the server may well be called so.
    done(&program.command(&["user", "add", "admin"], &with_password(PASSWORD)));
    refused(&program.command(&["user", "passwd", "nobody"], &with_password(PASSWORD)));
    refused(&program.command(&["user", "disable", "nobody"], ""));
}

#[tokio::test]
async fn the_same_works_without_a_server_and_holds_when_one_starts() {
    let directory = free_directory();
    let data = directory.path().join("data");
    refused(&run(&data, &["user", "list"], ""));
    assert!(!data.exists(), "asking makes nothing");
    done(&run(&data, &["user", "add", "ann"], &with_password(PASSWORD)));
    done(&run(&data, &["user", "add", "bob"], &with_password(PASSWORD)));
    let new = "seventeen quiet lighthouses at noon";
    done(&run(&data, &["user", "passwd", "ann"], &with_password(new)));
    done(&run(&data, &["user", "disable", "bob"], ""));
    assert!(done(&run(&data, &["user", "list"], "")).contains("ann"));
    let program = Program::start_on(directory, &[]);
    Person::log_in(program.server(), "ann", new, false).await;
    let body = json!({"username": "bob", "password": PASSWORD});
    let answer = post(program.server(), own_address(), "/api/v1/login", &body).await;
    assert!(matches!(answer.status, 401 | 403), "{}", answer.text());
}

#[tokio::test]
async fn a_demo_fills_an_empty_database_and_refuses_a_used_one() {
    let directory = free_directory();
    let data = directory.path().join("data");
    let tokens = directory.path().join("tokens");
    let said = done(&run(&data, &["demo", "--people", "20", "--sessions", tokens.to_str().unwrap()], ""));
    let password = said.split("password ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned();
    refused(&run(&data, &["demo"], ""));
    assert_eq!(std::fs::read_to_string(&tokens).unwrap().lines().count(), 20);
    let program = Program::start_on(directory, &[]);
    refused(&program.command(&["demo"], ""));
    let alice = Person::log_in(program.server(), "alice", &password, false).await;
    let window = alice.connect().await;
    let conversations = list(&window.ready, "conversations");
    assert!(conversations.len() >= 3, "{}", window.ready);
    for view in conversations {
        let history = alice.whole_history(int(view, "id")).await;
        let seqs: Vec<_> = history.iter().map(|message| int(message, "seq")).collect();
        assert_eq!(seqs, (1..=int(view, "head")).collect::<Vec<_>>());
        assert!(history.is_sorted_by_key(|message| int(message, "at")));
    }
    assert_eq!(alice.get("/users?limit=200").await.ok(200)["total"], 20);
}

#[tokio::test]
async fn a_demo_can_be_made_in_a_running_server() {
    let program = Program::start(&[]);
    let said = done(&program.command(&["demo"], ""));
    let password = said.split("password ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let bob = Person::log_in(program.server(), "bob", password, false).await;
    assert!(!list(&bob.connect().await.ready, "conversations").is_empty());
}

#[tokio::test]
async fn help_names_every_command_and_setting_and_a_wrong_line_is_an_error() {
    let directory = free_directory();
    let help = String::from_utf8(run(&directory.path().join("data"), &["--help"], "").stdout).unwrap();
    for word in [
        "serve",
        "user",
        "demo",
        "import-pychat",
        "--listen",
        "--data",
        "CHINWAG_LISTEN",
        "./data",
        "8080",
        "--public-url",
        "--static",
    ] {
        assert!(help.contains(word), "{word} in\n{help}");
    }
    for line in [&["dance"][..], &["serve", "--listen", "somewhere"], &["serve", "--closing-grace", "soon"]] {
        let output = run(&directory.path().join("data"), line, "");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    assert!(!directory.path().join("data").exists());
}

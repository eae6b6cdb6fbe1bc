//! How the program starts, stops, and says in one line why it cannot.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use crate::support::*;

/// A refusal to start: one line, a code that is not zero, no panic.
#[track_caller]
fn one_line(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    // The log goes the same way; a line of it begins with the time.
    let said: Vec<_> = said.lines().filter(|line| !line.contains(" INFO ")).collect();
    let said = said.join("\n");
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(said.lines().count(), 1, "one line, not:\n{said}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[tokio::test]
async fn a_stop_says_goodbye_to_everybody_and_is_quick() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let (ann, bob) = (Person::sign_up(&server, "Ann").await, Person::sign_up(&server, "Bob").await);
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let _no_hello = Socket::open(&ann).await;
    let started = Instant::now();
    program.terminate();
    for window in [&mut anns, &mut bobs] {
        let goodbye = window.expect("goodbye").await;
        assert_eq!(goodbye["reason"], "restart");
        assert!(int(&goodbye, "retryAfterMs") > 0);
        assert_eq!(window.ended().await, Ended(Some(1012)));
    }
    let status = program.wait();
    assert_eq!(status.code(), Some(0), "{}", program.said());
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    program.again();
    ann.get("/me").await.ok(200);
}

/// A browser or a proxy that takes a kept connection just as the server gives it up gets no answer, and may not ask again
/// by itself. Servers that give up before their clients do make that happen every day.
#[tokio::test]
async fn a_kept_connection_answers_again_after_a_pause() {
    let program = Program::start(&[]);
    let server = program.server().address();
    let mut kept = BufReader::new(connect(server, own_address()).await.unwrap());
    for pause in [Duration::ZERO, Duration::from_secs(8)] {
        tokio::time::sleep(pause).await;
        kept.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {server}\r\n\r\n").as_bytes()).await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(kept.read_line(&mut head).await.unwrap(), 0, "closed after {pause:?}: {head}");
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.to_lowercase().split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse();
        kept.read_exact(&mut vec![0; length.unwrap()]).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_accepted_before_a_stop_is_stored() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let (ann, bob) = (Person::sign_up(&server, "Ann").await, Person::sign_up(&server, "Bob").await);
    let conversation = ann.conversation_with(&bob).await;
    let mut anns = ann.connect().await;
    for n in 0..200 {
        let frame = json!({"type": "message.send", "ref": n, "clientId": client_id(), "conversation": conversation, "body": n.to_string()});
        anns.send(&frame).await;
    }
    program.terminate();
    let mut acknowledged = Vec::new();
    while let Some(frame) = anns.next().await {
        if frame["type"] == "message.stored" {
            acknowledged.push((int(&frame, "seq"), frame["clientId"].clone()));
        }
    }
    assert!(program.wait().success());
    program.again();
    let stored: Vec<_> = bob
        .whole_history(conversation)
        .await
        .iter()
        .map(|message| (int(message, "seq"), message["clientId"].clone()))
        .collect();
    assert!(acknowledged.iter().all(|one| stored.contains(one)), "{} of {}", stored.len(), acknowledged.len());
    assert!(stored.iter().enumerate().all(|(n, (seq, _))| *seq == i64::try_from(n).unwrap() + 1));
}

#[tokio::test]
async fn a_second_server_on_the_same_data_says_so_and_leaves_the_first_alone() {
    let program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let said = one_line(&run(&program.data(), &["serve", "--listen", "127.0.0.1:0"], ""));
    assert!(said.to_lowercase().contains("already") || said.contains("lock"), "{said}");
    ann.get("/me").await.ok(200);
}

#[tokio::test]
async fn an_occupied_port_is_one_line() {
    let occupied = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = occupied.local_addr().unwrap().to_string();
    let directory = free_directory();
    let said = one_line(&run(&directory.path().join("data"), &["serve", "--listen", &address], ""));
    assert!(said.contains(&address), "{said}");
    assert!(!directory.path().join("data/chinwag.db").exists(), "nothing is touched");
}

#[tokio::test]
async fn an_unusable_data_directory_is_one_line_and_stays_as_it_is() {
    let directory = free_directory();
    let file = directory.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    for data in [file.clone(), file.join("below"), Path::new("/proc/nowhere").to_owned()] {
        let said = one_line(&run(&data, &["serve", "--listen", "127.0.0.1:0"], ""));
        assert!(said.contains(&*data.to_string_lossy()), "{said}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");

    let garbage = directory.path().join("garbage");
    std::fs::create_dir(&garbage).unwrap();
    std::fs::write(garbage.join("chinwag.db"), "this is no database, but long enough to be looked at".repeat(100))
        .unwrap();
    one_line(&run(&garbage, &["serve", "--listen", "127.0.0.1:0"], ""));
    assert!(std::fs::read_to_string(garbage.join("chinwag.db")).unwrap().starts_with("this is no database"));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_untouched() {
    let mut program = Program::start(&[]);
    Person::sign_up(program.server(), "Ann").await;
    program.terminate();
    program.wait();
    let data = program.data();
    let database = rusqlite::Connection::open(data.join("chinwag.db")).unwrap();
    let sql = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (9999, 'future', '2099-01-01T00:00:00Z', '1')";
    database.execute(sql, []).unwrap();
    database.close().unwrap();
    let before = std::fs::read(data.join("chinwag.db")).unwrap();
    let said = one_line(&run(&data, &["serve", "--listen", "127.0.0.1:0"], ""));
    assert!(said.contains("newer"), "{said}");
    assert!(std::fs::read(data.join("chinwag.db")).unwrap() == before, "it was touched");
    one_line(&run(&data, &["user", "list"], ""));
}

#[tokio::test]
async fn users_without_the_servers_secret_are_refused() {
    let mut program = Program::start(&[]);
    Person::sign_up(program.server(), "Ann").await;
    program.kill();
    std::fs::remove_file(program.data().join("secret")).unwrap();
    let said = one_line(&run(&program.data(), &["serve", "--listen", "127.0.0.1:0"], ""));
    assert!(said.contains("secret"), "{said}");
    assert!(!program.data().join("secret").exists());
}

#[tokio::test]
async fn the_data_directory_is_for_its_owner_alone_and_keeps_no_password() {
    let program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let (_, cookie) = ann.proof();
    let token = cookie.split_once('=').unwrap().1.as_bytes().to_vec();
    assert_eq!(std::fs::metadata(program.data()).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in std::fs::read_dir(program.data()).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        if metadata.is_file() {
            assert_eq!(metadata.permissions().mode() & 0o077, 0, "{:?}", entry.path());
            let bytes = std::fs::read(entry.path()).unwrap();
            for secret in [PASSWORD.as_bytes(), &token] {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{:?}", entry.path());
            }
        }
    }
    assert!(!program.said().contains(PASSWORD));
}

#[tokio::test]
async fn a_copy_of_the_program_runs_from_an_empty_directory_and_serves_the_page() {
    let directory = free_directory();
    let copy = directory.path().join("chinwag");
    std::fs::copy(env!("CARGO_BIN_EXE_chinwag"), &copy).unwrap();
    let mut command = std::process::Command::new(&copy);
    command.env_clear().env("CHINWAG_BCRYPT_COST", "4").current_dir(directory.path()).args(["--listen", "127.0.0.1:0"]);
    let said = Arc::new(Mutex::new(String::new()));
    let (mut child, port) = spawn(command, &said);
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let page = Request::new("GET", "/").send(address, own_address()).await;
    let script = page.text().split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let script = format!("/{}", script.unwrap_or_default().trim_start_matches(['.', '/']));
    let script = Request::new("GET", &script).send(address, own_address()).await;
    let health = Request::new("GET", "/readyz").send(address, own_address()).await;
    let names: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    child.kill().unwrap();
    child.wait().unwrap();

    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.text().to_lowercase().starts_with("<!doctype html>"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("require-trusted-types-for") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(script.status, 200, "the page's own script");
    assert!(script.header("content-type").unwrap().contains("javascript"), "{:?}", script.headers);
    assert_eq!(health.status, 200);
    assert_eq!(names.len(), 2, "nothing but the copy and ./data: {names:?}");
    let lines =
        said.lock().unwrap().lines().filter(|line| line.contains("http://") && !line.contains("#code=")).count();
    assert_eq!(lines, 1, "one line with the address: {}", said.lock().unwrap());
}

#[tokio::test]
async fn whoever_runs_it_can_see_how_it_is() {
    let program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let bob = Person::sign_up(program.server(), "Bob").await;
    let mut window = ann.connect().await;
    window.say_to(&bob, "hello").await;
    let address = program.server().address();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(Request::new("GET", path).send(address, ann.from).await.status, 200, "{path}");
    }
    let metrics = Request::new("GET", "/metrics").send(address, ann.from).await.text();
    for line in ["chinwag_connections 1", "chinwag_users_online 1", "chinwag_messages_stored_total 1"] {
        assert!(metrics.lines().any(|other| other == line), "{line} in\n{metrics}");
    }
    assert!(!metrics.contains(&ann.name), "no names in metrics");
    let openapi = Request::new("GET", "/api/v1/openapi.json").send(address, ann.from).await.ok(200);
    assert!(openapi["paths"].as_object().unwrap().len() > 10);
}

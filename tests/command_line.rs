//! The program as whoever runs it meets it: a copy of it alone in an empty directory, its settings, its one-line
//! failures, and its commands beside a running server.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery staple\n";

/// A copy of the program in a directory of its own.
struct Place {
    folder: TempDir,
    program: PathBuf,
}

/// Starts a copied program. While another test's process is being forked it may hold our copy open for writing for a
/// moment, and then nothing can run it (ETXTBSY).
fn start(mut command: Command) -> Child {
    for _ in 0..250 {
        match command.spawn() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::sleep(Duration::from_millis(20)),
            started => return started.unwrap(),
        }
    }
    panic!("the copied program stays busy");
}

/// A running server, ended with its test.
struct Server {
    process: Child,
    line: String,
    stdout: BufReader<ChildStdout>,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("chinwag");
        fs::copy(env!("CARGO_BIN_EXE_chinwag"), &program).unwrap();
        Place { folder, program }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.path()).env_clear().env("CHINWAG_BCRYPT_COST", "4");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        finish(self.command(arguments), input)
    }

    fn serve(&self) -> Server {
        let mut process = start(self.command(&["--listen", "127.0.0.1:0"]));
        let (mut line, mut stdout) = (String::new(), BufReader::new(process.stdout.take().unwrap()));
        stdout.read_line(&mut line).unwrap();
        Server { process, line, stdout }
    }
}

impl Server {
    fn port(&self) -> u16 {
        let (_, rest) = self.line.split_once("http://localhost:").unwrap();
        rest.split(|letter: char| !letter.is_ascii_digit()).next().unwrap().parse().unwrap()
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// SIGTERM, as a service manager sends it.
    fn terminate(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn finish(command: Command, input: &str) -> Output {
    let mut process = start(command);
    // A command that needs no input may be gone before it is given.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    process.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The one line on standard error of a command that failed.
fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn alone_in_an_empty_directory_it_serves_the_page_and_ends_at_once_when_told() {
    let place = Place::new();
    let mut server = place.serve();
    assert!(server.line.starts_with("Chinwag is ready: http://localhost:"), "{}", server.line);
    assert!(server.line.ends_with("; sign-up is open to everybody who reaches it\n"), "{}", server.line);
    assert!(server.get("/").contains("<title>Chinwag</title>"));
    assert!(server.get("/api/v1/openapi.json").contains("\"openapi\":\"3.1.0\""));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    let start = Instant::now();
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    let mut rest = String::new();
    server.stdout.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("Nobody is its admin yet.") && rest.contains("/#code="), "{rest}");
    assert_eq!(rest.lines().count(), 1, "two lines and no more");
}

#[test]
fn a_flag_beats_a_variable_which_beats_the_file_which_beats_the_default() {
    let place = Place::new();
    fs::create_dir(place.path().join("data")).unwrap();
    fs::write(place.path().join("data/chinwag.toml"), "readers = 5\npresence-grace = 7\nheartbeat = 20\n").unwrap();
    let mut command = place.command(&["config", "check", "--readers", "2"]);
    command.env("CHINWAG_READERS", "3").env("CHINWAG_PRESENCE_GRACE", "9").env("CHINWAG_CLOSING_GRACE", "1.5");
    let text = said(&finish(command, ""));
    for line in [
        "readers = 2  # from --readers",
        "presence-grace = 9  # from CHINWAG_PRESENCE_GRACE",
        "closing-grace = \"1.5\"  # from CHINWAG_CLOSING_GRACE",
        "restart-grace = 60  # the default",
    ] {
        assert!(text.contains(line), "{line} in:\n{text}");
    }
    assert!(text.lines().any(|line| line.starts_with("heartbeat = 20  # from ") && line.ends_with("chinwag.toml")));
}

#[test]
fn a_wrong_settings_file_is_one_line_that_names_the_key() {
    let place = Place::new();
    fs::create_dir(place.path().join("data")).unwrap();
    fs::write(place.path().join("data/chinwag.toml"), "lisen = \"x\"\n").unwrap();
    assert!(failed(&place.run(&["serve"], "")).contains("lisen: there is no such setting"));
    assert_eq!(place.run(&["serve", "--listen", "nowhere"], "").status.code(), Some(1));
    fs::remove_file(place.path().join("data/chinwag.toml")).unwrap();
    assert_eq!(place.run(&["serve", "--listen", "nowhere"], "").status.code(), Some(2));
}

#[test]
fn a_data_directory_that_cannot_be_used_is_one_line() {
    let place = Place::new();
    fs::write(place.path().join("file"), "mine").unwrap();
    for path in ["file", "file/below", "/proc/chinwag"] {
        let text = failed(&place.run(&["--data", path], ""));
        assert!(text.contains("cannot use the data directory"), "{text}");
    }
    assert_eq!(fs::read_to_string(place.path().join("file")).unwrap(), "mine");
}

#[test]
fn an_occupied_port_is_one_line() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = failed(&place.run(&["--listen", &address, "--log", "error"], ""));
    assert!(text.contains("another program is listening there already"), "{text}");
}

#[test]
fn a_database_of_another_program_is_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.path().join("data")).unwrap();
    let database = place.path().join("data/chinwag.db");
    fs::write(&database, "somebody's letters, longer than the header of a database would be, and dear to them")
        .unwrap();
    let before = fs::read(&database).unwrap();
    let text = failed(&place.run(&["--log", "error"], ""));
    assert!(text.contains("is not a chinwag database"), "{text}");
    assert_eq!(fs::read(&database).unwrap(), before);
    assert!(!place.path().join("data/secret").exists());
}

#[test]
fn without_its_secret_a_server_with_users_does_not_start_and_makes_no_new_one() {
    let place = Place::new();
    said(&place.run(&["user", "add", "alice"], PASSWORD));
    let secret = place.path().join("data/secret");
    fs::remove_file(&secret).unwrap();
    let text = failed(&place.run(&["serve"], ""));
    assert!(text.contains("secret is missing"), "{text}");
    assert!(!secret.exists());
}

#[test]
fn commands_work_the_same_beside_a_running_server_and_alone() {
    let place = Place::new();
    said(&place.run(&["user", "add", "alice", "--display-name", "Alice Marsh"], PASSWORD));
    let server = place.serve();
    assert!(failed(&place.run(&["serve", "--log", "error"], "")).contains("already running"));
    assert!(said(&place.run(&["user", "add", "bob"], PASSWORD)).contains("bob can log in now"));
    let listed = said(&place.run(&["user", "list"], ""));
    assert!(listed.contains("Alice Marsh") && listed.contains("bob"), "{listed}");
    assert!(failed(&place.run(&["user", "add", "BOB"], PASSWORD)).contains("taken"));
    assert!(failed(&place.run(&["user", "passwd", "bob"], "bob\n")).contains("too easy to guess"));
    assert!(failed(&place.run(&["user", "disable", "nobody"], "")).contains("no user called nobody"));
    assert!(failed(&place.run(&["demo"], "")).contains("has users already"));
    said(&place.run(&["user", "disable", "bob"], ""));
    drop(server);
    assert!(said(&place.run(&["user", "list"], "")).contains("(disabled)"));
    said(&place.run(&["user", "enable", "bob"], ""));
}

#[test]
fn a_command_that_only_looks_makes_no_data_directory() {
    let place = Place::new();
    assert!(failed(&place.run(&["user", "list"], "")).contains("cannot use the data directory"));
    assert!(!place.path().join("data").exists());
}

#[test]
fn a_backup_is_made_with_a_server_and_without_verified_and_restored_only_where_nothing_is() {
    let place = Place::new();
    said(&place.run(&["user", "add", "alice"], PASSWORD));
    let server = place.serve();
    let made = said(&place.run(&["backup", "one"], ""));
    assert!(
        made.contains("1 person, 0 conversations") && made.contains("keep it where nobody else can read it"),
        "{made}"
    );
    assert!(failed(&place.run(&["backup", "one"], "")).contains("is there already"));
    assert!(said(&place.run(&["verify", "one"], "")).contains("one is whole: 1 person"));
    assert!(failed(&place.run(&["restore", "one"], "")).contains("stop it first"));
    drop(server);
    assert!(failed(&place.run(&["restore", "one"], "")).contains("chinwag.db is there already"));
    said(&place.run(&["backup", "two"], ""));
    said(&place.run(&["restore", "two", "--data", "elsewhere"], ""));
    assert!(said(&place.run(&["user", "list", "--data", "elsewhere"], "")).contains("alice"));
    let file = place.path().join("one");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    for arguments in [&["verify", "one"][..], &["restore", "one", "--data", "third"]] {
        assert!(failed(&place.run(arguments, "")).contains("one: it is damaged"));
    }
    assert!(!place.path().join("third").exists());
    assert!(
        failed(&place.run(&["backup", "three", "--data", "nowhere"], "")).contains("cannot use the data directory")
    );
    assert!(failed(&place.run(&["backup", "no/such/place"], "")).contains("cannot write no/such/place"));
}

#[test]
fn a_restore_that_is_killed_leaves_no_database_or_a_whole_one() {
    let place = Place::new();
    said(&place.run(&["user", "add", "alice"], PASSWORD));
    said(&place.run(&["backup", "file"], ""));
    for pause in 0..10 {
        let data = format!("data-{pause}");
        let mut restore = start(place.command(&["restore", "file", "--data", &data]));
        thread::sleep(Duration::from_millis(4 * pause));
        restore.kill().unwrap();
        restore.wait().unwrap();
        if !place.path().join(&data).join("chinwag.db").exists() {
            said(&place.run(&["restore", "file", "--data", &data], ""));
        }
        assert!(said(&place.run(&["user", "list", "--data", &data], "")).contains("alice"));
    }
}

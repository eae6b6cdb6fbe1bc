//! The real program in a process of its own: started on a free port, killed, stopped, paused, started again. Ended when
//! dropped, and never any process but our own.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};

use crate::client::Address;
use crate::panicking::{ARMED, AS_SERVER};
use crate::preload::Preload;

const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;
const SIGCONT: i32 = 18;
const SIGSTOP: i32 = 19;
const PR_SET_PDEATHSIG: i32 = 1;

unsafe extern "C" {
    fn kill(process: i32, signal: i32) -> i32;
    fn prctl(option: i32, signal: u64, third: u64, fourth: u64, fifth: u64) -> i32;
}

/// Limits of one address that are raised: here all people come from one, and all at once.
pub const RAISED: [(&str, &str); 2] = [("CHINWAG_SIGNUP_ADDRESS", "off"), ("CHINWAG_STRANGERS_ADDRESS", "20000")];

/// Sends a signal to a child that has not been waited for, so its id cannot be anybody else's.
pub fn signal(child: &Child, signal: i32) {
    let process = i32::try_from(child.id()).expect("process ids fit");
    // SAFETY: `kill` touches no memory of ours.
    unsafe { kill(process, signal) };
}

/// Lets a child end when this program does, even if that is killed. Rows start programs from the main thread only: the
/// kernel means the thread.
pub fn end_with_us(command: &mut Command) {
    // SAFETY: `prctl` is a plain system call, which may be made between fork and exec.
    unsafe {
        command.pre_exec(|| {
            prctl(PR_SET_PDEATHSIG, SIGKILL as u64, 0, 0, 0);
            Ok(())
        });
    }
}

/// Pauses a child.
pub fn pause(child: &Child) {
    signal(child, SIGSTOP);
}

/// The program that is tried, unless it is the debug one.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Says which program is tried: `path`, else the debug one, or for times the release one beside it.
///
/// # Errors
/// If it is not there, with what to do.
pub fn choose(path: Option<PathBuf>, for_times: bool) -> Result<(), String> {
    let beside = || Some(path_of_debug().parent()?.parent()?.join("release/chinwag"));
    let Some(path) = path.or_else(|| if for_times { beside() } else { None }) else { return Ok(()) };
    if !path.is_file() {
        return Err(format!("{} is not there; cargo build --release makes it", path.display()));
    }
    println!("program: {}", path.display());
    PROGRAM.get_or_init(|| path);
    Ok(())
}

/// Where the program is that is tried.
pub fn path() -> &'static Path {
    PROGRAM.get().map_or(path_of_debug(), PathBuf::as_path)
}

fn path_of_debug() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_chinwag"))
}

/// How long a start may take, on a machine where others work too.
const START_WITHIN: Duration = Duration::from_secs(60);

/// How to start it.
#[derive(Debug, Clone)]
pub struct Start {
    /// The data directory.
    pub data: PathBuf,
    /// Where its standard error is kept, one start after the other.
    pub log: PathBuf,
    /// Where it is written down that it listens.
    pub address: Arc<Address>,
    /// Further settings, as arguments.
    pub settings: Vec<&'static str>,
    /// Whether it takes orders to panic, and the work that does so from the start: none if this is empty.
    pub panics: Option<&'static str>,
}

/// Why it did not start.
#[derive(Debug)]
pub struct NotStarted {
    /// Its exit code, if it ended by itself.
    pub code: Option<i32>,
    /// What it said on standard error.
    pub said: String,
}

/// A running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: Arc<Address>,
    said: Mutex<mpsc::Receiver<String>>,
    orders: Option<ChildStdin>,
}

impl Start {
    /// In `folder`, with the data in `folder/data`.
    pub fn new(folder: &Path) -> Start {
        Start {
            data: folder.join("data"),
            log: folder.join("log"),
            address: Arc::default(),
            settings: Vec::new(),
            panics: None,
        }
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// [`NotStarted`] if it ended, or was not ready in time.
    pub fn start(&self, preload: Option<&Preload>) -> Result<Program, NotStarted> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).expect("the log can be written");
        let before = log.metadata().map_or(0, |metadata| metadata.len());
        let mut command = match self.panics {
            None => {
                let mut command = Command::new(path());
                command.arg("serve").stdin(Stdio::null());
                command
            }
            Some(at) => {
                let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
                command.arg(AS_SERVER).stdin(Stdio::piped());
                if !at.is_empty() {
                    command.args(["--panic-at", at]);
                }
                command
            }
        };
        command
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(&self.data)
            .args(&self.settings)
            .env("CHINWAG_BCRYPT_COST", "4")
            .env("CHINWAG_PASSWORD_QUEUE", "2000")
            .envs(RAISED)
            .env("CHINWAG_LOG", "info")
            .env("CHINWAG_LOG_FORMAT", "text")
            .env("RUST_BACKTRACE", "1")
            .stdout(Stdio::piped())
            .stderr(log);
        if let Some(preload) = preload {
            command.envs(preload.variables());
        }
        end_with_us(&mut command);
        let mut child = command.spawn().expect("the program can be run");
        let out = child.stdout.take().expect("it was piped");
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let orders = child.stdin.take();
        let mut program = Program { child, address: Arc::clone(&self.address), said: Mutex::new(receiver), orders };
        let until = Instant::now() + START_WITHIN;
        while let Some(line) = program.next_line(until) {
            if let Some(port) = port_in(&line) {
                self.address.set(port);
                return Ok(program);
            }
        }
        let code = program.child.try_wait().ok().flatten().and_then(|status| status.code());
        let code = code.or_else(|| program.wait(Duration::from_secs(2)).and_then(|status| status.code()));
        Err(NotStarted { code, said: said_since(&self.log, before) })
    }
}

fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("http://")?;
    let digits: String = rest.split(':').nth(1)?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn said_since(log: &Path, start: u64) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
    String::from_utf8_lossy(&bytes[start..]).into_owned()
}

impl Program {
    /// The next line of its standard output.
    fn next_line(&mut self, until: Instant) -> Option<String> {
        let said = self.said.get_mut().unwrap_or_else(PoisonError::into_inner);
        said.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
    }

    /// `kill -9`, and waits for the end.
    pub fn kill(mut self) {
        self.end();
    }

    /// SIGTERM: its exit status and how long it took; nothing if it was still there after `patience`.
    pub fn terminate(&mut self, patience: Duration) -> Option<(ExitStatus, Duration)> {
        let begun = Instant::now();
        signal(&self.child, SIGTERM);
        let status = self.wait(patience)?;
        Some((status, begun.elapsed()))
    }

    /// Waits until it has ended.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                self.address.set(0);
                return Some(status);
            }
            if Instant::now() >= until {
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Lets work of this name panic from the `first` to the `last` time that it begins from now on.
    ///
    /// # Errors
    /// If it does not take orders, or not in time.
    pub fn panic_at(&mut self, work: &str, first: u64, last: u64) -> io::Result<()> {
        let orders = self.orders.as_mut().ok_or(io::ErrorKind::Unsupported)?;
        writeln!(orders, "{work} {first} {last}")?;
        let until = Instant::now() + START_WITHIN;
        while let Some(line) = self.next_line(until) {
            if line == ARMED {
                return Ok(());
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    /// SIGSTOP.
    pub fn pause(&self) {
        signal(&self.child, SIGSTOP);
    }

    /// SIGCONT.
    pub fn resume(&self) {
        signal(&self.child, SIGCONT);
    }

    /// Its resident memory in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes =
            line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1024
    }

    fn end(&mut self) {
        self.address.set(0);
        signal(&self.child, SIGKILL);
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.is_alive() {
            self.end();
        }
    }
}

/// The panics that a log tells of.
pub fn panics_in(log: &Path) -> Vec<String> {
    lines_with(log, "panicked at")
}

/// The lines of a log with these words.
pub fn lines_with(log: &Path, words: &str) -> Vec<String> {
    let Ok(file) = File::open(log) else { return Vec::new() };
    let lines = BufReader::new(file).lines().map_while(Result::ok);
    lines.filter(|line| line.contains(words)).collect()
}

//! The program as a process: started on a free port and a directory of its own, killed, stopped and started again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::SOON;

/// Where a program listens. Stays right when it is started again on another port.
#[derive(Clone, Debug)]
pub struct Server(Arc<AtomicU16>);

impl Server {
    /// Its address now.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.0.load(Ordering::SeqCst)).into()
    }

    /// The origin of its own page.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address())
    }
}

/// A running program; ends with this value, and its data directory with it.
pub struct Program {
    child: Option<Child>,
    server: Server,
    directory: TempDir,
    settings: Vec<(String, String)>,
    said: Arc<Mutex<String>>,
}

impl Program {
    /// Starts it on an empty data directory.
    #[track_caller]
    pub fn start(settings: &[(&str, &str)]) -> Program {
        Program::start_on(free_directory(), settings)
    }

    /// Starts it on `directory`/data.
    #[track_caller]
    pub fn start_on(directory: TempDir, settings: &[(&str, &str)]) -> Program {
        let settings = settings.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect();
        let server = Server(Arc::new(AtomicU16::new(0)));
        let mut program = Program { child: None, server, directory, settings, said: Arc::default() };
        program.again();
        program
    }

    /// One program with the usual settings for all tests that run at this moment. It ends with the last of them.
    pub fn shared() -> Arc<Program> {
        Program::shared_with(&[])
    }

    /// The same for each set of settings.
    pub fn shared_with(settings: &[(&str, &str)]) -> Arc<Program> {
        static SHARED: Mutex<BTreeMap<String, Weak<Program>>> = Mutex::new(BTreeMap::new());
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let slot = shared.entry(format!("{settings:?}")).or_default();
        if let Some(program) = slot.upgrade() {
            return program;
        }
        let program = Arc::new(Program::start(settings));
        *slot = Arc::downgrade(&program);
        program
    }

    /// Starts it again on the same data, after it was killed or stopped.
    #[track_caller]
    pub fn again(&mut self) {
        assert!(self.child.is_none(), "it is still running");
        let mut command = command(Path::new(env!("CARGO_BIN_EXE_chinwag")));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(self.data());
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        let (child, port) = spawn(command, &self.said);
        self.server.0.store(port, Ordering::SeqCst);
        self.child = Some(child);
    }

    /// Sets a variable for the next start.
    #[allow(dead_code, reason = "the attacks, which share this stage, need it")]
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Its process.
    #[allow(dead_code, reason = "the attacks, which share this stage, need it")]
    pub fn id(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM. Does not wait.
    pub fn terminate(&self) {
        signal(self.child.as_ref().unwrap(), "TERM");
    }

    /// How it ended; it must end soon.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let status = wait(self.child.as_mut().unwrap());
        self.child = None;
        status.unwrap_or_else(|| panic!("it did not end; it said:\n{}", self.said()))
    }

    /// Its address.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Its data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Everything it printed so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Runs another command of the program on the same data directory.
    pub fn command(&self, arguments: &[&str], input: &str) -> Output {
        run(&self.data(), arguments, input)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() && self.child.is_some() {
            eprintln!("the program said:\n{}", self.said());
        }
        self.kill();
    }
}

/// A directory that is gone afterwards.
pub fn free_directory() -> TempDir {
    tempfile::Builder::new().prefix("chinwag-sockets-").tempdir().unwrap()
}

/// Runs a command of the program on `data` to its end.
#[track_caller]
pub fn run(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = command(Path::new(env!("CARGO_BIN_EXE_chinwag")));
    command.args(arguments).arg("--data").arg(data);
    finish(command, input)
}

/// Runs a command that must end by itself.
#[track_caller]
pub fn finish(mut command: Command, input: &str) -> Output {
    use std::io::Write;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that reads nothing closes the pipe; that is no fault.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let reading: Vec<_> = [
        Box::new(child.stdout.take().unwrap()) as Box<dyn Read + Send>,
        Box::new(child.stderr.take().unwrap()) as Box<dyn Read + Send>,
    ]
    .into_iter()
    .map(|mut stream| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).map(|_| bytes)
        })
    })
    .collect();
    let status = wait(&mut child);
    if status.is_none() {
        child.kill().unwrap();
    }
    let mut streams = reading.into_iter().map(|thread| thread.join().unwrap().unwrap());
    let (stdout, stderr) = (streams.next().unwrap(), streams.next().unwrap());
    let words = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    let status = status.unwrap_or_else(|| panic!("{command:?} did not end; it said:\n{words}"));
    Output { status, stdout, stderr }
}

/// The program without any setting of whoever runs the tests, and quick at passwords.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHINWAG_") {
            command.env_remove(name);
        }
    }
    command.env("CHINWAG_BCRYPT_COST", "4");
    command
}

/// Starts a `serve` and waits for its address.
#[track_caller]
pub fn spawn(mut command: Command, said: &Arc<Mutex<String>>) -> (Child, u16) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = loop {
        match command.spawn() {
            // A fresh copy of the program: another test's fork may hold it open for writing for a moment (ETXTBSY).
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(20))
            }
            started => break started.unwrap(),
        }
    };
    let (tell, told) = mpsc::channel();
    collect(child.stdout.take().unwrap(), said, Some(tell));
    collect(child.stderr.take().unwrap(), said, None);
    match told.recv_timeout(SOON) {
        Ok(port) => (child, port),
        Err(_) => {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it never told its address; it said:\n{}", said.lock().unwrap());
        }
    }
}

fn collect(stream: impl Read + Send + 'static, said: &Arc<Mutex<String>>, tell: Option<mpsc::Sender<u16>>) {
    let said = said.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let (Some(tell), Some(port)) = (&tell, port_in(&line)) {
                let _ = tell.send(port);
            }
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
    });
}

/// The port of the `http://host:port` in a line.
fn port_in(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("http://")?;
    let authority = address.split(|c: char| c == '/' || c.is_whitespace()).next()?;
    authority.rsplit_once(':')?.1.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

/// Waits for the end; `None` if it does not come soon.
pub fn wait(child: &mut Child) -> Option<ExitStatus> {
    let deadline = Instant::now() + SOON;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a signal by the shell's own `kill`.
pub fn signal(child: &Child, name: &str) {
    let status = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", child.id())).status().unwrap();
    assert!(status.success());
}

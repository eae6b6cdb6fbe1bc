//! What the command line asks for and writes besides its lines: passwords, which never stand among the arguments that
//! everybody on the machine can read, and files that hold secrets.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// One line of standard input; on a terminal asked for, and not shown where the terminal can be told so.
pub fn password(username: &str) -> io::Result<String> {
    let stdin = io::stdin();
    let hidden = stdin.is_terminal().then(|| {
        eprint!("Password for {username}: ");
        let _ = io::stderr().flush();
        Hidden::start()
    });
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    if let Some(hidden) = hidden {
        drop(hidden);
        eprintln!();
    }
    let password = line.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a password is needed on standard input"));
    }
    Ok(password.to_owned())
}

/// A new or emptied file that only its owner can read.
pub fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// While this lives the terminal does not show what is typed.
struct Hidden;

impl Hidden {
    fn start() -> Hidden {
        Hidden::stty("-echo");
        Hidden
    }

    /// `stty` is wherever a terminal is (POSIX); should it not be, the password shows, which is no reason to refuse.
    fn stty(setting: &str) {
        let _ = Command::new("stty").arg(setting).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        Hidden::stty("echo");
    }
}

//! The command line: which commands there are, and what each prints. Everything they do is done by `app`.

mod ask;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::{self, BackupError, DataDirectory, Order, OrderError, Reached, Report, StartError};
use crate::config::{self, ConfigError, Layered, LogFormat, Settings};

/// The small chat server that tells you the truth about every message: stored, delivered, read.
#[derive(Debug, Parser)]
#[command(name = "chinwag", version, about, max_term_width = 100, subcommand_help_heading = "Commands")]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Serve the chat (what chinwag does without a command)
    Serve,
    /// The people of this server
    #[command(subcommand)]
    User(User),
    /// Fill an empty database with people and conversations to look at
    Demo(Demo),
    /// Import the users and messages of an old PyChat database, all or nothing; running it twice changes nothing.
    /// Times without a zone are taken as this machine's (set TZ for another)
    ImportPychat {
        /// The old database, usually pychat.db; it is only read
        file: PathBuf,
    },
    /// Make a backup: everything of the data directory as it is at this moment, in one file; also while a server runs.
    /// The file holds the server's secret and everybody's messages (mode 0600). It overwrites nothing, and needs
    /// twice the size of the database for a moment
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Check every byte of a backup, then the database in it (unpacked in TMPDIR), and say what it holds
    Verify {
        /// A file made by `chinwag backup`
        file: PathBuf,
    },
    /// Check a backup and put it into the data directory, in which no server may run and no database be. An older
    /// chinwag's is brought up to date when the server starts
    Restore {
        /// A file made by `chinwag backup`
        file: PathBuf,
    },
    /// The settings
    #[command(subcommand)]
    Config(Config),
}

#[derive(Debug, Clone, Subcommand)]
enum User {
    /// Add a person; asks for their password, or reads it from standard input
    Add {
        /// The name to log in with
        username: String,
        /// The name others read (the username unless given)
        #[arg(long)]
        display_name: Option<String>,
        /// They run the server: who may sign up, invitations, people
        #[arg(long)]
        admin: bool,
    },
    /// Make a person an admin
    Promote {
        /// Whom
        username: String,
    },
    /// Make an admin a person like others; the last one stays
    Demote {
        /// Whom
        username: String,
    },
    /// List everybody
    List,
    /// Set a person's password and sign them out everywhere
    Passwd {
        /// Whose
        username: String,
    },
    /// Sign a person out everywhere and let them log in no more
    Disable {
        /// Whom
        username: String,
    },
    /// Let a disabled person log in again
    Enable {
        /// Whom
        username: String,
    },
}

#[derive(Debug, Clone, Args)]
struct Demo {
    /// How many people; those beyond the seven with names are numbered
    #[arg(long, default_value_t = 7)]
    people: usize,
    /// How many messages between anybody, beside the written conversations
    #[arg(long, default_value_t = 0)]
    messages: usize,
    /// Write a bearer token for each person to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    sessions: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Config {
    /// Print a settings file with every setting, its meaning and its default
    Example,
    /// Check the settings and print those that hold, with where each comes from
    Check,
}

/// Why a command failed; one line.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("{0}")]
    Other(String),
}

/// Runs the program with these arguments, the first being its name. 1 for a failure, 2 for a wrong command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let (line, layered) = match understand(&arguments) {
        Ok(understood) => understood,
        Err(ConfigError::Usage(error)) => {
            // Help and version come out this way too, on standard output and with 0.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
        Err(error) => return fail(&error),
    };
    match perform(line, &layered) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure),
    }
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("chinwag: {error}");
    ExitCode::FAILURE
}

fn understand(arguments: &[OsString]) -> Result<(Line, Layered), ConfigError> {
    let layered = config::layered(Line::command(), arguments)?;
    let line = Line::from_arg_matches(&layered.matches)?;
    Ok((line, layered))
}

fn perform(line: Line, layered: &Layered) -> Result<(), Failure> {
    let Line { command, settings } = line;
    match command.unwrap_or(Command::Serve) {
        Command::Serve => {
            start_log(&settings)?;
            Ok(app::serve(&settings)?)
        }
        Command::Config(Config::Example) => say(&config::example()),
        Command::Config(Config::Check) => say(&config::effective(layered)),
        Command::Backup { file } => print(&app::backup(&settings.data, &file)?),
        Command::Verify { file } => print(&app::verify(&file)?),
        Command::Restore { file } => print(&app::restore(&file, &settings.data)?),
        Command::User(user) => Ok(print(&order(&settings, order_about(user)?)?)?),
        Command::Demo(demo) => make_demo(&settings, demo),
        Command::ImportPychat { file } => {
            let file = std::path::absolute(&file).map_err(|error| Failure::Other(error.to_string()))?;
            Ok(print(&order(&settings, Order::ImportPychat { file })?)?)
        }
    }
}

fn order_about(user: User) -> Result<Order, Failure> {
    let ask = |username: &str| ask::password(username).map_err(|error| Failure::Other(error.to_string()));
    Ok(match user {
        User::Add { username, display_name, admin } => {
            let password = ask(&username)?;
            Order::UserAdd { username, display_name, password, admin }
        }
        User::Promote { username } => Order::UserSetAdmin { username, admin: true },
        User::Demote { username } => Order::UserSetAdmin { username, admin: false },
        User::List => Order::UserList,
        User::Passwd { username } => {
            let password = ask(&username)?;
            Order::UserPasswd { username, password }
        }
        User::Disable { username } => Order::UserDisable { username },
        User::Enable { username } => Order::UserEnable { username },
    })
}

fn make_demo(settings: &Settings, demo: Demo) -> Result<(), Failure> {
    // Opened before anything is made, so that a path that cannot be written to costs nothing.
    let file = demo.sessions.as_ref().map(|path| {
        let opened = ask::private_file(path);
        opened.map_err(|error| Failure::Other(format!("cannot write {}: {error}", path.display())))
    });
    let file = file.transpose()?;
    let order_of = Order::Demo { people: demo.people, messages: demo.messages, sessions: file.is_some() };
    let report = order(settings, order_of)?;
    if let Some(mut file) = file {
        for token in &report.tokens {
            let line = serde_json::to_string(token).map_err(|error| Failure::Other(error.to_string()))?;
            writeln!(file, "{line}")
                .map_err(|error| Failure::Other(format!("the tokens were not written: {error}")))?;
        }
    }
    print(&report)
}

/// By the server that runs in the data directory, or here if none does.
fn order(settings: &Settings, order: Order) -> Result<Report, Failure> {
    let makes_data = matches!(order, Order::UserAdd { .. } | Order::Demo { .. } | Order::ImportPychat { .. });
    let data = if makes_data { DataDirectory::open(&settings.data)? } else { DataDirectory::find(&settings.data)? };
    match app::reach(&data, &order)? {
        Reached::Server(report) => Ok(report?),
        Reached::Nobody(lock) => Ok(app::open_office(&data, settings, &lock)?.perform(order)?),
    }
}

fn print(report: &Report) -> Result<(), Failure> {
    say(&report.lines.iter().map(|line| format!("{line}\n")).collect::<String>())
}

fn say(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // `chinwag user list | head` is no failure.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Other(error.to_string())),
        _ => Ok(()),
    }
}

fn start_log(settings: &Settings) -> Result<(), Failure> {
    use tracing_subscriber::{EnvFilter, fmt};
    // Lines about threads and migrations are for those who ask for them.
    // What strangers send that is no HTTP is refused, and is no news: they could fill the disk with it. Nor is an address
    // that names no file: what somebody pasted there by mistake may be a secret.
    let quiet = "actix_server=warn,actix_http=off,actix_files=off,refinery_core=warn";
    let filter = EnvFilter::try_new(format!("{quiet},{}", settings.log))
        .map_err(|error| Failure::Other(format!("log = {:?} cannot be understood: {error}", settings.log)))?;
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

//! Every setting of the program, in one struct: what it is called as a flag, as a variable, as a key of the settings
//! file, what it means and what holds without it. A flag beats a `CHINWAG_*` variable, which beats the file, which beats
//! the default. Never opens the data directory, and knows no other part of the program.

mod example;
mod file;
mod layers;
mod limits;
mod rates;
mod values;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

pub use example::{effective, example};
pub use file::FILE_NAME;
pub use layers::{ConfigError, Layered, layered};
pub use limits::LimitSettings;
pub use rates::{Rate, Tries};
pub use values::{AddressRange, LogFormat, Origin, PublicUrl, ValueError};

use values::{duration, listen};

/// Heading of the settings in `--help`, and how the rest of this module finds them among other arguments.
const HEADING: &str = "Settings (a flag, a CHINWAG_* variable or a key of chinwag.toml)";

/// What the program goes by. The first line of each field is its help text and its comment in the example file.
#[derive(Debug, Clone, PartialEq, clap::Args)]
#[command(next_help_heading = HEADING)]
pub struct Settings {
    /// The data directory: database, secret and unpacked page. Made if it is not there
    #[arg(
        long,
        env = "CHINWAG_DATA",
        value_name = "DIR",
        default_value = "./data",
        global = true,
        hide_env_values = true
    )]
    pub data: PathBuf,

    /// Address and port to serve at. 127.0.0.1:8080 is for this machine alone, port 0 takes any free one
    #[arg(long, env = "CHINWAG_LISTEN", value_name = "ADDRESS:PORT", default_value = "0.0.0.0:8080", value_parser = listen, global = true, hide_env_values = true)]
    pub listen: std::net::SocketAddr,

    /// The address people open, as in `https://chat.example.org`. Gives our own origin and, for https, Secure cookies.
    /// Without it, our origin is whatever host a request names
    #[arg(long, env = "CHINWAG_PUBLIC_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub public_url: Option<PublicUrl>,

    /// Serve the page from this directory instead of the one compiled in (for developing it)
    #[arg(
        long = "static",
        id = "static",
        env = "CHINWAG_STATIC",
        value_name = "DIR",
        global = true,
        hide_env_values = true
    )]
    pub static_files: Option<PathBuf>,

    /// Further origins whose pages may use a person's cookie here, as in `https://other.example.org`
    #[arg(
        long,
        env = "CHINWAG_ALLOWED_ORIGINS",
        value_name = "ORIGIN,…",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub allowed_origins: Vec<Origin>,

    /// Reverse proxies whose X-Forwarded-For is believed, as in 127.0.0.1,10.0.0.0/8
    #[arg(
        long,
        env = "CHINWAG_TRUSTED_PROXIES",
        value_name = "ADDRESS,…",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub trusted_proxies: Vec<AddressRange>,

    /// How slow a password hash is made: each step doubles the time. 12 takes about a quarter of a second
    #[arg(long, env = "CHINWAG_BCRYPT_COST", value_name = "4-16", default_value = "12", value_parser = clap::value_parser!(u32).range(4..=16), global = true, hide_env_values = true)]
    pub bcrypt_cost: u32,

    /// Threads that hash passwords. Without it a quarter of the cores, at least one
    #[arg(long, env = "CHINWAG_PASSWORD_THREADS", value_name = "NUMBER", global = true, hide_env_values = true)]
    pub password_threads: Option<NonZeroUsize>,

    /// Most passwords that wait to be hashed, for strangers and for known browsers each; beyond, log-in says busy
    #[arg(
        long,
        env = "CHINWAG_PASSWORD_QUEUE",
        value_name = "NUMBER",
        default_value = "32",
        global = true,
        hide_env_values = true
    )]
    pub password_queue: NonZeroUsize,

    /// Database threads that answer questions, beside the one that writes
    #[arg(
        long,
        env = "CHINWAG_READERS",
        value_name = "NUMBER",
        default_value = "4",
        global = true,
        hide_env_values = true
    )]
    pub readers: NonZeroUsize,

    /// Threads that serve connections. Without it one on one or two cores, else half of the cores
    #[arg(long, env = "CHINWAG_WORKERS", value_name = "NUMBER", global = true, hide_env_values = true)]
    pub workers: Option<NonZeroUsize>,

    /// Most connections at once; further ones wait
    #[arg(
        long,
        env = "CHINWAG_MAX_CONNECTIONS",
        value_name = "NUMBER",
        default_value = "20000",
        global = true,
        hide_env_values = true
    )]
    pub max_connections: NonZeroUsize,

    /// How long after its last window has closed somebody who is not kept signed in is signed out (seconds, or 90s, 5m, 1h)
    #[arg(long, env = "CHINWAG_CLOSING_GRACE", value_name = "TIME", default_value = "60", value_parser = duration, global = true, hide_env_values = true)]
    pub closing_grace: Duration,

    /// How long they stay signed in when their connection was lost without a word, or never opened
    #[arg(long, env = "CHINWAG_LEFT_LIFE", value_name = "TIME", default_value = "12h", value_parser = duration, global = true, hide_env_values = true)]
    pub left_life: Duration,

    /// How long somebody without a connection still counts as online
    #[arg(long, env = "CHINWAG_PRESENCE_GRACE", value_name = "TIME", default_value = "5", value_parser = duration, global = true, hide_env_values = true)]
    pub presence_grace: Duration,

    /// How long after a start those who were online at the stop are shown so
    #[arg(long, env = "CHINWAG_RESTART_GRACE", value_name = "TIME", default_value = "60", value_parser = duration, global = true, hide_env_values = true)]
    pub restart_grace: Duration,

    /// How often each connection is asked whether it is alive
    #[arg(long, env = "CHINWAG_HEARTBEAT", value_name = "TIME", default_value = "15", value_parser = duration, global = true, hide_env_values = true)]
    pub heartbeat: Duration,

    /// Limits and deadlines.
    #[command(flatten)]
    pub limits: LimitSettings,

    /// What is logged: error, warn, info, debug, trace, or a filter as in info,chinwag::chat=debug
    #[arg(
        long,
        env = "CHINWAG_LOG",
        value_name = "LEVEL",
        default_value = "info",
        global = true,
        hide_env_values = true
    )]
    pub log: String,

    /// How it is logged, to standard error
    #[arg(
        long,
        env = "CHINWAG_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text",
        value_enum,
        global = true,
        hide_env_values = true
    )]
    pub log_format: LogFormat,

    /// The settings file. Without it chinwag.toml in the data directory, if there is one
    #[arg(long, env = "CHINWAG_CONFIG", value_name = "FILE", global = true, hide_env_values = true)]
    pub config: Option<PathBuf>,
}

impl Settings {
    /// Whether people reach the server through https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.origin().is_https())
    }
}

#[cfg(test)]
mod tests;

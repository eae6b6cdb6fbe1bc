//! The settings that keep one person, address or stranger from taking what is everybody's. Each has a default that nobody
//! notices who does not try to; what the protocol itself says (the longest frame, the longest message) is no setting.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::HEADING;
use super::rates::{Rate, Tries};
use super::values::duration;

#[cfg(test)]
impl LimitSettings {
    /// What holds without any setting.
    pub fn usual() -> LimitSettings {
        use clap::{Args, FromArgMatches};
        let command = LimitSettings::augment_args(clap::Command::new("limits"));
        LimitSettings::from_arg_matches(&command.get_matches_from(["limits"])).expect("all have defaults")
    }
}

/// Limits and deadlines. Those per address count only what shows no session: many people may share one.
#[derive(Debug, Clone, PartialEq, clap::Args)]
#[command(next_help_heading = HEADING)]
pub struct LimitSettings {
    /// Wrong passwords for one account, from strangers anywhere, whether or not it exists: how many without a pause, the
    /// first pause, the longest
    #[arg(
        long,
        env = "CHINWAG_LOGIN_ACCOUNT",
        value_name = "TRIES,PAUSE,LONGEST",
        default_value = "5,10s,5m",
        global = true,
        hide_env_values = true
    )]
    pub login_account: Tries,

    /// The same for one address (IPv6: one /64), at all accounts together
    #[arg(
        long,
        env = "CHINWAG_LOGIN_ADDRESS",
        value_name = "TRIES,PAUSE,LONGEST",
        default_value = "20,5s,15m",
        global = true,
        hide_env_values = true
    )]
    pub login_address: Tries,

    /// The same for a browser that has logged in to this account before: strangers cannot use that up
    #[arg(
        long,
        env = "CHINWAG_LOGIN_DEVICE",
        value_name = "TRIES,PAUSE,LONGEST",
        default_value = "5,5s,1m",
        global = true,
        hide_env_values = true
    )]
    pub login_device: Tries,

    /// Passwords that strangers may try in all
    #[arg(
        long,
        env = "CHINWAG_LOGIN_STRANGERS",
        value_name = "BURST,NUMBER/UNIT",
        default_value = "60,120/m",
        global = true,
        hide_env_values = true
    )]
    pub login_strangers: Rate,

    /// Sign-ups that one address may try: whether a name is free is told to nobody faster
    #[arg(
        long,
        env = "CHINWAG_SIGNUP_ADDRESS",
        value_name = "BURST,NUMBER/UNIT",
        default_value = "30,60/h",
        global = true,
        hide_env_values = true
    )]
    pub signup_address: Rate,

    /// Passwords whose strength one address may have judged without a session
    #[arg(
        long,
        env = "CHINWAG_JUDGE_ADDRESS",
        value_name = "BURST,NUMBER/UNIT",
        default_value = "120,120/m",
        global = true,
        hide_env_values = true
    )]
    pub judge_address: Rate,

    /// Connections of one address (IPv6: one /64) that have shown no session; for one more its oldest gives way. Those
    /// of trusted proxies are not counted
    #[arg(
        long,
        env = "CHINWAG_STRANGERS_ADDRESS",
        value_name = "NUMBER",
        default_value = "1000",
        global = true,
        hide_env_values = true
    )]
    pub strangers_address: NonZeroUsize,

    /// The same of all addresses together; keep it below max-connections
    #[arg(
        long,
        env = "CHINWAG_STRANGERS",
        value_name = "NUMBER",
        default_value = "8000",
        global = true,
        hide_env_values = true
    )]
    pub strangers: NonZeroUsize,

    /// Requests of one person over HTTP, all devices together
    #[arg(
        long,
        env = "CHINWAG_REQUESTS_USER",
        value_name = "BURST,NUMBER/UNIT",
        default_value = "1000,100/s",
        global = true,
        hide_env_values = true
    )]
    pub requests_user: Rate,

    /// Frames on one socket
    #[arg(
        long,
        env = "CHINWAG_FRAMES_SOCKET",
        value_name = "BURST,NUMBER/UNIT",
        default_value = "400,100/s",
        global = true,
        hide_env_values = true
    )]
    pub frames_socket: Rate,

    /// Frames of one person, all sockets together
    #[arg(
        long,
        env = "CHINWAG_FRAMES_USER",
        value_name = "BURST,NUMBER/UNIT",
        default_value = "1000,200/s",
        global = true,
        hide_env_values = true
    )]
    pub frames_user: Rate,

    /// Sockets of one person; for one more their oldest gives way
    #[arg(
        long,
        env = "CHINWAG_SOCKETS_USER",
        value_name = "NUMBER",
        default_value = "64",
        global = true,
        hide_env_values = true
    )]
    pub sockets_user: NonZeroUsize,

    /// Searches of one person that may be under way at once
    #[arg(
        long,
        env = "CHINWAG_SEARCHES_USER",
        value_name = "NUMBER",
        default_value = "3",
        global = true,
        hide_env_values = true
    )]
    pub searches_user: NonZeroUsize,

    /// Changes that may wait to be stored, of everybody; beyond, the server says busy
    #[arg(
        long,
        env = "CHINWAG_WRITES_WAITING",
        value_name = "NUMBER",
        default_value = "8192",
        global = true,
        hide_env_values = true
    )]
    pub writes_waiting: NonZeroUsize,

    /// The same of one person's frames; beyond, they are told to wait
    #[arg(
        long,
        env = "CHINWAG_WRITES_WAITING_USER",
        value_name = "NUMBER",
        default_value = "64",
        global = true,
        hide_env_values = true
    )]
    pub writes_waiting_user: NonZeroUsize,

    /// How long a new connection may take to send the head of its first request
    #[arg(long, env = "CHINWAG_HEAD_WITHIN", value_name = "TIME", default_value = "10", value_parser = duration, global = true, hide_env_values = true)]
    pub head_within: Duration,

    /// How long a connection is kept between two requests, the head of the second included
    #[arg(long, env = "CHINWAG_KEEP_ALIVE", value_name = "TIME", default_value = "75", value_parser = duration, global = true, hide_env_values = true)]
    pub keep_alive: Duration,

    /// How long a request's body may take
    #[arg(long, env = "CHINWAG_BODY_WITHIN", value_name = "TIME", default_value = "60", value_parser = duration, global = true, hide_env_values = true)]
    pub body_within: Duration,

    /// How long a client may take to read an answer
    #[arg(long, env = "CHINWAG_READ_WITHIN", value_name = "TIME", default_value = "5m", value_parser = duration, global = true, hide_env_values = true)]
    pub read_within: Duration,

    /// How long a new socket may take to say hello
    #[arg(long, env = "CHINWAG_HELLO_WITHIN", value_name = "TIME", default_value = "10", value_parser = duration, global = true, hide_env_values = true)]
    pub hello_within: Duration,

    /// How long a message on a socket may take from its first fragment to its last
    #[arg(long, env = "CHINWAG_MESSAGE_WITHIN", value_name = "TIME", default_value = "60", value_parser = duration, global = true, hide_env_values = true)]
    pub message_within: Duration,
}

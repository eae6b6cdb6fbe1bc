//! Attacks on the real program, from outside and with what an attacker has: sockets, accounts of their own, patience. Each
//! counts what it tried and what came through, and says so in a line of its own:
//! `cargo test --test attacks -- --nocapture | grep ^attack`. None tests code; what they do to a person is what counts.

#[path = "../sockets/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the stage of the socket tests, which use all of it")]
mod support;

mod count;
mod line;
mod pulse;

mod access;
mod ends;
mod existence;
mod floods;
mod guessing;
mod hoarding;
mod odd;
mod origins;
mod ownership;
mod paths;
mod pychat;
mod raw;
mod takeover;

//! RFC 6455 case by case, over real sockets, against this folder's own code behind an actor that repeats what it is told.
//! The numbers of sections 1 to 7, 9 and 10 are those of the Autobahn test suite, the yardstick for WebSocket servers,
//! ported here so that no test needs its Python 2; `tests/autobahn` runs the suite itself.
//!
//! Every case ends with a close frame of a certain code and then the end of the stream: the server is to close first and
//! at once, so it is set to linger for longer than the client's patience.

mod case;
mod closing;
mod fragmented;
mod handshake;
mod lengths;
mod single;
mod sizes;
mod text;

use std::{
    env,
    io::{self, Read},
    net::SocketAddr,
    time::Duration,
};

use super::{
    fragments::Fragments,
    upgrade::echo::{Server, Setup},
};
use case::Case;

/// Longer than a client waits for the end of the stream.
const LINGERS: Duration = Duration::from_secs(60);

/// Runs all cases and fails with every one that fails.
fn check(cases: impl IntoIterator<Item = Case>) {
    let server = Server::with(Setup { fragments: Fragments::with_binary, lingers: LINGERS, ..Setup::default() });
    let failures: Vec<String> = cases.into_iter().filter_map(|case| case.run(&server).err()).collect();
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn one_frame_is_repeated_whatever_its_length_and_however_it_arrives() {
    check(single::messages());
}

#[test]
fn a_ping_is_answered_with_its_payload_and_a_pong_with_nothing() {
    check(single::pings());
}

#[test]
fn bits_and_opcodes_without_meaning_are_refused_after_what_came_before_was_answered() {
    check(single::reserved_bits());
    check(single::reserved_opcodes());
}

#[test]
fn fragments_are_joined_around_control_frames_and_nothing_else() {
    check(fragmented::all());
}

#[test]
fn text_is_utf8_or_refused_at_the_first_byte_that_is_not() {
    check(text::all());
}

#[test]
fn a_goodbye_is_answered_once_with_its_code_and_nothing_behind_it_is_read() {
    check(closing::all());
}

#[test]
fn messages_pass_up_to_our_limit_in_any_fragments_and_not_a_byte_more() {
    check(sizes::at_our_limit());
    check(sizes::fragmented_by_the_sender());
}

#[test]
fn lengths_are_minimal_and_within_the_limit_before_anything_is_kept() {
    check(lengths::all());
}

#[test]
fn the_port_has_every_case_of_the_suite() {
    let sections = [
        single::messages(),
        single::pings(),
        single::reserved_bits(),
        single::reserved_opcodes(),
        fragmented::all(),
        text::all(),
        closing::all(),
        sizes::fragmented_by_the_sender(),
    ];
    assert_eq!(sections.each_ref().map(Vec::len), [16, 11, 7, 10, 20, 145, 37, 1]);
    assert_eq!(sections.iter().flatten().count(), 247);
    let mut names: Vec<&str> = sections.iter().flatten().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 247);
}

#[test]
#[ignore = "serves until its standard input ends; tests/autobahn runs it"]
fn an_echo_endpoint_serves_until_its_standard_input_ends() {
    let address: SocketAddr = env::var("CHINWAG_ECHO_AT").expect("CHINWAG_ECHO_AT says where").parse().unwrap();
    assert!(address.ip().is_loopback(), "it answers anybody, so it is for this machine alone");
    let _server = Server::with(Setup { address, fragments: Fragments::with_binary, ..Setup::default() });
    println!("echoing at {address}");
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

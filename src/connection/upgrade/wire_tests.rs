//! What a client sees on a real socket, byte for byte.

use std::{
    env, fs,
    io::{Read, Write},
    net::Shutdown,
    process::Command,
    time::Duration,
};

use rstest::rstest;

use super::echo::{Client, HOLD, POUR, Server, Setup};
use crate::connection::guard::{End, MESSAGE_MAX_BYTES, OUTSTANDING_MAX_FRAMES, Refusal, client_frames::*};

const TEXT_ANSWER: u8 = 0x81;

fn echo(client: &mut Client, text: &str) {
    client.send(frame(TEXT, text.as_bytes()));
    assert_eq!(client.next_frame(), (TEXT_ANSWER, text.as_bytes().to_vec()));
}

#[test]
fn the_answer_names_the_subprotocol_and_no_extension() {
    let server = Server::start();
    let headers = [("Sec-WebSocket-Protocol", "mqtt, chinwag.v1"), ("Sec-WebSocket-Extensions", "permessage-deflate")];
    let head = server.connect().ask("GET", "/", &headers).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(head.contains("\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    assert!(head.contains("\r\nsec-websocket-protocol: chinwag.v1\r\n"), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    let head = server.connect().ask("GET", "/", &[]).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 ") && !head.contains("sec-websocket-protocol"), "{head}");
}

#[rstest]
#[case("POST", &[], "405")]
#[case("GET", &[("Sec-WebSocket-Protocol", "mqtt")], "400")]
#[case("GET", &[("Sec-WebSocket-Version", "8")], "426")]
#[case("GET", &[("Content-Length", "0")], "400")]
fn what_is_no_handshake_is_answered_with_its_status(
    #[case] method: &str,
    #[case] headers: &[(&str, &str)],
    #[case] status: &str,
) {
    let server = Server::start();
    let head = server.connect().ask(method, "/", headers);
    assert_eq!(head.split(' ').nth(1), Some(status), "{head}");
}

#[test]
fn text_is_handed_up_whole_whether_in_one_frame_or_in_fragments_with_pings_between() {
    let server = Server::start();
    let (mut client, _) = server.open();
    echo(&mut client, "hello");
    client
        .send([frame(FIRST, b"gr\xc3"), frame(PING, b"?"), frame(MIDDLE, b"\xbc\xc3"), frame(LAST, b"\x9fe")].concat());
    assert_eq!(client.next_frame(), (0x8a, b"?".to_vec()));
    assert_eq!(client.next_frame(), (TEXT_ANSWER, "grüße".as_bytes().to_vec()));
}

#[test]
fn the_largest_message_is_handed_up_and_one_byte_more_is_not() {
    let server = Server::start();
    let (mut client, _) = server.open();
    echo(&mut client, &"x".repeat(MESSAGE_MAX_BYTES));
    client.send(declared(TEXT, MESSAGE_MAX_BYTES as u64 + 1));
    assert_eq!(client.close_code(), 1009);
}

#[test]
fn a_huge_declared_length_is_refused_at_once_and_buffers_nothing() {
    if !is_alone("a_huge_declared_length_is_refused_at_once_and_buffers_nothing") {
        return;
    }
    let server = Server::start();
    for length in [1 << 40, 1 << 62] {
        let (mut client, _) = server.open();
        echo(&mut client, "warm");
        let before = resident_bytes();
        client.send(declared(TEXT, length));
        assert_eq!(client.close_code(), 1009, "before one byte of the payload was sent");
        // The server reads on for a moment so that the close frame arrives, and throws away what it reads.
        let piece = vec![0; 65_536];
        let pushed = (0..1_024).take_while(|_| client.0.write_all(&piece).is_ok()).count();
        let grown = resident_bytes().saturating_sub(before);
        assert!(grown < 1 << 20, "{grown} bytes more after {pushed} pieces");
        assert_eq!(server.next_stopped(), Some(End::Refused(Refusal::TooLarge)));
    }
}

#[rstest]
#[case::unmasked(vec![TEXT, 1, b'a'], 1002)]
#[case::reserved_bits(frame(TEXT | 0x40, b"a"), 1002)]
#[case::reserved_opcode(frame(0x83, b"a"), 1002)]
#[case::fragmented_ping(frame(0x09, b""), 1002)]
#[case::long_ping(frame(PING, &[0; 126]), 1002)]
#[case::nothing_to_continue(frame(LAST, b"a"), 1002)]
#[case::interleaved([frame(FIRST, b"a"), frame(TEXT, b"b")].concat(), 1002)]
#[case::length_not_minimal(header(TEXT, &[0xfe, 0, 1]), 1002)]
#[case::one_byte_close(frame(CLOSE, &[3]), 1002)]
#[case::reserved_close_code(close(1006, b""), 1002)]
#[case::close_reason_not_utf8(close(1000, b"\xff"), 1007)]
#[case::text_not_utf8(frame(TEXT, b"\xc3("), 1007)]
#[case::fragmented_text_not_utf8([frame(FIRST, b"\xc3"), frame(LAST, b"(")].concat(), 1007)]
#[case::binary(frame(BINARY, b"a"), 1003)]
#[case::fragmented_binary(frame(0x02, b"a"), 1003)]
#[case::fragments_too_large([frame(FIRST, &[b'a'; 40_000]), frame(LAST, &[b'a'; 30_000])].concat(), 1009)]
fn whatever_is_wrong_closes_with_its_code_after_what_came_before_was_answered(
    #[case] wrong: Vec<u8>,
    #[case] code: u16,
) {
    let server = Server::start();
    let (mut client, _) = server.open();
    client.send([frame(TEXT, b"before"), wrong].concat());
    assert_eq!(client.next_frame(), (TEXT_ANSWER, b"before".to_vec()));
    assert_eq!(client.close_code(), code);
    client.0.shutdown(Shutdown::Write).unwrap();
    server.next_stopped();
}

#[rstest]
#[case(close(1001, b"page closes"), Some(1001))]
#[case(close(4321, b""), Some(4321))]
fn a_close_frame_is_answered_with_its_code(#[case] goodbye: Vec<u8>, #[case] code: Option<u16>) {
    let server = Server::start();
    let (mut client, _) = server.open();
    client.send(goodbye);
    assert_eq!(Some(client.close_code()), code);
    assert_eq!(server.next_stopped(), Some(End::Closed));
}

#[test]
fn a_connection_that_vanishes_is_lost() {
    let server = Server::start();
    let (client, _) = server.open();
    drop(client);
    assert_eq!(server.next_stopped(), Some(End::Lost));
}

#[test]
fn every_ping_of_a_flood_is_answered_and_few_are_outstanding_at_a_time() {
    let server = Server::start();
    let (mut client, _) = server.open();
    let pings = 50_000;
    let mut sender = client.0.try_clone().unwrap();
    let writer = std::thread::spawn(move || sender.write_all(&frame(PING, b"").repeat(pings)).unwrap());
    for _ in 0..pings {
        assert_eq!(client.next_frame(), (0x8a, vec![]));
    }
    writer.join().unwrap();
    assert!(server.handed_up().all(|outstanding| outstanding <= OUTSTANDING_MAX_FRAMES));
}

#[test]
fn an_actor_that_handles_nothing_is_handed_64_frames_and_the_rest_stays_with_the_client() {
    if !is_alone("an_actor_that_handles_nothing_is_handed_64_frames_and_the_rest_stays_with_the_client") {
        return;
    }
    let server = Server::start();
    let (mut client, _) = server.open();
    echo(&mut client, HOLD);
    client.0.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let piece = frame(PONG, b"").repeat(10_000);
    let before = resident_bytes();
    let accepted = (0..1_000).take_while(|_| client.0.write_all(&piece).is_ok()).count();
    assert!(accepted < 500, "TCP holds the client back, {accepted} pieces were taken");
    // Its own frame was the first that was never handled.
    let outstanding: Vec<_> = (0..OUTSTANDING_MAX_FRAMES).map(|_| server.next_handed_up()).collect();
    assert_eq!(outstanding.last(), Some(&OUTSTANDING_MAX_FRAMES));
    assert_eq!(server.handed_up().count(), 0);
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 1 << 20, "{grown} bytes more");
}

#[test]
fn a_flood_of_empty_fragments_is_read_and_kept_nowhere() {
    if !is_alone("a_flood_of_empty_fragments_is_read_and_kept_nowhere") {
        return;
    }
    let server = Server::start();
    let (mut client, _) = server.open();
    echo(&mut client, "warm");
    let before = resident_bytes();
    client.send(frame(FIRST, b""));
    // Between the pieces a pong, so that this test's own notes of what was handed up can be thrown away.
    let piece = [frame(MIDDLE, b"").repeat(10_000), frame(PING, b"")].concat();
    for _ in 0..20 {
        client.send(&piece);
        assert_eq!(client.next_frame(), (0x8a, vec![]));
        assert!(server.handed_up().all(|outstanding| outstanding <= OUTSTANDING_MAX_FRAMES));
    }
    client.send(frame(LAST, b"end"));
    assert_eq!(client.next_frame(), (TEXT_ANSWER, b"end".to_vec()));
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 1 << 20, "{grown} bytes more");
}

#[test]
fn a_flood_of_pings_whose_pongs_nobody_reads_stays_with_the_client() {
    if !is_alone("a_flood_of_pings_whose_pongs_nobody_reads_stays_with_the_client") {
        return;
    }
    let server = Server::start();
    let (mut client, _) = server.open();
    echo(&mut client, "warm");
    client.0.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let piece = frame(PING, &[b'?'; 125]).repeat(1_000);
    let before = resident_bytes();
    let accepted = (0..1_000).take_while(|_| client.0.write_all(&piece).is_ok()).count();
    assert!(accepted < 500, "TCP holds the client back, {accepted} pieces were taken");
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 1 << 20, "{grown} bytes more");
}

#[test]
fn the_end_of_the_stream_comes_with_the_close_frame_while_what_the_client_still_sends_is_read() {
    // It would come a minute later if it came with the end of lingering.
    let server = Server::with(Setup { lingers: Duration::from_secs(60), ..Setup::default() });
    for wrong in [frame(TEXT, b"\xff"), close(1000, b"")] {
        let (mut client, _) = server.open();
        client.send(wrong);
        client.close_code();
        assert_eq!(client.0.read(&mut [0]).unwrap(), 0);
        // Read by nobody, this would fill the socket's buffers and time out, or be answered with a reset.
        let piece = vec![0; 65_536];
        (0..256).for_each(|_| client.send(&piece));
    }
}

#[test]
fn the_end_of_the_stream_comes_behind_all_that_was_said_however_much_that_is() {
    let server = Server::start();
    let (mut client, _) = server.open();
    client.send([frame(TEXT, POUR.as_bytes()), close(1000, b"")].concat());
    (0..256).for_each(|number| assert_eq!(client.next_frame().1.len(), 65_536, "text {number}"));
    assert_eq!(client.close_code(), 1000);
    assert_eq!(client.0.read(&mut [0]).unwrap(), 0);
}

/// Whether this process runs nothing but the named test, so that its memory can be measured. If not, runs the test in
/// such a process.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "CHINWAG_TEST_ALONE";
    if env::var_os(ALONE).is_some() {
        return true;
    }
    let name = format!("{}::{test}", module_path!().trim_start_matches("chinwag::"));
    let run = Command::new(env::current_exe().unwrap()).args([&name, "--exact"]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&run.stderr));
    false
}

/// Memory of this process, counted in pages of 4 KiB.
fn resident_bytes() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4_096
}

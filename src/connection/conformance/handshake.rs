//! Handshakes written byte by byte: who is let in, and who is told what instead. Nothing is upgraded by a refusal.

use std::io::Read;

use rstest::rstest;

use crate::connection::{
    guard::client_frames::{PING, frame},
    upgrade::echo::{Client, Server},
};

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const VERSION: &str = "Sec-WebSocket-Version: 13";

/// A handshake with what is given instead of the lines of the same name; a line without a value leaves it out.
fn handshake(start: &str, changes: &[&str]) -> String {
    let name = |line: &str| line.split(':').next().unwrap().to_ascii_lowercase();
    let usual = ["Host: chat.example", "Upgrade: websocket", "Connection: Upgrade", VERSION, KEY];
    let kept = usual.iter().filter(|line| !changes.iter().any(|change| name(change) == name(line)));
    let added = changes.iter().filter(|line| !line.ends_with(':'));
    let lines: Vec<&str> = std::iter::once(start).chain(kept.chain(added).copied()).collect();
    format!("{}\r\n\r\n", lines.join("\r\n"))
}

fn ask(client: &mut Client, start: &str, changes: &[&str]) -> (u16, String) {
    client.send(handshake(start, changes));
    let head = client.read_head().to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    (status, head)
}

#[rstest]
#[case::in_capitals(&["UPGRADE: WEBSOCKET", "CONNECTION: UPGRADE"])]
#[case::among_others(&["Connection: keep-alive, Upgrade", "Upgrade: h2c, websocket"])]
#[case::on_two_lines(&["Connection: keep-alive", "Connection: Upgrade"])]
#[case::with_spaces(&["Sec-WebSocket-Version:  13 ", "Sec-WebSocket-Key:   dGhlIHNhbXBsZSBub25jZQ==  "])]
#[case::with_an_extension_we_do_not_speak(&["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"])]
fn a_right_handshake_is_answered_with_the_key_it_asked_for(#[case] changes: &[&str]) {
    let server = Server::start();
    let (status, head) = ask(&mut server.connect(), "GET / HTTP/1.1", changes);
    assert_eq!(status, 101, "{head}");
    assert!(head.contains("\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
}

#[rstest]
#[case::no_key(&["Sec-WebSocket-Key:"], 400)]
#[case::empty_key(&["Sec-WebSocket-Key: "], 400)]
#[case::one_key_twice(&[KEY, KEY], 400)]
#[case::two_keys(&[KEY, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="], 400)]
#[case::two_keys_on_a_line(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, AAAAAAAAAAAAAAAAAAAAAA=="], 400)]
#[case::key_of_15_bytes(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"], 400)]
#[case::key_of_17_bytes(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQA="], 400)]
#[case::key_without_padding(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"], 400)]
#[case::key_with_stray_bits(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="], 400)]
#[case::key_that_is_not_base64(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!!=="], 400)]
#[case::no_version(&["Sec-WebSocket-Version:"], 426)]
#[case::empty_version(&["Sec-WebSocket-Version: "], 426)]
#[case::one_version_twice(&[VERSION, VERSION], 426)]
#[case::two_versions(&[VERSION, "Sec-WebSocket-Version: 8"], 426)]
#[case::two_versions_on_a_line(&["Sec-WebSocket-Version: 13, 8"], 426)]
#[case::older_version(&["Sec-WebSocket-Version: 8"], 426)]
#[case::later_version(&["Sec-WebSocket-Version: 14"], 426)]
#[case::version_with_a_zero(&["Sec-WebSocket-Version: 013"], 426)]
#[case::no_upgrade(&["Upgrade:"], 426)]
#[case::another_upgrade(&["Upgrade: h2c"], 426)]
#[case::no_connection(&["Connection:"], 426)]
#[case::connection_without_upgrade(&["Connection: keep-alive"], 426)]
#[case::no_host(&["Host:"], 400)]
#[case::two_hosts(&["Host: chat.example", "Host: other.example"], 400)]
#[case::a_body(&["Content-Length: 4"], 400)]
#[case::a_body_of_nothing(&["Content-Length: 0"], 400)]
#[case::a_body_in_chunks(&["Transfer-Encoding: chunked"], 400)]
#[case::another_subprotocol(&["Sec-WebSocket-Protocol: mqtt"], 400)]
fn a_wrong_handshake_is_answered_with_its_status_and_upgrades_nothing(#[case] changes: &[&str], #[case] wanted: u16) {
    let server = Server::start();
    let (status, head) = ask(&mut server.connect(), "GET / HTTP/1.1", changes);
    assert_eq!(status, wanted, "{head}");
    assert!(!head.contains("sec-websocket-accept"), "{head}");
    let is_about_the_version = changes.iter().any(|line| line.starts_with("Sec-WebSocket-Version"));
    assert_eq!(head.contains("\r\nsec-websocket-version: 13\r\n"), is_about_the_version, "{head}");
}

#[rstest]
#[case::an_older_http("GET / HTTP/1.0", &[], 400)]
#[case::an_older_http_that_stays("GET / HTTP/1.0", &["Connection: keep-alive, Upgrade"], 400)]
#[case::a_later_http("GET / HTTP/2.0", &[], 400)]
#[case::head("HEAD / HTTP/1.1", &[], 405)]
#[case::post("POST / HTTP/1.1", &[], 405)]
#[case::put("PUT / HTTP/1.1", &[], 405)]
fn only_get_over_http_1_1_upgrades(#[case] start: &str, #[case] changes: &[&str], #[case] wanted: u16) {
    let server = Server::start();
    let (status, head) = ask(&mut server.connect(), start, changes);
    assert_eq!(status, wanted, "{head}");
    assert!(!head.contains("sec-websocket-accept"), "{head}");
    assert_eq!(head.contains("\r\nallow: get\r\n"), wanted == 405, "{head}");
}

#[test]
fn frames_behind_a_refused_handshake_are_answered_by_nobody() {
    let server = Server::start();
    let mut client = server.connect();
    let (status, head) = ask(&mut client, "GET / HTTP/1.1", &["Sec-WebSocket-Version: 8"]);
    assert_eq!(status, 426, "{head}");
    client.send(frame(PING, b"anybody?"));
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut rest = Vec::new();
    client.0.read_to_end(&mut rest).unwrap();
    assert_eq!(rest.len(), length, "the refusal and nothing behind it: {}", rest.escape_ascii());
}

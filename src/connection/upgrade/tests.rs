use actix_web::http::header::HeaderValue;
use rstest::rstest;

use super::*;

/// The request of RFC 6455 §1.3, with lines replaced (value given), removed (`None`) or added (named again).
fn parse(changes: &[(&str, Option<&str>)]) -> Result<Handshake, HandshakeRefusal> {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "chat.example"),
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ] {
        if !changes.iter().any(|(changed, _)| *changed == name) {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    for (name, value) in changes {
        if let Some(value) = value {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
    }
    Handshake::parse(&Method::GET, Version::HTTP_11, &headers)
}

#[rstest]
#[case::plain(&[], false)]
#[case::as_firefox_writes_it(&[("connection", Some("keep-alive, Upgrade")), ("upgrade", Some("WebSocket"))], false)]
#[case::subprotocol(&[("sec-websocket-protocol", Some("chinwag.v1"))], true)]
#[case::subprotocol_among_others(&[("sec-websocket-protocol", Some("mqtt, chinwag.v1"))], true)]
#[case::subprotocol_on_its_own_line(
    &[("sec-websocket-protocol", Some("mqtt")), ("sec-websocket-protocol", Some("chinwag.v1"))], true
)]
#[case::extensions_are_not_answered(&[("sec-websocket-extensions", Some("permessage-deflate"))], false)]
fn a_handshake_is_accepted(#[case] changes: &[(&str, Option<&str>)], #[case] names_subprotocol: bool) {
    assert_eq!(parse(changes), Ok(Handshake { names_subprotocol }));
}

#[rstest]
#[case::no_host(&[("host", None)], HandshakeRefusal::Host)]
#[case::two_hosts(&[("host", Some("chat.example")), ("host", Some("chat.example"))], HandshakeRefusal::Host)]
#[case::no_upgrade(&[("upgrade", None)], HandshakeRefusal::NotAnUpgrade)]
#[case::another_upgrade(&[("upgrade", Some("not-websocket"))], HandshakeRefusal::NotAnUpgrade)]
#[case::no_connection(&[("connection", None)], HandshakeRefusal::NotAnUpgrade)]
#[case::connection_without_upgrade(&[("connection", Some("keep-alive"))], HandshakeRefusal::NotAnUpgrade)]
#[case::no_version(&[("sec-websocket-version", None)], HandshakeRefusal::Version)]
#[case::old_version(&[("sec-websocket-version", Some("8"))], HandshakeRefusal::Version)]
#[case::two_versions(
    &[("sec-websocket-version", Some("13")), ("sec-websocket-version", Some("8"))], HandshakeRefusal::Version
)]
#[case::version_list(&[("sec-websocket-version", Some("13, 8"))], HandshakeRefusal::Version)]
#[case::no_key(&[("sec-websocket-key", None)], HandshakeRefusal::Key)]
#[case::key_of_15_bytes(&[("sec-websocket-key", Some("dGhlIHNhbXBsZSBub25j"))], HandshakeRefusal::Key)]
#[case::key_not_base64(&[("sec-websocket-key", Some("dGhlIHNhbXBsZSBub25j!!=="))], HandshakeRefusal::Key)]
#[case::two_keys(
    &[
        ("sec-websocket-key", Some("dGhlIHNhbXBsZSBub25jZQ==")),
        ("sec-websocket-key", Some("dGhlIHNhbXBsZSBub25jZQ==")),
    ],
    HandshakeRefusal::Key
)]
#[case::only_other_subprotocols(&[("sec-websocket-protocol", Some("mqtt, chinwag.v2"))], HandshakeRefusal::Subprotocol)]
#[case::subprotocol_in_other_case(&[("sec-websocket-protocol", Some("Chinwag.v1"))], HandshakeRefusal::Subprotocol)]
#[case::length(&[("content-length", Some("5"))], HandshakeRefusal::Body)]
#[case::chunks(&[("transfer-encoding", Some("chunked"))], HandshakeRefusal::Body)]
fn a_handshake_is_refused(#[case] changes: &[(&str, Option<&str>)], #[case] why: HandshakeRefusal) {
    assert_eq!(parse(changes), Err(why));
}

#[test]
fn only_get_over_http_1_1_is_a_handshake() {
    let none = HeaderMap::new();
    assert_eq!(Handshake::parse(&Method::POST, Version::HTTP_11, &none), Err(HandshakeRefusal::Method));
    assert_eq!(Handshake::parse(&Method::GET, Version::HTTP_10, &none), Err(HandshakeRefusal::HttpVersion));
    assert_eq!(Handshake::parse(&Method::GET, Version::HTTP_2, &none), Err(HandshakeRefusal::HttpVersion));
}

#[rstest]
#[case(HandshakeRefusal::Method, 405, Some("GET"))]
#[case(HandshakeRefusal::HttpVersion, 400, None)]
#[case(HandshakeRefusal::Host, 400, None)]
#[case(HandshakeRefusal::NotAnUpgrade, 426, Some("websocket"))]
#[case(HandshakeRefusal::Version, 426, Some("13"))]
#[case(HandshakeRefusal::Key, 400, None)]
#[case(HandshakeRefusal::Subprotocol, 400, None)]
#[case(HandshakeRefusal::Body, 400, None)]
fn a_refusal_says_what_would_do(#[case] why: HandshakeRefusal, #[case] status: u16, #[case] value: Option<&str>) {
    assert_eq!(why.status().as_u16(), status);
    assert_eq!(why.header().map(|(_, value)| value), value);
}

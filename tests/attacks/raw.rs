//! HTTP as no browser speaks it: two lengths, chunks and lengths, bare line ends, folded headers. What a proxy before us
//! might read otherwise than we do must be refused, or end the connection: no second request may hide in the first.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::count::Count;
use crate::support::*;

/// A second request, with an answer that nothing else brings.
const HIDDEN: &str = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
const ITS_ANSWER: &str = "\"openapi\"";

struct Case {
    what: String,
    bytes: Vec<u8>,
    /// Whoever reads the first request can read it in one way only, so that the second is no secret.
    is_plain: bool,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    let mut case = |what: &str, text: String, is_plain: bool| {
        all.push(Case { what: what.to_owned(), bytes: text.into_bytes(), is_plain });
    };
    let post = "POST /api/v1/password-check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let body = "{\"password\":\"x\"}";
    let length = body.len();
    for codings in [
        "chunked",
        "Chunked",
        " chunked",
        "chunked ",
        "\tchunked",
        "chunked, identity",
        "identity, chunked",
        "xchunked",
        "chunked\r\nTransfer-Encoding: identity",
        "identity",
        "gzip, chunked",
        "\"chunked\"",
        "chunked;q=1",
    ] {
        case(
            &format!("length and {codings:?}"),
            format!("{post}Content-Length: {length}\r\nTransfer-Encoding: {codings}\r\n\r\n0\r\n\r\n{HIDDEN}"),
            false,
        );
    }
    for lengths in [
        "16\r\nContent-Length: 0",
        "0\r\nContent-Length: 16",
        "16, 16",
        "16, 0",
        "+16",
        "-16",
        "0x10",
        "16 ",
        " 16",
        "016",
        "1 6",
        "1e1",
        "",
        "18446744073709551616",
        "99999999999999999999",
        "16\r\ncontent-length: 5",
    ] {
        case(
            &format!("length {lengths:?}"),
            format!("{post}Content-Length: {lengths}\r\n\r\n{body}{HIDDEN}"),
            matches!(lengths.trim(), "16" | "016" | "16, 16"),
        );
    }
    for name in ["Content-Length ", " Content-Length", "Content\u{b}Length", "Content-Length\t", "Content_Length"] {
        case(&format!("name {name:?}"), format!("{post}{name}: {length}\r\n\r\n{body}{HIDDEN}"), false);
    }
    for size in ["0x5", "5;", "5;a=b", " 5", "5 ", "+5", "-5", "5\r", "FFFFFFFFFFFFFFFFF", "5g", ""] {
        case(
            &format!("chunk size {size:?}"),
            format!("{post}Transfer-Encoding: chunked\r\n\r\n{size}\r\nhello\r\n0\r\n\r\n{HIDDEN}"),
            matches!(size.trim(), "5" | "5;" | "5;a=b"),
        );
    }
    for (what, text) in [
        ("bare LF", format!("GET /healthz HTTP/1.1\nHost: x\n\n{HIDDEN}")),
        ("bare CR", format!("GET /healthz HTTP/1.1\rHost: x\r\r{HIDDEN}")),
        ("folded header", format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\r\n Content-Length: 40\r\n\r\n{HIDDEN}")),
        ("space before colon", format!("GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n{HIDDEN}")),
        ("no host", format!("GET /healthz HTTP/1.1\r\n\r\n{HIDDEN}")),
        ("two hosts", format!("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n{HIDDEN}")),
        ("absolute form", format!("GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("connect", format!("CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        (
            "HTTP/1.0 with chunks",
            format!("POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        ),
        ("HTTP/9.9", format!("GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("HTTP/2 preface", format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{HIDDEN}")),
        ("nothing", format!("\r\n\r\n\r\n{HIDDEN}")),
        ("NUL in the target", format!("GET /healthz\0 HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("NUL in a value", format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n{HIDDEN}")),
        ("tabs for spaces", format!("GET\t/healthz\tHTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("trailers", format!("{post}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 40\r\n\r\n{HIDDEN}")),
    ] {
        let is_plain = ["bare LF", "folded header", "absolute form", "nothing", "trailers"].contains(&what);
        case(what, text, is_plain);
    }
    all
}

#[tokio::test]
async fn no_request_hides_in_another() {
    let program = Program::start(&[]);
    let server = program.server().address();
    let mut count = Count::of("raw HTTP tricks");
    for Case { what, bytes, is_plain } in cases() {
        let mut stream = connect(server, own_address()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut heard = Vec::new();
        // The server may reset what it refuses.
        let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut heard)).await.expect("an end");
        let text = String::from_utf8_lossy(&heard);
        count.tried(is_plain || !text.contains(ITS_ANSWER), (&what, text.lines().next()));
    }
    assert_eq!(Request::new("GET", "/healthz").send(server, own_address()).await.status, 200);
    let said = program.said();
    count.tried(!said.contains("ERROR") && !said.contains("WARN"), ("a stranger fills the log", said));
    count.end();
}

//! What no client of ours would say: texts that are no JSON, hardly any, or far too much of it.

/// One of them.
pub struct Text {
    /// What is odd about it.
    pub what: String,
    /// As it is sent.
    pub bytes: Vec<u8>,
    /// On a socket it ends the connection with this code; else it is answered with an error.
    pub closes_with: Option<u16>,
}

/// The longest frame there may be.
const LONGEST: usize = 65_536;

/// All of them.
pub fn texts() -> Vec<Text> {
    let mut all = Vec::new();
    let mut add = |what: &str, bytes: Vec<u8>| {
        let closes_with = if std::str::from_utf8(&bytes).is_err() {
            Some(1007)
        } else if bytes.len() > LONGEST {
            Some(1009)
        } else {
            None
        };
        all.push(Text { what: what.to_owned(), bytes, closes_with });
    };
    for (open, close, inside) in [("[", "]", ""), ("{\"a\":", "}", "1"), ("[{\"a\":", "}]", "1"), ("[[],", "]", "1")] {
        for depth in [100, 127, 128, 129, 1_000, LONGEST / (open.len() + close.len()) - 1, 100_000] {
            let deep = format!("{}{inside}{}", open.repeat(depth), close.repeat(depth));
            add(&format!("{open} {depth} deep"), deep.clone().into_bytes());
            add(&format!("{open} {depth} deep, unfinished"), open.repeat(depth).into_bytes());
            add(&format!("{open} {depth} deep in a field"), format!("{{\"type\":{deep}}}").into_bytes());
        }
    }
    let fields = |name: fn(usize) -> String, count: usize| {
        let list: Vec<String> = (0..count).map(|n| format!("\"{}\":{}", name(n), n % 10)).collect();
        format!("{{{}}}", list.join(",")).into_bytes()
    };
    add("one field 10,000 times", fields(|_| "a".into(), 10_000));
    add(
        "one field 10,000 times, escaped in turn",
        fields(|n| if n % 2 == 0 { "a".into() } else { "\\u0061".into() }, 6_000),
    );
    add("5,000 fields", fields(|n| format!("f{n}"), 5_000));
    add("a field of nothing 10,000 times", fields(|_| String::new(), 10_000));
    for value in [
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud83d\"",
        "\"\\u0000\"",
        "\"\0\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\u{7f}\u{80}\u{fffe}\u{ffff}\"",
        "1e999999999",
        "-1e-999999999",
        "0x10",
        "01",
        "+1",
        ".5",
        "1.",
        "NaN",
        "Infinity",
        "--1",
        "tru",
        "'a'",
        "undefined",
        "[1,]",
        "{,}",
        "/**/1",
        "\"\t\"",
        "\"\u{1}\"",
        "9223372036854775808",
        "-9223372036854775809",
        "1e308e308",
    ] {
        for field in ["type", "username", "displayName", "kind", "hue"] {
            add(&format!("{field} is {value:?}"), format!("{{\"{field}\":{value}}}").into_bytes());
        }
    }
    let fill = |piece: &str, start: &str, end: &str| {
        let room = LONGEST - start.len() - end.len();
        format!("{start}{}{end}", piece.repeat(room / piece.len())).into_bytes()
    };
    for piece in ["9", "\\u0061", "\\\\", "\\\"", "a", "é", "😀", "\u{300}", " ", "\\ud83d\\ude00", "\u{202e}"] {
        let (start, end) = if piece == "9" || piece == " " { ("{\"type\":", "}") } else { ("{\"type\":\"", "\"}") };
        add(&format!("64 KiB of {piece:?}"), fill(piece, start, end));
    }
    add("64 KiB of white space", fill(" ", "", ""));
    add("64 KiB of NUL", fill("\0", "", ""));
    add("64 KiB of numbers", fill("1,", "{\"type\":[", "1]}"));
    add("two objects", b"{}{}".to_vec());
    add("a byte order mark", "\u{feff}{}".as_bytes().to_vec());
    for bytes in [
        &b"\xff"[..],
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
        b"\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xfe\xfe\xff\xff",
    ] {
        add(&format!("{bytes:x?}"), [b"{\"type\":\"", bytes, b"\"}"].concat());
        add(&format!("{bytes:x?} at the end of 60 KB"), [&[b' '; 60_000], bytes].concat());
    }
    all
}

//! What a request tells about where it comes from: the address, for the brake on guessing, and the kind of device, for
//! the list of devices. Neither proves anything.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};

use crate::config::AddressRange;

/// Longest device label, in characters.
const LABEL_MAX_CHARS: usize = 80;

/// The address of the one who asks. `X-Forwarded-For` counts only as far as proxies that are trusted wrote it.
pub fn address(request: &HttpRequest, trusted: &[AddressRange]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    behind_proxies(peer, request.headers(), trusted)
}

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[AddressRange]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
    let mut nearest = peer;
    // Each proxy appends whom it was asked by, so the way back is from the right.
    for hop in lines.join(",").rsplit(',').map(str::trim) {
        if !is_trusted(nearest) {
            break;
        }
        let Ok(address) = hop.parse() else { break };
        nearest = address;
    }
    nearest.to_canonical()
}

/// Browser and system as people call them, or the beginning of what a program says it is.
pub fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // Every browser names its forebears too, so the youngest comes first.
    let browser = named(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.trim().is_empty() => "A program".to_owned(),
        _ => agent.chars().filter(|c| !c.is_control()).take(LABEL_MAX_CHARS).collect(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::HeaderName::from_static("x-forwarded-for"), HeaderValue::from_str(forwarded).unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap(), "127.0.0.1".parse().unwrap()];
        behind_proxies(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_only_as_far_as_they_saw() {
        assert_eq!(seen("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", "1.2.3.4, 198.51.100.1"), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", "198.51.100.1, 10.0.0.7"), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", "nonsense"), "127.0.0.1");
        assert_eq!(seen("::ffff:127.0.0.1", "198.51.100.1"), "198.51.100.1");
    }

    #[test]
    fn devices_are_called_what_people_call_them() {
        let label_of = |agent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_str(agent).unwrap());
            label(&headers)
        };
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(label_of(chrome), "Chrome on Linux");
        assert_eq!(label_of(&format!("{chrome} Edg/140.0")), "Edge on Linux");
        assert_eq!(
            label_of("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox on Windows"
        );
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1";
        assert_eq!(label_of(iphone), "Safari on iPhone");
        assert_eq!(label_of("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(label_of(&"x".repeat(500)).len(), 80);
        assert_eq!(label_of(" "), "A program");
    }
}

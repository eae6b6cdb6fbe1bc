//! Whether a browser may use a person's cookie for a request: only pages of our own origin, and those that the settings
//! name. Programs with a bearer token have no cookie to abuse and are not asked.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

use crate::config::{Origin, PublicUrl};

/// Whose pages may ask.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Our own origin, if the settings say it; else it is whatever host a request names.
    pub own: Option<PublicUrl>,
    /// Others.
    pub allowed: Vec<Origin>,
}

/// What of a request decides.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its method.
    pub method: &'a Method,
    /// It opens a WebSocket: a GET, but not one that only reads.
    pub is_upgrade: bool,
    /// It carries our session cookie.
    pub has_cookie: bool,
    /// It carries a bearer token.
    pub has_bearer: bool,
    /// All headers.
    pub headers: &'a HeaderMap,
}

impl Origins {
    /// Whether `asked` may go on.
    ///
    /// Reading is always allowed: without CORS headers no foreign page sees the answer. Else an `Origin` must be ours or
    /// allowed, and it must be there if a cookie is: browsers send it with every such request (Fetch, 3.2), so its
    /// absence means a program, which has no business with a cookie.
    pub fn allow(&self, asked: &Asked<'_>) -> bool {
        let only_reads = matches!(*asked.method, Method::GET | Method::HEAD) && !asked.is_upgrade;
        if only_reads || asked.has_bearer {
            return true;
        }
        let mut origins = asked.headers.get_all(header::ORIGIN);
        match (origins.next(), origins.next()) {
            (None, _) => !asked.has_cookie && !is_cross_site(asked.headers),
            (Some(origin), None) => {
                let parsed = origin.to_str().ok().and_then(|text| text.parse::<Origin>().ok());
                parsed.is_some_and(|origin| {
                    self.allowed.contains(&origin) || (!is_cross_site(asked.headers) && self.is_own(&origin, asked))
                })
            }
            (Some(_), Some(_)) => false,
        }
    }

    fn is_own(&self, origin: &Origin, asked: &Asked<'_>) -> bool {
        if let Some(own) = &self.own {
            return own.origin() == origin;
        }
        let mut hosts = asked.headers.get_all(header::HOST);
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        // A proxy may speak https with the browser and http with us, so the scheme is the one the browser names.
        let own = host.to_str().ok().and_then(|host| Origin::of_authority(origin.is_https(), host).ok());
        own.as_ref() == Some(origin)
    }
}

/// Browsers say so in a header that no page can forge.
fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").any(|value| value.as_bytes() == b"cross-site")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn with_cookie(origins: &Origins, pairs: &[(&str, &str)]) -> bool {
        let headers = headers(pairs);
        let asked =
            Asked { method: &Method::POST, is_upgrade: false, has_cookie: true, has_bearer: false, headers: &headers };
        origins.allow(&asked)
    }

    fn listed() -> Origins {
        Origins { own: None, allowed: vec!["https://friend.example".parse().unwrap()] }
    }

    #[test]
    fn forty_origins_and_whether_each_may_use_a_cookie_at_chat_example_8080() {
        let cases = [
            ("http://chat.example:8080", true),
            ("https://chat.example:8080", true),
            ("http://CHAT.example:8080", true),
            ("HTTP://chat.example:8080", true),
            ("https://friend.example", true),
            ("https://friend.example:443", true),
            ("https://FRIEND.example", true),
            ("http://chat.example", false),
            ("http://chat.example:8081", false),
            ("http://chat.example:80", false),
            ("https://chat.example", false),
            ("http://friend.example", false),
            ("https://friend.example:444", false),
            ("https://sub.friend.example", false),
            ("https://friend.example.", false),
            ("https://friend.example.evil.example", false),
            ("https://evilfriend.example", false),
            ("http://chat.example.evil.example:8080", false),
            ("http://evilchat.example:8080", false),
            ("http://sub.chat.example:8080", false),
            ("http://chat.example.:8080", false),
            ("http://chat.example:8080/", false),
            ("http://chat.example:8080/path", false),
            ("http://chat.example:8080?x", false),
            ("http://chat.example:8080#x", false),
            ("http://user@chat.example:8080", false),
            ("http://evil.example@chat.example:8080", false),
            ("http://chat.example:8080@evil.example", false),
            ("http://chat.example:8080, http://evil.example", false),
            ("http://chat.example:8080 http://evil.example", false),
            ("http://chat.example:08080x", false),
            ("http://chat.example:", false),
            ("http://:8080", false),
            ("http://", false),
            ("chat.example:8080", false),
            ("//chat.example:8080", false),
            ("ws://chat.example:8080", false),
            ("file://", false),
            ("null", false),
            ("", false),
            ("http://chat.example:99999", false),
            ("http://[::1]:8080", false),
        ];
        for (origin, may) in cases {
            let pairs = [("host", "chat.example:8080"), ("origin", origin)];
            assert_eq!(with_cookie(&listed(), &pairs), may, "{origin:?}");
        }
    }

    #[test]
    fn a_cookie_without_an_origin_is_refused_and_a_program_without_either_is_not() {
        assert!(!with_cookie(&listed(), &[("host", "chat.example")]));
        let headers = headers(&[("host", "chat.example")]);
        let asked =
            Asked { method: &Method::POST, is_upgrade: false, has_cookie: false, has_bearer: false, headers: &headers };
        assert!(listed().allow(&asked));
    }

    #[test]
    fn a_foreign_page_cannot_even_log_its_visitor_in() {
        let headers = headers(&[("host", "chat.example"), ("origin", "https://evil.example")]);
        let asked =
            Asked { method: &Method::POST, is_upgrade: false, has_cookie: false, has_bearer: false, headers: &headers };
        assert!(!listed().allow(&asked));
    }

    #[test]
    fn what_the_browser_calls_cross_site_is_refused_unless_it_is_listed() {
        let own = [("host", "chat.example"), ("origin", "http://chat.example"), ("sec-fetch-site", "cross-site")];
        assert!(!with_cookie(&listed(), &own));
        let friend = [("host", "x"), ("origin", "https://friend.example"), ("sec-fetch-site", "cross-site")];
        assert!(with_cookie(&listed(), &friend));
    }

    #[test]
    fn with_a_public_url_the_host_of_a_request_no_longer_counts() {
        let origins = Origins { own: Some("https://chat.example".parse().unwrap()), allowed: Vec::new() };
        assert!(with_cookie(&origins, &[("host", "10.0.0.1:8080"), ("origin", "https://chat.example")]));
        assert!(!with_cookie(&origins, &[("host", "10.0.0.1:8080"), ("origin", "http://10.0.0.1:8080")]));
    }

    #[test]
    fn several_origins_or_hosts_are_nobody() {
        let twice = [("host", "a"), ("origin", "http://a"), ("origin", "http://a")];
        assert!(!with_cookie(&listed(), &twice));
        assert!(!with_cookie(&listed(), &[("host", "a"), ("host", "b"), ("origin", "http://a")]));
        assert!(!with_cookie(&listed(), &[("origin", "http://a")]));
    }

    #[test]
    fn reading_needs_no_origin_but_opening_a_socket_does() {
        let headers = headers(&[("host", "chat.example"), ("origin", "https://evil.example")]);
        let read =
            Asked { method: &Method::GET, is_upgrade: false, has_cookie: true, has_bearer: false, headers: &headers };
        assert!(listed().allow(&read));
        assert!(!listed().allow(&Asked { is_upgrade: true, ..read }));
        assert!(listed().allow(&Asked { is_upgrade: true, has_bearer: true, ..read }));
    }

    #[test]
    fn an_ipv6_host_is_an_origin_like_any_other() {
        assert!(with_cookie(&listed(), &[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")]));
        assert!(!with_cookie(&listed(), &[("host", "[::1]:8080"), ("origin", "http://[::2]:8080")]));
    }
}

//! What every request passes before its handler, and every answer after it: the check of origins, the type of bodies,
//! and the headers that tell a browser what the page may do. A handler's panic ends here, as an answer.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use bytes::Bytes;

use super::origin::Asked;
use super::pictures;
use super::refused::Refused;
use super::services::Services;
use super::session::Shown;
use crate::connection::door::Attended;
use crate::guarded::{Work, guarded_future};
use crate::protocol::ErrorCode;

/// Where sockets are opened.
pub const SOCKET_PATH: &str = "/ws";

/// The page may run and show what we serve and nothing else; no text may become markup (Trusted Types with
/// one policy, which names the service worker and can be made once). `data:` images are the page's own icons.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types service-worker";

/// Headers of every answer.
const ALWAYS: [(&str, &str); 4] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
];

/// Only for origins that a browser trusts (https, loopback): elsewhere it ignores the header and complains in the page's
/// console. It is those origins to which browsers send `Sec-Fetch-*` (Fetch Metadata, 2).
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const SENT_TO_TRUSTED: &str = "sec-fetch-mode";

/// A year: browsers that came by https once will not try http again.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// The middleware around everything.
///
/// # Errors
/// Those of the services inside, and the answer to a request whose handler panicked: the request has gone with it.
pub async fn gate(
    services: web::Data<Services>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let worn = Worn {
        is_page: !is_api(request.path()),
        is_https: services.is_https,
        is_trusted: services.is_https || request.headers().contains_key(SENT_TO_TRUSTED),
    };
    let changes_nothing = request.method().is_safe();
    let attended = Attended::begin(request.request());
    let answer = guarded_future(Work::HttpRequest, async {
        match admit(&services, &request) {
            Ok(()) => Ok::<_, Error>(next.call(request).await?.map_into_boxed_body()),
            Err(refused) => Ok(request.into_response(refused.error_response())),
        }
    });
    match answer.await {
        Ok(answer) => {
            let mut response = answer?;
            worn.put_on(response.headers_mut());
            if let Some(attended) = &attended {
                attended.is_answered(response.status() == StatusCode::SWITCHING_PROTOCOLS);
            }
            Ok(response.map_body(|_, body| BoxBody::new(UntilSent { body, _attended: attended })))
        }
        Err(panicked) => {
            // What a handler had submitted before may be stored.
            let refused = if changes_nothing { panicked.into() } else { Refused::new(ErrorCode::Unknown) };
            let mut response = refused.error_response();
            worn.put_on(response.headers_mut());
            Err(InternalError::from_response(panicked, response).into())
        }
    }
}

/// An answer's body, with which the request ends: sent, or given up.
struct UntilSent {
    body: BoxBody,
    _attended: Option<Attended>,
}

impl MessageBody for UntilSent {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// What decides the headers of an answer.
struct Worn {
    is_page: bool,
    is_https: bool,
    is_trusted: bool,
}

impl Worn {
    fn put_on(&self, headers: &mut HeaderMap) {
        let has_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
        for (name, value) in ALWAYS {
            // A handler's own policy is the stricter one.
            if !(has_policy && name == "content-security-policy") {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
        }
        if self.is_trusted {
            headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
        }
        if self.is_https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT_SECURITY));
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            // A file of the page may be kept but is asked after each time: a new program is a new page at once.
            let value = if self.is_page { "no-cache" } else { "no-store" };
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
        }
    }
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || matches!(path, SOCKET_PATH | "/healthz" | "/readyz" | "/metrics")
}

fn admit(services: &Services, request: &ServiceRequest) -> Result<(), Refused> {
    let shown = Shown::of(request.request(), services.cookie_names());
    let asked = Asked {
        method: request.method(),
        is_upgrade: request.path() == SOCKET_PATH,
        has_cookie: matches!(shown, Shown::Cookie(_)),
        has_bearer: matches!(shown, Shown::Bearer(_)),
        headers: request.headers(),
    };
    if !services.origins.allow(&asked) {
        return Err(Refused::new(ErrorCode::OriginRefused));
    }
    let brings_body = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    let is_picture = request.path() == pictures::OWN_PATH && essence(request).starts_with("image/");
    if brings_body && is_api(request.path()) && !is_picture && !says_json(request) {
        return Err(Refused::new(ErrorCode::UnsupportedMediaType));
    }
    Ok(())
}

/// A form or plain text can be sent by any page without asking (the 'simple requests' of CORS); JSON and pictures cannot.
fn says_json(request: &ServiceRequest) -> bool {
    essence(request).eq_ignore_ascii_case("application/json")
}

fn essence(request: &ServiceRequest) -> &str {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

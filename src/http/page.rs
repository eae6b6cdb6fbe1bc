//! The files of the page. Every other address without a file extension answers the page itself, which then finds out
//! what was meant.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use actix_files::{Files, NamedFile};
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::guard::Get;
use actix_web::http::Method;
use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError, web};

use super::refused::Refused;
use crate::protocol::ErrorCode;

/// The files in `directory`, with ETags, so that a browser asks after each and mostly hears 'not modified'.
pub fn files(directory: &Path) -> Files {
    let index = directory.join("index.html");
    Files::new("/", directory)
        .index_file("index.html")
        .prefer_utf8(true)
        .default_handler(fn_service(move |request: ServiceRequest| index_or_nothing(request, index.clone())))
}

/// Its name says its content: kept for a year, and never asked after.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Opened as a page of its own, such a file may do nothing at all. Within the page the page's own policy holds.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The packed page's big files, compressed when they were laid down.
pub fn big_files(directory: &Path) -> Resource {
    let directory = directory.to_owned();
    web::resource(r"/{name:page\.[0-9a-f]+\.(js|css|html)}").get(
        move |request: HttpRequest, name: web::Path<String>| {
            let file = directory.join(name.as_str());
            async move {
                let Ok(mut response) = pressed(&request, &file) else { return not_found() };
                let headers = response.headers_mut();
                headers.insert(header::CACHE_CONTROL, FOR_GOOD);
                headers.insert(header::CONTENT_SECURITY_POLICY, NOTHING);
                // What is never asked after needs no sign to be asked by.
                headers.remove(header::ETAG);
                headers.remove(header::LAST_MODIFIED);
                response
            }
        },
    )
}

/// The page itself, compressed when it was laid down.
pub fn index(directory: &Path) -> Resource {
    let index = directory.join("index.html");
    web::resource("/").guard(Get()).get(move |request: HttpRequest| {
        let index = index.clone();
        async move { pressed(&request, &index).unwrap_or_else(|_| not_found()) }
    })
}

/// A file as the request wishes it: pressed, if that form lies beside it, else as it is.
fn pressed(request: &HttpRequest, file: &Path) -> io::Result<HttpResponse> {
    let form = match wished(request) {
        Some(Encoding::Known(ContentEncoding::Brotli)) => Some((".br", ContentEncoding::Brotli)),
        Some(Encoding::Known(ContentEncoding::Gzip)) => Some((".gz", ContentEncoding::Gzip)),
        _ => None,
    };
    let opened = form.and_then(|(ending, coding)| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        Some(NamedFile::open(name).ok()?.set_content_encoding(coding))
    });
    let opened = opened.map_or_else(|| NamedFile::open(file), Ok)?;
    let kind = match file.extension().and_then(OsStr::to_str) {
        Some("css") => "text/css",
        Some("html") => "text/html; charset=utf-8",
        _ => "text/javascript",
    };
    // By its ending a pressed form would be something to keep, not to open.
    let mut response = opened.disable_content_disposition().into_response(request);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

fn wished(request: &HttpRequest) -> Option<Encoding> {
    let known = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    AcceptEncoding::parse(request).ok()?.negotiate(known.iter())
}

async fn index_or_nothing(request: ServiceRequest, index: PathBuf) -> Result<ServiceResponse, actix_web::Error> {
    let asks_for_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !request.path().rsplit('/').next().unwrap_or_default().contains('.');
    let (request, _) = request.into_parts();
    let response = if asks_for_page { NamedFile::open(index)?.into_response(&request) } else { not_found() };
    Ok(ServiceResponse::new(request, response))
}

fn not_found() -> HttpResponse {
    Refused::new(ErrorCode::NotFound).error_response()
}

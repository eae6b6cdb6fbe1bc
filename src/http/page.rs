//! The files of the page. Every other address without a file extension answers the page itself, which then finds out
//! what was meant.

use std::path::{Path, PathBuf};

use actix_files::{Files, NamedFile};
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
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

/// The packed page's big files, compressed when they were laid down.
pub fn big_files(directory: &Path) -> Resource {
    let directory = directory.to_owned();
    web::resource(r"/{name:page\.[0-9a-f]+\.(js|css)}").get(move |request: HttpRequest, name: web::Path<String>| {
        let file = directory.join(name.as_str());
        async move { big_file(&request, file) }
    })
}

fn big_file(request: &HttpRequest, file: PathBuf) -> HttpResponse {
    let (ending, coding) = match wished(request) {
        Some(Encoding::Known(ContentEncoding::Brotli)) => (".br", ContentEncoding::Brotli),
        Some(Encoding::Known(ContentEncoding::Gzip)) => (".gz", ContentEncoding::Gzip),
        _ => ("", ContentEncoding::Identity),
    };
    let mut pressed = file.clone().into_os_string();
    pressed.push(ending);
    let Ok(opened) = NamedFile::open(pressed) else { return not_found() };
    let kind = if file.extension().is_some_and(|ending| ending == "css") { "text/css" } else { "text/javascript" };
    let mut response = opened.set_content_encoding(coding).into_response(request);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, FOR_GOOD);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
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

//! The one table of routes, in parts by what they are about. Mounting, the answer to a wrong method, the description at
//! `/api/v1/openapi.json` and the tests all read it.

mod admin;
mod chats;
mod people;
mod program;

use actix_web::{Resource, web};

use super::Answer;
use super::refused::Refused;
pub use super::route::{Access, Kind, Route};
use crate::protocol::ErrorCode;

static TABLE: [&[Route]; 4] = [people::ROUTES, admin::ROUTES, chats::ROUTES, program::ROUTES];

/// All routes.
pub fn all() -> impl Iterator<Item = &'static Route> {
    TABLE.into_iter().flatten()
}

/// The routes of each path, which stand together.
pub fn by_path() -> impl Iterator<Item = &'static [Route]> {
    TABLE.into_iter().flat_map(|part| part.chunk_by(|one, next| one.path == next.path))
}

/// One resource a path, which says 405 with `Allow` to any other method.
pub fn resources() -> impl Iterator<Item = Resource> {
    by_path().map(|routes| {
        let allow: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
        let allow = allow.join(", ");
        let mounted =
            routes.iter().fold(web::resource(routes[0].path), |resource, route| resource.route((route.mount)()));
        mounted.default_service(web::to(move || other_method(allow.clone())))
    })
}

async fn other_method(allow: String) -> Answer {
    Err(Refused { allow: Some(allow), ..Refused::new(ErrorCode::MethodNotAllowed) })
}

/// The number in a path. What is no number names nothing.
pub(super) fn id_of(path: &str) -> Result<i64, Refused> {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_digit());
    path.parse().ok().filter(|_| is_plain).ok_or_else(|| Refused::new(ErrorCode::NotFound))
}

//! Everything that is asked over HTTP: one table of routes ([`routes`]), one mapping of refusals to status and
//! code (`refused`), and the files of the page. Handlers parse, ask a reader or submit a write, and answer; they keep
//! no state, know no SQL, and take the acting user from the session only.

mod account;
mod admin;
mod admission;
mod blocks;
mod client;
mod conversations;
mod cookies;
mod devices;
mod fields;
mod gate;
mod health;
mod history;
mod limits;
mod mutes;
mod openapi;
mod origin;
mod page;
mod people;
mod pictures;
mod refused;
mod route;
pub mod routes;
mod search;
mod services;
mod session;
mod socket;
#[cfg(test)]
mod tests;

use std::path::Path;

use actix_web::{HttpResponse, web};

pub use admission::Console;
pub use fields::REQUEST_MAX_BYTES;
pub use gate::gate;
pub use limits::Limits;
pub use origin::Origins;
pub use refused::Refused;
pub use search::SearchDesk;
pub use services::{Chat, Readers, Services, Upgrade};

use crate::protocol::ErrorCode;

/// What handlers return.
type Answer = Result<HttpResponse, Refused>;

/// All services of the program: the routes of the table, then the page's files in `page`.
pub fn configure(app: &mut web::ServiceConfig, page: &Path) {
    app.app_data(web::PayloadConfig::new(REQUEST_MAX_BYTES));
    for resource in routes::resources() {
        app.service(resource);
    }
    app.service(web::scope("/api").default_service(web::to(nothing_here)));
    app.service(page::big_files(page));
    app.service(page::index(page));
    app.service(page::files(page));
}

async fn nothing_here() -> Answer {
    Err(Refused::new(ErrorCode::NotFound))
}

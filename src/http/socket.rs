//! The door to a WebSocket. Who may pass is decided here, before the upgrade; all else is the connection's.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::services::Services;
use super::session::Session;
use crate::connection::Who;
use crate::protocol::ErrorCode;

/// `GET /ws`.
pub async fn open(
    services: web::Data<Services>,
    request: HttpRequest,
    payload: web::Payload,
    session: Session,
) -> Answer {
    let who = Who { user: session.user, session: session.id, keep: session.keep };
    Ok((services.upgrade)(&request, payload, who).unwrap_or_else(|refusal| {
        let mut response = HttpResponse::build(refusal.status());
        if let Some(header) = refusal.header() {
            response.insert_header(header);
        }
        let code = if refusal.status() == 405 { ErrorCode::MethodNotAllowed } else { ErrorCode::InvalidField };
        response.json(json!({ "code": code, "message": refusal.to_string() }))
    }))
}

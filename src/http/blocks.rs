//! Whom somebody has blocked: their own affair, of which nobody else is told.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::account::unexpected;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::domain::UserId;
use crate::store::{Stored, Write};

/// `GET /blocks`.
pub async fn list(services: web::Data<Services>, session: Session) -> Answer {
    let users = services.readers.ask(move |store| store.blocked_by(session.user)).await?;
    Ok(HttpResponse::Ok().json(json!({ "users": users })))
}

/// `PUT /blocks/{user}`.
pub async fn block(services: web::Data<Services>, session: Session, path: web::Path<String>) -> Answer {
    set(&services, session, &path, true).await
}

/// `DELETE /blocks/{user}`.
pub async fn unblock(services: web::Data<Services>, session: Session, path: web::Path<String>) -> Answer {
    set(&services, session, &path, false).await
}

async fn set(services: &Services, session: Session, path: &str, is_blocked: bool) -> Answer {
    let write = Write::SetBlock { user: session.user, other: UserId::new(id_of(path)?), is_blocked };
    match services.chat.submit(write).await? {
        // What was so already is done as well.
        Stored::BlockSet { .. } | Stored::Done => Ok(HttpResponse::NoContent().finish()),
        other => Err(unexpected(&other)),
    }
}

//! One's own sign-ins: the list of devices, and ending them.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::Answer;
use super::fields::Fields;
use super::refused::Refused;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::chat::{OpenSessions, WindowCloses};
use crate::domain::{EndReason, SessionId};
use crate::protocol::ErrorCode;
use crate::store::{WhichSessions, Write};

/// `GET /sessions`.
pub async fn list(services: web::Data<Services>, session: Session) -> Answer {
    let now = services.clock.now();
    let rows = services.readers.ask(move |store| store.sessions_of(session.user, now)).await?;
    let open = services.chat.open_sessions.send(OpenSessions { user: session.user }).await??;
    let sessions: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "current": row.id == session.id,
                "keep": row.keep,
                "kind": row.kind,
                "label": row.label,
                "createdAt": row.created_at,
                "lastUsedAt": row.last_used_at,
                "online": open.contains(&row.id),
            })
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "sessions": sessions })))
}

/// `DELETE /sessions/{id}`.
pub async fn end(services: web::Data<Services>, session: Session, path: web::Path<String>) -> Answer {
    let (user, id, now) = (session.user, SessionId::new(id_of(&path)?), services.clock.now());
    let rows = services.readers.ask(move |store| store.sessions_of(user, now)).await?;
    if !rows.iter().any(|row| row.id == id) {
        return Err(Refused::new(ErrorCode::NotFound));
    }
    services
        .chat
        .submit(Write::EndSessions { user, which: WhichSessions::One(id), reason: EndReason::Revoked })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /sessions/end-others`.
pub async fn end_others(services: web::Data<Services>, session: Session, _: Fields) -> Answer {
    let (user, which) = (session.user, WhichSessions::Others(session.id));
    services.chat.submit(Write::EndSessions { user, which, reason: EndReason::Revoked }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /sessions/closing`: a window says that it closes. Nobody reads the answer.
pub async fn closing(services: web::Data<Services>, session: Session, _: Fields) -> Answer {
    services.chat.window_closes.send(WindowCloses { session: session.id }).await?;
    Ok(HttpResponse::NoContent().finish())
}

//! The directory: who there is and who is here.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::fields::Params;
use super::services::Services;
use super::session::Session;
use crate::chat::PresenceOf;

/// `GET /users`.
pub async fn list(services: web::Data<Services>, session: Session, params: Params) -> Answer {
    let limit = params.limit(100, 200)?;
    let after = params.text("after").map(str::to_owned);
    let query = params.text("q").map(str::trim).filter(|query| !query.is_empty()).map(str::to_owned);
    let page = services.readers.ask(move |store| store.users_page(after.as_deref(), query.as_deref(), limit)).await?;
    let users = page.users.iter().map(|user| user.id).collect();
    let presence = services.chat.presence.send(PresenceOf { viewer: session.user, users }).await??;
    let mut answer = json!({
        "users": page.users,
        "presence": presence,
        "peopleRev": page.people_rev,
        "total": page.total,
    });
    if let Some(next) = page.next {
        answer["next"] = next.into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

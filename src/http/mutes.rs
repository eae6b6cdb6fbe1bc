//! Which conversations somebody does not want to hear of: their own affair, of which nobody else is told.

use actix_web::{HttpResponse, web};

use super::Answer;
use super::account::unexpected;
use super::fields::Fields;
use super::refused::Refused;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::clock::Timestamp;
use crate::domain::{ConversationId, Mute};
use crate::protocol::ErrorCode;
use crate::protocol::limits::INTEGER_MAX;
use crate::store::{Stored, Write};

/// `PUT /conversations/{id}/mute`.
pub async fn mute(services: web::Data<Services>, session: Session, path: web::Path<String>, fields: Fields) -> Answer {
    let until = fields.optional_integer("until")?;
    if until.is_some_and(|until| !(0..=INTEGER_MAX).contains(&until)) {
        let refused = Refused::new(ErrorCode::InvalidField).about("until");
        return Err(refused.saying("until is a moment in milliseconds."));
    }
    set(&services, session, &path, Some(Mute { until: until.map(Timestamp::from_millis) })).await
}

/// `DELETE /conversations/{id}/mute`.
pub async fn unmute(services: web::Data<Services>, session: Session, path: web::Path<String>) -> Answer {
    set(&services, session, &path, None).await
}

async fn set(services: &Services, session: Session, path: &str, mute: Option<Mute>) -> Answer {
    let write = Write::SetMute { user: session.user, conversation: ConversationId::new(id_of(path)?), mute };
    match services.chat.submit(write).await? {
        // What was so already is done as well.
        Stored::MuteSet { .. } | Stored::Done => Ok(HttpResponse::NoContent().finish()),
        other => Err(unexpected(&other)),
    }
}

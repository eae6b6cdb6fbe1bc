//! Messages of one conversation: pages of its history, what changed after a revision, and sending one by `curl`.

use actix_web::{HttpResponse, web};
use serde_json::json;
use uuid::Uuid;

use super::Answer;
use super::account::unexpected;
use super::fields::{Fields, Params};
use super::refused::Refused;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, ConversationId, Rev, Seq, Target};
use crate::protocol::{ChangesFrame, ErrorCode};
use crate::store::{Anchor, ChangesSince, NewMessage, Stored, Write};

/// `GET /conversations/{id}/messages`.
pub async fn page(services: web::Data<Services>, session: Session, path: web::Path<String>, params: Params) -> Answer {
    let (id, limit) = (ConversationId::new(id_of(&path)?), params.limit(50, 200)?);
    let anchor = anchor(&params)?;
    let page = services.readers.ask(move |store| store.messages(session.user, id, anchor, limit)).await?;
    let Some(page) = page else { return Err(Refused::new(ErrorCode::NotFound)) };
    // A page without messages has nothing on the side it was asked for, and whatever there is on the other.
    let has_any = page.head >= page.first && page.head > Seq::ZERO;
    let has_before = match page.messages.first() {
        Some(oldest) => oldest.seq > page.first,
        None => has_any && matches!(anchor, Anchor::After(_)),
    };
    let has_after = match page.messages.last() {
        Some(newest) => newest.seq < page.head,
        None => has_any && matches!(anchor, Anchor::Before(_)),
    };
    let mut answer = json!({
        "messages": page.messages,
        "receipts": page.receipts,
        "late": page.late,
        "rev": page.rev,
        "head": page.head,
        "first": page.first,
        "hasBefore": has_before,
        "hasAfter": has_after,
    });
    if !page.counts.is_empty() {
        answer["counts"] = json!(page.counts);
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// `GET /conversations/{id}/changes`.
pub async fn changes(
    services: web::Data<Services>,
    session: Session,
    path: web::Path<String>,
    params: Params,
) -> Answer {
    let (id, limit) = (ConversationId::new(id_of(&path)?), params.limit(500, 500)?);
    let after = Rev::new(params.number("after")?.unwrap_or(0));
    let found = services.readers.ask(move |store| store.changes(session.user, id, after, limit)).await?;
    match found {
        None => Err(Refused::new(ErrorCode::NotFound)),
        Some(ChangesSince::Reset { rev, head }) => {
            Ok(HttpResponse::Ok().json(json!({ "reset": true, "rev": rev, "head": head })))
        }
        Some(ChangesSince::Changes(changes)) => Ok(HttpResponse::Ok().json(ChangesFrame {
            conversation: changes.conversation,
            after: changes.after,
            rev: changes.rev,
            messages: &changes.messages,
            receipts: &changes.receipts,
            counts: &changes.counts,
            more: changes.has_more,
        })),
    }
}

/// `POST /conversations/{id}/messages`.
pub async fn send(services: web::Data<Services>, session: Session, path: web::Path<String>, fields: Fields) -> Answer {
    let conversation = ConversationId::new(id_of(&path)?);
    let message = NewMessage {
        sender: session.user,
        client_id: client_id(fields.text("clientId")?)?,
        target: Target::Conversation(conversation),
        body: Body::parse(fields.text("body")?)?,
        reply_to: fields.optional_integer("replyTo")?.map(Seq::new),
        written_at: fields.optional_integer("writtenAt")?.map(Timestamp::from_millis),
    };
    match services.chat.submit(Write::Append(message)).await? {
        Stored::Appended { message, .. } => Ok(HttpResponse::Ok().json(json!({
            "conversation": message.conversation,
            "seq": message.seq,
            "rev": message.rev,
            "at": message.at,
            "clientId": message.client_id,
        }))),
        other => Err(unexpected(&other)),
    }
}

fn anchor(params: &Params) -> Result<Anchor, Refused> {
    let seq = |name| Ok::<_, Refused>(params.number(name)?.map(Seq::new));
    match (seq("before")?, seq("after")?, seq("around")?) {
        (None, None, None) => Ok(Anchor::Newest),
        (Some(seq), None, None) => Ok(Anchor::Before(seq)),
        (None, Some(seq), None) => Ok(Anchor::After(seq)),
        (None, None, Some(seq)) => Ok(Anchor::Around(seq)),
        _ => Err(Refused::new(ErrorCode::InvalidField)
            .about("around")
            .saying("Ask for before, after or around a message, not for several.")),
    }
}

/// A client id as HTTP carries it.
///
/// # Errors
/// `invalid_field`.
pub(super) fn client_id(text: &str) -> Result<ClientId, Refused> {
    // As on the socket: other spellings would come back in this one.
    let uuid = Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH);
    uuid.map(ClientId::new).ok_or_else(|| {
        Refused::new(ErrorCode::InvalidField).about("clientId").saying("clientId is a UUID with hyphens.")
    })
}

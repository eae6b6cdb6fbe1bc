//! One's own conversations: the list, one of them, opening new ones, and who is in a group.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::account::unexpected;
use super::fields::{Fields, Params};
use super::history::client_id;
use super::refused::Refused;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::chat::PresenceOf;
use crate::clock::Timestamp;
use crate::domain::{ConversationId, GroupName, Role, UserId};
use crate::protocol::ErrorCode;
use crate::store::{Stored, Write};

/// Most people that a new group may name besides its owner.
const FIRST_MEMBERS_MAX: usize = 9_999;

/// Most people that may be added at once: each of them is a line that every member is told.
const ADDED_MAX: usize = 200;

/// `GET /conversations`.
pub async fn list(services: web::Data<Services>, session: Session, params: Params) -> Answer {
    let limit = params.limit(50, 200)?;
    let before = params.text("before").map(place).transpose()?;
    let page = services.readers.ask(move |store| store.conversations(session.user, before, limit)).await?;
    let last = page.conversations.last().filter(|_| page.has_more);
    let next = last.map(|last| format!("{}.{}", last.last_at.millis(), last.id));
    let mut answer = json!({ "conversations": page.conversations, "users": page.users });
    if let Some(next) = next {
        answer["next"] = next.into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// `GET /conversations/{id}`.
pub async fn one(services: web::Data<Services>, session: Session, path: web::Path<String>) -> Answer {
    answer_with(&services, session, ConversationId::new(id_of(&path)?), StatusCode::OK).await
}

/// `POST /conversations`: 201 for a new one, 200 when the two people had one already or the request made its group before.
pub async fn open(services: web::Data<Services>, session: Session, fields: Fields) -> Answer {
    let user = session.user;
    let write = match fields.text("kind")? {
        "direct" => Write::OpenDirect { user, other: UserId::new(fields.integer("user")?) },
        "group" => {
            let client_id = fields.optional_text("clientId")?.map(client_id).transpose()?;
            let name = GroupName::parse(fields.text("name")?)?;
            let mut members = people(&fields, "members", FIRST_MEMBERS_MAX)?;
            members.sort_unstable();
            members.dedup();
            members.retain(|member| *member != user);
            Write::CreateGroup { user, client_id, name, members }
        }
        _ => {
            let refused = Refused::new(ErrorCode::InvalidField).about("kind");
            return Err(refused.saying("A conversation is direct or a group."));
        }
    };
    match services.chat.submit(write).await? {
        Stored::ConversationChanged { conversation, opened, .. } => {
            let status = if opened.views.is_empty() { StatusCode::OK } else { StatusCode::CREATED };
            answer_with(&services, session, conversation, status).await
        }
        other => Err(unexpected(&other)),
    }
}

/// `PATCH /conversations/{id}`.
pub async fn rename(
    services: web::Data<Services>,
    session: Session,
    path: web::Path<String>,
    fields: Fields,
) -> Answer {
    let (user, conversation) = (session.user, ConversationId::new(id_of(&path)?));
    let name = GroupName::parse(fields.text("name")?)?;
    change(&services, session, conversation, Write::RenameGroup { user, conversation, name }).await
}

/// `GET /conversations/{id}/members`: everybody else who is in, owners first.
pub async fn members(
    services: web::Data<Services>,
    session: Session,
    path: web::Path<String>,
    params: Params,
) -> Answer {
    let (id, limit) = (ConversationId::new(id_of(&path)?), params.limit(100, 200)?);
    let after = params.text("after").map(seat).transpose()?;
    let query = params.text("q").unwrap_or_default().trim().to_lowercase();
    let page = services.readers.ask(move |store| store.members(session.user, id, after, &query, limit)).await?;
    let Some(page) = page else { return Err(Refused::new(ErrorCode::NotFound)) };
    let users = page.users.iter().map(|user| user.id).collect();
    let presence = services.chat.presence.send(PresenceOf { viewer: session.user, users }).await??;
    let mut answer = json!({ "members": page.members, "users": page.users, "presence": presence });
    if let Some(last) = page.members.last().filter(|_| page.has_more) {
        answer["next"] = format!("{}.{}", i64::from(last.role != Role::Owner), last.user).into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// `POST /conversations/{id}/members`.
pub async fn add(services: web::Data<Services>, session: Session, path: web::Path<String>, fields: Fields) -> Answer {
    let (user, conversation) = (session.user, ConversationId::new(id_of(&path)?));
    let members = people(&fields, "users", ADDED_MAX)?;
    change(&services, session, conversation, Write::AddMembers { user, conversation, members }).await
}

/// `DELETE /conversations/{id}/members/{user}`: removes somebody, or leaves.
pub async fn remove(services: web::Data<Services>, session: Session, path: web::Path<(String, String)>) -> Answer {
    let (conversation, member) = (ConversationId::new(id_of(&path.0)?), UserId::new(id_of(&path.1)?));
    let write = Write::RemoveMember { user: session.user, conversation, member };
    change(&services, session, conversation, write).await
}

async fn change(services: &Services, session: Session, conversation: ConversationId, write: Write) -> Answer {
    match services.chat.submit(write).await? {
        Stored::ConversationChanged { .. } => answer_with(services, session, conversation, StatusCode::OK).await,
        other => Err(unexpected(&other)),
    }
}

fn people(fields: &Fields, name: &'static str, most: usize) -> Result<Vec<UserId>, Refused> {
    Ok(fields.integers(name, most)?.into_iter().map(UserId::new).collect())
}

async fn answer_with(services: &Services, session: Session, id: ConversationId, status: StatusCode) -> Answer {
    let found = services.readers.ask(move |store| store.conversation(session.user, id)).await?;
    let Some((conversation, users)) = found else { return Err(Refused::new(ErrorCode::NotFound)) };
    Ok(HttpResponse::build(status).json(json!({ "conversation": conversation, "users": users })))
}

/// Where a page of members goes on: `<0 for an owner, else 1>.<user>` of the last one before it.
fn seat(next: &str) -> Result<(bool, UserId), Refused> {
    let parse = || {
        let (is_no_owner, user) = next.split_once('.')?;
        Some((is_no_owner == "1", UserId::new(user.parse().ok()?)))
    };
    parse().ok_or_else(|| Refused::new(ErrorCode::InvalidField).about("after").saying("after is a page's next."))
}

/// Where a page of conversations goes on: `<lastAt>.<id>` of the last one before it.
fn place(next: &str) -> Result<(Timestamp, ConversationId), Refused> {
    let parse = || {
        let (at, id) = next.split_once('.')?;
        Some((Timestamp::from_millis(at.parse().ok()?), ConversationId::new(id.parse().ok()?)))
    };
    parse().ok_or_else(|| Refused::new(ErrorCode::InvalidField).about("before").saying("before is a page's next."))
}

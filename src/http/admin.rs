//! Running the server: who may sign up, invitations, people. For admins only, and none of it shows or changes what people
//! write to each other. Whatever changes is logged with who changed it, without any secret.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::Answer;
use super::account::unexpected;
use super::fields::{Fields, Params};
use super::refused::Refused;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::auth::LinkToken;
use crate::chat::PresenceOf;
use crate::domain::{INVITATION_HOURS_MAX, INVITATION_PLACES_MAX, Invitation, InvitationId, SignUp, UserId};
use crate::protocol::ErrorCode;
use crate::store::{Administration, RunPerson, Stored, Write};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// How long an invitation holds and for how many, unless it says so: a week, one person.
const INVITATION_HOURS: i64 = 7 * 24;
const INVITATION_PLACES: i64 = 1;

/// How long a link for a new password holds: a day, as long as it may take until somebody looks into their messages.
const PASSWORD_LINK_HOURS: i64 = 24;

/// How many people a page has.
const PEOPLE: usize = 50;
const PEOPLE_MAX: usize = 200;

/// Somebody who is signed in and runs the server. The store asks again when they change something.
#[derive(Debug, Clone, Copy)]
pub struct Admin(UserId);

impl FromRequest for Admin {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Admin, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let services = request.app_data::<web::Data<Services>>().expect("the app is configured with them").clone();
        let session = Session::from_request(request, payload);
        Box::pin(async move {
            let user = session.await?.user;
            let is_admin = services.readers.ask(move |store| store.is_admin(user)).await?;
            if is_admin { Ok(Admin(user)) } else { Err(Refused::new(ErrorCode::Forbidden)) }
        })
    }
}

async fn administer(services: &Services, Admin(by): Admin, what: Administration) -> Result<Stored, Refused> {
    services.chat.submit(Write::Administer { by: Some(by), what }).await
}

/// `GET /admin/settings`.
pub async fn settings(services: web::Data<Services>, _: Admin) -> Answer {
    let governance = services.readers.ask(|store| store.governance()).await?;
    Ok(HttpResponse::Ok().json(json!({ "signUp": governance.sign_up })))
}

/// `PUT /admin/settings`.
pub async fn change_settings(services: web::Data<Services>, admin: Admin, fields: Fields) -> Answer {
    let refused = || {
        let words = "signUp is open, invitation or closed.";
        Refused::new(ErrorCode::InvalidField).saying(words).about("signUp")
    };
    let sign_up = SignUp::parse(fields.text("signUp")?).ok_or_else(refused)?;
    administer(&services, admin, Administration::SetSignUp(sign_up)).await?;
    tracing::info!(admin = %admin.0, sign_up = sign_up.as_str(), "changed who may sign up");
    Ok(HttpResponse::Ok().json(json!({ "signUp": sign_up })))
}

/// `GET /admin/invitations`.
pub async fn invitations(services: web::Data<Services>, _: Admin) -> Answer {
    let now = services.clock.now();
    let invitations = services.readers.ask(move |store| store.invitations(now)).await?;
    let invitations: Vec<Value> = invitations.iter().map(invitation).collect();
    Ok(HttpResponse::Ok().json(json!({ "invitations": invitations })))
}

fn invitation(one: &Invitation) -> Value {
    json!({
        "id": one.id,
        "madeBy": one.made_by,
        "createdAt": one.created_at,
        "expiresAt": one.expires_at,
        "places": one.places,
        "used": one.used,
    })
}

/// `POST /admin/invitations`. The only answer that ever has the token.
pub async fn invite(services: web::Data<Services>, admin: Admin, fields: Fields) -> Answer {
    let hours = within(&fields, "hours", INVITATION_HOURS, INVITATION_HOURS_MAX)?;
    let places = within(&fields, "places", INVITATION_PLACES, INVITATION_PLACES_MAX)?;
    let token = LinkToken::generate();
    let expires_at = services.clock.now().plus_millis(hours * HOUR_MS);
    let what = Administration::Invite { token_hash: *token.hash().as_bytes(), expires_at, places };
    match administer(&services, admin, what).await? {
        Stored::Invited { invitation } => {
            tracing::info!(admin = %admin.0, %invitation, places, hours, "made an invitation");
            let answer =
                json!({ "id": invitation, "token": token.expose(), "expiresAt": expires_at, "places": places });
            Ok(HttpResponse::Created().json(answer))
        }
        other => Err(unexpected(&other)),
    }
}

fn within(fields: &Fields, name: &'static str, usual: i64, most: i64) -> Result<i64, Refused> {
    let refused = || {
        let words = format!("{name} is from 1 to {most}.");
        Refused::new(ErrorCode::InvalidField).saying(words).about(name)
    };
    let asked = fields.optional_integer(name)?.unwrap_or(usual);
    if (1..=most).contains(&asked) { Ok(asked) } else { Err(refused()) }
}

/// `DELETE /admin/invitations/{id}`.
pub async fn uninvite(services: web::Data<Services>, admin: Admin, path: web::Path<String>) -> Answer {
    let invitation = InvitationId::new(id_of(&path)?);
    administer(&services, admin, Administration::Uninvite(invitation)).await?;
    tracing::info!(admin = %admin.0, %invitation, "took an invitation back");
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /admin/people`.
pub async fn people(services: web::Data<Services>, admin: Admin, params: Params) -> Answer {
    let limit = params.limit(PEOPLE, PEOPLE_MAX)?;
    let after = params.text("after").map(str::to_owned);
    let query = params.text("q").map(str::trim).filter(|query| !query.is_empty()).map(str::to_owned);
    let page = services.readers.ask(move |store| store.people_page(after.as_deref(), query.as_deref(), limit)).await?;
    // As anybody else would see it: whoever has blocked an admin is hidden from them too.
    let users = page.people.iter().map(|person| person.user.id).collect();
    let presence = services.chat.presence.send(PresenceOf { viewer: admin.0, users }).await??;
    let people: Vec<Value> = page.people.iter().map(person).collect();
    let mut answer = json!({ "people": people, "presence": presence, "total": page.total });
    if let Some(next) = page.next {
        answer["next"] = next.into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

fn person(one: &RunPerson) -> Value {
    json!({
        "user": one.user,
        "createdAt": one.created_at,
        "isAdmin": one.is_admin,
    })
}

/// `PATCH /admin/people/{user}`.
pub async fn change_person(
    services: web::Data<Services>,
    admin: Admin,
    path: web::Path<String>,
    fields: Fields,
) -> Answer {
    let user = UserId::new(id_of(&path)?);
    let (disabled, is_admin) = (fields.optional_claim("disabled")?, fields.optional_claim("isAdmin")?);
    if let Some(disabled) = disabled {
        administer(&services, admin, Administration::SetDisabled { user, disabled }).await?;
        tracing::info!(admin = %admin.0, %user, disabled, "disabled or enabled a person");
    }
    if let Some(is_admin) = is_admin {
        administer(&services, admin, Administration::SetAdmin { user, is_admin }).await?;
        tracing::info!(admin = %admin.0, %user, is_admin, "gave or took the admin's role");
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /admin/people/{user}/password-link`. The only answer that ever has the token.
pub async fn link_password(services: web::Data<Services>, admin: Admin, path: web::Path<String>, _: Fields) -> Answer {
    let user = UserId::new(id_of(&path)?);
    let token = LinkToken::generate();
    let expires_at = services.clock.now().plus_millis(PASSWORD_LINK_HOURS * HOUR_MS);
    let what = Administration::LinkPassword { user, token_hash: *token.hash().as_bytes(), expires_at };
    administer(&services, admin, what).await?;
    tracing::info!(admin = %admin.0, %user, "made a link for a new password");
    Ok(HttpResponse::Created().json(json!({ "token": token.expose(), "expiresAt": expires_at })))
}

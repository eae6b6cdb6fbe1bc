//! Coming in: what somebody shows who signs up, becomes the first admin, or sets a new password by a link. What they show
//! travels in bodies only, never in an address, and is never logged.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::account::{check_strength, unexpected, wait_for};
use super::fields::Fields;
use super::refused::Refused;
use super::services::Services;
use super::session::Session;
use super::{Answer, client};
use crate::auth::{Attempt, CodeHash, Decision, Lane, LinkToken, Password, Throttle, ThrottleLimits};
use crate::config::Rate;
use crate::domain::SignUp;
use crate::protocol::ErrorCode;
use crate::store::{Admission, Governance, Stored, Write};

/// The console's code, while nobody runs the server, and the brake on guessing it.
pub struct Console {
    code: CodeHash,
    brake: Mutex<Throttle>,
}

impl Console {
    /// This code. Each address has a brake of its own and there is none for all: strangers who guess must not keep the
    /// owner waiting, and 100 random bits are out of reach for any number of them.
    pub fn new(code: CodeHash) -> Console {
        let limits = ThrottleLimits { strangers: Rate::per_minute(u32::MAX, u32::MAX), ..ThrottleLimits::default() };
        Console { code, brake: Mutex::new(Throttle::new(limits)) }
    }

    fn check(&self, services: &Services, request: &HttpRequest, typed: &str) -> Result<(), Refused> {
        let address = client::address(request, &services.trusted_proxies);
        let attempt = Attempt::new(&format!("the code from {address}"), address, None);
        let mut brake = self.brake.lock().unwrap_or_else(PoisonError::into_inner);
        match brake.admit(&attempt, Instant::now()) {
            Decision::Wait(wait) => Err(wait_for(wait)),
            Decision::Allowed { .. } if self.code.is_of(typed) => {
                brake.succeeded(&attempt);
                Ok(())
            }
            Decision::Allowed { .. } => Err(Refused::new(ErrorCode::CodeWrong).about("code")),
        }
    }
}

fn check_code(services: &Services, request: &HttpRequest, typed: &str) -> Result<(), Refused> {
    match &services.console {
        Some(console) => console.check(services, request, typed),
        // There was an admin when the server started, and there always is one from then on.
        None => Err(Refused::new(ErrorCode::AdminExists).about("code")),
    }
}

/// By what somebody signs up. The store decides; this only spares the hashing of a password to whom it would refuse.
pub(super) async fn shown(services: &Services, request: &HttpRequest, fields: &Fields) -> Result<Admission, Refused> {
    if let Some(code) = fields.optional_text("code")? {
        check_code(services, request, code)?;
        return Ok(Admission::Code);
    }
    let invitation = fields.optional_text("invitation")?;
    let token = invitation.and_then(LinkToken::parse).map(|token| *token.hash().as_bytes());
    let (Governance { sign_up, .. }, has_place) = asked(services, token).await?;
    match (sign_up, token) {
        (SignUp::Closed, _) => Err(Refused::new(ErrorCode::SignUpClosed)),
        (SignUp::Invitation, _) if invitation.is_none() => Err(Refused::new(ErrorCode::InvitationNeeded)),
        (SignUp::Invitation, _) if !has_place => Err(Refused::new(ErrorCode::InvitationOver)),
        (_, Some(token)) => Ok(Admission::Invitation(token)),
        (_, None) => Ok(Admission::Door),
    }
}

async fn asked(services: &Services, token: Option<[u8; 32]>) -> Result<(Governance, bool), Refused> {
    let now = services.clock.now();
    services
        .readers
        .ask(move |store| {
            let has_place = token.map_or(Ok(false), |token| store.has_place(&token, now))?;
            Ok((store.governance()?, has_place))
        })
        .await
}

/// `POST /admission`: what whoever is outside may know before they try. A body, because an invitation's token goes in it.
pub async fn look(services: web::Data<Services>, fields: Fields) -> Answer {
    let invitation = fields.optional_text("invitation")?;
    let token = invitation.and_then(LinkToken::parse).map(|token| *token.hash().as_bytes());
    let (Governance { sign_up, has_admin }, has_place) = asked(&services, token).await?;
    let mut answer = json!({ "signUp": sign_up, "hasAdmin": has_admin });
    if invitation.is_some() {
        answer["invited"] = (has_place && sign_up != SignUp::Closed).into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// `POST /me/admin`: whoever is signed in and has the console's code runs the server from now on.
pub async fn take_server(
    services: web::Data<Services>,
    request: HttpRequest,
    session: Session,
    fields: Fields,
) -> Answer {
    check_code(&services, &request, fields.text("code")?)?;
    services.chat.submit(Write::TakeServer { user: session.user }).await?;
    tracing::info!(user = %session.user, "became the first admin by the console's code");
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /password-link`: a new password for whoever was given a link.
pub async fn redeem(services: web::Data<Services>, fields: Fields) -> Answer {
    let over = || Refused::new(ErrorCode::LinkOver);
    let token_hash = *LinkToken::parse(fields.text("token")?).ok_or_else(over)?.hash().as_bytes();
    let new = Password::parse(fields.text("new")?).map_err(|error| Refused::from(error).about("new"))?;
    let now = services.clock.now();
    let user = services.readers.ask(move |store| store.password_link(&token_hash, now)).await?.ok_or_else(over)?;
    let words = vec![user.username.clone(), user.display_name];
    check_strength(&services, Lane::Stranger, new.clone(), words)
        .await?
        .map_err(|weakness| Refused::from(weakness).about("new"))?;
    let hash = services.passwords.try_hash(Lane::Stranger, new)?.await?.as_str().to_owned();
    match services.chat.submit(Write::RedeemPasswordLink { token_hash, hash }).await? {
        Stored::PasswordSet { user: id, .. } => {
            tracing::info!(user = %id, "set a new password by a link");
            Ok(HttpResponse::Ok().json(json!({ "username": user.username })))
        }
        other => Err(unexpected(&other)),
    }
}

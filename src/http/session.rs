//! Who asks. A handler that takes a [`Session`] runs only for somebody who is signed in.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};

use super::refused::Refused;
use super::services::Services;
use crate::auth::{CookieNames, SessionToken};
use crate::connection::door::Knowing;
use crate::domain::{SessionId, SessionKind, UserId};
use crate::protocol::ErrorCode;
use crate::store::{SessionRow, Write};

/// A session is renewed by use at most this often, in milliseconds: an hour.
const RENEW_EVERY_MILLIS: i64 = 60 * 60 * 1000;

/// A checked sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Whose. The only source of an acting user there is.
    pub user: UserId,
    /// Cookie or bearer.
    pub kind: SessionKind,
    /// 'Keep me signed in'.
    pub keep: bool,
}

/// What a request shows to prove its session. A bearer token goes first; the cookie is then not even looked at.
#[derive(Debug)]
pub enum Shown {
    /// `Authorization: Bearer`. `None` if it is no token of ours.
    Bearer(Option<SessionToken>),
    /// The session cookie. `None` if its value is no token of ours.
    Cookie(Option<SessionToken>),
    /// Neither.
    Nothing,
}

impl Shown {
    /// Reads it off a request.
    pub fn of(request: &HttpRequest, names: CookieNames) -> Shown {
        if let Some(value) = request.headers().get(header::AUTHORIZATION) {
            return Shown::Bearer(value.to_str().ok().and_then(SessionToken::from_authorization));
        }
        match request.cookie(names.session) {
            Some(cookie) => Shown::Cookie(SessionToken::parse(cookie.value())),
            None => Shown::Nothing,
        }
    }

    fn token(self) -> Option<(SessionToken, SessionKind)> {
        match self {
            Shown::Bearer(token) => token.map(|token| (token, SessionKind::Token)),
            Shown::Cookie(token) => token.map(|token| (token, SessionKind::Browser)),
            Shown::Nothing => None,
        }
    }
}

impl Session {
    /// Finds the session that a request shows.
    ///
    /// # Errors
    /// `unauthenticated` when there is none, or when a cookie's token came as a bearer or the other way round: a stolen
    /// cookie value must not become a way around the check of origins.
    pub async fn find(services: &Services, shown: Shown) -> Result<Session, Refused> {
        let Some((token, kind)) = shown.token() else { return Err(Refused::new(ErrorCode::Unauthenticated)) };
        let (hash, now) = (*token.hash().as_bytes(), services.clock.now());
        let row = services.readers.ask(move |store| store.session(&hash, now)).await?;
        let Some(row) = row.filter(|row| row.kind == kind) else {
            return Err(Refused::new(ErrorCode::Unauthenticated));
        };
        renew(services, &row, now.millis());
        Ok(Session { id: row.id, user: row.user, kind: row.kind, keep: row.keep })
    }
}

/// A session that ends by closing windows is renewed by windows alone: this would take its deadline away.
fn renew(services: &Services, row: &SessionRow, now: i64) {
    let ends_by_idleness = row.keep || row.kind == SessionKind::Token;
    if ends_by_idleness && now - row.last_used_at.millis() >= RENEW_EVERY_MILLIS {
        services.chat.mention(Write::SessionInUse { session: row.id });
    }
}

impl FromRequest for Session {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Session, Refused>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let services = request.app_data::<web::Data<Services>>().expect("the app is configured with them").clone();
        let shown = Shown::of(request, services.cookie_names());
        let connection = Knowing::of(request);
        Box::pin(async move {
            let session = Session::find(&services, shown).await?;
            if let Some(connection) = connection {
                connection.shows_session();
            }
            services.limits.request_of(session.user)?;
            Ok(session)
        })
    }
}

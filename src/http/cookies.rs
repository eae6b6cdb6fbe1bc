//! The two cookies: the session's, and the one by which a browser is known that has logged in before.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use super::services::Services;
use crate::auth::{DEVICE_COOKIE_LIFE_MILLIS, DeviceCookie, SessionToken};
use crate::domain::UserId;

/// How long a kept session lives without use: 30 days (design §5a). The cookie is renewed with it.
const KEPT_DAYS: i64 = 30;

/// The session's cookie. Without `keep` it goes when the browser does, if it does not restore its windows.
pub fn session(services: &Services, token: &SessionToken, keep: bool) -> Cookie<'static> {
    session_with_value(services, token.expose(), keep)
}

/// The same cookie with its life renewed, for a session that is kept.
pub fn session_renewed(services: &Services, request: &HttpRequest) -> Option<Cookie<'static>> {
    let value = request.cookie(services.cookie_names().session)?.value().to_owned();
    Some(session_with_value(services, value, true))
}

/// Takes the session's cookie away.
pub fn session_removed(services: &Services) -> Cookie<'static> {
    let mut cookie = session_with_value(services, String::new(), false);
    cookie.make_removal();
    cookie
}

/// The cookie of a browser in which `user` has just proved who they are.
pub fn device(services: &Services, user: UserId) -> Cookie<'static> {
    let value = DeviceCookie::issue(user, services.clock.now()).sign(&services.secret);
    let mut cookie = ours(services, services.cookie_names().device, value);
    cookie.set_max_age(Duration::milliseconds(DEVICE_COOKIE_LIFE_MILLIS));
    cookie
}

/// The device cookie that a request shows, if we made it.
pub fn device_shown(services: &Services, request: &HttpRequest) -> Option<DeviceCookie> {
    let cookie = request.cookie(services.cookie_names().device)?;
    DeviceCookie::verify(cookie.value(), &services.secret, services.clock.now())
}

fn session_with_value(services: &Services, value: String, keep: bool) -> Cookie<'static> {
    let mut cookie = ours(services, services.cookie_names().session, value);
    if keep {
        cookie.set_max_age(Duration::days(KEPT_DAYS));
    }
    cookie
}

/// `Lax` rather than `Strict`, so that a link to a conversation finds its reader signed in.
fn ours(services: &Services, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(services.is_https).finish()
}

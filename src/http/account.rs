//! Sign-up, log-in, log-out, one's own profile and password.

use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, json};

use super::fields::Fields;
use super::refused::Refused;
use super::services::Services;
use super::session::{Session, Shown};
use super::{Answer, admission, client, cookies};
use crate::auth::{
    Attempt, Decision, DeviceId, Lane, Password, PasswordHash, Pending, SessionToken, TokenHash, Verdict, Weakness,
};
use crate::domain::{DisplayName, EndReason, Hue, Pronoun, SessionKind, Status, UserId, Username, UsernameKey};
use crate::protocol::ErrorCode;
use crate::store::{Admission, Credentials, NewSession, NewUser, ReadStore, Refusal, Stored, WhichSessions, Write};

/// `POST /signup`.
pub async fn sign_up(services: web::Data<Services>, request: HttpRequest, fields: Fields) -> Answer {
    services.limits.sign_up_from(client::address(&request, &services.trusted_proxies))?;
    let username = Username::parse(fields.text("username")?)?;
    let password = Password::parse(fields.text("password")?)?;
    let display_name = match fields.optional_text("displayName")? {
        Some(name) => DisplayName::parse(name)?,
        None => DisplayName::from(&username),
    };
    let keep = fields.claim("keepSignedIn")?;
    let by = admission::shown(&services, &request, &fields).await?;
    let words = vec![username.as_str().to_owned(), display_name.as_str().to_owned()];
    // Told before a quarter of a second is spent on hashing; what counts is the constraint in the store.
    if let Some(key) = UsernameKey::fold(username.as_str())
        && services.readers.ask(move |store| store.credentials(&key)).await?.is_some()
    {
        let refused = Refused::from(Refusal::UsernameTaken);
        return Err(offer_another(&services, refused, username, display_name).await);
    }
    check_strength(&services, Lane::Stranger, password.clone(), words).await?.map_err(Refused::from)?;
    let hash = services.passwords.try_hash(Lane::Stranger, password)?.await?;
    let password_hash = hash.as_str().to_owned();
    let user = NewUser {
        username: username.clone(),
        display_name: display_name.clone(),
        password_hash,
        password_is_weak: false,
    };
    let token = SessionToken::generate();
    // The user does not exist yet; the store puts the new one in.
    let session = new_session(&services, &request, UserId::new(0), token.hash(), SessionKind::Browser, keep);
    let stored = match services.chat.submit(Write::SignUp { user, session: Some(session), by }).await {
        Ok(stored) => stored,
        Err(refused) if refused.code == ErrorCode::UsernameTaken => {
            return Err(offer_another(&services, refused, username, display_name).await);
        }
        Err(refused) => return Err(refused),
    };
    match stored {
        Stored::UserCreated { user, .. } => {
            if by == Admission::Code {
                tracing::info!(user = %user.id, "signed up as the first admin by the console's code");
            }
            Ok(HttpResponse::Created()
                .cookie(cookies::session(&services, &token, keep))
                .cookie(cookies::device(&services, user.id))
                .json(json!({ "user": user })))
        }
        other => Err(unexpected(&other)),
    }
}

/// Beside a name that is taken stands one that is not. Without it the refusal says all the same what is wrong.
async fn offer_another(services: &Services, refused: Refused, wished: Username, called: DisplayName) -> Refused {
    let first_free = move |store: &mut dyn ReadStore| {
        for name in wished.alternatives(&called) {
            if store.is_free(&name)? {
                return Ok(Some(Box::from(name.as_str())));
            }
        }
        Ok(None)
    };
    Refused { suggestion: services.readers.ask(first_free).await.unwrap_or_default(), ..refused }
}

/// `POST /login`. A wrong name and a wrong password take the same time and get the same answer.
pub async fn log_in(services: web::Data<Services>, request: HttpRequest, fields: Fields) -> Answer {
    let name = fields.text("username")?.to_owned();
    let password = Password::parse(fields.text("password")?)?;
    let keep = fields.claim("keepSignedIn")?;
    let wants_token = fields.claim("token")?;
    let credentials = match UsernameKey::fold(&name) {
        Some(key) => services.readers.ask(move |store| store.credentials(&key)).await?,
        None => None,
    };
    let known = cookies::device_shown(&services, &request);
    let device = credentials.as_ref().and_then(|found| known?.device_of(found.user.id));
    let attempt = Attempt::new(&name, client::address(&request, &services.trusted_proxies), device);
    let credentials = prove(&services, &attempt, password, credentials).await?;

    let token = SessionToken::generate();
    let kind = if wants_token { SessionKind::Token } else { SessionKind::Browser };
    let user = credentials.user;
    let session = new_session(&services, &request, user.id, token.hash(), kind, keep && !wants_token);
    services.chat.submit(Write::OpenSession(session)).await?;
    let mut answer = Map::new();
    answer.insert("user".into(), json!(user));
    if credentials.password_is_weak {
        answer.insert("weakPassword".into(), true.into());
    }
    if wants_token {
        answer.insert("token".into(), token.expose().into());
        return Ok(HttpResponse::Ok().json(answer));
    }
    Ok(HttpResponse::Ok()
        .cookie(cookies::session(&services, &token, keep))
        .cookie(cookies::device(&services, user.id))
        .json(answer))
}

/// `POST /logout`.
pub async fn log_out(services: web::Data<Services>, session: Session, _: Fields) -> Answer {
    let (user, which) = (session.user, WhichSessions::One(session.id));
    services.chat.submit(Write::EndSessions { user, which, reason: EndReason::LoggedOut }).await?;
    Ok(HttpResponse::NoContent().cookie(cookies::session_removed(&services)).finish())
}

/// `GET /me`.
pub async fn me(services: web::Data<Services>, request: HttpRequest, session: Session) -> Answer {
    let question =
        move |store: &mut dyn ReadStore| Ok((store.credentials_of(session.user)?, store.is_admin(session.user)?));
    let (Some(Credentials { user, password_is_weak, read_receipts, .. }), is_admin) =
        services.readers.ask(question).await?
    else {
        return Err(Refused::new(ErrorCode::Unauthenticated));
    };
    let session_view = json!({ "id": session.id, "keep": session.keep });
    let mut answer =
        json!({ "user": user, "session": session_view, "isAdmin": is_admin, "readReceipts": read_receipts });
    if password_is_weak {
        answer["weakPassword"] = true.into();
    }
    let mut response = HttpResponse::Ok();
    if session.keep
        && let Some(cookie) = cookies::session_renewed(&services, &request)
    {
        response.cookie(cookie);
    }
    Ok(response.json(answer))
}

/// `PATCH /me`.
pub async fn change_me(services: web::Data<Services>, session: Session, fields: Fields) -> Answer {
    let display_name = fields.optional_text("displayName")?.map(DisplayName::parse).transpose()?;
    let pronoun = fields.optional_text("pronoun")?.map(pronoun).transpose()?;
    let hue = fields.optional_integer("hue")?.map(|degrees| {
        let refused = || Refused::new(ErrorCode::InvalidField).saying("There is no such hue.").about("hue");
        Hue::parse(degrees).ok_or_else(refused)
    });
    let hue = hue.transpose()?;
    let status = fields.optional_text("status")?.map(Status::parse).transpose()?;
    let user = session.user;
    if let Some(are_on) = fields.optional_claim("readReceipts")? {
        match services.chat.submit(Write::SetReadReceipts { user, are_on }).await? {
            Stored::ReadReceiptsSet { .. } | Stored::Done => {}
            other => return Err(unexpected(&other)),
        }
    }
    // Everybody is told of a profile; of the choice above nobody else may notice anything.
    if display_name.is_some() || pronoun.is_some() || hue.is_some() || status.is_some() {
        let write = Write::ChangeProfile { user, display_name, pronoun, hue, status };
        match services.chat.submit(write).await? {
            Stored::UserChanged { .. } => {}
            other => return Err(unexpected(&other)),
        }
    }
    let found = services.readers.ask(move |store| store.credentials_of(user)).await?;
    let Some(Credentials { user, read_receipts, .. }) = found else {
        return Err(Refused::new(ErrorCode::Unauthenticated));
    };
    Ok(HttpResponse::Ok().json(json!({ "user": user, "readReceipts": read_receipts })))
}

/// `POST /me/password`.
pub async fn change_password(
    services: web::Data<Services>,
    request: HttpRequest,
    session: Session,
    fields: Fields,
) -> Answer {
    let current = Password::parse(fields.text("current")?).map_err(|error| Refused::from(error).about("current"))?;
    let new = Password::parse(fields.text("new")?).map_err(|error| Refused::from(error).about("new"))?;
    let credentials = services.readers.ask(move |store| store.credentials_of(session.user)).await?;
    let user = match &credentials {
        Some(found) => found.user.clone(),
        None => return Err(Refused::new(ErrorCode::Unauthenticated)),
    };
    // Whoever has a session is no stranger: limits of the account and the address are for those who have none.
    let known = cookies::device_shown(&services, &request).and_then(|cookie| cookie.device_of(user.id));
    let known = known.unwrap_or_else(|| DeviceId::of_session(session.id));
    let address = client::address(&request, &services.trusted_proxies);
    let attempt = Attempt::new(&user.username, address, Some(known));
    prove(&services, &attempt, current, credentials).await.map_err(|refused| match refused.code {
        ErrorCode::WrongCredentials => refused.saying("That is not your present password.").about("current"),
        _ => refused,
    })?;
    let words = vec![user.username.clone(), user.display_name.clone()];
    check_strength(&services, Lane::Known, new.clone(), words)
        .await?
        .map_err(|weakness| Refused::from(weakness).about("new"))?;
    let hash = services.passwords.try_hash(Lane::Known, new)?.await?.as_str().to_owned();
    let write = Write::SetPassword { user: user.id, hash, is_weak: false, keep: Some(session.id) };
    services.chat.submit(write).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /password-check`: what the meter beside the field shows. Nothing of it is stored or logged.
pub async fn check_password(services: web::Data<Services>, request: HttpRequest, fields: Fields) -> Answer {
    match Session::find(&services, Shown::of(&request, services.cookie_names())).await {
        Ok(session) => services.limits.request_of(session.user)?,
        Err(_) => services.limits.judge_for(client::address(&request, &services.trusted_proxies))?,
    }
    let password = Password::parse(fields.text("password")?)?;
    let words: Vec<String> = fields.optional_text("username")?.map(str::to_owned).into_iter().collect();
    let policy = services.policy;
    let strength = judge(&services, Lane::Stranger, move || {
        policy.assess(&password, &words.iter().map(String::as_str).collect::<Vec<_>>())
    })?
    .await?;
    let mut answer = json!({
        "score": strength.score,
        "ok": strength.is_enough,
        "suggestions": strength.suggestions,
    });
    if let Some(warning) = strength.warning {
        answer["warning"] = warning.into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// Checks a password, at the pace that the brake allows. The only place where a password opens anything.
async fn prove(
    services: &web::Data<Services>,
    attempt: &Attempt,
    password: Password,
    credentials: Option<Credentials>,
) -> Result<Credentials, Refused> {
    let (tries_left, pause) = match services.throttle().admit(attempt, Instant::now()) {
        Decision::Allowed { tries_left, pause } => (tries_left, pause),
        Decision::Wait(wait) => return Err(wait_for(wait)),
    };
    // A disabled person's password is checked against nothing: their answer is that of a wrong one.
    let stored = credentials.as_ref().filter(|found| !found.user.disabled);
    let stored = stored.and_then(|found| PasswordHash::parse(&found.password_hash));
    let checked: Result<Verdict, Refused> =
        match services.passwords.try_verify(attempt.lane(), password.clone(), stored) {
            Ok(pending) => pending.await.map_err(Refused::from),
            Err(busy) => Err(busy.into()),
        };
    match (checked, credentials) {
        (Ok(Verdict::Right { needs_rehash }), Some(credentials)) => {
            services.throttle().succeeded(attempt);
            if needs_rehash {
                renew_hash(services, &credentials, password);
            }
            Ok(credentials)
        }
        (Ok(_), _) => Err(wrong(tries_left, pause)),
        (Err(refused), _) => {
            services.throttle().withdrawn(attempt);
            Err(refused)
        }
    }
}

/// Too many attempts.
pub(super) fn wait_for(wait: Duration) -> Refused {
    let message = format!("Too many attempts. Wait {}.", in_words(wait));
    Refused::new(ErrorCode::TooManyAttempts).saying(message).again_after(wait)
}

fn wrong(tries_left: u32, pause: Duration) -> Refused {
    let refused = Refused::new(ErrorCode::WrongCredentials);
    match tries_left {
        0 => refused.saying(format!("Wrong username or password. Wait {}.", in_words(pause))).again_after(pause),
        1 => refused.saying("Wrong username or password. 1 try left before a short pause."),
        tries => refused.saying(format!("Wrong username or password. {tries} tries left before a short pause.")),
    }
}

fn in_words(wait: Duration) -> String {
    match wait.as_millis().div_ceil(1000) {
        1 => "a second".to_owned(),
        seconds @ ..=90 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// The cost was raised since this hash was made. Nobody waits for the new one, and it may fail: the old one still works.
fn renew_hash(services: &web::Data<Services>, credentials: &Credentials, password: Password) {
    let Ok(pending) = services.passwords.try_hash(Lane::Known, password) else { return };
    let (user, old, services) = (credentials.user.id, credentials.password_hash.clone(), services.clone());
    actix_web::rt::spawn(async move {
        if let Ok(new) = pending.await {
            services.chat.mention(Write::RenewHash { user, old, new: new.as_str().to_owned() });
        }
    });
}

pub(super) async fn check_strength(
    services: &Services,
    lane: Lane,
    password: Password,
    words: Vec<String>,
) -> Result<Result<(), Weakness>, Refused> {
    let policy = services.policy;
    let check = move || policy.check(&password, &words.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(judge(services, lane, check)?.await?)
}

/// Judging takes milliseconds, too long for a thread that serves connections.
fn judge<T: Send + 'static>(
    services: &Services,
    lane: Lane,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Pending<T>, Refused> {
    Ok(services.passwords.try_run(lane, work)?)
}

fn new_session(
    services: &Services,
    request: &HttpRequest,
    user: UserId,
    token_hash: TokenHash,
    kind: SessionKind,
    keep: bool,
) -> NewSession {
    let left_life = i64::try_from(services.left_life.as_millis()).unwrap_or(i64::MAX);
    // Until its first window opens, a session that nobody keeps ends like one whose window was lost.
    let ends = kind == SessionKind::Browser && !keep;
    NewSession {
        user,
        token_hash: *token_hash.as_bytes(),
        kind,
        keep,
        label: client::label(request.headers()),
        ends_at: ends.then(|| services.clock.now().plus_millis(left_life)),
    }
}

fn pronoun(text: &str) -> Result<Option<Pronoun>, Refused> {
    match text {
        "" => Ok(None),
        "he" => Ok(Some(Pronoun::He)),
        "she" => Ok(Some(Pronoun::She)),
        "they" => Ok(Some(Pronoun::They)),
        _ => Err(Refused::new(ErrorCode::InvalidField).saying("A pronoun is he, she or they.").about("pronoun")),
    }
}

/// The store answered a write with the outcome of another: a mistake of ours, told as what it is to the client.
pub(super) fn unexpected(stored: &Stored) -> Refused {
    tracing::error!(?stored, "the store answered a write with another one's outcome");
    Refused::new(ErrorCode::Unknown)
}

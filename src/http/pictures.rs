//! People's own pictures. What is kept is checked and told from the bytes alone, and what is served can do nothing but be
//! looked at.

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::account::unexpected;
use super::fields::whole_body;
use super::refused::Refused;
use super::routes::id_of;
use super::services::Services;
use super::session::Session;
use crate::domain::{Picture, PictureError, PictureHash, UserId};
use crate::protocol::ErrorCode;
use crate::store::{Stored, Write};

/// Where one's own picture is put: the only address whose body is not JSON.
pub const OWN_PATH: &str = "/api/v1/me/picture";

/// Opened by itself, a picture runs nothing and loads nothing.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; sandbox";

/// The address names the exact bytes, so nobody need ask for them twice.
const CACHE_CONTROL: &str = "private, max-age=31536000, immutable";

/// `PUT /me/picture`: the file itself, under its own content type.
pub async fn put(services: web::Data<Services>, request: HttpRequest, session: Session, body: File) -> Answer {
    let picture = Picture::parse(&body.0)?;
    if request.content_type() != picture.kind().media_type() {
        return Err(PictureError::Kind.into());
    }
    set(&services, session, Some(picture)).await
}

/// `DELETE /me/picture`.
pub async fn remove(services: web::Data<Services>, session: Session) -> Answer {
    set(&services, session, None).await
}

async fn set(services: &Services, session: Session, picture: Option<Picture>) -> Answer {
    let user = session.user;
    match services.chat.submit(Write::SetPicture { user, picture }).await? {
        // What was so already is done as well.
        Stored::UserChanged { .. } | Stored::Done => {}
        other => return Err(unexpected(&other)),
    }
    let found = services.readers.ask(move |store| store.user(user)).await?;
    let Some(user) = found else { return Err(Refused::new(ErrorCode::Unauthenticated)) };
    Ok(HttpResponse::Ok().json(json!({ "user": user })))
}

/// `GET /users/{user}/picture/{hash}`: the picture that somebody has now; nobody's former one.
pub async fn show(services: web::Data<Services>, _: Session, path: web::Path<(String, String)>) -> Answer {
    let user = UserId::new(id_of(&path.0)?);
    let hash = PictureHash::parse(&path.1).ok_or_else(|| Refused::new(ErrorCode::NotFound))?;
    let found = services.readers.ask(move |store| store.picture(user, hash)).await?;
    let Some(picture) = found else { return Err(Refused::new(ErrorCode::NotFound)) };
    Ok(HttpResponse::Ok()
        .content_type(picture.kind().media_type())
        .insert_header((header::CACHE_CONTROL, CACHE_CONTROL))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(picture.bytes().to_vec()))
}

/// A body as it came. Its limit is the `PayloadConfig` that `super::configure` sets: a picture may be as large as that.
pub struct File(web::Bytes);

impl actix_web::FromRequest for File {
    type Error = Refused;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<File, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let body = whole_body(request, payload);
        Box::pin(async move { body.await?.map(File).map_err(|_| PictureError::Bytes.into()) })
    }
}

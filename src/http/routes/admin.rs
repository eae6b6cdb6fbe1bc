//! Coming in, and running the server.

use actix_web::http::Method;
use actix_web::web;

use super::super::route::{Access, Kind, Route, may, must};
use super::super::{admin, admission};
use crate::protocol::ErrorCode as E;

use Access::{AdminsOnly, Anyone, SignedIn};
use Kind::{Claim, Integer, Text};

/// This part of the table.
pub static ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/api/v1/admission",
        summary: "Who may sign up, and whether an invitation holds. Its token is what follows `#invitation=` in the link.",
        access: Anyone,
        takes: &[may("invitation", Text)],
        answers: &[(200, &["signUp", "hasAdmin", "invited"])],
        refuses: &[],
        mount: || web::post().to(admission::look),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/password-link",
        summary: "Set a new password by a link that an admin made. The link and all sign-ins end.",
        access: Anyone,
        takes: &[must("token", Text), must("new", Text)],
        answers: &[(200, &["username"])],
        refuses: &[E::LinkOver, E::PasswordWeak, E::PasswordTooLong],
        mount: || web::post().to(admission::redeem),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/me/admin",
        summary: "Become the first admin, with the code that the server prints when it starts.",
        access: SignedIn,
        takes: &[must("code", Text)],
        answers: &[(204, &[])],
        refuses: &[E::CodeWrong, E::AdminExists, E::TooManyAttempts],
        mount: || web::post().to(admission::take_server),
    },
    Route {
        method: Method::GET,
        path: "/api/v1/admin/settings",
        summary: "What holds for the whole server.",
        access: AdminsOnly,
        takes: &[],
        answers: &[(200, &["signUp"])],
        refuses: &[E::Forbidden],
        mount: || web::get().to(admin::settings),
    },
    Route {
        method: Method::PUT,
        path: "/api/v1/admin/settings",
        summary: "Choose who may sign up: open, invitation or closed.",
        access: AdminsOnly,
        takes: &[must("signUp", Text)],
        answers: &[(200, &["signUp"])],
        refuses: &[E::Forbidden],
        mount: || web::put().to(admin::change_settings),
    },
    Route {
        method: Method::GET,
        path: "/api/v1/admin/invitations",
        summary: "Invitations that have not expired, the newest first, without their tokens.",
        access: AdminsOnly,
        takes: &[],
        answers: &[(200, &["invitations"])],
        refuses: &[E::Forbidden],
        mount: || web::get().to(admin::invitations),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/admin/invitations",
        summary: "Invite: for so many people (1) and hours (168). The link is the page's address and `#invitation=` with the token.",
        access: AdminsOnly,
        takes: &[may("hours", Integer), may("places", Integer)],
        answers: &[(201, &["id", "token", "expiresAt", "places"])],
        refuses: &[E::Forbidden, E::TooMany],
        mount: || web::post().to(admin::invite),
    },
    Route {
        method: Method::DELETE,
        path: "/api/v1/admin/invitations/{id}",
        summary: "Take an invitation back. Whoever came in by it stays.",
        access: AdminsOnly,
        takes: &[],
        answers: &[(204, &[])],
        refuses: &[E::Forbidden, E::NotFound],
        mount: || web::delete().to(admin::uninvite),
    },
    Route {
        method: Method::GET,
        path: "/api/v1/admin/people",
        summary: "Everybody by username, a page at a time: since when, last seen, disabled, admin. Nothing of what they write.",
        access: AdminsOnly,
        takes: &[may("after", Text), may("limit", Integer), may("q", Text)],
        answers: &[(200, &["people", "presence", "next", "total"])],
        refuses: &[E::Forbidden],
        mount: || web::get().to(admin::people),
    },
    Route {
        method: Method::PATCH,
        path: "/api/v1/admin/people/{user}",
        summary: "Disable or enable somebody (all their sign-ins end), make them an admin or no longer one.",
        access: AdminsOnly,
        takes: &[may("disabled", Claim), may("isAdmin", Claim)],
        answers: &[(204, &[])],
        refuses: &[E::Forbidden, E::NotFound, E::LastAdmin],
        mount: || web::patch().to(admin::change_person),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/admin/people/{user}/password-link",
        summary: "A link by which somebody else sets a new password once, within a day: the page's address and `#password=` with the token.",
        access: AdminsOnly,
        takes: &[],
        answers: &[(201, &["token", "expiresAt"])],
        refuses: &[E::Forbidden, E::NotFound],
        mount: || web::post().to(admin::link_password),
    },
];

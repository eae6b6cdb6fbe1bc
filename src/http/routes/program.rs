//! The program itself: its description, its socket, and how it fares.

use actix_web::http::Method;
use actix_web::web;

use super::super::route::{Access, Route};
use super::super::{gate, health, openapi, socket};
use crate::protocol::ErrorCode as E;

use Access::{Anyone, SignedIn};

/// This part of the table.
pub static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/api/v1/openapi.json",
        summary: "This description.",
        access: Anyone,
        takes: &[],
        answers: &[(200, &[])],
        refuses: &[],
        mount: || web::get().to(openapi::describe),
    },
    Route {
        method: Method::GET,
        path: gate::SOCKET_PATH,
        summary: "Open a WebSocket (subprotocol chinwag.v1).",
        access: SignedIn,
        takes: &[],
        answers: &[(101, &[])],
        refuses: &[],
        mount: || web::get().to(socket::open),
    },
    Route {
        method: Method::GET,
        path: "/healthz",
        summary: "Whether the program is alive.",
        access: Anyone,
        takes: &[],
        answers: &[(200, &["status"])],
        refuses: &[],
        mount: || web::get().to(health::healthz),
    },
    Route {
        method: Method::GET,
        path: "/readyz",
        summary: "Whether the database answers.",
        access: Anyone,
        takes: &[],
        answers: &[(200, &["status"])],
        refuses: &[E::Busy, E::Damaged],
        mount: || web::get().to(health::readyz),
    },
    Route {
        method: Method::GET,
        path: "/metrics",
        summary: "Counts, in Prometheus' text format.",
        access: Anyone,
        takes: &[],
        answers: &[(200, &[])],
        refuses: &[],
        mount: || web::get().to(health::metrics),
    },
];

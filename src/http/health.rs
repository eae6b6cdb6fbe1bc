//! For whoever watches the server: is it alive, does its database answer, how much is going on.

use std::fmt::Write;

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::refused::Refused;
use super::services::Services;
use crate::chat::TakeCensus;
use crate::guarded::panics;
use crate::protocol::ErrorCode;
use crate::store::RESTORE;

/// `GET /healthz`.
pub async fn healthz() -> Answer {
    Ok(HttpResponse::Ok().json(json!({ "status": "ok" })))
}

/// `GET /readyz`: 503 while the database does not answer, 500 once a file was found damaged. Whoever watches the server
/// is told which, by its name alone.
pub async fn readyz(services: web::Data<Services>) -> Answer {
    let answer = services.readers.ask(|store| store.user_count()).await;
    if let Some(path) = services.readers.found_damaged().await? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        return Err(Refused::new(ErrorCode::Damaged).saying(format!("{name} is damaged: {RESTORE}.")));
    }
    answer?;
    Ok(HttpResponse::Ok().json(json!({ "status": "ready" })))
}

/// `GET /metrics`, in Prometheus' text format 0.0.4.
pub async fn metrics(services: web::Data<Services>) -> Answer {
    let census = services.chat.census.send(TakeCensus).await??;
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let lines = [
        ("connections", "gauge", "Open WebSockets.", number(census.connections)),
        ("users_online", "gauge", "People with at least one open WebSocket.", number(census.users_online)),
        ("writes_waiting", "gauge", "Changes accepted and not stored yet.", number(census.writes_waiting)),
        ("messages_stored_total", "counter", "Messages stored since the start.", census.messages_stored),
        (
            "password_checks_total",
            "counter",
            "Passwords checked since the start, for names without an account too.",
            services.passwords.checks(),
        ),
        (
            "passwords_waiting",
            "gauge",
            "Passwords that wait to be hashed or judged.",
            number(services.passwords.waiting()),
        ),
        ("batches_total", "counter", "Transactions committed since the start.", census.batches_done),
        ("panics_total", "counter", "Work that ended in a panic since the start; the log says which.", panics()),
        ("connections_cut_total", "counter", "Connections cut for not taking their frames.", census.connections_cut),
    ];
    let mut text = String::new();
    for (name, kind, help, value) in lines {
        let _ = write!(text, "# HELP chinwag_{name} {help}\n# TYPE chinwag_{name} {kind}\nchinwag_{name} {value}\n");
    }
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

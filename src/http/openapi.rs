//! The description of the HTTP interface (OpenAPI 3.1), made of the table of routes, so that it cannot fall behind it.

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde_json::{Map, Value, json};

use super::Answer;
use super::refused::status;
use super::route::{Access, Field, Kind, Route};
use super::routes;
use crate::protocol::ErrorCode;

/// `GET /api/v1/openapi.json`.
pub async fn describe() -> Answer {
    Ok(HttpResponse::Ok().json(document()))
}

/// The whole document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in routes::all() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Chinwag",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Times are milliseconds since the epoch. A cookie needs an allowed Origin for everything but GET.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "cookie": { "type": "apiKey", "in": "cookie", "name": "chinwag_session" },
                "bearer": { "type": "http", "scheme": "bearer" },
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {
                        "code": { "type": "string", "enum": codes },
                        "message": { "type": "string" },
                        "field": { "type": "string" },
                        "retryAfterMs": { "type": "integer" },
                        "suggestion": { "type": "string", "description": "With username_taken: a free one." },
                        "feedback": {
                            "type": "object",
                            "properties": {
                                "warning": { "type": "string" },
                                "suggestions": { "type": "array", "items": { "type": "string" } },
                            },
                        },
                    },
                },
            },
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({ "summary": route.summary, "responses": responses(route) });
    if route.access != Access::Anyone {
        operation["security"] = json!([{ "cookie": [] }, { "bearer": [] }]);
    }
    let mut parameters = Vec::new();
    let named = [("id", "integer"), ("user", "integer"), ("hash", "string")];
    for (name, kind) in named.into_iter().filter(|(name, _)| route.path.contains(&format!("{{{name}}}"))) {
        parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": kind } }));
    }
    if brings_body(route) {
        operation["requestBody"] = json!({ "required": true, "content": content(route) });
    } else {
        parameters.extend(route.takes.iter().map(|field| {
            json!({ "name": field.name, "in": "query", "required": field.is_required, "schema": schema(field.kind) })
        }));
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation
}

fn brings_body(route: &Route) -> bool {
    matches!(route.method.as_str(), "POST" | "PATCH") || route.method == Method::PUT && !route.takes.is_empty()
}

/// What a body is: JSON, or a picture as it is.
fn content(route: &Route) -> Value {
    if route.takes.iter().any(|field| field.kind == Kind::Picture) {
        let file = json!({ "schema": schema(Kind::Picture) });
        return json!({ "image/png": file, "image/jpeg": file, "image/webp": file });
    }
    json!({ "application/json": { "schema": object(route.takes) } })
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    for (status, holds) in route.answers {
        let mut response = json!({ "description": "Done." });
        if !holds.is_empty() {
            let properties: Map<String, Value> = holds.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
            let schema = json!({ "type": "object", "properties": properties });
            response["content"] = json!({ "application/json": { "schema": schema } });
        }
        responses.insert(status.to_string(), response);
    }
    let mut refusals: Vec<ErrorCode> = route.refuses.to_vec();
    if route.access == Access::SignedIn {
        refusals.push(ErrorCode::Unauthenticated);
    }
    if brings_body(route) {
        let any = [ErrorCode::InvalidJson, ErrorCode::MissingField, ErrorCode::OriginRefused, ErrorCode::TooLarge];
        refusals.extend(any.into_iter().chain([ErrorCode::UnsupportedMediaType, ErrorCode::Busy]));
    }
    for refusal in refusals {
        let entry = responses.entry(status(refusal).as_str()).or_insert_with(|| {
            let schema = json!({ "$ref": "#/components/schemas/Error" });
            json!({ "description": "", "content": { "application/json": { "schema": schema } } })
        });
        let described = entry["description"].as_str().unwrap_or_default();
        let separator = if described.is_empty() { "" } else { ", " };
        entry["description"] = format!("{described}{separator}{refusal}").into();
    }
    responses.into()
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), schema(field.kind))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = required.into();
    }
    object
}

fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Claim => json!({ "type": "boolean" }),
        Kind::Picture => json!({ "type": "string", "format": "binary" }),
        Kind::Integers => json!({ "type": "array", "items": { "type": "integer" } }),
    }
}

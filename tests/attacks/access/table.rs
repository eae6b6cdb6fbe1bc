//! The rows. Statuses stand in the order owner, member, other, removed, blocked, admin; then what those without a sign-in get.
//! Whoever was removed may still read what was theirs, with the members of then, and change nothing; a blocked person
//! meets what everybody in a direct conversation meets.

use super::Ids;
use crate::support::*;

/// What one route answers.
pub struct RouteRow {
    pub method: &'static str,
    pub path: &'static str,
    pub body: fn(&Ids) -> Value,
    /// Of those who are signed in.
    answers: [&'static str; 5],
    /// Of an admin, who is no member.
    admin: &'static str,
    /// Of those who are not.
    without: &'static str,
}

impl RouteRow {
    /// In the order of `Role::ALL`.
    pub fn expected(&self) -> impl Iterator<Item = &'static str> {
        self.answers.into_iter().chain([self.admin]).chain([self.without; 2])
    }
}

/// What one frame answers: `ok`, the type of its answer, or a code.
pub struct FrameRow {
    pub kind: &'static str,
    pub frame: fn(&Ids, i64) -> Value,
    pub expected: [&'static str; 5],
}

const NO: &str = "401 unauthenticated";
const NONE: &str = "404 not_found";

fn empty(_: &Ids) -> Value {
    json!({})
}

const fn open(method: &'static str, path: &'static str, answer: &'static str, body: fn(&Ids) -> Value) -> RouteRow {
    RouteRow { method, path, body, answers: [answer; 5], admin: answer, without: answer }
}

const fn own(method: &'static str, path: &'static str, answer: &'static str, body: fn(&Ids) -> Value) -> RouteRow {
    RouteRow { method, path, body, answers: [answer; 5], admin: answer, without: NO }
}

const fn row(
    method: &'static str,
    path: &'static str,
    answers: [&'static str; 5],
    body: fn(&Ids) -> Value,
) -> RouteRow {
    // Running the server opens nobody's conversation: an admin is a stranger in it.
    RouteRow { method, path, body, answers, admin: answers[2], without: NO }
}

const fn admins(method: &'static str, path: &'static str, admin: &'static str, body: fn(&Ids) -> Value) -> RouteRow {
    RouteRow { method, path, body, answers: ["403 forbidden"; 5], admin, without: NO }
}

/// Every route.
pub const ROUTES: &[RouteRow] = &[
    open("POST", "/api/v1/signup", "201", |ids| json!({"username": ids.free_name, "password": PASSWORD})),
    open("POST", "/api/v1/login", "200", |ids| json!({"username": ids.own_name, "password": PASSWORD})),
    open("POST", "/api/v1/password-check", "200", |_| json!({"password": "any"})),
    open("GET", "/api/v1/openapi.json", "200", empty),
    open("GET", "/healthz", "200", empty),
    open("GET", "/readyz", "200", empty),
    open("GET", "/metrics", "200", empty),
    own("POST", "/api/v1/logout", "204", empty),
    own("GET", "/api/v1/me", "200", empty),
    own("PATCH", "/api/v1/me", "200", |_| json!({"hue": 145})),
    own("PUT", "/api/v1/me/picture", "415 unsupported_media_type", empty),
    own("DELETE", "/api/v1/me/picture", "200", empty),
    own("POST", "/api/v1/me/password", "422 password_weak", |_| json!({"current": PASSWORD, "new": "12345678"})),
    own("GET", "/api/v1/sessions", "200", empty),
    own("POST", "/api/v1/sessions/end-others", "204", empty),
    own("POST", "/api/v1/sessions/closing", "204", empty),
    row("DELETE", "/api/v1/sessions/{id}", ["204", NONE, NONE, NONE, NONE], empty),
    own("GET", "/api/v1/users", "200", empty),
    own("GET", "/api/v1/users/{user}/picture/{hash}", NONE, empty),
    own("GET", "/api/v1/blocks", "200", empty),
    own("PUT", "/api/v1/blocks/{user}", "204", empty),
    own("DELETE", "/api/v1/blocks/{user}", "204", empty),
    own("GET", "/api/v1/conversations", "200", empty),
    own(
        "POST",
        "/api/v1/conversations",
        "201",
        |ids| json!({"kind": "group", "name": "Ducks", "members": [ids.stranger]}),
    ),
    row("GET", "/api/v1/conversations/{id}", ["200", "200", NONE, "200", "200"], empty),
    row(
        "PATCH",
        "/api/v1/conversations/{id}",
        ["200", "403 forbidden", NONE, "403 forbidden", "403 forbidden"],
        |_| json!({"name": "Swans"}),
    ),
    row("PUT", "/api/v1/conversations/{id}/mute", ["204", "204", NONE, "403 forbidden", "204"], empty),
    row("DELETE", "/api/v1/conversations/{id}/mute", ["204", "204", NONE, "403 forbidden", "204"], empty),
    row("GET", "/api/v1/conversations/{id}/members", ["200", "200", NONE, "200", "200"], empty),
    row(
        "POST",
        "/api/v1/conversations/{id}/members",
        ["200", "403 forbidden", NONE, "403 forbidden", "403 forbidden"],
        |ids| json!({"users": [ids.stranger]}),
    ),
    row(
        "DELETE",
        "/api/v1/conversations/{id}/members/{user}",
        ["200", "200", NONE, "403 forbidden", "403 forbidden"],
        empty,
    ),
    row("GET", "/api/v1/conversations/{id}/messages", ["200", "200", NONE, "200", "200"], empty),
    row(
        "POST",
        "/api/v1/conversations/{id}/messages",
        ["200", "200", NONE, "403 forbidden", "200"],
        |_| json!({"clientId": client_id(), "body": "hello"}),
    ),
    row("GET", "/api/v1/conversations/{id}/changes", ["200", "200", NONE, "200", "200"], empty),
    own("GET", "/api/v1/search", "400 bad_query", empty),
    open("POST", "/api/v1/admission", "200", empty),
    open("POST", "/api/v1/password-link", "403 link_over", |_| json!({"token": "guessed", "new": PASSWORD})),
    own("POST", "/api/v1/me/admin", "403 code_wrong", |_| json!({"code": "K7QF-9M2X-01ZZ-ABCD-EFGH"})),
    admins("GET", "/api/v1/admin/settings", "200", empty),
    admins("PUT", "/api/v1/admin/settings", "200", |_| json!({"signUp": "open"})),
    admins("GET", "/api/v1/admin/invitations", "200", empty),
    admins("POST", "/api/v1/admin/invitations", "201", empty),
    admins("DELETE", "/api/v1/admin/invitations/{id}", "204", empty),
    admins("GET", "/api/v1/admin/people", "200", empty),
    admins("PATCH", "/api/v1/admin/people/{user}", "204", |_| json!({"disabled": false})),
    admins("POST", "/api/v1/admin/people/{user}/password-link", "201", empty),
    own("GET", "/ws", "426 invalid_field", empty),
];

/// Every frame.
pub const FRAMES: &[FrameRow] = &[
    FrameRow {
        kind: "hello",
        frame: |_, _| json!({"type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": false}),
        expected: ["hello_repeated"; 5],
    },
    FrameRow {
        kind: "message.send",
        frame: |_, id| json!({"type": "message.send", "clientId": client_id(), "conversation": id, "body": "hello"}),
        expected: ["message.stored", "message.stored", "not_found", "forbidden", "message.stored"],
    },
    FrameRow {
        kind: "message.edit",
        frame: |ids, id| {
            json!({"type": "message.edit", "clientId": client_id(), "conversation": id, "seq": ids.seq, "version": 1,
                "body": "changed"})
        },
        expected: ["ok", "forbidden", "not_found", "forbidden", "forbidden"],
    },
    FrameRow {
        kind: "message.delete",
        frame: |ids, id| json!({"type": "message.delete", "clientId": client_id(), "conversation": id, "seq": ids.seq, "version": 1}),
        expected: ["ok", "forbidden", "not_found", "forbidden", "forbidden"],
    },
    FrameRow {
        kind: "reaction.set",
        frame: |ids, id| {
            json!({"type": "reaction.set", "clientId": client_id(), "conversation": id, "seq": ids.seq, "emoji": "👍",
                "on": true})
        },
        expected: ["ok", "ok", "not_found", "forbidden", "ok"],
    },
    FrameRow {
        kind: "receipt.delivered",
        frame: |ids, id| json!({"type": "receipt.delivered", "conversation": id, "seq": ids.seq}),
        expected: ["ok", "ok", "not_found", "ok", "ok"],
    },
    FrameRow {
        kind: "receipt.read",
        frame: |ids, id| json!({"type": "receipt.read", "conversation": id, "seq": ids.seq}),
        expected: ["ok", "ok", "not_found", "ok", "ok"],
    },
    FrameRow {
        // Told to nobody who may not know; the answer tells nothing either.
        kind: "typing",
        frame: |_, id| json!({"type": "typing", "conversation": id, "on": true}),
        expected: ["ok"; 5],
    },
    FrameRow { kind: "presence.set", frame: |_, _| json!({"type": "presence.set", "idle": true}), expected: ["ok"; 5] },
    FrameRow {
        kind: "presence.watch",
        frame: |ids, _| json!({"type": "presence.watch", "users": [ids.stranger]}),
        expected: ["ok"; 5],
    },
    FrameRow {
        kind: "draft.set",
        frame: |_, id| json!({"type": "draft.set", "conversation": id, "text": "hm", "version": 0}),
        expected: ["ok", "ok", "not_found", "forbidden", "ok"],
    },
    FrameRow {
        kind: "cursor.set",
        frame: |ids, id| json!({"type": "cursor.set", "conversation": id, "seq": ids.seq}),
        expected: ["ok", "ok", "not_found", "ok", "ok"],
    },
    FrameRow { kind: "late.seen", frame: |_, _| json!({"type": "late.seen", "ids": [1]}), expected: ["ok"; 5] },
];

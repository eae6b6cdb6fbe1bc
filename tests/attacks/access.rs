//! Who may do what: every route that the program describes and every frame that is written down, times everybody who might
//! ask. A route or frame without a row here fails the test, and so does a row without its route or frame. 'Not yours' looks
//! exactly like 'not there'.

mod table;

use std::collections::BTreeSet;

use tokio_tungstenite::tungstenite::Error;

use crate::count::Count;
use crate::support::*;
use table::{FRAMES, ROUTES};

/// An id that no conversation, person or sign-in has.
const NOWHERE: i64 = 999_999_999;

/// Who asks. `Owner` and `Member` are in the group that is asked about, `Other` never was, `Removed` was. `Blocked` asks
/// about the direct conversation with the owner, who has blocked them. `Admin` runs the server and is in none of them. `Expired` holds a sign-in that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Owner,
    Member,
    Other,
    Removed,
    Blocked,
    Admin,
    Anonymous,
    Expired,
}

impl Role {
    const ALL: [Role; 8] = [
        Role::Owner,
        Role::Member,
        Role::Other,
        Role::Removed,
        Role::Blocked,
        Role::Admin,
        Role::Anonymous,
        Role::Expired,
    ];
    const SIGNED_IN: [Role; 5] = [Role::Owner, Role::Member, Role::Other, Role::Removed, Role::Blocked];
}

/// What a request may name.
pub struct Ids {
    /// The conversation, in which a message of the owner has seq 2 (after the line that opens the group), or 1 in a direct one.
    pub conversation: i64,
    /// That message.
    pub seq: i64,
    /// A sign-in of the owner.
    pub session: i64,
    /// An invitation of the admin's.
    pub invitation: i64,
    /// Somebody who is in the group.
    pub member: i64,
    /// Somebody whom this concerns in no way.
    pub stranger: i64,
    /// A name that is free.
    pub free_name: String,
    /// The name of whoever asks.
    pub own_name: String,
}

/// Everybody, and what they share, made anew for each try: many of them change something.
struct Cast {
    owner: Person,
    asking: Option<Person>,
    proof: Option<(&'static str, String)>,
    ids: Ids,
}

/// The people, signed up once.
struct People {
    owner: Person,
    member: Person,
    other: Person,
    removed: Person,
    blocked: Person,
    admin: Person,
    stranger: Person,
}

impl People {
    async fn sign_up(server: &Server) -> People {
        let person = async |name| Person::sign_up(server, name).await;
        let (owner, blocked) = (person("Owen").await, person("Blake").await);
        owner.send(owner.request("PUT", &format!("/blocks/{}", blocked.id)).json(&json!({}))).await.ok(204);
        let (member, other, removed) = (person("Mia").await, person("Otto").await, person("Remy").await);
        People { owner, member, other, removed, blocked, admin: person("Ada").await, stranger: person("Stan").await }
    }

    async fn cast(&self, role: Role) -> Cast {
        let owner = self.owner.on_another_device().await;
        let session = int(&owner.get("/me").await.ok(200)["session"], "id");
        let (conversation, seq) = if role == Role::Blocked {
            // A sign-in of its own: some of what is tried ends all others.
            let conversation = self.blocked.on_another_device().await.conversation_with(&owner).await;
            let sent = owner.post_message(conversation, "the owner's").await;
            (conversation, int(&sent, "seq"))
        } else {
            let members = [self.member.id, self.removed.id];
            let made =
                owner.post("/conversations", json!({"kind": "group", "name": "Geese", "members": members})).await;
            let conversation = int(&made.ok(201)["conversation"], "id");
            let sent = owner.post_message(conversation, "the owner's").await;
            owner.delete(&format!("/conversations/{conversation}/members/{}", self.removed.id)).await.ok(200);
            (conversation, int(&sent, "seq"))
        };
        let asking = match role {
            Role::Owner | Role::Expired => Some(owner.on_another_device().await),
            Role::Member => Some(self.member.on_another_device().await),
            Role::Other => Some(self.other.on_another_device().await),
            Role::Removed => Some(self.removed.on_another_device().await),
            Role::Blocked => Some(self.blocked.on_another_device().await),
            Role::Admin => Some(self.admin.on_another_device().await),
            Role::Anonymous => None,
        };
        if let (Role::Expired, Some(asking)) = (role, &asking) {
            asking.post("/logout", json!({})).await.ok(204);
        }
        let invitation = match (role, &asking) {
            (Role::Admin, Some(asking)) => int(&asking.post("/admin/invitations", json!({})).await.ok(201), "id"),
            _ => 1,
        };
        let own_name = asking.as_ref().map_or_else(|| owner.name.clone(), |asking| asking.name.clone());
        let ids = Ids {
            conversation,
            seq,
            session,
            invitation,
            member: self.member.id,
            stranger: self.stranger.id,
            free_name: fresh_name("Newcomer"),
            own_name,
        };
        Cast { owner, proof: asking.as_ref().map(Person::proof), asking, ids }
    }
}

impl Cast {
    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let mut request = Request::new(method, path).header("Origin", self.owner.server.origin());
        if let Some((name, value)) = &self.proof {
            request = request.header(name, value);
        }
        request.json(body).send(self.owner.server.address(), own_address()).await
    }
}

/// A status, with the code if it is a refusal.
fn short(answer: &Answer) -> String {
    let code = serde_json::from_slice::<Value>(&answer.body).ok();
    match code.as_ref().and_then(|body| body["code"].as_str()) {
        Some(code) => format!("{} {code}", answer.status),
        None => answer.status.to_string(),
    }
}

fn filled(path: &str, ids: &Ids, conversation: i64) -> String {
    let id = match () {
        () if path.contains("/sessions/") => ids.session,
        () if path.contains("/invitations/") => ids.invitation,
        () => conversation,
    };
    let user = if path.contains("/members/") { ids.member } else { ids.stranger };
    path.replace("{id}", &id.to_string()).replace("{user}", &user.to_string()).replace("{hash}", &"0".repeat(64))
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let program = Program::start(&[]);
    let described = Request::new("GET", "/api/v1/openapi.json").send(program.server().address(), own_address()).await;
    let described = described.ok(200);
    let mut known = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        known.extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    let rows: BTreeSet<_> = ROUTES.iter().map(|row| (row.method.to_owned(), row.path.to_owned())).collect();
    assert_eq!(rows, known, "the table has a row for each route, and no other");

    let people = People::sign_up(program.server()).await;
    let promoted = program.command(&["user", "promote", &people.admin.name], "");
    assert!(promoted.status.success(), "{promoted:?}");
    let mut count = Count::of("reading or changing what is not yours, by HTTP");
    for row in ROUTES {
        for (role, expected) in Role::ALL.into_iter().zip(row.expected()) {
            let cast = people.cast(role).await;
            let path = filled(row.path, &cast.ids, cast.ids.conversation);
            let answer = cast.ask(row.method, &path, &(row.body)(&cast.ids)).await;
            count.tried(short(&answer) == expected, (role, row.method, row.path, short(&answer), expected));
            // What is not there answers the same, to the byte.
            if expected == "404 not_found" && row.path.contains("{id}") {
                let ids = Ids { session: NOWHERE, ..cast.ids };
                let nothing = cast.asking.as_ref().unwrap();
                let path = filled(row.path, &ids, NOWHERE);
                let there_is_none = nothing.send(nothing.request(row.method, &path[7..]).json(&(row.body)(&ids))).await;
                count.tried(
                    there_is_none.body == answer.body,
                    (role, row.method, row.path, there_is_none.text(), answer.text()),
                );
            }
        }
    }
    count.end();
}

#[tokio::test]
async fn every_frame_answers_everybody_as_the_table_says() {
    let golden = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/frames")).unwrap();
    let known: BTreeSet<String> = golden
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("client."))
        .map(|path| {
            let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            file["frame"]["type"].as_str().unwrap().to_owned()
        })
        .collect();
    let rows: BTreeSet<_> = FRAMES.iter().map(|row| row.kind.to_owned()).collect();
    assert_eq!(rows, known, "the table has a row for each frame, and no other");

    let program = Program::shared();
    let people = People::sign_up(program.server()).await;
    let mut count = Count::of("reading or changing what is not yours, by the socket");
    for row in FRAMES {
        for (role, expected) in Role::SIGNED_IN.into_iter().zip(row.expected) {
            let cast = people.cast(role).await;
            let mut socket = cast.asking.as_ref().unwrap().connect().await;
            let answer = socket.ask((row.frame)(&cast.ids, cast.ids.conversation)).await;
            let told = answer["code"].as_str().or(answer["type"].as_str()).unwrap().to_owned();
            count.tried(told == expected, (role, row.kind, &told, expected));
            if told == "not_found" {
                let nothing = socket.ask((row.frame)(&cast.ids, NOWHERE)).await;
                count.tried(
                    nothing["code"] == answer["code"] && nothing["message"] == answer["message"],
                    (role, row.kind),
                );
            }
        }
    }
    for role in [Role::Anonymous, Role::Expired] {
        let cast = people.cast(role).await;
        let mut asking = cast.owner.clone();
        if let Some(expired) = cast.asking {
            asking = expired;
        } else {
            asking.post("/logout", json!({})).await.ok(204);
        }
        let opened = Socket::try_open(&asking, Some(&program.server().origin())).await;
        count.tried(matches!(opened, Err(Error::Http(answer)) if answer.status() == 401), role);
    }
    count.end();
}

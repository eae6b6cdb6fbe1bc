//! What every answer tells the browser: each route that the program describes, each file and each refusal, to a stranger
//! and to somebody who is signed in, over http and behind https.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use crate::count::Count;
use crate::support::*;

/// What a policy must say, and what it must never say.
const POLICY: [&str; 11] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
];
const NEVER: [&str; 8] =
    ["unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic", "http:", "https:", "*", "blob:"];

/// What is wrong with an answer's headers, if anything.
fn faults(answer: &Answer, is_https: bool, is_api: bool) -> Vec<String> {
    let mut found = Vec::new();
    let policies: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "content-security-policy")
        .map(|(_, value)| &**value)
        .collect();
    match policies[..] {
        // A file whose name says its content may do nothing at all as a page of its own.
        ["default-src 'none'; frame-ancestors 'none'"] => {}
        [policy] => {
            let directives: BTreeSet<&str> = policy.split(';').map(str::trim).collect();
            found.extend(POLICY.iter().filter(|one| !directives.contains(*one)).map(|one| format!("no {one}")));
            let types = directives.iter().find(|one| one.starts_with("trusted-types ")).copied();
            if types != Some("trusted-types service-worker") {
                found.push(format!("{types:?}"));
            }
            if directives.len() != POLICY.len() + 1 {
                found.push(format!("more or less than is written down: {policy}"));
            }
            found.extend(NEVER.iter().filter(|one| policy.contains(**one)).map(|one| format!("it says {one}")));
        }
        _ => found.push(format!("policies: {policies:?}")),
    }
    for (name, wanted) in [
        ("x-content-type-options", Some("nosniff")),
        ("cross-origin-resource-policy", Some("same-origin")),
        ("cross-origin-opener-policy", Some("same-origin")),
        ("referrer-policy", Some("no-referrer")),
        ("strict-transport-security", is_https.then_some("max-age=31536000")),
        ("access-control-allow-origin", None),
        ("access-control-allow-credentials", None),
        ("server", None),
        ("x-powered-by", None),
    ] {
        let told: Vec<&str> =
            answer.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value).collect();
        if told != wanted.into_iter().collect::<Vec<_>>() {
            found.push(format!("{name}: {told:?}"));
        }
    }
    let caching = answer.header("cache-control");
    // A picture is kept by its address, for whoever may see it alone.
    let is_private = caching.is_some_and(|value| value == "no-store" || value.starts_with("private"));
    if is_api && !is_private {
        found.push(format!("cache-control: {caching:?}"));
    }
    let kind = answer.header("content-type").unwrap_or_default();
    if is_api && !answer.body.is_empty() && (kind.contains("html") || kind.contains("script") || kind.is_empty()) {
        found.push(format!("content-type: {kind}"));
    }
    found
}

async fn tried(program: &Program, is_https: bool, count: &mut Count) {
    let server = program.server();
    // Behind https the page has another origin than the one it is asked at here.
    let origin = if is_https { "https://chat.example.org".to_owned() } else { server.origin() };
    let described = Request::new("GET", "/api/v1/openapi.json").send(server.address(), own_address()).await.ok(200);
    let mut requests: Vec<(String, String)> = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "1").replace("{user}", "1").replace("{hash}", &"0".repeat(64));
        requests.extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
        // A method that there is not.
        requests.push(("TRACE".to_owned(), path.clone()));
        requests.push(("OPTIONS".to_owned(), path));
    }
    let page = Request::new("GET", "/").send(server.address(), own_address()).await.text();
    let files = page.split(['"', ' ']).filter(|word| word.ends_with(".js") || word.ends_with(".css"));
    let files = files.map(|file| format!("/{}", file.trim_start_matches('/')));
    let others =
        ["/", "/index.html", "/chat", "/app.js", "/nothing.js", "/api/v1/nothing", "/api/", "/ws", "/../secret"];
    let others = others.into_iter().chain(["/%00", "/service-worker.js", "/favicon.svg", "/manifest.webmanifest"]);
    for path in others.map(str::to_owned).chain(files) {
        requests.extend(["GET", "HEAD", "POST", "DELETE"].map(|method| (method.to_owned(), path.clone())));
    }
    let signed_in = {
        let body = json!({"username": fresh_name("Ann"), "password": PASSWORD});
        let request = Request::new("POST", "/api/v1/signup").header("Origin", &origin).json(&body);
        let answer = request.send(server.address(), own_address()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let name = if is_https { "__Host-chinwag_session" } else { "chinwag_session" };
        format!("{name}={}", answer.cookie(name).expect("a session"))
    };
    let (own, evil) = (&*origin, "https://evil.example");
    let mut tries = Vec::new();
    for (method, path) in &requests {
        let ends_it = ["/logout", "/closing", "/end-others", "/me/password"].iter().any(|end| path.ends_with(end));
        for (cookie, asked_from, body) in
            [(None, own, "{}"), (None, evil, "{}"), (Some(&signed_in), own, "{}"), (Some(&signed_in), own, "{\"broken")]
        {
            let mut request = Request::new(method, path).header("Origin", asked_from).header("Sec-Fetch-Mode", "cors");
            match cookie {
                // What ends the sign-in would leave none for the others.
                Some(_) if ends_it => continue,
                Some(cookie) => request = request.header("Cookie", cookie),
                None => {}
            }
            if !matches!(&**method, "GET" | "HEAD") {
                request = request.header("Content-Type", "application/json").body(body);
            } else if body != "{}" {
                continue;
            }
            tries.push((method, path, request));
        }
    }
    for some in tries.chunks(16) {
        let answers = some.iter().map(|(_, _, request)| request.clone().exchange(server.address(), own_address()));
        let answers = tokio::time::timeout(SOON, join_all(answers)).await.expect("answers");
        for ((method, path, _), answer) in some.iter().zip(answers) {
            let answer = match answer {
                Ok(answer) => answer,
                // The answer to HEAD has the length of what it leaves out.
                Err(_) if *method == "HEAD" => continue,
                Err(error) => panic!("{method} {path}: {error}"),
            };
            let is_api = path.starts_with("/api/") || matches!(&***path, "/healthz" | "/readyz" | "/metrics");
            let found = faults(&answer, is_https, is_api);
            count.tried(found.is_empty(), (method, path, answer.status, found));
        }
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_run_and_frame_nothing() {
    let mut count = Count::of("answers without the strict headers");
    tried(&Program::start(&[]), false, &mut count).await;
    tried(&Program::start(&[("CHINWAG_PUBLIC_URL", "https://chat.example.org")]), true, &mut count).await;
    count.end();
}

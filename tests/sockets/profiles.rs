//! What people say and show of themselves: a status, and a picture of their own.

use std::time::{Duration, Instant};

use crate::support::*;

/// A JPEG of one pixel, as far as the program looks, with a place in its Exif and these bytes as its picture.
fn jpeg(seen: &[u8]) -> Vec<u8> {
    let exif = [&[0xff, 0xe1, 0, 26][..], b"Exif\0\0", b"52.0907N 5.1214E  "].concat();
    let frame = [0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
    [&[0xff, 0xd8][..], &exif, &frame, &scan, seen, &[0xff, 0xd9]].concat()
}

async fn put(who: &Person, content_type: &str, file: Vec<u8>) -> Answer {
    who.send(who.request("PUT", "/me/picture").header("Content-Type", content_type).body(file)).await
}

#[tokio::test]
async fn a_status_reaches_everybody_at_once_and_ends_when_it_is_cleared() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let mut bobs = bob.connect().await;
    let said = ann.patch("/me", json!({"status": "  🚆  On the train "})).await.ok(200);
    assert_eq!(said["user"]["status"], "🚆 On the train");
    let told = bobs.expect_where("user", |frame| frame["user"]["id"] == ann.id).await;
    assert_eq!(
        (&told["user"]["status"], &told["user"]["displayName"]),
        (&json!("🚆 On the train"), &said["user"]["displayName"])
    );
    for bad in ["two\nlines", "\u{202e}desrever", &"x".repeat(81)] {
        let refused = ann.patch("/me", json!({"status": bad})).await.refused(422, "invalid_field");
        assert_eq!(refused["field"], "status");
    }
    let cleared = ann.patch("/me", json!({"status": ""})).await.ok(200);
    assert_eq!(cleared["user"].get("status"), None);
    bobs.expect_where("user", |frame| frame["user"]["id"] == ann.id && frame["user"].get("status").is_none()).await;
}

#[tokio::test]
async fn a_picture_is_told_to_everybody_by_its_hash_and_says_nothing_but_what_is_seen() {
    let program = Program::shared();
    let server = program.server();
    let (ann, bob) = (Person::sign_up(server, "Ann").await, Person::sign_up(server, "Bob").await);
    let mut bobs = bob.connect().await;
    let hash = put(&ann, "image/jpeg", jpeg(b"Ann on a hill")).await.ok(200)["user"]["picture"].clone();
    let told = bobs.expect_where("user", |frame| frame["user"]["id"] == ann.id).await;
    assert_eq!(told["user"]["picture"], hash);
    let path = format!("/users/{}/picture/{}", ann.id, hash.as_str().unwrap());
    let shown = bob.get(&path).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, Some("image/jpeg")));
    for (name, value) in [
        ("cache-control", "private, max-age=31536000, immutable"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("content-disposition", "inline"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(shown.header(name), Some(value), "{name}");
    }
    assert!(shown.text().contains("Ann on a hill") && !shown.text().contains("5.1214E"));
    Request::new("GET", &format!("/api/v1{path}"))
        .send(server.address(), [127, 0, 0, 1].into())
        .await
        .refused(401, "unauthenticated");
    bob.get(&format!("/users/{}/picture/{}", bob.id, hash.as_str().unwrap())).await.refused(404, "not_found");
    let removed = ann.delete("/me/picture").await.ok(200);
    assert_eq!(removed["user"].get("picture"), None);
    bobs.expect_where("user", |frame| frame["user"]["id"] == ann.id && frame["user"].get("picture").is_none()).await;
    bob.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_no_small_picture_is_refused_and_changes_nothing() {
    let program = Program::shared();
    let ann = Person::sign_up(program.server(), "Ann").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    put(&ann, "image/svg+xml", svg.clone()).await.refused(415, "unsupported_media_type");
    put(&ann, "image/png", svg).await.refused(415, "unsupported_media_type");
    put(&ann, "image/gif", b"GIF89a\x01\0\x01\0".to_vec()).await.refused(415, "unsupported_media_type");
    put(&ann, "image/png", jpeg(b"a")).await.refused(415, "unsupported_media_type");
    put(&ann, "application/octet-stream", jpeg(b"a")).await.refused(415, "unsupported_media_type");
    let mut cut = jpeg(b"a");
    cut.pop();
    put(&ann, "image/jpeg", cut).await.refused(422, "picture_invalid");
    put(&ann, "image/jpeg", jpeg(&[7; 65_536])).await.refused(413, "too_large");
    assert_eq!(ann.get("/me").await.ok(200)["user"].get("picture"), None);
}

#[tokio::test]
async fn a_replaced_picture_and_status_leave_every_file_and_the_newest_survive_kill_9() {
    let mut program = Program::start(&[]);
    let ann = Person::sign_up(program.server(), "Ann").await;
    let first: Vec<u8> = b"the first picture ".repeat(3000);
    put(&ann, "image/jpeg", jpeg(&first)).await.ok(200);
    ann.patch("/me", json!({"status": "the first status"})).await.ok(200);
    let hash = put(&ann, "image/jpeg", jpeg(b"the second")).await.ok(200)["user"]["picture"].clone();
    ann.patch("/me", json!({"status": "the second status"})).await.ok(200);
    program.kill();
    program.again();
    let gone = |data: &std::path::Path| {
        std::fs::read_dir(data).unwrap().all(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
            [&b"the first picture"[..], b"the first status"]
                .iter()
                .all(|text| !bytes.windows(text.len()).any(|window| window == *text))
        })
    };
    let deadline = Instant::now() + Duration::from_secs(180);
    while !gone(&program.data()) {
        assert!(Instant::now() < deadline, "the first ones are still there");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let me = ann.connect().await.ready["user"].clone();
    assert_eq!((&me["picture"], &me["status"]), (&hash, &json!("the second status")));
    assert_eq!(ann.get(&format!("/users/{}/picture/{}", ann.id, hash.as_str().unwrap())).await.status, 200);
}

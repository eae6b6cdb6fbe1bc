//! What brings each piece of work about, and what must come of a panic there. A new kind of work does not compile until
//! it has its case.

use std::process::Command;
use std::time::Duration;

use chinwag::guarded::Work;
use serde_json::{Value, json};

use super::super::Stuck;
use super::stage::{Stage, Window, until};
use crate::client::socket::Socket;
use crate::program;

pub fn run(work: Work, stage: &mut Stage) -> Result<(), Stuck> {
    match work {
        // It was the order with which the program was started, and people could move in.
        Work::ChatStarted => stage.struck(),
        Work::ChatTick | Work::WriterTidy | Work::IndexerStep => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            stage.struck()?;
            both_are_here(stage, &ann)
        }
        Work::ChatJoin | Work::ChatResumed => {
            stage.arm(work)?;
            let ann = Window::open(stage.address(), &stage.ann)?;
            ann.hello();
            ann.is_closed_with(1011)?;
            stage.ann_is("offline")?;
            bob_is_here(stage)
        }
        Work::ChatAsk => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            ann.say(typing(stage.room));
            has_error(&ann, "internal")?;
            ann.is_closed_with(1011)?;
            bob_is_here(stage)
        }
        Work::ChatAccept => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            let (id, body) = (stage.random.uuid(), "accepted before the panic");
            ann.say(
                json!({ "type": "message.send", "ref": 5, "clientId": id, "conversation": stage.room, "body": body }),
            );
            has_error(&ann, "unknown")?;
            ann.is_closed_with(1011)?;
            bob_is_here(stage)?;
            until("Bob to hear what was stored all the same", || {
                stage.window.heard().frames.iter().any(|frame| frame["message"]["body"] == body).then_some(())
            })?;
            stage.has_sent(&id, body);
            Ok(())
        }
        Work::ChatLeave | Work::ChatForget | Work::ConnectionFinished | Work::ConnectionStopped => {
            let ann = stage.ann_comes()?;
            stage.ann_is("online")?;
            stage.arm(work)?;
            drop(ann);
            stage.struck()?;
            stage.ann_is("offline")?;
            bob_is_here(stage)
        }
        Work::ChatWindowCloses => {
            stage.arm(work)?;
            let answer = stage.http("POST", "/api/v1/sessions/closing", Some(&json!({})))?;
            stage.struck()?;
            if answer.status == 204 { Ok(()) } else { Err(format!("the beacon was answered {}", answer.text)) }
        }
        Work::ChatSubmit | Work::HttpRequest | Work::WriterBatch | Work::ChatBatchDone => {
            stage.rest()?;
            stage.arm(work)?;
            stage.post(Err("unknown"))?;
            if work == Work::ChatBatchDone { bob_is_sent_away(stage) } else { Ok(()) }
        }
        Work::ChatTell => {
            stage.rest()?;
            stage.arm(work)?;
            // It is stored, so its sender is told so; who else heard of it is not certain.
            stage.post(Ok(()))?;
            bob_is_sent_away(stage)
        }
        Work::ChatHandOver => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            ann.say(json!({ "type": "presence.watch", "ref": 5, "users": [stage.bob.user] }));
            ann.is_closed_with(1011)?;
            bob_is_here(stage)
        }
        Work::ChatGoodbye => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            let ended = stage.scene.program().terminate(Duration::from_secs(60)).ok_or("it did not stop")?;
            if !ended.0.success() {
                return Err(format!("it stopped with {}", ended.0));
            }
            for window in [&ann, &stage.window] {
                window.hears("goodbye")?;
                window.is_closed_with(1012)?;
            }
            stage.scene.start.panics = Some("");
            stage.scene.start()
        }
        Work::ChatPresenceOf => asked(stage, work, "/api/v1/users"),
        Work::ChatOpenSessions => asked(stage, work, "/api/v1/sessions"),
        Work::ChatCensus => asked(stage, work, "/metrics"),
        Work::ReaderFoundDamaged => asked(stage, work, "/readyz"),
        Work::ReaderQuery => {
            stage.arm(work)?;
            stage.refused("GET", "/api/v1/me", (503, "busy"))
        }
        Work::ChatTypingView => {
            // Nobody has written there since the last panic, so who may know of it has to be asked.
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            ann.say(typing(stage.quiet));
            ann.is_closed_with(1011)?;
            bob_is_here(stage)
        }
        Work::ChatCounted => {
            let ann = stage.ann_comes()?;
            let fields = json!({ "clientId": stage.random.uuid(), "body": "Dear all" });
            let path = format!("/api/v1/conversations/{}/messages", stage.crowd);
            let sent = stage.http("POST", &path, Some(&fields))?;
            let seq = sent.json["seq"].as_u64().ok_or_else(|| format!("no seq: {}", sent.text))?;
            stage.arm(work)?;
            let confirm = |kind: &str| json!({ "type": kind, "ref": 5, "conversation": stage.crowd, "seq": seq });
            stage.window.say(confirm("receipt.delivered"));
            stage.struck()?;
            both_are_here(stage, &ann)?;
            stage.window.say(confirm("receipt.read"));
            ann.hears("receipt.counts").map(drop)
        }
        // Only ever after a panic elsewhere: not with one at a time.
        Work::ChatMend => Err("nothing brings it about".into()),
        Work::ConnectionStarted => {
            stage.arm(work)?;
            Window::open(stage.address(), &stage.ann)?.is_closed_with(1011)?;
            bob_is_here(stage)
        }
        Work::ConnectionItem | Work::ConnectionOutgoing | Work::ConnectionAccepted => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            ann.say(typing(stage.room));
            ann.say(json!({ "type": "presence.watch", "ref": 6, "users": [stage.bob.user] }));
            one_has_failed(stage, &ann)
        }
        Work::ConnectionBeat => {
            let ann = stage.ann_comes()?;
            stage.arm(work)?;
            one_has_failed(stage, &ann)
        }
        Work::ConnectionNoHello => {
            // Every connection looks at the time once; Bob's has long done so, or does it now.
            let ann = Window::open(stage.address(), &stage.ann)?;
            stage.arm(work)?;
            one_has_failed(stage, &ann)
        }
        Work::ConnectionSilent => {
            let mut deaf = Socket::open(stage.address(), &stage.ann.token).map_err(|error| error.to_string())?;
            let hello = json!({ "type": "hello", "accountRev": 0, "peopleRev": 0, "conversations": [], "idle": false });
            deaf.send(&hello).map_err(|error| error.to_string())?;
            stage.ann_is("online")?;
            stage.arm(work)?;
            stage.struck()?;
            stage.ann_is("offline")?;
            bob_is_here(stage)
        }
        Work::PasswordJob => {
            stage.arm(work)?;
            let fields = json!({ "username": "nobody", "password": "anything at all" });
            let login = |stage: &Stage| stage.http("POST", "/api/v1/login", Some(&fields));
            let answers = [login(stage)?, login(stage)?].map(|answer| answer.json["code"].clone());
            if answers == ["busy", "wrong_credentials"] { Ok(()) } else { Err(format!("log-in said {answers:?}")) }
        }
        Work::ControlOrder => {
            stage.arm(work)?;
            let failed = command(stage)?;
            if failed.0 || !failed.1.contains("the server failed at this") {
                return Err(format!("a command that panicked said {failed:?}"));
            }
            if command(stage)?.0 { Ok(()) } else { Err("the next command failed too".into()) }
        }
    }
}

fn typing(room: u64) -> Value {
    json!({ "type": "typing", "ref": 5, "conversation": room, "on": true })
}

/// Another chinwag command, whose work the server does: whether it succeeded, and what it said.
fn command(stage: &Stage) -> Result<(bool, String), Stuck> {
    let output = Command::new(program::path())
        .args(["user", "list", "--data"])
        .arg(stage.scene.data())
        .output()
        .map_err(|error| error.to_string())?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// A question over HTTP whose answering panics, then as usual.
fn asked(stage: &mut Stage, work: Work, path: &str) -> Result<(), Stuck> {
    stage.arm(work)?;
    stage.refused("GET", path, (500, "internal"))?;
    let answer = stage.http("GET", path, None)?;
    if answer.status == 200 { Ok(()) } else { Err(format!("then {path} was answered {}", answer.text)) }
}

fn has_error(window: &Window, code: &str) -> Result<(), Stuck> {
    let error = window.hears("error")?;
    if error["ref"] == 5 && error["code"] == code { Ok(()) } else { Err(format!("'{code}' was due, but {error} came")) }
}

fn bob_is_here(stage: &Stage) -> Result<(), Stuck> {
    if stage.window.is_open() { Ok(()) } else { Err("Bob's connection went too".into()) }
}

fn both_are_here(stage: &Stage, ann: &Window) -> Result<(), Stuck> {
    if ann.is_open() { bob_is_here(stage) } else { Err("Ann's connection was closed".into()) }
}

/// Everybody asks again, for nobody may take what they missed for seen.
fn bob_is_sent_away(stage: &Stage) -> Result<(), Stuck> {
    stage.window.hears("goodbye")?;
    stage.window.is_closed_with(1013)
}

/// Work of any connection: one of the two is closed, the other is not.
fn one_has_failed(stage: &Stage, ann: &Window) -> Result<(), Stuck> {
    stage.struck()?;
    until("a window to be closed", || (!ann.is_open() || !stage.window.is_open()).then_some(()))?;
    let (failed, other) = if ann.is_open() { (&stage.window, ann) } else { (ann, &stage.window) };
    failed.is_closed_with(1011)?;
    if other.is_open() { Ok(()) } else { Err("both connections went".into()) }
}

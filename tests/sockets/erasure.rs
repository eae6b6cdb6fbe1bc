//! What was deleted is gone: from history and search at once, and soon from every file of the data directory, byte by
//! byte, whether people go on or nobody does anything.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::*;

/// The promise is ten minutes; what it takes is a quarter of one.
const GONE_WITHIN: Duration = Duration::from_secs(180);

/// The files under `folder` in which one of these texts stands.
fn files_with(folder: &Path, texts: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, texts));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let holds = |text: &String| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            found.extend(texts.iter().filter(|text| holds(text)).map(|text| format!("{}: {text}", path.display())));
        }
    }
    found
}

async fn until_gone(program: &Program, texts: &[String]) {
    let deadline = Instant::now() + GONE_WITHIN;
    loop {
        let left = files_with(&program.data(), texts);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "still there: {left:?}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

fn draft(conversation: i64, text: &str, version: i64) -> Value {
    json!({"type": "draft.set", "conversation": conversation, "text": text, "version": version})
}

/// Says, edits, answers, drafts, and takes everything back. The texts that must be gone, and those that must not.
async fn say_and_regret(ann: &Person, bob: &Person, mark: &str) -> (Vec<String>, Vec<String>) {
    let text = |what: &str| format!("{mark}: {what}");
    let mut anns = ann.connect().await;
    let first = anns.say_to(bob, &text("first words")).await;
    let conversation = int(&first, "conversation");
    let seq = int(&first, "seq");
    let edit = |version: i64, body: &str| json!({"type": "message.edit", "clientId": client_id(), "conversation": conversation, "seq": seq, "version": version, "body": body});
    anns.ask_ok(edit(1, &text("second thoughts"))).await;
    anns.ask_ok(edit(2, &text("third time").repeat(200))).await;
    let answer = json!({"type": "message.send", "clientId": client_id(), "conversation": conversation, "replyTo": seq, "body": text("an answer that stays")});
    let answer = int(&anns.ask(answer).await, "seq");
    let posted = ann.post_message(conversation, &text("sent without a socket")).await;
    let first = anns.ask_ok(draft(conversation, &text("a draft"), 0)).await;
    let second = anns.ask_ok(draft(conversation, &text("a better draft"), int(&first, "version"))).await;
    anns.ask_ok(draft(conversation, "", int(&second, "version"))).await;
    for (seq, version) in [(seq, 3), (int(&posted, "seq"), 1)] {
        let delete = json!({"type": "message.delete", "clientId": client_id(), "conversation": conversation, "seq": seq, "version": version});
        anns.ask_ok(delete).await;
    }
    // From history at once, also for the other.
    let gone = ["first words", "second thoughts", "third time", "sent without a socket", "a draft", "a better draft"]
        .map(text);
    for person in [ann, bob] {
        let told = [
            // Others may write meanwhile: the newest page need not be the one.
            person.get(&format!("/conversations/{conversation}/messages?around={answer}")).await.text(),
            person.get(&format!("/conversations/{conversation}/changes?after=0")).await.text(),
            person.connect().await.ready.to_string(),
        ];
        assert!(!gone.iter().any(|text| told.iter().any(|told| told.contains(text))), "{told:?}");
        assert!(told[0].contains(&text("an answer that stays")));
    }
    (gone.to_vec(), vec![text("an answer that stays")])
}

#[tokio::test]
async fn what_was_deleted_leaves_every_file_while_nobody_does_anything() {
    let program = Program::start(&[]);
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let (gone, kept) = say_and_regret(&ann, &bob, "quiet").await;
    assert!(!files_with(&program.data(), &gone).is_empty(), "the search must see");
    until_gone(&program, &gone).await;
    assert!(!files_with(&program.data(), &kept).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_deleted_leaves_every_file_while_people_write_and_read_without_a_pause() {
    let program = Program::start(&[]);
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let conversation = ann.conversation_with(&bob).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut busy = Vec::new();
    for person in [ann.clone(), bob.clone()] {
        let (over, writer) = (is_over.clone(), person.clone());
        busy.push(tokio::spawn(async move {
            let mut window = writer.connect().await;
            let mut count = 0;
            while !over.load(Ordering::Relaxed) {
                window.say(conversation, &"and so on ".repeat(40)).await;
                window.take_unseen();
                count += 1;
            }
            count
        }));
        let over = is_over.clone();
        busy.push(tokio::spawn(async move {
            let mut count = 0;
            while !over.load(Ordering::Relaxed) {
                person.get(&format!("/conversations/{conversation}/changes?after=0")).await;
                count += 1;
            }
            count
        }));
    }
    let (gone, kept) = say_and_regret(&ann, &bob, "busy").await;
    until_gone(&program, &gone).await;
    assert!(!files_with(&program.data(), &kept).is_empty());
    is_over.store(true, Ordering::Relaxed);
    for task in busy {
        assert!(task.await.unwrap() > 0);
    }
}

#[tokio::test]
async fn what_was_deleted_just_before_a_stop_leaves_every_file_with_it_and_before_a_kill_at_the_next_start() {
    let mut program = Program::start(&[]);
    let (ann, bob) = (Person::sign_up(program.server(), "Ann").await, Person::sign_up(program.server(), "Bob").await);
    let (gone, _) = say_and_regret(&ann, &bob, "killed").await;
    program.kill();
    assert!(!files_with(&program.data(), &gone).is_empty(), "the search must see");
    program.again();
    until_gone(&program, &gone).await;
    let (gone, kept) = say_and_regret(&ann, &bob, "stopped").await;
    program.terminate();
    assert!(program.wait().success());
    assert_eq!(files_with(&program.data(), &gone), [""; 0]);
    assert!(!files_with(&program.data(), &kept).is_empty());
}

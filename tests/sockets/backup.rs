//! A server that is lost and comes back from a backup made while people wrote.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::support::*;

/// Brings a client up to date, wherever it stood.
async fn catch_up(model: &mut Model, person: &Person) {
    let mut window = Socket::open(person).await;
    window.send(&model.hello()).await;
    window.catch_up().await;
    let frames: Vec<_> = window.unseen().cloned().collect();
    for frame in frames {
        model.apply(person, &frame);
    }
    model.load(person).await.unwrap();
    model.assert_equals_the_store(person).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_server_comes_back_with_all_that_was_acknowledged_before_the_backup_and_everybody_signed_in() {
    let mut program = Program::start(&[]);
    let server = program.server().clone();
    let (ann, bob) = (Person::sign_up(&server, "Ann").await, Person::sign_up(&server, "Bob").await);
    let talk = ann.conversation_with(&bob).await;
    let mut window = ann.connect().await;
    for number in 0..100 {
        window.say(talk, &format!("before {number}")).await;
    }
    let folder = free_directory();
    let file = folder.path().join("backup");
    let mut backup = command(std::path::Path::new(env!("CARGO_BIN_EXE_chinwag")));
    backup.arg("backup").arg(&file).arg("--data").arg(program.data());
    let backup = backup.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for number in 0..100 {
        window.say(talk, &format!("meanwhile {number}")).await;
    }
    // Bob sees more than the backup has, and somebody comes whom it does not know.
    let mut of_bob = Model::default();
    catch_up(&mut of_bob, &bob).await;
    let cat = Person::sign_up(&server, "Cat").await;
    program.kill();
    let output = backup.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    std::fs::rename(program.data(), folder.path().join("lost")).unwrap();
    let restored = program.command(&["restore", file.to_str().unwrap()], "");
    assert!(restored.status.success(), "{restored:?}");
    program.again();
    cat.get("/me").await.refused(401, "unauthenticated");
    let mut window = ann.connect().await;
    for number in 0..150 {
        window.say(talk, &format!("after {number}")).await;
    }
    catch_up(&mut of_bob, &bob).await;
    let history = bob.whole_history(talk).await;
    let texts: Vec<_> = history.iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect();
    let count_of = |word: &str| texts.iter().filter(|text| text.starts_with(word)).count();
    let expected = [("before", 100), ("meanwhile", count_of("meanwhile")), ("after", 150)];
    let expected = expected.iter().flat_map(|(word, count)| (0..*count).map(move |number| format!("{word} {number}")));
    assert_eq!(texts, expected.collect::<Vec<_>>());
    // From here on it is a conversation like any other.
    window.say(talk, "one more").await;
    catch_up(&mut of_bob, &bob).await;
}

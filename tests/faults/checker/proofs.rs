//! The checker's own tests: a clean run has no anomaly, and each anomaly planted in it is found as what it is. They are
//! a row of the program, because a blind checker would make every other row worthless.

use super::{Evidence, Kind, Verdict, Witness, check};
use crate::client::journal::{Entry, Journal, Op};
use crate::client::mirror::{Form, Mirror};

const ROOM: u64 = 3;

fn form(seq: u64, sender: u64) -> Form {
    Form {
        seq,
        rev: seq * 2,
        version: 1,
        sender,
        client_id: Some(format!("id-{seq}")),
        body: format!("text {seq}"),
        is_deleted: false,
    }
}

/// Two people, six messages, everything in order; the fourth was edited.
fn clean() -> Evidence {
    let mut forms: Vec<Form> = (1..=6).map(|seq| form(seq, 1 + seq % 2)).collect();
    let first_four = forms[3].clone();
    forms[3] = Form { version: 2, rev: 20, body: "edited".into(), ..forms[3].clone() };
    let mut evidence = Evidence::default();
    for user in [1, 2] {
        let mut entries = Vec::new();
        for form in &forms {
            let client_id = form.client_id.clone().unwrap();
            let body = format!("text {}", form.seq);
            let seen = if form.seq == 4 { first_four.clone() } else { form.clone() };
            if form.sender == user {
                entries.push(Entry::Queued { client_id: client_id.clone(), conversation: ROOM, op: Op::Send, body });
                entries.push(Entry::Stored { client_id, conversation: ROOM, seq: form.seq, rev: seen.rev });
            } else {
                entries.push(Entry::Seen { conversation: ROOM, form: seen });
                entries.push(Entry::Confirming { conversation: ROOM, seq: form.seq });
                entries.push(Entry::Confirmed { conversation: ROOM, seq: form.seq });
            }
        }
        let edit = Op::Edit { seq: 4, version: 1 };
        if user == 1 {
            entries.push(Entry::Queued {
                client_id: "edit".into(),
                conversation: ROOM,
                op: edit,
                body: "edited".into(),
            });
            entries.push(Entry::Changed { client_id: "edit".into(), conversation: ROOM, seq: 4, version: 2, rev: 20 });
        }
        entries.push(Entry::Seen { conversation: ROOM, form: forms[3].clone() });
        let other = 3 - user;
        entries.push(Entry::Receipt { conversation: ROOM, user: other, kind: "delivered".into(), up_to: 5 });
        let mirror = forms.iter().map(|form| (form.seq, form.clone())).collect();
        let journal = Journal { entries, ..Journal::default() };
        evidence.witnesses.push(Witness { user, device: user, journal, mirrors: [(ROOM, mirror)].into() });
        evidence.delivered.insert((user, ROOM), 6);
    }
    evidence.stores.insert(ROOM, forms);
    evidence
}

fn store(evidence: &mut Evidence) -> &mut Vec<Form> {
    evidence.stores.get_mut(&ROOM).unwrap()
}

fn entries(evidence: &mut Evidence, witness: usize) -> &mut Vec<Entry> {
    &mut evidence.witnesses[witness].journal.entries
}

type Plant = fn(&mut Evidence);

/// Each mistake and what it must be called.
const PLANTED: &[(&str, Kind, Plant)] = &[
    ("the newest acknowledged message is gone", Kind::Lost, |run| {
        store(run).pop();
    }),
    ("an acknowledged message was replaced", Kind::Lost, |run| store(run)[5].client_id = Some("id-1".into())),
    ("an acknowledged edit is gone", Kind::Lost, |run| store(run)[3] = form(4, 1)),
    ("an acknowledged receipt is gone", Kind::Lost, |run| {
        run.delivered.insert((1, ROOM), 2);
    }),
    ("a client id is stored twice", Kind::Duplicate, |run| {
        let again = Form { seq: 7, rev: 30, ..form(6, 1) };
        store(run).push(again);
    }),
    ("a text is stored twice under two ids", Kind::Duplicate, |run| {
        store(run).push(Form { seq: 7, client_id: Some("other".into()), ..form(6, 1) });
    }),
    ("a repeat was answered with another seq", Kind::Duplicate, |run| {
        entries(run, 0).push(Entry::Stored { client_id: "id-2".into(), conversation: ROOM, seq: 6, rev: 12 });
    }),
    ("a hole in the store", Kind::Skipped, |run| {
        store(run).remove(2);
    }),
    ("the store's seqs go back", Kind::Reordered, |run| store(run).swap(1, 2)),
    ("a writer's second message stands before the first", Kind::Reordered, |run| {
        let queued = entries(run, 0);
        let again = Entry::Queued { client_id: "id-2".into(), conversation: ROOM, op: Op::Send, body: "text 2".into() };
        queued.push(again);
    }),
    ("stored, and nobody sent it", Kind::Phantom, |run| store(run).push(Form { seq: 7, ..form(99, 1) })),
    ("shown, and never stored", Kind::Phantom, |run| {
        entries(run, 1).push(Entry::Seen { conversation: ROOM, form: form(9, 1) });
    }),
    ("shown in a version that was never stored", Kind::Phantom, |run| {
        let form = Form { version: 3, ..form(2, 1) };
        entries(run, 1).push(Entry::Seen { conversation: ROOM, form });
    }),
    ("a receipt that its person never gave", Kind::Phantom, |run| {
        run.witnesses[1].journal.entries.retain(|entry| !matches!(entry, Entry::Confirming { .. }));
    }),
    ("missing on a device at the end", Kind::Unseen, |run| {
        run.witnesses[1].mirrors.get_mut(&ROOM).unwrap().remove(&6);
    }),
    ("an edit never reached a device", Kind::Unseen, |run| {
        run.witnesses[1].mirrors.get_mut(&ROOM).unwrap().insert(4, form(4, 1));
    }),
    ("another text is stored than was sent", Kind::WrongText, |run| store(run)[0].body = "text l".into()),
    ("another text was shown than is stored", Kind::WrongText, |run| {
        entries(run, 1).push(Entry::Seen { conversation: ROOM, form: Form { body: "no".into(), ..form(2, 1) } });
    }),
    ("a deleted message still has its text", Kind::WrongText, |run| store(run)[0].is_deleted = true),
];

/// Runs them; what did not hold.
pub fn run() -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let Verdict { anomalies, .. } = check(&clean());
    if !anomalies.is_empty() {
        wrong.push(format!("a clean run has anomalies: {anomalies:?}"));
    }
    for (name, kind, plant) in PLANTED {
        let mut evidence = clean();
        plant(&mut evidence);
        let found = check(&evidence).anomalies;
        if !found.iter().any(|(found, _)| found == kind) {
            wrong.push(format!("planted '{name}', which must be {kind}; found {found:?}"));
        }
    }
    let mirrors = mirrors_that_must_complain();
    let count = 1 + PLANTED.len() + mirrors.len();
    for (name, kind, found) in mirrors {
        if found != kind {
            wrong.push(format!("the copy: '{name}' must be {kind:?}, found {found:?}"));
        }
    }
    (count, wrong)
}

type Complaint = (&'static str, Option<Kind>, Option<Kind>);

fn mirrors_that_must_complain() -> Vec<Complaint> {
    let first = |findings: Vec<(Kind, String)>| findings.first().map(|(kind, _)| *kind);
    let after_three = || {
        let mut mirror = Mirror::from_the_beginning();
        for seq in 1..=3 {
            assert!(mirror.message(form(seq, 1)).is_empty(), "three messages in order are fine");
        }
        mirror
    };
    let edited = Form { version: 2, rev: 20, ..form(2, 1) };
    let mut after_edit = after_three();
    let edit = first(after_edit.changed(edited.clone()));
    let mut resumed = after_three();
    resumed.reconnected();
    vec![
        ("an edit in order", None, edit),
        ("a seq left out", Some(Kind::Skipped), first(after_three().message(form(5, 1)))),
        ("a rev that goes back", Some(Kind::Reordered), first(after_three().message(Form { rev: 1, ..form(4, 1) }))),
        ("a message twice", Some(Kind::Duplicate), first(after_three().message(form(3, 1)))),
        ("a message again on a new connection", None, first(resumed.message(form(3, 1)))),
        (
            "a change of what never came",
            Some(Kind::Skipped),
            first(after_three().changed(Form { rev: 30, ..form(9, 1) })),
        ),
        ("a version that goes back", Some(Kind::StateBack), first(after_edit.changed(Form { rev: 22, ..form(2, 1) }))),
        ("changes with a hole", Some(Kind::Skipped), first(after_three().changes(vec![form(5, 1)], 40, true))),
        ("a repeat answered with its old rev", None, first(after_three().stored(form(2, 1)))),
        (
            "another message at an own place",
            Some(Kind::Reordered),
            first(after_three().stored(Form { client_id: None, ..form(2, 1) })),
        ),
        ("a receipt out of order", Some(Kind::Reordered), first(after_three().passed(1))),
    ]
}

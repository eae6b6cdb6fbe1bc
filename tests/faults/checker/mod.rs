//! Judges a run: what the devices wrote down, what they hold in the end, and what the store answers over HTTP. It sees
//! only evidence, never the program.

pub mod proofs;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use crate::client::journal::{Entry, Journal, Op};
use crate::client::mirror::Form;

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Acknowledged and not stored.
    Lost,
    /// Stored or shown twice.
    Duplicate,
    /// A hole in the seqs.
    Skipped,
    /// In another order than the store's, or than its writer's.
    Reordered,
    /// Shown or stored, though nobody sent it, or shown though it was never stored.
    Phantom,
    /// Stored, and missing on a device at the end.
    Unseen,
    /// A place with another text than was sent.
    WrongText,
    /// A state, version or receipt moved back.
    StateBack,
    /// Refused for good, though nothing was wrong with it.
    Refused,
    /// A deadline passed, or the program did what it must not.
    Misbehaved,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{self:?}").to_lowercase();
        formatter.pad(if name == "wrongtext" {
            "wrong text"
        } else if name == "stateback" {
            "state back"
        } else {
            &name
        })
    }
}

/// One device's side of the story.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Whose device.
    pub user: u64,
    /// Which.
    pub device: u64,
    /// What it wrote down.
    pub journal: Journal,
    /// What it holds in the end.
    pub mirrors: BTreeMap<u64, BTreeMap<u64, Form>>,
}

/// Everything about a run.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The devices.
    pub witnesses: Vec<Witness>,
    /// What the store answers, by conversation.
    pub stores: BTreeMap<u64, Vec<Form>>,
    /// What the store says is delivered, by user and conversation.
    pub delivered: BTreeMap<(u64, u64), u64>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Each anomaly.
    pub anomalies: Vec<(Kind, String)>,
    /// Messages and changes acknowledged, each once.
    pub acknowledged: usize,
    /// Messages in the store.
    pub stored: usize,
    /// Deliveries to devices.
    pub deliveries: u64,
}

/// What was sent: the text and its place, by client id.
struct Sent<'a> {
    user: u64,
    conversation: u64,
    op: Op,
    body: &'a str,
}

/// Looks for everything.
pub fn check(evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::default();
    let mut sent: HashMap<&str, Sent<'_>> = HashMap::new();
    for witness in &evidence.witnesses {
        verdict.deliveries += witness.journal.deliveries;
        for entry in &witness.journal.entries {
            if let Entry::Queued { client_id, conversation, op, body } = entry {
                sent.insert(client_id, Sent { user: witness.user, conversation: *conversation, op: *op, body });
            }
        }
    }
    for (conversation, forms) in &evidence.stores {
        verdict.stored += forms.len();
        check_store(*conversation, forms, &sent, &mut verdict);
    }
    let places = places(evidence);
    let mut answers: HashMap<&str, (u64, u64, u64)> = HashMap::new();
    let confirmations = confirmations(evidence);
    let texts: HashSet<(&str, u64)> = sent.values().map(|sent| (sent.body, sent.conversation)).collect();
    for witness in &evidence.witnesses {
        check_answers(witness, evidence, &places, &sent, &mut answers, &mut verdict);
        check_seen(witness, &places, &texts, &confirmations, &mut verdict);
        check_end(witness, evidence, &mut verdict);
    }
    verdict.acknowledged = answers.len();
    check_writers_order(evidence, &places, &mut verdict);
    verdict
}

type Places<'a> = HashMap<(u64, u64), &'a Form>;

fn places(evidence: &Evidence) -> Places<'_> {
    let all = evidence.stores.iter();
    all.flat_map(|(conversation, forms)| forms.iter().map(move |form| ((*conversation, form.seq), form))).collect()
}

/// The greatest seq that any device of a user said it holds.
fn confirmations(evidence: &Evidence) -> HashMap<(u64, u64), u64> {
    let mut greatest = HashMap::new();
    for witness in &evidence.witnesses {
        for entry in &witness.journal.entries {
            if let Entry::Confirming { conversation, seq } = entry {
                let known: &mut u64 = greatest.entry((witness.user, *conversation)).or_default();
                *known = (*known).max(*seq);
            }
        }
    }
    greatest
}

impl Verdict {
    fn say(&mut self, kind: Kind, what: String) {
        self.anomalies.push((kind, what));
    }
}

fn check_store(conversation: u64, forms: &[Form], sent: &HashMap<&str, Sent<'_>>, verdict: &mut Verdict) {
    let mut ids: HashSet<(u64, &str)> = HashSet::new();
    let mut texts: HashSet<&str> = HashSet::new();
    let mut last = 0;
    for form in forms {
        let place = format!("conversation {conversation} seq {}", form.seq);
        if form.seq > last + 1 {
            verdict.say(Kind::Skipped, format!("{place} follows {last} in the store"));
        } else if form.seq <= last {
            verdict.say(Kind::Reordered, format!("{place} follows {last} in the store"));
        }
        last = form.seq;
        let Some(client_id) = form.client_id.as_deref() else { continue };
        if !ids.insert((form.sender, client_id)) {
            verdict.say(Kind::Duplicate, format!("{place}: {client_id} stands there twice"));
        }
        if !form.is_deleted && !texts.insert(&form.body) {
            verdict.say(Kind::Duplicate, format!("{place}: its text stands there twice: {:?}", short(&form.body)));
        }
        match sent.get(client_id) {
            None => verdict.say(Kind::Phantom, format!("{place}: nobody sent {client_id}")),
            Some(sent) if sent.user != form.sender || sent.conversation != conversation || sent.op != Op::Send => {
                verdict.say(Kind::Phantom, format!("{place}: {client_id} was sent by another or elsewhere"));
            }
            Some(sent) if form.version == 1 && form.body != sent.body => {
                verdict.say(
                    Kind::WrongText,
                    format!("{place}: {:?} instead of {:?}", short(&form.body), short(sent.body)),
                );
            }
            Some(_) if form.is_deleted && !form.body.is_empty() => {
                verdict.say(Kind::WrongText, format!("{place} is deleted and still has text"));
            }
            Some(_) => {}
        }
    }
}

fn check_answers<'a>(
    witness: &'a Witness,
    evidence: &Evidence,
    places: &Places<'_>,
    sent: &HashMap<&str, Sent<'_>>,
    answers: &mut HashMap<&'a str, (u64, u64, u64)>,
    verdict: &mut Verdict,
) {
    let who = format!("device {}", witness.device);
    for entry in &witness.journal.entries {
        match entry {
            Entry::Stored { client_id, conversation, seq, rev } => {
                if !evidence.stores.contains_key(conversation) {
                    continue;
                }
                let place = format!("{who}: {client_id} at conversation {conversation} seq {seq}");
                let first = *answers.entry(client_id).or_insert((*conversation, *seq, *rev));
                if first != (*conversation, *seq, *rev) {
                    verdict.say(Kind::Duplicate, format!("{place} rev {rev}, before at {first:?}"));
                }
                match places.get(&(*conversation, *seq)) {
                    Some(form) if form.client_id.as_deref() == Some(client_id) => {}
                    Some(form) => {
                        verdict
                            .say(Kind::Lost, format!("{place}: acknowledged, and {:?} stands there", form.client_id));
                    }
                    None => verdict.say(Kind::Lost, format!("{place}: acknowledged, and nothing stands there")),
                }
            }
            Entry::Changed { client_id, conversation, seq, version, rev } => {
                answers.insert(client_id, (*conversation, *seq, *rev));
                let place = format!("{who}: change {client_id} of conversation {conversation} seq {seq}");
                let Some(form) = places.get(&(*conversation, *seq)) else {
                    verdict.say(Kind::Lost, format!("{place}: its message is gone"));
                    continue;
                };
                let Some(change) = sent.get(client_id.as_str()) else { continue };
                let is_there = match change.op {
                    Op::Delete { .. } => form.is_deleted,
                    _ => {
                        form.version > *version
                            || (form.version == *version && (form.is_deleted || form.body == change.body))
                    }
                };
                if !is_there {
                    verdict.say(
                        Kind::Lost,
                        format!("{place}: acknowledged as version {version}, the store has {}", form.version),
                    );
                }
            }
            Entry::Confirmed { conversation, seq } => {
                if let Some(delivered) = evidence.delivered.get(&(witness.user, *conversation))
                    && delivered < seq
                {
                    verdict.say(
                        Kind::Lost,
                        format!(
                            "{who}: 'delivered' up to {seq} in {conversation} was accepted, the store says {delivered}"
                        ),
                    );
                }
            }
            Entry::Found { conversation, finding: (kind, what) } => {
                verdict.say(*kind, format!("{who}, conversation {conversation}: {what}"));
            }
            _ => {}
        }
    }
}

fn check_seen(
    witness: &Witness,
    places: &Places<'_>,
    texts: &HashSet<(&str, u64)>,
    confirmations: &HashMap<(u64, u64), u64>,
    verdict: &mut Verdict,
) {
    let who = format!("device {}", witness.device);
    let mut told: BTreeMap<(u64, u64, String), String> = BTreeMap::new();
    for entry in &witness.journal.entries {
        match entry {
            Entry::Seen { conversation, form } => {
                let place = format!("{who} saw conversation {conversation} seq {}", form.seq);
                let Some(stored) = places.get(&(*conversation, form.seq)) else {
                    verdict.say(Kind::Phantom, format!("{place}, which is not in the store"));
                    continue;
                };
                if stored.client_id != form.client_id || stored.sender != form.sender {
                    verdict.say(Kind::Phantom, format!("{place} as another message than the store's"));
                } else if stored.version < form.version {
                    verdict.say(
                        Kind::Phantom,
                        format!("{place} in version {}, the store has {}", form.version, stored.version),
                    );
                } else if stored.version == form.version
                    && (stored.body != form.body || stored.is_deleted != form.is_deleted)
                {
                    verdict.say(
                        Kind::WrongText,
                        format!("{place} as {:?}, the store has {:?}", short(&form.body), short(&stored.body)),
                    );
                } else if form.client_id.is_some()
                    && !form.is_deleted
                    && !texts.contains(&(form.body.as_str(), *conversation))
                {
                    verdict.say(Kind::WrongText, format!("{place} as {:?}, which nobody wrote", short(&form.body)));
                }
            }
            Entry::Receipt { conversation, user, kind, up_to } => {
                let confirmed = confirmations.get(&(*user, *conversation)).copied().unwrap_or(0);
                // What a person wrote needs no confirmation by that person.
                let foreign = (confirmed + 1..=*up_to).find(|seq| {
                    places
                        .get(&(*conversation, *seq))
                        .is_some_and(|form| form.sender != *user && form.client_id.is_some())
                });
                if let Some(seq) = foreign {
                    let key = (*conversation, *user, kind.clone());
                    told.entry(key).or_insert_with(|| {
                        format!("{who} was told that user {user} has conversation {conversation} seq {seq}, which they never confirmed")
                    });
                }
            }
            _ => {}
        }
    }
    for what in told.into_values() {
        verdict.say(Kind::Phantom, what);
    }
}

fn check_end(witness: &Witness, evidence: &Evidence, verdict: &mut Verdict) {
    for (conversation, mirror) in &witness.mirrors {
        let Some(forms) = evidence.stores.get(conversation) else { continue };
        let who = format!("device {}, conversation {conversation}", witness.device);
        let missing: Vec<u64> = forms.iter().map(|form| form.seq).filter(|seq| !mirror.contains_key(seq)).collect();
        if !missing.is_empty() {
            let (count, first) = (missing.len(), missing[0]);
            verdict
                .say(Kind::Unseen, format!("{who}: {count} messages are missing at the end, the first is seq {first}"));
        }
        for form in forms {
            match mirror.get(&form.seq) {
                Some(held) if held.rev < form.rev => {
                    verdict.say(
                        Kind::Unseen,
                        format!("{who}: seq {} stayed at rev {}, the store has {}", form.seq, held.rev, form.rev),
                    );
                }
                Some(held) if held.rev == form.rev && held != form => {
                    verdict.say(
                        Kind::WrongText,
                        format!(
                            "{who}: seq {} is {:?}, the store has {:?}",
                            form.seq,
                            short(&held.body),
                            short(&form.body)
                        ),
                    );
                }
                _ => {}
            }
        }
        let known: BTreeSet<u64> = forms.iter().map(|form| form.seq).collect();
        for seq in mirror.keys().filter(|seq| !known.contains(seq)) {
            verdict.say(Kind::Phantom, format!("{who}: holds seq {seq}, which the store does not have"));
        }
    }
}

/// A device has one message on its way for each conversation, so what it wrote first must stand first.
fn check_writers_order(evidence: &Evidence, places: &Places<'_>, verdict: &mut Verdict) {
    let mut seqs: HashMap<&str, (u64, u64)> = HashMap::new();
    for ((conversation, seq), form) in places {
        if let Some(client_id) = form.client_id.as_deref() {
            seqs.insert(client_id, (*conversation, *seq));
        }
    }
    for witness in &evidence.witnesses {
        let mut last: HashMap<u64, u64> = HashMap::new();
        for entry in &witness.journal.entries {
            let Entry::Queued { client_id, op: Op::Send, .. } = entry else { continue };
            let Some((conversation, seq)) = seqs.get(client_id.as_str()) else { continue };
            let last = last.entry(*conversation).or_default();
            if seq < last {
                verdict.say(
                    Kind::Reordered,
                    format!("device {}: wrote seq {seq} of {conversation} after seq {last}", witness.device),
                );
            }
            *last = (*last).max(*seq);
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

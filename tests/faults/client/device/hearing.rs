//! What a device makes of each frame that it is sent: into the copies, the journal and the outbox.

use std::io;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Device, Waiting};
use crate::checker::Kind;
use crate::client::journal::{Entry, Op};
use crate::client::mirror::{Finding, Form, Mirror};

impl Device {
    pub(super) fn found(&mut self, conversation: u64, findings: Vec<Finding>) {
        let lines = findings.into_iter().map(|finding| Entry::Found { conversation, finding });
        self.journal.entries.extend(lines);
    }

    fn saw(&mut self, conversation: u64, form: &Form) {
        self.journal.deliveries += 1;
        self.journal.entries.push(Entry::Seen { conversation, form: form.clone() });
    }

    pub(super) fn take(&mut self, frame: &Value) -> io::Result<()> {
        let kind = frame["type"].as_str().unwrap_or_default();
        let conversation =
            frame["conversation"].as_u64().or_else(|| frame["message"]["conversation"].as_u64()).unwrap_or(0);
        match kind {
            "message" | "message.changed" => {
                let form = form_of(&frame["message"])?;
                self.saw(conversation, &form);
                let mirror = self.mirrors.entry(conversation).or_insert_with(Mirror::from_the_beginning);
                let findings = if kind == "message" { mirror.message(form) } else { mirror.changed(form) };
                self.found(conversation, findings);
            }
            "message.stored" => self.stored(conversation, frame)?,
            "changes" => self.changes(conversation, frame)?,
            "reset" => self.reload(conversation)?,
            "receipt" => {
                let receipt = &frame["receipt"];
                self.receipt(conversation, receipt);
                let rev = receipt["rev"].as_u64().unwrap_or(0);
                let findings = self.mirrors.entry(conversation).or_insert_with(Mirror::from_the_beginning).passed(rev);
                self.found(conversation, findings);
            }
            "conversation" => {
                let told = &frame["conversation"];
                let (Some(id), first) = (told["id"].as_u64(), told["first"].as_u64().unwrap_or(1)) else {
                    return Err(io::Error::other("a conversation without id"));
                };
                self.mirrors.entry(id).or_insert_with(|| Mirror::from(first));
            }
            "ok" => self.ok(frame),
            "error" => self.error(frame)?,
            "goodbye" => {
                self.journal.goodbyes += 1;
                self.goodbye_wait = frame["retryAfterMs"].as_u64();
            }
            // Nothing of these is durable in a conversation.
            _ => {}
        }
        Ok(())
    }

    fn receipt(&mut self, conversation: u64, receipt: &Value) {
        let (Some(user), Some(kind), Some(up_to)) =
            (receipt["user"].as_u64(), receipt["kind"].as_str(), receipt["upTo"].as_u64())
        else {
            self.found(conversation, vec![(Kind::WrongText, format!("a receipt lacks a field: {receipt}"))]);
            return;
        };
        let known = self.receipts.entry((conversation, user, kind.to_owned())).or_default();
        *known = up_to.max(*known);
        self.journal.entries.push(Entry::Receipt { conversation, user, kind: kind.to_owned(), up_to });
    }

    fn stored(&mut self, conversation: u64, frame: &Value) -> io::Result<()> {
        let client_id = frame["clientId"].as_str().unwrap_or_default().to_owned();
        let (Some(seq), Some(rev)) = (frame["seq"].as_u64(), frame["rev"].as_u64()) else {
            return Err(io::Error::other("message.stored without seq or rev"));
        };
        self.journal.acknowledged += 1;
        self.journal.entries.push(Entry::Stored { client_id: client_id.clone(), conversation, seq, rev });
        let Some(index) = self.outbox.iter().position(|waiting| waiting.client_id == client_id) else { return Ok(()) };
        let waiting = self.outbox.remove(index).expect("it was just found");
        let form = Form {
            seq,
            rev,
            version: 1,
            sender: self.account.user,
            client_id: Some(client_id),
            body: waiting.body,
            is_deleted: false,
        };
        let findings = self.mirrors.entry(conversation).or_insert_with(Mirror::from_the_beginning).stored(form);
        self.found(conversation, findings);
        Ok(())
    }

    fn changes(&mut self, conversation: u64, first: &Value) -> io::Result<()> {
        let mut frame = first.clone();
        loop {
            if frame["reset"] == true {
                return self.reload(conversation);
            }
            let forms = forms_of(&frame["messages"])?;
            for form in &forms {
                self.saw(conversation, form);
            }
            for receipt in frame["receipts"].as_array().unwrap_or(&Vec::new()) {
                self.receipt(conversation, receipt);
            }
            let rev = frame["rev"].as_u64().ok_or_else(|| io::Error::other("changes without rev"))?;
            let is_last = frame["more"] != true;
            let findings = self
                .mirrors
                .entry(conversation)
                .or_insert_with(Mirror::from_the_beginning)
                .changes(forms, rev, is_last);
            self.found(conversation, findings);
            if is_last {
                return Ok(());
            }
            let address = self.address.get().ok_or(io::ErrorKind::NotConnected)?;
            frame =
                self.account.get(address, &format!("/conversations/{conversation}/changes?after={rev}&limit=500"))?;
        }
    }

    /// After a `reset`: the newest page, then all older ones.
    fn reload(&mut self, conversation: u64) -> io::Result<()> {
        let address = self.address.get().ok_or(io::ErrorKind::NotConnected)?;
        let mut mirror = self.mirrors.remove(&conversation).unwrap_or_else(Mirror::from_the_beginning);
        mirror.reset();
        let mut before = String::new();
        loop {
            let path = format!("/conversations/{conversation}/messages?limit=200{before}");
            let page = self.account.get(address, &path)?;
            let forms = forms_of(&page["messages"])?;
            for form in &forms {
                self.saw(conversation, form);
            }
            let lowest = forms.first().map_or(0, |form| form.seq);
            if before.is_empty() {
                mirror.rev = page["rev"].as_u64().unwrap_or(0);
            }
            let findings = mirror.page(forms);
            self.found(conversation, findings);
            if page["hasBefore"] != true || lowest <= mirror.first {
                self.mirrors.insert(conversation, mirror);
                return Ok(());
            }
            before = format!("&before={lowest}");
        }
    }

    fn ok(&mut self, frame: &Value) {
        let Some(reference) = frame["ref"].as_u64() else { return };
        if let Some((conversation, seq)) = self.confirming.remove(&reference) {
            let mirror = self.mirrors.entry(conversation).or_insert_with(Mirror::from_the_beginning);
            mirror.confirmed = mirror.confirmed.max(seq);
            self.journal.entries.push(Entry::Confirmed { conversation, seq });
            return;
        }
        let is_this = |waiting: &Waiting| waiting.sent.is_some_and(|(own, _)| own == reference);
        let Some(index) = self.outbox.iter().position(is_this) else { return };
        let waiting = self.outbox.remove(index).expect("it was just found");
        let (Op::Edit { seq, .. } | Op::Delete { seq, .. }) = waiting.op else { return };
        self.journal.acknowledged += 1;
        self.journal.entries.push(Entry::Changed {
            client_id: waiting.client_id,
            conversation: waiting.conversation,
            seq,
            version: frame["version"].as_u64().unwrap_or(0),
            rev: frame["rev"].as_u64().unwrap_or(0),
        });
    }

    fn error(&mut self, frame: &Value) -> io::Result<()> {
        let code = frame["code"].as_str().unwrap_or_default().to_owned();
        let Some(reference) = frame["ref"].as_u64() else {
            return Err(io::Error::other(format!("an error without ref: {frame}")));
        };
        let is_passing = matches!(code.as_str(), "busy" | "rate_limited" | "unknown");
        if is_passing {
            *self.journal.passing.entry(code.clone()).or_default() += 1;
        }
        let pause = frame["retryAfterMs"].as_u64().unwrap_or(500) + self.random.below(100);
        if let Some((conversation, _)) = self.confirming.remove(&reference) {
            if !is_passing {
                self.found(conversation, vec![(Kind::Refused, format!("receipt.delivered: {code}"))]);
            }
            self.confirmed_at.insert(conversation, Instant::now() + Duration::from_millis(pause));
            return Ok(());
        }
        let is_this = |waiting: &Waiting| waiting.sent.is_some_and(|(own, _)| own == reference);
        let Some(index) = self.outbox.iter().position(is_this) else { return Ok(()) };
        if is_passing {
            self.outbox[index].sent = None;
            self.outbox[index].not_before = Instant::now() + Duration::from_millis(pause);
            return Ok(());
        }
        let waiting = self.outbox.remove(index).expect("it was just found");
        // Two devices of one person may change one message: then one of them comes second, and is told.
        let may_be = waiting.op != Op::Send && matches!(code.as_str(), "version_conflict" | "deleted");
        if !may_be {
            let what = format!("{:?} {}: {code}: {}", waiting.op, waiting.client_id, frame["message"]);
            self.found(waiting.conversation, vec![(Kind::Refused, what)]);
        }
        Ok(())
    }
}

fn form_of(message: &Value) -> io::Result<Form> {
    Form::of(message).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("not a message: {message}")))
}

fn forms_of(messages: &Value) -> io::Result<Vec<Form>> {
    messages.as_array().unwrap_or(&Vec::new()).iter().map(form_of).collect()
}

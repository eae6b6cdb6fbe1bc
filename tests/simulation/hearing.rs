//! What a device makes of each frame and of HTTP's answers. It complains about everything a client can notice by itself:
//! gaps, doubles, steps back, answers to nothing.

use crate::client::{Act, Answer, Asked, Device, Question};
use crate::copy::Copy;
use crate::frames::{Changes, Frame, Mentions, Message, Ready, Row};
use crate::letter::{Letter, What};

impl Device {
    /// One frame of the server.
    pub fn hear(&mut self, frame: &Frame, now: i64) -> Result<Vec<Act>, String> {
        let me = self.user;
        let mut acts = Vec::new();
        if !self.is_ready && !matches!(frame, Frame::Ready(_) | Frame::Goodbye { .. }) {
            return Err("a frame came before ready".into());
        }
        match frame {
            Frame::Ready(ready) => self.ready(ready, now, &mut acts)?,
            Frame::Changes(run) => {
                self.known(run.conversation)?;
                self.run(run, &mut acts);
            }
            Frame::Reset { conversation } => {
                if let Some(copy) = self.copies.get_mut(conversation) {
                    copy.rev = None;
                    copy.messages.clear();
                    self.fill(*conversation, &mut acts);
                }
            }
            Frame::Message { message } => {
                let copy = self.known(message.conversation)?;
                copy.live(message.rev, Some(message.seq))?;
                copy.count(me, message, None, true);
                copy.keep(message);
                acts.push(Act::ConfirmSoon(message.conversation));
            }
            Frame::Changed { message, before, .. } => {
                let copy = self.known(message.conversation)?;
                copy.live(message.rev, None)?;
                copy.count(me, message, before.as_ref(), false);
                copy.keep_change(message);
            }
            Frame::Stored { r#ref, client_id, conversation, seq, rev, mentions } => {
                let place = (*conversation, *seq, *rev);
                self.stored(*r#ref, client_id, place, mentions, &mut acts)?;
                acts.extend(self.pump(now));
            }
            Frame::Receipt { conversation, receipt } => {
                let copy = self.known(*conversation)?;
                copy.live(receipt.rev, None)?;
                let told = copy.receipts_live.insert((receipt.user, receipt.kind.clone()), receipt.up_to);
                if told.is_some_and(|told| receipt.up_to <= told) || receipt.up_to < receipt.from {
                    return Err(format!("a receipt moved back from {told:?} to {}", receipt.up_to));
                }
                copy.confirmed(me, receipt);
            }
            Frame::Late { late } => {
                let told = self.late_live.insert(late.id, late.count);
                if told.is_some_and(|told| late.count <= told) {
                    return Err(format!("late notice {} was told twice", late.id));
                }
                // `ready` may have told a count already that this one was on its way to.
                if self.late.get(&late.id).is_none_or(|known| late.count > known.count) {
                    self.late.insert(late.id, late.clone());
                }
            }
            Frame::Cursor { conversation, cursor, unread, mentioned, account_rev } => {
                // `ready` may have told what came after this already.
                if *account_rev > self.account_rev {
                    self.account_rev = *account_rev;
                    let copy = self.known(*conversation)?;
                    (copy.cursor, copy.unread, copy.mentioned) = (*cursor, *unread, *mentioned);
                }
            }
            Frame::Account { read_receipts, account_rev } => {
                if *account_rev > self.account_rev {
                    (self.account_rev, self.read_receipts) = (*account_rev, *read_receipts);
                }
            }
            Frame::Presence { users } => {
                self.presence.extend(users.iter().map(|person| (person.user, person.state.clone())));
            }
            Frame::Conversation { conversation } => {
                self.row(conversation)?;
                self.fill(conversation.id, &mut acts);
            }
            Frame::Ok { r#ref, version, .. } => match self.asked.remove(r#ref) {
                None => return Err(format!("ref {ref} was answered twice", ref = r#ref)),
                Some(Asked::Letter(client_id)) => {
                    self.check_version(&client_id, *version)?;
                    self.finish(&client_id);
                    acts.extend(self.pump(now));
                }
                Some(Asked::Confirm(conversation, up_to)) => {
                    let copy = self.known(conversation)?;
                    copy.delivered = copy.delivered.max(up_to);
                }
                Some(Asked::Watch | Asked::Other) => {}
            },
            Frame::Error { r#ref, code, retry_after_ms } => {
                self.refused(*r#ref, code, retry_after_ms.unwrap_or(500) + now)?;
                acts.extend(self.pump(now));
            }
            Frame::Goodbye { retry_after_ms } => self.stays_away_until = now + retry_after_ms,
            Frame::LateSeen { .. } | Frame::Typing { .. } | Frame::Other => {}
        }
        Ok(acts)
    }

    pub fn known(&mut self, conversation: i64) -> Result<&mut Copy, String> {
        self.copies
            .get_mut(&conversation)
            .ok_or_else(|| format!("conversation {conversation} was not told before its first frame"))
    }

    pub fn ready(&mut self, ready: &Ready, now: i64, acts: &mut Vec<Act>) -> Result<(), String> {
        self.is_ready = true;
        (self.account_rev, self.people_rev) = (ready.account_rev, ready.people_rev);
        self.read_receipts = ready.read_receipts;
        let total: i64 = ready.conversations.iter().map(|row| row.unread).sum();
        debug_assert_eq!(total, ready.unread_total, "every conversation is listed here");
        for row in &ready.conversations {
            self.row(row)?;
            self.fill(row.id, acts);
            acts.push(Act::ConfirmSoon(row.id));
        }
        self.late.extend(ready.late.iter().map(|late| (late.id, late.clone())));
        self.watch_at = Some(0);
        acts.extend(self.pump(now));
        Ok(())
    }

    /// States never move back, whatever was lost in between: a row says at least what was told before it.
    pub fn row(&mut self, row: &Row) -> Result<(), String> {
        let me = self.user;
        let copy = self.copies.entry(row.id).or_default();
        if row.rev < copy.counted {
            // `ready` was made later than this.
            return Ok(());
        }
        for receipt in &row.receipts {
            let told = copy.told_up_to(receipt.user, &receipt.kind);
            if receipt.up_to < told {
                return Err(format!(
                    "{} had {} up to {told}, and now up to {}",
                    receipt.user, receipt.kind, receipt.up_to
                ));
            }
        }
        copy.is_group = row.kind == "group";
        copy.ranges = row.members.iter().filter(|member| member.user == me).map(|own| (own.from, own.until)).collect();
        copy.head = row.head;
        (copy.cursor, copy.unread, copy.mentioned) = (row.cursor, row.unread, row.mentioned);
        copy.counted = row.rev;
        copy.delivered = copy.delivered.max(row.delivered_up_to);
        for receipt in &row.receipts {
            copy.confirmed(me, receipt);
        }
        Ok(())
    }

    pub fn run(&mut self, run: &Changes, acts: &mut Vec<Act>) {
        let me = self.user;
        let copy = self.copies.get_mut(&run.conversation).expect("it was asked for");
        for message in &run.messages {
            copy.keep_change(message);
        }
        for receipt in &run.receipts {
            copy.confirmed(me, receipt);
        }
        copy.is_paging = run.more;
        copy.rev = Some(if run.more { run.rev } else { run.rev.max(copy.met) });
        acts.push(Act::ConfirmSoon(run.conversation));
        self.fill(run.conversation, acts);
    }

    /// The answer to a question; `None` when the conversation is not this person's, or nobody answered.
    pub fn answered(&mut self, question: Question, answer: Answer) -> Vec<Act> {
        let mut acts = Vec::new();
        let conversation = question.conversation();
        let me = self.user;
        let Some(copy) = self.copies.get_mut(&conversation) else { return acts };
        copy.is_asking = false;
        match answer {
            Answer::Page(page) => {
                if matches!(question, Question::Newest(_)) {
                    // Its rev speaks for an empty copy: what came live before and is older may have changed since.
                    copy.messages.retain(|_, message| message.rev > page.rev);
                }
                for message in &page.messages {
                    copy.half.remove(&message.seq);
                    copy.keep(message);
                }
                for receipt in &page.receipts {
                    copy.confirmed(me, receipt);
                }
                if matches!(question, Question::Newest(_)) {
                    copy.rev = Some(page.rev.max(copy.met));
                }
            }
            Answer::Changes(run) => {
                self.run(&run, &mut acts);
                return acts;
            }
            Answer::Reset => {
                (copy.rev, copy.is_paging) = (None, false);
                copy.messages.clear();
            }
            Answer::Nothing => return acts,
        }
        acts.push(Act::ConfirmSoon(conversation));
        self.fill(conversation, &mut acts);
        acts
    }

    pub fn stored(
        &mut self,
        reference: Option<u64>,
        client_id: &str,
        (conversation, seq, rev): (i64, i64, i64),
        mentions: &Mentions,
        acts: &mut Vec<Act>,
    ) -> Result<(), String> {
        let reference = reference.ok_or("message.stored without the ref that was asked with")?;
        match self.asked.remove(&reference) {
            Some(Asked::Letter(asked)) if asked == client_id => {}
            _ => return Err(format!("ref {reference} was answered with another request's message.stored")),
        }
        let me = self.user;
        let letter = self.outbox.iter().find(|letter| letter.client_id == client_id).cloned();
        self.finish(client_id);
        let Some(copy) = self.copies.get_mut(&conversation) else {
            // Sent with `to`, and repeated by a device that lost its memory: ready or `conversation` will tell it.
            return Err(format!("message.stored in conversation {conversation}, which was not told before"));
        };
        if seq <= copy.head {
            return Ok(());
        }
        copy.live(rev, Some(seq))?;
        copy.head = seq;
        copy.counted = copy.counted.max(rev);
        if let Some(Letter { what: What::Send { body, .. } | What::SendTo { body, .. }, .. }) = letter {
            let (kind, client_id) = ("text".into(), Some(client_id.to_owned()));
            copy.keep(&Message {
                conversation,
                seq,
                rev,
                sender: me,
                kind,
                client_id,
                body,
                version: 1,
                deleted_at: None,
                mentions: mentions.clone(),
                reactions: Vec::new(),
            });
        }
        acts.push(Act::ConfirmSoon(conversation));
        Ok(())
    }

    pub fn check_version(&self, client_id: &str, version: Option<i64>) -> Result<(), String> {
        let asked = self.outbox.iter().find(|letter| letter.client_id == client_id).map(|letter| &letter.what);
        match asked {
            Some(What::Edit { version: old, .. } | What::Delete { version: old, .. }) if version != Some(old + 1) => {
                Err(format!("a change of version {old} was answered with version {version:?}"))
            }
            _ => Ok(()),
        }
    }

    pub fn refused(&mut self, reference: Option<u64>, code: &str, again: i64) -> Result<(), String> {
        let asked = reference.and_then(|reference| self.asked.remove(&reference));
        let asked = asked.ok_or_else(|| format!("an error {code} that answers nothing"))?;
        let is_passing = ["busy", "rate_limited", "unknown"].contains(&code);
        match asked {
            Asked::Letter(client_id) if is_passing => {
                for letter in self.outbox.iter_mut().filter(|letter| letter.client_id == client_id) {
                    (letter.in_flight, letter.not_before) = (false, again);
                }
            }
            Asked::Letter(client_id) => {
                if !["not_found", "forbidden", "deleted", "version_conflict", "too_many"].contains(&code) {
                    return Err(format!("a letter was refused with {code}"));
                }
                // Set aside with its reason; the person may write anew.
                let is_message = self.outbox.iter().any(|letter| letter.client_id == client_id && letter.is_message());
                self.outbox.retain(|letter| letter.client_id != client_id);
                if is_message {
                    self.set_aside.push(client_id);
                }
            }
            Asked::Confirm(conversation, _) => {
                if !is_passing && !["not_found", "forbidden"].contains(&code) {
                    return Err(format!("a confirmation was refused with {code}"));
                }
                if let Some(copy) = self.copies.get_mut(&conversation) {
                    (copy.confirming, copy.confirm_from) = (0, again);
                }
            }
            Asked::Watch => self.watch_at = Some(again),
            Asked::Other => {}
        }
        Ok(())
    }
}

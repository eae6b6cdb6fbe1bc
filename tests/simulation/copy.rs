//! What a device keeps of one conversation, and how it keeps its place in the stream of revisions.

use std::collections::{BTreeMap, BTreeSet};

use crate::frames::{Mentions, Message, Receipt};

/// What a device keeps of a conversation.
#[derive(Debug, Default)]
pub struct Copy {
    pub is_group: bool,
    pub head: i64,
    pub ranges: Vec<(i64, Option<i64>)>,
    pub cursor: i64,
    pub unread: i64,
    /// How many of the unread mention this person.
    pub mentioned: i64,
    pub delivered: i64,
    /// Everything up to here has been seen; `None` until a page was loaded.
    pub rev: Option<i64>,
    pub messages: BTreeMap<i64, Message>,
    /// Of these, known from a change alone: who has received them comes with their page.
    pub half: BTreeSet<i64>,
    /// What was confirmed from where to where, by member and kind.
    pub receipts: BTreeMap<(i64, String), BTreeSet<(i64, i64)>>,
    /// Head and both counts are right up to this revision: each counts once.
    pub counted: i64,
    /// Greatest live revision met while pages are outstanding.
    pub met: i64,
    /// Runs of changes are outstanding.
    pub is_paging: bool,
    pub is_asking: bool,
    /// Confirmations told live over this connection.
    pub receipts_live: BTreeMap<(i64, String), i64>,
    /// Newest live revision of this connection.
    pub last_live: i64,
    pub confirming: i64,
    /// Told to wait until then before it confirms again.
    pub confirm_from: i64,
}

impl Copy {
    pub fn is_member(&self) -> bool {
        self.ranges.iter().any(|range| range.1.is_none())
    }

    pub fn may_see(&self, seq: i64) -> bool {
        seq <= self.head
            && self.ranges.iter().any(|(from, until)| seq >= *from && until.is_none_or(|until| seq <= until))
    }

    /// The last seq before the first hole above the delivered cursor.
    pub fn held_up_to(&self) -> i64 {
        let mut up_to = self.delivered;
        while up_to < self.head && (self.messages.contains_key(&(up_to + 1)) || !self.may_see(up_to + 1)) {
            up_to += 1;
        }
        up_to
    }

    /// Where something is missing: above the delivered cursor first.
    pub fn hole(&self) -> Option<i64> {
        let is_whole = |seq: &i64| self.messages.contains_key(seq) && !self.half.contains(seq);
        let missing = |seq: &i64| self.may_see(*seq) && !is_whole(seq);
        (self.delivered + 1..=self.head).find(missing).or_else(|| (1..=self.delivered).find(missing))
    }

    pub fn saw(&mut self, rev: i64) {
        self.met = self.met.max(rev);
        if !self.is_paging
            && let Some(known) = &mut self.rev
        {
            *known = (*known).max(rev);
        }
    }

    /// Something is asked for or still to be asked for.
    pub fn wants_more(&self) -> bool {
        self.is_asking || self.is_paging || self.rev.is_none() || self.hole().is_some()
    }

    pub fn keep(&mut self, message: &Message) {
        let known = self.messages.entry(message.seq).or_insert_with(|| message.clone());
        if known.rev < message.rev {
            *known = message.clone();
        }
    }

    /// The newest form of a message, which may be one that was never loaded.
    pub fn keep_change(&mut self, message: &Message) {
        let is_new = message.version == 1 && message.reactions.is_empty();
        if !is_new && !self.messages.contains_key(&message.seq) {
            self.half.insert(message.seq);
        }
        self.keep(message);
    }

    pub fn confirmed(&mut self, me: i64, receipt: &Receipt) {
        let known = self.receipts.entry((receipt.user, receipt.kind.clone())).or_default();
        known.insert((receipt.from, receipt.up_to));
        if receipt.user == me {
            self.delivered = self.delivered.max(receipt.up_to);
        }
    }

    /// Whether a message is known to have been delivered to a member, or read by them.
    pub fn is_covered(&self, member: i64, kind: &str, seq: i64) -> bool {
        let known = self.receipts.get(&(member, kind.to_owned()));
        known.is_some_and(|ranges| ranges.iter().any(|(from, up_to)| (*from..=*up_to).contains(&seq)))
    }

    /// Up to which message a member was ever said to have come.
    pub fn told_up_to(&self, member: i64, kind: &str) -> i64 {
        let known = self.receipts.get(&(member, kind.to_owned()));
        known.and_then(|ranges| ranges.iter().map(|(_, up_to)| *up_to).max()).unwrap_or_default()
    }

    /// A new message, or a new form of one whose form before mentioned `before`.
    pub fn count(&mut self, me: i64, message: &Message, before: Option<&Mentions>, is_new: bool) {
        self.head = self.head.max(message.seq);
        if message.rev <= self.counted {
            return;
        }
        self.counted = message.rev;
        if message.sender != me && message.kind == "text" && message.seq > self.cursor {
            match (is_new, message.deleted_at) {
                (true, None) => self.unread += 1,
                (false, Some(_)) => self.unread -= 1,
                _ => {}
            }
            let was_named = before.is_some_and(|before| before.names(me));
            self.mentioned += i64::from(message.mentions.names(me)) - i64::from(was_named);
        }
    }

    /// A frame of the running stream: in order of revision, and without a gap in seq. It may tell again what `ready`
    /// told already, but never twice itself.
    pub fn live(&mut self, rev: i64, seq: Option<i64>) -> Result<(), String> {
        if rev <= self.last_live {
            return Err(format!("rev {rev} came after rev {}", self.last_live));
        }
        self.last_live = rev;
        if let Some(seq) = seq
            && seq > self.head + 1
        {
            return Err(format!("seq {seq} came live, but {} did not", self.head + 1));
        }
        self.saw(rev);
        Ok(())
    }
}

//! Bugs on purpose, one at a time, in wrappers around store, bus and connection: what the simulation must find. The
//! product's own code has none of them and knows nothing of this switch.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytestring::ByteString;
use chinwag::domain::{ClientId, Mentions, Reactions, Seq, UserId};
use chinwag::store::{Changes, ChangesSince, CursorMoved, Refusal, Resumed, Stored, Write};
use rusqlite::Connection;

use crate::lab::PEOPLE;
use crate::seed::Seed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    AcknowledgeBeforeCommit,
    LoseLastBatchAtCrash,
    StoreRetryTwice,
    AnswerRetryAnew,
    AnswerChangeAnew,
    ReactToRetryAnew,
    LeaveHole,
    SkipOnResume,
    LeaveEditsOutOfChanges,
    LeaveReactionsOutOfChanges,
    DropFromFanOut,
    TellOutsider,
    SwapAnswers,
    ReorderFrames,
    DropFrame,
    CountSocketWrite,
    ForgetLateMarkAtRestart,
    ForgetReturn,
    MoveReceiptBack,
    ForgetReceiptInReady,
    TellReadsAnyway,
    ForgetWhoHidesReads,
    TellNoticeTwice,
    KeepNoticeBack,
    UnreadOffInReady,
    UnreadOffInCursor,
    MentionedOffInReady,
    MentionedOffInCursor,
    KeepMentionsBeforeBack,
    StayPresent,
    QueueWithoutBound,
    SayNoToUnknown,
    SwallowRefusal,
}

use Bug as B;

/// Every bug with the promise of design §3 it breaks, and what it does.
pub const BUGS: &[(Bug, u8, &str)] = &[
    (B::AcknowledgeBeforeCommit, 1, "store: a batch is answered, and committed a moment later"),
    (B::LoseLastBatchAtCrash, 1, "store: a crash takes the last committed batch along"),
    (B::StoreRetryTwice, 2, "store: a retried client id stores a second message"),
    (B::AnswerRetryAnew, 2, "bus: a retry is answered with another place than the first time"),
    (B::AnswerChangeAnew, 2, "bus: a repeated edit is answered with another revision than the first time"),
    (B::ReactToRetryAnew, 2, "store: a repeated reaction is taken for a new one"),
    (B::LeaveHole, 3, "store: a message disappears from the middle"),
    (B::SkipOnResume, 3, "store: resuming leaves out the first missed message"),
    (B::LeaveEditsOutOfChanges, 3, "store: resuming leaves out what was edited or deleted"),
    (B::LeaveReactionsOutOfChanges, 3, "store: resuming leaves out what people have set on messages"),
    (B::DropFromFanOut, 3, "bus: one member is not told of a change"),
    (B::TellOutsider, 3, "bus: somebody who is no member is told of a change"),
    (B::SwapAnswers, 3, "bus: two answers of a batch change places"),
    (B::ReorderFrames, 3, "connection: two frames change places"),
    (B::DropFrame, 3, "connection: a frame is left out, and the connection goes on"),
    (B::CountSocketWrite, 4, "connection: a written frame counts as delivered"),
    (B::ForgetLateMarkAtRestart, 4, "store: a restart forgets what is to come late"),
    (B::ForgetReturn, 4, "store: a return is recorded as mere presence"),
    (B::MoveReceiptBack, 4, "bus: a receipt tells less than the one before"),
    (B::ForgetReceiptInReady, 4, "store: a receipt in ready says less than was told before"),
    (B::TellReadsAnyway, 4, "bus: whoever has read receipts switched off is told what others read"),
    (B::ForgetWhoHidesReads, 4, "store: a restart forgets while who had read receipts switched off"),
    (B::TellNoticeTwice, 4, "bus: a late notice is told twice"),
    (B::KeepNoticeBack, 4, "bus: a late notice is not told"),
    (B::UnreadOffInReady, 6, "store: a badge in ready is one too small"),
    (B::UnreadOffInCursor, 6, "bus: a badge after reading is one too big"),
    (B::MentionedOffInReady, 6, "store: mentions in ready are one too many"),
    (B::MentionedOffInCursor, 6, "bus: mentions after reading are one too many"),
    (B::KeepMentionsBeforeBack, 6, "bus: an edit does not say whom the form before mentioned"),
    (B::StayPresent, 4, "connection: a lost connection is never reported"),
    (B::QueueWithoutBound, 7, "connection: frames for a client that does not read pile up"),
    (B::SayNoToUnknown, 8, "bus: an unknown outcome is told as a refusal"),
    (B::SwallowRefusal, 5, "connection: refusals are not passed on"),
];

/// The switch and what the wrappers remember.
pub struct Plant {
    pub bug: Option<Bug>,
    dice: Seed,
    retried: HashSet<(UserId, ClientId)>,
    kept_back: HashMap<usize, ByteString>,
    /// The database before the last batch.
    pub before: Option<Connection>,
}

impl Plant {
    pub fn new(bug: Option<Bug>, dice: Seed) -> Plant {
        Plant { bug, dice, retried: HashSet::new(), kept_back: HashMap::new(), before: None }
    }

    pub fn is(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Some bugs are there always, others now and then.
    fn strikes(&mut self, bug: Bug) -> bool {
        self.bug == Some(bug) && self.dice.chance(5)
    }

    /// Around the store: what is really asked of it.
    pub fn writes(&mut self, writes: &mut [Write]) {
        for write in writes {
            match write {
                Write::Append(new)
                    if self.is(B::StoreRetryTwice) && !self.retried.insert((new.sender, new.client_id)) =>
                {
                    new.client_id = ClientId::new(self.dice.client_id().parse().expect("a UUID"));
                }
                Write::React { user, client_id, .. }
                    if self.is(B::ReactToRetryAnew) && !self.retried.insert((*user, *client_id)) =>
                {
                    *client_id = ClientId::new(self.dice.client_id().parse().expect("a UUID"));
                }
                Write::RecordReturn { user, .. } if self.is(B::ForgetReturn) => {
                    *write = Write::RecordPresence { user: *user, offline_since: None };
                }
                _ => {}
            }
        }
    }

    /// Around the store: what a batch leaves behind.
    pub fn after_batch(&mut self, raw: &Connection) {
        if self.strikes(B::LeaveHole) {
            raw.execute(
                "DELETE FROM messages WHERE id = (SELECT min(id) FROM messages WHERE version = 1 AND kind = 0)",
                [],
            )
            .unwrap();
        }
    }

    /// Around the store: a server starts on what is there.
    pub fn at_start(&mut self, raw: &Connection) {
        if self.is(B::ForgetWhoHidesReads) {
            raw.execute("DELETE FROM read_pauses", []).unwrap();
        }
        if self.is(B::ForgetLateMarkAtRestart) {
            raw.execute("UPDATE members SET late_return = NULL, late_up_to = NULL, late_since = NULL", []).unwrap();
        }
    }

    /// Around the store's answers to readers.
    pub fn resumed(&mut self, resumed: &mut Resumed) {
        if self.is(B::UnreadOffInReady)
            && let Some(row) = resumed.page.conversations.iter_mut().find(|row| row.unread > 0)
        {
            row.unread -= 1;
            resumed.unread_total -= 1;
        }
        if self.is(B::MentionedOffInReady)
            && let Some(row) = resumed.page.conversations.first_mut()
        {
            row.mentioned += 1;
        }
        if self.is(B::ForgetReceiptInReady) {
            for receipt in resumed.page.conversations.iter_mut().flat_map(|row| &mut row.receipts) {
                receipt.up_to = Seq::new((receipt.up_to.get() - 1).max(0));
            }
        }
        for (_, since) in &mut resumed.changes {
            if let ChangesSince::Changes(run) = since {
                self.changes(run);
            }
        }
    }

    pub fn changes(&mut self, run: &mut Changes) {
        if !run.messages.is_empty() && self.strikes(B::SkipOnResume) {
            run.messages.remove(0);
        }
        if self.is(B::LeaveEditsOutOfChanges) {
            run.messages.retain(|message| message.version.get() == 1);
        }
        if self.is(B::LeaveReactionsOutOfChanges) {
            run.messages.iter_mut().for_each(|message| message.reactions = Reactions::default());
        }
    }

    /// Around the bus: what a batch's answers say.
    pub fn answers(&mut self, answers: &mut [Result<Stored, Refusal>]) {
        if self.is(B::SwapAnswers) {
            let texts: Vec<usize> =
                (0..answers.len()).filter(|at| matches!(answers[*at], Ok(Stored::Appended { .. }))).collect();
            if let [one, other, ..] = texts[..] {
                answers.swap(one, other);
            }
        }
        for answer in answers {
            match answer {
                Ok(stored) => self.stored(stored),
                Err(refusal @ Refusal::Unknown) if self.is(B::SayNoToUnknown) => *refusal = Refusal::NotFound,
                Err(_) => {}
            }
        }
    }

    fn stored(&mut self, stored: &mut Stored) {
        if let Stored::Changed { before, .. } = stored
            && self.is(B::KeepMentionsBeforeBack)
        {
            *before = Mentions::default();
        }
        match stored {
            Stored::Appended { message, is_repeat: true, .. } if self.is(B::AnswerRetryAnew) => {
                (message.seq, message.rev) = (message.seq.next(), message.rev.next());
            }
            Stored::Changed { message, is_repeat: true, .. } if self.is(B::AnswerChangeAnew) => {
                message.rev = message.rev.next();
            }
            Stored::Appended { message, audience, .. }
            | Stored::Changed { message, audience, .. }
            | Stored::ReactionSet { message, audience, .. } => {
                let sender = message.sender;
                if audience.len() > 1 && self.strikes(B::DropFromFanOut) {
                    let others: Vec<UserId> = audience.iter().copied().filter(|user| *user != sender).collect();
                    let left_out = others[self.dice.below(others.len())];
                    *audience = audience.iter().copied().filter(|user| *user != left_out).collect();
                }
                if self.strikes(B::TellOutsider) {
                    let people = (1..=PEOPLE).map(|user| UserId::new(i64::try_from(user).expect("few people")));
                    let outsiders: Vec<UserId> = people.filter(|user| !audience.contains(user)).collect();
                    if let Some(outsider) = self.dice.pick(&outsiders) {
                        *audience = audience.iter().chain([outsider]).copied().collect::<Arc<[UserId]>>();
                    }
                }
            }
            Stored::Confirmed { receipts, authors, only_delivered_to, late, cursor, .. } => {
                if self.is(B::TellReadsAnyway) {
                    authors.append(only_delivered_to);
                }
                if let Some(receipt) = receipts.last_mut()
                    && self.strikes(B::MoveReceiptBack)
                {
                    receipt.up_to = Seq::new((receipt.from.get() - 2).max(0));
                }
                if self.is(B::TellNoticeTwice) {
                    let again = late.clone();
                    late.extend(again);
                }
                if self.is(B::KeepNoticeBack) {
                    late.clear();
                }
                self.cursor(cursor.as_mut());
            }
            Stored::CursorSet { cursor, .. } => self.cursor(Some(cursor)),
            _ => {}
        }
    }

    fn cursor(&self, cursor: Option<&mut CursorMoved>) {
        if let Some(cursor) = cursor {
            cursor.unread += i64::from(self.is(B::UnreadOffInCursor));
            cursor.mentioned += i64::from(self.is(B::MentionedOffInCursor));
        }
    }

    /// Around a connection: which frames it really writes when it is handed one.
    pub fn handed(&mut self, link: usize, frame: ByteString) -> Vec<ByteString> {
        let is_live = frame.starts_with("{\"type\":\"message") || frame.starts_with("{\"type\":\"receipt");
        if is_live && self.strikes(B::DropFrame) {
            return Vec::new();
        }
        if self.is(B::SwallowRefusal) && frame.starts_with("{\"type\":\"error\"") {
            return Vec::new();
        }
        if let Some(before) = self.kept_back.remove(&link) {
            return vec![frame, before];
        }
        if is_live && self.strikes(B::ReorderFrames) {
            self.kept_back.insert(link, frame);
            return Vec::new();
        }
        vec![frame]
    }
}

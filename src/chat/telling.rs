//! What is told to whom once a write is stored. Recipients were decided with the change, by the writer; here they become
//! connections. Every frame is encoded once and shared by all who get it.

use actix::prelude::*;
use bytestring::ByteString;

use super::messages::{ConnectionId, Outgoing};
use super::registry::Change;
use super::server::{ChatServer, Origin};
use crate::domain::{CROWD, Conversation, ConversationId, EndReason, Message, ReceiptKind, SessionId, UserId};
use crate::guarded::Work;
use crate::protocol::limits::READY_PEOPLE_MAX;
use crate::protocol::{Close, ErrorCode, Failure, Ref, ServerFrame, StoredMessage};
use crate::store::{ConversationOpened, CursorMoved, Refusal, Stored};

/// How long a client should wait before it asks again, in milliseconds, when the reason passes by itself.
const RETRY_AFTER_MS: u64 = 1_000;

impl ChatServer {
    /// Tells everybody concerned, then whoever asked.
    pub(super) fn tell(&mut self, origin: Origin, stored: Stored, ctx: &mut Context<Self>) {
        let asker = match &origin {
            Origin::Frame { connection, .. } => Some(*connection),
            _ => None,
        };
        if self.guarded(Work::ChatTell, |chat| chat.announce(asker, &stored)).is_err() {
            self.mend(|chat| chat.ask_again_about(&stored));
        }
        match origin {
            Origin::Frame { connection, reference } => self.answer_stored(connection, reference, &stored),
            // A caller that has stopped waiting does not mind.
            Origin::Caller(reply) => drop(reply.send(Ok(stored))),
            Origin::Return { user, since } => self.go_on_after_return(user, since, ctx),
            Origin::Own(own, moment) => self.owed.recorded(own, moment),
            Origin::InUse { .. } | Origin::Nobody => {}
        }
    }

    /// Some were told of a change, some not: everybody comes back and asks. What it means for ChatServer itself is then
    /// done without telling anybody; should that panic too, the next reader's answer must do.
    fn ask_again_about(&mut self, stored: &Stored) {
        self.let_everybody_ask_again();
        let _ = self.guarded(Work::ChatTell, |chat| chat.announce(None, stored));
    }

    /// Tells what the writer has answered and nobody has heard yet.
    pub(super) fn tell_the_untold(&mut self, ctx: &mut Context<Self>) {
        while let Some((origin, result)) = self.untold.pop_front() {
            match result {
                Ok(stored) => self.tell(origin, stored, ctx),
                Err(refusal) => self.answer_refused(origin, refusal),
            }
        }
    }

    fn announce(&mut self, asker: Option<ConnectionId>, stored: &Stored) {
        match stored {
            Stored::UserCreated { user, people_rev, .. } => {
                self.presences.add(user.id, self.clock.now());
                self.tell_everybody(Change::People(*people_rev), &ServerFrame::User { user, people_rev: *people_rev });
            }
            Stored::UserChanged { user, people_rev, ended } => {
                self.tell_everybody(Change::People(*people_rev), &ServerFrame::User { user, people_rev: *people_rev });
                self.end_sessions(ended.iter().map(|session| (user.id, *session)), EndReason::Disabled);
            }
            Stored::ReadReceiptsSet { user, are_on, account_rev } => {
                let frame = ServerFrame::Account { read_receipts: *are_on, account_rev: *account_rev }.encode();
                self.registry.tell_users(&[*user], None, Some(Change::Account(*account_rev)), &frame);
            }
            Stored::PasswordSet { user, ended } => {
                self.end_sessions(ended.iter().map(|session| (*user, *session)), EndReason::PasswordChanged);
            }
            Stored::SessionsEnded { ended, reason } => self.end_sessions(ended.iter().copied(), *reason),
            Stored::Appended { is_repeat: true, .. }
            | Stored::Changed { is_repeat: true, .. }
            | Stored::ReactionSet { is_repeat: true, .. } => {}
            Stored::Appended { message, audience, withheld_from, opened, cursor, .. } => {
                self.census.messages_stored += 1;
                if let Some(opened) = opened {
                    self.tell_views(opened);
                }
                self.remember_audience(message.conversation, audience);
                if self.typing.stop(message.conversation, message.sender) {
                    self.tell_typing(message.conversation, message.sender, false);
                }
                if audience.len() > CROWD {
                    self.counting.said(message.conversation, message.sender, message.seq);
                }
                self.tell_message(audience, asker, *withheld_from, message, |message| {
                    ServerFrame::Message { message }.encode()
                });
                self.tell_cursor(message.sender, cursor.as_ref());
            }
            Stored::Changed { message, before, audience, withheld_from, cursor, .. } => {
                let before = Some(before.clone()).filter(|before| !before.is_empty());
                self.tell_message(audience, None, *withheld_from, message, |message| {
                    ServerFrame::MessageChanged { message, before: before.clone(), reaction: None }.encode()
                });
                if let Some(blocker) = withheld_from {
                    self.tell_cursor(*blocker, cursor.as_ref());
                }
            }
            Stored::ReactionSet { message, reaction, audience, .. } => {
                // What it mentions is as before: nobody's count moves.
                let before = Some(message.mentions.clone()).filter(|before| !before.is_empty());
                self.tell_message(audience, None, None, message, |message| {
                    ServerFrame::MessageChanged { message, before: before.clone(), reaction: Some(reaction) }.encode()
                });
            }
            Stored::Confirmed { conversation, user, receipts, authors, only_delivered_to, crowd, late, cursor } => {
                for receipt in receipts {
                    let frame = ServerFrame::Receipt { conversation: *conversation, receipt }.encode();
                    let of = Some(Change::In(*conversation, receipt.rev));
                    self.registry.tell_users(authors, None, of, &frame);
                    if receipt.kind == ReceiptKind::Delivered {
                        self.registry.tell_users(only_delivered_to, None, of, &frame);
                    }
                    self.registry.tell_users(&[*user], None, of, &frame);
                }
                for &(author, seq) in crowd {
                    if !self.registry.of_user(author).is_empty() {
                        self.counting.covered(*conversation, author, seq);
                    }
                }
                if !late.is_empty() {
                    // Whoever reads that somebody came back is not to see them offline beside it.
                    self.tell_presence();
                }
                for (sender, late) in late {
                    self.registry.tell_users(&[*sender], None, None, &ServerFrame::Late { late }.encode());
                }
                self.tell_cursor(*user, cursor.as_ref());
            }
            Stored::CursorSet { user, cursor } => self.tell_cursor(*user, Some(cursor)),
            Stored::DraftSet { user, conversation, draft, account_rev, .. } => {
                let frame = ServerFrame::Draft {
                    conversation: *conversation,
                    draft: draft.as_ref(),
                    account_rev: *account_rev,
                };
                self.registry.tell_users(&[*user], asker, Some(Change::Account(*account_rev)), &frame.encode());
            }
            Stored::MuteSet { user, conversation, mute, account_rev } => {
                let frame =
                    ServerFrame::Mute { conversation: *conversation, muted: mute.as_ref(), account_rev: *account_rev };
                self.registry.tell_users(&[*user], None, Some(Change::Account(*account_rev)), &frame.encode());
            }
            Stored::LateSeen { user, ids } if !ids.is_empty() => {
                self.registry.tell_users(&[*user], None, None, &ServerFrame::LateSeen { ids }.encode());
            }
            Stored::BlockSet { user, other, is_blocked, account_rev } => {
                self.block_changed(*user, *other, *is_blocked, *account_rev);
            }
            Stored::ConversationChanged { conversation, opened, lines, audience, gone } => {
                // Whoever has just left hears the line of it, and nothing of what is typed after it.
                let stay = audience.iter().copied().filter(|user| !gone.contains(user)).collect();
                self.remember_audience(*conversation, &stay);
                self.tell_views(opened);
                for message in lines {
                    let frame = ServerFrame::Message { message }.encode();
                    self.registry.tell_users(audience, None, change(message), &frame);
                }
            }
            Stored::Imported(imported) => {
                for user in &imported.added {
                    self.presences.add(user.id, self.clock.now());
                }
                // Whoever is connected hears of a few newcomers at once, of a crowd at their next look at the directory.
                if imported.added.len() <= READY_PEOPLE_MAX {
                    for user in &imported.added {
                        let people_rev = imported.people_rev;
                        self.tell_everybody(Change::People(people_rev), &ServerFrame::User { user, people_rev });
                    }
                }
            }
            Stored::SessionOpened { .. } | Stored::LateSeen { .. } | Stored::Invited { .. } | Stored::Done => {}
        }
    }

    fn answer_stored(&mut self, connection: ConnectionId, reference: Option<Ref>, stored: &Stored) {
        let frame = match stored {
            Stored::Appended { message, .. } => ServerFrame::Stored(StoredMessage {
                reference,
                client_id: message.client_id.expect("a person's message has its client id"),
                conversation: message.conversation,
                seq: message.seq,
                rev: message.rev,
                at: message.at,
                mentions: message.mentions.clone(),
            }),
            _ => {
                let Some(reference) = reference else { return };
                let (rev, version) = match stored {
                    Stored::Changed { message, .. } => (Some(message.rev), Some(message.version)),
                    Stored::ReactionSet { message, .. } => (Some(message.rev), None),
                    Stored::DraftSet { version, .. } => (None, Some(*version)),
                    Stored::Confirmed { receipts, .. } => (receipts.last().map(|receipt| receipt.rev), None),
                    _ => (None, None),
                };
                ServerFrame::Ok { reference, rev, version }
            }
        };
        self.registry.tell(connection, None, &frame.encode());
    }

    /// Answers a write that was refused, or not even tried.
    pub(super) fn answer_refused(&mut self, origin: Origin, refusal: Refusal) {
        match origin {
            Origin::Frame { connection, reference } => {
                let frame = ServerFrame::Error(failure(reference, &refusal)).encode();
                self.registry.tell(connection, None, &frame);
            }
            // A caller that has stopped waiting does not mind.
            Origin::Caller(reply) => drop(reply.send(Err(refusal))),
            Origin::Return { user, since } => self.undo_return(user, since),
            // Its time was over between the upgrade and the hello.
            Origin::InUse { connection } if refusal == Refusal::NotFound => {
                self.end_connection(connection, EndReason::Expired);
            }
            // Its deadline may still run, and would end it with the window open.
            Origin::InUse { connection } => self.turn_away(connection),
            Origin::Own(own, moment) if matches!(refusal, Refusal::Unknown | Refusal::Busy) => {
                tracing::warn!(?own, %refusal, "this may not be recorded; it is tried again");
                self.owed.lost(own, moment);
            }
            Origin::Own(own, moment) => self.owed.recorded(own, moment),
            Origin::Nobody => tracing::warn!(%refusal, "a write of the program itself was refused"),
        }
    }

    fn tell_everybody(&mut self, of: Change, frame: &ServerFrame<'_>) {
        let frame = frame.encode();
        for id in self.registry.all() {
            self.registry.tell(id, Some(of), &frame);
        }
    }

    /// Tells a message to all, encoded once; to whoever it is kept from, only that there is a place, and to whose own
    /// reactions are withheld, what they alone see.
    fn tell_message(
        &mut self,
        audience: &[UserId],
        except: Option<ConnectionId>,
        withheld_from: Option<UserId>,
        message: &Message,
        frame: impl Fn(&Message) -> ByteString,
    ) {
        let (of, whole) = (change(message), frame(message));
        let mut apart: Vec<(UserId, Message)> = message
            .reactions
            .apart()
            .map(|(user, reactions)| (user, Message { reactions, ..message.clone() }))
            .collect();
        if let Some(blocker) = withheld_from {
            apart.retain(|(user, _)| *user != blocker);
            apart.push((blocker, message.clone().withhold()));
        }
        if apart.is_empty() {
            return self.registry.tell_users(audience, except, of, &whole);
        }
        let is_apart = |user: &UserId| apart.iter().any(|(other, _)| other == user);
        let others: Vec<UserId> = audience.iter().copied().filter(|user| !is_apart(user)).collect();
        self.registry.tell_users(&others, except, of, &whole);
        for (user, message) in &apart {
            if audience.contains(user) {
                self.registry.tell_users(&[*user], except, of, &frame(message));
            }
        }
    }

    fn tell_views(&mut self, opened: &ConversationOpened) {
        for (viewer, view) in &opened.views {
            self.tell_view(*viewer, view);
        }
        if let Some(newcomers) = &opened.newcomers {
            for &(user, from) in &newcomers.people {
                // Made for those who are here only: of thousands who came in, few may be.
                if !self.registry.of_user(user).is_empty() {
                    self.tell_view(user, &newcomers.view.for_newcomer(user, from));
                }
            }
        }
    }

    fn tell_view(&mut self, viewer: UserId, conversation: &Conversation) {
        if !self.registry.of_user(viewer).is_empty() {
            let frame = ServerFrame::Conversation { conversation }.encode();
            self.registry.tell_users(&[viewer], None, Some(Change::In(conversation.id, conversation.rev)), &frame);
        }
    }

    fn tell_cursor(&mut self, user: UserId, moved: Option<&CursorMoved>) {
        if let Some(&CursorMoved { conversation, cursor, unread, mentioned, account_rev }) = moved {
            let frame = ServerFrame::Cursor { conversation, cursor, unread, mentioned, account_rev }.encode();
            self.registry.tell_users(&[user], None, Some(Change::Account(account_rev)), &frame);
        }
    }

    pub(super) fn tell_typing(&mut self, conversation: ConversationId, user: UserId, is_on: bool) {
        let Some(audience) = self.audiences.get(&conversation).cloned() else { return };
        let may_know = |other: &UserId| *other != user && !self.blocks.are_apart(user, *other);
        let others: Vec<UserId> = audience.iter().copied().filter(may_know).collect();
        let frame = ServerFrame::Typing { conversation, user, is_on }.encode();
        self.registry.tell_users(&others, None, None, &frame);
    }

    fn end_sessions(&mut self, ended: impl Iterator<Item = (UserId, SessionId)>, reason: EndReason) {
        for (user, session) in ended {
            self.remember_ended(session, reason);
            for id in self.registry.of_session(session).to_vec() {
                self.end_connection(id, reason);
            }
            // An old session that runs out says nothing of the one whose window is just being reloaded.
            if reason != EndReason::Expired
                && self.registry.of_user(user).is_empty()
                && let Some(offline) = self.presences.leave_at_once(user, self.clock.now())
            {
                self.record_offline(offline);
            }
        }
        self.tell_presence();
    }

    fn end_connection(&mut self, id: ConnectionId, reason: EndReason) {
        self.registry.close(id, session_ended(reason));
        self.forget(id, true, true);
    }
}

/// The last word to a window whose session has ended.
pub(super) fn session_ended(reason: EndReason) -> Outgoing {
    Outgoing::Close(Some(ServerFrame::SessionEnded { reason }.encode()), Close::SessionEnded)
}

/// Which change a message's frame tells.
fn change(message: &Message) -> Option<Change> {
    Some(Change::In(message.conversation, message.rev))
}

/// A refusal as a frame says it.
pub(super) fn failure<'a>(reference: Option<Ref>, refusal: &'a Refusal) -> Failure<'a> {
    let code = error_code(refusal);
    let mut failure = Failure::new(reference, code);
    failure.retry_after_ms = code.is_passing().then_some(RETRY_AFTER_MS);
    match refusal {
        Refusal::VersionConflict(current) => failure.current = Some(current),
        Refusal::DraftConflict(draft) => failure.draft = draft.as_ref(),
        _ => {}
    }
    failure
}

/// The wire name of a refusal, for frames and HTTP alike.
pub fn error_code(refusal: &Refusal) -> ErrorCode {
    match refusal {
        Refusal::NotFound => ErrorCode::NotFound,
        Refusal::Forbidden => ErrorCode::Forbidden,
        Refusal::ClientIdReused => ErrorCode::ClientIdReused,
        Refusal::VersionConflict(_) => ErrorCode::VersionConflict,
        Refusal::Deleted => ErrorCode::Deleted,
        Refusal::DraftConflict(_) => ErrorCode::DraftConflict,
        Refusal::BeyondHead => ErrorCode::ReceiptBeyondHead,
        Refusal::SignUpClosed => ErrorCode::SignUpClosed,
        Refusal::InvitationNeeded => ErrorCode::InvitationNeeded,
        Refusal::InvitationOver => ErrorCode::InvitationOver,
        Refusal::AdminExists => ErrorCode::AdminExists,
        Refusal::LastAdmin => ErrorCode::LastAdmin,
        Refusal::LinkOver => ErrorCode::LinkOver,
        Refusal::UsernameTaken => ErrorCode::UsernameTaken,
        Refusal::UsernameLookalike => ErrorCode::UsernameLookalike,
        Refusal::TooMany => ErrorCode::TooMany,
        Refusal::Unknown => ErrorCode::Unknown,
        Refusal::Busy => ErrorCode::Busy,
    }
}

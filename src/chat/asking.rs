//! What a frame asks for: most become a write for the open batch, some only concern who is here. The user is always the
//! connection's, never the frame's.

use std::time::Duration;

use actix::prelude::*;
use tokio::time::Instant;

use super::messages::{Ask, ConnectionId};
use super::server::{ChatServer, Origin};
use super::telling::failure;
use crate::db::Query;
use crate::domain::{Conversation, ConversationId, ReceiptKind, UserId};
use crate::guarded::Work;
use crate::protocol::{ClientFrame, ErrorCode, Failure, Ref, Request, ServerFrame};
use crate::store::{Audience, NewMessage, Refusal, Write};

/// A batch or two.
const UNTIL_THERE_IS_ROOM: Duration = Duration::from_millis(250);

impl ChatServer {
    pub(super) fn ask(&mut self, Ask { connection: id, request }: Ask, ctx: &mut Context<Self>) {
        let Request { reference, frame } = request;
        let (rate, now) = (self.settings.frames, Instant::now());
        let Some(connection) = self.registry.get_mut(id) else { return };
        let user = connection.user;
        let paced = self.paces.take_with(user, &mut connection.bucket, rate, now);
        // Whoever writes faster than the disk waits by themselves: nobody else is to find no room.
        let is_too_fast = self.batches.waiting_of(user) >= self.settings.waiting_per_user;
        if let Err(wait) = paced.and(if is_too_fast { Err(UNTIL_THERE_IS_ROOM) } else { Ok(()) }) {
            let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
            let failure = Failure { retry_after_ms: Some(wait), ..Failure::new(reference, ErrorCode::RateLimited) };
            return self.registry.tell(id, None, &ServerFrame::Error(failure).encode());
        }
        let write = match frame {
            ClientFrame::Hello { .. } => {
                let failure = Failure::new(reference, ErrorCode::HelloRepeated);
                return self.registry.tell(id, None, &ServerFrame::Error(failure).encode());
            }
            ClientFrame::Typing { conversation, is_on } => {
                self.typing_changed(id, user, conversation, is_on, ctx);
                return self.answer_done(id, reference);
            }
            ClientFrame::PresenceSet { is_idle } => {
                self.presences.set_idle(user, id, is_idle, self.clock.now());
                return self.answer_done(id, reference);
            }
            ClientFrame::PresenceWatch { users } => {
                let presences: Vec<_> = users.iter().map(|watched| self.presence_for(user, *watched)).collect();
                self.registry.watch(id, users);
                self.registry.tell(id, None, &ServerFrame::Presence { users: &presences }.encode());
                return self.answer_done(id, reference);
            }
            ClientFrame::MessageSend { client_id, target, body, reply_to, written_at } => {
                Write::Append(NewMessage { sender: user, client_id, target, body, reply_to, written_at })
            }
            ClientFrame::MessageEdit { client_id, conversation, seq, version, body } => {
                Write::Edit { user, client_id, conversation, seq, version, body }
            }
            ClientFrame::MessageDelete { client_id, conversation, seq, version } => {
                Write::Delete { user, client_id, conversation, seq, version }
            }
            ClientFrame::ReactionSet { client_id, conversation, seq, emoji, is_on } => {
                Write::React { user, client_id, conversation, seq, emoji, is_on }
            }
            ClientFrame::ReceiptDelivered { conversation, seq } => {
                Write::Confirm { user, conversation, kind: ReceiptKind::Delivered, up_to: seq }
            }
            ClientFrame::ReceiptRead { conversation, seq } => {
                Write::Confirm { user, conversation, kind: ReceiptKind::Read, up_to: seq }
            }
            ClientFrame::DraftSet { conversation, text, version } => {
                Write::SetDraft { user, conversation, text, version }
            }
            ClientFrame::CursorSet { conversation, seq } => Write::SetCursor { user, conversation, cursor: seq },
            ClientFrame::LateSeen { ids } => Write::SeeLate { user, ids },
        };
        self.accept(write, Origin::Frame { connection: id, reference });
    }

    fn answer_done(&mut self, id: ConnectionId, reference: Option<Ref>) {
        if let Some(reference) = reference {
            let frame = ServerFrame::Ok { reference, rev: None, version: None }.encode();
            self.registry.tell(id, None, &frame);
        }
    }

    /// Typing is told to the members only, by a member only. Who they are is known from the conversation's last change,
    /// or asked of a reader once.
    fn typing_changed(
        &mut self,
        id: ConnectionId,
        user: UserId,
        conversation: ConversationId,
        is_on: bool,
        ctx: &mut Context<Self>,
    ) {
        match self.audiences.get(&conversation) {
            Some(audience) if !audience.contains(&user) => {}
            Some(_) => {
                let now = Instant::now();
                let is_news = if is_on {
                    self.typing.start(conversation, user, id, now)
                } else {
                    self.typing.stop(conversation, user)
                };
                if is_news {
                    self.tell_typing(conversation, user, is_on);
                }
            }
            None if is_on => {
                if !self.typing.begin(conversation, user, id) {
                    return;
                }
                let view = self.views.send(Query::new(move |store| store.conversation(user, conversation)));
                ctx.spawn(view.into_actor(self).map(move |view, chat, ctx| {
                    let told = chat.guarded(Work::ChatTypingView, |chat| {
                        // No answer, or not a member: nobody is told, and nobody is told why.
                        let view = view.ok().and_then(Result::ok).flatten().map(|(view, _)| view);
                        chat.typing_view(user, conversation, view, ctx);
                        chat.end_turn();
                    });
                    if told.is_err() {
                        chat.mend(|chat| chat.send_home(id));
                    }
                }));
            }
            None => {
                self.typing.stop(conversation, user);
            }
        }
    }

    /// A view lists so many members and no more: in a larger group the next change has to say who is in it.
    fn typing_view(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        view: Option<Conversation>,
        ctx: &mut Context<Self>,
    ) {
        let (Some(id), Some(view)) = (self.typing.go_on(conversation, user), view) else { return };
        let members = view.members.iter().filter(|member| member.is_member());
        let audience: Audience = members.map(|member| member.user).collect();
        if i64::try_from(audience.len()).is_ok_and(|listed| listed >= view.member_count) {
            self.audiences.entry(conversation).or_insert(audience);
            self.typing_changed(id, user, conversation, true, ctx);
        }
    }

    /// A frame whose handling panicked: its asker is told what can be known of it, and comes back.
    pub(super) fn undo_ask(&mut self, id: ConnectionId, reference: Option<Ref>, may_be_stored: bool) {
        let failure = if may_be_stored {
            failure(reference, &Refusal::Unknown)
        } else {
            Failure::new(reference, ErrorCode::Internal)
        };
        self.registry.tell(id, None, &ServerFrame::Error(failure).encode());
        self.send_home(id);
    }
}

/// Whether a frame asks for something that lasts.
pub(super) fn asks_to_store(frame: &ClientFrame) -> bool {
    !matches!(
        frame,
        ClientFrame::Hello { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::PresenceSet { .. }
            | ClientFrame::PresenceWatch { .. }
    )
}

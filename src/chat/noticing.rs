//! What is told without a write of its own behind it: who is here, what a block changes of that, and, for large groups,
//! how far messages have come.

use std::collections::HashMap;

use actix::prelude::*;
use bytestring::ByteString;

use super::messages::ConnectionId;
use super::registry::Change;
use super::server::ChatServer;
use crate::db::Query;
use crate::domain::{ConversationId, ReceiptCounts, Rev, UserId};
use crate::guarded::Work;
use crate::protocol::ServerFrame;

impl ChatServer {
    /// Tells each watcher of those whose presence changed, in one frame each; equal frames are encoded once. Whoever is
    /// kept apart from somebody is not told that anything changed.
    pub(super) fn tell_presence(&mut self) {
        let changed = self.presences.take_changed();
        let mut news: HashMap<ConnectionId, Vec<UserId>> = HashMap::new();
        for user in changed {
            for id in self.registry.watchers_of(user) {
                let viewer = self.registry.user_of(*id);
                if viewer.is_some_and(|viewer| !self.blocks.are_apart(viewer, user)) {
                    news.entry(*id).or_default().push(user);
                }
            }
        }
        let mut encoded: HashMap<Vec<UserId>, ByteString> = HashMap::new();
        for (id, users) in news {
            let frame = encoded.entry(users).or_insert_with_key(|users| {
                let users: Vec<_> = users.iter().map(|user| self.presences.of(*user)).collect();
                ServerFrame::Presence { users: &users }.encode()
            });
            self.registry.tell(id, None, frame);
        }
    }

    /// A block is its maker's own affair: only their devices hear of it. What the two see of each other's presence
    /// changes with it, once.
    pub(super) fn block_changed(&mut self, user: UserId, other: UserId, is_blocked: bool, account_rev: Rev) {
        let were_apart = self.blocks.are_apart(user, other);
        self.blocks.set(user, other, is_blocked);
        let frame = ServerFrame::Block { user: other, is_blocked, account_rev }.encode();
        self.registry.tell_users(&[user], None, Some(Change::Account(account_rev)), &frame);
        if self.blocks.are_apart(user, other) == were_apart {
            return;
        }
        for (viewer, seen) in [(user, other), (other, user)] {
            let frame = ServerFrame::Presence { users: &[self.presence_for(viewer, seen)] }.encode();
            for id in self.registry.watchers_of(seen).to_vec() {
                if self.registry.user_of(id) == Some(viewer) {
                    self.registry.tell(id, None, &frame);
                }
            }
        }
    }

    /// Asks a reader how far the messages have come that were confirmed since the last look. Order hangs on nothing: one
    /// question is answered before the next is asked.
    pub(super) fn ask_for_counts(&mut self, ctx: &mut Context<Self>) {
        for (conversation, messages) in self.counting.ask() {
            let answer = self.counts.send(Query::new(move |store| store.receipt_counts(conversation, &messages)));
            ctx.spawn(answer.into_actor(self).map(move |answer, chat, _| {
                let _ = chat.mended(Work::ChatCounted, |chat| {
                    chat.counting.answered();
                    match answer {
                        Ok(Ok(counts)) => chat.tell_counts(conversation, &counts),
                        Ok(Err(error)) => tracing::warn!(%conversation, %error, "could not count receipts"),
                        Err(error) => tracing::warn!(%conversation, %error, "no reader counted receipts"),
                    }
                    chat.end_turn();
                });
            }));
        }
    }

    fn tell_counts(&mut self, conversation: ConversationId, counts: &[(UserId, ReceiptCounts)]) {
        for &(author, counts) in counts {
            if self.counting.is_newest(conversation, author, counts.seq) {
                let frame = ServerFrame::ReceiptCounts { conversation, counts }.encode();
                self.registry.tell_users(&[author], None, None, &frame);
            }
        }
    }
}

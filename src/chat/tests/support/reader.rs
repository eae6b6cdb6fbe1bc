//! The recorder that stands for the readers: a store that knows what the test says, each answer held back until the test
//! releases it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix::prelude::*;
use tokio::sync::oneshot;

use super::builders::resumed;
use crate::clock::Timestamp;
use crate::db::Query;
use crate::domain::{
    Blocks, Conversation, ConversationId, Invitation, Picture, PictureHash, ReceiptCounts, Rev, Seq, User, UserId,
    Username, UsernameKey,
};
use crate::store::{
    AdminReads, Anchor, ChangesSince, ConversationPage, ConversationReads, Credentials, Found, Governance, MemberPage,
    MessagePage, MessageReads, PeoplePage, PersonPresence, ResumeFrom, ResumeReads, Resumed, Search, SearchReads,
    SessionReads, SessionRow, StoreError, UserPage, UserReads,
};

/// What the readers know and what they were asked.
#[derive(Clone, Default)]
pub struct Reading(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    gates: Vec<oneshot::Sender<()>>,
    resumed: HashMap<UserId, Resumed>,
    views: HashMap<ConversationId, (Conversation, Vec<User>)>,
    is_broken: bool,
    is_damaged: bool,
    resumes: Vec<ResumeFrom>,
    views_asked: usize,
    counts_asked: Vec<CountsAsked>,
}

/// Where, and whose messages.
type CountsAsked = (ConversationId, Vec<(UserId, Seq)>);

pub struct Reader(Reading);

impl Reading {
    /// Starts the recorder.
    pub fn start(&self) -> Addr<Reader> {
        Reader(self.clone()).start()
    }

    /// How many questions wait for [`Reading::release`].
    pub fn waiting(&self) -> usize {
        self.0.lock().unwrap().gates.len()
    }

    /// Answers all questions that wait.
    pub fn release(&self) {
        for gate in std::mem::take(&mut self.0.lock().unwrap().gates) {
            gate.send(()).unwrap();
        }
    }

    /// What the snapshot holds for a user who resumes.
    pub fn resumes_with(&self, answer: Resumed) {
        self.0.lock().unwrap().resumed.insert(answer.user.id, answer);
    }

    /// A conversation there is.
    pub fn knows(&self, view: (Conversation, Vec<User>)) {
        self.0.lock().unwrap().views.insert(view.0.id, view);
    }

    /// From now on every read fails.
    pub fn breaks(&self) {
        self.0.lock().unwrap().is_broken = true;
    }

    /// From now on every read finds the file damaged.
    pub fn is_damaged(&self) {
        self.0.lock().unwrap().is_damaged = true;
    }

    /// From what was resumed so far.
    pub fn resumes(&self) -> Vec<ResumeFrom> {
        self.0.lock().unwrap().resumes.clone()
    }

    /// How often somebody asked who is in a conversation.
    pub fn views_asked(&self) -> usize {
        self.0.lock().unwrap().views_asked
    }

    /// What was to be counted so far.
    pub fn counts_asked(&self) -> Vec<CountsAsked> {
        self.0.lock().unwrap().counts_asked.clone()
    }

    fn gate(&self) -> oneshot::Receiver<()> {
        let (gate, opened) = oneshot::channel();
        self.0.lock().unwrap().gates.push(gate);
        opened
    }

    fn answer<T>(&self, answer: impl FnOnce(&mut Known) -> T) -> Result<T, StoreError> {
        let mut known = self.0.lock().unwrap();
        if known.is_damaged {
            return Err(StoreError::Damaged { path: "chat.db".into(), reason: "for the test".into() });
        }
        if known.is_broken { Err(StoreError::Busy) } else { Ok(answer(&mut known)) }
    }
}

impl Actor for Reader {
    type Context = Context<Self>;
}

impl<T: Send + 'static> Handler<Query<T>> for Reader {
    type Result = ResponseFuture<Result<T, StoreError>>;

    fn handle(&mut self, query: Query<T>, _: &mut Context<Self>) -> Self::Result {
        let (gate, mut store) = (self.0.gate(), self.0.clone());
        Box::pin(async move {
            gate.await.expect("the test ends after its questions");
            query.run(&mut store)
        })
    }
}

impl ResumeReads for Reading {
    fn resume(&mut self, from: &ResumeFrom) -> Result<Option<Resumed>, StoreError> {
        self.answer(|known| {
            known.resumes.push(from.clone());
            Some(known.resumed.get(&from.user).cloned().unwrap_or_else(|| resumed(from.user)))
        })
    }
}

impl ConversationReads for Reading {
    fn conversation(
        &mut self,
        viewer: UserId,
        id: ConversationId,
    ) -> Result<Option<(Conversation, Vec<User>)>, StoreError> {
        self.answer(|known| {
            known.views_asked += 1;
            let is_members = |view: &Conversation| view.members.iter().any(|member| member.user == viewer);
            known.views.get(&id).filter(|(view, _)| is_members(view)).cloned()
        })
    }

    fn conversations(
        &mut self,
        _: UserId,
        _: Option<(Timestamp, ConversationId)>,
        _: usize,
    ) -> Result<ConversationPage, StoreError> {
        never()
    }

    fn members(
        &mut self,
        _: UserId,
        _: ConversationId,
        _: Option<(bool, UserId)>,
        _: &str,
        _: usize,
    ) -> Result<Option<MemberPage>, StoreError> {
        never()
    }
}

impl UserReads for Reading {
    fn user(&mut self, _: UserId) -> Result<Option<User>, StoreError> {
        never()
    }

    fn credentials(&mut self, _: &UsernameKey) -> Result<Option<Credentials>, StoreError> {
        never()
    }

    fn is_free(&mut self, _: &Username) -> Result<bool, StoreError> {
        never()
    }

    fn credentials_of(&mut self, _: UserId) -> Result<Option<Credentials>, StoreError> {
        never()
    }

    fn users_page(&mut self, _: Option<&str>, _: Option<&str>, _: usize) -> Result<UserPage, StoreError> {
        never()
    }

    fn user_count(&mut self) -> Result<i64, StoreError> {
        never()
    }

    fn blocks(&mut self) -> Result<Blocks, StoreError> {
        never()
    }

    fn picture(&mut self, _: UserId, _: PictureHash) -> Result<Option<Picture>, StoreError> {
        never()
    }

    fn blocked_by(&mut self, _: UserId) -> Result<Vec<User>, StoreError> {
        never()
    }

    fn recorded_presence(&mut self) -> Result<Vec<PersonPresence>, StoreError> {
        never()
    }
}

impl AdminReads for Reading {
    fn governance(&mut self) -> Result<Governance, StoreError> {
        unreachable!("ChatServer does not ask who may sign up")
    }

    fn is_admin(&mut self, _: UserId) -> Result<bool, StoreError> {
        unreachable!("ChatServer does not ask who is an admin")
    }

    fn people_page(&mut self, _: Option<&str>, _: Option<&str>, _: usize) -> Result<PeoplePage, StoreError> {
        unreachable!("ChatServer does not ask for everybody")
    }

    fn invitations(&mut self, _: Timestamp) -> Result<Vec<Invitation>, StoreError> {
        unreachable!("ChatServer does not ask for invitations")
    }

    fn has_place(&mut self, _: &[u8; 32], _: Timestamp) -> Result<bool, StoreError> {
        unreachable!("ChatServer does not ask for invitations")
    }

    fn password_link(&mut self, _: &[u8; 32], _: Timestamp) -> Result<Option<User>, StoreError> {
        unreachable!("ChatServer does not ask for links")
    }
}

impl SessionReads for Reading {
    fn session(&mut self, _: &[u8; 32], _: Timestamp) -> Result<Option<SessionRow>, StoreError> {
        never()
    }

    fn sessions_of(&mut self, _: UserId, _: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        never()
    }
}

impl MessageReads for Reading {
    fn receipt_counts(
        &mut self,
        conversation: ConversationId,
        messages: &[(UserId, Seq)],
    ) -> Result<Vec<(UserId, ReceiptCounts)>, StoreError> {
        self.answer(|known| {
            known.counts_asked.push((conversation, messages.to_vec()));
            messages
                .iter()
                .map(|&(author, seq)| (author, ReceiptCounts { seq, delivered: 7, read: 2, of: 59 }))
                .collect()
        })
    }

    fn messages(
        &mut self,
        _: UserId,
        _: ConversationId,
        _: Anchor,
        _: usize,
    ) -> Result<Option<MessagePage>, StoreError> {
        never()
    }

    fn changes(&mut self, _: UserId, _: ConversationId, _: Rev, _: usize) -> Result<Option<ChangesSince>, StoreError> {
        never()
    }
}

impl SearchReads for Reading {
    fn search(&mut self, _: UserId, _: &Search) -> Result<Found, StoreError> {
        never()
    }
}

fn never<T>() -> T {
    unreachable!("ChatServer has no use for this")
}

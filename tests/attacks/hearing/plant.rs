//! Leaks on purpose: what the writer or a reader answers is made to name one more than it should. ChatServer believes both,
//! so whatever they name is handed out for real, and the checks must see it.

use std::sync::Arc;

use chinwag::domain::{Conversation, UserId};
use chinwag::store::{Resumed, Stored};

use super::lab::PEOPLE;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    MessageToAll,
    WithheldText,
    WithheldEdit,
    EditToAll,
    HiddenReaction,
    ReceiptToAll,
    ReadToTheSilent,
    LateToAnother,
    LinesToAll,
    ViewOfAnother,
    DraftToAnother,
    CursorToAnother,
    MuteToAnother,
    ChoiceToAnother,
    SeenToAnother,
    BlockForgotten,
    ReadyOfAnother,
    LateOfAnother,
}

pub const LEAKS: &[(Leak, &str)] = &[
    (Leak::MessageToAll, "a message is told to everybody"),
    (Leak::WithheldText, "somebody who blocks its author is told a message"),
    (Leak::WithheldEdit, "… or its new text"),
    (Leak::EditToAll, "an edit is told to whoever came later"),
    (Leak::HiddenReaction, "a reaction is told to whoever blocks its maker"),
    (Leak::ReceiptToAll, "a receipt is told to all, and not to the authors alone"),
    (Leak::ReadToTheSilent, "others' reads are told to whoever hides their own"),
    (Leak::LateToAnother, "a late notice is told to the wrong person"),
    (Leak::LinesToAll, "a group's lines are told to whoever has left it"),
    (Leak::ViewOfAnother, "somebody is given another's view of a conversation"),
    (Leak::DraftToAnother, "a draft is told to another person"),
    (Leak::CursorToAnother, "an unread cursor is told to another person"),
    (Leak::MuteToAnother, "a mute is told to another person"),
    (Leak::ChoiceToAnother, "the choice of read receipts is told to another person"),
    (Leak::SeenToAnother, "seen notices are told to another person"),
    (Leak::BlockForgotten, "a block is stored, but typing and presence do not follow it"),
    (Leak::ReadyOfAnother, "a returning device is given another's conversations"),
    (Leak::LateOfAnother, "… or another's late notices"),
];

pub struct Plant {
    leak: Leak,
    /// What another person's device was given before.
    former: Option<(UserId, Vec<Conversation>, Vec<chinwag::domain::Late>)>,
}

fn everybody() -> Arc<[UserId]> {
    (1..=i64::try_from(PEOPLE).unwrap()).map(UserId::new).collect()
}

/// Somebody else.
fn next(user: UserId) -> UserId {
    UserId::new(user.get() % 3 + 1)
}

impl Plant {
    pub fn new(leak: Leak) -> Plant {
        Plant { leak, former: None }
    }

    pub fn alter(&mut self, stored: &mut Stored) {
        match (self.leak, stored) {
            (Leak::MessageToAll, Stored::Appended { audience, .. })
            | (Leak::EditToAll, Stored::Changed { audience, .. })
            | (Leak::HiddenReaction, Stored::ReactionSet { audience, .. })
            | (Leak::LinesToAll, Stored::ConversationChanged { audience, .. }) => *audience = everybody(),
            (Leak::WithheldText, Stored::Appended { withheld_from, .. })
            | (Leak::WithheldEdit, Stored::Changed { withheld_from, .. }) => *withheld_from = None,
            (Leak::ReceiptToAll, Stored::Confirmed { authors, .. }) => *authors = everybody().to_vec(),
            (Leak::ReadToTheSilent, Stored::Confirmed { authors, only_delivered_to, .. }) => {
                authors.append(only_delivered_to);
            }
            (Leak::LateToAnother, Stored::Confirmed { late, .. }) => {
                late.iter_mut().for_each(|(sender, _)| *sender = next(*sender));
            }
            (
                Leak::ViewOfAnother,
                Stored::ConversationChanged { opened, .. } | Stored::Appended { opened: Some(opened), .. },
            ) => {
                if let Some((_, first)) = opened.views.first().cloned() {
                    opened.views.iter_mut().for_each(|(_, view)| view.clone_from(&first));
                }
            }
            (Leak::DraftToAnother, Stored::DraftSet { user, .. })
            | (Leak::CursorToAnother, Stored::CursorSet { user, .. })
            | (Leak::MuteToAnother, Stored::MuteSet { user, .. })
            | (Leak::ChoiceToAnother, Stored::ReadReceiptsSet { user, .. })
            | (Leak::SeenToAnother, Stored::LateSeen { user, .. }) => *user = next(*user),
            (Leak::BlockForgotten, stored @ Stored::BlockSet { is_blocked: true, .. }) => *stored = Stored::Done,
            _ => {}
        }
    }

    pub fn alter_resumed(&mut self, resumed: &mut Resumed) {
        let own = (resumed.user.id, resumed.page.conversations.clone(), resumed.late.clone());
        if let Some((_, conversations, late)) = self.former.take().filter(|(user, ..)| *user != own.0) {
            match self.leak {
                Leak::ReadyOfAnother => resumed.page.conversations = conversations,
                Leak::LateOfAnother => resumed.late = late,
                _ => {}
            }
        }
        self.former = Some(own);
    }
}

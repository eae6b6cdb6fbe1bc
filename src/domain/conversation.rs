//! Where messages live: direct conversations of two people and groups, and who is a member from when to when.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{ConversationId, Draft, Message, Receipt, ReceiptCounts, Rev, Seq, UserId};
use crate::clock::Timestamp;

/// Direct (two people, for ever) or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// Exactly two people; one such conversation for each pair.
    Direct,
    /// Any number of people, a name, an owner.
    Group,
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Into this conversation.
    Conversation(ConversationId),
    /// To this person: finds or opens the direct conversation.
    User(UserId),
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May rename the group, add and remove people.
    Owner,
    /// May read and write.
    Member,
}

/// A membership is a range of seqs: what came before it or after its end is not the member's to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemberRange {
    /// Who.
    pub user: UserId,
    /// Their role while they are a member.
    pub role: Role,
    /// First message they may see (the joining line in a group, 1 in a direct conversation).
    pub from: Seq,
    /// Last message they may see, once they are no longer a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Seq>,
}

/// A conversation as one viewer sees it: what a list row and the head of the page need.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// A group's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its newest revision.
    pub rev: Rev,
    /// Newest seq the viewer may see; 0 if there is none.
    pub head: Seq,
    /// First seq the viewer may see.
    pub first: Seq,
    /// Up to [`LISTED_MEMBERS`] members, the viewer among them.
    pub members: Vec<MemberRange>,
    /// How many members there are.
    pub member_count: i64,
    /// The newest message the viewer may see, its body cut at [`PREVIEW_CHARS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message: Option<Message>,
    /// When something was last said here, or when it was made.
    pub last_at: Timestamp,
    /// Others' text messages above `cursor`, without deleted ones.
    pub unread: i64,
    /// How many of them mention the viewer.
    pub mentioned: i64,
    /// The viewer's unread cursor.
    pub cursor: Seq,
    /// Up to where the viewer's clients have confirmed delivery.
    pub delivered_up_to: Seq,
    /// Up to where the viewer has read.
    pub read_up_to: Seq,
    /// The newest delivered and the newest read range of every other listed member; nothing in a [`CROWD`].
    pub receipts: Vec<Receipt>,
    /// In a crowd: how many have `last_message`, if it is the viewer's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<ReceiptCounts>,
    /// The viewer does not want to hear of what comes here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<Mute>,
    /// The viewer's draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
}

/// A member's private choice not to hear of a conversation. Nothing else differs by it: what comes is unread as ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mute {
    /// Once this moment has passed, it is as if there was no choice; without one it lasts until taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A group of more members than this is a crowd: its authors hear how many have a message, not who, and its members hear
/// of a change in it by the line it makes.
pub const CROWD: usize = 50;

/// Most members that a [`Conversation`] names; beyond, only their count.
pub const LISTED_MEMBERS: usize = 20;

/// Characters of the newest message that a list row carries.
pub const PREVIEW_CHARS: usize = 200;

impl Conversation {
    /// The view of somebody who has just come in at `from` and was never in before: the others as this viewer sees them,
    /// nothing unread, nothing of their own.
    pub fn for_newcomer(&self, user: UserId, from: Seq) -> Conversation {
        let own = MemberRange { user, role: Role::Member, from, until: None };
        let others = self.members.iter().filter(|member| member.user != user && member.is_member());
        let (before, last_message) = (from.previous(), self.last_message.clone());
        Conversation {
            first: from,
            members: std::iter::once(own).chain(others.copied()).take(LISTED_MEMBERS).collect(),
            unread: 0,
            mentioned: 0,
            cursor: before,
            delivered_up_to: before,
            read_up_to: before,
            receipts: Vec::new(),
            counts: Vec::new(),
            muted: None,
            draft: None,
            name: self.name.clone(),
            last_message,
            ..*self
        }
    }
}

impl MemberRange {
    /// Whether the range is still open.
    pub fn is_member(&self) -> bool {
        self.until.is_none()
    }

    /// Whether the message at `seq` lies inside the range.
    pub fn may_see(&self, seq: Seq) -> bool {
        seq >= self.from && self.until.is_none_or(|until| seq <= until)
    }
}

/// A group's name: 1 to 64 characters on one line, NFC.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupName(Box<str>);

/// Why a text cannot name a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a group's name has 1 to 64 characters on one line")]
pub struct GroupNameError;

impl GroupName {
    /// Trims, normalises and checks `text`.
    ///
    /// # Errors
    /// [`GroupNameError`] when nothing or too much is left, or a control character is inside.
    pub fn parse(text: &str) -> Result<GroupName, GroupNameError> {
        if text.len() > 1024 {
            return Err(GroupNameError);
        }
        let name: String = text.trim().nfc().collect();
        let length = name.chars().count();
        if length == 0 || length > 64 || name.chars().any(is_unfit_for_a_line) {
            return Err(GroupNameError);
        }
        Ok(GroupName(name.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Controls, line ends and characters that turn the direction of the text around them.
fn is_unfit_for_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_member_sees_nothing_after_the_end_of_their_range() {
        let range =
            MemberRange { user: UserId::new(1), role: Role::Member, from: Seq::new(3), until: Some(Seq::new(5)) };
        let seen: Vec<i64> = (1..=7).filter(|&seq| range.may_see(Seq::new(seq))).collect();
        assert_eq!(seen, [3, 4, 5]);
    }

    #[test]
    fn a_group_name_stays_on_one_line() {
        assert_eq!(GroupName::parse("  Sunday lunch ").unwrap().as_str(), "Sunday lunch");
        for bad in ["", "   ", "a\nb", "a\u{202e}b", &"x".repeat(65)] {
            assert_eq!(GroupName::parse(bad), Err(GroupNameError), "{bad:?}");
        }
    }
}

//! What came of a write ([`Stored`]), with everything that telling people about it needs, or why nothing did
//! ([`Refusal`]). Whom it concerns was decided with the change, by the writer.

use std::sync::Arc;

use super::Imported;
use crate::domain::{
    Conversation, ConversationId, Draft, EndReason, InvitationId, Late, LateId, Mentions, Message, Mute,
    ReactionChange, Receipt, Rev, Seq, SessionId, User, UserId, Version,
};

/// What came of a write: durable, and with everything that telling people about it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// A new person.
    UserCreated {
        /// Who.
        user: User,
        /// The directory's new revision.
        people_rev: Rev,
        /// Their first session.
        session: Option<SessionId>,
    },
    /// A profile changed, or a user was disabled or enabled.
    UserChanged {
        /// As they are now.
        user: User,
        /// The directory's new revision.
        people_rev: Rev,
        /// Sessions that ended with it, for [`EndReason::Disabled`].
        ended: Vec<SessionId>,
    },
    /// Somebody switched read receipts on or off; [`Stored::Done`] if that is no news.
    ReadReceiptsSet {
        /// Who.
        user: UserId,
        /// They tell others what they read, and are told what others read.
        are_on: bool,
        /// Their account's new revision.
        account_rev: Rev,
    },
    /// A password changed.
    PasswordSet {
        /// Whose.
        user: UserId,
        /// Sessions that ended with it, for [`EndReason::PasswordChanged`].
        ended: Vec<SessionId>,
    },
    /// A log-in.
    SessionOpened {
        /// Whose.
        user: UserId,
        /// Which.
        session: SessionId,
    },
    /// Sessions ended.
    SessionsEnded {
        /// Each with its user.
        ended: Vec<(UserId, SessionId)>,
        /// Why.
        reason: EndReason,
    },
    /// A message stands in its conversation.
    Appended {
        /// In full.
        message: Message,
        /// Its members.
        audience: Audience,
        /// The one of them who gets an empty place instead.
        withheld_from: Option<UserId>,
        /// The conversation, if this write opened it.
        opened: Option<ConversationOpened>,
        /// This client id was stored before: this is the first result, and nobody is told again.
        is_repeat: bool,
        /// The sender's cursors moved up to their own message, if they did.
        cursor: Option<CursorMoved>,
    },
    /// A message was edited or deleted.
    Changed {
        /// Its newest form.
        message: Message,
        /// Whom the form before mentioned.
        before: Mentions,
        /// Its members.
        audience: Audience,
        /// The one of them who gets an empty place instead.
        withheld_from: Option<UserId>,
        /// As in [`Stored::Appended`].
        is_repeat: bool,
        /// The unread count of whoever it was unread for and is withheld from now on.
        cursor: Option<CursorMoved>,
    },
    /// An emoji was set on a message or taken back; [`Stored::Done`] if that is no news.
    ReactionSet {
        /// Its newest form, as all see it.
        message: Message,
        /// What was set or taken back.
        reaction: ReactionChange,
        /// Its members, without whoever this reaction is kept from.
        audience: Audience,
        /// As in [`Stored::Appended`].
        is_repeat: bool,
    },
    /// A confirmation; all empty if it said nothing new, or nothing that others may know.
    Confirmed {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        user: UserId,
        /// The new ranges, in rev order: late and timely parts apart, delivered before read.
        receipts: Vec<Receipt>,
        /// Whose messages they newly cover; in a crowd nobody.
        authors: Vec<UserId>,
        /// The others of these, who have read receipts switched off: they hear what was delivered, not what was read.
        only_delivered_to: Vec<UserId>,
        /// In a [`CROWD`](crate::domain::CROWD): whose messages they newly cover, each with the newest of them. They
        /// hear counts.
        crowd: Vec<(UserId, Seq)>,
        /// Notices new or grown, each for its sender.
        late: Vec<(UserId, Late)>,
        /// The unread cursor followed a read receipt.
        cursor: Option<CursorMoved>,
    },
    /// The unread cursor moved.
    CursorSet {
        /// Whose.
        user: UserId,
        /// To where.
        cursor: CursorMoved,
    },
    /// A draft was kept.
    DraftSet {
        /// Whose.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// `None`: cleared.
        draft: Option<Draft>,
        /// What a next change builds on.
        version: Version,
        /// The account's new revision.
        account_rev: Rev,
    },
    /// A conversation was muted, or no longer is; [`Stored::Done`] if that is no news.
    MuteSet {
        /// Whose choice.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// `None`: no longer.
        mute: Option<Mute>,
        /// The account's new revision.
        account_rev: Rev,
    },
    /// Notices seen: those of the asked ids that were this user's and unseen.
    LateSeen {
        /// Whose.
        user: UserId,
        /// Which.
        ids: Vec<LateId>,
    },
    /// Somebody was blocked, or no longer is; [`Stored::Done`] if that is no news.
    BlockSet {
        /// By whom.
        user: UserId,
        /// Whom.
        other: UserId,
        /// From now on, or no longer.
        is_blocked: bool,
        /// The blocker's account's new revision.
        account_rev: Rev,
    },
    /// A conversation was opened, found (`opened` has nobody then), or its members or name changed.
    ConversationChanged {
        /// Which.
        conversation: ConversationId,
        /// New views for those who must hear of it.
        opened: ConversationOpened,
        /// The system lines this made, in order.
        lines: Vec<Message>,
        /// Who hears the lines: the members, and those who have just left.
        audience: Audience,
        /// These.
        gone: Vec<UserId>,
    },
    /// An invitation was made.
    Invited {
        /// Which.
        invitation: InvitationId,
    },
    /// A history was stored; those who are new in it are told of like others who sign up.
    Imported(Box<Imported>),
    /// Nothing that anybody needs to be told.
    Done,
}

/// A conversation's views for those who must now learn of it, each with the reader's new account revision.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConversationOpened {
    /// Viewer and view.
    pub views: Vec<(UserId, Conversation)>,
    /// Everybody named in the views.
    pub users: Vec<User>,
    /// Those who have just come into a crowd.
    pub newcomers: Option<Box<Newcomers>>,
}

/// Many people who came in at once, none of them ever in before: one view serves all of them, because making thousands
/// would hold the writer up for seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomers {
    /// As one who was in sees it; [`Conversation::for_newcomer`] makes it theirs.
    pub view: Conversation,
    /// Who, and from which message on.
    pub people: Vec<(UserId, Seq)>,
}

/// The unread cursor and the count that follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorMoved {
    /// Where.
    pub conversation: ConversationId,
    /// The cursor now.
    pub cursor: Seq,
    /// Unread now.
    pub unread: i64,
    /// How many of them mention the user.
    pub mentioned: i64,
    /// The account's new revision.
    pub account_rev: Rev,
}

/// The members who may hear of a change now, shared because it goes with every message of a conversation.
pub type Audience = Arc<[UserId]>;

/// Why a write was refused. Each changes nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Not there, or not this user's to know of: both look the same.
    #[error("there is no such thing, or it is not yours")]
    NotFound,
    /// Visible to this user, but not theirs to change.
    #[error("that is not yours to change")]
    Forbidden,
    /// The client id is stored with other content.
    #[error("this client id was used for another message")]
    ClientIdReused,
    /// The message has a newer version.
    #[error("the message has changed since")]
    VersionConflict(Box<Message>),
    /// The message was deleted.
    #[error("the message was deleted")]
    Deleted,
    /// The draft has a newer version.
    #[error("the draft has changed on another device")]
    DraftConflict(Option<Draft>),
    /// A receipt above the newest message.
    #[error("there is no such message yet")]
    BeyondHead,
    /// Nobody may sign up.
    #[error("nobody can sign up here now")]
    SignUpClosed,
    /// Only whoever has an invitation may sign up.
    #[error("signing up needs an invitation")]
    InvitationNeeded,
    /// There is no such invitation, or it has expired, has no place left or was taken back: all look the same.
    #[error("this invitation does not hold")]
    InvitationOver,
    /// There is an admin already: the console's code has done its work.
    #[error("this server has an admin already")]
    AdminExists,
    /// Without this person nobody could run the server.
    #[error("this is the last admin")]
    LastAdmin,
    /// There is no such link for a new password, or it has expired or was used: all look the same.
    #[error("this link does not hold")]
    LinkOver,
    /// The username is taken.
    #[error("this username is taken")]
    UsernameTaken,
    /// The username looks like a taken one.
    #[error("this username looks like one that is taken")]
    UsernameLookalike,
    /// More members, drafts, … than there may be.
    #[error("there are too many already")]
    TooMany,
    /// The database failed; whether it was stored is not known. Ask again with the same client id.
    #[error("it is not known whether this was stored; try again")]
    Unknown,
    /// Too much is waiting already. Nothing was tried.
    #[error("the server is busy; try again")]
    Busy,
}

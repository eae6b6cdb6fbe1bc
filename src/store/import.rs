//! A history that happened elsewhere, to be stored as if it had happened here: sign-ups, messages and confirmations,
//! each with its own time. Stored as one write: all of it or nothing. Storing it twice changes nothing, because people
//! are found by name and messages by client id.

use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, GroupName, Hue, Pronoun, ReceiptKind, Rev, Seq, User, Username};

use super::NewUser;

/// The whole history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// Who takes part, in the order of their sign-up.
    pub people: Vec<Newcomer>,
    /// What happened, in order.
    pub steps: Vec<Step>,
}

/// A person of an [`Import`], by their place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(pub usize);

/// Somebody who signs up, unless their name is there already: then it is them.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    /// What is known of them.
    pub user: NewUser,
    /// Names to try in turn when the first one looks like somebody else's.
    pub other_names: Vec<Username>,
    /// How others speak of them.
    pub pronoun: Option<Pronoun>,
    /// Their avatar's hue, if it is not to be the one that follows from their id.
    pub hue: Option<Hue>,
    /// They may not log in.
    pub is_disabled: bool,
    /// When they signed up.
    pub at: Timestamp,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: Act,
}

/// Where it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Between these two.
    Direct(Person, Person),
    /// In the group that the history's n-th [`Act::MakeGroup`] made, counted from 0.
    Group(usize),
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// A group was made.
    MakeGroup {
        /// By whom.
        owner: Person,
        /// Called what.
        name: GroupName,
        /// With whom else.
        members: Vec<Person>,
    },
    /// A message was written.
    Say {
        /// By whom.
        sender: Person,
        /// Where; in a direct place the sender is one of the two.
        place: Place,
        /// Makes it the same message when the history is stored again.
        client_id: ClientId,
        /// The text.
        body: Body,
        /// Which message it answers.
        reply_to: Option<Seq>,
    },
    /// Everything that this history has said in a place so far was confirmed by a member. Says nothing about messages
    /// that were there before.
    Confirm {
        /// By whom.
        member: Person,
        /// Where.
        place: Place,
        /// Delivered or read.
        kind: ReceiptKind,
    },
    /// Somebody went away.
    Leave(Person),
    /// Somebody came back: what was undelivered until now comes late.
    Return {
        /// Who.
        person: Person,
        /// Away since.
        since: Timestamp,
    },
    /// A program signed in, with a bearer token.
    SignIn {
        /// As whom.
        person: Person,
        /// SHA-256 of the token.
        token_hash: [u8; 32],
        /// What the device list shows.
        label: String,
    },
}

/// What came of an [`Import`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// The username that each person has now.
    pub names: Vec<String>,
    /// Those who are new.
    pub added: Vec<User>,
    /// The directory's revision.
    pub people_rev: Rev,
    /// Messages that are new.
    pub messages_added: usize,
    /// Messages that were there already.
    pub messages_known: usize,
}

//! What a profile says besides names.

use serde::{Deserialize, Serialize};

use super::{PictureHash, UserId};
use crate::clock::Timestamp;

/// A person with an account, as everybody may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Their name in the store and on the wire.
    pub id: UserId,
    /// The name they log in with, as they wrote it.
    pub username: String,
    /// The name others read.
    pub display_name: String,
    /// Their avatar's hue.
    pub hue: Hue,
    /// How others speak of them, if they said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pronoun: Option<Pronoun>,
    /// What they say of themselves, on one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Which picture is theirs, if they have one of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureHash>,
    /// Can no longer log in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// Whether somebody is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// Who.
    pub user: UserId,
    /// In which way.
    pub state: PresenceState,
    /// When they were last here, for those who are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// From when no window of theirs has been in use, for those who are idle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<Timestamp>,
}

/// In which way somebody is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PresenceState {
    /// A window is open and in use.
    Online,
    /// Windows are open, none in use for a while.
    Idle,
    /// No connection for longer than the grace.
    Offline,
    /// Not for this viewer to know.
    Unknown,
}

/// How others speak of a person ('he will get this when he’s back'). None given: by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pronoun {
    /// he
    He,
    /// she
    She,
    /// they
    They,
}

/// The hues an avatar may have, in degrees of the OKLCH circle: far enough apart to tell people by.
pub const HUES: [u16; 12] = [20, 45, 60, 95, 130, 145, 190, 220, 250, 265, 300, 330];

/// An avatar's hue, one of [`HUES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Hue(u16);

impl Hue {
    /// The hue of this many degrees, if it is one of [`HUES`].
    pub fn parse(degrees: i64) -> Option<Hue> {
        u16::try_from(degrees).ok().filter(|degrees| HUES.contains(degrees)).map(Hue)
    }

    /// The hue a person has before choosing one: a fixed, well-spread function of their id.
    pub fn of(user: UserId) -> Hue {
        let spread = user.get().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        Hue(HUES[usize::try_from(spread % 12).expect("less than twelve")])
    }

    /// Degrees.
    pub fn degrees(self) -> u16 {
        self.0
    }
}

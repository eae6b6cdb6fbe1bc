//! What chat *is*: ids, names, bodies, conversations, receipts and the rules between them. Values here can only exist
//! if they are right. Nothing in this folder knows actors, SQL, JSON frames or the time of day.

mod admission;
mod blocks;
mod body;
mod conversation;
mod display_name;
mod emoji;
mod ids;
mod mentions;
mod message;
mod person;
mod picture;
mod reaction;
mod receipt;
pub mod search;
mod session;
mod status;
mod username;

pub use admission::{INVITATION_HOURS_MAX, INVITATION_PLACES_MAX, Invitation, SignUp};
pub use blocks::{BLOCKED_MAX, Blocks};
pub use body::{BODY_MAX_BYTES, Body, BodyError};
pub use conversation::{
    CROWD, Conversation, ConversationKind, GroupName, GroupNameError, LISTED_MEMBERS, MemberRange, Mute, PREVIEW_CHARS,
    Role, Target,
};
pub use display_name::{DISPLAY_NAME_MAX_CHARS, DisplayName, DisplayNameError};
pub use emoji::{EMOJI_MAX_BYTES, Emoji, EmojiError};
pub use ids::{ClientId, ConversationId, InvitationId, LateId, Rev, Seq, SessionId, UserId, Version};
pub use mentions::{MENTIONS_MAX, Mentions, Named};
pub use message::{Draft, Event, Late, Message, MessageKind, Receipt, ReceiptCounts};
pub use person::{HUES, Hue, Presence, PresenceState, Pronoun, User};
pub use picture::{PICTURE_MAX_BYTES, Picture, PictureError, PictureHash, PictureKind};
pub use reaction::{
    Given, REACTION_EMOJI_MAX, REACTION_USERS, REACTIONS_EACH_MAX, REACTIONS_MAX, Reaction, ReactionChange, Reactions,
};
pub use receipt::ReceiptKind;
pub use session::{EndReason, SessionKind};
pub use status::{Status, StatusError};
pub use username::{USERNAME_MAX_CHARS, USERNAME_MIN_CHARS, Username, UsernameError, UsernameKey};

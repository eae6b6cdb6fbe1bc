//! From a frame's text to a [`ClientFrame`]: every field is parsed into the type that can only hold what is right.
//! Decoding never panics, never changes anything and knows nobody's rights.

use std::borrow::Cow;

use serde::Deserialize;
use uuid::Uuid;

use super::fields::{Fields, Flaw};
use super::{ClientFrame, DecodeError, Ref, Request};
use crate::clock::Timestamp;
use crate::domain::{Body, BodyError, ClientId, ConversationId, Emoji, LateId, Rev, Seq, Target, UserId, Version};
use crate::protocol::ErrorCode;
use crate::protocol::limits::{
    DRAFT_MAX_BYTES, FIELDS_MAX, HELLO_CONVERSATIONS_MAX, INTEGER_MAX, LATE_SEEN_MAX, WATCHED_MAX,
};

/// Reads one text frame of a client.
///
/// # Errors
/// [`DecodeError`] with the `ref` of the frame wherever one could be found, also in a text that is not JSON as a whole.
pub fn decode(text: &str) -> Result<Request, DecodeError> {
    let mut fields = Fields::default();
    let outcome = fields.read(text);
    // Before anything else is judged, so that every refusal can repeat it.
    let reference = reference(&fields);
    let known = reference.as_ref().ok().copied().flatten();
    outcome
        .map_err(Refused::from)
        .and(reference)
        .and_then(|reference| Ok(Request { reference, frame: frame(&fields)? }))
        .map_err(|Refused { code, field, message }| DecodeError { reference: known, code, field, message })
}

/// Everything of a [`DecodeError`] but the `ref`.
struct Refused {
    code: ErrorCode,
    field: Option<&'static str>,
    message: Cow<'static, str>,
}

type Parsed<T> = Result<T, Refused>;

fn reference(fields: &Fields<'_>) -> Parsed<Option<Ref>> {
    let number = fields.get("ref").map(|value| integer("ref", value, 0)).transpose()?;
    Ok(number.map(|number| Ref(number.unsigned_abs())))
}

fn frame(fields: &Fields<'_>) -> Parsed<ClientFrame> {
    let name = text("type", required(fields, "type")?)?;
    Ok(match &*name {
        "hello" => ClientFrame::Hello {
            account_rev: rev(fields, "accountRev")?,
            people_rev: rev(fields, "peopleRev")?,
            conversations: kept_conversations(fields)?,
            is_idle: claim(fields, "idle")?,
        },
        "message.send" => ClientFrame::MessageSend {
            client_id: client_id(fields)?,
            target: target(fields)?,
            body: body(fields)?,
            reply_to: optional(fields, "replyTo", 1)?.map(Seq::new),
            written_at: optional(fields, "writtenAt", 0)?.map(Timestamp::from_millis),
        },
        "message.edit" => ClientFrame::MessageEdit {
            client_id: client_id(fields)?,
            conversation: conversation(fields)?,
            seq: seq(fields, 1)?,
            version: version(fields, 1)?,
            body: body(fields)?,
        },
        "message.delete" => ClientFrame::MessageDelete {
            client_id: client_id(fields)?,
            conversation: conversation(fields)?,
            seq: seq(fields, 1)?,
            version: version(fields, 1)?,
        },
        "reaction.set" => ClientFrame::ReactionSet {
            client_id: client_id(fields)?,
            conversation: conversation(fields)?,
            seq: seq(fields, 1)?,
            emoji: emoji(fields)?,
            is_on: claim(fields, "on")?,
        },
        "receipt.delivered" => {
            ClientFrame::ReceiptDelivered { conversation: conversation(fields)?, seq: seq(fields, 0)? }
        }
        "receipt.read" => ClientFrame::ReceiptRead { conversation: conversation(fields)?, seq: seq(fields, 0)? },
        "typing" => ClientFrame::Typing { conversation: conversation(fields)?, is_on: claim(fields, "on")? },
        "presence.set" => ClientFrame::PresenceSet { is_idle: claim(fields, "idle")? },
        "presence.watch" => ClientFrame::PresenceWatch { users: set(fields, "users", WATCHED_MAX, UserId::new)? },
        "draft.set" => ClientFrame::DraftSet {
            conversation: conversation(fields)?,
            text: draft_text(fields)?,
            version: version(fields, 0)?,
        },
        "cursor.set" => ClientFrame::CursorSet { conversation: conversation(fields)?, seq: seq(fields, 0)? },
        "late.seen" => ClientFrame::LateSeen { ids: set(fields, "ids", LATE_SEEN_MAX, LateId::new)? },
        _ => return Err(Refused::with_sentence(ErrorCode::UnknownType, Some("type"))),
    })
}

fn rev(fields: &Fields<'_>, name: &'static str) -> Parsed<Rev> {
    integer(name, required(fields, name)?, 0).map(Rev::new)
}

fn conversation(fields: &Fields<'_>) -> Parsed<ConversationId> {
    integer("conversation", required(fields, "conversation")?, 1).map(ConversationId::new)
}

fn seq(fields: &Fields<'_>, least: i64) -> Parsed<Seq> {
    integer("seq", required(fields, "seq")?, least).map(Seq::new)
}

fn version(fields: &Fields<'_>, least: i64) -> Parsed<Version> {
    integer("version", required(fields, "version")?, least).map(Version::new)
}

fn client_id(fields: &Fields<'_>) -> Parsed<ClientId> {
    let id = text("clientId", required(fields, "clientId")?)?;
    // Other spellings of a UUID would come back in this one, and a client would not know its own id again.
    let is_hyphenated = id.len() == uuid::fmt::Hyphenated::LENGTH;
    Uuid::try_parse(&id)
        .ok()
        .filter(|_| is_hyphenated)
        .map(ClientId::new)
        .ok_or_else(|| Refused::invalid("clientId", "clientId is a UUID with hyphens.".into()))
}

fn target(fields: &Fields<'_>) -> Parsed<Target> {
    match (fields.get("conversation"), fields.get("to")) {
        (Some(id), None) => integer("conversation", id, 1).map(|id| Target::Conversation(ConversationId::new(id))),
        (None, Some(id)) => integer("to", id, 1).map(|id| Target::User(UserId::new(id))),
        (Some(_), Some(_)) => Err(Refused::invalid("to", "A message goes to conversation or to, not to both.".into())),
        (None, None) => Err(Refused::missing("conversation")),
    }
}

fn body(fields: &Fields<'_>) -> Parsed<Body> {
    let written = text("body", required(fields, "body")?)?;
    Body::parse(&written).map_err(|e| Refused {
        code: match e {
            BodyError::Empty => ErrorCode::BodyEmpty,
            BodyError::TooLong => ErrorCode::BodyTooLong,
            BodyError::Control => ErrorCode::InvalidField,
        },
        field: Some("body"),
        message: sentence(&e.to_string()).into(),
    })
}

fn emoji(fields: &Fields<'_>) -> Parsed<Emoji> {
    let written = text("emoji", required(fields, "emoji")?)?;
    Emoji::parse(&written).map_err(|_| Refused::invalid("emoji", "emoji is one emoji.".into()))
}

/// Drafts are kept as they stand, white space and all: only what is sent has to be a message.
fn draft_text(fields: &Fields<'_>) -> Parsed<String> {
    let written = text("text", required(fields, "text")?)?;
    if written.len() > DRAFT_MAX_BYTES {
        let message = format!("A draft has at most {DRAFT_MAX_BYTES} bytes.").into();
        return Err(Refused { code: ErrorCode::BodyTooLong, field: Some("text"), message });
    }
    Ok(written.into_owned())
}

fn kept_conversations(fields: &Fields<'_>) -> Parsed<Vec<(ConversationId, Rev)>> {
    const NAME: &str = "conversations";
    let pairs: Vec<(i64, i64)> = serde_json::from_str(required(fields, NAME)?).map_err(|_| {
        Refused::invalid(NAME, "conversations is a list of pairs of numbers: conversation and rev.".into())
    })?;
    at_most(HELLO_CONVERSATIONS_MAX, pairs.len(), NAME)?;
    let mut named: Vec<i64> = pairs.iter().map(|&(id, _)| id).collect();
    named.sort_unstable();
    if named.windows(2).any(|two| two[0] == two[1]) {
        return Err(Refused::invalid(NAME, "conversations names one conversation twice.".into()));
    }
    pairs
        .into_iter()
        .map(|(id, rev)| Ok((ConversationId::new(in_range(NAME, id, 1)?), Rev::new(in_range(NAME, rev, 0)?))))
        .collect()
}

/// Ids in ascending order, each once, whatever the client's order was.
fn set<T: Ord>(fields: &Fields<'_>, name: &'static str, most: usize, new: fn(i64) -> T) -> Parsed<Vec<T>> {
    let numbers: Vec<i64> = serde_json::from_str(required(fields, name)?)
        .map_err(|_| Refused::invalid(name, format!("{name} is a list of whole numbers.").into()))?;
    at_most(most, numbers.len(), name)?;
    let mut ids = numbers.into_iter().map(|id| in_range(name, id, 1).map(new)).collect::<Parsed<Vec<T>>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn at_most(most: usize, count: usize, name: &'static str) -> Parsed<()> {
    if count <= most {
        return Ok(());
    }
    let message = format!("{name} has at most {most} entries.").into();
    Err(Refused { code: ErrorCode::TooMany, field: Some(name), message })
}

fn required<'a>(fields: &Fields<'a>, name: &'static str) -> Parsed<&'a str> {
    fields.get(name).ok_or_else(|| Refused::missing(name))
}

fn optional(fields: &Fields<'_>, name: &'static str, least: i64) -> Parsed<Option<i64>> {
    fields.get(name).map(|value| integer(name, value, least)).transpose()
}

fn integer(name: &'static str, value: &str, least: i64) -> Parsed<i64> {
    let number =
        serde_json::from_str(value).map_err(|_| Refused::invalid(name, format!("{name} is a whole number.").into()))?;
    in_range(name, number, least)
}

fn in_range(name: &'static str, number: i64, least: i64) -> Parsed<i64> {
    if (least..=INTEGER_MAX).contains(&number) {
        return Ok(number);
    }
    Err(Refused::invalid(name, format!("{name} has numbers from {least} to {INTEGER_MAX}.").into()))
}

fn claim(fields: &Fields<'_>, name: &'static str) -> Parsed<bool> {
    serde_json::from_str(required(fields, name)?)
        .map_err(|_| Refused::invalid(name, format!("{name} is true or false.").into()))
}

fn text<'a>(name: &'static str, value: &'a str) -> Parsed<Cow<'a, str>> {
    /// serde borrows a `Cow` only where it is told to.
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    serde_json::from_str(value)
        .map(|Text(text)| text)
        .map_err(|_| Refused::invalid(name, format!("{name} is a text.").into()))
}

/// An error's words as a sentence for people.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

impl Refused {
    fn with_sentence(code: ErrorCode, field: Option<&'static str>) -> Refused {
        Refused { code, field, message: code.sentence().into() }
    }

    fn missing(field: &'static str) -> Refused {
        let message = format!("The field {field} is missing.").into();
        Refused { code: ErrorCode::MissingField, field: Some(field), message }
    }

    fn invalid(field: &'static str, message: Cow<'static, str>) -> Refused {
        Refused { code: ErrorCode::InvalidField, field: Some(field), message }
    }
}

impl From<Flaw> for Refused {
    fn from(flaw: Flaw) -> Refused {
        let message = match flaw {
            Flaw::Syntax(column) => format!("This is not JSON, as column {column} shows.").into(),
            Flaw::NotAnObject => "A frame is one JSON object.".into(),
            Flaw::Doubled => "A field stands twice.".into(),
            Flaw::Value => "A value is nested too deeply or holds half a surrogate pair.".into(),
            Flaw::TooManyFields => format!("A frame has at most {FIELDS_MAX} fields.").into(),
        };
        Refused { code: ErrorCode::InvalidJson, field: None, message }
    }
}

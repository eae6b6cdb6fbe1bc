//! What travels between server and client: the whole protocol, version 1, written down so that a client can be made
//! from this page alone. The code beside it says the same in types: [`ClientFrame`] and [`ServerFrame`] list every
//! frame with its fields, [`ErrorCode`] every refusal, [`Close`] every close code, [`limits`] every number. Nothing
//! here knows actors, sockets or the store.
//!
//! Every example is a file of `tests/frames`; `frame` is what travels. `tests/frames/bad` holds texts that must be
//! refused.
//!
//! # The shortest client
//!
//! 1. `POST /api/v1/login` with `{"username": "bob", "password": "…", "token": true}` answers `{"user": …, "token":
//!    "…"}`.
//! 2. Open a WebSocket at `/ws` with the subprotocol `chinwag.v1` and the header `Authorization: Bearer …`.
//! 3. Send `hello`, read `ready`. From then on frames come by themselves, in order.
//! 4. Send `message.send` with a fresh UUID; `message.stored` with the same `ref` says that the message is on the disk.
//! 5. Confirm what you received with `receipt.delivered`: nobody else can say that a message has arrived.
//!
//! One message needs no socket at all: `POST /api/v1/conversations/3/messages` ([below](#over-http)).
//!
//! # Words
//!
//! | word | means |
//! |---|---|
//! | conversation | where messages live: `direct` (two people) or `group` |
//! | seq | a message's number in its conversation: 1, 2, 3, … without holes. The only order there is. A message is named by (`conversation`, `seq`) |
//! | rev | a conversation's revision. Grows with every durable change: messages, edits, deletions, receipts, members |
//! | account rev, people rev | the same for what only this user sees (cursors, drafts, choices), and for the directory of people |
//! | receipt | 'delivered' or 'read' for a run of messages, by one member, at one time. Only grows |
//! | cursor | the private unread cursor. Unread = others' messages of kind `text` above it, without deleted ones |
//! | block | one person's choice to be left alone by another |
//! | late | delivered to somebody who had been away when the message was stored |
//!
//! Ids, seqs, revs and versions are whole numbers from 0 to 2⁵³ − 1 (ids and the seqs of messages from 1); a `clientId`
//! is a UUID with hyphens. Times are whole milliseconds since 1970 by the server's clock, if not said otherwise; they
//! are for showing, never for ordering. Names are camelCase. **What is absent is left out, never null.** Ignore fields,
//! types and error codes you do not know: more will come. Names never change.
//!
//! # Connecting
//!
//! `GET /ws` is upgraded to a WebSocket (RFC 6455). Offer the subprotocol `chinwag.v1`. The session is proven by the
//! cookie `chinwag_session` (a browser; then `Origin` must be this server's) or by `Authorization: Bearer` (a program;
//! then cookies and `Origin` are not looked at). Without a session the answer is 401 and there is no socket; 403
//! refuses the origin. A user may have many connections at once, from many devices.
//!
//! Frames are JSON objects in text frames; `type` says which one. A client's text frame, or message of several
//! WebSocket frames, has at most 65,536 bytes; `ready` keeps to that too, `changes` may be longer. Binary frames close
//! the connection. The JSON must be well-formed throughout: no key twice, no half surrogate pairs, not nested more than
//! 127 deep.
//!
//! The first frame is `hello`, within 10 s. It says what the client already has; a client that keeps nothing sends
//! zeros and an empty list. The answer, in this order:
//!
//! 1. **`ready`**: the user, the newest 50 conversations, the people in them, presence, and late notices not yet seen.
//! 2. **`changes`** for each conversation named in `hello` that has moved since, with everything in (`after`, `rev`].
//!    With `more` true, ask `GET /api/v1/conversations/{id}/changes?after={rev}` and go on until it is false.
//! 3. **`reset`** instead, where too much has changed, the conversation is not yours any more, or the server was
//!    restored from a backup: drop your copy of it, then load the newest page over HTTP (404 if it is no longer yours).
//!    An `accountRev` or `peopleRev` in `ready` below yours says the same of everything you keep.
//! 4. Live frames. Those of one conversation come in the order of their `rev`, and none that you may see is left out:
//!    if the server cannot hand one over, it closes the connection.
//!
//! **Resuming.** For each conversation keep the greatest `rev` up to which you have seen everything: after `changes`
//! its `rev`; after a live `message`, `message.changed`, `receipt` or `message.stored` that frame's rev; after a page
//! loaded over HTTP into an empty copy its `rev`. While pages of `changes` are still outstanding, live frames do not
//! count: first the last page, then the greatest rev met meanwhile. Name it in the next `hello`. Revs may jump, for not
//! everybody sees every change. Only a jump in `seq` is a gap; fetch it (`GET …/messages?after=`). The same change may
//! reach you twice: of two forms of one message the one with the greater `rev` is right. Where `ready` says a smaller
//! rev than you know, the server has gone back, as after a restored backup: drop what you have of that, and of everything
//! where it is the account rev or the people rev. Keep nothing beyond the window unless the session's `keep` is true.
//!
//! # Requests and answers
//!
//! Any client frame may carry a `ref`, a number of the client's own. A frame with `ref` gets exactly one answer that
//! repeats it: `error` if it was refused, else `message.stored` for `message.send` and `ok` for everything but `hello`,
//! which `ready` answers. Without `ref`, `message.stored` and `error` still come, `ok` does not. Answers to several
//! requests may come in another order than the requests.
//!
//! An `error` has a `code` ([`ErrorCode`]), a sentence for people in `message`, where it fits the `field` at fault, and
//! for codes that pass `retryAfterMs`. A refused request has changed nothing (only `unknown` cannot
//! promise that), and the connection lives on, but after a fault of the server's own: that is `internal`, or `unknown`
//! for what may have been stored, and then the connection is closed with 1011.
//!
//! - **Passing**: `busy`, `rate_limited`, `unknown` (over HTTP also `starting`, `too_many_attempts`). Wait
//!   `retryAfterMs`, or about a second and longer each time, and send the same frame again **with the same
//!   `clientId`**. `unknown` means just that: the message may be stored. Never tell a person that it was not.
//! - **Final**: all others, also those you do not know, `internal`, and over HTTP `damaged`: the server has to be restored
//!   first. Repeating brings the same answer. Set the message aside, say why, go on.
//!
#![doc = include_str!("messages.md")]
//!
#![doc = include_str!("http.md")]
//!
//! # Staying, going, coming back
//!
//! - The server sends `beat` every `heartbeatMs` (see `ready`), and WebSocket pings, which your library answers. If
//!   nothing at all has come for 2.5 times that long, the connection is dead: close it and connect again.
//! - Reconnect after 0.5 to 1 s, at random, doubling up to 30 s while it fails; at once when the system says that the
//!   network is back. After a `goodbye` wait its `retryAfterMs` first. Then send `hello`, then what still waits in the
//!   outbox.
//! - Before the server closes, it says `session.ended` or `goodbye` where it still can. The codes:
//!
//! | code | means | then |
//! |---|---|---|
//! | 1002 | the WebSocket protocol was broken | a fault of the client |
//! | 1003 | a binary frame came | a fault of the client |
//! | 1007 | text that is not UTF-8 | a fault of the client |
//! | 1008 | no `hello` within 10 s, or a message in fragments not whole after a minute (both settings) | connect again |
//! | 1009 | a frame of more than 65,536 bytes | a fault of the client |
//! | 1011 | the server failed at something on this connection | connect again, and send again what has no answer |
//! | 1012 | the server restarts | connect again after `retryAfterMs` |
//! | 1013 | too much to do, or you read too slowly | connect again after `retryAfterMs` |
//! | 4001 | the session has ended | log in again |
//! | 4002 | replaced: too many connections of this user | connect again only when a person asks |
//!
//! - Close with 1001 when the window closes for good: without 'keep me signed in' that begins the end of a browser's
//!   session, which another window or a reload within 60 s stops. Any other close, or none, means that the connection
//!   was lost. A bearer session ends by log-out, revocation or 30 idle days only.

mod client;
mod close;
mod error;
pub mod limits;
mod server;
#[cfg(test)]
mod tests;

pub use client::{ClientFrame, DecodeError, Ref, Request, decode};
pub use close::Close;
pub use error::ErrorCode;
pub use server::{ChangesFrame, Failure, GoodbyeReason, Limits, Ready, ServerFrame, SessionView, StoredMessage};

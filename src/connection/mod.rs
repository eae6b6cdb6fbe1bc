//! One WebSocket = one actor. The only folder that names `actix_web_actors` (deprecated upstream, required by our design
//! card). Between the socket's bytes and the actor stands [`guard`], which refuses bad frames before anything is
//! buffered; [`fragments`] joins what is left into whole messages; [`actor`](self) turns those into requests for
//! ChatServer and writes what ChatServer hands over. Nothing here knows conversations, presence or the store.
//!
//! # What conforms to RFC 6455
//!
//! This folder's code, behind an actor that repeats what it is told, passes the Autobahn test suite 0.8.2: of the 247
//! cases of its sections 1 to 7 and 10, 244 are OK and 3 are informational (a message past our limit, and two close codes
//! that nobody may define); none is 'non-strict', so text that is not UTF-8 is refused at the byte that shows it, and
//! none is closed late or by the wrong side. Of section 9, which goes up to 16 MiB, the 14 cases pass that fit
//! [`guard::MESSAGE_MAX_BYTES`]; larger messages are closed with 1009, at the header that declares them. `tests/autobahn`
//! repeats that; our own port of the cases, with our own on handshakes and lengths, is among the tests of this folder.
//!
//! Chat is text: what the suite has repeated in binary is closed with 1003 in a [`Fragments`](fragments::Fragments) that
//! was not made `with_binary`. No extension is ever agreed to, so sections 12 and 13 (compression) do not apply.

mod actor;
#[cfg(test)]
mod conformance;
pub mod door;
pub mod fragments;
pub mod guard;
pub mod socket;
pub mod upgrade;

pub use actor::{ConnectionSettings, Links, Who, serve};

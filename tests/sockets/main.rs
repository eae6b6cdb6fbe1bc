//! The real program on a free port, spoken to as a stranger would: by HTTP and by a WebSocket client that shares no code
//! with it. One target, so that it links once; tests share a running program wherever what they do concerns only the
//! people they make up themselves.

mod support;

mod accounts;
mod backup;
mod bad_input;
mod blocking;
mod command_line;
mod crash;
mod crowd;
mod erasure;
mod group_changes;
mod groups;
mod history;
mod import;
mod late;
mod little_things;
mod muting;
mod presence;
mod profiles;
mod reactions;
mod read_receipts;
mod repeats;
mod resume;
mod sessions;
mod starting;
mod talking;
mod unread;

//! ChatServer on a stage: recorders stand for the writer, the readers and the connections, and time passes only when a
//! test lets it. No network, no disk, no sleep.

mod blocks;
mod crowds;
mod goodbye;
mod joining;
mod panics;
mod presence;
mod reactions;
mod recording;
mod returning;
mod sessions;
mod slow;
mod storing;
mod support;
mod telling;
mod typing;

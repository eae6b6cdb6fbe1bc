//! What the guard and the connection actor share: how many frames are on their way between them, and why the stream
//! ended. Never holds a frame. One thread only, as both live in the actor's task.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, task::Waker};

use super::Refusal;

/// Frames handed up and not yet handled at which the guard reads no further (`limits.md`, a flood of small frames:
/// +64 MB without, +1.3 MB with it).
pub const OUTSTANDING_MAX_FRAMES: usize = 64;

/// Bytes of frames, headers included, handed up and not yet handled at which the guard reads no further; the frame that
/// passes it is the last, so at most twice this is outstanding. Without it 64 large frames would be 4 MiB a connection.
pub const OUTSTANDING_MAX_BYTES: usize = 65_536;

/// The shared account. The actor keeps one clone, the guard the other.
#[derive(Clone, Debug, Default)]
pub struct Intake(Rc<RefCell<Account>>);

/// Why no more frames come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client's bytes were refused: send [`Refusal::close_reason`] and stop.
    Refused(Refusal),
    /// The last frame handed up was the client's close frame; what it sent afterwards is not read (RFC 6455 §5.5.1).
    Closed,
    /// The connection ended without a close frame: cable, sleep, crash, or a shutdown from our side.
    Lost,
}

#[derive(Debug, Default)]
struct Account {
    /// Size of each outstanding frame, oldest first.
    outstanding: VecDeque<u32>,
    outstanding_bytes: usize,
    held_back: Option<Waker>,
    end: Option<End>,
}

impl Intake {
    /// Says that the oldest outstanding frame is done with: once for every item the stream handler was given, errors
    /// included, when nothing of it is kept waiting any more.
    pub fn handled(&self) {
        let mut account = self.0.borrow_mut();
        if let Some(bytes) = account.outstanding.pop_front() {
            account.outstanding_bytes -= bytes as usize;
        }
        let waker = if account.has_room() { account.held_back.take() } else { None };
        drop(account); // a waker may run anything
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How many frames are handed up and not yet handled.
    pub fn outstanding(&self) -> usize {
        self.0.borrow().outstanding.len()
    }

    /// Why the stream ended, once it has. `StreamHandler::finished` asks this; it runs after every frame before the end
    /// was given to the handler. It does not run, and this stays `None`, if the connection broke while we were writing
    /// or the actor stopped by itself: then there is only `Actor::stopped`.
    pub fn end(&self) -> Option<End> {
        self.0.borrow().end
    }

    pub(super) fn has_room(&self) -> bool {
        self.0.borrow().has_room()
    }

    pub(super) fn hand_up(&self, frame_bytes: usize) {
        let mut account = self.0.borrow_mut();
        // A checked frame is at most `MESSAGE_MAX_BYTES` and a header long.
        account.outstanding.push_back(u32::try_from(frame_bytes).unwrap_or(u32::MAX));
        account.outstanding_bytes += frame_bytes;
    }

    pub(super) fn hold_back(&self, waker: &Waker) {
        let held_back = &mut self.0.borrow_mut().held_back;
        if held_back.as_ref().is_none_or(|held| !held.will_wake(waker)) {
            *held_back = Some(waker.clone());
        }
    }

    pub(super) fn finish(&self, end: End) {
        self.0.borrow_mut().end.get_or_insert(end);
    }
}

impl Account {
    fn has_room(&self) -> bool {
        self.outstanding.len() < OUTSTANDING_MAX_FRAMES && self.outstanding_bytes < OUTSTANDING_MAX_BYTES
    }
}

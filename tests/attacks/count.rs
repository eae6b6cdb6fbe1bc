//! What an attack tried, and what came of it.

use std::fmt::Debug;

/// One row of the attack table.
pub struct Count {
    threat: &'static str,
    tried: u64,
    through: Vec<String>,
}

impl Count {
    /// Nothing yet.
    pub fn of(threat: &'static str) -> Count {
        Count { threat, tried: 0, through: Vec::new() }
    }

    /// One try: `held` says whether the defence held, `what` describes the try.
    pub fn tried(&mut self, held: bool, what: impl Debug) {
        self.tried += 1;
        if !held {
            self.through.push(format!("{what:?}"));
        }
    }

    /// Says the row, and fails if anything came through or nothing was tried.
    #[track_caller]
    pub fn end(self) {
        println!("attack: {}: {} tried, {} through", self.threat, self.tried, self.through.len());
        assert!(self.tried > 0, "{}: nothing was tried", self.threat);
        assert!(self.through.is_empty(), "{}: {:#?}", self.threat, self.through);
    }
}

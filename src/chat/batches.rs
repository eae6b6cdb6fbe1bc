//! Group commit by double buffering: while the writer commits one batch, the next one collects here. A message that
//! comes alone waits for nothing; under load one fsync pays for hundreds. Knows neither what a write means nor whom it
//! concerns; it only keeps each write and its origin together.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::db::{Batch, BatchId};
use crate::domain::UserId;
use crate::store::Write;

/// The open batch and the one the writer has. `O` is where an answer goes.
#[derive(Debug)]
pub struct Batches<O> {
    writes: Vec<Write>,
    /// Each with what it counts against.
    origins: Vec<(O, Counted)>,
    counted: usize,
    /// How many of each user's wait for a transaction.
    of_users: HashMap<UserId, usize>,
    in_flight: Option<(BatchId, Vec<O>)>,
    last: BatchId,
    batch_max: usize,
    waiting_max: usize,
}

/// What a write that waits counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// Nothing.
    Free,
    /// What may wait in all, and of this user if one asked for it by a frame.
    Full(Option<UserId>),
}

impl<O> Batches<O> {
    /// At most `batch_max` writes go in one transaction, at most `waiting_max` wait for one.
    pub fn new(batch_max: usize, waiting_max: usize) -> Batches<O> {
        Batches {
            writes: Vec::new(),
            origins: Vec::new(),
            counted: 0,
            of_users: HashMap::new(),
            in_flight: None,
            last: BatchId(0),
            batch_max,
            waiting_max,
        }
    }

    /// Accepts a write for the next batch, and counts it as `whose`.
    ///
    /// # Errors
    /// Gives the origin back when too much waits already: the answer is 'busy', and nothing was tried.
    pub fn add(&mut self, write: Write, origin: O, whose: Option<UserId>) -> Result<(), O> {
        if self.counted >= self.waiting_max {
            return Err(origin);
        }
        self.counted += 1;
        if let Some(user) = whose {
            *self.of_users.entry(user).or_default() += 1;
        }
        self.writes.push(write);
        self.origins.push((origin, Counted::Full(whose)));
        Ok(())
    }

    /// How many of somebody's writes wait for a transaction.
    pub fn waiting_of(&self, user: UserId) -> usize {
        self.of_users.get(&user).copied().unwrap_or_default()
    }

    /// Accepts a write however much waits, and makes no other one too many: one of the program's own, of which there are
    /// no more than connections.
    pub fn add_always(&mut self, write: Write, origin: O) {
        self.writes.push(write);
        self.origins.push((origin, Counted::Free));
    }

    /// The batch to send now: nothing while the writer has one, or when nothing waits.
    pub fn next(&mut self, at: Timestamp) -> Option<Batch> {
        if self.in_flight.is_some() || self.writes.is_empty() {
            return None;
        }
        let (writes, origins) = if self.writes.len() <= self.batch_max {
            (std::mem::take(&mut self.writes), std::mem::take(&mut self.origins))
        } else {
            let later = (self.writes.split_off(self.batch_max), self.origins.split_off(self.batch_max));
            (std::mem::replace(&mut self.writes, later.0), std::mem::replace(&mut self.origins, later.1))
        };
        self.last = BatchId(self.last.0 + 1);
        for (_, counted) in &origins {
            self.counted -= usize::from(*counted != Counted::Free);
            if let Counted::Full(Some(user)) = counted
                && let Some(waiting) = self.of_users.get_mut(user)
            {
                *waiting -= 1;
                if *waiting == 0 {
                    self.of_users.remove(user);
                }
            }
        }
        self.in_flight = Some((self.last, origins.into_iter().map(|(origin, _)| origin).collect()));
        Some(Batch { id: self.last, writes, at })
    }

    /// The writer has answered batch `id`: its origins, in the order of its writes.
    pub fn done(&mut self, id: BatchId) -> Vec<O> {
        let (expected, origins) = self.in_flight.take().expect("the writer answers only what it was sent");
        assert_eq!(expected, id, "the writer answers in order");
        origins
    }

    /// The origins of batch `id`, unless [`Batches::done`] has given them: for an answer that nobody could look at.
    pub fn take_back(&mut self, id: BatchId) -> Vec<O> {
        self.in_flight.take_if(|(expected, _)| *expected == id).map(|(_, origins)| origins).unwrap_or_default()
    }

    /// Whether the writer has a batch.
    pub fn is_writing(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Writes accepted and not answered yet.
    pub fn waiting(&self) -> usize {
        self.writes.len() + self.in_flight.as_ref().map_or(0, |(_, origins)| origins.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Write::ExpireSessions as ANY;

    const NOW: Timestamp = Timestamp::from_millis(1);

    #[test]
    fn one_write_alone_is_sent_at_once() {
        let mut batches = Batches::new(10, 10);
        batches.add(ANY, 'a', None).unwrap();
        assert_eq!(batches.next(NOW).unwrap().writes.len(), 1);
    }

    #[test]
    fn while_the_writer_works_everything_else_collects_in_one_batch() {
        let mut batches = Batches::new(10, 10);
        batches.add(ANY, 'a', None).unwrap();
        let first = batches.next(NOW).unwrap();
        for origin in ['b', 'c', 'd'] {
            batches.add(ANY, origin, None).unwrap();
            assert!(batches.next(NOW).is_none());
        }
        assert_eq!(batches.done(first.id), ['a']);
        let second = batches.next(NOW).unwrap();
        assert_eq!(second.writes.len(), 3);
        assert_eq!(batches.done(second.id), ['b', 'c', 'd']);
        assert_eq!(batches.waiting(), 0);
    }

    #[test]
    fn the_origins_of_a_batch_are_given_once() {
        let mut batches = Batches::new(10, 10);
        batches.add(ANY, 'a', None).unwrap();
        let first = batches.next(NOW).unwrap();
        batches.add(ANY, 'b', None).unwrap();
        assert_eq!(batches.take_back(first.id), ['a']);
        let second = batches.next(NOW).unwrap();
        assert!(batches.take_back(first.id).is_empty());
        assert_eq!(batches.done(second.id), ['b']);
    }

    #[test]
    fn a_batch_has_a_bound_and_what_is_left_goes_next_in_order() {
        let mut batches = Batches::new(2, 10);
        for origin in 0..5 {
            batches.add(ANY, origin, None).unwrap();
        }
        let mut order = Vec::new();
        while let Some(batch) = batches.next(NOW) {
            assert!(batch.writes.len() <= 2);
            order.extend(batches.done(batch.id));
        }
        assert_eq!(order, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_programs_own_writes_make_no_message_too_many() {
        let mut batches = Batches::new(2, 2);
        (0..5).for_each(|_| batches.add_always(ANY, 'p'));
        assert_eq!(
            (batches.add(ANY, 'a', None), batches.add(ANY, 'b', None), batches.add(ANY, 'c', None)),
            (Ok(()), Ok(()), Err('c'))
        );
        while let Some(batch) = batches.next(NOW) {
            batches.done(batch.id);
        }
        assert_eq!(batches.add(ANY, 'd', None), Ok(()));
    }

    #[test]
    fn what_waits_is_known_of_each_user_until_the_writer_has_it() {
        let (ann, bob) = (UserId::new(1), UserId::new(2));
        let mut batches = Batches::new(2, 10);
        for (origin, whose) in [('a', Some(ann)), ('b', Some(ann)), ('c', Some(bob)), ('d', None), ('e', Some(ann))] {
            batches.add(ANY, origin, whose).unwrap();
        }
        assert_eq!((batches.waiting_of(ann), batches.waiting_of(bob)), (3, 1));
        let first = batches.next(NOW).unwrap();
        assert_eq!((batches.waiting_of(ann), batches.waiting_of(bob)), (1, 1));
        batches.done(first.id);
        while let Some(batch) = batches.next(NOW) {
            batches.done(batch.id);
        }
        assert!(batches.of_users.is_empty() && batches.counted == 0);
    }

    #[test]
    fn beyond_the_bound_a_write_is_not_accepted() {
        let mut batches = Batches::new(2, 2);
        batches.add(ANY, 'a', None).unwrap();
        batches.add(ANY, 'b', None).unwrap();
        assert_eq!(batches.add(ANY, 'c', None), Err('c'));
    }
}

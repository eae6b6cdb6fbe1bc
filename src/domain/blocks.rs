//! Who has blocked whom. A block is one person's choice and keeps the two apart both ways.

use std::collections::{BTreeSet, HashMap};

use super::UserId;

/// Most people that one person may block: what `ready` can tell.
pub const BLOCKED_MAX: usize = 200;

/// All blocks that there are. Whoever looks up somebody without any finds out in one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    by_blocker: HashMap<UserId, BTreeSet<UserId>>,
    by_blocked: HashMap<UserId, BTreeSet<UserId>>,
}

impl Blocks {
    /// `user` blocks `other` from now on, or no longer.
    pub fn set(&mut self, user: UserId, other: UserId, is_blocked: bool) {
        for (index, one, two) in [(&mut self.by_blocker, user, other), (&mut self.by_blocked, other, user)] {
            if is_blocked {
                index.entry(one).or_default().insert(two);
            } else if let Some(set) = index.get_mut(&one) {
                set.remove(&two);
                if set.is_empty() {
                    index.remove(&one);
                }
            }
        }
    }

    /// Whether `user` has blocked `other`.
    pub fn has(&self, user: UserId, other: UserId) -> bool {
        holds(&self.by_blocker, user, other)
    }

    /// Whether one of the two has blocked the other.
    pub fn are_apart(&self, one: UserId, two: UserId) -> bool {
        holds(&self.by_blocker, one, two) || holds(&self.by_blocked, one, two)
    }

    /// How many people `user` has blocked.
    pub fn count(&self, user: UserId) -> usize {
        self.by_blocker.get(&user).map_or(0, BTreeSet::len)
    }
}

fn holds(index: &HashMap<UserId, BTreeSet<UserId>>, one: UserId, two: UserId) -> bool {
    index.get(&one).is_some_and(|set| set.contains(&two))
}

impl FromIterator<(UserId, UserId)> for Blocks {
    /// From pairs of blocker and blocked.
    fn from_iter<I: IntoIterator<Item = (UserId, UserId)>>(pairs: I) -> Blocks {
        let mut blocks = Blocks::default();
        for (user, other) in pairs {
            blocks.set(user, other, true);
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId::new(1);
    const BOB: UserId = UserId::new(2);
    const CAT: UserId = UserId::new(3);

    #[test]
    fn a_block_keeps_two_apart_both_ways_until_its_maker_takes_it_back() {
        let mut blocks: Blocks = [(ANN, BOB), (BOB, ANN)].into_iter().collect();
        blocks.set(ANN, BOB, false);
        assert!(blocks.are_apart(ANN, BOB) && blocks.are_apart(BOB, ANN) && !blocks.has(ANN, BOB));
        blocks.set(BOB, ANN, false);
        assert_eq!(blocks, Blocks::default());
    }

    #[test]
    fn others_are_not_concerned() {
        let blocks: Blocks = [(ANN, BOB)].into_iter().collect();
        assert!(!blocks.are_apart(ANN, CAT) && !blocks.are_apart(CAT, BOB) && blocks.count(ANN) == 1);
    }
}

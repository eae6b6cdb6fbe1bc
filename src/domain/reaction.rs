//! Reactions to one message, as those who may see them do. Nothing here knows why one is kept from somebody.

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::{Emoji, Rev, UserId};

/// Most different emoji on one message.
pub const REACTION_EMOJI_MAX: usize = 20;

/// Most emoji of one person on one message.
pub const REACTIONS_EACH_MAX: usize = 5;

/// Most reactions on one message, all people and emoji together: whoever opens a page walks them.
pub const REACTIONS_MAX: usize = 1_000;

/// People whom a reaction names; beyond, they are only counted.
pub const REACTION_USERS: usize = 20;

/// One emoji on one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reaction {
    /// Which.
    pub emoji: Emoji,
    /// How many people.
    pub count: usize,
    /// The first [`REACTION_USERS`] of them, in order of use.
    pub users: Vec<UserId>,
    /// The viewer is one of them; only in what is made for one viewer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
}

/// One person's one emoji, as it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Who.
    pub user: UserId,
    /// Which.
    pub emoji: Emoji,
    /// The conversation's revision it made.
    pub rev: Rev,
    /// Kept, for ever, from the other person of a direct conversation, who had blocked this one.
    pub is_withheld: bool,
}

/// What somebody set or took back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReactionChange {
    /// Who.
    pub user: UserId,
    /// Which.
    pub emoji: Emoji,
    /// Set, or taken back.
    #[serde(rename = "on")]
    pub is_on: bool,
}

/// All reactions of one message, in order of first use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactions {
    shown: Vec<Reaction>,
    /// Those to whom more is shown: the others are kept from it.
    apart: Vec<(UserId, Vec<Reaction>)>,
}

impl Reactions {
    /// What `viewer` may see of what was given up to a revision.
    pub fn seen_by(viewer: UserId, given: &[Given], up_to: Rev) -> Reactions {
        let is_seen = |one: &&Given| one.rev <= up_to && (!one.is_withheld || one.user == viewer);
        Reactions { shown: gather(given.iter().filter(is_seen), Some(viewer)), apart: Vec::new() }
    }

    /// What all may see, and apart what those see whose own are withheld.
    pub fn of_all(given: &[Given]) -> Reactions {
        let mut withheld: Vec<UserId> = given.iter().filter(|one| one.is_withheld).map(|one| one.user).collect();
        withheld.sort_unstable();
        withheld.dedup();
        let seen_by = |user| given.iter().filter(move |one| !one.is_withheld || one.user == user);
        Reactions {
            shown: gather(given.iter().filter(|one| !one.is_withheld), None),
            apart: withheld.into_iter().map(|user| (user, gather(seen_by(user), Some(user)))).collect(),
        }
    }

    /// There is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Those to whom something else is shown than to all, each with what.
    pub fn apart(&self) -> impl Iterator<Item = (UserId, Reactions)> + '_ {
        self.apart.iter().map(|(user, shown)| (*user, Reactions { shown: shown.clone(), apart: Vec::new() }))
    }
}

impl std::ops::Deref for Reactions {
    type Target = [Reaction];

    fn deref(&self) -> &[Reaction] {
        &self.shown
    }
}

impl Serialize for Reactions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown.serialize(serializer)
    }
}

fn gather<'a>(given: impl Iterator<Item = &'a Given>, viewer: Option<UserId>) -> Vec<Reaction> {
    let mut in_order: Vec<&Given> = given.collect();
    in_order.sort_unstable_by_key(|one| one.rev);
    let mut found: Vec<Reaction> = Vec::new();
    let mut places: HashMap<&Emoji, usize> = HashMap::new();
    for one in in_order {
        let place = *places.entry(&one.emoji).or_insert_with(|| {
            found.push(Reaction { emoji: one.emoji.clone(), count: 0, users: Vec::new(), mine: false });
            found.len() - 1
        });
        let reaction = &mut found[place];
        reaction.count += 1;
        if reaction.users.len() < REACTION_USERS {
            reaction.users.push(one.user);
        }
        reaction.mine |= viewer == Some(one.user);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId::new(1);
    const BOB: UserId = UserId::new(2);

    fn given(user: UserId, emoji: &str, rev: i64) -> Given {
        Given { user, emoji: Emoji::parse(emoji).unwrap(), rev: Rev::new(rev), is_withheld: false }
    }

    fn shown(reactions: &Reactions) -> Vec<(&str, usize, bool)> {
        reactions.iter().map(|one| (one.emoji.as_str(), one.count, one.mine)).collect()
    }

    #[test]
    fn emoji_stand_in_order_of_first_use_with_whoever_was_first() {
        let all = [given(BOB, "👍", 9), given(ANN, "🎉", 5), given(ANN, "👍", 4)];
        let seen = Reactions::seen_by(BOB, &all, Rev::new(9));
        assert_eq!(shown(&seen), [("👍", 2, true), ("🎉", 1, false)]);
        assert_eq!(seen[0].users, [ANN, BOB]);
        assert_eq!(shown(&Reactions::of_all(&all)), [("👍", 2, false), ("🎉", 1, false)]);
    }

    #[test]
    fn what_was_set_later_is_not_seen_by_whoever_left_before() {
        let all = [given(BOB, "👍", 9), given(ANN, "👍", 4)];
        assert_eq!(shown(&Reactions::seen_by(ANN, &all, Rev::new(8))), [("👍", 1, true)]);
    }

    #[test]
    fn a_withheld_one_is_seen_by_its_giver_alone() {
        let all = [given(ANN, "👍", 1), Given { is_withheld: true, ..given(BOB, "👍", 2) }];
        assert_eq!(shown(&Reactions::seen_by(ANN, &all, Rev::new(2))), [("👍", 1, true)]);
        assert_eq!(shown(&Reactions::seen_by(BOB, &all, Rev::new(2))), [("👍", 2, true)]);
        let told = Reactions::of_all(&all);
        assert_eq!(shown(&told), [("👍", 1, false)]);
        let apart: Vec<_> = told.apart().collect();
        assert_eq!((apart.len(), apart[0].0, shown(&apart[0].1)), (1, BOB, vec![("👍", 2, true)]));
    }

    #[test]
    fn of_many_people_the_first_are_named_and_all_are_counted() {
        let all: Vec<Given> = (1..=30).map(|n| given(UserId::new(n), "👍", n)).collect();
        let seen = Reactions::seen_by(UserId::new(30), &all, Rev::new(30));
        assert_eq!((seen[0].count, seen[0].users.len(), seen[0].mine), (30, REACTION_USERS, true));
    }
}

//! Whose message in a large group has reached more people since the last look: their authors hear numbers, at most once a
//! second, instead of a receipt from each member. Counts nothing itself; a reader does.

use std::collections::HashMap;

use crate::domain::{ConversationId, Seq, UserId};

/// Authors whose newest message is remembered; beyond, all are forgotten and learnt again.
const AUTHORS_MAX: usize = 10_000;

/// What is to be counted.
#[derive(Debug, Default)]
pub struct Counting {
    newest: HashMap<(ConversationId, UserId), Seq>,
    dirty: HashMap<ConversationId, Vec<UserId>>,
    asked: usize,
}

impl Counting {
    /// An author has said something in a large group.
    pub fn said(&mut self, conversation: ConversationId, author: UserId, seq: Seq) {
        if self.newest.len() >= AUTHORS_MAX {
            self.newest.clear();
            self.dirty.clear();
        }
        let newest = self.newest.entry((conversation, author)).or_default();
        *newest = (*newest).max(seq);
    }

    /// A confirmation newly covers an author's messages up to `seq`. What does not reach the newest changes no count.
    pub fn covered(&mut self, conversation: ConversationId, author: UserId, seq: Seq) {
        self.said(conversation, author, seq);
        if self.newest.get(&(conversation, author)) == Some(&seq) {
            let authors = self.dirty.entry(conversation).or_default();
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
    }

    /// Whether this is still the author's newest message.
    pub fn is_newest(&self, conversation: ConversationId, author: UserId, seq: Seq) -> bool {
        self.newest.get(&(conversation, author)).is_none_or(|newest| *newest <= seq)
    }

    /// What to count now, by conversation: each author with their newest message. Nothing until the last questions are
    /// answered, or two answers could come in the wrong order.
    pub fn ask(&mut self) -> Vec<(ConversationId, Vec<(UserId, Seq)>)> {
        if self.asked > 0 || self.dirty.is_empty() {
            return Vec::new();
        }
        let newest = &self.newest;
        let messages = |place: ConversationId, authors: Vec<UserId>| {
            authors.into_iter().filter_map(|author| Some((author, *newest.get(&(place, author))?))).collect()
        };
        let asked: Vec<_> = std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|(place, authors)| (place, messages(place, authors)))
            .collect();
        self.asked = asked.len();
        asked
    }

    /// After a panic nobody knows how many questions are really asked: the next look asks again.
    pub fn mend(&mut self) {
        self.asked = 0;
    }

    /// One question is answered.
    pub fn answered(&mut self) {
        self.asked = self.asked.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: ConversationId = ConversationId::new(3);
    const ANN: UserId = UserId::new(1);

    #[test]
    fn only_the_newest_message_is_counted_and_once_for_many_confirmations() {
        let mut counting = Counting::default();
        counting.said(HERE, ANN, Seq::new(5));
        counting.covered(HERE, ANN, Seq::new(4));
        assert!(counting.ask().is_empty());
        for _ in 0..3 {
            counting.covered(HERE, ANN, Seq::new(5));
        }
        assert_eq!(counting.ask(), [(HERE, vec![(ANN, Seq::new(5))])]);
    }

    #[test]
    fn nothing_is_asked_before_the_last_answer() {
        let mut counting = Counting::default();
        counting.covered(HERE, ANN, Seq::new(5));
        counting.ask();
        counting.covered(HERE, ANN, Seq::new(5));
        assert!(counting.ask().is_empty());
        counting.answered();
        assert_eq!(counting.ask().len(), 1);
    }
}

//! The people of a server and what they share, made over HTTP; and what the store answers about it.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use serde_json::json;

use crate::checker::Evidence;
use crate::client::Account;
use crate::random::Random;

/// Letters of which no two, and no two together, look alike: usernames that look like others are refused.
const LETTERS: &[u8; 14] = b"bcdefghkpstxyz";

/// People and what they share.
#[derive(Debug, Clone, Default)]
pub struct Town {
    /// Everybody.
    pub people: Vec<Account>,
    /// Conversations: their members (places in `people`), and the first seq that each of these may see.
    pub conversations: BTreeMap<u64, (Vec<usize>, u64)>,
}

impl Town {
    /// Signs up `people` and lets them open `directs` and `groups` conversations at random; everybody is in one.
    ///
    /// # Errors
    /// What the socket or the server says.
    pub fn build(
        address: SocketAddr,
        people: usize,
        directs: usize,
        groups: usize,
        random: &mut Random,
    ) -> io::Result<Town> {
        let mut town = Town::default();
        for number in 0..people {
            let letter = |place: u32| char::from(LETTERS[number / LETTERS.len().pow(place) % LETTERS.len()]);
            let name = format!("goose-{}{}{}", letter(2), letter(1), letter(0));
            town.people.push(Account::create(address, &name)?);
        }
        for number in 0..directs {
            let first = number % people;
            let second = (first + 1 + number / people) % people;
            if first != second {
                let fields = json!({ "kind": "direct", "user": town.people[second].user });
                town.open(address, first, vec![first, second], &fields)?;
            }
        }
        for number in 0..groups {
            let owner = (number * 7) % people;
            let mut members = vec![owner];
            let size = random.within(3, 10).min(people as u64);
            while (members.len() as u64) < size {
                let next = usize::try_from(random.below(people as u64)).expect("an index");
                if !members.contains(&next) {
                    members.push(next);
                }
            }
            let users: Vec<u64> = members[1..].iter().map(|member| town.people[*member].user).collect();
            let fields = json!({ "kind": "group", "name": format!("Group {number}"), "members": users });
            town.open(address, owner, members, &fields)?;
        }
        Ok(town)
    }

    fn open(
        &mut self,
        address: SocketAddr,
        owner: usize,
        members: Vec<usize>,
        fields: &serde_json::Value,
    ) -> io::Result<()> {
        let answer = self.people[owner].ask(address, "POST", "/conversations", Some(fields))?;
        let id = answer["conversation"]["id"].as_u64().ok_or_else(|| io::Error::other(format!("no id: {answer}")))?;
        let first = answer["conversation"]["first"].as_u64().unwrap_or(1);
        self.conversations.insert(id, (members, first));
        Ok(())
    }

    /// The conversations of one person, with the first seq that they may see.
    pub fn of(&self, person: usize) -> Vec<(u64, u64)> {
        let all = self.conversations.iter();
        all.filter(|(_, (members, _))| members.contains(&person)).map(|(id, (_, first))| (*id, *first)).collect()
    }

    /// What the store answers for every conversation.
    ///
    /// # Errors
    /// What the socket or the server says.
    pub fn look(&self, address: SocketAddr, evidence: &mut Evidence) -> io::Result<()> {
        for (id, (members, _)) in &self.conversations {
            let member = &self.people[members[0]];
            evidence.stores.insert(*id, member.history(address, *id)?);
        }
        Ok(())
    }

    /// Up to where everybody has confirmed every conversation, by the store.
    ///
    /// # Errors
    /// What the socket or the server says.
    pub fn look_at_receipts(&self, address: SocketAddr, evidence: &mut Evidence) -> io::Result<()> {
        for (id, (members, _)) in &self.conversations {
            for member in members {
                let member = &self.people[*member];
                let told = member.get(address, &format!("/conversations/{id}"))?;
                let delivered = told["conversation"]["deliveredUpTo"].as_u64().unwrap_or(0);
                evidence.delivered.insert((member.user, *id), delivered);
            }
        }
        Ok(())
    }
}

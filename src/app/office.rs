//! What the commands besides `serve` ask for. One piece of code does it, whether the store is at hand or belongs to a
//! running server: an [`Office`] only knows how to read, how to submit a write and how to hash.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{demo, pychat};
use crate::auth::{Hasher, Password, PasswordPolicy};
use crate::clock::Clock;
use crate::domain::{DisplayName, User, Username, UsernameKey};
use crate::store::{Administration, Admission, NewUser, ReadStore, Refusal, RunPerson, StoreError, Stored, Write};

/// Where orders are carried out. Slow: it hashes and waits, so it runs on a thread of its own.
pub struct Office {
    /// Questions.
    pub reads: Box<dyn ReadStore>,
    /// Changes, each durable when it is answered.
    pub submit: Box<dyn FnMut(Write) -> Result<Stored, Refusal>>,
    /// Passwords.
    pub hasher: Arc<Hasher>,
    /// The time.
    pub clock: Clock,
}

/// What a command asks for; also what travels to a running server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Order {
    /// A new person.
    UserAdd {
        /// Their name to log in with; may be a reserved one.
        username: String,
        /// The name others read.
        display_name: Option<String>,
        /// Their password.
        password: String,
        /// They run the server.
        #[serde(default)]
        admin: bool,
    },
    /// Makes somebody an admin, or no longer one.
    UserSetAdmin {
        /// Who.
        username: String,
        /// From now on, or no longer.
        admin: bool,
    },
    /// Everybody.
    UserList,
    /// A new password; ends all sessions.
    UserPasswd {
        /// Whose.
        username: String,
        /// The password.
        password: String,
    },
    /// Nobody can log in as them any more; ends all sessions.
    UserDisable {
        /// Who.
        username: String,
    },
    /// They can log in again.
    UserEnable {
        /// Who.
        username: String,
    },
    /// People and conversations to look at.
    Demo {
        /// How many people.
        people: usize,
        /// How many messages beside the written ones.
        messages: usize,
        /// A bearer token for each person.
        sessions: bool,
    },
    /// The users and messages of a PyChat database.
    ImportPychat {
        /// Its file, as an absolute path.
        file: PathBuf,
    },
}

/// What came of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What to print.
    pub lines: Vec<String>,
    /// Tokens that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Token>,
}

/// A program's sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// As whom.
    pub username: String,
    /// For `Authorization: Bearer`.
    pub token: String,
}

/// Why an order was not carried out, in one line. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OrderError(pub String);

impl Office {
    /// Carries out an order.
    ///
    /// # Errors
    /// [`OrderError`] says why not.
    pub fn perform(&mut self, order: Order) -> Result<Report, OrderError> {
        match order {
            Order::UserAdd { username, display_name, password, admin } => {
                self.add(&username, display_name, &password, admin)
            }
            Order::UserSetAdmin { username, admin } => self.set_admin(&username, admin),
            Order::UserList => self.list(),
            Order::UserPasswd { username, password } => self.set_password(&username, &password),
            Order::UserDisable { username } => self.set_disabled(&username, true),
            Order::UserEnable { username } => self.set_disabled(&username, false),
            Order::Demo { people, messages, sessions } => demo::make(self, people, messages, sessions),
            Order::ImportPychat { file } => pychat::import(self, &file),
        }
    }

    fn add(
        &mut self,
        username: &str,
        display_name: Option<String>,
        password: &str,
        admin: bool,
    ) -> Result<Report, OrderError> {
        let username = Username::parse_by_operator(username).map_err(|error| OrderError(error.to_string()))?;
        let display_name = match display_name {
            Some(name) => DisplayName::parse(&name).map_err(|error| OrderError(error.to_string()))?,
            None => DisplayName::from(&username),
        };
        let hash = self.hash_of(password, &[username.as_str(), display_name.as_str()])?;
        let user = NewUser { username, display_name, password_hash: hash, password_is_weak: false };
        let write = match admin {
            true => Write::SignUp { user, session: None, by: Admission::Owner },
            false => Write::CreateUser { user, session: None },
        };
        let role = if admin { ", as an admin" } else { "" };
        match (self.submit)(write)? {
            Stored::UserCreated { user, .. } => Ok(Report::line(format!("{} can log in now{role}.", user.username))),
            _ => Err(Refusal::Unknown.into()),
        }
    }

    fn list(&mut self) -> Result<Report, OrderError> {
        let (mut lines, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = self.reads.people_page(after.as_deref(), None, 200)?;
            lines.extend(page.people.iter().map(|RunPerson { user, is_admin, .. }| {
                let admin = if *is_admin { "  (admin)" } else { "" };
                let disabled = if user.disabled { "  (disabled)" } else { "" };
                format!("{:<32}  {}{admin}{disabled}", user.username, user.display_name)
            }));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(Report { lines, ..Report::default() }),
            }
        }
    }

    fn set_password(&mut self, username: &str, password: &str) -> Result<Report, OrderError> {
        let user = self.find(username)?;
        let hash = self.hash_of(password, &[&user.username, &user.display_name])?;
        (self.submit)(Write::SetPassword { user: user.id, hash, is_weak: false, keep: None })?;
        Ok(Report::line(format!("{} has a new password and is signed out everywhere.", user.username)))
    }

    fn set_disabled(&mut self, username: &str, disabled: bool) -> Result<Report, OrderError> {
        let user = self.find(username)?;
        (self.submit)(Write::SetDisabled { user: user.id, disabled })?;
        Ok(Report::line(match disabled {
            true => format!("{} can no longer log in and is signed out everywhere.", user.username),
            false => format!("{} can log in again.", user.username),
        }))
    }

    fn set_admin(&mut self, username: &str, is_admin: bool) -> Result<Report, OrderError> {
        let user = self.find(username)?;
        if user.disabled {
            return Err(OrderError(format!("{} is disabled; enable them first", user.username)));
        }
        let what = Administration::SetAdmin { user: user.id, is_admin };
        (self.submit)(Write::Administer { by: None, what })?;
        Ok(Report::line(match is_admin {
            true => format!("{} is an admin now.", user.username),
            false => format!("{} is no admin any more.", user.username),
        }))
    }

    fn find(&mut self, username: &str) -> Result<User, OrderError> {
        let found = match UsernameKey::fold(username) {
            Some(key) => self.reads.credentials(&key)?,
            None => None,
        };
        found.map(|found| found.user).ok_or_else(|| OrderError(format!("there is no user called {username}")))
    }

    fn hash_of(&self, password: &str, about: &[&str]) -> Result<String, OrderError> {
        let password = Password::parse(password).map_err(|error| OrderError(error.to_string()))?;
        PasswordPolicy::default().check(&password, about).map_err(|weakness| {
            let advice = weakness.warning.into_iter().chain(weakness.suggestions).collect::<Vec<_>>().join(" ");
            OrderError(format!("This password is too easy to guess. {advice}").trim_end().to_owned())
        })?;
        Ok(self.hasher.hash(&password).as_str().to_owned())
    }
}

impl Report {
    /// A report of one line.
    pub(super) fn line(line: String) -> Report {
        Report { lines: vec![line], ..Report::default() }
    }
}

impl From<Refusal> for OrderError {
    fn from(refusal: Refusal) -> OrderError {
        OrderError(refusal.to_string())
    }
}

impl From<StoreError> for OrderError {
    fn from(error: StoreError) -> OrderError {
        OrderError(error.to_string())
    }
}

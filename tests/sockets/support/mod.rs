//! What the tests of the running program stand on. Nothing here uses the program's own code.

mod http;
mod model;
mod person;
mod program;
mod socket;

use std::time::Duration;

pub use http::{Answer, Request, connect};
pub use model::Model;
pub use person::{PASSWORD, Person, fresh_name, own_address, post};
pub use program::{Program, Server, command, free_directory, run, spawn};
pub use serde_json::{Value, json};
pub use socket::{Ended, Socket};

/// How long anything may take: many times what it takes on a busy machine, so that only what never comes fails.
pub const SOON: Duration = Duration::from_secs(120);

/// An id that no message has had.
pub fn client_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The whole number at `key`.
#[track_caller]
pub fn int(value: &Value, key: &str) -> i64 {
    value[key].as_i64().unwrap_or_else(|| panic!("no number {key} in {value}"))
}

/// The list at `key`.
#[track_caller]
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key} in {value}"))
}

/// The object in the list at `key` whose `field` is this number.
#[track_caller]
pub fn one<'a>(value: &'a Value, key: &str, field: &str, number: i64) -> &'a Value {
    let found = list(value, key).iter().find(|entry| entry[field] == number);
    found.unwrap_or_else(|| panic!("nothing with {field} {number} among {key} of {value}"))
}

//! The settings as text: an example file with every setting and its default, and the settings that hold with where each
//! comes from. Both are read off the one struct, so they cannot fall behind it.

use std::fmt::Write;

use clap::Arg;
use clap::parser::ValueSource;

use super::layers::{Layered, all_settings, key_of, may_stand_in_file};

/// A commented settings file in which nothing is set.
#[must_use]
pub fn example() -> String {
    let mut text = String::from(
        "# Settings of Chinwag. Every line is optional; without a file everything below holds as it stands.\n\
         # A flag (--listen) or a variable (CHINWAG_LISTEN) goes before what is written here.\n",
    );
    for arg in all_settings().iter().filter(|arg| may_stand_in_file(key_of(arg))) {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = write!(text, "\n# {help}.\n# {} = {}\n", key_of(arg), toml_value(arg, &defaults(arg)));
    }
    text
}

/// The settings that hold, each with where it comes from, as a settings file. None of them is a secret: the server's
/// secret is a file of its own.
#[must_use]
pub fn effective(layered: &Layered) -> String {
    let mut text = String::new();
    for arg in all_settings() {
        let key = key_of(&arg);
        let id = arg.get_id().as_str();
        let values: Vec<String> = match layered.matches.get_raw(id) {
            Some(values) => values.map(|value| value.to_string_lossy().into_owned()).collect(),
            None => Vec::new(),
        };
        let source = match layered.matches.value_source(id) {
            Some(ValueSource::CommandLine) => format!("from --{key}"),
            Some(ValueSource::EnvVariable) => {
                format!("from {}", arg.get_env().map(|name| name.to_string_lossy()).unwrap_or_default())
            }
            _ if layered.file.contains_key(key) => match &layered.path {
                Some(path) => format!("from {}", path.display()),
                None => "from the settings file".to_owned(),
            },
            _ => "the default".to_owned(),
        };
        let comment = if values.is_empty() { "# " } else { "" };
        let _ = writeln!(text, "{comment}{key} = {}  # {source}", toml_value(&arg, &values));
    }
    text
}

fn defaults(arg: &Arg) -> Vec<String> {
    arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect()
}

fn toml_value(arg: &Arg, values: &[String]) -> String {
    let one = |text: &str| match text.parse::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) => toml::Value::String(text.to_owned()).to_string(),
    };
    if arg.get_value_delimiter().is_some() {
        let list: Vec<String> = values.iter().map(|value| one(value)).collect();
        return format!("[{}]", list.join(", "));
    }
    values.first().map_or_else(|| "\"\"".to_owned(), |value| one(value))
}

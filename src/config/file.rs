//! The settings file: TOML, one key a setting. Only its form is checked here; values are parsed as flags are.

use std::collections::BTreeMap;
use std::path::Path;

use super::layers::ConfigError;

/// The file's name in the data directory.
pub const FILE_NAME: &str = "chinwag.toml";

/// Values by key, each as the list of texts that the flag would take.
pub(super) type FileValues = BTreeMap<String, Vec<String>>;

/// Reads `path`; no file is no values, unless somebody asked for this very file.
pub(super) fn read(path: &Path, must_exist: bool) -> Result<FileValues, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map_err(|problem| ConfigError::File { path: path.to_owned(), problem }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(FileValues::new()),
        // A data path through a file is said more clearly when the data directory is opened.
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory && !must_exist => Ok(FileValues::new()),
        Err(error) => Err(ConfigError::File { path: path.to_owned(), problem: error.to_string() }),
    }
}

/// Reads the text of a settings file.
pub(super) fn parse(text: &str) -> Result<FileValues, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        format!("line {line}: {}", error.message())
    })?;
    table.into_iter().map(|(key, value)| Ok((key.clone(), texts(&key, value)?))).collect()
}

fn texts(key: &str, value: toml::Value) -> Result<Vec<String>, String> {
    use toml::Value;
    match value {
        Value::Array(values) => {
            let lists: Result<Vec<_>, _> = values.into_iter().map(|value| texts(key, value)).collect();
            Ok(lists?.concat())
        }
        Value::String(text) => Ok(vec![text]),
        Value::Integer(number) => Ok(vec![number.to_string()]),
        Value::Float(number) => Ok(vec![number.to_string()]),
        Value::Boolean(flag) => Ok(vec![flag.to_string()]),
        Value::Datetime(_) | Value::Table(_) => Err(format!("{key}: there is no such setting")),
    }
}

//! Laying flags, variables, the settings file and defaults over each other. clap already knows flags before variables
//! before defaults, so the file's values simply become the defaults of one command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};

use super::file::{self, FILE_NAME, FileValues};
use super::{HEADING, Settings};

/// Why the settings cannot be used. Each is one line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read, or holds something that is no setting.
    #[error("{}: {problem}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The command line (or a variable); also how `--help` comes out.
    #[error(transparent)]
    Usage(#[from] clap::Error),
}

/// A command line understood, and what is needed to tell where each setting comes from.
#[derive(Debug)]
pub struct Layered {
    /// What clap understood, with the file's values where neither flag nor variable spoke.
    pub matches: ArgMatches,
    /// The file's values.
    pub(super) file: FileValues,
    /// The file, if it gave anything.
    pub(super) path: Option<PathBuf>,
}

/// Understands `arguments` (the first is the program's name) as `command`, which includes [`Settings`].
///
/// # Errors
/// [`ConfigError`]; `--help` and `--version` come out as [`ConfigError::Usage`], as clap has it.
pub fn layered(command: Command, arguments: &[OsString]) -> Result<Layered, ConfigError> {
    let (path, was_asked_for) = where_the_file_is(&command, arguments);
    let values = file::read(&path, was_asked_for)?;
    let wrong = |problem| ConfigError::File { path: path.clone(), problem };
    check_keys_and_values(&values).map_err(wrong)?;
    let mut with_file = command;
    for (key, texts) in &values {
        let id = setting(key).expect("checked above").get_id().clone();
        // clap keeps defaults as `&'static str`; this is once a start, and a settings file is small.
        let texts: Vec<&'static str> = texts.iter().map(|text| &*text.clone().leak()).collect();
        with_file = with_file.mut_arg(id, |arg| arg.default_values(texts));
    }
    let matches = with_file.try_get_matches_from(arguments)?;
    let path = (!values.is_empty()).then_some(path);
    Ok(Layered { matches, file: values, path })
}

/// The arguments of [`Settings`] alone, in their order.
pub(super) fn all_settings() -> Vec<Arg> {
    let command = <Settings as clap::Args>::augment_args(Command::new("settings"));
    command.get_arguments().filter(|arg| arg.get_help_heading() == Some(HEADING)).cloned().collect()
}

/// A setting's key in the file: its flag without the dashes.
pub(super) fn key_of(arg: &Arg) -> &str {
    arg.get_long().expect("every setting is a long flag")
}

/// `config` in the file would ask for another file; `data` says where the file itself is.
pub(super) fn may_stand_in_file(key: &str) -> bool {
    !matches!(key, "config" | "data")
}

fn setting(key: &str) -> Option<Arg> {
    all_settings().into_iter().find(|arg| key_of(arg) == key && may_stand_in_file(key))
}

/// Every key must be a setting, and each value one that its flag would take: the message then names the key, not a flag
/// that nobody wrote.
fn check_keys_and_values(values: &FileValues) -> Result<(), String> {
    for (key, texts) in values {
        let Some(arg) = setting(key) else { return Err(format!("{key}: there is no such setting")) };
        let takes_list = arg.get_value_delimiter().is_some();
        if texts.len() != 1 && !takes_list {
            return Err(format!("{key}: one value is needed, not a list"));
        }
        let line = texts.iter().map(|text| format!("--{key}={text}"));
        let alone = Command::new("settings").arg(arg.env(None::<&'static str>));
        if let Err(error) = alone.try_get_matches_from(std::iter::once("settings".to_owned()).chain(line)) {
            let reason = std::error::Error::source(&error)
                .map_or_else(|| "this value is not possible".to_owned(), ToString::to_string);
            return Err(format!("{key} = {:?}: {reason}", texts.join(",")));
        }
    }
    Ok(())
}

/// Looks only for `--config` and `--data` (or their variables), and forgives everything else: that comes later.
fn where_the_file_is(command: &Command, arguments: &[OsString]) -> (PathBuf, bool) {
    let lenient = command.clone().ignore_errors(true).disable_help_flag(true).disable_version_flag(true);
    let Ok(matches) = lenient.try_get_matches_from(arguments) else {
        return (PathBuf::from("./data").join(FILE_NAME), false);
    };
    // Global arguments reach every level, but with errors ignored only those levels that were understood.
    let levels = std::iter::successors(Some(&matches), |level| level.subcommand().map(|(_, inner)| inner));
    let find = |id: &str| {
        let levels = levels.clone();
        let by_level = levels.filter_map(|level| {
            let value = level.try_get_one::<PathBuf>(id).ok()??.clone();
            Some((level.value_source(id), value))
        });
        by_level.max_by_key(|(source, _)| *source).map(|(_, value)| value)
    };
    match find("config") {
        Some(path) => (path, true),
        None => (find("data").unwrap_or_else(|| PathBuf::from("./data")).join(FILE_NAME), false),
    }
}

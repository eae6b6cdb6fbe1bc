//! What the command line understands.

use super::*;

fn line(text: &str) -> Result<Line, ConfigError> {
    let arguments: Vec<OsString> = std::iter::once("chinwag").chain(text.split_whitespace()).map(Into::into).collect();
    understand(&arguments).map(|(line, _)| line)
}

#[test]
fn the_definition_of_the_command_line_holds_together() {
    Line::command().debug_assert();
}

#[test]
fn without_a_command_it_serves() {
    assert!(line("").unwrap().command.is_none());
    let serve = line("serve --listen 127.0.0.1:9 --data elsewhere").unwrap();
    assert_eq!(serve.settings.listen.port(), 9);
    assert_eq!(serve.settings.data, PathBuf::from("elsewhere"));
}

#[test]
fn every_command_takes_the_data_directory_before_and_after_it() {
    for text in [
        "--data d user list",
        "user list --data d",
        "user --data d add alice",
        "demo --data d --people 9",
        "import-pychat old.db --data d",
        "backup file --data d",
        "restore --data d file",
        "config check --data d",
    ] {
        assert_eq!(line(text).unwrap().settings.data, PathBuf::from("d"), "{text}");
    }
}

#[test]
fn help_shows_every_command_and_every_setting_with_its_default() {
    let Err(ConfigError::Usage(help)) = line("--help") else { panic!("help is no command") };
    let help = help.to_string();
    for text in [
        "serve",
        "user",
        "demo",
        "import-pychat",
        "backup",
        "verify",
        "restore",
        "config",
        "--listen",
        "[default: 0.0.0.0:8080]",
        "CHINWAG_CLOSING_GRACE",
        "[default: ./data]",
        "--public-url",
        "--bcrypt-cost",
    ] {
        assert!(help.contains(text), "{text} in:\n{help}");
    }
}

#[test]
fn what_cannot_be_understood_is_a_usage_error() {
    for text in ["fly", "serve --listen nowhere", "user add", "--bcrypt-cost 99", "serve --unknown"] {
        let Err(ConfigError::Usage(error)) = line(text) else { panic!("{text}") };
        assert_eq!(error.exit_code(), 2, "{text}");
    }
}

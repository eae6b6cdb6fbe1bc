//! Which of flag, variable, file and default wins, and what is refused. Variables are the process's own, so their place
//! in the order is tested with the whole program in `tests/command_line.rs`.

use std::ffi::OsString;

use clap::{Args, Command, FromArgMatches};

use super::*;

fn command() -> Command {
    Settings::augment_args(Command::new("chinwag")).subcommand(Command::new("serve"))
}

fn read(arguments: &[&str]) -> Result<Settings, ConfigError> {
    let arguments: Vec<OsString> =
        std::iter::once("chinwag").chain(arguments.iter().copied()).map(Into::into).collect();
    layered(command(), &arguments).map(|layered| {
        let matches = layered.matches.subcommand().map_or(&layered.matches, |(_, inner)| inner);
        Settings::from_arg_matches(matches).unwrap()
    })
}

fn with_file(text: &str, arguments: &[&str]) -> Result<Settings, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(FILE_NAME), text).unwrap();
    let data = directory.path().to_str().unwrap();
    read(&[&["--data", data], arguments].concat())
}

#[test]
fn a_flag_beats_the_file_and_the_file_beats_the_default() {
    let file = "listen = \"127.0.0.1:9000\"\nbcrypt-cost = 10\n";
    let settings = with_file(file, &["--bcrypt-cost", "11"]).unwrap();
    assert_eq!(settings.listen, "127.0.0.1:9000".parse().unwrap());
    assert_eq!(settings.bcrypt_cost, 11);
    assert_eq!(settings.readers.get(), 4);
}

#[test]
fn settings_may_stand_before_and_after_the_command() {
    assert_eq!(read(&["--readers", "2", "serve"]).unwrap().readers.get(), 2);
    assert_eq!(read(&["serve", "--readers", "2"]).unwrap().readers.get(), 2);
    assert_eq!(with_file("readers = 7", &["serve"]).unwrap().readers.get(), 7);
    assert_eq!(with_file("readers = 7", &["--readers", "2", "serve"]).unwrap().readers.get(), 2);
    assert_eq!(with_file("readers = 7", &["serve", "--readers", "2"]).unwrap().readers.get(), 2);
}

#[test]
fn an_unknown_key_is_an_error_that_names_it() {
    let error = with_file("listne = \"x\"", &[]).unwrap_err().to_string();
    assert!(error.contains("chinwag.toml: listne: there is no such setting"), "{error}");
    let error = with_file("[http]\nlisten = 1", &[]).unwrap_err().to_string();
    assert!(error.contains("http: there is no such setting"), "{error}");
    assert!(with_file("data = \"elsewhere\"", &[]).is_err());
}

#[test]
fn a_value_that_cannot_be_is_an_error_that_names_its_key_and_not_a_flag() {
    for (file, said) in [
        ("bcrypt-cost = 40", "bcrypt-cost = \"40\": 40 is not in 4..=16"),
        ("closing-grace = \"soon\"", "closing-grace = \"soon\": times end in"),
        ("listen = [\"127.0.0.1:1\", \"127.0.0.1:2\"]", "listen: one value"),
        ("listen = ", "line 1"),
    ] {
        let error = with_file(file, &[]).unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("--"), "{error}");
    }
}

#[test]
fn a_file_that_was_asked_for_must_be_there() {
    assert!(read(&["--config", "/nowhere/at/all.toml"]).is_err());
    assert!(read(&["--data", "/nowhere/at/all"]).is_ok());
}

#[test]
fn lists_are_arrays_in_the_file_and_commas_in_a_flag() {
    let settings = with_file("trusted-proxies = [\"10.0.0.0/8\", \"::1\"]", &[]).unwrap();
    assert_eq!(settings.trusted_proxies.len(), 2);
    let settings = read(&["--allowed-origins", "http://a.example,https://b.example:444"]).unwrap();
    assert_eq!(settings.allowed_origins[1].to_string(), "https://b.example:444");
}

#[test]
fn the_example_holds_every_setting_and_says_what_holds_without_it() {
    let uncommented: String = example()
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.split_once(" = ").is_some_and(|(key, value)| !key.contains(' ') && value != "\"\""))
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(uncommented.contains("closing-grace = 60") && uncommented.contains("left-life = \"12h\""));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("example.toml");
    std::fs::write(&file, uncommented).unwrap();
    let settings = read(&["--config", file.to_str().unwrap()]).unwrap();
    assert_eq!(Settings { config: None, ..settings }, read(&[]).unwrap());
}

#[test]
fn what_holds_is_told_with_where_it_comes_from() {
    let arguments = ["chinwag", "--readers", "3"].map(OsString::from);
    let text = effective(&layered(command(), &arguments).unwrap());
    assert!(text.contains("readers = 3  # from --readers\n"), "{text}");
    assert!(text.contains("listen = \"0.0.0.0:8080\"  # the default\n"), "{text}");
}

#[test]
fn times_are_seconds_unless_they_say_otherwise() {
    for (text, millis) in [("60", 60_000), ("0.5", 500), ("250ms", 250), ("5m", 300_000), ("12h", 43_200_000)] {
        assert_eq!(values::duration(text).unwrap().as_millis(), millis, "{text}");
    }
    for text in ["", "h", "-1", "1e3", "5 minutes", "nan", "inf", "999999d", "1.2.3"] {
        assert!(values::duration(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_port_alone_means_every_address() {
    assert_eq!(values::listen("8080").unwrap(), "0.0.0.0:8080".parse().unwrap());
    assert_eq!(values::listen("localhost:1").unwrap(), "127.0.0.1:1".parse().unwrap());
    assert_eq!(values::listen("[::1]:1").unwrap(), "[::1]:1".parse().unwrap());
    for text in ["example.org:80", "0.0.0.0", "1.2.3.4:99999", ""] {
        assert!(values::listen(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_proxy_range_holds_its_own_addresses_only() {
    let range: AddressRange = "10.1.0.0/16".parse().unwrap();
    assert!(range.contains("10.1.255.1".parse().unwrap()) && range.contains("::ffff:10.1.0.1".parse().unwrap()));
    assert!(!range.contains("10.2.0.1".parse().unwrap()) && !range.contains("::1".parse().unwrap()));
    let all: AddressRange = "0.0.0.0/0".parse().unwrap();
    assert!(all.contains("8.8.8.8".parse().unwrap()));
    assert!("10.0.0.0/33".parse::<AddressRange>().is_err() && "ten".parse::<AddressRange>().is_err());
}

#[test]
fn a_public_url_is_the_root_of_a_host() {
    let url: PublicUrl = "https://Chat.Example.org/".parse().unwrap();
    assert_eq!(url.to_string(), "https://chat.example.org");
    for text in ["chat.example.org", "https://example.org/chat", "ftp://x", "https://u:p@example.org", "https://"] {
        assert!(text.parse::<PublicUrl>().is_err(), "{text}");
    }
}

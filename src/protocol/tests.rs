//! The protocol against its golden files in `tests/frames`, which the page's unit tests and these docs read as well.

mod bad;
mod client;
mod mutations;
mod samples;
mod server;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Close;

/// One golden file.
struct Golden {
    /// `typing` or, for one of several, `message-event`: the part of the name between direction and extension.
    name: String,
    /// What it shows.
    about: String,
    /// The frame as it travels.
    frame: Value,
}

impl Golden {
    /// The `type` of the frame.
    fn type_name(&self) -> &str {
        self.frame["type"].as_str().expect("every golden frame has a type")
    }
}

/// All golden frames of one direction, by name. A file that says something else than its name is an error.
fn goldens(direction: &str) -> Vec<Golden> {
    let mut goldens: Vec<Golden> = Vec::new();
    for (stem, mut file) in files(&folder()) {
        let (its_direction, name) = stem.split_once('.').expect("direction, dot, name");
        assert_eq!(file["direction"], its_direction, "{stem}");
        let golden = Golden {
            name: name.to_owned(),
            about: file["about"].as_str().expect("a sentence").to_owned(),
            frame: file["frame"].take(),
        };
        let variant = name.strip_prefix(golden.type_name()).unwrap_or_else(|| panic!("{stem} holds another type"));
        assert!(variant.is_empty() || variant.starts_with('-'), "{stem} holds another type");
        if its_direction == direction {
            goldens.push(golden);
        }
    }
    goldens
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frames")
}

/// The JSON files of a folder: name without extension, content.
fn files(folder: &Path) -> Vec<(String, Value)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, Value)> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let content = serde_json::from_str(&std::fs::read_to_string(&path).unwrap());
            (stem, content.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
        })
        .collect();
    files.sort_by(|one, other| one.0.cmp(&other.0));
    files
}

/// A `match` over every variant without a wildcard, and the list of the names in it: a new variant does not compile
/// until it is named here, and then fails until a golden file shows it.
macro_rules! every_variant {
    ($frame:ty { $($pattern:pat => $name:literal,)* }) => {
        fn type_of(frame: &$frame) -> &'static str {
            match frame {
                $($pattern => $name,)*
            }
        }
        const TYPES: &[&str] = &[$($name),*];
    };
}
use every_variant;

#[test]
fn every_golden_says_what_it_shows() {
    for golden in goldens("client").into_iter().chain(goldens("server")) {
        assert!(golden.about.ends_with('.'), "{}", golden.name);
    }
}

#[test]
fn the_written_protocol_names_every_frame_type_and_close_code() {
    let types = concat!(include_str!("client.rs"), include_str!("server.rs"));
    for golden in goldens("client").into_iter().chain(goldens("server")) {
        let heading = format!("/// `{}`: ", golden.type_name());
        assert!(types.contains(&heading), "{}", golden.name);
    }
    let written = include_str!("mod.rs");
    for close in Close::ALL {
        assert!(written.contains(&format!("//! | {} | ", close.code())), "{close:?}");
    }
}

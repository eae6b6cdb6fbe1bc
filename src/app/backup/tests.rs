//! Backups of a data directory on the disk, without a server: what they bring back, and all that they refuse.

use std::os::unix::fs::{FileExt, PermissionsExt};

use tempfile::TempDir;

use super::super::store;
use super::*;
use crate::clock::Timestamp;
use crate::domain::{Body, ClientId, DisplayName, Target, UserId, Username};
use crate::store::{NewMessage, NewUser, Write as StoreWrite, WriteStore};

const REGRETTED: &str = "lorem ipsum dolor sit amet";

/// A data directory, and room for backups beside it.
struct Place(TempDir);

impl Place {
    /// Two people, three messages, settings, and nobody at work.
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        let data = DataDirectory::open(&place.data()).unwrap();
        let mut opened = store::open(&data, 1).unwrap();
        let people = ["ann", "bob"].map(|name| StoreWrite::CreateUser {
            user: NewUser {
                username: Username::parse(name).unwrap(),
                display_name: DisplayName::parse(name).unwrap(),
                password_hash: String::new(),
                password_is_weak: false,
            },
            session: None,
        });
        let messages = ["one", "two", REGRETTED].map(|text| {
            StoreWrite::Append(NewMessage {
                sender: UserId::new(1),
                client_id: ClientId::fresh(),
                target: Target::User(UserId::new(2)),
                body: Body::parse(text).unwrap(),
                reply_to: None,
                written_at: None,
            })
        });
        for writes in [people.to_vec(), messages.to_vec()] {
            let answers = opened.writer.apply(&writes, Timestamp::from_millis(1_000)).unwrap();
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        }
        fs::write(data.path().join("chinwag.toml"), "readers = 3\n").unwrap();
        place
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("backup")
    }

    fn backed_up(&self) -> PathBuf {
        backup(&self.data(), &self.file()).unwrap();
        self.file()
    }

    fn elsewhere(&self) -> PathBuf {
        self.0.path().join("elsewhere")
    }

    /// The names beside the data directory.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path()).unwrap().map(|entry| name_of(&entry.unwrap())).collect();
        names.sort();
        names
    }
}

fn name_of(entry: &fs::DirEntry) -> String {
    entry.file_name().into_string().unwrap()
}

fn said(outcome: Result<Report, BackupError>) -> String {
    let text = outcome.unwrap_err().to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_was_backed_up_is_verified_and_comes_back_with_its_secret_and_its_settings() {
    let place = Place::new();
    let file = place.backed_up();
    assert_eq!(place.names(), ["backup", "data"]);
    assert_eq!(mode(&file), 0o600);
    let text = &verify(&file).unwrap().lines[0];
    assert!(text.contains("is whole: 2 people, 1 conversation, 3 messages, taken 20"), "{text}");
    restore(&file, &place.elsewhere()).unwrap();
    for name in ["secret", "chinwag.toml"] {
        let of = |data: PathBuf| fs::read(data.join(name)).unwrap();
        assert_eq!(of(place.elsewhere()), of(place.data()), "{name}");
    }
    assert_eq!([mode(&place.elsewhere()), mode(&place.elsewhere().join("chinwag.db"))], [0o700, 0o600]);
    let opened = store::open(&DataDirectory::open(&place.elsewhere()).unwrap(), 1).unwrap();
    assert_eq!(store::people(&opened.readers).unwrap(), 2);
    drop(opened);
    let names: Vec<_> = fs::read_dir(place.elsewhere()).unwrap().map(|entry| name_of(&entry.unwrap())).collect();
    assert!(!names.iter().any(|name| name == "restoring"), "{names:?}");
}

#[test]
fn a_flipped_byte_anywhere_in_the_file_is_noticed_and_nothing_is_restored_from_it() {
    let place = Place::new();
    let path = place.backed_up();
    let file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len();
    for at in (0..length).step_by(251).chain(length - 2_100..length) {
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ 0x10], at).unwrap();
        let text = said(verify(&path));
        assert!(text.contains("damaged") && text.contains("backup"), "{at}: {text}");
        if at % 5 == 0 {
            assert!(said(restore(&path, &place.elsewhere())).contains("damaged"));
        }
        file.write_all_at(&byte, at).unwrap();
    }
    assert!(!place.elsewhere().exists());
    verify(&path).unwrap();
}

#[test]
fn a_backup_overwrites_nothing_and_leaves_nothing_when_it_cannot_be_made() {
    let place = Place::new();
    fs::write(place.file(), "mine").unwrap();
    assert!(said(backup(&place.data(), &place.file())).contains("is there already"));
    assert_eq!(fs::read_to_string(place.file()).unwrap(), "mine");
    let nowhere = place.0.path().join("missing/backup");
    assert!(said(backup(&place.data(), &nowhere)).contains("cannot write"));
    let other = place.0.path().join("other");
    let draft = Draft::begin(&other).unwrap();
    assert!(said(backup(&place.data(), &other)).contains("is being made"));
    drop(draft);
    assert_eq!(place.names(), ["backup", "data"]);
    fs::create_dir(place.elsewhere()).unwrap();
    assert!(said(backup(&place.elsewhere(), &other)).contains("there is no database"));
}

#[test]
fn what_an_interrupted_backup_left_is_replaced() {
    let place = Place::new();
    let draft = place.0.path().join("backup.unfinished");
    fs::create_dir(&draft).unwrap();
    for name in ["backup", "chinwag.db", "chinwag.db-journal"] {
        fs::write(draft.join(name), vec![7; 900_000]).unwrap();
    }
    verify(&place.backed_up()).unwrap();
    assert_eq!(place.names(), ["backup", "data"]);
}

#[test]
fn a_damaged_database_is_named_and_there_is_no_file() {
    let place = Place::new();
    let database = place.data().join("chinwag.db");
    let mut bytes = fs::read(&database).unwrap();
    let at = bytes.windows(REGRETTED.len()).position(|window| window == REGRETTED.as_bytes()).unwrap();
    bytes[at] ^= 1;
    fs::write(&database, bytes).unwrap();
    let text = said(backup(&place.data(), &place.file()));
    assert!(text.contains("data/chinwag.db is damaged"), "{text}");
    assert_eq!(place.names(), ["data"]);
}

#[test]
fn without_its_secret_nothing_is_backed_up() {
    let place = Place::new();
    fs::remove_file(place.data().join("secret")).unwrap();
    assert!(said(backup(&place.data(), &place.file())).contains("secret is missing"));
    assert_eq!(place.names(), ["data"]);
}

#[test]
fn where_there_is_data_nothing_is_restored_and_nothing_is_touched() {
    let place = Place::new();
    let file = place.backed_up();
    let lock = DataDirectory::open(&place.data()).unwrap().lock().unwrap();
    assert!(said(restore(&file, &place.data())).contains("stop it first"));
    drop(lock);
    let before = fs::read(place.data().join("chinwag.db")).unwrap();
    assert!(said(restore(&file, &place.data())).contains("chinwag.db is there already"));
    assert_eq!(fs::read(place.data().join("chinwag.db")).unwrap(), before);
    for name in ["chinwag.db-wal", "secret"] {
        fs::create_dir(place.elsewhere()).unwrap();
        fs::write(place.elsewhere().join(name), "of another server").unwrap();
        assert!(said(restore(&file, &place.elsewhere())).contains(&format!("{name} is there already")));
        assert_eq!(fs::read_to_string(place.elsewhere().join(name)).unwrap(), "of another server");
        assert!(!place.elsewhere().join("chinwag.db").exists());
        fs::remove_dir_all(place.elsewhere()).unwrap();
    }
}

#[test]
fn beside_the_same_secret_own_settings_and_what_was_left_half_done_it_is_restored() {
    let place = Place::new();
    let file = place.backed_up();
    fs::remove_file(place.data().join("chinwag.db")).unwrap();
    fs::write(place.data().join("chinwag.toml"), "readers = 9\n").unwrap();
    fs::create_dir(place.data().join("restoring")).unwrap();
    fs::write(place.data().join("restoring/chinwag.db"), "half").unwrap();
    let report = restore(&file, &place.data()).unwrap();
    assert!(report.lines[1].contains("chinwag.toml was there already"), "{report:?}");
    assert_eq!(fs::read_to_string(place.data().join("chinwag.toml")).unwrap(), "readers = 9\n");
    assert!(place.data().join("chinwag.db").exists() && !place.data().join("restoring").exists());
}

#[test]
fn a_database_that_was_damaged_before_it_was_packed_is_found_too() {
    let place = Place::new();
    let mut bytes = fs::read(place.data().join("chinwag.db")).unwrap();
    let at = bytes.windows(REGRETTED.len()).position(|window| window == REGRETTED.as_bytes()).unwrap();
    bytes[at] ^= 1;
    let file = File::create(place.file()).unwrap();
    let mut writer = Writer::begin(file, &Label::new(0)).unwrap();
    writer.add(Part::Secret, 32, &mut [7; 32].as_slice()).unwrap();
    writer.add(Part::Database, bytes.len() as u64, &mut bytes.as_slice()).unwrap();
    writer.finish().unwrap();
    assert!(said(verify(&place.file())).contains("its database is damaged"));
    assert!(said(restore(&place.file(), &place.elsewhere())).contains("its database is damaged"));
    assert!(!place.elsewhere().exists());
}

#[test]
fn something_else_is_no_backup() {
    let place = Place::new();
    for file in [place.data().join("chinwag.toml"), place.data().join("chinwag.db"), place.data().join("missing")] {
        let text = said(verify(&file));
        assert!(text.contains("is not a chinwag backup") || text.contains("cannot be read"), "{text}");
    }
}

//! Backups: everything that a server needs to be there again, in one file. The command itself makes it, also beside a
//! running server: readers of the database hold up nobody, so a full target disk, a slow one, or an end of either
//! program concerns the other not at all. Nothing is ever overwritten, and nothing is called a backup or a restored
//! database before all of it was checked and is on the disk.

mod archive;
mod bench;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use archive::{Flaw, Label, Part, Writer};
use bench::{Bench, Draft, sync_directory};

use super::{DataDirectory, Lock, Report, StartError};
use crate::clock::Clock;
use crate::config;
use crate::store::StoreError;
use crate::store::sqlite::{self, Contents, OpenError};

/// Where a backup is unpacked inside the data directory, on the same file system: renaming moves it into place.
const RESTORING: &str = "restoring";

/// Read and written at a time.
const BUFFER_BYTES: usize = 256 * 1024;

/// Why there is no backup, no good one, or nothing restored. Each is one line.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The data directory cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// There is nothing to back up.
    #[error("there is no database in {}", .0.display())]
    Empty(PathBuf),
    /// The database cannot be copied.
    #[error("no backup was made: {0}")]
    Source(#[source] OpenError),
    /// The file cannot be made.
    #[error("no backup was made: cannot write {}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is there.
    #[error("{} is there already, and a backup overwrites nothing: choose another name", .0.display())]
    Exists(PathBuf),
    /// Two at once.
    #[error("another backup to {} is being made", .0.display())]
    Busy(PathBuf),
    /// The file is no whole backup, or could not be read or unpacked.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A server runs where something is to be restored.
    #[error("a chinwag is working in {}: stop it first; nothing was restored", .0.display())]
    Running(PathBuf),
    /// There is a server's data already.
    #[error(
        "{} is there already: move it away or name another data directory (--data DIR); nothing was restored",
        .0.display()
    )]
    Occupied(PathBuf),
    /// The data directory cannot be written to.
    #[error("nothing was restored: cannot write {}: {source}", path.display())]
    Restore {
        /// Which directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Makes `file` from the data directory, whether a server runs in it or not. What was acknowledged before is in it.
///
/// # Errors
/// [`BackupError`]; there is no `file` then.
pub fn backup(data: &Path, file: &Path) -> Result<Report, BackupError> {
    let data = DataDirectory::find(data)?;
    let database = data.database();
    if !database.exists() {
        return Err(BackupError::Empty(data.path().to_owned()));
    }
    let unwritable = |source| BackupError::Write { path: file.to_owned(), source };
    // While nobody runs, nobody may start before this ends: the database may not be in WAL mode yet. Asked first of all:
    // a server that ends from here on may start again at once.
    let lock = data.lock()?;
    let draft = Draft::begin(file)?;
    let secret = data.secret()?.ok_or_else(|| StartError::SecretLost(database.clone()))?;
    let label = Label::new(Clock::system().now().millis());
    sqlite::copy(&database, &draft.copy(), lock.is_some()).map_err(BackupError::Source)?;
    drop(lock);
    // The copy is checked and not the database: that takes as long as it takes, and holds up nothing.
    let contents =
        sqlite::inspect(&draft.copy()).map_err(|error| BackupError::Source(of_database(error, &database)))?;

    let write = || -> io::Result<()> {
        let mut writer = Writer::begin(BufWriter::with_capacity(BUFFER_BYTES, draft.file()), &label)?;
        writer.add(Part::Secret, secret.as_bytes().len() as u64, &mut secret.as_bytes().as_slice())?;
        if let Some((length, mut settings)) = opened(&data.path().join(config::FILE_NAME))? {
            writer.add(Part::Settings, length, &mut settings)?;
        }
        let (length, copy) = opened(&draft.copy())?.ok_or(io::ErrorKind::NotFound)?;
        writer.add(Part::Database, length, &mut BufReader::with_capacity(BUFFER_BYTES, copy))?;
        writer.finish()?;
        draft.file().sync_all()
    };
    write().map_err(unwritable)?;
    draft.give_name(file)?;
    Ok(Report {
        lines: vec![
            format!("{}: {}", file.display(), in_words(&contents, &label)),
            "It holds the server's secret and everybody's messages: keep it where nobody else can read it.".into(),
        ],
        ..Report::default()
    })
}

/// Checks all of `file`: every byte of it, then the database in it, in a place that is gone afterwards.
///
/// # Errors
/// [`BackupError`] names the first thing that is wrong.
pub fn verify(file: &Path) -> Result<Report, BackupError> {
    let flawed = |reason: String| BackupError::File { path: file.to_owned(), reason };
    // Before anything is unpacked, so that what is harmed costs no space.
    read(file, |_, _| Ok(io::sink()))?;
    let above = std::env::temp_dir();
    let no_room =
        |error: io::Error| flawed(format!("cannot be unpacked in {} (TMPDIR names another): {error}", above.display()));
    let bench = Bench::make(above.join(format!("chinwag-verify-{}", uuid::Uuid::new_v4()))).map_err(no_room)?;
    let database = bench.path().join(Part::Database.name());
    let label = unpack(file, |part, _| match part {
        Part::Database => bench.private_file(part.name()).map(|file| Box::new(file) as Box<dyn Write>),
        _ => Ok(Box::new(io::sink())),
    })
    .map_err(|flaw| match flaw {
        Flaw::Keep(error) => no_room(error),
        flaw => flawed(flaw.to_string()),
    })?;
    let contents = sqlite::inspect(&database).map_err(|error| flawed(reason_of(error)))?;
    Ok(Report::line(format!("{} is whole: {}", file.display(), in_words(&contents, &label))))
}

/// Puts the data in `file` into the data directory, which may be there but must hold no server's data. The database
/// comes last and with one rename: before that there is none, after that everything is there.
///
/// # Errors
/// [`BackupError`]; there is no database then.
pub fn restore(file: &Path, data: &Path) -> Result<Report, BackupError> {
    read(file, |_, _| Ok(io::sink()))?;
    let is_new = !data.exists();
    let data = DataDirectory::open(data)?;
    let Some(lock) = data.lock()? else { return Err(BackupError::Running(data.path().to_owned())) };
    let outcome = restore_into(&data, &lock, file);
    if is_new && outcome.is_err() {
        // What was made for nothing; it goes only if there is nothing else in it.
        let _ = fs::remove_file(data.path().join("lock")).and_then(|()| fs::remove_dir(data.path()));
    }
    outcome
}

fn restore_into(data: &DataDirectory, _: &Lock, file: &Path) -> Result<Report, BackupError> {
    let unwritable = |source| BackupError::Restore { path: data.path().to_owned(), source };
    require_no_database(data)?;
    // What is there under this name was left by a restore that was interrupted.
    let bench = Bench::instead(data.path().join(RESTORING)).map_err(unwritable)?;
    let mut parts = Vec::new();
    let label = unpack(file, |part, _| {
        parts.push(part);
        bench.private_file(part.name())
    })
    .map_err(|flaw| match flaw {
        Flaw::Keep(error) => unwritable(error),
        flaw => BackupError::File { path: file.to_owned(), reason: flaw.to_string() },
    })?;
    let contents = sqlite::inspect(&bench.path().join(Part::Database.name()))
        .map_err(|error| BackupError::File { path: file.to_owned(), reason: reason_of(error) })?;
    require_no_other_secret(data, bench.path()).map_err(unwritable)??;
    let settings = data.path().join(config::FILE_NAME);
    let keeps_settings = parts.contains(&Part::Settings) && settings.exists();
    parts.retain(|&part| part != Part::Settings || !keeps_settings);
    let put = || {
        for part in &parts {
            File::open(bench.path().join(part.name()))?.sync_all()?;
        }
        // In the archive's order: the database last.
        for part in &parts {
            fs::rename(bench.path().join(part.name()), data.path().join(part.name()))?;
            sync_directory(data.path())?;
        }
        Ok(())
    };
    put().map_err(|error| {
        // Should its name not have become durable: there was none before, and 'not restored' must be true.
        let _ = fs::remove_file(data.database());
        unwritable(error)
    })?;
    let mut report = Report::line(format!("{} now holds {}", data.path().display(), in_words(&contents, &label)));
    if keeps_settings {
        report.lines.push(format!("{} was there already and is as it was.", settings.display()));
    }
    report.lines.push("Start chinwag as usual: people stay signed in.".into());
    Ok(report)
}

/// Nor a journal of one, which would be taken for the restored database's own. An empty one holds nothing, and the
/// index of a journal (`-shm`) is made anew by whoever opens the database first.
fn require_no_database(data: &DataDirectory) -> Result<(), BackupError> {
    for ending in ["", "-wal", "-journal"] {
        let mut path = data.database().into_os_string();
        path.push(ending);
        if fs::symlink_metadata(&path).is_ok_and(|found| ending.is_empty() || found.len() > 0) {
            return Err(BackupError::Occupied(path.into()));
        }
    }
    Ok(())
}

/// The same secret is there when only the database was moved away; another one may be the last of its kind.
fn require_no_other_secret(data: &DataDirectory, bench: &Path) -> io::Result<Result<(), BackupError>> {
    let path = data.path().join(Part::Secret.name());
    match fs::read(&path) {
        Ok(other) if other != fs::read(bench.join(Part::Secret.name()))? => Ok(Err(BackupError::Occupied(path))),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(Ok(())),
    }
}

fn unpack<K: Write>(file: &Path, keep: impl FnMut(Part, u64) -> io::Result<K>) -> Result<Label, Flaw> {
    let opened = File::open(file).map_err(Flaw::Read)?;
    archive::read(BufReader::with_capacity(BUFFER_BYTES, opened), keep)
}

/// The same, as an error that names the file.
fn read<K: Write>(file: &Path, keep: impl FnMut(Part, u64) -> io::Result<K>) -> Result<Label, BackupError> {
    unpack(file, keep).map_err(|flaw| BackupError::File { path: file.to_owned(), reason: flaw.to_string() })
}

/// A file that may not be there, and how long it is.
fn opened(path: &Path) -> io::Result<Option<(u64, File)>> {
    match File::open(path) {
        Ok(file) => Ok(Some((file.metadata()?.len(), file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is wrong with a copy is wrong with the database that it was taken of.
fn of_database(error: OpenError, database: &Path) -> OpenError {
    match error {
        OpenError::Damaged(StoreError::Damaged { reason, .. }) => {
            OpenError::Damaged(StoreError::Damaged { path: database.into(), reason })
        }
        OpenError::Store { source, .. } => OpenError::Store { path: database.into(), source },
        other => other,
    }
}

/// What is wrong with an unpacked database, without the name that it has there.
fn reason_of(error: OpenError) -> String {
    match error {
        OpenError::Damaged(StoreError::Damaged { reason, .. }) => format!("its database is damaged: {reason}"),
        OpenError::NotOurs { .. } => "there is no chinwag database in it".into(),
        OpenError::Store { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

fn in_words(contents: &Contents, label: &Label) -> String {
    let people = counted(contents.people, "person", "people");
    let conversations = counted(contents.conversations, "conversation", "conversations");
    let messages = counted(contents.messages, "message", "messages");
    let taken = jiff::Timestamp::from_millisecond(label.taken_at).unwrap_or_default();
    format!("{people}, {conversations}, {messages}, taken {taken:.0} by chinwag {}.", label.program)
}

fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

//! Places where something is made before it gets its name: a directory to unpack into, and the draft of a backup.
//! Both are their owner's alone, and gone when they are dropped. Knows nothing of what is in them.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::BackupError;

/// In a draft: the copy of the database, and the backup to be.
const COPY: &str = "chinwag.db";
const ARCHIVE: &str = "backup";

/// A directory of our own.
pub struct Bench(PathBuf);

impl Bench {
    /// Makes it; it must not be there.
    pub fn make(path: PathBuf) -> io::Result<Bench> {
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Bench(path))
    }

    /// Makes it in the place of what an interrupted program left there.
    pub fn instead(path: PathBuf) -> io::Result<Bench> {
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Bench::make(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A new file in it.
    pub fn private_file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.0.join(name))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A backup under way, in the directory `FILE.unfinished`: the name shows what it is if the machine stops, and the next
/// backup to the same name begins it anew.
pub struct Draft {
    bench: Bench,
    file: File,
    /// Two programs never write one draft: the directory is locked until it is gone.
    _lock: File,
}

impl Draft {
    /// Begins the draft of `target`, which must not be there.
    pub fn begin(target: &Path) -> Result<Draft, BackupError> {
        require_free(target)?;
        let unwritable = |source| BackupError::Write { path: target.to_owned(), source };
        let mut path = target.as_os_str().to_owned();
        path.push(".unfinished");
        let path = PathBuf::from(path);
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(unwritable(error)),
            _ => {}
        }
        let lock = File::open(&path).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(target.to_owned())),
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        // Whoever held it before may have finished and removed it, and another may have made it anew.
        if !is_at(&lock, &path) {
            return Err(BackupError::Busy(target.to_owned()));
        }
        let bench = Bench(path);
        let begin = || {
            for left in fs::read_dir(bench.path())? {
                fs::remove_file(left?.path())?;
            }
            bench.private_file(COPY)?;
            bench.private_file(ARCHIVE)
        };
        let file = begin().map_err(unwritable)?;
        Ok(Draft { bench, file, _lock: lock })
    }

    /// The file to write.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The database copy: an empty file at first.
    pub fn copy(&self) -> PathBuf {
        self.bench.path().join(COPY)
    }

    /// The draft is whole and synced: it becomes `target`, durably or not at all.
    pub fn give_name(self, target: &Path) -> Result<(), BackupError> {
        require_free(target)?;
        let unwritable = |source| BackupError::Write { path: target.to_owned(), source };
        fs::rename(self.bench.path().join(ARCHIVE), target).map_err(unwritable)?;
        sync_directory(parent_of(target)).map_err(|error| {
            let _ = fs::remove_file(target);
            unwritable(error)
        })
    }
}

fn require_free(target: &Path) -> Result<(), BackupError> {
    match fs::symlink_metadata(target) {
        Ok(_) => Err(BackupError::Exists(target.to_owned())),
        Err(_) => Ok(()),
    }
}

fn is_at(opened: &File, path: &Path) -> bool {
    match (opened.metadata(), fs::symlink_metadata(path)) {
        (Ok(opened), Ok(there)) => (opened.dev(), opened.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Makes the names in a directory durable.
pub fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

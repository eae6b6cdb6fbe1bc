//! The data directory: made for its owner alone, and locked by the one program that works in it. Never repairs, never
//! deletes what it did not make.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::StartError;
use crate::auth::ServerSecret;

/// A directory that exists and can be written to.
#[derive(Debug, Clone)]
pub struct DataDirectory(PathBuf);

/// Held for as long as this program works in the directory. The system gives it up when the program ends, however.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl DataDirectory {
    /// Opens the directory; makes it, with what lies above it, if it is not there.
    ///
    /// # Errors
    /// [`StartError::Data`] when it cannot be used. Nothing in it is touched then.
    pub fn open(path: &Path) -> Result<DataDirectory, StartError> {
        let unusable = |reason: String| StartError::Data { path: path.to_owned(), reason };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
            unusable(match error.kind() {
                ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "something that is no directory is there".into(),
                _ => error.to_string(),
            })
        })?;
        let absolute = fs::canonicalize(path).map_err(|error| unusable(error.to_string()))?;
        Ok(DataDirectory(absolute))
    }

    /// Opens the directory only if it is there.
    ///
    /// # Errors
    /// [`StartError::Data`] when it is not there or cannot be used.
    pub fn find(path: &Path) -> Result<DataDirectory, StartError> {
        match fs::metadata(path) {
            Ok(_) => DataDirectory::open(path),
            Err(error) => Err(StartError::Data { path: path.to_owned(), reason: error.to_string() }),
        }
    }

    /// Takes the lock; `None` while another program holds it.
    ///
    /// # Errors
    /// [`StartError::Data`] when nothing can be written here.
    pub fn lock(&self) -> Result<Option<Lock>, StartError> {
        let unusable = |reason: String| StartError::Data { path: self.0.clone(), reason };
        let path = self.0.join("lock");
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        let file = file.map_err(|error| unusable(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unusable(format!("it cannot be locked ({error})"))),
        }
    }

    /// The directory itself, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.0.join("chinwag.db")
    }

    /// Where other commands reach a running server.
    pub fn control_socket(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// The page, unpacked.
    pub fn page(&self) -> PathBuf {
        self.0.join("static")
    }

    /// Reads the server's secret; `None` if there is none yet.
    ///
    /// # Errors
    /// [`StartError::Secret`] when it cannot be read, is not one, or others may read it.
    pub fn secret(&self) -> Result<Option<ServerSecret>, StartError> {
        let path = self.0.join("secret");
        let wrong = |reason: String| StartError::Secret { path: path.clone(), reason };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error.to_string())),
        };
        let mode = fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.mode();
        if mode & 0o077 != 0 {
            return Err(wrong(format!("others may read it (mode {:o}); chmod 600 it", mode & 0o777)));
        }
        let bytes = bytes.try_into().map_err(|_| wrong(format!("it does not have {} bytes", ServerSecret::BYTES)))?;
        Ok(Some(ServerSecret::from_bytes(bytes)))
    }

    /// Makes and keeps a new secret, whole or not at all. Only for a server without users: a new secret makes every
    /// password useless.
    ///
    /// # Errors
    /// [`StartError::Secret`] when it cannot be written.
    pub fn make_secret(&self) -> Result<ServerSecret, StartError> {
        let (path, unfinished) = (self.0.join("secret"), self.0.join("secret.new"));
        let secret = ServerSecret::generate();
        let write = || {
            let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&unfinished)?;
            file.write_all(secret.as_bytes())?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)?;
            File::open(&self.0)?.sync_all()
        };
        write().map_err(|error| StartError::Secret { path: path.clone(), reason: error.to_string() })?;
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_directory_is_for_its_owner_alone() {
        let above = tempfile::tempdir().unwrap();
        let data = DataDirectory::open(&above.path().join("a/b")).unwrap();
        assert_eq!(fs::metadata(data.path()).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_in_its_place_is_refused_and_left_alone() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("data");
        fs::write(&path, "mine").unwrap();
        assert!(DataDirectory::open(&path).unwrap_err().to_string().contains("no directory"));
        assert!(DataDirectory::open(&path.join("below")).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert!(DataDirectory::find(&above.path().join("missing")).is_err());
    }

    #[test]
    fn one_holder_of_the_lock_at_a_time() {
        let above = tempfile::tempdir().unwrap();
        let data = DataDirectory::open(above.path()).unwrap();
        let first = data.lock().unwrap();
        assert!(first.is_some() && data.lock().unwrap().is_none());
        drop(first);
        assert!(data.lock().unwrap().is_some());
    }

    #[test]
    fn a_secret_is_kept_for_its_owner_alone_and_read_back() {
        let above = tempfile::tempdir().unwrap();
        let data = DataDirectory::open(above.path()).unwrap();
        assert!(data.secret().unwrap().is_none());
        let made = data.make_secret().unwrap();
        assert_eq!(data.secret().unwrap().unwrap().as_bytes(), made.as_bytes());
        let path = above.path().join("secret");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(data.secret().unwrap_err().to_string().contains("others may read it"));
    }

    #[test]
    fn a_broken_secret_is_said_and_not_replaced() {
        let above = tempfile::tempdir().unwrap();
        let data = DataDirectory::open(above.path()).unwrap();
        data.make_secret().unwrap();
        fs::write(above.path().join("secret"), "short").unwrap();
        assert!(data.secret().unwrap_err().to_string().contains("32 bytes"));
    }
}

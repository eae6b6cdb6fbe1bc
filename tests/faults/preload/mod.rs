//! The library of `faults.c`, built once with the system's C compiler, and the file through which it is told what to do.
//! The program itself has no hooks.

mod undo;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const LIBRARY: &str = "faults.so";
const CONTROL: &str = "control";

/// `EIO`.
pub const EIO: i64 = 5;
/// `ENOSPC`.
pub const ENOSPC: i64 = 28;

/// The calls that can fail, as `faults.c` numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Fsync = 0,
    Fdatasync = 1,
    Pwrite = 2,
    Ftruncate = 3,
    Write = 4,
    Fallocate = 5,
}

/// The files, likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Database = 0,
    Journal = 1,
    Index = 2,
    Other = 3,
}

impl Call {
    /// All of them.
    pub const ALL: [Call; 6] =
        [Call::Fsync, Call::Fdatasync, Call::Pwrite, Call::Ftruncate, Call::Write, Call::Fallocate];
}

impl Which {
    /// All of them.
    pub const ALL: [Which; 4] = [Which::Database, Which::Journal, Which::Index, Which::Other];
}

/// The named points, likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The journal is about to be synced.
    BeforeCommit = 1,
    /// The journal was written, not synced.
    InCommit = 2,
    /// The journal has just been synced.
    AfterCommit = 3,
    /// The first frame after a sync is about to be sent: before the answer and the fan-out.
    BeforeAnswer = 4,
    /// The first frame after a sync was sent: after the answer, in the middle of the fan-out.
    AfterAnswer = 5,
}

impl Point {
    /// All of them.
    pub const ALL: [Point; 5] =
        [Point::BeforeCommit, Point::InCommit, Point::AfterCommit, Point::BeforeAnswer, Point::AfterAnswer];
}

mod place {
    pub const FAIL_CALLS: u64 = 0;
    pub const FAIL_FILES: u64 = 1;
    pub const FAIL_COUNTDOWN: u64 = 2;
    pub const FAIL_ERRNO: u64 = 3;
    pub const FAIL_FOR_GOOD: u64 = 4;
    pub const FAILED: u64 = 5;
    pub const POINT: u64 = 6;
    pub const POINT_COUNTDOWN: u64 = 7;
    pub const SWALLOW: u64 = 8;
    pub const CLOCK_SHIFT_MS: u64 = 9;
    pub const CLOCK_FROZEN_MS: u64 = 10;
    pub const LOADED: u64 = 13;
    pub const KEEP_UNDO: u64 = 14;
    pub const COUNTS: u64 = 16;
}

/// One program's faults.
#[derive(Debug)]
pub struct Preload {
    /// Holds the library, the control file and the records; removed with this.
    folder: TempDir,
    control: File,
    directory: PathBuf,
}

/// Builds the library; that takes less than a tenth of a second.
fn build(library: &Path) -> io::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/preload/faults.c");
    let status = Command::new("cc")
        .args(["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"])
        .arg(library)
        .arg(&source)
        .args(["-ldl", "-lpthread"])
        .status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("cc could not build {}", source.display()))) }
}

impl Preload {
    /// For a program whose data lies in `directory`.
    ///
    /// # Errors
    /// What the file system or the compiler says.
    pub fn new(directory: &Path) -> io::Result<Preload> {
        let directory = directory.canonicalize()?;
        let folder = tempfile::tempdir()?;
        build(&folder.path().join(LIBRARY))?;
        let control = OpenOptions::new().read(true).write(true).create_new(true).open(folder.path().join(CONTROL))?;
        control.set_len(4096)?;
        Ok(Preload { folder, control, directory })
    }

    /// The variables that bring the library into a program.
    pub fn variables(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("LD_PRELOAD", self.folder.path().join(LIBRARY)),
            ("FAULTS_CONTROL", self.folder.path().join(CONTROL)),
            ("FAULTS_DIRECTORY", self.directory.clone()),
            ("FAULTS_UNDO", self.undo_path()),
        ]
    }

    fn undo_path(&self) -> PathBuf {
        self.folder.path().join("undo")
    }

    /// From now on what unsynced writes replace is kept, for [`Self::drop_unsynced`].
    pub fn keep_undo(&self) {
        self.set(place::KEEP_UNDO, 1);
    }

    /// Takes back every write to the database and its journal that was not synced, as a power loss at its worst does.
    /// The program must have ended.
    ///
    /// # Errors
    /// What the file system says.
    pub fn drop_unsynced(&self, database: &Path) -> io::Result<usize> {
        undo::drop_unsynced(&self.undo_path(), database)
    }

    fn set(&self, place: u64, value: i64) {
        self.control.write_all_at(&value.to_ne_bytes(), place * 8).expect("the control file can be written");
    }

    fn get(&self, place: u64) -> i64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, place * 8).expect("the control file can be read");
        i64::from_ne_bytes(bytes)
    }

    /// Whether a program has loaded it.
    pub fn is_loaded(&self) -> bool {
        self.get(place::LOADED) == 1
    }

    /// From now on the `nth` of `calls` on `files` fails with `error`; with `for_good` all later ones too.
    pub fn fail(&self, calls: &[Call], files: &[Which], nth: i64, error: i64, for_good: bool) {
        self.heal();
        self.set(place::FAIL_CALLS, calls.iter().map(|call| 1 << *call as i64).sum());
        self.set(place::FAIL_FILES, files.iter().map(|file| 1 << *file as i64).sum());
        self.set(place::FAIL_ERRNO, error);
        self.set(place::FAIL_FOR_GOOD, i64::from(for_good));
        self.set(place::FAIL_COUNTDOWN, nth);
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.set(place::FAIL_COUNTDOWN, 0);
        self.set(place::FAIL_CALLS, 0);
        self.set(place::FAIL_FOR_GOOD, 0);
        self.set(place::FAILED, 0);
    }

    /// How many calls failed since [`Self::fail`].
    pub fn failed(&self) -> i64 {
        self.get(place::FAILED)
    }

    /// The process ends the `nth` time that it comes to `point`; 0 takes that back.
    pub fn end_at(&self, point: Point, nth: i64) {
        self.set(place::POINT_COUNTDOWN, 0);
        self.set(place::POINT, point as i64);
        self.set(place::POINT_COUNTDOWN, nth);
    }

    /// Syncs of the journal do nothing, as with `synchronous=NORMAL`.
    pub fn swallow_syncs(&self, swallow: bool) {
        self.set(place::SWALLOW, i64::from(swallow));
    }

    /// Shifts the time of day.
    pub fn shift_clock(&self, milliseconds: i64) {
        self.set(place::CLOCK_FROZEN_MS, 0);
        self.set(place::CLOCK_SHIFT_MS, milliseconds);
    }

    /// Stops the time of day.
    pub fn freeze_clock(&self, at_milliseconds: i64) {
        self.set(place::CLOCK_FROZEN_MS, at_milliseconds);
    }

    /// How often `call` was made on `file`.
    pub fn count(&self, call: Call, file: Which) -> i64 {
        self.get(place::COUNTS + 4 * call as u64 + file as u64)
    }
}

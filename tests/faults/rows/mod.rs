//! One row for each promise: which fault, how often, and what must show.

mod backup;
mod broken;
mod clock;
mod crowd;
pub mod disk;
mod full;
mod kill;
mod locked;
mod order;
mod panics;
mod power;
mod restart;
mod retry;
pub mod slow;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::checker::{Kind, Verdict, check, proofs};
use crate::client::Address;
use crate::crew::{Crew, Outcome};
use crate::preload::Preload;
use crate::program::{NotStarted, Program, Start, panics_in};
use crate::random::Random;
use crate::town::Town;

pub use slow::{AS_CLIENT, as_client, hello};

/// One row.
pub struct Row {
    /// For `--row`.
    pub name: &'static str,
    /// Which promise it shows, in words.
    pub promise: &'static str,
    /// Part of its seed, so that a row alone runs as it runs among the others.
    pub number: u64,
    /// Runs it.
    pub run: fn(&Context) -> Report,
}

/// What a row is given.
pub struct Context {
    /// Its randomness.
    pub random: Random,
    /// The long run.
    pub is_long: bool,
}

impl Context {
    /// The count for this run.
    pub fn count(&self, short: usize, long: usize) -> usize {
        if self.is_long { long } else { short }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// What was counted, for the table.
    pub counts: Vec<(&'static str, u64)>,
    /// What must not be.
    pub anomalies: Vec<String>,
}

/// All rows, in the order of the table.
pub const ROWS: &[Row] = &[
    Row { name: "checker", promise: "the checker finds what is planted", number: 1, run: checker },
    Row { name: "kill", promise: "acknowledged survives kill -9", number: 2, run: kill::run },
    Row { name: "power", promise: "acknowledged survives power loss", number: 3, run: power::run },
    Row { name: "retry", promise: "a retry makes no copy", number: 4, run: retry::run },
    Row { name: "order", promise: "one order, no gaps", number: 5, run: order::run },
    Row { name: "disk", promise: "a failing disk is said", number: 6, run: disk::run },
    Row { name: "full", promise: "a full disk is said", number: 7, run: full::run },
    Row { name: "locked", promise: "a locked database is said", number: 8, run: locked::run },
    Row { name: "broken", promise: "a broken database is said", number: 9, run: broken::run },
    Row { name: "slow", promise: "a slow client harms only itself", number: 10, run: slow::run },
    Row { name: "restart", promise: "a restart is a spinner", number: 11, run: restart::run },
    Row { name: "crowd", promise: "all come back at once", number: 12, run: crowd::run },
    Row { name: "clock", promise: "clocks order nothing", number: 13, run: clock::run },
    Row { name: "panics", promise: "a panic costs only its asker", number: 15, run: panics::run },
    Row { name: "backup", promise: "a backup brings everything back", number: 14, run: backup::run },
];

fn checker(_: &Context) -> Report {
    let (count, wrong) = proofs::run();
    let mut report = Report { anomalies: wrong, ..Report::default() };
    report.count("planted", count as u64);
    report
}

impl Report {
    /// Adds to a count.
    pub fn count(&mut self, name: &'static str, more: u64) {
        match self.counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += more,
            None => self.counts.push((name, more)),
        }
    }

    /// Keeps the greatest.
    pub fn greatest(&mut self, name: &'static str, value: u64) {
        match self.counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count = value.max(*count),
            None => self.counts.push((name, value)),
        }
    }

    /// Something that must not be.
    pub fn wrong(&mut self, kind: Kind, what: impl std::fmt::Display) {
        self.anomalies.push(format!("{kind}: {what}"));
    }

    /// What the checker says of a crew, under the row's counts.
    pub fn judge(&mut self, outcome: &Outcome) -> Verdict {
        let verdict = check(&outcome.evidence);
        for (kind, what) in outcome.findings.iter().chain(&verdict.anomalies) {
            self.wrong(*kind, what);
        }
        self.count("acknowledged", verdict.acknowledged as u64);
        self.count("stored", verdict.stored as u64);
        self.count("deliveries", verdict.deliveries);
        self.greatest("slowest meeting ms", millis(outcome.met_after));
        for device in &outcome.devices {
            for (code, times) in &device.journal.passing {
                let name = match code.as_str() {
                    "unknown" => "told unknown",
                    "busy" => "told busy",
                    _ => "told rate_limited",
                };
                self.count(name, *times);
            }
        }
        verdict
    }
}

/// A server of a row's own: a folder, how to start it, its faults, its people.
pub struct Scene {
    /// Removed at the end; nothing if the data lies on a file system of its own.
    pub folder: TempDir,
    /// How to start it.
    pub start: Start,
    /// Its faults.
    pub preload: Option<Preload>,
    /// Its people.
    pub town: Town,
    /// The running program.
    pub program: Option<Program>,
}

/// Why a row cannot go on.
pub type Stuck = String;

impl Scene {
    /// Starts a program on an empty data directory, with the preload library if `with_faults`.
    pub fn open(with_faults: bool) -> Result<Scene, Stuck> {
        Scene::with(with_faults, |start| start)
    }

    /// The same with other settings.
    pub fn with(with_faults: bool, change: impl FnOnce(Start) -> Start) -> Result<Scene, Stuck> {
        let folder = tempfile::tempdir().map_err(|error| format!("no directory: {error}"))?;
        let start = change(Start::new(folder.path()));
        std::fs::create_dir_all(&start.data).map_err(|error| format!("no data directory: {error}"))?;
        let preload =
            if with_faults { Some(Preload::new(&start.data).map_err(|error| error.to_string())?) } else { None };
        let mut scene = Scene { folder, start, preload, town: Town::default(), program: None };
        scene.start()?;
        Ok(scene)
    }

    /// Lets people move in.
    pub fn people(&mut self, people: usize, directs: usize, groups: usize, random: &mut Random) -> Result<(), Stuck> {
        let address = self.start.address.get().ok_or("the program is not running")?;
        self.town = Town::build(address, people, directs, groups, random)
            .map_err(|error| format!("the people could not be made: {error}"))?;
        Ok(())
    }

    /// Starts the program (again).
    pub fn start(&mut self) -> Result<(), Stuck> {
        self.program = None;
        self.program = Some(self.start.start(self.preload.as_ref()).map_err(|error| not_started(&error))?);
        if self.preload.as_ref().is_some_and(|preload| !preload.is_loaded()) {
            return Err("the program did not load the library of faults".into());
        }
        Ok(())
    }

    /// The running program.
    pub fn program(&mut self) -> &mut Program {
        self.program.as_mut().expect("the row has started it")
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(program) = self.program.take() {
            program.kill();
        }
    }

    /// Where it listens.
    pub fn address(&self) -> Arc<Address> {
        Arc::clone(&self.start.address)
    }

    /// The faults; only for rows that asked for them.
    pub fn faults(&self) -> &Preload {
        self.preload.as_ref().expect("the row asked for faults")
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        &self.start.data
    }

    /// The database file.
    pub fn database(&self) -> Option<PathBuf> {
        let mut files = std::fs::read_dir(self.data()).ok()?.filter_map(Result::ok).map(|file| file.path());
        files.find(|path| path.extension().is_some_and(|extension| extension == "db"))
    }

    /// Lets a crew meet, judges it, and looks for panics.
    pub fn finish(&mut self, crew: Crew, report: &mut Report) -> Outcome {
        let outcome = crew.meet(&self.town);
        report.judge(&outcome);
        self.look_for_panics(report);
        outcome
    }

    /// No panic is ever right.
    pub fn look_for_panics(&self, report: &mut Report) {
        for line in panics_in(&self.start.log) {
            report.wrong(Kind::Misbehaved, format!("the program panicked: {line}"));
        }
    }
}

/// Why a program did not start, in one line.
pub fn not_started(error: &NotStarted) -> Stuck {
    let said = error.said.lines().rev().take(3).collect::<Vec<_>>().join(" | ");
    format!("the program did not start (exit code {:?}): {said}", error.code)
}

/// Turns a row that cannot go on into an anomaly.
pub fn report_of(run: impl FnOnce(&mut Report) -> Result<(), Stuck>) -> Report {
    let mut report = Report::default();
    if let Err(stuck) = run(&mut report) {
        report.wrong(Kind::Misbehaved, stuck);
    }
    report
}

/// Runs a command of the system, for file systems.
pub fn system(program: &str, arguments: &[&str]) -> io::Result<()> {
    let output = std::process::Command::new(program).args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(io::Error::other(format!("{program} {}: {said}", arguments.join(" "))))
}

/// Milliseconds of a time, for counts.
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

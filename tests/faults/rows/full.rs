//! A full disk: the data directory lies on a file system of 32 MB that is filled to the last byte, then freed. Nothing
//! acknowledged is lost, senders are told, and sending works again without a restart.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::disk::Ledger;
use super::{Context, Report, Scene, Stuck, millis, report_of, system};
use crate::checker::Kind;
use crate::program::Start;

/// Sending works again within this time of space being free: a bound against hanging.
const BACK_WITHIN: Duration = Duration::from_secs(60);
/// The full disk must be noticed within so many messages: the journal has reserves, and overwrites them first.
const NOTICED_WITHIN: Duration = Duration::from_secs(60);

struct Small(PathBuf);

impl Small {
    fn new(at: &Path) -> std::io::Result<Small> {
        fs::create_dir_all(at)?;
        system("mount", &["-t", "tmpfs", "-o", "size=32m", "faults", &at.to_string_lossy()])?;
        Ok(Small(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        for _ in 0..50 {
            if system("umount", &[&self.0.to_string_lossy()]).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut random = context.random.clone();
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let disk =
            Small::new(&folder.path().join("small")).map_err(|error| format!("no small file system: {error}"))?;
        let data = disk.0.join("data");
        let mut scene = Scene::with(false, |start| Start { data, ..start })?;
        scene.people(2, 1, 0, &mut random)?;
        let room = *scene.town.conversations.keys().next().ok_or("no conversation")?;
        let mut ledger = Ledger::default();
        for _ in 0..context.count(3, 30) {
            for _ in 0..20 {
                if !ledger.send(&scene, room, &mut random, report)? {
                    report.wrong(Kind::Misbehaved, "a message was refused before the disk was full");
                }
            }
            let filler = disk.0.join("filler");
            fill(&filler)?;
            let begun = Instant::now();
            let (mut sent, mut refused) = (0, 0);
            while refused < 5 && begun.elapsed() < NOTICED_WITHIN {
                sent += 1;
                if !ledger.send(&scene, room, &mut random, report)? {
                    refused += 1;
                }
            }
            if refused == 0 {
                report.wrong(Kind::Misbehaved, format!("{sent} messages were acknowledged on a full disk"));
            }
            let address = scene.start.address.get().ok_or("the program is not running")?;
            if let Err(error) = scene.town.people[1].history(address, room) {
                report.wrong(Kind::Misbehaved, format!("nothing can be read while the disk is full: {error}"));
            }
            fs::remove_file(&filler).map_err(|error| error.to_string())?;
            let took = ledger.retry(&scene, room, BACK_WITHIN, report)?;
            report.greatest("slowest return ms", millis(took));
            report.count("times full", 1);
            ledger.check(&scene.town.people[1].history(address, room).map_err(|error| error.to_string())?, report);
        }
        scene.kill();
        scene.start()?;
        let address = scene.start.address.get().ok_or("the program is not running")?;
        ledger.check(&scene.town.people[1].history(address, room).map_err(|error| error.to_string())?, report);
        scene.look_for_panics(report);
        scene.kill();
        Ok(())
    })
}

fn fill(path: &Path) -> Result<(), Stuck> {
    let mut file = File::create(path).map_err(|error| error.to_string())?;
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    Ok(())
}

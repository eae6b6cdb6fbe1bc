//! Backups of a server at work: each holds what was acknowledged before it began, in one order without holes, whoever is
//! killed meanwhile. One changed byte is noticed, a failing disk is said and leaves no file, and devices that saw what was
//! lost after the backup agree with the restored server in the end.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::{Context, Report, Scene, Stuck, not_started, report_of};
use crate::checker::{Evidence, Kind, check};
use crate::client::device::Device;
use crate::client::journal::{Entry, Journal};
use crate::client::mirror::Form;
use crate::crew::{Crew, Habits, witness};
use crate::preload::{Call, EIO, ENOSPC, Preload, Which};
use crate::program::{Start, end_with_us};

/// Old devices must be at what the restored server holds within this time.
const MEET_WITHIN: Duration = Duration::from_secs(180);
/// A backup that was started makes its draft within this time.
const BEGUN_WITHIN: Duration = Duration::from_secs(60);
/// The files of a backup: the copy of the database; the archive and its directory.
const FILES: [Which; 2] = [Which::Database, Which::Other];

type Stores = BTreeMap<u64, Vec<Form>>;

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        scene.people(8, 8, 4, &mut random)?;
        let habits = Habits { pause: Duration::from_millis(20), ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, 16, 8, &habits, &random);
        let mut taken = Vec::new();
        for round in 0..context.count(6, 60) {
            crew.wait_for(100, Duration::from_secs(60));
            let file = scene.folder.path().join(format!("backup-{round}"));
            let before = look(&scene, &scene.start)?;
            match round % 3 {
                0 => succeeded(&finish(command(&scene, "backup", &file))?, "backup", report),
                1 => beside_a_killed_server(&mut scene, &file, report)?,
                _ => after_a_killed_backup(&scene, &file, report)?,
            }
            succeeded(&finish(command(&scene, "verify", &file))?, "verify", report);
            taken.push((restored_elsewhere(&scene, &file, &before, report)?, file));
            report.count("backups", 1);
        }
        failing_disk(context, &scene, report)?;
        let last = scene.folder.path().join("backup-last");
        succeeded(&finish(command(&scene, "backup", &last))?, "backup", report);
        crew.wait_for(60, Duration::from_secs(60));
        let outcome = scene.finish(crew, report);
        for (stores, file) in &taken {
            require_prefix(stores, &outcome.evidence.stores, &name(file), report);
        }
        flipped(context, &scene, &last, report)?;
        devices_of_a_lost_history(context, &mut scene, &last, outcome.devices, report)
    })
}

fn command(scene: &Scene, what: &str, file: &Path) -> Command {
    command_on(scene.data(), what, file)
}

fn command_on(data: &Path, what: &str, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.arg(what).arg(file).arg("--data").arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    end_with_us(&mut command);
    command
}

fn finish(mut command: Command) -> Result<Output, Stuck> {
    command.output().map_err(|error| error.to_string())
}

fn succeeded(output: &Output, what: &str, report: &mut Report) {
    if !output.status.success() {
        report.wrong(Kind::Misbehaved, format!("{what}: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
}

/// Refused with one line that has these words.
fn refused(output: &Output, words: &[&str], what: &str, report: &mut Report) {
    let said = String::from_utf8_lossy(&output.stderr);
    let is_said =
        output.status.code() == Some(1) && said.lines().count() == 1 && words.iter().all(|word| said.contains(word));
    if !is_said {
        report.wrong(Kind::Misbehaved, format!("{what} was not refused with one line: {:?} {said}", output.status));
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn draft_of(file: &Path) -> PathBuf {
    file.with_extension("unfinished")
}

fn look(scene: &Scene, start: &Start) -> Result<Stores, Stuck> {
    let address = start.address.get().ok_or("the program is not running")?;
    let mut evidence = Evidence::default();
    scene.town.look(address, &mut evidence).map_err(|error| format!("the store cannot be read: {error}"))?;
    Ok(evidence.stores)
}

/// Starts a backup and comes back once it is under way.
fn begun(scene: &Scene, file: &Path) -> Result<Child, Stuck> {
    let mut child = command(scene, "backup", file).spawn().map_err(|error| error.to_string())?;
    let until = Instant::now() + BEGUN_WITHIN;
    while !draft_of(file).exists() && child.try_wait().is_ok_and(|ended| ended.is_none()) {
        if Instant::now() > until {
            let _ = child.kill().and_then(|()| child.wait());
            return Err("a backup does not begin".into());
        }
        std::thread::yield_now();
    }
    Ok(child)
}

/// The server is killed in the middle and started again: the backup is made all the same, and hinders no start.
fn beside_a_killed_server(scene: &mut Scene, file: &Path, report: &mut Report) -> Result<(), Stuck> {
    let child = begun(scene, file)?;
    scene.kill();
    scene.start()?;
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    succeeded(&output, "backup beside a killed server", report);
    report.count("servers killed", 1);
    Ok(())
}

/// The backup is killed in the middle: there is no file, and the next one is made.
fn after_a_killed_backup(scene: &Scene, file: &Path, report: &mut Report) -> Result<(), Stuck> {
    let mut child = begun(scene, file)?;
    child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
    if file.exists() {
        // It was quicker than we: then it is a whole one.
        succeeded(&finish(command(scene, "verify", file))?, "verify after a kill", report);
        fs::remove_file(file).map_err(|error| error.to_string())?;
    }
    succeeded(&finish(command(scene, "backup", file))?, "backup after a killed one", report);
    report.count("backups killed", 1);
    Ok(())
}

/// What a program on the restored data answers: all that the store had before the backup began, without holes.
fn restored_elsewhere(scene: &Scene, file: &Path, before: &Stores, report: &mut Report) -> Result<Stores, Stuck> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let start = Start::new(folder.path());
    succeeded(&finish(command_on(&start.data, "restore", file))?, "restore", report);
    let program = start.start(None).map_err(|error| not_started(&error))?;
    let stores = look(scene, &start)?;
    program.kill();
    for (room, forms) in &stores {
        for (place, form) in forms.iter().enumerate() {
            if form.seq != place as u64 + 1 {
                report
                    .wrong(Kind::Skipped, format!("{}: seq {} of {room} at place {}", name(file), form.seq, place + 1));
            }
        }
    }
    require_prefix(before, &stores, &format!("what was stored before {}", name(file)), report);
    report.count("restored messages", stores.values().map(|forms| forms.len() as u64).sum());
    Ok(stores)
}

/// Everything of `earlier` stands in `later` at its place, in this form or a later one.
fn require_prefix(earlier: &Stores, later: &Stores, what: &str, report: &mut Report) {
    for (room, forms) in earlier {
        for form in forms {
            let found = later.get(room).and_then(|forms| forms.get(usize::try_from(form.seq).ok()? - 1));
            let is_there = found.is_some_and(|found| {
                let is_newer = found.version > form.version || found.is_deleted;
                (found.seq, &found.client_id, found.sender) == (form.seq, &form.client_id, form.sender)
                    && (is_newer || found == form)
            });
            if !is_there {
                report.wrong(Kind::Lost, format!("{what}: conversation {room} seq {}: {found:?}", form.seq));
            }
        }
    }
}

/// Every kind of call that a backup makes fails, at a random place, once or for good: it says so, and nothing is left.
fn failing_disk(context: &Context, scene: &Scene, report: &mut Report) -> Result<(), Stuck> {
    let mut random = context.random.branch(1);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let preload = Preload::new(folder.path()).map_err(|error| error.to_string())?;
    let file = folder.path().join("backup");
    let backup = || {
        let mut command = command(scene, "backup", &file);
        command.envs(preload.variables());
        finish(command)
    };
    let all = || Call::ALL.into_iter().flat_map(|call| FILES.into_iter().map(move |which| (call, which)));
    succeeded(&backup()?, "backup", report);
    let counts: Vec<_> = all().map(|(call, which)| (call, which, preload.count(call, which))).collect();
    let made: Vec<_> = counts.into_iter().filter(|(_, _, count)| *count > 0).collect();
    if !made.iter().any(|(call, which, _)| *call == Call::Fsync && *which == Which::Other) {
        return Err("a backup is never synced".into());
    }
    for number in 0..context.count(24, 400) {
        let _ = fs::remove_file(&file);
        let (call, which, count) = made[number % made.len()];
        let nth = i64::try_from(random.within(1, u64::try_from(count).unwrap_or(1))).unwrap_or(1);
        let error = *random.pick(&[EIO, ENOSPC]);
        preload.fail(&[call], &[which], nth, error, random.once_in(2));
        let output = backup()?;
        let what = format!("{call:?} number {nth} of {count} on {which:?} failing with {error}");
        report.count("failing disks", 1);
        let failed = u64::try_from(preload.failed()).unwrap_or(0);
        report.count("failed calls", failed);
        preload.heal();
        if output.status.success() {
            // People write on, so that one backup makes more calls than the next.
            succeeded(&finish(command(scene, "verify", &file))?, &what, report);
            report.count("places not reached", 1);
            if failed > 0 {
                report.wrong(Kind::Misbehaved, format!("{what}: a backup was made all the same"));
            }
            continue;
        }
        refused(&output, &["no backup was made"], &what, report);
        let left: Vec<String> = fs::read_dir(folder.path())
            .map_err(|error| error.to_string())?
            .filter_map(Result::ok)
            .map(|entry| name(&entry.path()))
            .collect();
        if !left.is_empty() {
            report.wrong(Kind::Misbehaved, format!("{what}: left {left:?}"));
        }
    }
    Ok(())
}

/// One flipped bit anywhere is noticed, and nothing is restored from such a file.
fn flipped(context: &Context, scene: &Scene, file: &Path, report: &mut Report) -> Result<(), Stuck> {
    let harmed = scene.folder.path().join("harmed");
    fs::copy(file, &harmed).map_err(|error| error.to_string())?;
    let opened = fs::OpenOptions::new().read(true).write(true).open(&harmed).map_err(|error| error.to_string())?;
    let length = opened.metadata().map_err(|error| error.to_string())?.len();
    let nowhere = scene.folder.path().join("nowhere");
    for number in 0..context.count(50, 1_000) {
        let mut random = context.random.branch(100 + number as u64);
        // The short parts too: headers and sums at both ends.
        let at = match number % 5 {
            0 => random.below(length.min(4_096)),
            1 => length - 1 - random.below(length.min(4_096)),
            _ => random.below(length),
        };
        let (mut byte, flip) = ([0], 1 << random.below(8));
        opened.read_exact_at(&mut byte, at).map_err(|error| error.to_string())?;
        opened.write_all_at(&[byte[0] ^ flip], at).map_err(|error| error.to_string())?;
        let what = format!("byte {at} of {length} with bit {flip:#x} flipped");
        refused(&finish(command(scene, "verify", &harmed))?, &["harmed", "damaged"], &what, report);
        if number % 10 == 0 {
            let restore = finish(command_on(&nowhere, "restore", &harmed))?;
            refused(&restore, &["harmed", "damaged"], &what, report);
            if nowhere.exists() {
                report.wrong(Kind::Misbehaved, format!("{what}: something was restored"));
            }
        }
        opened.write_all_at(&byte, at).map_err(|error| error.to_string())?;
        report.count("flipped bits", 1);
    }
    succeeded(&finish(command(scene, "verify", &harmed))?, "verify of the healed file", report);
    Ok(())
}

/// The data is lost and the last backup restored in its place; others write on, and then the old devices come back with
/// copies of what is no more. All must come to what the restored server holds, without a word of the lost history.
fn devices_of_a_lost_history(
    context: &Context,
    scene: &mut Scene,
    file: &Path,
    mut devices: Vec<Device>,
    report: &mut Report,
) -> Result<(), Stuck> {
    scene.kill();
    let lost = scene.folder.path().join("lost");
    fs::rename(scene.data(), &lost).map_err(|error| error.to_string())?;
    succeeded(&finish(command(scene, "restore", file))?, "restore", report);
    scene.start()?;
    let sent_before = devices.iter().map(|device| queued(&device.journal)).collect::<Vec<_>>();
    for device in &mut devices {
        device.journal = Journal::default();
    }
    let habits = Habits { pause: Duration::from_millis(10), first_number: 1_000, ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, 8, 8, &habits, &context.random.branch(2));
    // More than was lost, so that no revision of an old device is ahead of everything any more.
    crew.wait_for(600, Duration::from_secs(60));
    let outcome = crew.meet(&scene.town);
    for (kind, what) in &outcome.findings {
        report.wrong(*kind, what);
    }
    let mut evidence = outcome.evidence;
    let until = Instant::now() + MEET_WITHIN;
    let newest: BTreeMap<u64, u64> =
        evidence.stores.iter().map(|(id, forms)| (*id, forms.iter().map(|form| form.rev).max().unwrap_or(0))).collect();
    for device in &mut devices {
        let is_behind = |device: &Device| device.mirrors.iter().any(|(id, mirror)| mirror.rev < newest[id]);
        device.cut("the server was lost");
        while (!device.is_connected() || is_behind(device)) && Instant::now() < until {
            device.step(Duration::from_millis(20));
        }
        if is_behind(device) {
            report.wrong(Kind::Unseen, format!("device {} does not come to the restored server", device.number));
        }
        report.count("devices of a lost history", 1);
    }
    // What they wrote before is known to have been sent; what they saw before is not part of this history.
    evidence.witnesses.extend(devices.iter().zip(sent_before).map(|(device, sent)| {
        let mut witness = witness(device);
        witness.journal.entries.splice(0..0, sent);
        witness
    }));
    let verdict = check(&evidence);
    for (kind, what) in &verdict.anomalies {
        report.wrong(*kind, what);
    }
    scene.look_for_panics(report);
    Ok(())
}

fn queued(journal: &Journal) -> Vec<Entry> {
    journal.entries.iter().filter(|entry| matches!(entry, Entry::Queued { .. })).cloned().collect()
}

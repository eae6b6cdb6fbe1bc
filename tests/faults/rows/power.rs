//! Acknowledged survives power loss: the data directory lies on an ext4 image of its own. The program is stopped in the
//! middle of its work and the image copied as the disk has it; on the copy a new program must answer everything that
//! was acknowledged. The same with syncs of the journal swallowed must lose something, else this test would be blind.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::{Context, Report, Scene, Stuck, not_started, report_of, system};
use crate::checker::{Evidence, Kind, Witness, check};
use crate::crew::{Crew, Habits, witness};
use crate::program::Start;
use crate::random::Random;

/// Work goes on within this time.
const WORKS_WITHIN: Duration = Duration::from_secs(120);
const IMAGE_BYTES: u64 = 64 * 1024 * 1024;

/// A mounted image, unmounted when dropped.
struct Mounted(PathBuf);

impl Mounted {
    fn new(image: &Path, at: &Path) -> std::io::Result<Mounted> {
        fs::create_dir_all(at)?;
        system("mount", &["-o", "loop", &image.to_string_lossy(), &at.to_string_lossy()])?;
        Ok(Mounted(at.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // A program that was just killed may hold it for a moment.
        for _ in 0..50 {
            if system("umount", &[&self.0.to_string_lossy()]).is_ok() {
                return;
            }
            sleep(Duration::from_millis(100));
        }
    }
}

fn make_image(path: &Path) -> std::io::Result<()> {
    fs::File::create(path)?.set_len(IMAGE_BYTES)?;
    system("mkfs.ext4", &["-q", "-F", &path.to_string_lossy()])
}

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let cuts = context.count(20, 500);
        let cut = if can_mount() { cut_again_and_again } else { stand_in };
        let lost = cut(context, 1, cuts, false, report)?;
        report.count("lost", lost);
        // A few are enough: without syncs nearly every cut loses what was written in the last seconds.
        let blind = cut(context, 2, cuts.div_ceil(5), true, report)?;
        report.count("lost without syncs", blind);
        if blind == 0 {
            report.wrong(Kind::Misbehaved, "with the journal's syncs swallowed nothing was lost: this test is blind");
        }
        Ok(())
    })
}

/// Whether images can be mounted here; `FAULTS_NO_MOUNT` in the environment says that they shall not.
fn can_mount() -> bool {
    let try_it = || -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let image = folder.path().join("try.img");
        make_image(&image)?;
        Mounted::new(&image, &folder.path().join("try")).map(drop)
    };
    match std::env::var_os("FAULTS_NO_MOUNT").map_or_else(try_it, |_| Err(std::io::Error::other("told not to"))) {
        Ok(()) => true,
        Err(error) => {
            println!("   no file system can be mounted ({error}): the library takes back unsynced writes instead");
            false
        }
    }
}

/// Without a file system of one's own: the program is killed, and every write that was not synced is taken back.
fn stand_in(context: &Context, part: u64, cuts: usize, swallow: bool, report: &mut Report) -> Result<u64, Stuck> {
    let mut random = context.random.branch(part);
    let mut scene = Scene::open(true)?;
    scene.people(6, 6, 3, &mut random)?;
    scene.faults().keep_undo();
    scene.faults().swallow_syncs(swallow);
    let habits = Habits { pause: Duration::from_millis(20), ..Habits::default() };
    let crew = Crew::start(&scene.address(), &scene.town, 12, 6, &habits, &random);
    for _ in 0..cuts {
        if !crew.wait_for(random.within(5, 60), WORKS_WITHIN) && !swallow {
            report.wrong(Kind::Misbehaved, format!("nothing was acknowledged for {WORKS_WITHIN:?}"));
        }
        scene.kill();
        let database = scene.database().ok_or("no database")?;
        let dropped = scene.faults().drop_unsynced(&database).map_err(|error| error.to_string())?;
        report.count(if swallow { "cuts without syncs" } else { "cuts" }, 1);
        report.count("writes dropped", dropped as u64);
        if swallow {
            // One cut is enough to lose; what devices hold is then beyond the store, and they could not go on.
            break;
        }
        scene.start()?;
    }
    if !swallow {
        let before = report.anomalies.len();
        scene.finish(crew, report);
        return Ok((report.anomalies.len() - before) as u64);
    }
    let witnesses =
        crew.go_home().iter().map(|device| Witness { mirrors: BTreeMap::default(), ..witness(device) }).collect();
    scene.start()?;
    let mut evidence = Evidence { witnesses, ..Evidence::default() };
    let address = scene.start.address.get().ok_or("the program is not running")?;
    scene.town.look(address, &mut evidence).map_err(|error| error.to_string())?;
    Ok(check(&evidence).anomalies.iter().filter(|(kind, _)| *kind == Kind::Lost).count() as u64)
}

/// Cuts of one program; then a new one on a new disk, so that histories stay short.
const ROUND: usize = 20;

/// How many acknowledged changes were lost over all cuts.
fn cut_again_and_again(
    context: &Context,
    part: u64,
    cuts: usize,
    swallow: bool,
    report: &mut Report,
) -> Result<u64, Stuck> {
    let mut lost = 0;
    for round in 0..cuts.div_ceil(ROUND) {
        let mut random = context.random.branch(part << 32 | round as u64);
        lost += cut_one_disk(&mut random, (cuts - round * ROUND).min(ROUND), swallow, report)?;
    }
    Ok(lost)
}

fn cut_one_disk(random: &mut Random, cuts: usize, swallow: bool, report: &mut Report) -> Result<u64, Stuck> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (image, copy) = (folder.path().join("disk.img"), folder.path().join("copy.img"));
    make_image(&image).map_err(|error| format!("no image: {error}"))?;
    // Declared before the scene, so that the program ends before its file system goes.
    let disk = Mounted::new(&image, &folder.path().join("disk")).map_err(|error| format!("no mount: {error}"))?;
    let data = disk.0.join("data");
    let mut scene = Scene::with(true, |start| Start { data, ..start })?;
    scene.people(6, 6, 3, random)?;
    scene.faults().swallow_syncs(swallow);
    // What all crews so far did; their devices end where the power went, so nothing is compared with their copies.
    let mut witnesses: Vec<Witness> = Vec::new();
    let mut lost = 0;
    for cut in 0..cuts {
        let first_number = 1_000 * (cut as u64 + 1);
        let habits = Habits { pause: Duration::from_millis(20), first_number, ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, 12, 6, &habits, &random.branch(cut as u64));
        if !crew.wait_for(random.within(5, 60), WORKS_WITHIN) {
            report.wrong(Kind::Misbehaved, format!("nothing was acknowledged for {WORKS_WITHIN:?}"));
        }
        sleep(Duration::from_micros(random.below(40_000)));
        scene.program().pause();
        let copied = system("cp", &["--sparse=always", &image.to_string_lossy(), &copy.to_string_lossy()]);
        // What was sent before the stop may still be on its way to the devices, and counts.
        sleep(Duration::from_millis(100));
        let devices = crew.go_home();
        scene.program().resume();
        copied.map_err(|error| error.to_string())?;
        report.count(if swallow { "cuts without syncs" } else { "cuts" }, 1);
        witnesses.extend(devices.iter().map(|device| Witness { mirrors: BTreeMap::default(), ..witness(device) }));

        let mut evidence = Evidence { witnesses: witnesses.clone(), ..Evidence::default() };
        match look_at_the_copy(&copy, folder.path(), &scene, &mut evidence) {
            Ok(()) => {}
            // A disk that lies about its syncs may leave anything; only the honest one must come back.
            Err(_) if swallow => {
                lost += 1;
                continue;
            }
            Err(problem) => {
                report.wrong(Kind::Misbehaved, problem);
                continue;
            }
        }
        for (kind, what) in check(&evidence).anomalies {
            lost += u64::from(kind == Kind::Lost);
            if !swallow {
                report.wrong(kind, format!("cut {cut}: {what}"));
            }
        }
    }
    if !swallow {
        let acknowledged: u64 = witnesses.iter().map(|witness| witness.journal.acknowledged).sum();
        report.count("acknowledged", acknowledged);
        scene.look_for_panics(report);
    }
    scene.kill();
    Ok(lost)
}

/// What a program answers on the copied disk.
fn look_at_the_copy(copy: &Path, folder: &Path, scene: &Scene, evidence: &mut Evidence) -> Result<(), Stuck> {
    let disk =
        Mounted::new(copy, &folder.join("copy")).map_err(|error| format!("the copied disk does not mount: {error}"))?;
    let start = Start { data: disk.0.join("data"), log: scene.start.log.clone(), ..Start::new(folder) };
    let program = start.start(None).map_err(|error| not_started(&error))?;
    let address = start.address.get().expect("it has just started");
    let looked = scene.town.look(address, evidence).and_then(|()| scene.town.look_at_receipts(address, evidence));
    program.kill();
    looked.map_err(|error| format!("the copied store cannot be read: {error}"))
}

//! A broken database: a flipped bit, a zeroed page or a cut end in the database or its journal. The program then either
//! answers rightly, or refuses and names the file; it never panics and never shows a wrong text.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{Context, Report, Scene, Stuck, report_of};
use crate::checker::Kind;
use crate::client::mirror::Form;
use crate::crew::{Crew, Habits};
use crate::program::Start;
use crate::random::Random;

const PAGE: u64 = 4096;

#[derive(Debug, Clone, Copy)]
enum Harm {
    FlippedBit,
    ZeroedPage,
    CutEnd,
}

pub fn run(context: &Context) -> Report {
    report_of(|report| {
        let mut random = context.random.clone();
        let mut scene = Scene::open(false)?;
        scene.people(4, 4, 2, &mut random)?;
        let habits = Habits { pause: std::time::Duration::from_millis(10), ..Habits::default() };
        let crew = Crew::start(&scene.address(), &scene.town, 8, 8, &habits, &random);
        crew.wait_for(400, std::time::Duration::from_secs(60));
        // One part lies in the database, the newest in the journal: while somebody reads what was, it begins no new generation.
        std::thread::sleep(std::time::Duration::from_millis(2_500));
        let database = scene.database().ok_or("no database in the data directory")?;
        let reader = reading(&database).map_err(|error| format!("the database cannot be read: {error}"))?;
        crew.wait_for(60, std::time::Duration::from_secs(60));
        let outcome = scene.finish(crew, report);
        scene.kill();
        let right = outcome.evidence.stores;
        let whole = scene.folder.path().join("whole");
        copy_folder(scene.data(), &whole)?;
        drop(reader);
        for number in 0..context.count(50, 1_000) {
            let mut random = context.random.branch(1 + number as u64);
            let data = scene.folder.path().join("harmed");
            let _ = fs::remove_dir_all(&data);
            copy_folder(&whole, &data)?;
            let what = harm(&data, number, &mut random)?;
            let start = Start { data, log: scene.folder.path().join("log-harmed"), ..Start::new(scene.folder.path()) };
            let _ = fs::remove_file(&start.log);
            judge(&scene, &start, &right, &what, report);
            report.count("harmed", 1);
        }
        Ok(())
    })
}

/// Somebody who reads, until they are dropped.
fn reading(database: &Path) -> rusqlite::Result<Connection> {
    let reader = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    reader.execute_batch("BEGIN")?;
    reader.query_row("SELECT count(*) FROM messages", [], |row| row.get::<_, i64>(0))?;
    Ok(reader)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Stuck> {
    super::system("cp", &["-a", &from.to_string_lossy(), &to.to_string_lossy()]).map_err(|error| error.to_string())
}

fn harm(data: &Path, number: usize, random: &mut Random) -> Result<String, Stuck> {
    let wanted = if number % 3 == 2 { ".db-wal" } else { ".db" };
    let files: Vec<PathBuf> = fs::read_dir(data)
        .map_err(|error| error.to_string())?
        .filter_map(Result::ok)
        .map(|file| file.path())
        .filter(|path| path.to_string_lossy().ends_with(wanted) && path.metadata().is_ok_and(|file| file.len() > PAGE))
        .collect();
    let path = files.first().ok_or_else(|| format!("no {wanted} with content in the data directory"))?;
    let file = fs::OpenOptions::new().read(true).write(true).open(path).map_err(|error| error.to_string())?;
    let length =
        if wanted == ".db" { file.metadata().map_err(|error| error.to_string())?.len() } else { live_length(path)? };
    let harm = [Harm::FlippedBit, Harm::ZeroedPage, Harm::CutEnd][number / 3 % 3];
    let done = match harm {
        Harm::FlippedBit => {
            let at = random.below(length);
            let mut byte = [0];
            file.read_exact_at(&mut byte, at)
                .and_then(|()| file.write_all_at(&[byte[0] ^ (1 << random.below(8))], at))
                .map(|()| at)
        }
        Harm::ZeroedPage => {
            let at = random.below(length / PAGE) * PAGE;
            file.write_all_at(&[0; PAGE as usize], at).map(|()| at)
        }
        Harm::CutEnd => {
            let at = random.within(1, length - 1);
            file.set_len(at).map(|()| at)
        }
    };
    let at = done.map_err(|error| error.to_string())?;
    Ok(format!("{harm:?} at {at} of {length} of {}", path.file_name().unwrap_or_default().to_string_lossy()))
}

/// How much of a journal counts: its frames of the newest generation. What follows is left from before, and harmless.
/// The layout is SQLite's ("WAL-mode file format"): 32 bytes, then frames of 24 bytes and a page, each with the header's
/// two salts.
fn live_length(journal: &Path) -> Result<u64, Stuck> {
    let bytes = fs::read(journal).map_err(|error| error.to_string())?;
    let salts = bytes.get(16..24).ok_or("an empty journal")?;
    let frame = 24 + PAGE as usize;
    let is_live = |number: &usize| bytes.get(32 + number * frame + 8..32 + number * frame + 16) == Some(salts);
    let frames = (0..).take_while(is_live).count();
    if frames < 20 {
        return Err(format!("only {frames} frames are live in the journal"));
    }
    Ok((32 + frames * frame) as u64)
}

fn judge(
    scene: &Scene,
    start: &Start,
    right: &std::collections::BTreeMap<u64, Vec<Form>>,
    what: &str,
    report: &mut Report,
) {
    match start.start(None) {
        Err(error) => {
            report.count("refused to start", 1);
            if !says_what_to_do(&error.said) {
                let said = error.said.lines().next_back().unwrap_or_default();
                report.wrong(
                    Kind::Misbehaved,
                    format!("{what}: the refusal does not name the file and what to do: {said}"),
                );
            }
            if error.code.is_none() {
                report.wrong(Kind::Misbehaved, format!("{what}: neither started nor ended"));
            }
        }
        Ok(program) => {
            let address = start.address.get().expect("it has just started");
            let (mut refused, mut wrong) = (0, Vec::new());
            for (room, (members, _)) in &scene.town.conversations {
                match scene.town.people[members[0]].history(address, *room) {
                    Err(_) => refused += 1,
                    Ok(forms) => compare(*room, &forms, &right[room], &mut wrong),
                }
            }
            program.kill();
            let is_said = fs::read_to_string(&start.log).is_ok_and(|log| says_what_to_do(&log));
            match (wrong.is_empty(), refused) {
                (true, 0) => report.count("right answers", 1),
                (true, _) => {
                    report.count("refused to read", 1);
                    if !is_said {
                        report.count("refused without a way out", 1);
                        report.wrong(
                            Kind::Misbehaved,
                            format!("{what}: reading fails, and the log does not name the file and what to do"),
                        );
                    }
                }
                // A journal that ends early looks like one that was never written so far: nobody can tell them apart.
                (false, _) if what.contains("CutEnd") && what.contains("-wal") && is_earlier(&wrong) => {
                    report.count("earlier state after a cut journal", 1);
                    wrong.clear();
                }
                (false, _) => report.count("wrong answers", 1),
            }
            for (kind, line) in wrong.into_iter().take(1) {
                report.wrong(kind, format!("{what}: {line}"));
            }
        }
    }
    for line in crate::program::panics_in(&start.log) {
        report.wrong(Kind::Misbehaved, format!("{what}: {line}"));
    }
}

/// A refusal names the file and sends its reader to the backup: there is nothing else to be done.
fn says_what_to_do(said: &str) -> bool {
    said.lines().any(|line| line.contains("chinwag.db") && line.contains("backup"))
}

/// Whether what was found can come from an earlier state of the conversations alone.
fn is_earlier(wrong: &[(Kind, String)]) -> bool {
    wrong.iter().all(|(kind, _)| *kind == Kind::Lost)
}

fn compare(room: u64, forms: &[Form], right: &[Form], wrong: &mut Vec<(Kind, String)>) {
    for form in forms {
        match right.iter().find(|known| known.seq == form.seq) {
            Some(known) if known == form => {}
            Some(known) if form.rev < known.rev => {
                wrong.push((
                    Kind::Lost,
                    format!("conversation {room} seq {}: the change of rev {} is gone", form.seq, known.rev),
                ));
            }
            Some(known) => wrong.push((
                Kind::WrongText,
                format!("conversation {room} seq {}: {:?} instead of {:?}", form.seq, form.body, known.body),
            )),
            None => wrong.push((Kind::Phantom, format!("conversation {room} seq {}", form.seq))),
        }
    }
    if forms.len() < right.len() {
        wrong.push((
            Kind::Lost,
            format!("conversation {room}: {} of {} messages are there, without a word", forms.len(), right.len()),
        ));
    }
}

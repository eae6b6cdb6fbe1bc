//! Proven by fault, not by hope: the real program is killed, starved, cut off and lied to, and afterwards everything that
//! it acknowledged must be there, once, in order, on every device. One row for each promise; a table of counts at the
//! end, and a failure for any anomaly.
//!
//! `cargo test --test faults` runs every row short, `-- --long` long, `-- --row NAME` (more than once) only these,
//! `-- --seed N` repeats a run, `-- --list` names the rows, `-- --program PATH` tries another build. `-- --timed` measures
//! instead what is promised in seconds and mebibytes, by default on `release/chinwag` beside the debug program.

mod checker;
mod client;
mod crew;
mod panicking;
mod preload;
mod program;
mod random;
mod rows;
mod timed;
mod town;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use random::Random;
use rows::{Context, ROWS, Report};

/// Anomalies shown of one row; the count tells how many there are.
const SHOWN: usize = 12;

#[derive(Debug, Default)]
struct Wishes {
    is_long: bool,
    rows: Vec<String>,
    seed: Option<u64>,
    only_list: bool,
    is_timed: bool,
    program: Option<PathBuf>,
}

fn wishes() -> Result<Wishes, String> {
    let mut wishes = Wishes::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--long" => wishes.is_long = true,
            "--row" => wishes.rows.push(arguments.next().ok_or("--row needs a name")?),
            "--seed" => {
                let seed = arguments.next().and_then(|seed| seed.parse().ok());
                wishes.seed = Some(seed.ok_or("--seed needs a number")?);
            }
            "--list" => wishes.only_list = true,
            "--timed" => wishes.is_timed = true,
            "--program" => wishes.program = Some(arguments.next().ok_or("--program needs a path")?.into()),
            // What `cargo test` hands to every test program.
            flag if flag.starts_with('-') => {}
            filter => wishes.rows.push(filter.to_owned()),
        }
    }
    Ok(wishes)
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(rows::AS_CLIENT) => return rows::as_client(&arguments.collect::<Vec<_>>()),
        Some(panicking::AS_SERVER) => return panicking::as_server(&std::env::args().skip(1).collect::<Vec<_>>()),
        _ => {}
    }
    let wishes = match wishes() {
        Ok(wishes) => wishes,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    if let Err(problem) = program::choose(wishes.program.clone(), wishes.is_timed) {
        eprintln!("{problem}");
        return ExitCode::from(2);
    }
    let is_chosen = |row: &str| wishes.rows.is_empty() || wishes.rows.iter().any(|name| row.contains(name.as_str()));
    let chosen: Vec<_> = ROWS.iter().filter(|row| is_chosen(row.name)).collect();
    if wishes.only_list {
        for row in &chosen {
            println!("{}: test", row.name);
        }
        return ExitCode::SUCCESS;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed =
        wishes.seed.unwrap_or_else(|| Random::new(u64::from(now.subsec_nanos()) ^ now.as_secs()).next() % 1_000_000);
    println!("raised: {:?}", program::RAISED);
    if wishes.is_timed {
        return timed::run(seed, is_chosen);
    }
    println!("faults: seed {seed}, {} run", if wishes.is_long { "long" } else { "short" });
    let mut table = Vec::new();
    for row in chosen {
        let begun = Instant::now();
        println!("\n── {} ({}) ──", row.name, row.promise);
        let context = Context { random: Random::new(seed).branch(row.number), is_long: wishes.is_long };
        let report = (row.run)(&context);
        for what in report.anomalies.iter().take(SHOWN) {
            println!("   ✗ {what}");
        }
        if report.anomalies.len() > SHOWN {
            println!("   … and {} more", report.anomalies.len() - SHOWN);
        }
        let seconds = begun.elapsed().as_secs_f64();
        println!("── {}: {} anomalies, {seconds:.1} s ──", row.name, report.anomalies.len());
        table.push((row, report, seconds));
    }
    print_table(seed, &table)
}

fn print_table(seed: u64, table: &[(&rows::Row, Report, f64)]) -> ExitCode {
    println!("\n{:<10} {:<34} {:>9} {:>7}  counts", "row", "promise", "anomalies", "s");
    for (row, report, seconds) in table {
        let counts: Vec<String> = report.counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        println!(
            "{:<10} {:<34} {:>9} {seconds:>7.1}  {}",
            row.name,
            row.promise,
            report.anomalies.len(),
            counts.join(", ")
        );
    }
    let failed: Vec<&str> =
        table.iter().filter(|(_, report, _)| !report.anomalies.is_empty()).map(|(row, _, _)| row.name).collect();
    for name in &failed {
        println!("to repeat: cargo test --test faults -- --row {name} --seed {seed}");
    }
    let outcome = if failed.is_empty() { "ok" } else { "FAILED" };
    println!("\ntest result: {outcome}. {} passed; {} failed; seed {seed}", table.len() - failed.len(), failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! What is promised in seconds and mebibytes, measured on the release program with and without the fault in one run. Not
//! part of `tests/run`: such figures say something only on a machine that does nothing else.

mod latency;
mod rows;

use std::process::ExitCode;

use crate::random::Random;
use crate::rows::{Context, Report, Stuck};

/// Something measured.
pub struct Figure {
    /// What, with its unit.
    pub what: &'static str,
    /// Without the fault, where there is such a thing.
    pub without: Option<f64>,
    /// With it.
    pub with: f64,
    /// What was promised.
    pub limit: Limit,
}

/// A promise.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// At most so much.
    AtMost(f64),
    /// At most so many times what it is without the fault.
    Times(f64),
}

/// A timed row.
pub struct Timed {
    /// For `--row`; the row that tries the same without a clock has the same name.
    pub name: &'static str,
    /// Part of its seed.
    pub number: u64,
    /// Measures. What the checker finds goes to the report.
    pub run: fn(&Context, &mut Report) -> Result<Vec<Figure>, Stuck>,
}

impl Figure {
    fn ratio(&self) -> Option<f64> {
        self.without.filter(|without| *without > 0.0).map(|without| self.with / without)
    }

    fn holds(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.with <= limit,
            Limit::Times(limit) => self.ratio().is_some_and(|ratio| ratio <= limit),
        }
    }
}

/// Measures what `chosen` names, or everything; whether all of it holds.
pub fn run(seed: u64, is_chosen: impl Fn(&str) -> bool) -> ExitCode {
    println!("{:<8} {:<44} {:>9} {:>9} {:>6} {:>9}", "row", "figure", "without", "with", "ratio", "limit");
    let mut is_all_well = true;
    for timed in rows::ALL.iter().filter(|timed| is_chosen(timed.name)) {
        let context = Context { random: Random::new(seed).branch(timed.number), is_long: false };
        let mut report = Report::default();
        let figures = (timed.run)(&context, &mut report).unwrap_or_else(|stuck| {
            report.anomalies.push(stuck);
            Vec::new()
        });
        for figure in &figures {
            is_all_well &= figure.holds();
            println!("{:<8} {}", timed.name, line(figure));
        }
        is_all_well &= report.anomalies.is_empty();
        for anomaly in report.anomalies.iter().take(crate::SHOWN) {
            println!("{:<8} ✗ {anomaly}", timed.name);
        }
        if report.anomalies.len() > crate::SHOWN {
            println!("{:<8} … and {} more", timed.name, report.anomalies.len() - crate::SHOWN);
        }
    }
    println!("\nseed {seed}: {}", if is_all_well { "all limits hold" } else { "NOT all limits hold" });
    if is_all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(figure: &Figure) -> String {
    let number =
        |value: Option<f64>, digits: usize| value.map_or("–".to_owned(), |value| format!("{value:.digits$}"));
    let limit = match figure.limit {
        Limit::AtMost(limit) => format!("{limit:.0}"),
        Limit::Times(limit) => format!("× {limit:.0}"),
    };
    format!(
        "{:<44} {:>9} {:>9} {:>6} {limit:>9}  {}",
        figure.what,
        number(figure.without, 1),
        number(Some(figure.with), 1),
        number(figure.ratio(), 2),
        if figure.holds() { "holds" } else { "DOES NOT HOLD" }
    )
}

//! The program in a process of its own, started through its library with one more layer under its log: one that panics
//! when a piece of work begins that the row has named. The program itself has no hooks; it only says which work begins.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use chinwag::config::Settings;
use chinwag::guarded::TARGET;
use clap::Parser;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// The first argument of this program when it is to be the server.
pub const AS_SERVER: &str = "--as-server";
/// What is answered on standard output once an order holds.
pub const ARMED: &str = "armed";

#[derive(Parser)]
struct Line {
    /// An order that holds from the start.
    #[arg(long)]
    panic_at: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// `--as-server [--panic-at WORK] …settings`. Further orders come on standard input: a work's name, and the first and
/// last time, counted from now, that it panics.
pub fn as_server(arguments: &[String]) -> ExitCode {
    let line = match Line::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => error.exit(),
    };
    if let Some(work) = &line.panic_at {
        arm(&format!("{work} 1 1"));
    }
    let filter = EnvFilter::new(format!("actix_server=warn,refinery_core=warn,info,{TARGET}=trace"));
    let log = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(filter).with(log).with(Panics).init();
    std::thread::spawn(|| {
        for order in std::io::stdin().lock().lines().map_while(Result::ok) {
            arm(&order);
            println!("{ARMED}");
        }
    });
    match chinwag::app::serve(&line.settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chinwag: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Order {
    work: String,
    first: u64,
    last: u64,
    begun: u64,
}

static ORDER: Mutex<Option<Order>> = Mutex::new(None);

fn arm(order: &str) {
    let mut words = order.split(' ');
    let work = words.next().unwrap_or_default().to_owned();
    let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    let order = Order { work, first: number(), last: number(), begun: 0 };
    *ORDER.lock().unwrap_or_else(PoisonError::into_inner) = Some(order);
}

/// Whether this work is to panic now.
fn is_struck(work: &str) -> bool {
    let mut order = ORDER.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(order) = order.as_mut().filter(|order| order.work == work) else { return false };
    order.begun += 1;
    (order.first..=order.last).contains(&order.begun)
}

struct Panics;

impl<S: Subscriber> Layer<S> for Panics {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        if event.metadata().target() != TARGET {
            return true;
        }
        let mut named = Named(None);
        event.record(&mut named);
        if let Some(work) = named.0.filter(|work| is_struck(work)) {
            panic!("a panic for the test in {work}");
        }
        // None of these lines is for the log.
        false
    }
}

struct Named(Option<String>);

impl Visit for Named {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "work" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

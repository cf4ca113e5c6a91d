//! `quytrinh bench simulate`: how many cases of the construction permit are simulated in a second on one core.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use crate::cli::draw::read;
use crate::cli::output::data;
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::service::library::read_calendar;
use crate::simulation::axis::Axis;
use crate::simulation::plan::{Known, Plan};
use crate::simulation::run::{Load, run as simulate};

/// How much to simulate.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Working days of arrivals in one run.
    #[arg(long, default_value_t = 2_500)]
    days: usize,
    /// How often; the run in the middle is printed.
    #[arg(long, default_value_t = 5)]
    rounds: u64,
    /// The folder that holds the construction permit and the calendar `hanoi`.
    #[arg(long, default_value = "workflows")]
    workflows: PathBuf,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Simulates on the calling thread alone, with officers enough that queues end.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let file = args.workflows.join("so-xay-dung/cap-phep-xay-dung.yaml");
    let Some(procedure) = read(&file, lang)? else { return Ok(1) };
    let path = args.workflows.join("calendars/hanoi.yaml");
    let text = std::fs::read_to_string(&path).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))?;
    let calendar = read_calendar(&text).map_err(|why| Failure::refused(format!("{}: {why}", path.display())))?;
    let axis = Axis::build(&calendar, jiff::civil::date(2026, 1, 5), args.days * 8 / 5, procedure.case.cut_off);
    let officers = procedure.people.keys().map(|people| (people.clone(), 100)).collect();
    let plan = Plan::of(&procedure, &Known { officers, ..Known::default() }, axis.full_day());
    let mut rates = Vec::new();
    for seed in 1..=args.rounds.max(1) {
        let begun = Instant::now();
        let tally = simulate(&plan, &axis, &Load { arrivals_a_day: 100.0, days: args.days, seed });
        rates.push(tally.ended as f64 / begun.elapsed().as_secs_f64());
    }
    rates.sort_unstable_by(f64::total_cmp);
    let rate = rates.get(rates.len() / 2).copied().unwrap_or(0.0).round();
    data(&match args.format {
        Format::Human => format!("simulated_cases_per_second {rate}\n"),
        Format::Json => format!("{}\n", json!({ "simulated_cases_per_second": rate })),
    });
    Ok(0)
}

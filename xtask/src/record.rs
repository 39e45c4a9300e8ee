//! `cargo xtask record`: measurements that the book shows.

use std::process::ExitCode;

use anyhow::Result;

use crate::link::link;
use crate::pairs::{self, PAIRS, Pair};
use crate::readme;
use crate::tour::{at_least_one, measure_all};
use crate::workspace::root;

/// Measure and keep the run in benches/records, for the book
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The subjects to record; all of them if none is named
    #[arg(value_parser = pairs::parser(), value_name = "SUBJECTS")]
    subjects: Vec<&'static Pair>,

    /// How often each variant runs
    #[arg(long, default_value_t = 20, value_parser = at_least_one)]
    rounds: u32,

    /// Measure nothing: only put the records into the README
    #[arg(long)]
    readme: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if !args.readme {
        let records = root().join("benches/records");
        if args.subjects.is_empty() {
            let all: Vec<_> = PAIRS.iter().collect();
            measure_all(&all, args.rounds, &records)?;
        } else {
            measure_all(&args.subjects, args.rounds, &records)?;
        }
        println!("Recorded in {}", link(&records));
    }
    readme::update()?;
    Ok(ExitCode::SUCCESS)
}

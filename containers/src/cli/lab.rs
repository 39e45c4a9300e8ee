//! `unc lab`: take a wrong way, and see it fail.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use containers::lab::{self, ALL, Settings};

/// See a wrong way fail, and learn why
///
/// Without a name all wrong ways are listed. What is the same each time is
/// compared with what must come of it: the exit code is 1 if it differs. What
/// is random is a rate, with the number of runs. What this machine does not
/// let us show is SKIPPED, with the reason.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Which one
    #[arg(value_parser = names(), hide_possible_values = true)]
    name: Option<String>,

    /// How often to try what is random, or to measure
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,

    /// The heaps of fork-cost
    #[arg(long, value_name = "MIB,...", value_delimiter = ',')]
    #[arg(default_value = "0,64,256")]
    #[arg(value_parser = clap::value_parser!(u32).range(..=1_048_576))]
    heap: Vec<u32>,
}

const EXAMPLES: &str = "\
Examples:
  unc lab                                list the wrong ways
  unc lab fork-lock --runs 1000          a child waits for a lock, for ever
  unc lab fork-cost --heap 0,256,1024    what a fork costs a large process
  unc lab chroot-escape                  out of a chroot, not out of a pivot";

fn names() -> PossibleValuesParser {
    let value = |way: &lab::WrongWay| PossibleValue::new(way.name);
    PossibleValuesParser::new(ALL.iter().map(value))
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let Some(name) = &args.name else {
        list(&mut io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    };
    let way = lab::find(name).expect("the parser takes names of ways only");
    let heaps = args.heap.iter().map(|&mib| mib as usize).collect();
    let settings = Settings { runs: args.runs, heaps };
    let is_expected = lab::print(way, &settings)?;
    Ok(if is_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list(out: &mut impl Write) -> io::Result<()> {
    for way in &ALL {
        writeln!(out, "{:18} {}", way.name, way.title)?;
    }
    Ok(())
}

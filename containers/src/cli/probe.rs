//! `unc probe`: what this kernel and this machine allow.

use std::io::{self, Write};
use std::process::ExitCode;

use containers::probe;

/// Print what this kernel and this machine allow, row by row
///
/// Each row takes its steps in a child process of its own and prints what the
/// kernel answered: the step that it refused, and the error. Root sees two
/// answers where they differ: its own, and that of a user that owns nothing.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Print JSON: the kernel, who asked, and the rows with an answer each
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  unc probe                                      the table
  unc probe --json | jq '.rows[] | select(.group == \"mounts\")'";

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let table = probe::table()?;
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &table)?;
        writeln!(out)?;
    } else {
        write!(out, "{table}")?;
    }
    Ok(ExitCode::SUCCESS)
}

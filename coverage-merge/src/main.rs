//! The command `coverage-merge`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}

//! `bench-compare`: is new really faster than old?

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main().into()
}

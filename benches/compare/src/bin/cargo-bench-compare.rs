//! `cargo bench-compare`: cargo runs a program of this name with the
//! subcommand's own name first, which `bench-compare` does not know.

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let here = env::current_exe().unwrap_or_default();
    let program = here
        .with_file_name(format!("bench-compare{}", env::consts::EXE_SUFFIX));
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "bench-compare") {
        arguments.remove(0);
    }
    match Command::new(&program).args(arguments).status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(2))
        }
        Err(error) => {
            eprintln!("error: {}: {error}", program.display());
            ExitCode::from(2)
        }
    }
}

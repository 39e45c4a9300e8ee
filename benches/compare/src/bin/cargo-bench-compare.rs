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
    match run(Command::new(&program).args(arguments)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}: {error}", program.display());
            ExitCode::from(2)
        }
    }
}

/// Becomes the program, so that whoever interrupts or ends this process meets
/// it, and nobody goes on before it is done.
#[cfg(unix)]
fn run(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn run(command: &mut Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code();
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}

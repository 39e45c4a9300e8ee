//! The command `unc`.

#[cfg(target_os = "linux")]
mod cli;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    containers::stage::become_init();
    if containers::net::holder::is_asked() {
        return match containers::net::holder::main() {
            Ok(()) => ExitCode::SUCCESS,
            // Who started it has been told.
            Err(error) => ExitCode::from(error.exit_code()),
        };
    }
    cli::run()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("unc: namespaces are Linux's: there is nothing to run here");
    ExitCode::from(125)
}

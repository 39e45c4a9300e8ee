//! The command `unc`.

#[cfg(target_os = "linux")]
mod cli;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    containers::stage::become_init();
    cli::run()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("unc: namespaces are Linux's: there is nothing to run here");
    ExitCode::from(125)
}

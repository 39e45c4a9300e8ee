//! The command that prints what is finalized, dropped and closed.

// Without descriptors (under loom, or off Unix) there is nothing to run.
#[cfg(all(unix, not(loom)))]
mod cli;

#[cfg(all(unix, not(loom)))]
fn main() -> std::process::ExitCode {
    cli::main()
}

#[cfg(not(all(unix, not(loom))))]
fn main() -> std::process::ExitCode {
    eprintln!("finalizers: descriptors are Unix's: nothing can run here");
    std::process::ExitCode::from(2)
}

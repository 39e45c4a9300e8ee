//! The command that prints what is finalized, dropped and closed.

// Without descriptors (under loom, or off Unix) there is nothing to print.
#[cfg(all(unix, not(loom)))]
mod cli;

#[cfg(all(unix, not(loom)))]
fn main() -> std::process::ExitCode {
    cli::main()
}

#[cfg(not(all(unix, not(loom))))]
fn main() {}

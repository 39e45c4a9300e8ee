//! `cargo xtask live`: compiles what the pages run to WebAssembly.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Result, ensure};
use support::atomic_file;

use crate::workspace::{cargo, relative, root, target};

const TARGET: &str = "wasm32-unknown-unknown";

/// Compile book/live to the WebAssembly that the pages run.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// More arguments for cargo, such as -Zbuild-std=std,panic_abort
    #[arg(last = true)]
    cargo: Vec<String>,
}

const HELP: &str = "\
Needs the target wasm32-unknown-unknown (rustup target add \
wasm32-unknown-unknown). A compiler without rustup does as well, such as \
Debian's rustc with libstd-rust-dev-wasm32: name it by the variable RUSTC.
The file is committed; a test runs it beside the crate itself.";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    ensure!(
        !args.cargo.is_empty() || has_target(),
        "the compiler has no library for {TARGET}: \
         run rustup target add {TARGET}, or see cargo xtask live --help"
    );
    // Apart from the other builds: its compiler may be another one.
    let folder = target("live");
    let mut build = cargo(["build", "--release", "--package", "live"]);
    build.args(["--lib", "--target", TARGET, "--target-dir"]);
    build.arg(&folder).args(&args.cargo);
    for (setting, value) in [
        ("OPT_LEVEL", "z"),
        ("LTO", "true"),
        ("CODEGEN_UNITS", "1"),
        ("PANIC", "abort"),
        ("STRIP", "true"),
    ] {
        build.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    ensure!(build.status()?.success(), "cargo build failed");
    let built = folder.join(TARGET).join("release/live.wasm");
    let target = root().join("book/live/live.wasm");
    let bytes = fs::read(built)?;
    atomic_file::write(&target, &bytes)?;
    println!("{}: {} bytes", relative(&target), bytes.len());
    Ok(ExitCode::SUCCESS)
}

/// Returns true if the compiler has a standard library for the target.
fn has_target() -> bool {
    let compiler = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let libraries = Command::new(compiler)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    libraries.is_ok_and(|output| {
        let path = String::from_utf8_lossy(&output.stdout);
        fs::read_dir(path.trim()).is_ok_and(|mut all| all.next().is_some())
    })
}

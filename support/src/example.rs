//! An example of a package, built with optimisation from within a test.

use std::path::PathBuf;
use std::process::Command;

/// Builds an example, and returns the path of its program.
///
/// # Panics
///
/// When it does not build.
pub fn build(package: &str, example: &str) -> PathBuf {
    let target = std::env::current_exe().expect("a test has a path");
    let target = target.ancestors().nth(3).expect("target/debug/deps/test");
    let cargo = std::env::var_os("CARGO").expect("cargo runs the test");
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", package])
        .args(["--example", example, "--target-dir"])
        .arg(target)
        // Without a sanitizer and for this machine, whatever the test itself
        // was built for.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the example does not build");
    target.join("release/examples").join(example)
}

//! An example of a package, built from within a test.

use std::path::PathBuf;
use std::process::Command;

/// Builds an example with optimisation, and returns the path of its program.
///
/// # Panics
///
/// When it does not build.
pub fn build(package: &str, example: &str) -> PathBuf {
    built(&["--release", "-p", package], example, "release")
}

/// Builds an example as `cargo test --workspace` builds, so that most is built
/// already, and returns the path of its program.
///
/// # Panics
///
/// When it does not build.
pub fn build_for_test(example: &str) -> PathBuf {
    built(&["--workspace"], example, "debug")
}

fn built(options: &[&str], example: &str, folder: &str) -> PathBuf {
    let target = std::env::current_exe().expect("a test has a path");
    let target = target.ancestors().nth(3).expect("target/debug/deps/test");
    let cargo = std::env::var_os("CARGO").expect("cargo runs the test");
    let status = Command::new(cargo)
        .args(["build", "--quiet"])
        .args(options)
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
    target.join(folder).join("examples").join(example)
}

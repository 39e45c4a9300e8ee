//! The check of machines and systems that this one is not: what is for Linux,
//! or for words of 64 bits, alone shows when others are compiled for.

use std::process::Command;

use super::sanitizers::{HELP, has_sources, nightly};
use super::step::Work;

/// What is compiled for some of them.
struct Platforms {
    targets: [&'static str; 2],
    packages: &'static [&'static str],
    /// Their commands too.
    kinds: &'static [&'static str],
}

const ALL: [Platforms; 2] = [
    // Words of 32 bits, on which nobody here tests: their kernels' types are
    // others.
    Platforms {
        targets: ["i686-unknown-linux-gnu", "armv7-unknown-linux-gnueabihf"],
        packages: &[
            "support",
            "timer-heap",
            "queue-locks",
            "finalizers",
            "containers",
        ],
        kinds: &["--lib"],
    },
    // Other systems, for what people install.
    Platforms {
        targets: ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"],
        packages: &[
            "support",
            "timer-heap",
            "queue-locks",
            "finalizers",
            "coverage-merge",
            "bench-compare",
        ],
        kinds: &["--lib", "--bins"],
    },
];

/// Needs a nightly that can build the standard library for another machine.
pub(super) fn platforms() -> Work {
    if !has_sources() {
        return Work::Absent(HELP);
    }
    let checks = ALL.iter().flat_map(|platforms| {
        platforms.targets.map(|target| check(target, platforms))
    });
    Work::Commands(checks.collect())
}

fn check(target: &str, platforms: &Platforms) -> Command {
    let mut command = nightly(&["cargo", "check", "-Zbuild-std"]);
    command.args(["--target", target]).args(platforms.kinds);
    for package in platforms.packages {
        command.args(["--package", package]);
    }
    // Nothing is linked, so C is not compiled either, whose headers for that
    // system nobody has here.
    let name = target.replace('-', "_");
    for tool in ["CC", "CXX", "AR", "RANLIB"] {
        command.env(format!("{tool}_{name}"), "true");
    }
    // Else it is looked for by a program that only macOS has.
    command.env("SDKROOT", "/");
    command.env("CARGO_TARGET_DIR", "target/narrow");
    command
}

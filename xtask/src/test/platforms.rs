//! The check of machines and systems that this one is not: what is for Linux,
//! or for words of 64 bits, alone shows when others are compiled for.

use std::process::Command;

use super::sanitizers::{HELP, has_sources, nightly};
use super::work::Work;
use crate::tools::ask;
use crate::workspace;

/// A foreign machine.
struct Platform {
    target: &'static str,
    packages: &'static [&'static str],
    /// What of them is compiled.
    options: &'static [&'static str],
}

const LIBRARIES: [&str; 4] =
    ["support", "timer-heap", "queue-locks", "finalizers"];

/// Linux's, for words of 32 bits: their kernels' types are others.
const ON_LINUX: [&str; 5] =
    ["support", "timer-heap", "queue-locks", "finalizers", "containers"];

/// With the commands that people install.
const INSTALLED: [&str; 6] = [
    "support",
    "timer-heap",
    "queue-locks",
    "finalizers",
    "coverage-merge",
    "bench-compare",
];

const ALL: [Platform; 4] = [
    Platform {
        target: "i686-unknown-linux-gnu",
        packages: &ON_LINUX,
        options: &["--lib"],
    },
    Platform {
        target: "armv7-unknown-linux-gnueabihf",
        packages: &ON_LINUX,
        options: &["--lib"],
    },
    Platform {
        target: "x86_64-pc-windows-gnu",
        packages: &INSTALLED,
        options: &["--lib", "--bins"],
    },
    // The commands are for any Unix, and the hosts of the workflows compile
    // all of the workspace.
    Platform {
        target: "aarch64-apple-darwin",
        packages: &LIBRARIES,
        options: &["--lib", "--no-default-features"],
    },
];

/// Needs a nightly that can build the standard library for another machine.
pub(super) fn platforms() -> Work {
    if !has_sources() {
        return Work::Absent(HELP.to_owned());
    }
    let can = |platform: &&Platform| {
        let is_whole =
            !platform.is_for_windows() || ask(DLLTOOL, &["-V"]).is_some();
        if !is_whole {
            println!("{NO_DLLTOOL}");
        }
        is_whole
    };
    Work::Commands(ALL.iter().filter(can).map(check).collect())
}

/// Makes the libraries of functions that Windows has, for its std.
const DLLTOOL: &str = "x86_64-w64-mingw32-dlltool";

const NO_DLLTOOL: &str = "\
NOT CHECKED: Windows, as there is no x86_64-w64-mingw32-dlltool. On Debian:
  apt-get install binutils-mingw-w64-x86-64";

impl Platform {
    fn is_for_windows(&self) -> bool {
        self.target.contains("windows")
    }
}

fn check(platform: &Platform) -> Command {
    let Platform { target, packages, options } = platform;
    let mut command = nightly(&["cargo", "check", "-Zbuild-std"]);
    command.args(["--target", target]).args(*options);
    for package in *packages {
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
    command.env("CARGO_TARGET_DIR", workspace::target("narrow"));
    command
}

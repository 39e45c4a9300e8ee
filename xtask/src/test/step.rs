//! The steps: their names, and the commands that each is made of.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use super::flags::FLAGS;
use super::work::Work;
use super::{browser, platforms, sanitizers};
use crate::peers::coverage::consumers::programs;
use crate::workspace::{cargo, metadata, target};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Step {
    /// rustfmt finds nothing to change
    Fmt,
    /// clippy has no warnings, the models' code included
    Clippy,
    /// rustdoc has no warnings
    Doc,
    /// Unit tests of every package
    Unit,
    /// Integration tests: properties, command lines, real threads and files
    Integration,
    /// Examples in the documentation and the book's inline code
    Doctest,
    /// Every benchmark once, with its assertions; one is profiled
    Bench,
    /// Every fuzz target compiles; cargo-fuzz runs them
    Fuzz,
    /// Each crate that is published makes a package
    Package,
    /// Programs that read what coverage-merge writes, where they are installed
    Consumers,
    /// The loom models, and their planted bugs
    Loom,
    /// The labs: their starters, our solutions, and wrong ones, judged
    Labs,
    /// Eight threads in random interleavings, and a planted bug
    Shuttle,
    /// Miri: no undefined behaviour, here and on two foreign machines
    Miri,
    /// AddressSanitizer: no use of freed memory, and no leak
    Asan,
    /// ThreadSanitizer: no data race where threads meet
    Tsan,
    /// It compiles for words of 32 bits, for Windows and for macOS
    Narrow,
    /// The book builds; its links, includes and tables are whole
    Book,
    /// What the book tells the reader to break, broken
    Breaks,
    /// The book in a real browser, if Chromium and chromedriver are here
    Browser,
    /// The rules that no compiler checks
    Tidy,
}

impl Step {
    pub(super) fn name(self) -> String {
        let value = self.to_possible_value().expect("no step is skipped");
        value.get_name().to_owned()
    }

    pub(super) fn help(self) -> String {
        let value = self.to_possible_value().expect("no step is skipped");
        value.get_help().expect("each step has a doc").to_string()
    }

    /// Returns whether the step builds into the workspace's own target folder,
    /// where cargo lets one build wait for another.
    pub(super) fn shares_target(self) -> bool {
        !matches!(
            self,
            Self::Fmt
                | Self::Fuzz
                | Self::Loom
                | Self::Shuttle
                | Self::Miri
                | Self::Asan
                | Self::Tsan
                | Self::Narrow
                | Self::Breaks
        )
    }

    /// Returns what the step runs, one after the other.
    pub(super) fn work(self) -> Result<Work> {
        Ok(Work::Commands(match self {
            Self::Fmt => {
                let check = vec![cargo(["fmt", "--all", "--check"])];
                return Ok(Work::by_component("fmt", "rustfmt", check));
            }
            Self::Clippy => {
                return Ok(Work::by_component("clippy", "clippy", clippy()?));
            }
            Self::Doc => vec![doc()],
            Self::Unit => vec![test(["--lib", "--bins"])],
            Self::Integration => vec![test(test_targets(|package| {
                !["book", "xtask"].contains(&package)
            })?)],
            Self::Doctest => vec![test(["--doc"])],
            Self::Bench => vec![test(["--benches"]), profile()],
            Self::Fuzz => fuzz()?,
            Self::Package => vec![package()?],
            Self::Consumers => return Ok(consumers()),
            Self::Loom => loom(),
            Self::Labs => vec![labs()],
            Self::Shuttle => vec![shuttle()],
            Self::Miri => return Ok(sanitizers::miri()),
            Self::Asan => return Ok(sanitizers::asan()),
            Self::Tsan => return Ok(sanitizers::tsan()),
            Self::Narrow => return Ok(platforms::platforms()),
            Self::Book => vec![test(test_targets(|name| name == "book")?)],
            Self::Breaks => {
                return Ok(Work::by_programs(&["git"], vec![breaks()]));
            }
            Self::Browser => return Ok(browser::where_there_is_one(browser())),
            Self::Tidy => vec![test(test_targets(|name| name == "xtask")?)],
        }))
    }
}

/// Returns what gives our reports to other programs.
fn consumers() -> Work {
    let check = cargo(["xtask", "peers", "coverage", "--consumers"]);
    Work::by_programs(&programs(), vec![check])
}

/// Returns the tests of the book in a browser.
fn browser() -> Command {
    let mut command = test(["--test", "browser"]);
    command.args(["--", "--ignored"]);
    command
}

/// Returns the test that applies each patch of the book's and makes its run.
fn breaks() -> Command {
    let mut command = test(["--test", "breaks"]);
    command.args(["--", "--ignored", "--nocapture"]);
    command
}

/// Returns `cargo test` for some targets of the whole workspace.
///
/// It is never for a single package, because its dependencies would be built
/// with fewer features, and so all over again.
fn test<S: AsRef<OsStr>>(targets: impl IntoIterator<Item = S>) -> Command {
    let mut command = cargo(["test", "--workspace", "--no-fail-fast"]);
    command.args(targets);
    command
}

/// Returns `--test` for each integration test of the packages that `of` takes.
fn test_targets(of: impl Fn(&str) -> bool) -> Result<BTreeSet<String>> {
    let packages = metadata()?.packages;
    let chosen = packages.iter().filter(|package| of(&package.name));
    Ok(chosen
        .flat_map(|package| &package.targets)
        .filter(|target| target.is_test())
        .map(|target| format!("--test={}", target.name))
        .collect())
}

fn clippy() -> Result<Vec<Command>> {
    let mut all = cargo(["clippy", "--workspace", "--all-targets"]);
    let mut models = with_loom(cargo(["clippy", "--lib", "--test", "loom"]));
    models.args(packages_with_models()?);
    let mut random = with_shuttle(cargo(["clippy", "--lib"]));
    random.args(SHUTTLE_TESTS);
    for command in [&mut all, &mut models, &mut random] {
        command.args(["--", "--deny", "warnings"]);
    }
    Ok(vec![all, models, random])
}

fn doc() -> Command {
    let mut command = cargo(["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    command
}

/// Checks each workspace of fuzz targets, of which a package has one in
/// `fuzz/`. Without its feature, because libFuzzer needs a C++ compiler.
fn fuzz() -> Result<Vec<Command>> {
    let packages = metadata()?.packages;
    let manifests = packages
        .iter()
        .map(|package| package.manifest_path.with_file_name("fuzz/Cargo.toml"))
        .filter(|manifest| manifest.exists());
    let check = |manifest| {
        let mut command = cargo(["check", "--no-default-features"]);
        command.arg("--target-dir").arg(target("fuzz"));
        command.arg("--manifest-path").arg(manifest);
        command
    };
    Ok(manifests.map(check).collect())
}

/// Packs what is published. Nothing is built from it: RELEASING.md has that.
fn package() -> Result<Command> {
    let packages = metadata()?.packages;
    // `publish = false` is an empty list of registries.
    let published = packages.iter().filter(|package| {
        package.publish.as_ref().is_none_or(|to| !to.is_empty())
    });
    let mut command = cargo(["package", "--no-verify", "--allow-dirty"]);
    command.args(published.map(|it| format!("--package={}", it.name)));
    Ok(command)
}

fn loom() -> Vec<Command> {
    let optimized = ["test", "--release", "--no-fail-fast"];
    let mut support = with_loom(cargo(optimized));
    support.args(["--package", "support", "--lib"]);
    let models = cargo(["loom", "--all"]);
    // What the command prints, and the model that it makes.
    let mut command = test(["--test", "built"]);
    command.args(["--", "--ignored"]);
    vec![support, models, command]
}

/// Returns the test that builds and judges what stands in `labs`.
fn labs() -> Command {
    let mut command = test(["--test", "labs"]);
    command.args(["--", "--ignored", "--nocapture"]);
    command
}

/// Where many threads meet at once, which loom cannot explore.
const SHUTTLE_TESTS: [&str; 3] = ["--package=queue-locks", "--test", "shuttle"];

fn shuttle() -> Command {
    let mut test = with_shuttle(cargo(["test", "--release"]));
    test.args(SHUTTLE_TESTS);
    test
}

fn with_loom(command: Command) -> Command {
    with_flag(command, "--cfg loom", "loom")
}

fn with_shuttle(command: Command) -> Command {
    with_flag(command, "--cfg shuttle", "shuttle")
}

/// Gives a command a flag, and a target folder of its own, because the flag
/// changes every crate.
fn with_flag(mut command: Command, flag: &str, folder: &str) -> Command {
    for name in FLAGS {
        command.env_remove(name);
    }
    command.env("RUSTFLAGS", flag).env("CARGO_TARGET_DIR", target(folder));
    command
}

/// Returns `--package` for each package that has a test called `loom`.
fn packages_with_models() -> Result<Vec<String>> {
    let has_models = |package: &&cargo_metadata::Package| {
        let mut targets = package.targets.iter();
        targets.any(|target| target.is_test() && target.name == "loom")
    };
    let packages = metadata()?.packages;
    let with_models = packages.iter().filter(has_models);
    Ok(with_models
        .map(|package| format!("--package={}", package.name))
        .collect())
}

/// Returns the command that makes both profiles of one benchmark. Nobody reads
/// them, so that an optimized build is not waited for.
fn profile() -> Command {
    let benchmark = "measuring/format/hello/new-string";
    let short = ["--seconds", "1", "--profile", "dev"];
    let mut command = cargo(["xtask", "profile", benchmark]);
    command.args(short);
    command
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// A relative one would lie in the tree, wherever the user's is.
    #[test]
    fn what_has_a_target_folder_of_its_own_has_it_in_the_users() {
        // Clippy's own, as a toolchain without it has no such step.
        let mut all = clippy().expect("cargo is here");
        all.extend(loom().into_iter().chain([shuttle()]));
        let folders = all.iter().flat_map(|command| {
            command
                .get_envs()
                .filter(|(name, _)| *name == "CARGO_TARGET_DIR")
                .filter_map(|(_, value)| value.map(Path::new))
        });
        let folders: Vec<&Path> = folders.collect();
        for folder in &folders {
            assert_eq!(folder.parent(), target("x").parent());
        }
        assert_eq!(folders.len(), 4, "{folders:?}");
    }
}

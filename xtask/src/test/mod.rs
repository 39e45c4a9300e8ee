//! `cargo xtask test`: everything that can fail, step by step.

mod needs;
mod sanitizers;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::workspace::{cargo, metadata};
use needs::Found;

/// Run everything that can fail, or the named steps
///
/// Each step is named and timed. A failed step does not stop the ones after
/// it; the exit code is 1 if any failed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The steps to run, in this order; all of them if none is named
    #[arg(value_enum)]
    steps: Vec<Step>,

    /// List the steps and what they run
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask test             everything
  cargo xtask test loom        the loom models alone
  cargo xtask test fmt clippy  what is quick to check before a commit";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
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
    /// Eight threads in random interleavings, and a planted bug
    Shuttle,
    /// Miri: no undefined behaviour, here and on two foreign machines
    Miri,
    /// AddressSanitizer: no use of freed memory, and no leak
    Asan,
    /// ThreadSanitizer: no data race where threads meet
    Tsan,
    /// The libraries compile for machines with words of 32 bits
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    /// What the step needs is not installed; it has said what.
    NotTested,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::NotTested => "absent",
        }
    }
}

/// How a step went.
struct Outcome {
    step: Step,
    result: Verdict,
    time: Duration,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if args.list {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    let steps = match args.steps.as_slice() {
        [] => Step::value_variants(),
        named => named,
    };
    // A step alone says itself what it lacks.
    let found = args.steps.is_empty().then(Found::look);
    found.iter().for_each(Found::print);
    say_flags();
    let outcomes: Vec<Outcome> =
        steps.iter().map(|&step| step.run()).collect::<Result<_>>()?;
    let code = sum_up(&outcomes);
    found.iter().for_each(Found::print_absent);
    Ok(code)
}

/// Where a user's flags for the compiler may be; the first that is set counts.
const FLAGS: [&str; 3] =
    ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// Says what becomes of flags that the user has set for the compiler.
fn say_flags() {
    let set = FLAGS.into_iter().find_map(|name| {
        let flags = std::env::var(name).ok()?;
        Some((name, flags)).filter(|(_, flags)| !flags.is_empty())
    });
    if let Some((name, flags)) = set {
        println!(
            "{name} is set ({flags:?}). It holds for the plain steps; loom, \
             shuttle, miri, asan, tsan and narrow have flags of their own."
        );
    }
}

fn list() {
    for step in Step::value_variants() {
        println!("{:<12} {}", step.name(), step.help());
    }
}

impl Step {
    fn name(self) -> String {
        let value = self.to_possible_value().expect("no step is skipped");
        value.get_name().to_owned()
    }

    fn help(self) -> String {
        let value = self.to_possible_value().expect("no step is skipped");
        value.get_help().expect("each step has a doc").to_string()
    }

    fn run(self) -> Result<Outcome> {
        println!("\n== {}: {}", self.name(), self.help());
        std::io::stdout().flush()?;
        let start = Instant::now();
        let commands = self.commands()?;
        let mut result = if commands.is_empty() {
            Verdict::NotTested
        } else {
            Verdict::Passed
        };
        for mut command in commands {
            let status = command
                .status()
                .with_context(|| format!("cannot run {command:?}"))?;
            if !status.success() {
                result = Verdict::Failed;
            }
        }
        let time = start.elapsed();
        Ok(Outcome { step: self, result, time })
    }

    fn commands(self) -> Result<Vec<Command>> {
        Ok(match self {
            Self::Fmt => vec![cargo(["fmt", "--all", "--check"])],
            Self::Clippy => clippy()?,
            Self::Doc => vec![doc()],
            Self::Unit => vec![test(["--lib", "--bins"])],
            Self::Integration => vec![test(test_targets(|package| {
                !["book", "xtask"].contains(&package)
            })?)],
            Self::Doctest => vec![test(["--doc"])],
            Self::Bench => vec![test(["--benches"]), profile()],
            Self::Fuzz => fuzz()?,
            Self::Package => vec![package()?],
            Self::Consumers => {
                vec![cargo(["xtask", "peers", "coverage", "--consumers"])]
            }
            Self::Loom => loom(),
            Self::Shuttle => vec![shuttle()],
            Self::Miri => sanitizers::miri(),
            Self::Asan => sanitizers::asan(),
            Self::Tsan => sanitizers::tsan(),
            Self::Narrow => sanitizers::narrow(),
            Self::Book => vec![test(test_targets(|name| name == "book")?)],
            Self::Breaks => vec![breaks()],
            Self::Browser => browser(),
            Self::Tidy => vec![test(test_targets(|name| name == "xtask")?)],
        })
    }
}

/// Returns the tests of the book in a browser; nothing, where there is none.
fn browser() -> Vec<Command> {
    let there = Command::new("chromedriver").arg("--version").output();
    if there.is_err() {
        println!(
            "NOT TESTED: there is no chromedriver. On Debian:\n  \
             apt-get install chromium chromium-driver"
        );
        return Vec::new();
    }
    let mut command = test(["--test", "browser"]);
    command.args(["--", "--ignored"]);
    vec![command]
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
        command.args(["--target-dir", "target/fuzz", "--manifest-path"]);
        command.arg(manifest);
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
    let test = ["test", "--release", "--no-fail-fast"];
    let mut support = with_loom(cargo(test));
    support.args(["--package", "support", "--lib"]);
    let models = cargo(["loom", "--all"]);
    // What the command prints, and the model that it makes.
    let mut command = cargo(["test", "--package", "loom-run"]);
    command.args(["--test", "built", "--", "--ignored"]);
    vec![support, models, command]
}

/// Where many threads meet at once, which loom cannot explore.
const SHUTTLE_TESTS: [&str; 3] = ["--package=queue-locks", "--test", "shuttle"];

fn shuttle() -> Command {
    let mut test = with_shuttle(cargo(["test", "--release"]));
    test.args(SHUTTLE_TESTS);
    test
}

fn with_loom(command: Command) -> Command {
    with_flag(command, "--cfg loom", "target/loom")
}

fn with_shuttle(command: Command) -> Command {
    with_flag(command, "--cfg shuttle", "target/shuttle")
}

/// Gives a command a flag, and a target folder of its own, because the flag
/// changes every crate.
fn with_flag(mut command: Command, flag: &str, target: &str) -> Command {
    for name in FLAGS {
        command.env_remove(name);
    }
    command.env("RUSTFLAGS", flag).env("CARGO_TARGET_DIR", target);
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

fn sum_up(outcomes: &[Outcome]) -> ExitCode {
    println!("\n{:<12} {:<7} {:>8}", "step", "result", "seconds");
    for outcome in outcomes {
        let result = outcome.result.name();
        let seconds = outcome.time.as_secs_f64();
        let name = outcome.step.name();
        println!("{name:<12} {result:<7} {seconds:>8.1}");
    }
    let total: Duration = outcomes.iter().map(|outcome| outcome.time).sum();
    println!("{:<12} {:<7} {:>8.1}", "all", "", total.as_secs_f64());

    let failed: Vec<String> = outcomes
        .iter()
        .filter(|outcome| outcome.result == Verdict::Failed)
        .map(|outcome| outcome.step.name())
        .collect();
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    let failed = failed.join(" ");
    println!("\nFailed: {failed}\nAgain:  cargo xtask test {failed}");
    ExitCode::FAILURE
}

/// Returns the command that makes both profiles of one benchmark.
fn profile() -> Command {
    let benchmark = "measuring/format/hello/new-string";
    cargo(["xtask", "profile", benchmark, "--seconds", "1"])
}

//! What the command understands, and how it ends.
//!
//! A run goes through these, from the first to the last:
//! - `inputs`: the arguments that say what is read, and the reading.
//! - `gates`: limits that a CI sets.
//! - `explain`, `patch`: two commands with an output of their own.
//! - `output`: where the result goes, and in which format; `pages`: an HTML
//!   report of many files; `write_behind`: a second thread that writes it.
//! - `signals`: what happens when somebody ends it.
//! - `destination`: standard output and files; `colour`: what is set off there.
//! - `failure`: the exit code, and the message; `mistyped`: a command that was
//!   meant.

mod colour;
mod destination;
mod explain;
mod failure;
mod gates;
mod inputs;
mod mistyped;
mod output;
mod pages;
mod patch;
mod signals;
mod write_behind;

use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use coverage_merge::{By, Profile, SourceTree, Total, percent};
use support::manual;

use colour::{GOOD, painted, percentages};
use destination::{fitted, print, print_coloured};
use failure::{Failure, note};
use gates::{Limits, NEEDS_SOURCE};
use inputs::Inputs;
use output::Output;

/// Merges coverage profiles, exactly and in any order: Go (text and
/// GOCOVERDIR), LCOV, Cobertura, Clover, JaCoCo, and the JSON of Istanbul and
/// llvm-cov; plain, gzip or zstd.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 80)]
#[command(args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    merge: Merge,
}

const EXAMPLES: &str = "\
Examples:
  coverage-merge unit.out integration.out -o all.out
  coverage-merge merge 'shards/**/*.out' @more.txt -o all.out
  cat a.out | coverage-merge - b.out --format html --source . -o report.html
  coverage-merge report $GOCOVERDIR --by package --fail-under 80
  coverage-merge diff main.out branch.out --max-drop 0.5
  git diff main | coverage-merge diff --patch - all.out --fail-under 90
  coverage-merge explain strings/builder.go:42 shards/

A folder stands for all profiles in it; - is standard input; @FILE names a
list of inputs, one a line. An input called like a command is given as
./report.

Exit codes: 0 fine, 1 a gate missed, 2 bad usage, 3 bad input or an
unwritable output, 4 a conflict between inputs.";

#[derive(Subcommand)]
enum Command {
    Merge(Merge),
    Report(Report),
    Diff(patch::Diff),
    Subtract(Subtract),
    Intersect(Intersect),
    Check(Check),
    Explain(explain::Explain),
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Write the union of the inputs
#[derive(Args)]
struct Merge {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    output: Output,
}

/// Print totals by package, file or function
#[derive(Args)]
struct Report {
    #[command(flatten)]
    inputs: Inputs,
    /// What a row stands for
    #[arg(long, value_enum, default_value_t)]
    by: Rows,
    #[command(flatten)]
    gates: Limits,
    /// List the lines that did not run too
    #[arg(long)]
    missed: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Rows {
    #[default]
    Package,
    File,
    /// Go's functions need --source
    Function,
    /// The total alone
    Total,
}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Table,
    Markdown,
    Json,
    /// Annotations for a step of GitHub's workflows; --source with go.mod
    /// turns Go's paths into those of the repository
    Github,
}

/// Write the first input without what the others cover: those counts become
/// 0. What is left is what this input alone reaches
#[derive(Args)]
struct Subtract {
    #[command(flatten)]
    merge: Merge,
}

/// Write the first input with the least count that any input has: what all
/// inputs reach
#[derive(Args)]
struct Intersect {
    #[command(flatten)]
    merge: Merge,
}

/// Check that the inputs are valid, agree, and pass the gates
#[derive(Args)]
struct Check {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    gates: Limits,
}

/// Print the completions for a shell
#[derive(Args)]
struct Completions {
    shell: clap_complete::Shell,
}

pub(crate) fn run() -> ExitCode {
    signals::clean_up_on_signals();
    let outcome = match Cli::parse() {
        Cli { command: Some(command), .. } => command.run(),
        Cli { mut merge, .. } => merge.run().map_err(|failure| {
            let tip = merge.inputs.first();
            let tip = tip.and_then(|it| mistyped::tip(it, &Cli::command()));
            failure.with_tip(tip)
        }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

impl Command {
    fn run(mut self) -> Result<(), Failure> {
        match &mut self {
            Self::Merge(merge) => merge.run(),
            Self::Report(report) => report.run(),
            Self::Diff(diff) => diff.run(),
            Self::Subtract(Subtract { merge }) => {
                set_operation(merge, Profile::subtract)
            }
            Self::Intersect(Intersect { merge }) => {
                set_operation(merge, Profile::intersect)
            }
            Self::Check(check) => check.run(),
            Self::Explain(explain) => explain.run(),
            Self::Completions(Completions { shell }) => {
                let mut command = Cli::command();
                let name = "coverage-merge";
                let mut out = Vec::new();
                clap_complete::generate(*shell, &mut command, name, &mut out);
                print(&out)
            }
            Self::Man => print(&manual::page(Cli::command())),
        }
    }
}

impl Merge {
    fn run(&mut self) -> Result<(), Failure> {
        self.inputs.set_outputs(self.output.paths());
        let union = self.inputs.read()?;
        let (tree, threads) =
            (self.inputs.source_tree()?, self.inputs.threads());
        let written = self.output.write(&union, tree.as_ref(), threads);
        // The process ends now, which frees its memory in one go.
        std::mem::forget(union);
        written
    }
}

impl Report {
    fn run(&self) -> Result<(), Failure> {
        let union = self.inputs.read()?;
        let by = match self.by {
            Rows::File => By::File,
            Rows::Function => By::Function,
            Rows::Package | Rows::Total => By::Package,
        };
        let tree = self.inputs.source_tree()?;
        if self.source_is_missing(&union) {
            note(NEEDS_SOURCE);
        }
        if let Format::Github = self.format {
            let union = in_repository(&union, tree.as_ref())?;
            print(union.report(By::File, None).github().as_bytes())?;
            return self.gates.check(&union, &self.inputs);
        }
        let mut report = union.report(by, tree.as_ref());
        if let Rows::Total = self.by {
            report.rows.clear();
        }
        match self.format {
            Format::Table => print_coloured(&percentages(&fitted(&report))),
            Format::Markdown => print(report.markdown().as_bytes()),
            Format::Json => print(report.json().as_bytes()),
            Format::Github => print(report.github().as_bytes()),
        }?;
        if self.missed {
            let files = union.report(By::File, None);
            print(files.missed_lines().as_bytes())?;
        }
        self.gates.check(&union, &self.inputs)
    }

    fn source_is_missing(&self, union: &Profile) -> bool {
        let by_function = matches!(self.by, Rows::Function);
        by_function && !self.inputs.has_source() && union.mode().is_some()
    }
}

/// Returns a profile with the paths of the repository, as far as its folder is
/// known: Go's begin with the module.
fn in_repository(
    profile: &Profile,
    tree: Option<&SourceTree>,
) -> Result<Profile, Failure> {
    let Some(tree) = tree else { return Ok(profile.clone()) };
    Ok(profile.rename(|path| {
        Some(tree.relative(path).unwrap_or_else(|| path.to_owned()))
    })?)
}

fn set_operation(
    merge: &mut Merge,
    combine: fn(&Profile, &Profile) -> Profile,
) -> Result<(), Failure> {
    let Merge { inputs, output } = merge;
    inputs.set_outputs(output.paths());
    let mut parts = inputs.read_each()?.into_iter();
    let first = parts
        .next()
        .ok_or_else(|| Failure::usage("at least one input is needed"))?;
    let result = parts.fold(first, |result, part| combine(&result, &part));
    output.write(&result, inputs.source_tree()?.as_ref(), inputs.threads())
}

impl Check {
    fn run(&self) -> Result<(), Failure> {
        let union = self.inputs.read()?;
        self.gates.check(&union, &self.inputs)?;
        let total: Total = union.total();
        let line = if total.is_empty() {
            "fine: no statements at all\n".to_owned()
        } else {
            let fine = painted(GOOD, "fine");
            format!("{fine}: {} covered\n", percent(total))
        };
        print_coloured(&line)
    }
}

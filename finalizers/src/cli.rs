//! Prints what is finalized, dropped and closed, and what never is.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::{CommandFactory, Parser, Subcommand};
use finalizers::experiments::{self, ALL, Experiment, at_exit};
use finalizers::traces;
use support::manual;
use support::near::unknown;
use support::paragraph::{folded, hanging};
use terminal_size::terminal_size_of;

/// Runs the experiments of the finalizers chapter and prints their outcomes.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 80,
    after_help = "Examples:
  finalizers                        all experiments
  finalizers list-finalizers tiny   only these
  finalizers --traces 300           programs for real Go to run too
  finalizers --repeat 1000 blocked  the same outcome 1000 times of 1000?

Ends with code 1 if an outcome is not the expected one."
)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// The experiments to run; all if none is named
    names: Vec<String>,
    /// How often to run each; one outcome that differs is a failure
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    repeat: u32,
    /// Print so many random programs of objects with their traces, and end
    #[arg(long, value_name = "PROGRAMS", conflicts_with = "names")]
    traces: Option<u64>,
    /// The number of the first random program
    #[arg(long, default_value_t = 1, requires = "traces")]
    seed: u64,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
    /// Runs what needs a process of its own
    #[command(hide = true)]
    Scenario { name: String },
}

impl Command {
    fn run(&self) -> io::Result<()> {
        let mut command = Arguments::command();
        let mut out = Vec::new();
        match self {
            Self::Completions { shell } => {
                let name = "finalizers";
                clap_complete::generate(*shell, &mut command, name, &mut out);
            }
            Self::Man => out = manual::page(command),
            Self::Scenario { name } => return at_exit::scenario(name),
        }
        io::stdout().write_all(&out)
    }
}

pub(crate) fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Not `eprintln`, which panics if nobody can read it.
            let said = folded(&format!("finalizers: {error}"), width());
            let _ = writeln!(io::stderr(), "{}", said.join("\n"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    if let Some(command) = &arguments.command {
        command.run()?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(count) = arguments.traces {
        print_traces(arguments.seed, count)?;
        return Ok(ExitCode::SUCCESS);
    }
    let program = std::env::current_exe()?;
    let mut are_expected = true;
    for experiment in chosen(&arguments.names)? {
        are_expected &= report(experiment, arguments.repeat, &program)?;
    }
    for line in folded(WHY, width()) {
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(if are_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_traces(seed: u64, count: u64) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for number in 0..count {
        let program = traces::random(seed.wrapping_add(number));
        let trace = traces::trace(&program).map_err(io::Error::other)?;
        writeln!(out, "{program} = {trace}")?;
    }
    Ok(())
}

fn chosen(names: &[String]) -> io::Result<Vec<&'static Experiment>> {
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    let find = |name: &String| {
        experiments::find(name).ok_or_else(|| {
            let known: Vec<_> = ALL.iter().map(|e| e.name).collect();
            let all = known.join(", ");
            io::Error::other(unknown("experiment", name, known, &all))
        })
    };
    names.iter().map(find).collect()
}

/// What is said at the end.
const WHY: &str = "Why each answer is the only right one: the part on \
                   finalizers of the book, which `cargo xtask book --open` \
                   shows.";

/// Prints the outcome; returns whether it was the expected one each time.
fn report(
    experiment: &Experiment,
    repeat: u32,
    program: &Path,
) -> io::Result<bool> {
    let Experiment { name, question, expected, .. } = experiment;
    if let Some(device) = experiment.lacks() {
        let skipped = format!("SKIPPED: there is no {device} here");
        print_row(name, &skipped, Style::new().dimmed())?;
        return Ok(true);
    }
    for _ in 0..repeat {
        let outcome = experiment.run(program)?;
        if outcome != *expected {
            let bad = AnsiColor::Red.on_default().bold();
            print_row(name, &format!("{question}: {outcome}"), bad)?;
            print_row("", &format!("expected: {expected}"), bad)?;
            return Ok(false);
        }
    }
    let good = Style::new().bold();
    print_row(name, &format!("{question}: {expected}"), good)?;
    Ok(true)
}

/// Prints at once, as the next experiment may take a second. The name has a
/// style, where the output takes one.
fn print_row(name: &str, text: &str, style: Style) -> io::Result<()> {
    let row = hanging(&format!("{name:18} "), text, width());
    let text = row.strip_prefix(name).unwrap_or(&row);
    let mut out = anstream::stdout().lock();
    write!(out, "{style}{name}{style:#}{text}")?;
    out.flush()
}

/// Returns the columns of the terminal, if they are fewer than the 80 that
/// are printed elsewhere.
fn width() -> usize {
    let columns = terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    usize::from(columns.unwrap_or(80).clamp(40, 80))
}

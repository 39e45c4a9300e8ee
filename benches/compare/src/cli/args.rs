//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use super::choices::{Colour, FailOn, Format, Number, Order, Style};
use super::filter::Filter;
use super::threshold::Threshold;

const EXAMPLES: &str = "\
Examples:
  Is what I changed faster? The last commit against the work tree:
    cargo bench-compare git HEAD

  Two commits, and one bench target:
    cargo bench-compare git HEAD~1 HEAD -- --bench queues

  Counts as well, which no load of the machine disturbs:
    cargo bench-compare git HEAD --instructions
    cargo bench-compare git HEAD --instructions --rounds 1 \\
      --fail-on slower --judge instructions,allocations

  What `cargo bench` left (`new` is the latest run); no verdict, but a look:
    cargo bench -- --save-baseline old
    cargo bench
    cargo bench-compare old new

  Two machines, say of a CI matrix; and what both say together:
    cargo bench-compare git HEAD~1 HEAD --save runs/one
    cargo bench-compare 'old=runs/*/old.json' 'new=runs/*/new.json'

  Several runs a side, so that a verdict is possible:
    cargo bench-compare old=r1,r3,r5,r7,r9 new=r2,r4,r6,r8,r10
    cargo bench-compare 'old-*' 'new-*'

  Names inside one baseline; two files of Go; a gate for CI:
    cargo bench-compare --variants swap,hole 'tour-*'
    cargo bench-compare --style benchcmp old.txt new.txt
    cargo bench-compare --fail-on slower --threshold 5% 'old-*' 'new-*'
    cargo bench-compare --threshold 1% --threshold 'io/**=10%' old new

Exit status:
  0  compared; with --fail-on, nothing is slower
  1  with --fail-on: a regression is proven
  2  wrong usage, or something could not be read
  3  with --fail-on: the runs do not decide it, or something is missing";

/// Says whether new is really faster than old, from criterion's results.
///
/// Each SIDE is a baseline's name, a pattern of names ('old-*'), a file (an
/// export, or text of `go test -bench`; - is standard input), or a label with
/// several of them (old=r1,r2,r3). The first side is the base. Without a
/// side, the baselines that exist are listed.
#[derive(Debug, Parser)]
#[command(
    name = "bench-compare",
    version,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    max_term_width = 80
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The sides to compare, the base first.
    #[arg(value_name = "SIDE")]
    pub(crate) sides: Vec<String>,

    /// List the baselines that exist.
    #[arg(long, conflicts_with = "sides")]
    pub(crate) baselines: bool,

    /// Print the names of the baselines, one a line, for the completions.
    #[arg(long, hide = true, conflicts_with = "sides")]
    pub(crate) names: bool,

    /// Write this side, with all samples, as `export` does.
    #[arg(long, value_name = "SIDE", conflicts_with = "sides")]
    pub(crate) export: Option<String>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// What can be done besides comparing what is there.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build a commit and the work tree (or a second commit), run them
    /// alternately, row by row, and compare.
    Git(GitArgs),
    /// Run two bench binaries alternately, and compare.
    Run(RunArgs),
    /// Write the runs of a side, with all samples, as one file.
    Export(ExportArgs),
    /// Learn from many runs of one binary how much they vary.
    Calibrate(CalibrateArgs),
    /// Remove the trees of commits, what was built of them, and what was
    /// measured.
    Clean,
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page.
    Man,
}

/// `git`: a commit against the work tree, or against another commit.
///
/// Neither the work tree nor the index is touched: commits are checked out in
/// the user's cache directory, where no settings of the work tree are found.
/// What is interrupted is resumed by the same command.
#[derive(Debug, Args)]
pub(crate) struct GitArgs {
    /// The commit to compare with.
    pub(crate) old: String,
    /// The commit to judge [default: the work tree, changes and all].
    pub(crate) new: Option<String>,
    #[command(flatten)]
    pub(crate) rounds: Rounds,
    #[command(flatten)]
    pub(crate) options: Options,
    /// As for `cargo bench`: options of cargo, `--`, options of criterion.
    #[arg(last = true)]
    pub(crate) bench_args: Vec<String>,
}

/// `run`: two binaries.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The bench binary to compare with.
    pub(crate) old: PathBuf,
    /// The bench binary to judge.
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) rounds: Rounds,
    #[command(flatten)]
    pub(crate) options: Options,
    /// Options of criterion, and filters.
    #[arg(last = true)]
    pub(crate) bench_args: Vec<String>,
}

/// How often to run.
#[derive(Clone, Debug, Args)]
pub(crate) struct Rounds {
    /// How often each side runs.
    #[arg(
        long,
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    pub(crate) rounds: u32,
    /// How many processes of a benchmark make one run of a side; their
    /// samples are those of one [default: 3 short ones; 1 where options of
    /// criterion say how it measures, or one takes longer than 1.5 seconds].
    #[arg(long, value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) processes: Option<u32>,
    /// Look after about half the rounds and stop if all is decided; the rate of
    /// false alarms is shared out: a fifth for this look, the rest at the end.
    #[arg(long)]
    pub(crate) stop_early: bool,
    /// Count instructions and allocations of one iteration as well, by the
    /// processor's counters (perf) or by valgrind: some seconds a row.
    #[arg(long)]
    pub(crate) instructions: bool,
    /// Keep the runs as DIR/old.json and DIR/new.json, with all samples and
    /// their rounds, to be compared again or together with those of other
    /// machines.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

/// `export`: one file.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What to write, as for a comparison.
    pub(crate) side: String,
    #[command(flatten)]
    pub(crate) io: IoArgs,
}

/// `calibrate`: a noise profile.
#[derive(Debug, Args)]
pub(crate) struct CalibrateArgs {
    /// At least 38 runs of one binary, in the order in which they were made.
    pub(crate) side: String,
    #[command(flatten)]
    pub(crate) io: IoArgs,
}

/// Where to read and write.
#[derive(Clone, Debug, Args)]
pub(crate) struct IoArgs {
    /// Criterion's directory [default: found through cargo].
    #[arg(long, value_name = "DIR")]
    pub(crate) criterion_dir: Option<PathBuf>,
    /// Cargo's target directory, which holds criterion's.
    #[arg(long, value_name = "DIR", conflicts_with = "criterion_dir")]
    pub(crate) target_dir: Option<PathBuf>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// What to compare and how to show it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) io: IoArgs,

    /// Only benchmarks whose id matches this regular expression; with ! in
    /// front, only those that do not. May be given several times.
    #[arg(long, short, value_name = "REGEX")]
    pub(crate) filter: Vec<Filter>,

    /// Compare names inside one side: what REGEX captures is the benchmark,
    /// the rest of the name is the side.
    #[arg(long, short, value_name = "REGEX", conflicts_with = "variants")]
    pub(crate) group: Option<regex::Regex>,

    /// Compare variants, the last part of the ids, inside one side.
    #[arg(long, value_name = "OLD,NEW", value_delimiter = ',')]
    pub(crate) variants: Vec<String>,

    /// The one number of a run.
    #[arg(long, value_enum, default_value = "minimum")]
    pub(crate) estimator: Number,

    /// The minimum effect: smaller changes do not count [default: 2%]. For
    /// some benchmarks: 'io/**=5%', where * stands for one part of an id and
    /// ** for any; the last that matches counts.
    #[arg(long, short, value_name = "[GLOB=]PERCENT")]
    pub(crate) threshold: Vec<Threshold>,

    /// The accepted rate of false alarms a row.
    #[arg(long, value_name = "RATE", default_value = "0.05",
        value_parser = rate)]
    pub(crate) alpha: f64,

    /// A noise profile of `calibrate`, to judge one run a side by.
    ///
    /// The table has such verdicts; a gate asks for several runs a side, and
    /// leaves one run undecided.
    #[arg(long, value_name = "FILE")]
    pub(crate) noise: Option<PathBuf>,

    /// The order of the lines.
    #[arg(long, short, value_enum, default_value = "name")]
    pub(crate) sort: Order,

    /// Only benchmarks that are faster or slower.
    #[arg(long)]
    pub(crate) significant: bool,

    /// Show how one benchmark's verdict came about.
    #[arg(long, value_name = "BENCHMARK", conflicts_with = "fail_on")]
    pub(crate) explain: Option<String>,

    /// Each benchmark with its sides below each other, the best first, as
    /// critcmp has it.
    #[arg(long, conflicts_with = "style")]
    pub(crate) list: bool,

    /// What to write.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,

    /// The look of the text: verdicts, or as Go's benchcmp printed it.
    #[arg(long, value_enum, default_value = "verdict")]
    pub(crate) style: Style,

    /// Directory of records whose history the HTML report shows.
    #[arg(long, value_name = "DIR")]
    pub(crate) records: Option<PathBuf>,

    /// Set the exit status by the verdicts, adjusted for all rows.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<FailOn>,

    /// Only these set the exit status: time, throughput, instructions,
    /// allocations, bytes, or the unit of a metric. Counts need one run only.
    #[arg(
        long,
        value_name = "METRIC",
        value_delimiter = ',',
        requires = "fail_on"
    )]
    pub(crate) judge: Vec<String>,

    /// When to use colour.
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Colour,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate < 0.5 => Ok(rate),
        _ => Err("a number between 0 and 0.5 is needed".into()),
    }
}

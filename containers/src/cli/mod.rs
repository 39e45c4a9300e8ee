//! What the command understands, and how it ends.
//!
//! - `options`: what a container is asked for.
//! - `words`: which words are commands, and which are programs.
//! - `lifecycle`: containers that have a name.
//! - `output`: what is printed.
//! - `lab`, `probe`: what goes wrong, and what this machine allows.

mod lab;
mod lifecycle;
mod options;
mod output;
mod probe;
mod words;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use containers::error::Error;
use containers::rootfs;
use containers::start::child::{Signals, react_as_a_command};
use containers::state::Containers;
use support::manual;
use support::visible::visible;

use options::Asked;
use output::{ended, print};

/// Runs a program in namespaces of its own, started by anyone.
///
/// `unc PROGRAM [ARGS]` is short for `unc run --as-pid-1 PROGRAM [ARGS]`.
#[derive(Parser)]
#[command(name = "unc", version, after_help = EXAMPLES)]
#[command(max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  unc rootfs /tmp/root              make a root of the host's busybox
  cd /tmp/root && unc sh            a shell in it: root, PID 1, host unc
  unc run --rootfs /tmp/root ps     the same below an init: PID 1 reaps
  unc run --explain true            the steps of a start, none carried out
  unc create web --rootfs /tmp/root httpd -f
  unc start web; unc exec web ps; unc stop web; unc rm web
  unc probe                         what this kernel and machine allow
  unc lab                           the wrong ways, each to be seen failing

A program inside that is called like a command here is run by `unc run`.

Exit codes: the program's own; 128 and the number of the signal that ended
it; 127 there is no such program, 126 it cannot be executed, 125 anything
else. It is no boundary against hostile code.";

#[derive(Subcommand)]
enum Command {
    Run(Run),
    Create(lifecycle::Create),
    Start(lifecycle::Start),
    Stop(lifecycle::Stop),
    Exec(lifecycle::Exec),
    List(lifecycle::List),
    Logs(lifecycle::Logs),
    Rm(lifecycle::Rm),
    Rootfs(Rootfs),
    Lab(lab::Args),
    Probe(probe::Args),
    Completions(Completions),
    Man(Man),
}

/// Run a program in a new container, and wait for it
#[derive(Args)]
struct Run {
    #[command(flatten)]
    asked: Asked,
    /// Give it a name for as long as it runs
    #[arg(long)]
    name: Option<String>,
    /// Print the steps of its start, and carry out none
    #[arg(long)]
    explain: bool,
}

/// Make a root in a directory, of a static busybox
#[derive(Args)]
struct Rootfs {
    /// The directory, which is new or empty
    directory: PathBuf,
    /// The busybox; without it, the first in PATH
    #[arg(long)]
    busybox: Option<PathBuf>,
}

/// Print the completions for a shell
#[derive(Args)]
struct Completions {
    shell: clap_complete::Shell,
}

/// Print the manual page
#[derive(Args)]
struct Man {}

/// `unc run` by itself: to build all the other commands for each start would
/// take longer than to read its words.
#[derive(Parser)]
#[command(name = "unc run", max_term_width = 80)]
struct RunAlone {
    #[command(flatten)]
    run: Run,
}

/// Runs the command.
pub(crate) fn run() -> ExitCode {
    react_as_a_command();
    let words = words::expanded(std::env::args_os().collect());
    let command = match parse(words) {
        Ok(command) => command,
        Err(error) => {
            // Nobody hears of it if even that cannot be printed.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 125 } else { 0 });
        }
    };
    match command.run() {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "unc: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// What is no `run`, or a wrong one, is told by the parser of all commands.
fn parse(words: Vec<OsString>) -> Result<Command, clap::Error> {
    if let [_, first, ..] = &words[..]
        && first == "run"
        && let Ok(alone) = RunAlone::try_parse_from(&words[1..])
    {
        return Ok(Command::Run(alone.run));
    }
    Cli::try_parse_from(words).map(|cli| cli.command)
}

impl Command {
    fn run(self) -> Result<ExitCode, Error> {
        let code = match self {
            Self::Lab(args) => return ended("the lab", lab::run(&args)),
            Self::Probe(args) => return ended("probe", probe::run(&args)),
            Self::Run(run) => run.run(),
            Self::Create(create) => create.run(),
            Self::Start(start) => start.run(),
            Self::Stop(stop) => stop.run(),
            Self::Exec(exec) => exec.run(),
            Self::List(list) => list.run(),
            Self::Logs(logs) => logs.run(),
            Self::Rm(rm) => rm.run(),
            Self::Rootfs(rootfs) => rootfs.run(),
            Self::Completions(Completions { shell }) => {
                let mut text = Vec::new();
                let mut command = Cli::command();
                clap_complete::generate(shell, &mut command, "unc", &mut text);
                print(&text)
            }
            Self::Man(Man {}) => print(&manual::page(Cli::command())),
        };
        code.map(ExitCode::from)
    }
}

impl Run {
    fn run(self) -> Result<u8, Error> {
        self.asked.drop_root()?;
        let container = self.asked.container()?;
        if self.explain {
            return print(container.plan()?.to_string().as_bytes());
        }
        let signals = Signals::hold()?;
        let Some(name) = self.name else {
            return container.start()?.wait_passing(&signals);
        };
        let containers = Containers::of_user()?;
        let mut passing = containers.run(&name, &container)?;
        passing.child.wait_passing(&signals)
    }
}

impl Rootfs {
    fn run(self) -> Result<u8, Error> {
        let Self { directory, busybox } = self;
        let count = rootfs::make(&directory, busybox.as_deref())?;
        let text = format!(
            "{}: a root with {count} commands; `cd` there, and `unc sh`\n",
            visible(&directory.to_string_lossy())
        );
        print(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_is_known_before_it_is_parsed() {
        let all = Cli::command();
        let names: Vec<&str> =
            all.get_subcommands().map(|it| it.get_name()).collect();
        assert_eq!(names, words::OWN);
    }

    #[test]
    fn run_alone_is_run() {
        let parse =
            |words: &[&str]| parse(words.iter().map(OsString::from).collect());
        let run = ["unc", "run", "--read-only", "--name", "a", "sh", "-c"];
        let alone = RunAlone::command();
        let whole = Cli::command();
        let whole = whole.find_subcommand("run").expect("it is one");
        let ids = |command: &clap::Command| -> Vec<String> {
            command.get_arguments().map(|it| it.get_id().to_string()).collect()
        };
        assert_eq!(ids(&alone), ids(whole));
        let is_a = |run: &Run| run.name.as_deref() == Some("a") && !run.explain;
        assert!(matches!(parse(&run), Ok(Command::Run(run)) if is_a(&run)));
        // What is wrong is told as one command of many.
        let wrong = parse(&["unc", "run", "--nosuch", "sh"]).err();
        let wrong = wrong.expect("there is no such option").to_string();
        assert!(wrong.contains("unc run"), "{wrong}");
        assert!(parse(&["unc", "run", "--help"]).is_err());
    }
}

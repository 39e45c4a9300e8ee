//! A bench target whose rows are measured in blocks, as a program.
//!
//! Called by cargo or by hand, it runs *itself* some times and compares what
//! those processes leave. These get `--save-baseline`, as a program of
//! criterion would, so a [`Session`] runs them as it runs others.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use regex::Regex;
use support::criterion_home;

use crate::blocks::alternate::Variants;
use crate::blocks::files;
use crate::compare::compare_variants;
use crate::error::Error;
use crate::interleave::{Binary, Session, Variant};
use crate::render::terminal::Terminal;
use crate::render::text;

/// The rows of a bench target.
#[derive(Default)]
pub struct Program(Vec<(String, Build)>);

/// Makes the variants of a row, once it is measured.
type Build = Box<dyn FnOnce(&mut Variants)>;

impl Program {
    /// Adds a row, named like a group of criterion; `build` makes what its
    /// variants work on, and is called only where the row is measured.
    pub fn row(
        &mut self,
        id: impl Into<String>,
        build: impl FnOnce(&mut Variants) + 'static,
    ) -> &mut Self {
        self.0.push((id.into(), Box::new(build)));
        self
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

const EXAMPLES: &str = "\
Examples:
  cargo bench --bench NAME                  compare all rows
  cargo bench --bench NAME -- put           those whose name has `put` in it
  cargo bench --bench NAME -- --rounds 20   longer, and narrower intervals";

/// Compares variants inside this program: short blocks that take turns, in
/// several processes.
#[derive(Debug, Parser)]
#[command(after_help = EXAMPLES)]
struct Args {
    /// Only rows whose name matches this regular expression.
    filter: Option<String>,
    /// How many processes measure each row; fewer than 6 are too few for
    /// "faster" and "slower".
    #[arg(
        long,
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    rounds: u32,
    /// How many seconds each process measures a row.
    #[arg(long, default_value_t = 0.1, value_parser = seconds)]
    measurement_time: f64,
    /// The filter is a whole name.
    #[arg(long)]
    exact: bool,
    /// List the rows.
    #[arg(long)]
    list: bool,
    /// Run each variant once, without measuring.
    #[arg(long)]
    test: bool,
    /// Measure in this process alone, and save the blocks under this name in
    /// `CRITERION_HOME`.
    #[arg(long, value_name = "NAME")]
    save_baseline: Option<String>,
    /// Passed by cargo and by those who ask for blocks; no difference.
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    blocks: bool,
    #[arg(long, hide = true)]
    noplot: bool,
    #[arg(long, hide = true)]
    quiet: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("seconds are needed, up to 3600".to_owned()),
    }
}

/// Returns true if the program was called with `--blocks`: a target of
/// criterion that has rows of blocks as well leaves to [`main`] then.
pub fn is_asked() -> bool {
    env::args().any(|argument| argument == "--blocks")
}

/// The `main` of a bench target: measures the rows that `declare` adds.
///
/// The exit status is 0, or 2 if something could not be done.
pub fn main(declare: impl FnOnce(&mut Program)) -> ExitCode {
    let args = Args::parse();
    let mut program = Program::default();
    declare(&mut program);
    match run(program, &args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(mut program: Program, args: &Args) -> Result<(), Error> {
    let wanted = wanted(args)?;
    program.0.retain(|(id, _)| wanted.is_match(id));
    if args.list {
        program.0.iter().for_each(|(id, _)| println!("{id}: benchmark"));
        return Ok(());
    }
    if program.0.is_empty() {
        return Err(Error::usage("no row matches; --list shows all"));
    }
    if args.test || !(args.bench || args.save_baseline.is_some()) {
        // As criterion does where cargo runs tests.
        for (id, build) in program.0 {
            built(build).once();
            println!("{id}: works");
        }
        return Ok(());
    }
    match &args.save_baseline {
        Some(name) => measure(program, args, name),
        None => compare(program, args),
    }
}

fn wanted(args: &Args) -> Result<Regex, Error> {
    let filter = args.filter.as_deref().unwrap_or_default();
    let pattern = if args.exact {
        format!("^{}$", regex::escape(filter))
    } else {
        filter.to_owned()
    };
    Regex::new(&pattern).map_err(|error| Error::usage(&error.to_string()))
}

fn built(build: Build) -> Variants {
    let mut variants = Variants::default();
    build(&mut variants);
    variants
}

/// Measures in this process.
fn measure(program: Program, args: &Args, name: &str) -> Result<(), Error> {
    let home = criterion_home::find();
    let time = Duration::from_secs_f64(args.measurement_time);
    for (id, build) in program.0 {
        let mut variants = built(build);
        let blocks = variants.alternate(time).map_err(|variant| {
            Error::usage(&format!("{id}/{variant} takes no time"))
        })?;
        for (variant, blocks) in variants.names().iter().zip(&blocks) {
            files::save(&home, [&id, variant], name, blocks)?;
        }
    }
    Ok(())
}

/// Runs this program again and again, and prints a table for each variant
/// but the first.
fn compare(program: Program, args: &Args) -> Result<(), Error> {
    let path = env::current_exe()
        .map_err(|error| Error::io(Path::new("this program"), error))?;
    let directory = env::current_dir().unwrap_or_default();
    let filter = args.filter.clone().unwrap_or_default();
    let time = args.measurement_time.to_string();
    let mut session =
        session(home(), Binary { path, directory }, &time, &filter);
    session.forget()?;
    let count = program.0.len();
    eprintln!(
        "{count} rows in {} processes each: about {:.0} s",
        args.rounds,
        1.5 * count as f64 * f64::from(args.rounds) * args.measurement_time
    );
    let rows = session.rows()?.unwrap_or_default();
    session.paired = true;
    for round in 1..=args.rounds {
        session.round_by_rows(&rows, round, |_, _| (), || ())?.finished()?;
    }
    let mut pairs = Vec::<[String; 2]>::new();
    for (_, build) in program.0 {
        let names = built(build).names();
        for new in names.iter().skip(1) {
            let pair = [names[0].clone(), new.clone()];
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    for [old, new] in &pairs {
        let runs = files::load(&session, args.rounds, [old, new])?;
        let rows = compare_variants(&runs, old, new);
        let table = text::table(&rows, Terminal::of_stdout());
        println!("old: {old}, new: {new}\n\n{table}");
    }
    session.forget()
}

/// Returns where this process keeps what its processes leave.
fn home() -> PathBuf {
    let folder = criterion_home::find().with_file_name("bench-compare");
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    folder.join(format!("blocks-{}", std::process::id()))
}

/// Returns the session that runs a program of blocks; its one variant has the
/// rows, and each process measures one of them for `seconds`.
pub fn session(
    home: PathBuf,
    binary: Binary,
    seconds: &str,
    filter: &str,
) -> Session {
    let arguments = ["--blocks", "--measurement-time", seconds, filter];
    let arguments = arguments.iter().filter(|it| !it.is_empty());
    Session {
        home,
        variants: vec![Variant {
            label: "blocks".to_owned(),
            baseline: "blocks".to_owned(),
            binaries: vec![binary],
            arguments: arguments.map(|&it| it.to_owned()).collect(),
        }],
        ..Session::default()
    }
}

//! `git`: a commit against another or the work tree, built and run alternately.
//!
//! [`trees`] checks commits out, with their [`submodules`]; [`build`] lets
//! cargo build them, and [`compilers`] looks by what; [`call`] calls git.

mod build;
mod call;
mod compilers;
mod submodules;
mod trees;

use std::path::PathBuf;

use bench_compare::Error;
use bench_compare::interleave::Binary;

use build::build;
use call::git;
use trees::{cache, check_out};

use super::args::GitArgs;
use super::early;
use super::measure::Resumable;
use super::output::{self, Outcome, say};
use super::rounds::{root, state};

pub(crate) fn run(args: &GitArgs) -> Outcome {
    early::check(&args.options)?;
    let (cargo_args, bench_args) = split(&args.bench_args);
    let lock = trees::lock()?;
    let old = Commit::find(&args.old)?;
    let new = args.new.as_deref().map(Commit::find).transpose()?;
    let built_old = old.build(cargo_args)?;
    let built_new = match &new {
        Some(commit) => {
            warn_of_changes();
            commit.build(cargo_args)?
        }
        None => work_tree(cargo_args)?,
    };
    drop(lock);
    let folders = [&built_old, &built_new].map(|it| (&*it.name, &*it.folder));
    compilers::compare(folders);
    let sides = [built_old, built_new].map(|it| (it.name, it.binaries));
    let options = &args.options;
    let rounds = args.rounds.clone();
    let directory =
        state(&sides, &args.bench_args, &options.filter, rounds.processes)?;
    Resumable::new(directory, sides, bench_args, rounds, options)?.run(options)
}

/// Says that what is not committed is not measured.
fn warn_of_changes() {
    let status = ["status", "--porcelain", "--untracked-files=no"];
    if git(&status, String::new).is_ok_and(|changes| !changes.is_empty()) {
        say(format_args!(
            "warning: uncommitted changes are not measured; leave NEW out to \
             measure the work tree"
        ));
    }
}

/// Builds the work tree where it is, changes and all.
fn work_tree(cargo_args: &[String]) -> Result<Built, Error> {
    let name = "work tree".to_owned();
    say(format_args!("building the work tree"));
    let folder = PathBuf::from(".");
    let target = cache()?.join("work-tree.target");
    let binaries = build(&name, &folder, &target, cargo_args)?;
    Ok(Built { name, folder, binaries })
}

/// What was built, and where.
struct Built {
    name: String,
    folder: PathBuf,
    binaries: Vec<Binary>,
}

/// Removes the trees of this repository, what was built of them, and what was
/// measured.
pub(crate) fn clean() -> Outcome {
    trees::remove(&root())?;
    // `run` measures without a repository too.
    if trees::top().is_ok() {
        let _lock = trees::lock()?;
        trees::clean()?;
    }
    Ok(output::DONE)
}

/// Cargo's own options stand before a second `--`, criterion's after it.
fn split(arguments: &[String]) -> (&[String], &[String]) {
    match arguments.iter().position(|argument| argument == "--") {
        Some(place) => (&arguments[..place], &arguments[place + 1..]),
        None => (arguments, &[]),
    }
}

/// A commit and the name it was asked for by.
struct Commit {
    name: String,
    id: String,
}

impl Commit {
    fn find(name: &str) -> Result<Self, Error> {
        let wanted = format!("{name}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", &wanted];
        let id = git(&verify, || {
            let shallow =
                git(&["rev-parse", "--is-shallow-repository"], String::new);
            let hint = match shallow.as_deref() {
                Ok("true") => {
                    "; the clone is shallow: `git fetch --unshallow`, or \
                     `fetch-depth: 0` for actions/checkout"
                }
                _ => "",
            };
            format!("git knows no commit `{name}`{hint}")
        })?;
        Ok(Self { name: name.to_owned(), id })
    }

    /// Returns the commit's bench binaries, which are built in a
    /// target directory for this commit alone: cargo takes a package in two
    /// worktrees for the same one, so in a shared directory both sides would
    /// be one binary.
    fn build(&self, cargo_args: &[String]) -> Result<Built, Error> {
        let folder = check_out(&self.name, &self.id)?;
        say(format_args!("building {} ({})", self.name, &self.id[..10]));
        let target = cache()?.join(format!("{}.target", self.id));
        let binaries = build(&self.name, &folder, &target, cargo_args)?;
        Ok(Built { name: self.name.clone(), folder, binaries })
    }
}

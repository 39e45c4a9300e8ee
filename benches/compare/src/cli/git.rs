//! `git`: two commits, built and run alternately.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bench_compare::Error;
use bench_compare::interleave::Binary;
use cargo_metadata::{Message, TargetKind};

use super::args::GitArgs;
use super::measure::Resumable;
use super::output::Outcome;
use super::rounds::{root, state};

pub(crate) fn run(args: &GitArgs) -> Outcome {
    let (cargo_args, bench_args) = split(&args.bench_args);
    let old = Commit::find(&args.old)?;
    let new = Commit::find(&args.new)?;
    let directory = state(&(&old.id, &new.id, &args.bench_args));
    let sides = [old.build(cargo_args)?, new.build(cargo_args)?];
    let rounds = args.rounds.clone();
    Resumable::new(directory, sides, bench_args, rounds).run(&args.options)
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
        let id = git(&["rev-parse", "--verify", "--quiet", &wanted], || {
            format!("git knows no commit `{name}`")
        })?;
        Ok(Self { name: name.to_owned(), id })
    }

    /// Returns a worktree of its own, left in place for the next time.
    fn check_out(&self) -> Result<PathBuf, Error> {
        let path = root().join("trees").join(&self.id);
        if !path.join(".git").exists() {
            let place = path.to_string_lossy().into_owned();
            // Forgets worktrees whose folders were cleaned away.
            git(&["worktree", "prune"], || "git worktree prune".into())?;
            git(
                &["worktree", "add", "--quiet", "--detach", &place, &self.id],
                || format!("{place}: cannot check out {}", self.name),
            )?;
        }
        let top = git(&["rev-parse", "--show-prefix"], || "git".into())?;
        Ok(path.join(top))
    }

    /// Returns the commit's name and its bench binaries, which are built in a
    /// target directory for this commit alone: cargo takes a package in two
    /// worktrees for the same one, so in a shared directory both sides would
    /// be one binary.
    fn build(
        &self,
        cargo_args: &[String],
    ) -> Result<(String, Vec<Binary>), Error> {
        let tree = self.check_out()?;
        eprintln!("building {} ({})", self.name, &self.id[..10]);
        let mut child = Command::new("cargo")
            .args(["bench", "--no-run", "--quiet"])
            .arg("--message-format=json-render-diagnostics")
            .args(cargo_args)
            .current_dir(&tree)
            .env("CARGO_TARGET_DIR", root().join("targets").join(&self.id))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Error::io(Path::new("cargo"), error))?;
        let output = child.stdout.take().expect("it is piped");
        let messages = Message::parse_stream(BufReader::new(output));
        let binaries = messages.filter_map(binary).collect::<Vec<_>>();
        let built = child.wait().is_ok_and(|status| status.success());
        let name = &self.name;
        if !built {
            return Err(Error::usage(&format!("`{name}` does not build")));
        }
        if binaries.is_empty() {
            return Err(Error::usage(&format!("`{name}` has no bench target")));
        }
        Ok((self.name.clone(), binaries))
    }
}

fn binary(message: std::io::Result<Message>) -> Option<Binary> {
    let Message::CompilerArtifact(artifact) = message.ok()? else {
        return None;
    };
    let is_bench = artifact.target.kind.contains(&TargetKind::Bench);
    let path = artifact.executable.filter(|_| is_bench)?;
    let manifest = artifact.manifest_path.parent()?;
    Some(Binary {
        path: path.into_std_path_buf(),
        directory: manifest.as_std_path().to_owned(),
    })
}

fn git(
    arguments: &[&str],
    what: impl FnOnce() -> String,
) -> Result<String, Error> {
    let output = Command::new("git")
        .args(arguments)
        .output()
        .map_err(|error| Error::io(Path::new("git"), error))?;
    if !output.status.success() {
        let says = String::from_utf8_lossy(&output.stderr);
        let text = format!("{}\n{}", what(), says.trim());
        return Err(Error::usage(text.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

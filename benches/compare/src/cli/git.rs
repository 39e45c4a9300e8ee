//! `git`: a commit against another or the work tree, built and run alternately.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bench_compare::Error;
use bench_compare::interleave::Binary;
use cargo_metadata::{Message, TargetKind};

use super::args::GitArgs;
use super::measure::Resumable;
use super::output::{self, Outcome};
use super::rounds::{Programs, root, state};

pub(crate) fn run(args: &GitArgs) -> Outcome {
    let (cargo_args, bench_args) = split(&args.bench_args);
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
    let sides = [built_old, built_new];
    let directory = state(&sides, &args.bench_args)?;
    let rounds = args.rounds.clone();
    Resumable::new(directory, sides, bench_args, rounds)?.run(&args.options)
}

/// Says that what is not committed is not measured.
fn warn_of_changes() {
    let status = ["status", "--porcelain", "--untracked-files=no"];
    if git(&status, String::new).is_ok_and(|changes| !changes.is_empty()) {
        eprintln!(
            "warning: uncommitted changes are not measured; leave NEW out to \
             measure the work tree"
        );
    }
}

/// Builds the work tree where it is, changes and all.
fn work_tree(cargo_args: &[String]) -> Result<Programs, Error> {
    let name = "work tree";
    eprintln!("building the work tree");
    let binaries = build(
        name,
        Path::new("."),
        &cache()?.join("work-tree.target"),
        cargo_args,
    )?;
    Ok((name.to_owned(), binaries))
}

/// Removes the trees of this repository, what was built of them, and what was
/// measured.
pub(crate) fn clean() -> Outcome {
    let cache = cache()?;
    for folder in [&cache, &root()] {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::io(folder, error));
            }
            _ => {}
        }
    }
    git(&["worktree", "prune"], || "git worktree prune".into())?;
    Ok(output::DONE)
}

/// Returns where this repository's trees are kept: outside the work tree,
/// because cargo and rustup search the folders above for their settings, and
/// would find those of the work tree for every commit.
fn cache() -> Result<PathBuf, Error> {
    let top = top()?;
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty());
    let home = set("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".cache")))
        .filter(|path| path.is_absolute() && !path.starts_with(&top))
        .unwrap_or_else(std::env::temp_dir);
    let mut hasher = DefaultHasher::new();
    top.hash(&mut hasher);
    let name = format!("{:016x}", hasher.finish());
    Ok(home.join("bench-compare").join(name))
}

fn top() -> Result<PathBuf, Error> {
    let top = git(&["rev-parse", "--show-toplevel"], || {
        "this is no git work tree".to_owned()
    })?;
    Ok(PathBuf::from(top))
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

    /// Returns a worktree of its own, left in place for the next time.
    fn check_out(&self) -> Result<PathBuf, Error> {
        let top = top()?;
        let folder = cache()?.join(&self.id);
        // Under its own name, beside links to its neighbours: a path
        // dependency such as `../sibling` is found.
        let path = folder.join(top.file_name().unwrap_or_default());
        if !path.join(".git").exists() {
            let io = |error| Error::io(&folder, error);
            fs::create_dir_all(&folder).map_err(io)?;
            link_neighbours(&top, &folder);
            let place = path.to_string_lossy().into_owned();
            // Forgets worktrees whose folders were cleaned away.
            git(&["worktree", "prune"], || "git worktree prune".into())?;
            git(
                &["worktree", "add", "--quiet", "--detach", &place, &self.id],
                || format!("{place}: cannot check out {}", self.name),
            )?;
            if path.join(".gitmodules").exists() {
                let update = ["submodule", "update", "--init", "--recursive"];
                let reference =
                    ["-C", &place, "-c", "protocol.file.allow=always"];
                git(&[&reference[..], &update].concat(), || {
                    format!("{place}: cannot check out the submodules")
                })?;
            }
        }
        let inner = git(&["rev-parse", "--show-prefix"], || "git".into())?;
        Ok(path.join(inner))
    }

    /// Returns the commit's name and its bench binaries, which are built in a
    /// target directory for this commit alone: cargo takes a package in two
    /// worktrees for the same one, so in a shared directory both sides would
    /// be one binary.
    fn build(&self, cargo_args: &[String]) -> Result<Programs, Error> {
        let tree = self.check_out()?;
        eprintln!("building {} ({})", self.name, &self.id[..10]);
        let target = cache()?.join(format!("{}.target", self.id));
        let binaries = build(&self.name, &tree, &target, cargo_args)?;
        Ok((self.name.clone(), binaries))
    }
}

/// Links what lies beside the repository, as far as it is a package.
#[cfg(unix)]
fn link_neighbours(top: &Path, folder: &Path) {
    let entries = top.parent().and_then(|parent| fs::read_dir(parent).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let path = entry.path();
        if path != top && path.join("Cargo.toml").exists() {
            // One that is missing fails in the build, which names it.
            let link = folder.join(entry.file_name());
            let _ = std::os::unix::fs::symlink(&path, link);
        }
    }
}

#[cfg(not(unix))]
fn link_neighbours(_: &Path, _: &Path) {}

/// Builds the benchmarks of a tree; cargo shows its progress.
fn build(
    name: &str,
    tree: &Path,
    target: &Path,
    cargo_args: &[String],
) -> Result<Vec<Binary>, Error> {
    let mut command = Command::new("cargo");
    command
        .args(["bench", "--no-run"])
        .arg("--message-format=json-render-diagnostics")
        .args(cargo_args)
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::piped());
    if std::env::var_os("CARGO").is_some() {
        // Run by cargo: its toolchain is not the one that the tree asks for.
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
    let mut child = command
        .spawn()
        .map_err(|error| Error::io(Path::new("cargo"), error))?;
    let output = child.stdout.take().expect("it is piped");
    let messages = Message::parse_stream(BufReader::new(output));
    let found = messages.filter_map(binary).collect::<Vec<_>>();
    let built = child.wait().is_ok_and(|status| status.success());
    if !built {
        return Err(Error::usage(&format!("`{name}` does not build")));
    }
    let (others, binaries): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(_, binary)| binary.is_of_libtest());
    let chosen: Vec<_> =
        binaries.iter().map(|(name, _)| format!("--bench {name}")).collect();
    let chosen = chosen.join(" ");
    for (target, _) in &others {
        eprintln!(
            "note: the bench target `{target}` of `{name}` is left out: \
             libtest's harness saves no baselines (to choose others: \
             `-- {chosen}`)"
        );
    }
    if binaries.is_empty() {
        return Err(Error::usage(&format!(
            "`{name}` has no bench target that saves baselines"
        )));
    }
    Ok(binaries.into_iter().map(|(_, binary)| binary).collect())
}

/// Returns a bench target's name and program.
fn binary(message: std::io::Result<Message>) -> Option<(String, Binary)> {
    let Message::CompilerArtifact(artifact) = message.ok()? else {
        return None;
    };
    let is_bench = artifact.target.kind.contains(&TargetKind::Bench);
    let path = artifact.executable.filter(|_| is_bench)?;
    let manifest = artifact.manifest_path.parent()?;
    let directory = manifest.as_std_path().to_owned();
    let path = path.into_std_path_buf();
    Some((artifact.target.name, Binary { path, directory }))
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

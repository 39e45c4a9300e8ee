//! The folder of a reader's lab: a package of its own, and how it is built.

use std::fs;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use lab_judge::report::{Report, Verdict};
use serde_json::Value;
use support::atomic_file;
use support::workspace::{relative, root, target};

use crate::registry::Lab;

/// Lines of the compiler's that are shown.
const SHOWN: usize = 40;

/// A lab, and where the reader's code of it is.
pub(crate) struct Desk {
    pub(crate) lab: Lab,
    /// Where all labs of the reader are.
    pub(crate) all: PathBuf,
}

/// What came of a build.
pub(crate) enum Built {
    /// The program `check`, and what the compiler warned of.
    Program(PathBuf, Vec<String>),
    /// It does not compile.
    Failed(Report),
}

impl Desk {
    pub(crate) fn new(lab: Lab, all: PathBuf) -> Self {
        Self { lab, all }
    }

    /// Returns the folder of this lab.
    pub(crate) fn folder(&self) -> PathBuf {
        self.all.join(&self.lab.name)
    }

    /// Returns the file that the reader writes.
    pub(crate) fn source(&self) -> PathBuf {
        self.folder().join("src/lib.rs")
    }

    /// Returns what the reader has written.
    pub(crate) fn text(&self) -> Result<String> {
        let name = &self.lab.name;
        fs::read_to_string(self.source()).with_context(|| {
            format!(
                "{} cannot be read; start the lab first: \
                 cargo lab start {name}",
                self.source().display()
            )
        })
    }

    /// Writes the package's manifest, and the lock file of the workspace, so
    /// that the same versions are used and nothing is looked up.
    pub(crate) fn furnish(&self) -> Result<()> {
        let folder = self.folder();
        fs::create_dir_all(folder.join("src")).with_context(|| {
            let folder = folder.display();
            format!("cannot make {folder}; --folder names another place")
        })?;
        let manifest = folder.join("Cargo.toml");
        let text = self.manifest();
        let (ours, lock) =
            (root().join("Cargo.lock"), folder.join("Cargo.lock"));
        let is_there = fs::read_to_string(&manifest).is_ok_and(|it| it == text);
        if is_there && changed(&ours) <= changed(&lock) {
            return Ok(());
        }
        atomic_file::write(&manifest, text.as_bytes())?;
        Ok(atomic_file::write(&lock, &fs::read(ours)?)?)
    }

    fn manifest(&self) -> String {
        let up = up_to_root(&self.folder());
        let name = &self.lab.name;
        let package = package(&self.folder());
        let dependency = |it: &String| {
            format!("{it} = {{ path = {:?} }}\n", format!("{up}/{it}"))
        };
        let dependencies: String =
            self.lab.dependencies.iter().map(dependency).collect();
        format!(
            "\
# Made by `cargo lab`, and made anew when it is changed.

[workspace]

[package]
name = \"{package}\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[lib]
name = \"lab\"
path = \"src/lib.rs\"
doctest = false

[[bin]]
name = \"{package}\"
path = {:?}
test = false

[dependencies]
lab-judge = {{ path = {:?} }}
{dependencies}
[lints.rust]
unexpected_cfgs = {{ level = \"warn\", check-cfg = [\"cfg(loom)\"] }}

# A number that overflows is found, also in fast code.
[profile.release.package.{package}]
overflow-checks = true
",
            format!("{up}/labs/{name}/check.rs"),
            format!("{up}/labs/judge"),
        )
    }

    /// Builds the program that judges; for loom, if so wanted.
    pub(crate) fn build(&self, for_loom: bool) -> Result<Built> {
        self.furnish()?;
        tell_first_build(&target(if for_loom { "loom" } else { "labs" }));
        let mut child = self
            .cargo(for_loom)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run cargo")?;
        let mut stderr = child.stderr.take().context("stderr is piped")?;
        let told = std::thread::spawn(move || {
            let mut text = Vec::new();
            // What cannot be read is not shown.
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut program = None;
        for line in BufReader::new(stdout).lines() {
            program = executable(&line?).or(program);
        }
        let status = child.wait()?;
        let told = told.join().unwrap_or_default();
        let lines = complaints(&told);
        if status.success() {
            let program = program.context("cargo built no program")?;
            return Ok(Built::Program(program, lines));
        }
        ensure!(
            lines.iter().any(|line| line.starts_with("error")),
            "the lab cannot be built:\n{told}"
        );
        let report =
            Report::new(Verdict::NotCompiled, "the compiler refuses it");
        Ok(Built::Failed(report.with(lines.into_iter().take(SHOWN))))
    }

    fn cargo(&self, for_loom: bool) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args(["build", "--release"])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(self.folder());
        // Compiled in a quarter of the time; the crates stay as fast as ever.
        if for_loom || !self.lab.is_measured() {
            let package = package(&self.folder());
            let level =
                format!("profile.release.package.{package}.opt-level=0");
            command.args(["--config", &level]);
        }
        if for_loom {
            command
                .env("RUSTFLAGS", "--cfg loom")
                // It would be taken before the other.
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .env("CARGO_TARGET_DIR", target("loom"));
        } else {
            command.env("CARGO_TARGET_DIR", target("labs"));
        }
        command
    }
}

/// Says at a terminal that it takes a while, because cargo is quiet here.
fn tell_first_build(target: &Path) {
    if !target.join("release").exists() && std::io::stderr().is_terminal() {
        anstream::eprintln!(
            "Building what all labs use, once: a minute or two."
        );
    }
}

/// Returns when a file was written last; nothing where it is not there.
pub(crate) fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|it| it.modified()).ok()
}

/// Returns the way from a folder to the workspace, so that the workspace can
/// be moved together with what is in it.
fn up_to_root(folder: &Path) -> String {
    match folder.strip_prefix(root()) {
        Ok(below) => vec![".."; below.components().count()].join("/"),
        Err(_) => root().display().to_string(),
    }
}

/// Returns the name of the package in a folder. All are built into one folder,
/// where cargo takes packages of the same name for one.
fn package(folder: &Path) -> String {
    let folder = relative(folder);
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("check-{}", folder.chars().map(plain).collect::<String>())
}

/// Returns the program that a message of cargo's tells of.
fn executable(line: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    Some(message["executable"].as_str()?.into())
}

/// Returns what the compiler said, without cargo's own lines.
fn complaints(told: &str) -> Vec<String> {
    let is_usual = |line: &&str| {
        let words = [
            "Compiling",
            "Finished",
            "Locking",
            "Updating",
            "Blocking",
            "Downloading",
            "Downloaded",
            "Adding",
            "Removing",
        ];
        words.iter().any(|word| line.trim_start().starts_with(word))
    };
    told.lines().filter(|it| !is_usual(it)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_up_counts_the_folders() {
        assert_eq!(up_to_root(&root().join("my-labs/heap")), "../..");
        let elsewhere = up_to_root(Path::new("elsewhere"));
        assert_eq!(elsewhere, root().display().to_string());
    }

    #[test]
    fn each_folder_has_a_package_of_its_own() {
        let folder = root().join("my-labs/heap");
        assert_eq!(package(&folder), "check-my-labs-heap");
        assert_ne!(package(Path::new("/a/heap")), package(&folder));
    }

    #[test]
    fn only_the_compiler_is_quoted() {
        let told = "   Compiling lab v0.0.0\nerror: no\n --> src/lib.rs:1\n";
        assert_eq!(complaints(told), ["error: no", " --> src/lib.rs:1"]);
    }
}

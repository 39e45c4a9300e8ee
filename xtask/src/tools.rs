//! Programs that are not ours: where one is, and which version it has.
//!
//! What stands on the PATH may be old, or another program of the same name.
//! So a tool is asked for its version before it is used, and one that is not
//! what is needed is refused by a message that names both versions.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::relative;

/// A version, as its numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(Vec<u32>);

impl Version {
    /// Reads the first number with a point in `text`, such as 1.19.8 in
    /// `go version go1.19.8 linux/amd64`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_other = |c: char| !c.is_ascii_digit() && c != '.';
        let mut words = text.split(is_other);
        let word = words.find(|word| word.trim_matches('.').contains('.'))?;
        let numbers = word.trim_matches('.').split('.').map(str::parse);
        numbers.collect::<Result<_, _>>().ok().map(Self)
    }

    /// Returns the first number.
    pub(crate) fn major(&self) -> u32 {
        self.0[0]
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// Returns true if the program is there, by its path or on the PATH.
pub(crate) fn is_installed(program: &Path) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let is_in = |folder: PathBuf| {
        let path = folder.join(program);
        let named = path.with_extension("exe");
        path.is_file() || cfg!(windows) && named.is_file()
    };
    program.exists() || std::env::split_paths(&paths).any(is_in)
}

/// Commands of the browsers that print a page into a file, and that a
/// chromedriver steers.
pub(crate) const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Runs a tool that only says something, such as its version; returns nothing
/// where there is no such tool, or where it fails.
pub(crate) fn ask(program: impl AsRef<OsStr>, args: &[&str]) -> Option<Output> {
    let mut command = Command::new(program);
    // Else a go that finds a newer go.mod would download another go.
    command.env("GOTOOLCHAIN", "local");
    // Else a rustup that is asked for a nightly would install one.
    command.env("RUSTUP_AUTO_INSTALL", "0");
    let output: io::Result<_> = command.args(args).output();
    output.ok().filter(|output| output.status.success())
}

/// Returns what a tool prints to standard output, if it is there.
fn printed(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = ask(program, args)?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A Go toolchain.
pub(crate) struct Go {
    program: PathBuf,
    /// What `go version` prints.
    pub(crate) banner: String,
    version: Version,
}

impl Go {
    /// Returns the Go that `program` is, by its path or on the PATH; nothing
    /// where there is none, or where another program has that name.
    pub(crate) fn find(program: &Path) -> Option<Self> {
        let banner = printed(program, &["version"])?;
        let version = Version::parse(banner.strip_prefix("go version ")?)?;
        let banner = banner.trim().to_owned();
        Some(Self { program: program.to_owned(), banner, version })
    }

    /// Returns true if this Go is not older than `needed`.
    pub(crate) fn is_at_least(&self, needed: &Version) -> bool {
        self.version >= *needed
    }

    /// Fails if this Go is older than the `go.mod` in `module` asks for.
    pub(crate) fn check(&self, module: &Path) -> Result<()> {
        let file = module.join("go.mod");
        let needed = needed(&file)?;
        ensure!(
            self.is_at_least(&needed),
            "{} is Go {}, but {} needs Go {needed} or newer: \
             get it from https://go.dev/dl",
            self.program.display(),
            self.version,
            relative(&file),
        );
        Ok(())
    }

    /// Returns a command of this Go, which downloads no other one.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("GOTOOLCHAIN", "local");
        command
    }
}

/// Returns the version in the line `go 1.18` of a `go.mod`.
fn needed(file: &Path) -> Result<Version> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", relative(file)))?;
    text.lines()
        .find_map(|line| Version::parse(line.strip_prefix("go ")?))
        .with_context(|| format!("{} names no Go", relative(file)))
}

/// The compiler, as far as its tools go.
struct Compiler {
    llvm: Version,
    /// Where rustup puts the component llvm-tools.
    tools: PathBuf,
}

impl Compiler {
    fn find() -> Result<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let about = printed(&rustc, &["-vV"]).context("no rustc")?;
        let field =
            |name| about.lines().find_map(|line: &str| line.strip_prefix(name));
        let host = field("host: ").context("rustc -vV names no host")?;
        let llvm = field("LLVM version: ").and_then(Version::parse);
        let sysroot = printed(&rustc, &["--print", "sysroot"]);
        let sysroot = sysroot.context("rustc --print sysroot failed")?;
        let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
        Ok(Self {
            llvm: llvm.context("rustc -vV names no LLVM")?,
            tools: libraries.join(host).join("bin"),
        })
    }
}

/// Newer releases of LLVM that are looked for by their names.
const NEWER: u32 = 4;

/// LLVM's two programs for coverage.
pub(crate) struct Llvm {
    pub(crate) profdata: PathBuf,
    pub(crate) cov: PathBuf,
}

impl Llvm {
    /// Finds both in the compiler's LLVM or newer, because an older one does
    /// not read what the compiler's writes.
    pub(crate) fn find() -> Result<Self> {
        let compiler = Compiler::find()?;
        let find = |name| find_llvm_tool(name, &compiler);
        Ok(Self { profdata: find("llvm-profdata")?, cov: find("llvm-cov")? })
    }
}

/// Looks among the compiler's own tools, then on the PATH: for the names that
/// end in a version, as Debian has them, and for the plain one.
fn find_llvm_tool(name: &str, compiler: &Compiler) -> Result<PathBuf> {
    let needed = &compiler.llvm;
    let newest = needed.major() + NEWER;
    let mut candidates = vec![compiler.tools.join(name)];
    for major in needed.major()..=newest {
        candidates.push(format!("{name}-{major}").into());
    }
    candidates.push(name.into());
    let mut too_old = String::new();
    for tool in candidates {
        // In LLVM 14 only the commands of llvm-profdata know the option.
        let version = printed(&tool, &["--version"])
            .or_else(|| printed(&tool, &["merge", "--version"]));
        match version.as_deref().and_then(llvm_version) {
            Some(version) if version.major() >= needed.major() => {
                return Ok(tool);
            }
            Some(version) => {
                too_old += &format!(" ({} is LLVM {version})", tool.display());
            }
            None => {}
        }
    }
    bail!(
        "no {name} of the compiler's LLVM, which is {needed}, or newer\
         {too_old}: install Debian's package llvm-{}, or rustup component \
         add llvm-tools",
        needed.major()
    );
}

/// Returns the version in the line `Debian LLVM version 14.0.6`.
fn llvm_version(text: &str) -> Option<Version> {
    let line = text.lines().find(|line| line.contains("LLVM version"))?;
    Version::parse(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn versions_are_read_and_compared_as_numbers() {
        let go = version("go version go1.19.8 linux/amd64");
        assert_eq!(go, Version(vec![1, 19, 8]));
        assert!(go > version("go 1.9"));
        assert!(go < version("go 1.20"));
        assert!(version("go 1.20rc2") >= version("go 1.20"));
        assert_eq!(version("devel go1.28-a1b2c3 x").to_string(), "1.28");
        assert_eq!(Version::parse("usage: go [options]."), None);
    }

    #[test]
    fn the_version_of_llvm_is_read_from_its_line() {
        let text = "Debian LLVM version 14.0.6\n  \n  Optimized build.\n";
        assert_eq!(llvm_version(text).unwrap().major(), 14);
        let text = "LLVM (http://llvm.org/):\n  LLVM version 22.1.2-rust\n";
        assert_eq!(llvm_version(text), Some(version("22.1.2")));
    }

    /// Programs of a test's own, in the place of real tools.
    #[cfg(unix)]
    mod in_place_of_tools {
        use std::os::unix::fs::PermissionsExt;

        use super::*;

        fn program(folder: &Path, name: &str, prints: &str) -> PathBuf {
            let path = folder.join(name);
            let script = format!("#!/bin/sh\necho '{prints}'\n");
            // Written under another name, as a file that is open for
            // writing somewhere cannot be run.
            let written = folder.join("written");
            fs::write(&written, script).unwrap();
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&written, mode).unwrap();
            fs::rename(&written, &path).unwrap();
            path
        }

        #[test]
        fn an_old_go_is_refused_by_a_message_with_both_versions() {
            let folder = tempfile::tempdir().unwrap();
            let banner = "go version go1.19.8 linux/amd64";
            let go = program(folder.path(), "go", banner);
            let go = Go::find(&go).unwrap();
            let module = folder.path().join("go.mod");
            fs::write(&module, "module timers\n\ngo 1.24\n").unwrap();
            let error = go.check(folder.path()).unwrap_err().to_string();
            assert!(error.contains("1.19.8"), "{error}");
            assert!(error.contains("1.24"), "{error}");
            fs::write(&module, "module timers\n\ngo 1.18\n").unwrap();
            go.check(folder.path()).unwrap();
        }

        #[test]
        fn a_game_of_go_is_no_go() {
            let folder = tempfile::tempdir().unwrap();
            let game = program(folder.path(), "go", "A game, version 3.8");
            assert!(Go::find(&game).is_none());
            assert!(Go::find(&folder.path().join("absent")).is_none());
        }

        #[test]
        fn tools_of_an_older_llvm_are_left_where_they_are() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path();
            let of =
                |llvm| Compiler { llvm: version(llvm), tools: path.to_owned() };
            let tool = program(path, "llvm-test-only", "LLVM version 14.0.6");
            let found = find_llvm_tool("llvm-test-only", &of("14.0.0"));
            assert_eq!(found.unwrap(), tool);
            let error = find_llvm_tool("llvm-test-only", &of("22.1.2"));
            let error = error.unwrap_err().to_string();
            assert!(error.contains("22.1.2"), "{error}");
            assert!(error.contains("14.0.6"), "{error}");
        }
    }
}

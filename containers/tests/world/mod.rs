//! A root, and `unc` as somebody who is not root.
//!
//! Namespaces are made by processes of one thread, which no test is: so tests
//! drive the command.

// Each target takes what it needs.
#![allow(dead_code)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use containers::probe::need::{DEMAND, Need, require_as};
use containers::probe::row::Who;
use support::skipped;
use support::watchdog::{Watchdog, watch};
use tempfile::TempDir;

/// Nobody's number, as tests that are started by root are nobody.
const NOBODY: u32 = 65534;

pub(crate) struct World {
    folder: TempDir,
    _watched: Watchdog,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// Returns a root of busybox and a command that anyone may execute, or
    /// says loudly why the test is left out.
    pub(crate) fn new() -> Option<Self> {
        let who = if is_root() { Who::Nobody } else { Who::Caller };
        if !require_as(Need::Container, who) {
            return None;
        }
        let this = Self {
            folder: tempfile::tempdir().expect("a directory"),
            _watched: watch(),
        };
        let folder = this.folder.path();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
            .expect("it is ours");
        // By another process: a file that this one has open for writing may
        // be open in a child of another test, and is not executed then.
        let copied = Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_unc"))
            .arg(this.unc_path())
            .status();
        assert!(copied.is_ok_and(|it| it.success()), "the command is copied");
        // The user's own, as of `cargo install`.
        give_away(&this.unc_path());
        for (name, mode) in [("user", 0o755), ("run", 0o700)] {
            let path = folder.join(name);
            fs::create_dir(&path).expect("it is new");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode))
                .expect("it is ours");
            give_away(&path);
        }
        let made = this.run(&["rootfs", this.root().to_str().expect("text")]);
        if made.code == 0 {
            return Some(this);
        }
        // There is no static busybox on this machine.
        assert_ne!(
            std::env::var(DEMAND).as_deref(),
            Ok("1"),
            "{}, and {DEMAND} is 1",
            made.err
        );
        skipped::say(made.err);
        None
    }

    /// Returns true if containers can be connected here, or says loudly why
    /// not.
    pub(crate) fn has_network(&self) -> bool {
        require_as(
            Need::Network,
            if is_root() { Who::Nobody } else { Who::Caller },
        )
    }

    /// Returns true if users are lent to the user here, or says loudly why
    /// not.
    pub(crate) fn has_range(&self) -> bool {
        require_as(
            Need::IdRange,
            if is_root() { Who::Nobody } else { Who::Caller },
        )
    }

    pub(crate) fn unc_path(&self) -> PathBuf {
        self.folder.path().join("unc")
    }

    /// Returns the root of the containers.
    pub(crate) fn root(&self) -> PathBuf {
        self.user().join("root")
    }

    /// Returns a directory of the user.
    pub(crate) fn user(&self) -> PathBuf {
        self.folder.path().join("user")
    }

    /// Returns where the user's sockets and states are.
    pub(crate) fn run_folder(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// Returns where the state of containers is.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("run/unc/containers")
    }

    /// Returns `unc` with arguments, in the root, as no root.
    pub(crate) fn unc(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.unc_path());
        command.args(args).env_remove("UNC_FAULT");
        command.env("XDG_RUNTIME_DIR", self.run_folder());
        command.stdin(Stdio::null());
        let root = self.root();
        command.current_dir(if root.exists() { root } else { self.user() });
        as_nobody(&mut command);
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        said(self.unc(args).output().expect("unc is executed"))
    }

    /// Runs a script of the host that calls `$unc`.
    pub(crate) fn host_sh(&self, script: &str) -> Said {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(self.root());
        shell.env("unc", self.unc_path()).env("user", self.user());
        shell.env("XDG_RUNTIME_DIR", self.run_folder());
        as_nobody(&mut shell);
        said(shell.output().expect("sh is there"))
    }

    /// Runs a script inside, below an init.
    pub(crate) fn sh(&self, options: &[&str], script: &str) -> Said {
        let args = [&["run"], options, &["sh", "-c", script]].concat();
        self.run(&args)
    }

    /// Starts a program that first says a line, and then waits for its input
    /// to end; returns when it has said that.
    pub(crate) fn waiting(&self, options: &[&str]) -> Waiting {
        self.waiting_by(options, "echo ready; read line")
    }

    pub(crate) fn waiting_by(&self, options: &[&str], script: &str) -> Waiting {
        let args = [&["run"], options, &["sh", "-c", script]].concat();
        let mut command = self.unc(&args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut unc = command.spawn().expect("unc is executed");
        let stdin = unc.stdin.take();
        let stdout = unc.stdout.take().expect("it is piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("it can be read");
        assert_eq!(line, "ready\n", "what was started is not ready");
        Waiting { unc, stdin }
    }
}

/// A container that waits.
pub(crate) struct Waiting {
    pub(crate) unc: Child,
    stdin: Option<ChildStdin>,
}

impl Waiting {
    /// Returns the numbers of the processes below `unc`, the oldest first.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let mut found = Vec::new();
        let mut above = vec![self.unc.id()];
        while let Some(parent) = above.pop() {
            let below = children(parent);
            found.extend(&below);
            above.extend(below);
        }
        found
    }

    /// Returns the number of the program, which is below an init.
    pub(crate) fn program(&self) -> u32 {
        *self.processes().get(1).expect("an init and a program")
    }

    /// Lets it go on, and returns how it ended.
    pub(crate) fn finish(mut self) -> i32 {
        drop(self.stdin.take());
        code(self.unc.wait().expect("it is our child"))
    }

    /// Waits until it has ended by itself, its input still open.
    pub(crate) fn end(mut self) -> i32 {
        let status = self.unc.wait().expect("it is our child");
        drop(self.stdin.take());
        code(status)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.unc.kill();
        let _ = self.unc.wait();
    }
}

impl Said {
    /// Returns what it printed, if it went well.
    pub(crate) fn ok(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.out
    }
}

pub(crate) fn said(output: Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Said {
        code: code(output.status),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().map(|it| 1000 + it);
    status.code().or(signal).expect("one of both")
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Returns the user and group that the commands of a world are.
pub(crate) fn ids() -> (u32, u32) {
    if is_root() {
        return (NOBODY, NOBODY);
    }
    let user = rustix::process::geteuid().as_raw();
    (user, rustix::process::getegid().as_raw())
}

pub(crate) fn as_nobody(command: &mut Command) {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}

/// Makes a file nobody's.
pub(crate) fn give_away(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("root may");
    }
}

/// Returns the processes whose parent is `parent`, zombies left out.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let mut found = listed(parent).unwrap_or_else(|| numbers_in("/proc"));
    found.retain(|pid| parent_of(*pid) == Some(parent));
    found.sort_unstable();
    found
}

/// Returns the children that the kernel lists, where it does: to ask all
/// processes takes longer than a start.
fn listed(parent: u32) -> Option<Vec<u32>> {
    let tasks = format!("/proc/{parent}/task");
    let mut found = Vec::new();
    for task in numbers_in(&tasks) {
        let path = format!("{tasks}/{task}/children");
        let list = fs::read_to_string(path).ok()?;
        found.extend(list.split_whitespace().flat_map(str::parse::<u32>));
    }
    Some(found)
}

fn numbers_in(folder: &str) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let number = |entry: std::io::Result<fs::DirEntry>| {
        entry.ok()?.file_name().to_str()?.parse().ok()
    };
    entries.filter_map(number).collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = stat.rsplit_once(") ")?;
    let mut fields = after.split(' ');
    let is_zombie = fields.next()? == "Z";
    let parent = fields.next()?.parse().ok()?;
    (!is_zombie).then_some(parent)
}

/// Returns all that is in a directory, and below, but for what a program leaves
/// at its end that is built to say what it reaches (`cargo xtask coverage`).
pub(crate) fn listing(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("it is there").path();
        if path.extension().is_some_and(|it| it == "profraw") {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            found.extend(listing(&path));
        }
        found.push(path.display().to_string());
    }
    found.sort();
    found
}

/// Returns a line of a file such as `/proc/PID/status`.
pub(crate) fn line_of(path: &str, start: &str) -> String {
    let mut text = String::new();
    fs::File::open(path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let line = text.lines().find_map(|line| line.strip_prefix(start));
    line.unwrap_or_else(|| panic!("{path} has no {start}")).trim().to_owned()
}

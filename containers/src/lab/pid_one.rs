//! Let an ordinary program be PID 1.

use std::fs;
use std::io;
use std::mem::forget;
use std::os::fd::AsFd;

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, pidfd_send_signal,
    set_parent_process_death_signal, wait,
};
use rustix::thread::UnshareFlags;

use super::apart::{LIMIT, fork_alone};
use super::line;
use super::scratch::{errno_of, in_namespaces, missing, skipped};
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::child::{Child, has_ended};
use crate::trial::inside::At;

pub(super) const WAY: WrongWay = WrongWay {
    name: "pid-1",
    title: "let an ordinary program be the first of its PID namespace",
    why: "The kernel protects PID 1 from signals that it has no handler for: \
          SIGTERM, which ends any other program, is thrown away, so that \
          stopping a container waits for its limit and then kills. And \
          orphans become children of PID 1; a program that knows nothing of \
          them never waits, and each leaves a zombie that keeps its number.",
    instead: "A small init as PID 1: it has a handler for every signal and \
              passes them on, waits for all children, and ends with the exit \
              code of the one program. `unc run` has it; --as-pid-1 is for \
              programs that do all this themselves.",
    run,
};

const TERM: &str = "SIGTERM to a PID 1 that has no handler";
const TERM_OF_TWO: &str = "SIGTERM to the same program as PID 2";
const ORPHAN: &str = "an orphan ends, PID 1 never waits";
const REAPED: &str = "an orphan ends, PID 1 waits for all";

fn run(_: &Settings) -> io::Result<Vec<Seen>> {
    if let Some(why) = missing()? {
        return Ok(skipped(&[TERM, TERM_OF_TWO, ORPHAN, REAPED], &why));
    }
    Ok(vec![
        Seen::exact(TERM, terminated(First::Answers)?, "lives on"),
        Seen::exact(TERM_OF_TWO, terminated(First::StartsOne)?, "ends"),
        Seen::exact(ORPHAN, orphan(Parent::NeverWaits)?, "a zombie"),
        Seen::exact(REAPED, orphan(Parent::Waits)?, "gone"),
    ])
}

/// What the first process of the namespace does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// It is the program.
    Answers,
    /// It starts the program, and waits for it.
    StartsOne,
}

/// Starts the first process of a new PID namespace. The kernel makes it the
/// next child, so that there is a process between, which waits for it.
fn in_pid_namespace(body: impl FnOnce() -> u8) -> io::Result<Child> {
    in_namespaces(UnshareFlags::NEWPID, || {
        let first = fork_alone(|| {
            // All that it starts ends with it.
            let _ = set_parent_process_death_signal(Some(Signal::KILL));
            body()
        });
        let first = first.map_err(|error| errno_of(&error)).at("fork")?;
        wait(WaitOptions::empty()).at("wait")?;
        drop(first);
        Ok(0)
    })
}

/// Sends SIGTERM to a program, and returns what it does then.
fn terminated(first: First) -> io::Result<&'static str> {
    let (mut lab, program) = line::new()?;
    let child = in_pid_namespace(|| match first {
        First::Answers => program.answer(),
        First::StartsOne => start_and_wait(|| program.answer()),
    })?;
    let pidfd = pidfd_open(lab.pid()?, PidfdFlags::empty())?;
    pidfd_send_signal(&pidfd, Signal::TERM)?;
    // A signal that is not thrown away comes before the answer.
    let is_alive = lab.is_alive()?;
    lab.end();
    child.end(LIMIT)?;
    Ok(if is_alive { "lives on" } else { "ends" })
}

/// Starts a program, and waits until some child has ended.
fn start_and_wait(program: impl FnOnce() -> u8) -> u8 {
    let Ok(program) = fork_alone(program) else { return 1 };
    let waited = wait(WaitOptions::empty());
    // It must not be killed, which may be another's task.
    forget(program);
    u8::from(waited.is_err())
}

/// What PID 1 does about children that it did not start.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    NeverWaits,
    Waits,
}

/// Returns what becomes of a process whose parent has ended before it.
fn orphan(parent: Parent) -> io::Result<&'static str> {
    let (mut lab, program) = line::new()?;
    let (mut lab_of_first, first) = line::new()?;
    let child = in_pid_namespace(|| {
        start_and_wait(|| {
            // The orphan is not waited for.
            fork_alone(|| program.answer()).map_or(1, |orphan| {
                forget(orphan);
                0
            })
        });
        if parent == Parent::Waits {
            let _ = wait(WaitOptions::empty());
        }
        first.answer()
    })?;
    let pid = lab.pid()?;
    let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
    lab.end();
    while !has_ended(pidfd.as_fd(), LIMIT)? {}
    // Now PID 1 has done what it will do about it.
    lab_of_first.pid()?;
    let state = state(pid);
    lab_of_first.end();
    child.end(LIMIT)?;
    Ok(match state {
        None => "gone",
        Some('Z') => "a zombie",
        Some(_) => "alive",
    })
}

/// Returns the letter for what a process does.
fn state(pid: Pid) -> Option<char> {
    let path = format!("/proc/{}/stat", pid.as_raw_pid());
    let stat = fs::read_to_string(path).ok()?;
    // The name, which is in brackets, may have any letters.
    stat.rsplit_once(") ")?.1.chars().next()
}

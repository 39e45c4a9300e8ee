//! Nothing is left when the caller, or the new process, is killed at any step
//! of a start: of one that runs, of one with a network, of one that is made
//! first and started later, and of a program that joins.
//!
//! One test: what it hands to `unc` would be open in the commands of another,
//! and orphans become children of this process, so that none is overlooked.

#![cfg(target_os = "linux")]

mod world;

use std::fs::{self, File};
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Child, Stdio};

use containers::container::Container;
use containers::plan::Plan;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, getpid, pidfd_open,
    pidfd_send_signal, set_child_subreaper, wait, waitpid,
};
use world::{World, children, listing};

/// A start that stops at a step.
struct Stopped {
    unc: Child,
    /// All processes of it, by descriptors that no other process gets.
    all: Vec<(u32, OwnedFd)>,
    go_on: Option<OwnedFd>,
    /// The init of the container that is joined, which stays.
    joined: Option<u32>,
}

/// A command that will stop at a step.
struct Armed {
    unc: Child,
    announced: OwnedFd,
    go_on: OwnedFd,
}

/// Has `unc` run so that what it starts stops at a step.
fn arm(world: &World, args: &[&str], step: usize) -> Armed {
    let pipe = || {
        let close = rustix::pipe::PipeFlags::CLOEXEC;
        rustix::pipe::pipe_with(close).expect("a pipe")
    };
    let (announced, announce) = pipe();
    let (may_go_on, go_on) = pipe();
    // For `unc`: above the numbers that the protocol gives, and not closed.
    let for_unc = |fd: OwnedFd| {
        let fd = rustix::io::fcntl_dupfd_cloexec(fd, 64).expect("it is free");
        let keep = rustix::io::FdFlags::empty();
        rustix::io::fcntl_setfd(&fd, keep).expect("it is open");
        fd
    };
    let (announce, may_go_on) = (for_unc(announce), for_unc(may_go_on));
    let fault =
        format!("{step}:{}:{}", announce.as_raw_fd(), may_go_on.as_raw_fd());
    let mut unc = world.unc(args);
    unc.env("UNC_FAULT", fault).stdout(Stdio::null()).stderr(Stdio::null());
    let unc = unc.spawn().expect("unc is executed");
    Armed { unc, announced, go_on }
}

impl Armed {
    /// Waits until the step is reached. `unc` is the process whose start it
    /// is, and `others` are below this one already.
    fn stop(self, others: &[u32]) -> Stopped {
        let Self { unc, announced, go_on } = self;
        let mut byte = [0; 1];
        let stops = File::from(announced).read(&mut byte).expect("a pipe");
        assert_eq!(stops, 1, "the step is not reached");
        let mut all = vec![unc.id()];
        all.extend(others);
        let mut at = 0;
        while at < all.len() {
            all.extend(children(all[at]));
            at += 1;
        }
        let all = all.into_iter().filter_map(|number| {
            let pid = Pid::from_raw(number.cast_signed())?;
            Some((number, pidfd_open(pid, PidfdFlags::empty()).ok()?))
        });
        let (all, go_on) = (all.collect(), Some(go_on));
        Stopped { all, unc, go_on, joined: None }
    }
}

impl Stopped {
    /// Kills one of its processes, lets the others go on, and waits until all
    /// are gone. Returns how `unc` ended.
    fn without(mut self, victim: usize) -> Option<i32> {
        let (_, pidfd) = &self.all[victim];
        pidfd_send_signal(pidfd, Signal::KILL).expect("it is there");
        // Before the others go on, so that none still talks to it.
        await_end(pidfd);
        drop(self.go_on.take());
        let code = self.unc.wait().expect("it is our child").code();
        await_orphans(self.joined);
        self.all.iter().for_each(|(_, pidfd)| await_end(pidfd));
        code
    }

    /// Returns the place of the process that was made last.
    fn last(&self) -> usize {
        self.all.len() - 1
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.unc.kill();
        let _ = self.unc.wait();
    }
}

/// Waits until a process has ended; the watchdog ends a wait without an end.
fn await_end(pidfd: &OwnedFd) {
    let mut watched = [PollFd::new(pidfd, PollFlags::IN)];
    poll(&mut watched, None).expect("it is a process");
}

/// Waits for all that have become children of this process, but for one that
/// stays, and for the holder of the network, which stays a while for the next
/// container.
fn await_orphans(stays: Option<u32>) {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(Errno::INTR) => continue,
            Ok(None) => {}
            Err(errno) => return assert_eq!(errno, Errno::CHILD),
        }
        let own = getpid().as_raw_pid().cast_unsigned();
        let mut orphans = children(own).into_iter();
        let ends = |it: &u32| Some(*it) != stays && !is_holder(*it);
        let Some(orphan) = orphans.find(ends) else { return };
        let orphan = Pid::from_raw(orphan.cast_signed()).expect("a number");
        // The watchdog ends a wait without an end.
        let _ = waitpid(Some(orphan), WaitOptions::empty());
    }
}

fn is_holder(number: u32) -> bool {
    let words = fs::read(format!("/proc/{number}/cmdline"));
    words.is_ok_and(|it| it.starts_with(b"unc-holder\0"))
}

/// Returns the names of the steps of a start.
fn steps(world: &World, options: &[&str]) -> Vec<String> {
    let explained = [&["run", "--explain"], options, &["true"]].concat();
    let plan = world.run(&explained);
    let name = |line: &str| line.get(13..40).unwrap_or(&line[13..]).to_owned();
    plan.ok().lines().map(|line| name(line).trim().to_owned()).collect()
}

fn kill_at_each_step(world: &World, args: &[&str], count: usize) {
    kill_at_each_step_beside(world, args, count, None);
}

fn kill_at_each_step_beside(
    world: &World,
    args: &[&str],
    count: usize,
    joined: Option<u32>,
) {
    for kills_caller in [true, false] {
        for step in 0..count {
            let mut stopped = arm(world, args, step).stop(&[]);
            stopped.joined = joined;
            let last = stopped.last();
            if kills_caller || last == 0 {
                assert_eq!(stopped.without(0), None, "unc is killed");
                continue;
            }
            let code = stopped.without(last);
            // The program's end by a signal is passed on; before, it is an
            // error of the start.
            assert!(
                [Some(125), Some(137)].contains(&code),
                "{args:?}, step {step}: {code:?}"
            );
        }
    }
}

/// Kills `unc start`, or the container, at each step that it starts.
fn kill_at_each_step_after(world: &World, create: &[&str], all: usize) {
    let fork =
        steps(world, &[]).iter().position(|it| *it == "fork the program");
    let waits = fork.expect("there is an init");
    // The plan that waits has a step more.
    for step in waits + 1..=all {
        for (kills_starter, status) in [(true, "ended 125"), (false, "killed")]
        {
            let mut created = arm(world, create, step);
            let code = created.unc.wait().expect("it is our child").code();
            assert_eq!(code, Some(0), "{create:?}");
            let own = getpid().as_raw_pid().cast_unsigned();
            let inits = children(own);
            let mut start = world.unc(&["start", "late"]);
            start.stderr(Stdio::null());
            created.unc = start.spawn().expect("unc is executed");
            let stopped = created.stop(&inits);
            // The starter comes first, and init after it.
            let code = stopped.without(usize::from(!kills_starter));
            let expected = if kills_starter { None } else { Some(125) };
            assert_eq!(code, expected, "step {step}");
            let list = world.run(&["list"]);
            assert!(list.ok().contains(status), "step {step}: {list:?}");
            world.run(&["rm", "late"]).ok();
        }
    }
}

/// Kills `unc exec`, or what it starts, at each step, and asks the container
/// for what is left in it.
fn kill_at_each_step_inside(world: &World) {
    world.run(&["create", "host", "sleep", "1000"]).ok();
    world.run(&["start", "host"]).ok();
    let own = getpid().as_raw_pid().cast_unsigned();
    let init = children(own).pop().expect("the container's init");
    let plan = Plan::inside(&Container::new("/", "sleep"));
    let count = plan.expect("it makes sense").steps.len();
    let exec = ["exec", "host", "sleep", "1000"];
    kill_at_each_step_beside(world, &exec, count, Some(init));
    let left = world.run(&["exec", "host", "ps"]);
    let sleeping = left.ok().lines().filter(|it| it.contains("sleep 1000"));
    assert_eq!(sleeping.count(), 1, "{left:?}");
    world.run(&["rm", "--force", "host"]).ok();
    await_orphans(None);
}

/// Another build of `unc` may have taken the place of that which stops, and
/// would run `sleep` to its end.
fn expect_a_unc_that_stops() {
    let unc = std::fs::read(env!("CARGO_BIN_EXE_unc")).expect("it is built");
    let stops = unc.windows(9).any(|part| part == b"UNC_FAULT");
    assert!(stops, "unc was built anew, without the feature faults");
}

#[test]
fn a_kill_at_any_step_leaves_nothing() {
    expect_a_unc_that_stops();
    let Some(world) = World::new() else { return };
    set_child_subreaper(Some(getpid())).expect("any process may");
    let folder = world.user();
    let folder = folder.parent().expect("the world's");
    world.run(&["list"]).ok();
    let before = listing(folder);

    let all = steps(&world, &[]).len();
    assert!(all > 20, "only {all} steps");
    kill_at_each_step(&world, &["run", "sleep", "1000"], all);
    let first = ["run", "--as-pid-1", "sleep", "1000"];
    kill_at_each_step(&world, &first, steps(&world, &["--as-pid-1"]).len());
    assert_eq!(listing(folder), before);

    let create = ["create", "late", "sleep", "1000"];
    let fork =
        steps(&world, &[]).iter().position(|it| *it == "fork the program");
    // What a kill has left of the name, the next one sweeps.
    kill_at_each_step(&world, &create, fork.expect("there is an init") + 1);
    world.run(&["list"]).ok();
    assert_eq!(listing(folder), before);
    kill_at_each_step_after(&world, &create, all);
    assert_eq!(listing(folder), before);
    kill_at_each_step_inside(&world);
    assert_eq!(listing(folder), before);

    if world.has_network() {
        let connected = ["run", "--net", "sleep", "1000"];
        kill_at_each_step(&world, &connected, steps(&world, &["--net"]).len());
        // The holder ends when nobody has come for a while.
        while wait(WaitOptions::empty()).err() != Some(Errno::CHILD) {}
        assert_eq!(listing(folder), before);
    }
}

//! Nothing is left when the caller, or the new process, is killed at any step
//! of a start.
//!
//! One test: what it hands to `unc` would be open in the commands of another.

#![cfg(target_os = "linux")]

mod world;

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Child, Stdio};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use world::{World, children, listing};

/// A start that stops at a step.
struct Stopped {
    unc: Child,
    /// All processes of it, by descriptors that no other process gets.
    all: Vec<(u32, OwnedFd)>,
    go_on: Option<OwnedFd>,
}

/// Starts a container that stops at a step, if its start comes there.
fn stop_at(world: &World, args: &[&str], step: usize) -> Option<Stopped> {
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
    drop((announce, may_go_on));
    let mut byte = [0; 1];
    let stops = File::from(announced).read(&mut byte).expect("a pipe") == 1;
    let mut all = vec![unc.id()];
    let mut at = 0;
    while at < all.len() {
        all.extend(children(all[at]));
        at += 1;
    }
    let all = all.into_iter().filter_map(|number| {
        let pid = Pid::from_raw(number.cast_signed())?;
        Some((number, pidfd_open(pid, PidfdFlags::empty()).ok()?))
    });
    let stopped = Stopped { all: all.collect(), unc, go_on: Some(go_on) };
    stops.then_some(stopped)
}

impl Stopped {
    /// Kills one of its processes, lets the others go on, and waits until all
    /// are gone. Returns how `unc` ended.
    fn without(mut self, victim: usize) -> Option<i32> {
        let (_, pidfd) = &self.all[victim];
        pidfd_send_signal(pidfd, Signal::KILL).expect("it is there");
        drop(self.go_on.take());
        let code = self.unc.wait().expect("it is our child").code();
        for (number, pidfd) in &self.all {
            let mut watched = [PollFd::new(pidfd, PollFlags::IN)];
            // The watchdog ends a wait without an end.
            poll(&mut watched, None)
                .unwrap_or_else(|error| panic!("{number}: {error}"));
        }
        code
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.unc.kill();
        let _ = self.unc.wait();
    }
}

fn kill_at_each_step(world: &World, args: &[&str], kills_caller: bool) -> u32 {
    let explained = [&["run", "--explain"], &args[1..]].concat();
    let plan = world.run(&explained);
    let steps = plan.ok().lines().count();
    let mut stops = 0;
    for step in 0..steps {
        let Some(stopped) = stop_at(world, args, step) else {
            panic!("step {} of {args:?} stops nowhere", step + 1);
        };
        stops += 1;
        let last = stopped.all.len() - 1;
        if kills_caller || last == 0 {
            assert_eq!(stopped.without(0), None, "unc is killed");
        } else {
            let code = stopped.without(last);
            // The program's end by a signal is passed on; before, it is an
            // error of the start.
            assert!([Some(125), Some(137)].contains(&code), "{step}: {code:?}");
        }
    }
    stops
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
    let folder = world.user();
    let folder = folder.parent().expect("the world's");
    let before = listing(folder);
    let ways: [&[&str]; 2] =
        [&["run", "sleep", "1000"], &["run", "--as-pid-1", "sleep", "1000"]];
    for args in ways {
        for kills_caller in [true, false] {
            assert!(kill_at_each_step(&world, args, kills_caller) > 20);
        }
    }
    assert_eq!(listing(folder), before);
}

//! Nothing is left of a container: after many runs, and after the caller, or
//! the new process, is killed at any step of a start.

#![cfg(target_os = "linux")]

mod world;

use std::fs::{self, File};
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Child, Stdio};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use world::{World, children};

/// Returns all that is in a directory, and below.
fn listing(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("it is there").path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(listing(&path));
        }
        found.push(path.display().to_string());
    }
    found.sort();
    found
}

#[test]
fn nothing_is_left_after_200_runs() {
    let Some(world) = World::new() else { return };
    let folder = world.user();
    let folder = folder.parent().expect("the world's");
    let mounts = || fs::read_to_string("/proc/self/mountinfo").expect("it");
    world.run(&["run", "--name", "first", "true"]).ok();
    let (files, mounted) = (listing(folder), mounts());
    for run in 0..200 {
        let named = ["run", "--name", "again", "true"];
        let bare = ["run", "true"];
        let args = if run % 4 == 0 { &named[..] } else { &bare[..] };
        world.run(args).ok();
    }
    assert_eq!(listing(folder), files);
    assert_eq!(mounts(), mounted);
    assert_eq!(children(std::process::id()), [0; 0]);
}

/// A start that stops at a step.
struct Stopped {
    unc: Child,
    /// All processes of it, by descriptors that no other process gets.
    all: Vec<(u32, OwnedFd)>,
    go_on: Option<OwnedFd>,
}

/// Starts a container that stops at a step, if its start comes there.
fn stop_at(world: &World, args: &[&str], step: usize) -> Option<Stopped> {
    // Without the mark of closing: they are for `unc`. Other tests' commands
    // must not keep them open, so this target has one such test at a time.
    let (announced, announce) = rustix::pipe::pipe().expect("a pipe");
    let (may_go_on, go_on) = rustix::pipe::pipe().expect("a pipe");
    for own in [&announced, &go_on] {
        let close = rustix::io::FdFlags::CLOEXEC;
        rustix::io::fcntl_setfd(own, close).expect("it is open");
    }
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

/// Both ways, one after the other: the pipes are for one command at a time.
#[test]
fn a_kill_at_any_step_leaves_nothing() {
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

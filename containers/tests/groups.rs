//! Limits of all processes of a container together, where a directory of
//! control groups is there to be delegated: only root makes one.

#![cfg(target_os = "linux")]

mod world;

use std::fs;
use std::path::PathBuf;

use world::{World, is_root};

/// Returns the directory of all control groups of version 2.
fn mounted() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let line = mounts.lines().find(|line| line.contains(" - cgroup2 "))?;
    line.split(' ').nth(4).map(PathBuf::from)
}

/// Removes a directory that a test has made.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn what_is_not_delegated_is_refused_by_name() {
    let Some(world) = World::new() else { return };
    let said = world.run(&["run", "--cgroup", "/none", "--pids", "9", "true"]);
    assert_eq!(said.code, 125, "{said:?}");
    assert!(said.err.contains("make a control group"), "{said:?}");
    assert!(said.err.contains("delegated"), "{said:?}");
}

#[test]
fn a_container_is_in_its_group_and_the_group_goes_with_it() {
    let Some(world) = World::new() else { return };
    let Some(all) = mounted().filter(|_| is_root()) else {
        eprintln!("SKIPPED: control groups: no root, or no version 2");
        return;
    };
    let made = Made(all.join(format!("unc-test-{}", std::process::id())));
    if let Err(error) = fs::create_dir(&made.0) {
        eprintln!("SKIPPED: control groups: {error}");
        return;
    }
    let path = made.0.to_str().expect("text");
    let mut unc = std::process::Command::new(world.unc_path());
    let rootfs = world.root();
    let shown = ["cat", "/proc/self/cgroup"];
    // As root, who may move a process between any two groups.
    unc.args(["run", "--map-users", "0:100000:65536", "--cgroup", path]);
    unc.arg("--rootfs").arg(rootfs);
    let controllers = fs::read_to_string(made.0.join("cgroup.controllers"));
    if controllers.is_ok_and(|it| it.contains("pids")) {
        let control = made.0.join("cgroup.subtree_control");
        fs::write(control, "+pids").expect("the controller is there");
        unc.args(["--pids", "20"]);
    } else {
        eprintln!("SKIPPED: pids.max: the controller is not of version 2");
    }
    let said = world::said(unc.args(shown).output().expect("unc"));
    // As seen from the group of the caller.
    let own = format!("unc-test-{}/unc-", std::process::id());
    let line = said.ok().lines().find(|line| line.starts_with("0::"));
    assert!(line.is_some_and(|line| line.contains(&own)), "{said:?}");
    let folders = fs::read_dir(&made.0)
        .expect("it is there")
        .filter(|entry| entry.as_ref().is_ok_and(|it| it.path().is_dir()));
    assert_eq!(folders.count(), 0, "a group is left");
}

//! Limits of all processes of a container together, where a directory of
//! control groups is there to be delegated: only root makes one.

#![cfg(target_os = "linux")]

mod world;

use std::fs;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use support::skipped;
use world::{World, is_root};

/// Returns the directory of all control groups of version 2.
fn mounted() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let line = mounts.lines().find(|line| line.contains(" - cgroup2 "))?;
    line.split(' ').nth(4).map(PathBuf::from)
}

/// Returns a directory of its own, or says loudly why there is none.
fn delegated() -> Option<Made> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Some(all) = mounted().filter(|_| is_root()) else {
        skipped::say("this is not root, or control groups are not version 2");
        return None;
    };
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("unc-test-{}-{number}", std::process::id());
    let made = Made(all.join(name));
    match fs::create_dir(&made.0) {
        Ok(()) => Some(made),
        Err(error) => {
            skipped::say(format!("control groups: {error}"));
            None
        }
    }
}

/// Returns the groups that are in one.
fn groups_in(made: &Made) -> Vec<PathBuf> {
    let entries = fs::read_dir(&made.0).expect("it is there");
    let paths = entries.map(|entry| entry.expect("it is there").path());
    paths.filter(|path| path.is_dir()).collect()
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
    let Some(made) = delegated() else { return };
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
        skipped::say("pids.max: the controller is not of version 2");
    }
    let said = world::said(unc.args(shown).output().expect("unc"));
    // As seen from the group of the caller.
    let own = made.0.file_name().and_then(|it| it.to_str());
    let own = format!("{}/unc-", own.expect("text"));
    let line = said.ok().lines().find(|line| line.starts_with("0::"));
    assert!(line.is_some_and(|line| line.contains(&own)), "{said:?}");
    let left = groups_in(&made);
    assert!(left.is_empty(), "{left:?} is left");
}

/// Limits of all would be none, could a program that joins be outside.
#[test]
fn whoever_joins_is_in_the_group_and_removal_takes_it_away() {
    let Some(world) = World::new() else { return };
    let Some(made) = delegated() else { return };
    // Of a process that has ended, and of one that has not.
    let init = made.0.join("unc-1-0");
    for folder in [&made.0.join("unc-2147483646-0"), &init] {
        fs::create_dir(folder).expect("root may");
    }
    let unc = |args: &[&str]| {
        let mut unc = std::process::Command::new(world.unc_path());
        unc.args(args).current_dir(world.root());
        unc.env("XDG_RUNTIME_DIR", world.user().join("of-root"));
        world::said(unc.output().expect("unc is executed"))
    };
    fs::create_dir(world.user().join("of-root")).expect("it is new");
    let path = made.0.to_str().expect("text");
    let map = ["--map-users", "0:100000:65536", "--cgroup", path];
    unc(&[&["create", "a"], &map[..], &["sleep", "1000"]].concat()).ok();
    unc(&["start", "a"]).ok();
    let own = unc(&["exec", "a", "cat", "/proc/self/cgroup"]);
    let name = made.0.file_name().and_then(|it| it.to_str());
    let group = format!("{}/unc-", name.expect("text"));
    let line = own.ok().lines().find(|line| line.starts_with("0::"));
    assert!(line.is_some_and(|line| line.contains(&group)), "{own:?}");
    let status = unc(&["exec", "a", "cat", "/proc/self/status"]);
    // Not root of the host.
    assert!(status.ok().contains("Uid:\t0\t0\t0\t0"), "{status:?}");
    unc(&["rm", "--force", "a"]).ok();
    let left = groups_in(&made);
    assert_eq!(left, std::slice::from_ref(&init), "a group is left");
    fs::remove_dir(init).expect("it is empty");
}

/// As a user to whom a directory is delegated, and who is in it.
#[test]
fn a_user_makes_groups_where_a_directory_is_delegated() {
    const USER: u32 = 65534;
    let Some(world) = World::new() else { return };
    let Some(made) = delegated() else { return };
    let own = Made(made.0.join("own"));
    fs::create_dir(&own.0).expect("root may");
    for folder in [&made.0, &own.0] {
        for path in [folder, &folder.join("cgroup.procs")] {
            chown(path, Some(USER), Some(USER)).expect("root may");
        }
    }
    let run = |options: &str| {
        let mut shell = std::process::Command::new("sh");
        let script = "echo 0 > $own/cgroup.procs; exec $unc run --drop-to \
                      65534 $options cat /proc/self/cgroup";
        shell.args(["-c", script]).current_dir(world.root());
        shell.env("own", &own.0).env("unc", world.unc_path());
        shell.env("options", options);
        world::said(shell.output().expect("sh is there"))
    };
    let said = run(&format!("--cgroup {}", made.0.display()));
    let line = said.ok().lines().find(|line| line.starts_with("0::"));
    assert!(line.is_some_and(|line| line.contains("/unc-")), "{said:?}");
    // Without a controller, a limit is refused by name; the directory is
    // found in any case.
    let said = run("--pids 20");
    if said.code != 0 {
        assert_eq!(said.code, 125, "{said:?}");
        assert!(said.err.contains("pids.max"), "{said:?}");
        assert!(said.err.contains("is not delegated"), "{said:?}");
    }
    let left = groups_in(&made);
    assert_eq!(left, std::slice::from_ref(&own.0), "a group is left");
}

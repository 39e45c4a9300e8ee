//! Containers that have a name.

#![cfg(target_os = "linux")]

mod world;

use std::fs;

use world::World;

/// Returns the line of a container in the list, by columns.
fn listed(world: &World, name: &str) -> Option<Vec<String>> {
    let list = world.run(&["list"]);
    let mut lines = list.ok().lines();
    let line = lines.find(|line| line.split(' ').next() == Some(name))?;
    let columns = line.split("  ").map(str::trim);
    Some(columns.filter(|it| !it.is_empty()).map(str::to_owned).collect())
}

fn status(world: &World, name: &str) -> String {
    listed(world, name).expect("it is in the list")[1].clone()
}

fn fails(world: &World, args: &[&str], cause: &str) {
    let said = world.run(args);
    assert_eq!(said.code, 125, "{args:?}: {said:?}");
    assert!(said.err.contains(cause), "{args:?}: {said:?}");
}

#[test]
fn from_its_making_to_its_end() {
    let Some(world) = World::new() else { return };
    let ok = |args: &[&str]| world.run(args).ok().to_owned();
    ok(&["create", "web", "sh", "-c", "echo here; exec sleep 1000"]);
    assert_eq!(status(&world, "web"), "created");
    fails(&world, &["create", "web", "true"], "already exists");
    fails(&world, &["run", "--name", "web", "true"], "already exists");
    fails(&world, &["exec", "web", "true"], "not running");
    ok(&["start", "web"]);
    assert_eq!(status(&world, "web"), "running");
    fails(&world, &["start", "web"], "it is running");
    while ok(&["exec", "web", "cat", "/proc/2/comm"]) != "sleep\n" {}
    assert_eq!(world.run(&["exec", "web", "sh", "-c", "exit 5"]).code, 5);
    assert_eq!(world.run(&["exec", "web", "nosuch"]).code, 127);
    fails(&world, &["rm", "web"], "has not ended");
    assert_eq!(ok(&["logs", "web"]), "here\n");
    ok(&["stop", "web"]);
    assert_eq!(status(&world, "web"), "ended 143");
    fails(&world, &["start", "web"], "it has ended");
    fails(&world, &["exec", "web", "true"], "not running");
    ok(&["stop", "web"]);
    ok(&["rm", "web"]);
    assert_eq!(listed(&world, "web"), None);
    fails(&world, &["start", "web"], "none of that name");
    assert_eq!(fs::read_dir(world.state()).expect("it is there").count(), 0);
}

#[test]
fn whoever_joins_is_locked_in_as_well() {
    let Some(world) = World::new() else { return };
    let limit = ["--limit", "nofile=61:62", "sleep", "1000"];
    world.run(&[&["create", "a"], &limit[..]].concat()).ok();
    world.run(&["start", "a"]).ok();
    let limits = world.run(&["exec", "a", "sh", "-c", "ulimit -n; ulimit -Hn"]);
    assert_eq!(limits.ok(), "61\n62\n");
    let status = world.run(&["exec", "a", "cat", "/proc/self/status"]);
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t0000000000000000"] {
        assert!(status.ok().contains(line), "{line}: {status:?}");
    }
    let inside = world.run(&["exec", "a", "hostname"]);
    assert_eq!(inside.ok(), "unc\n");
    world.run(&["rm", "--force", "a"]).ok();
    assert_eq!(listed(&world, "a"), None);
}

#[test]
fn what_does_not_listen_is_killed() {
    let Some(world) = World::new() else { return };
    let script = "trap '' TERM; echo deaf; while true; do sleep 1000; done";
    world.run(&["create", "deaf", "sh", "-c", script]).ok();
    world.run(&["start", "deaf"]).ok();
    while world.run(&["logs", "deaf"]).ok() != "deaf\n" {}
    world.run(&["stop", "--time", "0", "deaf"]).ok();
    assert_eq!(status(&world, "deaf"), "killed");
    world.run(&["rm", "deaf"]).ok();
}

#[test]
fn a_start_that_fails_says_so() {
    let Some(world) = World::new() else { return };
    world.run(&["create", "a", "nosuch"]).ok();
    let said = world.run(&["start", "a"]);
    assert_eq!(said.code, 127, "{said:?}");
    assert!(said.err.contains("nosuch"), "{said:?}");
    world.run(&["rm", "--force", "a"]).ok();
    // What cannot be made leaves no name behind.
    fails(&world, &["create", "--rootfs", "/none", "b", "true"], "/none");
    assert_eq!(listed(&world, "b"), None);
}

#[test]
fn of_many_who_take_a_name_one_gets_it() {
    let Some(world) = World::new() else { return };
    let created: Vec<_> = (0..8)
        .map(|_| {
            let mut unc = world.unc(&["create", "one", "sleep", "1000"]);
            unc.stderr(std::process::Stdio::null());
            unc.spawn().expect("unc is executed")
        })
        .collect();
    let ends = created.into_iter().map(|mut unc| unc.wait().expect("a child"));
    let made = ends.filter(|status| status.success()).count();
    assert_eq!(made, 1);
    world.run(&["rm", "--force", "one"]).ok();
}

#[test]
fn of_two_starts_at_once_one_is_told_that_it_came_late() {
    let Some(world) = World::new() else { return };
    for _ in 0..20 {
        world.run(&["create", "one", "sleep", "1000"]).ok();
        let starts = [(); 4].map(|()| {
            let mut unc = world.unc(&["start", "one"]);
            unc.stderr(std::process::Stdio::piped());
            unc.spawn().expect("unc is executed")
        });
        let ends = starts.map(|unc| unc.wait_with_output().expect("a child"));
        let (well, late): (Vec<_>, Vec<_>) =
            ends.iter().partition(|end| end.status.success());
        assert_eq!(well.len(), 1, "{ends:?}");
        for end in late {
            let said = String::from_utf8_lossy(&end.stderr);
            let known = ["somebody else has started it", "it is running"];
            assert!(known.iter().any(|it| said.contains(it)), "{said}");
        }
        world.run(&["rm", "--force", "one"]).ok();
    }
}

#[test]
fn a_run_has_its_name_while_it_runs() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&["--name", "here"]);
    // It is written down as soon as the program has begun.
    while listed(&world, "here").is_none() {}
    assert_eq!(status(&world, "here"), "running");
    assert_eq!(world.run(&["exec", "here", "true"]).code, 0);
    assert_eq!(container.finish(), 1);
    assert_eq!(listed(&world, "here"), None);
}

#[test]
fn what_a_killed_run_leaves_is_swept() {
    let Some(world) = World::new() else { return };
    let mut container = world.waiting(&["--name", "here"]);
    container.unc.kill().expect("it is our child");
    container.unc.wait().expect("it is our child");
    assert_eq!(listed(&world, "here"), None);
    assert_eq!(fs::read_dir(world.state()).expect("it is there").count(), 0);
}

#[test]
fn names_are_no_paths() {
    let Some(world) = World::new() else { return };
    for name in ["../a", "a/b", ".", ""] {
        fails(&world, &["create", name, "true"], "letters, digits");
        fails(&world, &["rm", "--force", name], "letters, digits");
    }
}

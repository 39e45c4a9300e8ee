//! The commands of the posts give the posts' output, for somebody who is not
//! root, and without any helper that is.

#![cfg(target_os = "linux")]

mod world;

use std::fs;

use world::World;

/// Returns what a command of the posts prints.
fn post(world: &World, args: &[&str]) -> String {
    world.run(args).ok().to_owned()
}

#[test]
fn the_first_process_is_number_one() {
    let Some(world) = World::new() else { return };
    assert_eq!(post(&world, &["sh", "-c", "echo $$"]), "1\n");
}

#[test]
fn the_user_is_root() {
    let Some(world) = World::new() else { return };
    assert_eq!(post(&world, &["whoami"]), "root\n");
    assert_eq!(post(&world, &["id", "-u"]), "0\n");
}

#[test]
fn the_host_has_a_name_of_its_own() {
    let Some(world) = World::new() else { return };
    assert_eq!(post(&world, &["hostname"]), "unc\n");
    assert_eq!(post(&world, &["--hostname", "it", "hostname"]), "it\n");
    let name = rustix::system::uname();
    assert_ne!(name.nodename(), c"unc", "the host is not renamed");
}

#[test]
fn the_root_is_the_directory() {
    let Some(world) = World::new() else { return };
    let release = post(&world, &["cat", "/etc/os-release"]);
    let expected = fs::read_to_string(world.root().join("etc/os-release"));
    assert_eq!(release, expected.expect("the root has it"));
}

#[test]
fn there_are_the_mounts_of_the_posts() {
    let Some(world) = World::new() else { return };
    let mounts = post(&world, &["mount"]);
    for target in ["/", "/proc", "/dev"] {
        let is_there = mounts.contains(&format!(" on {target} type "));
        assert!(is_there, "{target}: {mounts}");
    }
    let foreign = mounts.lines().filter(|line| {
        let target = line.split(' ').nth(2).unwrap_or_default();
        target != "/" && target != "/proc" && !target.starts_with("/dev")
    });
    assert_eq!(foreign.count(), 0, "{mounts}");
}

#[test]
fn there_are_only_its_own_processes() {
    let Some(world) = World::new() else { return };
    let list = post(&world, &["ps"]);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines[1].trim_start().starts_with("1 root"), "{list}");
}

#[test]
fn it_is_started_by_a_bare_name_too() {
    let Some(world) = World::new() else { return };
    let folder = world.unc_path();
    let folder = folder.parent().expect("it is in a directory");
    let mut by_name = std::process::Command::new("env");
    by_name.args(["unc", "whoami"]).current_dir(world.root());
    by_name.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    world::as_nobody(&mut by_name);
    let said = world::said(by_name.output().expect("env is there"));
    assert_eq!(said.ok(), "root\n");
}

#[test]
fn two_containers_talk() {
    let Some(world) = World::new() else { return };
    if !world.has_network() {
        return;
    }
    let script = "ip -4 addr show eth0 >&2; echo ready; read line";
    let other = world.waiting_by(&["--net"], script);
    let own = post(&world, &["--net", "ip", "a"]);
    assert!(own.contains("10.100.42."), "{own}");
    // Addresses come from a table, the first free one first.
    let said = post(&world, &["--net", "ping", "-c", "1", "10.100.42.2"]);
    assert!(said.contains("1 packets received"), "{said}");
    assert_eq!(other.finish(), 1);
}

#[test]
fn it_is_no_matter_from_where_a_list_is_asked_for() {
    let Some(world) = World::new() else { return };
    let mut list = world.unc(&["ps"]);
    list.current_dir(world.user());
    let said = world::said(list.output().expect("unc is executed"));
    assert!(said.ok().starts_with("NAME"), "{said:?}");
}

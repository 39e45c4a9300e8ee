//! Nothing is left of a container.

#![cfg(target_os = "linux")]

mod world;

use std::fs;

use world::{World, children, listing};

#[test]
fn nothing_is_left_after_some_runs() {
    nothing_is_left_after(20);
}

/// `cargo test -p containers --test residue -- --ignored`.
#[test]
#[ignore = "it takes a minute"]
fn nothing_is_left_after_1000_runs() {
    nothing_is_left_after(1000);
}

fn nothing_is_left_after(runs: usize) {
    let Some(world) = World::new() else { return };
    let folder = world.user();
    let folder = folder.parent().expect("the world's");
    let mounts = || fs::read_to_string("/proc/self/mountinfo").expect("it");
    world.run(&["run", "--name", "first", "true"]).ok();
    let (files, mounted) = (listing(folder), mounts());
    for run in 0..runs {
        let named = ["run", "--name", "again", "true"];
        let bare = ["run", "true"];
        let args = if run % 4 == 0 { &named[..] } else { &bare[..] };
        world.run(args).ok();
    }
    assert_eq!(listing(folder), files);
    assert_eq!(mounts(), mounted);
    assert_eq!(children(std::process::id()), [0; 0]);
}

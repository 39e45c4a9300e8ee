//! `git` in repositories as they are: with submodules, neighbours, settings of
//! their own, shallow, and with programs that save nothing.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::results::Results;
use crate::rounds::{MANIFEST, OPTIMIZED, bench, git, has_git};

/// A repository with one bench target, not committed yet.
fn repository(results: &Results, name: &str, time: &str) -> PathBuf {
    let tree = results.path().parent().unwrap().join(name);
    fs::create_dir_all(tree.join("benches")).unwrap();
    fs::create_dir_all(tree.join("src")).unwrap();
    fs::write(tree.join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(tree.join("src/lib.rs"), "").unwrap();
    fs::write(tree.join("benches/put.rs"), bench(time)).unwrap();
    git(&tree, &["init", "--quiet"]);
    tree
}

fn commit(tree: &Path) {
    git(tree, &["add", "."]);
    git(tree, &["commit", "--quiet", "-m", "measured"]);
}

fn run(
    results: &Results,
    tree: &Path,
    arguments: &[&str],
    status: i32,
) -> String {
    let path = std::env::var("PATH").unwrap();
    run_with(results, tree, &path, arguments, status)
}

fn run_with(
    results: &Results,
    tree: &Path,
    path: &str,
    arguments: &[&str],
    status: i32,
) -> String {
    let mut command = results.command(arguments);
    for name in ["CARGO_HOME", "RUSTUP_HOME", "HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command.env("PATH", path);
    let cache = results.path().parent().unwrap().join("cache");
    command.env("XDG_CACHE_HOME", cache).env(OPTIMIZED, "0");
    let assert = command.current_dir(tree).assert().code(status);
    let output = assert.get_output();
    String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr)
}

const COMMITS: [&str; 5] = ["git", "HEAD~1", "HEAD", "--rounds", "5"];

#[test]
fn a_submodule_is_that_of_each_commit() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let tree =
        repository(&results, "tree", "include!(\"../vendor/sub/time.in\")");
    let sub = results.path().parent().unwrap().join("sub");
    fs::create_dir(&sub).unwrap();
    git(&sub, &["init", "--quiet"]);
    fs::write(sub.join("time.in"), "100").unwrap();
    commit(&sub);
    let allow = ["-c", "protocol.file.allow=always"];
    let add = ["submodule", "--quiet", "add", "../sub", "vendor/sub"];
    let url = sub.to_str().unwrap();
    let add = add.map(|word| if word == "../sub" { url } else { word });
    git(&tree, &[&allow[..], &add].concat());
    commit(&tree);
    let own = tree.join("vendor/sub");
    fs::write(own.join("time.in"), "120").unwrap();
    commit(&own);
    commit(&tree);
    let text = run(&results, &tree, &COMMITS, 0);
    assert!(text.contains("slower"), "{text}");

    run(&results, &tree, &["clean"], 0);
    let worktrees = tree.join(".git/modules/vendor/sub/worktrees");
    assert!(!worktrees.exists() || worktrees.read_dir().unwrap().count() == 0);
    // Not there any more: git's own rules decide, and refuse a folder.
    git(&tree, &["submodule", "--quiet", "deinit", "--all", "--force"]);
    fs::remove_dir_all(tree.join(".git/modules")).unwrap();
    let text = run(&results, &tree, &COMMITS, 2);
    assert!(text.contains("git submodule update --init"), "{text}");
    assert!(text.contains("vendor/sub"), "{text}");
}

#[test]
fn settings_of_a_commit_are_its_own() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let time = "if cfg!(slow) { 200 } else { 100 }";
    let tree = repository(&results, "tree", time);
    commit(&tree);
    fs::create_dir(tree.join(".cargo")).unwrap();
    let flags = "[build]\nrustflags = [\"--cfg\", \"slow\"]\n";
    fs::write(tree.join(".cargo/config.toml"), flags).unwrap();
    commit(&tree);
    let text = run(&results, &tree, &COMMITS, 0);
    assert!(text.contains("slower"), "{text}");
    assert!(!text.contains("is built by"), "of one compiler: {text}");
    // What is only in the work tree reaches no commit.
    git(&tree, &["rm", "--quiet", "--cached", ".cargo/config.toml"]);
    git(&tree, &["commit", "--quiet", "-m", "settings of my own"]);
    let commits = ["git", "HEAD~2", "HEAD", "--rounds", "5"];
    let text = run(&results, &tree, &commits, 0);
    assert!(!text.contains("slower"), "{text}");
}

#[test]
fn a_neighbour_is_found_and_a_tree_that_was_cut_short_made_anew() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let tree = repository(&results, "tree", "neighbour::TIME");
    let neighbour = results.path().parent().unwrap().join("neighbour");
    fs::create_dir_all(neighbour.join("src")).unwrap();
    let manifest = "[package]\nname = \"neighbour\"\nedition = \"2024\"\n\
                    [workspace]\n";
    fs::write(neighbour.join("Cargo.toml"), manifest).unwrap();
    fs::write(neighbour.join("src/lib.rs"), "pub const TIME: u32 = 100;")
        .unwrap();
    let depends = "[dependencies]\nneighbour = { path = \"../neighbour\" }\n\
                   [[bench]]\nname = \"plain\"\n";
    fs::write(tree.join("Cargo.toml"), format!("{MANIFEST}{depends}")).unwrap();
    fs::write(tree.join("benches/plain.rs"), "").unwrap();
    commit(&tree);
    fs::write(tree.join("benches/put.rs"), bench("2 * neighbour::TIME"))
        .unwrap();
    commit(&tree);
    let text = run(&results, &tree, &COMMITS, 0);
    assert!(text.contains("slower"), "{text}");
    assert!(text.contains("`plain`") && text.contains("left out"), "{text}");

    let cache = results.path().parent().unwrap().join("cache/bench-compare");
    let of_repository = cache.read_dir().unwrap().next().unwrap().unwrap();
    for entry in of_repository.path().read_dir().unwrap() {
        let done = entry.unwrap().path().join("checked-out");
        if done.exists() {
            fs::remove_file(&done).unwrap();
            let folder = done.with_file_name("tree");
            fs::remove_file(folder.join("Cargo.toml")).unwrap();
        }
    }
    let text = run(&results, &tree, &COMMITS, 0);
    assert!(text.contains("slower"), "{text}");
}

/// Other versions of what it depends on would be a difference of their own.
#[test]
fn a_commit_without_a_lock_file_gets_that_of_the_work_tree() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let time = r#"if include_str!("../Cargo.lock").contains("mine")
        { 200 } else { 100 }"#;
    let tree = repository(&results, "tree", time);
    fs::write(tree.join(".gitignore"), "Cargo.lock\ntarget\n").unwrap();
    commit(&tree);
    let lock = "# mine\nversion = 4\n\n[[package]]\nname = \"measured\"\n\
                version = \"0.1.0\"\n";
    fs::write(tree.join("Cargo.lock"), lock).unwrap();
    let work_tree = ["git", "HEAD", "--rounds", "5"];
    let text = run(&results, &tree, &work_tree, 0);
    assert!(!text.contains("slower"), "{text}");
    // A lock file of its own is what the commit says.
    git(&tree, &["add", "--force", "Cargo.lock"]);
    git(&tree, &["commit", "--quiet", "-m", "locked"]);
    fs::write(tree.join("Cargo.lock"), lock.replace("mine", "other")).unwrap();
    let text = run(&results, &tree, &work_tree, 0);
    assert!(text.contains("faster"), "{text}");
}

#[test]
fn a_folder_that_a_commit_does_not_have_is_named() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let tree = repository(&results, "tree", "100");
    commit(&tree);
    let inner = tree.join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("file"), "").unwrap();
    commit(&tree);
    let text = run(&results, &inner, &COMMITS, 2);
    assert!(text.contains("`HEAD~1` has no folder `inner/`"), "{text}");
}

/// An override of rustup is for one folder.
#[test]
fn another_compiler_is_named() {
    if !has_git() {
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let results = Results::new();
    let tree = repository(&results, "tree", "100");
    commit(&tree);
    let tools = results.path().with_file_name("tools");
    fs::create_dir(&tools).unwrap();
    let rustc = tools.join("rustc");
    let text = r#"#!/bin/sh
PATH=${PATH#*:}
if [ "$*" = -V ]; then
    case "$PWD" in */cache/*) echo "rustc 1.0" ;; *) echo "rustc 2.0" ;; esac
    exit 0
fi
exec rustc "$@"
"#;
    fs::write(&rustc, text).unwrap();
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", tools.display());
    let once = ["git", "HEAD", "--rounds", "1"];
    let text = run_with(&results, &tree, &path, &once, 0);
    let note = "HEAD is built by rustc 1.0, work tree by rustc 2.0";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_shallow_clone_is_told_how_to_get_its_history() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let tree = repository(&results, "tree", "100");
    commit(&tree);
    commit_again(&tree);
    let folder = results.path().parent().unwrap();
    let url = format!("file://{}", tree.display());
    git(folder, &["clone", "--quiet", "--depth", "1", &url, "shallow"]);
    let text = run(&results, &folder.join("shallow"), &COMMITS, 2);
    assert!(text.contains("git knows no commit `HEAD~1`"), "{text}");
    assert!(text.contains("fetch-depth: 0"), "{text}");
}

fn commit_again(tree: &Path) {
    fs::write(tree.join("src/lib.rs"), "//! Again.").unwrap();
    commit(tree);
}

#[test]
fn a_relative_target_directory_is_one_of_the_work_tree() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let tree = repository(&results, "tree", "100");
    commit(&tree);
    fs::write(tree.join("benches/put.rs"), bench("200")).unwrap();
    let mut command = results.command(&["git", "HEAD", "--rounds", "5"]);
    for name in ["PATH", "CARGO_HOME", "RUSTUP_HOME", "HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    let cache = results.path().parent().unwrap().join("cache");
    command.env("XDG_CACHE_HOME", cache).env_remove("CRITERION_HOME");
    command.env("CARGO_TARGET_DIR", "tgt").env(OPTIMIZED, "0");
    command.current_dir(&tree);
    let assert = command.assert().code(0);
    let text = String::from_utf8_lossy(&assert.get_output().stdout);
    assert!(text.contains("slower"), "{text}");
    assert!(tree.join("tgt/bench-compare").exists());
}

/// What needs git passes where there is none, and says so.
#[test]
fn each_test_of_this_file_asks_for_git_first() {
    let this = include_str!("trees.rs");
    let tests = this.split("#[test]\n").skip(1);
    let asks = |test: &&str| {
        let of_git = ["repository(", "git("].iter().any(|it| test.contains(it));
        !of_git || test.contains("if !has_git()")
    };
    let wrong: Vec<&str> = tests
        .filter(|test| !asks(test))
        .filter_map(|test| test.lines().next())
        .collect();
    assert_eq!(wrong, [] as [&str; 0]);
}

//! Bad input: a named error, an exit code that tells whose fault it is, and
//! nothing left behind.

#![cfg(target_os = "linux")]

// Of what calls the lab and the probe, only the limit is used here.
#[allow(dead_code)]
mod command;
mod world;

use std::fs;
use std::os::unix::fs::symlink;

use support::skipped;
use world::{World, as_nobody, said};

fn refused(world: &World, args: &[&str], code: i32, words: &[&str]) {
    let said = world.run(args);
    assert_eq!(said.code, code, "{args:?}: {said:?}");
    assert!(said.err.starts_with("unc: "), "{args:?}: {said:?}");
    assert_eq!(said.err.lines().count(), 1, "{args:?}: {said:?}");
    for word in words {
        assert!(said.err.contains(word), "{args:?}: no {word}: {said:?}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let Some(world) = World::new() else { return };
    let cases: [(&[&str], i32, &[&str]); 12] = [
        (
            &["run", "--rootfs", "/none", "true"],
            125,
            &["attach the root", "/none", "unc rootfs"],
        ),
        (
            &["run", "--rootfs", "etc/passwd", "true"],
            125,
            &["attach the root", "etc/passwd", "Not a directory"],
        ),
        (&["nosuch"], 127, &["execute", "nosuch", "No such file"]),
        (&["run", "/bin/nosuch"], 127, &["execute", "/bin/nosuch"]),
        (&["/etc/passwd"], 126, &["execute", "/etc/passwd", "denied"]),
        (&["run", "/etc"], 126, &["execute", "/etc"]),
        (
            &["run", "--mount", "tmpfs:/none", "true"],
            125,
            &["mount", "/none", "no such directory to mount at"],
        ),
        (
            &["run", "--mount", "tmpfs:/etc/passwd", "true"],
            125,
            &["mount", "/etc/passwd", "at a directory, and this is none"],
        ),
        (
            &["run", "--mount", "bind:/etc/passwd:/tmp", "true"],
            125,
            &["mount", "/tmp", "one is a directory, and the other a file"],
        ),
        (
            &["run", "--mount", "bind:/none:/tmp", "true"],
            125,
            &["mount", "/none", "the host has nothing there"],
        ),
        (&["run", "--cwd", "/none", "true"], 125, &["/none", "inside"]),
        (
            &["run", "--mount", "tmpfs:/tmp/../.", "true"],
            125,
            &["mount", "the root itself"],
        ),
    ];
    for (args, code, words) in cases {
        refused(&world, args, code, words);
    }
}

#[test]
fn what_is_not_allowed_is_named() {
    let Some(world) = World::new() else { return };
    let (user, _) = world::ids();
    let two = format!("0:{user}:2");
    let cases: [(&[&str], &[&str]); 6] = [
        (&["run", "--map-users", &two, "true"], &["map users", "subuid"]),
        (&["run", "--map-users", "0:0:1", "true"], &["root of the host"]),
        (&["run", "--drop-to", "0", "true"], &["that is root"]),
        (&["run", "--drop-to", "7777", "true"], &["only root can"]),
        (&["run", "--drop-to", "4294967295", "true"], &["nobody has"]),
        (
            &["run", "--limit", "nofile=99999999999", "true"],
            &["set a limit", "nofile=", "hard limit"],
        ),
    ];
    for (args, words) in cases {
        refused(&world, args, 125, words);
    }
}

#[test]
fn what_makes_no_sense_is_named() {
    let Some(world) = World::new() else { return };
    let words = [
        ("--limit", "files=3", "no such resource"),
        ("--limit", "nofile", "NAME=SOFT"),
        ("--limit", "nofile=x", "whole numbers"),
        ("--limit", "nofile=3:2", "above the hard one"),
        ("--keep", "root", "capabilities(7)"),
        ("--mount", "ext4:/tmp", "tmpfs:TARGET"),
        ("--mount", "tmpfs:tmp", "begins with /"),
        ("--mount", "bind::/tmp", "here is none"),
        ("--mount", "tmpfs:/", "the root itself"),
        ("--map-users", "0:1", "INSIDE:OUTSIDE:COUNT"),
        ("--without", "all", "possible values"),
        ("--env", "A", "NAME=VALUE"),
        ("--hostname", "", "1 to 64"),
        ("--hostname", "a\nb", "control character"),
    ];
    for (option, value, cause) in words {
        let said = world.run(&["run", option, value, "true"]);
        assert_eq!(said.code, 125, "{option} {value}: {said:?}");
        let text = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(cause), "{option} {value}: {said:?}");
    }
}

#[test]
fn root_is_not_made_root_inside() {
    let Some(world) = World::new() else { return };
    if !world::is_root() {
        skipped::say("this is not root");
        return;
    }
    let as_root = |args: &[&str]| {
        let mut command = std::process::Command::new(world.unc_path());
        command.args(args).current_dir(world.root());
        said(command.output().expect("unc is executed"))
    };
    let refused = as_root(&["whoami"]);
    assert_eq!(refused.code, 125);
    assert!(refused.err.contains("root of the host"), "{refused:?}");
    let dropped = as_root(&["--drop-to", "65534", "cat", "/proc/1/uid_map"]);
    let map: Vec<&str> = dropped.ok().split_whitespace().collect();
    assert_eq!(map, ["0", "65534", "1"]);
    let map = "0:100000:65536";
    let shifted =
        as_root(&["run", "--map-users", map, "cat", "/proc/self/uid_map"]);
    let map: Vec<&str> = shifted.ok().split_whitespace().collect();
    assert_eq!(map, ["0", "100000", "65536"]);
}

/// A root is somebody else's work: its links may lead anywhere.
#[test]
fn a_link_at_any_mount_target_is_refused() {
    let Some(world) = World::new() else { return };
    let outside = world.user().join("outside");
    fs::create_dir(&outside).expect("it is new");
    fs::write(outside.join("null"), "mine").expect("it is ours");
    let outside = outside.to_str().expect("text");
    let extra = ["--mount", "tmpfs:/mnt/deep"];
    for (target, links) in [
        ("proc", vec![outside, "../outside", "/", "tmp", "/proc/self/root"]),
        ("dev", vec![outside, "../../outside", "tmp"]),
        ("mnt/deep", vec![outside, "../../outside"]),
        ("mnt", vec![outside, ".."]),
    ] {
        let path = world.root().join(target);
        for link in links {
            if path.is_symlink() {
                fs::remove_file(&path).expect("it is a link");
            }
            fs::create_dir_all(world.root().join("mnt/deep"))
                .expect("it is ours");
            if path.exists() {
                fs::remove_dir_all(&path).expect("it is empty");
            }
            symlink(link, &path).expect("the name is free");
            let args = [&["run"], &extra[..], &["true"]].concat();
            let said = world.run(&args);
            assert_eq!(said.code, 125, "{target} -> {link}: {said:?}");
            assert!(said.err.contains("symbolic link"), "{said:?}");
        }
        fs::remove_file(&path).expect("it is a link");
        fs::create_dir_all(&path).expect("the name is free");
    }
    let left = fs::read_dir(outside).expect("it is there").count();
    assert_eq!(left, 1, "something was made outside of the root");
}

#[test]
fn a_way_up_ends_at_the_root() {
    let Some(world) = World::new() else { return };
    let said = world.run(&[
        "run",
        "--mount",
        "tmpfs:/../../../tmp",
        "grep",
        " /tmp ",
        "/proc/self/mountinfo",
    ]);
    assert!(said.ok().contains("tmpfs"), "{said:?}");
}

#[test]
fn no_user_namespaces_is_said_in_these_words() {
    let Some(world) = World::new() else { return };
    let mut unc = world.unc(&["true"]);
    command::without_user_namespaces_as(&mut unc, world::ids());
    let said = said(unc.output().expect("unc is executed"));
    assert_eq!(said.code, 125, "{said:?}");
    assert!(said.err.contains("user namespaces are switched off"), "{said:?}");
}

#[test]
fn a_full_disk_leaves_no_half_root() {
    let Some(world) = World::new() else { return };
    let script = format!(
        "mount -t tmpfs -o size=1m none {user} && cd {user} && \
         {unc} rootfs new; echo $?; ls {user}; {unc} --explain true >/dev/full",
        user = world.user().display(),
        unc = world.unc_path().display(),
    );
    let mut shell = std::process::Command::new("unshare");
    shell.args(["-Urm", "sh", "-c", &script]);
    as_nobody(&mut shell);
    let said = said(shell.output().expect("unshare is there"));
    assert_eq!(said.out, "125\n", "{said:?}");
    assert!(said.err.contains("No space left"), "{said:?}");
}

#[test]
fn a_directory_with_something_in_it_becomes_no_root() {
    let Some(world) = World::new() else { return };
    let root = world.root();
    let before = fs::read_dir(&root).expect("it is there").count();
    refused(
        &world,
        &["rootfs", root.to_str().expect("text")],
        125,
        &["make a root", "not empty"],
    );
    assert_eq!(fs::read_dir(&root).expect("it is there").count(), before);
    let dynamic = ["rootfs", "/nowhere/new", "--busybox", "/bin/sh"];
    refused(&world, &dynamic, 125, &["not static", "busybox-static"]);
}

/// Names may have any bytes; an error about them is a line of text.
#[test]
fn odd_names_are_passed_on_and_shown_in_a_line() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let Some(world) = World::new() else { return };
    let odd = OsStr::from_bytes(b"a\xFF b\n\x1b[2J\"c");
    let root = world.user().join(odd);
    let run = |args: &[&OsStr]| {
        let mut unc = world.unc(&[]);
        unc.args(args);
        said(unc.output().expect("unc is executed"))
    };
    let word = OsStr::new;
    let made = run(&[word("rootfs"), root.as_os_str()]);
    assert_eq!(made.ok().lines().count(), 1, "{made:?}");
    let options = [word("run"), word("--rootfs"), root.as_os_str()];
    fs::create_dir(root.join("tmp").join(odd)).expect("it is ours");
    let inside = std::path::Path::new("/tmp").join(odd);
    let cwd = [word("--cwd"), inside.as_os_str()];
    let script = [word("sh"), word("-c"), word("pwd; printf %s \"$0\""), odd];
    let here = run(&[&options[..], &cwd, &script].concat());
    assert!(here.ok().contains("c\na"), "{here:?}");
    let missing = run(&[&options[..], &[odd]].concat());
    assert_eq!(missing.code, 127, "{missing:?}");
    assert_eq!(missing.err.lines().count(), 1, "{missing:?}");
    assert!(missing.err.contains("execute: a"), "{missing:?}");
    assert!(!missing.err.contains('\x1b'), "{missing:?}");
    let created =
        run(&[&[word("create"), word("a")], &options[1..], &script].concat());
    assert_eq!(created.code, 0, "{created:?}");
    let listed = world.run(&["list"]);
    assert_eq!(listed.ok().lines().count(), 2, "{listed:?}");
    assert!(!listed.out.contains('\x1b'), "{listed:?}");
    world.run(&["rm", "--force", "a"]).ok();
}

/// The numbers 0 to 2 are then free, and nothing of the start may get them.
#[test]
fn closed_standard_descriptors_change_nothing() {
    let Some(world) = World::new() else { return };
    for closed in ["<&-", ">&-", "<&- >&-", "<&- >&- 2>&-"] {
        for options in ["", "run", "run --net"] {
            if options.ends_with("--net") && !world.has_network() {
                continue;
            }
            let script = format!(
                "exec {} {options} sh -c 'exit 7' {closed}",
                world.unc_path().display()
            );
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &script]).current_dir(world.root());
            shell.env("XDG_RUNTIME_DIR", world.run_folder());
            as_nobody(&mut shell);
            let said = said(shell.output().expect("sh is there"));
            assert_eq!(said.code, 7, "{options} {closed}: {said:?}");
        }
    }
}

#[test]
fn few_descriptors_and_a_deleted_root_are_named() {
    let Some(world) = World::new() else { return };
    let unc = world.unc_path();
    let user = world.user();
    let (unc, user) = (unc.display(), user.display());
    for (script, word) in [
        (format!("ulimit -n 8; exec {unc} run true"), "ulimit -n"),
        (format!("ulimit -n 16; exec {unc} run true"), "ulimit -n"),
        (
            format!(
                "mkdir {user}/gone; cd {user}/gone; rmdir {user}/gone; \
                 exec {unc} run true"
            ),
            "deleted",
        ),
    ] {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(world.root());
        as_nobody(&mut shell);
        let said = said(shell.output().expect("sh is there"));
        assert_eq!(said.code, 125, "{script}: {said:?}");
        assert!(said.err.contains(word), "{script}: {said:?}");
    }
}

/// What whoever calls has set for its children, and hands down.
#[test]
fn odd_settings_of_the_caller_change_nothing() {
    let Some(world) = World::new() else { return };
    let run = "exec $unc run sh -c 'exit 7'";
    for setting in ["umask 777", "trap '' CHLD TERM PIPE", "ulimit -l 0"] {
        let said = world.host_sh(&format!("{setting}; {run}"));
        assert_eq!(said.code, 7, "{setting}: {said:?}");
    }
    // What is written down can be read again.
    let folder = world.user().join("new");
    let said = world.host_sh(
        "umask 777; mkdir -m 700 $user/new; XDG_RUNTIME_DIR=$user/new
         $unc create a --rootfs $user/root sh -c 'echo here; sleep 1000' &&
         $unc start a && $unc rootfs $user/deep/root; echo $?",
    );
    let mut lines = said.out.lines();
    assert_eq!(lines.next_back(), Some("0"), "{said:?}");
    let ours = |args: &[&str]| {
        let mut unc = world.unc(args);
        unc.env("XDG_RUNTIME_DIR", &folder);
        world::said(unc.output().expect("unc is executed"))
    };
    while ours(&["logs", "a"]).ok() != "here\n" {}
    assert!(ours(&["list"]).ok().contains("running"));
    ours(&["rm", "--force", "a"]).ok();
    let deep = world.user().join("deep/root");
    let deep = deep.to_str().expect("text");
    world.run(&["run", "--rootfs", deep, "true"]).ok();
}

#[test]
fn limits_of_the_caller_are_named() {
    let Some(world) = World::new() else { return };
    for (limit, word) in [("-f 0", "ulimit -f"), ("-f 9", "ulimit -f")] {
        let said = world.host_sh(&format!("ulimit {limit}; $unc run true"));
        assert_eq!(said.code, 125, "{limit}: {said:?}");
        assert!(said.err.contains(word), "{limit}: {said:?}");
    }
}

/// Tries all sizes of a disk, from one that takes nothing.
#[test]
fn a_full_disk_is_named_and_no_container_is_left() {
    let Some(world) = World::new() else { return };
    let script = "
        mkdir $user/run && mount -t tmpfs none $user/run || exit
        export XDG_RUNTIME_DIR=$user/run
        for inodes in 2 3 4 5 6 7 8 9 10 11; do
            mount -o remount,nr_inodes=$inodes $user/run
            $unc create a sleep 1000 && break
            echo code $?
            find $user/run -mindepth 3
        done
        $unc rm --force a
        find $user/run -mindepth 3
        mount -t tmpfs none /proc
        $unc run true; echo code $?";
    let mut shell = std::process::Command::new("unshare");
    shell.args(["-Um", "--map-current-user", "--keep-caps", "sh", "-c"]);
    shell.arg(script).current_dir(world.root());
    shell.env("unc", world.unc_path()).env("user", world.user());
    as_nobody(&mut shell);
    let said = said(shell.output().expect("unshare is there"));
    if said.err.contains("unrecognized option") {
        skipped::say("this unshare keeps no capabilities");
        return;
    }
    let codes = said.out.lines().count();
    assert!(codes > 4, "{said:?}");
    assert!(said.out.lines().all(|line| line == "code 125"), "{said:?}");
    let mut errors: Vec<&str> = said.err.lines().collect();
    let last = errors.pop().unwrap_or_default();
    assert!(last.contains("/proc is not mounted here"), "{said:?}");
    assert_eq!(errors.len(), codes - 1, "{said:?}");
    let is_full = |line: &&str| line.contains("No space left");
    assert!(errors.iter().all(is_full), "{said:?}");
}

#[test]
fn of_many_who_make_a_root_one_does() {
    let Some(world) = World::new() else { return };
    let path = world.user().join("above/new");
    let path = path.to_str().expect("text");
    let made: Vec<_> = (0..6)
        .map(|_| {
            let mut unc = world.unc(&["rootfs", path]);
            unc.stdout(std::process::Stdio::null());
            unc.stderr(std::process::Stdio::null());
            unc.spawn().expect("unc is executed")
        })
        .collect();
    let codes: Vec<_> = made
        .into_iter()
        .map(|mut unc| unc.wait().expect("a child").code())
        .collect();
    let ok = codes.iter().filter(|code| **code == Some(0)).count();
    assert_eq!(ok, 1, "{codes:?}");
    world.run(&["run", "--rootfs", path, "true"]).ok();
}

//! What a container is, read from outside: what a program is told it is, the
//! return codes of a start tell as well, and both may be wrong.

#![cfg(target_os = "linux")]

mod world;

use std::fs;
use std::process::Command;

use rustix::process::{Pid, Signal, WaitOptions, waitpid};
use support::skipped;
use world::{World, children, ids, line_of, said};

#[test]
fn the_program_has_no_privileges() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&[]);
    let status = format!("/proc/{}/status", container.program());
    let (user, group) = ids();
    let four = |id: u32| [id; 4].map(|it| it.to_string()).join("\t");
    assert_eq!(line_of(&status, "Uid:"), four(user));
    assert_eq!(line_of(&status, "Gid:"), four(group));
    assert_eq!(line_of(&status, "NoNewPrivs:"), "1");
    assert_eq!(line_of(&status, "Seccomp:"), "2");
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"] {
        assert_eq!(line_of(&status, set), "0".repeat(16), "{set}");
    }
    assert_eq!(container.finish(), 1);
}

#[test]
fn a_capability_is_kept_by_name_alone() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&["--keep", "CAP_CHOWN"]);
    let status = format!("/proc/{}/status", container.program());
    for set in ["CapPrm:", "CapEff:", "CapBnd:"] {
        assert_eq!(line_of(&status, set), format!("{:016x}", 1), "{set}");
    }
}

#[test]
fn each_namespace_is_its_own() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&[]);
    let read = |pid: &str, name: &str| {
        fs::read_link(format!("/proc/{pid}/ns/{name}")).expect(name)
    };
    let program = container.program().to_string();
    for name in ["user", "pid", "uts", "ipc", "mnt", "net", "cgroup"] {
        assert_ne!(read(&program, name), read("self", name), "{name}");
    }
}

#[test]
fn root_inside_is_the_caller_and_nobody_else() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&[]);
    let program = container.program();
    let read = |file: &str| {
        let text = fs::read_to_string(format!("/proc/{program}/{file}"));
        text.expect(file).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (user, group) = ids();
    assert_eq!(read("uid_map"), format!("0 {user} 1"));
    assert_eq!(read("gid_map"), format!("0 {group} 1"));
    assert_eq!(read("setgroups"), "deny");
}

#[test]
fn the_mounts_have_their_flags() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&["--read-only", "--mount", "tmpfs:/tmp"]);
    let path = format!("/proc/{}/mountinfo", container.program());
    let mounts = fs::read_to_string(path).expect("it can be read");
    let flags = |target: &str| {
        let mut lines = mounts.lines();
        let line = lines.find(|line| line.split(' ').nth(4) == Some(target));
        line.unwrap_or_else(|| panic!("no {target}: {mounts}")).to_owned()
    };
    assert!(flags("/").contains(" / ro,nosuid,nodev"), "{mounts}");
    assert!(flags("/proc").contains(" rw,nosuid,nodev,noexec"), "{mounts}");
    assert!(flags("/proc").contains("subset=pid"), "{mounts}");
    assert!(flags("/dev").contains(" rw,nosuid,noexec"), "{mounts}");
    assert!(flags("/dev/null").contains(" rw,nosuid,noexec"), "{mounts}");
    assert!(flags("/tmp").contains(" rw,nosuid,nodev"), "{mounts}");
    // Nothing spreads to the host or comes from it.
    assert!(!mounts.contains("shared:"), "{mounts}");
    assert!(!mounts.contains("master:"), "{mounts}");
}

#[test]
fn limits_are_the_programs_and_not_the_callers() {
    let Some(world) = World::new() else { return };
    let limits = ["--limit", "nofile=61:62", "--limit", "core=0"];
    let container = world.waiting(&limits);
    let limit = |pid: u32, name: &str| {
        let line = line_of(&format!("/proc/{pid}/limits"), name);
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let program = container.program();
    assert_eq!(limit(program, "Max open files")[..2], ["61", "62"]);
    assert_eq!(limit(program, "Max core file size")[..2], ["0", "0"]);
    let unc = container.unc.id();
    assert_ne!(limit(unc, "Max open files")[..2], ["61", "62"]);
}

#[test]
fn the_session_is_its_own() {
    let Some(world) = World::new() else { return };
    let container = world.waiting(&[]);
    let program = container.program();
    let stat = fs::read_to_string(format!("/proc/{program}/stat"));
    let stat = stat.expect("it runs");
    let (_, after) = stat.rsplit_once(") ").expect("a name in brackets");
    let fields: Vec<&str> = after.split(' ').collect();
    // Group, session, terminal.
    let own = program.to_string();
    assert_eq!(fields[2..5], [own.as_str(), own.as_str(), "0"]);
}

#[test]
fn only_three_descriptors_are_open() {
    let Some(world) = World::new() else { return };
    let unc = world.unc_path();
    let script = format!(
        "exec 3</ 5</ 9</ 77</; exec {} sh -c 'cd /proc/1/fd; echo *'",
        unc.display()
    );
    for mode in ["", "run --as-pid-1"] {
        let script = script.replace(" sh -c", &format!(" {mode} sh -c"));
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(world.root());
        world::as_nobody(&mut command);
        let said = said(command.output().expect("bash is there"));
        // The shell itself holds one more while it reads the directory.
        let open = said.ok().trim().replace(" 3", "");
        assert_eq!(open, "0 1 2", "{said:?}");
    }
}

#[test]
fn init_reaps_whoever_is_left_to_it() {
    let Some(world) = World::new() else { return };
    let script = "(true & true & true &); echo ready; read line";
    let container = world.waiting_by(&[], script);
    let init = container.processes()[0];
    let all = format!("/proc/{init}/task/{init}/children");
    if fs::metadata(&all).is_err() {
        skipped::say("the kernel lists no children");
        return;
    }
    // Zombies are children too; they go as soon as init has run.
    while fs::read_to_string(&all).expect("it runs").split(' ').count() > 2 {
        std::thread::yield_now();
    }
    assert_eq!(children(init).len(), 1);
}

#[test]
fn whoever_is_left_when_the_program_ends_is_ended() {
    let Some(world) = World::new() else { return };
    let script = "sleep 1000 & sleep 1000 & echo ready; read line";
    let container = world.waiting_by(&[], script);
    let processes = container.processes();
    assert_eq!(processes.len(), 4, "init, the program and two more");
    assert_eq!(container.finish(), 1);
    for pid in processes {
        let path = format!("/proc/{pid}/stat");
        let is_there = fs::read_to_string(path)
            .is_ok_and(|it| it.contains("sleep") && !it.contains(") Z "));
        assert!(!is_there, "{pid} is left");
    }
}

#[test]
fn sixty_four_start_at_once_in_one_root() {
    let Some(world) = World::new() else { return };
    let started: Vec<_> = (0..64)
        .map(|_| world.unc(&["run", "true"]).spawn().expect("unc"))
        .collect();
    for mut unc in started {
        let status = unc.wait().expect("it is our child");
        assert_eq!(status.code(), Some(0));
    }
}

#[test]
fn codes_and_signals_are_passed_on() {
    let Some(world) = World::new() else { return };
    assert_eq!(world.sh(&[], "exit 7").code, 7);
    assert_eq!(world.sh(&[], "kill -KILL $$").code, 128 + 9);
    let handled = "trap 'exit 9' TERM; echo ready; sleep 1000 & wait";
    let unhandled = "echo ready; exec sleep 1000";
    for (options, script, expected) in [
        (&[][..], handled, 9),
        (&["--as-pid-1"], handled, 9),
        (&[], unhandled, 128 + 15),
        // The kernel would drop the signal: PID 1 does not handle it.
        (&["--as-pid-1"], unhandled, 128 + 15),
    ] {
        let container = world.waiting_by(options, script);
        let unc = container.unc.id().cast_signed();
        let unc = rustix::process::Pid::from_raw(unc).expect("a number");
        let term = rustix::process::Signal::TERM;
        rustix::process::kill_process(unc, term).expect("it is our child");
        assert_eq!(container.end(), expected, "{options:?} {script}");
    }
}

/// Users whom a line of /etc/subuid lends are there, and files can be theirs;
/// whoever joins is root inside, also where no user inside is the caller.
#[test]
fn lent_users_are_mapped_and_who_joins_is_root() {
    let Some(world) = World::new() else { return };
    if !world.has_range() {
        return;
    }
    let give = "touch /tmp/a; chown 7:8 /tmp/a; stat -c %u:%g /tmp/a; \
                rm /tmp/a; cat /proc/self/uid_map";
    let lent = world.sh(&["--map-lent", "--keep", "chown"], give);
    let mut lines = lent.ok().lines();
    assert_eq!(lines.next(), Some("7:8"), "{lent:?}");
    let (user, _) = ids();
    let own: Vec<&str> =
        lines.next().expect("a map").split_whitespace().collect();
    assert_eq!(own, ["0", &user.to_string(), "1"]);
    let range: Vec<&str> =
        lines.next().expect("a map").split_whitespace().collect();
    let shifted = format!("0:{}:{}", range[1], range[2]);
    for map in [&["--map-lent"][..], &["--map-users", &shifted]] {
        let create = [&["create", "a"], map, &["sleep", "1000"]].concat();
        world.run(&create).ok();
        world.run(&["start", "a"]).ok();
        let status = world.run(&["exec", "a", "cat", "/proc/self/status"]);
        for line in ["Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0", "Groups:\t \n"] {
            assert!(status.ok().contains(line), "{map:?} {line}: {status:?}");
        }
        world.run(&["rm", "--force", "a"]).ok();
    }
}

/// As a shell does at Ctrl-Z, and at `fg`.
#[test]
fn a_stop_stops_the_program_too() {
    let Some(world) = World::new() else { return };
    let send = |pid: u32, signal| {
        let pid = Pid::from_raw(pid.cast_signed()).expect("a number");
        rustix::process::kill_process(pid, signal).expect("it is there");
        pid
    };
    let awaits = |pid: u32, stopped: bool| {
        let path = format!("/proc/{pid}/status");
        while line_of(&path, "State:").starts_with('T') != stopped {
            std::thread::yield_now();
        }
    };
    for options in [&[][..], &["--as-pid-1"], &["--without", "session"]] {
        let container = world.waiting(options);
        let program = *container.processes().last().expect("a program");
        let unc = send(container.unc.id(), Signal::TSTP);
        let stopped = waitpid(Some(unc), WaitOptions::UNTRACED);
        let (_, status) = stopped.expect("a child").expect("a change");
        assert!(status.stopped(), "{options:?}: {status:?}");
        awaits(program, true);
        send(container.unc.id(), Signal::CONT);
        awaits(program, false);
        assert_eq!(container.finish(), 1, "{options:?}");
    }
}

/// A container in a container, where that was asked for: number 0 is then
/// somebody who is not root of the host.
#[test]
fn a_container_holds_another_if_that_was_asked_for() {
    let Some(world) = World::new() else { return };
    let unc = world.unc_path();
    let root = world.root();
    let nested = [
        unc.to_str().expect("text"),
        "run",
        "--rootfs",
        root.to_str().expect("text"),
        "sh",
        "-c",
        "cat /proc/self/uid_map; hostname",
    ];
    let outer = ["run", "--rootfs", "/", "--hostname", "outer"];
    let open =
        ["nesting", "seccomp", "proc"].map(|it| ["--without", it]).concat();
    let few = world.run(&[&outer[..], &open, &nested].concat());
    assert!(few.err.contains("--keep setfcap"), "{few:?}");
    let keep = ["--keep", "setfcap"];
    let said = world.run(&[&outer[..], &open, &keep, &nested].concat());
    let words: Vec<&str> = said.ok().split_whitespace().collect();
    assert_eq!(words, ["0", "0", "1", "unc"], "{said:?}");
    let closed = world.run(&[&outer[..], &nested].concat());
    assert_eq!(closed.code, 125, "{closed:?}");
    assert!(closed.err.contains("clone"), "{closed:?}");
}

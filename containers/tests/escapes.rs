//! Each measure, and what a program reaches without it: every test first
//! sees the way out that a measure closes.

#![cfg(target_os = "linux")]

mod world;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use support::skipped;
use world::{Said, World, as_nobody, line_of, said};

/// Runs a script with measures left out.
fn without(world: &World, measures: &[&str], script: &str) -> Said {
    let options: Vec<&str> =
        measures.iter().flat_map(|it| ["--without", it]).collect();
    world.sh(&options, script)
}

/// Returns a line of the status of a program, with measures left out.
fn status(world: &World, measures: &[&str], line: &str) -> String {
    let options: Vec<&str> =
        measures.iter().flat_map(|it| ["--without", it]).collect();
    let container = world.waiting(&options);
    line_of(&format!("/proc/{}/status", container.program()), line)
}

#[test]
fn capabilities_rename_the_host() {
    let Some(world) = World::new() else { return };
    let rename = "hostname other; hostname";
    assert_eq!(without(&world, &["capabilities"], rename).ok(), "other\n");
    assert_eq!(without(&world, &[], rename).ok(), "unc\n");
}

#[test]
fn without_a_filter_who_has_capabilities_mounts() {
    let Some(world) = World::new() else { return };
    let mount = "mount -t tmpfs none /tmp";
    let open = without(&world, &["capabilities", "seccomp"], mount);
    assert_eq!(open.code, 0, "{open:?}");
    assert_ne!(without(&world, &["capabilities"], mount).code, 0);
    assert_ne!(without(&world, &["seccomp"], mount).code, 0);
    assert_ne!(without(&world, &[], mount).code, 0);
}

#[test]
fn privileges_could_be_gained_without_the_promise() {
    let Some(world) = World::new() else { return };
    let measures = ["no-new-privileges"];
    assert_eq!(status(&world, &measures, "NoNewPrivs:"), "0");
    assert_eq!(status(&world, &[], "NoNewPrivs:"), "1");
}

#[test]
fn a_namespace_inside_gives_all_capabilities_again() {
    let Some(world) = World::new() else { return };
    let nest = "unshare -U true";
    assert_eq!(without(&world, &["nesting"], nest).code, 0);
    assert_ne!(without(&world, &[], nest).code, 0);
    // The filter and the kernel's own count each refuse it alone.
    let counted = without(&world, &["seccomp"], nest);
    assert!(counted.err.contains("No space left"), "{counted:?}");
}

#[test]
fn a_leaked_descriptor_reads_the_host() {
    let Some(world) = World::new() else { return };
    let unc = world.unc_path();
    let host = unc.parent().expect("it is in a directory");
    let look = "cat /proc/self/fd/77/host-secret";
    fs::write(host.join("host-secret"), "secret").expect("it is ours");
    let leak = |options: &str| {
        let script = format!(
            "exec 77<{}; exec {} run {options} sh -c '{look}'",
            host.display(),
            unc.display()
        );
        let mut shell = Command::new("bash");
        shell.args(["-c", &script]).current_dir(world.root());
        as_nobody(&mut shell);
        said(shell.output().expect("bash is there"))
    };
    let open = leak("--without descriptors");
    assert_eq!(open.out, "secret", "{open:?}");
    assert_ne!(leak("").code, 0);
}

#[test]
fn a_root_with_links_leads_mounts_out() {
    let Some(world) = World::new() else { return };
    let outside = world.user().join("outside");
    fs::create_dir(&outside).expect("it is new");
    let dev = world.root().join("dev");
    fs::remove_dir(&dev).expect("it is empty");
    symlink(&outside, &dev).expect("the name is free");
    // The root is made, and its /dev is mounted over a directory of the host.
    let open = without(&world, &["targets"], "ls -d /dev/null");
    assert_eq!(open.code, 1, "{open:?}");
    let closed = without(&world, &[], "true");
    assert_eq!(closed.code, 125, "{closed:?}");
    assert!(closed.err.contains("symbolic link"), "{closed:?}");
}

#[test]
fn proc_tells_of_the_machine() {
    let Some(world) = World::new() else { return };
    let look = "cat /proc/interrupts";
    assert!(!without(&world, &["proc"], look).ok().is_empty());
    assert_ne!(without(&world, &[], look).code, 0);
    // All of it with masks: the file is there, and is empty.
    let masked = world.sh(&["--proc", "whole"], look);
    assert_eq!(masked.ok(), "");
    let set = "grep ' /proc/sys ' /proc/self/mountinfo";
    let set = world.sh(&["--proc", "whole"], set);
    assert!(set.ok().contains(" ro,"), "{set:?}");
    let more = "cat /proc/meminfo && ps && mount";
    assert!(world.sh(&["--proc", "whole"], more).ok().contains("MemTotal"));
}

#[test]
fn init_is_the_hosts_program_and_its_memory_is_open() {
    let Some(world) = World::new() else { return };
    let read = "wc -c < /proc/1/exe";
    let open = without(&world, &["sealed-init"], read);
    let size = fs::metadata(world.unc_path()).expect("it is there").len();
    assert_eq!(open.ok().trim(), size.to_string());
    assert_ne!(without(&world, &[], read).code, 0);
    // And were it reached, it would be a copy that nobody can change.
    let container = world.waiting(&[]);
    let init = container.processes()[0];
    let program = fs::read_link(format!("/proc/{init}/exe"));
    match program {
        Ok(path) => {
            let path = path.display().to_string();
            assert!(path.starts_with("/memfd:unc-init"), "{path}");
        }
        Err(_) => assert!(!world::is_root(), "root may look at all"),
    }
}

/// What the user cannot write to, as an installed program, is not copied:
/// nobody inside can write to it either.
#[test]
fn what_is_somebody_elses_is_not_copied() {
    let Some(world) = World::new() else { return };
    if !world::is_root() {
        skipped::say("this is not root");
        return;
    }
    let of_root = |mode: u32| {
        let path = world.unc_path();
        std::os::unix::fs::chown(&path, Some(0), Some(0)).expect("root may");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(&path, mode).expect("root may");
        let container = world.waiting(&[]);
        let init = container.processes()[0];
        fs::read_link(format!("/proc/{init}/exe")).expect("root looks")
    };
    assert_eq!(of_root(0o755), world.unc_path());
    let copied = of_root(0o757).display().to_string();
    assert!(copied.starts_with("/memfd:unc-init"), "{copied}");
}

#[test]
fn the_root_has_devices_and_privileged_programs() {
    let Some(world) = World::new() else { return };
    let look = "grep ' / rw' /proc/self/mountinfo";
    let open = without(&world, &["root-flags"], look);
    assert!(!open.ok().contains("nosuid"), "{open:?}");
    let closed = without(&world, &[], look);
    assert!(closed.ok().contains("nosuid,nodev"), "{closed:?}");
}

/// Types into the terminal that the command was started from.
#[test]
fn a_terminal_can_be_typed_into() {
    let Some(world) = World::new() else { return };
    let legacy = fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti");
    let allowed = legacy.is_ok_and(|it| it.trim() == "1");
    let has = |name: &str| {
        ["/bin", "/usr/bin"]
            .iter()
            .any(|it| fs::metadata(format!("{it}/{name}")).is_ok())
    };
    if !allowed || !has("script") || !has("perl") {
        skipped::say("no script, perl, or kernel that allows TIOCSTI");
        return;
    }
    let perl = "$c = \"x\"; \
                print ioctl(STDIN, 0x5412, $c) ? \"typed\" : \"refused\"";
    let type_with = |options: &str| {
        let inner = format!(
            "{} run --rootfs / {options} perl -e '{perl}'",
            world.unc_path().display()
        );
        let mut script = Command::new("script");
        script.args(["-qec", &inner, "/dev/null"]);
        script.current_dir(world.user());
        as_nobody(&mut script);
        let said = said(script.output().expect("script is there"));
        let typed = said.out.contains("typed");
        assert_ne!(typed, said.out.contains("refused"), "{said:?}");
        typed
    };
    assert!(type_with("--without session --without seccomp"));
    // Either alone refuses it.
    assert!(!type_with("--without session"));
    assert!(!type_with("--without seccomp"));
    assert!(!type_with(""));
}

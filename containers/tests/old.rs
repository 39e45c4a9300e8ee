//! The way of the posts still works, with its faults.
//!
//! This program is executed again by what it tests, so that it has a `main`
//! of its own.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use containers::old::{self, Post};
use containers::probe::{Need, require};
use containers::trial::child::Ending;
use support::skipped;

const LIMIT: Duration = Duration::from_secs(60);

fn main() {
    old::run_if_asked();
    if !require(Need::Container) {
        return;
    }
    let Some(busybox) = busybox() else {
        return skipped::say("there is no static busybox");
    };
    type Test = fn(&Path);
    let tests: [(&str, Test); 3] = [
        ("it_is_the_first_process_and_its_code_is_passed_on", first),
        ("two_starts_at_once_meet_in_a_folder", twice),
        ("without_an_interface_it_gives_up", no_interface),
    ];
    for (name, test) in tests {
        let root = tempfile::tempdir().unwrap();
        for folder in ["bin", "proc", "dev"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        let program = root.path().join("bin/busybox");
        fs::copy(busybox, &program).unwrap();
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&program, mode).unwrap();
        test(root.path());
        println!("test {name} ... ok");
    }
}

/// Returns where a busybox is that needs no libraries.
fn busybox() -> Option<&'static Path> {
    let places = ["/bin/busybox", "/usr/bin/busybox"];
    let mut places = places.map(Path::new).into_iter();
    places.find(|path| {
        let program = fs::read(path).unwrap_or_default();
        let loader = b"/ld-linux";
        !program.is_empty()
            && !program.windows(loader.len()).any(|it| it == loader)
    })
}

fn run(root: &Path, has_network: bool, script: &str) -> Ending {
    let command = ["/bin/busybox", "sh", "-c", script].map(str::to_owned);
    let post = Post {
        root: root.to_owned(),
        hostname: "unc".into(),
        has_network,
        command: command.into(),
    };
    old::start(&post).unwrap().end(LIMIT).unwrap()
}

fn first(root: &Path) {
    let script = "test $$ = 1 && test $(busybox hostname) = unc && \
                  test $(busybox id -u) = 0 && test ! -e /.pivot_root && \
                  exit 7";
    let script = script.replace("busybox", "/bin/busybox");
    let script = script.replace("test ", "/bin/busybox test ");
    assert_eq!(run(root, false, &script), Ending::Exited(7));
}

fn twice(root: &Path) {
    fs::create_dir(root.join(".pivot_root")).unwrap();
    assert_eq!(run(root, false, "exit 7"), Ending::Exited(1));
}

fn no_interface(root: &Path) {
    assert_eq!(run(root, true, "exit 7"), Ending::Exited(1));
}

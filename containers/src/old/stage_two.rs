//! The part of the program that was executed again, in its namespaces.

use std::convert::Infallible;
use std::env;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::thread;
use std::time::{Duration, Instant};

use rustix::mount::{
    MountFlags, UnmountFlags, mount, mount_bind_recursive, unmount,
};
use rustix::process::pivot_root;
use rustix::system::sethostname;

use super::start::{STAGE_TWO, WITH_NETWORK};

/// How often the interface is looked for.
const POLL: Duration = Duration::from_millis(100);

/// How long.
const LIMIT: Duration = Duration::from_secs(5);

/// Becomes the container if this program was started by
/// [`start`](super::start()); returns if it was not. A step that is refused
/// is printed, and ends the process with code 1.
pub fn run_if_asked() {
    let mut arguments = env::args();
    let name = arguments.next().unwrap_or_default();
    if name.as_bytes() == STAGE_TWO.to_bytes() {
        let Err(error) = run(arguments);
        eprintln!("unc-fork: {error}");
        exit(1);
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> io::Result<Infallible> {
    let mut next = || arguments.next().ok_or(io::ErrorKind::InvalidInput);
    let root = PathBuf::from(next()?);
    let hostname = next()?;
    let network = next()?;
    let program = next()?;
    sethostname(hostname.as_bytes())?;
    mount_below(&root)?;
    pivot(&root)?;
    if network == WITH_NETWORK {
        wait_for_interface()?;
    }
    Err(Command::new(program).args(arguments).exec())
}

// ANCHOR: root
/// Mounts by paths, before there is a root of one's own.
fn mount_below(root: &Path) -> io::Result<()> {
    let safe = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount(c"proc", root.join("proc"), c"proc", safe, c"")?;
    let flags = MountFlags::NOSUID | MountFlags::STRICTATIME;
    mount(c"tmpfs", root.join("dev"), c"tmpfs", flags, c"mode=755")?;
    Ok(())
}

/// Needs a folder of a name in the root, which two starts at once want.
fn pivot(root: &Path) -> io::Result<()> {
    mount_bind_recursive(root, root)?;
    let old = root.join(".pivot_root");
    fs::create_dir(&old)?;
    pivot_root(root, &old)?;
    env::set_current_dir("/")?;
    unmount(c"/.pivot_root", UnmountFlags::DETACH)?;
    fs::remove_dir("/.pivot_root")
}
// ANCHOR_END: root

// ANCHOR: poll
/// Looks whether an interface other than the loopback has come.
fn wait_for_interface() -> io::Result<()> {
    let start = Instant::now();
    while !has_interface()? {
        if start.elapsed() > LIMIT {
            return Err(io::Error::other("no interface has come"));
        }
        thread::sleep(POLL);
    }
    Ok(())
}
// ANCHOR_END: poll

/// Reads `/proc/net/dev`: two lines of heads, then an interface each.
fn has_interface() -> io::Result<bool> {
    let interfaces = fs::read_to_string("/proc/net/dev")?;
    let names = interfaces
        .lines()
        .skip(2)
        .filter_map(|line| line.split_once(':').map(|(name, _)| name.trim()));
    Ok(names.into_iter().any(|name| name != "lo"))
}

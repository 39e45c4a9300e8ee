//! Mount by a path that the container's own files decide.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;

use rustix::fs::{Mode, OFlags, ResolveFlags, open, openat2};
use rustix::mount::{MountFlags, mount};
use rustix::thread::UnshareFlags;

use super::apart::LIMIT;
use super::scratch::{Scratch, in_namespaces, missing, skipped};
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::errno;
use crate::trial::inside::{At, Tried};

pub(super) const WAY: WrongWay = WrongWay {
    name: "symlink-target",
    title: "mount at root/dev, where dev is a symlink out of the root",
    why: "The files of a container are its maker's, symlinks too. Before \
          pivot_root the path root/dev is looked up on the host, so a dev \
          that points to /etc has the mount land on the host's /etc, and \
          mkdir makes folders there with the runtime's rights. To look first \
          and mount after does not help: the link can be put there between \
          the two.",
    instead: "Look the target up once, by openat2 with RESOLVE_IN_ROOT and \
              RESOLVE_NO_SYMLINKS, and mount on the descriptor that this \
              returns (move_mount): what was checked is what is used.",
    run,
};

const MKDIR: &str = "mkdir root/dev/pts";
const MOUNT: &str = "mount a tmpfs at root/dev";
const OPENAT2: &str = "openat2(root, dev, IN_ROOT | NO_SYMLINKS)";
const HOST: &str = "lands in the folder of the host";

fn run(_: &Settings) -> io::Result<Vec<Seen>> {
    if let Some(why) = missing()? {
        return Ok(skipped(&[MKDIR, MOUNT, OPENAT2], &why));
    }
    let scratch = Scratch::new()?;
    let host = scratch.path().join("host");
    let dev = scratch.root().join("dev");
    fs::create_dir(&host)?;
    symlink(&host, &dev)?;

    fs::create_dir(dev.join("pts"))?;
    let made = lands(host.join("pts").is_dir());

    let child = in_namespaces(UnshareFlags::empty(), || {
        tmpfs(&dev)?;
        let mounts = fs::read_to_string("/proc/self/mountinfo");
        let places = mounts.unwrap_or_default();
        let host = host.to_string_lossy();
        let is_host = |line: &str| line.split(' ').nth(4) == Some(&host);
        Ok(if places.lines().any(is_host) { IS_HOST } else { IS_ROOT })
    });
    let mounted = match child?.end(LIMIT)? {
        crate::trial::child::Ending::Exited(code) => {
            lands(code == i32::from(IS_HOST))
        }
        ending => ending.to_string(),
    };

    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let root = open(scratch.root(), flags, Mode::empty())?;
    let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_SYMLINKS;
    let found = match openat2(root, "dev", flags, Mode::empty(), how) {
        Ok(_) => "opened".into(),
        Err(error) => errno::name(error.raw_os_error()),
    };
    Ok(vec![
        Seen::exact(MKDIR, made, HOST),
        Seen::exact(MOUNT, mounted, HOST),
        Seen::exact(OPENAT2, found, "ELOOP"),
    ])
}

const IS_HOST: u8 = 30;
const IS_ROOT: u8 = 31;

fn lands(is_host: bool) -> String {
    if is_host { HOST.into() } else { "lands in the root".into() }
}

fn tmpfs(place: &std::path::Path) -> Tried {
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount(c"tmpfs", place, c"tmpfs", flags, c"size=1m").at("mount")
}

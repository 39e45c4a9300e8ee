//! Take chroot for a wall.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::Mode;
use rustix::process::{chdir, chroot};
use rustix::thread::UnshareFlags;

use super::apart::LIMIT;
use super::new_root::{by_chroot, by_pivot};
use super::scratch::{Scratch, code, in_namespaces, missing, skipped, words};
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::inside::{At, Tried};

pub(super) const WAY: WrongWay = WrongWay {
    name: "chroot-escape",
    title: "give a container its root by chroot",
    why: "chroot changes where `/` is for a process, and nothing else: the \
          host's tree is still mounted, and the rule that `..` stops at the \
          root holds only while the working directory is below the root. A \
          process with CAP_SYS_CHROOT makes a folder, calls chroot on it \
          without moving in, is thus outside of its root, and climbs by `..` \
          to the top of the host.",
    instead: "pivot_root in a mount namespace of its own, then unmount the old \
              root: the host's tree is no longer there to climb to. The same \
              program, climbing as before, ends at the new root.",
    run,
};

const CHROOT: &str = "chroot, then climb out and read the host's file";
const PIVOT: &str = "pivot_root, then the same";

fn run(_: &Settings) -> io::Result<Vec<Seen>> {
    if let Some(why) = missing()? {
        return Ok(skipped(&[CHROOT, PIVOT], &why));
    }
    let escape = |enter: fn(&Path) -> Tried| {
        let scratch = Scratch::new()?;
        let child = in_namespaces(UnshareFlags::empty(), || {
            enter(&scratch.root())?;
            climb_out()?;
            Ok(code(fs::read_to_string(scratch.secret())))
        });
        Ok::<_, io::Error>(words(child?.end(LIMIT)?))
    };
    Ok(vec![
        Seen::exact(CHROOT, escape(by_chroot)?, "reads a file of the host"),
        Seen::exact(PIVOT, escape(by_pivot)?, "cannot: ENOENT"),
    ])
}

// ANCHOR: climb
/// Leaves a root, if chroot is all that keeps one in it.
fn climb_out() -> Tried {
    rustix::fs::mkdir("deeper", Mode::RWXU).at("mkdir")?;
    // The root is now below the working directory ...
    chroot("deeper").at("chroot")?;
    // ... so that nothing stops `..` before the top.
    for _ in 0..64 {
        chdir("..").at("chdir")?;
    }
    chroot(".").at("chroot")
}
// ANCHOR_END: climb

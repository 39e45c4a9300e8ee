//! Leave a descriptor open when the root changes.

use std::fs::File;
use std::io;

use rustix::fs::{Mode, OFlags, open, openat};
use rustix::thread::UnshareFlags;

use super::apart::LIMIT;
use super::new_root::by_pivot;
use super::scratch::{
    Scratch, code, errno_of, in_namespaces, missing, skipped, words,
};
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::inside::At;

pub(super) const WAY: WrongWay = WrongWay {
    name: "leaked-descriptor",
    title: "leave a descriptor of the host open in the container",
    why: "A new root changes how paths are looked up, not what is open. A \
          descriptor of a folder of the host leads to all below it, and \
          /proc/self/fd names it for programs that know only paths. It is how \
          a container of runc read its host (CVE-2024-21626): a folder's \
          descriptor was still open when the program was started.",
    instead: "Open everything close-on-exec, and before exec close by \
              close_range(2) all descriptors but those that were asked for: \
              what a library opened without a word is closed as well.",
    run,
};

const LEAKED: &str = "a descriptor of `/` is open, then pivot_root";
const CLOSED: &str = "close_range(3, all) before the program runs";

fn run(_: &Settings) -> io::Result<Vec<Seen>> {
    if let Some(why) = missing()? {
        return Ok(skipped(&[LEAKED, CLOSED], &why));
    }
    let read = |closes| {
        let scratch = Scratch::new()?;
        let secret = scratch.secret();
        let below = secret.strip_prefix("/").map_err(io::Error::other)?;
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let host = open("/", flags, Mode::empty())?;
        let child = in_namespaces(UnshareFlags::empty(), || {
            by_pivot(&scratch.root())?;
            if closes {
                close_all().at("close_range")?;
            }
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            let file = openat(&host, below, flags, Mode::empty());
            let text = file
                .map_err(io::Error::from)
                .and_then(|file| io::read_to_string(File::from(file)));
            let code = code(text);
            // It may be closed already, and this process ends.
            std::mem::forget(host);
            Ok(code)
        });
        Ok::<_, io::Error>(words(child?.end(LIMIT)?))
    };
    Ok(vec![
        Seen::exact(LEAKED, read(false)?, "reads a file of the host"),
        Seen::exact(CLOSED, read(true)?, "cannot: EBADF"),
    ])
}

/// Closes all but standard input, output and error.
fn close_all() -> rustix::io::Result<()> {
    // SAFETY: this process ends without another use of what it closes, other
    // than the one that is to fail.
    let answer =
        unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
    match answer {
        0 => Ok(()),
        _ => Err(errno_of(&io::Error::last_os_error())),
    }
}
